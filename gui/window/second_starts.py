"""What a second start asks of the running copy: to come forward, and to open a file in its turn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from core.storage.filesystem import same_file
from gui.system.desktop import come_forward

if TYPE_CHECKING:
    from gui.window.window import MainWindow

_LOOK_AGAIN_MILLISECONDS: Final = 200


class SecondStarts(QObject):
    """Opens the files that second starts hand over, one after the other.

    While a dialog waits for its answer nothing is opened: it asks about the report that is open
    now, and the answer must not reach another one. The dialog comes forward instead.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: list[Path] = []
        self._opening = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LOOK_AGAIN_MILLISECONDS)
        self._timer.timeout.connect(self._open_next)

    def take(self, name: str) -> None:
        """Shows the window, and opens *name* as soon as no dialog is open; empty for no file."""
        come_forward(self._window)
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            come_forward(dialog.window())
        if name and Path(name) not in self._waiting:
            self._waiting.append(Path(name))
        self._open_next()

    def _open_next(self) -> None:
        if not self._waiting:
            return
        if self._opening or QApplication.activeModalWidget() is not None:
            self._timer.start()
            return
        path = self._waiting.pop(0)
        self._opening = True
        try:
            if not self._is_open(path):
                self._window.documents.open_file(path)
        finally:
            self._opening = False
        if self._waiting:
            self._timer.start()

    def _is_open(self, path: Path) -> bool:
        """Whether *path* is the open report: reading it again would ask to give up its changes."""
        document = self._window.documents.document
        if document is None or document.path is None:
            return False
        return same_file(document.path, path)
