"""Tables drawn with characters: pipes, grids, box drawing, and columns under rulers of dashes.

Markdown and pandoc's grid, simple and multi-line tables, antiword's pipes, and the box-drawing
frames of Chinese DOS-time programs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.reading.base.limits import Budget
from core.reading.text.lines import Line, display_width, gather_rows, is_sentence
from core.reading.text.segments import Found

_BOX = str.maketrans(
    {
        **dict.fromkeys("│┃║┆┇┊┋｜", "|"),
        **dict.fromkeys("─━═┄┅┈┉", "-"),
        **dict.fromkeys("┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬┠┨┯┷┿╂", "+"),
    }
)
_BORDER_SIGNS = frozenset("|+-=: \t")
_RULER = re.compile(r"\s*-{2,}(?:\s+-{2,})+\s*")
_SOLID = re.compile(r"\s*-{5,}\s*")
_MAX_RULER = 1000
"""Characters of a line of dashes; the expression for it needs memory for each group."""
_PIPE = re.compile(r"(?<!\\)\|")


def find_piped(lines: Sequence[str], budget: Budget) -> list[Found]:
    """Tables whose cells stand between ``|`` signs."""
    found: list[Found] = []
    at = 0
    while at < len(lines):
        budget.spend_cells(0)
        start = at
        block: list[str] = []
        while at < len(lines) and _is_piped(line := lines[at].translate(_BOX)):
            block.append(line.strip())
            at += 1
        if sum(not _is_border(line) for line in block) >= 2:
            found.append(Found(start, at, _piped_rows(block, budget)))
        at = max(at, start + 1)
    return found


def _is_border(line: str) -> bool:
    stripped = line.strip()
    return (
        stripped[:1] in ("|", "+")
        and ("--" in stripped or "==" in stripped)
        and _BORDER_SIGNS.issuperset(stripped)
    )


def _is_piped(line: str) -> bool:
    stripped = line.strip()
    if stripped.startswith("|"):
        return stripped.count("|") >= 2
    return _is_border(stripped)


def _piped_rows(block: Sequence[str], budget: Budget) -> list[list[str]]:
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
            rows.append(_joined(current))
            current = []
    return rows


def _joined(pieces: Sequence[Sequence[str]]) -> list[str]:
    columns = max(len(piece) for piece in pieces)
    return [
        "\n".join(piece[at] for piece in pieces if at < len(piece) and piece[at])
        for at in range(columns)
    ]


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
        rows = [_joined([_slice(line, starts) for line in part]) for part in (*header, *body)]
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
