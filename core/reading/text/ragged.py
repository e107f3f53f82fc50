"""Flattened tables whose merged cells were left out: figures are put under one another again.

Copied out of a browser into Notepad, a cell merged over several rows or columns stands once, and
the rest of its row moves to the left::

    自然人	法人或其他组织	总计
    （三）不予公开	1.属于国家秘密	0	0	0
    2.其他法律行政法规禁止公开	1	0	1

Figures end their rows, so they can be brought back. Headings above them cannot: nothing tells how
many columns each stood over. They are kept one under another, which claims no column for any.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from core.reading.text.lines import looks_like_figure

#: So many rows of as many figures make a table.
_LEAST_ROWS: Final = 3
#: A line of so many figures without a label can be a table of its own.
_LEAST_FIGURES: Final = 4


def squared(rows: Sequence[list[str]]) -> list[list[str]]:
    """The rows with their figures in the same columns, where they have moved."""
    if len({len(row) for row in rows}) < 2:
        return list(rows)
    tails = [_tail(row) for row in rows]
    usual, labels = _shape(rows, tails)
    made: list[list[str]] = []
    headings: list[list[str]] = []
    for row, tail in zip(rows, tails, strict=True):
        lead = len(row) - tail
        if not tail:
            headings.append(row)
            continue
        moved = bool(usual) and tail == usual and lead > 0
        alone = not lead and tail >= _LEAST_FIGURES and any(1 < len(h) < tail for h in headings)
        for heading in headings:
            made += [[cell] for cell in heading if cell.strip()] if moved or alone else [heading]
        headings = []
        made.append([*row[:lead], *[""] * (labels - lead), *row[lead:]] if moved else row)
    return made + headings


def _tail(row: Sequence[str]) -> int:
    """How many cells at the end of the row are figures or left blank; 0 where no figure is."""
    tail = 0
    for cell in reversed(row):
        if cell.strip() and not looks_like_figure(cell):
            break
        tail += 1
    return tail if any(cell.strip() for cell in row[len(row) - tail :]) else 0


def _shape(rows: Sequence[Sequence[str]], tails: Sequence[int]) -> tuple[int, int]:
    """How many figures a row has, and how many labels before them at most; 0 where none moved."""
    leads = [len(row) - tail for row, tail in zip(rows, tails, strict=True)]
    labelled = Counter(
        tail for tail, lead in zip(tails, leads, strict=True) if tail > 1 and lead > 0
    )
    usual, count = max(labelled.items(), key=lambda entry: entry[1], default=(0, 0))
    before = {lead for tail, lead in zip(tails, leads, strict=True) if tail == usual and lead > 0}
    return (usual, max(before)) if count >= _LEAST_ROWS and len(before) > 1 else (0, 0)
