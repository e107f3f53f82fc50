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

from core.charts import Bar, Chart
from core.values import Number, format_value
from gui.tokens import FONT_FAMILIES, Tokens

WIDTH: Final = 860
_LABEL_PX: Final = 14
_VALUE_PX: Final = 14
_TITLE_PX: Final = 19
_LABEL_WIDTH: Final = 290
_TOP: Final = 84
_BOTTOM: Final = 26
_BAR: Final = 20
_GAP: Final = 18
#: What no line begins with (GB/T 15834).
_NOT_FIRST: Final = "、，。；：！？”’）》"
_YEARS_HEIGHT: Final = 380
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
    """*chart* in the colours of *tokens*."""
    labels = _Labels(chart.bars, upright=chart.years)
    rows = len(chart.bars) * (len(chart.series) * _BAR + _GAP)
    height = _YEARS_HEIGHT if chart.years else _TOP + _BOTTOM + rows
    root = _laid_out(chart, height, labels.width)
    _Dress(root, chart, tokens, labels, height).put_on()
    svg = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Picture(svg, WIDTH, height, summary(chart))


def summary(chart: Chart) -> str:
    """The chart as a small table of text, for screen readers and for pasting into a sheet."""
    unit = f"（{chart.unit}）" if chart.unit else ""
    lines = ["\t".join((chart.title + unit, *chart.series))]
    for bar in chart.bars:
        figures = (figure_text(figure) for figure in bar.figures)
        lines.append("\t".join((bar.label, *figures)))
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


