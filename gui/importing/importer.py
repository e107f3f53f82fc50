"""Takes figures of earlier years over: from files, several at once, or from the clipboard.

Reading runs beside the window; each file is shown before anything is taken over, the newest year
first; what was agreed to becomes one undo step.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from core.catalog import Catalog
from core.importing.proposal import Proposal
from core.importing.propose import propose, propose_document
from core.importing.remembered import RememberedDecisions
from core.period import Period
from core.problems import NianbaoError
from core.reading.clipboard import CLIPBOARD_NAME, read_clipboard
from core.report import Report
from core.session import Edit
from gui.document import Document
from gui.importing.dialog import ImportDialog, Surroundings, Taken
from gui.system.settings import Settings
from gui.system.work import run_beside
from gui.widgets.dialogs import Dialogs

_MEMORY_FILE: Final = "matching.json"


@dataclass(frozen=True)
class Source:
    """Something to read figures from: (form id, choice, the report's period) → proposal."""

    name: str
    propose: Callable[[str | None, str | None, Period | None], Proposal]


@dataclass(frozen=True)
class ImportTarget:
    """Where the outcome goes. ``begin`` opens a report that is in no file yet; ``say`` is the
    status line."""

    document: Document | None
    catalog: Catalog
    settings: Settings
    dialogs: Dialogs
    begin: Callable[[Report], Document]
    say: Callable[[str], object]


class Importer:
    """Leads through the previews and hands the outcome to the open report, or to a new one."""

    def __init__(self, target: ImportTarget, window: QWidget) -> None:
        self._target = target
        self._window = window
        self._memory = RememberedDecisions(target.settings.folder / _MEMORY_FILE)

    def import_files(self, paths: Sequence[Path]) -> bool:
        """Takes over the figures of *paths*, of a year each. Whether anything was taken over."""
        catalog = self._target.catalog

        def source(path: Path) -> Source:
            return Source(
                path.name,
                lambda form_id, choice, before: propose(
                    path, catalog, form_id=form_id, choice=choice, before=before
                ),
            )

        done = self._run([source(path) for path in paths])
        if done:
            self._target.settings.remember_folder("import", paths[0])
        return done

    def import_clipboard(self) -> bool:
        """Takes over the table that was copied elsewhere. Whether it did."""
        data = QGuiApplication.clipboard().mimeData()
        html = data.html() if data.hasHtml() else None
        text = data.text() if data.hasText() else None
        digest = hashlib.sha256((html or text or "").encode("utf-8", "replace")).hexdigest()
        catalog = self._target.catalog

        def read(form_id: str | None, choice: str | None, before: Period | None) -> Proposal:
            document = read_clipboard(html, text)
            return propose_document(
                document,
                CLIPBOARD_NAME,
                digest,
                catalog,
                form_id=form_id,
                choice=choice,
                before=before,
            )

        return self._run([Source(CLIPBOARD_NAME, read)])

    # -- inside -------------------------------------------------------------------------------

    def _run(self, sources: Sequence[Source]) -> bool:
        document = self._target.document
        report = document.session.report if document is not None else None
        offers = self._read_all(sources, report)
        if not offers:
            return False
        agreed: list[Taken] = []
        for number, (source, proposal) in enumerate(offers):
            company = {p.period for _, p in offers if p is not proposal and p.period is not None}
            if report is not None:
                company |= {known.period for known in report.baselines}
            step = f"第 {number + 1} 份，共 {len(offers)} 份" if len(offers) > 1 else ""
            around = Surroundings(self._memory, company, step)
            taken = self._ask(source, proposal, report, around)
            if taken is None:
                continue
            agreed.append(taken)
            if report is None:
                report = Report(taken.form, taken.next_period)
                report.header.update(taken.header)
            report = replace(report, baselines=report.with_baseline(taken.baseline))
        if report is None or not agreed:
            return False
        self._take_over(report, agreed)
        return True

    def _read_all(
        self, sources: Sequence[Source], report: Report | None
    ) -> list[tuple[Source, Proposal]]:
        """What could be read, the newest year first; what could not is said once."""
        form_id = report.form.id if report is not None else None
        before = report.period if report is not None else None

        def work() -> list[tuple[Source, Proposal | NianbaoError]]:
            found: list[tuple[Source, Proposal | NianbaoError]] = []
            for source in sources:
                try:
                    found.append((source, source.propose(form_id, None, before)))
                except NianbaoError as error:
                    found.append((source, error))
            return found

        names = f"“{sources[0].name}”" if len(sources) == 1 else f" {len(sources)} 份文件"
        results = run_beside(f"正在读取{names}…", work, self._window)
        if results is None:
            return []
        failed = [(source, found) for source, found in results if isinstance(found, NianbaoError)]
        if failed:
            what = f"“{failed[0][0].name}”" if len(failed) == 1 else f" {len(failed)} 份文件"
            sentences = "\n".join(str(error) for _, error in failed)
            self._target.dialogs.error(f"没有导入{what}", sentences)
        read = [(source, found) for source, found in results if isinstance(found, Proposal)]
        return sorted(read, key=lambda offer: _newest_first(offer[1]))

    def _ask(
        self, source: Source, proposal: Proposal, report: Report | None, around: Surroundings
    ) -> Taken | None:
        before = report.period if report is not None else None

        def again(form_id: str | None, choice: str | None) -> Proposal | None:
            return run_beside(
                f"正在读取“{source.name}”…",
                lambda: source.propose(form_id, choice, before),
                self._window,
            )

        try:
            if report is not None and proposal.form_id != report.form.id:
                # The first of several files has decided which form the report is on.
                other = again(report.form.id, None)
                if other is None:
                    return None
                proposal = other
            forms = self._target.catalog.all_forms()[0]
            return ImportDialog.ask(proposal, report, forms, again, self._window, around)
        except NianbaoError as error:
            self._target.dialogs.error(f"没有导入“{source.name}”", str(error))
            return None

    def _take_over(self, report: Report, agreed: Sequence[Taken]) -> None:
        target = self._target
        document, edition = target.document, ""
        if document is None:
            edition = target.catalog.edition_remark(report.form, report.period, short=True)
            fresh = Report(report.form, report.period)
            # Whose report this is belongs to its beginning, not to the step that can be undone.
            fresh.header.update(report.header)
            document = target.begin(fresh)
        several = len(agreed) > 1
        label = f"导入 {len(agreed)} 份历年数" if several else "导入上年"
        header = agreed[0].header if agreed[0].header else {}
        document.submit(Edit(label, header=header, baselines=report.baselines))
        baselines = sorted((t.baseline for t in agreed), key=lambda known: known.period.sort_key)
        if several:
            years = "、".join(known.period.label for known in baselines)
            said = [f"已带入 {len(baselines)} 份历年数：{years}"]
        else:
            known = baselines[0]
            last = document.session.report.baseline
            is_last = last is not None and last.period == known.period
            word = f"{report.form.period_word}数" if is_last else f"{known.period.label}数"
            said = [f"已带入{word} {len(known.values)} 个，来自 {known.source}"]
        said += [taken.remark for taken in agreed if taken.remark]
        if edition:
            said.append(f"{edition.rstrip('。')}，可用“报表 → 更换表样”更换")
        target.say("；".join(said))


def _newest_first(proposal: Proposal) -> tuple[float, float]:
    if proposal.period is None:
        return (0.0, 0.0)
    year, part = proposal.period.sort_key
    return (-float(year), -part)
