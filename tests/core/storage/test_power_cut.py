"""After a power cut only that is there which was brought to the disk: no edit that was may be missing."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from core.period import Period
from core.report import Report
from core.session import Edit, Session
from core.storage.files import open_report, save_report
from core.storage.filesystem import FileSystem
from core.storage.journal import Journal
from core.storage.recovery import Recovery, recover
from tests.core.storage.made import CATALOG, DEAD_PID, FORM_2014, small_report, station

WAIT_SECONDS = 20.0


class CachingDisk(FileSystem):
    """Knows of every file how much of it a power cut would leave.

    The worst a disk may do: what was not synced is gone, and so is a new file whose folder was not
    synced, while a removal is always there at once. ``images`` are the disk after each removal.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[int, Path] = {}
        self._synced: dict[Path, bytes] = {}
        self._entered: set[Path] = set()
        self.images: list[dict[Path, bytes]] = []

    def open_new(self, path: Path, mode: int = 0o666) -> int:
        descriptor = super().open_new(path, mode)
        self._open[descriptor] = path
        return descriptor

    def fsync(self, descriptor: int) -> None:
        super().fsync(descriptor)
        with self._lock:
            path = self._open[descriptor]
            self._synced[path] = path.read_bytes()[: os.fstat(descriptor).st_size]

    def sync_folder(self, folder: Path) -> bool:
        with self._lock:
            opened = set(self._open.values())
            self._entered |= {path for path in opened if path.parent == folder and path.exists()}
        return super().sync_folder(folder)

    def unlink(self, path: Path) -> None:
        super().unlink(path)
        with self._lock:
            self._entered.discard(path)
        self.images.append(self.image())

    def replace(self, source: Path, target: Path) -> None:
        super().replace(source, target)
        with self._lock:
            self._synced[target] = self._synced.pop(source, b"")
            self._open = {d: target if p == source else p for d, p in self._open.items()}
            self._entered -= {source, target}

    def image(self) -> dict[Path, bytes]:
        """What is left of every file if the power goes now."""
        with self._lock:
            return {path: self._synced.get(path, b"") for path in self._entered}


def taken_up(image: dict[Path, bytes], folder: Path) -> Recovery | None:
    """What the next start finds of the one journal on the disk *image*."""
    folder.mkdir()
    found: list[Recovery] = []
    for path, content in image.items():
        copy = folder / path.name
        copy.write_bytes(content)
        recovery = recover(copy, CATALOG)
        if recovery is not None:
            found.append(recovery)
    assert len(found) < 2, "one journal replaces the other"
    return found[0] if found else None


def typed(session: Session, journal: Journal, value: int) -> None:
    edit = Edit("填写", cells={"3.1.2": value})
    session.apply(edit)
    journal.record(edit, session.report)


def test_each_edit_reaches_the_disk_without_being_waited_for(tmp_path: Path) -> None:
    disk = CachingDisk()
    session = Session(Report(FORM_2014, Period(2019)), CATALOG.checks(FORM_2014.id))
    journal = Journal([tmp_path / "journals"], station(DEAD_PID), disk)
    journal.begin(session.report, None, None)
    for value in range(1, 6):
        typed(session, journal, value)
        limit = time.monotonic() + WAIT_SECONDS
        tries = 0
        while True:
            found = taken_up(disk.image(), tmp_path / f"{value}-{tries}")
            if found is not None and found.report.values == session.report.values:
                break
            assert time.monotonic() < limit, f"edit {value} never reached the disk"
            time.sleep(0.01)
            tries += 1
    journal.finish()


def test_a_journal_goes_only_when_the_one_in_its_place_is_on_the_disk(tmp_path: Path) -> None:
    disk = CachingDisk()
    session = Session(small_report(), CATALOG.checks(FORM_2014.id))
    journal = Journal([tmp_path / "journals"], station(DEAD_PID), disk, rotate_bytes=2000)
    journal.begin(session.report, None, None)
    for value in range(200):
        typed(session, journal, value)
    assert len(disk.images) > 3, "the journal was to be written anew"
    last = -1
    for number, image in enumerate(disk.images):
        found = taken_up(image, tmp_path / str(number))
        assert found is not None, f"nothing left after removal {number}"
        value = found.report.values["3.1.2"]
        assert isinstance(value, int)
        assert value > last
        last = value
    journal.finish()


def test_sync_and_a_save_leave_nothing_to_the_cache(tmp_path: Path) -> None:
    disk = CachingDisk()
    session = Session(small_report(), CATALOG.checks(FORM_2014.id))
    journal = Journal([tmp_path / "journals"], station(DEAD_PID), disk)
    journal.begin(session.report, None, None)
    for value in (4, 5):
        typed(session, journal, value)
        journal.sync()
        assert journal.file is not None
        assert disk.image().get(journal.file, b"") == journal.file.read_bytes()
    path = tmp_path / "某局.nianbao"
    save_report(session.report, path, fs=disk)
    assert open_report(path, CATALOG).report == session.report
    assert disk.image()[path] == path.read_bytes()
    journal.finish()
