"""Last year's file before it is taken over: what was read, how surely, and what to agree to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.form.form import Form
from core.importing.answers import with_match, with_shown, with_zeros
from core.importing.proposal import BaselineWarning, Proposal
from core.importing.propose import is_earlier_year, to_baseline, warnings
from core.importing.remembered import RememberedDecisions
from core.matching.match import decisions, reassigned, with_decisions
from core.matching.model import Match, Position
from core.period import Comparison, Period
from core.problems import NianbaoError
from core.report import Baseline, Report
from gui.help.help_key import help_at
from gui.importing.picks import pick_cell, pick_place
from gui.importing.questions import ImportQuestions
from gui.importing.rows import PreviewRow, Show, notes_of, preview_rows
from gui.importing.table import ImportTable
from gui.system.work import run_beside
from gui.widgets.button import Button
from gui.widgets.plain import plain_tip
from gui.widgets.screen_room import resize_within_screen

_HEADER_TAKEN: Final = ("unit_name", "leader", "reviewer", "preparer", "phone")
_NOTE_LINES: Final = 3
#: More than anybody reads; each is a widget's line.
_MOST_NOTES: Final = 200
_KEY: Final = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Taken:
    """What the user agreed to take over: the baseline, and what a new report begins with.

    ``remark``: what went wrong beside it, such as a decision that could not be remembered.
    """

    form: Form
    baseline: Baseline
    header: dict[str, str]
    next_period: Period
    remark: str = ""


#: Reads the file again for another form or another of its tables: (form id, choice).
Repropose = Callable[[str | None, str | None], Proposal | None]


@dataclass(frozen=True)
class Surroundings:
    """What a preview knows beside the file: earlier decisions, the report's other years, its turn.

    ``step`` says which of several files this is (「第 2 份，共 3 份」).
    """

    memory: RememberedDecisions | None = None
    years: Collection[Period] = ()
    step: str = ""


def following(period: Period, comparison: Comparison) -> Period:
    """The period that is compared with *period*."""
    steps = 1 if comparison is Comparison.PREVIOUS else period.kind.per_year
    return period.shifted(steps)


class ImportDialog(QDialog):
    """The preview. Nothing is taken over unless it is accepted."""

    def __init__(
        self,
        proposal: Proposal,
        report: Report | None,
        forms: Sequence[Form],
        repropose: Repropose,
        parent: QWidget | None = None,
        around: Surroundings | None = None,
    ) -> None:
        super().__init__(parent)
        self._around = around or Surroundings()
        step = self._around.step
        self.setWindowTitle(f"导入上年报表（{step}）" if step else "导入上年报表")
        help_at(self, "导入上年文件")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        resize_within_screen(self, 1180, 680)
        self._report = report
        self._repropose = repropose
        self._offered = proposal
        self._read = proposal
        self._is_remembered = False
        self._rows: list[PreviewRow] = []
        self._remark = ""
        self._make_parts(forms)
        self._lay_out()
        self.show_proposal(proposal)

    @classmethod
    def ask(
        cls,
        proposal: Proposal,
        report: Report | None,
        forms: Sequence[Form],
        repropose: Repropose,
        parent: QWidget | None,
        around: Surroundings,
    ) -> Taken | None:
        """What to take over of *proposal*, or ``None``."""
        dialog = cls(proposal, report, forms, repropose, parent, around)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        taken = dialog.taken() if accepted else None
        dialog.deleteLater()
        return taken

    # -- what is shown ------------------------------------------------------------------------

    def show_proposal(self, proposal: Proposal, *, already_chosen: bool = False) -> None:
        """Shows what was read, with what was decided for files laid out alike."""
        self._offered = self._read = proposal
        self._is_remembered = False
        found, memory = proposal.match, self._around.memory
        decided = memory.of(found.shape) if memory is not None and found is not None else {}
        if found is not None and decided:
            again = with_decisions(found, decided)
            self._is_remembered = any(row.by_hand for row in again.rows)
            if self._is_remembered:
                self._read = with_match(proposal, again)
        self.questions.show_proposal(proposal, already_chosen=already_chosen)
        self._show(first=True)
        self.table.setFocus()

    @property
    def proposal(self) -> Proposal:
        """What would be taken over, with every answer given so far."""
        proposal = with_shown(self._read, self.questions.changes.shown_keys)
        return with_zeros(
            proposal,
            blanks=self.questions.zero_box.isChecked(),
            marks=self.questions.marks_box.isChecked(),
        )

    @property
    def warning_sentences(self) -> list[str]:
        """What the user has to agree to."""
        report = self._report
        if report is None:
            return []
        return warnings(self._read, report, self._around.years)

    def taken(self) -> Taken:
        """What is taken over. Raises :class:`NianbaoError` where the period is not known."""
        proposal, report = self.proposal, self._report
        form = proposal.form
        if proposal.period is None and self.questions.period is not None:
            proposal = replace(proposal, period=self.questions.period)
        baseline = to_baseline(proposal, report)
        header = {
            name: proposal.header[name]
            for name in _HEADER_TAKEN
            if proposal.header.get(name) and (report is None or name == "unit_name")
        }
        if report is not None and report.unit_name:
            header = {}
        next_period = following(baseline.period, form.comparison)
        return Taken(form, baseline, header, next_period, self._remark)

    def show_only(self, show: Show) -> None:
        """Lists only the lines that *show* holds."""
        self._shown = show
        self.table.show_rows([row for row in self._rows if show.holds(row.standing)])
        for button, of in self._filters:
            button.setChecked(of is show)
        self._enable_changes()

    # -- what is changed by hand --------------------------------------------------------------

    def change_current(self) -> None:
        """Asks what the current line belongs to, and takes it over."""
        row, found = self.table.current_row, self._read.match
        if row is None or found is None:
            return
        if row.position is not None:
            picked = pick_cell(self._read, row, self)
            if picked is not None:
                self._reassign([(row.position, picked.key)], picked.key)
        elif row.key is not None:
            place = pick_place(self._read, row, self)
            if place is not None:
                self._reassign([(place, row.key)], row.key)

    def drop_selected(self) -> None:
        """Takes nothing over from the lines marked (不导入)."""
        rows = [row for row in self.table.selected_rows if row.position and row.key]
        self._reassign([(row.position, None) for row in rows if row.position], None)

    def accept(self) -> None:
        """Agrees, and remembers what was decided by hand."""
        found, memory = self._read.match, self._around.memory
        if memory is not None and found is not None:
            try:
                memory.remember(found.shape, decisions(found))
            except (NianbaoError, OSError) as error:
                self._remark = f"手工更改没有记住：{error}"
        super().accept()

    # -- inside -------------------------------------------------------------------------------

    def _make_parts(self, forms: Sequence[Form]) -> None:
        self._shown = Show.ALL
        self._title = QLabel(self)
        self._title.setProperty("rank", "heading")
        self._summary = QLabel(self)
        self._summary.setWordWrap(True)
        self.questions = ImportQuestions(forms, asks_form=self._report is None, parent=self)
        self.agree_box, self.zero_box = self.questions.agree_box, self.questions.zero_box
        self.form_box, self.choice_box = self.questions.form_box, self.questions.choice_box
        self.period_box = self.questions.period_box
        self.notes = QListWidget(self)
        self.notes.setAccessibleName("读取时的提示")
        self.notes.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.notes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table = ImportTable(self)
        self.detail = QLabel(self)
        self.detail.setWordWrap(True)
        self.detail.setProperty("tone", "muted")
        self.detail.setAccessibleName("选中行的说明")
        self.change_button = Button("改对应…(&R)", self)
        self.change_button.setToolTip("为这一行另选对应的指标（回车或双击）")
        self.drop_button = Button("不导入(&X)", self)
        self.drop_button.setToolTip("不导入选中各行的数（Delete）")
        self.take_button = Button("带入", self)
        self.take_button.setDefault(True)
        self.cancel_button = Button("跳过这份" if self._around.step else "取消", self)
        for button in (self.change_button, self.drop_button, self.cancel_button):
            button.setAutoDefault(False)
        self._filters: list[tuple[QPushButton, Show]] = []
        for show in Show:
            button = Button(self)
            button.setProperty("role", "tab")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, show=show: self.show_only(show))
            self._filters.append((button, show))
        self._connect()

    def _connect(self) -> None:
        self.questions.answered.connect(self._show)
        self.questions.form_chosen.connect(self._read_for_form)
        self.questions.table_chosen.connect(self._read_table)
        self.questions.undo_requested.connect(self._give_up_changes)
        self.notes.itemClicked.connect(self._go_to_note)
        self.notes.itemActivated.connect(self._go_to_note)
        self.table.change_requested.connect(self.change_current)
        self.table.drop_requested.connect(self.drop_selected)
        self.table.selectionModel().selectionChanged.connect(self._enable_changes)
        self.table.selectionModel().currentChanged.connect(self._enable_changes)
        self.table.room_shared.connect(self._enable_changes)
        self.change_button.clicked.connect(self.change_current)
        self.drop_button.clicked.connect(self.drop_selected)
        self.take_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(4)
        for button, _ in self._filters:
            filters.addWidget(button)
        filters.addStretch(1)
        filters.addWidget(self.change_button)
        filters.addWidget(self.drop_button)
        buttons = QHBoxLayout()
        note = QLabel("带入的数作为上年数对照，不改动本年已填的数；可以撤销。", self)
        note.setProperty("tone", "muted")
        buttons.addWidget(note, 1)
        buttons.addWidget(self.take_button)
        buttons.addWidget(self.cancel_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 14, 20, 14)
        whole.setSpacing(8)
        whole.addWidget(self._title)
        whole.addWidget(self._summary)
        whole.addWidget(self.questions)
        whole.addWidget(self.notes)
        whole.addLayout(filters)
        whole.addWidget(self.table, 1)
        whole.addWidget(self.detail)
        whole.addLayout(buttons)

    def _show(self, *, first: bool = False) -> None:
        """Brings everything up to date with what was read and answered."""
        proposal, read = self.proposal, self._read
        form = proposal.form
        period = proposal.period or self.questions.period
        when = period.label if period is not None else "年度不明"
        word = self._word(period)
        self._title.setText(f"{proposal.source}　→　{word}")
        self._summary.setText(
            f"读到 {len(proposal.values)}/{len(form.cells)} 个数 · {when} · "
            f"{proposal.unit_name or '单位名称不明'}"
        )
        self.questions.show_blanks(read)
        self.questions.show_warnings(self.warning_sentences)
        by_hand = len(decisions(read.match)) if read.match is not None else 0
        self.questions.show_by_hand(by_hand, remembered=self._is_remembered)
        self._show_notes(proposal)
        self._rows = preview_rows(proposal)
        for button, show in self._filters:
            count = sum(show.holds(row.standing) for row in self._rows)
            button.setText(f"{show.value} {count}")
        doubted = any(Show.DOUBTED.holds(row.standing) for row in self._rows)
        if first:
            self._shown = Show.DOUBTED if doubted else Show.ALL
        self.show_only(self._shown)
        self.take_button.setText(f"带入 {len(proposal.values)} 个数")
        self._enable()

    def _word(self, period: Period | None) -> str:
        report, form = self._report, self._read.form
        if (
            report is None
            or period is None
            or not is_earlier_year(replace(self._read, period=period), report, self._around.years)
        ):
            return f"{form.period_word}数"
        return f"{period.label}数（历年数）"

    def _show_notes(self, proposal: Proposal) -> None:
        notes = notes_of(proposal)
        said = [(f"▲ {remark}", remark.cell or None) for remark in notes[:_MOST_NOTES]]
        if len(notes) > _MOST_NOTES:
            said.append((f"▲ 另有 {len(notes) - _MOST_NOTES} 条提示，见下表的说明。", None))
        report, period = self._report, proposal.period
        if report is not None and period is not None:
            if is_earlier_year(proposal, report, self._around.years):
                text = BaselineWarning.EARLIER.sentence(
                    found=period.label, word=report.form.period_word
                )
                said.insert(0, (f"○ {text}", None))
            known = next((b for b in report.baselines if b.period == period), None)
            if known is not None:
                text = f"▲ 已有的{period.label}数（来自“{known.source}”）将被替换。"
                said.insert(0, (text, None))
        self.notes.clear()
        for text, key in said:
            item = QListWidgetItem(text, self.notes)
            item.setToolTip(plain_tip(text))
            item.setData(_KEY, key)
        self.notes.setVisible(bool(said))
        line = max(self.notes.sizeHintForRow(0), 20)
        self.notes.setFixedHeight(min(len(said), _NOTE_LINES) * line + 4)

    def _go_to_note(self, item: QListWidgetItem) -> None:
        key = item.data(_KEY)
        if isinstance(key, str):
            if not self.table.go_to(key=key):
                self.show_only(Show.ALL)
                self.table.go_to(key=key)
            self.table.setFocus()

    def _read_for_form(self) -> None:
        self._read_again(str(self.form_box.currentData()), None)

    def _read_table(self) -> None:
        self._read_again(self._read.form_id, str(self.choice_box.currentData()))

    def _read_again(self, form_id: str, choice: str | None) -> None:
        found = self._offered.match
        if choice is not None and found is not None and choice == found.choice:
            self.questions.show_proposal(self._offered, already_chosen=True)
            self._show()
            return
        try:
            proposal = self._repropose(form_id, choice)
        except NianbaoError as error:
            self.questions.show_proposal(self._offered, already_chosen=False)
            self._show()
            QListWidgetItem(f"● {error}", self.notes)
            self.notes.setVisible(True)
            return
        settled = choice is not None and proposal is not None
        self.show_proposal(
            proposal if proposal is not None else self._offered, already_chosen=settled
        )

    def _reassign(self, changes: Sequence[tuple[Position, str | None]], key: str | None) -> None:
        """Makes the changes beside the window: a form of 10,000 rows takes a moment."""
        read = self._read
        found = read.match
        if found is None or not changes:
            return

        def work(found: Match = found) -> Proposal:
            return with_match(read, reassigned(found, changes))

        changed = run_beside("正在更改对应关系…", work, self)
        if changed is None:
            return
        self._read = changed
        self._is_remembered = False
        position = changes[0][0]
        self._show()
        if not self.table.go_to(key=key, position=position):
            self.show_only(Show.ALL)
            self.table.go_to(key=key, position=position)
        self.table.setFocus()

    def _give_up_changes(self) -> None:
        found, memory = self._offered.match, self._around.memory
        if self._is_remembered and memory is not None and found is not None:
            try:
                memory.forget(found.shape)
            except (NianbaoError, OSError) as error:
                self._remark = f"手工更改没有忘记：{error}"
        self._is_remembered = False
        self._read = self._offered
        self._show()

    def _enable_changes(self) -> None:
        """What can be done to the lines marked."""
        row, found = self.table.current_row, self._read.match
        # What stands in the line anyway is not said twice.
        remark = row.remark if row is not None else ""
        self.detail.setText(remark if self.table.is_cut(remark) else "")
        self.detail.setVisible(bool(self.detail.text()))
        self.change_button.setEnabled(row is not None and found is not None)
        droppable = any(row.position and row.key for row in self.table.selected_rows)
        self.drop_button.setEnabled(droppable)

    def _enable(self) -> None:
        """Every question comes before taking over."""
        why = self.questions.open_question()
        dated = self._read.period is not None or self.questions.period is not None
        if not why and not dated and self._report is None:
            why = "请先选择文件的年度"
        self.take_button.setEnabled(not why)
        self.take_button.setToolTip(plain_tip(why))
