"""The start page: files worked on last, how far each is, all of it by keyboard."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QThreadPool
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.glance import Seen, glance, look
from core.values import CellValue
from gui.widgets.elided import ElidedLabel
from gui.window.window import MainWindow


def test_a_glance_says_how_far_a_report_is(
    catalog: Catalog, saved_report: Callable[..., Path], figures_2018: dict[str, CellValue]
) -> None:
    begun = glance(saved_report(values={"1.1": 31, "1.1.1": 40}), catalog)
    assert begun is not None
    assert begun.sentence.startswith("某区某局 · 2019年度 · 已填 2/71 · ● 必须改正 1")
    full = glance(saved_report(values=figures_2018), catalog)
    assert full is not None
    assert "已填 71/71" in full.sentence


def test_a_file_that_cannot_be_read_is_no_trouble_in_a_list(
    catalog: Catalog, tmp_path: Path
) -> None:
    broken = tmp_path / "坏.nianbao"
    broken.write_text("{", encoding="utf-8")
    assert glance(broken, catalog) is None
    assert glance(tmp_path / "没有.nianbao", catalog) is None


def test_recent_files_tell_how_far_they_are_and_open_by_keyboard(
    qtbot: QtBot, window: MainWindow, saved_report: Callable[..., Path], tmp_path: Path
) -> None:
    begun, gone = saved_report("填报中", values={"1.1": 31}), tmp_path / "没有了.nianbao"
    settings = window.settings
    settings.add_recent(begun)
    settings.add_recent(gone)
    window.documents.recent_changed.emit()
    page = window.start_page
    qtbot.waitUntil(lambda: not page.files[gone].button.isEnabled())
    button = page.files[begun].button
    qtbot.waitUntil(lambda: "已填 1/71" in button.accessibleName())
    shown = [label.text() for label in button.findChildren(QLabel)]
    assert any("某区某局 · 2019年度 · 已填 1/71" in text for text in shown)
    # Everything in it is as high as it needs to be.
    for label in button.findChildren(QLabel):
        assert label.height() >= label.fontMetrics().height()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert window.documents.document is not None
    assert window.documents.document.session.report.unit_name == "某区某局"


def test_a_network_that_does_not_answer_holds_up_nothing(
    qtbot: QtBot,
    window: MainWindow,
    saved_report: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = threading.Event()

    def look_into(path: Path) -> Seen:
        answered.wait(10)
        return Seen(None) if path == away else Seen(datetime.now())

    here, away = saved_report(), Path("//server/share/去年.nianbao")
    monkeypatch.setattr(window.start_page, "_look_into", look_into)
    window.start_page.show_recent([away, here])
    buttons = [window.start_page.files[path].button for path in (away, here)]
    assert [button.isEnabled() for button in buttons] == [True, True]
    assert QThreadPool.globalInstance().activeThreadCount() == 0, "other work waits for these"
    answered.set()
    qtbot.waitUntil(lambda: not buttons[0].isEnabled())
    assert buttons[1].isEnabled()


def test_a_file_that_cannot_be_asked_about_is_not_there(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(22, "the network asks for a password")

    monkeypatch.setattr(Path, "stat", refuse)
    assert look(tmp_path / "去年.nianbao", catalog) == Seen(None)


def test_the_page_begins_with_what_was_worked_on_last(
    qtbot: QtBot, window: MainWindow, saved_report: Callable[..., Path]
) -> None:
    path = saved_report(values={"1.1": 31})
    window.documents.open_file(path)
    window.documents.close()
    qtbot.waitUntil(window.start_page.isVisible)
    assert QApplication.focusWidget() is window.start_page.files[path].button
    assert window.status.note == ""


def test_a_long_line_is_cut_and_told_whole_in_a_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("某市住房和城乡建设局 · 2023年度 · 已填 185/200")
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show()
    assert label.shown.endswith("…")
    assert label.toolTip() == label.text()
    label.resize(label.sizeHint().width() + 20, 20)
    qtbot.waitUntil(lambda: label.toolTip() == "")
    assert label.shown == label.text()


def test_the_keyboard_goes_on_to_the_next_file_where_the_first_has_gone(
    qtbot: QtBot, window: MainWindow, saved_report: Callable[..., Path], tmp_path: Path
) -> None:
    here, gone = saved_report(), tmp_path / "没有了.nianbao"
    window.documents.open_file(here)
    window.settings.add_recent(here)
    window.settings.add_recent(gone)
    window.documents.close()
    page = window.start_page
    qtbot.waitUntil(lambda: not page.files[gone].button.isEnabled())
    assert QApplication.focusWidget() is page.files[here].button
