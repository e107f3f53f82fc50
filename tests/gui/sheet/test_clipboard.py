"""Blocks to and from Excel and WPS: as text, as tables, all or nothing, one step."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.values import NOT_APPLICABLE
from gui.sheet.block import format_html, format_text, parse_text, read_block
from gui.sheet.filters import Filter

from .conftest import MakeDesk

Key = Qt.Key
CELLS = st.text(st.sampled_from('ab1,"\t\n\r １“三”'), max_size=6)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[tuple[str, ...], ...]:
    width = draw(st.integers(1, 4))
    row = st.lists(CELLS, min_size=width, max_size=width).map(tuple)
    return tuple(draw(st.lists(row, min_size=1, max_size=5)))


@given(blocks())
def test_a_block_written_as_text_reads_back(block: tuple[tuple[str, ...], ...]) -> None:
    assert parse_text(format_text(block)) == block


@given(st.text(st.sampled_from('a1\t\r\n" ,'), max_size=40))
def test_any_text_is_some_rectangle(text: str) -> None:
    block = parse_text(text)
    assert len({len(row) for row in block}) == 1
    assert parse_text(format_text(block)) == block


def test_what_excel_writes() -> None:
    assert parse_text('1\t"a\nb"\r\n"say ""so"""\t3\r\n') == (("1", "a\nb"), ('say "so"', "3"))
    # Quotes that do not end at a separator are part of the text.
    assert parse_text('"三公"经费\t2') == (('"三公"经费', "2"),)


def test_html_is_taken_where_the_text_is_no_rectangle_of_its_cells() -> None:
    html = (
        "<table><tr><td><p>1</p><p>2</p></td><td>3</td></tr><tr><td>4</td><td>5</td></tr></table>"
    )
    assert read_block(html, "1\n2\t3\n4\t5\n").block == (("1\n2", "3"), ("4", "5"))


def test_a_cell_merged_in_word_is_one_cell_and_blanks() -> None:
    html = "<table><tr><td rowspan=2>1</td><td>2</td></tr><tr><td>3</td></tr></table>"
    assert read_block(html, "").block == (("1", "2"), ("", "3"))


@given(
    st.lists(st.lists(st.sampled_from(["1", "a<b", "三 & 四"]), min_size=2, max_size=2), min_size=1)
)
def test_a_block_written_as_a_table_reads_back(rows: list[list[str]]) -> None:
    block = tuple(tuple(row) for row in rows)
    html = format_html(block, [False, True], headed=False)
    assert read_block(html, "").block == block
    assert "border" in html


