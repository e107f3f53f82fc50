"""What the export costs, against openpyxl writing the same cells with nothing to think about."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from core.checks.checks import CheckSet
from core.session import Session
from core.writing.xlsx import workbook_bytes
from tests.bench.checking import full_report
from tests.bench.forms import BIG, CN_2014, CN_2021, checks
from tests.bench.harness import Benchmark, Budget, Rule, Unit, timed

# The style objects of a cell by attribute, those that are not what every cell begins with.
Look = dict[str, Any]
ATTRIBUTES = ("font", "alignment", "border")


@dataclass(frozen=True)
class PlainSheet:
    """A sheet taken apart: cells as (row, column, value, look), and its sizes."""

    title: str
    cells: list[tuple[int, int, object, Look]]
    merged: list[str]
    widths: dict[str, float]
    heights: dict[int, float]


def taken_apart(data: bytes) -> list[PlainSheet]:
    """Return what stands in the sheets of a workbook, hidden ones too, to be written again as is."""
    book = load_workbook(BytesIO(data))
    sheets = list(book.worksheets)
    untouched: Any = book.create_sheet().cell(1, 1)
    looks = Looks({name: copy(getattr(untouched, name)) for name in ATTRIBUTES})
    return [plain_sheet(sheet, looks) for sheet in sheets]


class Looks:
    """The looks of a workbook's cells; equal styles are one object, as whoever writes by hand has it."""

    def __init__(self, default: Look) -> None:
        self._default = default
        self._known: dict[int, Look] = {}
        self._shared: dict[Any, Any] = {}

    def of(self, cell: Cell | MergedCell) -> Look:
        """Return the look of a cell of the loaded workbook."""
        if cell.style_id not in self._known:
            # openpyxl hands out proxies; a copy is the style itself.
            own = {name: copy(getattr(cell, name)) for name in ATTRIBUTES}
            self._known[cell.style_id] = {
                name: self._shared.setdefault(style, style)
                for name, style in own.items()
                if style != self._default[name]
            }
        return self._known[cell.style_id]


def plain_sheet(sheet: Worksheet, looks: Looks) -> PlainSheet:
    """Take one sheet apart."""
    cells: list[tuple[int, int, object, Look]] = []
    for row, line in enumerate(sheet.iter_rows(), start=1):
        for column, cell in enumerate(line, start=1):
            if cell.value is None and not cell.has_style:
                continue
            cells.append((row, column, cell.value, looks.of(cell)))
    rows: dict[int, Any] = dict(sheet.row_dimensions.items())
    return PlainSheet(
        title=sheet.title,
        cells=cells,
        merged=[str(area) for area in sheet.merged_cells.ranges],
        widths={name: size.width for name, size in sheet.column_dimensions.items()},
        heights={line: size.height for line, size in rows.items() if size.height is not None},
    )


def write_plainly(sheets: list[PlainSheet]) -> bytes:
    """Write the sheets with openpyxl alone."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for plain in sheets:
        sheet: Worksheet = book.create_sheet(plain.title)
        for row, column, value, look in plain.cells:
            # Any: a cell inside a merged area takes no value, and merging comes after the cells.
            cell: Any = sheet.cell(row, column)
            cell.value = value
            for name, style in look.items():
                setattr(cell, name, style)
        for area in plain.merged:
            sheet.merge_cells(area)
        for name, width in plain.widths.items():
            sheet.column_dimensions[name].width = width
        for line, height in plain.heights.items():
            sheet.row_dimensions[line].height = height
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def export(folder: Path) -> Benchmark:
    """Make the workbook of a full 2014 report that is full of findings."""
    return _export(checks(folder, CN_2014), "2014 form", rounds=25)


def export_2021(folder: Path) -> Benchmark:
    """The same for the 2021 form."""
    return _export(checks(folder, CN_2021), "2021 form", rounds=15)


def export_big(folder: Path) -> Benchmark:
    """The same for a form of 10,000 rows."""
    return _export(checks(folder, "big"), f"{BIG:,} rows", rounds=3)


def _export(known: CheckSet, name: str, rounds: int) -> Benchmark:
    session = Session(full_report(known), known)
    sheets = taken_apart(workbook_bytes(session))
    return Benchmark(
        name=f"export of the XLSX, {name}",
        unit=Unit.SECONDS,
        budget=Budget(Rule.RATIO, 1.0),
        ours=timed(lambda: workbook_bytes(session)),
        reference=timed(lambda: write_plainly(sheets)),
        rounds=rounds,
    )
