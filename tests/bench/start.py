"""From nothing to a usable window with a report open: time and memory, against a bare window.

In seconds of the processor, so that what else the machine does meanwhile is left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from gui.tokens import FONT_FAMILIES, LABEL_POINTS
from tests.bench.forms import BIG, CN_2014, ROOT, checks, environment, new_report
from tests.bench.harness import Benchmark, Budget, Rule, Unit

ROWS_2014 = 78
HEADINGS = ["指标", "单位", "本年", "上年", "增减", "增幅", "审核"]


def child(folder: Path, command: list[str], what: str) -> Callable[[], float]:
    """Return a sampler of the "processor" seconds or peak "bytes" of a program that ends by itself."""

    def sample() -> float:
        result = subprocess.run(
            [sys.executable, "-m", "tests.bench.child", *command],
            cwd=ROOT,
            env=environment(folder),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if result.returncode:
            raise RuntimeError(result.stderr)
        return float(json.loads(result.stdout)[what])

    return sample


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
    return Benchmark(
        name=f"start to a usable window, {rows:,} rows open",
        unit=Unit.SECONDS,
        budget=Budget(Rule.RATIO, 2.0),
        ours=child(folder, ours(folder, form_id), "processor"),
        reference=child(folder, bare(folder, form_id), "processor"),
        rounds=rounds,
    )


def _memory(folder: Path, form_id: str, rows: int) -> Benchmark:
    return Benchmark(
        name=f"resident memory then (peak), {rows:,} rows",
        unit=Unit.BYTES,
        budget=Budget(Rule.RATIO, 1.6),
        ours=child(folder, ours(folder, form_id), "bytes"),
        reference=child(folder, bare(folder, form_id), "bytes"),
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
