"""Last year's report out of any file: a proposal that is looked at before anything is taken over.

    file ─► own file, exactly ────────────────┐
         └► RawDocument ─► Match ─► Proposal ─┴► Baseline

Nothing here changes a report. What is not sure carries a remark; what is missing is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from core.catalog import Catalog
from core.checks.binding import BoundCheck
from core.checks.checks import CheckSet
from core.form.form import Form
from core.importing.answers import of_match, own_findings
from core.importing.editions import carried_over, match_of_report
from core.importing.own_files import OwnContent, changes_told, own_content, seal_told
from core.importing.proposal import (
    BaselineProblem,
    BaselineRemark,
    BaselineWarning,
    Proposal,
    said_by_reader,
)
from core.matching.groups import MAX_CELLS, passed_over
from core.matching.labels import Labels
from core.matching.match import match
from core.matching.model import Match
from core.matching.recognise import fitted, recognise
from core.narrative.guide import Guide
from core.period import FIRST_YEAR, Period, kind_name
from core.problems import NianbaoError, Remark
from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument
from core.reading.dispatch import kind_of, load, read_bytes
from core.report import Baseline, Report
from core.storage.jsontext import Json, JsonObject
from core.values import NOT_APPLICABLE

#: Forms that fit a file this nearly as well as the best are not told from it.
_TIE: Final = 0.05


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
    kind = kind_of(data, path.name, limits)
    own = own_content(data, path.name, kind, catalog)
    digest = hashlib.sha256(data).hexdigest()
    if own is not None:
        remarks = (*own.remarks, *_edition(catalog, own.report.form, own.report.period))
        if form_id in (None, own.report.form.id):
            return _own(own, remarks, path.name, digest, catalog)
        told = said_by_reader((*remarks, *changes_told(path.name, own.changed)))
        return _converted(own.report, told, path.name, digest, catalog.checks(form_id))
    document = read_bytes(data, path.name, limits, kind)
    made = propose_document(
        document, path.name, digest, catalog, form_id=form_id, choice=choice, before=before
    )
    told = seal_told(data, path.name, kind)
    return replace(made, notes=(*said_by_reader(told), *made.notes)) if told else made


def propose_document(
    document: RawDocument,
    source: str,
    digest: str,
    catalog: Catalog,
    *,
    form_id: str | None = None,
    choice: str | None = None,
    before: Period | None = None,
) -> Proposal:
    """What has been read (a file, the clipboard) as figures of a form; see :func:`propose`.

    *source* names it to the clerk; *digest* is the SHA-256 of what was read. Raises
    :class:`NianbaoError` where nothing in it fits.
    """
    found, recognised = _matched(document, catalog, form_id, choice, before, source)
    checks = catalog.checks(found.form.id)
    guide = _guide(catalog, found.form) if document.text.strip() else None
    made = of_match(found, checks, Path(source), digest, recognised, guide)
    said = _edition(catalog, recognised or found.form, made.period)
    return replace(made, notes=(*said_by_reader(said), *made.notes))


def _guide(catalog: Catalog, form: Form) -> Guide | None:
    """What the form's text is read by; a mistake in an office's own is no reason not to import."""
    from core.narrative.guides import Guides

    try:
        return Guides.standard(catalog).guide(form)
    except NianbaoError:
        return None


def _edition(catalog: Catalog, form: Form, period: Period | None) -> tuple[str, ...]:
    """What to say of a file on an edition that was not the one for its year."""
    said = catalog.edition_remark(form, period) if period is not None else ""
    return (said,) if said else ()


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
        text=proposal.text,
    )


def warnings(proposal: Proposal, report: Report, others: Collection[Period] = ()) -> list[str]:
    """What to ask before the proposal becomes *report*'s baseline: wrong year, office, edition.

    *others*: the periods that the report has figures of besides. Where 上年 is among them, an
    earlier year is nothing to ask about: it is kept beside it (:func:`is_earlier_year`).
    """
    said: list[str] = []
    wanted = report.period.compared(report.form.comparison)
    word = report.form.period_word
    if proposal.period is None:
        kind = kind_name(report.form.period_kind)
        said.append(
            BaselineWarning.NO_PERIOD.sentence(wanted=wanted.label)
            if proposal.year is None
            else BaselineWarning.NO_PART.sentence(
                year=proposal.year, kind=kind, wanted=wanted.label
            )
        )
    elif proposal.period == report.period:
        said.append(BaselineWarning.SAME_PERIOD.sentence(found=proposal.period.label, word=word))
    elif proposal.period != wanted and not is_earlier_year(proposal, report, others):
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


def is_earlier_year(proposal: Proposal, report: Report, others: Collection[Period]) -> bool:
    """Whether the proposal is of a year before 上年, and 上年 itself is among *others*."""
    wanted = report.period.compared(report.form.comparison)
    period = proposal.period
    return period is not None and wanted in others and period.sort_key < wanted.sort_key


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
        "doubted": dict[str, Json](proposal.doubted),
    }


# -- making proposals ---------------------------------------------------------------------------


def _own(
    own: OwnContent, remarks: Sequence[str], file: str, digest: str, catalog: Catalog
) -> Proposal:
    """This program's own file: nothing to match, nothing to doubt."""
    report = own.report
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
        notes=said_by_reader(remarks),
        changed=own.changed,
        findings=own_findings(checks, values),
        text=report.text,
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
    report: Report, told: Sequence[Remark], file: str, digest: str, checks: CheckSet
) -> Proposal:
    """A report on another edition: what has the same meaning."""
    found = match_of_report(report, checks)
    if not found.values and not found.not_applicable:
        raise NianbaoError(
            BaselineProblem.OTHER_FORM, file=file, other=report.form.name, form=checks.form.name
        )
    proposal = of_match(found, checks, Path(file), digest, report.form)
    said = BaselineRemark.CONVERTED.remark(other=report.form.name, form=checks.form.name)
    same_kind = report.period.kind is checks.form.period_kind
    return replace(
        proposal,
        period=report.period if same_kind else None,
        year=report.period.year,
        unit_name=report.unit_name,
        header=dict(report.header),
        notes=(*told, said, *proposal.notes),
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

    def bound(form: Form) -> Sequence[BoundCheck]:
        return catalog.checks(form.id).bound

    if form_id is not None and choice is None:
        asked = fitted(document, catalog.form(form_id), before=year, checks=bound)
        if asked.fit >= 1 - _TIE:
            # No other form can fit so much better that the file would be another edition.
            return asked.match, asked.form
    candidates = recognise(document, catalog.all_forms()[0], before=year, checks=bound)
    best = candidates[0] if candidates else None
    if form_id is None:
        if best is None:
            if passed_over(document):
                limit = MAX_CELLS // 10_000
                raise NianbaoError(BaselineProblem.TOO_LARGE, file=file, limit=limit)
            raise NianbaoError(BaselineProblem.NOTHING_FITS, file=file)
        form = best.form
    else:
        form = catalog.form(form_id)
    fits = {entry.form.id: entry.fit for entry in candidates}
    # A form of nearly the same rows is not another edition.
    other = best is not None and fits.get(form.id, 0.0) < best.fit - _TIE
    known = next((entry.match for entry in candidates if entry.form.id == form.id), None)
    if known is None or choice is not None:
        known = match(document, form, choice=choice, before=year, checks=bound)
    if best is not None and other:
        theirs = best.match
        if choice is not None:
            theirs = match(document, best.form, choice=choice, before=year, checks=bound)
        known = carried_over(theirs, form) or known
    if not known.by_key:
        if best is not None:
            raise NianbaoError(
                BaselineProblem.OTHER_FORM, file=file, other=best.form.name, form=form.name
            )
        raise NianbaoError(BaselineProblem.NOT_THIS_FORM, file=file, form=form.name)
    if best is None:
        return known, None
    return known, best.form if other else form


def _raw_rows(proposal: Proposal) -> list[Json]:
    """The file's rows that hold unmatched figures, as lists of cell texts, each row once."""
    if proposal.match is None:
        return []
    tables = proposal.match.document.tables
    places = dict.fromkeys((row.position.table, row.position.row) for row in proposal.unmatched)
    return [[cell.strip() for cell in tables[table].rows[row]] for table, row in places]
