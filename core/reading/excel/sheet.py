"""Sheets as they are: few cells on a field of a million rows.

Cells are kept by position and laid out only at the end, as far as the last row and column with
text, after the size of that rectangle has been charged to the budget.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.reading.base.limits import Budget
from core.reading.base.raw import RawTable


@dataclass(frozen=True)
class Region:
    """A rectangle of places, all bounds included, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


class SparseSheet:
    """The cells of one sheet with text, and its merged regions."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._cells: dict[int, dict[int, str]] = {}
        self._regions: list[Region] = []

    def put(self, row: int, column: int, text: str) -> None:
        """Set the text of a place; a place written twice keeps the later text, blanks none."""
        if row < 0 or column < 0 or not text:
            return
        self._cells.setdefault(row, {})[column] = text[: self._budget.limits.max_cell_chars]

    def merge(self, region: Region) -> None:
        """Say that the region shows the text of its top left place everywhere."""
        if 0 <= region.top <= region.bottom and 0 <= region.left <= region.right:
            self._budget.spend_cells()
            self._regions.append(region)

    def table(self, name: str) -> RawTable:
        """The used rectangle from A1 on; each row ends with its last text."""
        merged: set[tuple[int, int]] = set()
        # A merged title reaches as far as its region, but no further than the sheet's own cells:
        # whole columns may be merged down to row 1,048,576.
        last_row = max(self._cells, default=-1)
        last_column = max((max(row) for row in self._cells.values()), default=-1)
        self._budget.check_rows(last_row + 1)
        for region in self._regions:
            text = self._cells.get(region.top, {}).get(region.left, "")
            bottom, right = min(region.bottom, last_row), min(region.right, last_column)
            height, width = bottom - region.top + 1, right - region.left + 1
            if height <= 0 or width <= 0:
                continue
            self._budget.spend_cells(height * width)
            for row in range(region.top, bottom + 1):
                for column in range(region.left, right + 1):
                    if (row, column) != (region.top, region.left):
                        merged.add((row, column))
                        if text:
                            self._cells.setdefault(row, {})[column] = text
                        elif row in self._cells:
                            self._cells[row].pop(column, None)
        rows = self._rows(last_row)
        shown = frozenset((row, column) for row, column in merged if column < len(rows[row]))
        return RawTable(rows, name, shown)

    def _rows(self, last_row: int) -> tuple[tuple[str, ...], ...]:
        rows: list[tuple[str, ...]] = []
        for number in range(last_row + 1):
            cells = self._cells.get(number)
            width = max(cells) + 1 if cells else 0
            # The cells themselves were charged when they were read.
            self._budget.spend_cells(width - len(cells) if cells else 1)
            rows.append(tuple(cells.get(column, "") for column in range(width)) if cells else ())
        return tuple(rows)
