"""Work on one report for a very long time: memory and time a step must stay as they began.

    python -m tests.bench.soak [STEPS] [--seed N]

Random edits, undos, saves and imports through the session; prints what a step costs in the first
and in the last tenth, and exits with 1 where the last is much dearer.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import tracemalloc
from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from core.catalog import Catalog
from core.period import Period
from core.report import Baseline, Report
from core.session import Edit, Session
from core.storage.files import open_report, save_report

FORM = "cn-2014-beijing"
#: As many steps back as a clerk would take.
_UNDO_STEPS = 100
#: In the last tenth a step may cost so many times the first, in time and in memory held.
LIMIT = 1.5


@dataclass(frozen=True)
class Soak:
    """What a step cost: median seconds, and bytes held, in the first and the last tenth."""

    steps: int
    first_seconds: float
    last_seconds: float
    first_bytes: int
    last_bytes: int

    @property
    def is_flat(self) -> bool:
        """Whether the last tenth costs about what the first did."""
        return (
            self.last_seconds <= self.first_seconds * LIMIT
            and self.last_bytes <= self.first_bytes * LIMIT + 256 * 1024
        )

    def __str__(self) -> str:
        times = f"{self.first_seconds * 1e6:.1f} → {self.last_seconds * 1e6:.1f} µs"
        held = f"{self.first_bytes / 1024:.0f} → {self.last_bytes / 1024:.0f} KiB"
        return f"{self.steps} steps: median step {times}, memory held {held}"


def soak(folder: Path, steps: int, seed: int) -> Soak:
    """Work for so many steps. Raises ``AssertionError`` where a saved report reads back otherwise."""
    rnd, catalog = random.Random(seed), Catalog.standard()
    checks = catalog.checks(FORM)
    session = Session(Report(checks.form, Period(2019)), checks)
    keys, path = list(checks.form.cells), folder / "soak.nianbao"
    undo: deque[Edit] = deque(maxlen=_UNDO_STEPS)
    tenth = max(steps // 10, 1)
    # Room for the measuring itself is taken beforehand: it must not count as held.
    times = {last: array("d", bytes(8 * tenth)) for last in (False, True)}
    held: dict[bool, int] = {}
    tracemalloc.start()
    for number in range(steps):
        choice = rnd.random()
        begun = time.perf_counter()
        if choice < 0.0005:
            save_report(session.report, path)
            assert open_report(path, catalog).report.values == session.report.values
        elif choice < 0.01:
            values = {key: rnd.randrange(50) for key in rnd.sample(keys, 40)}
            last = (Baseline(Period(2018), "某区某局", FORM, values),)
            undo.append(session.apply(Edit("导入上年", baselines=last)).inverse)
        elif choice < 0.2 and undo:
            session.apply(undo.pop())
        else:
            value = rnd.choice([None, 0, rnd.randrange(10**6)])
            undo.append(session.apply(Edit("填写", cells={rnd.choice(keys): value})).inverse)
        took = time.perf_counter() - begun
        if number < tenth:
            times[False][number] = took
        if number >= steps - tenth:
            times[True][number - steps] = took
        if number in (tenth - 1, steps - 1):
            held[number >= tenth] = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return Soak(steps, median(times[False]), median(times[True]), held[False], held[True])


def main(arguments: Sequence[str]) -> int:
    """Soak as long as asked, and print what it cost."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__)
    parser.add_argument("steps", nargs="?", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="nianbao-soak-") as folder:
        result = soak(Path(folder), options.steps, options.seed)
    print(result)
    return 0 if result.is_flat else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
