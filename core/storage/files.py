"""Opening and saving reports, noticing what other programs did to the file in between."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from core.catalog import Catalog
from core.problems import NianbaoError
from core.report import Report
from core.storage import jsontext
from core.storage.durable import write_durably
from core.storage.filesystem import FileSystem, StorageProblem, reason_of, storage_error
from core.storage.jsontext import MAX_BYTES, JsonFault
from core.storage.nianbao import decode, encode

_REWRITTEN: Final = "原来的文件已不在（被移走、改名或删除），已在原处重新写了一份"
#: What is said of reading in the same words as of writing; the others propose to save elsewhere.
_SAID_OF_READING: Final = frozenset(
    {
        StorageProblem.MISSING,
        StorageProblem.TOO_LARGE,
        StorageProblem.IS_FOLDER,
        StorageProblem.NAME_TOO_LONG,
        StorageProblem.NO_FILE,
        StorageProblem.LINK_LOOP,
    }
)


class FileStamp(NamedTuple):
    """What a file held when it was opened or saved: enough to notice that it changed since.

    ``durable``: the system confirmed that the file's entry in its folder is on disk too.
    ``remarks``: sentences about what went wrong beside the save itself (no backup was made …).
    """

    sha256: str
    size: int
    durable: bool = True
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: bytes) -> FileStamp:
        """The stamp of a file with this content."""
        return cls(sha256(data).hexdigest(), len(data))


class OpenedFile(NamedTuple):
    """A report out of a file on disk, with the stamp to hand back when it is saved."""

    report: Report
    remarks: tuple[str, ...]
    stamp: FileStamp


class Keeper(Protocol):
    """Keeps earlier versions of files: see :class:`core.storage.backups.Backups`."""

    def keep(self, path: Path, data: bytes) -> Path:
        """Keeps *data* as a version of *path*; where. Raises :class:`NianbaoError`."""
        ...


def read_file(path: Path, fs: FileSystem | None = None) -> bytes:
    """A file's content, up to :data:`MAX_BYTES`.

    Raises :class:`NianbaoError` (:class:`StorageProblem`).
    """
    fs = fs or FileSystem()
    try:
        data = fs.read(path, MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise NianbaoError(StorageProblem.MISSING, file=path.name) from error
    except OSError as error:
        raise storage_error(error, path) from error
    if len(data) > MAX_BYTES:
        raise NianbaoError(StorageProblem.TOO_LARGE, file=path.name)
    return data


def open_report(path: Path, catalog: Catalog, fs: FileSystem | None = None) -> OpenedFile:
    """The report in the .nianbao file *path*, with remarks and the file's stamp.

    Raises :class:`NianbaoError`: :class:`StorageProblem` where the file cannot be read,
    :class:`core.storage.nianbao.FileProblem` where it holds no report. The file is never changed.
    """
    try:
        data = read_file(path, fs)
    except NianbaoError as error:
        if error.problem in _SAID_OF_READING:
            raise
        reason = reason_of(error)
        raise NianbaoError(StorageProblem.CANNOT_OPEN, file=path.name, reason=reason) from error
    opened = decode(data, path.name, catalog)
    return OpenedFile(opened.report, opened.remarks, FileStamp.of(data))


def save_report(
    report: Report,
    path: Path,
    *,
    backups: Keeper | None = None,
    expected: str | None = None,
    fs: FileSystem | None = None,
) -> FileStamp:
    """Writes *report* into *path*, all of it or (raising) nothing; the file's new stamp.

    *expected* is the SHA-256 the file had when it was opened or last saved: another content is
    then not overwritten (``CHANGED_OUTSIDE``). ``None`` overwrites whatever is there. With
    *backups*, the content that is replaced and the new one are both kept; that this failed is a
    remark in the stamp and no reason not to save.

    Raises :class:`NianbaoError` (:class:`StorageProblem`).
    """
    fs = fs or FileSystem()
    data = encode(report)
    try:
        jsontext.parse(data)  # what could not be opened again must not take a good file's place
    except JsonFault as fault:
        raise NianbaoError(StorageProblem.REPORT_TOO_LARGE, file=path.name) from fault
    stamp = FileStamp.of(data)

    remarks: dict[str, None] = {}

    def unchanged() -> None:
        now = _present(path, fs)
        if now is None and expected is not None:
            remarks[_REWRITTEN] = None
        found = None if now is None else FileStamp.of(now).sha256
        if expected is not None and found not in (None, expected, stamp.sha256):
            raise NianbaoError(StorageProblem.CHANGED_OUTSIDE, file=path.name)

    if backups is not None:
        remarks.update(_kept(backups, path, lambda: _present(path, fs)))
    durable = write_durably(path, data, fs, confirm=unchanged)
    if backups is not None:
        remarks.update(_kept(backups, path, lambda: data))
    return FileStamp(stamp.sha256, stamp.size, durable, tuple(remarks))


def _present(path: Path, fs: FileSystem) -> bytes | None:
    """The file's content as it stands; ``None`` where there is no file. Raises ``NianbaoError``."""
    try:
        return read_file(path, fs)
    except NianbaoError as error:
        if error.problem is StorageProblem.MISSING:
            return None
        raise


def _kept(backups: Keeper, path: Path, content: Callable[[], bytes | None]) -> dict[str, None]:
    """Keeps a version; the remark to make where that failed."""
    try:
        data = content()
        if data:
            backups.keep(path, data)
    except NianbaoError as error:
        return {f"没有留下历史版本（{reason_of(error)}）": None}
    return {}
