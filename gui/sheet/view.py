"""The sheet: a table of the report as the clerk sees it and types into it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from core.form.form import Table
from gui.document import Document
from gui.look.tokens import Tokens
from gui.sheet.actions import CellActions
from gui.sheet.clipboard_actions import Transfer
from gui.sheet.columns import OF_CELLS, ColumnKind, Shown, this_word
from gui.sheet.entry import Entry
from gui.sheet.figures_switch import FiguresSwitch
from gui.sheet.fill_handle import FillHandle
from gui.sheet.filters import Filter, nothing_left, rows_left
from gui.sheet.grid import SheetGrid
from gui.sheet.keys import EnterDirection, Keyboard
from gui.sheet.menu import cell_menu, heading_menu
from gui.sheet.model import SheetModel
from gui.sheet.moves import Place
from gui.sheet.selection import Selection
from gui.sheet.totals import totals


class SheetView(SheetGrid):
    """One table of an open report, as a spreadsheet of the indicator tree.

    It is the widget, to which Qt brings its events, and hands each to the one that it concerns::

        events ─► SheetView ─┬─► Entry      the open cell, its text, the sentence beside it
                             ├─► Selection  the current cell, what is selected, the drag
                             └─► Keyboard ─► CellActions, Transfer ─► Entry, Selection, Document

    Before anything else happens the open cell is taken over; where its text is refused, it stays.

    Signals (facts):
        current_cell_changed(str): another cell is current; its key, empty where it is none.
        paste_refused(list[str]): nothing was pasted, for several reasons; a sentence each.
        several_selected(): several cells are selected, or no longer; others, or they hold others now.
        said(str): what was just done to the selected cells, for the status line.
        figures_changed(Shown): a person has chosen to see other figures here.
    Signals (requests):
        edge_reached(int): Enter, Tab or Ctrl+arrow leads beyond the last (1) or first (−1) cell.
        sheet_requested(int): Ctrl+PageDown, the next sheet (1), or the one before (−1).
        command_requested(str): a command of the window of that name, for the current cell.
        zoom_requested(int): Ctrl+wheel, steps up or down.
    """

    current_cell_changed = Signal(str)
    paste_refused = Signal(list)
    several_selected = Signal()
    said = Signal(str)
    figures_changed = Signal(object)
    edge_reached = Signal(int)
    sheet_requested = Signal(int)
    command_requested = Signal(str)
    zoom_requested = Signal(int)

    #: At the head of a table of several columns; asked for while the grid is still being made.
    switch: FiguresSwitch | None = None

    def __init__(
        self, document: Document, table: Table, tokens: Tokens, parent: QWidget | None = None
    ) -> None:
        super().__init__(SheetModel(document, table), tokens, parent)
        self.sheet_model.setParent(self)
        self.document = document
        self.table = table
        self._skip_computed = False
        self._filter = Filter.ALL
        self._rows_found = 0
        self.selection = Selection(self, self._passes)
        self.entry = Entry(self.selection, document)
        self.actions_on_cells = CellActions(self.selection, self.entry, self.said.emit)
        self.transfer = Transfer(self.actions_on_cells, self.paste_refused.emit)
        self.fill_handle = FillHandle(self.actions_on_cells)
        self.viewport().setMouseTracking(True)  # the pointer over the handle is another
        self.keyboard = Keyboard(
            self.actions_on_cells,
            self.transfer,
            edge_reached=self.edge_reached.emit,
            sheet_requested=self.sheet_requested.emit,
        )
        self.entry.leave_requested.connect(self.keyboard.leave)
        self.entry.paste_requested.connect(self.transfer.paste_into_cell)
        self.headings.sectionPressed.connect(self._heading_pressed)
        self.headings.menu_requested.connect(self._heading_menu)
        if len(table.columns) > 1:
            form = document.session.form
            words = {Shown.THIS: this_word(form), Shown.LAST: form.period_word}
            words[Shown.DIFFERENCE] = Shown.DIFFERENCE.value
            self.switch = FiguresSwitch(words, self.colours, self)
            self.switch.chosen.connect(self._figures_chosen)
        self.selectionModel().currentChanged.connect(self._current_changed)
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        self._several = False
        document.changed.connect(self._report_changed)
        self.setAccessibleName(table.title or document.session.form.title)
        self._tree_changed()

    # -- going to cells -----------------------------------------------------------------------

    def current_key(self) -> str | None:
        """The key of the current cell; ``None`` on a heading."""
        return self.selection.current_key()

    def go_to(self, key: str) -> bool:
        """Makes the cell current and shows it; whether the sheet shows such a cell now."""
        place = self.selection.moves.place_of(key)
        if place is None or not self.entry.finish():
            return False
        for above in self.sheet_model.tree.order[place.row].ancestors():
            self.setExpanded(self.sheet_model.index_of(above), True)
        self.keyboard.forget_tabs()
        self.bring_into_view(self.selection.index_at_place(place))
        self._move_to(place)
        return True

    def go_to_edge(self, step: int) -> None:
        """Goes on from the sheet before (``step`` 1: first cell) or after (−1: last cell)."""
        edge = self.selection.moves.first() if step > 0 else self.selection.moves.last()
        if edge is not None and self.entry.finish():
            self._move_to(edge)

    def _move_to(self, place: Place) -> None:
        self.entry.dismiss()
        self.selection.move_to(place)

    def _current_changed(self) -> None:
        """Announces the new current cell."""
        self.selection.current_moved()
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.current_cell_changed.emit(self.current_key() or "")

    def _selection_changed(self) -> None:
        several = self.shows_several
        self.fill_handle.follow()
        if several or self._several:
            self.several_selected.emit()
        self._several = several

    def _report_changed(self) -> None:
        if self._several:
            self.several_selected.emit()

    def totals(self) -> str:
        """Sum, count and average of the cells selected, where these are several."""
        return totals(self.selection.figures()) if self._several else ""

    def next_fillable(self, step: int = 1) -> str | None:
        """The key of the cell that Enter (``step`` −1: Shift+Enter) leads to from here."""
        moves, here = self.selection.moves, self.selection.place()
        place = self.keyboard.next_place(here, step, by_enter=True) if here else moves.first()
        return None if place is None else moves.key_at(place)

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
        if not self.entry.finish():
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
        if self.switch is not None and self.entry.finish():
            self.sheet_model.show_figures(shown)
            self.viewport().update()
            self.headings.viewport().update()
            self.switch.show_chosen(shown)
            self.fill_handle.follow()
            self._report_changed()

    def _figures_chosen(self, shown: Shown) -> None:
        self.show_figures(shown)
        assert self.switch is not None
        # A refused text keeps its cell, and what is shown with it.
        self.switch.show_chosen(self.sheet_model.shown)
        self.figures_changed.emit(self.sheet_model.shown)

    def updateGeometries(self) -> None:
        """Puts the switch where the headings are now."""
        super().updateGeometries()
        self._place_switch()

    def _place_switch(self) -> None:
        """Right of the word at the head of the labels, which are not scrolled."""
        if self.switch is not None:
            head = self.headings.geometry()
            word = self.headings.left_words_width(0)
            y = head.top() + (head.height() - self.switch.height()) // 2
            self.switch.move(head.left() + word + self.colours.px(14), y)
            self.switch.raise_()

    def set_look(self, tokens: Tokens, zoom: float) -> None:
        """Draws in these colours at this zoom (1.0 is 100 %) from now on."""
        if self.entry.finish():
            super().set_look(tokens, zoom)
            self.entry.dress()
            if self.switch is not None:
                self.switch.dress(self.colours)
                self._place_switch()

    def _tree_changed(self) -> None:
        self.expandAll()
        self.selection.begin_anew()

    # -- settings -----------------------------------------------------------------------------

    def set_enter_direction(self, direction: EnterDirection) -> None:
        """Where Enter goes (回车方向)."""
        self.keyboard.enter = direction

    def set_skip_computed(self, skip: bool) -> None:
        """Whether Enter and Tab pass by cells that have computed themselves."""
        self._skip_computed = skip

    def _passes(self, key: str) -> bool:
        return self._skip_computed and key in self.document.session.report.computed

    # -- keys ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys as in Excel; see :mod:`gui.sheet.keys`."""
        editor = self.entry.editor
        if editor is not None:
            # The focus has not reached the editor yet: fast typing must not lose a digit.
            editor.event(event)
            event.accept()
        elif self.fill_handle.is_dragged:
            if event.key() == Qt.Key.Key_Escape:
                self.fill_handle.cancel()
            event.accept()
        elif self.keyboard.press(event):
            event.accept()
        else:
            event.ignore()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Never: Tab is a key of the sheet and comes to :meth:`keyPressEvent`."""
        return False

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> object:
        """No input method here: it would keep digits to itself."""
        if query == Qt.InputMethodQuery.ImEnabled:
            return False
        return super().inputMethodQuery(query)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """What an input method delivers all the same is taken as typed."""
        if self.entry.text is not None:
            self.entry.insert(event.commitString())
        else:
            self.keyboard.typed(event.commitString())
        event.accept()

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

    # -- the mouse ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes over what is being typed first; a refused text keeps its cell."""
        if not self.entry.finish():
            return
        self.entry.dismiss()
        if self.fill_handle.press(event):
            return
        node = self.on_chevron(event.position().toPoint())
        if node is not None and event.button() == Qt.MouseButton.LeftButton:
            index = self.sheet_model.index_of(node)
            self.setExpanded(index, not self.isExpanded(index))
            return
        if not self.selection.press(event):
            super().mousePressEvent(event)
        self.keyboard.forget_tabs()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Stretches the selection, or fills, while the left button is held."""
        if not event.buttons():
            over = self.fill_handle.is_at(event.position().toPoint())
            shape = Qt.CursorShape.CrossCursor if over else Qt.CursorShape.ArrowCursor
            if self.viewport().cursor().shape() != shape:
                self.viewport().setCursor(shape)
        elif not (self.fill_handle.drag(event) or self.selection.drag(event)):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends a drag."""
        if self.fill_handle.release():
            return
        self.selection.release()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Opens a cell as F2 does; folds or unfolds a row by its label."""
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        kind = self.sheet_model.columns[index.column()].kind
        if kind is ColumnKind.FIGURE and self.sheet_model.key(index) is not None:
            self.entry.open(None)
        elif kind is ColumnKind.LABEL and self.sheet_model.node(index).children:
            self.setExpanded(index, not self.isExpanded(index))

    def _heading_pressed(self, section: int) -> None:
        """Selects a column of the sheet; everything for that of the labels."""
        if self.sheet_model.tree.order and self.entry.finish():
            self.setFocus()
            self.selection.select_column(section)

    def _heading_menu(self, section: int, place: QPoint) -> None:
        """What can be done with a column, which is selected first where it has figures."""
        if self.entry.finish():
            if self.sheet_model.tree.order and self.sheet_model.columns[section].kind in OF_CELLS:
                self.selection.select_column(section)
            request = self.command_requested.emit
            heading_menu(self.actions_on_cells, self.transfer, request, section).popup(place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the selected cells."""
        if self.entry.finish():
            menu = cell_menu(self.actions_on_cells, self.transfer, self.command_requested.emit)
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
