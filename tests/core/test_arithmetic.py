"""Arithmetic typed into a cell: exact, in the usual order, and never where it may mean another thing."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.arithmetic import ArithmeticProblem, as_figure, meant, reckon
from core.problems import NianbaoError
from core.values import UNITS, ValueProblem

PIECES, MONEY, YUAN = UNITS["件"], UNITS["万元"], UNITS["元"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12+30", 42),
        ("=5*3-1", 14),
        ("=12", 12),
        ("=-3+5", 2),
        ("1,024+1", 1025),
        ("１２＋３０", 42),
        ("＝5×3－1", 14),
        ("=10÷4", Fraction(5, 2)),
        ("(1+2)*3", 9),
        ("=2*(3-(1+1))", 2),
        (" 1 + 2\n+ 3 ", 6),
        ("0.1+0.2", Fraction(3, 10)),
        ("=1-2-3", -4),
        ("=8/4/2", 1),
        ("3*-2", -6),
    ],
)
def test_reckoned(text: str, number: Fraction) -> None:
    found = reckon(text)
    assert found is not None and found.number == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "-5",
        "+5",
        "1,024",
        "12-30",
        "3/4",
        "2019-12-31",
        "3万",
        "/",
        "不适用",
        "3 5",
        "a+b",
        "一+二",
    ],
)
def test_what_is_no_arithmetic_or_may_be_something_else(text: str) -> None:
    assert reckon(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("=", ArithmeticProblem.INCOMPLETE),
        ("12+", ArithmeticProblem.INCOMPLETE),
        ("=A1+3", ArithmeticProblem.UNREADABLE),
        ("=SUM(1,2)", ArithmeticProblem.UNREADABLE),
        ("=(1+2", ArithmeticProblem.INCOMPLETE),
        ("1+2)", ArithmeticProblem.UNREADABLE),
        ("=3 4", ArithmeticProblem.UNREADABLE),
        ("=5/0", ArithmeticProblem.BY_ZERO),
        ("=" + "(" * 60 + "1" + ")" * 60, ArithmeticProblem.TOO_DEEP),
        ("=" + "-" * 190 + "1", ArithmeticProblem.TOO_DEEP),
    ],
)
def test_faulty(text: str, problem: ArithmeticProblem) -> None:
    with pytest.raises(NianbaoError) as raised:
        reckon(text)
    assert raised.value.problem is problem


@given(
    st.recursive(
        st.integers(0, 999).map(str) | st.decimals(0, 99, places=2).map(lambda d: f"{d:f}"),
        lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(
            lambda t: f"({t[0]}{t[1]}{t[2]})"
        ),
        max_leaves=8,
    )
)
def test_as_python_reckons_with_decimals(text: str) -> None:
    """Products of eight figures of four digits fit in the 28 digits that Decimal keeps."""
    found = reckon("=" + text)
    expected = eval(
        re.sub(r"[\d.]+", lambda m: f"Fraction('{m[0]}')", text), {"Fraction": Fraction}
    )
    assert found is not None and found.number == expected


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [("12+30", PIECES, 42), ("=7/2", MONEY, Decimal("3.5")), ("0.1+0.2", MONEY, Decimal("0.3"))],
)
def test_as_a_figure(text: str, unit: object, value: object) -> None:
    found = reckon(text)
    assert found is not None
    figure = as_figure(found, unit)  # type: ignore[arg-type]
    assert (figure, type(figure)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "unit", "problem", "words"),
    [
        ("=3-5", PIECES, ValueProblem.NEGATIVE, "“=3-5 得 -2”是负数"),
        ("=7/2", PIECES, ValueProblem.DECIMALS_IN_COUNT, "“=7/2 得 3.5”有小数"),
        ("=10/3", MONEY, ArithmeticProblem.ENDLESS, "约为 3.3333"),
        ("999999999999999*10", PIECES, ValueProblem.TOO_LARGE, "太大了"),
    ],
)
def test_what_the_cell_cannot_take(text: str, unit: object, problem: object, words: str) -> None:
    found = reckon(text)
    assert found is not None
    with pytest.raises(NianbaoError) as raised:
        as_figure(found, unit)  # type: ignore[arg-type]
    assert raised.value.problem is problem
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("text", "unit", "figure"),
    [
        ("3万", PIECES, "30000"),
        ("1.2万", PIECES, "12000"),
        ("3 千件", PIECES, "3000"),
        ("１．５亿", PIECES, "150000000"),
        ("5件", PIECES, "5"),
        ("3万", MONEY, "3"),
        ("3万元", MONEY, "3"),
        ("30000元", MONEY, "3"),
        ("12.5万元", YUAN, "125000"),
        ("5万件", MONEY, None),
        ("3万", YUAN, "30000"),
        ("5人", PIECES, None),
        ("约5件", PIECES, None),
        ("12-3", PIECES, "9"),
        ("12-30", PIECES, None),
        ("3/4", PIECES, None),
        ("3/4", MONEY, "0.75"),
        ("2019-12-31", PIECES, None),
        ("2019-6", PIECES, None),
        ("1.23456万", PIECES, None),
        ("1.2345万", PIECES, "12345"),
        ("5", PIECES, None),
        ("", PIECES, None),
    ],
)
def test_what_may_be_meant_is_offered(text: str, unit: object, figure: str | None) -> None:
    assert meant(text, unit) == figure  # type: ignore[arg-type]
