"""One item of the folder as a reading: this program's own files exactly, any other by matching.

Nothing here raises: whatever an item is, the answer is a reading, if only of why it cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Final

from core.catalog import Catalog
from core.checks.checks import CheckSet
from core.importing.own_files import OwnContent, own_content
from core.importing.proposal import Proposal
from core.importing.propose import propose_document
from core.matching.header import year_of_name
from core.period import Period
from core.problems import NianbaoError, Problem
from core.reading.base.limits import Limits
from core.reading.base.zipsafe import SafeZip
from core.reading.dispatch import kind_of, read_bytes
from core.reading.sniff import Kind
from core.report import Report
from core.rollup.fast import FastReader
from core.rollup.forms import SteadyCatalog
from core.rollup.judging import completed, failed_checks, written_out
from core.rollup.model import Moment, Reading, Seal, figures_out
from core.rollup.names import name_in_file_name
from core.rollup.sources.items import Item, SourceProblem, stamp
from core.values import CellValue
from core.writing.sealed_sheet import PAYLOAD_SHEET

#: Of a form of more cells, a file that fills less than this share may be something else.
_FEW: Final = 0.3
_MOST_NAMED: Final = 5
#: When a workbook was last written, in its document properties (ECMA-376 part 2, 11.1): UTC.
_MODIFIED: Final = re.compile(
    rb"<dcterms:modified[^>]*>(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z?</dcterms:modified>"
)


class Doubt(Problem):
    """What somebody has to agree to before a report is added."""

    FIGURES = "有 {count} 处数字拿不准：{names}"
    SEVERAL = "文件里不止一份表或一列数字，现按{label}读取"
    NO_PERIOD = "没有写明报告期"
    PERIOD_FROM_NAME = "报告期取自文件名（{year} 年），文件里没有写明"
    PART = "文件写的是“{part}”，不是全年的数"
    FEW = "只认出 {count} 格（共 {total} 格），可能不是这张表"
    MARKS = "有 {count} 格写作“{marks}”而没有写数字，没有按 0 计"


class ItemReader:
    """Reads items one after the other; *catalog* has the forms as they are now."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = SteadyCatalog(catalog)
        self._fast = FastReader(self.catalog)

    def read(self, item: Item, form_id: str | None = None) -> Reading:
        """The reading of *item*; a file of another program is matched with *form_id*, if given."""
        blank = Reading(
            source=item.source,
            sha256="" if item.problem else sha256(item.data).hexdigest(),
            size=len(item.data),
            time=stamp(item.time),
            moment=item.moment,
            filed=stamp(item.filed),
            problem=item.problem,
            hints=_hints(item),
        )
        if item.problem:
            return blank
        try:
            return self._read(item, blank, form_id)
        except NianbaoError as error:
            return replace(blank, problem=" ".join(str(error).split()))
        except (MemoryError, RecursionError) as error:
            reason = type(error).__name__
            problem = SourceProblem.DEFECT.sentence(file=item.name, reason=reason)
            return replace(blank, problem=problem)

    def _read(self, item: Item, blank: Reading, form_id: str | None) -> Reading:
        quick = self._fast.read(item.data, item.name)
        if quick is not None:
            own, properties = quick
            checks = self.catalog.checks(own.report.form.id)
            return exported_at(of_report(own, blank, checks, Kind.XLSX), properties)
        return read_slowly(item, blank, self.catalog, form_id)


def _hints(item: Item) -> tuple[str, ...]:
    """What else the unit may be called: by the file's name, the sender, the mail's subject."""
    stem = item.name.rpartition(".")[0] or item.name
    found = (name_in_file_name(stem), *item.hints)
    return tuple(dict.fromkeys(text[:200] for text in found if text))


def read_slowly(item: Item, blank: Reading, catalog: Catalog, form_id: str | None) -> Reading:
    """The reading of any item, *blank* filled in. Raises :class:`NianbaoError`."""
    limits = Limits()
    kind = kind_of(item.data, item.name, limits)
    own = own_content(item.data, item.name, kind, catalog)
    if own is not None:
        made = of_report(own, blank, catalog.checks(own.report.form.id), kind)
        return exported_at(made, _properties(item, limits)) if kind is Kind.XLSX else made
    document = read_bytes(item.data, item.name, limits, kind)
    proposal = propose_document(document, item.name, blank.sha256, catalog, form_id=form_id)
    seal = Seal.BROKEN if _is_sealed(item, kind, limits) else Seal.NONE
    return replace(of_proposal(proposal, blank, item.name), seal=seal, kind=document.kind)


def _properties(item: Item, limits: Limits) -> bytes:
    return SafeZip(item.data, limits.start(item.name)).read_optional("docProps/core.xml") or b""


