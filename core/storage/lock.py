"""A mark beside a report that is open, so that a second window or PC opens it read-only.

``~$2019.nianbao`` (hidden on Windows, as office programs do it) says who holds the report. It is
advice and no wall: whoever saves still looks whether the file changed. A mark left by a crash is
recognised, on the same machine by its process being gone, from elsewhere by not having been
renewed, and replaced. A command that changes a report marks it for the moment that takes
(``brief``); others wait for that.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from core.problems import Problem
from core.storage import jsontext
from core.storage.durable import RETRY_SECONDS, temporary_prefix, write_all
from core.storage.filesystem import FileSystem, reason_of, storage_error
from core.storage.journal import local_time
from core.storage.jsontext import JsonFault, JsonObject
from core.storage.station import Station

#: How often the holder renews the mark (:meth:`Lock.beat`), in seconds.
BEAT_SECONDS: Final = 60.0
#: A mark from another machine that was not renewed for so long was left by a crash.
STALE_SECONDS: Final = 600.0
#: A mark is written in one go: one that is not whole by then never will be.
_TORN_SECONDS: Final = 5.0
#: A command that has taken so long was killed.
_BRIEF_STALE_SECONDS: Final = 60.0
#: How long is slept before a mark that others are busy with is looked at again.
_PAUSE_SECONDS: Final = 0.02
#: So often the mark may be gone again as soon as it was found before that counts as waiting.
_QUICK_TRIES: Final = 3
_MAX_BYTES = 16 * 1024


class LockRemark(Problem):
    """What to tell about opening a report, for the status line."""

    HELD = "“{file}”正由 {holder} 打开，已按只读方式打开。"
    NO_MARK = "无法在“{file}”所在的文件夹里做标记（{reason}），请确认没有别人同时打开它。"
    LEFT = "“{file}”上次没有正常关闭（{holder}），已解除占用。"


class Holder(NamedTuple):
    """Who holds a report, as far as the mark tells; ``since`` is that machine's time.

    ``is_brief``: a command holds it while it saves.
    """

    station: Station
    since: datetime | None
    is_brief: bool = False

    def __str__(self) -> str:
        user = self.station.user or "其他用户"
        where = f"{user}（{self.station.machine}）" if self.station.machine else user
        return f"{where}，自 {self.since:%Y-%m-%d %H:%M}" if self.since else where


class Attempt(NamedTuple):
    """What came of marking a report: a lock, or its holder, or neither where no mark can be made.

    ``remark`` is a sentence to show; empty where all is as usual.
    """

    lock: Lock | None = None
    holder: Holder | None = None
    remark: str = ""


class Lock:
    """A mark of ours. Renew it every :data:`BEAT_SECONDS`; release it when the report is closed."""

    def __init__(self, mark: _Mark, token: str, content: bytes) -> None:
        self._mark = mark
        self._token = token
        self._content = content

    def beat(self) -> bool:
        """Renews the mark. ``False`` where it is no longer ours: somebody took the report over.

        A mark that is out of reach (stick pulled out, network down) is renewed when it is back.
        """
        if not self._is_ours():
            return False
        with suppress(OSError):
            self._mark.fs.rewrite(self._mark.file, self._content)
        return True

    def release(self) -> None:
        """Removes the mark, if it is still ours. One that cannot be removed turns stale by itself."""
        if not self._is_ours():
            return
        fs = self._mark.fs
        for seconds in (*(RETRY_SECONDS if fs.windows else ()), None):
            with suppress(FileNotFoundError):
                try:
                    fs.unlink(self._mark.file)
                except OSError:
                    # On Windows somebody may just be reading who holds the report.
                    if seconds is None:
                        return
                    fs.sleep(seconds)
                    continue
            return

    def _is_ours(self) -> bool:
        try:
            return _token(self._mark.read()) == self._token
        except FileNotFoundError:
            # Removed by hand: put it back, unless somebody else was faster.
            with suppress(OSError):
                return self._mark.create(self._content)
            return True
        except OSError:
            return True


def lock_file(path: Path) -> Path:
    """Where the mark of the report *path* lies, which is no link."""
    name = path.name
    # Names may be as long as the system allows; office programs too drop the first two characters.
    shortened = name[2:] if len(name.encode("utf-8", "replace")) > 250 else name
    return path.with_name(f"~${shortened}")


def acquire(
    path: Path,
    station: Station,
    fs: FileSystem | None = None,
    clock: Callable[[], datetime] = local_time,
    *,
    brief: bool = False,
    patience: float = 0.0,
) -> Attempt:
    """Marks the report *path* as open by *station*, or tells who holds it. Never raises.

    *brief*: only for a moment. *patience*: seconds to wait for others' moments.
    """
    fs = fs or FileSystem()
    remark = ""
    tries, waited = 0, 0.0
    try:
        mark = _Mark(fs.resolved(path), fs)
        token = os.urandom(8).hex()
        content = _content(station, token, clock(), brief)
        while True:
            if mark.create(content):
                return Attempt(Lock(mark, token, content), None, remark)
            held = mark.held(station)
            if held is not None:
                holder, seen, stale = held
                if stale and mark.take_away(seen):
                    remark = LockRemark.LEFT.sentence(file=path.name, holder=holder)
                elif not stale and not (holder.is_brief and waited < patience):
                    text = LockRemark.HELD.sentence(file=path.name, holder=holder)
                    return Attempt(None, holder, text)
            # Each time round another program may have been faster.
            tries += 1
            if tries >= _QUICK_TRIES:
                if waited >= patience:
                    break
                fs.sleep(_PAUSE_SECONDS)
                waited += _PAUSE_SECONDS
    except (OSError, ValueError) as error:
        is_ours = isinstance(error, OSError)
        reason = reason_of(storage_error(error, path)) if is_ours else "文件名有误"
        return Attempt(None, None, LockRemark.NO_MARK.sentence(file=path.name, reason=reason))
    busy = LockRemark.NO_MARK.sentence(file=path.name, reason="别的程序正在打开它")
    return Attempt(None, None, busy)


def _content(station: Station, token: str, now: datetime, brief: bool) -> bytes:
    out: JsonObject = {
        "user": station.user,
        "machine": station.machine,
        "installation": station.installation,
        "pid": station.pid,
        "started": station.started,
        "time": now.isoformat(timespec="seconds"),
        "token": token,
        **({"brief": True} if brief else {}),
    }
    return jsontext.pretty(out).encode("utf-8", "replace")


class _Mark:
    """The file that marks a report as open. Every method may raise ``OSError``."""

    def __init__(self, report: Path, fs: FileSystem) -> None:
        self.file = lock_file(report)
        self.fs = fs
        self._report = report

    def read(self) -> bytes:
        """What the mark says."""
        return self.fs.read(self.file, _MAX_BYTES)

    def create(self, content: bytes) -> bool:
        """Makes the mark, whole at once; ``False`` where there is one already."""
        whole = self._temporary()
        self._write_new(whole, content)
        try:
            self.fs.place_new(whole, self.file)
        except FileExistsError:
            self.fs.unlink(whole)
            return False
        except OSError:
            # A disk that cannot give a second name (FAT): a kill may then leave a torn mark.
            self.fs.unlink(whole)
            try:
                self._write_new(self.file, content)
            except FileExistsError:
                return False
        self.fs.hide(self.file)
        return True

    def held(self, station: Station) -> tuple[Holder, bytes, bool] | None:
        """Whose mark it is, its bytes, and whether a crash left it; ``None`` if it just went."""
        # Few files are held by somebody else when they are opened.
        from core.storage.recovery import station_in

        try:
            data = self.read()
            fields = _fields(data)
            brief = fields.get("brief") is True
            holder = Holder(station_in(fields, fields.get("pid")), _since(fields), brief)
            if station.shares_processes_with(holder.station):
                return holder, data, not holder.station.is_running()
            limit = _BRIEF_STALE_SECONDS if brief else STALE_SECONDS
            return holder, data, self._age(self.file) > (limit if _token(data) else _TORN_SECONDS)
        except FileNotFoundError:
            return None

    def take_away(self, seen: bytes) -> bool:
        """Removes the stale mark that says *seen*; ``False`` where others are busy with it.

        Only one at a time takes marks away, and looks again first: a mark found stale a moment ago
        may be another program's by now.
        """
        guard = self._report.with_name(f"{temporary_prefix(self._report)}mark.tmp")
        try:
            descriptor = self.fs.open_new(guard)
        except FileExistsError:
            with suppress(FileNotFoundError):
                if self._age(guard) > _TORN_SECONDS:  # left by a kill
                    self.fs.unlink(guard)
            return False
        try:
            self.fs.close(descriptor)
            if self.read() != seen:
                return False
            self.fs.unlink(self.file)
        except FileNotFoundError:
            return True
        finally:
            with suppress(OSError):
                self.fs.unlink(guard)
        return True

    def _age(self, file: Path) -> float:
        """Seconds between now and when *file* was renewed, by the clock of the disk it lies on.

        A file made there now tells that clock's time: machines' clocks differ, and are set back.
        A memory stick may bring a mark from a machine whose clock is ahead: that is as far off.
        Where none can be made the mark counts as new: it could not be replaced either.
        """
        probe = self._temporary()
        try:
            self.fs.close(self.fs.open_new(probe))
        except OSError:
            return 0.0
        try:
            return abs(self.fs.modified(probe) - self.fs.modified(file))
        finally:
            self.fs.unlink(probe)

    def _write_new(self, file: Path, content: bytes) -> None:
        """Writes a file that is not there yet, or leaves none."""
        descriptor = self.fs.open_new(file)
        try:
            try:
                write_all(self.fs, descriptor, content)
            finally:
                self.fs.close(descriptor)
        except OSError:
            with suppress(OSError):
                self.fs.unlink(file)
            raise

    def _temporary(self) -> Path:
        # Named after the report: its next save removes what a kill left behind.
        prefix = temporary_prefix(self._report)
        return self._report.with_name(f"{prefix}{os.urandom(4).hex()}.tmp")


def _fields(data: bytes) -> JsonObject:
    try:
        content = jsontext.parse(data)
    except JsonFault:
        return {}
    return content if isinstance(content, dict) else {}


def _token(data: bytes) -> str:
    token = _fields(data).get("token")
    return token if isinstance(token, str) else ""


def _since(fields: JsonObject) -> datetime | None:
    time = fields.get("time")
    try:
        return datetime.fromisoformat(time) if isinstance(time, str) else None
    except ValueError:
        return None
