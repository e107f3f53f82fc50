"""Cells of an exported workbook that were changed afterwards: which figure is meant, one by one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.importing.answers import shown_value
from core.importing.proposal import Proposal
from core.problems import NianbaoError
from core.values import format_value
from gui.widgets.button import Button
from gui.widgets.plain import plain_tip

_LINE_HEIGHT = 28
_MAX_LINES = 4


class ChangedCells(QFrame):
    """Asks for each changed cell: 导出时的数 or 现在表中的数. Nothing is chosen beforehand.

    Signals:
        chosen(): an answer was given or changed.
    """

    chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("card", "explain")
        self._title = QLabel(self)
        self._title.setWordWrap(True)
        self._groups: dict[str, QButtonGroup] = {}
        self.all_exported = Button("都用导出时的数", self)
        self.all_shown = Button("都用现在的数", self)
        for button, number in ((self.all_exported, 0), (self.all_shown, 1)):
            button.setProperty("role", "link")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, number=number: self._choose_all(number))
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self.all_exported)
        top.addWidget(self.all_shown)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 10, 14, 10)
        whole.setSpacing(4)
        whole.addLayout(top)
        whole.addWidget(self._area)

    def show_changes(self, proposal: Proposal) -> None:
        """Asks about the changed cells of *proposal*."""
        inside = QWidget(self._area)
        inside.setObjectName("inside")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        self._groups = {}
        for line, changed in enumerate(proposal.changed):
            group = self._groups[changed.key] = QButtonGroup(inside)
            exported = QRadioButton(
                f"导出时的数：{format_value(changed.exported) or '空白'}", inside
            )
            shown = QRadioButton(f"现在表中的数：{changed.shown.strip() or '空白'}", inside)
            group.addButton(exported, 0)
            group.addButton(shown, 1)
            try:
                shown_value(proposal, changed)
            except NianbaoError as error:
                shown.setEnabled(False)
                shown.setToolTip(plain_tip(str(error)))
                exported.setChecked(True)
            for button in (exported, shown):
                button.setAccessibleName(f"{changed.name}，{button.text()}")
            name = QLabel(f"{changed.name}（{changed.address}）", inside)
            for column, widget in enumerate((name, exported, shown)):
                grid.addWidget(widget, line, column)
            group.idToggled.connect(lambda *_: self.chosen.emit())
        self._title.setText(
            f"▲ 这份文件导出以后有 {len(proposal.changed)} 格被改动过，请逐格选择用哪个数："
        )
        self._area.setWidget(inside)
        self._area.setFixedHeight(min(len(proposal.changed), _MAX_LINES) * _LINE_HEIGHT + 4)
        self.setVisible(bool(proposal.changed))

    def button(self, key: str, *, shown: bool) -> QRadioButton:
        """The answer 现在表中的数 (or 导出时的数) for a cell."""
        found = self._groups[key].button(1 if shown else 0)
        assert isinstance(found, QRadioButton)
        return found

    @property
    def is_answered(self) -> bool:
        """Whether every changed cell has been decided about."""
        return all(group.checkedId() >= 0 for group in self._groups.values())

    @property
    def shown_keys(self) -> set[str]:
        """The cells for which what they show now is to be taken."""
        return {key for key, group in self._groups.items() if group.checkedId() == 1}

    def _choose_all(self, number: int) -> None:
        for group in self._groups.values():
            button = group.button(number)
            if button.isEnabled():
                button.setChecked(True)
