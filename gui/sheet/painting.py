"""How a row is drawn. Everything that costs (fonts, pens, measures) is made once for a zoom.

Signs and colours go together, so that colour is never the only sign: ● must be mended, ▲ wants a
word, ✓ explained.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from core.session import Session
from gui.sheet.columns import Role, SheetColumn, rate
from gui.sheet.nodes import OF_WHICH, Node
from gui.sheet.wording import rank, row_findings
from gui.tokens import FIGURE_POINTS, FONT_FAMILIES, LABEL_POINTS, ROW_HEIGHT, Tokens

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
#: Said in the cell itself of figures that nobody typed as they stand, or that somebody did.
_CARRIED, _OVERTYPED = "上年", "手填"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a column of the sheet is drawn in a row: x and width in pixels."""

    column: int
    x: int
    width: int


@dataclass
class RowState:
    """What the view knows of a row when it is drawn: columns selected, the current one, folding."""

    selected: set[int] = field(default_factory=set[int])
    current: int = -1
    focused: bool = False


class Palette:
    """Fonts, pens and measures for one set of tokens at one zoom (1.0 is 100 %)."""

    def __init__(self, tokens: Tokens, zoom: float = 1.0) -> None:
        self.tokens = tokens
        self.zoom = zoom
        for name in Tokens.__dataclass_fields__:
            setattr(self, name, QColor(getattr(tokens, name)))
        self.label_font = self._font(LABEL_POINTS)
        self.bold_font = self._font(LABEL_POINTS)
        self.bold_font.setWeight(QFont.Weight.DemiBold)
        self.figure_font = self._font(FIGURE_POINTS)
        self.figure_font.setFeature(QFont.Tag("tnum"), 1)
        self.muted_font = self._font(LABEL_POINTS)
        self.muted_font.setFeature(QFont.Tag("tnum"), 1)
        self.small_font = self._font(LABEL_POINTS - 2)
        self.label_metrics = QFontMetrics(self.label_font)
        self.bold_metrics = QFontMetrics(self.bold_font)
        self.small_metrics = QFontMetrics(self.small_font)
        self.of_which_width = self.label_metrics.horizontalAdvance(OF_WHICH)
        self.row_height = self.px(ROW_HEIGHT)
        self.hairline = QPen(QColor(tokens.line), 1)
        self.frame = QPen(QColor(tokens.accent), 2)
        self.frame.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self.quiet_frame = QPen(QColor(tokens.muted), 1)
        self.chevron = QPen(QColor(tokens.muted), 1.4 * zoom)

    ink: QColor
    muted: QColor
    line: QColor
    page: QColor
    paper: QColor
    accent: QColor
    on_accent: QColor
    error: QColor
    error_tint: QColor
    explain: QColor
    explain_tint: QColor
    done: QColor
    computed: QColor
    heading: QColor
    selection: QColor
    hover: QColor

    def px(self, pixels: float) -> int:
        """*pixels* at 100 % in pixels at this zoom."""
        return round(pixels * self.zoom)

    def _font(self, points: float) -> QFont:
        font = QFont()
        font.setFamilies(list(FONT_FAMILIES))
        font.setPointSizeF(points * self.zoom)
        return font

    def indent(self, node: Node) -> int:
        """Where the label of the row begins, from the left edge of its column."""
        return self.px(24 + 18 * node.row.level)


