"""A chart laid out and painted: bars with their figures, once for screen, PNG, SVG and clipboard.

``Chart`` → :func:`lay_out` → :class:`Drawing`: a size and a list of boxes, lines and texts, in pixels
→ :func:`paint`, on whatever a ``QPainter`` paints on. Colour is never the only sign: this year's
bars are solid, last year's hollow, and every bar has its figure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPen,
    QTextLayout,
    QTextOption,
)
from PySide6.QtSvg import QSvgGenerator

from core.charts import Chart, Panel
from core.values import Number, format_value
from gui.look.tokens import FONT_FAMILIES, Tokens

WIDTH: Final = 860
_MARGIN: Final = 24
#: Sizes of type, in pixels.
_TITLE: Final = 19
_FIGURE: Final = 14
_LABEL: Final = 14
_NOTE: Final = 13
_SCALE: Final = 12
#: Heights: title and legend; the line with a plot's unit; above and below the bars of a plot.
_TOP: Final = 72
_UNIT_LINE: Final = 18
_ABOVE: Final = 12
_BELOW: Final = 28
_BELOW_ALONE: Final = 14
_REMARK_LINE: Final = 20
#: A lying bar, what it and the room to the next take, and the room between two groups.
_THICK: Final = 18
_STEP: Final = 20
_GAP: Final = 18
_LABEL_WIDTH: Final = 290
#: Upright bars: how high the plot is, how wide a bar may be, the room that texts leave between them.
_UPRIGHT_HEIGHT: Final = 236
_WIDEST: Final = 84
_BETWEEN: Final = 10
#: Where a figure is blank, not applicable or was not found in last year's file.
_UNKNOWN: Final = "—"
#: A saved picture has so many pixels for each of the drawing's: sharp in print.
_FINER: Final = 2
_DOTS_PER_METRE: Final = round(96 * _FINER / 0.0254)


class Box(NamedTuple):
    """A filled rectangle, with an outline inside it or (empty) none; ``bar``: its corners are round."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    outline: str = ""
    bar: bool = False


class Line(NamedTuple):
    """A line one pixel wide."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str


class Words(NamedTuple):
    """One line of text on the baseline *y*; *x* is its left end, its middle (0.5) or its right (1)."""

    x: float
    y: float
    text: str
    pixels: int
    colour: str
    anchor: float = 0.0
    bold: bool = False


class Drawing(NamedTuple):
    """A chart as it is painted, in pixels from its upper left corner; ``text`` says the same."""

    title: str
    width: int
    height: int
    marks: tuple[Box | Line | Words, ...]
    text: str


def lay_out(chart: Chart, tokens: Tokens) -> Drawing:
    """*chart* in the colours of *tokens*: a plot for each unit, and in words what is all 0."""
    layout = _Layout(chart, tokens)
    paper = Box(0, 0, WIDTH, layout.height, tokens.paper)
    return Drawing(chart.title, WIDTH, layout.height, (paper, *layout.marks), summary(chart))


def paint(drawing: Drawing, painter: QPainter) -> None:
    """Paints *drawing* at the painter's origin."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for mark in drawing.marks:
        match mark:
            case Box():
                edge = 0.75 if mark.outline else 0.0
                pen = QPen(QColor(mark.outline), 2 * edge) if mark.outline else Qt.PenStyle.NoPen
                painter.setPen(pen)
                painter.setBrush(QColor(mark.fill))
                area = QRectF(mark.x, mark.y, mark.width, mark.height)
                round_off = 2 if mark.bar else 0
                area.adjust(edge, edge, -edge, -edge)
                painter.drawRoundedRect(area, round_off, round_off)
            case Line():
                painter.setPen(QPen(QColor(mark.colour), 1))
                painter.drawLine(QPointF(mark.x1, mark.y1), QPointF(mark.x2, mark.y2))
            case Words():
                font = _font(mark.pixels, bold=mark.bold)
                left = mark.x - mark.anchor * QFontMetricsF(font).horizontalAdvance(mark.text)
                painter.setFont(font)
                painter.setPen(QColor(mark.colour))
                painter.drawText(QPointF(left, mark.y), mark.text)


