"""Keys that work across the window: letters of menus, Tab, undo wherever the focus is, the filter's line."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.period import Period
from core.values import format_value
from gui.document import Document
from gui.sheet.menu import cell_menu
from gui.start.new_dialog import NewDialog, NewReport
from gui.window.window import MainWindow
from tests.core.figures import consistent_2014, consistent_2021


@pytest.fixture
def document(window: MainWindow, saved_report: Callable[..., Path]) -> Document:
    window.documents.open_file(saved_report(values={"1.1": 31}))
    assert window.documents.document is not None
    return window.documents.document


def test_a_filter_says_so_and_is_easily_lifted(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    bar = window.sheets.filter_bar
    assert bar.isHidden()
    window.actions_["show_blank"].trigger()
    assert bar.isVisible() and bar.text == "只显示未填的指标：70 行"
    sheet = window.sheets.current
    qtbot.keyClicks(sheet, "5\r")
    assert document.session.value("1.1.1") == 5
    assert sheet is not None and sheet.sheet_model.index_of_key("1.1.1").isValid()
    again, everything = bar.findChildren(QPushButton)
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert bar.text == "只显示未填的指标：69 行"
    assert not sheet.sheet_model.index_of_key("1.1.1").isValid()
    qtbot.mouseClick(everything, Qt.MouseButton.LeftButton)
    assert bar.isHidden()
    assert window.actions_["show_all"].isChecked()
    assert sheet.sheet_model.index_of_key("1.1").isValid()


def test_undo_reaches_everything_and_shows_what_it_changed(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    window.sheets.go_to("9.1")
    qtbot.keyClicks(window.sheets.current, "5\r")
    window.sheets.go_to("1.1")
    window.actions_["zero_section"].trigger()
    unit = window.header.field("unit_name")
    before = unit.text()
    window.header.edit_field()
    unit.setText("")
    qtbot.keyClicks(unit, "Office\r")
    period = window.header.field("period")
    assert period.hasFocus()
    period.setText("")
    qtbot.keyClicks(period, "2022\r")
    assert document.session.report.period.year == 2022
    assert document.undo_stack.count() == 4

    # Still in the header: its own text is taken over, so that the report's steps are undone.
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, control)
    assert document.session.report.period.year == 2019
    assert window.status.note == "已撤销：修改年度"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, control)
    assert unit.text() == before
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, control)
    assert window.status.note == "已撤销：空白填 0"
    sheet = window.sheets.current
    assert sheet is not None
    assert sheet.current_key() == "1.1.1"
    assert len(sheet.selection.cells()) > 10
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, control)
    assert sheet.selection.cells() == ["9.1"]
    assert dict(document.session.report.values) == {"1.1": 31}
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Y, control)
    assert window.status.note == "已重做：修改年度"
    assert document.session.value("9.1") == 5


def test_what_is_done_to_the_report_comes_after_what_is_being_typed(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    window.sheets.go_to("9.1")
    qtbot.keyClicks(QApplication.focusWidget(), "7")
    window.actions_["zero_section"].trigger()
    assert [document.session.value(f"9.{number}") for number in (1, 2, 3)] == [7, 0, 0]
    window.actions_["undo"].trigger()
    assert [document.session.value(f"9.{number}") for number in (1, 2, 3)] == [7, None, None]
    window.sheets.go_to("9.2")
    qtbot.keyClicks(QApplication.focusWidget(), "2.5")
    for command in ("zero_section", "compute", "review", "explain"):
        window.actions_[command].trigger()
        assert "“2.5”有小数" in window.status.note
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert document.session.value("9.2") is None


def letters_of(menu: QMenu) -> list[tuple[str, list[str]]]:
    """Each menu from *menu* down: its title and its entries."""
    found = [(menu.title(), [a.text() for a in menu.actions() if not a.isSeparator()])]
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu) and below.actions():
            found += letters_of(below)
    return found


def test_every_entry_of_a_menu_has_a_letter_of_its_own(
    window: MainWindow, document: Document
) -> None:
    bar = window.menuBar()
    menus = [("", [action.text() for action in bar.actions()])]
    for action in bar.actions():
        menu = action.menu()
        assert isinstance(menu, QMenu)
        menus += letters_of(menu)
    sheet = window.sheets.current
    assert sheet is not None
    menus += letters_of(cell_menu(sheet.actions_on_cells, sheet.transfer, print))
    for title, texts in menus:
        letters = [re.findall(r"&([^&])", text.replace("&&", "")) for text in texts]
        assert all(len(found) == 1 for found in letters), (title, texts)
        assert len({found[0] for found in letters}) == len(letters), (title, texts)


def test_tab_leads_through_the_header_into_the_sheet(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    window.header.set_folded(True)
    window.search.setFocus()
    reached: list[QWidget] = []
    while (focused := QApplication.focusWidget()) is not None and focused not in reached:
        reached.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    sheet = window.sheets.current
    assert reached[-1] is sheet
    assert window.sections in reached
    # In the sheet it goes from cell to cell, also where no cell is open; F6 leads on.
    assert sheet.current_key() == "1.1.2"
    qtbot.keyClick(sheet, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert sheet.hasFocus() and sheet.current_key() == "1.1.1"
    window.header.edit_field("date")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert sheet is not None and sheet.hasFocus()


def test_what_is_refused_or_done_is_said_aloud_once(
    qtbot: QtBot, window: MainWindow, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def note(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            said.append(event.message())

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", note)
    window.sheets.go_to("1.1.1")
    qtbot.keyClicks(QApplication.focusWidget(), "2.5\r")
    assert len(said) == 1 and "“2.5”有小数" in said[0]
    assert window.status.note == said[0]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    window.sheets.go_to("1.1")
    assert window.status.note == ""
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
    assert said[1:] == ["已清除 1 格，可以撤销"]


@pytest.mark.parametrize(
    ("form_id", "key"),
    [
        ("cn-2014-beijing", Qt.Key.Key_Enter),
        ("cn-2021", Qt.Key.Key_Return),
        ("cn-2021", Qt.Key.Key_Tab),
    ],
)
def test_the_whole_form_is_filled_by_keys_alone(
    qtbot: QtBot,
    window: MainWindow,
    monkeypatch: pytest.MonkeyPatch,
    catalog: Catalog,
    form_id: str,
    key: Qt.Key,
) -> None:
    """From Ctrl+N to the last cell of the last table: digits and one key, nothing else."""
    form = catalog.form(form_id)
    consistent = consistent_2014 if form_id == "cn-2014-beijing" else consistent_2021
    figures = consistent(form, random.Random(1))
    wanted = NewReport(form, Period(2022), "某局")
    monkeypatch.setattr(NewDialog, "ask", classmethod(lambda cls, *args: wanted))

    def press(*keys: Qt.Key | str) -> None:
        for one in keys:
            focused = QApplication.focusWidget()
            assert focused is not None
            qtbot.keyClick(focused, one)

    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    document = window.documents.document
    assert document is not None
    seen: list[str] = []
    while window.commands.current_cell not in seen:
        seen.append(window.commands.current_cell)
        press(*format_value(figures[seen[-1]]), key)
    assert sorted(seen) == sorted(form.cells)
    assert document.session.report.values == figures
    assert document.session.progress().errors == 0
    assert document.session.progress().filled == len(form.cells)
