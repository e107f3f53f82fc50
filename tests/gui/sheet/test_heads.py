"""The heads of a sheet's columns, by the mouse: borders, menus, and the switch of figures."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu

from gui.look.tokens import DARK, LIGHT
from gui.sheet.columns import Shown

from .conftest import Desk, MakeDesk

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()
        QTest.qWait(0)


def widths(desk: Desk) -> list[int]:
    header = desk.sheet.headings
    return [header.sectionSize(section) for section in range(header.count())]


def drag_border(desk: Desk, section: int, by: int) -> None:
    """Drags the right border of a column with the mouse."""
    header = desk.sheet.headings
    place = QPoint(header.left(section) + header.sectionSize(section) - 1, header.height() - 6)
    QTest.mouseMove(header.viewport(), place)
    QTest.mousePress(header.viewport(), LEFT, pos=place)
    for step in range(1, 5):
        QTest.mouseMove(header.viewport(), place + QPoint(by * step // 4, 0))
    QTest.mouseRelease(header.viewport(), LEFT, pos=place + QPoint(by, 0))
    settle()


def menu_at(desk: Desk, section: int) -> QMenu:
    """The menu that a right click on a column's head opens."""
    viewport = desk.sheet.headings.viewport()
    place = QPoint(desk.sheet.headings.left(section) + 10, desk.sheet.headings.height() - 8)
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(menu: QMenu, text: str) -> None:
    action = next(a for a in menu.actions() if a.text().startswith(text))
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    settle()


# -- widths -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mend", ["typing", "undo"])
def test_a_column_shrinks_again_when_a_mistyped_figure_is_mended(
    make_desk: MakeDesk, mend: str
) -> None:
    desk = make_desk("cn-2021", "3")
    desk.sheet.resize(1150, 640)
    settle()
    before = widths(desk)
    assert not desk.sheet.isColumnHidden(len(before) - 1)
    desk.press(*"123456789012345", Key.Key_Return)
    settle()
    assert widths(desk)[1] > before[1]
    if mend == "undo":
        desk.document.undo()
    else:
        desk.press(Key.Key_Up, "1", Key.Key_Return)
    settle()
    assert widths(desk) == before


def test_after_a_border_was_dragged_the_other_columns_go_on_adapting(make_desk: MakeDesk) -> None:
    desk = make_desk()
    settle()
    before = widths(desk)
    drag_border(desk, 2, 40)
    after = widths(desk)
    assert after[2] == before[2] + 40
    assert sum(after) == sum(before)  # the remarks or the labels have given way
    desk.sheet.resize(1300, 640)
    settle()
    wider = widths(desk)
    assert wider[2] == after[2]
    assert sum(wider) == desk.sheet.viewport().width() > sum(after)
    desk.sheet.set_look(LIGHT, 1.5)
    settle()
    assert widths(desk)[2] == round(after[2] * 1.5)


def test_the_menu_of_a_head_gives_the_widths_back(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3", values={"3-1:natural": 3})
    settle()
    before = widths(desk)
    menu = menu_at(desk, 0)
    assert [action.text() for action in menu.actions()] == ["恢复列宽(&H)"]
    assert not menu.actions()[0].isEnabled()
    menu.close()
    drag_border(desk, 1, 50)
    drag_border(desk, 0, -30)
    assert widths(desk) != before
    menu = menu_at(desk, 1)
    assert {key.split(":")[1] for key in desk.sheet.selection.cells()} == {"natural"}
    choose(menu, "恢复列宽")
    assert widths(desk) == before
    choose(menu_at(desk, 1), "清除")
    assert not desk.values


def test_a_double_click_on_a_border_gives_that_width_back(make_desk: MakeDesk) -> None:
    desk = make_desk()
    settle()
    before = widths(desk)
    drag_border(desk, 2, 40)
    header = desk.sheet.headings
    border = QPoint(header.left(2) + header.sectionSize(2) - 1, header.height() - 6)
    QTest.mouseMove(header.viewport(), border)
    QTest.mouseDClick(header.viewport(), LEFT, pos=border)
    settle()
    assert widths(desk) == before


# -- the switch ---------------------------------------------------------------------------------


def buttons(desk: Desk) -> dict[str, QAbstractButton]:
    switch = desk.sheet.switch
    assert switch is not None
    found = sorted(switch.findChildren(QAbstractButton), key=lambda button: button.x())
    return {button.text(): button for button in found}


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, LEFT)
    settle()


def test_the_switch_shows_last_years_figures_and_says_so(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3", {"3-1:natural": 5}, last={"3-1:natural": 3})
    index = desk.sheet.sheet_model.index_of_key("3-1:natural")
    head = desk.sheet.headings.viewport()
    assert list(buttons(desk)) == ["本年", "上年", "增减"]

    def ground() -> str:
        return head.grab().toImage().pixelColor(3, 3).name().upper()

    seen: list[tuple[str, str]] = []
    for word in ("上年", "增减", "本年"):
        click(buttons(desk)[word])
        assert [button.text() for button in buttons(desk).values() if button.isChecked()] == [word]
        seen.append((index.data(), ground()))
    tint = LIGHT.explain_tint
    assert seen == [("3", tint), ("+2", tint), ("5", LIGHT.heading)]
    assert desk.sheet.hasFocus()
    desk.press("7", Key.Key_Return)
    assert desk.values["3-1:natural"] == 7


def test_the_switch_takes_over_what_is_being_typed_and_waits_for_what_is_refused(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk("cn-2021", "3")
    desk.press("2", ".", "5")
    click(buttons(desk)["上年"])
    assert desk.sheet.sheet_model.shown is Shown.THIS
    assert buttons(desk)["本年"].isChecked()
    assert desk.editor_text == "2.5"
    desk.press(Key.Key_Backspace, Key.Key_Backspace)
    click(buttons(desk)["上年"])
    assert desk.sheet.sheet_model.shown is Shown.LAST
    assert desk.values["3-1:natural"] == 2


@pytest.mark.parametrize("zoom", [1.0, 1.5])
@pytest.mark.parametrize("table", ["2", "3", "4"])
def test_the_switch_stands_inside_the_head_of_the_labels(
    make_desk: MakeDesk, table: str, zoom: float
) -> None:
    desk = make_desk("cn-2021", table)
    desk.sheet.set_look(DARK, zoom)
    desk.sheet.resize(700, 500)
    settle()
    switch, header = desk.sheet.switch, desk.sheet.headings
    assert switch is not None
    inside = header.geometry()
    inside.setWidth(header.sectionSize(0))
    assert inside.contains(switch.geometry())


def test_a_table_of_one_column_shows_both_years_and_needs_no_switch(make_desk: MakeDesk) -> None:
    assert make_desk().sheet.switch is None
