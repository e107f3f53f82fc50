"""A workbook whose long tables are written as text, and whose bytes depend on nothing but its content.

openpyxl lays out what is looked at (the official form, charts, heads) and keeps an object for each
cell; 5,000 units of 71 figures would be 70 MB of them. So a long table has one sample row there,
and its rows are written into the sheet's XML in its place, with the sample's styles.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from core.values import MAX_DIGITS, NOT_APPLICABLE, CellValue
from core.writing.xlsx import FONT

#: Excel ends here.
MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
_MAX_TEXT: Final = 32_000
_NEVER: Final = (1980, 1, 1, 0, 0, 0)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TIME: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_STYLE: Final = re.compile(r'<c r="[A-Z]+\d+"(?: s="(\d+)")?')

_THIN = Side(style="thin", color="FFBFBFBF")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_FILL = PatternFill("solid", start_color="FFEDEDED")
_HEAD = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TEXT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_NUMBER = Alignment(horizontal="right", vertical="center")


@dataclass(frozen=True)
class Column:
    """A column of a long table: its heading lines, its width in characters, whether it holds figures."""

    heads: tuple[str, ...]
    width: float
    is_figure: bool = False


@dataclass(frozen=True)
class LongTable:
    """A sheet of rows under a title, with fixed heads and a filter."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[CellValue | str]]
    count: int
    #: How many columns stay in view when the sheet is moved sideways.
    fixed: int = 0


class Book:
    """A workbook being put together; :meth:`bytes` at the end."""

    def __init__(self, title: str, moment: str) -> None:
        """*moment* is the time that the workbook says it was made: ``2020-01-07T06:03:55``."""
        self.openpyxl = Workbook()
        self.openpyxl.remove(self.openpyxl.worksheets[0])
        self.openpyxl.properties.creator = ""
        self.openpyxl.properties.lastModifiedBy = ""
        self.openpyxl.properties.title = title
        self._moment = (moment or "2000-01-01T00:00:00")[:19]
        self._long: dict[str, tuple[int, LongTable]] = {}

    def add_table(self, table: LongTable) -> Worksheet:
        """Adds a sheet for *table*; its rows are asked for when the bytes are made."""
        sheet: Worksheet = self.openpyxl.create_sheet(table.name)
        depth = max(len(column.heads) for column in table.columns)
        cell = sheet.cell(1, 1)
        put_text(sheet, 1, 1, table.title)
        cell.font = Font(name=FONT, size=12, bold=True)
        sheet.row_dimensions[1].height = 24
        for number, column in enumerate(table.columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = column.width
            for line, text in enumerate(column.heads, start=2):
                put_text(sheet, line, number, text)
            for line in range(2, depth + 2):
                head = sheet.cell(line, number)
                head.font, head.alignment = Font(name=FONT, size=10, bold=True), _HEAD
                head.border, head.fill = _BORDER, _HEAD_FILL
            if len(column.heads) < depth:
                sheet.merge_cells(
                    start_row=len(column.heads) + 1, end_row=depth + 1,
                    start_column=number, end_column=number,
                )  # fmt: skip
        first = depth + 2
        for number, column in enumerate(table.columns, start=1):
            sample = sheet.cell(first, number)
            sample.font, sample.border = Font(name=FONT, size=10), _BORDER
            sample.alignment = _NUMBER if column.is_figure else _TEXT
            if not column.is_figure:
                sample.quotePrefix = True  # pyright: ignore[reportAttributeAccessIssue]
        last = max(first, first + table.count - 1)
        letter = get_column_letter(len(table.columns))
        sheet.freeze_panes = f"{get_column_letter(table.fixed + 1)}{first}"
        sheet.auto_filter.ref = f"A{first - 1}:{letter}{last}"
        sheet.print_title_rows = f"2:{first - 1}"
        set_up_page(sheet)
        self._long[table.name] = (first, table)
        return sheet

    def bytes(self) -> bytes:
        """The workbook as the bytes of an .xlsx file; the same content always gives the same bytes."""
        made = io.BytesIO()
        self.openpyxl.active = 0
        self.openpyxl.save(made)
        parts = {
            f"xl/worksheets/sheet{number}.xml": self._long[sheet.title]
            for number, sheet in enumerate(self.openpyxl.worksheets, start=1)
            if sheet.title in self._long
        }
        return _packed(made, parts, self._moment)


def put_text(sheet: Worksheet, line: int, column: int, text: str) -> None:
    """Writes *text* as text, whatever it begins with."""
    cell = sheet.cell(line, column)
    cell.value = clean(text)  # pyright: ignore[reportAttributeAccessIssue]
    if text[:1] in ("=", "+", "-", "@"):
        cell.data_type = "s"
        cell.quotePrefix = True  # pyright: ignore[reportAttributeAccessIssue]


def clean(text: str) -> str:
    """*text* as a cell can hold it."""
    return _CONTROL.sub("", text)[:_MAX_TEXT]


def set_up_page(sheet: Worksheet, *, wide: bool = True) -> None:
    """A4, as wide as the page, with page numbers."""
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer = sheet.oddFooter
    assert footer is not None
    footer.center.text = "第 &P 页，共 &N 页"


def _packed(made: io.BytesIO, parts: Mapping[str, tuple[int, LongTable]], moment: str) -> bytes:
    """The package anew, with fixed times, and the long tables' rows in place of their samples."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(made) as package,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in package.namelist():
            info = zipfile.ZipInfo(name, _NEVER)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            data = package.read(name)
            if name == "docProps/core.xml":
                data = _TIME.sub(lambda found: found[1] + f"{moment}Z".encode(), data)
            with target.open(info, "w") as member:
                if name in parts:
                    for piece in _with_rows(data.decode("utf-8"), *parts[name]):
                        member.write(piece.encode("utf-8"))
                else:
                    member.write(data)
    return out.getvalue()


def _with_rows(xml: str, first: int, table: LongTable) -> Iterator[str]:
    start, end = xml.index(f'<row r="{first}"'), xml.index("</sheetData>")
    styles = [found[1] or "0" for found in _STYLE.finditer(xml, start, end)]
    yield xml[:start]
    letters = [get_column_letter(number) for number in range(1, len(table.columns) + 1)]
    for line, row in enumerate(table.rows, start=first):
        cells = [
            _cell(f"{letter}{line}", style, value)
            for letter, style, value in zip(letters, styles, row, strict=True)
        ]
        yield f'<row r="{line}">{"".join(cells)}</row>'
    yield xml[end:]


def _cell(place: str, style: str, value: CellValue | str) -> str:
    if value is None or value == "":
        return f'<c r="{place}" s="{style}"/>'
    if isinstance(value, int | Decimal):
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        # Excel keeps 15 digits; what has more is still exact as a text.
        if sum(sign.isdigit() for sign in text) <= MAX_DIGITS:
            return f'<c r="{place}" s="{style}"><v>{text}</v></c>'
        value = text
    elif value is NOT_APPLICABLE:
        value = NOT_APPLICABLE.value
    text = escape(clean(str(value)), quote=False)
    return (
        f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    )
