"""Text that a page strikes out: a PDF has no such property, only a line through the characters."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Final

from core.reading.pdf.drawing import Drawing, Glyph, Rule

#: Where such a line runs, in sizes of the character above its base line; how far it may reach
#: beyond the text. A table's line that crosses a text reaches further.
_LOWEST, _HIGHEST, _BEYOND = 0.12, 0.5, 0.7
#: Lines looked at for one character: a hatched ground has no end of them.
_MOST: Final = 200
#: More short strokes than this on a page are the ground of a certificate.
_HATCHED: Final = 300


@dataclass
class _Crossed:
    """A line and the outermost edges of the characters that it runs through."""

    rule: Rule
    left: float
    right: float
    size: float


def take_struck(drawing: Drawing) -> bool:
    """Take the struck out characters and the lines through them out of *drawing*; whether there
    were any."""
    strokes = drawing.strokes if len(drawing.strokes) <= _HATCHED else []
    rules = [rule for rule in drawing.rules if rule.horizontal] + strokes
    if not rules or not drawing.glyphs:
        return False
    rules.sort(key=lambda rule: rule.at)
    heights = [rule.at for rule in rules]
    crossed: dict[int, _Crossed] = {}
    crossing: list[tuple[int, Glyph]] = []
    for glyph in drawing.glyphs:
        if not glyph.text.strip() or glyph.size <= 0:
            continue
        low = bisect_left(heights, glyph.base + _LOWEST * glyph.size)
        high = bisect_right(heights, glyph.base + _HIGHEST * glyph.size)
        middle = (glyph.left + glyph.right) / 2
        for number in range(low, min(high, low + _MOST)):
            rule = rules[number]
            if rule.start <= middle <= rule.end:
                crossing.append((number, glyph))
                found = crossed.setdefault(number, _Crossed(rule, glyph.left, glyph.right, 0.0))
                found.left, found.right = min(found.left, glyph.left), max(found.right, glyph.right)
                found.size = max(found.size, glyph.size)
    through = {
        number
        for number, line in crossed.items()
        if line.rule.start >= line.left - _BEYOND * line.size
        and line.rule.end <= line.right + _BEYOND * line.size
    }
    if not through:
        return False
    gone = {id(glyph) for number, glyph in crossing if number in through}
    lines = {id(crossed[number].rule) for number in through}
    drawing.glyphs = [glyph for glyph in drawing.glyphs if id(glyph) not in gone]
    drawing.rules = [rule for rule in drawing.rules if id(rule) not in lines]
    return True
