"""Draws a chart as SVG: pygal lays it out, and it is dressed in the window's colours.

What comes out stands on its own (no style sheet, script or outside font), so that Qt, Word, WPS and
browsers show the same. Colour is never the only sign: this year's bars are solid, last year's
hollow, and every bar has its number.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from types import ModuleType
from typing import Any, Final

from lxml import etree
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from core.charts import Bar, Chart, Panel
from core.values import Number, format_value
from gui.look.tokens import FONT_FAMILIES, Tokens

WIDTH: Final = 860
_LABEL_PX: Final = 14
_VALUE_PX: Final = 14
_TITLE_PX: Final = 19
_LABEL_WIDTH: Final = 290
#: Title and legend; a line with the unit of a plot; room above and below the bars of a plot.
_TOP: Final = 72
_UNIT_LINE: Final = 18
_ABOVE: Final = 12
_BELOW: Final = 26
_BELOW_ALONE: Final = 16
_UPRIGHT_LEFT: Final = 40
_BAR: Final = 20
_GAP: Final = 18
#: What no line begins with (GB/T 15834).
_NOT_FIRST: Final = "、，。；：！？”’）》"
_YEARS_HEIGHT: Final = 308
#: Where a figure is blank, not applicable or was not found in last year's file.
_UNKNOWN: Final = "—"
_SVG: Final = "{http://www.w3.org/2000/svg}"

Element = Any  # lxml has no types of its own


@dataclass(frozen=True)
class Picture:
    """A drawn chart: SVG of that size in pixels, and what it shows in words."""

    svg: bytes
    width: int
    height: int
    text: str

    @property
    def file(self) -> bytes:
        """The SVG for other programs: with fonts to fall back on, a list that QtSvg cannot read."""
        own = _family()
        others = ", ".join([own, *(name for name in FONT_FAMILIES if name != own), "sans-serif"])
        return self.svg.replace(f'"{own}"'.encode(), f'"{others}"'.encode(), 1)


def load_library() -> ModuleType:
    """pygal, which takes a moment the first time."""
    import pygal  # type: ignore[import-untyped]

    # pygal adds a finder for its maps of countries by an interface that Python has given up; every
    # later import of something that is not there would end in a warning.
    sys.meta_path[:] = [
        finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"
    ]
    return pygal


def draw(chart: Chart, tokens: Tokens) -> Picture:
    """*chart* in the colours of *tokens*: a plot for each unit, and in words what is all 0."""
    drawing = _Drawing(chart, tokens)
    svg = etree.tostring(drawing.root, encoding="utf-8", xml_declaration=True)
    return Picture(svg, WIDTH, drawing.height, summary(chart))


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


def nice_ticks(most: Number, count: int = 5) -> list[Number]:
    """Round numbers from 0 to just over *most*, about *count* of them; whole where *most* is."""
    if most <= 0:
        return [0, 1]
    rough = Decimal(most) / count
    power = Decimal(10) ** rough.adjusted()
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    if isinstance(most, int) and step < 1:
        step = Decimal(1)
    return [_plain(step * n) for n in range(math.ceil(Decimal(most) / step) + 1)]


def _plain(number: Decimal) -> Number:
    whole = number == number.to_integral_value()
    return int(number) if whole else number.normalize()


def _laid_out(panel: Panel, chart: Chart, height: int, label_width: int) -> Element:
    """pygal's own drawing, in which labels are only numbered: they are put in afterwards."""
    pygal = load_library()
    known = [f for bar in panel.bars for f in bar.figures if f is not None]
    ticks = nice_ticks(max(known, default=0))
    kind = pygal.Bar if chart.years else pygal.HorizontalBar
    drawn = kind(
        width=WIDTH,
        height=height,
        js=(),
        margin_top=_ABOVE,
        margin_bottom=10 if len(panel.bars) > 1 else 1,
        margin_left=label_width,
        margin_right=_figure_room(chart),
        spacing=8,
        show_legend=False,
        print_values=True,
        print_values_position="top",
        truncate_label=-1,
        range=(0, float(ticks[-1])),
        style=pygal.style.Style(label_font_size=_LABEL_PX, value_font_size=_VALUE_PX),
        disable_xml_declaration=True,
    )
    numbered = list(enumerate(panel.bars))
    if not chart.years:
        numbered.reverse()
    bars = [bar for _, bar in numbered]
    drawn.x_labels = [f"#{number}" for number, _ in numbered]
    drawn.y_labels = [
        {"value": float(tick), "label": format_value(tick, grouped=True)} for tick in ticks
    ]
    for number, name in enumerate(chart.series):
        drawn.add(name, [_value(bar.figures[number]) for bar in bars])
    # Read back, since the tree that pygal builds is in no namespace.
    return etree.fromstring(drawn.render())


def _figure_room(chart: Chart) -> int:
    """Pixels right of the longest bar for its number."""
    metrics = QFontMetricsF(_font(_VALUE_PX))
    texts = (figure_text(figure) for bar in chart.bars for figure in bar.figures)
    return 40 + math.ceil(max(metrics.horizontalAdvance(text) for text in texts))


