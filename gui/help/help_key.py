"""F1 in a dialog: the manual, open at what the dialog is about."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog


def help_at(dialog: QDialog, topic: str) -> None:
    """Lets F1 open the manual at the heading *topic*, over *dialog* and without leaving it."""

    def show() -> None:
        from gui.help.manual import show_manual
        from gui.widgets.dialogs import Dialogs

        show_manual(dialog, Dialogs(dialog), topic)

    QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), dialog, show)
