"""Two versions of a report side by side: one line for each thing that differs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from core.storage.compare import Difference
from gui.widgets.plain import plain_tip

_BLANK = "（空白）"


class DifferenceTable(QTableWidget):
    """Item, value in the one version, value in the other; read-only, for keys and mouse alike."""

    def __init__(self, one: str, other: str, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self.setAccessibleName("不同之处")
        self.setHorizontalHeaderLabels(["项目", one, other])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        # Without a border of its own an item is given no padding while it is not selected.
        self.setStyleSheet("QTableWidget::item { padding: 5px 8px; border: none; }")
        self.setWordWrap(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column, title in ((1, one), (2, other)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            width = QFontMetrics(header.font()).horizontalAdvance(title) + 44
            self.setColumnWidth(column, max(width, 130))

    def show_differences(self, differences: Sequence[Difference]) -> None:
        """Shows these, in their order."""
        self.setRowCount(len(differences))
        for row, difference in enumerate(differences):
            texts = (difference.name, difference.one or _BLANK, difference.other or _BLANK)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tip(f"{text}（{difference.key}）" if not column else text))
                self.setItem(row, column, item)
        self.scrollToTop()
        if differences:
            self.setCurrentCell(0, 0)

    def texts(self) -> list[tuple[str, str, str]]:
        """What is shown, row by row."""
        return [
            (self._text(row, 0), self._text(row, 1), self._text(row, 2))
            for row in range(self.rowCount())
        ]

    def _text(self, row: int, column: int) -> str:
        item = self.item(row, column)
        return "" if item is None else item.text()
