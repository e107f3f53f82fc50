"""A small writer of OFD files (GB/T 33190-2016): ruled tables laid out over pages.

Producers differ in how they say the same; :class:`Manner` names the ways that are written here.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from xml.sax.saxutils import escape

SPACE = "http://www.ofdspec.org/2016"
_SIZE = 3.5
_LINE = 4.6
_TOP, _BOTTOM, _LEFT = 20.0, 277.0, 20.0
WIDTH, HEIGHT = 210, 297


class Manner(Enum):
    """How a page says what it draws."""

    #: A boundary for each text, distances one by one, rules as stroked paths.
    PLAIN = "plain"
    #: Repeated distances, figures a character size of 1 scaled by the CTM.
    SCALED = "scaled"
    #: Rules as thin filled boxes, texts in blocks, places counted from the page's corner.
    BOXES = "boxes"
    #: Rules on a template page, another prefix and namespace.
    TEMPLATE = "template"


def advance(sign: str) -> float:
    """How far a character reaches, in sizes."""
    return 1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.5


def text_object(x: float, y: float, text: str, manner: Manner = Manner.PLAIN) -> str:
    """*text* with its base line at (x, y) millimetres from the upper left corner."""
    steps = [advance(sign) * _SIZE for sign in text[:-1]]
    if manner is Manner.SCALED:
        groups: list[list[float]] = []
        for step in steps:
            if groups and groups[-1][1] == step / _SIZE:
                groups[-1][0] += 1
            else:
                groups.append([1, step / _SIZE])
        deltas = " ".join(f"g {int(n)} {d:g}" if n > 1 else f"{d:g}" for n, d in groups)
        placed = f'Boundary="{x:g} {y - _SIZE:g} 100 5" CTM="{_SIZE} 0 0 {_SIZE} 0 0" Size="1"'
        return (f'<o:TextObject ID="9" {placed} Font="1"><o:TextCode X="0" Y="1" '
                f'DeltaX="{deltas}">{escape(text)}</o:TextCode></o:TextObject>')  # fmt: skip
    deltas = " ".join(f"{step:g}" for step in steps)
    if manner is Manner.BOXES:
        return (f'<o:PageBlock ID="8"><o:TextObject ID="9" Boundary="0 0 210 297" Font="1" '
                f'Size="{_SIZE}"><o:TextCode X="{x:g}" Y="{y:g}" DeltaX="{deltas}">{escape(text)}'
                "</o:TextCode></o:TextObject></o:PageBlock>")  # fmt: skip
    return (f'<o:TextObject ID="9" Boundary="{x:g} {y - _SIZE:g} 100 5" Font="1" Size="{_SIZE}">'
            f'<o:TextCode X="0" Y="{_SIZE}" DeltaX="{deltas}">{escape(text)}</o:TextCode>'
            "</o:TextObject>")  # fmt: skip


def rule(x0: float, y0: float, x1: float, y1: float, manner: Manner = Manner.PLAIN) -> str:
    """A ruled line between two places."""
    if manner is Manner.BOXES:
        right, low = (x1, y1 + 0.3) if y0 == y1 else (x1 + 0.3, y1)
        return (f'<o:PathObject ID="7" Boundary="0 0 210 297" Stroke="false" Fill="true">'
                f"<o:AbbreviatedData>M {x0:g} {y0:g} L {right:g} {y0:g} L {right:g} {low:g} "
                f"L {x0:g} {low:g} C</o:AbbreviatedData></o:PathObject>")  # fmt: skip
    return (f'<o:PathObject ID="7" Boundary="{x0:g} {y0:g} {x1 - x0:g} {y1 - y0:g}" '
            f'LineWidth="0.3"><o:AbbreviatedData>M 0 0 L {x1 - x0:g} {y1 - y0:g}'
            "</o:AbbreviatedData></o:PathObject>")  # fmt: skip


def ofd(
    pages: Sequence[str],
    *,
    templates: Sequence[str] = (),
    space: str = SPACE,
    prefix: str = "ofd",
    documents: int = 1,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A file of *pages*, each its objects; page n lies over template n where there is one.

    Objects are written with the prefix ``o``. *documents*: as many documents of the same pages.
    """
    declared = f'xmlns:{prefix}="{space}"' if prefix else f'xmlns="{space}"'
    mark = f"{prefix}:" if prefix else ""

    def part(name: str, inside: str) -> str:
        body = inside.replace("<o:", f"<{mark}").replace("</o:", f"</{mark}")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<{mark}{name} {declared}>{body}</{mark}{name}>'

    bodies = "".join(
        f"<o:DocBody><o:DocInfo><o:DocID>0</o:DocID></o:DocInfo><o:DocRoot>Doc_{n}/Document.xml"
        "</o:DocRoot></o:DocBody>"
        for n in range(documents)
    )
    parts: dict[str, str | bytes] = {"OFD.xml": part("OFD", bodies)}
    area = f"<o:PageArea><o:PhysicalBox>0 0 {WIDTH} {HEIGHT}</o:PhysicalBox></o:PageArea>"
    for document in range(documents):
        listed = "".join(
            f'<o:TemplatePage ID="{100 + n}" BaseLoc="Tpls/Tpl_{n}/Content.xml"/>'
            for n in range(len(templates))
        )
        kept = "".join(
            f'<o:Page ID="{1 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>'
            for n in range(len(pages))
        )
        parts[f"Doc_{document}/Document.xml"] = part(
            "Document",
            f"<o:CommonData>{area}{listed}</o:CommonData><o:Pages>{kept}</o:Pages>",
        )
        for n, content in enumerate(templates):
            parts[f"Doc_{document}/Tpls/Tpl_{n}/Content.xml"] = part("Page", _layer(content))
        for n, content in enumerate(pages):
            under = f'<o:Template TemplateID="{100 + n}"/>' if n < len(templates) else ""
            parts[f"Doc_{document}/Pages/Page_{n}/Content.xml"] = part(
                "Page", under + _layer(content)
            )
    parts.update(more or {})
    return packed(parts)