def test_a_column_from_excel_skips_headings(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.sheet.go_to("1.2.12")
    desk.put_on_clipboard("1\r\n2\r\n1,003\r\n４\r\n")
    desk.control(Key.Key_V)
    assert dict(desk.values) == {"1.2.12": 1, "1.3.1": 2, "1.3.2": 1003, "1.3.3": 4}
    assert desk.document.undo_stack.count() == 1
    assert desk.document.undo_stack.undoText() == "粘贴"
    desk.document.undo_stack.undo()
    assert not desk.values


def test_a_column_copied_with_its_headings_keeps_them(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.sheet.go_to("1.2.12")
    desk.put_on_clipboard("1\r\n\r\n2\r\n3\r\n")
    desk.control(Key.Key_V)
    assert dict(desk.values) == {"1.2.12": 1, "1.3.1": 2, "1.3.2": 3}


def test_a_block_for_table_3_goes_across_rows_and_columns(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    desk.sheet.go_to("3-3.3.8:natural")
    row = "1\t2\t3\t4\t5\t6\t21\r\n"
    desk.put_on_clipboard(row * 3)
    desk.control(Key.Key_V)
    assert desk.values["3-3.3.8:other"] == 6
    assert desk.values["3-3.4.2:natural"] == 1
    assert len(desk.values) == 21
    # The sums that came along are what the cells compute anyway.
    assert "3-3.4.1:total" in desk.session.report.computed


def test_a_sum_that_differs_is_pasted_as_it_is_and_found(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    desk.put_on_clipboard("1\t2\t3\t4\t5\t6\t20")
    desk.control(Key.Key_V)
    assert desk.session.is_overtyped("3-1:total")
    assert [finding.difference for finding in desk.session.findings_at("3-1:total")] == [-1]


def test_what_does_not_fit_is_listed_and_nothing_is_pasted(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    desk.put_on_clipboard("1\r\n2.5\r\nabc\r\n-4\r\n5\r\n")
    with qtbot.waitSignal(desk.sheet.paste_refused) as refused:
        desk.control(Key.Key_V)
    sentences = refused.args[0]
    assert len(sentences) == 3
    assert "“2.5”有小数" in sentences[0]
    assert "“abc”不是数字" in sentences[1]
    assert "“-4”是负数" in sentences[2]
    assert not desk.values
    assert desk.document.undo_stack.count() == 0
    assert desk.callout == ""  # the window lists them


def test_too_many_rows_or_columns_are_said(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk("cn-2021", "3")
    desk.sheet.go_to("3-4:legal")
    desk.put_on_clipboard("1\t2\t3\t4\r\n5\t6\t7\t8\r\n")
    with qtbot.waitSignal(desk.sheet.paste_refused) as refused:
        desk.control(Key.Key_V)
    assert "有 2 行" in refused.args[0][0]
    assert "有 4 列" in refused.args[0][1]
    assert not desk.values


def test_a_figure_where_the_row_has_no_such_column_is_said(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk("cn-2021", "2")
    desk.put_on_clipboard("1\t2\t3\t4")
    with qtbot.assertNotEmitted(desk.sheet.paste_refused):
        desk.control(Key.Key_V)
    said = "没有粘贴任何内容。“规章”没有“本年处理决定数量”这一栏，剪贴板中对应的是“4”。"
    assert desk.callout == said
    assert not desk.values


def test_one_value_fills_the_selection(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "2")
    desk.shift(Key.Key_Right, Key.Key_Down)
    desk.put_on_clipboard("/")
    desk.control(Key.Key_V)
    assert set(desk.values) == {
        "2-1.1:made", "2-1.1:repealed", "2-1.2:made", "2-1.2:repealed",
    }  # fmt: skip
    assert set(desk.values.values()) == {NOT_APPLICABLE}


def test_a_block_fills_a_selection_that_it_goes_into_as_in_excel(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    desk.shift(Key.Key_Down, Key.Key_Down)
    desk.put_on_clipboard("1\t2\t3\r\n")
    desk.control(Key.Key_V)
    row = ("natural", "company", "research")
    wanted = {
        f"{code}:{column}": figure
        for code in ("3-1", "3-2", "3-3.1")
        for column, figure in zip(row, (1, 2, 3), strict=True)
    }
    assert dict(desk.values) == wanted
    # A selection that it does not go into has only its first cell count.
    desk.sheet.go_to("3-1:natural")
    desk.shift(Key.Key_Down)
    desk.put_on_clipboard("7\r\n8\r\n9\r\n")
    desk.control(Key.Key_V)
    assert [desk.values[f"{code}:natural"] for code in ("3-1", "3-2", "3-3.1")] == [7, 8, 9]


def test_folded_and_filtered_rows_are_passed_by_a_block(make_desk: MakeDesk) -> None:
    """What is pasted goes where the clerk sees it: never into rows that are not shown."""
    desk = make_desk(values={"1.1": 1, "1.1.2": 3, "1.2": 4})
    desk.sheet.set_filter("blank")
    desk.sheet.go_to("1.1.1")
    desk.put_on_clipboard("5\r\n6\r\n")
    desk.control(Key.Key_V)
    # 1.1.2 is filled and so not shown; 1.2 is, as it stands over blank rows.
    assert dict(desk.values) == {"1.1": 1, "1.1.1": 5, "1.1.2": 3, "1.2": 6}
    desk.sheet.set_filter("all")
    desk.sheet.go_to("3.1")
    desk.sheet.fold_current(True)
    desk.put_on_clipboard("9\r\n8\r\n")
    desk.control(Key.Key_V)
    assert (desk.values["3.1"], desk.values["3.2"]) == (9, 8)
    assert "3.1.1" not in desk.values


def test_a_whole_table_copied_here_goes_into_another_report(make_desk: MakeDesk) -> None:
    """This year's figures of the other report, not what stands beside them."""
    desk = make_desk(values={"1.1": 5, "3.2": 7}, last={"1.1": 31, "3.2": 6})
    desk.control(Key.Key_A, Key.Key_C)
    copied = desk.clipboard()
    other = make_desk(last={"1.1": 11})
    other.put_on_clipboard(copied)
    other.control(Key.Key_V)
    assert other.callout == ""
    assert dict(other.values) == {"1.1": 5, "3.2": 7}


def test_a_column_pasted_into_an_open_cell_goes_down_from_it(make_desk: MakeDesk) -> None:
    """Three figures are never read as one long figure."""
    desk = make_desk(values={"1.1": 5})
    desk.put_on_clipboard("1\r\n2\r\n3\r\n")
    desk.press(Key.Key_F2)
    desk.control(Key.Key_V)
    assert desk.editor_text is None
    assert dict(desk.values) == {"1.1": 1, "1.1.1": 2, "1.1.2": 3}
    desk.put_on_clipboard("24\r\n")
    desk.press(Key.Key_F2)
    desk.control(Key.Key_V)
    assert desk.editor_text == "124"
    desk.press(Key.Key_Escape)


def test_a_cell_that_holds_two_figures_is_refused(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.put_on_clipboard('"1\n2"\r\n"3\n"\r\n')
    desk.control(Key.Key_V)
    assert "“1 2”" in desk.callout and "请只填一个数" in desk.callout
    assert not desk.values


def test_pasted_blanks_blank(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"1.1": 1, "1.1.1": 2, "1.1.2": 3})
    desk.put_on_clipboard("7\r\n\r\n8\r\n")
    desk.control(Key.Key_V)
    assert dict(desk.values) == {"1.1": 7, "1.1.2": 8}


def test_an_empty_clipboard_is_said(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.put_on_clipboard("")
    desk.control(Key.Key_V)
    assert "剪贴板上没有" in desk.callout


def test_copy_cut_and_paste_between_places(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"3.1.1": 1, "3.1.2": 2})
    desk.sheet.go_to("3.1.1")
    desk.shift(Key.Key_Down)
    desk.control(Key.Key_C)
    assert desk.clipboard() == "1\r\n2\r\n"
    desk.sheet.go_to("9.1")
    desk.control(Key.Key_V)
    assert (desk.values["9.1"], desk.values["9.2"]) == (1, 2)
    desk.shift(Key.Key_Down)
    desk.control(Key.Key_X)
    assert dict(desk.values) == {"3.1.1": 1, "3.1.2": 2}


def test_a_copied_table_has_headings_borders_and_no_findings(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"1.1": 5}, last={"1.1": 31})
    desk.control(Key.Key_A, Key.Key_C)
    lines = desk.clipboard().split("\r\n")
    assert lines[0] == "指标\t单位\t本年\t上年\t增减\t增幅"
    assert lines[2] == "（一）主动公开政府信息数\t条\t5\t31\t-26\t-84%"
    html = QGuiApplication.clipboard().mimeData().html()
    assert "border:0.5pt solid" in html
    assert "<th" in html


def test_a_whole_table_with_labels_goes_where_its_labels_say(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.sheet.go_to("9.3")
    desk.put_on_clipboard(
        "统计指标\t单位\t统计数\r\n三、依申请公开情况\t\t\r\n（一）收到申请数\t件\t3\r\n"
        "1.当面申请数\t件\t0\r\n2.传真申请数\t件\t0\r\n3.网络申请数\t件\t0\r\n4.信函申请数\t件\t3\r\n"
    )
    desk.control(Key.Key_V)
    assert desk.callout == ""
    assert {key: desk.values[key] for key in ("3.1", "3.1.1", "3.1.4")} == {
        "3.1": 3, "3.1.1": 0, "3.1.4": 3,
    }  # fmt: skip
    assert "9.3" not in desk.values


def test_a_label_the_form_does_not_have_is_said(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.put_on_clipboard(
        "（一）收到申请数\t件\t3\r\n1.当面申请数\t件\t1\r\n本单位自设的一行\t件\t7\r\n2.传真申请数\t件\t2\r\n"
    )
    desk.control(Key.Key_V)
    assert "本单位自设的一行" in desk.callout
    assert not desk.values


def test_the_column_is_called_as_on_the_screen(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.put_on_clipboard("1\t2\r\n3\t4\r\n")
    desk.control(Key.Key_V)
    assert "从“本年”往右只有 1 列可填" in desk.callout


def test_rows_folded_away_are_passed_by_and_told(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    sheet = desk.sheet
    sheet.setExpanded(sheet.sheet_model.index_of(sheet.sheet_model.tree.of_row["1.1"]), False)
    desk.put_on_clipboard("7\r\n8\r\n")
    with qtbot.waitSignal(sheet.said) as said:
        desk.control(Key.Key_V)
    assert dict(desk.values) == {"1.1": 7, "1.2": 8}
    assert said.args == ["已粘贴 2 格，可以撤销；中间没有显示的 2 行没有粘贴"]


def test_rows_a_filter_has_left_out_are_told_as_well(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(values={"1.1.1": 1, "1.1.2": 2})
    desk.sheet.set_filter(Filter.BLANK)
    desk.put_on_clipboard("7\r\n8\r\n")
    with qtbot.waitSignal(desk.sheet.said) as said:
        desk.control(Key.Key_V)
    assert (desk.values["1.1"], desk.values["1.2"], desk.values["1.1.1"]) == (7, 8, 1)
    assert said.args[0].endswith("中间没有显示的 2 行没有粘贴")


def test_digits_on_a_heading_are_answered(make_desk: MakeDesk) -> None:
    desk = make_desk()
    heading = desk.sheet.sheet_model.tree.of_row["1.3"]
    rect = desk.sheet.visualRect(desk.sheet.sheet_model.index_of(heading))
    QTest.mouseClick(desk.sheet.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    desk.press("5")
    assert desk.callout == f"“{heading.row.label}”是标题，不填数字。"
    desk.press(Key.Key_Down)
    assert desk.callout == ""
    desk.press(Key.Key_Up, "/")
    assert not desk.values


MARKED = {
    "raised": ("312", "31<sup>2</sup>", "“312”在原处显示为“31[2]”"),
    "raised by style": ("312", '31<span style="vertical-align:super">2</span>', "“31[2]”"),
    "struck": ("125", "<s>12</s>5", "“125”在原处有划去的部分，只留下“5”"),
    "struck by style": ("125", '<span style="text-decoration:line-through">12</span>5', "“5”"),
    "struck out": ("12", "<del>12</del>", "“12”在原处已被划去"),
}


@pytest.mark.parametrize("kind", MARKED)
@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>件</td><td>{}</td></tr><tr><td>条</td><td>4</td></tr></table>",
        "<table><tr><td>{}</td></tr></table>",
        "<p>{}</p>",
        "<html><body><!--StartFragment--><span>{}</span><!--EndFragment--></body></html>",
    ],
    ids=["table", "a cell", "a paragraph", "part of a line"],
)
def test_a_raised_or_struck_digit_is_never_taken_for_one_of_the_figure(
    make_desk: MakeDesk, kind: str, page: str
) -> None:
    text, html, said = MARKED[kind]
    desk = make_desk()
    plain = f"件\t{text}\r\n条\t4\r\n" if "件" in page else text
    desk.put_on_clipboard(plain, page.format(html))
    desk.control(Key.Key_V)
    assert not desk.values
    assert said in desk.callout
    # Nor while a cell is open.
    desk.press("9")
    desk.control(Key.Key_V)
    assert not desk.values and desk.editor_text != f"9{text}"


def test_a_struck_digit_is_refused_where_the_text_has_lost_its_cells(make_desk: MakeDesk) -> None:
    desk = make_desk()
    cells = "<td><p>1</p><p></p></td><td><s>12</s>5</td>"
    desk.put_on_clipboard("1\r\n\r\n125\r\n", f"<table><tr>{cells}</tr></table>")
    desk.control(Key.Key_V)
    assert not desk.values
    assert "划去" in desk.callout


def test_marks_beside_labels_are_not_those_of_figures() -> None:
    html = "<table><tr><td>收到申请数<sup>1</sup></td><td>3</td></tr></table>"
    copied = read_block(html, "收到申请数1\t3\r\n")
    assert copied.block == (("收到申请数1", "3"),)
    assert not copied.marked
