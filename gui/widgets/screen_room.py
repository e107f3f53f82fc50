"""Sizes of dialogs, within what the screen has: at 200 % an office screen is small."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

#: What the desktop draws around a window, in device-independent pixels.
_FRAME: Final = QSize(16, 48)


def resize_within_screen(dialog: QWidget, width: int, height: int) -> None:
    """Gives *dialog* that size, or all that its screen has where that is less."""
    parent = dialog.parentWidget()
    screen = (parent if parent is not None else dialog).screen()
    room = screen.availableGeometry().size() - _FRAME
    dialog.resize(QSize(width, height).boundedTo(room))
