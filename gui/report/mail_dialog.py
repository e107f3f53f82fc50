"""Asks whom the exported report is for and what the message says; tells where the draft is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from core.problems import NianbaoError
from core.session import Session
from core.writing.mail_draft import recipients_of
from gui.help.help_key import help_at
from gui.look.style import set_styled
from gui.widgets.button import Button


@dataclass(frozen=True)
class Mail:
    """What the user wants sent: recipients as written, subject and text."""

    recipients: str
    subject: str
    text: str


def proposed_mail(session: Session, recipients: str) -> Mail:
    """The message to begin with, made from the report's header."""
    report = session.report
    unit = report.unit_name or "本单位"
    what = f"{report.period.label}《{report.form.title}》"
    lines = ["您好：", "", f"现报送{unit}{what}，请查收附件。"]
    if not session.is_ready:
        lines.append("说明：本表尚有未完成事项，附件中已注明。")
    lines.append("")
    signature = (
        ("填报单位", report.unit_name),
        ("填报人", report.header["preparer"]),
        ("联系电话", report.header["phone"]),
    )
    lines += [f"{label}：{text}" for label, text in signature if text]
    return Mail(recipients, f"{unit} {report.period.label} {report.form.title}", "\n".join(lines))


class MailWritten(QDialog):
    """Said at the end: where the draft is, and its parts to be copied into a web mail."""

    def __init__(
        self,
        mail: Mail,
        draft: Path,
        *,
        opened: bool,
        show_folder: Callable[[Path], None],
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("已导出，邮件草稿也写好了")
        help_at(self, "写邮件")
        lines = [
            "草稿已交给邮件程序打开，请检查后发送。"
            if opened
            else "这台电脑没有能打开邮件草稿的程序。",
            f"草稿是“{draft.name}”，与导出的文件在同一个文件夹。"
            "如果邮件程序没有出现，可以在网页邮箱里新建邮件，把下面的内容复制过去，"
            "再把导出的文件作为附件。",
        ]
        words = QLabel("\n".join(lines), self)
        words.setWordWrap(True)
        words.setMinimumWidth(460)
        parts = (("收件人", mail.recipients), ("主题", mail.subject), ("正文", mail.text))
        copies = QHBoxLayout()
        for name, text in parts:
            button = Button(f"复制{name}", self)
            button.setAutoDefault(False)
            button.setEnabled(bool(text))
            button.clicked.connect(
                lambda _=False, text=text: QGuiApplication.clipboard().setText(text)
            )
            copies.addWidget(button)
        copies.addStretch(1)
        folder = Button("打开所在文件夹", self)
        folder.setAutoDefault(False)
        folder.clicked.connect(lambda: show_folder(draft))
        close = Button("关闭", self)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        last = QHBoxLayout()
        last.addWidget(folder)
        last.addStretch(1)
        last.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(words)
        column.addLayout(copies)
        column.addLayout(last)


class MailDialog(QDialog):
    """The message before it goes to the mail program, where it can still be changed."""

    def __init__(self, proposed: Mail, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("导出并写邮件")
        help_at(self, "写邮件")
        self.setMinimumWidth(560)
        self.recipients = QLineEdit(proposed.recipients, self)
        self.recipients.setPlaceholderText("name@example.cn；多个收件人用分号隔开，也可以留空")
        self.recipients.textEdited.connect(lambda: self._complain(""))
        self.subject = QLineEdit(proposed.subject, self)
        self.text = QPlainTextEdit(proposed.text, self)
        self.text.setTabChangesFocus(True)
        self._problem = QLabel(self)
        self._problem.setProperty("tone", "error")
        self._problem.setWordWrap(True)
        self._problem.hide()
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(10)
        form.addRow("收件人(&T)", self.recipients)
        form.addRow("", self._problem)
        form.addRow("主题(&J)", self.subject)
        form.addRow("正文(&B)", self.text)
        promise = QLabel("本程序不发送邮件：导出后用您的邮件程序打开草稿，由您检查并发送。", self)
        promise.setProperty("tone", "muted")
        promise.setWordWrap(True)
        buttons = QDialogButtonBox(self)
        export = buttons.addButton("导出并写邮件", QDialogButtonBox.ButtonRole.AcceptRole)
        export.setDefault(True)
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(promise)
        column.addWidget(buttons)
        if not proposed.recipients:
            self.recipients.setFocus()

    @classmethod
    def ask(cls, proposed: Mail, parent: QWidget | None) -> Mail | None:
        """The message as the user wants it; ``None`` where they think better of it."""
        dialog = cls(proposed, parent)
        agreed = dialog.exec() == QDialog.DialogCode.Accepted
        mail = dialog.mail
        dialog.deleteLater()
        return mail if agreed else None

    @property
    def mail(self) -> Mail:
        """The message as it stands."""
        return Mail(
            self.recipients.text().strip(), self.subject.text().strip(), self.text.toPlainText()
        )

    def _take(self) -> None:
        try:
            recipients_of(self.recipients.text())
        except NianbaoError as error:
            self._complain(str(error))
            self.recipients.setFocus()
            return
        self.accept()

    def _complain(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        set_styled(self.recipients, "wrong", bool(sentence))
        self.recipients.setAccessibleDescription(sentence)
