"""The workbook that is emailed: the official form on A4, the explanations, and the exact report.

Visible: a sheet for each table of the form, and 审核说明. Very hidden: ``_nianbao``, from which
:mod:`core.writing.sealed_sheet` gives back the report exactly and finds cells changed since.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from core.report import Report
from core.session import Session
from core.storage.durable import write_durably
from core.system.filenames import mended
from core.values import NOT_APPLICABLE, CellValue
from core.writing.explanations import COLUMNS, NOTHING, printed_explanations
from core.writing.heights import (
    CAPTION_POINTS,
    LEAST_POINTS,
    OFFICE_POINTS,
    SIGN_OFF_POINTS,
    TABLE_TITLE_POINTS,
    TEXT_POINTS,
    TITLE_POINTS,
    line_heights,
    text_height,
    text_lines,
)
from core.writing.layout import Grid, GridCell, PrintedForm, Role, printed_form
from core.writing.sealed_sheet import MARK, PAYLOAD_SHEET, payload_rows

#: 宋体 is on every Windows and what official documents are set in.
FONT: Final = "宋体"
#: Excel's unit of column width is about a digit of 11 pt: 1.9 mm.
_MILLIMETRES_PER_WIDTH: Final = 1.9
#: Excel knows no higher row.
_MOST_POINTS: Final = 409.0
_MARGIN_INCHES: Final = 0.79  # 20 mm
#: Characters that XML 1.0 cannot hold; they have no meaning in a form.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_THIN = Side(style="thin", color="FF000000")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_TITLE_FONT = Font(name=FONT, size=18, bold=True)
_PLAIN = Font(name=FONT, size=TEXT_POINTS)
_BOLD = Font(name=FONT, size=TEXT_POINTS, bold=True)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
#: Excel shows ##### in place of a number that does not fit; this makes it smaller instead.
_SHRUNK = Alignment(horizontal="center", vertical="center", shrink_to_fit=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_UNWRAPPED = Alignment(horizontal="left", vertical="center")


class _Look(NamedTuple):
    """How a cell looks, by the name that Excel lists it under (单元格样式).

    openpyxl takes a cell's font, alignment and border apart anew for each cell that is given them, which
    was most of an export; a named style it takes apart once.
    """

    name: str
    font: Font
    alignment: Alignment
    border: Border | None = _BORDER


_TITLE = _Look("表格大标题", _TITLE_FONT, _CENTRE, None)
_CAPTION = _Look("表格副标题", _PLAIN, _CENTRE, None)
_TABLE_TITLE = _Look("表名", _BOLD, _UNWRAPPED, None)
_OUTSIDE = _Look("表外文字", _PLAIN, _UNWRAPPED, None)
_NOTE = _Look("表下说明", _PLAIN, _LEFT, None)
_HEADING = _Look("表头", _BOLD, _CENTRE)
_SECTION = _Look("分部标题", _BOLD, _LEFT)
_UNIT = _Look("计量单位", _PLAIN, _CENTRE)
_FIGURE = _Look("统计数", _PLAIN, _SHRUNK)
_LABEL = _Look("指标", _PLAIN, _LEFT)
_NOTHING = _Look("没有内容", _PLAIN, _UNWRAPPED)


def _dress(cell: SheetCell | MergedCell, look: _Look) -> None:
    """Gives the cell its look. Before its text, since it begins anew what else is kept of a style."""
    book = cell.parent.parent
    assert book is not None
    if look.name not in book.named_styles:
        style = NamedStyle(look.name)
        style.font, style.alignment = look.font, look.alignment
        if look.border is not None:
            style.border = look.border
        book.add_named_style(style)
    cell.style = look.name


class _Placed(NamedTuple):
    """A finished visible sheet and where each form cell stands in it: key → ``C5``."""

    name: str
    addresses: dict[str, str]


def workbook_bytes(session: Session) -> bytes:
    """The workbook of *session*'s report as the bytes of an .xlsx file.

    Nothing in it tells who made it: author and company stay empty, only what the form itself
    carries is inside.
    """
    report = session.report
    book = Workbook()
    book.properties.creator = ""
    book.properties.lastModifiedBy = ""
    book.properties.title = report.form.title
    # Stays when the hidden sheet is removed, which can be told then.
    book.properties.keywords = MARK
    book.remove(book.worksheets[0])
    placed = add_form(book, report)
    _write_explanations(book, session)
    _write_payload(book, report, placed)
    book.active = 0
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def add_form(book: Workbook, report: Report) -> list[_Placed]:
    """Adds a sheet for each table of the report's form, laid out and filled in."""
    printed = printed_form(report)
    return [
        _write_sheet(book, report, printed, grid, number)
        for number, grid in enumerate(printed.grids)
    ]


