"""The square at the corner of what is selected, dragged with the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.sheet.columns import Shown

from .conftest import Desk, MakeDesk

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def drag(desk: Desk, to: str, *, release: bool = True) -> None:
    """From the handle to the middle of a cell."""
    viewport = desk.sheet.viewport()
    start = desk.sheet.handle_rect().center()
    end = desk.sheet.visualRect(desk.sheet.sheet_model.index_of_key(to)).center()
    QTest.mousePress(viewport, LEFT, pos=start)
    QTest.mouseMove(viewport, (start + end) / 2)
    QTest.mouseMove(viewport, end)
    if release:
        QTest.mouseRelease(viewport, LEFT, pos=end)


def test_down_a_column_past_headings(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(values={"1.2": 4})
    desk.sheet.go_to("1.2")
    with qtbot.waitSignal(desk.sheet.said) as said:
        drag(desk, "1.2.3")
    assert [desk.values.get(key) for key in ("1.2", "1.2.1", "1.2.2", "1.2.3", "1.2.4")] == [
        4, 4, 4, 4, None,
    ]  # fmt: skip
    assert said.args == ["已向下填充 3 格，可以撤销"]
    assert desk.sheet.selection.cells() == ["1.2", "1.2.1", "1.2.2", "1.2.3"]
    assert desk.sheet.current_key() == "1.2"
    desk.document.undo()
    assert dict(desk.values) == {"1.2": 4}


def test_across_and_a_pattern_again_and_again(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3", {"3-3.1:natural": 1, "3-3.1:company": 2})
    desk.sheet.go_to("3-3.1:natural")
    desk.shift(Key.Key_Right)
    drag(desk, "3-3.1:total")
    columns = ("natural", "company", "research", "charity", "legal", "other")
    assert [desk.values[f"3-3.1:{column}"] for column in columns] == [1, 2, 1, 2, 1, 2]
    # The total computes itself and goes on doing so.
    assert "3-3.1:total" in desk.session.report.computed
    assert desk.values["3-3.1:total"] == 9


@pytest.mark.parametrize(
    ("start", "to", "filled"),
    [("1.2.3", "1.2.1", {"1.2.1", "1.2.2"}), ("1.2.1", "1.2.3", {"1.2.2", "1.2.3"})],
)
def test_up_as_well_as_down(make_desk: MakeDesk, start: str, to: str, filled: set[str]) -> None:
    desk = make_desk(values={start: 7})
    desk.sheet.go_to(start)
    drag(desk, to)
    assert dict(desk.values) == dict.fromkeys({start, *filled}, 7)


def test_to_the_left(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3", {"3-3.1:research": 3})
    desk.sheet.go_to("3-3.1:research")
    drag(desk, "3-3.1:natural")
    assert desk.values["3-3.1:natural"] == desk.values["3-3.1:company"] == 3


def test_esc_lets_go_without_filling(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"1.2": 4})
    desk.sheet.go_to("1.2")
    drag(desk, "1.2.3", release=False)
    desk.press(Key.Key_Escape)
    QTest.mouseRelease(desk.sheet.viewport(), LEFT, pos=QPoint(200, 200))
    assert dict(desk.values) == {"1.2": 4}
    desk.press("5", Key.Key_Return)
    assert desk.values["1.2"] == 5


def test_back_on_itself_fills_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"1.2": 4})
    desk.sheet.go_to("1.2")
    drag(desk, "1.2.3", release=False)
    drag(desk, "1.2")
    assert dict(desk.values) == {"1.2": 4}
    assert desk.document.undo_stack.count() == 0


def test_rows_folded_away_are_passed_by(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"1.1": 4})
    sheet = desk.sheet
    sheet.setExpanded(sheet.sheet_model.index_of(sheet.sheet_model.tree.of_row["1.1"]), False)
    QApplication.processEvents()
    sheet.go_to("1.1")
    drag(desk, "1.2")
    assert dict(desk.values) == {"1.1": 4, "1.2": 4}


def test_there_is_none_where_nothing_is_typed(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    sheet = desk.sheet
    assert sheet.handle_rect().isValid()
    sheet.show_figures(Shown.LAST)
    assert not sheet.handle_rect().isValid()
    sheet.show_figures(Shown.THIS)
    label = sheet.sheet_model.index_of(sheet.sheet_model.tree.of_row["3-2"])
    place = sheet.visualRect(label).center()
    QTest.mouseClick(sheet.viewport(), LEFT, pos=place)
    assert not sheet.handle_rect().isValid()


def test_the_pointer_tells_where_it_is(make_desk: MakeDesk) -> None:
    desk = make_desk()
    viewport = desk.sheet.viewport()
    QTest.mouseMove(viewport, desk.sheet.handle_rect().center())
    assert viewport.cursor().shape() == Qt.CursorShape.CrossCursor
    QTest.mouseMove(viewport, QPoint(30, 300))
    assert viewport.cursor().shape() == Qt.CursorShape.ArrowCursor
