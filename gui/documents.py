"""The life of the open report: new, open, save, close, import last year, export.

Every question to the user goes through :class:`gui.dialogs.Dialogs`; every refusal of the core
comes out as one sentence in a dialog, and the report that is open stays open and as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.catalog import Catalog
from core.problems import NianbaoError
from core.report import Report
from core.session import Edit, Session
from gui.collector import undisturbed
from gui.dialogs import EXPORT_FILTER, IMPORT_FILTER, OPEN_FILTER, REPORT_FILTER, Answer, Dialogs
from gui.document import Document
from gui.settings import Settings
from gui.windows_manners import default_folder


class Documents(QObject):
    """Holds the one open document and replaces it.

    Signals (facts):
        document_changed(Document | None): another report is open, or none.
        saved(): the open report was written to its file.
        exported(Path): a workbook was written.
        said(str): a sentence for the status line.
        recent_changed(): the list of recent files is another one.
    """

    document_changed = Signal(object)
    saved = Signal()
    exported = Signal(object)
    said = Signal(str)
    recent_changed = Signal()

    def __init__(
        self, catalog: Catalog, settings: Settings, dialogs: Dialogs, window: QWidget
    ) -> None:
        super().__init__(window)
        self.catalog = catalog
        self.settings = settings
        self.dialogs = dialogs
        self._window = window
        self.document: Document | None = None
        self.saved_at: datetime | None = None
        #: SHA-256 of the file when it was opened or last saved; "" while there is none.
        self._stamp = ""
        #: Takes over what stands in an open editor; the window sets it.
        self.commit_pending: Callable[[], None] = lambda: None

    # -- beginning and ending -----------------------------------------------------------------

    def new(self) -> None:
        """Begins an empty report."""
        from gui.new_dialog import NewDialog

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
        self._show(self._document_of(report))
        self.said.emit(f"已新建 {wanted.period.label} {wanted.form.title}")

    def open(self) -> None:
        """Opens a file that the user picks."""
        path = self.dialogs.open_path("打开报表", self._folder("open"), OPEN_FILTER)
        if path is not None:
            self.open_file(path)

    @undisturbed()
    def open_file(self, path: Path) -> bool:
        """Opens *path*; a file of another kind is offered as last year's. Whether it was opened."""
        from core.storage.files import open_report

        own = path.suffix.lower() == ".nianbao"
        stamp = ""
        try:
            if own:
                opened = open_report(path, self.catalog)
                stamp = opened.stamp.sha256
            else:
                # The readers of other formats are a large import; our own file needs none of them.
                from core.opening import open_own

                opened = open_own(path, self.catalog)
        except NianbaoError as error:
            self.dialogs.error(f"没有打开“{path.name}”", str(error))
            if not path.is_file():
                self.settings.forget_recent(path)
                self.recent_changed.emit()
            return False
        self.settings.remember_folder("open", path)
        if opened is None:
            # Another program's file can only be last year's; the preview says so and asks.
            return self.import_file(path)
        if not self.may_leave():
            return False
        self._show(self._document_of(opened.report, path if own else None))
        if own:
            self._stamp = stamp
            self._remember(path)
            self.saved_at = datetime.fromtimestamp(path.stat().st_mtime)
            self.saved.emit()
        if opened.remarks:
            self.dialogs.inform(f"打开“{path.name}”时请注意", "\n".join(opened.remarks))
        self.said.emit(f"已打开 {path.name}")
        return True

    def close(self) -> bool:
        """Closes the report, asking about unsaved work. Whether it is closed now."""
        if not self.may_leave():
            return False
        self._show(None)
        return True

    def may_leave(self) -> bool:
        """Whether the open report may be left: it is saved, or the user gives its changes up."""
        self.commit_pending()
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
        self.commit_pending()
        document = self.document
        if document is None:
            return False
        return self.save_as() if document.path is None else self._write(document, document.path)

    def save_as(self) -> bool:
        """Writes the report to a file that the user picks. Whether it is written."""
        self.commit_pending()
        document = self.document
        if document is None:
            return False
        proposed = (
            document.path or Path(self._folder("save")) / f"{self._file_stem(document)}.nianbao"
        )
        path = self.dialogs.save_path("保存报表", proposed, REPORT_FILTER)
        return path is not None and self._write(document, path)

    def _write(self, document: Document, path: Path) -> bool:
        from core.storage.files import save_report
        from core.storage.filesystem import StorageProblem

        report = document.session.report
        # Only the file that was opened can have changed behind our back; the system's own dialog
        # has already asked about any other.
        expected = self._stamp if path == document.path and self._stamp else None
        try:
            try:
                stamp = save_report(report, path, expected=expected)
            except NianbaoError as error:
                changed = error.problem is StorageProblem.CHANGED_OUTSIDE
                if not (changed and self._overwrite_changed(path)):
                    if changed:
                        return False
                    raise
                stamp = save_report(report, path)
        except NianbaoError as error:
            self.dialogs.error("没有保存", str(error))
            return False
        self._stamp = stamp.sha256
        document.saved_as(path)
        self.saved_at = datetime.now()
        self.settings.remember_folder("save", path)
        self._remember(path)
        self.saved.emit()
        self.said.emit("；".join((f"已保存到 {path.name}", *stamp.remarks)))
        return True

    def _overwrite_changed(self, path: Path) -> bool:
        return self.dialogs.confirm(
            f"“{path.name}”打开以后被别的程序改动过，仍要覆盖吗？",
            "覆盖后，别处的改动就没有了；也可以返回，用“另存为”保存成另一个文件。",
            "覆盖",
            "返回",
        )

    # -- last year, export --------------------------------------------------------------------

    def import_last_year(self) -> None:
        """Takes last year's figures from a file that the user picks; begins a report without one."""
        path = self.dialogs.open_path("导入上年报表", self._folder("import"), IMPORT_FILTER)
        if path is not None:
            self.import_file(path)

    def import_file(self, path: Path) -> bool:
        """Takes last year's figures from *path* once the user has agreed. Whether it did."""
        from gui.import_dialog import ImportDialog

        self.commit_pending()
        report = self.document.session.report if self.document is not None else None
        try:
            taken = ImportDialog.ask(path, self.catalog, report, self._window)
        except NianbaoError as error:
            self.dialogs.error(f"没有导入“{path.name}”", str(error))
            return False
        if taken is None:
            return False
        document = self.document
        if document is None:
            document = self._document_of(Report(taken.form, taken.next_period))
            self._show(document)
        baselines = document.session.report.with_baseline(taken.baseline)
        document.submit(Edit("导入上年", header=taken.header, baselines=baselines))
        self.settings.remember_folder("import", path)
        found = len(taken.baseline.values)
        word = document.session.form.period_word
        self.said.emit(f"已带入{word}数 {found} 个，来自 {path.name}")
        return True

    def export(self) -> bool:
        """Writes the workbook that is emailed. Whether it is written."""
        from core.writing.xlsx import export_report, proposed_name

        self.commit_pending()
        document = self.document
        if document is None:
            return False
        session = document.session
        if not session.is_ready and not self._export_unready(session):
            return False
        proposed = Path(self._folder("export")) / proposed_name(session.report)
        path = self.dialogs.save_path("导出 XLSX", proposed, EXPORT_FILTER)
        if path is None:
            return False
        try:
            export_report(session, path)
        except NianbaoError as error:
            self.dialogs.error("没有导出", str(error))
            return False
        self.settings.remember_folder("export", path)
        state = "可报送" if session.is_ready else "尚不可报送"
        self.said.emit(f"已导出 {path.name}（{state}）")
        self.exported.emit(path)
        return True

    def _export_unready(self, session: Session) -> bool:
        progress = session.progress()
        reasons: list[str] = []
        if progress.filled < progress.total:
            reasons.append(f"还有 {progress.total - progress.filled} 格未填")
        if progress.errors:
            reasons.append(f"必须改正 {progress.errors} 处")
        if progress.warnings:
            reasons.append(f"需要说明 {progress.warnings} 处")
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

    def _document_of(self, report: Report, path: Path | None = None) -> Document:
        session = Session(report, self.catalog.checks(report.form.id))
        return Document(session, path, self)

    def _show(self, document: Document | None) -> None:
        before = self.document
        self.document = document
        self.saved_at = None
        self._stamp = ""
        self.document_changed.emit(document)
        if before is not None:
            before.deleteLater()

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
