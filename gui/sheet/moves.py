"""Where the keys lead: from a cell to the next one that can be filled. No Qt.

A :class:`Place` is a row of the tree and a column of the table. Rows that are folded away are
skipped, as Excel skips hidden rows; headings and places without a cell are skipped as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from gui.sheet.nodes import Node, Tree


class Place(NamedTuple):
    """A cell: the row's place in the tree and the column, both counted from 0."""

    row: int
    column: int


class Moves:
    """Moves over one tree. ``skip`` says of a key that Enter and Tab pass it by."""

    def __init__(self, tree: Tree, skip: Callable[[str], bool] | None = None) -> None:
        self._tree = tree
        self._skip = skip or _passes_none
        self._width = len(tree.table.columns)

    # -- reading ------------------------------------------------------------------------------

    def place_of(self, key: str) -> Place | None:
        """Where the cell stands; ``None`` where it is not shown."""
        node = self._tree.of_key.get(key)
        return None if node is None else Place(node.place, node.keys.index(key))

    def key_at(self, place: Place) -> str | None:
        """The key of the cell there, if there is one."""
        return self._tree.order[place.row].keys[place.column]

    def rows(self, start: int, step: int) -> Iterator[Node]:
        """The shown rows after (``step`` 1) or before (−1) the place *start*, nearest first."""
        order = self._tree.order
        at = start
        while True:
            if step > 0:
                at = order[at].end if 0 <= at < len(order) and order[at].folded else at + 1
            else:
                at -= 1
            if not 0 <= at < len(order):
                return
            node = order[at]
            if step < 0 and not node.is_shown:
                hidden_by = [above for above in node.ancestors() if above.folded]
                at = hidden_by[-1].place
                node = order[at]
            yield node

    # -- arrows -------------------------------------------------------------------------------

    def vertical(self, place: Place, step: int) -> Place | None:
        """The next cell of the column; where there is none further on, the nearest of another."""
        other: Place | None = None
        for node in self.rows(place.row, step):
            if node.keys[place.column] is not None:
                return Place(node.place, place.column)
            if other is None and not node.is_heading:
                other = self._nearest(node, place.column)
        return other

    def horizontal(self, place: Place, step: int) -> Place | None:
        """The next cell of the row."""
        keys = self._tree.order[place.row].keys
        column = place.column + step
        while 0 <= column < self._width:
            if keys[column] is not None:
                return Place(place.row, column)
            column += step
        return None

    def page(self, place: Place, rows: int) -> Place | None:
        """The cell *rows* shown rows further down (up where negative), or as near as there is."""
        step = 1 if rows > 0 else -1
        found: Place | None = None
        for count, node in enumerate(self.rows(place.row, step), start=1):
            if node.keys[place.column] is not None:
                found = Place(node.place, place.column)
            if count >= abs(rows) and found is not None:
                break
        return found or self.vertical(place, step)

    # -- Enter and Tab ------------------------------------------------------------------------

    def in_reading_order(self, place: Place, step: int) -> Place | None:
        """The next cell to fill as one reads: along the row, then the next row."""
        at: Place | None = place
        while at is not None:
            at = self.horizontal(at, step) or self._row_edge(at.row, step, from_start=step > 0)
            if at is not None and not self._passes(at):
                return at
        return None

    def in_column_order(self, place: Place, step: int) -> Place | None:
        """The next cell to fill down the column, then at the head of the next column."""
        at: Place | None = place
        while at is not None:
            at = self._in_column(at.row, at.column, step) or self._column_edge(at.column, step)
            if at is not None and not self._passes(at):
                return at
        return None

    def first(self) -> Place | None:
        """The first cell that Enter would stop at; else the first cell at all."""
        edge = self._row_edge(-1, 1, from_start=True)
        if edge is not None and self._passes(edge):
            return self.in_reading_order(edge, 1) or edge
        return edge

    def last(self) -> Place | None:
        """The very last cell."""
        return self._row_edge(len(self._tree.order), -1, from_start=False)

    def row_edge(self, place: Place, step: int) -> Place:
        """The last cell of the row to the right (``step`` 1) or to the left (−1)."""
        at = place
        while (further := self.horizontal(at, step)) is not None:
            at = further
        return at

    # -- sections -----------------------------------------------------------------------------

    def section(self, place: Place, step: int) -> Place | None:
        """The first cell of the next top row's block; backwards, of this one first."""
        node = self._tree.order[place.row]
        top = next(reversed([node, *node.ancestors()]))
        head = self._first_under(top, place.column)
        if step < 0 and head is not None and head.row < place.row:
            return head
        roots = self._tree.roots
        position = top.position + step
        while 0 <= position < len(roots):
            found = self._first_under(roots[position], place.column)
            if found is not None:
                return found
            position += step
        return None

    # -- inside -------------------------------------------------------------------------------

    def _passes(self, place: Place) -> bool:
        key = self.key_at(place)
        return key is not None and self._skip(key)

    def _nearest(self, node: Node, column: int) -> Place:
        held = [index for index, key in enumerate(node.keys) if key is not None]
        return Place(node.place, min(held, key=lambda index: abs(index - column)))

    def _row_edge(self, row: int, step: int, *, from_start: bool) -> Place | None:
        for node in self.rows(row, step):
            held = [index for index, key in enumerate(node.keys) if key is not None]
            if held:
                return Place(node.place, held[0] if from_start else held[-1])
        return None

    def _in_column(self, row: int, column: int, step: int) -> Place | None:
        for node in self.rows(row, step):
            if node.keys[column] is not None:
                return Place(node.place, column)
        return None

    def _column_edge(self, column: int, step: int) -> Place | None:
        start = -1 if step > 0 else len(self._tree.order)
        column += step
        while 0 <= column < self._width:
            found = self._in_column(start, column, step)
            if found is not None:
                return found
            column += step
        return None

    def _first_under(self, top: Node, column: int) -> Place | None:
        first: Place | None = None
        for node in self._tree.order[top.place : top.end]:
            if node.keys[column] is not None:
                return Place(node.place, column)
            if first is None and not node.is_heading:
                first = self._nearest(node, column)
        return first


def _passes_none(key: str) -> bool:
    return False
