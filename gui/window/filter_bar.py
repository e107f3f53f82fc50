"""Says above a sheet that not all of its rows are shown, and brings them back."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gui.sheet.filters import Filter
from gui.widgets.button import Button

_SHOWN: Final = {
    Filter.BLANK: "只显示未填的指标",
    Filter.FINDINGS: "只显示有审核结果的指标",
    Filter.CHANGED: "只显示与{last}不同的指标",
}


class FilterBar(QWidget):
    """One line, there only while rows are left out.

    Signals:
        again(): look anew which rows are to be shown.
        all_rows(): show all rows.
    """

    again = Signal()
    all_rows = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filterBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("筛选")
        self._text = QLabel(self)
        again = Button("重新筛选", self)
        again.setToolTip("填过、改过以后，重新看哪些指标要显示")
        again.clicked.connect(self.again)
        #: The last in the order of Tab.
        self.last = everything = Button("显示全部指标", self)
        everything.clicked.connect(self.all_rows)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 4, 10, 4)
        line.addWidget(self._text, 1)
        for button in (again, everything):
            button.setProperty("role", "link")
            line.addWidget(button)
        self.hide()

    @property
    def text(self) -> str:
        """What the line says."""
        return self._text.text()

    def show_filter(self, choice: Filter, rows: int, last: str) -> None:
        """Says which rows are shown and how many; *last* is what the form calls 上年."""
        self.setVisible(choice is not Filter.ALL)
        if choice is not Filter.ALL:
            self._text.setText(f"{_SHOWN[choice].format(last=last)}：{rows} 行")
