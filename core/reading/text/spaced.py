"""Tables whose columns are set apart by spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.reading.base.limits import Budget
from core.reading.text.lines import (
    Line,
    common_width,
    display_width,
    gather_rows,
    is_sentence,
    looks_like_figure,
    looks_like_unit,
    starts_item,
)
from core.reading.text.segments import Found

_GAP = re.compile(r"[ \u3000\xa0]{2,}")
_MAX_GAP = 10
"""Lines without a figure that may stand between two rows: a long label, headings of the next table."""
_SEVERAL = 3
"""So many figures at the end of a line are cells, though one space only stands between them."""
_MANY_FIGURES = 10
"""A single line of so many figures is a table (the 2021 form's fourth)."""
_WRAPPED = 30
_LONGEST_HEADING = 16
_LONGEST_LABEL = 60
_TOTALS = ("总计", "合计")
_UNIT_HEADINGS = ("单位", "计量单位")
_MAX_LINE = 4000
"""Characters of a line that may be a row; a longer one is running text without line ends."""


def find_spaced(lines: Sequence[str], budget: Budget) -> list[Found]:
    """Tables with spaces between the cells of a row, two or more unless figures tell them apart."""
    found: list[Found] = []
    at = floor = 0
    while at < len(lines):
        budget.spend_cells(0)
        if not _is_figure_row(lines[at]):
            at += 1
            continue
        start, last = _spaced_start(lines, at, floor), at
        while at < len(lines) and at - last <= _MAX_GAP and not is_sentence(lines[at]):
            budget.spend_cells(0)
            if _is_figure_row(lines[at]) or _ends_in_figure(lines[at]):
                last = at
            at += 1
        end = last + 1
        while end < len(lines) and len(_split(lines[end])) > 1 and not is_sentence(lines[end]):
            end += 1
        at = end
        rows = [_split(line) for line in lines[start:end] if line.strip()]
        budget.spend_cells(sum(map(len, rows)))
        most = max(map(_tail, rows), default=0)
        if sum(_is_figure_row(line) for line in lines[start:end]) >= 3 or most >= _MANY_FIGURES:
            made = _matrix_rows(rows) if most >= _SEVERAL else _list_rows(rows)
            found.append(Found(start, end, made))
            floor = end
    return found


def _split(line: str) -> list[str]:
    """Cells of a line; the spaces before the first are kept, they show its level."""
    body = line.lstrip(" \u3000\xa0")
    if len(line) > _MAX_LINE:
        return [line]
    cells = _GAP.split(body.rstrip(" \u3000\xa0"))
    words = body.split()
    tail = _tail(words)
    if tail >= _SEVERAL and tail > _tail(cells):
        # One space is enough between figures, if there are several.
        cells = [*_label_words(words[:-tail]), *words[-tail:]]
    elif len(cells) < 3:
        # Single spaces are enough where a unit and a figure end the line.
        words = body.rsplit(maxsplit=2)
        if len(words) == 3 and _are_unit_and_figure(words[1], words[2]):
            cells = words
    if cells:
        cells[0] = line[: len(line) - len(body)] + cells[0]
    return cells


def _tail(cells: Sequence[str]) -> int:
    """How many cells at the end are figures."""
    count = 0
    for cell in reversed(cells):
        if not looks_like_figure(cell):
            break
        count += 1
    return count


def _label_words(words: Sequence[str]) -> list[str]:
    """The labels before the figures of a row: a new one begins where a number of its own stands."""
    labels: list[str] = []
    for word in words:
        if labels and not starts_item(word):
            labels[-1] += " " + word
        else:
            labels.append(word)
    return labels


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


def _spaced_start(lines: Sequence[str], at: int, floor: int) -> int:
    """Take in the headings above the first row with a figure, up to running text."""
    start = at
    while start > floor and at - start < _MAX_GAP:
        above = lines[start - 1]
        if is_sentence(above) or len("".join(above.split())) > 60:
            break
        start -= 1
    while start < at and not lines[start].strip():
        start += 1
    return start


def _ends_in_figure(line: str) -> bool:
    """A label and one figure with a single space between: a row only among others."""
    words = line.split()
    short = 2 <= len(words) <= 6 and len(line) <= _LONGEST_LABEL
    return short and looks_like_figure(words[-1]) and not any(map(looks_like_figure, words[:-1]))


def _matrix_rows(rows: Sequence[list[str]]) -> list[list[str]]:
    """Rows of several figures each. Nothing is put into columns: that is for who knows the form."""
    wide = max(display_width(cells[0]) for cells in rows)
    width = wide if wide >= _WRAPPED else None
    made: list[list[str]] = []
    body: list[Line] = []
    for cells in rows:
        headings = _headings(cells)
        if headings or _tail(cells) == len(cells):
            # Neither goes on with the label above it.
            made += gather_rows(body, width)
            made += [[heading] for heading in headings] or [cells]
            body = []
        else:
            body.append(Line(_matrix_cells(cells)))
    return made + gather_rows(body, width)


def _headings(cells: Sequence[str]) -> list[str]:
    """The words of a line that names several columns; none where it is another line."""
    words = list(cells) if len(cells) > 1 else cells[0].split()
    numbered = any(starts_item(word) and word not in _TOTALS for word in words)
    named = len(words) > 1 and not _tail(words) and not numbered
    return words if named and all(len(word) <= _LONGEST_HEADING for word in words) else []


def _matrix_cells(cells: list[str]) -> list[str]:
    if len(cells) == 1 and _ends_in_figure(cells[0]):
        cells = cells[0].rsplit(maxsplit=1)
    tail = _tail(cells)
    return [*_label_words(cells[: len(cells) - tail]), *cells[len(cells) - tail :]]


def _list_rows(rows: Sequence[list[str]]) -> list[list[str]]:
    """Rows of a label, perhaps a unit, and a figure or two."""
    usual = common_width([len(cells) for cells in rows if len(cells) > 1])
    wide = max(display_width(cells[0]) for cells in rows)
    gathered: list[Line] = []
    for cells in rows:
        if len(cells) > usual and not any(map(looks_like_figure, cells[: len(cells) - usual + 1])):
            extra = len(cells) - usual + 1
            cells = ["  ".join(cells[:extra]), *cells[extra:]]
        elif 1 < len(cells) == usual - 1 and _lacks_label(cells):
            cells = ["", *cells]
        elif len(cells) == 2 < usual and looks_like_figure(cells[1]):
            # A figure without a unit still stands in the last column.
            cells = [cells[0], *[""] * (usual - 2), cells[1]]
        gathered.append(Line(cells))
    return gather_rows(gathered, wide if wide >= _WRAPPED else None)


def _lacks_label(cells: Sequence[str]) -> bool:
    return looks_like_unit(cells[0]) and all(map(looks_like_figure, cells[1:]))