def _laid_out(chart: Chart, height: int, label_width: int) -> Element:
    """pygal's own drawing, in which labels are only numbered: they are put in afterwards."""
    pygal = load_library()
    known = [f for bar in chart.bars for f in bar.figures if f is not None]
    ticks = nice_ticks(max(known, default=0))
    kind = pygal.Bar if chart.years else pygal.HorizontalBar
    drawn = kind(
        width=WIDTH,
        height=height,
        js=(),
        margin_top=_TOP - 10,
        margin_bottom=10,
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
    bars = chart.bars if chart.years else chart.bars[::-1]
    drawn.x_labels = [f"#{chart.bars.index(bar)}" for bar in bars]
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
    """The bars' labels, broken into at most two lines."""

    def __init__(self, bars: Iterable[Bar], *, upright: bool) -> None:
        self._metrics = QFontMetricsF(_font(_LABEL_PX))
        self.lines = [self._broken(bar.label) for bar in bars]
        widest = max(self._metrics.horizontalAdvance(part) for some in self.lines for part in some)
        self.width = 40 if upright else math.ceil(widest) + 24

    def _broken(self, text: str) -> tuple[str, ...]:
        first, rest = self._fitting(text)
        if not rest:
            return (first,)
        second, more = self._fitting(rest)
        return (first, f"{second[:-1]}…" if more else second)

    def _fitting(self, text: str) -> tuple[str, str]:
        """As much of *text* as one line takes, and what is left."""
        end = len(text)
        while self._metrics.horizontalAdvance(text[:end]) > _LABEL_WIDTH:
            end -= 1
        if text[end : end + 1] in tuple(_NOT_FIRST):
            end -= 1
        return text[:end], text[end:]


class _Dress:
    """Takes off what a browser would need, and puts the window's colours on."""

    def __init__(
        self, root: Element, chart: Chart, tokens: Tokens, labels: _Labels, height: int
    ) -> None:
        self._root = root
        self._chart = chart
        self._tokens = tokens
        self._labels = labels
        self._height = height

    def put_on(self) -> None:
        """Dresses the drawing in place."""
        self._take_off()
        root, t = self._root, self._tokens
        for name in ("class", "id"):
            root.attrib.pop(name, None)
        root.set("width", str(WIDTH))
        root.set("height", str(self._height))
        root.set("font-family", _family())
        for node in root.iter(f"{_SVG}rect", f"{_SVG}path", f"{_SVG}text"):
            self._dress(node, self._classes(node))
        for node in root.iter():
            node.attrib.pop("class", None)
        self._place_labels()
        metrics = QFontMetricsF(_font(_TITLE_PX))
        title = metrics.elidedText(self._chart.title, Qt.TextElideMode.ElideMiddle, WIDTH - 96)
        self._write(24, 32, title, _TITLE_PX, t.ink, weight="600")
        self._legend()

    def _take_off(self) -> None:
        """Comments, styles, scripts, tooltips and empty groups."""
        for node in list(self._root.iter()):
            tag = node.tag if isinstance(node.tag, str) else ""
            classes = node.get("class", "") if tag else ""
            gone = not tag or tag.removeprefix(_SVG) in ("style", "script", "defs", "desc")
            if gone or "tooltip-overlay" in classes or "titles" in classes.split():
                node.getparent().remove(node)
        for node in list(self._root.iter(f"{_SVG}rect")):
            # A bar of 0 has no length, and not even the attribute for it.
            if any(float(node.get(name, "0")) == 0 for name in ("width", "height")):
                node.getparent().remove(node)
        for title in self._root.findall(f"{_SVG}title"):
            title.text = self._chart.title

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
            if "background" in node.get("class", "").split():
                node.set("fill", t.paper if "plot" not in classes else "none")
            else:
                self._dress_bar(node, classes)
        elif node.tag == f"{_SVG}path":
            guides = "guides" in classes
            node.set("fill", "none")
            node.set("stroke", t.line)
            node.set("stroke-width", "1")
            category = ("axis" in classes) and ("y" in classes) != self._chart.years
            if category and guides:
                node.set("stroke", "none")
        else:
            node.set("stroke", "none")
            if "value" in node.get("class", "").split():
                known = node.text != _UNKNOWN
                node.set("fill", t.ink if known else t.muted)
                node.set("font-size", str(_VALUE_PX))
                node.set("text-anchor", "middle" if self._chart.years else "start")
            else:
                node.set("fill", t.muted)
                node.set("font-size", "12")
                upright = self._chart.years and "y" in classes
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
            lines = self._labels.lines[int(text[1:])]
            node.set("fill", self._tokens.ink)
            node.set("font-size", str(_LABEL_PX))
            node.set("text-anchor", "middle" if self._chart.years else "end")
            node.text = lines[0]
            if len(lines) > 1:
                y = float(node.get("y"))
                node.set("y", f"{y - _LABEL_PX * 0.65:.2f}")
                second = etree.SubElement(node.getparent(), f"{_SVG}text", dict(node.attrib))
                second.set("y", f"{y + _LABEL_PX * 0.65:.2f}")
                second.text = lines[1]

    def _legend(self) -> None:
        """Which bars are whose, under the title, and the unit."""
        t = self._tokens
        x = 24.0
        metrics = QFontMetricsF(_font(13))
        if len(self._chart.series) > 1:
            for number, name in enumerate(self._chart.series):
                box = etree.SubElement(self._root, f"{_SVG}rect")
                box.attrib.update({"x": str(x), "y": "47", "width": "13", "height": "13"})
                box.set("stroke", t.muted if number else t.accent)
                box.set("stroke-width", "1.5")
                box.set("fill", t.paper if number else t.accent)
                self._write(x + 20, 58, name, 13, t.ink)
                x += 20 + metrics.horizontalAdvance(name) + 24
        elif not self._chart.years:
            self._write(x, 58, self._chart.series[0], 13, t.muted)
            x += metrics.horizontalAdvance(self._chart.series[0]) + 24
        if self._chart.unit:
            self._write(x, 58, f"单位：{self._chart.unit}", 13, t.muted)

    def _write(
        self, x: float, y: float, text: str, size: int, colour: str, *, weight: str = "400"
    ) -> None:
        node = etree.SubElement(self._root, f"{_SVG}text")
        node.attrib.update({"x": str(x), "y": str(y), "fill": colour})
        node.set("font-size", str(size))
        node.set("font-weight", weight)
        node.text = text


def _family() -> str:
    """The window's font, by the one name that it has here: QtSvg takes a list for a single name."""
    known = (family for family in FONT_FAMILIES if QFontDatabase.hasFamily(family))
    return next(known, "sans-serif")


def _font(pixels: int) -> QFont:
    font = QFont(list(FONT_FAMILIES))
    font.setPixelSize(pixels)
    return font
