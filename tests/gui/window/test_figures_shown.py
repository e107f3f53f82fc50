"""A table of several columns shows this year's figures, last year's, or what lies between."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.period import Period
from core.report import Baseline, Report
from core.storage.files import save_report
from gui.window.window import MainWindow


def shown(window: MainWindow, key: str) -> str:
    view = next(v for v in window.sheets.views if v.table.code == "3")
    view.go_to(key)
    return view.currentIndex().data(Qt.ItemDataRole.DisplayRole)


def open_report(window: MainWindow, tmp_path: Path) -> None:
    form = Catalog.standard().form("cn-2021")
    last = Baseline(Period(2022), "甲", form.id, {"3-1:natural": 5})
    report = Report(form, Period(2023), values={"3-1:natural": 8}, baselines=(last,))
    path = tmp_path / "b.nianbao"
    save_report(report, path)
    window.documents.open_file(path)


def test_the_menu_chooses_what_a_matrix_shows(window: MainWindow, tmp_path: Path) -> None:
    open_report(window, tmp_path)
    assert shown(window, "3-1:natural") == "8"
    window.actions_["figures_last"].trigger()
    assert shown(window, "3-1:natural") == "5"
    window.actions_["figures_difference"].trigger()
    assert shown(window, "3-1:natural") == "+3"
    window.actions_["figures_this"].trigger()
    assert shown(window, "3-1:natural") == "8"


def test_the_switch_on_a_sheet_goes_for_all_sheets_and_the_menu(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    open_report(window, tmp_path)
    first = window.sheets.views[0].switch
    assert first is not None
    button = next(b for b in first.findChildren(QAbstractButton) if b.text() == "上年")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.actions_["figures_last"].isChecked()
    assert shown(window, "3-1:natural") == "5"
    window.actions_["figures_this"].trigger()
    assert not button.isChecked()


def test_the_status_line_adds_up_what_is_selected(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    open_report(window, tmp_path)
    window.sheets.go_to("3-1:natural")
    sheet = window.sheets.current
    assert sheet is not None and window.status.totals == ""
    qtbot.keyClick(sheet, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.status.totals == "求和 8 · 计数 1 · 平均 8")
    qtbot.keyClick(sheet, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(sheet, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.status.totals == "求和 16 · 计数 2 · 平均 8")
    qtbot.keyClick(sheet, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: window.status.totals == "")
