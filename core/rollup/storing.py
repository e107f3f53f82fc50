"""The 汇总文件 on disk: opened, marked as in use, written durably, earlier versions kept."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core.problems import NianbaoError, Problem
from core.rollup.kept import MAX_BYTES, Kept, KeptProblem, decode, encode
from core.storage.durable import write_durably
from core.storage.files import FileStamp, Keeper
from core.storage.filesystem import FileSystem, StorageProblem, reason_of, storage_error
from core.storage.lock import acquire
from core.storage.station import Station


class StoringProblem(Problem):
    """Why a 汇总文件 is not written."""

    HELD = "汇总文件“{file}”正由 {holder} 使用，没有汇总；请等对方用完，或换一个文件名。"
    CHANGED = "汇总文件“{file}”在汇总期间被别的程序改动过，没有覆盖它，请重新汇总或换一个文件名。"


NO_VERSION: Final = "没有留下历史版本（{reason}）"


@contextmanager
def held(path: Path, station: Station, fs: FileSystem | None = None) -> Generator[None]:
    """Marks the 汇总文件 as in use while it is worked on, where a mark can be made.

    Raises :class:`NianbaoError` (``HELD``) where somebody else has it.
    """
    attempt = acquire(path, station, fs)
    if attempt.holder is not None:
        raise NianbaoError(StoringProblem.HELD, file=path.name, holder=attempt.holder)
    try:
        yield
    finally:
        if attempt.lock is not None:
            attempt.lock.release()


def open_kept(path: Path, fs: FileSystem | None = None) -> tuple[Kept, str]:
    """What the 汇总文件 *path* keeps, and the SHA-256 of its bytes. Raises :class:`NianbaoError`."""
    fs = fs or FileSystem()
    data = _content(path, fs)
    if data is None:
        raise NianbaoError(StorageProblem.MISSING, file=path.name)
    if len(data) > MAX_BYTES:
        raise NianbaoError(KeptProblem.DAMAGED, file=path.name, reason="文件过大")
    return decode(data, path.name), FileStamp.of(data).sha256


def save_kept(
    kept: Kept,
    path: Path,
    *,
    expected: str = "",
    backups: Keeper | None = None,
    fs: FileSystem | None = None,
) -> FileStamp:
    """Writes *kept* into *path*, all of it or (raising) nothing; the file's new stamp.

    *expected* is the SHA-256 that the file had when it was opened: another content is not
    overwritten. The content that is replaced goes to *backups*. What already stands there is not
    written again. Raises :class:`NianbaoError`.
    """
    fs = fs or FileSystem()
    data = encode(kept)
    stamp = FileStamp.of(data)
    before = _content(path, fs)
    if before is not None and FileStamp.of(before).sha256 == stamp.sha256:
        return stamp

    def unchanged() -> None:
        now = _content(path, fs)
        if now is not None and expected and FileStamp.of(now).sha256 != expected:
            raise NianbaoError(StoringProblem.CHANGED, file=path.name)

    remarks: list[str] = []
    if backups is not None and before:
        try:
            backups.keep(path, before)
        except NianbaoError as error:
            remarks.append(NO_VERSION.format(reason=reason_of(error)))
    durable = write_durably(path, data, fs, confirm=unchanged)
    return FileStamp(stamp.sha256, stamp.size, durable, tuple(remarks))


def _content(path: Path, fs: FileSystem) -> bytes | None:
    try:
        return fs.read(path, MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise storage_error(error, path) from error
