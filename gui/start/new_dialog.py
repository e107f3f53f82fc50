"""Asks what a new report is: which form, which office, which period.

The form that is in force in the chosen period is proposed and follows the period until the user
picks one; one that is not in force is taken only once the user has agreed to the sentence about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QSignalBlocker
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

from core.catalog import edition_remark, newest_in_force
from core.form.editions import ALWAYS
from core.form.form import Form
from core.period import FIRST_YEAR, LAST_YEAR, Period, PeriodKind, kind_name
from core.problems import NianbaoError
from gui.help.help_key import help_at
from gui.widgets.button import Button
from gui.widgets.check_box import CheckBox


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


def in_order(forms: Sequence[Form], period: Period) -> list[Form]:
    """The forms to choose from: the newest edition first, then an office's own, then outdated ones."""

    def rank(form: Form) -> tuple[int, float, str]:
        first = form.in_force.first
        begun = -first.year if first is not None else 0.0
        if form.in_force == ALWAYS:
            return (1, 0.0, "")
        return (0 if form.in_force.covers(period) else 2, begun, form.id)

    return sorted(forms, key=rank)


class NewDialog(QDialog):
    """The dialog 新建报表; with *report*, 更换表样 for one without figures."""

    def __init__(
        self,
        forms: Sequence[Form],
        unit_name: str,
        today: date,
        parent: QWidget | None = None,
        report: NewReport | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("新建报表" if report is None else "更换表样")
        help_at(self, "新建空白报表")
        self.setMinimumWidth(460)
        self._today = today
        usual = usual_period(PeriodKind.YEAR, today)
        self._forms = in_order(forms, usual)
        self._create_button = Button("新建" if report is None else "更换", self)
        #: Whether the form still follows the period.
        self._follows = True
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
        #: What there is to say of a form that is not in force, and the user's word that it is meant.
        self._remark = QLabel(self)
        self._remark.setWordWrap(True)
        self.agree_box = CheckBox("我已核对，仍用这份表样", self)
        for widget in (self._remark, self.agree_box):
            widget.hide()
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
        whole.addWidget(self._remark)
        whole.addWidget(self.agree_box)
        whole.addWidget(self._problem)
        whole.addLayout(self._buttons())
        self._periods: list[Period] = []
        if report is None:
            wanted = newest_in_force(self._forms, usual) or self._forms[0]
            self._show_form(wanted, usual_period(wanted.period_kind, today))
        else:
            self._follows = False
            self._show_form(report.form, report.period)
        self.form_box.currentIndexChanged.connect(self._form_chosen)
        self.form_box.activated.connect(self._form_picked)
        self.period_box.currentTextChanged.connect(self._period_changed)
        self.unit_edit.setFocus()

    @classmethod
    def ask(
        cls,
        forms: Sequence[Form],
        unit_name: str,
        today: date,
        parent: QWidget | None,
        report: NewReport | None = None,
    ) -> NewReport | None:
        """What to begin (or, of *report*, what it is to be); ``None`` if the user thinks better."""
        dialog = cls(forms, unit_name, today, parent, report)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        result = dialog.result_report()
        dialog.deleteLater()
        return result if accepted else None

    def result_report(self) -> NewReport | None:
        """What is chosen now; ``None`` and a sentence in the dialog where it cannot be used."""
        form = self._forms[self.form_box.currentIndex()]
        unit_name = " ".join(self.unit_edit.text().split())
        try:
            period = self._period()
        except NianbaoError as error:
            self._say(str(error))
            return None
        if period.kind is not form.period_kind:
            self._say(f"这张表按{kind_name(form.period_kind)}填报，请从列表里选择报告期。")
            return None
        if edition_remark(self._forms, form, period) and not self.agree_box.isChecked():
            self._say("请核对表样；确实要用这份表样的，请先勾选“我已核对，仍用这份表样”。")
            return None
        return NewReport(form, period, unit_name)

    def _period(self) -> Period:
        """The period chosen or typed. Raises :class:`NianbaoError` where it is none."""
        text = self.period_box.currentText().strip()
        known = {period.label: period for period in self._periods}
        kind = self._forms[self.form_box.currentIndex()].period_kind
        return known.get(text) or Period.parse(text.removesuffix("年度").removesuffix("年"), kind)

    def _buttons(self) -> QHBoxLayout:
        create = self._create_button
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

    def _show_form(self, form: Form, period: Period) -> None:
        """Shows *form* with the periods to choose from, *period* chosen."""
        self.form_box.setCurrentIndex(self._forms.index(form))
        usual = usual_period(form.period_kind, self._today)
        self._periods = period_choices(form.period_kind, usual)
        with QSignalBlocker(self.period_box):
            self.period_box.clear()
            self.period_box.addItems([period.label for period in self._periods])
            self.period_box.setCurrentText(period.label)
        self._hint.setText(
            f"{form.source or form.title}。共 {len(form.cells)} 个要填的数。"
            "单位名称和报告期以后可以在表头里修改；还没有填数时，表样也可以更换。"
        )
        self._judge()

    def _form_picked(self, _: int) -> None:
        self._follows = False

    def _form_chosen(self, index: int) -> None:
        form = self._forms[index]
        try:
            period = self._period()
        except NianbaoError:
            period = None
        if period is None or period.kind is not form.period_kind:
            period = usual_period(form.period_kind, self._today)
        self._show_form(form, period)

    def _period_changed(self, _: str) -> None:
        """Another year may have another form."""
        form = self._forms[self.form_box.currentIndex()]
        try:
            period = self._period()
        except NianbaoError:
            return
        wanted = newest_in_force(self._forms, period)
        if self._follows and wanted is not None and not form.in_force.covers(period):
            with QSignalBlocker(self.form_box):
                self._show_form(wanted, period)
        else:
            self._judge()

    def _judge(self) -> None:
        """Says what is to be said of the form for the period; it has to be agreed to anew."""
        form = self._forms[self.form_box.currentIndex()]
        try:
            said = edition_remark(self._forms, form, self._period())
        except NianbaoError:
            said = ""
        self._problem.hide()
        self._remark.setText(said)
        self.agree_box.setChecked(False)
        self._remark.setVisible(bool(said))
        self.agree_box.setVisible(bool(said))

    def _create(self) -> None:
        if self.result_report() is not None:
            self.accept()

    def _say(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.show()
