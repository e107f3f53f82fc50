r"""The operating system's file operations, behind one small object.

All of storage goes through a :class:`FileSystem`, so that a test can make the n-th operation fail
and see that nothing is lost; and so that Windows' peculiarities (paths beyond 260 characters, files
held open by other programs) are met in one place.
"""

from __future__ import annotations

import contextlib
import errno
import ntpath
import os
import stat
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.problems import NianbaoError, Problem, system_reason

#: Windows' MAX_PATH is 260; folders stop at 248, and a temporary name must fit as well.
_LONG_PATH: Final = 230
_EXTENDED = "\\\\?\\"


class StorageProblem(Problem):
    """Why a file cannot be read or written. ``{file}`` is its name.

    After every one of them the file on disk is as it was, and the report stays open.
    """

    MISSING = "找不到文件“{file}”，请确认它没有被移动、改名，U盘没有拔出。"
    CANNOT_OPEN = (
        "无法打开“{file}”（{reason}），文件没有改动。"
        "请确认您有权限打开它、没有别的程序正在使用它，然后再试。"
    )
    TOO_LARGE = "文件“{file}”过大，不是一份正常的报表，没有读取。"
    REPORT_TOO_LARGE = "报表的内容过多，“{file}”没有保存，原文件没有改动，请删减审核说明或上年数。"
    NO_FILE = "“{file}”不是普通文件（是管道、设备之类），没有读写，请另选文件。"
    LINK_LOOP = "“{file}”是一个指向自己的链接，请删除它或另选文件名。"
    EXISTS = "文件“{file}”已经存在，没有覆盖；请换一个文件名或先移走原文件。"
    IS_FOLDER = "“{file}”是一个文件夹，请另选文件名。"
    DISK_FULL = "磁盘空间不足，“{file}”没有保存，原文件没有改动，请清理磁盘或另存到其他位置。"
    READ_ONLY = "“{file}”是只读文件，没有保存，请用“另存为”换一个文件名。"
    READ_ONLY_DISK = "“{file}”所在的磁盘是只读的（写保护），没有保存，请用“另存为”换一个位置。"
    NO_PERMISSION = "没有权限读写“{file}”，原文件没有改动，请用“另存为”换一个位置。"
    IN_USE = "“{file}”正被其他程序（如 WPS、Excel 或杀毒软件）占用，请关闭后再试，或用“另存为”换一个文件名。"
    FOLDER_GONE = "“{file}”所在的文件夹已经不在了（U盘拔出或网络断开？），请插回后再试，或用“另存为”换一个位置。"
    NAME_TOO_LONG = "“{file}”的文件名或路径太长，请换一个短一些的文件名或位置。"
    BAD_NAME = "“{file}”不能用作文件名（{reason}），请换一个名字。"
    TOO_BIG_FOR_DISK = "“{file}”超过了该磁盘允许的大小，请另存到其他位置。"
    DISK_FAULT = "读写“{file}”时磁盘出错，请尽快用“另存为”保存到其他磁盘。"
    CHANGED_OUTSIDE = (
        "“{file}”在打开之后被其他程序修改过，没有覆盖它，请先比较两份内容，再决定覆盖或另存。"
    )
    OTHER = "无法读写“{file}”（{reason}），请用“另存为”换一个位置。"


