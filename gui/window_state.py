"""Sizes and places of the window's parts, kept from one start to the next for each size of screen."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QWidget

from gui.panes import Panes
from gui.settings import Settings

#: What a window is without a memory: the usual office screen, or all of a smaller one.
_USUAL = (1366, 768)


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
            available = QGuiApplication.primaryScreen().availableGeometry()
            width, height = _USUAL
            window.resize(min(width, available.width()), min(height, available.height()))
        self._panes.restoreState(settings.layout(screen, "panes"))
        self._right.restoreState(settings.layout(screen, "right"))
        self._panes.want(settings.flag("left_pane", True), settings.flag("right_pane", True))

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
