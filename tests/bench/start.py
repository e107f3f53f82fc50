"""From nothing to a usable window with a report open: time and memory, against a bare window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench.harness import Benchmark, Budget, Rule, Unit

ROOT = Path(__file__).resolve().parents[2]
FORM = "cn-2014-beijing"
# What the form and the window show: 78 indicators under 指标 单位 本年 上年 增减 增幅 审核.
ROWS, COLUMNS = 78, 7


def child(command: list[str], what: str) -> Callable[[], float]:
    """Return a sampler of the "seconds" or the peak "bytes" of a program that ends by itself."""

    def sample() -> float:
        environment = {**os.environ, "NIANBAO_EXIT_WHEN_READY": "1"}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        result = subprocess.run(
            [sys.executable, "-m", "tests.bench.child", *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if result.returncode:
            raise RuntimeError(result.stderr)
        return float(json.loads(result.stdout)[what])

    return sample


def new_report(folder: Path) -> Path:
    """Make a report to open, with the program's own command line."""
    file = folder / "start.nianbao"
    options = ["--form", FORM, "--year", "2019", "--unit-name", "某区某局", "-o", str(file)]
    subprocess.run([sys.executable, "-m", "core", "new", *options], cwd=ROOT, check=True)
    return file


def ours(folder: Path) -> list[str]:
    """Return the command that opens a report in the program's window."""
    return [sys.executable, "-m", "gui", str(new_report(folder))]


def bare() -> list[str]:
    """Return the command that opens the bare window."""
    return [sys.executable, str(ROOT / "tests/bench/bare_window.py"), str(ROWS), str(COLUMNS)]


def start_time(folder: Path) -> Benchmark:
    """Time from the start of the process to a window that can be typed into, and the process gone."""
    return Benchmark(
        name="start to a usable window, report open",
        unit=Unit.SECONDS,
        budget=Budget(Rule.RATIO, 2.0),
        ours=child(ours(folder), "seconds"),
        reference=child(bare(), "seconds"),
    )


def start_memory(folder: Path) -> Benchmark:
    """Peak resident memory up to that moment."""
    return Benchmark(
        name="resident memory then (peak)",
        unit=Unit.BYTES,
        budget=Budget(Rule.RATIO, 1.6),
        ours=child(ours(folder), "bytes"),
        reference=child(bare(), "bytes"),
        rounds=3,
    )
