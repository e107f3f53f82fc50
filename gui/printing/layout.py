"""What stands on which printed page: the form's tables, measured and broken into pages.

    Session ──► content_of ──► PrintSheet (a table, its texts wrapped) ──► paginated ──► PageParts

A table begins on a new page, its headings are repeated on each, no line is split, and the sign-off
never stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from core.session import Session
from core.values import format_value
from core.writing.explanations import COLUMNS, NOTHING, PrintedExplanations, printed_explanations
from core.writing.heights import (
    CAPTION_POINTS,
    GAP_POINTS,
    INDENT_MILLIMETRES,
    LEAST_POINTS,
    LINE_PADDING_POINTS,
    OFFICE_POINTS,
    SIGN_OFF_POINTS,
    TABLE_TITLE_POINTS,
    TITLE_POINTS,
    line_heights,
)
from core.writing.layout import Grid, GridCell, PrintedForm, Role
from gui.printing.fonts import UNITS_PER_MM, UNITS_PER_POINT, PrintFont, PrintFonts

_PADDING: Final = 0.8 * UNITS_PER_MM
#: A text longer than this many lines is continued in another line of the table.
_MOST_LINES: Final = 36


class Align(Enum):
    """Where a text stands in its box."""

    LEFT = "left"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Box:
    """A ruled cell with its wrapped text: place and extent in lines, x and width in units."""

    line: int
    height: int
    x: float
    width: float
    lines: tuple[str, ...]
    font: PrintFont
    align: Align
    indent: float = 0.0

    @property
    def text_height(self) -> float:
        """Units that the text takes from top to bottom."""
        return len(self.lines) * self.font.pitch


@dataclass(frozen=True, slots=True)
class Strip:
    """A line of texts over the whole width, outside any table: (text, x, width, align)."""

    height: float
    font: PrintFont
    texts: tuple[tuple[str, float, float, Align], ...]


@dataclass
class PrintSheet:
    """A table with what stands above and below it. Heights and widths are in units."""

    width: float
    above: list[Strip] = field(default_factory=list[Strip])
    heights: list[float] = field(default_factory=list[float])
    head: int = 0
    #: The boxes that begin on each line, and those that go over several lines.
    rows: dict[int, list[Box]] = field(default_factory=dict[int, list[Box]])
    spanning: list[Box] = field(default_factory=list[Box])
    below: list[Strip] = field(default_factory=list[Strip])

    def add(self, box: Box) -> None:
        """Puts a box into the table."""
        if box.height > 1:
            self.spanning.append(box)
        else:
            self.rows.setdefault(box.line, []).append(box)

    def boxes(self, first: int, end: int) -> list[Box]:
        """The boxes of which a part stands on the lines from *first* up to *end*."""
        found = [box for box in self.spanning if box.line < end and box.line + box.height > first]
        for line in range(first, end):
            found += self.rows.get(line, ())
        return sorted(found, key=lambda box: (max(box.line, first), box.x))

    def texts(self) -> Iterator[str]:
        """Every text of the sheet, a line at a time."""
        for strip in (*self.above, *self.below):
            yield from (text for text, *_ in strip.texts)
        for boxes in (self.spanning, *self.rows.values()):
            for box in boxes:
                yield from box.lines


@dataclass(frozen=True)
class PagePart:
    """A page: the lines from ``first`` up to ``end`` of a sheet, under its repeated headings.

    ``scale`` makes a table fit that is wider than the paper.
    """

    sheet: PrintSheet
    first: int
    end: int
    with_above: bool
    with_below: bool
    scale: float


def content_of(
    session: Session, form: PrintedForm, fonts: PrintFonts, *, with_explanations: bool = True
) -> list[PrintSheet]:
    """Measures all that is printed of *session*'s report, laid out as *form*."""
    sheets: list[PrintSheet] = []
    for number, grid in enumerate(form.grids):
        sheet = _table_sheet(session, grid, fonts)
        if number == 0:
            sheet.above = _top(form, sheet.width, fonts) + sheet.above
        if number == len(form.grids) - 1:
            sheet.below = _notes(form, sheet.width, fonts) + _sign_off(form, sheet.width, fonts)
        sheets.append(sheet)
    if with_explanations:
        sheets.append(_explanations_sheet(printed_explanations(session), fonts))
    return sheets


def paginated(sheet: PrintSheet, width: float, height: float) -> list[PagePart]:
    """*sheet* broken into pages whose body is *width* by *height* units."""
    scale = min(1.0, width / sheet.width)
    room = height / scale
    head = sum(sheet.heights[: sheet.head])
    below = sum(strip.height for strip in sheet.below)
    pages: list[PagePart] = []
    first, line = sheet.head, sheet.head
    used = head + sum(strip.height for strip in sheet.above)
    last = len(sheet.heights) - 1
    while line <= last:
        needed = sheet.heights[line]
        # The sign-off takes the last line along rather than stand alone on a page.
        with_sign_off = needed + (below if line == last else 0.0)
        if used + with_sign_off > room and line > first:
            pages.append(PagePart(sheet, first, line, not pages, with_below=False, scale=scale))
            first, used = line, head
        used += needed
        line += 1
    pages.append(PagePart(sheet, first, line, not pages, with_below=True, scale=scale))
    return pages


def _table_sheet(session: Session, grid: Grid, fonts: PrintFonts) -> PrintSheet:
    edges = [0.0]
    for width in grid.widths:
        edges.append(edges[-1] + width * UNITS_PER_MM)
    sheet = PrintSheet(edges[-1], head=grid.head)
    if grid.title:
        sheet.above.append(
            _line(grid.title, TABLE_TITLE_POINTS, fonts.bold, sheet.width, Align.LEFT)
        )
    heights = [points * UNITS_PER_POINT for points in line_heights(grid)]
    for cell in grid.cells:
        x = edges[cell.column]
        box = _box(session, cell, x, edges[cell.column + cell.width] - x, fonts)
        if cell.height == 1:
            heights[cell.line] = max(heights[cell.line], _needed(box))
        sheet.add(box)
    for box in sheet.spanning:
        _make_room(heights, box)
    sheet.heights = heights
    return sheet


