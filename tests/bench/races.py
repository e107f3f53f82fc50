"""Let several commands change one report at the same moment; nothing that any of them set may be lost.

    python -m tests.bench.races [ROUNDS] [--writers N]

Each writer is a process of its own that sets its own cell to the number of the round; after each round
every cell must hold it, unless its writer said in one sentence (exit code 2) that it did not write.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Cells of the form that no rule computes, one for each writer.
CELLS = ("3.1.1", "3.1.2", "3.1.3", "3.1.4", "1.3.1", "1.3.2", "1.3.3", "1.3.4")
#: A writer: for every line it is sent it makes one command of it and answers with the exit code.
WRITER = """
import json, sys
from core.cli import main
for line in sys.stdin:
    code = main(json.loads(line))
    print(code, flush=True)
"""


@dataclass
class Outcome:
    """What came of the rounds: cells lost though their writer said they were set, and refusals."""

    rounds: int = 0
    lost: int = 0
    refused: int = 0
    leftovers: int = 0


class Race:
    """Writers that stay alive, and one report."""

    def __init__(self, folder: Path, writers: int, *options: str) -> None:
        self._options = options
        self._environment = {**os.environ, "NIANBAO_HOME": str(folder / "data")}
        self.report = folder / "报表.nianbao"
        self.cells = CELLS[:writers]
        self._run("new", "--form", "cn-2014-beijing", "--year", "2019", "--unit-name", "甲")
        self._writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
            for _ in self.cells
        ]

    def _run(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "core", *arguments, "-o", str(self.report)]
        subprocess.run(command, cwd=ROOT, env=self._environment, check=True)

    def __enter__(self) -> Race:
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self._writers:
            assert writer.stdin is not None and writer.stdout is not None
            writer.stdin.close()
            writer.wait(60)
            writer.stdout.close()

    def run(self, rounds: int) -> Outcome:
        """Have all writers set their cells, so often."""
        outcome = Outcome(rounds)
        for number in range(1, rounds + 1):
            for writer, cell in zip(self._writers, self.cells, strict=True):
                command = ["set", str(self.report), f"{cell}={number}", *self._options]
                assert writer.stdin is not None
                writer.stdin.write(json.dumps(command) + "\n")
            for writer in self._writers:
                assert writer.stdin is not None
                writer.stdin.flush()
            codes: list[int] = []
            for writer in self._writers:
                assert writer.stdout is not None
                codes.append(int(writer.stdout.readline()))
            values = json.loads(self.report.read_text(encoding="utf-8"))["values"]
            for cell, code in zip(self.cells, codes, strict=True):
                outcome.refused += code == 2
                outcome.lost += code == 0 and values.get(cell) != number
        outcome.leftovers = sum(
            path.name.startswith((".", "~$")) for path in self.report.parent.iterdir()
        )
        return outcome


def main(arguments: Sequence[str]) -> int:
    """Run the rounds with 2 and with 8 writers; 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", type=int, nargs="?", default=1000)
    parser.add_argument("--writers", type=int, nargs="*", default=[2, 8])
    options = parser.parse_args(arguments)
    lost = 0
    for writers in options.writers:
        with (
            tempfile.TemporaryDirectory(prefix="nianbao-races-") as folder,
            Race(Path(folder), writers) as race,
        ):
            outcome = race.run(options.rounds)
        lost += outcome.lost
        print(
            f"{writers} writers: {outcome.rounds} rounds, {outcome.lost} values lost, "
            f"{outcome.refused} refused, {outcome.leftovers} files left behind",
            flush=True,
        )
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
