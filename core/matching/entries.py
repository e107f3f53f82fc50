"""What a table of a file holds, label by label: entries with their places, and what they fill."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from core.form.form import Column, Row
from core.matching.align import Item
from core.matching.columns import FigureColumn
from core.matching.headings import Heading
from core.matching.model import Position, RowMatch
from core.matching.part import Piece
from core.problems import Remark


@dataclass(frozen=True, slots=True)
class Place:
    """One figure (or blank) of an entry: its raw column and what the heading says it is."""

    row: int
    column: int
    heading: Heading


@dataclass(slots=True)
class Entry:
    """One label of the file in reading order, with the figures that belong to it."""

    piece: Piece
    row: int
    column: int
    text: str
    unit: str = ""
    places: list[Place] = field(default_factory=list[Place])


@dataclass(frozen=True, slots=True)
class Target:
    """One label of the form; ``column`` where a column of the form is a label of its own."""

    item: Item
    row: Row
    column: Column | None = None


#: A label and where it stands, and the columns of its figures with the form's columns for them.
Outlined = tuple[int, int, int, str, tuple[tuple[int, str], ...]]


@dataclass
class Fit:
    """Figures found for one table of the form. ``columns``: where they could be taken from.

    ``clean``: every figure stands under a heading that is its own and could be no other's.
    """

    rows: list[RowMatch] = field(default_factory=list[RowMatch])
    columns: tuple[FigureColumn, ...] = ()
    column: int | None = None
    sure: bool = True
    clean: bool = True
    outline: list[Outlined] = field(default_factory=list[Outlined])

    @property
    def found(self) -> int:
        """How many cells have a place that holds a figure or nothing, but no other text."""
        return sum(
            row.key is not None and (row.value is not None or not row.figure) for row in self.rows
        )


def position_of(entry: Entry, place: Place) -> Position:
    """Where a figure stands in the file."""
    return Position(entry.piece.number, place.row, place.column)


def flat(text: str) -> str:
    """*text* without white space, as sentences quote it."""
    return "".join(text.split())


def with_doubt(row: RowMatch, certainty: float, remark: Remark) -> RowMatch:
    """The figure, no more certain than *certainty*, with the *remark* before its own."""
    certainty = min(row.certainty, certainty)
    return replace(row, certainty=certainty, remarks=(remark, *row.remarks))
