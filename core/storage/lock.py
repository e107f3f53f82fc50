"""A mark beside a report that is open, so that a second window or PC opens it read-only.

``~$2019.nianbao`` (hidden on Windows, as office programs do it) says who holds the report. It is
advice and no wall: whoever saves still looks whether the file changed. A mark left by a crash is
recognised, on the same machine by its process being gone, from elsewhere by not having been
renewed, and replaced.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from core.problems import Problem
from core.storage import jsontext
from core.storage.durable import write_all
from core.storage.filesystem import FileSystem
from core.storage.journal import local_time
from core.storage.jsontext import JsonFault, JsonObject
from core.storage.recovery import station_in
from core.storage.station import Station

#: How often the holder renews the mark (:meth:`Lock.beat`), in seconds.
BEAT_SECONDS: Final = 60.0
#: A mark from another machine that was not renewed for so long was left by a crash.
STALE_SECONDS: Final = 600.0
_MAX_BYTES = 16 * 1024


class LockRemark(Problem):
    """What to tell about opening a report, for the status line."""

    HELD = "“{file}”正由 {holder} 打开，已按只读方式打开。"
    NO_MARK = "无法在“{file}”所在的文件夹里做标记（{reason}），请确认没有别人同时打开它。"
    LEFT = "“{file}”上次没有正常关闭（{holder}），已解除占用。"


@dataclass(frozen=True)
class Holder:
    """Who holds a report, as far as the mark tells; ``since`` is that machine's time."""

    station: Station
    since: datetime | None

    def __str__(self) -> str:
        user = self.station.user or "其他用户"
        where = f"{user}（{self.station.machine}）" if self.station.machine else user
        return f"{where}，自 {self.since:%Y-%m-%d %H:%M}" if self.since else where


@dataclass(frozen=True)
class Attempt:
    """What came of marking a report: a lock, or its holder, or neither where no mark can be made.

    ``remark`` is a sentence to show; empty where all is as usual.
    """

    lock: Lock | None = None
    holder: Holder | None = None
    remark: str = ""


class Lock:
    """A mark of ours. Renew it every :data:`BEAT_SECONDS`; release it when the report is closed."""

    def __init__(self, file: Path, token: str, content: bytes, fs: FileSystem) -> None:
        self._file = file
        self._token = token
        self._content = content
        self._fs = fs

    def beat(self) -> bool:
        """Renews the mark. ``False`` where it is no longer ours: somebody took the report over.

        A mark that is out of reach (stick pulled out, network down) is renewed when it is back.
        """
        if not self._is_ours():
            return False
        with suppress(OSError):
            self._fs.rewrite(self._file, self._content)
        return True

    def release(self) -> None:
        """Removes the mark, if it is still ours. One that cannot be removed turns stale by itself."""
        if self._is_ours():
            with suppress(OSError):
                self._fs.unlink(self._file)

    def _is_ours(self) -> bool:
        try:
            return _token(self._fs.read(self._file, _MAX_BYTES)) == self._token
        except FileNotFoundError:
            # Removed by hand: put it back, unless somebody else was faster.
            with suppress(OSError):
                return _create(self._file, self._content, self._fs)
            return True
        except OSError:
            return True


def lock_file(path: Path) -> Path:
    """Where the mark of the report *path* lies."""
    name = path.name
    # Names may be as long as the system allows; office programs too drop the first two characters.
    shortened = name[2:] if len(name.encode("utf-8", "replace")) > 250 else name
    return path.with_name(f"~${shortened}")


def acquire(
    path: Path,
    station: Station,
    fs: FileSystem | None = None,
    clock: Callable[[], datetime] = local_time,
) -> Attempt:
    """Marks the report *path* as open by *station*, or tells who holds it. Never raises."""
    fs = fs or FileSystem()
    file = lock_file(path)
    token = secrets.token_hex(8)
    content = _content(station, token, clock())
    remark = ""
    try:
        for _ in range(3):  # each time round, another program may have been faster
            if _create(file, content, fs):
                return Attempt(Lock(file, token, content, fs), None, remark)
            held = _held(file, station, fs)
            if held is None:
                continue
            holder, seen, stale = held
            if not stale or not _take_away(file, seen, fs):
                text = LockRemark.HELD.sentence(file=path.name, holder=holder)
                return Attempt(None, holder, text)
            remark = LockRemark.LEFT.sentence(file=path.name, holder=holder)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        return Attempt(None, None, LockRemark.NO_MARK.sentence(file=path.name, reason=reason))
    busy = LockRemark.NO_MARK.sentence(file=path.name, reason="别的程序正在打开它")
    return Attempt(None, None, busy)


def _content(station: Station, token: str, now: datetime) -> bytes:
    out: JsonObject = {
        "user": station.user,
        "machine": station.machine,
        "installation": station.installation,
        "pid": station.pid,
        "started": station.started,
        "time": now.isoformat(timespec="seconds"),
        "token": token,
    }
    return jsontext.pretty(out).encode("utf-8", "replace")


def _create(file: Path, content: bytes, fs: FileSystem) -> bool:
    """Makes the mark; ``False`` where there is one already. Raises ``OSError``."""
    try:
        descriptor = fs.open_new(file)
    except FileExistsError:
        return False
    try:
        write_all(fs, descriptor, content)
    except OSError:
        fs.close(descriptor)
        with suppress(OSError):
            fs.unlink(file)
        raise
    fs.close(descriptor)
    fs.hide(file)
    return True


def _held(file: Path, station: Station, fs: FileSystem) -> tuple[Holder, bytes, bool] | None:
    """Whose mark it is, its bytes, and whether it was left by a crash; ``None`` if it just went."""
    try:
        data = fs.read(file, _MAX_BYTES)
        fields = _fields(data)
        holder = Holder(station_in(fields, fields.get("pid")), _since(fields))
        if station.shares_processes_with(holder.station):
            return holder, data, not holder.station.is_running()
        return holder, data, _age(file, fs) > STALE_SECONDS
    except FileNotFoundError:
        return None


def _age(file: Path, fs: FileSystem) -> float:
    """Seconds since the mark was renewed, by the clock of the disk it lies on.

    A file made there now tells that clock's time: machines' clocks differ, and are set back. Where
    none can be made the mark counts as new: it could not be replaced either.
    """
    probe = file.with_name(f".nianbao-{secrets.token_hex(6)}.tmp")
    try:
        fs.close(fs.open_new(probe))
    except OSError:
        return 0.0
    try:
        return fs.modified(probe) - fs.modified(file)
    finally:
        fs.unlink(probe)


def _take_away(file: Path, seen: bytes, fs: FileSystem) -> bool:
    """Removes a stale mark; ``False`` where somebody else had put another in its place."""
    aside = file.with_name(f".nianbao-{secrets.token_hex(6)}.tmp")
    try:
        fs.replace(file, aside)
    except FileNotFoundError:
        return True
    if fs.read(aside, _MAX_BYTES) == seen:
        fs.unlink(aside)
        return True
    # Two programs found the same stale mark, and the other one was faster: its mark goes back.
    fs.replace(aside, file)
    return False


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
