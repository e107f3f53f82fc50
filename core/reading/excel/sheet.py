"""Workbooks and their sheets as every reader builds them: few cells on a field of a million rows.

A reader says place, stored value and style of each cell, and which rows and columns are hidden.
Cells are kept by position and laid out only at the end, as far as the last row and column with
text, after the size of that rectangle has been charged to the budget.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from core.problems import NianbaoError
from core.reading.base.limits import Budget
from core.reading.base.marks import STRUCK_REMARK
from core.reading.base.raw import RawDocument, RawTable, ReadProblem
from core.reading.excel.style import PLAIN, Style, Text

#: A stretch of empty rows or columns longer than this is left out of the table. Programs leave
#: cells of their own in the last corner of a sheet (Excel's Solver does).
_MAX_GAP: Final = 1_000

_HIDDEN_SHEET: Final = "工作表“{name}”是隐藏的，没有读取。"
_HIDDEN_PART: Final = "工作表“{name}”中有隐藏的行或列，放在看得见的内容之后一并读取。"
_UNCALCULATED: Final = (
    "工作表“{name}”中有公式没有保存计算结果，这些单元格按空白读取；"
    "请用 Excel 或 WPS 打开并保存后再导入。"
)


@dataclass(frozen=True)
class Region:
    """A rectangle of places, all bounds included, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


class Workbook:
    """Collects the sheets of one file and the remarks about them.

    *recalculates*: the file asks to be calculated when it is opened, which programs write that
    cannot calculate; if every one of its formulas is stored as 0, none has been calculated.
    *in_place*: hidden rows and columns stay where they are, for a reader of exact places.
    """

    def __init__(
        self,
        kind: str,
        budget: Budget,
        *,
        since_1904: bool = False,
        recalculates: bool = False,
        in_place: bool = False,
    ) -> None:
        self.since_1904 = since_1904
        self.recalculates = recalculates
        self._kind = kind
        self._budget = budget
        self._in_place = in_place
        self._sheets: list[Sheet] = []
        self._remarks: list[str] = []

    def sheet(self, name: str) -> Sheet:
        """A visible sheet, to be filled."""
        sheet = Sheet(self, name, self._budget)
        self._sheets.append(sheet)
        return sheet

    def hidden_sheet(self, name: str, *, is_program_store: bool = False) -> None:
        """A sheet that is left out. A very hidden one is a program's own store and never meant to
        be seen: nothing is said of it."""
        if not is_program_store:
            self._remarks.append(_HIDDEN_SHEET.format(name=name))

    def document(self) -> RawDocument:
        """The tables of the sheets. Raises :class:`NianbaoError` where there is no sheet."""
        if not self._sheets:
            raise NianbaoError(ReadProblem.NO_TABLE, file=self._budget.file)
        if not any(sheet.has_results for sheet in self._sheets):
            for sheet in self._sheets:
                sheet.drop_zero_results()
        tables = tuple(sheet.table(in_place=self._in_place) for sheet in self._sheets)
        for sheet in self._sheets:
            if sheet.has_hidden:
                self._remarks.append(_HIDDEN_PART.format(name=sheet.name))
            if sheet.has_uncalculated:
                self._remarks.append(_UNCALCULATED.format(name=sheet.name))
        if any(sheet.has_struck for sheet in self._sheets):
            self._remarks.append(STRUCK_REMARK)
        return RawDocument(self._kind, tables, remarks=tuple(self._remarks))


