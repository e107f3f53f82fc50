"""OUT.xlsx: the sums in the official layout, an overview with charts, and every list behind them.

Two runs over the same files give the same bytes.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from core.problems import NianbaoError
from core.report import Baseline, Report
from core.rollup.comparing import ranked_changes
from core.rollup.model import STATE_NAMES, UnitState
from core.rollup.output.book import Book, put_text, set_up_page
from core.rollup.output.tables import tables
from core.rollup.result import Result
from core.rollup.sums import Sums
from core.values import NOT_APPLICABLE, CellValue, Number, check_number
from core.writing.xlsx import FONT, add_form

#: A chart of more bars cannot be read.
_BARS: Final = 12
_LONGEST_LABEL: Final = 24


def workbook_bytes(result: Result) -> bytes:
    """The workbook of *result* as the bytes of an .xlsx file."""
    moments = (unit.taken.time for unit in result.units if unit.taken is not None)
    book = Book(f"{result.form.title}汇总", max(moments, default=""))
    _add_form(book, result, result.totals.whole, "汇总表")
    if result.totals.own.units != result.totals.whole.units:
        _add_form(book, result, result.totals.own, "本级汇总表")
    _add_overview(book, result)
    for table in tables(result):
        book.add_table(table)
    return book.bytes()


def total_report(result: Result, sums: Sums) -> tuple[Report, list[str]]:
    """The sums as a report for the next level up, and the cells whose sum no cell can hold."""
    report = Report(result.form, result.period)
    report.header["unit_name"] = result.office
    too_large: list[str] = []
    for key, value in sums.values.items():
        try:
            report.values[key] = _fitting(value, result, key)
        except NianbaoError:
            too_large.append(key)
    if result.last is not None:
        last = result.last
        values = last.totals.whole.values
        baseline = Baseline(last.period, result.office, result.form.id, values)
        report.baselines = (baseline,)
    return report, too_large


def _fitting(value: CellValue, result: Result, key: str) -> CellValue:
    if value is None or value is NOT_APPLICABLE:
        return value
    return check_number(Decimal(value), result.form.cells[key].unit, str(value))


def _add_form(book: Book, result: Result, sums: Sums, name: str) -> None:
    """The official form filled in with the sums, as many sheets as it has tables."""
    report, _ = total_report(result, sums)
    before = len(book.openpyxl.worksheets)
    add_form(book.openpyxl, report)
    sheets = book.openpyxl.worksheets[before:]
    for number, sheet in enumerate(sheets, start=1):
        sheet.title = name if len(sheets) == 1 else f"{name} {number}"
        if not result.is_complete:
            _mark_incomplete(sheet, result)


def _mark_incomplete(sheet: Worksheet, result: Result) -> None:
    """In the page's head: a sum that lacks somebody must not be taken for the whole."""
    header = sheet.oddHeader
    assert header is not None
    header.right.text = f"未齐：{_open_units(result)}"


def _open_units(result: Result) -> str:
    counted = result.count
    parts = [
        f"{STATE_NAMES[state]} {counted[state]}"
        for state in (UnitState.MISSING, UnitState.TO_CONFIRM, UnitState.ERRORS)
        if counted[state]
    ]
    blank = sum(unit.taken is not None and unit.taken.blank > 0 for unit in result.units)
    if blank:
        parts.append(f"有未填 {blank}")
    return "、".join(parts) or "有文件待处理"


