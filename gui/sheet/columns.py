"""The columns of a sheet as data: heading, how to get a text, how to set one, alignment, width.

A table with one column shows this year's figures, last year's and how far they are apart side by
side; a table with several shows its own columns, and last year's figures in their place on request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from core.form.form import Form, Table
from core.period import PeriodKind
from core.values import NOT_APPLICABLE, CellValue, Number, Unit, format_value
from gui.document import Document
from gui.sheet.figures import Figures
from gui.sheet.nodes import Node
from gui.sheet.wording import review

Getter = Callable[[Figures, Node], str]
Setter = Callable[[Document, Node, str], bool]


#: Room for a sign, a word and five digits, and for a sign and four digits.
_ROOMY, _NARROW = 78, 66
#: Headings over figures longer than this take two lines.
ONE_LINE = 4


class ColumnKind(Enum):
    """What a column shows."""

    LABEL = "label"
    UNIT = "unit"
    FIGURE = "figure"
    LAST = "last"
    DIFFERENCE = "difference"
    RATE = "rate"
    REVIEW = "review"


#: The columns that show a cell's figure, or last year's beside it.
OF_CELLS = (ColumnKind.FIGURE, ColumnKind.LAST, ColumnKind.DIFFERENCE, ColumnKind.RATE)


class Shown(Enum):
    """Which figures a table of several columns shows; the value is what the choice is called."""

    THIS = "本年"
    LAST = "上年"
    DIFFERENCE = "增减"


class SheetColumn(NamedTuple):
    """A column of the sheet.

    ``figure`` is the column of the table it speaks of; ``setter`` is ``None`` where nothing can be
    typed. ``width`` is in device-independent pixels at 100 %, ``least`` what it may be narrowed to
    where room is scarce; a width of 0 shares what is left. ``aside`` stands beside the heading.
    """

    kind: ColumnKind
    heading: str
    getter: Getter
    setter: Setter | None = None
    group: str = ""
    figure: int = 0
    right_aligned: bool = False
    width: int = 0
    least: int = 0
    aside: str = ""
    tip: str = ""


def difference(now: CellValue, before: CellValue) -> Number | None:
    """This year's figure less last year's; ``None`` unless both are numbers."""
    if now is None or before is None or now is NOT_APPLICABLE or before is NOT_APPLICABLE:
        return None
    return now - before


def rate(now: CellValue, before: CellValue) -> Fraction | None:
    """The difference as a part of last year's figure; ``None`` where there is none."""
    change = difference(now, before)
    if change is None or not before or before is NOT_APPLICABLE:
        return None
    return Fraction(change) / Fraction(before)


def signed(number: Number) -> str:
    """A difference as it is shown: ``+2``, ``−2`` (U+2212), ``0``."""
    if not number:
        return "0"
    if isinstance(number, Decimal):
        number = number.normalize()
    return ("+" if number > 0 else "−") + format_value(abs(number))


def percent(part: Fraction) -> str:
    """A rate as it is shown: ``+67%``; beyond ten times, how many times."""
    whole = round(part * 100)
    if abs(whole) > 9999:
        return ">+9999%" if whole > 0 else "<−9999%"
    return f"{signed(whole)}%"


def this_word(form: Form) -> str:
    """What the form calls the figures being filled in: 本年, or 本期 where it is not a year."""
    return "本年" if form.period_kind is PeriodKind.YEAR else "本期"


def column_name(form: Form, table: Table, column: int) -> str:
    """What stands over a column of the table on the sheet: 本年 where there is but one."""
    return table.columns[column].label if len(table.columns) > 1 else this_word(form)


def columns_for(form: Form, table: Table, shown: Shown = Shown.THIS) -> tuple[SheetColumn, ...]:
    """The columns of the table's sheet."""
    label = SheetColumn(ColumnKind.LABEL, "指标", lambda figures, node: node.label)
    unit = SheetColumn(
        ColumnKind.UNIT, table.unit_heading, lambda figures, node: _unit(node), width=50, least=50
    )
    several = len(table.columns) > 1
    # With several columns of figures a sentence names the one that is meant.
    judged = SheetColumn(ColumnKind.REVIEW, "审核", review, least=200 if several else 150)
    if not several:
        return (label, unit, *_compared(form), judged)
    common = common_unit(table)
    if common is not None:
        # Said once: among several columns of figures a column that says the same everywhere only
        # takes their room.
        label = label._replace(aside=f"{table.unit_heading}：{common.name}")
        return (label, *_figures(table, shown), judged)
    return (label, unit, *_figures(table, shown), judged)


