"""The sheet as it is seen, heard, pointed at, filtered and searched."""

from __future__ import annotations

from fractions import Fraction

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.form.form import Level
from core.session import Edit
from core.values import CellValue
from gui.look.tokens import DARK, LIGHT
from gui.sheet.columns import ColumnKind, Shown, percent, signed
from gui.sheet.filters import Filter
from gui.sheet.moves import Moves, Place
from gui.sheet.painting import RowPainter

from .conftest import Desk, MakeDesk

Key = Qt.Key
#: 3.1 is 5 and its parts come to 3; last year's parts and total were 3.
MISTAKEN: dict[str, CellValue] = {"3.1": 5, "3.1.1": 0, "3.1.2": 0, "3.1.3": 0, "3.1.4": 3}


def picture(desk: Desk) -> QImage:
    return desk.sheet.viewport().grab().toImage()


def ground(desk: Desk, key: str) -> QColor:
    """The colour of a cell's ground, away from its figure and sign."""
    rect = desk.sheet.visualRect(desk.sheet.sheet_model.index_of_key(key))
    return picture(desk).pixelColor(rect.left() + 3, rect.top() + 3)


@pytest.mark.parametrize("form", ["cn-2014-beijing", "cn-2021"])
def test_the_model_keeps_qts_rules(
    make_desk: MakeDesk, qtmodeltester: ModelTester, form: str
) -> None:
    desk = make_desk(form)
    model = desk.sheet.sheet_model
    qtmodeltester.check(model, force_py=True)
    keys = list(desk.sheet.sheet_model.tree.of_key)
    desk.document.submit(Edit("x", cells={keys[0]: 5, keys[-1]: 6}))
    # The tester goes on listening: what follows is checked as well.
    model.show_only({desk.session.form.cells[keys[-1]].row.code})
    model.show_only(None)
    desk.document.undo_stack.undo()


def test_a_finding_stands_in_the_cell_and_in_the_row(make_desk: MakeDesk) -> None:
    desk = make_desk(values=MISTAKEN)
    desk.sheet.go_to("3.1.4")
    assert ground(desk, "3.1").name().upper() == LIGHT.error_tint
    model = desk.sheet.sheet_model
    index = model.index_of_key("3.1")
    assert index.siblingAtColumn(6).data() == "明细之和为 3，相差 2"
    tooltip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert "（一）收到申请数 为 5，其明细之和为 3，相差 2" in tooltip
    assert "手工填写" in tooltip
    desk.press("5", Key.Key_Return)
    assert index.siblingAtColumn(6).data() == ""
    assert ground(desk, "3.1").name().upper() == LIGHT.computed


def test_an_explained_warning_is_shown_as_explained(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"1.1": 31, "1.3.4": 188})
    index = desk.sheet.sheet_model.index_of_key("1.3.4")
    review = index.siblingAtColumn(6)
    assert review.data() == "大于 31（主动公开政府信息数）"
    assert ground(desk, "1.3.4").name().upper() == LIGHT.explain_tint
    finding = desk.session.findings_at("1.3.4")[0]
    desk.document.submit(desk.session.explain(finding, "转载上级信息"))
    assert review.data() == "已说明"
    assert ground(desk, "1.3.4").name().upper() == LIGHT.paper
    assert "转载上级信息" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_differences_against_last_year(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"3.1": 5, "3.1.1": 0, "9.1": 2}, last={"3.1": 3, "3.1.1": 0, "9.1": 4})
    index = desk.sheet.sheet_model.index_of_key

    def row(key: str) -> list[str]:
        return [index(key).siblingAtColumn(column).data() for column in range(2, 6)]

    assert row("3.1") == ["5", "3", "+2", "+67%"]
    assert row("3.1.1") == ["0", "0", "0", "–"]
    assert row("9.1") == ["2", "4", "−2", "−50%"]
    assert row("9.2") == ["", "", "", ""]


