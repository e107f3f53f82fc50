"""From nothing to a usable window with a report open: time and memory, against a bare window.

In seconds of the processor, so that what else the machine does meanwhile is left out.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from gui.look.tokens import FONT_FAMILIES, LABEL_POINTS
from tests.bench.forms import BIG, CN_2014, ROOT, checks, environment, new_report
from tests.bench.harness import Benchmark, Budget, Rule, Unit

ROWS_2014 = 78
HEADINGS = ["指标", "单位", "本年", "上年", "增减", "增幅", "审核"]


class Child:
    """Runs a program that ends by itself once its window is there, and keeps what it took."""

    def __init__(self, folder: Path, command: list[str]) -> None:
        self.command = command
        self.environment = environment(folder)
        self._taken: list[dict[str, float]] = []

    def sampler(self, what: str) -> Callable[[], float]:
        """Return a sampler of the "processor" seconds or the peak "bytes"."""

        def sample() -> float:
            result = subprocess.run(
                [sys.executable, "-m", "tests.bench.child", *self.command],
                cwd=ROOT,
                env=self.environment,
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
            )
            if result.returncode:
                raise RuntimeError(result.stderr)
            self._taken.append(json.loads(result.stdout))
            return self._taken[-1][what]

        return sample

    @property
    def clock(self) -> float:
        """The median seconds of the clock, of the runs after the first."""
        return median(taken["seconds"] for taken in self._taken[1:] or self._taken)

    def instructions(self) -> int:
        """How many instructions one run takes, as valgrind counts them."""
        result = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *self.command],
            cwd=ROOT,
            # Sets of another order are other work.
            env={**self.environment, "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=True,
        )
        found = re.search(r"Collected : (\d+)", result.stderr)
        if found is None:
            raise RuntimeError(result.stderr)
        return int(found[1])


def beside(ours: Child, reference: Child) -> Iterator[str]:
    """Yield what the clock said, and where valgrind is installed, a count that no noise reaches."""
    one, other = ours.clock, reference.clock
    yield (
        f"start by the clock: {one:.2f} s, bare window {other:.2f} s (× {one / other:.2f}), "
        "other programs' share included"
    )
    if shutil.which("valgrind"):
        counted, bare_one = ours.instructions(), reference.instructions()
        yield (
            f"start in instructions: {counted / 1e6:,.0f} million, bare window "
            f"{bare_one / 1e6:,.0f} million (× {counted / bare_one:.2f})"
        )


def ours(folder: Path, form_id: str) -> list[str]:
    """Return the command that opens a report in the program's window."""
    return [sys.executable, "-m", "gui", str(new_report(folder, form_id))]


def bare(folder: Path, form_id: str) -> list[str]:
    """Return the command that opens the bare window, with what the program shows of the form."""
    file = folder / f"{form_id}.rows"
    lines: list[list[str]] = [list(HEADINGS)]
    for row in checks(folder, form_id).form.rows.values():
        unit = row.unit.name if row.unit is not None else ""
        lines.append([row.label, unit, *[""] * (len(HEADINGS) - 2)])
    file.write_text("\n".join("\t".join(line) for line in lines), encoding="utf-8")
    script = str(ROOT / "tests/bench/bare_window.py")
    return [sys.executable, script, str(file), str(LABEL_POINTS), *FONT_FAMILIES]


def _time(folder: Path, form_id: str, rows: int, rounds: int) -> Benchmark:
    program, window = Child(folder, ours(folder, form_id)), Child(folder, bare(folder, form_id))
    return Benchmark(
        name=f"start to a usable window, {rows:,} rows open",
        unit=Unit.SECONDS,
        budget=Budget(Rule.RATIO, 2.0),
        ours=program.sampler("processor"),
        reference=window.sampler("processor"),
        rounds=rounds,
        notes=lambda: [f"{rows:,} rows: {line}" for line in beside(program, window)],
    )


def _memory(folder: Path, form_id: str, rows: int) -> Benchmark:
    return Benchmark(
        name=f"resident memory then (peak), {rows:,} rows",
        unit=Unit.BYTES,
        budget=Budget(Rule.RATIO, 1.6),
        ours=Child(folder, ours(folder, form_id)).sampler("bytes"),
        reference=Child(folder, bare(folder, form_id)).sampler("bytes"),
        rounds=3,
    )


def start_time(folder: Path) -> Benchmark:
    """Time from the start of the process to a window that can be typed into, and the process gone."""
    return _time(folder, CN_2014, ROWS_2014, rounds=9)


def start_memory(folder: Path) -> Benchmark:
    """Peak resident memory up to that moment."""
    return _memory(folder, CN_2014, ROWS_2014)


def start_time_big(folder: Path) -> Benchmark:
    """The same with a form of 10,000 rows from the user's own folder."""
    return _time(folder, "big", BIG, rounds=7)


def start_memory_big(folder: Path) -> Benchmark:
    """Peak resident memory with that form."""
    return _memory(folder, "big", BIG)