def _box(session: Session, cell: GridCell, x: float, width: float, fonts: PrintFonts) -> Box:
    text = cell.full_text
    figure = cell.key is not None
    if cell.key is not None:
        text = format_value(session.value(cell.key))
    bold = cell.role in (Role.HEADING, Role.SECTION)
    centred = cell.role in (Role.HEADING, Role.UNIT, Role.FIGURE, Role.EMPTY)
    indent = cell.indent * INDENT_MILLIMETRES * UNITS_PER_MM
    room = width - indent - 2 * _PADDING
    font = fonts.bold if bold else fonts.fitting(text, room) if figure else fonts.plain
    lines = (text,) if figure and text else font.lines(text, room) if text else ()
    return Box(
        line=cell.line,
        height=cell.height,
        x=x,
        width=width,
        lines=lines,
        font=font,
        align=Align.CENTRE if centred else Align.LEFT,
        indent=indent + _PADDING,
    )


def _needed(box: Box) -> float:
    return box.text_height + LINE_PADDING_POINTS * UNITS_PER_POINT


def _make_room(heights: list[float], box: Box) -> None:
    """Makes the lines of a merged box higher where its text would not fit."""
    missing = _needed(box) - sum(heights[box.line : box.line + box.height])
    if missing > 0:
        for line in range(box.line, box.line + box.height):
            heights[line] += missing / box.height


def _line(text: str, points: float, font: PrintFont, width: float, align: Align) -> Strip:
    return Strip(points * UNITS_PER_POINT, font, ((text, 0.0, width, align),))


def _top(form: PrintedForm, width: float, fonts: PrintFonts) -> list[Strip]:
    """Title, period and office; a title or name too long for a line goes on over the next."""
    strips: list[Strip] = []
    for text, points, font, align in (
        (form.title, TITLE_POINTS, fonts.title, Align.CENTRE),
        (form.caption, CAPTION_POINTS, fonts.plain, Align.CENTRE),
        (form.office, OFFICE_POINTS, fonts.plain, Align.LEFT),
    ):
        strips += [_line(part, points, font, width, align) for part in font.lines(text, width)]
    return strips


def _notes(form: PrintedForm, width: float, fonts: PrintFonts) -> list[Strip]:
    """The form's notes under its last table."""
    return [
        _line(part, LEAST_POINTS, fonts.plain, width, Align.LEFT)
        for note in form.notes
        for part in fonts.plain.lines(note, width)
    ]


def _sign_off(form: PrintedForm, width: float, fonts: PrintFonts) -> list[Strip]:
    """Who answers for the report, in thirds of the width; a long entry has a line of its own."""
    strips = [Strip(GAP_POINTS * UNITS_PER_POINT, fonts.plain, ())]
    parts = [f"{label}：{text}" for label, text in form.sign_off]
    third = width / 3
    height = SIGN_OFF_POINTS * UNITS_PER_POINT
    for some in (parts[:3], parts[3:]):
        if all(fonts.plain.width(part) <= third for part in some):
            texts = tuple((part, n * third, third, Align.LEFT) for n, part in enumerate(some))
            strips.append(Strip(height, fonts.plain, texts))
            continue
        for part in some:
            strips += [
                _line(piece, SIGN_OFF_POINTS, fonts.plain, width, Align.LEFT)
                for piece in fonts.plain.lines(part, width)
            ]
    return strips


def _explanations_sheet(printed: PrintedExplanations, fonts: PrintFonts) -> PrintSheet:
    edges = [0.0]
    for _, width in COLUMNS:
        edges.append(edges[-1] + width * UNITS_PER_MM)
    sheet = PrintSheet(edges[-1], head=1)
    sheet.above = [
        _line(part, TABLE_TITLE_POINTS, fonts.bold, sheet.width, Align.LEFT)
        for part in fonts.bold.lines(printed.heading, sheet.width)
    ]

    def add(texts: Sequence[Sequence[str]], font: PrintFont, align: Align, least: float) -> None:
        row = [
            Box(
                line=len(sheet.heights),
                height=1,
                x=edges[number],
                width=edges[number + 1] - edges[number],
                lines=tuple(lines),
                font=font,
                align=align,
                indent=_PADDING,
            )
            for number, lines in enumerate(texts)
        ]
        for box in row:
            sheet.add(box)
        sheet.heights.append(max(least, *(_needed(box) for box in row)))

    add([[name] for name, _ in COLUMNS], fonts.bold, Align.CENTRE, LEAST_POINTS * UNITS_PER_POINT)
    for number, row in enumerate(printed.rows):
        wrapped = [
            fonts.plain.lines(text, edges[place + 1] - edges[place] - 2 * _PADDING)
            for place, text in enumerate(row)
        ]
        longest = max(len(lines) for lines in wrapped)
        least = printed.height(number) * UNITS_PER_POINT if longest <= _MOST_LINES else 0.0
        for start in range(0, longest, _MOST_LINES):
            piece = [lines[start : start + _MOST_LINES] for lines in wrapped]
            add(piece, fonts.plain, Align.LEFT, least)
    if not printed.rows:
        nothing = Box(1, 1, 0.0, sheet.width, (NOTHING,), fonts.plain, Align.LEFT, _PADDING)
        sheet.add(nothing)
        sheet.heights.append(LEAST_POINTS * UNITS_PER_POINT)
    return sheet
