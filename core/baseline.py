"""Last year's report out of any file: a proposal that is looked at before anything is taken over.

    file ─► own file, exactly ────────────────┐
         └► RawDocument ─► Match ─► Proposal ─┴► Baseline

Nothing here changes a report. What is not sure carries a remark; what is missing is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from core.binding import CellTerm, OperationTerm, SumTerm, Term
from core.catalog import Catalog
from core.checks import CheckSet, Finding
from core.form import Form, Level
from core.matching.figures import is_mark
from core.matching.header import year_of_name
from core.matching.labels import Labels
from core.matching.match import match
from core.matching.model import Match, RowMatch
from core.matching.printed import as_document
from core.matching.recognise import recognise
from core.narrative import Mention, find_mentions
from core.opening import own_content
from core.period import FIRST_YEAR, Period, PeriodKind
from core.problems import NianbaoError, Problem
from core.reading.dispatch import load, read_bytes
from core.reading.limits import Limits
from core.reading.raw import RawDocument
from core.report import HEADER_FIELDS, Baseline, Report
from core.storage.jsontext import Json, JsonObject
from core.values import NOT_APPLICABLE, CellValue

#: Forms that fit a file this nearly as well as the best are not told from it.
_TIE: Final = 0.05


class BaselineProblem(Problem):
    """Why no figures can be taken from a file."""

    NOTHING_FITS = (
        "文件“{file}”里没有找到与已有表样相符的统计表，请确认选对了文件；"
        "如果表样是单位自制的，请先添加表样。"
    )
    NOT_THIS_FORM = "文件“{file}”里没有与“{form}”相同的指标，没有可以导入的内容，请确认选对了文件。"
    OTHER_FORM = (
        "文件“{file}”是“{other}”，与“{form}”没有相同的指标，没有可以导入的内容，请确认选对了文件。"
    )
    NO_PERIOD = "文件“{file}”里没有找到年度，不能确定是哪一年的数，请指明年度后再导入。"


class BaselineRemark(Problem):
    """What a clerk is told about a proposal as a whole."""

    CHOICE = "文件中有不止一份表或一列数字可以导入，现按{label}读取，请核对，也可以另选。"
    UNSURE = "有 {count} 处数字需要核对：{names}。"
    UNMATCHED = "文件中有 {count} 处数字在表样中没有对应的格，没有读取：{names}。"
    YEAR_FROM_NAME = "文件内没有找到年度，按文件名取为 {year} 年，请核对。"
    NO_YEAR = "文件内没有找到年度，请核对是哪一年的数。"
    BLANKS = "合计已填而明细空白的有 {count} 格，没有按 0 读取。"
    AS_ZERO = "按您的选择，{count} 个空白的明细格按 0 计。"
    CONVERTED = "文件是“{other}”的报表，只读取了与“{form}”含义相同的指标。"
    NARRATIVE = "正文“{quote}”为 {told}，表中“{name}”为 {figure}，请核对。"
    FINDING = "文件自身的数字不平：{message}"


class BaselineWarning(Problem):
    """What should be agreed to before a proposal becomes a report's baseline."""

    WRONG_PERIOD = "文件是{found}的，本报表的{word}应为{wanted}，请确认是否仍要导入。"
    NO_PERIOD = "文件里没有找到年度，导入后将作为{wanted}的数，请确认。"
    SAME_PERIOD = "文件是{found}的，与本报表是同一期，请确认是否仍要导入。"
    OTHER_OFFICE = "文件的填报单位是“{found}”，本报表是“{wanted}”，请确认是不是同一个单位。"
    OTHER_FORM = "文件用的是“{found}”，本报表用的是“{wanted}”，只有含义相同的指标会导入，请确认。"


@dataclass(frozen=True)
class Proposal:
    """What a file offers as figures of a form.

    ``values`` holds numbers and 不适用 by cell; ``missing`` all cells without either, whether
    their row is missing or their place is blank. ``match`` says where each figure stands in the
    file; ``None`` for this program's own files, which are read exactly. ``period`` is ``None``
    where the file does not tell; ``year`` may be known all the same (a quarterly form).
    ``recognised`` is the form that the file itself is filled in on, as far as that is known.
    ``findings``: where the file's own figures do not add up. ``blank_details``: blank parts of
    totals that are filled. ``mentions``: figures in the running text.
    """

    form_id: str
    period: Period | None
    year: int | None
    unit_name: str
    header: Mapping[str, str]
    values: Mapping[str, CellValue]
    missing: tuple[str, ...]
    confidence: float
    source: str
    digest: str
    checks: CheckSet = field(repr=False)
    match: Match | None = field(default=None, repr=False)
    recognised: Form | None = field(default=None, repr=False)
    remarks: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    blank_details: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()

    @property
    def form(self) -> Form:
        """The form whose cells ``values`` speaks of."""
        return self.checks.form

    @property
    def not_applicable(self) -> tuple[str, ...]:
        """The cells that say 不适用."""
        return tuple(key for key, value in self.values.items() if value is NOT_APPLICABLE)

    @property
    def unmatched(self) -> tuple[RowMatch, ...]:
        """The file's figures that fit no cell."""
        return self.match.unmatched if self.match is not None else ()


