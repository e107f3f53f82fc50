"""Tables whose cells stand between ``|`` signs or in frames drawn with characters.

Markdown, pandoc's grids, antiword's pipes, the box-drawing frames of Chinese DOS-time programs; and
what crawlers make of a web page's table::

    规章 | 0 | 0 | 6 |          a row a line, with or without a sign at its ends
    规章 |                      a cell a line: a sign ends each cell,
    0 |                         and where it stands alone, a blank one
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.reading.base.limits import Budget
from core.reading.text.lines import (
    Line,
    display_width,
    gather_rows,
    is_sentence,
    joined,
    looks_like_figure,
    starts_item,
)
from core.reading.text.segments import Found

_BOX = str.maketrans(
    {
        **dict.fromkeys("│┃║┆┇┊┋｜", "|"),
        **dict.fromkeys("─━═┄┅┈┉", "-"),
        **dict.fromkeys("┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬┠┨┯┷┿╂", "+"),
    }
)
_BORDER_SIGNS = frozenset("|+-=: \t")
_PIPE = re.compile(r"(?<!\\)\|")
_MAX_GAP = 3
"""Lines without a sign that may stand before one that ends a cell: a cell of several lines."""
_LEAST_ROWS = 2
_LONG = 50
"""Lines looked at in vain that are then passed over at once."""
_LEAST_CELLS = 12
"""A table of a cell a line has at least so many; a line of links on a page has fewer."""


def find_piped(lines: Sequence[str], budget: Budget) -> list[Found]:
    """Tables whose cells stand between ``|`` signs."""
    found: list[Found] = []
    at = 0
    floor = 0
    while at < len(lines):
        budget.spend_cells(0)
        line = lines[at].translate(_BOX)
        if "|" not in line and not _is_border(line):
            at += 1
            continue
        seen = at
        for look in (_framed, _rows, _stream):
            table, end = look(lines, at, floor, budget)
            if table is not None:
                found.append(table)
                seen = floor = table.end
                break
            seen = max(seen, end)
        # What is long and no table is not looked at again from each of its lines.
        at = seen if table is not None or seen - at > _LONG else at + 1
    return found


#: A table that begins at a line, and the end of what was looked at.
_Look = tuple[Found | None, int]


def _framed(lines: Sequence[str], start: int, floor: int, budget: Budget) -> _Look:
    """A table each of whose lines begins with a sign."""
    block: list[str] = []
    at = start
    while at < len(lines) and _is_framed(line := lines[at].translate(_BOX)):
        block.append(line.strip())
        at += 1
    if sum(not _is_border(line) for line in block) < _LEAST_ROWS:
        return None, at
    if at < len(lines) and _is_row(lines[at]) and not any(_is_border(line) for line in block):
        return None, start  # rows whose first cell happens to be blank
    return Found(start, at, _framed_rows(block, budget)), at


def _is_framed(line: str) -> bool:
    stripped = line.strip()
    if stripped.startswith("|"):
        return stripped.count("|") >= 2 and stripped.strip("| \t") != ""
    return _is_border(stripped)


def _is_row(line: str) -> bool:
    """Two cells at least, with a sign between them."""
    stripped = line.strip()
    return "|" in stripped.rstrip("|").rstrip() and stripped.strip("| \t") != ""


def _rows(lines: Sequence[str], start: int, floor: int, budget: Budget) -> _Look:
    """A table of a row a line, some of which begin with their first cell."""
    rows: list[list[str]] = []
    at = start
    gap = 0
    end = start
    while at < len(lines) and gap <= 1:
        line = lines[at]
        if "|" in line and line.strip("| \t"):
            cells = [cell.strip() for cell in _PIPE.split(line.strip())]
            if line.rstrip().endswith("|"):
                cells.pop()
            budget.spend_cells(len(cells))
            rows.append([cell.replace("\\|", "|") for cell in cells])
            gap, end = 0, at + 1
        elif line.strip() and not is_sentence(line) and len(line) <= 60:
            # A heading over the whole width has lost its signs.
            rows.append([line.strip()])
            gap += 1
        else:
            break
        at += 1
    rows = rows[: end - start]
    wide = [row for row in rows if len(row) > 1]
    with_figures = sum(any(map(looks_like_figure, row[1:])) for row in wide)
    if with_figures < _LEAST_ROWS or 2 * len(wide) < len(rows):
        return None, start
    return Found(start, end, rows), end


def _stream(lines: Sequence[str], start: int, floor: int, budget: Budget) -> _Look:
    """A table of a cell a line: each sign ends a cell, which may have several lines."""
    first = start
    if not lines[start].strip("| \t"):
        # The first cell stands above its sign.
        while first > floor and start - first < _MAX_GAP and _is_cell_line(lines[first - 1]):
            first -= 1
    cells: list[str] = []
    text: list[str] = []
    at, end = first, first
    while at < len(lines):
        line = lines[at]
        budget.spend_cells(0)
        if "|" in line:
            *ended, rest = _PIPE.split(line)
            for cell in ended:
                cells.append("\n".join([*text, cell.strip()] if cell.strip() else text))
                text = []
            text = [rest.strip()] if rest.strip() else []
            end = at + 1
        elif len(text) < _MAX_GAP and _is_cell_line(line):
            text.append(line.strip())
        elif line.strip() or "|" not in "".join(lines[at + 1 : at + 3]):
            break
        at += 1
    rows = _stream_rows(cells)
    budget.spend_cells(len(cells))
    figures = sum(map(looks_like_figure, filter(None, cells)))
    if len(cells) < _LEAST_CELLS or figures < _LEAST_ROWS:
        return None, at
    return Found(first, end, rows), end


def _is_cell_line(line: str) -> bool:
    return bool(line.strip()) and "|" not in line and not is_sentence(line) and len(line) <= 80


def _stream_rows(cells: Sequence[str]) -> list[list[str]]:
    """A row for each label: the figures and blanks behind it."""
    rows: list[list[str]] = []
    for cell in cells:
        is_label = bool(cell) and not looks_like_figure(cell)
        if is_label and "\n" in cell:
            # A heading between two tables may stand above the first cell of the second.
            *above, cell = _split_at_items(cell)
            rows += [[text] for text in above]
        if is_label or not rows:
            rows.append([cell])
        else:
            rows[-1].append(cell)
    return rows


def _split_at_items(cell: str) -> list[str]:
    """The lines of a cell, cut where one begins with a number of its own."""
    parts: list[str] = []
    for line in cell.split("\n"):
        if parts and not starts_item(line):
            parts[-1] += "\n" + line
        else:
            parts.append(line)
    return parts


def _is_border(line: str) -> bool:
    stripped = line.strip()
    return (
        stripped[:1] in ("|", "+")
        and ("--" in stripped or "==" in stripped)
        and _BORDER_SIGNS.issuperset(stripped)
    )


def _framed_rows(block: Sequence[str], budget: Budget) -> list[list[str]]:
    borders = sum(_is_border(line) for line in block)
    inner = [line for line in block if not _is_border(line)]
    for line in inner:
        budget.spend_cells(line.count("|") + 1)
    # With borders between rows a row is what stands between two of them.
    if borders >= 3 and any(line.startswith("+") for line in block):
        return _bordered_rows(block)
    cut = [[cell.strip() for cell in _cells(line)] for line in inner]
    if borders:
        # A markdown table has one line for each row.
        return cut
    labels = [_cells(line)[0].rstrip() for line in inner]
    padded = len({display_width(_cells(line)[0]) for line in inner}) == 1
    return gather_rows(
        [Line([label, *cells[1:]]) for label, cells in zip(labels, cut, strict=True)],
        max(map(display_width, labels)) if padded else None,
    )


def _cells(line: str) -> list[str]:
    inner = line.removeprefix("|")
    inner = inner.removesuffix("|")
    return [cell.replace("\\|", "|") for cell in _PIPE.split(inner)]


def _bordered_rows(block: Sequence[str]) -> list[list[str]]:
    rows: list[list[str]] = []
    current: list[list[str]] = []
    for line in (*block, "+--+"):
        if not _is_border(line):
            current.append([cell.strip() for cell in _cells(line)])
        elif current:
            rows.append(joined(current))
            current = []
    return rows
