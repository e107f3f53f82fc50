"""A report being edited: every change goes in as an :class:`Edit` and comes back as a :class:`Change`.

The session keeps computed cells, findings and progress current after each edit, touching only what
the edit can reach. It owns no undo stack: a change carries its inverse, and whoever keeps the stack
(the window, a test, a recovery journal) applies that like any other edit.

    Edit ──► Session.apply ──► Report (figures, header …)
                   └──► Change (cells and findings touched, inverse Edit)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from core.arithmetic import Reckoned, as_figure, meant, reckon
from core.checks.checks import CheckSet, Finding
from core.checks.standing import Standing
from core.checks.tally import Tally
from core.form.form import Form, Level
from core.narrative.rendering import gaps
from core.narrative.text import (
    MAX_CHARACTERS,
    MAX_FIELDS,
    Field,
    ReportText,
    Splice,
    fits,
    is_too_large,
    spliced,
)
from core.period import Period
from core.problems import NianbaoError, Problem
from core.report import HEADER_FIELDS, Baseline, Explanation, Report
from core.values import CellValue, format_value, parse_value


class SessionProblem(Problem):
    """Why an edit is refused."""

    UNKNOWN_CELL = "表中没有代码为“{cell}”的单元格。"
    UNKNOWN_HEADER = "表头没有“{name}”这一项。"
    CELL = "{name}：{reason}"
    NO_FINDING = "没有编号为“{check}”的审核结果，不需要说明。"
    NO_PARAGRAPH = "正文没有第 {section} 部分，或这一部分没有那么多段，没有改动。"
    TEXT_TOO_LARGE = "正文过长（最多 {limit} 字、{fields} 处取数），没有改动，请删减后再试。"


_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


class Edit(NamedTuple):
    """One step of work, all or nothing. What is left out stays as it is.

    ``cells``: key → what is typed there; ``None`` takes away what was typed (a computed cell then
    fills itself again). ``explanations``: bound check id → explanation, ``None`` to remove it.
    ``text``: the whole text anew, or some of its paragraphs.
    ``label`` names the step in the 撤销 menu.
    """

    label: str
    cells: Mapping[str, CellValue] = _NONE
    header: Mapping[str, str] = _NONE
    explanations: Mapping[str, Explanation | None] = _NONE
    period: Period | None = None
    baselines: tuple[Baseline, ...] | None = None
    text: ReportText | Splice | None = None


class Change(NamedTuple):
    """What an edit did.

    ``cells``: every cell whose value, origin or 上年 figure changed. ``findings``: ids of the bound
    checks that appeared, vanished, were explained or now say something else. ``inverse`` undoes it.
    ``text``: whether the text itself changed; its fields follow ``cells``, header and period.
    """

    edit: Edit
    inverse: Edit
    cells: frozenset[str]
    findings: frozenset[str]
    header: bool = False
    baselines: bool = False
    text: bool = False


class Progress(NamedTuple):
    """How far a section (or the whole report) is."""

    filled: int
    total: int
    errors: int
    warnings: int
    #: Fields without which the whole report cannot be sent: of its header, of its text.
    gaps: int = 0

    @property
    def done(self) -> bool:
        """Whether every cell is filled and nothing is left to mend or explain."""
        return self.filled == self.total and not (self.errors or self.warnings or self.gaps)


class Session:
    """Keeps a report, its computed cells and its findings together while it is edited."""

    def __init__(self, report: Report, checks: CheckSet) -> None:
        self.report = report
        self.checks = checks
        self._findings: dict[int, Finding] = {}
        self._section_of = {
            key: section.code for section in report.form.sections for key in section.cells
        }
        self._size = {section.code: len(section.cells) for section in report.form.sections}
        self._filled = dict.fromkeys(self._size, 0)
        self._tally = Tally(self._size, self._sections_of_check)
        self._gaps: tuple[Field, ...] | None = None
        self._compute(checks.computed_cells)
        for key in report.values:
            self._filled[self._section_of[key]] += 1
        self._judge(range(len(checks.bound)))

    @property
    def form(self) -> Form:
        """The report's form."""
        return self.report.form

    # -- reading ------------------------------------------------------------------------------

    def value(self, key: str) -> CellValue:
        """The cell's value, typed or computed."""
        return self.report.values.get(key)

    def last_value(self, key: str) -> CellValue:
        """The baseline's value of the cell."""
        return self.report.last_values.get(key)

    def is_overtyped(self, key: str) -> bool:
        """Whether a figure was typed into a cell that could compute itself."""
        return (
            key in self.report.values
            and key not in self.report.computed
            and self.checks.is_computed(key)
        )

    @property
    def findings(self) -> list[Finding]:
        """Every finding, explained or not, in the form's order of checks."""
        return [self._findings[index] for index in sorted(self._findings)]

    def finding(self, check: str) -> Finding | None:
        """The finding of the bound check of that id; ``None`` where it holds or is undecided."""
        index = self.checks.index_of.get(check)
        return None if index is None else self._findings.get(index)

    def findings_at(self, key: str) -> list[Finding]:
        """The findings shown at the cell, errors first."""
        found = [
            self._findings[index]
            for index in self.checks.reading(key)
            if index in self._findings and key in self._findings[index].at
        ]
        return sorted(found, key=lambda finding: finding.level is not Level.ERROR)

    def cells_of_checks(self, checks: Iterable[str]) -> set[str]:
        """The cells at which the findings of these bound checks (by id) are shown, if they fail."""
        indexes = (self.checks.index_of.get(check) for check in checks)
        return {
            key
            for index in indexes
            if index is not None
            for key in self.checks.bound[index].shown_at
        }

    def explanation(self, finding: Finding) -> Explanation | None:
        """The explanation written for the finding, current or not."""
        return self.report.explanations.get(finding.check)

    def is_explained(self, finding: Finding) -> bool:
        """Whether an explanation settles the finding: it may, and it was written for these figures."""
        explanation = self.explanation(finding)
        return (
            explanation is not None
            and finding.explainable
            and bool(explanation.text.strip())
            and (explanation.left, explanation.right) == (finding.left, finding.right)
        )

    def standing(self, finding: Finding) -> Standing:
        """What is left to do about the finding."""
        if finding.check in self.report.explanations and self.is_explained(finding):
            return Standing.EXPLAINED
        if finding.level is Level.ERROR:
            return Standing.MUST
        return Standing.JUMP if finding.jump else Standing.EXPLAIN

    def is_stale(self, finding: Finding) -> bool:
        """Whether an explanation is there but was written for other figures."""
        return self.explanation(finding) is not None and not self.is_explained(finding)

    @property
    def open_findings(self) -> list[Finding]:
        """The findings that stand in the way of sending, errors first."""
        found = [finding for finding in self.findings if not self.is_explained(finding)]
        return sorted(found, key=lambda finding: finding.level is not Level.ERROR)

    def progress(self, section: str | None = None) -> Progress:
        """Progress of the section of that code, or of the whole report."""
        if section is None:
            gaps = len(self.missing_header) + len(self.text_gaps)
            filled, total = len(self.report.values), len(self.form.cells)
            return Progress(filled, total, *self._tally.counts(), gaps)
        return Progress(self._filled[section], self._size[section], *self._tally.counts(section))

    def progress_by_section(self) -> dict[str, Progress]:
        """Progress of every section, in the form's order."""
        return {section.code: self.progress(section.code) for section in self.form.sections}

    @property
    def is_ready(self) -> bool:
        """可报送: no blank cell, no open finding, no required field of header or text without a text."""
        return self.progress().done

    @property
    def missing_header(self) -> list[str]:
        """The header fields that the form requires and nobody has filled in, by their printed names."""
        header = self.report.header
        return [
            HEADER_FIELDS[name] for name in self.form.required_header if not header[name].strip()
        ]

    @property
    def text_gaps(self) -> tuple[Field, ...]:
        """The fields of the text that show 〔未填〕 or 〔无此指标〕, in order."""
        if self._gaps is None:
            self._gaps = tuple(gaps(self.report.text, self.report))
        return self._gaps

    # -- editing ------------------------------------------------------------------------------

    def typed(self, key: str, text: str) -> CellValue:
        """The value that *text* means in the cell, which it names if it refuses.

        Raises :class:`NianbaoError` with a sentence for the clerk.
        """
        cell = self.form.cells.get(key)
        if cell is None:
            raise NianbaoError(SessionProblem.UNKNOWN_CELL, cell=key)
        allowed = self.form.allows_not_applicable(key)
        try:
            return parse_value(text, cell.unit, allow_not_applicable=allowed)
        except NianbaoError as error:
            name = self.form.cell_name(key)
            raise NianbaoError(SessionProblem.CELL, name=name, reason=error) from error

    def type(self, key: str, text: str) -> Edit:
        """An edit that types *text* into the cell: a value, or arithmetic (``12+30``) that comes to one.

        The figure that a computed cell shows anyway is not typed over it: the edit then changes
        nothing, and the cell goes on computing. Raises as :meth:`typed` does.
        """
        reckoned, value = self._reckoned(key, text)
        same = key in self.report.computed and value == self.value(key)
        cells = {} if same else {key: value}
        label = f"填写“{self.form.cell_name(key)}”"
        return Edit(f"{label}：{reckoned.text}" if reckoned is not None else label, cells=cells)

    def _reckoned(self, key: str, text: str) -> tuple[Reckoned | None, CellValue]:
        try:
            reckoned = reckon(text) if key in self.form.cells else None
            if reckoned is not None:
                return reckoned, as_figure(reckoned, self.form.cells[key].unit)
        except NianbaoError as error:
            name = self.form.cell_name(key)
            raise NianbaoError(SessionProblem.CELL, name=name, reason=error) from error
        return None, self.typed(key, text)

    def meant(self, key: str, text: str) -> str | None:
        """The figure that a refused *text* may mean in the cell, to be asked for; see :func:`meant`."""
        return meant(text, self.form.cells[key].unit)

    def apply(self, edit: Edit) -> Change:
        """Makes *edit*, all of it or (raising :class:`NianbaoError`) nothing."""
        edit = edit._replace(cells=self._checked(edit))
        report = self.report
        inverse = self._inverse(edit)
        text = self._write(edit)
        self._gaps = None
        header = any(report.header[name] != text for name, text in edit.header.items())
        report.header.update(edit.header)
        period_changed = edit.period is not None and edit.period != report.period
        changed, touched = self._swap_baselines(edit)
        for key, value in edit.cells.items():
            if self._put_typed(key, value):
                changed.add(key)
        # Cells whose typing was taken away compute themselves again, and so do all that use them.
        retry = [key for key in edit.cells if self.checks.is_computed(key)]
        retry += [key for index in touched if (key := self.checks.bound[index].target)]
        for key in tuple(changed):
            retry += self.checks.dependants(key)
        changed |= self._compute(retry)
        for key in changed:
            touched.update(self.checks.reading(key))
        explained = self._explain(edit)
        findings = self._judge(touched) | explained
        return Change(
            edit=edit,
            inverse=inverse,
            cells=frozenset(changed),
            findings=frozenset(findings),
            header=header or period_changed,
            baselines=edit.baselines is not None or period_changed,
            text=text,
        )

    def fill_blank_with_zero(self, keys: Iterable[str]) -> Edit:
        """An edit that writes 0 into those of *keys* that are blank (空白填 0).

        Computed cells then fill themselves. Only where nothing but last year's report is missing
        for that, as in an office's first year, is 0 written into one too.
        """
        blank = [key for key in keys if self.value(key) is None]
        cells: dict[str, CellValue] = {key: 0 for key in blank if not self.checks.is_computed(key)}
        values, last = {**self.report.values, **cells}, self.report.last_values
        for key in sorted(filter(self.checks.is_computed, blank), key=self.checks.rank):
            values[key] = self.checks.compute(key, values, last)
            if values[key] is None and self.checks.waits_for_last(key, values):
                cells[key] = values[key] = 0
        return Edit("空白填 0", cells=cells)

    def copy_last(self, keys: Iterable[str]) -> Edit:
        """An edit that takes over last year's figures for *keys* (沿用上年数).

        Less those that this year's cell cannot take, such as 不适用 where a number is asked for.
        """
        cells: dict[str, CellValue] = {}
        for key in keys:
            value = self.last_value(key)
            try:
                if value is not None:
                    cells[key] = self._fitting(key, value)
            except NianbaoError:
                continue
        return Edit(f"沿用{self.form.period_word}数", cells=cells)

    def leave_computed(self, edit: Edit) -> Edit:
        """*edit* less the figures that computed cells come to by themselves once the others are in.

        So what is pasted or taken over in bulk leaves totals computing.
        """
        totals = {
            key
            for key, value in edit.cells.items()
            if value is not None and self.checks.is_computed(key)
        }
        if not totals:
            return edit
        report = self.report
        # Tried out on a copy: nothing is judged, which for thousands of cells takes a second.
        values: dict[str, CellValue] = {**report.values, **edit.cells}
        left: set[str] = set()
        # Parts before totals: a part that has to be typed may let its total come out right.
        for key in self.checks.computed_order:
            typed = key in report.values and key not in report.computed
            if key in edit.cells:
                typed = typed and edit.cells[key] is not None
            if typed:
                continue
            own = self.checks.compute(key, values, report.last_values)
            if key not in totals:
                values[key] = own
            elif own == edit.cells[key]:
                left.add(key)
        cells = {key: value for key, value in edit.cells.items() if key not in left}
        return edit._replace(cells=cells)

    def recompute(self, keys: Iterable[str]) -> Edit:
        """An edit that puts overtyped computed cells back (运算)."""
        return Edit("运算", cells={key: None for key in keys if self.is_overtyped(key)})

    def explain(self, finding: Finding, text: str) -> Edit:
        """An edit that writes (or with an empty text removes) the finding's explanation."""
        explanation = Explanation(text, finding.left, finding.right) if text.strip() else None
        return Edit("审核说明", explanations={finding.check: explanation})

    # -- inside -------------------------------------------------------------------------------

    def _checked(self, edit: Edit) -> dict[str, CellValue]:
        """The edit's cells, each as its unit keeps it. Raises where the edit cannot be made."""
        cells = {key: self._fitting(key, value) for key, value in edit.cells.items()}
        for name in edit.header:
            if name not in HEADER_FIELDS:
                raise NianbaoError(SessionProblem.UNKNOWN_HEADER, name=name)
        for check in edit.explanations:
            if check not in self.checks.index_of and check not in self.report.explanations:
                raise NianbaoError(SessionProblem.NO_FINDING, check=check)
        self._check_text(edit.text)
        return cells

    def _check_text(self, text: ReportText | Splice | None) -> None:
        """Raises where the text cannot be changed so."""
        before = self.report.text
        if isinstance(text, Splice):
            if not fits(before, text):
                raise NianbaoError(SessionProblem.NO_PARAGRAPH, section=text.section + 1)
            text = spliced(before, text)[0]
        if text is not None and is_too_large(text) and not is_too_large(before):
            raise NianbaoError(
                SessionProblem.TEXT_TOO_LARGE, limit=MAX_CHARACTERS, fields=MAX_FIELDS
            )

    def _fitting(self, key: str, value: CellValue) -> CellValue:
        cell = self.form.cells.get(key)
        if cell is not None:
            # Most are as their unit keeps them; writing and parsing 10,000 took a fifth of a paste.
            counts = cell.unit.decimals == 0
            if value is None or (
                counts and isinstance(value, int) and 0 <= value < cell.unit.limit
            ):
                return value
        return self.typed(key, format_value(value))

    def _inverse(self, edit: Edit) -> Edit:
        report = self.report
        return Edit(
            label=edit.label,
            cells={
                key: None if key in report.computed else report.values.get(key)
                for key in edit.cells
            },
            header={name: report.header[name] for name in edit.header},
            explanations={check: report.explanations.get(check) for check in edit.explanations},
            period=report.period if edit.period is not None else None,
            baselines=report.baselines if edit.baselines is not None else None,
            text=spliced(report.text, edit.text)[1]
            if isinstance(edit.text, Splice)
            else (report.text if edit.text is not None else None),
        )

    def _write(self, edit: Edit) -> bool:
        """Takes over the edit's text; whether it is another now."""
        before, text = self.report.text, edit.text
        after = spliced(before, text)[0] if isinstance(text, Splice) else text
        if after is None or after == before:
            return False
        self.report.text = after
        return True

    def _swap_baselines(self, edit: Edit) -> tuple[set[str], set[int]]:
        """Takes over period and baselines; the cells and the checks that this concerns."""
        report = self.report
        if edit.baselines is None and edit.period is None:
            return set(), set()
        before = report.last_values
        report.period = edit.period or report.period
        if edit.baselines is not None:
            report.baselines = edit.baselines
        after = report.last_values
        if after == before:
            return set(), set()
        changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
        changed &= self.form.cells.keys()
        return changed, {index for key in changed for index in self.checks.reading_last(key)}

    def _put_typed(self, key: str, value: CellValue) -> bool:
        """Writes or takes away a typed value; whether value or origin changed."""
        report = self.report
        if value is None:
            if key in report.computed:
                return False
            return self._store(key, None)
        was_computed = key in report.computed
        report.computed.discard(key)
        return self._store(key, value) or was_computed

    def _store(self, key: str, value: CellValue) -> bool:
        values = self.report.values
        before = values.get(key)
        if before == value and type(before) is type(value):
            return False
        section = self._section_of[key]
        if value is None:
            del values[key]
            self._filled[section] -= 1
        else:
            if before is None:
                self._filled[section] += 1
            values[key] = value
        return True

    def _compute(self, keys: Iterable[str]) -> set[str]:
        """Recomputes *keys* and all that follow from them, parts before totals; what changed."""
        report, checks = self.report, self.checks
        waiting: list[tuple[int, str]] = []
        queued: set[str] = set()

        def queue(key: str) -> None:
            if key not in queued:
                queued.add(key)
                heappush(waiting, (checks.rank(key), key))

        for key in keys:
            queue(key)
        changed: set[str] = set()
        last = report.last_values
        while waiting:
            _, key = heappop(waiting)
            if key in report.values and key not in report.computed:
                continue  # typed by a person: the checks judge it
            value = checks.compute(key, report.values, last)
            if value is None:
                report.computed.discard(key)
            else:
                report.computed.add(key)
            if self._store(key, value):
                changed.add(key)
                for target in checks.dependants(key):
                    queue(target)
        return changed

    def _explain(self, edit: Edit) -> set[str]:
        changed: set[str] = set()
        for check, explanation in edit.explanations.items():
            if self.report.explanations.get(check) == explanation:
                continue
            changed.add(check)
            if explanation is None:
                del self.report.explanations[check]
            else:
                self.report.explanations[check] = explanation
            if check in self.checks.index_of:
                self._note(self.checks.index_of[check])
        return changed

    def _judge(self, indexes: Iterable[int]) -> set[str]:
        """Judges the checks at *indexes* anew; the ids of those whose finding changed."""
        changed: set[str] = set()
        values, last = self.report.values, self.report.last_values
        for index in indexes:
            finding = self.checks.judge(index, values, last)
            before = self._findings.get(index)
            if finding == before:
                continue
            changed.add(self.checks.bound[index].id)
            if finding is None:
                del self._findings[index]
            else:
                self._findings[index] = finding
            self._note(index)
        return changed

    def _note(self, index: int) -> None:
        """Counts the finding of the check at *index*, or counts it no longer."""
        finding = self._findings.get(index)
        is_open = finding is not None and not self.is_explained(finding)
        self._tally.note(index, finding.level if finding is not None and is_open else None)

    def _sections_of_check(self, index: int) -> set[str]:
        return {self._section_of[key] for key in self.checks.bound[index].shown_at}
