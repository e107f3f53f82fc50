"""Which columns of a raw table hold labels, units and figures.

Columns are told by their heading and by what stands in them: 序号, 代码 and 备注 are no figures,
上年 is not this year. Where two columns could both be meant, both are kept as candidates and the
caller asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Final

from core.matching.figures import plain
from core.matching.form_words import Vocabulary
from core.matching.header import part_of_year
from core.matching.part import Piece
from core.period import PeriodKind


class Role(Enum):
    """What a column of figures seems to hold."""

    CURRENT = "current"
    YEAR = "year"
    LAST = "last"
    CUMULATIVE = "cumulative"
    CHANGE = "change"
    TOTAL = "total"
    #: A part of the period, or what was planned: another figure than the report's.
    OTHER = "other"
    NAMED = "named"
    PLAIN = "plain"


_INDEX: Final = re.compile(r"序号|行次|行号|编号|编码|代码|代号|栏次|序$|^No$|^ID$", re.IGNORECASE)
_REMARK: Final = re.compile(r"备注|说明|解释|口径|^注$|来源|责任|依据")
_LAST: Final = re.compile(r"上年|去年|上期|上一年|同期|往年|上季|上月")
_CHANGE: Final = re.compile(r"增减|增幅|增长|同比|环比|比上|变化|差额|%|百分")
_CUMULATIVE: Final = re.compile(r"累计|历年|总累|截至|截止")
_CURRENT: Final = re.compile(
    r"本年|本期|今年|当年|本季|本月|统计数|^数量|^数值|^数据|^数$|实际|填报"
)
_TOTAL: Final = re.compile(r"合计|总计|小计|汇总|全年")
_PLANNED: Final = re.compile(r"计划|预计|目标|任务")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column that may hold the figures: its place, its heading, what it seems to be."""

    column: int
    heading: str = ""
    role: Role = Role.PLAIN
    year: int | None = None


@dataclass(frozen=True)
class Panel:
    """Label columns and the columns to their right; a table printed two-up has two of them."""

    labels: tuple[int, ...]
    unit: int | None
    figures: tuple[FigureColumn, ...]
    others: tuple[int, ...] = ()


@dataclass(frozen=True)
class Pick:
    """The column taken, and whether no other could be meant."""

    column: FigureColumn
    sure: bool


def body_start(piece: Piece, known: frozenset[str]) -> int:
    """The first row that bears one of the *known* labels; all rows above are headings."""
    found = (at for at in piece.places if not known.isdisjoint(piece.cores[at]))
    return next(found, piece.start)


def panels(piece: Piece, known: frozenset[str], vocabulary: Vocabulary) -> list[Panel]:
    """The piece's panels from left to right, their labels being among the *known* ones.

    None where no column bears labels.
    """
    label_columns = _label_columns(piece, known, vocabulary)
    if not label_columns:
        return []
    start = body_start(piece, known)
    body = range(start, piece.end)
    groups: list[list[int]] = []
    for column in label_columns:
        between = range(groups[-1][-1] + 1, column) if groups else ()
        if not groups or any(_figure_count(piece, body, c) >= 2 for c in between):
            groups.append([column])
        else:
            groups[-1].append(column)
    ends = [group[0] for group in groups[1:]] + [piece.width]
    yearly = vocabulary.form.period_kind is PeriodKind.YEAR
    return [
        _panel(piece, body, group, end, yearly=yearly)
        for group, end in zip(groups, ends, strict=True)
    ]


def _label_columns(piece: Piece, known: frozenset[str], vocabulary: Vocabulary) -> list[int]:
    hits = [0] * piece.width
    numbers = [0] * piece.width
    for at in piece.places:
        for column, core in enumerate(piece.cores[at]):
            if core in known:
                hits[column] += not _repeats_left(piece, at, column)
            elif core and piece.is_number(at, column):
                numbers[column] += 1
    if not any(hits):
        for at in piece.places:
            for column in range(piece.row_width(at)):
                related = vocabulary.is_related(piece.core(at, column))
                hits[column] += related and not _repeats_left(piece, at, column)
    most = max(hits, default=0)
    least = 1 if most <= 3 else 2
    strong = [c for c, count in enumerate(hits) if count >= least and count >= numbers[c]]
    if not strong:
        return []
    # A group that spans many rows bears few labels, and stands left of the others.
    return [c for c in range(strong[-1] + 1) if hits[c] and hits[c] >= numbers[c]]


