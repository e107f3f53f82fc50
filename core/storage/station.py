"""Who is at work: user, machine and process, as locks and journals write it down."""

from __future__ import annotations

import getpass
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from core.problems import NianbaoError
from core.storage.clean import clean_line
from core.storage.durable import write_durably
from core.storage.filesystem import FileSystem

_MAX_PID = 2**31 - 1


class Station(NamedTuple):
    """A running program on a machine.

    ``installation`` is a random word kept in the user's data folder: two machines made from one
    disk image have the same name, but not the same word. ``started`` tells the process from a
    later one with the same number.
    """

    user: str
    machine: str
    installation: str
    pid: int
    started: str

    def shares_processes_with(self, other: Station) -> bool:
        """Whether *other*'s process number means something here: same machine, same user.

        Processes of another user cannot be told from a number used again.
        """
        return bool(self.machine) and (self.machine, self.installation, self.user) == (
            other.machine,
            other.installation,
            other.user,
        )

    def is_running(self) -> bool:
        """Whether the process still runs; only to be asked on its own machine."""
        started = process_started(self.pid)
        return started is not None and (not started or not self.started or started == self.started)


def this_station(data_folder: Path, fs: FileSystem | None = None) -> Station:
    """This process. The installation's word is made at first use, if the folder can be written."""
    user = ""
    with suppress(OSError, KeyError, ImportError):  # no name to be had: an account without one
        user = clean_line(getpass.getuser())[:100]
    return Station(
        user=user,
        machine=_machine_name(),
        installation=_installation(data_folder / "installation.txt", fs or FileSystem()),
        pid=os.getpid(),
        started=process_started(os.getpid()) or "",
    )


def _machine_name() -> str:
    # Not from platform or socket: those ask the network's name service.
    if sys.platform == "win32":
        return clean_line(os.environ.get("COMPUTERNAME", ""))[:100]
    return clean_line(os.uname().nodename)[:100]


def _installation(path: Path, fs: FileSystem) -> str:
    """The word in *path*; empty where it can neither be read nor made."""
    with suppress(OSError):
        if found := fs.read(path, 64).decode("ascii", "replace").strip():
            return clean_line(found)[:64]
    word = os.urandom(8).hex()
    try:
        fs.make_folder(path.parent)
        write_durably(path, word.encode("ascii"), fs)
    except (NianbaoError, OSError):
        return ""
    return word


def process_started(pid: int) -> str | None:
    """When this user's process *pid* began, as an opaque text; ``None`` where there is none.

    Empty where it runs but says no more.
    """
    if not 0 < pid <= _MAX_PID:
        return None
    if sys.platform == "win32":
        return _windows_process_started(pid)
    if sys.platform == "linux":
        return _linux_process_started(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return ""
    return ""


def _linux_process_started(pid: int) -> str | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None if not Path(f"/proc/{pid}").exists() else ""
    # The second field, the program's name in brackets, may itself hold brackets and spaces.
    after = fields.rpartition(")")[2].split()
    if not after or after[0] in "ZX":  # dead, though not yet fetched by its parent
        return None
    return f"{boot}/{after[19]}" if len(after) > 19 else ""


def _windows_process_started(pid: int) -> str | None:
    if sys.platform != "win32":
        return None
    import ctypes
    from ctypes import wintypes

    query_limited_information, still_active = 0x1000, 259
    kernel = ctypes.WinDLL("kernel32")
    kernel.OpenProcess.restype = wintypes.HANDLE
    handle = kernel.OpenProcess(query_limited_information, False, pid)
    if not handle:
        # Gone, or the number is now that of another user's or the system's process: not ours.
        return None
    try:
        code = wintypes.DWORD()
        handle = wintypes.HANDLE(handle)
        if kernel.GetExitCodeProcess(handle, ctypes.byref(code)) and code.value != still_active:
            return None
        times = [wintypes.FILETIME() for _ in range(4)]
        if not kernel.GetProcessTimes(handle, *[ctypes.byref(time) for time in times]):
            return ""
        return f"{times[0].dwHighDateTime:x}{times[0].dwLowDateTime:08x}"
    finally:
        kernel.CloseHandle(handle)
