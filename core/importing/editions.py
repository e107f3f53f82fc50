"""Figures of one edition of the form carried over to another.

What means the same is said in the forms' files (``same_as``); where neither file speaks of the
other, labels are matched. Either way the result is a match, so that the clerk sees each figure's
place in the file and may decide otherwise.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from core.checks.checks import CheckSet
from core.form.form import Form, Row, Table
from core.matching.match import complete, match
from core.matching.model import Header, Match, MatchNote, Position, RowMatch
from core.reading.base.raw import RawDocument, RawTable
from core.report import HEADER_FIELDS, Baseline, Report
from core.values import format_value


def carried_over(found: Match, form: Form) -> Match | None:
    """A match with one edition as a match with *form*; ``None`` where their files say nothing.

    A figure without a cell of the same meaning is left over, and so is told.
    """
    same = {theirs: own for own, theirs in form.same_cells(found.form).items()}
    if not same:
        return None
    rows: list[RowMatch] = []
    for row in found.rows:
        key = same.get(row.key) if row.key is not None else None
        if key is not None:
            rows.append(replace(row, row=form.cells[key].row.code, key=key))
        elif row.figure or row.key is not None:
            remarks = row.remarks or (MatchNote.NO_ROW.remark(label=row.label),)
            rows.append(
                replace(row, row=None, key=None, value=None, certainty=0.0, remarks=remarks)
            )
    shape = hashlib.sha256(f"{found.shape} {form.id}".encode()).hexdigest() if found.shape else ""
    return complete(replace(found, form=form, rows=tuple(rows), shape=shape))


def match_of_report(report: Report, checks: CheckSet) -> Match:
    """The figures of a report on another edition as a match with the form of *checks*."""
    form = checks.form
    carried = carried_over(_exact(report), form)
    return carried or match(as_document(report), form, checks=lambda _: checks.bound)


def baseline_on(known: Baseline, form: Form, checks: CheckSet) -> Baseline:
    """Earlier figures kept on *form*, as those of the form of *checks*: what means the same."""
    report = Report(form, known.period, values=dict(known.values))
    found = match_of_report(report, checks)
    values = {key: place.value for key, place in found.by_key.items() if place.value is not None}
    return known._replace(form_id=checks.form.id, values=values)


def _exact(report: Report) -> Match:
    """A report's own cells, each in its place in :func:`as_document`: nothing to doubt."""
    rows: list[RowMatch] = []
    for at, table in enumerate(report.form.tables):
        for line, row in enumerate(table.rows, start=1):
            for column in row.columns:
                key = table.key(row, column)
                value = report.values.get(key)
                place = Position(at, line, 2 + table.columns.index(column))
                rows.append(
                    RowMatch(
                        place, report.form.cell_name(key), format_value(value), row.code, key, value
                    )
                )
    header = Header(report.period.year, report.period, dict(report.header))
    document = as_document(report)
    return complete(Match(report.form, document, tuple(rows), (), (), 0.0, header, "", ()))


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
    return (label, row.unit_text, *figures)
