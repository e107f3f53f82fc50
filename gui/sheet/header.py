"""The headings over a sheet, on one level or two, with the leading columns held in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHeaderView, QWidget

from gui.look.tokens import HEADING_HEIGHT
from gui.sheet.columns import OF_CELLS, ONE_LINE, ColumnKind, SheetColumn, Shown, heading_lines
from gui.sheet.lettering import Palette, fill
from gui.widgets.viewport import own_viewport

if TYPE_CHECKING:
    from gui.sheet.model import SheetModel

_GROUP, _ONE_OF_TWO, _TWO_LINES = 24, 28, 42
#: Between the left edge of a column and its heading.
_LEFT_SIDE = 12
_FLAGS = int(Qt.TextFlag.TextSingleLine)


class SheetHeader(QHeaderView):
    """Draws column headings; one heading over several columns (法人或其他组织) where they share it.

    Signals (facts):
        released(): the mouse was let go here, after dragging a border or not.
    Signals (requests):
        menu_requested(int, QPoint): what can be done with this column, at this place of the screen.
    """

    released = Signal()
    menu_requested = Signal(int, QPoint)

    def __init__(self, palette: Palette, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        own_viewport(self, QPalette.ColorRole.Button, tracks_mouse=True)
        self.palette_of_sheet = palette
        #: The column of the current cell, where the sheet marks it; −1 for none.
        self.followed = -1
        self.setSectionsMovable(False)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(36)
        self.setAccessibleName("列标题")

    def columns(self) -> tuple[SheetColumn, ...]:
        """The columns of the sheet below."""
        model: SheetModel = self.model()  # type: ignore[assignment]
        return model.columns

    @property
    def leading(self) -> int:
        """How many columns (labels, units) stay in place when the sheet is scrolled sideways."""
        model: SheetModel = self.model()  # type: ignore[assignment]
        return model.leading

    @property
    def frozen_width(self) -> int:
        """How wide the columns are that stay in place."""
        return sum(self.sectionSize(section) for section in range(self.leading))

    def left(self, section: int) -> int:
        """Where the section begins on screen."""
        if section < self.leading:
            return sum(self.sectionSize(before) for before in range(section))
        return self.sectionViewportPosition(section)

    def left_words_width(self, section: int) -> int:
        """Where the words of a heading at the left of its column end, from the column's edge."""
        palette = self.palette_of_sheet
        words = self.columns()[section].heading
        return palette.px(_LEFT_SIDE) + palette.bold_metrics.horizontalAdvance(words)

    def sizeHint(self) -> QSize:
        """High enough for the levels there are."""
        size = super().sizeHint()
        size.setHeight(self._group_height + self._own_height)
        return size

    @property
    def _group_height(self) -> int:
        """The height of the upper level; 0 where there is none."""
        columns = self.columns()
        grouped = any(self._is_grouped(section) for section in range(len(columns)))
        return self.palette_of_sheet.px(_GROUP) if grouped else 0

    @property
    def _own_height(self) -> int:
        """The height of the columns' own headings."""
        longest = max(
            (len(column.heading) for column in self.columns() if column.right_aligned), default=0
        )
        two = longest > ONE_LINE
        return self.palette_of_sheet.px(
            _TWO_LINES if two else _ONE_OF_TWO if self._group_height else HEADING_HEIGHT
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws scrolled headings first and those that stay over them."""
        painter = QPainter(self.viewport())
        palette = self.palette_of_sheet
        whole = self.viewport().rect()
        model: SheetModel = self.model()  # type: ignore[assignment]
        # Figures that are not this year's stand under heads of another colour.
        ground = palette.heading if model.shown is Shown.THIS else palette.elsewhere
        fill(painter, whole, ground)
        columns = self.columns()
        frozen = QRect(0, 0, self.frozen_width, whole.height())
        painter.save()
        painter.setClipRect(whole.adjusted(frozen.width(), 0, 0, 0))
        self._paint_groups(painter, columns)
        for section in range(self.leading, len(columns)):
            self._paint_section(painter, columns[section], section, whole.height())
        painter.restore()
        fill(painter, frozen, ground)
        for section in range(self.leading):
            self._paint_section(painter, columns[section], section, whole.height())
        painter.setPen(palette.hairline)
        if self.offset():
            painter.drawLine(frozen.right(), 0, frozen.right(), whole.bottom())
        painter.drawLine(0, whole.bottom(), whole.right(), whole.bottom())
        painter.end()

    def _paint_groups(self, painter: QPainter, columns: tuple[SheetColumn, ...]) -> None:
        palette = self.palette_of_sheet
        level = self._group_height
        at = self.leading
        while at < len(columns):
            end = at
            while end < len(columns) and columns[end].group == columns[at].group:
                end += 1
            if columns[at].group and end - at > 1:
                left = self.left(at)
                right = self.left(end - 1) + self.sectionSize(end - 1)
                room = QRect(left, 0, right - left, level)
                painter.setFont(palette.label_font)
                painter.setPen(palette.muted)
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter | _FLAGS, columns[at].group)
                painter.setPen(palette.hairline)
                gap = palette.px(10)
                painter.drawLine(left + gap, level, right - gap, level)
            at = end

    def _paint_section(
        self, painter: QPainter, column: SheetColumn, section: int, height: int
    ) -> None:
        if self.isSectionHidden(section):
            return
        palette = self.palette_of_sheet
        room = QRect(self.left(section), 0, self.sectionSize(section), height)
        if self._is_grouped(section):
            room.setTop(self._group_height)
        painter.setFont(palette.bold_font)
        painter.setPen(palette.muted)
        if section == self.followed and column.kind in OF_CELLS:
            fill(painter, room, palette.cross)
            painter.setPen(palette.ink)
        side = palette.px(8 if column.right_aligned else _LEFT_SIDE)
        if column.kind is ColumnKind.UNIT:
            alignment = Qt.AlignmentFlag.AlignHCenter
        elif column.right_aligned:
            alignment = Qt.AlignmentFlag.AlignRight
            room.adjust(0, 0, -side, 0)
        else:
            alignment = Qt.AlignmentFlag.AlignLeft
            room.adjust(side, 0, 0, 0)
        lines = heading_lines(column.heading) if column.right_aligned else (column.heading,)
        line = palette.bold_metrics.height()
        top = room.top() + (room.height() - line * len(lines)) // 2
        for number, words in enumerate(lines):
            place = QRect(room.left(), top + number * line, room.width(), line)
            text = palette.bold_metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(place, alignment | Qt.AlignmentFlag.AlignVCenter | _FLAGS, text)
        model: SheetModel = self.model()  # type: ignore[assignment]
        standings = model.standing_of_column(section)
        if standings and standings[0].is_open:
            bar = QRect(self.left(section) + 4, height - 4, self.sectionSize(section) - 8, 3)
            fill(painter, bar, palette.signs[standings[0]])
        if column.aside:
            painter.setFont(palette.label_font)
            room.adjust(0, 0, -side, 0)
            painter.drawText(
                room,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | _FLAGS,
                column.aside,
            )

    def _is_grouped(self, section: int) -> bool:
        columns = self.columns()
        group = columns[section].group
        beside = [at for at in (section - 1, section + 1) if 0 <= at < len(columns)]
        return bool(group) and any(columns[at].group == group for at in beside)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Lets widths be dragged, but not those of columns hidden under the ones in place."""
        if self.offset() and event.position().x() < self.frozen_width:
            event.ignore()
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Says so: the widths of the other columns follow then."""
        super().mouseReleaseEvent(event)
        self.released.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Asks for the menu of the column that was pointed at."""
        section = self.section_at(event.pos().x())
        if section >= 0:
            self.menu_requested.emit(section, event.globalPos())

    def section_at(self, x: int) -> int:
        """The column at *x* of the viewport, those in place over what is scrolled; −1 for none."""
        if x >= self.frozen_width:
            return self.logicalIndexAt(x)
        return next(at for at in range(self.leading) if x < self.left(at) + self.sectionSize(at))
