"""How people write figures: forgiving in form, strict in meaning."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import NianbaoError
from core.values import (
    NOT_APPLICABLE,
    UNITS,
    CellValue,
    Unit,
    ValueProblem,
    format_value,
    parse_value,
)

PIECES, AMOUNT = UNITS["件"], UNITS["万元"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("１２", 12),
        (" 3 ", 3),
        ("　3\n", 3),
        ("1,024", 1024),
        ("１，０２４", 1024),
        ("1,234,567", 1234567),
        ("007", 7),
        ("5.0", 5),
        ("+4", 4),
        ("1 024", 1024),
        ("1　024 000", 1024000),
        ("", None),
        ("  \n", None),
    ],
)
def test_forgiving_in_form(text: str, value: CellValue) -> None:
    parsed = parse_value(text, PIECES)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("text", "problem", "says"),
    [
        ("3万", ValueProblem.UNIT_INSIDE, "只填数字"),
        ("3件", ValueProblem.UNIT_INSIDE, "件"),
        ("-1", ValueProblem.NEGATIVE, "不小于 0"),
        ("－1", ValueProblem.NEGATIVE, "不小于 0"),
        ("2.5", ValueProblem.DECIMALS_IN_COUNT, "整数"),
        ("1,02", ValueProblem.UNIT_INSIDE, "只填数字"),
        ("无", ValueProblem.NOT_A_NUMBER, "不是数字"),
        ("1e5", ValueProblem.UNIT_INSIDE, "只填数字"),
        ("NaN", ValueProblem.NOT_A_NUMBER, "不是数字"),
        ("/", ValueProblem.NOT_APPLICABLE, "填 0"),
        ("9" * 16, ValueProblem.TOO_LARGE, "太大"),
        ("9" * 5000, ValueProblem.TOO_LARGE, "太大"),
        ("3²", ValueProblem.UNIT_INSIDE, "只填数字"),
        ("3①", ValueProblem.UNIT_INSIDE, "只填数字"),
        ("½", ValueProblem.NOT_A_NUMBER, "不是数字"),
        ("٣", ValueProblem.UNIT_INSIDE, "只填数字"),
        ("1二", ValueProblem.UNIT_INSIDE, "只填数字"),
        ("3 5", ValueProblem.SEVERAL, "只填一个数"),
        ("3\n5", ValueProblem.SEVERAL, "只填一个数"),
        ("3　５", ValueProblem.SEVERAL, "只填一个数"),
        ("1 02", ValueProblem.SEVERAL, "只填一个数"),
        ("1 000000", ValueProblem.SEVERAL, "只填一个数"),
        ("1 024,000", ValueProblem.UNIT_INSIDE, "只填数字"),
        ("2 件", ValueProblem.UNIT_INSIDE, "只填数字"),
    ],
)
def test_strict_in_meaning(text: str, problem: ValueProblem, says: str) -> None:
    with pytest.raises(NianbaoError, match=says) as caught:
        parse_value(text, PIECES)
    assert caught.value.problem is problem
    assert len(str(caught.value)) < 100


def test_amounts_keep_their_decimals_and_no_more_than_six() -> None:
    assert parse_value("0.1", AMOUNT) == Decimal("0.1")
    assert parse_value("12.500", AMOUNT) == Decimal("12.5")
    assert str(parse_value("1000", AMOUNT)) == "1000"
    assert parse_value("0.000001", AMOUNT) == Decimal("0.000001")
    for text in ("0.0000001", "0.123456" + "0" * 30 + "1"):
        with pytest.raises(NianbaoError, match="最多保留 6 位"):
            parse_value(text, AMOUNT)
    assert str(parse_value("0.120000" + "0" * 40, AMOUNT)) == "0.12"


@pytest.mark.parametrize(
    ("unit", "largest", "too_large"),
    [
        ("件", "999,999,999,999,999", "1" + "0" * 15),
        ("元", "9999999999999.99", "1" + "0" * 13),
        ("万元", "999999999.999999", "1" + "0" * 9),
    ],
)
def test_figures_have_no_more_digits_than_excel_keeps(
    unit: str, largest: str, too_large: str
) -> None:
    value = parse_value(largest, UNITS[unit])
    assert value == Decimal(largest.replace(",", ""))
    assert len(format_value(value).replace(".", "")) == 15
    with pytest.raises(NianbaoError, match="太大"):
        parse_value(too_large, UNITS[unit])


def test_the_units_of_the_official_forms_and_their_decimals() -> None:
    assert {unit.name: unit.decimals for unit in UNITS.values() if unit.decimals} == {
        "万元": 6,
        "元": 2,
        "%": 2,
    }
    assert UNITS["件"] == Unit("件")
    assert all(UNITS[name].name == name for name in UNITS)


@pytest.mark.parametrize(
    ("value", "plain", "grouped"),
    [
        (None, "", ""),
        (NOT_APPLICABLE, "/", "/"),
        (0, "0", "0"),
        (1024, "1024", "1,024"),
        (Decimal("1024.50"), "1024.50", "1,024.50"),
        (Decimal("1E+3"), "1000", "1,000"),
        (Decimal("1E-6"), "0.000001", "0.000001"),
    ],
)
def test_the_three_kinds_of_value_as_they_are_printed(
    value: CellValue, plain: str, grouped: str
) -> None:
    assert format_value(value) == plain
    assert format_value(value, grouped=True) == grouped


def test_a_long_text_is_cut_in_the_message() -> None:
    for text, shown in (("字" * 20, "字" * 20), ("字" * 21, "字" * 20 + "…")):
        with pytest.raises(NianbaoError, match=f"“{shown}”"):
            parse_value(text, PIECES)


def test_not_applicable_only_where_allowed() -> None:
    for text in ("/", "／", "不适用"):
        assert parse_value(text, PIECES, allow_not_applicable=True) is NOT_APPLICABLE


@given(st.integers(0, 999_999_999_999_999), st.booleans())
def test_counts_print_and_read_back(number: int, grouped: bool) -> None:
    assert parse_value(format_value(number, grouped=grouped), PIECES) == number


@given(st.decimals(0, 999_999_999, places=6, allow_nan=False), st.booleans())
def test_amounts_print_and_read_back(number: Decimal, grouped: bool) -> None:
    value = parse_value(f"{number:f}", AMOUNT)
    assert value == number
    assert parse_value(format_value(value, grouped=grouped), AMOUNT) == number


@given(st.text(max_size=30), st.sampled_from([PIECES, AMOUNT]), st.booleans())
def test_any_text_is_a_value_or_one_sentence(text: str, unit: object, allowed: bool) -> None:
    try:
        value = parse_value(text, unit, allow_not_applicable=allowed)
    except NianbaoError as error:
        assert str(error).endswith("。")
    else:
        assert value is None or value is NOT_APPLICABLE or value >= 0
