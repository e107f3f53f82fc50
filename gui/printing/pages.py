"""Draws printed pages with a QPainter: on the preview, on a printer, into a PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPagedPaintDevice, QPageLayout, QPainter, QPen

from core.session import Session
from core.writing.layout import PrintedForm
from gui.printing.fonts import UNITS_PER_MM, UNITS_PER_POINT, PrintFonts
from gui.printing.layout import Align, Box, PagePart, Strip, content_of, paginated

_INK: Final = QColor("#000000")
_RULE: Final = 0.5 * UNITS_PER_POINT
#: From the paper's lower edge to the page number's line, in millimetres.
_FOOTER_MM: Final = 13.0


#: Gets how many pages are drawn, and of how many.
Told = Callable[[int, int], None]


def pages_of(
    session: Session,
    form: PrintedForm,
    layout: QPageLayout,
    fonts: PrintFonts,
    *,
    with_explanations: bool = True,
) -> list[PagePart]:
    """The pages of *session*'s report, laid out as *form*, on that paper."""
    sheets = content_of(session, form, fonts, with_explanations=with_explanations)
    pages: list[PagePart] = []
    body = _body(layout)
    for sheet in sheets:
        pages += paginated(sheet, body.width(), body.height())
    return pages


def draw_pages(
    pages: Sequence[PagePart],
    numbers: range,
    device: QPagedPaintDevice,
    fonts: PrintFonts,
    told: Told | None = None,
) -> None:
    """Draws the pages of those *numbers* (from 0) on *device*, and tells after each.

    Raises ``OSError`` where the device takes nothing.
    """
    painter = QPainter()
    begun = False
    try:
        for number in numbers:
            if not begun:
                if not painter.begin(device):
                    raise OSError("the device cannot be painted on")
                begun = True
            elif not device.newPage():
                raise OSError("no further page")
            _draw_page(painter, pages[number], device, number + 1, len(pages), fonts)
            if told is not None:
                told(number + 1, len(pages))
    finally:
        if begun:
            painter.end()


def footer_text(number: int, count: int) -> str:
    """The page number as it is printed, from 1."""
    return f"第 {number} 页，共 {count} 页"


def _body(layout: QPageLayout) -> QRectF:
    """Where the form goes on the paper, in units from the paper's upper left corner."""
    paper = layout.fullRect(QPageLayout.Unit.Point)
    body = paper.marginsRemoved(layout.margins(QPageLayout.Unit.Point))
    unit = UNITS_PER_POINT
    return QRectF(body.x() * unit, body.y() * unit, body.width() * unit, body.height() * unit)


def _draw_page(
    painter: QPainter,
    page: PagePart,
    device: QPagedPaintDevice,
    number: int,
    count: int,
    fonts: PrintFonts,
) -> None:
    layout = device.pageLayout()
    full = layout.fullRect(QPageLayout.Unit.Point)
    body = _body(layout)
    # A device paints from its margins on unless it was told to use the full page.
    full_page = layout.mode() is QPageLayout.Mode.FullPageMode
    origin = QPointF(0, 0) if full_page else body.topLeft()
    scale = device.logicalDpiX() / 72 / UNITS_PER_POINT
    painter.save()
    painter.scale(scale, scale)
    painter.translate(-origin)
    painter.setPen(QPen(_INK, _RULE))
    _draw_footer(painter, footer_text(number, count), full.width(), full.height(), fonts)
    painter.translate(body.x() + (body.width() - page.sheet.width * page.scale) / 2, body.y())
    painter.scale(page.scale, page.scale)
    _draw_part(painter, page)
    painter.restore()


def _draw_footer(
    painter: QPainter, text: str, width: float, height: float, fonts: PrintFonts
) -> None:
    """The page number, centred in the lower margin; sizes are those of the paper, in points."""
    painter.setFont(fonts.footer.font)
    x = (width * UNITS_PER_POINT - fonts.footer.width(text)) / 2
    painter.drawText(QPointF(x, height * UNITS_PER_POINT - _FOOTER_MM * UNITS_PER_MM), text)


def _draw_part(painter: QPainter, page: PagePart) -> None:
    sheet = page.sheet
    y = 0.0
    for strip in sheet.above if page.with_above else ():
        _draw_strip(painter, strip, y)
        y += strip.height
    y = _draw_lines(painter, page, 0, sheet.head, y)
    y = _draw_lines(painter, page, page.first, page.end, y)
    for strip in sheet.below if page.with_below else ():
        _draw_strip(painter, strip, y)
        y += strip.height


def _draw_strip(painter: QPainter, strip: Strip, y: float) -> None:
    painter.setFont(strip.font.font)
    baseline = y + (strip.height - strip.font.pitch) / 2 + strip.font.baseline(0)
    for text, x, width, align in strip.texts:
        offset = (width - strip.font.width(text)) / 2 if align is Align.CENTRE else 0.0
        painter.drawText(QPointF(x + offset, baseline), text)


def _draw_lines(painter: QPainter, page: PagePart, first: int, end: int, y: float) -> float:
    """Draws the table's lines from *first* up to *end*, the first at *y*; where they end."""
    tops = [y]
    for height in page.sheet.heights[first:end]:
        tops.append(tops[-1] + height)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for box in page.sheet.boxes(first, end):
        top, bottom = max(box.line, first), min(box.line + box.height, end)
        upper, lower = tops[top - first], tops[bottom - first]
        rect = QRectF(box.x, upper, box.width, lower - upper)
        painter.drawRect(rect)
        if box.lines and _belongs_here(box, top, bottom, rect.height()):
            _draw_text(painter, box, rect)
    return tops[-1]


def _belongs_here(box: Box, top: int, bottom: int, height: float) -> bool:
    """Whether a box that a page break cuts shows its text here: wherever it fits, else where it ends."""
    whole = top == box.line and bottom == box.line + box.height
    return whole or box.text_height <= height or bottom == box.line + box.height


def _draw_text(painter: QPainter, box: Box, rect: QRectF) -> None:
    painter.setFont(box.font.font)
    upper = rect.y() + (rect.height() - box.text_height) / 2
    for number, text in enumerate(box.lines):
        spare = (rect.width() - box.font.width(text)) / 2
        x = rect.x() + (spare if box.align is Align.CENTRE else box.indent)
        painter.drawText(QPointF(x, upper + box.font.baseline(number)), text)