_BY_WINERROR: Final = {
    3: StorageProblem.FOLDER_GONE,  # ERROR_PATH_NOT_FOUND
    5: StorageProblem.NO_PERMISSION,  # ERROR_ACCESS_DENIED
    15: StorageProblem.FOLDER_GONE,  # ERROR_INVALID_DRIVE
    19: StorageProblem.READ_ONLY_DISK,  # ERROR_WRITE_PROTECT
    21: StorageProblem.FOLDER_GONE,  # ERROR_NOT_READY
    23: StorageProblem.DISK_FAULT,  # ERROR_CRC
    32: StorageProblem.IN_USE,  # ERROR_SHARING_VIOLATION
    33: StorageProblem.IN_USE,  # ERROR_LOCK_VIOLATION
    39: StorageProblem.DISK_FULL,  # ERROR_HANDLE_DISK_FULL
    53: StorageProblem.FOLDER_GONE,  # ERROR_BAD_NETPATH
    55: StorageProblem.FOLDER_GONE,  # ERROR_DEV_NOT_EXIST
    59: StorageProblem.FOLDER_GONE,  # ERROR_UNEXP_NET_ERR
    64: StorageProblem.FOLDER_GONE,  # ERROR_NETNAME_DELETED
    67: StorageProblem.FOLDER_GONE,  # ERROR_BAD_NET_NAME
    112: StorageProblem.DISK_FULL,  # ERROR_DISK_FULL
    206: StorageProblem.NAME_TOO_LONG,  # ERROR_FILENAME_EXCED_RANGE
    433: StorageProblem.FOLDER_GONE,  # ERROR_NO_SUCH_DEVICE
    1117: StorageProblem.DISK_FAULT,  # ERROR_IO_DEVICE
    1167: StorageProblem.FOLDER_GONE,  # ERROR_DEVICE_NOT_CONNECTED
    1295: StorageProblem.DISK_FULL,  # ERROR_DISK_QUOTA_EXCEEDED
}
_BY_ERRNO: Final = {
    errno.ENOSPC: StorageProblem.DISK_FULL,
    getattr(errno, "EDQUOT", errno.ENOSPC): StorageProblem.DISK_FULL,
    errno.EROFS: StorageProblem.READ_ONLY_DISK,
    errno.EACCES: StorageProblem.NO_PERMISSION,
    errno.EPERM: StorageProblem.NO_PERMISSION,
    errno.EBUSY: StorageProblem.IN_USE,
    getattr(errno, "ETXTBSY", errno.EBUSY): StorageProblem.IN_USE,
    errno.ENOENT: StorageProblem.FOLDER_GONE,
    errno.ENOTDIR: StorageProblem.FOLDER_GONE,
    errno.ENODEV: StorageProblem.FOLDER_GONE,
    errno.ENXIO: StorageProblem.FOLDER_GONE,
    getattr(errno, "ESTALE", errno.ENODEV): StorageProblem.FOLDER_GONE,
    errno.EISDIR: StorageProblem.IS_FOLDER,
    errno.ENAMETOOLONG: StorageProblem.NAME_TOO_LONG,
    errno.EFBIG: StorageProblem.TOO_BIG_FOR_DISK,
    errno.EIO: StorageProblem.DISK_FAULT,
    errno.EEXIST: StorageProblem.EXISTS,
    errno.ELOOP: StorageProblem.LINK_LOOP,
}


class NoRegularFile(OSError):
    """What has the file's name is a pipe, a device or the like: reading it may never end."""


def storage_error(error: OSError, path: Path) -> NianbaoError:
    """*error* in words, for the file *path*; the caller raises it ``from`` the error."""
    code = getattr(error, "winerror", None)
    problem = _BY_WINERROR.get(code) if code is not None else None
    if problem is None:
        problem = _BY_ERRNO.get(error.errno or 0, StorageProblem.OTHER)
    if isinstance(error, NoRegularFile):
        problem = StorageProblem.NO_FILE
    return NianbaoError(problem, file=path.name or str(path), reason=system_reason(error))


_REASONS: Final[Mapping[Problem, str]] = MappingProxyType(
    {
        StorageProblem.DISK_FULL: "磁盘空间不足",
        StorageProblem.READ_ONLY: "文件是只读的",
        StorageProblem.READ_ONLY_DISK: "磁盘写保护",
        StorageProblem.NO_PERMISSION: "没有权限",
        StorageProblem.IN_USE: "被其他程序占用",
        StorageProblem.FOLDER_GONE: "文件夹不在了",
        StorageProblem.NAME_TOO_LONG: "路径太长",
        StorageProblem.TOO_BIG_FOR_DISK: "超过了该磁盘允许的大小",
        StorageProblem.DISK_FAULT: "磁盘出错",
        StorageProblem.NO_FILE: "不是普通文件",
        StorageProblem.LINK_LOOP: "链接指向了自己",
    }
)


def reason_of(error: NianbaoError) -> str:
    """Why a file could not be written, in a few words, for a sentence about something else."""
    return _REASONS.get(error.problem) or str(error.parameters.get("reason") or error)


def extended_path(path: str) -> str:
    r"""A Windows path that may exceed 260 characters: ``\\?\C:\…``, ``\\?\UNC\server\share\…``.

    Short paths stay as they are, since the prefix also turns off Windows' own reading of ``..``.
    """
    if len(path) < _LONG_PATH or path.startswith(_EXTENDED):
        return path
    plain = ntpath.normpath(path)
    if plain.startswith("\\\\"):
        return _EXTENDED + "UNC" + plain[1:]
    return _EXTENDED + plain if ntpath.isabs(plain) else path


