"""The life of the open report: new, open, save, close, import last year, export.

Every question to the user goes through :class:`gui.widgets.dialogs.Dialogs`; every refusal of the core
comes out as one sentence in a dialog, and the report that is open stays open and as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.catalog import Catalog
from core.problems import NianbaoError
from core.report import HEADER_FIELDS, Report
from core.session import Edit, Session
from core.storage.durable import write_durably
from core.storage.files import open_report
from core.system.folders import is_file
from gui.document import Document, frozen
from gui.safety.keeper import Safety
from gui.system.desktop import default_folder
from gui.system.settings import Settings
from gui.system.work import run_beside
from gui.widgets.dialogs import (
    EXPORT_FILTER,
    IMPORT_FILTER,
    OPEN_FILTER,
    REPORT_FILTER,
    Answer,
    Dialogs,
)

if TYPE_CHECKING:
    from core.storage.journal import Journal
    from gui.importing.importer import Importer
    from gui.safety.claim import Claim


class Documents(QObject):
    """Holds the one open document and replaces it.

    Signals (facts):
        document_changed(Document | None): another report is open, or none.
        saved(): the open report was written to its file.
        exported(Path): a workbook was written.
        said(str): a sentence for the status line.
        recent_changed(): the list of recent files is another one.
        read_only_changed(): the report's file can now be written, or no longer.
    """

    document_changed = Signal(object)
    saved = Signal()
    exported = Signal(object)
    said = Signal(str)
    recent_changed = Signal()
    read_only_changed = Signal()

    def __init__(
        self,
        catalog: Catalog,
        settings: Settings,
        dialogs: Dialogs,
        window: QWidget,
        safety: Safety | None = None,
    ) -> None:
        super().__init__(window)
        self.catalog = catalog
        self.settings = settings
        self.dialogs = dialogs
        self._window = window
        self.document: Document | None = None
        self.saved_at: datetime | None = None
        self.safety = safety or Safety(settings.folder, self)
        self.safety.said.connect(self.said)
        self.safety.read_only_changed.connect(self.read_only_changed)
        #: Takes over what is being typed; why not, where that was refused. The window sets it.
        self.commit_pending: Callable[[], str] = lambda: ""
        self._waiting_words: list[Callable[[], None]] = []

    # -- beginning and ending -----------------------------------------------------------------

    def new(self) -> None:
        """Begins an empty report."""
        from gui.start.new_dialog import NewDialog

        forms, broken = self.catalog.all_forms()
        for entry in broken:
            self.dialogs.error("有一份表样不能使用", entry.sentence)
        if not forms:
            return
        wanted = NewDialog.ask(forms, self._usual_unit(), date.today(), self._window)
        if wanted is None or not self.may_leave():
            return
        report = Report(wanted.form, wanted.period)
        report.header["unit_name"] = wanted.unit_name
        self.show_document(self.document_of(report))
        self.said.emit(f"已新建 {wanted.period.label} {wanted.form.title}")

    def change_form(self) -> None:
        """Puts the open report on another form, as long as there are no figures in it."""
        from core.importing.editions import baseline_on
        from gui.start.new_dialog import NewDialog, NewReport

        if self.document is None:
            return
        report = self.document.session.report
        if report.values.keys() - report.computed:
            self.dialogs.inform(
                "已经填了数，不能更换表样",
                "换了表样，已填的数就对不上了。请用要用的表样新建一份，再把这一份作为文件导入或照着填写。",
            )
            return
        now = NewReport(report.form, report.period, report.unit_name)
        forms = self.catalog.all_forms()[0]
        wanted = NewDialog.ask(forms, report.unit_name, date.today(), self._window, now)
        if wanted is None or wanted == now:
            return
        fresh = Report(wanted.form, wanted.period, dict(report.header))
        fresh.header["unit_name"] = wanted.unit_name
        checks = self.catalog.checks(wanted.form.id)
        if wanted.form is report.form:
            fresh.baselines = report.baselines
        elif wanted.form.period_kind is report.form.period_kind:
            fresh.baselines = tuple(
                baseline_on(known, report.form, checks) for known in report.baselines
            )
        self.show_document(self.document_of(fresh))
        self.said.emit(f"已更换为 {wanted.form.name}，请保存")

    def open(self) -> None:
        """Opens a file that the user picks."""
        path = self.dialogs.open_path("打开报表", self._folder("open"), OPEN_FILTER)
        if path is not None:
            self.open_file(path)

    def open_file(self, path: Path) -> bool:
        """Opens *path*; a file of another kind is offered as last year's. Whether it was opened."""
        if path.suffix.lower() == ".nianbao":
            return self._open_own(path)
        # The readers of other formats are a large import; our own file needs none of them.
        from core.importing.own_files import changes_told, open_own

        try:
            opened = open_own(path, self.catalog)
        except NianbaoError as error:
            self._say_not_opened(path, error)
            return False
        self.settings.remember_folder("open", path)
        if opened is None:
            # Another program's file can only be last year's; the preview says so and asks.
            return self.import_file(path)
        if not self.may_leave():
            return False
        self.show_document(self.document_of(opened.report))
        self._say_opened(path, (*opened.remarks, *changes_told(path.name, opened.changed)))
        return True

    def _open_own(self, path: Path) -> bool:
        # Held before it is read: nobody can save it in between.
        claim = self.safety.claim(path)
        was_dirty = self.document is not None and self.document.is_dirty
        try:
            opened = open_report(path, self.catalog)
            if not self.may_leave():
                self.safety.drop(claim)
                return False
            if was_dirty:  # it may have been this very file that was saved just now
                opened = open_report(path, self.catalog)
        except NianbaoError as error:
            self.safety.drop(claim)
            self._say_not_opened(path, error)
            return False
        except BaseException:
            self.safety.drop(claim)
            raise
        self.settings.remember_folder("open", path)
        document = self.document_of(opened.report, path)
        self.show_document(document, opened.stamp.sha256, claim)
        self._remember(path)
        self.saved_at = modified_at(path)
        self.saved.emit()
        self._say_opened(path, (*opened.remarks, *read_only_remarks(claim)))
        if claim.remark and not claim.is_read_only:
            self.said.emit(claim.remark)
        return True

    def say_what_waited(self) -> None:
        """Says what there was to say while the window was not shown yet. To be called once it is."""
        words, self._waiting_words = self._waiting_words, []
        for word in words:
            word()

    def _say(self, word: Callable[[], None]) -> None:
        """Says something in a dialog: over a window that is seen, never in front of nothing."""
        if self._window.isVisible():
            word()
        else:
            self._waiting_words.append(word)

    def _say_opened(self, path: Path, remarks: tuple[str, ...]) -> None:
        if remarks:
            what, sentence = f"打开“{path.name}”时请注意", "\n".join(remarks)
            self._say(lambda: self.dialogs.inform(what, sentence))
        self.said.emit("；".join((f"已打开 {path.name}", *self._edition_said())))

    def _edition_said(self) -> tuple[str, ...]:
        """What to say of a report on an edition that is not the one for its period."""
        if self.document is None:
            return ()
        report = self.document.session.report
        said = self.catalog.edition_remark(report.form, report.period, short=True)
        return (said.rstrip("。"),) if said else ()

    def _say_not_opened(self, path: Path, error: NianbaoError) -> None:
        sentence = str(error)
        self._say(lambda: self.dialogs.error(f"没有打开“{path.name}”", sentence))
        if not is_file(path):
            self.settings.forget_recent(path)
            self.recent_changed.emit()

    @property
    def is_read_only(self) -> bool:
        """Whether the report's file is open elsewhere, so that saving asks for another name."""
        return self.safety.keeper is not None and self.safety.keeper.is_read_only

    def close(self) -> bool:
        """Closes the report, asking about unsaved work. Whether it is closed now."""
        if not self.may_leave():
            return False
        self.show_document(None)
        return True

    def may_leave(self) -> bool:
        """Whether the open report may be left: it is saved, or the user gives its changes up."""
        refused = self.commit_pending()
        if refused and not self.dialogs.confirm(
            "正在填写的内容不能填入，要放弃它吗？", refused, "放弃", "返回修改"
        ):
            return False
        document = self.document
        if document is None or not document.is_dirty:
            return True
        match self.dialogs.unsaved(self.name_of(document)):
            case Answer.SAVE:
                return self.save()
            case Answer.DISCARD:
                return True
            case Answer.CANCEL:
                return False

    # -- saving -------------------------------------------------------------------------------

    def save(self) -> bool:
        """Writes the report to its file, asking for one the first time. Whether it is written."""
        refused = self.commit_pending()
        document = self.document
        if document is None:
            return False
        if document.path is None or not self._may_write(document.path):
            return self.save_as()
        return self._write(document, document.path, refused)

    def save_as(self) -> bool:
        """Writes the report to a file that the user picks. Whether it is written."""
        refused = self.commit_pending()
        document = self.document
        if document is None:
            return False
        proposed = (
            document.path or Path(self._folder("save")) / f"{self._file_stem(document)}.nianbao"
        )
        path = self.dialogs.save_path("保存报表", proposed, REPORT_FILTER)
        return path is not None and self._write(document, path, refused)

    def _may_write(self, path: Path) -> bool:
        """Whether the open report's file is ours; it is asked again, as others close files too."""
        keeper = self.safety.keeper
        if keeper is None or keeper.claim is None or not keeper.is_read_only:
            return True
        if keeper.claim.retry():
            self.read_only_changed.emit()
            return True
        self.dialogs.inform(
            f"“{path.name}”是只读的", f"它正由 {keeper.claim.holder} 打开，请另存为一个文件。"
        )
        return False

    def _write(self, document: Document, path: Path, refused: str) -> bool:
        from gui.safety.saving import Saving

        keeper = self.safety.keeper
        assert keeper is not None
        claim = self.safety.claim(path)
        saving = Saving(self.safety, self.catalog, self.dialogs, self._window)
        stamp = None
        try:
            stamp = saving.save(document.session.report, path, claim)
        finally:
            if stamp is None:
                self.safety.drop(claim)
        if stamp is None:
            return self.save_as() if saving.wants_another_name else False
        keeper.hold(claim)
        keeper.saved(path, stamp.sha256)
        document.saved_as(path)
        self.saved_at = datetime.now()
        self.settings.remember_folder("save", path)
        self._remember(path)
        self.saved.emit()
        left_out = [f"还没有填入：{refused.rstrip('。')}"] if refused else []
        self.said.emit("；".join((*left_out, f"已保存到 {path.name}", *stamp.remarks)))
        return True

    # -- last year, export --------------------------------------------------------------------

    def import_last_year(self) -> None:
        """Takes earlier years' figures from files that the user picks; begins a report without one."""
        paths = self.dialogs.open_paths("导入上年报表", self._folder("import"), IMPORT_FILTER)
        if paths:
            self.import_files(paths)

    def import_file(self, path: Path) -> bool:
        """Takes last year's figures from *path* once the user has agreed. Whether it did."""
        return self.import_files([path])

    def import_files(self, paths: Sequence[Path]) -> bool:
        """Takes the figures of a year from each of *paths*. Whether any were taken over."""
        self.commit_pending()
        return self._importer().import_files(paths)

    def open_files(self, paths: Sequence[Path]) -> bool:
        """Opens a file; of several each can only be an earlier year's. Whether anything came of it."""
        return self.open_file(paths[0]) if len(paths) == 1 else self.import_files(paths)

    def import_clipboard(self) -> bool:
        """Takes last year's figures from a table copied elsewhere. Whether it did."""
        self.commit_pending()
        return self._importer().import_clipboard()

    def _importer(self) -> Importer:
        from gui.importing.importer import Importer, ImportTarget

        target = ImportTarget(
            self.document, self.catalog, self.settings, self.dialogs, self.begin, self.said.emit
        )
        return Importer(target, self._window)

    def manage_years(self) -> None:
        """Lists the years kept beside the report's own, and takes away what the user removes."""
        from gui.importing.years_dialog import YearsDialog

        document = self.document
        if document is None:
            return
        before = document.session.report.baselines
        kept = YearsDialog.ask(document.session.report, self._window)
        if kept is not None and kept != before:
            document.submit(Edit("移除历年数", baselines=kept))
            gone = "、".join(known.period.label for known in before if known not in kept)
            self.said.emit(f"已移除 {gone}的数，可以撤销")

    def begin(self, report: Report) -> Document:
        """Opens a report that is in no file yet; its document."""
        document = self.document_of(report)
        self.show_document(document)
        return document

    def export(self) -> bool:
        """Writes the workbook that is emailed. Whether it is written."""
        from core.writing.xlsx import proposed_name, workbook_bytes

        refused = self.commit_pending()
        if refused:
            self.said.emit(f"没有导出：{refused}")
            return False
        document = self.document
        if document is None:
            return False
        session = document.session
        if not self._export_as_it_is(session):
            return False
        proposed = Path(self._folder("export")) / proposed_name(session.report)
        path = self.dialogs.save_path("导出 XLSX", proposed, EXPORT_FILTER)
        if path is None:
            return False
        # A copy: work that is cancelled goes on unseen, and the clerk goes on typing.
        copy = frozen(session)
        content = run_beside("正在导出 XLSX…", lambda: workbook_bytes(copy), self._window)
        if content is None:
            self.said.emit("已取消导出，没有写任何文件")
            return False
        try:
            write_durably(path, content)
        except NianbaoError as error:
            self.dialogs.error("没有导出", str(error))
            return False
        self.settings.remember_folder("export", path)
        state = "可报送" if session.is_ready else "尚不可报送"
        self.said.emit(f"已导出 {path.name}（{state}）")
        self.exported.emit(path)
        return True

    def _export_as_it_is(self, session: Session) -> bool:
        """Whether to export; asked where something is left to do, or a header field is empty."""
        header = session.report.header
        empty = [label for name, label in HEADER_FIELDS.items() if not header[name].strip()]
        if session.is_ready:
            return not empty or self.dialogs.confirm(
                "表头还有没填的项，仍要导出吗？",
                f"{'、'.join(empty)}没有填写，导出的表上这些位置是空白。",
                "仍然导出",
                "返回填写",
            )
        progress = session.progress()
        reasons: list[str] = []
        if progress.filled < progress.total:
            reasons.append(f"还有 {progress.total - progress.filled} 格未填")
        if progress.errors:
            reasons.append(f"必须改正 {progress.errors} 处")
        if progress.warnings:
            reasons.append(f"需要说明 {progress.warnings} 处")
        if session.text_gaps:
            reasons.append(f"正文有 {len(session.text_gaps)} 处没有数字")
        if empty:
            reasons.append(f"表头的{'、'.join(empty)}没有填写")
        return self.dialogs.confirm(
            "这份报表尚不可报送，仍要导出吗？",
            "，".join(reasons) + "。导出的文件里会写明“尚不可报送”。",
            "仍然导出",
            "返回修改",
        )

    # -- inside -------------------------------------------------------------------------------

    @staticmethod
    def name_of(document: Document) -> str:
        """The report as the title and the questions call it: ``某区某局 2019年度``."""
        report = document.session.report
        return f"{report.unit_name or '未填单位'} {report.period.label}"

    def document_of(self, report: Report, path: Path | None = None) -> Document:
        """A document of *report*, not shown yet."""
        session = Session(report, self.catalog.checks(report.form.id))
        return Document(session, path, self)

    def show_document(
        self,
        document: Document | None,
        digest: str = "",
        claim: Claim | None = None,
        journal: Journal | None = None,
    ) -> None:
        """Puts *document* in the place of the one that is open; the user has agreed already.

        *digest*, *claim*: of its file. *journal*: where it was begun before, as after a crash.
        """
        before = self.document
        self.safety.follow(document, digest, claim, journal)
        self.document = document
        self.saved_at = None
        self.document_changed.emit(document)
        if before is not None:
            before.deleteLater()

    def end(self) -> None:
        """The window closes: nothing more has to be kept of the open report."""
        self.safety.end()

    def _remember(self, path: Path) -> None:
        self.settings.add_recent(path)
        self.recent_changed.emit()

    def _folder(self, purpose: str) -> str:
        return self.settings.folder_for(purpose) or str(default_folder())

    def _usual_unit(self) -> str:
        if self.document is not None:
            return self.document.session.report.unit_name
        return ""

    @staticmethod
    def _file_stem(document: Document) -> str:
        from core.writing.xlsx import proposed_name

        return Path(proposed_name(document.session.report)).stem


def modified_at(path: Path) -> datetime | None:
    """When a file was last written; ``None`` where it cannot be told."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime)
    except (OSError, ValueError, OverflowError):
        return None


def read_only_remarks(claim: Claim) -> tuple[str, ...]:
    """What to say about a report that another window or computer has open."""
    if not claim.is_read_only:
        return ()
    return (claim.remark, "可以查看和修改，但保存时要“另存为”另一个文件；对方关闭后即可照常保存。")
