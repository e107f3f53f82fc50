"""How a row is drawn. Everything that costs (fonts, pens, laid-out texts) is made once for a zoom.

Signs and colours go together, so that colour is never the only sign: ● must be mended, ▲ wants a
word, ✓ explained.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPolygonF

from core.checks.standing import Standing
from gui.sheet.columns import OF_CELLS, ColumnKind, SheetColumn, rate
from gui.sheet.figures import Figures, Found
from gui.sheet.lettering import Palette, fill
from gui.sheet.nodes import Node

#: Said in the cell itself of figures that nobody typed as they stand, or that somebody did.
_CARRIED, _OVERTYPED = "上年", "手填"
#: A change by 100 % in the bar beside a rate, in pixels at 100 %.
_BAR = 18


class Spot(NamedTuple):
    """Where a column of the sheet is drawn in a row: x and width in pixels."""

    column: int
    x: int
    width: int


@dataclass(slots=True)
class RowState:
    """What the view knows of a row when it is drawn, by columns of the sheet.

    ``selected`` and ``current`` are of this row, ``followed`` is the current cell's column in every
    row of a table of several columns; ``handle`` has the fill handle at its corner. −1 is none.
    """

    selected: set[int] = field(default_factory=set[int])
    current: int = -1
    focused: bool = False
    followed: int = -1
    handle: int = -1


class RowPainter:
    """Draws rows of one sheet. The ground is expected to be paper already.

    ``signs_at_labels``: the remarks have no column, and their signs stand beside the labels.
    It notes, of figures wider than the least width of their column, what they take in pixels.
    """

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self.signs_at_labels = False
        #: Column of the sheet → code of the row → pixels that its figure takes.
        self._wide: dict[int, dict[str, int]] = {}

    @property
    def needed(self) -> dict[int, int]:
        """What the widest figure drawn in a column takes, where that is more than its least width."""
        return {section: max(rows.values()) for section, rows in self._wide.items() if rows}

    def forget_widths(self, nodes: Iterable[Node] | None = None) -> None:
        """The figures of these rows (of all without *nodes*) are others now, maybe narrower."""
        for rows in self._wide.values():
            if nodes is None:
                rows.clear()
            else:
                for node in nodes:
                    rows.pop(node.row.code, None)

    def row(
        self,
        painter: QPainter,
        figures: Figures,
        node: Node,
        columns: tuple[SheetColumn, ...],
        spots: list[Spot],
        line: QRect,
        state: RowState,
    ) -> None:
        """Draws the cells of *spots* in the row that fills *line*, and the hairline under it."""
        if not spots:
            return
        palette = self.palette
        top, height = line.top(), line.height()
        current: QRect | None = None
        handle: QRect | None = None
        ruled = len(node.keys) > 1
        for spot in spots:
            cell = QRect(spot.x, top, spot.width, height)
            column = columns[spot.column]
            selected = spot.column in state.selected
            if selected:
                fill(painter, cell, palette.selection)
            of_cell = column.kind in OF_CELLS
            in_cross = ruled and (state.current >= 0 or (of_cell and spot.column == state.followed))
            if in_cross and not selected and column.kind is not ColumnKind.FIGURE:
                fill(painter, cell, palette.cross)
            if ruled and of_cell:
                # So that a column can be followed to the bottom.
                right = cell.right()
                fill(painter, QRect(right, top, 1, height), palette.line)
            if column.kind is ColumnKind.FIGURE:
                needed = self._figure(
                    painter, figures, node, column, cell, selected=selected, in_cross=in_cross
                )
                self._note(spot.column, column, node, needed)
            elif column.kind is ColumnKind.LABEL:
                self._label(painter, figures, node, cell)
            elif column.kind is ColumnKind.UNIT:
                text = column.getter(figures, node)
                palette.centred(painter, text, cell)
            elif column.kind is ColumnKind.REVIEW:
                self._review(painter, figures, node, column, cell)
            else:
                needed = self._muted(painter, figures, node, column, cell)
                self._note(spot.column, column, node, needed)
            if spot.column == state.current:
                current = cell
            if spot.column == state.handle:
                handle = palette.handle_in(cell)
        painter.setPen(palette.hairline)
        left = spots[0].x
        if columns[spots[0].column].kind is ColumnKind.LABEL:
            left += palette.indent(node) - palette.px(4)
        right = spots[-1].x + spots[-1].width - 1
        painter.drawLine(left, line.bottom(), right, line.bottom())
        if current is not None:
            self._frame(painter, current, state.focused)
        if handle is not None:
            fill(painter, handle, palette.accent)

    def _note(self, section: int, column: SheetColumn, node: Node, needed: int) -> None:
        if needed > self.palette.px(column.least):
            self._wide.setdefault(section, {})[node.row.code] = needed
        elif section in self._wide:
            self._wide[section].pop(node.row.code, None)

    # -- cells --------------------------------------------------------------------------------

    def _label(self, painter: QPainter, figures: Figures, node: Node, cell: QRect) -> None:
        palette = self.palette
        left = cell.left() + palette.indent(node)
        if node.children:
            self._chevron(painter, left - palette.px(15), cell.center().y(), node.folded)
        if node.is_part and not node.first_of_which:
            left += palette.of_which_width
        strong = node.is_heading or node.row.level == 0
        painter.setPen(palette.ink)
        room = cell.right() - left - palette.px(6)
        if self.signs_at_labels and (found := figures.found(node)):
            room -= self._row_sign(painter, found, cell)
            painter.setPen(palette.ink)
        palette.label(painter, node.label, left, cell, room, strong=strong)

    def _figure(
        self,
        painter: QPainter,
        figures: Figures,
        node: Node,
        column: SheetColumn,
        cell: QRect,
        *,
        selected: bool,
        in_cross: bool,
    ) -> int:
        """Draws a figure with its sign; the width that the two take."""
        palette = self.palette
        key = node.keys[column.figure]
        if key is None:
            if len(node.keys) > 1 and not selected:
                # No cell here: among several columns blank paper would ask to be filled.
                fill(painter, cell.adjusted(0, 0, -1, -1), palette.page)
                if in_cross:
                    fill(painter, cell.adjusted(0, 0, -1, -1), palette.cross)
            return 0
        session = figures.session
        worst = figures.worst(node, key)
        computed = session.checks.is_computed(key)
        ground = palette.grounds[worst] if worst is not None else None
        ground = ground or (palette.computed if computed else None)
        if ground is not None:
            # A selected cell keeps a strip of its tint, so that selecting hides nothing.
            width = palette.px(5) if selected else cell.width() - 2
            fill(painter, QRect(cell.left() + 1, cell.top(), width, cell.height() - 1), ground)
        if in_cross and not selected and (ground is None or ground is palette.computed):
            fill(painter, cell.adjusted(0, 0, -1, -1), palette.cross)
        left = cell.left() + palette.px(7)
        if worst is not None:
            self._sign(painter, worst, left + palette.px(4), cell.center().y() + 0.5)
            left += palette.px(13)
        text = column.getter(figures, node)
        needed = left - cell.left() + palette.figure_width(text)
        if computed and needed + palette.remark_width <= cell.width():
            report = session.report
            if key in report.computed:
                if session.checks.carries(key):
                    painter.setPen(palette.muted)
                    palette.remark(painter, _CARRIED, left, cell)
            elif key in report.values:
                painter.setPen(palette.accent)
                palette.remark(painter, _OVERTYPED, left, cell)
        if text:
            painter.setPen(palette.error if worst is Standing.MUST else palette.ink)
            palette.figure(painter, text, cell)
        return needed

    def _muted(
        self,
        painter: QPainter,
        figures: Figures,
        node: Node,
        column: SheetColumn,
        cell: QRect,
    ) -> int:
        """Draws last year's figure or a difference; the width that it takes."""
        palette = self.palette
        text = column.getter(figures, node)
        if not text:
            return 0
        pen = palette.muted
        if column.kind is not ColumnKind.LAST:
            if text[0] in "+>":
                pen = palette.done
            elif text[0] in "−<":
                pen = palette.explain
        painter.setPen(pen)
        palette.aside(painter, text, cell)
        if column.kind is ColumnKind.RATE:
            self._bar(painter, figures, node, cell)
            return 0
        return palette.aside_width(text)

    def _review(
        self,
        painter: QPainter,
        figures: Figures,
        node: Node,
        column: SheetColumn,
        cell: QRect,
    ) -> None:
        found = figures.found(node)
        if not found:
            return
        palette = self.palette
        worst = found[0][2]
        left = cell.left() + palette.px(12)
        self._sign(painter, worst, left + palette.px(4), cell.center().y() + 0.5)
        painter.setPen(palette.signs[worst])
        left += palette.px(14)
        palette.label(
            painter, column.getter(figures, node), left, cell, cell.right() - left - palette.px(4)
        )

    def _row_sign(self, painter: QPainter, found: tuple[Found, ...], cell: QRect) -> int:
        """The row's worst sign at the right of its label, and how many stand so; the room taken."""
        palette = self.palette
        worst = found[0][2]
        count = sum(stands.sign == worst.sign for _, _, stands in found)
        words = str(count) if count > 1 else ""
        taken = palette.px(16) + palette.remark_room(words)
        left = cell.right() - palette.px(4) - taken
        self._sign(painter, worst, left + palette.px(6), cell.center().y() + 0.5)
        if words:
            painter.setPen(palette.signs[worst])
            palette.remark(painter, words, left + palette.px(13), cell)
        return taken

    # -- signs --------------------------------------------------------------------------------

    def _sign(self, painter: QPainter, worst: Standing, x: float, y: float) -> None:
        palette = self.palette
        size = 3.6 * palette.zoom
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if worst is Standing.EXPLAINED:
            painter.setPen(palette.tick)
            points = [(-size, 0.0), (-size / 4, size * 0.75), (size, -size * 0.8)]
            painter.drawPolyline(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in points]))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.signs[worst])
            if worst in (Standing.EXPLAIN, Standing.JUMP):
                points = [(0.0, -size), (size * 1.1, size * 0.9), (-size * 1.1, size * 0.9)]
                painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in points]))
            else:
                painter.drawEllipse(QPointF(x, y), size, size)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _bar(self, painter: QPainter, figures: Figures, node: Node, cell: QRect) -> None:
        """A bar before the rate, from a line at 0: right for more, left for less.

        Every row is drawn to the same scale; from 100 % on a bar is full and ends in a point.
        """
        key = node.keys[0]
        part = rate(figures.value(key), figures.last(key)) if key is not None else None
        if part is None:
            return
        palette = self.palette
        half = palette.px(_BAR)
        axis = cell.left() + palette.px(10) + half
        height = palette.px(9) | 1
        top = cell.center().y() - height // 2
        side = 1 if part > 0 else -1
        colour = palette.rise_bar if part > 0 else palette.fall_bar
        length = round(min(abs(part), Fraction(1)) * half)
        if part:
            length = max(1, length)
            left = axis + 1 if part > 0 else axis - length
            fill(painter, QRect(left, top, length, height), colour)
        if abs(part) > 1:
            tip = axis + side * (half + height // 2 + 1)
            base = axis + side * half + (1 if part > 0 else 0)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            corners = [(base, top), (tip, top + height / 2), (base, top + height)]
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        fill(painter, QRect(axis, top - 2, 1, height + 4), palette.zero_line)

    def _chevron(self, painter: QPainter, x: int, y: int, folded: bool) -> None:
        palette = self.palette
        size = 3.2 * palette.zoom
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.chevron)
        middle = x + palette.px(4)
        if folded:
            points = [(-size / 2, -size), (size / 2, 0.0), (-size / 2, size)]
        else:
            points = [(-size, -size / 2), (0.0, size / 2), (size, -size / 2)]
        painter.drawPolyline(QPolygonF([QPointF(middle + dx, y + 0.5 + dy) for dx, dy in points]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _frame(self, painter: QPainter, cell: QRect, focused: bool) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self.palette.frame if focused else self.palette.quiet_frame)
        painter.drawRect(cell.adjusted(1, 1, -1, -1))
