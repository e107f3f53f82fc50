"""Tells that the program failed, where the work is safe, and offers a package for whoever helps."""

from __future__ import annotations

from enum import Enum

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.failures.recorder import Failure
from gui.widgets.button import Button
from gui.widgets.check_box import CheckBox


class Package(Enum):
    """What the user wants in the diagnostic package, if any."""

    NONE = "none"
    WITHOUT_NAMES = "without_names"
    WITH_NAMES = "with_names"


class CrashDialog(QDialog):
    """What happened in one sentence; the package is a choice, and names in it a second one."""

    def __init__(
        self, failure: Failure, parent: QWidget | None = None, *, may_name: bool = False
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("公开年报")
        self.setMinimumWidth(520)
        self.package = Package.NONE
        heading = QLabel(failure.what, self)
        heading.setProperty("rank", "heading")
        sentence = QLabel(failure.sentence, self)
        sentence.setWordWrap(True)
        note = QLabel(
            "诊断包供技术人员查找原因：里面是程序版本、运行记录和出错的位置，不含报表里的数字。"
            "它只保存在您选的位置，程序不会把它发到任何地方。",
            self,
        )
        note.setProperty("tone", "muted")
        note.setWordWrap(True)
        self.names = CheckBox("诊断包里写上文件名和填报单位", self)
        self.names.setVisible(may_name)
        self.package_button = Button("保存诊断包(&D)…", self)
        self.package_button.clicked.connect(self._take)
        self.close_button = Button("知道了", self)
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.package_button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 18, 20, 16)
        whole.setSpacing(12)
        for part in (heading, sentence, note, self.names):
            whole.addWidget(part)
        whole.addLayout(row)
        self.close_button.setFocus()

    @classmethod
    def ask(cls, failure: Failure, parent: QWidget | None, *, may_name: bool) -> Package:
        """Tells of *failure*; whether a package is wanted. *may_name*: there is a report to name."""
        dialog = cls(failure, parent, may_name=may_name)
        dialog.exec()
        package = dialog.package
        dialog.deleteLater()
        return package

    def _take(self) -> None:
        ticked = self.names.isChecked()
        self.package = Package.WITH_NAMES if ticked else Package.WITHOUT_NAMES
        self.accept()
