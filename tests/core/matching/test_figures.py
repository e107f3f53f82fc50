"""Figures as they stand in files: read right, or said to be unsure; never silently wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.matching.figures import looks_like_figure, read_figure
from core.values import NOT_APPLICABLE, UNITS

PIECES = UNITS["件"]
MONEY = UNITS["万元"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("31", 31),
        ("　0", 0),
        ("  0　", 0),
        ("1,024", 1024),
        ("1，024", 1024),
        ("１０２４", 1024),
        ("１，０２４", 1024),
        ("3件", 3),
        ("3 件", 3),
        ("0件", 0),
        ("31.0", 31),
        ("+5", 5),
        ("\u200b7\ufeff", 7),
        ("12\n", 12),
    ],
)
def test_plain_figures_are_sure(text: str, value: int) -> None:
    figure = read_figure(text, PIECES)
    assert (figure.value, figure.certainty, figure.remark) == (value, 1.0, None)


def test_amounts_keep_their_decimals() -> None:
    assert read_figure("0.123456万元", MONEY).value == Decimal("0.123456")
    assert read_figure("１.５", MONEY).value == Decimal("1.5")


@pytest.mark.parametrize("text", ["—", "－", "-", "--", "——", "―", "无", "没有", "/", "不适用"])
def test_a_mark_for_none_is_no_zero(text: str) -> None:
    figure = read_figure(text, PIECES)
    assert figure.value is None
    assert figure.certainty < 1
    assert text in str(figure.remark)


@pytest.mark.parametrize("text", ["", " ", "　", "\n"])
def test_a_blank_is_blank(text: str) -> None:
    figure = read_figure(text, PIECES)
    assert (figure.value, figure.certainty) == (None, 1.0)


def test_not_applicable_where_the_form_allows_it() -> None:
    assert read_figure("／", PIECES, not_applicable=True).value is NOT_APPLICABLE


@pytest.mark.parametrize(
    "text",
    [
        "约3", "3左右", "≥3", "3-5", "3/4", "1,02,4", "12,34", "3%", "#REF!", "#DIV/0!", "三", "3万",
        "2.5", "-1", "3 5", "3①件②4", "2018-12-31", "O", "1e5", "TRUE", "9" * 20, "3号", "3 或 4",
    ],
)  # fmt: skip
def test_what_may_mean_something_else_is_never_taken_silently(text: str) -> None:
    figure = read_figure(text, PIECES)
    assert figure.value is None
    assert figure.certainty < 1
    assert figure.remark


@pytest.mark.parametrize(
    ("text", "value"), [("3①", 3), ("3²", 3), ("31*", 31), ("3（累计446）", 3), ("1 024", 1024)]
)
def test_marks_beside_a_figure_make_it_doubtful_and_join_no_digits(text: str, value: int) -> None:
    figure = read_figure(text, PIECES)
    assert figure.value == value
    assert figure.certainty < 1
    assert figure.remark


@pytest.mark.parametrize(
    ("text", "beside", "value"),
    [
        ("30000元", "", "3"),
        ("30000", "元", "3"),
        ("162", "千元", "16.2"),
        ("1.5", "亿元", "15000"),
        ("162", "人民币元", "0.0162"),
        ("5百元", "万元", "0.05"),
        ("1,620,000.00元", "", "162"),
    ],
)
def test_money_is_converted_exactly(text: str, beside: str, value: str) -> None:
    figure = read_figure(text, MONEY, unit_beside=beside)
    assert (figure.value, figure.certainty) == (Decimal(value), 1)


@pytest.mark.parametrize(
    ("text", "beside"), [("0.001元", ""), ("3件", ""), ("3亿", ""), ("162", "美元"), ("3", "万件")]
)
def test_what_cannot_be_converted_exactly_is_not_read(text: str, beside: str) -> None:
    figure = read_figure(text, MONEY, unit_beside=beside)
    assert figure.value is None
    assert figure.remark


@pytest.mark.parametrize(("text", "beside", "value"), [("9", "万件", 90_000), ("1.5百件", "", 150)])
def test_a_multiple_of_a_count_is_converted_and_told(text: str, beside: str, value: int) -> None:
    figure = read_figure(text, PIECES, unit_beside=beside)
    assert figure.value == value
    assert figure.certainty < 1
    assert "换算" in str(figure.remark)


def test_nothing_is_nothing_in_any_unit() -> None:
    assert read_figure("0元", MONEY).value == 0
    assert read_figure("0", MONEY, unit_beside="元").certainty == 1


def test_another_count_is_taken_with_a_remark() -> None:
    figure = read_figure("3次", PIECES)
    assert (figure.value, figure.certainty < 1) == (3, True)
    assert "次" in str(figure.remark)


@given(st.text(max_size=30))
def test_any_text_is_read_or_doubted(text: str) -> None:
    """A sure number is made of just the digits that stand in the text."""
    figure = read_figure(text, PIECES)
    if isinstance(figure.value, int) and figure.certainty == 1:
        digits = "".join(str(int(c)) for c in text.split(".")[0].split("．")[0] if c.isdigit())
        assert int(digits) == figure.value
        assert looks_like_figure(text)
    if figure.certainty < 1:
        assert figure.remark


@pytest.mark.parametrize(
    ("text", "unit", "value", "certainty"),
    [
        ("9.0万（存储为90000）", "条", 90000, 1), ("90千（存储为90000）", "条", 90000, 1),
        ("9.0万条（存储为90000）", "条", 90000, 1), ("9.0万（存储为90400）", "条", None, 0),
        ("9万（存储为9）", "条", None, 0), ("4（存储为3.7）", "件", 4, 0.6),
        ("162.0000（存储为1620000）", "万元", 162, 1), ("162.0（存储为1620）", "万元", 162, 0.6),
        ("9.0万（存储为90000）", "万元", None, 0), ("162.0000（存储为1620000）", "件", 162, 0.6),
        ("无（存储为40）", "件", None, 0), ("（存储为40）", "件", None, 0), ("5（存储为七）", "件", 5, 0.6),
        ("?（存储为9）", "件", None, 0), ("0（存储为0.4）", "件", 0, 0.6),
    ],
)  # fmt: skip
def test_a_cell_that_shows_another_figure_than_it_stores(
    text: str, unit: str, value: int | None, certainty: float
) -> None:
    """Sure only where the one explains the other; else the clerk is told both."""
    assert looks_like_figure(text)
    figure = read_figure(text, UNITS[unit])
    assert (figure.value, figure.certainty) == (value, certainty)
    if certainty < 1:
        assert figure.remark is not None
        assert "存储的是" in str(figure.remark)
