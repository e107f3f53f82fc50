"""Measure a program and its reference in turns, and judge what comes out against a budget."""

from __future__ import annotations

import statistics
import time
import timeit
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Unit(Enum):
    """What a sample counts; the value is the factor and sign for printing."""

    SECONDS = (1000.0, "ms")
    BYTES = (1 / 2**20, "MiB")
    #: Of the processor, as valgrind counts them: the same on a busy machine and on another day.
    INSTRUCTIONS = (1e-6, "million")
    #: The power of the number of rows that a cost grows with: 1 is linear, 0 is flat.
    POWER = (1.0, "power")

    def show(self, amount: float) -> str:
        """Write an amount for a person."""
        factor, sign = self.value
        return f"{amount * factor:,.2f} {sign}"


class Rule(Enum):
    """How a budget bounds a measurement."""

    RATIO = "ours ≤ limit × reference"
    AT_MOST = "ours ≤ limit"
    ABOVE = "ours ≤ reference + limit"
    #: No budget: the figure is there to be looked at.
    TOLD = "ours"


@dataclass(frozen=True)
class Budget:
    """A rule and its limit: a factor for RATIO, else an amount in the benchmark's unit."""

    rule: Rule
    limit: float

    def ratio(self, ours: float, reference: float) -> float:
        """Return the figure that is judged: 1.0 is the reference, or exactly the budget."""
        if self.rule is Rule.RATIO:
            return ours / reference
        if self.rule is Rule.TOLD:
            return 0.0
        if self.rule is Rule.AT_MOST:
            return ours / self.limit
        return max(0.0, ours - reference) / self.limit

    def holds(self, ours: float, reference: float) -> bool:
        """Tell whether the measurement stays within the budget."""
        return self.ratio(ours, reference) <= (self.limit if self.rule is Rule.RATIO else 1.0)

    def show(self, unit: Unit) -> str:
        """Write the budget for a person."""
        if self.rule is Rule.TOLD:
            return "–"
        if self.rule is Rule.RATIO:
            return f"≤ {self.limit:.2f} ×"
        sign = "≤" if self.rule is Rule.AT_MOST else "≤ +"
        return f"{sign} {unit.show(self.limit)}"


@dataclass(frozen=True)
class Benchmark:
    """One cost of the program.

    `ours` and `reference` take one sample each time they are called. Without a reference the budget is
    an amount. `calc` is what LibreOffice Calc takes for the same, to be looked at. `statistic` turns the
    samples into the figure that is judged.
    """

    name: str
    unit: Unit
    budget: Budget
    ours: Callable[[], float]
    reference: Callable[[], float] | None = None
    calc: Callable[[], float] | None = None
    rounds: int = 9
    statistic: Callable[[Sequence[float]], float] = statistics.median
    #: Lines to print under the table, once the samples have been taken.
    notes: Callable[[], Sequence[str]] = tuple


# Makes a benchmark, with a folder of its own for the files it needs.
Factory = Callable[[Path], Benchmark]


@dataclass(frozen=True)
class Result:
    """What one benchmark came to; without a reference, `reference` is zero."""

    benchmark: Benchmark
    ours: float
    reference: float
    calc: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether the cost stays within its budget."""
        return self.benchmark.budget.holds(self.ours, self.reference)

    def row(self) -> tuple[str, ...]:
        """Return the cells of the table for this result."""
        unit, budget = self.benchmark.unit, self.benchmark.budget
        told = budget.rule is Rule.TOLD
        return (
            self.benchmark.name,
            unit.show(self.ours),
            unit.show(self.reference) if self.benchmark.reference else "–",
            unit.show(self.calc) if self.benchmark.calc else "–",
            "–" if told else f"{budget.ratio(self.ours, self.reference):.2f}",
            budget.show(unit),
            "–" if told else "ok" if self.holds else "OVER",
        )


HEADINGS = ("what", "ours", "reference", "Calc", "ratio", "budget", "verdict")


def measure(benchmark: Benchmark) -> Result:
    """Take the samples in turns, after one round that only warms caches and is not counted."""
    ours: list[float] = []
    references: list[float] = []
    others: list[float] = []
    for number in range(benchmark.rounds + 1):
        sample = benchmark.ours()
        reference = benchmark.reference() if benchmark.reference else 0.0
        other = benchmark.calc() if benchmark.calc else 0.0
        if number:
            ours.append(sample)
            references.append(reference)
            others.append(other)
    middle = benchmark.statistic
    return Result(benchmark, middle(ours), middle(references), middle(others))


def timed(call: Callable[[], object], times: int = 1) -> Callable[[], float]:
    """Return a sampler: the mean seconds of the processor that one call takes, over a number of calls.

    Without garbage collection, and without what other programs take of a busy machine.
    """
    return lambda: timeit.Timer(call, timer=time.process_time).timeit(times) / times


def table(results: Sequence[Result]) -> str:
    """Lay the results out in columns: names to the left, figures to the right."""
    rows = [HEADINGS, *(result.row() for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if 0 < column < len(row) - 1 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