def _layer(content: str) -> str:
    return f'<o:Content><o:Layer ID="5">{content}</o:Layer></o:Content>'


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """The parts as a zip file."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            # Always the same bytes: no time of writing.
            package.writestr(zipfile.ZipInfo(name, (2019, 1, 8, 0, 0, 0)), content)
    return written.getvalue()


def report(
    title: Iterable[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    foot: str,
    manner: Manner = Manner.PLAIN,
    *,
    merged: bool = False,
) -> bytes:
    """A ruled table over as many pages as it takes, a title above and a line below it.

    *widths*: of the columns, in millimetres. *merged*: a row whose cells but the first are blank is
    one cell.
    """
    layout = _Layout(widths, manner)
    for line in title:
        layout.line(line)
    for row in rows:
        layout.row(row, merged=merged and not any(row[1:]))
    layout.line(foot)
    pages = layout.finished()
    if manner is Manner.TEMPLATE:
        return ofd(
            [texts for texts, _ in pages],
            templates=[rules for _, rules in pages],
            space="http://www.ofdspec.org",
            prefix="",
        )
    return ofd([rules + texts for texts, rules in pages])


class _Layout:
    """Puts lines and rows one below the other, and goes on to the next page."""

    def __init__(self, widths: Sequence[float], manner: Manner) -> None:
        self._edges = [_LEFT + sum(widths[:n]) for n in range(len(widths) + 1)]
        self._manner = manner
        self._pages: list[tuple[str, str]] = []
        self._texts, self._rules, self._y = "", "", _TOP

    def line(self, text: str) -> None:
        self._room(_LINE)
        self._write(_LEFT, self._y + _SIZE, text)
        self._y += _LINE + 1

    def row(self, cells: Sequence[str], *, merged: bool) -> None:
        edges = [self._edges[0], self._edges[-1]] if merged else self._edges
        shown = cells[:1] if merged else cells
        texts = [_wrapped(text, right - left - 2)
                 for text, left, right in zip(shown, edges, edges[1:], strict=False)]  # fmt: skip
        height = max(map(len, texts)) * _LINE + 1
        self._room(height)
        top, low = self._y, self._y + height
        for text, left in zip(texts, edges, strict=False):
            for number, part in enumerate(text):
                self._write(left + 1, top + number * _LINE + _SIZE + 0.5, part)
        for at in edges:
            self._rules += rule(at, top, at, low, self._manner)
        for at in (top, low):
            self._rules += rule(self._edges[0], at, self._edges[-1], at, self._manner)
        self._y = low

    def finished(self) -> list[tuple[str, str]]:
        """Texts and rules of each page."""
        return [*self._pages, (self._texts, self._rules)]

    def _room(self, height: float) -> None:
        if self._y + height > _BOTTOM:
            self._pages.append((self._texts, self._rules))
            self._texts, self._rules, self._y = "", "", _TOP

    def _write(self, x: float, y: float, text: str) -> None:
        if text.strip():
            self._texts += text_object(x, y, text, self._manner)


def _wrapped(text: str, width: float) -> list[str]:
    """The lines that a cell's text takes."""
    found: list[str] = []
    for line in text.split("\n"):
        part, used = "", 0.0
        for sign in line:
            if part and used + advance(sign) * _SIZE > width:
                found.append(part)
                part, used = "", 0.0
            part += sign
            used += advance(sign) * _SIZE
        found.append(part)
    return found
