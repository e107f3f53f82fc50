"""The questions the window asks. Each returns plain data, so that a test replaces one function."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

# By the module's name: PySide builds a class when it is first named, and most starts ask nothing.
from PySide6 import QtWidgets
from PySide6.QtCore import Qt

REPORT_FILTER = "公开年报文件 (*.nianbao)"
OPEN_FILTER = "公开年报文件 (*.nianbao *.xlsx);;所有文件 (*)"
IMPORT_FILTER = (
    "上年报表 (*.nianbao *.xlsx *.xlsm *.xls *.xlsb *.et *.docx *.doc *.wps *.rtf *.odt *.ods *.pdf *.ofd "
    "*.html *.htm *.mht *.txt *.csv *.tsv *.xml);;所有文件 (*)"
)
_LEAST_WIDTH = 400
#: Of a long list of sentences so many are shown.
_MOST_SENTENCES = 12
EXPORT_FILTER = "Excel 工作簿 (*.xlsx)"


class Answer(Enum):
    """What to do with work that is not in the file."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class Dialogs:
    """The window's modal questions, over *parent*."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        self._parent = parent

    def open_path(self, title: str, folder: str, file_filter: str) -> Path | None:
        """The file to read, or ``None`` where the user thinks better of it."""
        name, _ = QtWidgets.QFileDialog.getOpenFileName(self._parent, title, folder, file_filter)
        return Path(name) if name else None

    def open_paths(self, title: str, folder: str, file_filter: str) -> list[Path]:
        """The files to read, one or several; none where the user thinks better of it."""
        names, _ = QtWidgets.QFileDialog.getOpenFileNames(self._parent, title, folder, file_filter)
        return [Path(name) for name in names]

    def save_path(self, title: str, proposed: Path, file_filter: str) -> Path | None:
        """The file to write, with the filter's suffix; the system asks before one is replaced."""
        name, _ = QtWidgets.QFileDialog.getSaveFileName(
            self._parent, title, str(proposed), file_filter
        )
        if not name:
            return None
        path = Path(name)
        return path if path.suffix.lower() == proposed.suffix else Path(f"{name}{proposed.suffix}")

    def unsaved(self, name: str) -> Answer:
        """What to do with the unsaved work on *name*."""
        box = self._box(
            QtWidgets.QMessageBox.Icon.Question,
            f"“{name}”有改动还没有保存，要保存吗？",
            "不保存的改动不会写进文件；30 天内可从“文件 → 找回未保存的内容”找回。",
        )
        save = self._button(box, "保存(&S)", QtWidgets.QMessageBox.ButtonRole.AcceptRole)
        discard = self._button(box, "不保存(&N)", QtWidgets.QMessageBox.ButtonRole.DestructiveRole)
        cancel = self._button(box, "取消", QtWidgets.QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(save)
        box.setEscapeButton(cancel)
        box.exec()
        if box.clickedButton() is save:
            return Answer.SAVE
        return Answer.DISCARD if box.clickedButton() is discard else Answer.CANCEL

    def confirm(self, question: str, detail: str, yes: str, no: str = "取消") -> bool:
        """Whether the user agrees by pressing *yes*."""
        box = self._box(QtWidgets.QMessageBox.Icon.Question, question, detail)
        agree = self._button(box, yes, QtWidgets.QMessageBox.ButtonRole.AcceptRole)
        box.setEscapeButton(self._button(box, no, QtWidgets.QMessageBox.ButtonRole.RejectRole))
        box.setDefaultButton(agree)
        box.exec()
        return box.clickedButton() is agree

    def error(self, what: str, sentence: str) -> None:
        """Says that *what* could not be done, and why."""
        box = self._box(QtWidgets.QMessageBox.Icon.Warning, what, sentence)
        self._button(box, "知道了", QtWidgets.QMessageBox.ButtonRole.AcceptRole)
        box.exec()

    def paste_refused(self, sentences: list[str]) -> None:
        """Says that nothing was pasted, and a sentence for each figure that does not fit."""
        shown = sentences[:_MOST_SENTENCES]
        if len(sentences) > len(shown):
            shown.append(f"……共 {len(sentences)} 处")
        self.error("没有粘贴，一格都没有改动", "\n".join(shown))

    def inform(self, what: str, sentence: str) -> None:
        """Says what there is to know."""
        box = self._box(QtWidgets.QMessageBox.Icon.Information, what, sentence)
        self._button(box, "知道了", QtWidgets.QMessageBox.ButtonRole.AcceptRole)
        box.exec()

    def _box(
        self, icon: QtWidgets.QMessageBox.Icon, text: str, detail: str
    ) -> QtWidgets.QMessageBox:
        box = QtWidgets.QMessageBox(self._parent)
        box.setIcon(icon)
        box.setWindowTitle("公开年报")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text)
        box.setInformativeText(detail)
        layout = box.layout()
        if isinstance(layout, QtWidgets.QGridLayout):
            # Otherwise a long sentence under a short heading is broken into a narrow column.
            room = QtWidgets.QSpacerItem(_LEAST_WIDTH, 0, QtWidgets.QSizePolicy.Policy.Minimum)
            layout.addItem(room, layout.rowCount(), 0, 1, layout.columnCount())
        return box

    @staticmethod
    def _button(
        box: QtWidgets.QMessageBox, text: str, role: QtWidgets.QMessageBox.ButtonRole
    ) -> QtWidgets.QPushButton:
        return box.addButton(text, role)
