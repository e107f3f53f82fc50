"""The text of a report: sections → paragraphs → pieces, where a piece is plain text or a field.

    ReportText ─ TextSection ─ Paragraph ─ str | Field ─ CellRef
                     └ codes of the form's tables printed after its paragraphs

A field holds no figure: it says which cells it is reckoned from, so that a text always tells what
the table tells (:mod:`core.narrative.rendering`). Everything here is immutable; a report's text
changes by ``Session.apply``, with a whole text or a :class:`Splice` of paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from core.values import Number

#: Longest text in characters, fields counted as one; what is longer is cut when a file is read.
MAX_CHARACTERS: Final = 200_000
MAX_FIELDS: Final = 10_000
MAX_SECTIONS: Final = 500
MAX_PARAGRAPHS: Final = 20_000
MAX_HEADING: Final = 200


class FieldKind(Enum):
    """What a field reckons from its cells: *part* the first list, *whole* the second."""

    #: The figure of one cell, this year's or last year's.
    CELL = "cell"
    #: All cells of the part added up.
    SUM = "sum"
    #: How far part and whole are apart; which of them is larger is said by the words around it.
    DIFFERENCE = "difference"
    #: The part in per cent of the whole, at most two decimal places, without the sign.
    SHARE = "share"
    #: How far the part is from the whole, in per cent of the whole (同比增长), likewise.
    CHANGE = "change"
    #: 累计: ``number``, which is last year's 累计, and the part.
    CUMULATIVE = "total"
    #: The report's year and ``number`` years more.
    YEAR = "year"
    #: The office's name, and its telephone, as in the report's header.
    OFFICE = "office"
    PHONE = "phone"


#: Kinds that are reckoned from cells; those of them that compare a part with a whole.
RECKONED: Final = frozenset(
    (
        FieldKind.CELL,
        FieldKind.SUM,
        FieldKind.DIFFERENCE,
        FieldKind.SHARE,
        FieldKind.CHANGE,
        FieldKind.CUMULATIVE,
    )
)
COMPARING: Final = frozenset((FieldKind.DIFFERENCE, FieldKind.SHARE, FieldKind.CHANGE))


class CellRef(NamedTuple):
    """A cell by its key, of this year or (``last``) of the period compared with."""

    key: str
    last: bool = False

    def __str__(self) -> str:
        """As the check language writes it: ``[3.1]``, ``last[3.1]``."""
        return f"last[{self.key}]" if self.last else f"[{self.key}]"


@dataclass(frozen=True, slots=True)
class Field:
    """A piece of text that is reckoned: its kind, and the cells it is reckoned from.

    ``part`` has one cell for CELL and at least one for the other kinds of :data:`RECKONED`;
    ``whole`` has some for those of :data:`COMPARING` only. ``number``: last year's 累计, or how
    many years after the report's own a year is. Raises ``ValueError`` for what is no such field.
    """

    kind: FieldKind
    part: tuple[CellRef, ...] = ()
    whole: tuple[CellRef, ...] = ()
    number: Number = 0

    def __post_init__(self) -> None:
        if bool(self.part) != (self.kind in RECKONED):
            raise ValueError(f"cells of a field {self.kind}")
        if bool(self.whole) != (self.kind in COMPARING):
            raise ValueError(f"second cells of a field {self.kind}")
        if self.kind is FieldKind.CELL and len(self.part) != 1:
            raise ValueError("a cell's field has one cell")

    @property
    def refs(self) -> tuple[CellRef, ...]:
        """Every cell it is reckoned from."""
        return self.part + self.whole

    @classmethod
    def cell(cls, key: str, *, last: bool = False) -> Field:
        """The field that tells the figure of the cell *key*."""
        return cls(FieldKind.CELL, (CellRef(key, last),))


Piece = str | Field


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its pieces, no two texts side by side and none of them empty."""

    pieces: tuple[Piece, ...] = ()

    def __post_init__(self) -> None:
        before: list[Piece] = []
        for piece in self.pieces:
            if isinstance(piece, str) and before and isinstance(before[-1], str):
                before[-1] += piece
            elif piece != "":
                before.append(piece)
        object.__setattr__(self, "pieces", tuple(before))

    @classmethod
    def of(cls, *pieces: Piece) -> Paragraph:
        """A paragraph of *pieces*."""
        return cls(pieces)

    @property
    def fields(self) -> Iterator[Field]:
        """Its fields, in order."""
        return (piece for piece in self.pieces if isinstance(piece, Field))

    @property
    def size(self) -> int:
        """Its characters, a field counted as one."""
        return sum(len(piece) if isinstance(piece, str) else 1 for piece in self.pieces)


class TextSection(NamedTuple):
    """A section: its heading as printed, with its number (一、总体情况), and what stands under it.

    ``code`` is the section's code in ``resources/texts`` (empty for one that the clerk added),
    ``level`` 0 for 一、, 1 for （一）. ``tables``: codes of the form's tables that are printed here.
    A section without a heading holds what stands before the first one.
    """

    code: str = ""
    heading: str = ""
    level: int = 0
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in it and no table stands in it."""
        return not self.tables and not any(
            piece.strip() if isinstance(piece, str) else True
            for paragraph in self.paragraphs
            for piece in paragraph.pieces
        )


class ReportText(NamedTuple):
    """The whole text: the title's line and the sections in order. Without both it is no text."""

    title: Paragraph = Paragraph()
    sections: tuple[TextSection, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.title.pieces or self.sections)

    @property
    def paragraphs(self) -> Iterator[Paragraph]:
        """The title and every paragraph, in order."""
        yield self.title
        for section in self.sections:
            yield from section.paragraphs

    @property
    def fields(self) -> Iterator[Field]:
        """Every field, in order."""
        return (field for paragraph in self.paragraphs for field in paragraph.fields)


#: A report without a text.
NO_TEXT: Final = ReportText()


class Splice(NamedTuple):
    """One step of writing: in section number ``section`` (from 0) the paragraphs from ``start``
    to before ``stop`` give way to ``paragraphs``."""

    section: int
    start: int
    stop: int
    paragraphs: tuple[Paragraph, ...]


def fits(text: ReportText, splice: Splice) -> bool:
    """Whether *text* has the paragraphs that *splice* speaks of."""
    if not 0 <= splice.section < len(text.sections):
        return False
    return 0 <= splice.start <= splice.stop <= len(text.sections[splice.section].paragraphs)


def spliced(text: ReportText, splice: Splice) -> tuple[ReportText, Splice]:
    """*text* after *splice*, which fits it, and the splice that takes it back."""
    before = text.sections[splice.section]
    removed = before.paragraphs[splice.start : splice.stop]
    kept = before.paragraphs[: splice.start], before.paragraphs[splice.stop :]
    section = before._replace(paragraphs=(*kept[0], *splice.paragraphs, *kept[1]))
    sections = list(text.sections)
    sections[splice.section] = section
    inverse = Splice(splice.section, splice.start, splice.start + len(splice.paragraphs), removed)
    return text._replace(sections=tuple(sections)), inverse


def is_too_large(text: ReportText) -> bool:
    """Whether *text* is beyond what files keep of one."""
    return (
        len(text.sections) > MAX_SECTIONS
        or sum(len(section.paragraphs) for section in text.sections) > MAX_PARAGRAPHS
        or sum(1 for _ in text.fields) > MAX_FIELDS
        or sum(_sizes(text)) > MAX_CHARACTERS
    )


def _sizes(text: ReportText) -> Iterable[int]:
    yield from (paragraph.size for paragraph in text.paragraphs)
    yield from (len(section.heading) for section in text.sections)
