"""What a piece of a flattened table looks like: a figure, a unit, the start of an item.

Extractors that turn tables into text lose the borders. These signs, which hold for any
statistical form, help to find them again; none of them knows a particular form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from core.numbering import HAN

_FIGURE = re.compile(
    r"[+\-−－]?\d[\d,，]*(?:[.．]\d+)?\s*(?:[%％]|[条件次篇个人项份元]|人次|万元)?"
    r"|[-—–－―/／]{1,3}|无|空"
)
_UNIT = re.compile(
    r"[（(]?(?:[条件次篇个人项份家场期元]|人次|万元|亿元|千元|件次|条次|[%％])[)）]?"
)
_ITEM = re.compile(
    rf"(?:第?[{HAN}]{{1,3}}[、.．]|[（(][{HAN}]{{1,3}}[)）]|[（(]\d{{1,2}}[)）]"
    r"|\d{1,2}(?:[、)）]|[.．](?!\d))|[①-⑳]|其中|附件|合计|总计|填报|单位负责人|审核人|制表)"
)
_MAX_LINES = 12
"""Lines that one row may take; a label that never closes its bracket must not take them all."""
_OPENING, _CLOSING = "（(《〈“‘【〔[", "）)》〉”’】〕]"
_UNFINISHED = ("、", "，", ",", "；", "及", "和", "或", "与", "的", "：", ":")
_FINISHED = ("。", "！", "？", "；")


def looks_like_figure(text: str) -> bool:
    """A number as people write it, a dash or a slash; not blank."""
    return _FIGURE.fullmatch(text.strip()) is not None


def looks_like_unit(text: str) -> bool:
    """A unit of counting or of money, alone in its cell."""
    return _UNIT.fullmatch(text.strip()) is not None


def starts_item(text: str) -> bool:
    """Begins with the number or word that a new row of a form begins with."""
    return _ITEM.match(text.strip()) is not None


def is_sentence(text: str) -> bool:
    """Running text rather than a cell: it ends as a sentence does, or is too long for a label."""
    stripped = text.strip()
    return stripped.endswith(_FINISHED) or len(stripped) > 160


def is_open(text: str) -> bool:
    """Cannot end here: a bracket is still open, or it ends with a joining sign."""
    return has_open_bracket(text) or text.strip().endswith(_UNFINISHED)


def has_open_bracket(text: str) -> bool:
    """More brackets and quotes are opened than closed."""
    opened = sum(text.count(sign) for sign in _OPENING)
    return opened > sum(text.count(sign) for sign in _CLOSING)


def display_width(text: str) -> int:
    """Columns that *text* takes in a fixed-width font: two for a wide character."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def continues(before: str, after: str, width: int | None) -> bool:
    """Whether the line *after* goes on with the label in the line *before*.

    *width* is the display width at which labels were wrapped, or None where they were not.
    """
    if not before.strip():
        return False
    if is_open(before):
        return True
    if starts_item(after):
        return False
    if after.strip()[:1] in _OPENING + _CLOSING + "，、。；":
        return True
    return width is not None and display_width(before.rstrip()) >= width - 3


@dataclass
class Line:
    """One line of a flattened table, cut into cells.

    ``closed``: the line surely is a whole row by itself (it has all its separators).
    """

    cells: list[str]
    closed: bool = False


@dataclass
class _Row:
    cells: list[str]
    closed: bool
    last_label: str
    lines: int = 1

    @property
    def has_more(self) -> bool:
        return any(cell.strip() for cell in self.cells[1:])


def gather_rows(lines: Sequence[Line], width: int | None = None) -> list[list[str]]:
    """Rows out of lines, where a label may go on over several lines before or after its figures.

    *width*: display width of the label column where the writer wrapped long labels there.
    """
    rows: list[_Row] = []
    for line in lines:
        label = line.cells[0] if line.cells else ""
        more = any(cell.strip() for cell in line.cells[1:])
        last = rows[-1] if rows else None
        if (
            last is None
            or last.closed
            or last.lines == _MAX_LINES
            or not _joins(last, label, more, width)
        ):
            rows.append(_Row(list(line.cells), line.closed, label))
            continue
        last.lines += 1
        if label.strip():
            last.cells[0] = f"{last.cells[0]}\n{label}" if last.cells[0].strip() else label
            last.last_label = label
        if more:
            last.cells[1:] = line.cells[1:]
        last.closed = line.closed
    return [row.cells for row in rows]


def _joins(last: _Row, label: str, more: bool, width: int | None) -> bool:
    if more and last.has_more:
        return False
    if more and not label.strip():
        return True
    if (
        last.lines > 1
        and not is_open(last.last_label)
        and _indent(label) > _indent(last.last_label)
    ):
        # A row's later lines stand at the margin; what is set in again begins the next row.
        return False
    return continues(last.last_label, label, width)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def joined(pieces: Sequence[Sequence[str]]) -> list[str]:
    """One row of the lines it was printed on, each cut into cells."""
    columns = max(len(piece) for piece in pieces)
    return [
        "\n".join(piece[at] for piece in pieces if at < len(piece) and piece[at])
        for at in range(columns)
    ]


def common_width(counts: Sequence[int]) -> int:
    """The number of columns that most rows have; the larger one where two are as frequent."""
    tally: dict[int, int] = {}
    for count in counts:
        tally[count] = tally.get(count, 0) + 1
    return max(tally, key=lambda count: (tally[count], count), default=0)
