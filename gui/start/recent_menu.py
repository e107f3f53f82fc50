"""The submenu of the files worked on last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from gui.widgets.plain import plain_tip


class RecentMenu(QMenu):
    """Lists files, the first ten by a digit.

    Signals:
        file_requested(Path): open this one.
    """

    file_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("最近打开(&R)", parent)
        self.setToolTipsVisible(True)

    def show_files(self, paths: Sequence[Path]) -> None:
        """Lists *paths* from now on."""
        self.clear()
        self.setEnabled(bool(paths))
        for number, path in enumerate(paths, start=1):
            action = self.addAction(f"&{number % 10} {path.name.replace('&', '&&')}")
            action.setToolTip(plain_tip(str(path)))
            action.triggered.connect(lambda _=False, path=path: self.file_requested.emit(path))
