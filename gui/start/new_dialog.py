"""Asks what a new report is: which form, which office, which period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from core.form.form import Form
from core.period import FIRST_YEAR, LAST_YEAR, Period, PeriodKind, kind_name
from core.problems import NianbaoError
from gui.help.help_key import help_at
from gui.widgets.button import Button


@dataclass(frozen=True)
class NewReport:
    """What the user wants to begin."""

    form: Form
    period: Period
    unit_name: str


def usual_period(kind: PeriodKind, today: date) -> Period:
    """The period that is reported on *today*: the last one that is over."""
    index = (today.month - 1) * kind.per_year // 12
    return Period(today.year, kind, index + 1).shifted(-1)


def period_choices(kind: PeriodKind, usual: Period) -> list[Period]:
    """The periods to choose from: some years back, and the one under way."""
    wanted = [usual.shifted(step) for step in range(1, -max(6, kind.per_year * 2) - 1, -1)]
    return [period for period in wanted if FIRST_YEAR <= period.year <= LAST_YEAR]


class NewDialog(QDialog):
    """The dialog 新建报表."""

    def __init__(
        self, forms: Sequence[Form], unit_name: str, today: date, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("新建报表")
        help_at(self, "新建空白报表")
        self.setMinimumWidth(460)
        self._forms = list(forms)
        self._today = today
        self.form_box = QComboBox(self)
        self.form_box.setAccessibleName("表样")
        for form in self._forms:
            self.form_box.addItem(form.name)
        self.period_box = QComboBox(self)
        self.period_box.setEditable(True)
        self.period_box.setAccessibleName("报告期")
        self.unit_edit = QLineEdit(unit_name, self)
        self.unit_edit.setPlaceholderText("单位全称，与公章一致")
        self.unit_edit.setAccessibleName("填报单位")
        self._hint = QLabel(self)
        self._hint.setProperty("tone", "muted")
        self._hint.setWordWrap(True)
        self._problem = QLabel(self)
        self._problem.setProperty("tone", "error")
        self._problem.setWordWrap(True)
        self._problem.hide()
        fields = QFormLayout()
        fields.setHorizontalSpacing(14)
        fields.setVerticalSpacing(10)
        fields.addRow("表样", self.form_box)
        fields.addRow("报告期", self.period_box)
        fields.addRow("填报单位", self.unit_edit)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 18, 20, 16)
        whole.setSpacing(12)
        whole.addLayout(fields)
        whole.addWidget(self._hint)
        whole.addWidget(self._problem)
        whole.addLayout(self._buttons())
        self.form_box.currentIndexChanged.connect(self._form_chosen)
        self._form_chosen(0)
        self.unit_edit.setFocus()

    @classmethod
    def ask(
        cls, forms: Sequence[Form], unit_name: str, today: date, parent: QWidget | None
    ) -> NewReport | None:
        """What to begin, or ``None`` where the user thinks better of it."""
        dialog = cls(forms, unit_name, today, parent)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        result = dialog.result_report()
        dialog.deleteLater()
        return result if accepted else None

    def result_report(self) -> NewReport | None:
        """What is chosen now; ``None`` and a sentence in the dialog where it cannot be used."""
        form = self._forms[self.form_box.currentIndex()]
        unit_name = " ".join(self.unit_edit.text().split())
        text = self.period_box.currentText().strip()
        known = {period.label: period for period in self._periods}
        try:
            period = known.get(text) or Period.parse(text.removesuffix("年度").removesuffix("年"))
        except NianbaoError as error:
            self._say(str(error))
            return None
        if period.kind is not form.period_kind:
            self._say(f"这张表按{kind_name(form.period_kind)}填报，请从列表里选择报告期。")
            return None
        return NewReport(form, period, unit_name)

    def _buttons(self) -> QHBoxLayout:
        create = Button("新建", self)
        create.setDefault(True)
        create.clicked.connect(self._create)
        cancel = Button("取消", self)
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(create)
        row.addWidget(cancel)
        return row

    def _form_chosen(self, index: int) -> None:
        form = self._forms[index]
        usual = usual_period(form.period_kind, self._today)
        self._periods = period_choices(form.period_kind, usual)
        self.period_box.clear()
        self.period_box.addItems([period.label for period in self._periods])
        self.period_box.setCurrentText(usual.label)
        self._hint.setText(
            f"{form.source or form.title}。共 {len(form.cells)} 个要填的数。"
            "单位名称和报告期以后可以在表头里修改。"
        )

    def _create(self) -> None:
        if self.result_report() is not None:
            self.accept()

    def _say(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.show()
