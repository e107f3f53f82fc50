"""A push button as people know it from Windows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton


class Button(QPushButton):
    """Is pressed by Enter where it has the keyboard, in windows and dialogs alike; Qt asks for Space."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Presses on Enter too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)
