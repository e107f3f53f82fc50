"""The preview: side by side, reassigned by hand and remembered, asked where two are possible."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.importing.propose import propose
from core.importing.remembered import RememberedDecisions
from core.period import Period
from core.report import Report
from core.values import CellValue
from gui.importing.dialog import ImportDialog, Surroundings
from gui.importing.rows import PreviewRow, Show, Standing
from gui.widgets.pick_dialog import PickDialog
from tests.core.figures import consistent_2021
from tests.core.matching.published_2021 import as_html, table_2, table_3, table_4
from tests.gui.importing.conftest import Clerk
from tests.gui.importing.makers import FORM, exported, report, table_rows, workbook

FILES = Path(__file__).resolve().parents[2] / "reference" / "files"
SAMPLE = Path(__file__).resolve().parents[3] / "resources" / "samples" / "2018-统计表.txt"
LEFT = Qt.MouseButton.LeftButton
EXTRA = ("本单位自己加的一行", "人次", 12)

Figures = dict[str, CellValue]
Preview = Callable[..., ImportDialog]


@pytest.fixture
def memory(tmp_path: Path) -> RememberedDecisions:
    return RememberedDecisions(tmp_path / "data" / "matching.json")


@pytest.fixture
def preview(qtbot: QtBot, catalog: Catalog, memory: RememberedDecisions) -> Preview:
    """Shows the preview of a file for a report, as the window would."""

    def show(path: Path, made: Report | None = None, **around: object) -> ImportDialog:
        form_id = made.form.id if made is not None else None
        dialog = ImportDialog(
            propose(path, catalog, form_id=form_id),
            made,
            catalog.all_forms()[0],
            lambda form_id, choice: propose(path, catalog, form_id=form_id, choice=choice),
            None,
            Surroundings(memory, **around),  # type: ignore[arg-type]
        )
        qtbot.addWidget(dialog)
        # As on an office screen: that of the offscreen platform is only 800 wide.
        dialog.resize(1180, 680)
        dialog.show()
        return dialog

    return show


def row_of(dialog: ImportDialog, label: str) -> PreviewRow:
    return next(row for row in dialog.table.rows if row.label == label)


def press_filter(qtbot: QtBot, dialog: ImportDialog, show: Show) -> None:
    qtbot.mouseClick(next(button for button, of in dialog._filters if of is show), LEFT)


def pick(qtbot: QtBot, text: str) -> Callable[[PickDialog], None]:
    """Types *text* into the picker and takes the first that is found."""

    def act(dialog: PickDialog) -> None:
        qtbot.keyClicks(dialog.search, text) if text.isascii() else dialog.search.setText(text)
        qtbot.keyClick(dialog.search, Qt.Key.Key_Return)

    return act


@pytest.mark.parametrize(
    "name", ["official.doc", "official.docx", "official.xls", "official.pdf", "official.html"]
)
def test_every_kind_of_file_stands_beside_the_form(
    preview: Preview, figures_2018: Figures, name: str
) -> None:
    dialog = preview(FILES / name)
    dialog.show_only(Show.ALL)
    rows = dialog.table.rows
    assert len(rows) == 71
    for row in rows:
        assert row.key is not None
        assert row.taken == str(figures_2018[row.key])
        assert row.label, row.name
        assert row.figure.replace(" ", "").startswith(row.taken)
        assert row.verdict[:1] in "✓▲"
    assert dialog.taken().baseline.values == figures_2018


def test_the_filters_and_their_counts(
    qtbot: QtBot, preview: Preview, catalog: Catalog, figures_2018: Figures, tmp_path: Path
) -> None:
    form = catalog.form(FORM)
    rows = table_rows(form, [figures_2018], without=["9.3"], extra=EXTRA)
    rows[0][0] = f"{rows[0][0]}合计总数"
    dialog = preview(workbook(tmp_path / "2018.xlsx", rows))
    texts = [button.text() for button, _ in dialog._filters]
    press_filter(qtbot, dialog, Show.UNMATCHED)
    assert {row.standing for row in dialog.table.rows} == {Standing.MISSING, Standing.UNMATCHED}
    assert texts[2] == f"未匹配 {len(dialog.table.rows)}" == "未匹配 2"
    press_filter(qtbot, dialog, Show.ALL)
    assert texts[0] == f"全部 {len(dialog.table.rows)}" == "全部 72"
    # A row of the file's own stands where it stands in the file.
    names = [row.label for row in dialog.table.rows]
    assert names.index(EXTRA[0]) < len(names) - 3
    dialog.table.go_to(position=row_of(dialog, EXTRA[0]).position)
    # Under the table stands only what has too little room in it.
    dialog.resize(1700, 680)
    qtbot.waitUntil(lambda: dialog.detail.text() == "")
    dialog.resize(760, 600)
    qtbot.waitUntil(lambda: dialog.detail.text() == row_of(dialog, EXTRA[0]).remark)


def test_labels_and_remarks_share_the_room_that_the_figures_leave(
    preview: Preview, catalog: Catalog, figures_2018: Figures, tmp_path: Path
) -> None:
    rows = table_rows(catalog.form(FORM), [figures_2018], extra=EXTRA)
    dialog = preview(workbook(tmp_path / "2018.xlsx", rows))
    table = dialog.table
    dialog.show_only(Show.ALL)
    with_remarks = table.columnWidth(0)
    assert with_remarks == table.columnWidth(3)
    dialog.show_only(Show.DOUBTED)
    assert [row.remark for row in table.rows] == []
    assert table.columnWidth(0) > with_remarks
    assert not table.horizontalScrollBar().isVisible()
    # A width set by hand stays.
    table.horizontalHeader().resizeSection(0, 222)
    dialog.show_only(Show.ALL)
    assert table.columnWidth(0) == 222


def test_a_dash_is_asked_about_and_taken_as_the_clerk_says(
    qtbot: QtBot, preview: Preview, catalog: Catalog, figures_2018: Figures, tmp_path: Path
) -> None:
    rows = table_rows(catalog.form(FORM), [figures_2018])
    zeros = [row for row in rows if row[2] == 0]
    for at, row in enumerate(zeros):
        row[2] = "—" if at % 2 else "无"
    dialog = preview(workbook(tmp_path / "2018.xlsx", rows))
    box = dialog.questions.marks_box
    assert box.isVisible()
    assert f"{len(zeros)} 格按 0 计" in box.text()
    assert not dialog.questions.zero_box.isVisible()
    assert dialog.take_button.text() == f"带入 {71 - len(zeros)} 个数"
    qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert dialog.take_button.text() == "带入 71 个数"
    assert dialog.taken().baseline.values == figures_2018
    dialog.show_only(Show.ALL)
    assert {row.standing for row in dialog.table.rows} == {Standing.SURE}
    qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert len(dialog.taken().baseline.values) == 71 - len(zeros)


def test_a_reassignment_is_remembered_for_the_next_file_of_that_shape_and_can_be_forgotten(
    qtbot: QtBot,
    clerk: Clerk,
    preview: Preview,
    catalog: Catalog,
    figures_2018: Figures,
    tmp_path: Path,
) -> None:
    form = catalog.form(FORM)

    def file(year: int, extra: int) -> Path:
        rows = table_rows(form, [figures_2018], without=["9.3"], extra=(*EXTRA[:2], extra))
        return workbook(tmp_path / f"{year}.xlsx", rows, year=year)

    first = preview(file(2018, 12))
    assert first.questions.hand_card.isHidden()
    press_filter(qtbot, first, Show.ALL)
    first.table.go_to(position=row_of(first, EXTRA[0]).position)
    clerk.will(PickDialog, pick(qtbot, "9.3"))
    qtbot.keyClick(first.table, Qt.Key.Key_Return)
    assert first.proposal.values["9.3"] == 12
    assert row_of(first, EXTRA[0]).verdict == "✎ 手工指定"
    qtbot.mouseClick(first.take_button, LEFT)

    second = preview(file(2017, 40))
    assert second.proposal.values["9.3"] == 40
    assert "上次的手工更改调整 1 处" in second.questions.hand_label.text()
    qtbot.mouseClick(second.questions.undo_button, LEFT)
    assert "9.3" not in second.proposal.values
    qtbot.mouseClick(second.take_button, LEFT)

    assert "9.3" not in preview(file(2016, 7)).proposal.values


def test_what_is_left_with_cancel_is_not_remembered(
    qtbot: QtBot, preview: Preview, memory: RememberedDecisions
) -> None:
    dialog = preview(FILES / "official.docx")
    dialog.show_only(Show.ALL)
    dialog.table.go_to(key="3.1")
    qtbot.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert "3.1" not in dialog.proposal.values
    qtbot.mouseClick(dialog.cancel_button, LEFT)
    assert dialog.proposal.match is not None
    assert memory.of(dialog.proposal.match.shape) == {}


def test_a_row_is_not_imported_and_everything_can_be_put_back(
    qtbot: QtBot, preview: Preview, figures_2018: Figures
) -> None:
    dialog = preview(FILES / "official.docx")
    dialog.show_only(Show.ALL)
    dialog.table.go_to(key="3.1")
    qtbot.mouseClick(dialog.drop_button, LEFT)
    current = dialog.table.current_row
    assert current is not None
    assert (current.verdict, current.taken) == ("✎ 不导入", "")
    assert dialog.take_button.text() == "带入 70 个数"
    qtbot.mouseClick(dialog.questions.undo_button, LEFT)
    assert dialog.taken().baseline.values == figures_2018


def test_a_missing_indicator_can_be_given_a_figure_of_the_file(
    qtbot: QtBot,
    clerk: Clerk,
    preview: Preview,
    catalog: Catalog,
    figures_2018: Figures,
    tmp_path: Path,
) -> None:
    rows = table_rows(catalog.form(FORM), [figures_2018], without=["9.3"], extra=EXTRA)
    dialog = preview(workbook(tmp_path / "2018.xlsx", rows))
    dialog.show_only(Show.ALL)
    dialog.table.go_to(key="9.3")
    clerk.will(PickDialog, pick(qtbot, "自己加的"))
    index = dialog.table.currentIndex()
    place = dialog.table.visualRect(index.siblingAtColumn(3)).center()
    qtbot.mouseDClick(dialog.table.viewport(), LEFT, pos=place)
    assert dialog.proposal.values["9.3"] == 12


def test_of_two_columns_one_has_to_be_chosen_by_its_heading(
    qtbot: QtBot, preview: Preview, catalog: Catalog, figures_2018: Figures, tmp_path: Path
) -> None:
    other = {key: (value or 0) + 1 for key, value in figures_2018.items()}  # type: ignore[operator]
    rows = table_rows(catalog.form(FORM), [figures_2018, other])
    dialog = preview(workbook(tmp_path / "2018.xlsx", rows, ("全局", "机关本级")))
    assert not dialog.take_button.isEnabled()
    assert dialog.choice_box.currentIndex() == -1
    texts = [dialog.choice_box.itemText(at) for at in range(dialog.choice_box.count())]
    assert ["全局" in texts[0], "机关本级" in texts[1]] == [True, True]
    dialog.choice_box.setFocus()
    qtbot.keyClick(dialog.choice_box, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.choice_box, Qt.Key.Key_Down)
    dialog.choice_box.activated.emit(dialog.choice_box.currentIndex())
    assert dialog.take_button.isEnabled()
    assert dialog.taken().baseline.values == other


def test_the_first_column_can_be_confirmed(
    preview: Preview, catalog: Catalog, figures_2018: Figures, tmp_path: Path
) -> None:
    other = {key: (value or 0) + 1 for key, value in figures_2018.items()}  # type: ignore[operator]
    rows = table_rows(catalog.form(FORM), [figures_2018, other])
    dialog = preview(workbook(tmp_path / "2018.xlsx", rows, ("全局", "机关本级")))
    dialog.choice_box.setCurrentIndex(0)
    dialog.choice_box.activated.emit(0)
    assert dialog.take_button.isEnabled()
    assert dialog.taken().baseline.values == figures_2018


def test_cells_changed_after_the_export_are_asked_about_one_by_one(
    qtbot: QtBot, preview: Preview, catalog: Catalog, figures_2018: Figures, tmp_path: Path
) -> None:
    made = report(catalog, 2018, figures_2018)
    changes = {"1.1": 35, "9.1": 2, "3.1": "三"}
    path = exported(tmp_path / "导出.xlsx", made, catalog.checks(FORM), changes)
    dialog = preview(path, report(catalog, 2019))
    changed = dialog.questions.changes
    assert not dialog.take_button.isEnabled()
    assert not changed.button("3.1", shown=True).isEnabled()
    for key, shown in (("1.1", True), ("9.1", False)):
        button = changed.button(key, shown=shown)
        qtbot.mouseClick(button, LEFT, pos=QPoint(8, button.height() // 2))
    assert dialog.take_button.isEnabled()
    assert dialog.taken().baseline.values == {**figures_2018, "1.1": 35}
    qtbot.mouseClick(changed.all_exported, LEFT)
    assert dialog.taken().baseline.values == figures_2018


def test_the_narratives_figure_stands_beside_the_tables_and_is_not_taken(
    qtbot: QtBot, preview: Preview
) -> None:
    dialog = preview(SAMPLE)
    (row,) = dialog.table.rows
    assert (row.key, row.taken) == ("1.1", "31")
    assert "56" in row.remark
    assert dialog.proposal.values["1.1"] == 31
    press_filter(qtbot, dialog, Show.ALL)
    dialog.table.go_to(key="9.3")
    item = dialog.notes.item(0)
    qtbot.mouseClick(dialog.notes.viewport(), LEFT, pos=dialog.notes.visualItemRect(item).center())
    assert dialog.table.current_row is not None
    assert dialog.table.current_row.key == "1.1"


def test_where_the_file_does_not_add_up_is_listed_and_shown_in_its_row(
    preview: Preview, catalog: Catalog, figures_2018: Figures, tmp_path: Path
) -> None:
    rows = table_rows(catalog.form(FORM), [{**figures_2018, "3.1": 5}])
    dialog = preview(workbook(tmp_path / "2018.xlsx", rows))
    notes = [dialog.notes.item(at).text() for at in range(dialog.notes.count())]
    assert any("不平" in note and "收到申请数 为 5" in note for note in notes)
    row = next(row for row in dialog.table.rows if row.key == "3.1")
    assert row.standing is Standing.UNSURE
    assert "收到申请数 为 5" in row.remark


def test_an_earlier_year_beside_last_years_is_kept_without_asking(
    preview: Preview, catalog: Catalog
) -> None:
    made = report(catalog, 2020)
    made.header["unit_name"] = ""
    alone = preview(SAMPLE, made)
    assert not alone.take_button.isEnabled()
    beside = preview(SAMPLE, made, years=[Period(2019)])
    assert beside.take_button.isEnabled()
    assert "历年数" in beside._title.text()


def test_the_keyboard_alone_is_enough(qtbot: QtBot, clerk: Clerk, preview: Preview) -> None:
    dialog = preview(FILES / "official.docx")
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is dialog.table)
    dialog.show_only(Show.ALL)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
    before = dialog.table.current_row
    assert before is not None
    clerk.will(PickDialog, lambda picker: qtbot.keyClick(picker.search, Qt.Key.Key_Escape))
    qtbot.keyClick(dialog.table, Qt.Key.Key_F2)
    assert dialog.table.current_row == before


def test_a_published_page_of_the_2021_form_asks_once_about_its_blanks(
    preview: Preview, catalog: Catalog, tmp_path: Path
) -> None:
    """Three tables with merged cells in a web page, the details blank beside filled totals."""
    form = catalog.form("cn-2021")
    full = consistent_2021(form, random.Random(3))
    shown = {key: value for key, value in full.items() if value or key.endswith(":total")}
    parts = [as_html(make(form, shown)) for make in (table_2, table_3, table_4)]
    page = "<html><meta charset=utf-8><p>某区某局2022年政府信息公开工作年度报告</p>"
    path = tmp_path / "2022年报.html"
    path.write_text(page + "".join(parts), encoding="utf-8")
    dialog = preview(path, Report(form, Period(2023)))
    blank = [key for key in full if key not in shown and key[0] in "34"]
    assert dialog.questions.zero_box.isVisible()
    assert f"明细空白的 {len(blank)} 格" in dialog.questions.zero_box.text()
    assert set(dialog.proposal.blank_details) == set(blank)
    assert dialog.proposal.values == shown
    dialog.questions.zero_box.click()
    assert dialog.proposal.values == {
        key: full[key] for key in full if key in shown or key in blank
    }
    assert dialog.proposal.findings == ()
    dialog.questions.zero_box.click()
    assert dialog.proposal.values == shown