def test_signs_and_percentages() -> None:
    assert (signed(3), signed(-3), signed(0)) == ("+3", "−3", "0")
    assert percent(Fraction(2, 3)) == "+67%"
    assert percent(Fraction(1000)) == ">+9999%"


def test_a_matrix_shows_last_years_figures_on_request(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3", values={"3-1:natural": 5}, last={"3-1:natural": 3})
    index = desk.sheet.sheet_model.index_of_key("3-1:natural")
    assert "上年：3" in index.data(Qt.ItemDataRole.ToolTipRole)
    texts = []
    for shown in Shown:
        desk.sheet.show_figures(shown)
        texts.append(index.data())
    assert texts == ["5", "3", "+2"]


def test_what_is_carried_over_from_last_year_says_so(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3", last={"3-4:natural": 4})
    index = desk.sheet.sheet_model.index_of_key("3-2:natural")
    assert index.data() == "4"
    assert "按上年数自动填入" in index.data(Qt.ItemDataRole.ToolTipRole)
    desk.sheet.go_to("3-3.1:other")  # out of the row and column that are marked
    assert ground(desk, "3-2:natural").name().upper() == LIGHT.computed


def test_the_first_part_of_several_says_of_which(make_desk: MakeDesk) -> None:
    desk = make_desk()
    of_row = desk.sheet.sheet_model.tree.of_row
    assert of_row["1.1.1"].label == "其中：主动公开规范性文件数"
    assert of_row["1.1.2"].label == "制发规范性文件总数"
    assert of_row["2.2.2.1"].label.startswith("其中：")


def test_dark_draws_with_its_own_colours(make_desk: MakeDesk) -> None:
    desk = make_desk(values=MISTAKEN)
    desk.sheet.go_to("3.1.4")
    desk.sheet.set_look(DARK, 1.5)
    desk.sheet.go_to("3.1")
    desk.sheet.go_to("3.1.4")
    QApplication.processEvents()
    assert ground(desk, "3.1").name().upper() == DARK.error_tint
    assert desk.sheet.visualRect(desk.sheet.currentIndex()).height() == round(25 * 1.5)
    corner = picture(desk).pixelColor(desk.sheet.viewport().width() - 3, 2)
    assert corner.name().upper() == DARK.paper


def test_labels_stay_in_place_when_figures_are_scrolled_sideways(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    desk.sheet.resize(600, 500)
    QApplication.processEvents()
    bar = desk.sheet.horizontalScrollBar()
    assert bar.maximum() > 0
    desk.press(Key.Key_End)
    assert bar.value() > 0
    model, sheet = desk.sheet.sheet_model, desk.sheet
    node = model.tree.of_row["3-1"]
    label = model.index_of(node, 0)
    assert sheet.visualRect(label).left() == 0
    assert sheet.indexAt(QPoint(60, sheet.visualRect(label).center().y())).column() == 0
    current = sheet.visualRect(sheet.currentIndex())
    frozen = sheet.headings.frozen_width
    assert frozen <= current.left() and current.right() < sheet.viewport().width()
    desk.press(Key.Key_Home)
    assert sheet.visualRect(sheet.currentIndex()).left() >= frozen


def test_a_drag_of_the_mouse_selects_a_rectangle(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    viewport = desk.sheet.viewport()
    start, end = desk.point("3-1:company"), desk.point("3-3.1:research")
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, (start + end) / 2)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
    assert desk.sheet.selection.cells() == [
        "3-1:company", "3-1:research", "3-2:company", "3-2:research",
        "3-3.1:company", "3-3.1:research",
    ]  # fmt: skip


def test_a_drag_beyond_the_edge_scrolls_on_and_types_where_it_began(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    viewport = desk.sheet.viewport()
    start = desk.point("1.2.1")
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, start + QPoint(0, 30))
    QTest.mouseMove(viewport, QPoint(start.x(), viewport.height() + 20))
    qtbot.waitUntil(lambda: "3.1.2" in desk.sheet.selection.cells())
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start)
    assert desk.sheet.selection.cells()[0] == "1.2.1"
    assert desk.sheet.current_key() == "1.2.1"
    after = len(desk.sheet.selection.cells())
    qtbot.wait(150)
    assert len(desk.sheet.selection.cells()) == after


def test_a_click_on_a_heading_selects_its_column(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3", values={"3-1:company": 3, "3-2:company": 4})
    headings = desk.sheet.headings
    section = desk.sheet.sheet_model.sheet_column(1)
    at = QPoint(headings.left(section) + 10, headings.height() - 8)
    QTest.mouseClick(headings.viewport(), Qt.MouseButton.LeftButton, pos=at)
    selected = desk.sheet.selection.cells()
    assert selected == [key for key in desk.session.form.cells if key.endswith(":company")]
    assert desk.sheet.current_key() == "3-1:company"
    desk.press(Key.Key_Delete)
    assert not desk.values


def test_the_keys_of_excel_select_a_row_and_a_column(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    desk.shift(Key.Key_Space)
    assert len(desk.sheet.selection.cells()) == 7
    desk.control(Key.Key_Space)
    assert {key.split(":")[1] for key in desk.sheet.selection.cells()} == {"natural"}
    assert desk.editor_text is None


def test_shift_click_selects_up_to_there(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.click("3.1.1")
    desk.click("3.1.3", Qt.KeyboardModifier.ShiftModifier)
    assert desk.sheet.selection.cells() == ["3.1.1", "3.1.2", "3.1.3"]
    desk.shift(Key.Key_Down)
    assert desk.sheet.selection.cells() == ["3.1.1", "3.1.2", "3.1.3", "3.1.4"]


def test_double_click_edits_and_a_click_elsewhere_takes_over(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"1.1": 3})
    viewport = desk.sheet.viewport()
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=desk.point("1.1"))
    assert desk.editor_text == "3"
    desk.press("1")
    desk.click("1.1.2")
    assert desk.values["1.1"] == 31
    assert desk.sheet.current_key() == "1.1.2"


def test_the_fold_mark_folds(make_desk: MakeDesk) -> None:
    desk = make_desk()
    sheet = desk.sheet
    node = sheet.sheet_model.tree.of_row["1.1"]
    index = sheet.sheet_model.index_of(node)
    rect = sheet.visualRect(index)
    mark = QPoint(sheet.colours.indent(node) - 11, rect.center().y())
    QTest.mouseClick(sheet.viewport(), Qt.MouseButton.LeftButton, pos=mark)
    assert node.folded
    desk.sheet.go_to("1.1")
    desk.press(Key.Key_Return)
    assert sheet.current_key() == "1.2"
    QTest.mouseClick(sheet.viewport(), Qt.MouseButton.LeftButton, pos=mark)
    assert not node.folded


def test_control_and_wheel_ask_for_zoom(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    centre = QPointF(desk.sheet.viewport().rect().center())
    event = QWheelEvent(
        centre, centre, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    with qtbot.waitSignal(desk.sheet.zoom_requested) as zoom:
        QApplication.sendEvent(desk.sheet.viewport(), event)
    assert zoom.args == [1]


def test_filters_leave_rows_that_want_attention(make_desk: MakeDesk) -> None:
    values = dict.fromkeys(("1.1", "1.1.1", "1.1.2"), 2) | MISTAKEN
    desk = make_desk(values=values, last={"1.1": 2, "1.1.1": 1, "1.1.2": 2})
    shown = desk.sheet.sheet_model.tree.of_row
    assert len(shown) == 78

    def rows() -> list[str]:
        return [n.row.code for n in desk.sheet.sheet_model.tree.order if not n.is_heading]

    desk.sheet.set_filter(Filter.FINDINGS)
    assert rows() == ["3.1"]
    desk.sheet.set_filter("blank")
    assert {"1.2.1", "9.3"} <= set(rows())
    assert not {"1.1", "1.1.1", "3.1.4"} & set(rows())
    assert "1.3" in desk.sheet.sheet_model.tree.of_row  # a heading over blank rows
    desk.sheet.set_filter(Filter.CHANGED)
    assert {"1.1.1", "3.1.4"} <= set(rows()) and "1.1.2" not in rows()
    desk.sheet.set_filter(Filter.ALL)
    assert len(rows()) == 71


def test_a_cell_filled_under_the_blank_filter_stays_until_filtered_again(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk()
    desk.sheet.set_filter(Filter.BLANK)
    desk.sheet.go_to("1.1.1")
    desk.press("1", Key.Key_Return)
    assert desk.sheet.current_key() == "1.1.2"
    assert "1.1.1" in desk.sheet.sheet_model.tree.of_key
    desk.sheet.set_filter(Filter.BLANK)
    assert "1.1.1" not in desk.sheet.sheet_model.tree.of_key


def test_a_filter_that_leaves_nothing_says_so_and_keys_do_no_harm(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.sheet.set_filter(Filter.FINDINGS)
    assert desk.sheet.empty_words == "没有需要改正或说明的审核结果。"
    assert desk.sheet.current_key() is None
    desk.press("5", Key.Key_Return, Key.Key_Delete, Key.Key_Down, Key.Key_F2)
    desk.control(Key.Key_A, Key.Key_C, Key.Key_V)
    assert not desk.values
    desk.sheet.set_filter(Filter.ALL)
    assert desk.sheet.current_key() == "1.1"


def test_every_cell_has_a_name_and_a_value_for_a_screen_reader(make_desk: MakeDesk) -> None:
    desk = make_desk(values=MISTAKEN)
    desk.sheet.go_to("3.1")
    model = desk.sheet.sheet_model
    for node in model.tree.order:
        for column, definition in enumerate(model.columns):
            index = model.index_of(node, column)
            named = index.data(Qt.ItemDataRole.AccessibleTextRole)
            assert named is not None
            if definition.kind is ColumnKind.FIGURE and not node.is_heading:
                assert named
    index = model.index_of_key("3.1")
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "（一）收到申请数 5 件"
    assert "必须改正" in index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    blank = model.index_of_key("3.2")
    assert blank.data(Qt.ItemDataRole.AccessibleTextRole).endswith("未填")
    interface = QAccessible.queryAccessibleInterface(desk.sheet)
    assert interface is not None
    assert interface.text(QAccessible.Text.Name)
    # What a screen reader is given, cell by cell: each by itself says row, column and figure.
    said = [
        interface.child(number).text(QAccessible.Text.Name)
        for number in range(interface.childCount())
    ]
    assert "（一）收到申请数 5 件" in said
    assert "（一）收到申请数 上年 空白" in said
    assert "1.当面申请数 单位 件" in said
    at = interface.focusChild()
    assert at is not None
    assert at.text(QAccessible.Text.Name) == "（一）收到申请数 5 件"
    assert at.text(QAccessible.Text.Description).startswith("必须改正：（一）收到申请数 为 5")
    # What a screen reader is given, cell by cell: each by itself says row, column and figure.
    said = [
        interface.child(number).text(QAccessible.Text.Name)
        for number in range(interface.childCount())
    ]
    assert "（一）收到申请数 5 件" in said
    assert "（一）收到申请数 上年 空白" in said
    assert "1.当面申请数 上年 空白" in said
    at = interface.focusChild()
    assert at is not None
    assert at.text(QAccessible.Text.Name) == "（一）收到申请数 5 件"
    assert at.text(QAccessible.Text.Description).startswith("必须改正：（一）收到申请数 为 5")


def test_the_window_learns_which_cell_is_current(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    with qtbot.waitSignal(desk.sheet.current_cell_changed) as changed:
        desk.press(Key.Key_Down)
    assert changed.args == ["1.1.1"]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The codes of the rows drawn since it was cleared."""
    codes: set[str] = set()
    original = RowPainter.row

    def note(self: object, painter_: object, figures: object, node: object, *rest: object) -> None:
        codes.add(node.row.code)  # type: ignore[attr-defined]
        original(self, painter_, figures, node, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(RowPainter, "row", note)
    return codes


def test_one_edit_draws_only_the_rows_it_concerns(make_desk: MakeDesk, drawn: set[str]) -> None:
    desk = make_desk(values=MISTAKEN)
    desk.sheet.go_to("3.1.3")
    QApplication.processEvents()
    drawn.clear()
    desk.press("2", Key.Key_Return)
    QApplication.processEvents()
    assert {"3.1", "3.1.3", "3.1.4"} <= drawn
    assert len(drawn) < 6


def test_a_finding_told_at_the_head_of_its_column_draws_no_other_rows(
    qtbot: QtBot, make_desk: MakeDesk, drawn: set[str]
) -> None:
    columns = ("natural", "company", "research", "charity", "legal")
    desk = make_desk("cn-2021", "3", {f"3-1:{column}": 1 for column in columns})
    desk.sheet.go_to("3-1:total")
    desk.press("9", Key.Key_Return)
    desk.sheet.go_to("3-1:other")
    QApplication.processEvents()
    drawn.clear()
    with qtbot.waitSignal(desk.sheet.sheet_model.heads_judged):
        desk.press("0", Key.Key_Return)
    QApplication.processEvents()
    assert [found.level for found in desk.document.session.findings] == [Level.ERROR]
    assert "3-1" in drawn
    assert len(drawn) < 4


def test_a_row_further_on_is_scrolled_to_not_drawn_anew(
    make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk()
    desk.control(Key.Key_End)
    desk.control(Key.Key_Home)
    assert desk.sheet.verticalScrollBar().value() == 0  # the heading above comes with it
    height = desk.sheet.viewport().height()
    while desk.sheet.visualRect(desk.sheet.currentIndex()).bottom() + 25 < height:
        desk.press(Key.Key_Return)
    QApplication.processEvents()
    rows = 0
    painter = type(desk.sheet._painter)
    original = painter.row

    def count(self: object, *arguments: object) -> None:
        nonlocal rows
        rows += 1
        original(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(painter, "row", count)
    before = desk.sheet.verticalScrollBar().value()
    desk.press("0", Key.Key_Return)
    QApplication.processEvents()
    assert desk.sheet.verticalScrollBar().value() > before
    assert rows < 12


def test_moves_backwards_are_moves_forwards_reversed(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    moves = Moves(desk.sheet.sheet_model.tree)
    for step in (moves.in_reading_order, moves.in_column_order):
        place: Place | None = moves.first()
        forwards: list[Place] = []
        while place is not None:
            forwards.append(place)
            place = step(place, 1)
        backwards: list[Place] = []
        place = forwards[-1]
        while place is not None:
            backwards.append(place)
            place = step(place, -1)
        assert backwards == forwards[::-1]
        assert len(forwards) == sum(row.unit is not None for row in desk.sheet.table.rows) * 7


def test_a_column_with_a_finding_says_so_at_its_head(make_desk: MakeDesk) -> None:
    rows = {f"3-{code}:natural": 0 for code in ("3.7", "4")}
    desk = make_desk("cn-2021", "3", values={"3-1:natural": 3, "3-2:natural": 0, **rows})
    model, header = desk.sheet.sheet_model, desk.sheet.headings
    horizontal, tip = Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole
    assert model.headerData(1, horizontal, tip) == "自然人 ● 必须改正 1 处"
    assert model.headerData(2, horizontal, tip) == "法人或其他组织 商业企业"

    def bar(section: int) -> str:
        image = header.viewport().grab().toImage()
        x = header.left(section) + header.sectionSize(section) // 2
        return image.pixelColor(x, header.viewport().height() - 3).name().upper()

    assert bar(1) == LIGHT.error and bar(2) != LIGHT.error
    desk.sheet.go_to("3-4:natural")
    desk.press("3", Key.Key_Return)
    assert model.headerData(1, horizontal, tip) == "自然人"
    QApplication.processEvents()
    assert bar(1) != LIGHT.error
