"""What the import preview asks before anything can be taken over, each question shown only if it is one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from core.form.form import Form
from core.importing.proposal import Proposal
from core.period import Period
from gui.importing.changes import ChangedCells
from gui.start.new_dialog import period_choices, usual_period
from gui.widgets.button import Button
from gui.widgets.check_box import CheckBox


class ImportQuestions(QWidget):
    """Form, table or column, year, blanks, changed cells, warnings.

    Signals:
        answered(): an answer was given; what it means for the preview is the dialog's business.
        form_chosen(): another form is to be matched with.
        table_chosen(): a table or column of the file was picked.
        undo_requested(): decisions by hand are to be given up.
    """

    answered = Signal()
    form_chosen = Signal()
    table_chosen = Signal()
    undo_requested = Signal()

    def __init__(self, forms: Sequence[Form], *, asks_form: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_chosen = True
        self.form_box = self._made_box("表样")
        for form in forms:
            self.form_box.addItem(form.name, form.id)
        self.choice_box = self._made_box("文件中的表或列")
        self.choice_box.setPlaceholderText("请选择…")
        self.period_box = self._made_box("文件的年度")
        self.period_box.setPlaceholderText("请选择…")
        self.zero_box, self.marks_box = CheckBox(self), CheckBox(self)
        self.changes = ChangedCells(self)
        self._form_label, self._choice_label, self._period_label = (
            QLabel(text, self) for text in ("按哪张表填报", "读取", "文件的年度")
        )
        self._choice_card, choice_row = self._made_card("explain")
        self._choice_question = QLabel(self._choice_card)
        choice_row.addWidget(self._choice_question)
        self.hand_card, hand_row = self._made_card("jump")
        self.hand_label = QLabel(self.hand_card)
        self.hand_label.setWordWrap(True)
        self.undo_button = Button(self.hand_card)
        self.undo_button.setProperty("role", "link")
        self.undo_button.setAutoDefault(False)
        hand_row.addWidget(self.hand_label, 1)
        hand_row.addWidget(self.undo_button)
        self._warning_card = QFrame(self)
        self._warning_card.setProperty("card", "explain")
        self._warnings = QLabel(self._warning_card)
        self._warnings.setWordWrap(True)
        self.agree_box = CheckBox("我已核对，仍要导入", self._warning_card)
        self._choice_row = choice_row
        self._lay_out()
        for widget in (self._form_label, self.form_box):
            widget.setVisible(asks_form)
        self.form_box.activated.connect(self.form_chosen)
        self.choice_box.activated.connect(self._table_picked)
        self.period_box.currentIndexChanged.connect(self.answered)
        for box in (self.zero_box, self.marks_box):
            box.toggled.connect(self.answered)
        self.changes.chosen.connect(self.answered)
        self.agree_box.toggled.connect(self.answered)
        self.undo_button.clicked.connect(self.undo_requested)

    # -- what is asked ------------------------------------------------------------------------

    def show_proposal(self, proposal: Proposal, *, already_chosen: bool) -> None:
        """Asks what *proposal* leaves open; *already_chosen*: its table was picked by the user."""
        asked = (self.form_box, self.choice_box, self.period_box, self.zero_box, self.marks_box)
        for box in asked:
            box.blockSignals(True)
        self.form_box.setCurrentIndex(self.form_box.findData(proposal.form_id))
        self._show_tables(proposal, already_chosen)
        self._show_periods(proposal)
        self.zero_box.setChecked(False)
        self.marks_box.setChecked(False)
        self.changes.show_changes(proposal)
        for box in asked:
            box.blockSignals(False)

    def show_blanks(self, proposal: Proposal) -> None:
        """Asks whether blank parts of filled totals are 0, and what a dash or 无 stands for."""
        blanks, marks = len(proposal.blank_details), len(proposal.marked)
        self.zero_box.setText(f"合计已填、明细空白的 {blanks} 格按 0 计（不勾选则留空）")
        self.zero_box.setVisible(blanks > 0)
        self.marks_box.setText(f"写作“{proposal.marks}”的 {marks} 格按 0 计（不勾选则留空）")
        self.marks_box.setVisible(marks > 0)

    def show_warnings(self, sentences: Sequence[str]) -> None:
        """Asks to agree to *sentences*; an agreement holds while they are the same."""
        text = "\n".join(f"▲ {sentence}" for sentence in sentences)
        if text != self._warnings.text():
            self._warnings.setText(text)
            self.agree_box.blockSignals(True)
            self.agree_box.setChecked(False)
            self.agree_box.blockSignals(False)
        self._warning_card.setVisible(bool(sentences))

    def show_by_hand(self, count: int, *, remembered: bool) -> None:
        """Says how many lines were decided by hand, now or for an earlier file."""
        self.hand_card.setVisible(count > 0)
        if remembered:
            self.hand_label.setText(
                f"✎ 这份文件与以前导入过的格式相同，已按上次的手工更改调整 {count} 处，请核对。"
            )
            self.undo_button.setText("忘记这些更改")
        else:
            self.hand_label.setText(
                f"✎ 手工更改了 {count} 处，导入后会记住，下次遇到同样格式的文件照此办理。"
            )
            self.undo_button.setText("全部还原")

    # -- what was answered --------------------------------------------------------------------

    @property
    def period(self) -> Period | None:
        """The period picked for a file that does not tell its own."""
        chosen = self.period_box.currentData()
        return chosen if isinstance(chosen, Period) else None

    def open_question(self) -> str:
        """What still has to be answered, as a sentence; empty where nothing has."""
        if not self._is_chosen:
            return "请先选择要导入文件中的哪一张表或哪一列"
        if not self.changes.is_answered:
            return "请先逐格选择用导出时的数还是现在表中的数"
        if not self._warning_card.isHidden() and not self.agree_box.isChecked():
            return "请先核对上面的提示"
        return ""

    # -- inside -------------------------------------------------------------------------------

    def _show_tables(self, proposal: Proposal, already_chosen: bool) -> None:
        found = proposal.match
        choices = found.choices if found is not None else ()
        several = len(choices) > 1
        asks = found is not None and found.needs_choice and several and not already_chosen
        self._is_chosen = not asks
        self.choice_box.clear()
        for choice in choices:
            self.choice_box.addItem(choice.label, choice.id)
        current = -1 if asks or found is None else self.choice_box.findData(found.choice)
        self.choice_box.setCurrentIndex(current)
        self._choice_question.setText(
            f"▲ 文件中有 {len(choices)} 处数字都可能是要导入的，请选择用哪一处："
        )
        row = self._choice_row if asks else self._options
        row.insertWidget(1 if asks else 3, self.choice_box)
        self._choice_card.setVisible(asks)
        self.choice_box.setVisible(several)
        self._choice_label.setVisible(several and not asks)

    def _show_periods(self, proposal: Proposal) -> None:
        unknown = proposal.period is None
        self.period_box.clear()
        kind = proposal.form.period_kind
        for period in period_choices(kind, usual_period(kind, date.today()).shifted(-1)):
            self.period_box.addItem(period.label, period)
        self.period_box.setCurrentIndex(-1)
        self.period_box.setVisible(unknown)
        self._period_label.setVisible(unknown)

    def _table_picked(self) -> None:
        self._is_chosen = True
        self.table_chosen.emit()

    def _made_box(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        return box

    def _made_card(self, look: str) -> tuple[QFrame, QHBoxLayout]:
        card = QFrame(self)
        card.setProperty("card", look)
        row = QHBoxLayout(card)
        row.setContentsMargins(14, 6, 14, 6)
        return card, row

    def _lay_out(self) -> None:
        card = QVBoxLayout(self._warning_card)
        card.setContentsMargins(14, 8, 14, 8)
        card.addWidget(self._warnings)
        card.addWidget(self.agree_box)
        self._choice_row.addStretch(1)
        self._options = QHBoxLayout()
        self._options.setSpacing(8)
        for widget in (
            self._form_label,
            self.form_box,
            self._choice_label,
            self._period_label,
            self.period_box,
        ):
            self._options.addWidget(widget)
        self._options.addStretch(1)
        zeros = QHBoxLayout()
        zeros.setSpacing(20)
        zeros.addWidget(self.zero_box)
        zeros.addWidget(self.marks_box)
        zeros.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        for part in (self._choice_card, self.changes, self._warning_card, self.hand_card):
            whole.addWidget(part)
        whole.addLayout(self._options)
        whole.addLayout(zeros)
