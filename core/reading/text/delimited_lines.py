"""Tables written with commas, semicolons or full-width commas inside a text, rows of any length.

A whole file of such rows is :mod:`core.reading.text.delimited`'s; here they stand among headings
and sentences, and rows have as many cells as their merged cells left.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

from core.reading.base.limits import Budget
from core.reading.text.lines import has_open_bracket, is_sentence, looks_like_figure
from core.reading.text.segments import Found

_SIGNS = (",", "，", ";", "；")
_MAX_GAP = 2
"""Lines of a single cell that may stand between two rows: headings over the whole width."""
_LEAST_ROWS = 3
_LEAST_FIGURES = 3
"""So many figures in one row tell a table from sentences that have commas too."""
_LONG = 50
"""Lines looked at in vain that are then passed over at once."""
_MAX_LINE = 4000


def find_delimited(lines: Sequence[str], budget: Budget) -> list[Found]:
    """Tables with a row a line and commas or the like between the cells."""
    found: list[Found] = []
    at = 0
    while at < len(lines):
        budget.spend_cells(0)
        sign = next((sign for sign in _SIGNS if _is_row(lines[at], sign)), None)
        if sign is None:
            at += 1
            continue
        table, end = _block(lines, at, sign, budget)
        if table is not None:
            found.append(table)
        # What is long and no table is not looked at again from each of its lines.
        at = end if table is not None or end - at > _LONG else at + 1
    return found


def _is_row(line: str, sign: str) -> bool:
    """At least two cells, none of them the middle of a sentence."""
    return sign in line and len(line) <= _MAX_LINE and not is_sentence(line)


def _block(lines: Sequence[str], start: int, sign: str, budget: Budget) -> tuple[Found | None, int]:
    """A table that begins at a line, and the end of what was looked at."""
    rows: list[list[str]] = []
    at, end = start, start
    with_figures = most = 0
    while at < len(lines) and at - end <= _MAX_GAP:
        line = lines[at]
        if _is_row(line, sign):
            cells = _rejoined([cell.strip() for cell in _cells(line, sign)], sign)
            budget.spend_cells(len(cells))
            figures = sum(map(looks_like_figure, filter(None, cells)))
            with_figures += bool(figures)
            most = max(most, figures)
            rows.append(cells)
            end = at + 1
        elif line.strip() and not is_sentence(line):
            rows.append([line.strip()])
        elif line.strip():
            break
        at += 1
    if with_figures < _LEAST_ROWS or most < _LEAST_FIGURES:
        return None, end
    return Found(start, end, _until(rows, lines, start, end)), end


def _until(rows: list[list[str]], lines: Sequence[str], start: int, end: int) -> list[list[str]]:
    """Without the single lines that were looked at behind the last row."""
    return rows[: sum(bool(line.strip()) for line in lines[start:end])]


def _cells(line: str, sign: str) -> list[str]:
    if '"' not in line:
        return line.split(sign)
    try:
        return next(csv.reader([line], delimiter=sign))
    except (csv.Error, StopIteration):
        return line.split(sign)


def _rejoined(cells: list[str], sign: str) -> list[str]:
    """The cells, those put together again that were cut inside brackets."""
    made: list[str] = []
    for cell in cells:
        if made and has_open_bracket(made[-1]) and not looks_like_figure(cell):
            made[-1] += sign + cell
        else:
            made.append(cell)
    return made