def export_report(session: Session, path: Path) -> None:
    """Writes the workbook of *session*'s report to *path*, whole or not at all.

    Raises :class:`NianbaoError` with a sentence where it cannot be written.
    """
    write_durably(path, workbook_bytes(session))


def proposed_name(report: Report) -> str:
    """The file name to offer: 单位名_年度_政府信息公开情况统计表.xlsx."""
    name = f"{report.unit_name or '未填单位'}_{report.period.label}_{report.form.title}"
    return mended(name, ".xlsx")


def _write_sheet(
    book: Workbook, report: Report, printed: PrintedForm, grid: Grid, number: int
) -> _Placed:
    """One table of the form: title above the first, sign-off below the last."""
    name = _sheet_name(grid, printed, number)
    sheet: Worksheet = book.create_sheet(name)
    columns = len(grid.widths)
    for index, width in enumerate(grid.widths, start=1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = round(width / _MILLIMETRES_PER_WIDTH, 2)
    line = 1
    if number == 0:
        _write_line(sheet, line, columns, printed.title, _TITLE, TITLE_POINTS)
        _write_line(sheet, line + 1, columns, printed.caption, _CAPTION, CAPTION_POINTS)
        _write_line(sheet, line + 2, columns, printed.office, _OUTSIDE, OFFICE_POINTS)
        line += 3
    if grid.title:
        _write_line(sheet, line, columns, grid.title, _TABLE_TITLE, TABLE_TITLE_POINTS)
        line += 1
    addresses = _write_grid(sheet, report, grid, line)
    head_end = line + grid.head - 1
    last = line + grid.lines - 1
    if number == len(printed.grids) - 1:
        last = _write_notes(sheet, printed, last + 1, grid)
        last = _write_sign_off(sheet, printed, last + 2, columns)
    if grid.head:
        sheet.print_title_rows = f"{line}:{head_end}"
        sheet.freeze_panes = f"A{head_end + 1}"
    _set_up_page(sheet, columns, last, wide=grid.is_wide)
    return _Placed(name, addresses)


def _sheet_name(grid: Grid, printed: PrintedForm, number: int) -> str:
    if len(printed.grids) == 1:
        return "统计表"
    plain = re.sub(r"[\\/*?:\[\]']", " ", grid.title).strip() or f"表{number + 1}"
    return f"{number + 1} {plain}"[:31]


def _write_line(
    sheet: Worksheet,
    line: int,
    columns: int,
    text: str,
    look: _Look,
    height: float,
) -> None:
    """A line of text over the whole width of the table."""
    if columns > 1:
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=columns)
    _text_cell(sheet, line, 1, text, look)
    sheet.row_dimensions[line].height = height


def _text_cell(
    sheet: Worksheet, line: int, column: int, text: str, look: _Look | None = None
) -> SheetCell:
    """Writes *text* as text, whatever it begins with: ``=1+1`` must not become a formula."""
    cell = sheet.cell(line, column)
    assert isinstance(cell, SheetCell)
    if look is not None:
        _dress(cell, look)
    cell.value = _CONTROL.sub("", text)
    if text[:1] in ("=", "+", "-", "@"):
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def _write_grid(sheet: Worksheet, report: Report, grid: Grid, first: int) -> dict[str, str]:
    addresses: dict[str, str] = {}
    for printed in grid.cells:
        line, column = first + printed.line, 1 + printed.column
        if printed.key is not None:
            cell = _figure_cell(sheet, line, column, report.values.get(printed.key))
            addresses[printed.key] = cell.coordinate
        else:
            _text_cell(sheet, line, column, printed.full_text, _look_of(printed))
        if printed.height > 1 or printed.width > 1:
            _merge(sheet, line, column, printed)
    for line, height in enumerate(line_heights(grid), start=first):
        sheet.row_dimensions[line].height = height
    return addresses


def _merge(sheet: Worksheet, line: int, column: int, printed: GridCell) -> None:
    look = _look_of(printed)
    for row in range(line, line + printed.height):
        for place in range(column, column + printed.width):
            if (row, place) != (line, column):
                _dress(sheet.cell(row, place), look)
    sheet.merge_cells(
        start_row=line,
        end_row=line + printed.height - 1,
        start_column=column,
        end_column=column + printed.width - 1,
    )


