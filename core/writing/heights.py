"""How high the lines of a printed table are, before any font is at hand.

A workbook has to state each row's height, and nobody measures text when it is written; so texts are
measured by counting characters. Paper and PDF start from the same heights, which is why they break
into the same pages as the workbook, and grow a line only where the real font needs more.
"""

from __future__ import annotations

import math
import unicodedata
from typing import Final

from core.writing.layout import Grid

#: Size of plain text, the distance between its lines, what a line has besides, and the
#: height of a line that nothing is printed in, in points.
TEXT_POINTS: Final = 10.5
LINE_POINTS: Final = 14.5
LINE_PADDING_POINTS: Final = 4.0
LEAST_POINTS: Final = 18.0
#: Heights of the lines outside the tables, in points.
TITLE_POINTS: Final = 30.0
CAPTION_POINTS: Final = 20.0
OFFICE_POINTS: Final = 22.0
TABLE_TITLE_POINTS: Final = 24.0
GAP_POINTS: Final = 15.0
SIGN_OFF_POINTS: Final = 22.0
#: How far a label moves to the right for each level, in millimetres.
INDENT_MILLIMETRES: Final = 4.0


def line_heights(grid: Grid) -> list[float]:
    """Points each line of *grid* needs for its wrapped texts, from the first line on."""
    needed = [1] * grid.lines
    for cell in grid.cells:
        if cell.key is not None:
            continue
        width = sum(grid.widths[cell.column : cell.column + cell.width])
        if cell.height == 1:
            count = text_lines(cell.full_text, width - INDENT_MILLIMETRES * cell.indent)
        else:
            count = math.ceil(text_lines(cell.full_text, width) / cell.height)
        for line in range(cell.line, cell.line + cell.height):
            needed[line] = max(needed[line], count)
    return [text_height(count) for count in needed]


def text_height(lines: int) -> float:
    """Points that so many lines of text take."""
    return lines * LINE_POINTS + LINE_PADDING_POINTS


def text_lines(text: str, width: float) -> int:
    """How many lines *text* wraps to in *width* millimetres; a Chinese character is 3.75 mm wide."""
    lines = 0
    for part in text.split("\n"):
        length = sum(3.75 if unicodedata.east_asian_width(c) in "WF" else 2.0 for c in part)
        lines += max(1, math.ceil(length / max(width - 2.5, 4.0)))
    return lines
