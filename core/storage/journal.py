"""The journal: every edit is on its way to the disk before the next one is made.

One file of JSON lines for each report being edited, in the user's data folder:

    {"journal": 1, "program": …, "form": {…}, "file": "D:\\\\…" or null, "digest": …, "machine": …}
    {"base": {the report as opened}}
    {"snapshot": {the report as it stood}, "replaces": …}     where the journal was written anew
    {"time": "2020-01-07T14:03:55+08:00", "edit": {"label": …, "cells": {"3.1": 5}}}

A line is handed to the system by :meth:`Journal.record` before it returns: from then on it
survives the end of the process. A thread brings it to the disk at once (``fsync`` takes 0.2 ms on
a solid-state disk, 10 to 30 ms on a turning one, far more on a busy one), so that a power cut
costs at most what was typed in that time, and typing never waits for the disk.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from core import __version__
from core.problems import NianbaoError, Problem
from core.report import Report
from core.session import Edit
from core.storage import jsontext
from core.storage.durable import write_all
from core.storage.edits import edit_out
from core.storage.filesystem import FileSystem, reason_of, storage_error
from core.storage.jsontext import JsonObject
from core.storage.nianbao import report_out
from core.storage.station import Station

JOURNAL_FORMAT: Final = 1
SUFFIX: Final = ".journal"
#: A journal longer than this is written anew from a snapshot.
ROTATE_BYTES: Final = 4 * 1024 * 1024


class JournalProblem(Problem):
    """Why edits are not in the journal. The report itself is unharmed."""

    NOT_WRITTEN = "恢复记录没有写入（{reason}），此后若断电，未保存的内容可能丢失，请尽快保存。"
    UNREADABLE = "恢复记录“{file}”无法读取（{reason}）。"


def journal_error(error: OSError, problem: Problem, file: Path) -> NianbaoError:
    """*error* while reading or writing the journal *file*, in the words of *problem*."""
    return NianbaoError(problem, file=file.name, reason=reason_of(storage_error(error, file)))


def local_time() -> datetime:
    """Now, with the offset from UTC."""
    return datetime.now().astimezone()


class Journal:
    """The journal of one open report. Nothing is written before the first edit.

    *folders* are tried in order: a profile that cannot be written to is no reason to go without.
    Made by :meth:`core.storage.journals.Journals.begin`; not for use from several threads.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        station: Station,
        fs: FileSystem | None = None,
        clock: Callable[[], datetime] = local_time,
        rotate_bytes: int = ROTATE_BYTES,
    ) -> None:
        self._folders = folders
        self._station = station
        self._fs = fs or FileSystem()
        self._clock = clock
        self._rotate_bytes = rotate_bytes
        self._limit = rotate_bytes
        self._file: Path | None = None
        self._descriptor: int | None = None
        self._syncer: _Syncer | None = None
        self._header: JsonObject = {}
        self._base: bytes = b""
        self._waiting = bytearray()
        self._size = 0
        self._torn = False
        self._undeleted: list[Path] = []

    @property
    def file(self) -> Path | None:
        """The journal's file; ``None`` while there is nothing in it."""
        return self._file

    def begin(self, report: Report, path: Path | None, digest: str | None) -> None:
        """Starts from *report* as it stands: just opened or saved (*path*, *digest*) or new."""
        self._header = {
            "journal": JOURNAL_FORMAT,
            "program": f"公开年报 {__version__}",
            "form": {"id": report.form.id, "digest": report.form.digest},
            "file": None if path is None else str(path.absolute()),
            "digest": digest,
            "user": self._station.user,
            "machine": self._station.machine,
            "installation": self._station.installation,
            "pid": self._station.pid,
            "started": self._station.started,
        }
        self._base = _line({"base": report_out(report)})
        self._waiting.clear()

    def secure(self, report: Report, replaces: Path) -> None:
        """Writes down at once that the report stands as *report*, as the journal *replaces* has it.

        Raises :class:`NianbaoError` (:class:`JournalProblem`) when that is not possible.
        """
        try:
            self._start(self._opening(report, replaces), self._folders)
        except OSError as error:
            raise self._problem(error) from error

    def record(self, edit: Edit, report: Report) -> None:
        """Writes *edit*, after which the report is *report*. It survives a kill from here on.

        Raises :class:`NianbaoError` (:class:`JournalProblem`) when it could not be written; it is
        then kept and written with the next edit.
        """
        line = _line({"time": self._now(), "edit": edit_out(report.form, edit)})
        self._waiting += line
        try:
            self._write(report)
        except OSError as error:
            raise self._problem(error) from error

    def sync(self) -> None:
        """Waits until everything recorded is on the disk; writes what could not be written before.

        Raises :class:`NianbaoError`.
        """
        try:
            self._sync()
        except OSError as error:
            raise self._problem(error) from error

    def saved(self, report: Report, path: Path, digest: str) -> None:
        """The report is safe in *path* now: the journal so far is removed, and begins anew."""
        self.finish()
        self.begin(report, path, digest)

    def finish(self) -> None:
        """Removes the journal: there is nothing in it that is not in the report's file."""
        file = self._file
        self._close()
        if file is not None:
            self._undeleted.append(file)
        self._delete()

    def abandon(self) -> Path | None:
        """Lets go of the journal without removing it (for 放弃); its file, if it has one."""
        file = self._file
        self._close()
        return file

    # -- inside -------------------------------------------------------------------------------

    def _problem(self, error: OSError) -> NianbaoError:
        return journal_error(error, JournalProblem.NOT_WRITTEN, self._file or self._folders[0])

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")

    def _write(self, report: Report) -> None:
        """Hands everything waiting to the system; moves to another file or folder if need be."""
        if self._descriptor is None:
            # The first edit does not wait for the disk either.
            content = self._opening() + bytes(self._waiting)
            self._start(content, self._folders, wait=False)
            return
        try:
            self._drain()
        except OSError:
            assert self._file is not None
            own = self._file.parent
            elsewhere = [folder for folder in self._folders if folder != own]
            # A fresh file in the same folder helps where the disk has one bad place.
            self._start(self._opening(report, self._file), [*elsewhere, own])
            return
        if self._size > self._limit:
            # When that fails the old journal still holds everything; it is tried again much later.
            self._limit = self._size * 2
            with suppress(OSError):
                self._start(self._opening(report, self._file), self._folders)

    def _drain(self) -> None:
        assert self._descriptor is not None and self._syncer is not None
        if self._torn:
            self._fs.cut(self._descriptor, self._size)
        self._torn = True
        write_all(self._fs, self._descriptor, bytes(self._waiting))
        self._torn = False
        self._size += len(self._waiting)
        self._waiting.clear()
        if error := self._syncer.take_error():
            raise error
        self._syncer.request()

    def _opening(self, report: Report | None = None, replaces: Path | None = None) -> bytes:
        head = _line({**self._header, "time": self._now()}) + self._base
        if report is None or replaces is None:
            return head
        # In the last line, so that a journal torn before it replaces nothing.
        return head + _line({"snapshot": report_out(report), "replaces": replaces.name})

    def _start(self, content: bytes, folders: Sequence[Path], *, wait: bool = True) -> None:
        """Writes *content* to a new file in the first of *folders* that takes it; drops the old.

        *wait*: for the disk, as it must be before the old one goes.
        """
        failure: OSError | None = None
        for folder in folders:
            name = f"{self._clock().strftime('%Y%m%d-%H%M%S')}-{os.urandom(4).hex()}{SUFFIX}"
            try:
                descriptor = self._created(folder / name, content, wait=wait)
            except OSError as error:
                failure = failure or error
                continue
            if self._file is not None:
                self._undeleted.append(self._file)
            self._close()
            self._delete()
            self._file, self._descriptor = folder / name, descriptor
            self._syncer = _Syncer(self._fs, descriptor, None if wait else folder)
            if not wait:
                self._syncer.request()
            self._size, self._limit = len(content), len(content) + self._rotate_bytes
            return
        if failure is not None:
            raise failure

    def _delete(self) -> None:
        """Removes the files that are no longer needed; those that resist are tried again later.

        Were the program to end before that, recovery would know them as saved or replaced.
        """
        resisting: list[Path] = []
        for file in self._undeleted:
            try:
                self._fs.unlink(file)
            except FileNotFoundError:
                continue
            except OSError:
                resisting.append(file)
        self._undeleted = resisting

    def _created(self, file: Path, content: bytes, *, wait: bool) -> int:
        self._fs.make_folder(file.parent)
        descriptor = self._fs.open_new(file)
        try:
            write_all(self._fs, descriptor, content)
            if wait:
                self._fs.fsync(descriptor)
        except OSError:
            with suppress(OSError):
                self._fs.close(descriptor)
            with suppress(OSError):
                self._fs.unlink(file)
            raise
        if wait:
            with suppress(OSError):
                self._fs.sync_folder(file.parent)
        return descriptor

    def _sync(self) -> None:
        if self._descriptor is not None:
            assert self._file is not None
            self._drain()
            self._fs.fsync(self._descriptor)
            with suppress(OSError):  # the thread may not have come to it yet
                self._fs.sync_folder(self._file.parent)
        elif self._waiting:
            self._start(self._opening() + bytes(self._waiting), self._folders)

    def _close(self) -> None:
        """Lets go of the file; what was waiting has either been written or is no longer needed."""
        if self._syncer is not None:
            self._syncer.stop()
        if self._descriptor is not None:
            with suppress(OSError):
                self._fs.close(self._descriptor)
        self._syncer = self._descriptor = self._file = None
        self._waiting.clear()
        self._size = 0
        self._torn = False


class _Syncer:
    """A thread that brings a file to the disk whenever it is asked to, once for many requests.

    The first time it brings *folder*'s entries there as well, if one is given.
    """

    def __init__(self, fs: FileSystem, descriptor: int, folder: Path | None) -> None:
        self._fs = fs
        self._descriptor = descriptor
        self._folder = folder
        self._wanted = threading.Event()
        self._stopping = False
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="journal-sync", daemon=True)
        self._thread.start()

    def request(self) -> None:
        """Has everything written so far brought to the disk soon."""
        self._wanted.set()

    def take_error(self) -> OSError | None:
        """What went wrong since this was asked last."""
        error, self._error = self._error, None
        return error

    def stop(self) -> None:
        """Ends the thread; the descriptor may be closed afterwards."""
        self._stopping = True
        self._wanted.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._stopping:
                return
            try:
                self._fs.fsync(self._descriptor)
            except OSError as error:
                self._error = error
            if self._folder is not None:
                with suppress(OSError):
                    self._fs.sync_folder(self._folder)
                self._folder = None


def _line(content: JsonObject) -> bytes:
    return (jsontext.compact(content) + "\n").encode("utf-8", "replace")
