"""Writing a file so that there is always a whole one: the old or the new, never neither.

bytes in memory → temporary file in the same folder → flush to disk → put in place → sync the folder
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from core.problems import NianbaoError
from core.storage.filesystem import (
    FileSystem,
    StorageProblem,
    check_windows_name,
    storage_error,
)

#: Waits before a refused rename is tried again: a virus scanner lets go within a second or so.
RETRY_SECONDS: Final = (0.05, 0.1, 0.2, 0.4, 0.8)
#: A temporary file this old was left by a program that died; no save takes as long.
_LEFTOVER_SECONDS: Final = 600.0
_OWNER_WRITE = 0o200


def write_durably(
    path: Path,
    data: bytes,
    fs: FileSystem | None = None,
    *,
    confirm: Callable[[], None] | None = None,
    new: bool = False,
) -> bool:
    """Replaces *path*'s content by *data*, or raises and leaves it as it was.

    Whether the folder's entry is known to be on disk as well (Windows has no way to tell). A link
    is followed; permission bits are kept; what is no ordinary file is never replaced. *confirm* is
    called when all but putting the new file in place is done: what it raises stops the save. *new*:
    a file that is there already is not replaced (``EXISTS``), even if it came this very moment.

    Raises :class:`NianbaoError` (:class:`StorageProblem`); no temporary file stays behind.
    """
    fs = fs or FileSystem()
    if fs.windows:
        check_windows_name(path.name)
    try:
        fs.native(path)
        return _write(fs.resolved(path), data, fs, confirm, new)
    except OSError as error:
        raise storage_error(error, path) from error


def _write(
    target: Path, data: bytes, fs: FileSystem, confirm: Callable[[], None] | None, new: bool
) -> bool:
    mode = fs.mode(target)
    if mode is not None and new:
        raise NianbaoError(StorageProblem.EXISTS, file=target.name)
    if mode is not None and not mode & _OWNER_WRITE:
        raise NianbaoError(StorageProblem.READ_ONLY, file=target.name)
    prefix = temporary_prefix(target)
    temporary = target.with_name(f"{prefix}{os.urandom(4).hex()}.tmp")
    descriptor = fs.open_new(temporary) if mode is None else fs.open_new(temporary, mode)
    try:
        try:
            write_all(fs, descriptor, data)
            fs.fsync(descriptor)
        finally:
            fs.close(descriptor)
        if mode is not None and fs.mode(temporary) != mode:
            # The bits that the umask took away. FAT has none and says so; that is no reason to stop.
            with suppress(OSError):
                fs.set_mode(temporary, mode)
        if confirm is not None:
            confirm()
        if not (new and _placed_new(temporary, target, fs)):
            _put_in_place(temporary, target, fs)
    except BaseException:
        # What went wrong first is what the clerk has to know; a temporary file that cannot be
        # removed now is removed by a later save.
        with suppress(OSError):
            fs.unlink(temporary)
        raise
    _remove_leftovers(target, prefix, fs)
    try:
        return fs.sync_folder(target.parent)
    except OSError:
        return False  # the new file is in place and whole; only its survival of a power cut is open


def write_all(fs: FileSystem, descriptor: int, data: bytes) -> None:
    """Writes all of *data*: one call may take only a part of it. Raises ``OSError``."""
    view = memoryview(data)
    while view:
        view = view[fs.write(descriptor, bytes(view)) :]


def _put_in_place(temporary: Path, target: Path, fs: FileSystem) -> None:
    """Renames; on Windows again and again for a while where another program holds the file."""
    for seconds in RETRY_SECONDS if fs.windows else ():
        try:
            fs.replace(temporary, target)
        except PermissionError:
            fs.sleep(seconds)
        else:
            return
    try:
        fs.replace(temporary, target)
    except PermissionError as error:
        if fs.windows:
            raise NianbaoError(StorageProblem.IN_USE, file=target.name) from error
        raise


def _placed_new(temporary: Path, target: Path, fs: FileSystem) -> bool:
    """Gives the file its name where nothing has it yet; ``False`` where the disk has no such step.

    Raises :class:`NianbaoError` (``EXISTS``).
    """
    try:
        fs.place_new(temporary, target)
    except FileExistsError as error:
        raise NianbaoError(StorageProblem.EXISTS, file=target.name) from error
    except OSError:
        if fs.mode(target) is not None:
            raise NianbaoError(StorageProblem.EXISTS, file=target.name) from None
        return False
    return True


def temporary_prefix(target: Path) -> str:
    """How the names of temporary files for *target* begin; a later save removes old ones.

    Short, since the target's own name may be as long as names can be.
    """
    return f".nianbao-{sha256(target.name.encode('utf-8', 'replace')).hexdigest()[:12]}-"


def _remove_leftovers(target: Path, prefix: str, fs: FileSystem) -> None:
    """Removes what earlier saves of the same file left behind when their program was killed."""
    with suppress(OSError):
        # Measured against the file just written: the disk's clock may not be this machine's.
        now = fs.modified(target)
        for name in fs.names(target.parent):
            if name.startswith(prefix) and name.endswith(".tmp"):
                leftover = target.with_name(name)
                if now - fs.modified(leftover) > _LEFTOVER_SECONDS:
                    fs.unlink(leftover)
