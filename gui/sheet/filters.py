"""Which rows a sheet shows: all, or only those that still want attention. No Qt."""

from __future__ import annotations

from enum import Enum

from core.form.form import Table
from core.session import Session
from gui.sheet.columns import difference


class Filter(Enum):
    """A choice of rows; the value is what settings keep."""

    ALL = "all"
    BLANK = "blank"
    FINDINGS = "findings"
    CHANGED = "changed"


def nothing_left(choice: Filter, last: str) -> str:
    """What is said where the filter leaves no row; *last* is what the form calls 上年."""
    return {
        Filter.ALL: "",
        Filter.BLANK: "没有未填的单元格。",
        Filter.FINDINGS: "没有需要改正或说明的审核结果。",
        Filter.CHANGED: f"没有与{last}不同的单元格。",
    }[choice]


def rows_left(choice: Filter, session: Session, table: Table) -> set[str] | None:
    """The codes of the rows that the filter leaves, ``None`` for all of them."""
    if choice is Filter.ALL:
        return None
    if choice is Filter.FINDINGS:
        cells = session.form.cells
        keys = {key for finding in session.open_findings for key in finding.at}
        return {cells[key].row.code for key in keys if cells[key].row.table == table.code}
    left: set[str] = set()
    last = session.report.last_values
    for row in table.rows:
        for key in session.form.row_cells(row):
            value = session.value(key)
            if choice is Filter.BLANK:
                wanted = value is None
            else:
                before = last.get(key)
                wanted = value != before and (bool(difference(value, before)) or value is not None)
            if wanted:
                left.add(row.code)
                break
    return left
