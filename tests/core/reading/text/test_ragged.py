"""Tables copied out of a browser as text: merged cells are missing, figures have moved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.reading.base.limits import Limits
from core.reading.text.ragged import squared
from core.reading.text.text import parse_text


def test_figures_come_under_one_another_and_headings_claim_no_column() -> None:
    rows = [
        ["申请人情况"],
        ["自然人", "法人", "总计"],
        ["一、本年新收", "3", "1", "4"],
        ["三、办理结果", "（三）不予公开", "1.国家秘密", "", "0", "0"],
        ["2.其他", "1", "0", "1"],
        ["（四）无法提供", "1.不掌握", "2", "", "2"],
    ]
    assert squared(rows) == [
        ["申请人情况"],
        ["自然人"],
        ["法人"],
        ["总计"],
        ["一、本年新收", "", "", "3", "1", "4"],
        ["三、办理结果", "（三）不予公开", "1.国家秘密", "", "0", "0"],
        ["2.其他", "", "", "1", "0", "1"],
        ["（四）无法提供", "1.不掌握", "", "2", "", "2"],
    ]


def test_rows_that_all_begin_with_one_label_stay_as_they_are() -> None:
    rows = [
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "1", "2", "3"],
        ["行政规范性文件", "4", "5", "6"],
        ["信息内容", "本年处理决定数量"],
        ["行政许可", "7"],
    ]
    assert squared(rows) == rows


@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(
            st.lists(st.sampled_from(["", "1", "甲", "/"]), min_size=width, max_size=width)
        )
    )
)
def test_a_rectangle_stays_as_it_is(rows: list[list[str]]) -> None:
    assert squared(rows) == rows


@given(st.lists(st.lists(st.sampled_from(["", "1", "甲", "/", "2.5"]), min_size=1, max_size=6)))
def test_no_text_is_lost(rows: list[list[str]]) -> None:
    made = squared(rows)
    assert [c for row in made for c in row if c] == [c for row in rows for c in row if c]


def test_in_a_text_file() -> None:
    text = "自然人\t法人\t总计\n一、新收\t3\t1\t4\n二、结果\t1.公开\t2\t1\t3\n2.其他\t1\t0\t1\n"
    (table,) = parse_text(text, Limits().start("a.txt")).tables
    assert table.rows[-3:] == (
        ("一、新收", "", "3", "1", "4"),
        ("二、结果", "1.公开", "2", "1", "3"),
        ("2.其他", "", "1", "0", "1"),
    )
