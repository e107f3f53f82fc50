"""Run one program and print, as JSON, what it took of the processor and of the clock, and its memory.

    python -m tests.bench.child PROGRAM [ARGUMENT ...]   →  {"processor": 0.4, "seconds": 0.6, "bytes": 98304000}

A process of its own, and a small one: Linux counts the memory of the parent at the fork towards the
child's peak, so the parent must be smaller than anything it measures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def windows_peak(handle: int) -> int:
    """Return the peak working set in bytes of a Windows process, which may have ended."""
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of the Windows API."""

        _fields_ = (
            ("cb", wintypes.DWORD),
            ("PageFaultCount", wintypes.DWORD),
            ("PeakWorkingSetSize", ctypes.c_size_t),
            ("WorkingSetSize", ctypes.c_size_t),
            ("QuotaPeakPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPeakNonPagedPoolUsage", ctypes.c_size_t),
            ("QuotaNonPagedPoolUsage", ctypes.c_size_t),
            ("PagefileUsage", ctypes.c_size_t),
            ("PeakPagefileUsage", ctypes.c_size_t),
        )

    counters = Counters()
    counters.cb = ctypes.sizeof(counters)
    query = getattr(ctypes, "windll").kernel32.K32GetProcessMemoryInfo  # noqa: B009
    if not query(wintypes.HANDLE(handle), ctypes.byref(counters), counters.cb):
        raise OSError("K32GetProcessMemoryInfo failed")
    return int(counters.PeakWorkingSetSize)


def windows_processor(handle: int) -> float:
    """Return the seconds of the processor that a Windows process took, which may have ended."""
    import ctypes
    from ctypes import wintypes

    created, ended, kernel, user = (wintypes.FILETIME() for _ in range(4))
    query = getattr(ctypes, "windll").kernel32.GetProcessTimes  # noqa: B009
    places = [ctypes.byref(moment) for moment in (created, ended, kernel, user)]
    if not query(wintypes.HANDLE(handle), *places):
        raise OSError("GetProcessTimes failed")
    # Counted in units of 100 nanoseconds.
    return sum((part.dwHighDateTime << 32 | part.dwLowDateTime) / 1e7 for part in (kernel, user))


def measure(command: list[str]) -> dict[str, float | int]:
    """Run the command to its end. Raises RuntimeError with what it wrote where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with process:
        assert process.stdout is not None
        output = process.stdout.read()
        if sys.platform == "win32":
            process.wait()
            seconds = time.perf_counter() - started
            handle = int(getattr(process, "_handle"))  # noqa: B009
            processor, peak = windows_processor(handle), windows_peak(handle)
        else:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            processor = usage.ru_utime + usage.ru_stime
            # Linux counts in KiB, macOS in bytes.
            peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}: {output.decode(errors='replace')}")
    return {"processor": processor, "seconds": seconds, "bytes": peak}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1:])))
