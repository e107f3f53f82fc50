"""A part of a raw table, with the questions that matching asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from core.matching.figures import has_digit
from core.matching.labels import Labels
from core.reading.base.raw import RawTable

#: Columns beyond these are not looked at; the widest official table has 15.
MAX_WIDTH: Final = 256


@dataclass(frozen=True)
class Piece:
    """Rows *start* to *end* (exclusive) of the document's table number *number*.

    ``cells`` are the whole table's texts without spaces around them, ``cores`` the same texts as
    labels are compared; both are shared by all its pieces.
    """

    number: int
    table: RawTable
    start: int
    end: int
    labels: Labels
    cells: Sequence[Sequence[str]] = field(repr=False)
    cores: Sequence[Sequence[str]] = field(repr=False)

    @classmethod
    def whole(cls, number: int, table: RawTable, labels: Labels) -> Piece:
        """All of a table."""
        cells = [[text.strip() for text in row[:MAX_WIDTH]] for row in table.rows]
        cores = [[labels.core(text) for text in row] for row in cells]
        return cls(number, table, 0, len(table.rows), labels, cells, cores)

    def part(self, start: int, end: int) -> Piece:
        """Other rows of the same table."""
        return replace(self, start=start, end=end)

    @cached_property
    def width(self) -> int:
        """The number of columns of the widest row."""
        return max((len(self.cells[at]) for at in self.places), default=0)

    @property
    def places(self) -> range:
        """The numbers of its rows in the raw table."""
        return range(self.start, self.end)

    def row_width(self, row: int) -> int:
        """The number of places in a row."""
        return len(self.cells[row])

    def text(self, row: int, column: int) -> str:
        """The text of a place without spaces around it; empty beyond the end of the row."""
        cells = self.cells[row]
        return cells[column] if column < len(cells) else ""

    def core(self, row: int, column: int) -> str:
        """The text of a place as labels are compared."""
        cores = self.cores[row]
        return cores[column] if column < len(cores) else ""

    def is_figure(self, row: int, column: int) -> bool:
        """A number, or a mark in place of one."""
        return self.labels.is_figure(self.text(row, column))

    def is_number(self, row: int, column: int) -> bool:
        """A number with digits."""
        text = self.text(row, column)
        return has_digit(text) and self.labels.is_figure(text)

    def is_unit(self, row: int, column: int) -> bool:
        """The name of a unit, with or without brackets."""
        text = self.text(row, column)
        return len(text) < 8 and text.strip("()（）[]【】 \u3000") in self.labels.units

    def is_merged_down(self, row: int, column: int) -> bool:
        """Whether the place carries on the cell above it."""
        return (
            (row, column) in self.table.merged
            and row > self.start
            and bool(self.text(row, column))
            and self.text(row - 1, column) == self.text(row, column)
            and not self._starts_across(row, column)
        )

    def _starts_across(self, row: int, column: int) -> bool:
        """Whether the place is covered by a cell of its own row rather than by one above."""
        while (row, column) in self.table.merged:
            if not column or self.text(row, column - 1) != self.text(row, column):
                return False
            column -= 1
        return True

    def reaches_down(self, row: int, column: int) -> bool:
        """Whether the cell at a place seems to stand in the row above or below too."""
        merged, text = self.table.merged, self.text(row, column)
        if not merged:
            return False
        above = row > self.start and self.text(row - 1, column) == text
        below = row + 1 < self.end and self.text(row + 1, column) == text
        return (above and (row, column) in merged) or (below and (row + 1, column) in merged)

    def reaches_across(self, row: int, column: int) -> range:
        """The other columns, to the right, in which the cell at a place stands too."""
        end = column + 1
        while (row, end) in self.table.merged and self.text(row, end) == self.text(row, column):
            end += 1
        return range(column + 1, end)

    def path(self, row: int, columns: Sequence[int]) -> list[tuple[int, str]]:
        """The label of a row from its outermost group on, as (column, text); repeats left out."""
        found: list[tuple[int, str]] = []
        for column in columns:
            text = self.text(row, column)
            if text and (not found or found[-1][1] != text):
                found.append((column, text))
        return found
