"""Offers what was not saved when the program ended: what it was, when, and every changed cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.storage.journals import KEPT_DAYS
from core.storage.recovery import FileState, Recovery
from gui.help.help_key import help_at
from gui.safety.difference_table import DifferenceTable
from gui.widgets.button import Button
from gui.widgets.screen_room import resize_within_screen

_PLACE = "文件 → 找回未保存的内容"


class Action(Enum):
    """What becomes of a report that was not saved."""

    RESTORE = "restore"
    SAVE_AS = "save_as"
    GIVE_UP = "give_up"


@dataclass(frozen=True)
class Decision:
    """What the user wants done with one of the reports offered."""

    action: Action
    recovery: Recovery


def name_of(recovery: Recovery) -> str:
    """The report's file name, or what it is where it never had one."""
    if recovery.original is not None:
        return recovery.original.name
    report = recovery.report
    return f"{report.unit_name or '未填单位'} {report.period.label}（从未保存）"


class RecoveryDialog(QDialog):
    """The reports on the left, the changes of the current one on the right, what to do below.

    ``given_up``: these are reports that the user gave up before; they can only be taken back.
    """

    def __init__(
        self,
        offers: Sequence[Recovery],
        problems: Sequence[str] = (),
        parent: QWidget | None = None,
        *,
        given_up: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("找回未保存的内容")
        help_at(self, "保存和恢复")
        resize_within_screen(self, 900, 520)
        self.decision: Decision | None = None
        self._offers = list(offers)
        self._given_up = given_up
        heading = QLabel(self)
        heading.setProperty("rank", "heading")
        count = len(self._offers)
        heading.setText(
            f"以前没有保存的内容，有 {count} 份"
            if given_up
            else f"程序上次没有正常结束，找回了 {count} 份没有保存的报表"
        )
        self.reports = QListWidget(self)
        self.reports.setAccessibleName("没有保存的报表")
        self.reports.setFixedWidth(300)
        self.reports.setWordWrap(True)
        self.reports.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = DifferenceTable("原来", "改成", self)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.summary)
        right.addWidget(self.table, 1)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.reports)
        middle.addLayout(right, 1)
        note = QLabel(self._note(problems), self)
        note.setProperty("tone", "muted")
        note.setWordWrap(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 18, 20, 16)
        whole.setSpacing(12)
        whole.addWidget(heading)
        whole.addLayout(middle, 1)
        whole.addWidget(note)
        whole.addLayout(self._buttons())
        for offer in self._offers:
            self.reports.addItem(QListWidgetItem(self._line(offer)))
        self.reports.currentRowChanged.connect(self._show)
        self.reports.setCurrentRow(0)
        self.restore_button.setFocus()

    @classmethod
    def ask(
        cls,
        offers: Sequence[Recovery],
        problems: Sequence[str],
        parent: QWidget | None,
        *,
        given_up: bool = False,
    ) -> Decision | None:
        """What to do with one of *offers*; ``None`` where the user puts it off."""
        dialog = cls(offers, problems, parent, given_up=given_up)
        dialog.exec()
        decision = dialog.decision
        dialog.deleteLater()
        return decision

    def _buttons(self) -> QHBoxLayout:
        self.restore_button = Button("恢复(&R)", self)
        self.restore_button.setDefault(True)
        self.restore_button.setToolTip("在窗口里打开，接着填；保存前原文件不变")
        self.save_as_button = Button("另存为(&A)…", self)
        self.save_as_button.setToolTip("保存成另一个文件，原文件不变")
        self.give_up_button = Button("放弃(&G)", self)
        self.give_up_button.setToolTip(f"不要这些改动；{KEPT_DAYS} 天内还能找回")
        self.give_up_button.setVisible(not self._given_up)
        later = Button("关闭" if self._given_up else "以后再说", self)
        self.restore_button.clicked.connect(lambda: self._take(Action.RESTORE))
        self.save_as_button.clicked.connect(lambda: self._take(Action.SAVE_AS))
        self.give_up_button.clicked.connect(lambda: self._take(Action.GIVE_UP))
        later.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.give_up_button)
        row.addStretch(1)
        row.addWidget(self.restore_button)
        row.addWidget(self.save_as_button)
        row.addWidget(later)
        return row

    def _note(self, problems: Sequence[str]) -> str:
        if self._given_up:
            lines = [f"这里留着 {KEPT_DAYS} 天内没有保存就关闭或放弃的内容。"]
        else:
            lines = [
                "“恢复”只在窗口里打开，原文件在保存以前不变。"
                f"“放弃”的内容还会保留 {KEPT_DAYS} 天，可在“{_PLACE}”里找回。"
            ]
        return "\n".join([*lines, *problems])

    @staticmethod
    def _line(offer: Recovery) -> str:
        time = f"{offer.time:%Y-%m-%d %H:%M}" if offer.time is not None else "时间不明"
        # The time first: a long name may be cut off at its end.
        return f"{time} · 改动 {len(offer.changed)} 处\n{name_of(offer)}"

    def _show(self, row: int) -> None:
        offer = self._offers[row]
        report = offer.report
        lines = [f"{report.unit_name or '未填单位'} {report.period.label}"]
        if offer.original is not None:
            lines[0] += f" · {offer.original}"
        if offer.state is FileState.MISSING:
            lines.append("原文件现在找不到（可能已移动，或 U 盘没有插上）。")
        elif offer.state is FileState.CHANGED:
            lines.append("原文件在这之后又有改动；保存时会把两份并排列出，由您决定。")
        self.summary.setText("\n".join([*lines, *offer.remarks]))
        self.table.show_differences(offer.changed)

    def _take(self, action: Action) -> None:
        self.decision = Decision(action, self._offers[self.reports.currentRow()])
        self.accept()
