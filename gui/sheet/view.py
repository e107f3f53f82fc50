"""The sheet: a table of the report as the clerk sees it and types into it."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from core.form import Table
from core.search import SearchIndex
from gui.document import Document
from gui.sheet.actions import CellActions
from gui.sheet.columns import Role, Shown
from gui.sheet.entry import EntryGrid
from gui.sheet.filters import Filter, nothing_left, rows_left
from gui.sheet.keys import EnterDirection, Keyboard
from gui.sheet.menu import cell_menu
from gui.sheet.model import Index
from gui.sheet.moves import Moves, Place
from gui.sheet.nodes import Node, first_key
from gui.sheet.transfer import Transfer
from gui.tokens import Tokens

_Flag = QItemSelectionModel.SelectionFlag


class SheetView(EntryGrid):
    """One table of an open report, as a spreadsheet of the indicator tree.

    Signals (facts):
        current_cell_changed(str): another cell is current; its key, empty where it is none.
        paste_refused(list[str]): a paste did not fit and nothing was pasted; a sentence each.
    Signals (requests):
        edge_reached(int): Enter, Tab or Ctrl+arrow leads beyond the last (1) or first (−1) cell.
        zoom_requested(int): Ctrl+wheel, steps up or down.
    """

    current_cell_changed = Signal(str)
    paste_refused = Signal(list)
    edge_reached = Signal(int)
    zoom_requested = Signal(int)

    def __init__(
        self, document: Document, table: Table, tokens: Tokens, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, table, tokens, parent)
        self.actions_on_cells = CellActions(self)
        self.transfer = Transfer(self)
        self.keyboard = Keyboard(self)
        self._skip_computed = False
        self._anchor: Place | None = None
        self._filter = Filter.ALL
        self._search: SearchIndex | None = None
        self.setTabKeyNavigation(False)
        self.setAccessibleName(table.title or document.session.form.title)
        self.collapsed.connect(self._note_folded)
        self.expanded.connect(self._note_unfolded)
        self._tree_changed()

    # -- the current cell ---------------------------------------------------------------------

    def current_key(self) -> str | None:
        """The key of the current cell; ``None`` on a heading."""
        place = self.place()
        return None if place is None else self.moves.key_at(place)

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

    def move_to(self, place: Place, *, extend: bool = False) -> None:
        """Makes the cell current; with ``extend``, selects all from where the selection began."""
        if not self.finish_editing():
            return
        self.dismiss()
        here = self.place()
        index = self.index_at_place(place)
        if not extend:
            self._anchor = place
            self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect)
            return
        if self._anchor is None:
            self._anchor = here or place
        self.selectionModel().setCurrentIndex(index, _Flag.NoUpdate)
        self.select_block(self.index_at_place(self._anchor), index)

    def move_within_selection(self, place: Place) -> None:
        """Makes another cell of the selection current and keeps the selection."""
        self.selectionModel().setCurrentIndex(self.index_at_place(place), _Flag.NoUpdate)

    def at_edge(self, step: int) -> None:
        """Announces that there is nothing further on this sheet."""
        self.edge_reached.emit(step)

    # -- the selection ------------------------------------------------------------------------

    def selected_places(self) -> list[Place]:
        """The selected cells that can be filled, row by row."""
        model = self.sheet_model
        found: set[Place] = set()
        selection = self.selectionModel().selection()
        for at in range(selection.size()):
            part = selection.at(at)
            figures = [
                column.figure
                for column in model.columns[part.left() : part.right() + 1]
                if column.role in (Role.FIGURE, Role.LAST, Role.DIFFERENCE)
            ]
            above = part.parent()
            siblings = model.node(above).children if above.isValid() else model.tree.roots
            for node in siblings[part.top() : part.bottom() + 1]:
                found.update(
                    Place(node.place, figure) for figure in figures if node.keys[figure] is not None
                )
        return sorted(found, key=lambda place: (place.row, place.column))

    def selected_keys(self) -> list[str]:
        """The keys of the selected cells; that of the current cell where none is selected."""
        keys = [self.moves.key_at(place) for place in self.selected_places()]
        found = [key for key in keys if key is not None]
        current = self.current_key()
        return found or ([current] if current is not None else [])

    # -- changes of several cells -------------------------------------------------------------

    def copy(self) -> None:
        """Puts the selected block on the clipboard, as text and as a table with borders."""
        self.transfer.copy()

    def cut(self) -> None:
        """Puts the selected block on the clipboard and blanks it."""
        self.transfer.copy()
        self.actions_on_cells.clear("剪切")

    def paste(self) -> None:
        """Pastes the clipboard's block from the top-left selected cell on, or says what is amiss."""
        if not self.finish_editing():
            return
        refusals = self.transfer.paste()
        if refusals:
            self.say("没有粘贴任何内容。" + refusals[0])
            self.paste_refused.emit(refusals)

    def clear_selected(self) -> None:
        """Blanks the selected cells."""
        self.actions_on_cells.clear()

    def set_not_applicable(self) -> None:
        """Sets the selected cells to 不适用 (``/``) where the form allows it."""
        self.actions_on_cells.not_applicable()

    def copy_last_year(self) -> None:
        """Takes over last year's figures for the selected cells."""
        self.actions_on_cells.copy_last()

    # -- what is shown ------------------------------------------------------------------------

    @property
    def filter(self) -> Filter:
        """Which rows are shown."""
        return self._filter

    def set_filter(self, choice: Filter | str) -> None:
        """Shows the rows that the filter leaves now; they stay until it is set again."""
        if not self.finish_editing():
            return
        self._filter = Filter(choice)
        key = self.current_key()
        session = self.document.session
        self.empty_words = nothing_left(self._filter, session.form.period_word)
        self.sheet_model.show_only(rows_left(self._filter, session, self.table))
        self._tree_changed()
        if key is not None:
            self.go_to(key)

    def show_figures(self, shown: Shown) -> None:
        """Shows this year's figures, last year's or the differences (tables of several columns)."""
        if len(self.table.columns) > 1 and self.finish_editing():
            self.sheet_model.show_figures(shown)
            self.viewport().update()
            self.headings.viewport().update()

    def find(self, text: str) -> list[str]:  # type: ignore[override]
        """Goes to the next row that *text* may mean (label, code, pinyin initials), round and round.

        The keys of all that were found, in the sheet's order; a heading stands for the first cell
        under it.
        """
        if self._search is None:
            self._search = SearchIndex(self.document.session.form)
        order = self.sheet_model.tree.order
        of_row = self.sheet_model.tree.of_row
        places: set[int] = set()
        for row in self._search.find(text):
            node = of_row.get(row.code)
            if node is not None:
                under = (n for n in order[node.place : node.end] if not n.is_heading)
                first = next(under, None)
                if first is not None:
                    places.add(first.place)
        found = [key for place in sorted(places) if (key := first_key(order[place]))]
        here = self.place()
        after = [place for place in sorted(places) if here is None or place > here.row]
        if found:
            self.go_to(first_key(order[after[0] if after else min(places)]) or found[0])
        return found

    # -- settings -----------------------------------------------------------------------------

    def set_enter_direction(self, direction: EnterDirection) -> None:
        """Where Enter goes (回车方向)."""
        self.keyboard.enter = direction

    def set_skip_computed(self, skip: bool) -> None:
        """Whether Enter and Tab pass by cells that have computed themselves."""
        self._skip_computed = skip

    # -- folding ------------------------------------------------------------------------------

    def fold_current(self, fold: bool) -> None:
        """Folds the nearest row above that has rows under it, or unfolds the current one."""
        index = self.currentIndex()
        if not index.isValid() or not self.finish_editing():
            return
        node: Node | None = self.sheet_model.node(index)
        while fold and node is not None and (not node.children or node.folded):
            node = node.parent
        if node is not None and node.children:
            target = self.sheet_model.index_of(node)
            if fold:
                held = self.sheet_model.index_of(node, index.column())
                self.selectionModel().setCurrentIndex(held, _Flag.ClearAndSelect)
            self.setExpanded(target, not fold)

    def _note_folded(self, index: QModelIndex) -> None:
        self.sheet_model.node(index).folded = True

    def _note_unfolded(self, index: QModelIndex) -> None:
        self.sheet_model.node(index).folded = False

    def _tree_changed(self) -> None:
        self.moves = Moves(self.sheet_model.tree, self._passes)
        self._anchor = None
        self.expandAll()
        first = self.moves.first()
        if first is not None:
            self.move_to(first)

    def _passes(self, key: str) -> bool:
        return self._skip_computed and key in self.document.session.report.computed

    def press(self, event: QKeyEvent) -> bool:
        """Keys as in Excel; see :mod:`gui.sheet.keys`."""
        return self.keyboard.press(event)

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
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._anchor = self.place()

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
            menu = cell_menu(self)
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

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Announces the new current cell."""
        super().currentChanged(current, previous)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.current_cell_changed.emit(self.current_key() or "")

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Notes whether more than one cell is selected: a single one shows by its frame alone."""
        selection = self.selectionModel().selection()
        several = selection.size() > 1 or (
            selection.size() == 1 and selection.at(0).width() * selection.at(0).height() > 1
        )
        if several or self._several_selected:
            self.viewport().update()
        self._several_selected = several
        super().selectionChanged(selected, deselected)
