"""A text cut into running text and tables, by one finder of tables after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.reading.base.limits import Budget


@dataclass(frozen=True)
class Found:
    """A table found in lines ``start`` (inclusive) to ``end`` (exclusive), and its rows of cells.

    ``remark`` is a sentence for the clerk where the rows are not certain.
    """

    start: int
    end: int
    rows: Sequence[Sequence[str]]
    remark: str = ""


Finder = Callable[[Sequence[str], Budget], list[Found]]


@dataclass(frozen=True)
class Segment:
    """Either lines of running text, or a table."""

    lines: Sequence[str] = ()
    table: Found | None = None


def cut(lines: Sequence[str], finders: Sequence[Finder], budget: Budget) -> list[Segment]:
    """*lines* in order as segments; an earlier finder's tables are closed to the later ones."""
    segments = [Segment(lines)]
    for find in finders:
        budget.check_time()
        segments = [part for segment in segments for part in _cut_one(segment, find, budget)]
    return segments


def _cut_one(segment: Segment, find: Finder, budget: Budget) -> list[Segment]:
    if segment.table is not None:
        return [segment]
    parts: list[Segment] = []
    at = 0
    for found in find(segment.lines, budget):
        if found.start > at:
            parts.append(Segment(segment.lines[at : found.start]))
        parts.append(Segment(table=found))
        at = max(at, found.end)
    if at < len(segment.lines):
        parts.append(Segment(segment.lines[at:]))
    return parts