def _value(figure: Number | None) -> dict[str, object]:
    # The length of a bar is a picture; its number is written exactly.
    text = figure_text(figure)
    return {"value": float(figure or 0), "formatter": lambda _: text}


class _Labels:
    """Texts broken into lines of the width that bars' labels have."""

    def __init__(self, width: float = _LABEL_WIDTH, size: int = _LABEL_PX) -> None:
        self._metrics = QFontMetricsF(_font(size))
        self._width = width

    def room(self, bars: Iterable[Bar]) -> int:
        """Pixels that the labels of *bars* take at the left of them."""
        lines = (line for bar in bars for line in self.two(bar.label))
        return math.ceil(max(self._metrics.horizontalAdvance(line) for line in lines)) + 24

    def two(self, text: str) -> list[str]:
        """*text* in at most two lines, the second cut with … where it is too long."""
        lines = self.broken(text)
        return lines if len(lines) < 3 else [lines[0], f"{lines[1][:-1]}…"]

    def broken(self, text: str) -> list[str]:
        """*text* in as many lines as it takes."""
        lines: list[str] = []
        while text:
            line, text = self._fitting(text)
            lines.append(line)
        return lines

    def _fitting(self, text: str) -> tuple[str, str]:
        """As much of *text* as one line takes, and what is left."""
        end = len(text)
        while end > 1 and self._metrics.horizontalAdvance(text[:end]) > self._width:
            end -= 1
        if end > 1 and text[end : end + 1] in tuple(_NOT_FIRST):
            end -= 1
        return text[:end], text[end:]


class _Drawing:
    """The whole picture: title, legend, a plot for each unit below the other, what is not drawn."""

    def __init__(self, chart: Chart, tokens: Tokens) -> None:
        self._chart = chart
        self._tokens = tokens
        self._labels = _Labels()
        self._left = _UPRIGHT_LEFT
        panels = chart.panels
        if panels and not chart.years:
            # The plots begin at the same place, so that they read as one column.
            self._left = self._labels.room(bar for panel in panels for bar in panel.bars)
        self.root = etree.Element(f"{_SVG}svg", nsmap={None: _SVG.strip("{}")})
        self.root.set("font-family", _family())
        etree.SubElement(self.root, f"{_SVG}title").text = chart.title
        self._ground = etree.SubElement(self.root, f"{_SVG}rect")
        self._heading()
        self.height = _TOP
        for panel in panels:
            if len(panels) > 1:
                self._write(24, self.height + 14, f"单位：{panel.unit}", 13, tokens.muted)
                self.height += _UNIT_LINE
            self._plot(panel)
        self._remarks()
        size = {"width": str(WIDTH), "height": str(self.height)}
        self.root.attrib.update(size | {"viewBox": f"0 0 {WIDTH} {self.height}"})
        self._ground.attrib.update(size | {"fill": tokens.paper})

    def _plot(self, panel: Panel) -> None:
        chart = self._chart
        rows = len(panel.bars) * (len(chart.series) * _BAR + _GAP)
        below = _BELOW if len(panel.bars) > 1 else _BELOW_ALONE
        height = _YEARS_HEIGHT if chart.years else _ABOVE + below + rows
        plot = _laid_out(panel, chart, height, self._left)
        labels = [self._labels.two(bar.label) for bar in panel.bars]
        _Dress(plot, self._tokens, labels, upright=chart.years).put_on()
        group = etree.SubElement(self.root, f"{_SVG}g")
        group.set("transform", f"translate(0,{self.height})")
        for part in plot:
            group.append(part)
        self.height += height

    def _remarks(self) -> None:
        """What is not drawn, in words."""
        labels = _Labels(WIDTH - 48, 13)
        lines = [line for remark in self._chart.remarks for line in labels.broken(remark)]
        for line in lines:
            self.height += 20
            self._write(24, self.height, line, 13, self._tokens.muted)
        self.height += 18 if lines else 6

    def _heading(self) -> None:
        """The title; which bars are whose; the unit where there is one."""
        t, chart = self._tokens, self._chart
        metrics = QFontMetricsF(_font(_TITLE_PX))
        title = metrics.elidedText(chart.title, Qt.TextElideMode.ElideMiddle, WIDTH - 96)
        self._write(24, 32, title, _TITLE_PX, t.ink, weight="600")
        x = 24.0
        metrics = QFontMetricsF(_font(13))
        if len(chart.series) > 1:
            for number, name in enumerate(chart.series):
                box = etree.SubElement(self.root, f"{_SVG}rect")
                box.attrib.update({"x": str(x), "y": "47", "width": "13", "height": "13"})
                box.set("stroke", t.muted if number else t.accent)
                box.set("stroke-width", "1.5")
                box.set("fill", t.paper if number else t.accent)
                self._write(x + 20, 58, name, 13, t.ink)
                x += 20 + metrics.horizontalAdvance(name) + 24
        elif not chart.years:
            self._write(x, 58, chart.series[0], 13, t.muted)
            x += metrics.horizontalAdvance(chart.series[0]) + 24
        if chart.unit:
            self._write(x, 58, f"单位：{chart.unit}", 13, t.muted)

    def _write(
        self, x: float, y: float, text: str, size: int, colour: str, *, weight: str = "400"
    ) -> None:
        node = etree.SubElement(self.root, f"{_SVG}text")
        node.attrib.update({"x": str(x), "y": str(y), "fill": colour})
        node.set("font-size", str(size))
        node.set("font-weight", weight)
        node.text = text


