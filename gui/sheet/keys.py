"""What each key does in a sheet, as in Excel and WPS. Others do the work.

Digits, ``.`` and ``-`` overwrite the cell, F2 edits in place, Backspace opens it empty; Enter, Tab
and the arrow keys go to the next cell that can be filled, with Shift the arrow keys stretch the
selection; ``/`` means 不适用; Delete blanks; Ctrl+Enter writes into all that is selected.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from gui.sheet.actions import CellActions
from gui.sheet.clipboard_actions import Transfer
from gui.sheet.moves import Place

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
#: With Ctrl these go to another sheet: as in Excel, and as in windows with tabs.
_SHEETS = {
    Key.Key_PageDown: 1,
    Key.Key_PageUp: -1,
    Key.Key_Tab: 1,
    Key.Key_Backtab: -1,
}
_NOT_APPLICABLE = frozenset("/／")


class EnterDirection(Enum):
    """Where Enter goes (回车方向)."""

    DOWN = "down"
    RIGHT = "right"


class Keyboard:
    """The keys of one sheet. What they ask of others is called:

    ``edge_reached``: Enter, Tab or Ctrl+arrow leads beyond the last (1) or first (−1) cell.
    ``sheet_requested``: the next sheet (1) or the one before (−1).
    """

    def __init__(
        self,
        actions: CellActions,
        transfer: Transfer,
        edge_reached: Callable[[int], None],
        sheet_requested: Callable[[int], None],
    ) -> None:
        self._actions = actions
        self._transfer = transfer
        self._selection = actions.selection
        self._entry = actions.entry
        self._grid = actions.selection.grid
        self._edge_reached = edge_reached
        self._sheet_requested = sheet_requested
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
        if control and key in _SHEETS:
            backwards = shift and key == Key.Key_Tab
            self._sheet_requested(-1 if backwards else _SHEETS[key])
            return True
        if key in _ENTER:
            if not control:
                self._enter(-1 if shift else 1)
            return True
        if key in _TAB:
            self._tab(-1 if shift or key == Key.Key_Backtab else 1)
            return True
        if self._clipboard(event):
            return True
        if key in _MOVING:
            self._move(key, control=control, shift=shift)
            return True
        return self._change(event, key, control=control, shift=shift)

    def leave(self, event: QKeyEvent) -> None:
        """Takes what is being typed and goes on; with Ctrl+Enter, writes it into all selected cells."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        typed = self._entry.text
        if control and event.key() in _ENTER and typed is not None:
            self._actions.type_into_all(typed)
        elif self._entry.finish(confirmed=event.key() in (*_ENTER, *_TAB)):
            self.press(event)

    def forget_tabs(self) -> None:
        """Begins anew: the mouse or the program moved."""
        self._tab_column = None

    # -- moving -------------------------------------------------------------------------------

    def _move(self, key: Key, *, control: bool, shift: bool) -> None:
        selection = self._selection
        here = selection.lead if shift else selection.place()
        target = self.target(key, here, control=control)
        if target is None:
            down = _ARROWS[key][0] if control and key in _ARROWS else 0
            if down and shift:
                target = selection.moves.last() if down > 0 else selection.moves.first()
            elif down:
                self._edge_reached(down)
        if target is None:
            return
        self._tab_column = None
        self._entry.dismiss()
        if shift:
            selection.stretch_to(selection.index_at_place(target))
            return
        selection.move_to(target)
        if control and key in (Key.Key_Up, Key.Key_Down):
            self._grid.bring_into_view(self._grid.currentIndex(), as_head=True)

    def target(self, key: Key, here: Place | None, *, control: bool) -> Place | None:
        """Where a moving key leads from *here*; ``None`` where there is nothing further."""
        moves = self._selection.moves
        if here is None:
            return moves.first()
        if key in _ARROWS:
            down, right = _ARROWS[key]
            if control:
                return moves.section(here, down) if down else moves.row_edge(here, right)
            return moves.vertical(here, down) if down else moves.horizontal(here, right)
        if key in (Key.Key_PageDown, Key.Key_PageUp):
            rows = self._grid.rows_on_screen()
            return moves.page(here, rows if key == Key.Key_PageDown else -rows)
        if key == Key.Key_Home:
            return moves.first() if control else moves.row_edge(here, -1)
        return moves.last() if control else moves.row_edge(here, 1)

    def next_place(self, here: Place, step: int, *, by_enter: bool) -> Place | None:
        """Where Enter or Tab goes from *here*."""
        moves = self._selection.moves
        if by_enter and self.enter is EnterDirection.DOWN:
            return moves.in_column_order(here, step)
        return moves.in_reading_order(here, step)

    def _enter(self, step: int) -> None:
        here = self._selection.place()
        if here is None:
            return
        if self._within_selection(step, by_enter=True):
            return
        if self._tab_column is not None and step > 0 and self.enter is EnterDirection.DOWN:
            here = Place(here.row, self._tab_column)
        self._tab_column = None
        self._go(self.next_place(here, step, by_enter=True), step)

    def _tab(self, step: int) -> None:
        here = self._selection.place()
        if here is None or self._within_selection(step, by_enter=False):
            return
        if self._tab_column is None:
            self._tab_column = here.column
        self._go(self.next_place(here, step, by_enter=False), step)

    def _go(self, target: Place | None, step: int) -> None:
        if target is None:
            self._edge_reached(step)
        else:
            self._entry.dismiss()
            self._selection.move_to(target)

    def _within_selection(self, step: int, *, by_enter: bool) -> bool:
        """Goes round inside a selection of several cells, as Excel does."""
        places = self._selection.places()
        here = self._selection.place()
        if len(places) < 2 or here not in places:
            return False
        if by_enter and self.enter is EnterDirection.DOWN:
            places.sort(key=lambda place: (place.column, place.row))
        self._selection.move_within(places[(places.index(here) + step) % len(places)])
        return True

    def _fold(self, key: Key) -> bool:
        if key == Key.Key_Left:
            self._grid.fold_current(True)
        elif key == Key.Key_Right:
            self._grid.fold_current(False)
        else:
            return False
        return True

    # -- changing -----------------------------------------------------------------------------

    def _clipboard(self, event: QKeyEvent) -> bool:
        actions = {
            QKeySequence.StandardKey.Copy: self._transfer.copy,
            QKeySequence.StandardKey.Cut: self._transfer.cut,
            QKeySequence.StandardKey.Paste: self._transfer.paste,
            QKeySequence.StandardKey.SelectAll: self._grid.selectAll,
        }
        for standard, action in actions.items():
            if event.matches(standard):
                action()
                return True
        return False

    def _change(self, event: QKeyEvent, key: Key, *, control: bool, shift: bool) -> bool:
        entry = self._entry
        if control:
            return self._with_control(key)
        if key == Key.Key_F2:
            entry.open(None)
        elif key == Key.Key_Delete:
            self._actions.clear()
        elif key == Key.Key_Backspace:
            entry.open("")
        elif key == Key.Key_Space and shift:
            self._selection.select_row()
        elif key == Key.Key_Escape:
            entry.dismiss()
        else:
            return self.typed(event.text())
        return True

    def _with_control(self, key: Key) -> bool:
        grid, actions = self._grid, self._actions
        if key == Key.Key_L:
            actions.copy_last()
        elif key == Key.Key_D:
            actions.fill(down=True)
        elif key == Key.Key_R:
            actions.fill(down=False)
        elif key == Key.Key_Space:
            self._selection.select_column(grid.currentIndex().column())
        elif key == Key.Key_Backspace:
            grid.bring_into_view(grid.currentIndex())
        else:
            return False
        return True

    def typed(self, text: str) -> bool:
        """Begins to type *text* over the current cell; whether there is anything to type."""
        text = text.strip()
        if not text or not text.isprintable():
            return False
        if text in _NOT_APPLICABLE and self._selection.cells():
            self._actions.not_applicable()
        else:
            self._entry.open(text)
        return True


_MOVING = frozenset((*_ARROWS, Key.Key_PageDown, Key.Key_PageUp, Key.Key_Home, Key.Key_End))
