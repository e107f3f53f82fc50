"""The bounds of a reader: what is inside them passes, the first step outside is refused in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.problems import NianbaoError
from core.reading.base.limits import Budget, Limits
from core.reading.base.raw import ReadProblem


class Clock:
    """Seconds that move only when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


SMALL = Limits(
    max_file_bytes=10, max_expanded_bytes=20, max_cells=30, max_rows=4, max_depth=3, seconds=5.0
)


@pytest.mark.parametrize(
    ("spend", "inside"),
    [
        (lambda budget, n: budget.spend_cells(n), 30),
        (lambda budget, n: budget.spend_bytes(n), 20),
        (lambda budget, n: budget.check_file_bytes(n), 10),
        (lambda budget, n: budget.check_rows(n), 4),
        (lambda budget, n: budget.check_depth(n), 3),
    ],
)
def test_the_bound_itself_passes_and_one_more_is_refused(
    spend: Callable[[Budget, int], None], inside: int
) -> None:
    spend(SMALL.start("a.doc"), inside)
    with pytest.raises(NianbaoError) as caught:
        spend(SMALL.start("a.doc"), inside + 1)
    assert caught.value.problem is ReadProblem.TOO_LARGE
    assert "a.doc" in str(caught.value)


def test_spending_adds_up() -> None:
    budget = SMALL.start("a.doc")
    budget.spend_cells(20)
    budget.spend_bytes(15)
    with pytest.raises(NianbaoError):
        budget.spend_cells(11)
    with pytest.raises(NianbaoError):
        budget.spend_bytes(6)


def test_time_runs_out_also_while_cells_are_spent() -> None:
    clock = Clock()
    budget = Budget(Limits(seconds=5.0), "a.doc", clock)
    clock.now += 5.0
    budget.check_time()
    clock.now += 0.1
    with pytest.raises(NianbaoError) as caught:
        for _ in range(Budget.CHECK_EVERY):
            budget.spend_cells()
    assert caught.value.problem is ReadProblem.TOO_SLOW
