"""Tables with one cell on each line."""

from __future__ import annotations

from collections.abc import Sequence

from core.reading.base.limits import Budget
from core.reading.text.lines import (
    common_width,
    continues,
    is_sentence,
    looks_like_figure,
    looks_like_unit,
    starts_item,
)
from core.reading.text.segments import Found

_UNIT_HEADINGS = ("单位", "计量单位")
_MAX_HEADINGS = 24
"""Lines without a figure that may stand together; the 2021 form's fourth table has 20."""
_LONG_RUN = 30
_MAX_LABELS = 120
"""Lines that are looked through for the labels of figures that stand apart from them."""
_MAX_LABEL_LINES = 4
_FEW = 2
_LOST_PLACE = (
    "文本中每个单元格各占一行，个别行的数字个数与其他行不同，空白单元格的位置无法确定，请逐行核对。"
)


def find_stacked(lines: Sequence[str], budget: Budget) -> list[Found]:
    """Tables with each cell on a line of its own: label, unit, figure, label, unit, figure …

    Blank lines are no sign here: writers put them between all cells, or drop blank cells.
    """
    filled = [at for at, line in enumerate(lines) if line.strip()]
    found: list[Found] = []
    start, last, records = 0, -1, 0
    floor = first = run = 0
    for at in range(len(filled) + 1):
        budget.spend_cells()
        ended = at == len(filled) or is_sentence(lines[filled[at]])
        if not ended and _ends_record(lines, filled, at, start):
            first = at if not records else first
            run += at == first + run
            last, records = at, records + 1
        elif ended or at - max(last, start) > _MAX_HEADINGS:
            if records >= 3:
                if run >= _LONG_RUN:
                    # Figures only: all their labels stand above them.
                    start = max(floor, first - _MAX_LABELS)
                rows, remark = _stacked_rows([lines[place] for place in filled[start : last + 1]])
                end = filled[last] + 1
                found.append(Found(filled[start], end, rows, remark))
                floor = start = last + 1
            # Lines that are no table yet may be the headings of one.
            start = at + 1 if ended else max(start, at - _MAX_HEADINGS + 1)
            floor = at + 1 if ended else floor
            last, records, run = start - 1, 0, 0
    return found


def _ends_record(lines: Sequence[str], filled: Sequence[int], at: int, start: int) -> bool:
    """A figure that stands below a label or a unit, or a unit whose figure is blank."""
    line = lines[filled[at]]
    if at <= start:
        return False
    before = lines[filled[at - 1]]
    if looks_like_figure(line):
        return not is_sentence(before)
    return looks_like_unit(line) and not looks_like_figure(before)


def _stacked_rows(lines: Sequence[str]) -> tuple[list[list[str]], str]:
    """The rows, and what to say where the columns of a list's figures are not certain."""
    rows: list[list[str]] = []
    at = 0
    while at < len(lines):
        if _is_heading(lines, at):
            end = at + 1
            while end < len(lines) and end - at < 8 and _is_heading_cell(lines, end):
                end += 1
            rows.append(list(lines[at:end]))
            at = end
            continue
        row = [lines[at]]
        at += 1
        while at < len(lines) and (looks_like_unit(lines[at]) or looks_like_figure(lines[at])):
            row.append(lines[at])
            at += 1
        above = rows[-1] if rows and len(rows[-1]) == 1 else None
        if above and above[0].count("\n") < _MAX_LABEL_LINES and continues(above[0], row[0], None):
            rows[-1] = [f"{above[0]}\n{row[0]}", *row[1:]]
        else:
            rows.append(row)
    units = any(len(row) > 1 and looks_like_unit(row[1]) for row in rows)
    figures = [_figure_count(row) for row in rows]
    usual = common_width([count for count in figures if count])
    if units:
        rows = [_with_unit(row) for row in rows]
    most = max(figures)
    # Where a row has many figures they are a table's, told row by row by who knows the form.
    sure = most <= 1 or most > _FEW or all(count in (0, usual) for count in figures)
    return rows, "" if sure else _LOST_PLACE


def _figure_count(row: Sequence[str]) -> int:
    return sum(looks_like_figure(cell) for cell in row[1:])


def _with_unit(row: list[str]) -> list[str]:
    """A row without a unit keeps the place of the unit free, so that columns agree."""
    if len(row) > 1 and looks_like_figure(row[1]) and not looks_like_unit(row[1]):
        return [row[0], "", *row[1:]]
    return row


def _is_heading(lines: Sequence[str], at: int) -> bool:
    """The heading row 统计指标 / 单位 / 统计数: short words before the first figure."""
    words = [line.replace(" ", "").replace("\u3000", "") for line in lines[at : at + 2]]
    return len(words) == 2 and words[1] in _UNIT_HEADINGS and len(words[0]) <= 8


def _is_heading_cell(lines: Sequence[str], at: int) -> bool:
    text = lines[at].strip()
    return len(text) <= 8 and not starts_item(text) and not looks_like_figure(text)