def propose(
    path: Path,
    catalog: Catalog,
    *,
    form_id: str | None = None,
    choice: str | None = None,
    before: Period | None = None,
    limits: Limits | None = None,
) -> Proposal:
    """Read the file at *path* as figures of a form.

    *form_id*: the form to match with; without it the best fitting form of the catalog. *choice*:
    one of an earlier proposal's ``match.choices``. *before*: the period of the report that the
    figures are for; of several years in a file the newest one before it is proposed.

    Raises :class:`NianbaoError` where the file cannot be read or nothing in it fits.
    """
    limits = limits or Limits()
    data = load(path, limits)
    digest = hashlib.sha256(data).hexdigest()
    own = own_content(data, path.name, catalog)
    if own is not None:
        if form_id in (None, own.report.form.id):
            return _own(own.report, own.remarks, path.name, digest, catalog)
        return _converted(own.report, own.remarks, path.name, digest, catalog.checks(form_id))
    document = read_bytes(data, path.name, limits)
    found, recognised = _matched(document, catalog, form_id, choice, before, path.name)
    return _from_match(found, catalog.checks(found.form.id), path, digest, recognised)


def with_match(proposal: Proposal, found: Match) -> Proposal:
    """The proposal after the clerk changed what belongs to what; see ``matching.match.reassign``."""
    path = Path(proposal.source)
    return _from_match(found, proposal.checks, path, proposal.digest, proposal.recognised)


def with_blanks_as_zero(proposal: Proposal) -> Proposal:
    """The proposal after the clerk said 空白按 0 计: blank parts of filled totals become 0."""
    cells = proposal.form.cells
    zeros = {k: Decimal(0) if cells[k].unit.decimals else 0 for k in proposal.blank_details}
    values = {**proposal.values, **zeros}
    ordered = {key: values[key] for key in proposal.form.cells if key in values}
    remark = BaselineRemark.AS_ZERO.sentence(count=len(zeros))
    blanks = BaselineRemark.BLANKS.sentence(count=len(zeros))
    findings = own_findings(proposal.checks, ordered)
    kept = [text for text in proposal.remarks if text != blanks]
    kept = [text for text in kept if text not in _finding_remarks(proposal.findings)]
    return replace(
        proposal,
        values=ordered,
        missing=tuple(key for key in proposal.missing if key not in zeros),
        remarks=(*kept, remark, *_finding_remarks(findings)),
        findings=findings,
        blank_details=(),
    )


def to_baseline(proposal: Proposal, report: Report | None = None) -> Baseline:
    """The proposal as what a report is compared with.

    Where the file tells no period, that which *report* compares with is taken (:func:`warnings`
    has said so); figures read on another edition are carried over to *report*'s by their meaning.
    Raises :class:`NianbaoError` where there is no period, or nothing in common.
    """
    if report is not None and proposal.form_id != report.form.id:
        proposal = _carried_over(proposal, CheckSet(report.form))
    period = proposal.period
    if period is None and report is not None:
        period = report.period.compared(report.form.comparison)
    if period is None:
        raise NianbaoError(BaselineProblem.NO_PERIOD, file=proposal.source)
    return Baseline(
        period=period,
        unit_name=proposal.unit_name,
        form_id=proposal.form_id,
        values=dict(proposal.values),
        source=proposal.source,
        digest=proposal.digest,
    )


def warnings(proposal: Proposal, report: Report) -> list[str]:
    """What to ask before the proposal becomes *report*'s baseline: wrong year, office, edition."""
    said: list[str] = []
    wanted = report.period.compared(report.form.comparison)
    word = report.form.period_word
    if proposal.period is None:
        said.append(BaselineWarning.NO_PERIOD.sentence(wanted=wanted.label))
    elif proposal.period == report.period:
        said.append(BaselineWarning.SAME_PERIOD.sentence(found=proposal.period.label))
    elif proposal.period != wanted:
        said.append(
            BaselineWarning.WRONG_PERIOD.sentence(
                found=proposal.period.label, word=word, wanted=wanted.label
            )
        )
    core = Labels().core
    ours, theirs = report.unit_name, proposal.unit_name
    if ours and theirs and core(ours) != core(theirs):
        said.append(BaselineWarning.OTHER_OFFICE.sentence(found=theirs, wanted=ours))
    theirs_form = proposal.recognised or proposal.form
    if theirs_form.id != report.form.id:
        found = theirs_form.name
        said.append(BaselineWarning.OTHER_FORM.sentence(found=found, wanted=report.form.name))
    return said


