"""The sheet: a table of the report as the clerk sees it and types into it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from core.form.form import Table
from gui.document import Document
from gui.look.tokens import Tokens
from gui.sheet.actions import CellActions
from gui.sheet.clipboard_actions import Transfer
from gui.sheet.columns import Role, Shown
from gui.sheet.filters import Filter, nothing_left, rows_left
from gui.sheet.keys import EnterDirection, Keyboard
from gui.sheet.menu import cell_menu
from gui.sheet.moves import Moves
from gui.sheet.selection import CellGrid


class SheetView(CellGrid):
    """One table of an open report, as a spreadsheet of the indicator tree.

    Signals (requests):
        zoom_requested(int): Ctrl+wheel, steps up or down.
    """

    zoom_requested = Signal(int)

    def __init__(
        self, document: Document, table: Table, tokens: Tokens, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, table, tokens, parent)
        self.actions_on_cells = CellActions(self)
        self.transfer = Transfer(self, self.actions_on_cells)
        self.keyboard = Keyboard(self, self.actions_on_cells, self.transfer)
        self._skip_computed = False
        self._filter = Filter.ALL
        self._rows_found = 0
        self.setAccessibleName(table.title or document.session.form.title)
        self._tree_changed()

    def go_to(self, key: str) -> bool:
        """Makes the cell current and shows it; whether the sheet shows such a cell now."""
        place = self.moves.place_of(key)
        if place is None or not self.finish_editing():
            return False
        for above in self.sheet_model.tree.order[place.row].ancestors():
            self.setExpanded(self.sheet_model.index_of(above), True)
        self.keyboard.forget_tabs()
        self.bring_into_view(self.index_at_place(place))
        self.move_to(place)
        return True

    def next_fillable(self, step: int = 1) -> str | None:
        """The key of the cell that Enter (``step`` −1: Shift+Enter) leads to from here."""
        here = self.place()
        place = (
            self.moves.first()
            if here is None
            else self.keyboard.next_place(here, step, by_enter=True)
        )
        return None if place is None else self.moves.key_at(place)

    # -- changes of several cells -------------------------------------------------------------

    def copy(self) -> None:
        """Puts the selected block on the clipboard, as text and as a table with borders."""
        self.transfer.copy()

    def cut(self) -> None:
        """Puts the selected block on the clipboard and blanks it."""
        self.transfer.cut()

    def paste(self) -> None:
        """Pastes the clipboard's block from the top-left selected cell on, or says what is amiss."""
        self.transfer.paste()

    def paste_into_cell(self) -> None:
        """Pastes while a cell is open."""
        self.transfer.paste_into_cell()

    def clear_selected(self) -> None:
        """Blanks the selected cells."""
        self.actions_on_cells.clear()

    def copy_last_year(self) -> None:
        """Takes over last year's figures for the selected cells."""
        self.actions_on_cells.copy_last()

    # -- what is shown ------------------------------------------------------------------------

    @property
    def filter(self) -> Filter:
        """Which rows are shown."""
        return self._filter

    @property
    def rows_found(self) -> int:
        """How many rows the filter has found; those above them are shown beside."""
        return self._rows_found

    def set_filter(self, choice: Filter | str) -> None:
        """Shows the rows that the filter leaves now; they stay until it is set again."""
        if not self.finish_editing():
            return
        self._filter = Filter(choice)
        key = self.current_key()
        session = self.document.session
        self.empty_words = nothing_left(self._filter, session.form.period_word)
        left = rows_left(self._filter, session, self.table)
        self._rows_found = len(self.sheet_model.tree.order) if left is None else len(left)
        self.sheet_model.show_only(left)
        self._tree_changed()
        if key is not None:
            self.go_to(key)

    def show_figures(self, shown: Shown) -> None:
        """Shows this year's figures, last year's or the differences (tables of several columns)."""
        if len(self.table.columns) > 1 and self.finish_editing():
            self.sheet_model.show_figures(shown)
            self.viewport().update()
            self.headings.viewport().update()

    # -- settings -----------------------------------------------------------------------------

    def set_enter_direction(self, direction: EnterDirection) -> None:
        """Where Enter goes (回车方向)."""
        self.keyboard.enter = direction

    def set_skip_computed(self, skip: bool) -> None:
        """Whether Enter and Tab pass by cells that have computed themselves."""
        self._skip_computed = skip

    def _tree_changed(self) -> None:
        self.moves = Moves(self.sheet_model.tree, self._passes)
        self._lead = None
        self.expandAll()
        first = self.moves.first()
        if first is not None:
            self.move_to(first)

    def _passes(self, key: str) -> bool:
        return self._skip_computed and key in self.document.session.report.computed

    def press(self, event: QKeyEvent) -> bool:
        """Keys as in Excel; see :mod:`gui.sheet.keys`."""
        return self.keyboard.press(event)

    def leave(self, event: QKeyEvent) -> None:
        """Takes what is being typed and goes where the key leads."""
        self.keyboard.leave(event)

    def typed(self, text: str) -> bool:
        """Types *text* over the current cell; whether there was anything to type."""
        return self.keyboard.typed(text)

    # -- events -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes over what is being typed first; a refused text keeps its cell."""
        if not self.finish_editing():
            return
        self.dismiss()
        node = self.on_chevron(event.position().toPoint())
        if node is not None and event.button() == Qt.MouseButton.LeftButton:
            index = self.sheet_model.index_of(node)
            self.setExpanded(index, not self.isExpanded(index))
            return
        super().mousePressEvent(event)
        self.keyboard.forget_tabs()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Opens a cell as F2 does; folds or unfolds a row by its label."""
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        role = self.sheet_model.columns[index.column()].role
        if role is Role.FIGURE and self.sheet_model.key(index) is not None:
            self.edit_current(None)
        elif role is Role.LABEL and self.sheet_model.node(index).children:
            self.setExpanded(index, not self.isExpanded(index))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the selected cells."""
        if self.finish_editing():
            menu = cell_menu(self, self.actions_on_cells, self.transfer)
            keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
            below = self.visualRect(self.currentIndex()).bottomRight()
            menu.popup(self.viewport().mapToGlobal(below) if keyboard else event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl+wheel zooms; anything else scrolls."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = event.angleDelta().y() // 120
            if steps:
                self.zoom_requested.emit(steps)
            event.accept()
            return
        super().wheelEvent(event)
