"""Last year's file before it is taken over: what was read, how surely, and what to agree to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.baseline import Proposal, propose, to_baseline, warnings, with_blanks_as_zero
from core.catalog import Catalog
from core.form import Form
from core.period import Comparison, Period
from core.problems import NianbaoError
from core.report import Baseline, Report
from gui.check_box import CheckBox
from gui.import_rows import PreviewRow, Standing, preview_rows
from gui.new_dialog import period_choices, usual_period
from gui.work import run_beside

_HEADINGS: Final = ("指标", "单位", "文件中的写法", "文件中的数", "读作", "说明")
_HEADER_TAKEN: Final = ("unit_name", "leader", "reviewer", "preparer", "phone")
_MAX_SENTENCES: Final = 6


@dataclass(frozen=True)
class Taken:
    """What the user agreed to take over: the baseline, and what a new report begins with."""

    form: Form
    baseline: Baseline
    header: dict[str, str]
    next_period: Period


#: Reads the file again for another form or another of its tables: (form id, choice).
Repropose = Callable[[str | None, str | None], Proposal | None]


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
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("导入上年报表")
        self.resize(940, 640)
        self._report = report
        self._forms = list(forms)
        self._repropose = repropose
        self._read = proposal
        self._rows: list[PreviewRow] = []
        self._make_parts()
        self._lay_out()
        self.show_proposal(proposal)

    @classmethod
    def ask(
        cls, path: Path, catalog: Catalog, report: Report | None, parent: QWidget | None
    ) -> Taken | None:
        """What to take over from *path*, or ``None``. Raises :class:`NianbaoError`."""
        before = report.period if report is not None else None

        def read(form_id: str | None, choice: str | None) -> Proposal | None:
            return run_beside(
                f"正在读取“{path.name}”…",
                lambda: propose(path, catalog, form_id=form_id, choice=choice, before=before),
                parent,
            )

        proposal = read(report.form.id if report is not None else None, None)
        if proposal is None:
            return None
        dialog = cls(proposal, report, catalog.all_forms()[0], read, parent)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        taken = dialog.taken() if accepted else None
        dialog.deleteLater()
        return taken

    # -- what is shown ------------------------------------------------------------------------

    def show_proposal(self, proposal: Proposal) -> None:
        """Shows what was read."""
        self._read = proposal
        self.zero_box.setVisible(bool(proposal.blank_details))
        self.zero_box.setText(f"空白的明细按 0 计（{len(proposal.blank_details)} 格，合计已填）")
        self.zero_box.setChecked(False)
        self._show_choices(proposal)
        unknown = proposal.period is None
        self.period_box.setVisible(unknown)
        self._period_label.setVisible(unknown)
        self._show()

    @property
    def proposal(self) -> Proposal:
        """What would be taken over, blanks as 0 where the user said so."""
        return with_blanks_as_zero(self._read) if self.zero_box.isChecked() else self._read

    @property
    def warning_sentences(self) -> list[str]:
        """What the user has to agree to."""
        return warnings(self.proposal, self._report) if self._report is not None else []

    def taken(self) -> Taken:
        """What is taken over. Raises :class:`NianbaoError` where the period is not known."""
        proposal, report = self.proposal, self._report
        form = proposal.form
        if proposal.period is None and self._chosen_period() is not None:
            proposal = replace(proposal, period=self._chosen_period())
        baseline = to_baseline(proposal, report)
        header = {
            name: proposal.header[name]
            for name in _HEADER_TAKEN
            if proposal.header.get(name) and (report is None or name == "unit_name")
        }
        if report is not None and report.unit_name:
            header = {}
        return Taken(form, baseline, header, following(baseline.period, form.comparison))

    def show_only(self, standing: Standing | None) -> None:
        """Lists only the lines that stand so; all for ``None``."""
        shown = [row for row in self._rows if standing in (None, row.standing)]
        self.table.setRowCount(len(shown))
        for line, row in enumerate(shown):
            texts = (row.name, row.unit, row.label, row.figure, row.taken, row.remark)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column in (3, 4):
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self.table.setItem(line, column, item)
        for button, of in self._filters:
            button.setChecked(of is standing)

    # -- inside -------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        self._title = QLabel(self)
        self._title.setProperty("rank", "heading")
        self._summary = QLabel(self)
        self._summary.setWordWrap(True)
        self._warning_card = QFrame(self)
        self._warning_card.setProperty("card", "explain")
        self._warnings = QLabel(self._warning_card)
        self._warnings.setWordWrap(True)
        self.agree_box = CheckBox("我已核对，仍要导入", self._warning_card)
        self.agree_box.toggled.connect(self._enable)
        self._remarks = QLabel(self)
        self._remarks.setWordWrap(True)
        self._remarks.setProperty("tone", "muted")
        self.form_box = QComboBox(self)
        self.form_box.setAccessibleName("表样")
        for form in self._forms:
            self.form_box.addItem(form.name, form.id)
        self.choice_box = QComboBox(self)
        self.choice_box.setAccessibleName("文件中的表或列")
        self.period_box = QComboBox(self)
        self.period_box.setAccessibleName("文件的年度")
        self.period_box.currentIndexChanged.connect(self._enable)
        self.zero_box = CheckBox(self)
        self.zero_box.toggled.connect(self._show)
        self.table = QTableWidget(0, len(_HEADINGS), self)
        self.table.setHorizontalHeaderLabels(list(_HEADINGS))
        self.table.setAccessibleName("读到的数")
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(26)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in (3, 4):
            self.table.horizontalHeaderItem(column).setTextAlignment(
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
        for column, width in enumerate((250, 48, 230, 90, 80)):
            self.table.setColumnWidth(column, width)
        header.setSectionResizeMode(len(_HEADINGS) - 1, QHeaderView.ResizeMode.Stretch)
        self.take_button = QPushButton("带入", self)
        self.take_button.setDefault(True)
        self.take_button.clicked.connect(self.accept)
        self.cancel_button = QPushButton("取消", self)
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        self._filters: list[tuple[QPushButton, Standing | None]] = []
        for standing in (None, *Standing):
            button = QPushButton(self)
            button.setProperty("role", "tab")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, standing=standing: self.show_only(standing))
            self._filters.append((button, standing))

    def _lay_out(self) -> None:
        card = QVBoxLayout(self._warning_card)
        card.setContentsMargins(14, 10, 14, 10)
        card.addWidget(self._warnings)
        card.addWidget(self.agree_box)
        self._form_label, self._choice_label, self._period_label = (
            QLabel(text, self) for text in ("按哪张表填报", "读取", "文件的年度")
        )
        options = QHBoxLayout()
        options.setSpacing(8)
        for label, box in (
            (self._form_label, self.form_box),
            (self._choice_label, self.choice_box),
            (self._period_label, self.period_box),
        ):
            options.addWidget(label)
            options.addWidget(box)
            options.addSpacing(10)
        options.addStretch(1)
        self._form_label.setVisible(self._report is None)
        self.form_box.setVisible(self._report is None)
        filters = QHBoxLayout()
        filters.setSpacing(4)
        for button, _ in self._filters:
            filters.addWidget(button)
        filters.addStretch(1)
        filters.addWidget(self.zero_box)
        buttons = QHBoxLayout()
        note = QLabel("带入的数作为上年数对照，不改动本年已填的数；可以撤销。", self)
        note.setProperty("tone", "muted")
        buttons.addWidget(note, 1)
        buttons.addWidget(self.take_button)
        buttons.addWidget(self.cancel_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(10)
        whole.addWidget(self._title)
        whole.addWidget(self._summary)
        whole.addWidget(self._warning_card)
        whole.addLayout(options)
        whole.addWidget(self._remarks)
        whole.addLayout(filters)
        whole.addWidget(self.table, 1)
        whole.addLayout(buttons)

    def _show_choices(self, proposal: Proposal) -> None:
        for box in (self.form_box, self.choice_box):
            box.blockSignals(True)
        self.form_box.setCurrentIndex(self.form_box.findData(proposal.form_id))
        self.choice_box.clear()
        choices = proposal.match.choices if proposal.match is not None else ()
        for choice in choices:
            self.choice_box.addItem(choice.label, choice.id)
        if proposal.match is not None:
            self.choice_box.setCurrentIndex(self.choice_box.findData(proposal.match.choice))
        several = len(choices) > 1
        self.choice_box.setVisible(several)
        self._choice_label.setVisible(several)
        for box in (self.form_box, self.choice_box):
            box.blockSignals(False)
        self.form_box.activated.connect(self._read_again, Qt.ConnectionType.UniqueConnection)
        self.choice_box.activated.connect(self._read_again, Qt.ConnectionType.UniqueConnection)
        self.period_box.blockSignals(True)
        self.period_box.clear()
        kind = proposal.form.period_kind
        usual = usual_period(kind, date.today())
        for period in period_choices(kind, usual.shifted(-1)):
            self.period_box.addItem(period.label, period)
        self.period_box.setCurrentIndex(-1)
        self.period_box.blockSignals(False)

    def _read_again(self) -> None:
        form_id = self.form_box.currentData() or self._read.form_id
        same_form = form_id == self._read.form_id
        choice = self.choice_box.currentData() if same_form else None
        try:
            proposal = self._repropose(form_id, choice)
        except NianbaoError as error:
            self._show_choices(self._read)
            self._remarks.setText(str(error))
            return
        self.show_proposal(proposal if proposal is not None else self._read)

    def _show(self) -> None:
        proposal, form = self.proposal, self.proposal.form
        when = proposal.period.label if proposal.period is not None else "年度不明"
        self._title.setText(f"{proposal.source}　→　{form.period_word}数")
        total = len(form.cells)
        self._summary.setText(
            f"读到 {len(proposal.values)}/{total} 个数 · {when} · "
            f"{proposal.unit_name or '单位名称不明'} · 总体把握 {round(proposal.confidence * 100)}%"
        )
        sentences = self.warning_sentences
        self._warning_card.setVisible(bool(sentences))
        self._warnings.setText("\n".join(f"▲ {sentence}" for sentence in sentences))
        self.agree_box.setChecked(False)
        remarks = [f"· {remark}" for remark in proposal.remarks[:_MAX_SENTENCES]]
        if len(proposal.remarks) > _MAX_SENTENCES:
            remarks.append(f"· 还有 {len(proposal.remarks) - _MAX_SENTENCES} 条提示")
        self._remarks.setText("\n".join(remarks))
        self._remarks.setToolTip("\n".join(proposal.remarks))
        self._remarks.setVisible(bool(remarks))
        self._rows = preview_rows(proposal)
        for button, standing in self._filters:
            count = sum(standing in (None, row.standing) for row in self._rows)
            button.setText(f"{standing.value if standing is not None else '全部'} {count}")
            button.setVisible(standing is None or count > 0)
        unsure = any(row.standing is Standing.UNSURE for row in self._rows)
        self.show_only(Standing.UNSURE if unsure else None)
        self.take_button.setText(f"带入 {len(proposal.values)} 个数")
        self._enable()

    def _chosen_period(self) -> Period | None:
        chosen = self.period_box.currentData()
        return chosen if isinstance(chosen, Period) else None

    def _enable(self) -> None:
        """Agreeing to the warnings, and naming the year where nobody knows it, come first."""
        agreed = self._warning_card.isHidden() or self.agree_box.isChecked()
        dated = self._read.period is not None or self._chosen_period() is not None
        dated = dated or self._report is not None
        self.take_button.setEnabled(agreed and dated)
        self.take_button.setToolTip("" if agreed and dated else "请先核对上面的提示")