def _add_overview(book: Book, result: Result) -> None:
    """汇总情况: how many units are in each state, and the largest changes, with a chart of each."""
    sheet: Worksheet = book.openpyxl.create_sheet("汇总情况")
    for column, width in zip("ABCDEF", (30, 44, 12, 12, 12, 4), strict=True):
        sheet.column_dimensions[column].width = width
    whole = "齐全" if result.is_complete else f"尚未齐全（{_open_units(result)}）"
    _heading(sheet, 1, f"{result.office or ''}{result.period.label}{result.form.title}汇总情况", 14)
    put_text(sheet, 2, 1, f"汇总状态：{whole}")
    settled = result.settled
    lines = [(STATE_NAMES[state], number) for state, number in result.count.items()]
    others = [
        ("应报单位", len(result.units)),
        ("已相加单位", result.totals.whole.units),
        ("读不了的文件", len(settled.unreadable)),
        ("单位不明的报表", len(settled.unknown)),
        ("报告期不符的报表", len(settled.wrong_period)),
        ("表样不符的报表", len(settled.wrong_form)),
        ("有几份报表的单位", len(result.duplicates)),
        ("系统文件（没有读）", result.ignored),
    ]
    _heading(sheet, 4, "单位状态", 11)
    for line, (name, number) in enumerate((*lines, *others), start=5):
        put_text(sheet, line, 1, name)
        sheet.cell(line, 2).value = number  # pyright: ignore[reportAttributeAccessIssue]
        sheet.cell(line, 2).alignment = Alignment(horizontal="left")
    _chart(sheet, "单位状态（个）", 5, len(lines), label=1, figure=2, place="G1")
    _add_changes(sheet, result, 5 + len(lines) + len(others) + 1)
    set_up_page(sheet)
    sheet.print_options.horizontalCentered = True


def _add_changes(sheet: Worksheet, result: Result, line: int) -> None:
    changes = ranked_changes(result)[:_BARS]
    if not changes:
        return
    word = result.form.period_word
    _heading(sheet, line, f"与{word}相比变动最大的指标", 11)
    for column, head in enumerate(("单位", "指标", word, "本期", "增减"), start=1):
        put_text(sheet, line + 1, column, head)
        sheet.cell(line + 1, column).font = Font(name=FONT, size=10, bold=True)
    first = line + 2
    for at, rise in enumerate(changes, start=first):
        name = rise.unit.name if rise.unit is not None else "（合计）"
        put_text(sheet, at, 1, name)
        put_text(sheet, at, 2, result.form.cell_name(rise.key))
        for column, number in enumerate((rise.last, rise.now, rise.difference), start=3):
            _put_number(sheet, at, column, number)
        label = f"{name} {result.form.cell_name(rise.key)}"
        put_text(sheet, at, 6, label[:_LONGEST_LABEL])
        sheet.cell(at, 6).font = Font(name=FONT, size=10, color="FFFFFFFF")
    _chart(
        sheet, f"与{word}相比变动最大的指标（增减）", first, len(changes),
        label=6, figure=5, place="G17",
    )  # fmt: skip


def _put_number(sheet: Worksheet, line: int, column: int, number: Number) -> None:
    cell = sheet.cell(line, column)
    cell.value = number  # pyright: ignore[reportAttributeAccessIssue]
    cell.font = Font(name=FONT, size=10)


def _heading(sheet: Worksheet, line: int, text: str, size: int) -> None:
    put_text(sheet, line, 1, text)
    sheet.cell(line, 1).font = Font(name=FONT, size=size, bold=True)


def _chart(
    sheet: Worksheet, title: str, first: int, count: int, *, label: int, figure: int, place: str
) -> None:
    """A bar chart of *count* lines from *first* on: names and figures in these columns."""
    chart = BarChart()
    chart.type = "bar"
    chart.style = 10
    chart.title = title
    chart.legend = None
    chart.height, chart.width = 7.5, 16
    last = first + count - 1
    figures = Reference(sheet, min_col=figure, min_row=first, max_row=last)
    labels = Reference(sheet, min_col=label, min_row=first, max_row=last)
    chart.add_data(figures)  # pyright: ignore[reportUnknownMemberType]
    chart.set_categories(labels)  # pyright: ignore[reportUnknownMemberType]
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    shown = DataLabelList()
    shown.showVal = True
    chart.dataLabels = shown  # pyright: ignore[reportUnknownMemberType]
    sheet.add_chart(chart, place)
