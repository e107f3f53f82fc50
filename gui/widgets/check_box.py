"""A check box drawn in the program's own colours, which no style sheet can do without pictures."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton

_SIZE: Final = 15.0


class CheckBox(QCheckBox):
    """Paints its box with a frame that can be seen, and a tick in the accent's colour."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws box, tick, text and the frame of the focus."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        style, palette = self.style(), self.palette()
        place = style.subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        text = style.subElementRect(QStyle.SubElement.SE_CheckBoxContents, option, self)
        box = QRectF(0, 0, _SIZE, _SIZE)
        # On whole pixels and a half, where a line one pixel wide is sharp.
        box.moveTopLeft(QPointF(place.left() + 0.5, place.center().y() - round(_SIZE / 2) + 0.5))
        accent = palette.color(QPalette.ColorRole.Highlight)
        frame = accent if self.isChecked() or self.hasFocus() else _frame(palette)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(frame, 1.2))
        painter.setBrush(accent if self.isChecked() else palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(box, 3, 3)
        if self.isChecked():
            pen = QPen(palette.color(QPalette.ColorRole.HighlightedText), 1.8)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            points = [QPointF(3.5, 7.8), QPointF(6.4, 10.8), QPointF(11.5, 4.6)]
            painter.drawPolyline(QPolygonF([box.topLeft() + point for point in points]))
        role = QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled
        painter.setPen(palette.color(role, QPalette.ColorRole.WindowText))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(text, flags | Qt.TextFlag.TextShowMnemonic, self.text())


def _frame(palette: QPalette) -> QColor:
    return palette.color(QPalette.ColorRole.Dark)
