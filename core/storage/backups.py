"""Earlier versions of each report, kept in the user's data folder.

    versions/某局2019-1f0c…/path.json                             which file the folder is about
                            000012-20200107T140355-8a1b….nianbao  number, time, start of the SHA-256

Files of other kinds that a command overwrote are kept in the same way, with their own suffix.

Versions are ordered by number and thinned out by count, never by the clock: a clock set wrong
must not make every version look a year old.
"""

from __future__ import annotations

import ntpath
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from core.catalog import Catalog
from core.problems import NianbaoError, Problem
from core.storage import jsontext
from core.storage.clean import clean_line
from core.storage.durable import write_durably
from core.storage.files import FileStamp, read_file
from core.storage.filesystem import FileSystem, StorageProblem, storage_error
from core.storage.jsontext import JsonFault
from core.storage.nianbao import Opened, decode

#: How many of the latest saves are kept.
LAST_SAVES: Final = 10
#: Beyond those, the last save of each of as many days on which there was one.
DAYS: Final = 30
_REPORT = ".nianbao"
_NAME = re.compile(r"(\d{6,12})-(\d{8}T\d{6})-([0-9a-f]{16})(\.[a-z0-9]{1,8})", re.ASCII)
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}", re.ASCII)
_TIME = "%Y%m%dT%H%M%S"
_PATH_FILE = "path.json"


class BackupProblem(Problem):
    """Why a version cannot be had."""

    DAMAGED = "“{file}”在 {time} 的历史版本已损坏，请选另一个版本。"


@dataclass(frozen=True)
class Version:
    """One kept version: ``original`` is the report's file, ``file`` where the version lies."""

    original: Path
    file: Path
    number: int
    time: datetime
    sha256_start: str


@dataclass(frozen=True)
class KeptFile:
    """A report that has versions, though it may itself be gone."""

    original: Path
    latest: Version


class Backups:
    """Keeps versions under *folder*. *clock* gives local time and is only written down."""

    def __init__(
        self,
        folder: Path,
        fs: FileSystem | None = None,
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._folder = folder
        self._fs = fs or FileSystem()
        self._clock = clock

    def keep(self, path: Path, data: bytes) -> Path:
        """Keeps *data* as the latest version of *path*, unless it is that already; where it lies.

        Raises :class:`NianbaoError` (:class:`StorageProblem`) and then keeps what there was.
        """
        folder = self._folder_of(path)
        versions = self._versions(path, folder)
        start = sha256(data).hexdigest()[:16]
        if versions and versions[0].sha256_start == start:
            return versions[0].file
        number = versions[0].number + 1 if versions else 1
        try:
            self._fs.make_folder(folder)
        except OSError as error:
            raise storage_error(error, folder) from error
        if not versions:
            about = jsontext.pretty({"path": str(_absolute(path))})
            write_durably(folder / _PATH_FILE, about.encode("utf-8", "replace"), self._fs)
        suffix = path.suffix.lower()
        # Workbooks and the like, which a command has overwritten, keep their kind.
        suffix = suffix if _SUFFIX.fullmatch(suffix) else _REPORT
        kept = folder / f"{number:06d}-{self._clock().strftime(_TIME)}-{start}{suffix}"
        write_durably(kept, data, self._fs)
        self._thin_out(path, folder)
        return kept

    def versions(self, path: Path) -> list[Version]:
        """The versions of *path*, the latest first. Raises :class:`NianbaoError`."""
        return self._versions(path, self._folder_of(path))

    def files(self) -> list[KeptFile]:
        """Every report with versions, by name; also those whose file is gone."""
        found: list[KeptFile] = []
        for name in self._names(self._folder):
            folder = self._folder / name
            original = self._original(folder)
            versions = self._versions(original, folder) if original is not None else []
            if original is not None and versions and versions[0].file.suffix == _REPORT:
                found.append(KeptFile(original, versions[0]))
        return found

    def content(self, version: Version) -> bytes:
        """The bytes of a version, as they were kept.

        Raises :class:`NianbaoError` where they cannot be read or are no longer the same.
        """
        data = read_file(version.file, self._fs)
        if not sha256(data).hexdigest().startswith(version.sha256_start):
            time = version.time.strftime("%Y-%m-%d %H:%M:%S")
            raise NianbaoError(BackupProblem.DAMAGED, file=version.original.name, time=time)
        return data

    def read(self, version: Version, catalog: Catalog) -> Opened:
        """The report in a version. Raises :class:`NianbaoError`."""
        return decode(self.content(version), version.original.name, catalog)

    def restore(self, version: Version, target: Path | None = None) -> FileStamp:
        """Writes a version back, over its file or to *target*; what stood there is kept first.

        Raises :class:`NianbaoError`; nothing has changed then.
        """
        target = target or version.original
        data = self.content(version)
        try:
            self.keep(target, read_file(target, self._fs))
        except NianbaoError as error:
            if error.problem is not StorageProblem.MISSING:
                raise
        durable = write_durably(target, data, self._fs)
        stamp = FileStamp.of(data)
        return FileStamp(stamp.sha256, stamp.size, durable)

    def _folder_of(self, path: Path) -> Path:
        whole = str(_absolute(path))
        whole = ntpath.normcase(whole) if self._fs.windows else whole
        digest = sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        readable = re.sub(r"[^\w（）-]", "", clean_line(path.stem))[:24]
        return self._folder / f"{readable}-{digest}"

    def _names(self, folder: Path) -> list[str]:
        try:
            return self._fs.names(folder)
        except NotADirectoryError:
            return []
        except OSError as error:
            raise storage_error(error, folder) from error

    def _versions(self, original: Path, folder: Path) -> list[Version]:
        found: list[Version] = []
        for name in self._names(folder):
            match = _NAME.fullmatch(name)
            with suppress(ValueError):  # a name that only looks like one of ours: no such date
                if match is not None:
                    time = datetime.strptime(match[2], _TIME)
                    version = Version(original, folder / name, int(match[1]), time, match[3])
                    found.append(version)
        return sorted(found, key=lambda version: version.number, reverse=True)

    def _original(self, folder: Path) -> Path | None:
        """The file that a folder is about; ``None`` where that cannot be told."""
        try:
            about = jsontext.parse(read_file(folder / _PATH_FILE, self._fs))
        except (NianbaoError, JsonFault):
            return None
        path = about.get("path") if isinstance(about, dict) else None
        return Path(path) if isinstance(path, str) and path and "\0" not in path else None

    def _thin_out(self, path: Path, folder: Path) -> None:
        """Removes what is neither among the last saves nor the last of one of the last days."""
        versions = self._versions(path, folder)
        days: dict[str, Version] = {}
        for version in versions:
            days.setdefault(version.time.strftime("%Y%m%d"), version)
        kept = {v.file for v in versions[:LAST_SAVES]} | {
            v.file for v in list(days.values())[:DAYS]
        }
        for version in versions:
            if version.file not in kept:
                with suppress(OSError):  # one version too many; the next save tries again
                    self._fs.unlink(version.file)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - without following links
