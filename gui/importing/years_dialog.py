"""Which years' figures a report keeps beside its own, where they came from, and taking one away."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.report import Baseline, Report
from gui.help.help_key import help_at
from gui.widgets.button import Button
from gui.widgets.plain import plain_tip
from gui.widgets.screen_room import resize_within_screen

_HEADINGS: Final = ("时间", "用作", "数", "填报单位", "来源文件")
_WIDTHS: Final = (120, 100, 84, 200)


class YearsDialog(QDialog):
    """Lists the years; what is removed here is removed from the report once 确定 is pressed."""

    def __init__(self, report: Report, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("管理历年数据")
        help_at(self, "导入上年文件")
        resize_within_screen(self, 820, 380)
        self._report = report
        self._kept = list(report.baselines)
        note = QLabel("历年数用于与本年对照和画历年图表，随报表一起保存。", self)
        note.setProperty("tone", "muted")
        self.table = QTableWidget(0, len(_HEADINGS), self)
        self.table.setHorizontalHeaderLabels(list(_HEADINGS))
        self.table.setAccessibleName("历年数据")
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeaderItem(2).setTextAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        for column, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, width)
        header.setSectionResizeMode(len(_HEADINGS) - 1, QHeaderView.ResizeMode.Stretch)
        self.remove_button = Button("移除(&D)", self)
        self.remove_button.setToolTip("从本报表中移除选中年度的数；原文件不受影响")
        self.remove_button.clicked.connect(self._remove)
        self.ok_button = Button("确定", self)
        self.ok_button.setDefault(True)
        self.ok_button.clicked.connect(self.accept)
        cancel = Button("取消", self)
        cancel.clicked.connect(self.reject)
        for button in (self.remove_button, cancel):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        buttons.addWidget(self.ok_button)
        buttons.addWidget(cancel)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(10)
        whole.addWidget(note)
        whole.addWidget(self.table, 1)
        whole.addLayout(buttons)
        self.table.itemSelectionChanged.connect(self._enable)
        self._show()

    @classmethod
    def ask(cls, report: Report, parent: QWidget | None) -> tuple[Baseline, ...] | None:
        """The years to keep, or ``None`` where the user thinks better of it."""
        dialog = cls(report, parent)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        kept = tuple(dialog._kept) if accepted else None
        dialog.deleteLater()
        return kept

    def _show(self) -> None:
        wanted = self._report.period.compared(self._report.form.comparison)
        last = next((b for b in self._kept if b.period == wanted), None)
        last = last or (self._kept[-1] if self._kept else None)
        self.table.setRowCount(len(self._kept))
        for line, known in enumerate(self._kept):
            use = f"{self._report.form.period_word}数" if known is last else "历年数"
            found = sum(1 for key in self._report.form.cells if key in known.values)
            texts = (known.period.label, use, str(found), known.unit_name or "—", known.source)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tip(text))
                if column == 2:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self.table.setItem(line, column, item)
        if self._kept:
            self.table.selectRow(len(self._kept) - 1)
        self._enable()

    def _remove(self) -> None:
        line = self.table.currentRow()
        if 0 <= line < len(self._kept):
            del self._kept[line]
            self._show()

    def _enable(self) -> None:
        self.remove_button.setEnabled(bool(self.table.selectedItems()))