def as_json(proposal: Proposal) -> JsonObject:
    """The proposal as ``nianbao read --json`` prints it."""
    numbers: JsonObject = {}
    for key, value in proposal.values.items():
        if value is not None and value is not NOT_APPLICABLE:
            numbers[key] = value
    return {
        "form": proposal.form_id,
        "year": proposal.year,
        "unit_name": proposal.unit_name,
        "header": dict[str, Json](proposal.header),
        "values": numbers,
        "not_applicable": list[Json](proposal.not_applicable),
        "missing": list[Json](proposal.missing),
        "unmatched": _raw_rows(proposal),
        "confidence": Decimal(str(proposal.confidence)),
    }


def own_findings(checks: CheckSet, values: Mapping[str, CellValue]) -> tuple[Finding, ...]:
    """Where the figures contradict one another: sums that are not, parts larger than the whole."""
    operators = {bound.id: bound.claim.operator for bound in checks.bound if bound.steady is None}
    return tuple(
        finding
        for finding in checks.run(values, {})
        if not finding.jump
        and (finding.level is Level.ERROR or operators.get(finding.check) == "=")
    )


# -- making proposals ---------------------------------------------------------------------------


def _own(
    report: Report, remarks: Sequence[str], file: str, digest: str, catalog: Catalog
) -> Proposal:
    """This program's own file: nothing to match, nothing to doubt."""
    checks = catalog.checks(report.form.id)
    values = {key: report.values[key] for key in report.form.cells if key in report.values}
    return Proposal(
        form_id=report.form.id,
        period=report.period,
        year=report.period.year,
        unit_name=report.unit_name,
        header=dict(report.header),
        values=values,
        missing=tuple(key for key in report.form.cells if values.get(key) is None),
        confidence=1.0,
        source=file,
        digest=digest,
        checks=checks,
        recognised=report.form,
        remarks=tuple(remarks),
        findings=own_findings(checks, values),
    )


def _carried_over(proposal: Proposal, checks: CheckSet) -> Proposal:
    """A proposal for one edition as one for another."""
    period = proposal.period or Period(proposal.year or FIRST_YEAR, proposal.form.period_kind)
    report = Report(proposal.form, period)
    report.header.update(proposal.header)
    report.values.update(proposal.values)
    carried = _converted(report, proposal.remarks, proposal.source, proposal.digest, checks)
    return carried if proposal.period is not None else replace(carried, period=None)


def _converted(
    report: Report, remarks: Sequence[str], file: str, digest: str, checks: CheckSet
) -> Proposal:
    """This program's own file of another edition: what has the same meaning."""
    found = match(as_document(report), checks.form)
    if not found.values and not found.not_applicable:
        raise NianbaoError(
            BaselineProblem.OTHER_FORM, file=file, other=report.form.name, form=checks.form.name
        )
    proposal = _from_match(found, checks, Path(file), digest, report.form)
    said = BaselineRemark.CONVERTED.sentence(other=report.form.name, form=checks.form.name)
    same_kind = report.period.kind is checks.form.period_kind
    return replace(
        proposal,
        period=report.period if same_kind else None,
        year=report.period.year,
        unit_name=report.unit_name,
        header=dict(report.header),
        remarks=(*remarks, said, *proposal.remarks),
    )


def _matched(
    document: RawDocument,
    catalog: Catalog,
    form_id: str | None,
    choice: str | None,
    before: Period | None,
    file: str,
) -> tuple[Match, Form | None]:
    """The match with the form asked for (else the best), and the form that fits best."""
    year = before.year if before is not None else None
    candidates = recognise(document, catalog.all_forms()[0], before=year)
    best = candidates[0] if candidates else None
    if form_id is None:
        if best is None:
            raise NianbaoError(BaselineProblem.NOTHING_FITS, file=file)
        form = best.form
    else:
        form = catalog.form(form_id)
    known = next((entry.match for entry in candidates if entry.form.id == form.id), None)
    if known is None or choice is not None:
        known = match(document, form, choice=choice, before=year)
    if not known.by_key:
        if best is not None:
            raise NianbaoError(
                BaselineProblem.OTHER_FORM, file=file, other=best.form.name, form=form.name
            )
        raise NianbaoError(BaselineProblem.NOT_THIS_FORM, file=file, form=form.name)
    fits = {entry.form.id: entry.fit for entry in candidates}
    # A form of nearly the same rows is not another edition.
    if best is not None and fits.get(form.id, 0.0) >= best.fit - _TIE:
        return known, form
    return known, best.form if best is not None else None


