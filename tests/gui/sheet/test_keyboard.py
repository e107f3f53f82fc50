"""Filling in a form with keys alone, as in Excel and WPS."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.values import NOT_APPLICABLE
from gui.sheet.columns import Shown
from gui.sheet.keys import EnterDirection

from .conftest import MakeDesk

Key = Qt.Key
REFERENCE = Path(__file__).resolve().parents[2] / "reference" / "form_2014_beijing.csv"


def figures_of_2018() -> dict[str, str]:
    with REFERENCE.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["code"]: row["value_2018"] for row in rows if row["value_2018"]}


def test_the_whole_2014_form_is_filled_without_the_mouse(make_desk: MakeDesk) -> None:
    desk = make_desk()
    figures = figures_of_2018()
    assert desk.sheet.current_key() == "1.1"
    for key, text in figures.items():
        assert desk.sheet.current_key() == key
        desk.press(text, Key.Key_Enter)
    assert len(desk.values) == 71
    assert {key: Decimal(text) for key, text in figures.items()} == desk.values
    assert desk.session.progress().filled == 71
    assert desk.session.progress().errors == 0


def test_totals_that_nobody_typed_fill_themselves(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.sheet.go_to("3.1.1")
    for figure in "1234":
        desk.press(figure, Key.Key_Return)
    assert desk.values["3.1"] == 10
    assert "3.1" in desk.session.report.computed


def test_digits_overwrite_and_f2_edits_in_place(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"1.1": 31})
    desk.press("4")
    assert desk.editor_text == "4"
    desk.press("2", Key.Key_Return)
    assert desk.values["1.1"] == 42
    desk.press(Key.Key_Up, Key.Key_F2)
    assert desk.editor_text == "42"
    desk.press(Key.Key_Home, "1", Key.Key_Return)
    assert desk.values["1.1"] == 142


def test_after_f2_arrow_keys_move_in_the_text_and_after_a_digit_they_leave(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk("cn-2021", "3")
    desk.press("1", "2", Key.Key_Right)
    assert desk.sheet.current_key() == "3-1:company"
    assert desk.values["3-1:natural"] == 12
    desk.press(Key.Key_Left, Key.Key_F2, Key.Key_Left, "5")
    assert desk.editor_text == "152"
    assert desk.sheet.current_key() == "3-1:natural"


def test_backspace_opens_the_cell_empty_as_in_excel(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"1.1": 31, "1.1.1": 5})
    desk.shift(Key.Key_Down)
    desk.press(Key.Key_Backspace)
    assert desk.editor_text == ""
    desk.press(Key.Key_Escape)
    assert dict(desk.values) == {"1.1": 31, "1.1.1": 5}
    desk.press(Key.Key_Backspace, "7", Key.Key_Return)
    assert dict(desk.values) == {"1.1": 7, "1.1.1": 5}
    desk.press(Key.Key_Backspace, Key.Key_Return)
    assert dict(desk.values) == {"1.1": 7}


def test_what_is_typed_goes_where_the_selection_began_and_enter_on_through_it(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk()
    desk.sheet.go_to("3.1.1")
    desk.shift(Key.Key_Down, Key.Key_Down)
    assert desk.sheet.current_key() == "3.1.1"
    for figure in "123":
        desk.press(figure, Key.Key_Return)
    assert dict(desk.values) == {"3.1.1": 1, "3.1.2": 2, "3.1.3": 3}
    desk.shift(Key.Key_Up)
    assert desk.sheet.selection.cells() == ["3.1", "3.1.1"]


def test_control_enter_writes_into_all_that_is_selected(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    desk.shift(Key.Key_Down, *[Key.Key_Right] * 6)
    desk.press("0")
    desk.control(Key.Key_Return)
    assert len(desk.values) == 14
    assert set(desk.values.values()) == {0}
    assert "3-1:total" in desk.session.report.computed
    assert desk.document.undo_stack.count() == 1
    assert desk.sheet.current_key() == "3-1:natural"
    desk.press("2.5")
    desk.control(Key.Key_Return)
    assert desk.editor_text == "2.5"
    assert "只能填整数" in desk.callout
    assert set(desk.values.values()) == {0}


def test_fill_down_and_right_as_in_excel(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3", values={"3-1:natural": 4, "3-1:company": 5})
    desk.sheet.go_to("3-2:natural")
    desk.control(Key.Key_D)
    assert desk.values["3-2:natural"] == 4
    desk.sheet.go_to("3-1:company")
    desk.shift(Key.Key_Down, Key.Key_Down)
    desk.control(Key.Key_D)
    assert [desk.values[f"{row}:company"] for row in ("3-2", "3-3.1")] == [5, 5]
    desk.sheet.go_to("3-1:natural")
    desk.shift(Key.Key_Right, Key.Key_Right)
    desk.control(Key.Key_R)
    assert [desk.values[f"3-1:{c}"] for c in ("company", "research")] == [4, 4]
    assert desk.document.undo_stack.count() == 3
    desk.control(Key.Key_Home, Key.Key_D, Key.Key_R)
    assert desk.document.undo_stack.count() == 3


def test_a_figure_that_cannot_be_filled_in_is_said_and_nothing_is_filled(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(values={"7": Decimal("2.5")})
    desk.sheet.go_to("7")
    desk.shift(Key.Key_Down)
    assert desk.sheet.selection.cells() == ["7", "8.1"]
    desk.control(Key.Key_D)
    assert "只能填整数" in desk.callout
    assert dict(desk.values) == {"7": Decimal("2.5")}


def test_last_years_figures_are_not_typed_over_nor_taken_for_this_years(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(values={"1.1": 5}, last={"1.1": 31})
    index = desk.sheet.sheet_model.index_of_key("1.1")
    viewport = desk.sheet.viewport()
    beside = desk.sheet.visualRect(index.siblingAtColumn(3)).center()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=beside)
    assert desk.sheet.currentIndex().column() == 3
    desk.press("7")
    assert desk.editor_text is None
    assert "从上年的报表导入" in desk.callout
    desk.press(Key.Key_Delete, "/")
    desk.put_on_clipboard("9")
    desk.control(Key.Key_V)
    assert dict(desk.values) == {"1.1": 5}
    assert not desk.document.undo_stack.count()
    desk.control(Key.Key_L)
    assert dict(desk.values) == {"1.1": 31}
    beside = desk.sheet.visualRect(index.siblingAtColumn(4)).center()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=beside)
    desk.control(Key.Key_V)
    assert "请先点住要填的格" in desk.callout
    assert dict(desk.values) == {"1.1": 31}


def test_escape_cancels(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"1.1": 31})
    desk.press("9", Key.Key_Escape)
    assert desk.editor_text is None
    assert desk.values["1.1"] == 31
    assert not desk.document.undo_stack.count()
    assert desk.sheet.hasFocus()


def test_shift_reverses_enter_and_tab(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press(Key.Key_Return, Key.Key_Tab)
    assert desk.sheet.current_key() == "1.1.2"
    desk.shift(Key.Key_Return)
    assert desk.sheet.current_key() == "1.1.1"
    desk.shift(Key.Key_Backtab)
    assert desk.sheet.current_key() == "1.1"


def test_headings_are_skipped(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.sheet.go_to("1.2.12")
    desk.press(Key.Key_Down)
    assert desk.sheet.current_key() == "1.3.1"
    desk.press(Key.Key_Up)
    assert desk.sheet.current_key() == "1.2.12"


def test_sections_and_ends(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    desk.control(Key.Key_Down, Key.Key_Down)
    assert desk.sheet.current_key() == "3.1"
    desk.press(Key.Key_Down, Key.Key_Down)
    desk.control(Key.Key_Up)
    assert desk.sheet.current_key() == "3.1"
    desk.control(Key.Key_Up)
    assert desk.sheet.current_key() == "2.1"
    desk.control(Key.Key_End)
    assert desk.sheet.current_key() == "9.3"
    with qtbot.waitSignal(desk.sheet.edge_reached) as edge:
        desk.press(Key.Key_Return)
    assert edge.args == [1]
    desk.control(Key.Key_Home)
    assert desk.sheet.current_key() == "1.1"


def test_page_keys_go_a_screen_further_and_back(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press(Key.Key_PageDown)
    further = desk.sheet.selection.place()
    assert further is not None and further.row >= 15
    desk.press(Key.Key_PageUp)
    assert desk.sheet.current_key() == "1.1"


def test_in_a_matrix_tab_goes_along_the_row_and_enter_back_under_where_tabs_began(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk("cn-2021", "3")
    desk.press("1", Key.Key_Tab, "2", Key.Key_Tab, "3", Key.Key_Return)
    assert desk.sheet.current_key() == "3-2:natural"
    desk.press(Key.Key_End)
    assert desk.sheet.current_key() == "3-2:total"
    desk.press(Key.Key_Tab)
    assert desk.sheet.current_key() == "3-3.1:natural"
    desk.press(Key.Key_Home, Key.Key_Down, Key.Key_Down)
    assert desk.sheet.current_key() == "3-3.3.1:natural"


def test_enter_goes_right_where_so_set(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    desk.sheet.set_enter_direction(EnterDirection.RIGHT)
    desk.press("1", Key.Key_Return)
    assert desk.sheet.current_key() == "3-1:company"
    assert desk.sheet.next_fillable() == "3-1:research"


def test_enter_passes_cells_that_computed_themselves_where_so_set(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3", last={"3-4:natural": 4})
    desk.sheet.set_skip_computed(True)
    assert desk.values["3-2:natural"] == 4
    desk.press("1", Key.Key_Return)
    assert desk.sheet.current_key() == "3-3.1:natural"


def test_table_3_is_typed_and_its_sums_follow(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    desk.sheet.set_enter_direction(EnterDirection.RIGHT)
    desk.sheet.set_skip_computed(True)
    rows = [row for row in desk.sheet.table.rows if row.unit is not None]
    for row in rows:
        if row.code == "3-3.7":
            assert desk.values["3-3.7:natural"] == 21
            continue
        figure = {"3-1": "21", "3-2": "1", "3-4": "1"}.get(row.code, "1")
        for column in ("natural", "company", "research", "charity", "legal", "other"):
            assert desk.sheet.current_key() == f"{row.code}:{column}"
            desk.press(figure, Key.Key_Return)
        assert desk.values[f"{row.code}:total"] == 6 * int(figure)
    assert desk.values["3-3.7:total"] == 21 * 6
    section = desk.session.progress("3")
    assert section.filled == section.total
    assert section.errors == 0


def test_delete_blanks_everything_selected_in_one_step(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"3.1.1": 1, "3.1.2": 2, "3.1.3": 3, "3.1.4": 4})
    desk.sheet.go_to("3.1.1")
    desk.shift(Key.Key_Down, Key.Key_Down)
    assert desk.sheet.selection.cells() == ["3.1.1", "3.1.2", "3.1.3"]
    desk.press(Key.Key_Delete)
    assert dict(desk.values) == {"3.1.4": 4}
    desk.document.undo_stack.undo()
    assert desk.values["3.1"] == 10
    assert desk.document.undo_stack.canUndo() is False


def test_deleting_an_overtyped_total_lets_it_compute_again(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"3.1.1": 1, "3.1.2": 2, "3.1.3": 3, "3.1.4": 4, "3.1": 99})
    desk.sheet.go_to("3.1")
    desk.press(Key.Key_Delete)
    assert desk.values["3.1"] == 10


def test_typing_the_figure_a_cell_computed_leaves_it_computed(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"3.1.1": 1, "3.1.2": 2, "3.1.3": 3, "3.1.4": 4})
    desk.sheet.go_to("3.1")
    desk.press("1", "0", Key.Key_Return)
    assert "3.1" in desk.session.report.computed
    desk.sheet.go_to("3.1")
    desk.press("1", "1", Key.Key_Return)
    assert desk.session.is_overtyped("3.1")
    assert desk.sheet.current_key() == "3.1.1"


def test_slash_means_not_applicable_where_the_form_allows_it(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "2")
    desk.press("/")
    assert desk.values["2-1.1:made"] is NOT_APPLICABLE
    index = desk.sheet.currentIndex()
    assert index.data() == "/"


def test_slash_is_refused_with_a_sentence_where_it_is_not_allowed(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press("/")
    assert not desk.values
    assert "不能填“/”" in desk.callout
    desk.press(Key.Key_Escape)
    assert desk.callout == ""


def test_enter_goes_round_inside_a_selection(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    desk.shift(Key.Key_Down, Key.Key_Right)
    went = []
    for _ in range(4):
        desk.press(Key.Key_Return)
        went.append(desk.sheet.current_key())
    assert sorted(key for key in went if key) == [
        "3-1:company", "3-1:natural", "3-2:company", "3-2:natural",
    ]  # fmt: skip
    assert len(desk.sheet.selection.cells()) == 4


def test_last_years_figures_are_taken_over_for_the_selection(make_desk: MakeDesk) -> None:
    desk = make_desk(last={"1.1": 31, "1.1.1": 5})
    desk.shift(Key.Key_Down, Key.Key_Down)
    desk.control(Key.Key_L)
    assert dict(desk.values) == {"1.1": 31, "1.1.1": 5}
    assert desk.document.undo_stack.count() == 1


def test_totals_go_on_computing_when_last_years_figures_are_taken_over(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    last = {"3.1": 10, "3.1.1": 1, "3.1.2": 2, "3.1.3": 3, "3.1.4": 4, "3.2": NOT_APPLICABLE}
    desk = make_desk(last=last)
    desk.sheet.go_to("3.1")
    desk.shift(*[Key.Key_Down] * 5)
    with qtbot.waitSignal(desk.sheet.said) as said:
        desk.control(Key.Key_L)
    assert said.args[0].startswith("已沿用上年数 4 格")
    assert "另有 1 格的上年数不能填在本年" in said.args[0]
    assert desk.values["3.1"] == 10
    assert "3.1" in desk.session.report.computed


def test_folded_rows_are_passed_and_go_to_unfolds_them(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.sheet.go_to("3.1.2")
    desk.press(Key.Key_Left, modifier=Qt.KeyboardModifier.AltModifier)
    assert desk.sheet.current_key() == "3.1"
    desk.press(Key.Key_Return)
    assert desk.sheet.current_key() == "3.2"
    desk.press(Key.Key_Up)
    assert desk.sheet.current_key() == "3.1"
    desk.sheet.go_to("3.1.4")
    assert desk.sheet.current_key() == "3.1.4"
    desk.press(Key.Key_Up)
    assert desk.sheet.current_key() == "3.1.3"


def test_typing_waits_while_last_years_figures_are_shown(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3", last={"3-1:natural": 9})
    desk.sheet.show_figures(Shown.LAST)
    assert desk.sheet.currentIndex().data() == "9"
    desk.press("5")
    assert desk.editor_text is None
    assert "切换到“本年”" in desk.callout
    desk.press(Key.Key_Delete)
    desk.sheet.show_figures(Shown.THIS)
    desk.press("5", Key.Key_Return)
    assert desk.values["3-1:natural"] == 5


def test_undo_and_redo_show_in_the_sheet(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press("5", Key.Key_Return)
    index = desk.sheet.sheet_model.index_of_key("1.1")
    assert index.data() == "5"
    desk.document.undo_stack.undo()
    assert index.data() == ""
    desk.document.undo_stack.redo()
    assert index.data() == "5"
