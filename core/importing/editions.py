"""A report as raw tables: so that figures can be carried to another edition of the form by matching."""

from __future__ import annotations

from core.form.form import Row, Table
from core.reading.base.raw import RawDocument, RawTable
from core.report import HEADER_FIELDS, Report
from core.values import format_value


def as_document(report: Report) -> RawDocument:
    """The report's tables and header as a reader would hand them on."""
    head = f"{report.period.label}\n填报单位：{report.unit_name}"
    foot = "\n".join(
        f"{label}：{report.header.get(name, '')}"
        for name, label in HEADER_FIELDS.items()
        if name != "unit_name"
    )
    tables = tuple(_table(report, table) for table in report.form.tables)
    return RawDocument("nianbao", tables, f"{head}\n{foot}")


def _table(report: Report, table: Table) -> RawTable:
    head = (table.row_heading, table.unit_heading, *(column.label for column in table.columns))
    return RawTable((head, *(_row(report, table, row) for row in table.rows)), table.title)


def _row(report: Report, table: Table, row: Row) -> tuple[str, ...]:
    label = f"{row.label}（{row.note}）" if row.note else row.label
    figures = [
        format_value(report.values.get(table.key(row, column))) if column in row.columns else ""
        for column in table.columns
    ]
    return (label, row.unit.name if row.unit is not None else "", *figures)