class _Dress:
    """Takes off what a browser would need, and puts the window's colours on."""

    def __init__(
        self, root: Element, tokens: Tokens, labels: list[list[str]], *, upright: bool
    ) -> None:
        self._root = root
        self._tokens = tokens
        self._labels = labels
        self._upright = upright

    def put_on(self) -> None:
        """Dresses the drawing in place."""
        self._take_off()
        for node in self._root.iter(f"{_SVG}rect", f"{_SVG}path", f"{_SVG}text"):
            self._dress(node, self._classes(node))
        for node in self._root.iter():
            node.attrib.pop("class", None)
        self._place_labels()

    def _take_off(self) -> None:
        """Comments, styles, scripts, tooltips, grounds and empty groups."""
        for node in list(self._root.iter()):
            tag = node.tag if isinstance(node.tag, str) else ""
            classes = node.get("class", "").split() if tag else []
            gone = not tag or tag.removeprefix(_SVG) in ("style", "script", "defs", "desc", "title")
            if gone or {"tooltip-overlay", "titles", "background"} & set(classes):
                node.getparent().remove(node)
        for node in list(self._root.iter(f"{_SVG}rect")):
            # A bar of 0 has no length, and not even the attribute for it.
            if any(float(node.get(name, "0")) == 0 for name in ("width", "height")):
                node.getparent().remove(node)
        # One row alone needs no scale: its figures stand beside its bars.
        alone = len(self._labels) == 1 and not self._upright
        for node in list(self._root.iter(f"{_SVG}g")) if alone else ():
            if {"axis", "x"} <= set(node.get("class", "").split()):
                for guide in list(node):
                    words = list(guide.iter(f"{_SVG}text"))
                    for word in words:
                        guide.remove(word)
                    if not any(word.text == "0" for word in words):
                        node.remove(guide)

    def _classes(self, node: Element) -> set[str]:
        """The classes of the node and of what it stands in."""
        classes: set[str] = set()
        while node is not None:
            classes.update(node.get("class", "").split())
            node = node.getparent()
        return classes

    def _dress(self, node: Element, classes: set[str]) -> None:
        t = self._tokens
        if node.tag == f"{_SVG}rect":
            self._dress_bar(node, classes)
        elif node.tag == f"{_SVG}path":
            guides = "guides" in classes
            node.set("fill", "none")
            node.set("stroke", t.line)
            node.set("stroke-width", "1")
            category = ("axis" in classes) and ("y" in classes) != self._upright
            if category and guides:
                node.set("stroke", "none")
        else:
            node.set("stroke", "none")
            if "value" in node.get("class", "").split():
                known = node.text != _UNKNOWN
                node.set("fill", t.ink if known else t.muted)
                node.set("font-size", str(_VALUE_PX))
                node.set("text-anchor", "middle" if self._upright else "start")
            else:
                node.set("fill", t.muted)
                node.set("font-size", "12")
                upright = self._upright and "y" in classes
                node.set("text-anchor", "end" if upright else "middle")

    def _dress_bar(self, node: Element, classes: set[str]) -> None:
        t = self._tokens
        for name in ("rx", "ry"):
            node.set(name, "2")
        if "serie-0" in classes:
            node.set("fill", t.accent)
        else:
            # Hollow, and smaller by its outline.
            node.set("fill", t.paper)
            node.set("stroke", t.muted)
            node.set("stroke-width", "1.5")
            for name in ("x", "y"):
                node.set(name, f"{float(node.get(name)) + 0.75:.2f}")
            for name in ("width", "height"):
                node.set(name, f"{max(float(node.get(name)) - 1.5, 0.0):.2f}")

    def _place_labels(self) -> None:
        """Writes the labels where pygal numbered them."""
        for node in list(self._root.iter(f"{_SVG}text")):
            text = node.text or ""
            if not text.startswith("#"):
                continue
            lines = self._labels[int(text[1:])]
            node.set("fill", self._tokens.ink)
            node.set("font-size", str(_LABEL_PX))
            node.set("text-anchor", "middle" if self._upright else "end")
            node.text = lines[0]
            if len(lines) > 1:
                y = float(node.get("y"))
                node.set("y", f"{y - _LABEL_PX * 0.65:.2f}")
                second = etree.SubElement(node.getparent(), f"{_SVG}text", dict(node.attrib))
                second.set("y", f"{y + _LABEL_PX * 0.65:.2f}")
                second.text = lines[1]


def _family() -> str:
    """The window's font, by the one name that it has here: QtSvg takes a list for a single name."""
    known = (family for family in FONT_FAMILIES if QFontDatabase.hasFamily(family))
    return next(known, "sans-serif")


def _font(pixels: int) -> QFont:
    font = QFont(list(FONT_FAMILIES))
    font.setPixelSize(pixels)
    return font
