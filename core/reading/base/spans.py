"""Cells that span rows or columns, laid out on a plain grid.

Documents write a spanning cell once and say how far it reaches; :class:`RawTable` wants its text in
every place it covers, so that a column is a column in each row. HTML leaves covered places out,
OpenDocument writes them as covered cells, Word writes vertical continuations as cells of their own:
each has its method here, and the rules for what is inside the table stay in the readers.
"""

from __future__ import annotations

from core.reading.base.limits import Budget
from core.reading.base.raw import RawTable

#: HTML clamps colspan to this (https://html.spec.whatwg.org/multipage/tables.html#attr-tdth-colspan);
#: no office table is wider.
MAX_SPAN = 1000


class Grid:
    """Builds one :class:`RawTable` row by row.

    The budget is charged before cells are laid out, so that a cell "spanning" a million rows or
    columns is refused at no cost.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._rows: list[list[str]] = []
        self._merged: set[tuple[int, int]] = set()
        #: column → (text, rows below still covered), for cells that reach further down
        self._pending: dict[int, tuple[str, int]] = {}

    def start_row(self) -> None:
        """Begin the next row; the row before is complete."""
        self._finish_row()
        self._budget.spend_cells(1)
        self._budget.check_rows(len(self._rows) + 1)
        self._rows.append([])

    def add(self, text: str, columns: int = 1, rows: int = 1) -> None:
        """Put a cell at the next free place of the row, skipping places covered from above."""
        self._fill_covered()
        self._place(text, columns, rows)

    def place(self, text: str, columns: int = 1, rows: int = 1) -> None:
        """Put a cell at the very next place, whatever reaches down to it from above.

        With *columns* = 1 the places to its right that the cell covers are left to :meth:`cover`.
        """
        self._pending.pop(len(self._row()), None)
        self._place(text, columns, rows)

    def cover(self, columns: int = 1) -> None:
        """Say that the next places belong to a cell above or to the left."""
        row = self._row()
        self._budget.spend_cells(columns)
        for _ in range(columns):
            if not self._take_pending():
                row.append("")

    def continue_above(self, columns: int = 1) -> None:
        """Put a cell that carries on the one straight above it (Word's ``w:vMerge``)."""
        row = self._row()
        columns = max(1, min(columns, MAX_SPAN))
        self._budget.spend_cells(columns)
        above = self._rows[-2] if len(self._rows) > 1 else []
        text = above[len(row)] if len(row) < len(above) else ""
        for _ in range(columns):
            if above:
                self._merged.add((len(self._rows) - 1, len(row)))
            row.append(text)

    def continue_left(self) -> None:
        """Put a cell that carries on the one to its left (Word's older ``w:hMerge``)."""
        row = self._row()
        self._budget.spend_cells()
        if row:
            self._merged.add((len(self._rows) - 1, len(row)))
        row.append(row[-1] if row else "")

    def end_group(self) -> None:
        """Let no cell reach further down than the last row."""
        self._finish_row()
        self._pending.clear()

    def table(self, name: str = "") -> RawTable:
        """The finished table, without the blank rows and columns at its end."""
        self._finish_row()
        rows = self._rows
        for row in rows:
            while row and not row[-1]:
                row.pop()
        while rows and not rows[-1]:
            rows.pop()
        merged = {(r, c) for r, c in self._merged if r < len(rows) and c < len(rows[r])}
        return RawTable(tuple(tuple(row) for row in rows), name, frozenset(merged))

    def _row(self) -> list[str]:
        if not self._rows:
            self._rows.append([])
        return self._rows[-1]

    def _place(self, text: str, columns: int, rows: int) -> None:
        row = self._row()
        columns = max(1, min(columns, MAX_SPAN))
        self._budget.spend_cells(columns)
        number = len(self._rows) - 1
        for offset in range(columns):
            if offset:
                self._merged.add((number, len(row)))
            self._pending.pop(len(row), None)
            if rows > 1:
                self._pending[len(row)] = (text, rows - 1)
            row.append(text)

    def _take_pending(self) -> bool:
        """Lay the text reaching down into the next place, if there is one."""
        row = self._row()
        column = len(row)
        pending = self._pending.pop(column, None)
        if pending is None:
            return False
        text, left = pending
        if left > 1:
            self._pending[column] = (text, left - 1)
        self._merged.add((len(self._rows) - 1, column))
        row.append(text)
        return True

    def _fill_covered(self) -> None:
        while self._take_pending():
            self._budget.spend_cells(1)

    def _finish_row(self) -> None:
        """Lay what reaches down to the right of the row's last cell."""
        if not self._rows or not self._pending:
            return
        row = self._rows[-1]
        while any(column >= len(row) for column in self._pending):
            self._budget.spend_cells(1)
            if not self._take_pending():
                row.append("")
