"""The clerk that gets killed: opens or recovers a report, types, undoes, saves and exports at random.

    python -m tests.bench.kill_child        nursery: for each line "FOLDER SEED" on standard input,
                                            forks a clerk and prints its process id

What the clerk did goes line by line into FOLDER/oracle.log, written so that a kill loses none:

    B digest        the report will have this digest after the edit being made
    S digest dt fd t   that edit is in the journal since t, in the file open as fd; it took dt (ns)
    V digest        the file is being saved with this digest
    F fd start end  a file was brought to the disk (ns)
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
import time
from pathlib import Path

from core.catalog import Catalog
from core.period import Period
from core.report import Baseline, Explanation, Report
from core.session import Change, Edit, Session
from core.storage.backups import Backups
from core.storage.files import open_report, save_report
from core.storage.filesystem import FileSystem
from core.storage.journal import Journal
from core.storage.journals import Journals
from core.storage.lock import acquire
from core.storage.nianbao import encode
from core.storage.station import this_station
from core.writing.xlsx import export_report

FORM = "cn-2014-beijing"
NAME = "某区某局2019.nianbao"
EXPORT = "某区某局2019.xlsx"


def digest(report: Report) -> str:
    """Return the digest of the file that the report would be saved as."""
    return hashlib.sha256(encode(report)).hexdigest()


def is_slow(seed: int) -> bool:
    """Return whether the clerk of that seed works on a slow disk."""
    return seed % 2 == 1


class WatchedFileSystem(FileSystem):
    """Notes which file was written last, and in the log what was brought to the disk.

    A *slow* one writes in halves and pauses, so that kills fall between the steps of a write.
    """

    def __init__(self, log: int, *, slow: bool) -> None:
        self._log = log
        self._slow = slow
        self.written = (0, 0)

    def write(self, descriptor: int, data: bytes) -> int:
        if self._slow and len(data) > 1:
            count = super().write(descriptor, data[: len(data) // 2])
            time.sleep(0.0005)
        else:
            count = super().write(descriptor, data)
        self.written = (descriptor, time.monotonic_ns())
        return count

    def replace(self, source: Path, target: Path) -> None:
        super().replace(source, target)
        if self._slow:
            time.sleep(0.002)

    def fsync(self, descriptor: int) -> None:
        start = time.monotonic_ns()
        super().fsync(descriptor)
        os.write(self._log, f"F {descriptor} {start} {time.monotonic_ns()}\n".encode())


class Clerk:
    """Works on the report in a folder until killed."""

    def __init__(self, folder: Path, seed: int, catalog: Catalog) -> None:
        self.random = random.Random(seed)
        flags = os.O_CREAT | os.O_APPEND | os.O_WRONLY
        self.log = os.open(folder / "oracle.log", flags, 0o666)
        self.fs = fs = WatchedFileSystem(self.log, slow=is_slow(seed))
        self.path = folder / NAME
        station = this_station(folder / "data")
        self.backups = Backups(folder / "data" / "versions", fs)
        self.journals = Journals([folder / "data" / "journals"], station, fs)
        self.lock = acquire(self.path, station).lock
        self.checks = catalog.checks(FORM)
        self.expected: str | None = None
        self.undo: list[Edit] = []
        found, _ = self.journals.recoveries(catalog)
        if found:
            report = found[0].report
            self.expected = found[0].digest
            self.session = Session(report, self.checks)
            self.journal: Journal = self.journals.resume(found[0])
        else:
            report = Report(self.checks.form, Period(2019))
            saved = self.path.exists()
            if saved:
                opened = open_report(self.path, catalog)
                report, self.expected = opened.report, opened.stamp.sha256
            self.session = Session(report, self.checks)
            path = self.path if saved else None
            self.journal = self.journals.begin(self.session.report, path, self.expected)

    def note(self, *words: object) -> None:
        """Add a line to the log."""
        os.write(self.log, (" ".join(map(str, words)) + "\n").encode())

    def work(self) -> None:
        """Edit, save and export until killed."""
        while True:
            choice = self.random.random()
            if choice < 0.06:
                self.save()
            elif choice < 0.065:
                export_report(self.session, self.path.with_name(EXPORT))
            elif choice < 0.15 and self.undo:
                self.submit(self.undo.pop())
            else:
                self.undo.append(self.submit(self.edit()).inverse)

    def edit(self) -> Edit:
        """Return an edit as a clerk makes them: mostly one cell, sometimes many, or a text."""
        rnd, form = self.random, self.checks.form
        keys = list(form.cells)
        choice = rnd.random()
        if choice < 0.80:
            key = rnd.choice(keys)
            return Edit(f"填写“{key}”", cells={key: rnd.choice([None, 0, 1, rnd.randrange(10**6)])})
        if choice < 0.88:
            return Edit("粘贴", cells={key: rnd.randrange(100) for key in rnd.sample(keys, 20)})
        if choice < 0.93:
            return Edit("表头", header={"preparer": f"张三{rnd.randrange(1000)}"})
        if choice < 0.98:
            check = rnd.choice(self.checks.bound).id
            text = Explanation("说明" * rnd.randrange(1, 20), rnd.randrange(9), 1)
            return Edit("审核说明", explanations={check: text})
        values = {key: rnd.randrange(50) for key in rnd.sample(keys, 40)}
        return Edit(
            "导入", baselines=(Baseline(Period(2018), "某区某局", FORM, values, "去年.xls"),)
        )

    def submit(self, edit: Edit) -> Change:
        """Make an edit and put it into the journal, as the window does before the next event."""
        start = time.monotonic_ns()
        change = self.session.apply(edit)
        made = time.monotonic_ns()
        after = digest(self.session.report)
        self.note("B", after)
        resumed = time.monotonic_ns()
        self.journal.record(edit, self.session.report)
        end = time.monotonic_ns()
        self.note("S", after, (made - start) + (end - resumed), *self.fs.written)
        return change

    def save(self) -> None:
        """Save the report, and begin the journal anew."""
        report = self.session.report
        self.note("V", digest(report))
        stamp = save_report(report, self.path, backups=self.backups, expected=self.expected)
        self.expected = stamp.sha256
        self.journal.saved(report, self.path, stamp.sha256)


def nursery() -> None:
    """Fork a clerk for each line on standard input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    catalog = Catalog.standard()
    catalog.checks(FORM)
    for line in sys.stdin:
        folder, _, seed = line.strip().rpartition(" ")
        child = os.fork()
        if child == 0:
            try:
                Clerk(Path(folder), int(seed), catalog).work()
            except BaseException:
                import traceback

                (Path(folder) / "failed.txt").write_text(traceback.format_exc(), encoding="utf-8")
            finally:
                os._exit(1)
        print(child, flush=True)


if __name__ == "__main__":
    nursery()