def common_unit(table: Table) -> Unit | None:
    """The unit of every row of the table that has one; ``None`` where they differ."""
    units = {row.unit for row in table.rows if row.unit is not None}
    if any(column.unit is not None for column in table.columns):
        return None
    return units.pop() if len(units) == 1 else None


def leading_columns(columns: Sequence[SheetColumn]) -> int:
    """How many columns stand before the figures and stay in place when these are scrolled."""
    return sum(column.kind in (ColumnKind.LABEL, ColumnKind.UNIT) for column in columns)


def _unit(node: Node) -> str:
    return node.row.unit_text


def _compared(form: Form) -> tuple[SheetColumn, ...]:
    last = form.period_word
    beside = 66 if len(last) < 3 else 78
    return (
        SheetColumn(
            ColumnKind.FIGURE,
            this_word(form),
            _this(0),
            _typed(0),
            right_aligned=True,
            width=86,
            least=86,
        ),
        SheetColumn(
            ColumnKind.LAST, last, _last(0), right_aligned=True, width=beside, least=beside
        ),
        SheetColumn(
            ColumnKind.DIFFERENCE, "增减", _difference(0), right_aligned=True, width=62, least=62
        ),
        SheetColumn(
            ColumnKind.RATE,
            "增幅",
            _rate,
            right_aligned=True,
            width=110,
            least=110,
            tip=f"与{last}相比增减的百分比。竖线处为 0，条向右是增加，向左是减少，满格为 100% 及以上。",
        ),
    )


def _figures(table: Table, shown: Shown) -> tuple[SheetColumn, ...]:
    getters = {Shown.THIS: _this, Shown.LAST: _last, Shown.DIFFERENCE: _difference}
    kinds = {
        Shown.THIS: ColumnKind.FIGURE,
        Shown.LAST: ColumnKind.LAST,
        Shown.DIFFERENCE: ColumnKind.DIFFERENCE,
    }
    return tuple(
        SheetColumn(
            kinds[shown],
            column.label,
            getters[shown](index),
            _typed(index) if shown is Shown.THIS else None,
            group=column.group,
            figure=index,
            right_aligned=True,
            width=max(_ROOMY, _heading_width(column.label)),
            least=max(_NARROW, _heading_width(column.label)),
        )
        for index, column in enumerate(table.columns)
    )


def heading_lines(heading: str) -> tuple[str, ...]:
    """A heading over figures in one line or two: 社会公益 / 组织."""
    if len(heading) <= ONE_LINE:
        return (heading,)
    # Words of office Chinese are of two or four characters.
    first = ONE_LINE if len(heading) <= 2 * ONE_LINE else (len(heading) + 1) // 2
    return heading[:first], heading[first:]


def _heading_width(heading: str) -> int:
    """Room for the longer line of the heading."""
    return 14 * max(len(line) for line in heading_lines(heading)) + 10


def _this(column: int) -> Getter:
    def get(figures: Figures, node: Node) -> str:
        key = node.keys[column]
        return "" if key is None else format_value(figures.value(key))

    return get


def _last(column: int) -> Getter:
    def get(figures: Figures, node: Node) -> str:
        key = node.keys[column]
        return "" if key is None else format_value(figures.last(key))

    return get


def _difference(column: int) -> Getter:
    def get(figures: Figures, node: Node) -> str:
        key = node.keys[column]
        if key is None:
            return ""
        change = difference(figures.value(key), figures.last(key))
        return "" if change is None else signed(change)

    return get


def _rate(figures: Figures, node: Node) -> str:
    key = node.keys[0]
    if key is None:
        return ""
    now, before = figures.value(key), figures.last(key)
    part = rate(now, before)
    if part is not None:
        return percent(part) if part else "–"
    return "–" if difference(now, before) is not None else ""


def _typed(column: int) -> Setter:
    def put(document: Document, node: Node, text: str) -> bool:
        key = node.keys[column]
        return key is not None and document.type_text(key, text)

    return put