class Sheet:
    """The cells of one sheet with text, its merged regions, and what is hidden of it."""

    def __init__(self, book: Workbook, name: str, budget: Budget) -> None:
        self.name = name
        self.has_struck = False
        self.has_uncalculated = False
        #: whether a formula has a result other than 0
        self.has_results = False
        self.has_hidden = False
        self._book = book
        self._budget = budget
        self._cells: dict[int, dict[int, str]] = {}
        self._regions: list[Region] = []
        self._zero_results: list[tuple[int, int]] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: list[tuple[int, int]] = []

    def number(
        self, row: int, column: int, stored: str, style: Style = PLAIN, *, is_formula: bool = False
    ) -> None:
        """A stored number; dates are numbers, too."""
        shown = style.shown(stored, since_1904=self._book.since_1904)
        if is_formula and stored:
            if stored.strip("-0.") and stored.lower() != "0e0":
                self.has_results = True
            elif self._book.recalculates:
                self._zero_results.append((row, column))
        if style.font.struck and stored:
            self.has_struck = True
        self.put(row, column, shown)

    def text(self, row: int, column: int, text: Text, style: Style = PLAIN) -> None:
        """A text, an error or a truth value."""
        if isinstance(text, str) and style.is_plain:
            self.put(row, column, text)
            return
        if style.strikes(text):
            self.has_struck = True
        self.put(row, column, style.shown(None, text))

    def put(self, row: int, column: int, shown: str) -> None:
        """Set what a place shows; a place written twice keeps the later text, blanks none."""
        if row < 0 or column < 0 or not shown:
            return
        self._cells.setdefault(row, {})[column] = shown[: self._budget.limits.max_cell_chars]

    def merge(self, region: Region) -> None:
        """Say that the region shows the text of its top left place everywhere."""
        if 0 <= region.top <= region.bottom and 0 <= region.left <= region.right:
            self._budget.spend_cells()
            self._regions.append(region)

    def hide_row(self, row: int) -> None:
        """Say that a row is not shown."""
        # No table has more rows, and a file may hide a million.
        if 0 <= row < self._budget.limits.max_rows:
            self._hidden_rows.add(row)

    def hide_columns(self, first: int, last: int) -> None:
        """Say that the columns from *first* to *last* are not shown."""
        self._budget.spend_cells()
        self._hidden_columns.append((first, last))

    def drop_zero_results(self) -> None:
        """Blank the formulas that are stored as 0: they have never been calculated."""
        for row, column in self._zero_results:
            self.has_uncalculated = True
            self._cells.get(row, {}).pop(column, None)

    def table(self, *, in_place: bool = False) -> RawTable:
        """The used rectangle from A1 on, hidden rows and columns last; each row ends with its last
        text."""
        merged = self._merged()
        rows = sorted(row for row, cells in self._cells.items() if cells)
        columns = sorted({column for cells in self._cells.values() for column in cells})
        hidden_rows = self._hidden_rows.intersection(rows) if self._hidden_rows else set[int]()
        hidden_columns = self._hidden_among(columns)
        self.has_hidden = bool(hidden_rows or hidden_columns)
        if in_place:
            hidden_rows, hidden_columns = set[int](), set[int]()
        if not (hidden_rows or hidden_columns or _has_gap(rows) or _has_gap(columns)):
            self._budget.check_rows(rows[-1] + 1 if rows else 0)
            laid = self._rows(self._cells)
            shown = (place for place in merged if place[0] < len(laid))
            return RawTable(laid, self.name, frozenset(
                (row, column) for row, column in shown if column < len(laid[row])
            ))  # fmt: skip
        row_places = _places(rows, hidden_rows)
        column_places = _places(columns, hidden_columns)
        self._budget.check_rows(max(row_places.values()) + 1)
        moved = {
            row_places[row]: {column_places[column]: text for column, text in cells.items()}
            for row, cells in self._cells.items()
            if cells
        }
        laid = self._rows(moved)
        return RawTable(laid, self.name, frozenset(
            (row_places[row], column_places[column])
            for row, column in merged
            if row in row_places
            and column in column_places
            and column_places[column] < len(laid[row_places[row]])
        ))  # fmt: skip

    def _hidden_among(self, columns: Iterable[int]) -> set[int]:
        if not self._hidden_columns:
            return set()
        hidden = sorted(self._hidden_columns)
        found: set[int] = set()
        at = reach = 0
        for column in columns:
            while at < len(hidden) and hidden[at][0] <= column:
                reach = max(reach, hidden[at][1] + 1)
                at += 1
            if column < reach:
                found.add(column)
        return found

    def _merged(self) -> set[tuple[int, int]]:
        """Fill the merged regions with their texts; the places that show another place's text."""
        merged: set[tuple[int, int]] = set()
        if not self._regions:
            return merged
        # A merged title reaches as far as its region, but no further than the sheet's own cells:
        # whole columns may be merged down to row 1,048,576.
        last_row = max(self._cells, default=-1)
        last_column = max((max(row, default=-1) for row in self._cells.values()), default=-1)
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
        return merged

    def _rows(self, places: dict[int, dict[int, str]]) -> tuple[tuple[str, ...], ...]:
        rows: list[tuple[str, ...]] = []
        last = max((row for row, cells in places.items() if cells), default=-1)
        for number in range(last + 1):
            cells = places.get(number)
            width = max(cells) + 1 if cells else 0
            # The cells themselves were charged when they were read.
            self._budget.spend_cells(width - len(cells) if cells else 1)
            rows.append(tuple(cells.get(column, "") for column in range(width)) if cells else ())
        return tuple(rows)


def _has_gap(used: Sequence[int]) -> bool:
    """Whether a long stretch of the ascending rows (or columns) is empty."""
    if not used or used[-1] <= _MAX_GAP:
        return False
    return used[0] >= _MAX_GAP or any(after - before > _MAX_GAP for before, after in pairwise(used))


def _places(used: Iterable[int], hidden: set[int]) -> dict[int, int]:
    """Where each of the ascending rows (or columns) goes: long gaps left out, hidden ones last."""
    found: dict[int, int] = {}
    before, place = -1, -1
    for number in used:
        if number in hidden:
            before += 1
            continue
        gap = number - before
        place += gap if gap <= _MAX_GAP else 2
        before = number
        found[number] = place
    for number in sorted(hidden):
        place += 1
        found[number] = place
    return found
