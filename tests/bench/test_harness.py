"""The judge is judged: budgets, medians and the table."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.bench.child import measure as measure_child
from tests.bench.harness import Benchmark, Budget, Result, Rule, Unit, measure, table


@pytest.mark.parametrize(
    ("rule", "limit", "ours", "reference", "ratio", "holds"),
    [
        (Rule.RATIO, 2.0, 1.9, 1.0, 1.9, True),
        (Rule.RATIO, 2.0, 2.1, 1.0, 2.1, False),
        (Rule.AT_MOST, 0.016, 0.008, 0.0, 0.5, True),
        (Rule.AT_MOST, 0.016, 0.020, 0.0, 1.25, False),
        (Rule.ABOVE, 0.010, 0.025, 0.020, 0.5, True),
        (Rule.ABOVE, 0.010, 0.035, 0.020, 1.5, False),
        (Rule.ABOVE, 0.010, 0.018, 0.020, 0.0, True),
    ],
)
def test_a_budget_judges(
    rule: Rule, limit: float, ours: float, reference: float, ratio: float, holds: bool
) -> None:
    budget = Budget(rule, limit)
    assert budget.ratio(ours, reference) == pytest.approx(ratio)
    assert budget.holds(ours, reference) is holds


def sampler(values: Iterator[float], name: str, turns: list[str]) -> float:
    turns.append(name)
    return next(values)


def test_samples_are_taken_in_turns_and_the_first_round_is_not_counted() -> None:
    turns: list[str] = []
    ours, reference = iter([99.0, 3.0, 1.0, 2.0]), iter([99.0, 1.0, 1.0, 7.0])
    result = measure(
        Benchmark(
            "x",
            Unit.SECONDS,
            Budget(Rule.RATIO, 2.0),
            ours=lambda: sampler(ours, "ours", turns),
            reference=lambda: sampler(reference, "reference", turns),
            rounds=3,
        )
    )
    assert turns == ["ours", "reference"] * 4
    assert (result.ours, result.reference, result.holds) == (2.0, 1.0, True)


def test_the_table_names_what_is_over() -> None:
    fast = Benchmark("check", Unit.SECONDS, Budget(Rule.AT_MOST, 0.002), ours=lambda: 0.0)
    large = Benchmark(
        "memory", Unit.BYTES, Budget(Rule.RATIO, 1.6), ours=lambda: 0.0, reference=lambda: 0.0
    )
    lines = table([Result(fast, 0.001, 0.0), Result(large, 2.0**21, 2.0**20)]).splitlines()
    assert lines[0].split() == ["what", "ours", "reference", "Calc", "ratio", "budget", "verdict"]
    assert lines[1].split() == ["check", "1.00", "ms", "–", "–", "0.50", "≤", "2.00", "ms", "ok"]
    assert lines[2].split()[-5:] == ["2.00", "≤", "1.60", "×", "OVER"]


def test_a_child_is_measured_and_its_failure_told() -> None:
    grown = measure_child(
        [sys.executable, "-c", "x = bytearray(50_000_000); x[::4096] = b'1' * 12208"]
    )
    assert grown["bytes"] > 50_000_000
    assert grown["seconds"] > 0
    with pytest.raises(RuntimeError, match=r"exit code 3: why"):
        measure_child([sys.executable, "-c", "print('why'); raise SystemExit(3)"])
