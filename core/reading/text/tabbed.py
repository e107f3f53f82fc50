"""Tables flattened with TABs: one cell a line behind a TAB, or one row a line with TABs between.

The first form is what some extractors make of Word tables: every cell begins with a TAB and may
go on over lines, a blank line ends the row. The second is what pasting from Word, WPS or Excel
into Notepad gives: cells of a row with TABs between them, a paragraph inside a cell breaking
the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.reading.base.limits import Budget
from core.reading.text.lines import (
    Line,
    common_width,
    continues,
    gather_rows,
    is_sentence,
    looks_like_figure,
    starts_item,
)
from core.reading.text.ragged import squared
from core.reading.text.segments import Found

_MAX_QUOTED = 8
"""Lines that a cell in quotes may take."""
_MAX_GAP = 4
"""Lines without a TAB that may stand between two rows of one table (a label of several lines)."""


def find_led(lines: Sequence[str], budget: Budget) -> list[Found]:
    """Tables whose every cell begins with a TAB at the start of a line."""
    found: list[Found] = []
    at = 0
    while at < len(lines):
        if not _is_led(lines[at]):
            at += 1
            continue
        start = at
        at, rows, ends = _led_rows(lines, start, budget)
        table = _trim_led(start, at, rows, ends)
        if table is not None:
            found.append(table)
    return found


def _is_led(line: str) -> bool:
    return line.startswith("\t") and line.count("\t") == 1


def _led_rows(
    lines: Sequence[str], start: int, budget: Budget
) -> tuple[int, list[list[str]], list[int]]:
    """Rows from *start* on: where they end, their cells, and the line after each row."""
    rows: list[list[str]] = []
    ends: list[int] = []
    row: list[list[str]] = []
    at = start
    while at < len(lines):
        line = lines[at]
        if _is_led(line):
            row.append([line[1:]])
            budget.spend_cells()
        elif line.strip():
            if "\t" in line or not row:
                break
            row[-1].append(line)
        else:
            after = _next_filled(lines, at)
            if _is_blank_paragraph(lines, at, after, len(row), rows):
                row[-1].extend(["", *lines[at + 1 : after]])
                at = after
                continue
            if row:
                rows.append(["\n".join(cell) for cell in row])
                ends.append(at)
                row = []
            if after == len(lines) or not _is_led(lines[after]) or _is_new(rows, at, after, lines):
                at += 1
                break
        at += 1
    if row:
        rows.append(["\n".join(cell) for cell in row])
        ends.append(at)
    return at, rows, ends


def _is_new(rows: Sequence[Sequence[str]], at: int, after: int, lines: Sequence[str]) -> bool:
    """Another table begins: more than one blank line, then a row of another length (its title)."""
    if after - at < 2 or len(rows) < 3:
        return False
    end = after
    while end < len(lines) and lines[end].strip(" "):
        end += 1
    cells = sum(_is_led(line) for line in lines[after:end])
    return cells < len(rows[-1]) == common_width([len(row) for row in rows[-20:]])


def _next_filled(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip() and not lines[at].startswith("\t"):
        at += 1
    return at


def _is_blank_paragraph(
    lines: Sequence[str], at: int, after: int, filled: int, rows: Sequence[Sequence[str]]
) -> bool:
    """A blank line that stands inside a cell: the row lacks cells, which come further down."""
    if not filled or after == len(lines) or _is_led(lines[after]) or len(rows) < 3:
        return False
    usual = common_width([len(row) for row in rows[-20:]])
    if filled >= usual:
        return False
    at, count = after, filled
    while at < len(lines) and at < after + _MAX_GAP + usual and lines[at].strip(" "):
        if is_sentence(lines[at]):
            return False
        count += _is_led(lines[at])
        at += 1
    return count == usual


def _trim_led(start: int, end: int, rows: list[list[str]], ends: list[int]) -> Found | None:
    """Give back to the text what is no table: indented sentences before it, a paragraph after."""
    while rows and any(is_sentence(cell) for cell in rows[0]):
        rest = len(rows[0]) - 1
        while rest >= 0 and not is_sentence(rows[0][rest]):
            rest -= 1
        kept = rows[0][rest + 1 :]
        start = ends[0] - sum(cell.count("\n") + 1 for cell in kept)
        if kept:
            rows[0] = kept
        else:
            del rows[0], ends[0]
    if len(rows) < 3 or common_width([len(row) for row in rows]) < 2 or not _has_figures(rows):
        return None
    first, _, rest_of_last = rows[-1][-1].partition("\n")
    if rest_of_last and (looks_like_figure(first) or not rest_of_last.strip()):
        # The writer puts the blank line before a row, so text after the table follows at once.
        end = ends[-1] - rest_of_last.count("\n") - 1
        rows[-1][-1] = first
    return Found(start, end, rows)


def _has_figures(rows: Sequence[Sequence[str]]) -> bool:
    with_figures = sum(any(looks_like_figure(cell) for cell in row[1:]) for row in rows)
    return with_figures >= 2 or (len(rows) >= 5 and max(map(len, rows)) >= 3)


def find_separated(lines: Sequence[str], budget: Budget) -> list[Found]:
    """Tables with one row a line (or more, where a cell has paragraphs) and TABs between cells."""
    found: list[Found] = []
    at = 0
    while at < len(lines):
        if "\t" not in lines[at].strip(" "):
            at += 1
            continue
        start, last = at, at
        while at < len(lines) and at - last <= _MAX_GAP:
            budget.spend_cells(0)
            if "\t" in lines[at]:
                last = at
            elif is_sentence(lines[at]):
                break
            at += 1
        end = last + 1
        at = end
        start = _first_label_line(lines, start)
        rows = squared(_separated_rows(lines[start:end], budget))
        if len(rows) >= 2 and _has_figures(rows):
            found.append(Found(start, end, _without_empty_last_column(rows)))
    return found


def _first_label_line(lines: Sequence[str], start: int) -> int:
    """The table may begin with a heading, or a label of several lines, without a TAB."""
    first_cell = lines[start].split("\t", 1)[0]
    above = lines[start - 1].strip() if start else ""
    if not above or "\t" in above or len(above) > 40 or is_sentence(above):
        return start
    if (
        starts_item(above)
        or _opens_quote(above)
        or (first_cell.strip() and continues(above, first_cell, None))
    ):
        return start - 1
    return start


def _unquoted_lines(lines: Sequence[str]) -> Iterator[str]:
    """Lines put together where a cell in quotes goes on over them, as Excel copies such cells."""
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if _opens_quote(line):
            for end in range(at, min(at + _MAX_QUOTED, len(lines))):
                if lines[end].count('"') % 2:
                    line = "\n".join([line, *lines[at : end + 1]])
                    at = end + 1
                    break
        yield line


def _opens_quote(line: str) -> bool:
    return line.count('"') % 2 == 1 and (line.startswith('"') or '\t"' in line)


def _cells(line: str) -> list[str]:
    cells = line.split("\t")
    return [
        cell[1:-1].replace('""', '"')
        if len(cell) > 1 and cell[0] == cell[-1] == '"' and cell.count('"') % 2 == 0
        else cell
        for cell in cells
    ]


def _separated_rows(lines: Sequence[str], budget: Budget) -> list[list[str]]:
    split = [_cells(line) for line in _unquoted_lines(lines) if line.strip() or "\t" in line]
    usual = common_width([len(cells) for cells in split if len(cells) > 1])
    gathered: list[Line] = []
    for cells in split:
        budget.spend_cells(len(cells))
        before = gathered[-1] if gathered else None
        if (
            before is not None
            and 1 < len(before.cells) < usual
            and len(cells) > 1
            and len(before.cells) + len(cells) - 1 == usual
            and before.cells[-1].strip()
            and not looks_like_figure(before.cells[-1])
        ):
            before.cells[-1] += "\n" + cells[0]
            before.cells.extend(cells[1:])
            before.closed = True
        else:
            gathered.append(Line(cells, closed=len(cells) > 1))
    return gather_rows(gathered)


def _without_empty_last_column(rows: list[list[str]]) -> list[list[str]]:
    """Writers that end every cell with a TAB leave an empty cell at the end of each row."""
    if all(len(row) == 1 or not row[-1].strip() for row in rows):
        return [row[:-1] if len(row) > 1 else row for row in rows]
    return rows
