"""A match as a proposal: what the clerk is told of a file, and what the clerk's answers make of it.

Every answer gives another proposal; the one before is still there for taking the answer back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from core.checks.checks import CheckSet, Finding
from core.form.form import Form, Level
from core.importing.blanks import as_zero, blank_details
from core.importing.own_workbook import ChangedCell
from core.importing.proposal import BaselineRemark, Proposal
from core.matching.figures import is_mark
from core.matching.groups import passed_over
from core.matching.header import year_of_name
from core.matching.model import Match, RowMatch
from core.narrative.mentions import Mention, find_mentions
from core.period import Period, PeriodKind
from core.report import HEADER_FIELDS
from core.values import CellValue, parse_value


def of_match(
    found: Match, checks: CheckSet, path: Path, digest: str, recognised: Form | None
) -> Proposal:
    """The proposal that a match makes.

    *path*: the file's name and, failing all else, its year. *recognised*: the form that the file
    itself is filled in on.
    """
    form = checks.form
    values: dict[str, CellValue] = {}
    for key in form.cells:
        place = found.by_key.get(key)
        if place is not None and place.value is not None:
            values[key] = place.value
    year, period, said = _dated(found, path)
    findings = own_findings(checks, values)
    mentions = find_mentions(found.document.text, form, values, found.header.unit_name)
    proposal = Proposal(
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
        mentions=mentions,
    )
    remarks = (
        *found.document.remarks,
        *said,
        *_match_remarks(found),
        *_blanks_said(proposal),
        *_marks_said(proposal),
        *_finding_remarks(findings),
        *_mention_remarks(form, mentions),
    )
    return replace(proposal, remarks=remarks)


def with_match(proposal: Proposal, found: Match) -> Proposal:
    """The proposal after the clerk changed what belongs to what; see ``matching.match.reassign``.

    What was known of the file beyond its match (an own file of another edition) stays known.
    """
    before = proposal.match
    path, checks, recognised = Path(proposal.source), proposal.checks, proposal.recognised
    made = of_match(found, checks, path, proposal.digest, recognised)
    own = of_match(before, checks, path, proposal.digest, recognised).remarks if before else ()
    of_before = frozenset(own)
    said = tuple(remark for remark in proposal.remarks if remark not in of_before)
    known = frozenset(said)
    return replace(
        made,
        period=proposal.period,
        year=proposal.year,
        unit_name=proposal.unit_name,
        header=proposal.header,
        remarks=(*said, *(remark for remark in made.remarks if remark not in known)),
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
    findings = own_findings(proposal.checks, ordered)
    old = _finding_remarks(proposal.findings)
    kept = [remark for remark in proposal.remarks if remark not in old]
    said = BaselineRemark.SHOWN.sentence(count=len(chosen))
    return replace(
        proposal,
        values=ordered,
        missing=tuple(key for key in proposal.form.cells if key not in ordered),
        remarks=(*kept, said, *_finding_remarks(findings)),
        findings=findings,
    )


def with_zeros(proposal: Proposal, *, blanks: bool, marks: bool) -> Proposal:
    """The proposal after the clerk said what counts as 0.

    *blanks*: the blank parts of filled totals; *marks*: the cells that hold a dash, 无 or the like.
    """
    cells, keys = proposal.form.cells, list[str]()
    asked, said = _finding_remarks(proposal.findings), list[str]()
    changed = proposal
    if blanks and proposal.blank_details:
        count = len(proposal.blank_details)
        keys += proposal.blank_details
        asked += _blanks_said(proposal)
        said.append(BaselineRemark.AS_ZERO.sentence(count=count))
        changed = replace(changed, blank_details=())
    if marks and proposal.marked:
        marked = [key for key in cells if key in proposal.marked]
        keys += marked
        asked += _marks_said(proposal)
        said.append(BaselineRemark.MARKS_AS_ZERO.sentence(marks=proposal.marks, count=len(marked)))
        changed = replace(changed, marked={})
    if not keys:
        return proposal
    values = {**proposal.values, **as_zero(keys, proposal.checks, proposal.values)}
    findings = own_findings(proposal.checks, values)
    kept = (text for text in proposal.remarks if text not in asked)
    return replace(
        changed,
        values={key: values[key] for key in cells if key in values},
        missing=tuple(key for key in proposal.missing if key not in values),
        remarks=(*kept, *said, *_finding_remarks(findings)),
        findings=findings,
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


def cells_spoken_of(proposal: Proposal) -> dict[str, str]:
    """The cell that a remark speaks of, for each remark that speaks of a single one."""
    form = proposal.form
    said = zip(_finding_remarks(proposal.findings), proposal.findings, strict=True)
    found = {remark: finding.at[0] for remark, finding in said}
    for mention in proposal.mentions:
        for remark in _mention_remarks(form, [mention]):
            found[remark] = mention.key
    return found


# -- what is said ----------------------------------------------------------------------------------


def _dated(found: Match, path: Path) -> tuple[int | None, Period | None, list[str]]:
    year, period, part = found.header.year, found.header.period, found.header.part
    said = [BaselineRemark.PART.sentence(part=part)] if part else []
    if year is not None:
        return year, period, said
    year = year_of_name(path.stem)
    if year is None:
        return None, None, [*said, BaselineRemark.NO_YEAR.sentence()]
    yearly = found.form.period_kind is PeriodKind.YEAR
    said.append(BaselineRemark.YEAR_FROM_NAME.sentence(year=year))
    return year, Period(year) if yearly else None, said


def _match_remarks(found: Match) -> list[str]:
    said: list[str] = []
    tables = found.document.tables
    large = [tables[at].name or f"第 {at + 1} 个表" for at in passed_over(found.document)]
    if large:
        said.append(BaselineRemark.PASSED_OVER.sentence(count=len(large), names=_listed(large)))
    if found.needs_choice:
        taken = next((c.label for c in found.choices if c.id == found.choice), "")
        said.append(BaselineRemark.CHOICE.sentence(label=taken))
    unsure = [
        found.form.cell_name(row.key)
        for row in found.unsure
        if row.key is not None and not _is_marked(row)
    ]
    if unsure:
        said.append(BaselineRemark.UNSURE.sentence(count=len(unsure), names=_listed(unsure)))
    strange = ["".join(row.label.split()) or "（无名称）" for row in found.unmatched]
    if strange:
        names = _listed(list(dict.fromkeys(strange)))
        said.append(BaselineRemark.UNMATCHED.sentence(count=len(strange), names=names))
    return said


def _blanks_said(proposal: Proposal) -> list[str]:
    count = len(proposal.blank_details)
    return [BaselineRemark.BLANKS.sentence(count=count)] if count else []


def _marks_said(proposal: Proposal) -> list[str]:
    count = len(proposal.marked)
    return [BaselineRemark.MARKS.sentence(marks=proposal.marks, count=count)] if count else []


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


def _is_marked(place: RowMatch) -> bool:
    """Whether a mark stands where the form wants a number."""
    return place.value is None and is_mark(place.figure)


def _marked(found: Match) -> dict[str, str]:
    return {key: place.figure.strip() for key, place in found.by_key.items() if _is_marked(place)}


def _listed(names: Sequence[str]) -> str:
    shown = "、".join(f"“{name}”" for name in names[:5])
    return f"{shown}等" if len(names) > 5 else shown
