"""A line of text that is cut with … where there is no room for it, and then shown whole in a tip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gui.widgets.plain import plain_tip


class ElidedLabel(QLabel):
    """Plain text in one line; *mode* says where it is cut."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(text, parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def shown(self) -> str:
        """What there is room for."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), self._mode, room)

    def setText(self, text: str) -> None:
        """Shows *text* from now on."""
        super().setText(text)
        self._set_tip()

    def minimumSizeHint(self) -> QSize:
        """A few characters."""
        return QSize(4 * self.fontMetrics().height(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tells the whole text in a tip where it is cut now."""
        super().resizeEvent(event)
        self._set_tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws what there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.setFont(self.font())
        painter.drawText(
            self.contentsRect(), self.alignment() | Qt.TextFlag.TextSingleLine, self.shown
        )
        painter.end()

    def _set_tip(self) -> None:
        cut = self.shown != self.text()
        self.setToolTip(plain_tip(self.text()) if cut else "")
