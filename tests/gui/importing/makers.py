"""Last year's files as offices keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook, load_workbook

from core.catalog import Catalog
from core.checks.checks import CheckSet
from core.form.form import Form
from core.period import Period
from core.report import Report
from core.session import Session
from core.values import CellValue
from core.writing.sealed_sheet import PAYLOAD_SHEET
from core.writing.xlsx import export_report

FORM = "cn-2014-beijing"


def table_rows(
    form: Form,
    columns: Sequence[Mapping[str, CellValue]],
    *,
    without: Sequence[str] = (),
    extra: tuple[str, str, int] | None = None,
) -> list[list[object]]:
    """Label, unit and the figures of each of *columns*; *extra* stands before the last part."""
    rows: list[list[object]] = []
    for row in form.rows.values():
        if row.code == "9" and extra is not None:
            rows.append([*extra])
        if row.code not in without:
            unit = row.unit.name if row.unit else None
            rows.append([row.label, unit, *(column.get(row.code) for column in columns)])
    return rows


def workbook(
    path: Path,
    rows: Sequence[Sequence[object]],
    headings: Sequence[str] = ("统计数",),
    year: int = 2018,
) -> Path:
    """A workbook of those rows, with title, year and headings."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["政府信息公开情况统计表"])
    sheet.append([f"（ {year} 年度）"])
    sheet.append(["统计指标", "单位", *headings])
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def report(catalog: Catalog, year: int, values: Mapping[str, CellValue] | None = None) -> Report:
    """A report of 某区某局."""
    made = Report(catalog.form(FORM), Period(year))
    made.header["unit_name"] = "某区某局"
    made.values.update(values or {})
    return made


def exported(path: Path, made: Report, checks: CheckSet, changes: Mapping[str, object]) -> Path:
    """A workbook that this program exported and somebody changed cells of."""
    export_report(Session(made, checks), path)
    book = load_workbook(path)
    for row in book[PAYLOAD_SHEET].iter_rows(values_only=True):
        texts = [str(value or "") for value in row]
        if texts[0] in changes and "!" in texts[2]:
            book.worksheets[0][texts[2].rpartition("!")[2]] = changes[texts[0]]
    book.save(path)
    return path
