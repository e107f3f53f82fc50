"""The switch at the head of a table of several columns: this year's figures, last year's, differences."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.sheet.columns import Shown
from gui.sheet.lettering import Palette, fill

_HEIGHT, _SIDE = 22, 7


class FiguresSwitch(QWidget):
    """Three buttons in one frame, the chosen one raised; filled where not this year's are shown.

    Signals (requests):
        chosen(Shown): a person wants to see these figures.
    """

    chosen = Signal(object)

    def __init__(self, words: Mapping[Shown, str], palette: Palette, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("显示的数")
        tips = {
            Shown.THIS: f"显示并填写{words[Shown.THIS]}数",
            Shown.LAST: f"显示{words[Shown.LAST]}数，只看不填",
            Shown.DIFFERENCE: f"显示{words[Shown.THIS]}比{words[Shown.LAST]}的增减，只看不填",
        }
        self._buttons = {shown: _Segment(words[shown], shown, self) for shown in Shown}
        for shown, button in self._buttons.items():
            button.setToolTip(tips[shown])
            button.clicked.connect(lambda checked=False, shown=shown: self.chosen.emit(shown))
        self.palette_of_sheet = palette
        self.show_chosen(Shown.THIS)
        self.dress(palette)

    def show_chosen(self, shown: Shown) -> None:
        """Marks what is shown now."""
        self._buttons[shown].setChecked(True)
        self._buttons[shown].raise_()

    def dress(self, palette: Palette) -> None:
        """Takes over colours and sizes."""
        self.palette_of_sheet = palette
        height = palette.px(_HEIGHT)
        x = 0
        for button in self._buttons.values():
            width = palette.label_metrics.horizontalAdvance(button.text()) + 2 * palette.px(_SIDE)
            button.setGeometry(x, 0, width, height)
            x += width - 1  # neighbours share a line
            if button.isChecked():
                button.raise_()
        self.setFixedSize(x + 1, height)
        self.update()


class _Segment(QAbstractButton):
    """One of the three. Not reached by Tab, which is a key of the sheet; 查看 has the same."""

    def __init__(self, text: str, shown: Shown, parent: FiguresSwitch) -> None:
        super().__init__(parent)
        self._switch = parent
        self._is_this_year = shown is Shown.THIS
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def sizeHint(self) -> QSize:
        """As wide as it was made."""
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A word in its part of the frame."""
        palette = self._switch.palette_of_sheet
        painter = QPainter(self)
        room = self.rect()
        away = self.isChecked() and not self._is_this_year
        ground = palette.accent if away else palette.paper if self.isChecked() else palette.heading
        # Not drawRect: at 125 and 150 % of scaling a side of it falls between two pixels.
        fill(painter, room, palette.accent if self.isChecked() else palette.muted)
        fill(painter, room.adjusted(1, 1, -1, -1), ground)
        if away:
            painter.setPen(palette.on_accent)
        else:
            painter.setPen(palette.accent if self.isChecked() else palette.muted)
        painter.setFont(palette.label_font)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Another click: twice is no more than once."""
        self.mousePressEvent(event)
