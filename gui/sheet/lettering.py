"""Fonts, colours and laid-out texts of a sheet for one set of tokens at one zoom."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QStaticText

from gui.look.tokens import FIGURE_POINTS, FONT_FAMILIES, LABEL_POINTS, ROW_HEIGHT, Tokens
from gui.sheet.nodes import OF_WHICH, Node

#: So many of the labels that look longest are measured, and this is left free beside them.
_MEASURED, _LABEL_MARGIN = 12, 16
#: Between a figure and the right edge of its cell, in pixels at 100 %.
_FIGURE_MARGIN = 11
#: The side of the square that is dragged to fill, in pixels at 100 %.
_HANDLE = 6
#: Texts laid out and kept; a sheet shows far fewer at once.
_KEPT = 4000


class Lettering:
    """Texts in one font, laid out once and kept: laying out costs more than drawing."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self._laid: dict[str, tuple[QStaticText, int, int]] = {}
        self._elided: dict[tuple[str, int], str] = {}

    def laid(self, text: str) -> tuple[QStaticText, int, int]:
        """The text laid out, its width and height in pixels."""
        known = self._laid.get(text)
        if known is None:
            if len(self._laid) >= _KEPT:
                self._laid.clear()
            static = QStaticText(text)
            static.setTextFormat(Qt.TextFormat.PlainText)
            static.prepare(font=self.font)
            size = static.size()
            known = (static, round(size.width()), round(size.height()))
            self._laid[text] = known
        return known

    def elided(self, text: str, room: int) -> str:
        """The text, cut with … where it is wider than *room* pixels."""
        known = self._elided.get((text, room))
        if known is None:
            if len(self._elided) >= _KEPT:
                self._elided.clear()
            known = self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            self._elided[text, room] = known
        return known