def check_windows_name(name: str) -> None:
    """Refuses a name that Windows would silently store as another one, or not at all.

    Raises :class:`NianbaoError` (``BAD_NAME``).
    """
    # No start checks a name, and the rules need the table of all characters.
    from core.system.filenames import FORBIDDEN, is_device

    reason = ""
    if found := [c for c in name if c in FORBIDDEN or ord(c) < 32]:
        reason = f"含有 {found[0]!r}" if ord(found[0]) < 32 else f"含有 {found[0]}"
    elif name != name.rstrip(". "):
        reason = "末尾不能是点或空格"
    elif is_device(name):
        reason = "这是系统保留的名字"
    if reason:
        raise NianbaoError(StorageProblem.BAD_NAME, file=name, reason=reason)


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, whatever their spelling."""
    try:
        return one == other or one.samefile(other)
    except OSError:
        return False


class FileSystem:
    """What storage asks of the operating system. Every method may raise ``OSError``."""

    #: Whether names and paths follow Windows' rules, and other programs can hold a file.
    windows: bool = sys.platform == "win32"

    def native(self, path: Path) -> str:
        """*path* as the system's calls take it. Raises ``OSError`` where it can name no file."""
        if "\0" in str(path):
            raise OSError(errno.EINVAL, "文件名含有空字符")
        return extended_path(str(path.absolute())) if self.windows else str(path)

    def open_new(self, path: Path, mode: int = 0o666) -> int:
        """Creates a file that must not exist yet, for writing; its descriptor."""
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        return os.open(self.native(path), flags, mode)

    def write(self, descriptor: int, data: bytes) -> int:
        """Writes some of *data*; how many bytes."""
        return os.write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        """Has the system bring a file's content to the disk."""
        os.fsync(descriptor)

    def cut(self, descriptor: int, size: int) -> None:
        """Takes back what was written beyond the first *size* bytes, and goes on writing there."""
        os.ftruncate(descriptor, size)
        os.lseek(descriptor, size, os.SEEK_SET)

    def close(self, descriptor: int) -> None:
        """Closes a descriptor."""
        os.close(descriptor)

    def place_new(self, source: Path, target: Path) -> None:
        """Gives *source* the name *target*, in one step.

        Raises ``FileExistsError`` where there is a *target*; other errors where the disk knows no
        such step.
        """
        if self.windows:
            os.rename(self.native(source), self.native(target))  # noqa: PTH104
        else:
            os.link(self.native(source), self.native(target))
            os.unlink(self.native(source))  # noqa: PTH108

    def replace(self, source: Path, target: Path) -> None:
        """Puts *source* in *target*'s place in one step."""
        os.replace(self.native(source), self.native(target))  # noqa: PTH105

    def unlink(self, path: Path) -> None:
        """Removes a file."""
        os.unlink(self.native(path))  # noqa: PTH108 - the native spelling is a string

    def sync_folder(self, folder: Path) -> bool:
        """Brings a folder's entries to the disk; ``False`` where the system has no way to."""
        if self.windows:
            return False
        descriptor = os.open(self.native(folder), os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return True

    def read(self, path: Path, limit: int) -> bytes:
        """At most *limit* bytes of an ordinary file, from its beginning."""
        self._check_regular(os.stat(self.native(path)).st_mode)  # noqa: PTH116
        with open(self.native(path), "rb") as file:  # noqa: PTH123 - the native spelling is a string
            # Files that the system makes up (/proc) have no size, and some never end.
            return file.read(limit) if os.fstat(file.fileno()).st_size else b""

    def mode(self, path: Path) -> int | None:
        """An ordinary file's permission bits; ``None`` where there is no such file."""
        try:
            found = os.stat(self.native(path)).st_mode  # noqa: PTH116
        except FileNotFoundError:
            return None
        self._check_regular(found)
        return stat.S_IMODE(found)

    def resolved(self, path: Path) -> Path:
        """Where the link *path* leads; *path* itself where it is none, or leads to itself."""
        if not os.path.islink(self.native(path)):  # noqa: PTH114
            return path
        return Path(os.path.realpath(self.native(path)))

    @staticmethod
    def _check_regular(mode: int) -> None:
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(mode):
            raise NoRegularFile(errno.EINVAL, os.strerror(errno.EINVAL))

    def set_mode(self, path: Path, mode: int) -> None:
        """Sets a file's permission bits."""
        os.chmod(self.native(path), mode)  # noqa: PTH101

    def rewrite(self, path: Path, data: bytes) -> None:
        """Writes *data* over the beginning of a file that is there, which renews its time.

        The time is then the disk's own; setting it directly would take this machine's.
        """
        descriptor = os.open(self.native(path), os.O_WRONLY | getattr(os, "O_BINARY", 0))
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)

    def hide(self, path: Path) -> None:
        """Hides a file in Windows' file manager; does nothing elsewhere, or where it cannot."""
        if sys.platform == "win32":
            import ctypes

            file_attribute_hidden = 0x2
            ctypes.windll.kernel32.SetFileAttributesW(self.native(path), file_attribute_hidden)

    def modified(self, path: Path) -> float:
        """When a file was last written, in seconds since the epoch."""
        return os.stat(self.native(path)).st_mtime  # noqa: PTH116

    def names(self, folder: Path) -> list[str]:
        """The names in a folder, sorted; none where there is no such folder."""
        with contextlib.suppress(FileNotFoundError):
            return sorted(os.listdir(self.native(folder)))  # noqa: PTH208
        return []

    def make_folder(self, folder: Path) -> None:
        """Makes a folder and those above it, where they are not there yet."""
        os.makedirs(self.native(folder), exist_ok=True)  # noqa: PTH103

    def sleep(self, seconds: float) -> None:
        """Waits before a refused operation is tried again."""
        time.sleep(seconds)
