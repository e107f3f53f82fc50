"""What a page of a fixed layout draws: characters with their places, and straight lines.

Coordinates are points, counted from the lower left corner of the upright page. They are places on
paper, not figures, and the only floats that reading knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
#: What puts a page upright that is turned clockwise by so many quarters.
TURNS: Final[tuple[Matrix, ...]] = (
    IDENTITY,
    (0.0, -1.0, 1.0, 0.0, 0.0, 0.0),
    (-1.0, 0.0, 0.0, -1.0, 0.0, 0.0),
    (0.0, 1.0, -1.0, 0.0, 0.0, 0.0),
)
#: The text of a character that is shown but cannot be told.
UNKNOWN: Final = "\ufffd"
#: A filled rectangle no thicker than this is a ruled line; Word draws its borders so.
LINE_THICKNESS: Final = 3.0
_MIN_LINE: Final = 4.0
_MIN_STROKE: Final = 1.5
_MAX_STROKES: Final = 20_000


@dataclass(frozen=True)
class Glyph:
    """One shown character: its text, left and right edge, base line and size."""

    text: str
    left: float
    right: float
    base: float
    size: float


@dataclass(frozen=True)
class Rule:
    """A straight line along an axis: from *start* to *end* at *at* on the other axis."""

    horizontal: bool
    at: float
    start: float
    end: float


@dataclass
class Drawing:
    """All that one page draws and that matters here."""

    glyphs: list[Glyph] = field(default_factory=list[Glyph])
    rules: list[Rule] = field(default_factory=list[Rule])
    #: level lines too short for a table's, which may strike out a digit
    strokes: list[Rule] = field(default_factory=list[Rule])
    pictures: int = 0
    has_invisible_text: bool = False
    #: characters that run up the page, and those that run down it
    upwards: int = 0
    downwards: int = 0

    def add_line(self, first: Point, second: Point) -> None:
        """Notes a straight line, where it runs along an axis and is long enough to matter."""
        across, up = abs(first[0] - second[0]), abs(first[1] - second[1])
        if across >= _MIN_LINE and up < 0.5:
            start, end = sorted((first[0], second[0]))
            self.rules.append(Rule(True, first[1], start, end))
        elif across >= _MIN_STROKE and up < 0.5 and len(self.strokes) < _MAX_STROKES:
            start, end = sorted((first[0], second[0]))
            self.strokes.append(Rule(True, first[1], start, end))
        elif up >= _MIN_LINE and across < 0.5:
            start, end = sorted((first[1], second[1]))
            self.rules.append(Rule(False, first[0], start, end))

    def add_filled(self, points: Sequence[Point]) -> None:
        """Notes a filled shape, where it is so thin that it is a line."""
        if len(points) < 3:
            return
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        bottom, top = min(y for _, y in points), max(y for _, y in points)
        if top - bottom <= LINE_THICKNESS:
            self.add_line((left, (bottom + top) / 2), (right, (bottom + top) / 2))
        elif right - left <= LINE_THICKNESS:
            self.add_line(((left + right) / 2, bottom), ((left + right) / 2, top))


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """The transformation that does *first* and then *second*."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip


def transform(matrix: Matrix, point: Point) -> Point:
    """Where *matrix* takes *point*."""
    a, b, c, d, e, f = matrix
    return point[0] * a + point[1] * c + e, point[0] * b + point[1] * d + f