class RowPainter:
    """Draws rows of one sheet."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette

    def row(
        self,
        painter: QPainter,
        session: Session,
        node: Node,
        columns: tuple[SheetColumn, ...],
        spots: list[Spot],
        line: QRect,
        state: RowState,
    ) -> None:
        """Draws the cells of *spots* in the row that fills *line*, and the hairline under it."""
        palette = self.palette
        top, height = line.top(), line.height()
        for spot in spots:
            cell = QRect(spot.x, top, spot.width, height)
            column = columns[spot.column]
            selected = spot.column in state.selected
            draw = _DRAW[column.role]
            draw(self, painter, session, node, column, cell, selected)
        painter.setPen(palette.hairline)
        left = spots[0].x if spots else 0
        if spots and columns[spots[0].column].role is Role.LABEL:
            left += palette.indent(node) - palette.px(4)
        right = spots[-1].x + spots[-1].width if spots else 0
        painter.drawLine(left, line.bottom(), right, line.bottom())
        for spot in spots:
            if spot.column == state.current:
                self._frame(painter, QRect(spot.x, top, spot.width, height), state.focused)

    # -- cells --------------------------------------------------------------------------------

    def _label(
        self,
        painter: QPainter,
        session: Session,
        node: Node,
        column: SheetColumn,
        cell: QRect,
        selected: bool,
    ) -> None:
        palette = self.palette
        painter.fillRect(cell, palette.selection if selected else palette.paper)
        left = cell.left() + palette.indent(node)
        strong = node.is_heading or node.row.level == 0
        metrics = palette.bold_metrics if strong else palette.label_metrics
        painter.setFont(palette.bold_font if strong else palette.label_font)
        if node.children:
            self._chevron(painter, left - palette.px(15), cell.center().y(), node.folded)
        if node.is_part and not node.first_of_which:
            left += palette.of_which_width
        room = QRect(left, cell.top(), cell.right() - left - palette.px(6), cell.height())
        painter.setPen(palette.ink)
        text = metrics.elidedText(node.label, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _LEFT, text)

    def _unit(
        self,
        painter: QPainter,
        session: Session,
        node: Node,
        column: SheetColumn,
        cell: QRect,
        selected: bool,
    ) -> None:
        palette = self.palette
        painter.fillRect(cell, palette.selection if selected else palette.paper)
        text = column.getter(session, node)
        if text:
            painter.setFont(palette.label_font)
            painter.setPen(palette.muted)
            painter.drawText(cell, _CENTRE, text)

    def _figure(
        self,
        painter: QPainter,
        session: Session,
        node: Node,
        column: SheetColumn,
        cell: QRect,
        selected: bool,
    ) -> None:
        palette = self.palette
        key = node.keys[column.figure]
        if key is None:
            painter.fillRect(cell, palette.selection if selected else palette.paper)
            return
        found = session.findings_at(key)
        worst = min((rank(session, finding) for finding in found), default=3)
        computed = session.checks.is_computed(key)
        if worst == 0:
            ground = palette.error_tint
        elif worst == 1:
            ground = palette.explain_tint
        else:
            ground = palette.computed if computed else palette.paper
        painter.fillRect(cell, palette.paper)
        painter.fillRect(cell.adjusted(1, 0, -1, -1), palette.selection if selected else ground)
        if selected and worst < 2:
            painter.fillRect(cell.adjusted(1, 0, palette.px(4) - cell.width(), -1), ground)
        left = cell.left() + palette.px(7)
        if worst < 3:
            self._sign(painter, worst, QPointF(left + palette.px(4), cell.center().y() + 0.5))
            left += palette.px(13)
        if computed:
            mark = ""
            if key in session.report.computed:
                mark = _CARRIED if session.checks.carries(key) else ""
            elif key in session.report.values:
                mark = _OVERTYPED
            if mark:
                painter.setFont(palette.small_font)
                painter.setPen(palette.accent if mark == _OVERTYPED else palette.muted)
                painter.drawText(QRect(left, cell.top(), cell.width(), cell.height()), _LEFT, mark)
        text = column.getter(session, node)
        if text:
            painter.setFont(palette.figure_font)
            painter.setPen(palette.error if worst == 0 else palette.ink)
            painter.drawText(cell.adjusted(0, 0, -palette.px(11), 0), _RIGHT, text)

    def _muted(
        self,
        painter: QPainter,
        session: Session,
        node: Node,
        column: SheetColumn,
        cell: QRect,
        selected: bool,
    ) -> None:
        palette = self.palette
        painter.fillRect(cell, palette.selection if selected else palette.paper)
        text = column.getter(session, node)
        if not text:
            return
        painter.setFont(palette.muted_font)
        rises = text[0] in "+>" and column.role in (Role.DIFFERENCE, Role.RATE)
        painter.setPen(palette.done if rises else palette.muted)
        if text[0] in "−<":
            painter.setPen(palette.explain)
        painter.drawText(cell.adjusted(0, 0, -palette.px(8), 0), _RIGHT, text)
        if column.role is Role.RATE:
            key = node.keys[column.figure]
            if key is not None:
                part = rate(session.value(key), session.last_value(key))
                if part:
                    self._bar(painter, cell, part)

    def _review(
        self,
        painter: QPainter,
        session: Session,
        node: Node,
        column: SheetColumn,
        cell: QRect,
        selected: bool,
    ) -> None:
        palette = self.palette
        painter.fillRect(cell, palette.selection if selected else palette.paper)
        text = column.getter(session, node)
        if not text:
            return
        worst = rank(session, row_findings(session, node)[0][1])
        left = cell.left() + palette.px(12)
        self._sign(painter, worst, QPointF(left + palette.px(4), cell.center().y() + 0.5))
        painter.setFont(palette.label_font)
        painter.setPen((palette.error, palette.explain, palette.done)[worst])
        room = cell.adjusted(palette.px(28), 0, -palette.px(4), 0)
        text = palette.label_metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _LEFT, text)

    # -- signs --------------------------------------------------------------------------------

    def _sign(self, painter: QPainter, worst: int, centre: QPointF) -> None:
        palette = self.palette
        size = 3.6 * palette.zoom
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = (palette.error, palette.explain, palette.done)[worst]
        x, y = centre.x(), centre.y()
        if worst == 2:
            painter.setPen(QPen(colour, 1.6 * palette.zoom))
            painter.drawPolyline(
                QPolygonF(
                    [
                        QPointF(x - size, y),
                        QPointF(x - size / 4, y + size * 0.75),
                        QPointF(x + size, y - size * 0.8),
                    ]
                )
            )
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            if worst == 0:
                painter.drawEllipse(centre, size, size)
            else:
                points = [
                    QPointF(x, y - size),
                    QPointF(x + size * 1.1, y + size * 0.9),
                    QPointF(x - size * 1.1, y + size * 0.9),
                ]
                painter.drawPolygon(QPolygonF(points))
        painter.restore()

    def _bar(self, painter: QPainter, cell: QRect, part: Fraction) -> None:
        """A thin bar under the rate, from the middle: to the right for more, to the left for less.

        Full at a change by the whole of last year's figure.
        """
        palette = self.palette
        half = (cell.width() - palette.px(16)) / 2
        middle = cell.left() + palette.px(8) + half
        length = float(min(abs(part), Fraction(1))) * half
        left = middle if part > 0 else middle - length
        colour = QColor(palette.done if part > 0 else palette.explain)
        colour.setAlpha(110)
        height = max(2, palette.px(2))
        painter.fillRect(QRectF(left, cell.bottom() - height - 1, length, height), colour)

    def _chevron(self, painter: QPainter, x: int, y: int, folded: bool) -> None:
        palette = self.palette
        size = 3.2 * palette.zoom
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.chevron)
        middle = x + palette.px(4)
        if folded:
            points = [(-size / 2, -size), (size / 2, 0), (-size / 2, size)]
        else:
            points = [(-size, -size / 2), (0, size / 2), (size, -size / 2)]
        painter.drawPolyline(QPolygonF([QPointF(middle + dx, y + 0.5 + dy) for dx, dy in points]))
        painter.restore()

    def _frame(self, painter: QPainter, cell: QRect, focused: bool) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self.palette.frame if focused else self.palette.quiet_frame)
        inset = 1 if focused else 0
        painter.drawRect(cell.adjusted(inset, inset, -1, -1))


_DRAW = {
    Role.LABEL: RowPainter._label,
    Role.UNIT: RowPainter._unit,
    Role.FIGURE: RowPainter._figure,
    Role.LAST: RowPainter._muted,
    Role.DIFFERENCE: RowPainter._muted,
    Role.RATE: RowPainter._muted,
    Role.REVIEW: RowPainter._review,
}
