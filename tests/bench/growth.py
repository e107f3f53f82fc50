"""What becomes of a cost as the rows double: linear for the whole form, flat for one edit."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from math import log
from pathlib import Path
from statistics import linear_regression, median

from core.checks.checks import CheckSet
from core.importing.answers import of_match, with_match
from core.importing.editions import as_document
from core.matching.match import match, reassigned
from core.session import Edit, Session
from core.storage.nianbao import encode
from core.writing.xlsx import workbook_bytes
from gui.importing.rows import preview_rows
from tests.bench.checking import full_report
from tests.bench.forms import catalog, checks
from tests.bench.harness import Benchmark, Budget, Factory, Rule, Unit, timed

ROWS = (1_250, 2_500, 5_000, 10_000)
#: Above these powers a cost is no longer taken for linear, or for flat; sorting alone is 1.1.
LINEAR, FLAT = 1.15, 0.15

Sampler = Callable[[], float]


@dataclass
class Growth:
    """Samples of one cost by number of rows."""

    name: str
    samplers: dict[int, Sampler]
    samples: dict[int, list[float]] = field(default_factory=dict[int, list[float]])

    def sample(self) -> float:
        """Measure every size once, the smallest first; the power of this round."""
        for rows, sampler in self.samplers.items():
            self.samples.setdefault(rows, []).append(sampler())
        return power({rows: samples[-1] for rows, samples in self.samples.items()})

    def notes(self) -> Iterator[str]:
        """Yield a line with the median of each size, and how it compares with half as many rows."""
        line = f"{self.name:24} by rows"
        before = 0.0
        for rows, samples in self.samples.items():
            now = median(samples[1:] or samples)
            line += f"  {rows:>6,}: {now * 1000:9.3f} ms"
            line += f" (× {now / before:.2f})" if before else " " * 9
            before = now
        yield line


def power(costs: dict[int, float]) -> float:
    """Return the power of the number of rows that fits the costs best."""
    return linear_regression([log(rows) for rows in costs], [log(c) for c in costs.values()]).slope


def _grown(name: str, limit: float, make: Callable[[Path, int], Sampler], rounds: int) -> Factory:
    def factory(folder: Path) -> Benchmark:
        growth = Growth(name, {rows: make(folder, rows) for rows in ROWS})
        return Benchmark(
            name=f"growth of {name}, {ROWS[0]:,} to {ROWS[-1]:,} rows",
            unit=Unit.POWER,
            budget=Budget(Rule.AT_MOST, limit),
            ours=growth.sample,
            rounds=rounds,
            notes=lambda: list(growth.notes()),
        )

    factory.__name__ = f"growth_{name.replace(' ', '_')}"
    return factory


def _loading(folder: Path, rows: int) -> Sampler:
    return timed(lambda: catalog(folder, rows).checks("big"))


def _session(folder: Path, rows: int) -> tuple[Session, CheckSet]:
    known = checks(folder, "big", rows)
    return Session(full_report(known), known), known


def _full_check(folder: Path, rows: int) -> Sampler:
    session, known = _session(folder, rows)
    report = session.report
    return timed(lambda: known.run(report.values, report.last_values))


def _saving(folder: Path, rows: int) -> Sampler:
    session, _ = _session(folder, rows)
    return timed(lambda: encode(session.report))


def _exporting(folder: Path, rows: int) -> Sampler:
    session, _ = _session(folder, rows)
    return timed(lambda: workbook_bytes(session))


def _editing(folder: Path, rows: int) -> Sampler:
    session, known = _session(folder, rows)
    figures = random.Random(1)
    keys = cycle(known.form.cells)
    return timed(
        lambda: session.apply(Edit("键入", cells={next(keys): figures.randint(1, 999)})), times=500
    )


def _matching(folder: Path, rows: int) -> Sampler:
    session, known = _session(folder, rows)
    document = as_document(session.report)
    return timed(lambda: match(document, known.form))


def _previewing(folder: Path, rows: int) -> Sampler:
    """Every line of a preview dropped by hand at once, and all of them listed again."""
    session, known = _session(folder, rows)
    found = match(as_document(session.report), known.form)
    proposal = of_match(found, known, Path("上年"), "", known.form)
    changes = [(place.position, None) for place in found.by_key.values()]
    if len(changes) != rows:
        raise RuntimeError(f"{len(changes)} of {rows} rows were matched")
    return timed(lambda: preview_rows(with_match(proposal, reassigned(found, changes))))


GROWTH = (
    _grown("loading the form", LINEAR, _loading, rounds=3),
    _grown("a full check", LINEAR, _full_check, rounds=5),
    _grown("saving", LINEAR, _saving, rounds=5),
    _grown("exporting", LINEAR, _exporting, rounds=2),
    _grown("matching", LINEAR, _matching, rounds=3),
    _grown("previewing", LINEAR, _previewing, rounds=3),
    _grown("one edit", FLAT, _editing, rounds=7),
)