def _from_match(
    found: Match, checks: CheckSet, path: Path, digest: str, recognised: Form | None
) -> Proposal:
    form = checks.form
    values: dict[str, CellValue] = {}
    for key in form.cells:
        place = found.by_key.get(key)
        if place is not None and place.value is not None:
            values[key] = place.value
    year, period, said = _dated(found, path)
    blank = _blank_details(found, checks, values)
    findings = own_findings(checks, values)
    mentions = find_mentions(found.document.text, form, values)
    remarks = [
        *found.document.remarks,
        *said,
        *_match_remarks(found),
        *([BaselineRemark.BLANKS.sentence(count=len(blank))] if blank else []),
        *_finding_remarks(findings),
        *_mention_remarks(form, mentions),
    ]
    return Proposal(
        form_id=form.id,
        period=period,
        year=year,
        unit_name=found.header.unit_name,
        header={**dict.fromkeys(HEADER_FIELDS, ""), **found.header.fields},
        values=values,
        missing=tuple(key for key in form.cells if key not in values),
        confidence=found.confidence,
        source=path.name,
        digest=digest,
        checks=checks,
        match=found,
        recognised=recognised,
        remarks=tuple(remarks),
        findings=findings,
        blank_details=blank,
        mentions=mentions,
    )


def _dated(found: Match, path: Path) -> tuple[int | None, Period | None, list[str]]:
    year, period = found.header.year, found.header.period
    if year is not None:
        return year, period, []
    year = year_of_name(path.stem)
    if year is None:
        return None, None, [BaselineRemark.NO_YEAR.sentence()]
    yearly = found.form.period_kind is PeriodKind.YEAR
    remark = BaselineRemark.YEAR_FROM_NAME.sentence(year=year)
    return year, Period(year) if yearly else None, [remark]


def _match_remarks(found: Match) -> list[str]:
    said: list[str] = []
    if found.needs_choice:
        taken = next((c.label for c in found.choices if c.id == found.choice), "")
        said.append(BaselineRemark.CHOICE.sentence(label=taken))
    unsure = [found.form.cell_name(row.key) for row in found.unsure if row.key is not None]
    if unsure:
        said.append(BaselineRemark.UNSURE.sentence(count=len(unsure), names=_listed(unsure)))
    strange = ["".join(row.label.split()) or "（无名称）" for row in found.unmatched]
    if strange:
        names = _listed(list(dict.fromkeys(strange)))
        said.append(BaselineRemark.UNMATCHED.sentence(count=len(strange), names=names))
    return said


def _finding_remarks(findings: Sequence[Finding]) -> list[str]:
    return [BaselineRemark.FINDING.sentence(message=finding.message) for finding in findings]


def _mention_remarks(form: Form, mentions: Sequence[Mention]) -> list[str]:
    return [
        BaselineRemark.NARRATIVE.sentence(
            quote=mention.quote,
            told=mention.figure,
            name=form.cell_name(mention.key),
            figure=mention.in_table,
        )
        for mention in mentions
        if mention.differs
    ]


def _blank_details(
    found: Match, checks: CheckSet, values: Mapping[str, CellValue]
) -> tuple[str, ...]:
    """Blank cells that are parts of a total which is filled."""
    blank = {
        row.key
        for row in found.by_key.values()
        if row.value is None and (not row.figure or is_mark(row.figure))
    }
    parts: set[str] = set()
    for bound in checks.bound:
        target = bound.target
        if target is None or values.get(target) is None or not _is_sum(bound.claim.right):
            continue
        parts.update(key for key in bound.cells if key != target and key in blank)
    return tuple(key for key in checks.form.cells if key in parts)


def _is_sum(term: Term) -> bool:
    """Whether a term only adds cells of this report."""
    match term:
        case CellTerm(_, last):
            return not last
        case SumTerm(cells):
            return not any(cell.last for cell in cells)
        case OperationTerm("+", left, right):
            return _is_sum(left) and _is_sum(right)
        case _:
            return False


def _raw_rows(proposal: Proposal) -> list[Json]:
    """The file's rows that hold unmatched figures, as lists of cell texts, each row once."""
    if proposal.match is None:
        return []
    tables = proposal.match.document.tables
    places = dict.fromkeys((row.position.table, row.position.row) for row in proposal.unmatched)
    return [[cell.strip() for cell in tables[table].rows[row]] for table, row in places]


def _listed(names: Sequence[str]) -> str:
    shown = "、".join(f"“{name}”" for name in names[:5])
    return f"{shown}等" if len(names) > 5 else shown
