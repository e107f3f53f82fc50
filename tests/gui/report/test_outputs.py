"""PDF, charts and the mail draft, from the window's commands."""

from __future__ import annotations

import email
import email.policy
import threading
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from gui.charts.page import ChartDialog
from gui.report.mail_dialog import Mail, MailDialog, MailWritten
from gui.system.settings import Settings
from gui.system.work import WaitDialog
from gui.window.window import MainWindow
from tests.gui.window.answers import AnsweringDialogs


@pytest.fixture
def opened(window: MainWindow, saved_report: Callable[..., Path]) -> MainWindow:
    assert window.documents.open_file(saved_report(values={"3.1.1": 3}))
    return window


def test_the_pdf_is_saved_while_the_window_lives(
    qtbot: QtBot, opened: MainWindow, dialogs: AnsweringDialogs, tmp_path: Path
) -> None:
    path = tmp_path / "表.pdf"
    dialogs.paths = [path]
    opened.actions_["pdf"].trigger()
    qtbot.waitUntil(path.exists)
    assert path.read_bytes().startswith(b"%PDF")
    assert dialogs.proposed[0].name == "某区某局_2019年度_政府信息公开情况统计表.pdf"


def test_a_pdf_that_is_called_off_is_not_written(
    opened: MainWindow,
    dialogs: AnsweringDialogs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    released, ended = threading.Event(), threading.Event()

    def slow(session: object, *, told: Callable[[int, int], None], **_: object) -> bytes:
        told(1, 300)
        released.wait(30)
        try:
            told(2, 300)
        finally:
            ended.set()
        return b"never written"

    def cancel() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, WaitDialog):
            QTimer.singleShot(20, cancel)
            return
        QTest.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)

    monkeypatch.setattr("gui.printing.pdf.pdf_bytes", slow)
    dialogs.paths = [tmp_path / "表.pdf"]
    QTimer.singleShot(20, cancel)
    opened.actions_["pdf"].trigger()
    released.set()
    assert ended.wait(30)
    assert opened.status.note == "已取消生成 PDF，没有写任何文件"
    assert not (tmp_path / "表.pdf").exists()


def test_a_pdf_that_cannot_be_written_is_said(
    qtbot: QtBot, opened: MainWindow, dialogs: AnsweringDialogs, tmp_path: Path
) -> None:
    dialogs.paths = [tmp_path / "gone" / "表.pdf"]
    opened.actions_["pdf"].trigger()
    qtbot.waitUntil(lambda: bool(dialogs.errors))


def test_a_long_export_shows_itself_and_can_be_cancelled(
    opened: MainWindow,
    dialogs: AnsweringDialogs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    released = threading.Event()
    seen: list[str] = []

    def slow(session: object) -> bytes:
        released.wait(30)
        return b"never written"

    def cancel() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, WaitDialog):
            QTimer.singleShot(20, cancel)
            return
        seen.extend(label.text() for label in dialog.findChildren(QLabel))
        QTest.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)

    monkeypatch.setattr("core.writing.xlsx.workbook_bytes", slow)
    path = tmp_path / "表.xlsx"
    dialogs.paths, dialogs.agreements = [path], [True]
    QTimer.singleShot(20, cancel)
    assert not opened.documents.export()
    released.set()
    assert seen == ["正在导出 XLSX…"]
    assert opened.status.note == "已取消导出，没有写任何文件"
    assert not path.exists()


def test_charts_open_once_and_close_with_the_report(qtbot: QtBot, opened: MainWindow) -> None:
    opened.actions_["charts"].trigger()
    opened.actions_["charts"].trigger()
    (dialog,) = opened.findChildren(ChartDialog)
    qtbot.waitUntil(lambda: dialog.page.chart is not None)
    opened.theme.choose("dark")
    assert opened.documents.close()
    qtbot.waitUntil(lambda: not opened.findChildren(ChartDialog))
    opened.theme.choose("light")


