"""The menu of a right click on a cell: what it says of the cell's findings and its past years."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.period import Period
from core.report import Report
from core.storage.files import save_report
from gui.window.window import MainWindow


@pytest.fixture
def opened(window: MainWindow, tmp_path: Path) -> MainWindow:
    """A report with one figure to be explained and one to be mended."""
    form = Catalog.standard().form("cn-2014-beijing")
    report = Report(form, Period(2018), values={"1.1": 31, "1.3.4": 188, "1.1.1": 40})
    save_report(report, tmp_path / "a.nianbao")
    window.documents.open_file(tmp_path / "a.nianbao")
    return window


def menu_at(window: MainWindow, key: str) -> QMenu:
    window.sheets.go_to(key)
    sheet = window.sheets.current
    assert sheet is not None
    at = sheet.visualRect(sheet.currentIndex()).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, sheet.viewport().mapToGlobal(at))
    QApplication.sendEvent(sheet.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def enabled(menu: QMenu) -> dict[str, bool]:
    words = ("填写说明", "复制这条结果", "历年图")
    actions = {a.text().partition("(")[0]: a.isEnabled() for a in menu.actions()}
    return {word: actions[word] for word in words}


def choose(qtbot: QtBot, menu: QMenu, word: str) -> None:
    action = next(a for a in menu.actions() if a.text().startswith(word))
    place = menu.actionGeometry(action).center()
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)


def test_a_finding_is_explained_and_copied_from_its_cell(qtbot: QtBot, opened: MainWindow) -> None:
    menu = menu_at(opened, "1.3.4")
    assert enabled(menu) == {"填写说明": True, "复制这条结果": True, "历年图": True}
    choose(qtbot, menu, "复制这条结果")
    document = opened.documents.document
    assert document is not None
    (finding,) = document.session.findings_at("1.3.4")
    assert QGuiApplication.clipboard().text() == finding.message
    assert opened.status.note == "已复制这一格的审核结果 1 条"
    choose(qtbot, menu_at(opened, "1.3.4"), "填写说明")
    card = next(card for card in opened.findings.cards if card.finding is finding)
    assert card.is_explaining
    card.stop_explaining()


def test_what_must_be_mended_is_not_explained(opened: MainWindow) -> None:
    menu = menu_at(opened, "1.1.1")
    assert enabled(menu) == {"填写说明": False, "复制这条结果": True, "历年图": True}
    menu.close()
    menu = menu_at(opened, "9.3")
    assert enabled(menu) == {"填写说明": False, "复制这条结果": False, "历年图": True}
    menu.close()


def test_the_chart_of_past_years_opens_at_the_cell(qtbot: QtBot, opened: MainWindow) -> None:
    shown: list[str] = []
    opened.actions_["charts"].triggered.disconnect()
    opened.actions_["charts"].triggered.connect(lambda: shown.append(opened.commands.current_cell))
    choose(qtbot, menu_at(opened, "1.3.4"), "历年图")
    assert shown == ["1.3.4"]
