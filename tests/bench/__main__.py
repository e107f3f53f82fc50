"""Run the benchmarks and print one table; exit code 1 where a budget is not kept."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.bench import (
    checking,
    exporting,
    growth,
    reading,
    rollup,
    start,
    storing,
    texts,
    typing_cells,
    typing_window,
    waiting,
)
from tests.bench.harness import Factory, Result, Rule, measure, table

BENCHMARKS: tuple[Factory, ...] = (
    start.start_time,
    start.start_clock,
    start.start_memory,
    start.start_time_big,
    start.start_clock_big,
    start.start_memory_big,
    checking.full_check,
    checking.edit_2014,
    checking.edit_2021,
    *storing.OPENING,
    *storing.SAVING,
    storing.last_year,
    *reading.READING,
    *texts.TEXT,
    exporting.export,
    exporting.export_2021,
    exporting.export_big,
    *growth.GROWTH,
    typing_cells.typed_2014,
    typing_cells.typed_2021,
    typing_cells.typed_10000,
    *typing_window.TYPING,
    *typing_window.PANES,
    *waiting.WAITING,
    *rollup.ROLLUP,
)


def main(arguments: Sequence[str]) -> int:
    """Measure the benchmarks named, or all of them, one after the other."""
    names = {factory.__name__: factory for factory in BENCHMARKS}
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"one of: {', '.join(names)}; all of them if none")
    parser.add_argument(
        "--rounds", type=int, help="samples to take of each, instead of its own number"
    )
    parser.add_argument(
        "--kill",
        type=int,
        nargs="?",
        const=500,
        metavar="KILLS",
        help="instead: kill a working clerk so often (500) and count what is lost",
    )
    parser.add_argument(
        "--attack", action="store_true", help="instead: read hostile files; more options follow"
    )
    if "--attack" in arguments:
        from tests.bench.attack import run

        return run.main([word for word in arguments if word != "--attack"])
    options = parser.parse_args(arguments)
    if options.kill is not None:
        from tests.bench import kill

        return kill.main([str(options.kill)])
    if options.name == ["text"]:
        options.name = [factory.__name__ for factory in texts.TEXT]
    unknown = sorted(set(options.name) - set(names))
    if unknown:
        parser.error(f"no benchmark called {', '.join(unknown)}; there are {', '.join(names)}")
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="nianbao-bench-") as folder:
        for name in options.name or names:
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            benchmark = names[name](Path(folder))
            if options.rounds:
                benchmark = replace(benchmark, rounds=options.rounds)
            results.append(measure(benchmark))
        # While the files that it measured are still there.
        notes = [note for result in results for note in result.benchmark.notes()]
    lines = [
        table(results),
        *(["", "Beside these:"] if notes else []),
        *notes,
        "",
        summary(results),
    ]
    # As bytes: a Windows console of another code page has no sign for ≤.
    sys.stdout.buffer.write("\n".join([*lines, ""]).encode())
    return 0 if all(result.holds for result in results) else 1


def summary(results: Sequence[Result]) -> str:
    """Say how many budgets hold, and how busy the machine was."""
    judged = [result for result in results if result.benchmark.budget.rule is not Rule.TOLD]
    held = sum(result.holds for result in judged)
    text = f"{held} of {len(judged)} budgets hold. {os.cpu_count()} processors"
    if sys.platform != "win32":
        text += f", load {os.getloadavg()[2]:.1f} over the last 15 minutes"
    return f"{text}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
