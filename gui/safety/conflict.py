"""Asks what to do when another program changed the file of the open report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from core.report import Report
from core.storage.compare import differences
from gui.help.help_key import help_at
from gui.safety.difference_table import DifferenceTable
from gui.widgets.screen_room import resize_within_screen


class Choice(Enum):
    """What becomes of the two versions."""

    OVERWRITE = "overwrite"
    SAVE_AS = "save_as"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Conflict:
    """The open report and what stands in its file now.

    ``theirs``: ``None`` where the file holds no report any more, and ``problem`` then says so.
    ``digest``: SHA-256 of the file as it was looked at.
    """

    file: str
    mine: Report
    theirs: Report | None
    digest: str
    problem: str


class ConflictDialog(QDialog):
    """Both versions, cell by cell, and three ways on. Nothing is written here."""

    def __init__(self, conflict: Conflict, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("文件被别的程序改动过")
        help_at(self, "保存和恢复")
        resize_within_screen(self, 760, 460)
        self.choice = Choice.CANCEL
        heading = QLabel(f"“{conflict.file}”打开以后被别的程序改动过", self)
        heading.setProperty("rank", "heading")
        heading.setWordWrap(True)
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.table = DifferenceTable("文件里现在的", "您正在填的", self)
        advice = QLabel(
            "“覆盖”用您的内容替换文件，文件里现在的内容会留在“文件 → 历史版本”里；"
            "“另存为”把您的内容保存成另一个文件，两份都留着。",
            self,
        )
        advice.setProperty("tone", "muted")
        advice.setWordWrap(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 18, 20, 16)
        whole.setSpacing(12)
        whole.addWidget(heading)
        whole.addWidget(self.summary)
        whole.addWidget(self.table, 1)
        whole.addWidget(advice)
        whole.addWidget(self._buttons())
        self._compare(conflict)

    @classmethod
    def ask(cls, conflict: Conflict, parent: QWidget | None) -> Choice:
        """What the user wants done."""
        dialog = cls(conflict, parent)
        dialog.exec()
        choice = dialog.choice
        dialog.deleteLater()
        return choice

    def _compare(self, conflict: Conflict) -> None:
        if conflict.theirs is None:
            self.summary.setText(f"文件里现在的内容不能比较：{conflict.problem}")
            self.table.hide()
            self.adjustSize()
            return
        found = differences(conflict.theirs, conflict.mine)
        self.table.show_differences(found)
        text = f"两份有 {len(found)} 处不同：" if found else "两份的内容相同，只是文件的写法不同。"
        self.summary.setText(text)
        self.table.setVisible(bool(found))

    def _buttons(self) -> QDialogButtonBox:
        roles = QDialogButtonBox.ButtonRole
        buttons = QDialogButtonBox(self)
        save_as = buttons.addButton("另存为(&A)…", roles.AcceptRole)
        # The choice that loses nothing is the one that Enter takes.
        save_as.setDefault(True)
        overwrite = buttons.addButton("覆盖(&O)", roles.DestructiveRole)
        cancel = buttons.addButton("取消", roles.RejectRole)
        save_as.clicked.connect(lambda: self._take(Choice.SAVE_AS))
        overwrite.clicked.connect(lambda: self._take(Choice.OVERWRITE))
        cancel.clicked.connect(self.reject)
        self.save_as_button, self.overwrite_button = save_as, overwrite
        return buttons

    def _take(self, choice: Choice) -> None:
        self.choice = choice
        self.accept()
