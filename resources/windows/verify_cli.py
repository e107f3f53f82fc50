"""The installed command line does on Windows what the sources do here, to the last byte of JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from project import CLI_EXE, BuildError, check, version
from scene import SAMPLE, LinuxProgram, Program, Scene

_REPORT = "某区某局 2019年度.nianbao"
_WORKBOOK = "某区某局 2019年度.xlsx"
_STEPS: tuple[tuple[str, ...], ...] = (
    ("forms", "--json"),
    ("read", SAMPLE.name, "--json"),
    ("check", SAMPLE.name, "--json"),
    (
        "new",
        "--form",
        "cn-2014-beijing",
        "--year",
        "2019",
        "--unit-name",
        "某区某局",
        "-o",
        _REPORT,
    ),
    ("baseline", _REPORT, SAMPLE.name),
    ("set", _REPORT, "1.1=12", "3.1.1=2", "3.1.2=0", "3.1.3=1", "3.1.4=3", "7=0.000001"),
    ("check", _REPORT, "--json"),
    ("read", _REPORT, "--json"),
    ("export", _REPORT, "-o", _WORKBOOK),
    ("read", _WORKBOOK, "--json"),
    ("set", _REPORT, "1.1=很多"),
    ("read", "没有这个文件.xlsx", "--json"),
)


def verify_command_line(scene: Scene, program: Program) -> None:
    """Read, check, make, fill, export and read back the same on both systems.

    Raises:
        BuildError: an answer or an exit code differs.
    """
    linux = LinuxProgram(scene.workshop)
    here = scene.workshop.work / "verify" / "linux"
    there = scene.documents() / "命令行 试验"
    for folder in (here, there):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(SAMPLE, folder)
    answers: dict[tuple[str, ...], object] = {}
    for step in _STEPS:
        expected = linux.cli(*step, folder=here)
        actual = program.cli(*step, folder=there)
        _compare(step, expected, actual)
        if "--json" in step and actual.returncode != 2:
            answers[step] = json.loads(actual.stdout)
    _read_each_others(linux, here, program, there)
    figures = answers["read", _WORKBOOK, "--json"]
    check(
        isinstance(figures, dict) and figures["values"]["1.1"] == 12,
        "the figure set on Windows is in the exported workbook",
    )
    told = program.cli("--version", folder=there).stdout.decode("utf-8")
    check(version() in told, f"nianbao-cli.exe calls itself {version()}")
    _verify_console(scene, program, there)


# Runs a program in a console of code page 936, as Chinese PCs have it, and tells what stands there.
_IN_CONSOLE = r"""
import ctypes, msvcrt, subprocess, sys
kernel = ctypes.WinDLL("kernel32")
kernel.CreateFileW.restype = ctypes.c_void_p
kernel.FreeConsole()
if not (kernel.AllocConsole() and kernel.SetConsoleOutputCP(936)):
    sys.exit("no console")
screen, keys = (kernel.CreateFileW(name, 0xC0000000, 3, None, 3, 0, None) for name in ("CONOUT$", "CONIN$"))
shown, typed = (msvcrt.open_osfhandle(handle, 0) for handle in (screen, keys))
subprocess.run(sys.argv[1:], stdin=typed, stdout=shown, stderr=shown)
class Place(ctypes.Structure):
    _fields_ = [("x", ctypes.c_short), ("y", ctypes.c_short)]
read = kernel.ReadConsoleOutputCharacterW
read.argtypes = [ctypes.c_void_p, ctypes.c_wchar_p, ctypes.c_ulong, Place, ctypes.c_void_p]
text, count = ctypes.create_unicode_buffer(4001), ctypes.c_ulong()
read(screen, text, 4000, Place(0, 0), ctypes.byref(count))
print(text.value)
"""


def _verify_console(scene: Scene, program: Program, folder: Path) -> None:
    """In a console too the Chinese is Chinese: what is piped as UTF-8 is the same text there."""
    exe = scene.wine.path_of(program.folder / CLI_EXE)
    for arguments in (("forms",), ("read", "没有这个文件.xlsx")):
        piped = program.cli(*arguments, folder=folder)
        words = (piped.stdout + piped.stderr).decode("utf-8")
        shown = scene.wine.run_python(_IN_CONSOLE, exe, *arguments)
        # The console breaks lines at its edge and fills them up.
        check(
            "".join(words.split()) in "".join(shown.split()) and bool(words.strip()),
            f"{arguments[0]} shows its Chinese in a console of code page 936",
        )


def _compare(
    step: tuple[str, ...],
    expected: subprocess.CompletedProcess[bytes],
    actual: subprocess.CompletedProcess[bytes],
) -> None:
    words = " ".join(step)
    said = actual.stderr.decode("utf-8", "replace").replace("\r\n", "\n")
    told = said.strip().partition("\n")[0]
    # What the command line has to answer is told by other tests; here both must answer the same.
    if (
        actual.returncode != expected.returncode
        or actual.stdout.replace(b"\r\n", b"\n") != expected.stdout
        or said != expected.stderr.decode("utf-8")
    ):
        raise BuildError(f"{words}: on Windows {actual}, on Linux {expected}")
    check(
        True, f"{words}: code {actual.returncode}, {len(expected.stdout)} bytes, as on Linux {told}"
    )
    check(
        "Traceback" not in said and (actual.returncode != 2 or said.count("\n") == 1),
        f"{words}: errors are one sentence",
    )


def _read_each_others(linux: LinuxProgram, here: Path, program: Program, there: Path) -> None:
    """Files made on one system are read the same on the other."""
    for name in (_REPORT, _WORKBOOK):
        shutil.copy(there / name, here / f"w-{name}")
        shutil.copy(here / name, there / f"l-{name}")
        of_windows = linux.cli("read", f"w-{name}", "--json", folder=here).stdout
        of_linux = program.cli("read", f"l-{name}", "--json", folder=there).stdout
        check(
            json.loads(of_windows) == json.loads(of_linux),
            f"{Path(name).suffix} files read the same across systems",
        )
