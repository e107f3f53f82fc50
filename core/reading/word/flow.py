"""Paragraphs, cell ends and row ends in reading order become tables and running text.

Word's binary format and RTF know no table objects, only marks in the stream of paragraphs. The
nesting depth of a paragraph (0 outside tables) says which table it belongs to. Rows carry the
positions of their cells' edges, from which merged cells are found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

from core.reading.base.inner import with_inner_tables
from core.reading.base.limits import Budget
from core.reading.base.raw import RawTable
from core.reading.text.lines import common_width


class Merge(Enum):
    """How a cell belongs to its neighbours."""

    NONE = 0
    LEFT = 1
    """Goes on with the cell on its left."""
    ABOVE = 2
    """Goes on with the cell above it."""


@dataclass(frozen=True)
class RowShape:
    """Where a row's cells lie: ``edges`` from left to right (one more than cells; any unit that
    the whole table shares, such as twips), and each cell's ``merges``. Empty where unknown."""

    edges: Sequence[int] = ()
    merges: Sequence[Merge] = ()


@dataclass
class _Level:
    """A table that is being read."""

    order: int
    rows: list[tuple[list[str], RowShape]] = field(default_factory=list[tuple[list[str], RowShape]])
    cells: list[str] = field(default_factory=list[str])
    paragraphs: list[str] = field(default_factory=list[str])
    #: how many tables had been opened when its present cell began
    opened: int = 0


class Flow:
    """Collects the paragraphs of a document, in order.

    A table inside a cell becomes a table of its own; the outer cell keeps the rest of its text.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._levels: list[_Level] = []
        self._opened = 0
        self._done: list[tuple[int, RawTable]] = []
        self._text: list[str] = []
        #: whether a cell holds a small table with figures
        self.has_inner_figures = False

    def paragraph(self, text: str, depth: int) -> None:
        """A paragraph at nesting *depth*; at depth 0 it is running text."""
        self._go_to(depth)
        self._budget.spend_cells()
        if depth:
            self._levels[-1].paragraphs.append(text)
        elif text.strip():
            self._text.append(text.strip("\n"))

    def end_cell(self, text: str, depth: int) -> None:
        """The last paragraph of a cell at *depth* (1 or more)."""
        self._go_to(depth)
        level = self._levels[-1]
        level.paragraphs.append(text)
        joined = self._with_inner("\n".join(level.paragraphs), level)
        level.cells.append(joined[: self._budget.limits.max_cell_chars])
        level.paragraphs = []
        self._budget.spend_cells()

    def _with_inner(self, text: str, level: _Level) -> str:
        """The text of a cell with that of a table in it, where that is a mere frame."""
        if level.opened == self._opened:
            return text
        places = [at for at, (order, _) in enumerate(self._done) if order >= level.opened]
        tables = [self._done[at][1] for at in places]
        text, self.has_inner_figures = with_inner_tables(
            text, tables, 0, told=self.has_inner_figures
        )
        for at, table in zip(places, tables, strict=True):
            self._done[at] = (self._done[at][0], table)
        level.opened = self._opened
        return text

    def end_row(self, depth: int, shape: RowShape) -> None:
        """The end of a row at *depth* (1 or more); *shape* tells where its cells lie."""
        self._go_to(depth)
        level = self._levels[-1]
        if any(paragraph.strip() for paragraph in level.paragraphs):
            level.cells.append("\n".join(level.paragraphs))
        level.paragraphs = []
        while len(level.cells) > len(shape.edges) - 1 > 0 and not level.cells[-1].strip():
            # LibreOffice ends one cell too many in rows that hold a nested table.
            level.cells.pop()
        if level.cells:
            level.rows.append((level.cells, shape))
            level.cells = []
            self._budget.check_rows(len(level.rows))

    def finish(self) -> tuple[tuple[RawTable, ...], str]:
        """The tables in the order of their beginnings, and the running text."""
        self._go_to(0)
        self._done.sort(key=lambda pair: pair[0])
        return tuple(table for _, table in self._done), "\n".join(self._text)

    def _go_to(self, depth: int) -> None:
        self._budget.check_depth(depth)
        while len(self._levels) > depth:
            self._close()
        while len(self._levels) < depth:
            self._levels.append(_Level(self._opened, opened=self._opened + 1))
            self._opened += 1

    def _close(self) -> None:
        level = self._levels.pop()
        if any(paragraph.strip() for paragraph in level.paragraphs):
            level.cells.append("\n".join(level.paragraphs))
        if level.cells:
            level.rows.append((level.cells, RowShape()))
        if level.rows:
            self._done.append((level.order, align(level.rows, self._budget)))


def align(rows: Sequence[tuple[list[str], RowShape]], budget: Budget) -> RawTable:
    """One table with cells in the columns where they stand.

    A cell wider than a column stands in each of the columns that it covers, as
    :class:`RawTable` wants it.
    """
    usual = common_width([len(cells) for cells, _ in rows])
    grid = _grid(rows, usual)
    placed: list[list[str]] = []
    merged: set[tuple[int, int]] = set()
    for number, (cells, shape) in enumerate(rows):
        row: list[str] = []
        merges: list[Merge] = []
        for text, count, merge in zip(
            cells, _spans(cells, shape, grid, usual), _merges(cells, shape), strict=True
        ):
            row += [text] * count
            merges += [merge] + [Merge.LEFT] * (count - 1)
        above = placed[-1] if placed else []
        for column, merge in enumerate(merges):
            if merge is Merge.LEFT and column:
                row[column] = row[column - 1]
                merged.add((number, column))
            elif merge is Merge.ABOVE and column < len(above):
                row[column] = above[column]
                merged.add((number, column))
        budget.spend_cells(max(len(row) - len(cells), 0))
        placed.append(row)
    return RawTable(tuple(map(tuple, placed)), merged=frozenset(merged))


def _grid(rows: Sequence[tuple[list[str], RowShape]], usual: int) -> Sequence[int]:
    """The edges of the most frequent kind of row, by which wider cells are measured."""
    tally: dict[tuple[int, ...], int] = {}
    for cells, shape in rows:
        if len(cells) == usual and _is_sound(cells, shape):
            edges = tuple(shape.edges)
            tally[edges] = tally.get(edges, 0) + 1
    return max(tally, key=lambda edges: tally[edges], default=())


def _is_sound(cells: Sequence[str], shape: RowShape) -> bool:
    edges = shape.edges
    return len(edges) == len(cells) + 1 and all(left < right for left, right in pairwise(edges))


def _spans(cells: Sequence[str], shape: RowShape, grid: Sequence[int], usual: int) -> Sequence[int]:
    """How many columns each cell covers; one each where the edges do not tell."""
    single = [1] * len(cells)
    if len(cells) >= usual or not grid or not _is_sound(cells, shape):
        return single
    places = [min(range(len(grid)), key=lambda at: abs(grid[at] - edge)) for edge in shape.edges]
    spans = [right - left for left, right in pairwise(places)]
    if places[0] or min(spans) < 1:
        return single
    return spans


def _merges(cells: Sequence[str], shape: RowShape) -> Sequence[Merge]:
    known = list(shape.merges[: len(cells)])
    return known + [Merge.NONE] * (len(cells) - len(known))
