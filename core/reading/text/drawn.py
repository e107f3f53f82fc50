"""Tables whose columns are shown by a line of dashes in groups: pandoc's simple and multi-line tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.reading.base.limits import Budget
from core.reading.text.lines import display_width, is_sentence, joined
from core.reading.text.segments import Found

_RULER = re.compile(r"\s*-{2,}(?:\s+-{2,})+\s*")
_SOLID = re.compile(r"\s*-{5,}\s*")
_MAX_RULER = 1000
"""Characters of a line of dashes; the expression for it needs memory for each group."""


def find_under_rulers(lines: Sequence[str], budget: Budget) -> list[Found]:
    """Tables whose columns are shown by a line of dashes in groups (pandoc simple, multi-line)."""
    found: list[Found] = []
    at = 0
    floor = 0
    while at < len(lines):
        budget.spend_cells(0)
        if not _is_ruler(lines[at]):
            at += 1
            continue
        starts = _column_starts(lines[at])
        start, header = _header(lines, at, floor)
        end, body = _body(lines, at + 1)
        rows = [joined([_slice(line, starts) for line in part]) for part in (*header, *body)]
        budget.spend_cells(len(rows) * len(starts))
        if len(rows) >= 2:
            found.append(Found(start, end, rows))
            floor = end
        at = max(end, at + 1)
    return found


def _is_ruler(line: str) -> bool:
    return "--" in line and len(line) <= _MAX_RULER and _RULER.fullmatch(line) is not None


def _is_solid(line: str) -> bool:
    return "--" in line and len(line) <= _MAX_RULER and _SOLID.fullmatch(line) is not None


def _column_starts(ruler: str) -> list[int]:
    return [match.start() for match in re.finditer(r"-+", ruler)]


def _header(lines: Sequence[str], ruler: int, floor: int) -> tuple[int, list[list[str]]]:
    """Where the table begins and the lines of its heading row, above the first ruler."""
    at = ruler
    while at > floor and ruler - at < 5 and lines[at - 1].strip():
        at -= 1
        if _is_solid(lines[at]):
            return at, [list(lines[at + 1 : ruler])] if at + 1 < ruler else []
    if ruler > floor and lines[ruler - 1].strip():
        return ruler - 1, [[lines[ruler - 1]]]
    return ruler, []


def _body(lines: Sequence[str], start: int) -> tuple[int, list[list[str]]]:
    """The line after the table, and the lines of each row below the ruler."""
    end = start
    while end < len(lines) and not (_is_solid(lines[end]) or _is_ruler(lines[end])):
        if is_sentence(lines[end]):
            end = len(lines)
            break
        end += 1
    if end == len(lines):
        # No closing ruler: the table goes as far as the next blank line, a line for each row.
        end = start
        while end < len(lines) and lines[end].strip():
            end += 1
        return end, [[line] for line in lines[start:end]]
    block = lines[start:end]
    if not any(not line.strip() for line in block):
        return end + 1, [[line] for line in block]
    rows: list[list[str]] = []
    current: list[str] = []
    for line in (*block, ""):
        if line.strip():
            current.append(line)
        elif current:
            rows.append(current)
            current = []
    return end + 1, rows


def _slice(line: str, starts: Sequence[int]) -> list[str]:
    """Cells of *line* by display column; the first column takes whatever stands before it."""
    cells = [""] * len(starts)
    column, place = 0, 0
    for char in line:
        while place + 1 < len(starts) and column >= starts[place + 1]:
            place += 1
        cells[place] += char
        column += display_width(char)
    return [cell.strip() for cell in cells]