def draft_of(
    window: MainWindow,
    dialogs: AnsweringDialogs,
    monkeypatch: pytest.MonkeyPatch,
    path: Path,
    *,
    opens: bool = True,
) -> tuple[EmailMessage, list[Path]]:
    shown: list[Path] = []

    def open_outside(file: Path) -> bool:
        shown.append(file)
        return opens

    window.outputs.open_outside = open_outside
    dialogs.agreements = [True]  # the report is not ready; export nevertheless
    dialogs.paths = [path]
    monkeypatch.setattr(
        MailDialog, "ask", lambda proposed, parent: Mail("汇总 <a@b.cn>", proposed.subject, "正文")
    )
    window.actions_["mail"].trigger()
    message = email.message_from_bytes(
        path.with_suffix(".eml").read_bytes(), policy=email.policy.default
    )
    assert isinstance(message, EmailMessage)
    return message, shown


def test_export_and_mail_opens_a_draft_with_the_workbook(
    opened: MainWindow,
    dialogs: AnsweringDialogs,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    settings: Settings,
) -> None:
    path = tmp_path / "某区某局_报表.xlsx"
    message, shown = draft_of(opened, dialogs, monkeypatch, path)
    assert shown == [path.with_suffix(".eml")]
    assert message["X-Unsent"] == "1"
    assert message["Subject"] == "某区某局 2019年度 政府信息公开情况统计表"
    assert message["To"].addresses[0].addr_spec == "a@b.cn"
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == path.name
    assert attachment.get_content() == path.read_bytes()
    assert settings.text("mail_recipient") == "汇总 <a@b.cn>"


def test_without_a_mail_program_the_draft_is_named(
    opened: MainWindow,
    dialogs: AnsweringDialogs,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    draft_of(opened, dialogs, monkeypatch, tmp_path / "报表.xlsx", opens=False)
    (told,) = opened.findChildren(MailWritten)
    words = "".join(label.text() for label in told.findChildren(QLabel))
    assert "没有能打开邮件草稿的程序" in words and "报表.eml" in words
    buttons = {button.text(): button for button in told.findChildren(QPushButton)}
    buttons["复制收件人"].click()
    assert QApplication.clipboard().text() == "汇总 <a@b.cn>"
    buttons["复制正文"].click()
    assert QApplication.clipboard().text() == "正文"
    folders: list[Path] = []
    monkeypatch.setattr(
        "gui.report.outputs.show_in_folder", lambda path: folders.append(path) or True
    )
    buttons["打开所在文件夹"].click()
    assert folders == [tmp_path / "报表.eml"]
    told.close()


def test_what_was_written_is_opened_from_the_status_line(
    qtbot: QtBot,
    opened: MainWindow,
    dialogs: AnsweringDialogs,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    path = tmp_path / "报表.xlsx"
    dialogs.agreements, dialogs.paths = [True], [path]
    shown: list[Path] = []
    opened.outputs.open_outside = lambda file: shown.append(file) or True
    monkeypatch.setattr(
        "gui.report.outputs.show_in_folder", lambda path: shown.append(path.parent) or True
    )
    file_button, folder_button = opened.status.written_buttons
    assert not file_button.isVisible()
    opened.actions_["export"].trigger()
    for button in (file_button, folder_button):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown == [path, tmp_path]
    document = opened.documents.document
    assert document is not None
    document.type_text("9.1", "3")
    assert not file_button.isVisible() and opened.status.note == ""


def test_the_mail_dialog_names_a_wrong_address(qtbot: QtBot) -> None:
    dialog = MailDialog(Mail("", "主题", "正文"))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.recipients.setText("张三")
    box = dialog.findChild(QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    export = box.buttons()[0]
    export.click()
    assert dialog.isVisible()
    assert "张三" in dialog.recipients.accessibleDescription()
    dialog.recipients.setText("zhang@example.cn")
    export.click()
    assert not dialog.isVisible()
    assert dialog.mail == Mail("zhang@example.cn", "主题", "正文")
