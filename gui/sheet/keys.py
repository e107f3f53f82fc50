"""What each key does in a sheet, as in Excel and WPS. The sheet itself does the work.

Digits, ``.`` and ``-`` overwrite the cell, F2 edits in place; Enter, Tab and the arrow keys go to
the next cell that can be filled; ``/`` means 不适用; Delete blanks.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from gui.sheet.moves import Place

if TYPE_CHECKING:
    from gui.sheet.view import SheetView

Key = Qt.Key
_ENTER = (Key.Key_Return, Key.Key_Enter)
_TAB = (Key.Key_Tab, Key.Key_Backtab)
#: Key → (vertical step, horizontal step).
_ARROWS = {
    Key.Key_Up: (-1, 0),
    Key.Key_Down: (1, 0),
    Key.Key_Left: (0, -1),
    Key.Key_Right: (0, 1),
}
#: With Ctrl these go to another sheet, as in Excel: the window's to do.
_SHEETS = (Key.Key_PageUp, Key.Key_PageDown)
_NOT_APPLICABLE = frozenset("/／")


class EnterDirection(Enum):
    """Where Enter goes (回车方向)."""

    DOWN = "down"
    RIGHT = "right"


class Keyboard:
    """The keys of one sheet."""

    def __init__(self, sheet: SheetView) -> None:
        self._sheet = sheet
        self.enter = EnterDirection.DOWN
        #: Where a run of Tabs began: Enter then goes to the next row of that column.
        self._tab_column: int | None = None

    def press(self, event: QKeyEvent) -> bool:
        """Does what the key means; whether it means anything here."""
        key = Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if modifiers & Qt.KeyboardModifier.AltModifier:
            return self._fold(key)
        if key in _ENTER:
            self._enter(-1 if shift else 1)
            return True
        if key in _TAB and not control:
            self._tab(-1 if shift or key == Key.Key_Backtab else 1)
            return True
        if control and key in _SHEETS:
            return False
        if self._clipboard(event):
            return True
        target = self.target(key, control=control)
        if target is not None:
            self._tab_column = None
            self._sheet.move_to(target, extend=shift)
            if control and not shift and key in (Key.Key_Up, Key.Key_Down):
                self._sheet.bring_into_view(self._sheet.currentIndex(), as_head=True)
            return True
        if key in _MOVING:
            return True
        return self._change(event, key, control=control)

    def forget_tabs(self) -> None:
        """Begins anew: the mouse or the program moved."""
        self._tab_column = None

    # -- moving -------------------------------------------------------------------------------

    def target(self, key: Key, *, control: bool) -> Place | None:
        """Where a moving key leads; ``None`` for other keys and where there is nothing further."""
        sheet = self._sheet
        moves, here = sheet.moves, sheet.place()
        if key not in _MOVING:
            return None
        if here is None:
            return moves.first()
        if key in _ARROWS:
            down, right = _ARROWS[key]
            if control and down:
                return moves.section(here, down) or sheet.at_edge(down)
            if control:
                return moves.row_edge(here, right)
            return moves.vertical(here, down) if down else moves.horizontal(here, right)
        if key in (Key.Key_PageDown, Key.Key_PageUp):
            rows = sheet.rows_on_screen()
            return moves.page(here, rows if key == Key.Key_PageDown else -rows)
        if key == Key.Key_Home:
            return moves.first() if control else moves.row_edge(here, -1)
        return moves.last() if control else moves.row_edge(here, 1)

    def next_place(self, here: Place, step: int, *, by_enter: bool) -> Place | None:
        """Where Enter or Tab goes from *here*."""
        moves = self._sheet.moves
        if by_enter and self.enter is EnterDirection.DOWN:
            return moves.in_column_order(here, step)
        return moves.in_reading_order(here, step)

    def _enter(self, step: int) -> None:
        here = self._sheet.place()
        if here is None:
            return
        if self._within_selection(step, by_enter=True):
            return
        if self._tab_column is not None and step > 0 and self.enter is EnterDirection.DOWN:
            here = Place(here.row, self._tab_column)
        self._tab_column = None
        self._go(self.next_place(here, step, by_enter=True), step)

    def _tab(self, step: int) -> None:
        here = self._sheet.place()
        if here is None or self._within_selection(step, by_enter=False):
            return
        if self._tab_column is None:
            self._tab_column = here.column
        self._go(self.next_place(here, step, by_enter=False), step)

    def _go(self, target: Place | None, step: int) -> None:
        if target is None:
            self._sheet.at_edge(step)
        else:
            self._sheet.move_to(target)

    def _within_selection(self, step: int, *, by_enter: bool) -> bool:
        """Goes round inside a selection of several cells, as Excel does."""
        places = self._sheet.selected_places()
        here = self._sheet.place()
        if len(places) < 2 or here not in places:
            return False
        if by_enter and self.enter is EnterDirection.DOWN:
            places.sort(key=lambda place: (place.column, place.row))
        self._sheet.move_within_selection(places[(places.index(here) + step) % len(places)])
        return True

    def _fold(self, key: Key) -> bool:
        if key == Key.Key_Left:
            self._sheet.fold_current(True)
        elif key == Key.Key_Right:
            self._sheet.fold_current(False)
        else:
            return False
        return True

    # -- changing -----------------------------------------------------------------------------

    def _clipboard(self, event: QKeyEvent) -> bool:
        sheet = self._sheet
        actions = {
            QKeySequence.StandardKey.Copy: sheet.copy,
            QKeySequence.StandardKey.Cut: sheet.cut,
            QKeySequence.StandardKey.Paste: sheet.paste,
            QKeySequence.StandardKey.SelectAll: sheet.selectAll,
        }
        for standard, action in actions.items():
            if event.matches(standard):
                action()
                return True
        return False

    def _change(self, event: QKeyEvent, key: Key, *, control: bool) -> bool:
        sheet = self._sheet
        if key == Key.Key_F2:
            sheet.edit_current(None)
        elif key in (Key.Key_Delete, Key.Key_Backspace) and not control:
            sheet.clear_selected()
        elif control and key == Key.Key_L:
            sheet.copy_last_year()
        elif key == Key.Key_Escape:
            sheet.dismiss()
        elif control or not self.typed(event.text()):
            return False
        return True

    def typed(self, text: str) -> bool:
        """Begins to type *text* over the current cell; whether there is anything to type."""
        text = text.strip()
        if not text or not text.isprintable():
            return False
        if text in _NOT_APPLICABLE:
            self._sheet.set_not_applicable()
        else:
            self._sheet.edit_current(text)
        return True


_MOVING = frozenset((*_ARROWS, Key.Key_PageDown, Key.Key_PageUp, Key.Key_Home, Key.Key_End))
