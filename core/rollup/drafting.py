"""A unit list drafted from the reports that have come in, for the office to complete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from core.catalog import Catalog
from core.rollup.model import Reading
from core.rollup.names import plain_name
from core.rollup.output.book import Book, put_text, set_up_page
from core.rollup.session import Progress, Rollup
from core.rollup.units import LIST_HEADINGS
from core.writing.xlsx import FONT

_WIDTHS = (32, 14, 14, 8, 24, 28, 12, 16, 14)


def draft_units(
    folder: Path,
    catalog: Catalog,
    progress: Callable[[Progress], None] = lambda _: None,
    left_out: tuple[Path, ...] = (),
) -> tuple[bytes, int]:
    """The list as the bytes of an .xlsx file, and how many units it names.

    A unit for each name that the reports give, spelled as in most of them; its group is the
    folder that its report lies in, its address the sender of a mail.
    """
    rollup = Rollup(folder, catalog, left_out=left_out)
    rollup.scan(progress)
    found: dict[str, list[Reading]] = {}
    for reading in rollup.kept.readings:
        name = reading.unit_name or next(iter(reading.hints), "")
        if reading.is_report and plain_name(name):
            found.setdefault(plain_name(name), []).append(reading)
    rows = sorted(_row(readings) for readings in found.values())
    return _workbook(rows), len(rows)


def _row(readings: list[Reading]) -> tuple[str, ...]:
    names = [one.unit_name or next(iter(one.hints), "") for one in readings]
    name = max(sorted(set(names)), key=names.count)
    groups = [folder for one in readings if (folder := _folder(one.source))]
    mails = [hint for one in readings for hint in one.hints if "@" in hint and " " not in hint]
    first = readings[0].header
    return (
        " ".join(name.split()), "", groups[0] if groups else "", "", "",
        mails[0] if mails else "", first.get("preparer", ""), first.get("phone", ""), "",
    )  # fmt: skip


def _folder(source: str) -> str:
    """The folder directly above the file, archives aside."""
    path = source.partition("!")[0]
    return path.rpartition("/")[0].rpartition("/")[2]


def _workbook(rows: list[tuple[str, ...]]) -> bytes:
    book = Book("单位名单", "")
    openpyxl: Workbook = book.openpyxl
    sheet: Worksheet = openpyxl.create_sheet("单位名单")
    note = "单位名单（由报表起草，请核对名称，补全代码、组别、层级：本级或下辖）"
    put_text(sheet, 1, 1, note)
    for column, (heading, width) in enumerate(zip(LIST_HEADINGS, _WIDTHS, strict=True), start=1):
        put_text(sheet, 2, column, heading)
        sheet.cell(2, column).font = Font(name=FONT, size=11, bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for line, row in enumerate(rows, start=3):
        for column, text in enumerate(row, start=1):
            put_text(sheet, line, column, text)
    sheet.freeze_panes = "B3"
    sheet.auto_filter.ref = f"A2:I{max(2, len(rows) + 2)}"
    set_up_page(sheet)
    return book.bytes()
