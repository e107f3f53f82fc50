"""The three parts of the window side by side; the outer two give way when there is little room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from gui.look.tokens import FINDINGS_WIDTH, SECTIONS_WIDTH

#: Below these widths (device-independent pixels) a side folds by itself: the figures come first.
LEFT_NEEDS: Final = 1220
RIGHT_NEEDS: Final = 1000
_LEFT, _CENTRE, _RIGHT = range(3)


class Panes(QSplitter):
    """Shows and folds the side panes.

    A side that folded for want of room comes back with the room. One that the user asks for in a
    narrow window is shown all the same, until there is room for it anyway.

    Signals:
        sides_changed(bool, bool): whether the left and the right side are shown now.
    """

    sides_changed = Signal(bool, bool)

    def __init__(self, left: QWidget, centre: QWidget, right: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        for widget in (left, centre, right):
            self.addWidget(widget)
        left.setMinimumWidth(150)
        centre.setMinimumWidth(420)
        right.setMinimumWidth(210)
        self.setStretchFactor(_LEFT, 0)
        self.setStretchFactor(_CENTRE, 1)
        self.setStretchFactor(_RIGHT, 0)
        self.setSizes([SECTIONS_WIDTH, 10_000, FINDINGS_WIDTH])
        #: What gives the keyboard to the left side, the centre and the right side.
        self.homes: tuple[Callable[[], object], ...] = (
            left.setFocus,
            centre.setFocus,
            right.setFocus,
        )
        self._wanted = {_LEFT: True, _RIGHT: True}
        self._insisted = {_LEFT: False, _RIGHT: False}
        self._active = True

    @property
    def wanted(self) -> tuple[bool, bool]:
        """Whether the user wants the left and the right side, room permitting."""
        return self._wanted[_LEFT], self._wanted[_RIGHT]

    def want(self, left: bool, right: bool) -> None:
        """Restores what the user wanted the last time."""
        self._wanted = {_LEFT: left, _RIGHT: right}
        self._arrange()

    def set_active(self, active: bool) -> None:
        """Shows no side at all while no report is open."""
        self._active = active
        self._arrange()

    def toggle_left(self) -> None:
        """Folds or shows the left side at the user's wish."""
        self._toggle(_LEFT)

    def toggle_right(self) -> None:
        """Folds or shows the right side at the user's wish."""
        self._toggle(_RIGHT)

    def show_right(self) -> None:
        """Shows the right side, as the user asked for what stands there."""
        if self.widget(_RIGHT).isHidden():
            self._toggle(_RIGHT)

    def go_round(self, step: int) -> None:
        """Gives the keyboard to the next pane that is shown, or to the one before (−1)."""
        focused = QApplication.focusWidget()
        panes = [self.widget(side) for side in (_LEFT, _CENTRE, _RIGHT)]
        here = next((n for n, pane in enumerate(panes) if pane.isAncestorOf(focused)), _CENTRE)
        if focused is None or not self.isAncestorOf(focused):
            here = _CENTRE - step
        shown = [n for n, pane in enumerate(panes) if not pane.isHidden()]
        following = [n for n in shown if (n - here) * step > 0][::step] or shown[::step]
        self.homes[following[0]]()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Folds what there is no room for."""
        self._arrange()
        super().resizeEvent(event)

    def _toggle(self, side: int) -> None:
        show = self.widget(side).isHidden()
        self._wanted[side] = show
        self._insisted[side] = show
        self._arrange()

    def _arrange(self) -> None:
        for side, needed in ((_LEFT, LEFT_NEEDS), (_RIGHT, RIGHT_NEEDS)):
            roomy = self.width() >= needed
            if roomy:
                self._insisted[side] = False
            visible = self._active and self._wanted[side] and (roomy or self._insisted[side])
            if self.widget(side).isHidden() is visible:
                self.widget(side).setVisible(visible)
        self.sides_changed.emit(
            not self.widget(_LEFT).isHidden(), not self.widget(_RIGHT).isHidden()
        )
