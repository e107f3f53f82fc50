"""What checking costs in the core, on reports in which nearly every check finds something."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import cycle
from math import ceil
from pathlib import Path

from core.catalog import Catalog
from core.checks.checks import CheckSet
from core.period import Period
from core.report import Baseline, Report
from core.session import Edit, Session
from core.values import CellValue
from tests.bench.harness import Benchmark, Budget, Rule, Unit, timed

CN_2014 = "cn-2014-beijing"
CN_2021 = "cn-2021"
# A picture of a 60 Hz screen takes 16 ms: half of it leaves the rest to whatever else is to be done.
HALF_A_PICTURE = 0.008


def p99(samples: Sequence[float]) -> float:
    """Return the sample that 99 of 100 do not exceed."""
    return sorted(samples)[ceil(0.99 * len(samples)) - 1]


def full_report(checks: CheckSet, seed: int = 2019) -> Report:
    """Return a report with every cell filled at random and last year's likewise: sums do not add up."""
    figures = random.Random(seed)
    keys = list(checks.form.cells)
    values: dict[str, CellValue] = {key: figures.randint(1, 999) for key in keys}
    last: dict[str, CellValue] = {key: figures.randint(1, 999) for key in keys}
    baseline = Baseline(Period(2018), "某区某局", checks.form.id, last)
    return Report(checks.form, Period(2019), values=values, baselines=(baseline,))


def full_check(folder: Path) -> Benchmark:
    """Judge every check of the 2014 form, sentences of the findings included."""
    checks = Catalog.standard().checks(CN_2014)
    report = full_report(checks)
    values, last = report.values, report.last_values
    if not checks.run(values, last):
        raise RuntimeError("the report was to be full of findings")
    return Benchmark(
        name="full check, 2014 form",
        unit=Unit.SECONDS,
        budget=Budget(Rule.AT_MOST, 0.0015),
        ours=timed(lambda: checks.run(values, last)),
        # Short samples, many of them: what else the machine does then spoils few.
        rounds=200,
    )


def one_edit(form_id: str, name: str) -> Benchmark:
    """Set one cell after another in a full report; computed cells and findings follow each time."""
    checks = Catalog.standard().checks(form_id)
    session = Session(full_report(checks), checks)
    figures = random.Random(1)
    keys = cycle(checks.form.cells)

    def sample() -> float:
        edit = Edit("键入", cells={next(keys): figures.randint(1, 999)})
        return timed(lambda: session.apply(edit))()

    return Benchmark(
        name=name,
        unit=Unit.SECONDS,
        budget=Budget(Rule.AT_MOST, HALF_A_PICTURE),
        ours=sample,
        rounds=5 * len(checks.form.cells),
        statistic=p99,
    )


def edit_2014(folder: Path) -> Benchmark:
    """One edit of the 2014 form, up to the findings, nothing painted."""
    return one_edit(CN_2014, "one edit checked, 2014 form, p99")


def edit_2021(folder: Path) -> Benchmark:
    """One edit of the 2021 form, up to the findings, nothing painted."""
    return one_edit(CN_2021, "one edit checked, 2021 form, p99")
