"""Opens whatever file holds a report: this program's own exactly, any other by matching."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.catalog import Catalog
from core.period import Period
from core.reading.dispatch import load
from core.reading.limits import Limits
from core.reading.own import ChangedCell, read_own_xlsx
from core.reading.sniff import Kind, sniff
from core.reading.zipsafe import SafeZip
from core.report import Report
from core.storage.nianbao import Opened, decode
from core.writing.payload import PAYLOAD_SHEET


@dataclass(frozen=True)
class OwnContent(Opened):
    """A report out of a file that this program wrote; ``changed`` are a workbook's altered cells."""

    changed: tuple[ChangedCell, ...] = ()


def open_any(path: Path, catalog: Catalog, *, form_id: str | None = None) -> Opened:
    """The report in *path*, whatever kind of file it is, and what there is to say about it.

    Raises :class:`NianbaoError` where nothing can be read from it.
    """
    data = load(path)
    own = own_content(data, path.name, catalog)
    if own is not None:
        return own
    # Matching is a large import that opening our own files does without.
    from core.baseline import propose

    proposal = propose(path, catalog, form_id=form_id)
    form = catalog.form(proposal.form_id)
    remarks = list(proposal.remarks)
    period = proposal.period
    if period is None:
        period = Period(proposal.year or date.today().year - 1, form.period_kind)
        remarks.append(f"文件“{path.name}”没有写明报告期，按 {period.label} 处理。")
    report = Report(form, period)
    report.header.update(proposal.header)
    report.values.update(proposal.values)
    return Opened(report, tuple(remarks))


def open_own(path: Path, catalog: Catalog) -> OwnContent | None:
    """The report in *path* if this program wrote it (.nianbao or .xlsx), else ``None``.

    Raises :class:`NianbaoError` where the file cannot be read, or is ours but damaged.
    """
    return own_content(load(path), path.name, catalog)


def own_content(data: bytes, file: str, catalog: Catalog) -> OwnContent | None:
    """The report in the bytes of a file this program wrote, else ``None``.

    Cells of a workbook that were changed after it was exported are named in the remarks; the
    report is the one that was exported.
    """
    kind = sniff(data, Limits().start(file))
    # A damaged file of ours may look like anything; its name then says what it was.
    if kind is Kind.NIANBAO or file.lower().endswith(".nianbao"):
        opened = decode(data, file, catalog)
        return OwnContent(opened.report, opened.remarks)
    if kind is not Kind.XLSX:
        return None
    package = SafeZip(data, Limits().start(file))
    workbook = package.read_optional("xl/workbook.xml")
    if workbook is None or PAYLOAD_SHEET.encode() not in workbook:
        return None
    own = read_own_xlsx(data, file, catalog)
    if own is None:
        return None
    changed = tuple(f"“{file}”在导出后被改动：{change}。" for change in own.changed)
    return OwnContent(own.report, own.remarks + changed, own.changed)