class Palette:
    """What a sheet is drawn with. ``zoom`` 1.0 is 100 %."""

    def __init__(self, tokens: Tokens, zoom: float = 1.0) -> None:
        self.tokens = tokens
        self.zoom = zoom
        self.ink = QColor(tokens.ink)
        self.muted = QColor(tokens.muted)
        self.line = QColor(tokens.line)
        self.page = QColor(tokens.page)
        self.paper = QColor(tokens.paper)
        self.accent = QColor(tokens.accent)
        self.on_accent = QColor(tokens.on_accent)
        self.error = QColor(tokens.error)
        self.error_tint = QColor(tokens.error_tint)
        self.explain = QColor(tokens.explain)
        self.done = QColor(tokens.done)
        self.computed = QColor(tokens.computed)
        self.heading = QColor(tokens.heading)
        self.selection = QColor(tokens.selection)
        #: Under the heads of figures that are not this year's.
        self.elsewhere = QColor(tokens.explain_tint)
        #: Over the row and the column of the current cell.
        self.cross = _faint(self.accent, 20)
        #: By how a finding stands: must be mended, wants a word, explained, none.
        #: Colours by how a finding stands.
        self.signs = (self.error, self.explain, self.explain, self.done)
        explain_tint = QColor(tokens.explain_tint)
        self.grounds = (self.error_tint, explain_tint, explain_tint, None)
        self.rise_bar, self.fall_bar = _faint(self.done, 150), _faint(self.explain, 150)
        self.zero_line = _faint(self.muted, 120)
        self.hairline = QPen(QColor(tokens.line), 1)
        self.frame = QPen(self.accent, 2)
        self.frame.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self.quiet_frame = QPen(_faint(self.accent, 150), 2)
        self.quiet_frame.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self.chevron = QPen(self.muted, 1.4 * zoom)
        self.tick = QPen(self.done, 1.6 * zoom)
        self.row_height = self.px(ROW_HEIGHT)
        self._make_fonts()

    def _make_fonts(self) -> None:
        label, bold = self._font(LABEL_POINTS), self._font(LABEL_POINTS)
        bold.setWeight(QFont.Weight.DemiBold)
        figure, aside = self._font(FIGURE_POINTS), self._font(LABEL_POINTS)
        for tabular in (figure, aside):
            tabular.setFeature(QFont.Tag("tnum"), 1)
        self.label_font, self.bold_font, self.figure_font = label, bold, figure
        self._label, self._bold = Lettering(label), Lettering(bold)
        self._figure, self._aside = Lettering(figure), Lettering(aside)
        self._remark = Lettering(self._font(LABEL_POINTS - 2))
        self.label_metrics, self.bold_metrics = self._label.metrics, self._bold.metrics
        self.remark_width = self.remark_room("上年") + self.px(3)
        self.of_which_width = self.label_metrics.horizontalAdvance(OF_WHICH)

    def _font(self, points: float) -> QFont:
        font = QFont()
        font.setFamilies(list(FONT_FAMILIES))
        font.setPointSizeF(points * self.zoom)
        return font

    def px(self, pixels: float) -> int:
        """*pixels* at 100 % in pixels at this zoom."""
        return round(pixels * self.zoom)

    def handle_in(self, cell: QRect) -> QRect:
        """The fill handle at the corner of a cell."""
        size = self.px(_HANDLE)
        return QRect(cell.right() - size + 1, cell.bottom() - size + 1, size, size)

    def indent(self, node: Node) -> int:
        """Where the label of the row begins, from the left edge of its column."""
        return round((24 + 18 * node.row.level) * self.zoom)

    def longest_label(self, nodes: Sequence[Node]) -> int:
        """What the longest label takes with its indentation.

        Only those that look longest are measured: measuring thousands would be felt.
        """
        signs = LABEL_POINTS * self.zoom * 4 / 3

        def guess(node: Node) -> float:
            return self.indent(node) + len(node.row.label) * signs

        return max(
            (
                self.indent(node) + self._bold.metrics.horizontalAdvance(node.label)
                for node in nlargest(_MEASURED, nodes, key=guess)
            ),
            default=0,
        ) + self.px(_LABEL_MARGIN)

    # -- drawing texts ------------------------------------------------------------------------

    def label(
        self,
        painter: QPainter,
        text: str,
        left: int,
        cell: QRect,
        room: int,
        *,
        strong: bool = False,
    ) -> None:
        """A label from *left* on, cut where it is wider than *room*."""
        lettering = self._bold if strong else self._label
        static, _, height = lettering.laid(lettering.elided(text, room))
        painter.setFont(lettering.font)
        painter.drawStaticText(left, cell.top() + (cell.height() - height) // 2, static)

    def centred(self, painter: QPainter, text: str, cell: QRect) -> None:
        """A muted word in the middle of the cell."""
        if not text:
            return
        static, width, height = self._label.laid(text)
        painter.setPen(self.muted)
        painter.setFont(self.label_font)
        painter.drawStaticText(_middle(cell, width, height), static)

    def figure(self, painter: QPainter, text: str, cell: QRect) -> None:
        """A figure of this year, at the right of its cell."""
        self._right(painter, self._figure, text, cell, _FIGURE_MARGIN)

    def figure_width(self, text: str) -> int:
        """What a figure takes with its margin; 0 without one."""
        return self._figure.laid(text)[1] + self.px(_FIGURE_MARGIN) if text else 0

    def remark_room(self, text: str) -> int:
        """What a small word takes."""
        return self._remark.laid(text)[1] if text else 0

    def aside_width(self, text: str) -> int:
        """What a figure beside it takes with its margin and a blank before it."""
        return self._aside.laid(text)[1] + self.px(8) + self.px(6)

    def aside(self, painter: QPainter, text: str, cell: QRect) -> None:
        """A figure beside it: last year's, or a difference."""
        self._right(painter, self._aside, text, cell, 8)

    def remark(self, painter: QPainter, text: str, left: int, cell: QRect) -> None:
        """A small word at the left of a figure."""
        static, _, height = self._remark.laid(text)
        painter.setFont(self._remark.font)
        painter.drawStaticText(left, cell.top() + (cell.height() - height) // 2, static)

    def _right(
        self, painter: QPainter, lettering: Lettering, text: str, cell: QRect, margin: int
    ) -> None:
        static, width, height = lettering.laid(text)
        painter.setFont(lettering.font)
        painter.drawStaticText(
            cell.right() + 1 - self.px(margin) - width,
            cell.top() + (cell.height() - height) // 2,
            static,
        )


def _middle(cell: QRect, width: int, height: int) -> QPoint:
    return QPoint(
        cell.left() + (cell.width() - width) // 2, cell.top() + (cell.height() - height) // 2
    )


def _faint(colour: QColor, alpha: int) -> QColor:
    faint = QColor(colour)
    faint.setAlpha(alpha)
    return faint


def fill(painter: QPainter, area: QRect, colour: QColor) -> None:
    """Fills *area*. By ``fillRect`` PySide would first build its 169 named gradients, one of which the
    colour might be: 16 million instructions of a start.
    """
    painter.setBackground(colour)
    painter.eraseRect(area)
