"""The 2021 form's tables pasted whole from what offices keep them in, by Ctrl+V."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.reading.base.raw import RawTable
from core.values import CellValue
from tests.core.figures import consistent_2021
from tests.core.matching.published_2021 import (
    as_browser,
    as_html,
    as_spreadsheet,
    as_text,
    table_2,
    table_3,
    table_4,
)

from .conftest import MakeDesk

FORM = Catalog.standard().form("cn-2021")
TRUE: dict[str, CellValue] = consistent_2021(FORM, random.Random(5))
MAKERS = {"2": table_2, "3": table_3, "4": table_4}
FIRST = {"2": "2-1.1:made", "3": "3-1:natural", "4": "4-1:upheld"}


def without_headings(table: RawTable, first_column: int = 0) -> RawTable:
    merged = frozenset((r - 3, c - first_column) for r, c in table.merged if r >= 3)
    return RawTable(tuple(row[first_column:] for row in table.rows[3:]), "", merged)


@pytest.mark.parametrize("code", ["2", "3", "4"])
@pytest.mark.parametrize("way", ["spreadsheet", "spreadsheet as text", "browser", "notepad"])
def test_a_whole_table_with_its_merged_headings(make_desk: MakeDesk, code: str, way: str) -> None:
    desk = make_desk("cn-2021", code)
    desk.sheet.go_to(FIRST[code])
    table = MAKERS[code](FORM, TRUE)
    text = as_spreadsheet(table) if way.startswith("spreadsheet") else as_browser(table)
    desk.put_on_clipboard(text, as_html(table) if way in ("spreadsheet", "browser") else "")
    desk.control(Qt.Key.Key_V)
    wanted = {key: value for key, value in TRUE.items() if key.startswith(code)}
    assert dict(desk.values) == wanted
    # Sums that come out by themselves go on computing.
    sums = {key for key in wanted if key.endswith(":total") or key.startswith("3-3.7")}
    assert sums <= desk.session.report.computed
    assert desk.document.undo_stack.count() == 1


@pytest.mark.parametrize("labels", [3, 1, 0])
def test_rows_without_their_headings(make_desk: MakeDesk, labels: int) -> None:
    """With all label columns, with one that holds each row's own label, with the figures alone."""
    desk = make_desk("cn-2021", "3")
    desk.sheet.go_to("3-1:natural")
    body = without_headings(table_3(FORM, TRUE), 3 - labels)
    if labels == 1:
        body = RawTable(body.rows)
    desk.put_on_clipboard(as_spreadsheet(body))
    desk.control(Qt.Key.Key_V)
    assert dict(desk.values) == {key: value for key, value in TRUE.items() if key[0] == "3"}


def test_one_column_beside_its_labels_goes_to_the_current_column(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    desk.sheet.go_to("3-4:company")
    rows = [
        (str(at), row[2], row[4]) for at, row in enumerate(table_3(FORM, TRUE).rows[3:], start=1)
    ]
    desk.put_on_clipboard(as_text(rows))
    desk.control(Qt.Key.Key_V)
    assert dict(desk.values) == {key: TRUE[key] for key in TRUE if key.endswith(":company")}


def test_more_columns_than_there_are_from_here_on_are_said(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk("cn-2021", "3")
    desk.sheet.go_to("3-1:company")
    desk.put_on_clipboard(as_spreadsheet(RawTable(without_headings(table_3(FORM, TRUE), 2).rows)))
    with qtbot.assertNotEmitted(desk.sheet.paste_refused):
        desk.control(Qt.Key.Key_V)
    said = "没有粘贴任何内容。剪贴板有 7 列，从“商业企业”往右只有 6 列可填，请只复制需要的列。"
    assert desk.callout == said
    assert not desk.values


def test_names_of_columns_over_figures_are_left_out(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3")
    desk.sheet.go_to("3-1:natural")
    whole = table_3(FORM, TRUE)
    merged = frozenset((r, c - 3) for r, c in whole.merged if c >= 3)
    desk.put_on_clipboard(as_spreadsheet(RawTable(tuple(r[3:] for r in whole.rows), "", merged)))
    desk.control(Qt.Key.Key_V)
    assert dict(desk.values) == {key: value for key, value in TRUE.items() if key[0] == "3"}


def test_the_line_of_fifteen_figures_is_laid_out_in_rows(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "4")
    desk.sheet.go_to("4-1:upheld")
    desk.put_on_clipboard(as_text([table_4(FORM, TRUE).rows[3]]))
    desk.control(Qt.Key.Key_V)
    assert dict(desk.values) == {key: value for key, value in TRUE.items() if key[0] == "4"}