def exported_at(reading: Reading, properties: bytes) -> Reading:
    """*reading* with the time that its workbook says it was last written, unless a mail tells one."""
    found = _MODIFIED.search(properties)
    if found is None or reading.moment is Moment.MAIL:
        return reading
    return replace(reading, time=found[1].decode("ascii"), moment=Moment.EXPORT)


def _is_sealed(item: Item, kind: Kind, limits: Limits) -> bool:
    """Whether a workbook that did not pass as ours once was ours."""
    if kind is not Kind.XLSX:
        return False
    workbook = SafeZip(item.data, limits.start(item.name)).read_optional("xl/workbook.xml")
    return workbook is not None and PAYLOAD_SHEET.encode() in workbook


def of_report(own: OwnContent, blank: Reading, checks: CheckSet, kind: Kind) -> Reading:
    """The reading of this program's own file."""
    seal = Seal.NONE
    if kind is Kind.XLSX:
        seal = Seal.CHANGED if own.changed else Seal.WHOLE
    changed = tuple((cell.key, cell.shown.strip()[:40]) for cell in own.changed)
    made = _judged(own.report, blank, checks)
    own_kind = "xlsx" if kind is Kind.XLSX else "nianbao"
    return replace(made, kind=own_kind, seal=seal, changed=changed, remarks=own.remarks)


def _judged(report: Report, blank: Reading, checks: CheckSet) -> Reading:
    """*blank* with the report's figures and what the checks say of them."""
    form = report.form
    baseline = report.baseline
    fits = baseline is not None and baseline.period == report.period.compared(form.comparison)
    last: Mapping[str, CellValue] = baseline.values if baseline is not None and fits else {}
    values = completed(report, checks)
    return replace(
        blank,
        form=form.id,
        period=str(report.period),
        unit_name=report.unit_name.strip(),
        header={name: text for name, text in report.header.items() if text},
        figures=figures_out(form, values),
        last=figures_out(form, last) if last else "",
        blank=sum(values.get(key) is None for key in form.cells),
        failed=failed_checks(checks, values, last, report.explanations),
        explanations=written_out(report.explanations),
    )


def of_proposal(proposal: Proposal, blank: Reading, name: str) -> Reading:
    """The reading of any other file, with all that is not certain in it."""
    form = proposal.form
    period = proposal.period
    doubts = list(_doubts(proposal))
    found = proposal.match
    if period is not None and found is not None and found.header.year is None:
        year = year_of_name(name.rpartition(".")[0])
        doubts.append(Doubt.PERIOD_FROM_NAME.sentence(year=year))
    report = Report(form, period or Period(proposal.year or 2000, form.period_kind))
    report.header.update(proposal.header)
    report.header["unit_name"] = proposal.unit_name
    report.values.update(proposal.values)
    made = _judged(report, blank, proposal.checks)
    recognised = proposal.recognised or form
    if recognised.id != form.id:
        # Another edition: named as such, and none of its figures is anybody's.
        made = replace(made, form=recognised.id, figures="", last="", failed=(), blank=0)
    return replace(
        made,
        period=str(period) if period is not None else "",
        doubts=tuple(doubts),
        remarks=tuple(str(remark) for remark in proposal.remarks),
    )


def _doubts(proposal: Proposal) -> list[str]:
    form, found = proposal.form, proposal.match
    doubts: list[str] = []
    unsure = [key for key in proposal.doubted if key not in proposal.marked]
    if unsure:
        names = "、".join(f"“{form.cell_name(key)}”" for key in unsure[:_MOST_NAMED])
        names += "等" if len(unsure) > _MOST_NAMED else ""
        doubts.append(Doubt.FIGURES.sentence(count=len(unsure), names=names))
    if proposal.marked:
        count = len(proposal.marked)
        doubts.append(Doubt.MARKS.sentence(count=count, marks=proposal.marks))
    if found is not None and found.needs_choice:
        label = next((c.label for c in found.choices if c.id == found.choice), "")
        doubts.append(Doubt.SEVERAL.sentence(label=label))
    if found is not None and found.header.part:
        doubts.append(Doubt.PART.sentence(part=found.header.part))
    if proposal.period is None:
        doubts.append(Doubt.NO_PERIOD.sentence())
    filled = len(proposal.values)
    if filled < _FEW * len(form.cells):
        doubts.append(Doubt.FEW.sentence(count=filled, total=len(form.cells)))
    return doubts


def shown_changes(reading: Reading, checks: CheckSet) -> list[str]:
    """A sentence for each visible cell that was changed after the workbook was exported."""
    figures = dict(zip(checks.form.cells, reading.figures.split(","), strict=False))
    return [
        f"{checks.form.cell_name(key)} 导出时为 {figures.get(key) or '空白'}，"
        f"现在表中为 {shown or '空白'}"
        for key, shown in reading.changed
        if key in checks.form.cells
    ]
