"""Asks whom the exported report is for, and what the message says."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
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
