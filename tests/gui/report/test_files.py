"""New, open, save, close: what is asked, what is written, and that nothing is ever lost quietly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QTabBar
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.period import Period
from core.report import Report
from core.storage.files import open_report, save_report
from gui.safety.conflict import Choice, ConflictDialog
from gui.start.new_dialog import NewDialog, NewReport
from gui.widgets.dialogs import Answer
from gui.window.window import MainWindow
from tests.gui.window.answers import AnsweringDialogs

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def type_figure(qtbot: QtBot, window: MainWindow, key: str, text: str) -> None:
    """Types into a cell as a clerk does: go there, digits, Enter."""
    window.sheets.go_to(key)
    target = QApplication.focusWidget() or window.sheets.current
    qtbot.keyClicks(target, text)
    qtbot.keyClick(QApplication.focusWidget() or target, Qt.Key.Key_Return)


def new_report(monkeypatch: pytest.MonkeyPatch, catalog: Catalog, year: int = 2019) -> None:
    wanted = NewReport(catalog.form("cn-2014-beijing"), Period(year), "某区某局")
    monkeypatch.setattr(NewDialog, "ask", classmethod(lambda cls, *args: wanted))


def test_new_type_save_and_open_again(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    catalog: Catalog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new_report(monkeypatch, catalog)
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL)
    assert window.windowTitle() == "某区某局 2019年度 — 公开年报"
    type_figure(qtbot, window, "1.1", "31")
    assert window.windowTitle() == "某区某局 2019年度 * — 公开年报"

    path = tmp_path / "某区某局2019.nianbao"
    dialogs.paths = [path]
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    assert dialogs.proposed[0].name == "某区某局_2019年度_政府信息公开情况统计表.nianbao"
    assert open_report(path, catalog).report.values == {"1.1": 31}
    assert window.windowTitle() == "某区某局 2019年度 — 公开年报"

    qtbot.keyClick(window, Qt.Key.Key_W, CONTROL)
    assert window.documents.document is None
    assert window.start_page.isVisible()
    qtbot.mouseClick(window.start_page.files[path].button, Qt.MouseButton.LeftButton)
    assert window.documents.document is not None
    assert window.documents.document.session.value("1.1") == 31
    assert dialogs.asked == []


def test_a_figure_still_in_its_editor_is_saved(
    qtbot: QtBot, window: MainWindow, saved_report: Callable[..., Path], catalog: Catalog
) -> None:
    path = saved_report()
    window.documents.open_file(path)
    window.sheets.go_to("1.1")
    qtbot.keyClicks(window.sheets.current, "64")
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_S, CONTROL)
    assert open_report(path, catalog).report.values == {"1.1": 64}


def test_opening_puts_the_first_blank_cell_under_the_keyboard(
    qtbot: QtBot, window: MainWindow, saved_report: Callable[..., Path]
) -> None:
    window.documents.open_file(saved_report(values={"1.1": 31}))
    assert window.commands.current_cell == "1.1.1"
    qtbot.keyClicks(QApplication.focusWidget() or window, "7\r")
    assert window.documents.document is not None
    assert window.documents.document.session.value("1.1.1") == 7


@pytest.mark.parametrize("answer", Answer)
def test_unsaved_work_is_asked_about_before_the_window_closes(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    catalog: Catalog,
    answer: Answer,
) -> None:
    path = saved_report()
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1", "31")
    dialogs.answers = [answer]
    closed = window.close()
    assert dialogs.asked == ["某区某局 2019年度"]
    assert closed is (answer is not Answer.CANCEL)
    written = open_report(path, catalog).report.values
    assert written == ({"1.1": 31} if answer is Answer.SAVE else {})


def test_unsaved_work_is_asked_about_before_another_report_is_opened_or_begun(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.documents.open_file(saved_report("一"))
    type_figure(qtbot, window, "1.1", "31")
    document = window.documents.document
    other = saved_report("二", {"2.1": 2})
    new_report(monkeypatch, catalog)

    dialogs.answers = [Answer.CANCEL, Answer.CANCEL]
    assert not window.documents.open_file(other)
    window.documents.new()
    assert window.documents.document is document

    dialogs.answers = [Answer.DISCARD]
    assert window.documents.open_file(other)
    assert window.documents.document is not document


BAD_FILES = {
    "空文件.nianbao": b"",
    "截断.nianbao": b'{"format": 1, "form": {"id": "cn-2014-beij',
    "别的程序.nianbao": b'{"name": "x", "version": 3}',
    "更新的格式.nianbao": b'{"format": 99, "form": {"id": "cn-2014-beijing"}}',
    "图片.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "截断.xlsx": b"PK\x03\x04" + bytes(50),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_not_what_it_claims_changes_nothing(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    tmp_path: Path,
    name: str,
) -> None:
    window.documents.open_file(saved_report())
    type_figure(qtbot, window, "1.1", "31")
    document = window.documents.document
    bad = tmp_path / name
    bad.write_bytes(BAD_FILES[name])

    assert not window.documents.open_file(bad)
    assert dialogs.errors and name in dialogs.errors[0]
    assert "Traceback" not in dialogs.errors[0]
    assert window.documents.document is document
    assert document is not None and document.session.value("1.1") == 31 and document.is_dirty
    assert bad.read_bytes() == BAD_FILES[name]


def test_saving_where_nothing_can_be_written_keeps_the_report_open_and_unsaved(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    tmp_path: Path,
) -> None:
    window.documents.open_file(saved_report())
    type_figure(qtbot, window, "1.1", "31")
    dialogs.paths = [tmp_path / "拔掉的U盘" / "报表.nianbao"]
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL | SHIFT)
    assert len(dialogs.errors) == 1
    document = window.documents.document
    assert document is not None and document.is_dirty
    assert document.session.value("1.1") == 31


def test_a_file_changed_by_another_program_is_not_overwritten_unasked(
    qtbot: QtBot,
    window: MainWindow,
    saved_report: Callable[..., Path],
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = saved_report()
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1", "31")
    saved_report(values={"2.1": 5})

    choices = [Choice.CANCEL, Choice.OVERWRITE]
    monkeypatch.setattr(ConflictDialog, "ask", classmethod(lambda cls, *args: choices.pop(0)))
    assert not window.documents.save()
    assert open_report(path, catalog).report.values == {"2.1": 5}
    assert window.documents.save()
    assert open_report(path, catalog).report.values == {"1.1": 31}


def test_recent_files_are_kept_for_the_next_start_and_can_be_taken_off(
    window: MainWindow, saved_report: Callable[..., Path], stored: Callable[[], QSettings]
) -> None:
    paths = [saved_report(name) for name in ("一", "二", "三")]
    for path in paths:
        window.documents.open_file(path)
    window.documents.open_file(paths[0])
    assert window.settings.recent == [paths[0], paths[2], paths[1]]
    assert paths[0].name in stored().value("files/recent")
    window.start_page.forget_requested.emit(paths[2])
    assert window.settings.recent == [paths[0], paths[1]]


def test_a_recent_file_that_has_gone_is_said_and_taken_off(
    window: MainWindow, dialogs: AnsweringDialogs, saved_report: Callable[..., Path]
) -> None:
    path = saved_report()
    window.documents.open_file(path)
    window.documents.close()
    path.unlink()
    assert not window.documents.open_file(path)
    assert len(dialogs.errors) == 1
    assert window.settings.recent == []


def test_a_file_dropped_on_the_window_is_opened(
    qtbot: QtBot, window: MainWindow, saved_report: Callable[..., Path]
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(saved_report()))])
    window.dropEvent(
        QDropEvent(
            QPointF(300, 300),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    qtbot.waitUntil(lambda: window.documents.document is not None)


def test_a_refused_text_is_neither_lost_nor_passed_over_in_silence(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    catalog: Catalog,
) -> None:
    path = saved_report()
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1.1", "4")
    sheet = window.sheets.current
    assert sheet is not None
    window.sheets.go_to("1.1")
    qtbot.keyClicks(sheet, "2.5")

    # Saved is what can be saved, and what was left out is said.
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_S, CONTROL)
    assert open_report(path, catalog).report.values == {"1.1.1": 4}
    assert "还没有填入" in window.status.note and "“2.5”有小数" in window.status.note
    # Nothing leaves the program without it, no other step is undone for it.
    for command in ("undo", "export", "mail", "pdf"):
        window.actions_[command].trigger()
        assert sheet.entry.text == "2.5"
    assert window.documents.document is not None
    assert window.documents.document.session.value("1.1.1") == 4
    # Neither a jump nor another pane hides it.
    window.sheets.go_to("9.1")
    window.search.setFocus()
    qtbot.wait(0)
    assert (sheet.entry.text, sheet.current_key()) == ("2.5", "1.1")
    # Closing asks.
    dialogs.agreements = [False]
    assert not window.documents.close()
    assert "要放弃它吗" in dialogs.asked[-1]
    assert sheet.entry.text == "2.5"
    dialogs.agreements = [True]
    assert window.documents.close()


def test_a_refused_text_is_not_hidden_behind_another_table(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, tmp_path: Path
) -> None:
    report = Report(catalog.form("cn-2021"), Period(2022))
    save_report(report, tmp_path / "2022.nianbao")
    window.documents.open_file(tmp_path / "2022.nianbao")
    first = window.sheets.current
    assert first is not None
    qtbot.keyClicks(first, "2.5")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_PageDown, CONTROL)
    window.sheets.findChildren(QTabBar)[0].setCurrentIndex(1)
    assert window.sheets.current is first
    assert first.entry.text == "2.5"
    assert QApplication.focusWidget() is not None and first.isAncestorOf(QApplication.focusWidget())
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_PageDown, CONTROL)
    assert window.sheets.current is window.sheets.views[1]
    qtbot.keyClicks(QApplication.focusWidget(), "7")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_PageUp, CONTROL)
    assert window.sheets.current is first
    assert window.documents.document is not None
    assert window.documents.document.session.value("3-1:natural") == 7
