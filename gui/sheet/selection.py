"""Which cells of a sheet are meant: the current one, and what is selected around it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QMouseEvent

from core.values import CellValue
from gui.sheet.columns import OF_CELLS, ColumnKind, difference
from gui.sheet.grid import SheetGrid
from gui.sheet.model import Index
from gui.sheet.moves import Moves, Place
from gui.sheet.nodes import Node

_Flag = QItemSelectionModel.SelectionFlag
_Left = Qt.MouseButton.LeftButton
#: The columns whose figures are added up, the first of them that is selected.
_ADDED_UP = (ColumnKind.FIGURE, ColumnKind.LAST, ColumnKind.DIFFERENCE)
#: Qt compares each selected cell with each other one.
_MOST_SELECTED = 500
#: How often a sheet scrolls on while the mouse drags beyond its edge.
_DRAG_MILLISECONDS = 60


class Selection:
    """The current cell of a grid, the selection stretched from it, and the drag that stretches it.

    A selection is stretched as in Excel: the cell where it began stays the current one, which is
    typed into; its other end, the lead, goes where the keys or the mouse lead. The current index and
    the selected ranges are kept by Qt's selection model; lead and drag are kept here.

    ``skip`` says of a key that Enter and Tab pass it by. Nothing here knows of an open cell: who moves
    takes its text over first.
    """

    def __init__(self, grid: SheetGrid, skip: Callable[[str], bool]) -> None:
        self.grid = grid
        self._skip = skip
        self.moves = Moves(grid.sheet_model.tree, skip)
        #: The end of a stretched selection: place of the row, column of the sheet.
        self._lead: tuple[int, int] | None = None
        self._dragged_to: QPoint | None = None
        #: Whether Ctrl and the mouse add to the selection, which is Qt's to do.
        self._adding = False
        self._dragging = QTimer(grid)
        self._dragging.setInterval(_DRAG_MILLISECONDS)
        self._dragging.timeout.connect(self._drag_on)

    def begin_anew(self) -> None:
        """Moves over the grid's rows of now, from the first cell to be filled."""
        self.moves = Moves(self.grid.sheet_model.tree, self._skip)
        self._lead = None
        first = self.moves.first()
        if first is not None:
            self.move_to(first)

    # -- the current cell ---------------------------------------------------------------------

    def place(self) -> Place | None:
        """The current cell; that of its row where a label or last year's figure is current."""
        return self.place_at(self.grid.currentIndex())

    def place_at(self, index: QModelIndex) -> Place | None:
        """The cell at *index*, or the nearest of its row; a heading's place has no cell."""
        if not index.isValid():
            return None
        model = self.grid.sheet_model
        node = model.node(index)
        wanted = model.columns[index.column()].figure
        held = [column for column, key in enumerate(node.keys) if key is not None]
        if not held:
            # A heading: moves start from it all the same.
            return Place(node.place, wanted)
        return Place(node.place, min(held, key=lambda column: abs(column - wanted)))

    def index_at_place(self, place: Place) -> QModelIndex:
        """The index of the cell."""
        model = self.grid.sheet_model
        return model.index_of(model.tree.order[place.row], model.sheet_column(place.column))

    def current_key(self) -> str | None:
        """The key of the current cell; ``None`` on a heading."""
        place = self.place()
        return None if place is None else self.moves.key_at(place)

    def move_to(self, place: Place) -> None:
        """Makes the cell the current one, and the only one selected."""
        index = self.index_at_place(place)
        self.grid.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect)

    def move_within(self, place: Place) -> None:
        """Makes another cell of the selection current and keeps the selection."""
        self.grid.selectionModel().setCurrentIndex(self.index_at_place(place), _Flag.NoUpdate)

    def current_moved(self) -> None:
        """Another cell is current: a selection is stretched from there."""
        self._lead = None

    # -- stretching ---------------------------------------------------------------------------

    @property
    def lead(self) -> Place | None:
        """The end of the selection that Shift moves; the current cell where it was not stretched."""
        return self.place_at(self._lead_index())

    def _lead_index(self) -> QModelIndex:
        if self._lead is None:
            return self.grid.currentIndex()
        row, column = self._lead
        model = self.grid.sheet_model
        return model.index_of(model.tree.order[row], column)

    def stretch_to(self, index: QModelIndex) -> None:
        """Selects all from the current cell to the one at *index*."""
        grid = self.grid
        current = grid.currentIndex()
        if not current.isValid():
            current = index
            grid.selectionModel().setCurrentIndex(index, _Flag.NoUpdate)
        grid.select_block(current, index)
        self._lead = grid.sheet_model.node(index).place, index.column()
        grid.scrollTo(index)

    # -- selecting ----------------------------------------------------------------------------

    def select_keys(self, keys: Collection[str]) -> None:
        """Selects the cells of these keys that are shown, unless they are thousands.

        The current cell stays.
        """
        if len(keys) > _MOST_SELECTED:
            return
        selection = QItemSelection()
        for key in keys:
            index = self.grid.sheet_model.index_of_key(key)
            if index.isValid():
                selection.select(index, index)
        if not selection.isEmpty():
            self.grid.selectionModel().select(selection, _Flag.ClearAndSelect)

    def select_column(self, section: int) -> None:
        """Selects a column of the sheet; everything for that of the labels."""
        grid = self.grid
        model = grid.sheet_model
        if not model.tree.order:
            return
        if model.columns[section].kind is ColumnKind.LABEL:
            grid.selectAll()
            return
        self._make_current_in(section)
        first = model.index_of(model.tree.order[0], section)
        grid.select_block(first, model.index_of(grid.last_shown(), section))

    def _make_current_in(self, section: int) -> None:
        """Stays in the row, where it has a cell in that column, and does not scroll."""
        here = self.place()
        column = self.grid.sheet_model.columns[section]
        if here is None or column.kind is not ColumnKind.FIGURE:
            return
        there = Place(here.row, column.figure)
        if self.moves.key_at(there) is not None:
            self.move_within(there)

    def select_row(self) -> None:
        """Selects the cells of the current row."""
        index = self.grid.currentIndex()
        if index.isValid():
            model = self.grid.sheet_model
            node = model.node(index)
            last = len(model.columns) - 1
            self.grid.select_block(model.index_of(node), model.index_of(node, last))

    # -- what is selected ---------------------------------------------------------------------

    def places(self) -> list[Place]:
        """The cells selected in the columns that are typed into, row by row."""
        return self._places((ColumnKind.FIGURE,))

    def corner(self) -> Place | None:
        """The last row and column of the cells selected that are typed into; ``None`` without any."""
        model = self.grid.sheet_model
        selection = self.grid.selectionModel().selection()
        row = column = -1
        for at in range(selection.size()):
            part = selection.at(at)
            above = part.parent()
            siblings = model.node(above).children if above.isValid() else model.tree.roots
            typed_into = [
                model.columns[section].figure
                for section in range(part.left(), part.right() + 1)
                if model.columns[section].kind is ColumnKind.FIGURE
            ]
            if typed_into:
                row = max(row, siblings[part.bottom()].place)
                column = max(column, *typed_into)
        return Place(row, column) if column >= 0 else None

    def cells(self) -> list[str]:
        """The keys of the cells selected, by themselves or beside their figures of last year.

        That of the current row where none is.
        """
        found = [self.moves.key_at(place) for place in self._places(OF_CELLS)]
        return [key for key in found if key is not None] or self._current_alone()

    def cells_typed_into(self) -> list[str]:
        """The keys of the cells selected; of the current one, also by its label, where none is."""
        found = [self.moves.key_at(place) for place in self.places()]
        return [key for key in found if key is not None] or self.cells()

    def figures(self) -> list[CellValue]:
        """The figures selected: this year's; last year's or the differences where these alone are."""
        grid = self.grid
        columns, figures = grid.sheet_model.columns, grid.sheet_model.figures
        found: dict[ColumnKind, dict[str, CellValue]] = {}
        for node, sections in self._parts():
            for section in sections:
                key = node.keys[columns[section].figure]
                kind = columns[section].kind
                if key is None or kind not in _ADDED_UP:
                    continue
                now, before = figures.value(key), figures.last(key)
                value = {ColumnKind.FIGURE: now, ColumnKind.LAST: before}
                shown = value[kind] if kind in value else difference(now, before)
                found.setdefault(kind, {})[key] = shown
        return next((list(found[kind].values()) for kind in _ADDED_UP if kind in found), [])

    def _current_alone(self) -> list[str]:
        current = self.current_key()
        return [current] if current is not None else []

    def columns_by_node(self) -> dict[Node, set[int]]:
        """The columns selected in each row; the current cell where nothing is selected."""
        grid = self.grid
        model = grid.sheet_model
        picked: dict[Node, set[int]] = {}
        for node, columns in self._parts():
            picked.setdefault(node, set()).update(columns)
        current = grid.currentIndex()
        if not picked and current.isValid():
            picked[model.node(current)] = {current.column()}
        return picked

    def _parts(self) -> list[tuple[Node, range]]:
        """Each row of each selected range, and the columns of the range."""
        model = self.grid.sheet_model
        found: list[tuple[Node, range]] = []
        selection = self.grid.selectionModel().selection()
        for at in range(selection.size()):
            part = selection.at(at)
            above = part.parent()
            siblings = model.node(above).children if above.isValid() else model.tree.roots
            columns = range(part.left(), part.right() + 1)
            found += [(node, columns) for node in siblings[part.top() : part.bottom() + 1]]
        return found

    def _places(self, kinds: Container[ColumnKind]) -> list[Place]:
        columns = self.grid.sheet_model.columns
        found: set[Place] = set()
        for node, sections in self._parts():
            for section in sections:
                column = columns[section]
                if column.kind in kinds and node.keys[column.figure] is not None:
                    found.add(Place(node.place, column.figure))
        return sorted(found, key=lambda place: (place.row, place.column))

    # -- the mouse ----------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> bool:
        """Notes where a drag begins; stretches the selection with Shift. Whether that is all."""
        point = event.position().toPoint()
        index = self.grid.indexAt(point)
        plain = event.button() == _Left and index.isValid()
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        self._dragged_to = point if plain and not control else None
        self._adding = plain and bool(control)
        if plain and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.stretch_to(index)
            return True
        return False

    def drag(self, event: QMouseEvent) -> bool:
        """Stretches the selection while the left button is held; whether it is."""
        if self._adding or not event.buttons() & _Left:
            return False
        if self._dragged_to is None:
            # The press was none: a refused text holds its cell, and Qt would take it away.
            return True
        self._dragged_to = event.position().toPoint()
        inside = self.grid.viewport().rect().contains(self._dragged_to)
        if inside:
            self._dragging.stop()
        elif not self._dragging.isActive():
            self._dragging.start()
        self._stretch_to_mouse(self._dragged_to)
        return True

    def release(self) -> None:
        """Ends a drag."""
        self._dragged_to = None
        self._adding = False
        self._dragging.stop()

    def _drag_on(self) -> None:
        """Scrolls by a row towards the mouse that is held beyond the edge."""
        if self._dragged_to is None:
            self._dragging.stop()
            return
        grid = self.grid
        area, point = grid.viewport().rect(), self._dragged_to
        down, across = grid.verticalScrollBar(), grid.horizontalScrollBar()
        down.setValue(down.value() + (point.y() > area.bottom()) - (point.y() < area.top()))
        step = grid.colours.px(20)
        right, left = point.x() > area.right(), point.x() < area.left()
        across.setValue(across.value() + step * (right - left))
        self._stretch_to_mouse(point)

    def _stretch_to_mouse(self, point: QPoint) -> None:
        area = self.grid.viewport().rect()
        nearest = QPoint(
            min(max(point.x(), area.left()), area.right()),
            min(max(point.y(), area.top()), area.bottom()),
        )
        index: Index = self.grid.indexAt(nearest)
        if index.isValid() and index != self._lead_index():
            self.stretch_to(index)
