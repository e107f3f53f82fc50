"""Earlier versions of a report: look into them, compare them with what there is now, take one back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from core.problems import NianbaoError
from core.report import Report
from core.storage.backups import DAYS, LAST_SAVES, Version
from core.storage.compare import differences
from gui.help.help_key import help_at
from gui.safety.difference_table import DifferenceTable
from gui.widgets.button import Button
from gui.widgets.screen_room import resize_within_screen


class VersionAction(Enum):
    """What to do with a version."""

    RESTORE = "restore"
    SAVE_AS = "save_as"


@dataclass(frozen=True)
class VersionChoice:
    """A version and what the user wants done with it."""

    version: Version
    action: VersionAction


@dataclass(frozen=True)
class Shelf:
    """Where the dialog finds versions. ``files``: the reports that have any, the first is shown.

    ``versions``, ``read``, ``present`` may raise :class:`NianbaoError`; ``present`` is the report
    as it is now, ``None`` where there is none.
    """

    files: Sequence[Path]
    versions: Callable[[Path], Sequence[Version]]
    read: Callable[[Version], Report]
    present: Callable[[Path], Report | None]


class VersionsDialog(QDialog):
    """The report above, its versions on the left, what is different today on the right."""

    def __init__(self, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("历史版本")
        help_at(self, "保存和恢复")
        resize_within_screen(self, 900, 540)
        self.choice: VersionChoice | None = None
        self._shelf = shelf
        self._versions: list[Version] = []
        self._present: Report | None = None
        self.files = QComboBox(self)
        self.files.setAccessibleName("报表")
        for path in shelf.files:
            self.files.addItem(f"{path.name}　{path.parent}")
        self.list = QListWidget(self)
        self.list.setAccessibleName("历史版本")
        self.list.setFixedWidth(240)
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.table = DifferenceTable("那时", "现在", self)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.summary)
        right.addWidget(self.table, 1)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.list)
        middle.addLayout(right, 1)
        note = QLabel(
            f"每次保存都留一份：最近 {LAST_SAVES} 次，以及有过保存的最近 {DAYS} 天每天最后一次。"
            "恢复后可以撤销，保存以前文件不变。",
            self,
        )
        note.setProperty("tone", "muted")
        note.setWordWrap(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 18, 20, 16)
        whole.setSpacing(12)
        whole.addWidget(self.files)
        whole.addLayout(middle, 1)
        whole.addWidget(note)
        whole.addLayout(self._buttons())
        self.files.currentIndexChanged.connect(self._show_file)
        self.list.currentRowChanged.connect(self._show_version)
        self._show_file(0)
        self.list.setFocus()

    @classmethod
    def ask(cls, shelf: Shelf, parent: QWidget | None) -> VersionChoice | None:
        """The version that the user wants back; ``None`` where there was only a look."""
        dialog = cls(shelf, parent)
        dialog.exec()
        choice = dialog.choice
        dialog.deleteLater()
        return choice

    def _buttons(self) -> QHBoxLayout:
        self.restore_button = Button("恢复成这个版本(&R)", self)
        self.restore_button.setDefault(True)
        self.save_as_button = Button("另存为(&A)…", self)
        self.save_as_button.setToolTip("把这个版本保存成另一个文件")
        close = Button("关闭", self)
        self.restore_button.clicked.connect(lambda: self._take(VersionAction.RESTORE))
        self.save_as_button.clicked.connect(lambda: self._take(VersionAction.SAVE_AS))
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.restore_button)
        row.addWidget(self.save_as_button)
        row.addWidget(close)
        return row

    def _show_file(self, index: int) -> None:
        path = self._shelf.files[index]
        self.list.clear()
        self._present = None
        problem = ""
        try:
            self._versions = list(self._shelf.versions(path))
            self._present = self._shelf.present(path)
        except NianbaoError as error:
            problem = str(error)
        for version in self._versions:
            self.list.addItem(f"{version.time:%Y-%m-%d %H:%M:%S}")
        self.list.setCurrentRow(0 if self._versions else -1)
        if problem:
            self.summary.setText(f"不能与现在的内容比较：{problem}")

    def _show_version(self, row: int) -> None:
        found = []
        text = ""
        usable = 0 <= row < len(self._versions)
        try:
            if usable:
                report = self._shelf.read(self._versions[row])
                present = self._present
                # Without a file the version is shown against an empty report.
                other = present or Report(report.form, report.period)
                found = differences(report, other)
                text = f"与现在的内容有 {len(found)} 处不同：" if found else "与现在的内容相同。"
                if present is None:
                    text = "文件现在不在或不能读取，下面是这个版本里填了的内容："
        except NianbaoError as error:
            usable, text = False, str(error)
        self.summary.setText(text)
        self.table.show_differences(found)
        self.restore_button.setEnabled(usable)
        self.save_as_button.setEnabled(usable)

    def _take(self, action: VersionAction) -> None:
        self.choice = VersionChoice(self._versions[self.list.currentRow()], action)
        self.accept()
