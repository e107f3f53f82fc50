"""Kill a working clerk with SIGKILL at random moments; after each, everything typed must be there.

    python -m tests.bench.kill [KILLS] [--seed N]

After every kill: the saved file opens and is one that was saved whole; file and journal together
hold the report after every edit that was made; the exported workbook, the versions and the lock are
whole. Prints kills, losses (0, or exit code 1) and how long an edit took to be safe.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.catalog import Catalog
from core.importing.own_files import read_own_xlsx
from core.problems import NianbaoError
from core.storage.backups import Backups
from core.storage.files import open_report
from core.storage.journals import Journals
from core.storage.lock import acquire
from core.storage.station import this_station
from tests.bench.kill_child import EXPORT, NAME, digest, is_slow

ROOT = Path(__file__).resolve().parents[2]
#: A clerk is killed once its log has grown by so many lines, at most, and a moment later. By what it
#: has done and not by the clock: a busy machine must not have clerks killed before they begin.
LONGEST_LOG = 60
LONGEST_MOMENT = 0.02
#: A clerk that does nothing for so many seconds is killed all the same, and is seen to be stuck.
PATIENCE = 30.0
#: So many clerks, one after the other, take up the same report; then there is a new one.
GENERATIONS = 12


@dataclass
class Toll:
    """What the kills did."""

    kills: int = 0
    edits: int = 0
    saves: int = 0
    recovered: int = 0
    losses: list[str] = field(default_factory=list[str])
    leftovers: int = 0
    kill_safe_ns: list[int] = field(default_factory=list[int])
    power_safe_ns: list[int] = field(default_factory=list[int])

    def table(self) -> str:
        """Return the figures as a table of two columns."""

        def spread(times: list[int]) -> str:
            if not times:
                return "–"
            ordered = [ns / 1e6 for ns in sorted(times)]
            middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
            return f"median {middle:.2f}, p99 {late:.2f}, largest {ordered[-1]:.2f} ms"

        rows = [
            ("kills", str(self.kills)),
            ("edits made before them", str(self.edits)),
            ("saves begun before them", str(self.saves)),
            ("reports recovered from a journal", str(self.recovered)),
            ("losses", str(len(self.losses))),
            ("temporary files left by kills", str(self.leftovers)),
            ("key typed → survives a kill", spread(self.kill_safe_ns)),
            ("key typed → survives a power cut", spread(self.power_safe_ns)),
        ]
        return "\n".join(f"| {name} | {value} |" for name, value in rows)


class Killer:
    """Starts clerks and kills them, looking at what each leaves."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._random = random.Random(seed)
        self._catalog = Catalog.standard()
        self.toll = Toll()
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.kill_child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def close(self) -> None:
        """End the nursery."""
        assert self._nursery.stdin is not None and self._nursery.stdout is not None
        self._nursery.stdin.close()
        self._nursery.wait(30)
        self._nursery.stdout.close()

    def run(self, kills: int) -> Toll:
        """Kill so many clerks."""
        for number in range(kills):
            folder = self._folder / str(number // GENERATIONS)
            folder.mkdir(exist_ok=True)
            before = self._log(folder)
            seed = self._random.randrange(2**31)
            self._kill_one(folder, number, seed)
            self._measure(self._log(folder)[len(before) :], timed=not is_slow(seed))
            self._look(folder, f"kill {number}")
        return self.toll

    def _kill_one(self, folder: Path, number: int, seed: int) -> None:
        assert self._nursery.stdin is not None and self._nursery.stdout is not None
        self._nursery.stdin.write(f"{folder} {seed}\n")
        self._nursery.stdin.flush()
        child = int(self._nursery.stdout.readline())
        # Often early, to meet the clerk opening and recovering; mostly in the middle of work.
        lines = 0 if self._random.random() < 0.15 else self._random.randrange(LONGEST_LOG)
        until, wanted = time.monotonic() + PATIENCE, len(self._log(folder)) + lines
        while len(self._log(folder)) < wanted and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(self._random.uniform(0, LONGEST_MOMENT))
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            self._lost(f"kill {number}", "the clerk had ended by itself")
        while Path(f"/proc/{child}").exists():
            time.sleep(0.001)
        failed = folder / "failed.txt"
        if failed.exists():
            self._lost(f"kill {number}", failed.read_text(encoding="utf-8"))
            failed.unlink()
        self.toll.kills += 1

    def _look(self, folder: Path, name: str) -> None:
        try:
            self._judge(folder, self._log(folder), name)
        except NianbaoError as error:
            self._lost(name, str(error))

    def _judge(self, folder: Path, log: list[list[str]], name: str) -> None:
        path, data = folder / NAME, folder / "data"
        state: str | None = None
        if path.exists():
            opened = open_report(path, self._catalog)
            state = opened.stamp.sha256
            if state not in {line[1] for line in log if line[0] == "V"}:
                self._lost(name, "the file is none that was saved")
            if opened.remarks or digest(opened.report) != state:
                self._lost(name, f"the file does not read back: {opened.remarks}")
        station = this_station(data)
        journals = Journals([data / "journals"], station)
        found, unreadable = journals.recoveries(self._catalog)
        if unreadable:
            self._lost(name, unreadable[0].sentence)
        if found:
            self.toll.recovered += 1
            state = digest(found[0].report)
            if found[0].remarks:
                self._lost(name, "；".join(found[0].remarks))
        wanted = _possible(log)
        if state not in wanted:
            self._lost(name, f"holds {state}, not {wanted}")
        self._look_beside(folder, name)

    def _look_beside(self, folder: Path, name: str) -> None:
        export = folder / EXPORT
        if export.exists() and not read_own_xlsx(export.read_bytes(), EXPORT, self._catalog):
            self._lost(name, "the workbook is broken")
        backups = Backups(folder / "data" / "versions")
        for version in backups.versions(folder / NAME)[:2]:
            backups.read(version, self._catalog)
        attempt = acquire(folder / NAME, this_station(folder / "data"))
        if attempt.lock is None:
            self._lost(name, f"locked out: {attempt.remark}")
        else:
            attempt.lock.release()
        left = list(folder.rglob(".nianbao-*.tmp"))
        self.toll.leftovers += len(left)
        for path in left:
            path.unlink()

    def _measure(self, log: list[list[str]], *, timed: bool) -> None:
        synced = [tuple(map(int, line[1:])) for line in log if line[0] == "F"]
        self.toll.saves += sum(line[0] == "V" for line in log)
        for line in log:
            if line[0] != "S":
                continue
            self.toll.edits += 1
            if not timed:
                continue
            took, file, written = map(int, line[2:])
            self.toll.kill_safe_ns.append(took)
            # The next time the disk is asked for after this moment brings the edit there.
            ends = (end for fd, start, end in synced if fd == file and start >= written)
            if (end := next(ends, None)) is not None:
                self.toll.power_safe_ns.append(took + max(end - written, 0))

    def _log(self, folder: Path) -> list[list[str]]:
        try:
            text = (folder / "oracle.log").read_text(encoding="ascii")
        except FileNotFoundError:
            return []
        return [line.split() for line in text.splitlines()]

    def _lost(self, name: str, why: str) -> None:
        self.toll.losses.append(f"{name}: {why}")


def _possible(log: Sequence[Sequence[str]]) -> set[str | None]:
    """Return the digests the report may have: after the last safe edit, or the one under way.

    ``None``: there is no report at all, as long as no edit was finished.
    """
    last: set[str | None] = {None}
    for line in log:
        if line[0] == "S":
            last = {line[1]}
        elif line[0] in "BV":
            last = {*last, line[1]}
    return last


def main(arguments: Sequence[str]) -> int:
    """Kill as often as asked, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.kill", description=__doc__)
    parser.add_argument("kills", nargs="?", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="nianbao-kill-") as folder:
        killer = Killer(Path(folder), options.seed)
        try:
            toll = killer.run(options.kills)
        finally:
            killer.close()
    print(toll.table())
    for loss in toll.losses:
        print(loss, file=sys.stderr)
    return 1 if toll.losses else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
