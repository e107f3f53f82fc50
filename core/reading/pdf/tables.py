"""Tables of a PDF page: the cells that its ruled lines enclose, with the text inside them.

A PDF knows no tables. Where lines cross they make a grid; two neighbouring fields of the grid
without a line between them are one merged cell. Text outside grids is given back line by line with
a tab where columns stand apart, for the finders of plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from core.reading.base.limits import Budget
from core.reading.base.raw import RawTable
from core.reading.pdf.drawing import Glyph, Rule

#: Lines nearer than this are one line (a border is often drawn twice, for either cell), in points.
TOLERANCE: Final = 2.5
#: More lines than this on a page are a drawing or a map.
MAX_RULES: Final = 20_000
_MAX_GRID: Final = 1_000
#: A gap of so many character sizes stands between two columns.
_COLUMN_GAP: Final = 1.2
_SPACES: Final = re.compile(r" {2,}")


@dataclass(frozen=True)
class RuledTable:
    """A table on a page and where its lines stand, left to right and top to bottom."""

    table: RawTable
    columns: tuple[float, ...]
    rows: tuple[float, ...]

    def covers(self, glyph: Glyph) -> bool:
        """Whether the glyph stands inside the table's outer frame."""
        middle = (glyph.left + glyph.right) / 2
        height = glyph.base + glyph.size * 0.3
        return self.columns[0] <= middle <= self.columns[-1] and (
            self.rows[-1] <= height <= self.rows[0]
        )


def ruled_tables(
    rules: Sequence[Rule], glyphs: Sequence[Glyph], budget: Budget
) -> list[RuledTable]:
    """The ruled tables of a page, from the top down."""
    if len(rules) > MAX_RULES:
        raise budget.too_large(f"每页 {MAX_RULES} 条线")
    joined = _join(rules)
    found: list[RuledTable] = []
    for group in _connected(joined, budget):
        columns = _positions(rule.at for rule in group if not rule.horizontal)
        rows = _positions(rule.at for rule in group if rule.horizontal)[::-1]
        if len(columns) < 2 or len(rows) < 2 or len(columns) + len(rows) < 5:
            continue
        if len(columns) > _MAX_GRID or len(rows) > _MAX_GRID:
            raise budget.too_large(f"每页 {_MAX_GRID} 行")
        budget.spend_cells(len(columns) * len(rows))
        found.append(_build(group, glyphs, tuple(columns), tuple(rows), budget))
    return sorted(found, key=lambda table: -table.rows[0])


def _join(rules: Sequence[Rule]) -> list[Rule]:
    """Pieces of one line put together; cells each draw their own piece of a border."""
    joined: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (rule.horizontal, rule.at, rule.start)):
        for index in range(len(joined) - 1, -1, -1):
            before = joined[index]
            if before.horizontal != rule.horizontal or rule.at - before.at > TOLERANCE:
                joined.append(rule)
                break
            if rule.start <= before.end + TOLERANCE and before.start <= rule.end + TOLERANCE:
                joined[index] = Rule(
                    rule.horizontal, before.at, min(before.start, rule.start),
                    max(before.end, rule.end),
                )  # fmt: skip
                break
        else:
            joined.append(rule)
    return joined


