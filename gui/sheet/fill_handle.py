"""The small square at the corner of what is selected: dragged, it fills the cells that it goes over."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QMouseEvent

from gui.sheet.actions import CellActions
from gui.sheet.moves import Place

#: How near to the square the mouse takes hold of it, in pixels.
_NEAR = 3


class _Block(NamedTuple):
    """The cells from which is filled: their rows and columns, first and last."""

    top: int
    bottom: int
    left: int
    right: int


class FillHandle:
    """Fills down, up, right or left from the selected cells, as Excel does: whichever is further.

    While it is dragged the grid draws the outline of what will be filled; let go, the cells are
    filled in one step. Cells that compute themselves are passed by.
    """

    def __init__(self, actions: CellActions) -> None:
        self._actions = actions
        self._selection = actions.selection
        self._grid = actions.selection.grid
        self._from: _Block | None = None
        self._to: Place | None = None

    # -- where it is --------------------------------------------------------------------------

    def follow(self) -> None:
        """Goes to the corner of what is selected now; away where nothing there is typed into."""
        corner: Place | None = None
        if self._actions.entry.can_type:
            corner = self._selection.corner()
            if corner is not None and not self._grid.shows_several:
                corner = corner if self._selection.moves.key_at(corner) is not None else None
        self._grid.set_handle(None if corner is None else self._selection.index_at_place(corner))

    def is_at(self, point: QPoint) -> bool:
        """Whether the mouse can take hold of it there."""
        rect = self._grid.handle_rect()
        return rect.isValid() and rect.adjusted(-_NEAR, -_NEAR, _NEAR, _NEAR).contains(point)

    # -- the drag -----------------------------------------------------------------------------

    @property
    def is_dragged(self) -> bool:
        """Whether the mouse holds it."""
        return self._from is not None

    def press(self, event: QMouseEvent) -> bool:
        """Takes hold of it; whether it is there."""
        plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        if not plain or not self.is_at(event.position().toPoint()):
            return False
        places = self._selection.places()
        rows, columns = [p.row for p in places], [p.column for p in places]
        if not places:
            return False
        self._from = _Block(min(rows), max(rows), min(columns), max(columns))
        self._to = None
        return True

    def drag(self, event: QMouseEvent) -> bool:
        """Shows what would be filled up to the mouse; whether it is being dragged."""
        if self._from is None:
            return False
        grid, point = self._grid, event.position().toPoint()
        area = grid.viewport().rect()
        bar = grid.verticalScrollBar()
        bar.setValue(bar.value() + (point.y() > area.bottom()) - (point.y() < area.top()))
        inside = QPoint(
            min(max(point.x(), area.left()), area.right()),
            min(max(point.y(), area.top()), area.bottom()),
        )
        index = grid.indexAt(inside)
        if index.isValid():
            node = grid.sheet_model.node(index)
            self._to = self._nearer(node.place, grid.sheet_model.columns[index.column()].figure)
            self._show()
        return True

    def release(self) -> bool:
        """Fills; whether it was being dragged."""
        block, to = self._from, self._to
        if block is None:
            return False
        self.cancel()
        if to is not None:
            self._fill(block, to)
        return True

    def cancel(self) -> None:
        """Lets go of it without filling."""
        self._from = self._to = None
        self._grid.set_outline(QRect())

    # -- inside -------------------------------------------------------------------------------

    def _nearer(self, row: int, column: int) -> Place | None:
        """How far is filled: along the rows or along the columns, never both; ``None``: not at all."""
        block = self._from
        assert block is not None
        down = max(row - block.bottom, block.top - row, 0)
        right = max(column - block.right, block.left - column, 0)
        if down and (down >= right or len(self._grid.sheet_model.table.columns) == 1):
            return Place(row, block.right if row > block.bottom else block.left)
        if right:
            return Place(block.bottom if column > block.right else block.top, column)
        return None

    def _show(self) -> None:
        block, to = self._from, self._to
        assert block is not None
        corners = [Place(block.top, block.left), Place(block.bottom, block.right)]
        outline = QRect()
        for place in [*corners, *([to] if to is not None else [])]:
            outline = outline.united(self._grid.visualRect(self._selection.index_at_place(place)))
        self._grid.set_outline(outline)

    def _fill(self, block: _Block, to: Place) -> None:
        moves, order = self._selection.moves, self._grid.sheet_model.tree.order
        shown = [node.place for node in order if node.is_shown]
        rows = [row for row in shown if block.top <= row <= block.bottom]
        columns = list(range(block.left, block.right + 1))
        down = to.row < block.top or to.row > block.bottom
        forward = to.row > block.bottom or to.column > block.right
        if down:
            beyond = [r for r in shown if (block.bottom < r <= to.row or to.row <= r < block.top)]
            sources = [[Place(row, column) for row in rows] for column in columns]
            targets = [[Place(row, column) for row in beyond] for column in columns]
        else:
            further = (
                range(block.right + 1, to.column + 1) if forward else range(to.column, block.left)
            )
            sources = [[Place(row, column) for column in columns] for row in rows]
            targets = [[Place(row, column) for column in further] for row in rows]
        found: dict[str, str] = {}
        for line, wanted in zip(sources, targets, strict=True):
            keys = [key for place in line if (key := moves.key_at(place)) is not None]
            cells = [key for place in wanted if (key := moves.key_at(place)) is not None]
            if not forward:
                keys.reverse()
                cells.reverse()
            found |= {cell: keys[at % len(keys)] for at, cell in enumerate(cells) if keys}
        word = ("下" if forward else "上") if down else ("右" if forward else "左")
        if self._actions.fill_from(found, f"向{word}填充"):
            first = Place(min(block.top, to.row), min(block.left, to.column))
            last = Place(max(block.bottom, to.row), max(block.right, to.column))
            at = self._selection.index_at_place
            self._grid.select_block(at(first), at(last))