def _repeats_left(piece: Piece, row: int, column: int) -> bool:
    """Whether the place goes on with the cell to its left, as a title over all columns does."""
    return column > 0 and piece.text(row, column - 1) == piece.text(row, column)


def _figure_count(piece: Piece, body: range, column: int) -> int:
    return sum(piece.is_figure(at, column) for at in body)


def _panel(piece: Piece, body: range, labels: Sequence[int], end: int, *, yearly: bool) -> Panel:
    unit: int | None = None
    figures: list[FigureColumn] = []
    blank: list[FigureColumn] = []
    others: list[int] = []
    for column in range(labels[-1] + 1, end):
        heading = _heading(piece, body.start, column, labels)
        filled = [at for at in body if piece.text(at, column)]
        units = sum(piece.is_unit(at, column) for at in filled)
        found = sum(piece.is_figure(at, column) for at in filled)
        if unit is None and units and units >= 0.6 * len(filled):
            unit = column
        elif _INDEX.search(heading) or _REMARK.search(heading) or found < len(filled) - found:
            others.append(column)
        elif not found:
            blank.append(_figure_column(column, heading, yearly=yearly))
        elif _is_counting(piece, filled, column) and not heading:
            others.append(column)
        else:
            figures.append(_figure_column(column, heading, yearly=yearly))
    named = [c for c in blank if c.role in (Role.CURRENT, Role.YEAR)]
    if named and all(c.role in (Role.LAST, Role.CHANGE) for c in figures):
        figures = sorted([*figures, *named], key=lambda c: c.column)
    return Panel(tuple(labels), unit, tuple(figures or blank), tuple(others))


def _is_counting(piece: Piece, filled: Sequence[int], column: int) -> bool:
    """Whether the column only numbers its rows: every figure is larger than the one above."""
    texts = [plain(piece.text(at, column)) for at in filled]
    numbers = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 12]
    return len(numbers) >= 6 and all(a < b for a, b in pairwise(numbers))


def _heading(piece: Piece, start: int, column: int, labels: Sequence[int]) -> str:
    """The texts above the figures, without titles that stand over the labels too."""
    parts: list[str] = []
    for at in range(piece.start, start):
        text = piece.text(at, column)
        if not text or text in parts or any(text == piece.text(at, c) for c in labels):
            continue
        parts.append("".join(text.split()))
    return "".join(parts)


def _figure_column(column: int, heading: str, *, yearly: bool) -> FigureColumn:
    year = _YEAR.search(plain(heading))
    number = int(year[0]) if year else None
    core = plain(heading)
    for role, pattern in (
        (Role.CHANGE, _CHANGE),
        (Role.CUMULATIVE, _CUMULATIVE),
        (Role.LAST, _LAST),
    ):
        if pattern.search(core):
            return FigureColumn(column, heading, role, number)
    if _PLANNED.search(core) or (yearly and part_of_year(core)):
        return FigureColumn(column, heading, Role.OTHER, number)
    if number is not None:
        return FigureColumn(column, heading, Role.YEAR, number)
    for role, pattern in ((Role.CURRENT, _CURRENT), (Role.TOTAL, _TOTAL)):
        if pattern.search(core):
            return FigureColumn(column, heading, role)
    return FigureColumn(column, heading, Role.NAMED if heading else Role.PLAIN)


def pick(columns: Sequence[FigureColumn], before: int | None) -> Pick | None:
    """The column that holds the report's figures; *before*: a year that it must be earlier than.

    ``None`` where there is no column of figures at all.
    """
    if not columns:
        return None
    usable = [column for column in columns if column.role is not Role.CHANGE] or list(columns)
    main = [column for column in usable if column.role not in (Role.LAST, Role.OTHER)]
    if not main:
        return Pick(usable[0], sure=False)
    years = [column for column in main if column.role is Role.YEAR]
    if years and len(years) == len(main):
        early = [c for c in years if before is None or (c.year or 0) < before]
        best = max(early or years, key=lambda column: column.year or 0)
        single = sum(column.year == best.year for column in years) == 1
        return Pick(best, sure=single and bool(early))
    if len(main) == 1:
        return Pick(main[0], sure=main[0].role is not Role.CUMULATIVE)
    for role in (Role.CURRENT, Role.YEAR, Role.TOTAL):
        fitting = [column for column in main if column.role is role]
        if fitting:
            return Pick(fitting[0], sure=False)
    return Pick(main[0], sure=False)