def _connected(rules: Sequence[Rule], budget: Budget) -> list[list[Rule]]:
    """Lines that cross or touch each other, directly or through others."""
    parent = list(range(len(rules)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    across = [index for index, rule in enumerate(rules) if rule.horizontal]
    upright = [index for index, rule in enumerate(rules) if not rule.horizontal]
    for first in across:
        budget.check_time()
        for second in upright:
            if _touch(rules[first], rules[second]):
                parent[root(first)] = root(second)
    groups: dict[int, list[Rule]] = {}
    for index, rule in enumerate(rules):
        groups.setdefault(root(index), []).append(rule)
    return list(groups.values())


def _touch(across: Rule, upright: Rule) -> bool:
    return (
        across.start - TOLERANCE <= upright.at <= across.end + TOLERANCE
        and upright.start - TOLERANCE <= across.at <= upright.end + TOLERANCE
    )


def _positions(places: Iterable[float]) -> list[float]:
    """Places with near ones taken as one, ascending."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > TOLERANCE:
            found.append(place)
    return found


def _build(
    group: Sequence[Rule],
    glyphs: Sequence[Glyph],
    columns: tuple[float, ...],
    rows: tuple[float, ...],
    budget: Budget,
) -> RuledTable:
    """Merge the fields that no line divides, then put each glyph into its field."""
    width, height = len(columns) - 1, len(rows) - 1
    across = [rule for rule in group if rule.horizontal]
    upright = [rule for rule in group if not rule.horizontal]
    below = [_lines_near(across, place) for place in rows]
    beside = [_lines_near(upright, place) for place in columns]
    owner = [[(row, column) for column in range(width)] for row in range(height)]
    for row in range(height):
        budget.check_time()
        middle = (rows[row] + rows[row + 1]) / 2
        for column in range(width):
            centre = (columns[column] + columns[column + 1]) / 2
            if column and not _spans(beside[column], middle):
                owner[row][column] = owner[row][column - 1]
            elif row and not _spans(below[row], centre):
                owner[row][column] = owner[row - 1][column]
    content: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in glyphs:
        column = _field(columns, (glyph.left + glyph.right) / 2)
        row = _field(tuple(-place for place in rows), -(glyph.base + glyph.size * 0.3))
        if column is not None and row is not None:
            content.setdefault(owner[row][column], []).append(glyph)
    texts = {
        place: "\n".join(text_lines(inside, tabs=False))[: budget.limits.max_cell_chars]
        for place, inside in content.items()
    }
    cells = tuple(tuple(texts.get(owner[r][c], "") for c in range(width)) for r in range(height))
    merged = frozenset((r, c) for r in range(height) for c in range(width) if owner[r][c] != (r, c))
    return RuledTable(RawTable(cells, merged=merged), columns, rows)


def _lines_near(rules: Sequence[Rule], place: float) -> list[Rule]:
    return [rule for rule in rules if abs(rule.at - place) <= TOLERANCE]


def _spans(rules: Sequence[Rule], place: float) -> bool:
    return any(rule.start - TOLERANCE <= place <= rule.end + TOLERANCE for rule in rules)


def _field(edges: tuple[float, ...], place: float) -> int | None:
    """Between which two of the ascending *edges* the place lies."""
    if not edges[0] <= place <= edges[-1]:
        return None
    for index in range(len(edges) - 1):
        if place <= edges[index + 1]:
            return index
    return None


def text_lines(glyphs: Iterable[Glyph], *, tabs: bool = True) -> list[str]:
    """The text of *glyphs* line by line, from the top; with *tabs* between columns."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.base):
        # Half a size: figures are often set a little higher or lower than the Chinese beside them.
        size = max(glyph.size, lines[-1][0].size) if lines else 0.0
        if lines and abs(lines[-1][0].base - glyph.base) <= max(size * 0.5, 1.0):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    texts = (_line_text(sorted(line, key=lambda glyph: glyph.left), tabs=tabs) for line in lines)
    return [text for text in texts if text.strip()]


def _line_text(line: Sequence[Glyph], *, tabs: bool) -> str:
    parts: list[str] = []
    before: Glyph | None = None
    raised = False
    #: where in *parts* the characters as small as the last one begin
    small_from = 0
    for glyph in line:
        # Bold is sometimes made by drawing twice, a hair apart.
        if before is not None and _same_place(before, glyph):
            continue
        if not glyph.text.strip():
            parts.append(" ")
            continue
        gap = _gap(before, glyph, tabs=tabs and not raised)
        # A footnote mark behind a figure must not become its last digit, nor one before it its first.
        if before is not None and not raised and _is_off_the_line(before, glyph):
            parts.insert(small_from, "[")
            parts.append("]")
        if before is None or abs(glyph.size - before.size) > 0.2 * before.size:
            small_from = len(parts) + 1
        parts.append(gap)
        if before is not None and not raised and _is_off_the_line(glyph, before):
            parts.append("[")
            raised = True
        elif raised and before is not None and not _is_beside(before, glyph):
            parts.append("]")
            raised = False
        parts.append(glyph.text)
        before = glyph
    text = "".join(parts).strip(" ") + ("]" if raised else "")
    text = _SPACES.sub(" ", text)
    if tabs:
        text = "\t".join(piece.strip(" ") for piece in text.split("\t"))
    return text


def _gap(before: Glyph | None, glyph: Glyph, *, tabs: bool) -> str:
    gap = glyph.left - before.right if before is not None else 0.0
    if tabs and gap > _COLUMN_GAP * glyph.size:
        return "\t"
    return " " if gap > 0.25 * glyph.size else ""


def _is_off_the_line(glyph: Glyph, other: Glyph) -> bool:
    """Whether *glyph* is set above or below the line of the larger *other*, or as large but a digit
    above another one."""
    if glyph.size < other.size * 0.8:
        rise = (glyph.base - other.base) / other.size
        return rise > 0.1 or rise < -0.05
    digits = glyph.text.isdecimal() and other.text.isdecimal()
    return digits and glyph.size < other.size * 1.05 and glyph.base > other.base + other.size * 0.2


def _is_beside(before: Glyph, glyph: Glyph) -> bool:
    """Whether *glyph* goes on with the raised or lowered *before*."""
    return glyph.size <= before.size * 1.2 and abs(glyph.base - before.base) < before.size * 0.2


def _same_place(first: Glyph, second: Glyph) -> bool:
    near = 0.15 * max(first.size, 1.0)
    return first.text == second.text and abs(first.left - second.left) < near


def joined_over_pages(pages: Sequence[Sequence[RuledTable]]) -> list[RawTable]:
    """The tables of all pages in order; one that goes on at the top of the next page is one table.

    It goes on where the last table of a page and the first of the next have their columns in the
    same places.
    """
    tables: list[RawTable] = []
    before: RuledTable | None = None
    for page in pages:
        for index, ruled in enumerate(page):
            if before is not None and not index and _same_columns(before, ruled):
                tables[-1] = _append(tables[-1], ruled.table)
            else:
                tables.append(ruled.table)
        before = page[-1] if page else None
    return tables


def _same_columns(first: RuledTable, second: RuledTable) -> bool:
    return len(first.columns) == len(second.columns) and all(
        abs(one - other) <= 2 * TOLERANCE
        for one, other in zip(first.columns, second.columns, strict=True)
    )


def _append(first: RawTable, second: RawTable) -> RawTable:
    offset = len(first.rows)
    merged = frozenset((row + offset, column) for row, column in second.merged)
    return RawTable(first.rows + second.rows, first.name, first.merged | merged)
