"""A sheet's current cell and selection: what everything that acts on cells builds on."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from core.form.form import Table
from gui.document import Document
from gui.look.tokens import Tokens
from gui.sheet.columns import Role
from gui.sheet.entry import EntryGrid
from gui.sheet.model import Index
from gui.sheet.moves import Place
from gui.sheet.nodes import Node

_Flag = QItemSelectionModel.SelectionFlag
_Left = Qt.MouseButton.LeftButton
#: Qt compares each selected cell with each other one.
_MOST_SELECTED = 500
#: How often a sheet scrolls on while the mouse drags beyond its edge.
_DRAG_MILLISECONDS = 60


class CellGrid(EntryGrid):
    """Knows which cells are meant.

    A selection is stretched as in Excel: the cell where it began stays the current one, which is
    typed into; its other end, the lead, goes where the keys or the mouse lead.

    Signals (facts):
        current_cell_changed(str): another cell is current; its key, empty where it is none.
        paste_refused(list[str]): a paste did not fit and nothing was pasted; a sentence each.
        said(str): what was just done to the selected cells, for the status line.
    Signals (requests):
        edge_reached(int): Enter, Tab or Ctrl+arrow leads beyond the last (1) or first (−1) cell.
        sheet_requested(int): Ctrl+PageDown, the next sheet (1), or the one before (−1).
    """

    current_cell_changed = Signal(str)
    paste_refused = Signal(list)
    said = Signal(str)
    edge_reached = Signal(int)
    sheet_requested = Signal(int)

    def __init__(
        self, document: Document, table: Table, tokens: Tokens, parent: QWidget | None
    ) -> None:
        super().__init__(document, table, tokens, parent)
        #: The end of a stretched selection: place of the row, column of the sheet.
        self._lead: tuple[int, int] | None = None
        self._dragged_to: QPoint | None = None
        #: Whether Ctrl and the mouse add to the selection, which is Qt's to do.
        self._adding = False
        self._dragging = QTimer(self)
        self._dragging.setInterval(_DRAG_MILLISECONDS)
        self._dragging.timeout.connect(self._drag_on)
        self.headings.setSectionsClickable(True)
        self.headings.sectionPressed.connect(self.select_column)
        self.collapsed.connect(self._note_folded)
        self.expanded.connect(self._note_unfolded)

    # -- the current cell ---------------------------------------------------------------------

    def current_key(self) -> str | None:
        """The key of the current cell; ``None`` on a heading."""
        place = self.place()
        return None if place is None else self.moves.key_at(place)

    def move_to(self, place: Place) -> None:
        """Makes the cell the current one, and the only one selected."""
        if not self.finish_editing():
            return
        self.dismiss()
        self.selectionModel().setCurrentIndex(self.index_at_place(place), _Flag.ClearAndSelect)

    def move_within_selection(self, place: Place) -> None:
        """Makes another cell of the selection current and keeps the selection."""
        self.selectionModel().setCurrentIndex(self.index_at_place(place), _Flag.NoUpdate)

    def at_edge(self, step: int) -> None:
        """Announces that there is nothing further on this sheet."""
        self.edge_reached.emit(step)

    # -- the selection ------------------------------------------------------------------------

    @property
    def lead(self) -> Place | None:
        """The end of the selection that Shift moves; the current cell where it was not stretched."""
        return self.place_at(self._lead_index())

    def _lead_index(self) -> QModelIndex:
        if self._lead is None:
            return self.currentIndex()
        row, column = self._lead
        return self.sheet_model.index_of(self.sheet_model.tree.order[row], column)

    def extend_to(self, place: Place) -> None:
        """Selects all from the current cell to *place*."""
        if self.finish_editing():
            self._stretch(self.index_at_place(place))

    def _stretch(self, index: QModelIndex) -> None:
        current = self.currentIndex()
        if not current.isValid():
            current = index
            self.selectionModel().setCurrentIndex(index, _Flag.NoUpdate)
        self.dismiss()
        self.select_block(current, index)
        self._lead = self.sheet_model.node(index).place, index.column()
        self.scrollTo(index)

    def select_keys(self, keys: Collection[str]) -> None:
        """Selects the cells of these keys that are shown, unless they are thousands.

        The current cell stays.
        """
        if len(keys) > _MOST_SELECTED:
            return
        selection = QItemSelection()
        for key in keys:
            index = self.sheet_model.index_of_key(key)
            if index.isValid():
                selection.select(index, index)
        if not selection.isEmpty():
            self.selectionModel().select(selection, _Flag.ClearAndSelect)

    def select_column(self, section: int) -> None:
        """Selects a column of the sheet; everything for that of the labels."""
        order = self.sheet_model.tree.order
        if not order or not self.finish_editing():
            return
        if self.sheet_model.columns[section].role is Role.LABEL:
            self.selectAll()
            return
        last = next(node for node in reversed(order) if node.is_shown)
        first, end = order[0], last
        self.setFocus()
        self._make_current_in(section)
        self.select_block(
            self.sheet_model.index_of(first, section), self.sheet_model.index_of(end, section)
        )

    def _make_current_in(self, section: int) -> None:
        """Stays in the row, where it has a cell in that column, and does not scroll."""
        here = self.place()
        column = self.sheet_model.columns[section]
        if here is None or column.role is not Role.FIGURE:
            return
        there = Place(here.row, column.figure)
        if self.moves.key_at(there) is not None:
            self.move_within_selection(there)

    def select_row(self) -> None:
        """Selects the cells of the current row."""
        index = self.currentIndex()
        if index.isValid() and self.finish_editing():
            node = self.sheet_model.node(index)
            last = len(self.sheet_model.columns) - 1
            self.select_block(
                self.sheet_model.index_of(node), self.sheet_model.index_of(node, last)
            )

    def selected_places(self) -> list[Place]:
        """The cells selected in the columns that are typed into, row by row."""
        return self._places({Role.FIGURE})

    def selected_keys(self) -> list[str]:
        """The keys of the cells selected, by themselves or beside their figures of last year.

        That of the current row where none is.
        """
        places = self._places({Role.FIGURE, Role.LAST, Role.DIFFERENCE, Role.RATE})
        keys = [self.moves.key_at(place) for place in places]
        found = [key for key in keys if key is not None]
        current = self.current_key()
        return found or ([current] if current is not None else [])

    def _places(self, roles: set[Role]) -> list[Place]:
        model = self.sheet_model
        found: set[Place] = set()
        selection = self.selectionModel().selection()
        for at in range(selection.size()):
            part = selection.at(at)
            figures = [
                column.figure
                for column in model.columns[part.left() : part.right() + 1]
                if column.role in roles
            ]
            above = part.parent()
            siblings = model.node(above).children if above.isValid() else model.tree.roots
            for node in siblings[part.top() : part.bottom() + 1]:
                found.update(
                    Place(node.place, figure) for figure in figures if node.keys[figure] is not None
                )
        return sorted(found, key=lambda place: (place.row, place.column))

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

    # -- the mouse ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins a selection, or stretches the one there is with Shift."""
        index = self.indexAt(event.position().toPoint())
        plain = event.button() == _Left and index.isValid()
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        self._dragged_to = event.position().toPoint() if plain and not control else None
        self._adding = plain and bool(control)
        if plain and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._stretch(index)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Stretches the selection while the left button is held."""
        if self._adding or not event.buttons() & _Left:
            super().mouseMoveEvent(event)
            return
        if self._dragged_to is None:
            # The press was none: a refused text holds its cell, and Qt would take it away.
            return
        self._dragged_to = event.position().toPoint()
        inside = self.viewport().rect().contains(self._dragged_to)
        if inside:
            self._dragging.stop()
        elif not self._dragging.isActive():
            self._dragging.start()
        self._drag()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends a drag."""
        self._dragged_to = None
        self._adding = False
        self._dragging.stop()
        super().mouseReleaseEvent(event)

    def _drag_on(self) -> None:
        """Scrolls by a row towards the mouse that is held beyond the edge."""
        if self._dragged_to is None:
            self._dragging.stop()
            return
        area, point = self.viewport().rect(), self._dragged_to
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        down.setValue(down.value() + (point.y() > area.bottom()) - (point.y() < area.top()))
        step = self.colours.px(20)
        right, left = point.x() > area.right(), point.x() < area.left()
        across.setValue(across.value() + step * (right - left))
        self._drag()

    def _drag(self) -> None:
        assert self._dragged_to is not None
        area, point = self.viewport().rect(), self._dragged_to
        nearest = QPoint(
            min(max(point.x(), area.left()), area.right()),
            min(max(point.y(), area.top()), area.bottom()),
        )
        index = self.indexAt(nearest)
        if index.isValid() and index != self._lead_index():
            self._stretch(index)

    # -- events -------------------------------------------------------------------------------

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Announces the new current cell."""
        self._lead = None
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
