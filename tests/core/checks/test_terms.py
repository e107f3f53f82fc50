"""What terms reckon: exact figures, blanks that leave them undecided, halves rounded as in Excel."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog import load_checks
from core.checks.terms import CellTerm, FunctionTerm, evaluate, holds
from core.form.language import Literal
from core.period import Period
from core.report import Report
from core.session import Edit, Session
from core.values import NOT_APPLICABLE, CellValue

A = CellTerm("a")


def rounded(value: CellValue, places: int) -> object:
    term = FunctionTerm("round", (A, Literal(Decimal(places))))
    return evaluate(term, {"a": value}, {})


@pytest.mark.parametrize(
    ("number", "places", "result"),
    [("0.125", 2, "0.13"), ("2.5", 0, "3"), ("3.5", 0, "4"), ("0.0049", 2, "0"), ("7", 2, "7")],
)
def test_halves_are_rounded_up(number: str, places: int, result: str) -> None:
    assert rounded(Decimal(number), places) == Decimal(result)


@given(st.decimals(0, 10**9, places=8, allow_nan=False), st.integers(0, 6))
def test_rounding_is_that_of_the_decimal_module(number: Decimal, places: int) -> None:
    expected = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert rounded(number, places) == expected


def test_blank_and_not_applicable_leave_a_function_undecided() -> None:
    assert rounded(None, 2) is None
    assert rounded(NOT_APPLICABLE, 2) is None


@pytest.mark.parametrize(
    ("operator", "true_for"),
    [("=", "e"), ("!=", "lg"), ("<", "l"), ("<=", "le"), (">", "g"), (">=", "ge")],
)
def test_every_comparison(operator: str, true_for: str) -> None:
    pairs = {"l": (1, Decimal("1.5")), "e": (Decimal("1.0"), 1), "g": (2, 1)}
    for name, (left, right) in pairs.items():
        assert holds(operator, left, right) is (name in true_for)


RATE_FORM = """
format = 1
id = "rate"
name = "办结率"

[[tables]]
columns = [{ code = "n", label = "数" }]
rows = [
    { code = "1", label = "收到", unit = "件" },
    { code = "2", label = "办结", unit = "件" },
    { code = "3", label = "办结率", unit = "%" },
]

[[checks]]
id = "办结率"
rule = "[3] = round([2] / [1] * 100, 2)"
computes = true
"""


@pytest.fixture
def rate(tmp_path: Path) -> Session:
    file = tmp_path / "rate.toml"
    file.write_text(RATE_FORM, encoding="utf-8")
    checks = load_checks(file)
    return Session(Report(checks.form, Period(2024)), checks)


def test_a_rate_computes_itself_and_is_told_in_words(rate: Session) -> None:
    rate.apply(Edit("", cells={"1": 3, "2": 2}))
    assert rate.value("3") == Decimal("66.67")
    assert rate.is_ready
    rate.apply(Edit("", cells={"3": Decimal("66.66")}))
    (finding,) = rate.findings
    assert finding.message == (
        "办结率 为 66.66，办结 ÷ 收到 × 100（四舍五入到 2 位小数）为 66.67，相差 0.01。"
    )
    rate.apply(Edit("", cells={"1": 0, "3": None}))
    assert rate.value("3") is None
