"""Sum, count and average of the selected cells."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from core.values import NOT_APPLICABLE, CellValue
from gui.sheet.columns import Shown
from gui.sheet.totals import totals

from .conftest import MakeDesk

Key = Qt.Key


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([3, 4, None], "求和 7 · 计数 2 · 平均 3.5"),
        ([1, 1, 2], "求和 4 · 计数 3 · 平均 1.33"),
        ([1000, 2345], "求和 3,345 · 计数 2 · 平均 1,672.5"),
        ([Decimal("0.1"), Decimal("0.2")], "求和 0.3 · 计数 2 · 平均 0.15"),
        ([0, NOT_APPLICABLE, 1], "求和 1 · 计数 3 · 平均 0.5"),
        ([-3, -4], "求和 −7 · 计数 2 · 平均 −3.5"),
        ([0, 1, 0, 0, 0, 0, 0, 0], "求和 1 · 计数 8 · 平均 0.13"),
        ([5], ""),
        ([None, None], ""),
        ([NOT_APPLICABLE, None], ""),
        ([], ""),
    ],
)
def test_words(values: list[CellValue], words: str) -> None:
    assert totals(values) == words


@given(st.lists(st.decimals(0, 10**9, places=6), min_size=2))
def test_sums_are_exact_and_averages_within_half_a_hundredth(values: list[Decimal]) -> None:
    parts = totals(values).replace(",", "").split(" ")
    whole = sum(map(Fraction, values), Fraction(0))
    assert Fraction(parts[1]) == whole
    assert abs(Fraction(parts[7]) - whole / len(values)) <= Fraction(1, 200)


def test_what_is_selected_is_added_up(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"1.1.1": 3, "1.1.2": 4}, last={"1.1.1": 10, "1.1.2": 20})
    sheet = desk.sheet
    desk.click("1.1.1")
    assert sheet.totals() == ""
    desk.shift(Key.Key_Down)
    assert sheet.totals() == "求和 7 · 计数 2 · 平均 3.5"
    # Whole rows: this year's figures alone.
    sheet.select_block(
        *(sheet.sheet_model.index_of_key("1.1.1").siblingAtColumn(c) for c in (0, 6))
    )
    assert sheet.totals() == ""
    desk.click("1.1.1")
    desk.shift(Key.Key_Down, Key.Key_Space)
    index = sheet.sheet_model.index_of_key
    sheet.select_block(index("1.1.1").siblingAtColumn(0), index("1.1.2").siblingAtColumn(6))
    assert sheet.totals() == "求和 7 · 计数 2 · 平均 3.5"
    sheet.select_block(index("1.1.1").siblingAtColumn(3), index("1.1.2").siblingAtColumn(3))
    assert sheet.totals() == "求和 30 · 计数 2 · 平均 15"
    sheet.select_block(index("1.1.1").siblingAtColumn(4), index("1.1.2").siblingAtColumn(4))
    assert sheet.totals() == "求和 −23 · 计数 2 · 平均 −11.5"


def test_of_a_matrix_what_is_shown_is_added_up(make_desk: MakeDesk) -> None:
    desk = make_desk(
        "cn-2021",
        "3",
        {"3-1:natural": 5, "3-1:company": 6},
        last={"3-1:natural": 1, "3-1:company": 2},
    )
    desk.shift(Key.Key_Right)
    assert desk.sheet.totals().startswith("求和 11 ")
    desk.sheet.show_figures(Shown.LAST)
    assert desk.sheet.totals().startswith("求和 3 ")
    desk.sheet.show_figures(Shown.DIFFERENCE)
    assert desk.sheet.totals().startswith("求和 8 ")
