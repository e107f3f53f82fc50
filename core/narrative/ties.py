"""What a figure of a text speaks of: a cell, a sum, a difference, a share, a change, last year's.

    line ─► words ─► clauses ─► for each figure: words before it, words after it, what was said
                                before ─► Told(figure, Tie or none, sure)

A tie is sure only where every word around the figure is known and none of them makes another figure
of it: what is not understood is asked about, never taken for an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final, NamedTuple

from core.form.form import Form


class TieKind(Enum):
    """How a figure comes from the table."""

    CELL = "cell"
    SUM = "sum"
    DIFFERENCE = "difference"
    SHARE = "share"
    CHANGE = "change"
    LAST = "last"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Tie:
    """The cells that a figure is reckoned from; ``whole`` for shares.

    ``others``: further sets of cells that the same words may mean; any of them may agree.
    """

    kind: TieKind
    cells: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    #: 减少, 下降: which way a difference goes; 0 where that was not said.
    direction: int = 0


NO_TIE: Final = Tie(TieKind.NONE)


class Told(NamedTuple):
    """A figure that a text tells, and what it is tied to.

    ``unit`` is ``%`` for percentages, empty for a zero in words and for 全部. ``why`` says in words why
    there is no tie, or why it is not sure.
    """

    start: int
    end: int
    text: str
    value: Decimal
    unit: str
    tie: Tie = NO_TIE
    sure: bool = False
    why: str = ""
    step: Decimal = Decimal(1)
    more: bool = False
    near: bool = False
    #: 全部已办结: told without a figure of its own.
    is_all: bool = False
    #: Number of the line, from 0.
    line: int = 0


def cells_of(form: Form, rows: tuple[str, ...], columns: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of the cells where *rows* and *columns* meet; without columns the rows' totals."""
    keys: list[str] = []
    for code in rows:
        row = form.rows[code]
        table = form.table_of(row)
        wanted = columns or default_columns(form, code)
        keys += [table.key(row, column) for column in row.columns if column.code in wanted]
    return tuple(keys)


def default_columns(form: Form, code: str) -> tuple[str, ...]:
    """The columns that a row's figure stands in where no column is named: its only one, or 总计."""
    columns = [column.code for column in form.rows[code].columns]
    if len(columns) == 1:
        return (columns[0],)
    return ("total",) if "total" in columns else ()
