"""Brings back what was not saved, given up or replaced: after a crash, and whenever asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from core.problems import NianbaoError
from core.report import Report
from core.session import Edit
from core.storage.files import open_report, save_report
from core.storage.filesystem import StorageProblem
from core.storage.journals import Unreadable
from core.system.folders import is_file
from gui.report.documents import Documents, modified_at
from gui.system.desktop import default_folder
from gui.system.work import run_beside, start_beside
from gui.widgets.dialogs import REPORT_FILTER

if TYPE_CHECKING:
    from core.storage.recovery import Recovery


class Finds(NamedTuple):
    """What there is to bring back, and what cannot be read."""

    offers: list[Recovery]
    unreadable: list[Unreadable]

    @property
    def problems(self) -> list[str]:
        """A sentence for each journal that cannot be read."""
        return [entry.sentence for entry in self.unreadable]


class Rescue(QObject):
    """Asks about what can be brought back and does it, in the open window of *documents*."""

    def __init__(self, documents: Documents, window: QWidget) -> None:
        super().__init__(window)
        self._documents = documents
        self._safety = documents.safety
        self._dialogs = documents.dialogs
        self._window = window

    # -- after a crash ------------------------------------------------------------------------

    def after_start(self) -> None:
        """Looks for what a crash left, beside the window, and offers it. To be called once shown."""
        complaint = self._safety.complaint()
        if complaint:
            self._dialogs.inform("用户文件夹不能写入", complaint)
        start_beside(self._left_by_crash, self, self._offer)

    def _left_by_crash(self) -> Finds:
        journals = self._safety.journals
        finds = Finds(*journals.recoveries(self._documents.catalog))
        journals.remove_expired()
        return finds

    def _offer(self, finds: Finds) -> None:
        # Most starts have nothing to offer: none waits for the dialogs.
        from gui.safety.recovery import Action, RecoveryDialog

        offers = list(finds.offers)
        if not offers and finds.problems:
            self._dialogs.inform("有恢复记录不能读取", "\n".join(finds.problems))
        while offers:
            decision = RecoveryDialog.ask(offers, finds.problems, self._window)
            if decision is None:
                self._documents.said.emit("没有保存的内容仍留着，可从“文件 → 找回未保存的内容”找回")
                return
            recovery = decision.recovery
            match decision.action:
                case Action.RESTORE:
                    done = self.restore(recovery)
                case Action.SAVE_AS:
                    done = self._save_as(recovery)
                    if done:
                        self._set_aside(recovery)
                case Action.GIVE_UP:
                    done = self._set_aside(recovery)
            if done:
                offers.remove(recovery)
            if done and decision.action is Action.RESTORE:
                if offers:
                    self._documents.said.emit(
                        f"还有 {len(offers)} 份没有保存的内容，在“文件 → 找回未保存的内容”里"
                    )
                return

    def find_unsaved(self) -> None:
        """Shows what was not saved or given up in the last days (文件 → 找回未保存的内容)."""
        from gui.safety.recovery import Action, RecoveryDialog

        finds = run_beside("正在查找没有保存的内容……", self._all_unsaved, self._window)
        if finds is None:
            return
        if not finds.offers:
            sentence = "\n".join(["最近 30 天没有未保存就关闭的内容。", *finds.problems])
            self._dialogs.inform("没有找到", sentence)
            return
        decision = RecoveryDialog.ask(finds.offers, finds.problems, self._window, given_up=True)
        if decision is None:
            return
        if decision.action is Action.RESTORE:
            self.restore(decision.recovery)
        elif decision.action is Action.SAVE_AS:
            self._save_as(decision.recovery)

    def _all_unsaved(self) -> Finds:
        from core.storage.recovery import recover

        journals = self._safety.journals
        catalog = self._documents.catalog
        offers, unreadable = journals.recoveries(catalog)
        for path in journals.discarded():
            try:
                recovery = recover(path, catalog, self._safety.fs)
            except NianbaoError as error:
                unreadable.append(Unreadable(path, str(error)))
                continue
            if recovery is not None and not recovery.is_saved:
                offers.append(recovery)
        replaced = {offer.replaces for offer in offers}
        return Finds(
            [offer for offer in offers if _plain_name(offer.journal) not in replaced], unreadable
        )

    def restore(self, recovery: Recovery) -> bool:
        """Takes a report up again where it stood; whether it is open now."""
        from gui.safety.recovery import name_of

        documents = self._documents
        if not documents.may_leave():
            return False
        path = recovery.original
        claim = self._safety.claim(path) if path is not None else None
        try:
            document = documents.document_of(recovery.report, path)
            journal = self._safety.journals.resume(recovery)
        except NianbaoError as error:
            if claim is not None:
                self._safety.drop(claim)
            self._dialogs.error("没有恢复，内容仍留着", str(error))
            return False
        except BaseException:
            if claim is not None:
                self._safety.drop(claim)
            raise
        # There is something to save, though nothing to undo.
        document.undo_stack.resetClean()
        documents.show_document(document, recovery.digest or "", claim, journal)
        documents.saved_at = modified_at(path) if path is not None else None
        documents.saved.emit()
        if claim is not None and claim.is_read_only:
            self._dialogs.inform(f"恢复“{name_of(recovery)}”时请注意", claim.remark)
        documents.said.emit(
            f"已恢复 {name_of(recovery)}，改动 {len(recovery.changed)} 处，尚未保存"
        )
        return True

    def _set_aside(self, recovery: Recovery) -> bool:
        try:
            self._safety.journals.discard(recovery.journal)
        except NianbaoError as error:
            self._dialogs.error("没有放弃", str(error))
            return False
        return True

    def _save_as(self, recovery: Recovery) -> bool:
        original = recovery.original or default_folder() / "找回的报表.nianbao"
        proposed = original.with_name(f"{original.stem}（找回）.nianbao")
        return self._write(recovery.report, proposed)

    def _write(self, report: Report, proposed: Path) -> bool:
        """Saves *report* under a name that the user picks, not over a report that is open."""
        path = self._dialogs.save_path("另存为", proposed, REPORT_FILTER)
        if path is None:
            return False
        keeper = self._safety.keeper
        claim = self._safety.claim(path)
        try:
            if claim.is_read_only or (keeper is not None and claim is keeper.claim):
                self._dialogs.error("没有保存", f"“{path.name}”正开着，请换一个文件名。")
                return False
            save_report(report, path, backups=self._safety.backups, fs=self._safety.fs)
        except NianbaoError as error:
            self._dialogs.error("没有保存", str(error))
            return False
        finally:
            self._safety.drop(claim)
        self._documents.said.emit(f"已另存为 {path.name}")
        return True

    # -- earlier versions ---------------------------------------------------------------------

    def show_versions(self) -> None:
        """Shows the earlier versions of reports, those of the open one first (文件 → 历史版本)."""
        from gui.safety.versions import Shelf, VersionAction, VersionsDialog

        documents, backups = self._documents, self._safety.backups
        documents.commit_pending()
        path = documents.document.path if documents.document is not None else None
        try:
            files = [kept.original for kept in backups.files()]
            own = backups.versions(path) if path is not None else []
        except NianbaoError as error:
            self._dialogs.error("不能查看历史版本", str(error))
            return
        if path is not None and own:
            files = [path, *(file for file in files if file != path)]
        if not files:
            self._dialogs.inform("还没有历史版本", "每次保存都会留下一份，保存以后再来看。")
            return
        catalog = documents.catalog
        shelf = Shelf(
            files, backups.versions, lambda v: backups.read(v, catalog).report, self._present
        )
        choice = VersionsDialog.ask(shelf, self._window)
        if choice is None:
            return
        version = choice.version
        try:
            report = backups.read(version, catalog).report
        except NianbaoError as error:
            self._dialogs.error("没有恢复", str(error))
            return
        when = f"{version.time:%Y-%m-%d %H%M%S}"
        if choice.action is VersionAction.RESTORE:
            self._go_back(version.original, report, when)
        else:
            proposed = version.original.with_name(f"{version.original.stem}（{when}）.nianbao")
            self._write(report, proposed)

    def _present(self, path: Path) -> Report | None:
        """The report as it is now: in the window if it is open there, else in its file."""
        document = self._documents.document
        if document is not None and document.path == path:
            return document.session.report
        try:
            return open_report(path, self._documents.catalog, self._safety.fs).report
        except NianbaoError as error:
            if error.problem is StorageProblem.MISSING:
                return None
            raise

    def _go_back(self, path: Path, report: Report, when: str) -> None:
        """Makes the open report as *report* was, as one step that can be undone."""
        documents = self._documents
        document = documents.document
        if document is None or document.path != path:
            if is_file(path):
                if not documents.open_file(path):
                    return
            elif documents.may_leave():
                empty = Report(report.form, report.period)
                documents.show_document(documents.document_of(empty, path))
            else:
                return
            document = documents.document
        assert document is not None
        if document.session.form.digest != report.form.digest:
            self._dialogs.error(
                "没有恢复", "这个版本用的是另一种表样，请用“另存为”把它保存成另一个文件再打开。"
            )
            return
        try:
            document.submit(edit_to(document.session.report, report, f"恢复 {when} 的版本"))
        except NianbaoError as error:
            self._dialogs.error("没有恢复", str(error))
            return
        documents.said.emit(f"已恢复成 {when} 的版本，尚未保存；可以撤销")


def edit_to(now: Report, wanted: Report, label: str) -> Edit:
    """The edit that makes the report *now* the same as *wanted*, which has the same form."""
    return Edit(
        label,
        # What was computed computes itself again; what was typed over it is typed again.
        cells={
            key: None if key in wanted.computed else wanted.values.get(key)
            for key in now.form.cells
        },
        header=dict(wanted.header),
        explanations={
            check: wanted.explanations.get(check)
            for check in {**now.explanations, **wanted.explanations}
        },
        period=wanted.period,
        baselines=wanted.baselines,
    )


def _plain_name(journal: Path) -> str:
    """A journal's name without the day on which it was set aside."""
    name = journal.name
    day, _, rest = name.partition("-")
    return rest if journal.parent.name == "discarded" and day.isdigit() else name
