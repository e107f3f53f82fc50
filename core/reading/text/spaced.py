"""Tables whose columns are set apart by spaces, and tables with one cell on each line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.reading.base.limits import Budget
from core.reading.text.lines import (
    Line,
    common_width,
    continues,
    display_width,
    gather_rows,
    is_sentence,
    looks_like_figure,
    looks_like_unit,
    starts_item,
)
from core.reading.text.segments import Found

_GAP = re.compile(r"[ \u3000\xa0]{2,}")
_MAX_GAP = 4
_UNIT_HEADINGS = ("单位", "计量单位")
_MAX_LINE = 4000
"""Characters of a line that may be a row; a longer one is running text without line ends."""
_MAX_HEADINGS = 12
"""Lines without a figure that may stand together in a table with one cell on each line."""
_LOST_PLACE = (
    "文本中每个单元格各占一行，个别行的数字个数与其他行不同，空白单元格的位置无法确定，请逐行核对。"
)


def find_spaced(lines: Sequence[str], budget: Budget) -> list[Found]:
    """Tables with spaces between the cells of a row, two or more unless a unit and figure tell."""
    found: list[Found] = []
    at = 0
    while at < len(lines):
        budget.spend_cells(0)
        if not _is_figure_row(lines[at]):
            at += 1
            continue
        start, last = _spaced_start(lines, at), at
        while at < len(lines) and at - last <= _MAX_GAP and not is_sentence(lines[at]):
            budget.spend_cells(0)
            if _is_figure_row(lines[at]):
                last = at
            at += 1
        end = last + 1
        while end < len(lines) and len(_split(lines[end])) > 1 and not is_sentence(lines[end]):
            end += 1
        at = end
        if sum(_is_figure_row(line) for line in lines[start:end]) >= 3:
            found.append(Found(start, end, _spaced_rows(lines[start:end], budget)))
    return found


def _split(line: str) -> list[str]:
    """Cells of a line; the spaces before the first are kept, they show its level."""
    body = line.lstrip(" \u3000\xa0")
    if len(line) > _MAX_LINE:
        return [line]
    cells = _GAP.split(body.rstrip(" \u3000\xa0"))
    if len(cells) < 3:
        # Single spaces are enough where a unit and a figure end the line.
        words = body.rsplit(maxsplit=2)
        if len(words) == 3 and _are_unit_and_figure(words[1], words[2]):
            cells = words
    cells[0] = line[: len(line) - len(body)] + cells[0]
    return cells


def _are_unit_and_figure(unit: str, figure: str) -> bool:
    """Also the headings above them."""
    if unit in _UNIT_HEADINGS:
        return len(figure) <= 8 and not is_sentence(figure)
    return looks_like_unit(unit) and looks_like_figure(figure)


def _is_figure_row(line: str) -> bool:
    cells = _split(line)
    if looks_like_figure(cells[-1]) and not is_sentence(cells[0]):
        return len(cells) > 1
    return False


def _spaced_start(lines: Sequence[str], at: int) -> int:
    """Take in the headings above the first row with a figure, up to running text."""
    start = at
    while start > 0 and at - start < 8:
        above = lines[start - 1]
        if is_sentence(above) or len(above.strip()) > 60:
            break
        start -= 1
    while start < at and not lines[start].strip():
        start += 1
    return start


def _spaced_rows(lines: Sequence[str], budget: Budget) -> list[list[str]]:
    split = [_split(line) for line in lines if line.strip()]
    usual = common_width([len(cells) for cells in split if len(cells) > 1])
    wide = max(display_width(cells[0]) for cells in split)
    gathered: list[Line] = []
    for cells in split:
        budget.spend_cells(len(cells))
        if len(cells) > usual and not any(map(looks_like_figure, cells[: len(cells) - usual + 1])):
            extra = len(cells) - usual + 1
            cells = ["  ".join(cells[:extra]), *cells[extra:]]
        elif 1 < len(cells) == usual - 1 and _lacks_label(cells):
            cells = ["", *cells]
        elif len(cells) == 2 < usual and looks_like_figure(cells[1]):
            # A figure without a unit still stands in the last column.
            cells = [cells[0], *[""] * (usual - 2), cells[1]]
        gathered.append(Line(cells))
    return gather_rows(gathered, wide if wide >= 30 else None)


def _lacks_label(cells: Sequence[str]) -> bool:
    return looks_like_unit(cells[0]) and all(map(looks_like_figure, cells[1:]))


def find_stacked(lines: Sequence[str], budget: Budget) -> list[Found]:
    """Tables with each cell on a line of its own: label, unit, figure, label, unit, figure …

    Blank lines are no sign here: writers put them between all cells, or drop blank cells.
    """
    filled = [at for at, line in enumerate(lines) if line.strip()]
    found: list[Found] = []
    start, last, records = 0, -1, 0
    for at in range(len(filled) + 1):
        budget.spend_cells()
        ended = at == len(filled) or is_sentence(lines[filled[at]])
        if not ended and _ends_record(lines, filled, at, start):
            last, records = at, records + 1
        elif ended or at - max(last, start) > _MAX_HEADINGS:
            if records >= 3:
                rows, sure = _stacked_rows([lines[place] for place in filled[start : last + 1]])
                end = filled[last] + 1
                found.append(Found(filled[start], end, rows, "" if sure else _LOST_PLACE))
                start = last + 1
            # Lines that are no table yet may be the headings of one.
            start = at + 1 if ended else max(start, at - _MAX_HEADINGS + 1)
            last, records = start - 1, 0
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


def _stacked_rows(lines: Sequence[str]) -> tuple[list[list[str]], bool]:
    """The rows, and whether every figure's column is certain."""
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
        if above and above[0].count("\n") < _MAX_GAP and continues(above[0], row[0], None):
            rows[-1] = [f"{above[0]}\n{row[0]}", *row[1:]]
        else:
            rows.append(row)
    units = any(len(row) > 1 and looks_like_unit(row[1]) for row in rows)
    figures = [_figure_count(row) for row in rows]
    usual = common_width([count for count in figures if count])
    if units:
        rows = [_with_unit(row) for row in rows]
    sure = (usual <= 1 and max(figures) <= 1) or all(count in (0, usual) for count in figures)
    return rows, sure


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
