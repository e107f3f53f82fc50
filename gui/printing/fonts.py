"""Text on paper: fonts in layout units, broken into lines by the font's own widths.

Everything that is printed is laid out in *units* of a twentieth of a point, whatever the device; so
preview, printer and PDF break lines and pages at the same places.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextOption

UNITS_PER_POINT: Final = 20
UNITS_PER_MM: Final = UNITS_PER_POINT * 72 / 25.4
#: 宋体 is what official documents are set in, and on every Windows; the others stand in elsewhere.
_FAMILIES: Final = ("SimSun", "宋体", "NSimSun", "Noto Serif CJK SC", "Noto Sans CJK SC")
#: The size of plain text, and the smallest that is read without a glass.
_PLAIN_POINTS: Final = 10.5
_LEAST_POINTS: Final = 4.0
#: Where the baseline lies in a line of text, as shares of the font's size: CJK glyphs fill the em
#: square from 0.12 under the baseline to 0.88 above it (OpenType, baseline tags ``ideo``/``romn``).
_ASCENT: Final = 0.88


class PrintFont:
    """A font of *points*, measured in layout units; lines are *pitch* points apart."""

    def __init__(self, points: float, pitch: float, *, bold: bool = False) -> None:
        self.font = QFont(list(_FAMILIES))
        self.font.setPixelSize(round(points * UNITS_PER_POINT))
        self.font.setBold(bold)
        self.font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self.font.setStyleStrategy(QFont.StyleStrategy.PreferOutline)
        self.size = points * UNITS_PER_POINT
        self.pitch = pitch * UNITS_PER_POINT
        self._metrics = QFontMetricsF(self.font)
        self._wrap = QTextOption()
        self._wrap.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def baseline(self, number: int) -> float:
        """Units from the top of a text to the baseline of its line of that number (from 0)."""
        return number * self.pitch + (self.pitch - self.size) / 2 + _ASCENT * self.size

    def width(self, text: str) -> float:
        """Units that *text* is wide on one line."""
        return self._metrics.horizontalAdvance(text)

    def lines(self, text: str, width: float) -> tuple[str, ...]:
        """*text* broken into lines of at most *width* units; at least one line."""
        found: list[str] = []
        for part in text.split("\n"):
            if self._metrics.horizontalAdvance(part) <= width:
                found.append(part)
            else:
                found += self._broken(part, width)
        return tuple(found)

    def _broken(self, text: str, width: float) -> list[str]:
        layout = QTextLayout(text, self.font)
        layout.setTextOption(self._wrap)
        layout.beginLayout()
        # Qt counts in UTF-16; rare characters of names take two of its units.
        units = text.encode("utf-16-le", "surrogatepass")
        pieces: list[str] = []
        while True:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            start, end = line.textStart(), line.textStart() + line.textLength()
            pieces.append(units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass"))
        layout.endLayout()
        return pieces


class PrintFonts:
    """The fonts of a printed form, made anew for each printing: fonts live as long as Qt does."""

    def __init__(self) -> None:
        self.plain = PrintFont(_PLAIN_POINTS, 14.5)
        self.bold = PrintFont(10.5, 14.5, bold=True)
        self.title = PrintFont(18, 24, bold=True)
        self.footer = PrintFont(9, 12)
        self._smaller: dict[float, PrintFont] = {}

    def fitting(self, figure: str, width: float) -> PrintFont:
        """The plain font, as much smaller as *figure* needs: a figure is never broken in two."""
        needed = self.plain.width(figure)
        if needed <= width:
            return self.plain
        points = max(_LEAST_POINTS, int(2 * _PLAIN_POINTS * width / needed) / 2)
        if points not in self._smaller:
            self._smaller[points] = PrintFont(points, 14.5)
        return self._smaller[points]
