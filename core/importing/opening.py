"""Opens whatever file holds a report: this program's own exactly, any other by matching."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from core.catalog import Catalog
from core.importing.own_files import changes_told, own_content
from core.narrative.rendering import plain_text
from core.period import Period
from core.reading.dispatch import kind_of, load, read_bytes
from core.report import Report
from core.storage.nianbao import Opened


def read_text(path: Path, catalog: Catalog) -> str:
    """The running text of any file that can be read: of this program's own, the report's text.

    Raises :class:`NianbaoError` where the file cannot be read.
    """
    data = load(path)
    kind = kind_of(data, path.name)
    own = own_content(data, path.name, kind, catalog)
    if own is not None:
        return plain_text(own.report.text, own.report)
    return read_bytes(data, path.name, kind=kind).text


def open_any(path: Path, catalog: Catalog, *, form_id: str | None = None) -> Opened:
    """The report in *path*, whatever kind of file it is, and what there is to say about it.

    Raises :class:`NianbaoError` where nothing can be read from it.
    """
    data = load(path)
    own = own_content(data, path.name, kind_of(data, path.name), catalog)
    if own is not None:
        said = catalog.edition_remark(own.report.form, own.report.period)
        remarks = (*own.remarks, *changes_told(path.name, own.changed), *([said] if said else []))
        return Opened(own.report, remarks)
    # Matching is a large import that opening our own files does without.
    from core.importing.propose import propose

    proposal = propose(path, catalog, form_id=form_id)
    form = catalog.form(proposal.form_id)
    remarks = [str(remark) for remark in proposal.remarks]
    period = proposal.period
    if period is None:
        period = Period(proposal.year or date.today().year - 1, form.period_kind)
        remarks.append(f"文件“{path.name}”没有写明报告期，按 {period.label} 处理。")
    report = Report(form, period)
    report.header.update(proposal.header)
    report.values.update(proposal.values)
    return Opened(report, tuple(remarks))