def _figure_cell(sheet: Worksheet, line: int, column: int, value: CellValue) -> SheetCell:
    cell = sheet.cell(line, column)
    assert isinstance(cell, SheetCell)
    _dress(cell, _FIGURE)
    cell.value = NOT_APPLICABLE.value if value is NOT_APPLICABLE else value
    return cell


def _look_of(printed: GridCell) -> _Look:
    match printed.role:
        case Role.FIGURE:
            return _FIGURE
        case Role.HEADING:
            return _HEADING
        case Role.UNIT | Role.EMPTY:
            return _UNIT
        case role:
            look = _SECTION if role is Role.SECTION else _LABEL
    if not printed.indent:
        return look
    alignment = Alignment(
        horizontal="left", vertical="center", wrap_text=True, indent=printed.indent
    )
    return look._replace(name=f"{look.name} 缩进{printed.indent}", alignment=alignment)


def _write_notes(sheet: Worksheet, printed: PrintedForm, line: int, grid: Grid) -> int:
    """The form's notes under the last table, from *line* on; the last line that is taken."""
    width = sum(grid.widths)
    for offset, note in enumerate(printed.notes):
        height = text_height(text_lines(note, width))
        _write_line(sheet, line + offset, len(grid.widths), note, _NOTE, height)
    return line + len(printed.notes) - 1


def _write_sign_off(sheet: Worksheet, printed: PrintedForm, line: int, columns: int) -> int:
    """The line 单位负责人 / 审核人 / 填报人 / 联系电话 / 填报日期; two lines so that names have room."""
    parts = [f"{label}：{text}" for label, text in printed.sign_off]
    for offset, some in enumerate((parts[:3], parts[3:])):
        text = "　　　　".join(some)
        _write_line(sheet, line + offset, columns, text, _OUTSIDE, SIGN_OFF_POINTS)
    return line + 1


def _set_up_page(sheet: Worksheet, columns: int, last: int, *, wide: bool = False) -> None:
    setup = sheet.page_setup
    setup.paperSize = 9  # A4 (ECMA-376 part 1, 18.18.43)
    setup.orientation = "landscape" if wide else "portrait"
    setup.fitToWidth = 1
    setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = margins.bottom = _MARGIN_INCHES
    sheet.print_options.horizontalCentered = True
    sheet.print_area = f"A1:{get_column_letter(columns)}{last}"
    footer = sheet.oddFooter
    assert footer is not None
    footer.center.text = "第 &P 页，共 &N 页"
    sheet.sheet_view.showGridLines = False


def _write_explanations(book: Workbook, session: Session) -> None:
    """The sheet 审核说明: every finding that stands, with what was written about it."""
    sheet: Worksheet = book.create_sheet("审核说明")
    printed = printed_explanations(session)
    columns = len(COLUMNS)
    _write_line(sheet, 1, columns, printed.heading, _TABLE_TITLE, TABLE_TITLE_POINTS)
    for index, (name, width) in enumerate(COLUMNS, start=1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = round(width / _MILLIMETRES_PER_WIDTH, 2)
        _text_cell(sheet, 2, index, name, _HEADING)
    for number, row in enumerate(printed.rows):
        line = number + 3
        for index, text in enumerate(row, start=1):
            _text_cell(sheet, line, index, text, _LABEL)
        sheet.row_dimensions[line].height = min(printed.height(number), _MOST_POINTS)
    if not printed.rows:
        for index in range(1, columns + 1):
            _text_cell(sheet, 3, index, "", _NOTHING)
        _write_line(sheet, 3, columns, NOTHING, _NOTHING, LEAST_POINTS)
    _set_up_page(sheet, columns, max(3, len(printed.rows) + 2))


def _write_payload(book: Workbook, report: Report, placed: Iterable[_Placed]) -> None:
    addresses = {
        key: f"{sheet.name}!{address}"
        for sheet in placed
        for key, address in sheet.addresses.items()
    }
    sheet: Worksheet = book.create_sheet(PAYLOAD_SHEET)
    sheet.sheet_state = "veryHidden"
    for line, row in enumerate(payload_rows(report, addresses), start=1):
        for column, text in enumerate(row, start=1):
            cell = _text_cell(sheet, line, column, text)
            cell.data_type = "s"