def image_of(drawing: Drawing) -> QImage:
    """*drawing* as pixels, twice as fine as on the screen."""
    size = QSize(drawing.width * _FINER, drawing.height * _FINER)
    image = QImage(size, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(_DOTS_PER_METRE)
    image.setDotsPerMeterY(_DOTS_PER_METRE)
    painter = QPainter(image)
    painter.scale(_FINER, _FINER)
    paint(drawing, painter)
    painter.end()
    return image


def png_of(drawing: Drawing) -> bytes:
    """*drawing* as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image_of(drawing).save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def svg_of(drawing: Drawing) -> bytes:
    """*drawing* as an SVG file whose text stays text, with fonts to fall back on elsewhere."""
    content = QByteArray()
    buffer = QBuffer(content)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setTitle(drawing.title)
    generator.setDescription(drawing.text)
    generator.setSize(QSize(drawing.width, drawing.height))
    generator.setViewBox(QRect(0, 0, drawing.width, drawing.height))
    generator.setResolution(96)
    painter = QPainter(generator)
    paint(drawing, painter)
    painter.end()
    # Qt names the first of the families only; on another computer it may be missing.
    families = ", ".join((*FONT_FAMILIES, "sans-serif"))
    named = f'font-family="{FONT_FAMILIES[0]}"'.encode()
    return content.data().replace(named, f'font-family="{families}"'.encode())


def summary(chart: Chart) -> str:
    """The chart as a small table of text, for screen readers and for pasting into a sheet."""
    unit = f"（{chart.unit}）" if chart.unit else ""
    lines = ["\t".join((chart.title + unit, *chart.series))]
    for bar in chart.bars:
        figures = (figure_text(figure) for figure in bar.figures)
        lines.append("\t".join((chart.name_of(bar), *figures)))
    return "\n".join(lines)


def figure_text(figure: Number | None) -> str:
    """A figure as it stands beside its bar; what is not known is said."""
    return _UNKNOWN if figure is None else format_value(figure, grouped=True)


def nice_ticks(least: Number, most: Number, count: int = 5) -> list[Number]:
    """Round numbers, 0 among them, from *least* or below to *most* or above, about *count* of them.

    Whole where both are.
    """
    low, high = Decimal(min(least, 0)), Decimal(max(most, 0))
    if low == high:
        return [0, 1]
    rough = (high - low) / count
    power = Decimal(10) ** rough.adjusted()
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    if isinstance(least, int) and isinstance(most, int):
        step = max(step, Decimal(1))
    ends = math.floor(low / step), math.ceil(high / step)
    return [_plain(step * n) for n in range(ends[0], ends[1] + 1)]


def _plain(number: Decimal) -> Number:
    whole = number == number.to_integral_value()
    return int(number) if whole else number.normalize()


class _Scale:
    """Figures ↔ pixels along one direction, with round numbers to read them by.

    *start* is where the smallest tick lies, *end* the largest; *apart* is the least distance of two.
    """

    def __init__(
        self, figures: Iterable[Number | None], start: float, end: float, apart: float | None
    ) -> None:
        known = [figure for figure in figures if figure is not None]
        least, most = min(known, default=0), max(known, default=0)
        for count in (5, 4, 3, 2, 1):
            self.ticks = nice_ticks(least, most, count)
            room = apart or _width((format_value(t, grouped=True) for t in self.ticks), _SCALE) + 14
            if room * (len(self.ticks) - 1) <= abs(end - start):
                break
        self._start, self._low = start, float(self.ticks[0])
        self._factor = (end - start) / (float(self.ticks[-1]) - self._low)

    def at(self, figure: Number | None) -> float:
        """The pixel of *figure*; that of 0 for one that is not known. A length is a picture only."""
        return self._start + (float(figure or 0) - self._low) * self._factor


class _Layout:
    """Heading, a plot for each unit one below the other, then in words what is not drawn."""

    def __init__(self, chart: Chart, tokens: Tokens) -> None:
        self._chart = chart
        self._tokens = tokens
        self.marks: list[Box | Line | Words] = []
        self.height = _TOP
        self._heading()
        panels = chart.panels
        bars = [bar for panel in panels for bar in panel.bars]
        # The plots begin and end at the same places, so that they read as one column.
        labels = (line for bar in bars for line in _two_lines(bar.label))
        self._left = self._start = math.ceil(_width(labels, _LABEL)) + _MARGIN + 12
        figures = [figure for bar in bars for figure in bar.figures]
        room = _width(map(figure_text, figures), _FIGURE) + 8
        self._right = WIDTH - _MARGIN - room
        if any(figure is not None and figure < 0 for figure in figures):
            self._start = self._left + room
        for panel in panels:
            if len(panels) > 1:
                self._write(_MARGIN, self.height + 14, f"单位：{panel.unit}", _NOTE, tokens.muted)
                self.height += _UNIT_LINE
            upright = chart.years and self._upright(panel)
            if not upright:
                self._lying(panel)
        self._remarks()

    def _write(
        self, x: float, y: float, text: str, pixels: int, colour: str, anchor: float = 0.0
    ) -> None:
        self.marks.append(Words(x, y, text, pixels, colour, anchor))

    def _heading(self) -> None:
        """The title; which bars are whose; the unit where there is one."""
        t, chart = self._tokens, self._chart
        metrics = QFontMetricsF(_font(_TITLE, bold=True))
        room = WIDTH - 2 * _MARGIN
        title = metrics.elidedText(chart.title, Qt.TextElideMode.ElideMiddle, room)
        self.marks.append(Words(_MARGIN, 32, title, _TITLE, t.ink, bold=True))
        x = float(_MARGIN)
        if len(chart.series) > 1:
            for number, name in enumerate(chart.series):
                self.marks.append(self._bar(x, 47, 13, 13, number))
                self._write(x + 20, 58, name, _NOTE, t.ink)
                x += 20 + _width((name,), _NOTE) + 24
        elif not chart.years:
            self._write(x, 58, chart.series[0], _NOTE, t.muted)
            x += _width(chart.series, _NOTE) + 24
        if chart.unit:
            self._write(x, 58, f"单位：{chart.unit}", _NOTE, t.muted)

    def _bar(self, x: float, y: float, width: float, height: float, series: int) -> Box:
        """A bar of that series: the first solid, others hollow."""
        t = self._tokens
        if series:
            return Box(x, y, width, height, t.paper, t.muted, bar=True)
        return Box(x, y, width, height, t.accent, bar=True)

    def _lying(self, panel: Panel) -> None:
        """A plot of bars that lie, their labels left of them."""
        t, count = self._tokens, len(self._chart.series)
        figures = [figure for bar in panel.bars for figure in bar.figures]
        scale = _Scale(figures, self._start, self._right, None)
        top = self.height + _ABOVE
        bottom = top + len(panel.bars) * (count * _STEP + _GAP) - _GAP + 8
        alone = len(panel.bars) == 1
        for tick in scale.ticks:
            # One row alone needs no scale: its figures stand beside its bars.
            if not alone or not tick:
                x = scale.at(tick)
                self.marks.append(Line(x, top - 4, x, bottom, t.muted if not tick else t.line))
            if not alone:
                text = format_value(tick, grouped=True)
                self._write(x, bottom + 17, text, _SCALE, t.muted, 0.5)
        for bar in panel.bars:
            lines = _two_lines(bar.label)
            middle = top + (count * _STEP) / 2 - (len(lines) - 1) * _LABEL * 0.65
            for number, line in enumerate(lines):
                y = middle + _LABEL * (0.36 + 1.3 * number)
                self._write(self._left - 12, y, line, _LABEL, t.ink, 1.0)
            for number, figure in enumerate(bar.figures):
                self._lying_bar(scale, top + number * _STEP, figure, number)
            top += count * _STEP + _GAP
        self.height = int(bottom) + (_BELOW_ALONE if alone else _BELOW)

    def _lying_bar(self, scale: _Scale, y: float, figure: Number | None, series: int) -> None:
        start, end = sorted((scale.at(0), scale.at(figure)))
        if figure:
            self.marks.append(self._bar(start, y + 1, max(end - start, 2), _THICK, series))
        below = figure is not None and figure < 0
        x = start - 7 if below else end + 7
        colour = self._tokens.muted if figure is None else self._tokens.ink
        y += _STEP / 2 + _FIGURE * 0.36
        self._write(x, y, figure_text(figure), _FIGURE, colour, 1.0 if below else 0.0)

    def _upright(self, panel: Panel) -> bool:
        """A plot of bars that stand, side by side as years pass; whether their texts have room."""
        t, bars = self._tokens, panel.bars
        figures = [bar.figures[0] for bar in bars]
        top = self.height + _ABOVE + _FIGURE
        bottom = top + _UPRIGHT_HEIGHT
        negative = any(figure is not None and figure < 0 for figure in figures)
        scale = _Scale(figures, bottom - (_FIGURE + 8 if negative else 0), top, 24)
        ticks = [(tick, format_value(tick, grouped=True)) for tick in scale.ticks]
        left = _MARGIN + _width((text for _, text in ticks), _SCALE) + 10
        slot = (WIDTH - _MARGIN - left) / len(bars)
        texts = max(
            _width((bar.label for bar in bars), _LABEL), _width(map(figure_text, figures), _FIGURE)
        )
        if texts + _BETWEEN > slot:
            return False
        for tick, text in ticks:
            y = scale.at(tick)
            line = t.line if tick else t.muted
            self.marks.append(Line(left, y, WIDTH - _MARGIN, y, line))
            self._write(left - 10, y + _SCALE * 0.36, text, _SCALE, t.muted, 1.0)
        width = min(slot * 0.6, _WIDEST)
        for number, (bar, figure) in enumerate(zip(bars, figures, strict=True)):
            middle = left + (number + 0.5) * slot
            high, low = sorted((scale.at(0), scale.at(figure)))
            if figure:
                self.marks.append(self._bar(middle - width / 2, high, width, max(low - high, 2), 0))
            y = low + _FIGURE + 2 if figure is not None and figure < 0 else high - 6
            colour = t.muted if figure is None else t.ink
            self._write(middle, y, figure_text(figure), _FIGURE, colour, 0.5)
            self._write(middle, bottom + 22, bar.label, _LABEL, t.ink, 0.5)
        self.height = bottom + 36
        return True

    def _remarks(self) -> None:
        """What is not drawn, in words."""
        room = WIDTH - 2 * _MARGIN
        lines = [line for remark in self._chart.remarks for line in _lines(remark, _NOTE, room)]
        for line in lines:
            self.height += _REMARK_LINE
            self._write(_MARGIN, self.height, line, _NOTE, self._tokens.muted)
        self.height += 18 if lines else 6


def _two_lines(label: str) -> list[str]:
    """A bar's label in at most two lines, the second cut with … where it is too long."""
    lines = _lines(label, _LABEL, _LABEL_WIDTH)
    if len(lines) <= 2:
        return lines
    metrics = QFontMetricsF(_font(_LABEL))
    rest = "".join(lines[1:])
    return [lines[0], metrics.elidedText(rest, Qt.TextElideMode.ElideRight, _LABEL_WIDTH)]


def _lines(text: str, pixels: int, width: float) -> list[str]:
    """*text* broken into lines of at most that width, where Chinese may be broken."""
    layout = QTextLayout(text, _font(pixels))
    layout.setTextOption(_wrapping())
    # Qt counts in UTF-16, in which a rare character of a name is two.
    units = text.encode("utf-16-le")
    lines: list[str] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        start = 2 * line.textStart()
        lines.append(units[start : start + 2 * line.textLength()].decode("utf-16-le").strip())
    layout.endLayout()
    return lines


def _wrapping() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option


def _width(texts: Iterable[str], pixels: int) -> float:
    """Pixels of the longest of *texts*."""
    metrics = QFontMetricsF(_font(pixels))
    return max((metrics.horizontalAdvance(text) for text in texts), default=0.0)


def _font(pixels: int, *, bold: bool = False) -> QFont:
    font = QFont(list(FONT_FAMILIES))
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font
