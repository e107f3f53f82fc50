"""A match as a proposal: what the clerk is told of a file, and what the clerk's answers make of it.

Every answer gives another proposal; the one before is still there for taking the answer back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from core.checks.checks import CheckSet, Finding
from core.form.form import Form, Level
from core.importing.blanks import as_zero, blank_details
from core.importing.own_files import ChangedCell
from core.importing.proposal import BaselineRemark, Proposal, is_marked, said_by_reader
from core.matching.header import year_of_name
from core.matching.model import Match
from core.narrative.agreement import TextFigure
from core.narrative.check import contradicting
from core.narrative.guide import Guide
from core.period import Period, PeriodKind
from core.problems import Remark
from core.report import HEADER_FIELDS, Report
from core.values import CellValue, parse_value


def of_match(
    found: Match,
    checks: CheckSet,
    path: Path,
    digest: str,
    recognised: Form | None,
    guide: Guide | None = None,
) -> Proposal:
    """The proposal that a match makes.

    *path*: the file's name and, failing all else, its year. *recognised*: the form that the file
    itself is filled in on. *guide*: by which its running text is held against the figures.
    """
    form = checks.form
    values: dict[str, CellValue] = {}
    for key in form.cells:
        place = found.by_key.get(key)
        if place is not None and place.value is not None:
            values[key] = place.value
    year, period, said = _dated(found, path)
    findings = own_findings(checks, values)
    contradicted: tuple[TextFigure, ...] = ()
    if guide is not None and year is not None and found.document.text:
        report = Report(form, period or Period(year))
        report.header["unit_name"] = found.header.unit_name
        report.values.update(values)
        contradicted = contradicting(found.document.text, report, guide)
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
        findings=findings,
        blank_details=blank_details(found, checks, values),
        marked=_marked(found),
        contradicted=contradicted,
        guide=guide,
        notes=(*said_by_reader(found.document.remarks), *said),
    )


def with_match(proposal: Proposal, found: Match) -> Proposal:
    """The proposal after the clerk changed what belongs to what; see ``matching.match.reassigned``.

    What was known of the file beyond its match (an own file of another edition) stays known.
    """
    made = of_match(
        found,
        proposal.checks,
        Path(proposal.source),
        proposal.digest,
        proposal.recognised,
        proposal.guide,
    )
    return replace(
        made,
        period=proposal.period,
        year=proposal.year,
        unit_name=proposal.unit_name,
        header=proposal.header,
        notes=proposal.notes,
    )


def shown_value(proposal: Proposal, changed: ChangedCell) -> CellValue:
    """The figure that a changed cell shows now; ``None`` where it is blank.

    Raises :class:`NianbaoError` where what stands there is no figure for that cell.
    """
    form = proposal.form
    allowed = form.allows_not_applicable(changed.key)
    return parse_value(changed.shown, form.cells[changed.key].unit, allow_not_applicable=allowed)


def with_shown(proposal: Proposal, keys: Collection[str]) -> Proposal:
    """The proposal after the clerk chose, for the changed cells *keys*, what they show now.

    Raises :class:`NianbaoError` where one of them shows no figure.
    """
    chosen = [changed for changed in proposal.changed if changed.key in keys]
    if not chosen:
        return proposal
    values = dict(proposal.values)
    for changed in chosen:
        values[changed.key] = shown_value(proposal, changed)
    ordered = {key: v for key in proposal.form.cells if (v := values.get(key)) is not None}
    return replace(
        proposal,
        values=ordered,
        missing=tuple(key for key in proposal.form.cells if key not in ordered),
        notes=(*proposal.notes, BaselineRemark.SHOWN.remark(count=len(chosen))),
        findings=own_findings(proposal.checks, ordered),
    )


def with_zeros(proposal: Proposal, *, blanks: bool, marks: bool) -> Proposal:
    """The proposal after the clerk said what counts as 0.

    *blanks*: the blank parts of filled totals; *marks*: the cells that hold a dash, 无 or the like.
    """
    cells, keys = proposal.form.cells, list[str]()
    said = list[Remark]()
    changed = proposal
    if blanks and proposal.blank_details:
        keys += proposal.blank_details
        said.append(BaselineRemark.AS_ZERO.remark(count=len(proposal.blank_details)))
        changed = replace(changed, blank_details=())
    if marks and proposal.marked:
        keys += [key for key in cells if key in proposal.marked]
        count = len(proposal.marked)
        said.append(BaselineRemark.MARKS_AS_ZERO.remark(marks=proposal.marks, count=count))
        changed = replace(changed, marked={})
    if not keys:
        return proposal
    values = {**proposal.values, **as_zero(keys, proposal.checks, proposal.values)}
    return replace(
        changed,
        values={key: values[key] for key in cells if key in values},
        missing=tuple(key for key in proposal.missing if key not in values),
        notes=(*proposal.notes, *said),
        findings=own_findings(proposal.checks, values),
    )


def own_findings(checks: CheckSet, values: Mapping[str, CellValue]) -> tuple[Finding, ...]:
    """Where the figures contradict one another: sums that are not, parts larger than the whole."""
    operators = {bound.id: bound.claim.operator for bound in checks.bound if bound.steady is None}
    return tuple(
        finding
        for finding in checks.run(values, {})
        if not finding.jump
        and (finding.level is Level.ERROR or operators.get(finding.check) == "=")
    )


def _dated(found: Match, path: Path) -> tuple[int | None, Period | None, list[Remark]]:
    year, period, part = found.header.year, found.header.period, found.header.part
    said = [BaselineRemark.PART.remark(part=part)] if part else []
    if year is not None:
        return year, period, said
    year = year_of_name(path.stem)
    if year is None:
        return None, None, [*said, BaselineRemark.NO_YEAR.remark()]
    yearly = found.form.period_kind is PeriodKind.YEAR
    said.append(BaselineRemark.YEAR_FROM_NAME.remark(year=year))
    return year, Period(year) if yearly else None, said


def _marked(found: Match) -> dict[str, str]:
    return {key: place.figure.strip() for key, place in found.by_key.items() if is_marked(place)}
