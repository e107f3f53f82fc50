"""From nothing to a usable window with a report open: instructions, time and memory, against a bare window.

Instructions where valgrind is installed, else seconds of the processor: what else the machine does
meanwhile is left out. By the clock as well, beside LibreOffice Calc with the same report as a workbook.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from core.session import Session
from core.storage.files import open_report
from core.writing.xlsx import export_report
from gui.look.tokens import FONT_FAMILIES, LABEL_POINTS
from tests.bench import calc
from tests.bench.forms import BIG, CN_2014, ROOT, catalog, checks, environment, new_report
from tests.bench.harness import Benchmark, Budget, Rule, Unit
from tests.gui.screens import x_server

ROWS_2014 = 78
HEADINGS = ["指标", "单位", "本年", "上年", "增减", "增幅", "审核"]


class Child:
    """A program that ends by itself once its window is there, and what one run of it takes."""

    def __init__(self, folder: Path, command: list[str]) -> None:
        self.command = command
        self.environment = environment(folder)

    def sampler(self, what: str) -> Callable[[], float]:
        """Return a sampler of the "processor" seconds, the "seconds" by the clock or the peak "bytes"."""
        return lambda: self._measured(what, self.environment)

    def shown(self) -> float:
        """The seconds by the clock on a real X server, to the end of the process."""
        with x_server() as display:
            screen = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display}
            return self._measured("seconds", {**self.environment, **screen})

    def _measured(self, what: str, environment: dict[str, str]) -> float:
        result = subprocess.run(
            [sys.executable, "-m", "tests.bench.child", *self.command],
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

    def instructions(self) -> float:
        """How many instructions one run takes, as valgrind counts them."""
        command = ["valgrind", "--tool=cachegrind", "--cache-sim=no"]
        result = subprocess.run(
            [*command, "--cachegrind-out-file=/dev/null", *self.command],
            cwd=ROOT,
            # Sets of another order are other work.
            env={**self.environment, "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=True,
        )
        found = re.search(r"I\s+refs:\s+([\d,]+)", result.stderr)
        if found is None:
            raise RuntimeError(result.stderr)
        return float(found[1].replace(",", ""))


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


def _time(folder: Path, form_id: str, rows: int, limit: float) -> Benchmark:
    program, window = Child(folder, ours(folder, form_id)), Child(folder, bare(folder, form_id))
    counts = shutil.which("valgrind") is not None
    return Benchmark(
        name=f"start to a usable window, {rows:,} rows open",
        unit=Unit.INSTRUCTIONS if counts else Unit.SECONDS,
        budget=Budget(Rule.RATIO, limit),
        ours=program.instructions if counts else program.sampler("processor"),
        reference=window.instructions if counts else window.sampler("processor"),
        # A count comes out the same each time; the first compiles.
        rounds=1 if counts else 9,
    )


def _clock(folder: Path, form_id: str, rows: int) -> Benchmark:
    program, window = Child(folder, ours(folder, form_id)), Child(folder, bare(folder, form_id))
    workbook = folder / f"{form_id}.xlsx"
    opened = open_report(new_report(folder, form_id), catalog(folder))
    export_report(Session(opened.report, checks(folder, form_id)), workbook)

    def beside() -> float:
        with x_server() as display:
            return calc.seconds_to_window(workbook, display, folder / "calc")

    return Benchmark(
        name=f"the same by the clock, {rows:,} rows",
        unit=Unit.SECONDS,
        budget=Budget(Rule.TOLD, 0),
        ours=program.shown,
        reference=window.shown,
        calc=beside if calc.is_installed() else None,
        rounds=5,
    )


def _memory(folder: Path, form_id: str, rows: int) -> Benchmark:
    return Benchmark(
        name=f"resident memory then (peak), {rows:,} rows",
        unit=Unit.BYTES,
        budget=Budget(Rule.RATIO, 1.3),
        ours=Child(folder, ours(folder, form_id)).sampler("bytes"),
        reference=Child(folder, bare(folder, form_id)).sampler("bytes"),
        rounds=3,
    )


def start_time(folder: Path) -> Benchmark:
    """From the start of the process to a window that can be typed into, and the process gone."""
    return _time(folder, CN_2014, ROWS_2014, limit=1.45)


def start_clock(folder: Path) -> Benchmark:
    """The same by the clock, which other programs slow down, beside LibreOffice Calc."""
    return _clock(folder, CN_2014, ROWS_2014)


def start_memory(folder: Path) -> Benchmark:
    """Peak resident memory up to that moment."""
    return _memory(folder, CN_2014, ROWS_2014)


def start_time_big(folder: Path) -> Benchmark:
    """The same with a form of 10,000 rows from the user's own folder."""
    return _time(folder, "big", BIG, limit=2.4)


def start_clock_big(folder: Path) -> Benchmark:
    """That by the clock."""
    return _clock(folder, "big", BIG)


def start_memory_big(folder: Path) -> Benchmark:
    """Peak resident memory with that form."""
    return _memory(folder, "big", BIG)
