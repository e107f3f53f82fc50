"""Tables whose headings were dropped, split, doubled or shifted, in every shape of text.

A few hundred a run; ``python -m tests.core.matching.test_matrices 5000`` tries as many as asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.matrices import case, counted, silent_mistakes

SEEDS = st.integers(0, 10**9)


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS)
def test_damaged_headings_move_no_figure_silently(seed: int) -> None:
    made = case(seed)
    assert silent_mistakes(made) == [], made.how


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS)
def test_rows_that_lack_a_figure_move_no_figure_silently(seed: int) -> None:
    made = case(seed, to_figures=True)
    assert silent_mistakes(made) == [], made.how


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS)
def test_what_a_parser_that_counts_reads_whole_is_read_here_too(seed: int) -> None:
    """Right or doubted; a row whose label was joined with a heading may be told instead."""
    made = case(seed)
    other = counted(made.text)
    found = made.read()
    if other is None or not made.how.startswith("3"):
        return
    assert found is not None, made.how
    missed = [key for key, value in other.items() if found.values.get(key) != value]
    assert len(missed) <= 7, made.how


@pytest.mark.parametrize(
    "seed",
    [
        12,  # a heading split in two, so that those behind it stand a column further
        243,  # a blank cell among the headings
        480,  # a heading printed twice
    ],
)
def test_headings_that_were_taken_for_certain_once(seed: int) -> None:
    assert silent_mistakes(case(seed)) == []
    assert silent_mistakes(case(seed, to_figures=True)) == []


def main(arguments: Sequence[str]) -> int:
    """Tries many tables and prints what went wrong."""
    wrong = 0
    for seed in range(int(arguments[0])):
        for to_figures in (False, True):
            made = case(seed, to_figures=to_figures)
            mistakes = silent_mistakes(made)
            wrong += len(mistakes)
            for mistake in mistakes:
                print(seed, to_figures, made.how, mistake)
    print(f"{arguments[0]} tables twice, {wrong} wrong figures without a warning")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
