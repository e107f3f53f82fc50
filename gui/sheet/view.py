"""The sheet: a table of the report as the clerk sees it and types into it."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemDelegate, QWidget

from core.form import Table
from gui.document import Document
from gui.sheet.actions import CellActions
from gui.sheet.columns import Role, Shown
from gui.sheet.editor import Callout, CellEditor, SheetDelegate
from gui.sheet.grid import Grid
from gui.sheet.keys import EnterDirection, Keyboard
from gui.sheet.model import SheetModel
from gui.sheet.moves import Moves, Place
from gui.sheet.nodes import Node
from gui.tokens import Tokens

_Flag = QItemSelectionModel.SelectionFlag
_NO_HINT = QAbstractItemDelegate.EndEditHint.NoHint


class SheetView(Grid):
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
        super().__init__(SheetModel(document, table), tokens, parent)
        self.sheet_model.setParent(self)
        self.document = document
        self.table = table
        self.actions_on_cells = CellActions(self)
        self.keyboard = Keyboard(self)
        self._skip_computed = False
        self._anchor: Place | None = None
        self._editor: CellEditor | None = None
        self._callout = Callout(self.colours, self)
        self.setItemDelegate(SheetDelegate(self.colours, self))
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(table.title or document.session.form.title)
        self.collapsed.connect(lambda index: self._folded(index, True))
        self.expanded.connect(lambda index: self._folded(index, False))
        document.refused.connect(self._refused)
        self._tree_changed()

    # -- the current cell ---------------------------------------------------------------------

    def place(self) -> Place | None:
        """The current cell; that of its row where a label or last year's figure is current."""
        index = self.currentIndex()
        if not index.isValid():
            return None
        node = self.sheet_model.node(index)
        wanted = self.sheet_model.columns[index.column()].figure
        held = [column for column, key in enumerate(node.keys) if key is not None]
        if not held:
            # A heading: moves start from it all the same.
            return Place(node.place, wanted)
        return Place(node.place, min(held, key=lambda column: abs(column - wanted)))

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
        self.move(place)
        self.scrollTo(self.currentIndex())
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

    def move(self, place: Place, *, extend: bool = False) -> None:
        """Makes the cell current; with ``extend``, selects all from where the selection began."""
        if not self.finish_editing():
            return
        self._callout.hide()
        here = self.place()
        index = self._index(place)
        if not extend:
            self._anchor = place
            self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect)
            return
        if self._anchor is None:
            self._anchor = here or place
        self.selectionModel().setCurrentIndex(index, _Flag.NoUpdate)
        self.select_block(self._index(self._anchor), index)

    def move_within_selection(self, place: Place) -> None:
        """Makes another cell of the selection current and keeps the selection."""
        self.selectionModel().setCurrentIndex(self._index(place), _Flag.NoUpdate)

    def at_edge(self, step: int) -> None:
        """Announces that there is nothing further on this sheet."""
        self.edge_reached.emit(step)

    def _index(self, place: Place) -> QModelIndex:
        node = self.sheet_model.tree.order[place.row]
        return self.sheet_model.index_of(node, self.sheet_model.sheet_column(place.column))

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

    # -- typing -------------------------------------------------------------------------------

    @property
    def can_type(self) -> bool:
        """Whether this year's figures are shown, so that typing has a place to go."""
        return self.sheet_model.shown is Shown.THIS

    def edit_current(self, text: str | None) -> None:
        """Opens the current cell: with *text* in place of what it held, or (``None``) as it is."""
        place = self.place()
        if place is None or self.moves.key_at(place) is None:
            return
        if not self.can_type:
            self.say(f"现在显示的是{self.sheet_model.shown.value}数，请切换到“本年”后填写。")
            return
        if self._editor is None:
            index = self._index(place)
            if self.currentIndex() != index:
                self.move(place)
            self.edit(index)
            editor = self.indexWidget(index) or self.viewport().findChild(CellEditor)
            if not isinstance(editor, CellEditor):
                return
            self._editor = editor
            editor.leave_requested.connect(self._leave_editor)
            editor.cancel_requested.connect(self._cancel_editor)
            editor.finish_requested.connect(self.finish_editing)
            editor.textEdited.connect(self._edited)
        self._callout.hide()
        self._editor.begin(text)

    def finish_editing(self) -> bool:
        """Takes over what is being typed. ``False``: it was refused and stays as it is."""
        editor = self._editor
        if editor is None:
            return True
        self.commitData(editor)
        if editor.refused:
            editor.setFocus()
            return False
        self._close_editor(editor)
        return True

    def dismiss(self) -> None:
        """Takes the sentence of a refusal away."""
        self._callout.hide()

    def say(self, sentence: str) -> None:
        """Shows one sentence beside the current cell."""
        rect = self.visualRect(self.currentIndex())
        self._callout.say(sentence, rect)

    def _leave_editor(self, event: QKeyEvent) -> None:
        if self.finish_editing():
            self.keyboard.leave_editor(event)

    def _cancel_editor(self) -> None:
        if self._editor is not None:
            self._close_editor(self._editor)

    def _close_editor(self, editor: CellEditor) -> None:
        self._editor = None
        self._callout.hide()
        had_focus = editor.hasFocus()
        self.closeEditor(editor, _NO_HINT)
        if had_focus:
            self.setFocus()

    def _edited(self) -> None:
        if self._editor is not None:
            self._editor.show_refused(False)
        self._callout.hide()

    def _refused(self, key: str, sentence: str) -> None:
        index = self.sheet_model.index_of_key(key)
        if index.isValid():
            self._callout.say(sentence, self.visualRect(index))

    # -- changes of several cells -------------------------------------------------------------

    def copy(self) -> None:
        """Puts the selected block on the clipboard."""

    def cut(self) -> None:
        """Puts the selected block on the clipboard and blanks it."""

    def paste(self) -> None:
        """Pastes the clipboard's block from the top-left selected cell on."""

    def clear_selected(self) -> None:
        """Blanks the selected cells."""
        self.actions_on_cells.clear()

    def set_not_applicable(self) -> None:
        """Sets the selected cells to 不适用 (``/``) where the form allows it."""
        self.actions_on_cells.not_applicable()

    def copy_last_year(self) -> None:
        """Takes over last year's figures for the selected cells."""
        self.actions_on_cells.copy_last()

    # -- settings -----------------------------------------------------------------------------

    def set_enter_direction(self, direction: EnterDirection) -> None:
        """Where Enter goes (回车方向)."""
        self.keyboard.enter = direction

    def set_skip_computed(self, skip: bool) -> None:
        """Whether Enter and Tab pass by cells that have computed themselves."""
        self._skip_computed = skip

    def set_look(self, tokens: Tokens, zoom: float) -> None:
        """Draws in these colours at this zoom (1.0 is 100 %) from now on."""
        super().set_look(tokens, zoom)
        self.setItemDelegate(SheetDelegate(self.colours, self))
        self._callout.dress(self.colours)

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

    def _folded(self, index: QModelIndex, folded: bool) -> None:
        self.sheet_model.node(index).folded = folded

    def _tree_changed(self) -> None:
        self.moves = Moves(self.sheet_model.tree, self._passes)
        self._anchor = None
        self.expandAll()
        first = self.moves.first()
        if first is not None:
            self.move(first)

    def _passes(self, key: str) -> bool:
        return self._skip_computed and key in self.document.session.report.computed

    # -- events -------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys as in Excel; see :mod:`gui.sheet.keys`."""
        if self._editor is not None:
            # The focus has not reached the editor yet: fast typing must not lose a digit.
            self._editor.event(event)
            event.accept()
        elif self.keyboard.press(event):
            event.accept()
        else:
            event.ignore()

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> object:
        """No input method here: it would keep digits to itself."""
        if query == Qt.InputMethodQuery.ImEnabled:
            return False
        return super().inputMethodQuery(query)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """What an input method delivers all the same is taken as typed."""
        self.keyboard.typed(event.commitString())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes over what is being typed first; a refused text keeps its cell."""
        if not self.finish_editing():
            return
        self._callout.hide()
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

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl+wheel zooms; anything else scrolls."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = event.angleDelta().y() // 120
            if steps:
                self.zoom_requested.emit(steps)
            event.accept()
            return
        super().wheelEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the frame of the current cell in full.

        Not handed on: Qt's own would draw the whole sheet anew each time an editor opens or closes.
        """
        event.accept()
        self._draw_current()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Shows the frame of the current cell as a quiet one."""
        event.accept()
        self._draw_current()

    def _draw_current(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.viewport().update(self.visualRect(self.currentIndex()))

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
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
