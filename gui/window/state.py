"""Sizes and places of the window's parts, kept from one start to the next for each size of screen."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QWidget

from gui.system.settings import Settings
from gui.window.panes import Panes

#: What a window is without a memory where the screen has room for it; else it takes all of it.
_USUAL = (1366, 768)
#: Room that the system's frame takes around a window, title bar and all, on any Windows.
_FRAME = 48


class WindowState:
    """Keeps and restores how the window was left.

    What was kept with another screen as the main one stays apart: a notebook at its desk and alone
    are two windows. Qt brings a window that would lie on a screen which is gone back into sight.
    """

    def __init__(self, settings: Settings, window: QWidget, panes: Panes, right: QSplitter) -> None:
        self._settings = settings
        self._window = window
        self._panes = panes
        self._right = right

    def restore(self) -> None:
        """Gives the window the size and place that it had."""
        screen = _screen_name()
        settings, window = self._settings, self._window
        geometry = settings.layout(screen, "window")
        if geometry.isEmpty() or not window.restoreGeometry(geometry):
            self._begin()
        self._panes.restoreState(settings.layout(screen, "panes"))
        self._right.restoreState(settings.layout(screen, "right"))
        self._panes.want(settings.flag("left_pane", True), settings.flag("right_pane", True))

    def _begin(self) -> None:
        """The size of a first start: with its frame the window must not reach below the screen."""
        available = QGuiApplication.primaryScreen().availableGeometry()
        room = available.size().shrunkBy(QMargins(0, 0, 0, _FRAME))
        usual = QSize(*_USUAL)
        self._window.resize(usual.boundedTo(room))
        if not (room.width() > usual.width() and room.height() >= usual.height()):
            self._window.setWindowState(Qt.WindowState.WindowMaximized)

    def keep(self, *, with_panes: bool) -> None:
        """Keeps size and place; those of the panes where they were there (``with_panes``)."""
        screen = _screen_name()
        settings = self._settings
        settings.save_layout(screen, "window", self._window.saveGeometry())
        if with_panes:
            settings.save_layout(screen, "panes", self._panes.saveState())
            settings.save_layout(screen, "right", self._right.saveState())
        left, right = self._panes.wanted
        settings.set_flag("left_pane", left)
        settings.set_flag("right_pane", right)
        settings.sync()


def _screen_name() -> str:
    size = QGuiApplication.primaryScreen().size()
    return f"{size.width()}x{size.height()}"
