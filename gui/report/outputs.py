"""What leaves the program besides the workbook: paper, PDF, pictures, a mail draft."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMetaObject, QObject, Signal
from PySide6.QtWidgets import QWidget

from core.problems import NianbaoError
from core.storage.durable import write_durably
from core.storage.filesystem import storage_error
from gui.document import Document, frozen
from gui.look.style import Theme
from gui.look.tokens import Tokens
from gui.report.documents import Documents
from gui.system.desktop import default_folder, open_outside, show_in_folder
from gui.system.work import Progress, run_beside

if TYPE_CHECKING:
    from gui.charts.page import ChartDialog

PDF_FILTER = "PDF 文件 (*.pdf)"
_RECIPIENT = "mail_recipient"


class Outputs(QObject):
    """Does it for the report that is open. What each needs is loaded when it is first asked for.

    Signals:
        said(str): a sentence for the status line.
        written(Path): the sentence just said tells of this file.
    """

    said = Signal(str)
    written = Signal(object)

    def __init__(self, documents: Documents, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._documents = documents
        self._theme = theme
        self._window = window
        #: Opens a file with the system's program for it; whether there is one.
        self.open_outside: Callable[[Path], bool] = open_outside
        self._cell = ""
        self._charts: ChartDialog | None = None

    def print_report(self) -> None:
        """Shows the print preview, from which the user prints."""
        document = self._committed()
        if document is not None:
            from gui.printing.printing import print_preview

            print_preview(document, self._window, self._documents.settings)

    def save_pdf(self) -> None:
        """Saves the official form as PDF where the user wants it."""
        document = self._committed()
        if document is None:
            return
        from core.writing.xlsx import proposed_name
        from gui.printing.pdf import pdf_bytes
        from gui.printing.printing import explanations_wanted

        settings, dialogs = self._documents.settings, self._documents.dialogs
        folder = settings.folder_for("export") or str(default_folder())
        proposed = Path(folder) / proposed_name(document.session.report)
        path = dialogs.save_path("保存为 PDF", proposed.with_suffix(".pdf"), PDF_FILTER)
        if path is None:
            return

        # A copy: journal and clock go on while the pages are made.
        copy, wanted, progress = frozen(document.session), explanations_wanted(settings), Progress()
        content = run_beside(
            "正在生成 PDF…",
            lambda: pdf_bytes(copy, with_explanations=wanted, told=progress.tell),
            self._window,
            progress,
        )
        if content is None:
            self.said.emit("已取消生成 PDF，没有写任何文件")
            return
        try:
            write_durably(path, content)
        except NianbaoError as error:
            dialogs.error("没有保存 PDF", str(error))
            return
        settings.remember_folder("export", path)
        self.said.emit(f"已保存 {path.name}")
        self.written.emit(path)

    def open_written(self, path: Path) -> None:
        """Opens a file that was written with the system's program for it."""
        if not self.open_outside(path):
            self._documents.dialogs.inform(
                f"没有打开“{path.name}”", "这台电脑没有能打开这种文件的程序，或者文件已被移走。"
            )

    def show_folder(self, path: Path) -> None:
        """Shows the folder of a file that was written, the file selected where the system can."""
        if not show_in_folder(path):
            self._documents.dialogs.inform("没有打开文件夹", f"文件在：{path.parent}")

    def show_charts(self) -> None:
        """Opens the chart page in a window of its own, or brings it forward."""
        document = self._committed()
        if document is None:
            return
        from gui.charts.page import ChartDialog

        if self._charts is not None:
            self._charts.raise_()
            self._charts.activateWindow()
            return
        settings = self._documents.settings
        folder = settings.folder_for("export") or str(default_folder())
        dialog = ChartDialog(document, self._theme.tokens, self._window, folder)

        def recolour(tokens: Tokens) -> None:
            dialog.page.set_tokens(tokens)

        dialog.page.show_cell(self._cell)
        connection = self._theme.changed.connect(recolour)
        dialog.destroyed.connect(lambda: self._charts_closed(connection))
        self._charts = dialog
        dialog.show()

    def show_cell(self, key: str) -> None:
        """Lets the chart page follow the sheet's current cell."""
        self._cell = key
        if self._charts is not None:
            self._charts.page.show_cell(key)

    def _charts_closed(self, connection: QMetaObject.Connection) -> None:
        self._theme.changed.disconnect(connection)
        self._charts = None

    def export_and_mail(self) -> Path | None:
        """Exports the workbook and opens a draft with it in the system's mail program; the draft."""
        document = self._committed()
        if document is None:
            return None
        from gui.report.mail_dialog import MailDialog, MailWritten, proposed_mail

        settings = self._documents.settings
        proposed = proposed_mail(document.session, settings.text(_RECIPIENT))
        mail = MailDialog.ask(proposed, self._window)
        if mail is None:
            return None
        settings.set_text(_RECIPIENT, mail.recipients)
        written: list[Path] = []
        self._documents.exported.connect(written.append)
        try:
            self._documents.export()
        finally:
            self._documents.exported.disconnect(written.append)
        if not written:
            return None
        from core.writing.mail_draft import Attachment, draft, recipients_of

        path = written[0].with_suffix(".eml")
        try:
            attachment = Attachment(written[0].name, written[0].read_bytes())
            recipients = recipients_of(mail.recipients)
            write_durably(path, draft(mail.subject, mail.text, [attachment], recipients))
        except OSError as error:
            sentence = str(storage_error(error, written[0]))
            self._documents.dialogs.error("已导出，但没有写成邮件草稿", sentence)
            return None
        except NianbaoError as error:
            self._documents.dialogs.error("已导出，但没有写成邮件草稿", str(error))
            return None
        opened = self.open_outside(path)
        self.said.emit(f"已导出 {written[0].name}，邮件草稿已写好")
        # Shown either way: the system says yes even where no mail program is set up.
        MailWritten(
            mail, path, opened=opened, show_folder=self.show_folder, parent=self._window
        ).open()
        return path

    def _committed(self) -> Document | None:
        """The open document with what is being typed taken over; ``None`` where that was refused."""
        refused = self._documents.commit_pending()
        if refused:
            self.said.emit(f"请先改正正在填写的内容：{refused}")
            return None
        return self._documents.document
