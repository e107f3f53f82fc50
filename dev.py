#!/usr/bin/env python3
"""The developer's one tool: make the environment, run, test, lint, bench, build.

    python3 dev.py run [FILE]             open the window (with FILE); --virtual without a screen
    python3 dev.py test [pytest args]     the whole test suite, or what the arguments select
    python3 dev.py lint                   ruff check, ruff format --check, pyright
    python3 dev.py bench [args]           what the program costs against its budgets
    python3 dev.py build                  freeze the program into dist/ with PyInstaller
    python3 dev.py installer [--verify]   make the Windows installer; --verify also installs and runs it

Needs only Python 3.11 or newer and its standard library. Everything Python goes into `.venv` beside
this file. On Debian and Ubuntu, missing system packages are installed with apt, each named with its
reason; elsewhere they are named and left to you.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = sys.platform == "win32"
VENV_PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")

OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11")

# Package → the library file in it that Qt's window, offscreen and printing plugins load by name.
QT_LIBRARIES = {
    "libegl1": "libEGL.so.1",
    "libgl1": "libGL.so.1",
    "libglib2.0-0": "libglib-2.0.so.0",
    "libfontconfig1": "libfontconfig.so.1",
    "libfreetype6": "libfreetype.so.6",
    "libdbus-1-3": "libdbus-1.so.3",
    "libcups2": "libcups.so.2",
    "libwayland-client0": "libwayland-client.so.0",
    "libwayland-cursor0": "libwayland-cursor.so.0",
    "libwayland-egl1": "libwayland-egl.so.1",
    "libx11-6": "libX11.so.6",
    "libx11-xcb1": "libX11-xcb.so.1",
    "libxkbcommon0": "libxkbcommon.so.0",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libxcb1": "libxcb.so.1",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-glx0": "libxcb-glx.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-image0": "libxcb-image.so.0",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-randr0": "libxcb-randr.so.0",
    "libxcb-render0": "libxcb-render.so.0",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-shm0": "libxcb-shm.so.0",
    "libxcb-sync1": "libxcb-sync.so.1",
    "libxcb-xfixes0": "libxcb-xfixes.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
}


class DevError(Exception):
    """Something the developer has to do first; the message says what."""


@dataclass(frozen=True)
class Need:
    """A Debian package, why it is wanted, and whether what it brings is there already.

    `present` looks for the thing itself and not for the package, whose name differs between releases.
    A need that is not `required` is reported and done without when it cannot be installed.
    """

    package: str
    why: str
    present: Callable[[], bool]
    required: bool = True


def say(text: str) -> None:
    """Print a line now, so that it stands before the output of the program started next."""
    print(f"dev.py: {text}", flush=True)


def run(command: Sequence[str | Path], env: dict[str, str] | None = None) -> int:
    """Run a program in the repository and return its exit code."""
    return subprocess.run(
        [str(word) for word in command], cwd=ROOT, env=env, check=False
    ).returncode


def must(command: Sequence[str | Path], purpose: str, env: dict[str, str] | None = None) -> None:
    """Run a program that has to succeed. Raises DevError naming the purpose and the command."""
    code = run(command, env)
    if code:
        shown = shlex.join(str(word) for word in command)
        raise DevError(f"{purpose} failed with exit code {code}: {shown}")


# ---------------------------------------------------------------- system packages


def has_apt() -> bool:
    """Tell whether this is Debian, Ubuntu or a relative of theirs."""
    return sys.platform == "linux" and shutil.which("apt-get") is not None


def loader_cache() -> str:
    """Return the names of all shared libraries that the system's loader finds."""
    ldconfig = shutil.which("ldconfig", path=os.environ.get("PATH", "") + ":/sbin:/usr/sbin")
    if ldconfig is None:
        return ""
    return subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout


def has_chinese_font() -> bool:
    """Tell whether fontconfig knows a font that covers Simplified Chinese."""
    if shutil.which("fc-list") is None:
        return False
    listing = subprocess.run(
        ["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False
    )
    return bool(listing.stdout.strip())


def has_office(component: str) -> bool:
    """Tell whether LibreOffice is there with this component ("sc" Calc, "sw" Writer)."""
    soffice = shutil.which("soffice")
    if soffice is None:
        return False
    return (Path(soffice).resolve().parent / f"lib{component}lo.so").exists()


def has_program(name: str) -> Callable[[], bool]:
    """Return a question: is this program on PATH?"""
    return lambda: shutil.which(name) is not None


def window_needs() -> list[Need]:
    """Return what Qt needs of the system to open a window with Chinese text."""
    cache = loader_cache()
    needs = [
        Need(package, f"Qt loads {library}", lambda library=library: f"\t{library} " in cache)
        for package, library in QT_LIBRARIES.items()
    ]
    needs.append(Need("fontconfig", "Qt finds fonts with it", has_program("fc-list")))
    needs.append(Need("fonts-noto-cjk", "a font with Chinese characters", has_chinese_font))
    return needs


def test_needs() -> list[Need]:
    """Return what the tests use beyond the window; without these some tests say why they skip."""
    return [
        Need("xvfb", "an X server without a screen", has_program("Xvfb"), required=False),
        Need(
            "libreoffice-calc",
            "opens exported workbooks and makes old .xls files",
            lambda: has_office("sc"),
            required=False,
        ),
        Need(
            "libreoffice-writer",
            "makes Word and RTF files to read",
            lambda: has_office("sw"),
            required=False,
        ),
        Need(
            "poppler-utils",
            "reads the text of printed PDF files",
            has_program("pdftotext"),
            required=False,
        ),
    ]


def venv_needs() -> list[Need]:
    """Return what Python itself lacks to make a virtual environment (Debian splits it off)."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return [
        Need(
            f"python{version}-venv",
            "Python makes .venv with it",
            lambda: importlib.util.find_spec("ensurepip") is not None,
        )
    ]


def provide(needs: Iterable[Need]) -> None:
    """Install with apt what is missing. Raises DevError where a required package cannot be had."""
    missing = [need for need in needs if not need.present()]
    if not missing or sys.platform != "linux":
        return
    say("missing on this system:")
    for need in missing:
        print(f"    {need.package:22} {need.why}", flush=True)
    failure = install_with_apt([need.package for need in missing])
    if failure is None:
        return
    if any(need.required for need in missing):
        raise DevError(failure)
    say(f"{failure}\n    Going on without: the tests that need these say why they are skipped.")


def install_with_apt(packages: Sequence[str]) -> str | None:
    """Install packages with apt, as root or through sudo; return a sentence where that failed."""
    if not has_apt():
        return (
            "no apt-get on this system; please install what these packages bring, then try again."
        )
    update = ["apt-get", "update", "-q"]
    install = [
        "apt-get",
        "install",
        "-y",
        "-q",
        "-oDpkg::Use-Pty=0",
        "--no-install-recommends",
        *packages,
    ]
    by_hand = f"apt-get update && apt-get install --no-install-recommends {shlex.join(packages)}"
    prefix: list[str] = []
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            return f"installing takes root and there is no sudo; please run as root:\n    {by_hand}"
        # Without a terminal sudo could only wait for a password that nobody types.
        prefix = ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
    prefix += ["env", "DEBIAN_FRONTEND=noninteractive"]
    say(f"installing with apt: {' '.join(packages)}")
    if run([*prefix, *update]) or run([*prefix, *install]):
        return (
            f"apt could not install them; please run as root and read what it says:\n    {by_hand}"
        )
    return None


# ---------------------------------------------------------------- the environment


def make_environment(extra: str = "dev") -> None:
    """Make .venv and install the project into it, editable, where pyproject.toml has changed.

    A stamp in .venv holds the hash of pyproject.toml as of the last installation, one for each extra.
    """
    if not VENV_PYTHON.exists():
        if has_apt():
            provide(venv_needs())
        say(f"making {VENV}")
        # --clear: what an interrupted attempt left behind is not repaired but made anew.
        must([sys.executable, "-m", "venv", "--clear", VENV], "making .venv")
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = VENV / f"installed-{extra}.sha256"
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    say(f"installing the project and its [{extra}] packages into .venv")
    pip = [VENV_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    must([*pip, "--editable", f"{ROOT}[{extra}]"], "installing Python packages")
    stamp.write_text(wanted, encoding="ascii")


def offscreen_environment() -> dict[str, str]:
    """Return the environment for programs whose windows need not be seen."""
    return {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}


def has_screen() -> bool:
    """Tell whether a window can be shown here, or Qt was told explicitly what to draw on."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


# ---------------------------------------------------------------- the commands


def command_run(arguments: Sequence[str]) -> int:
    """Open the window, with a file where one is named."""
    parser = argparse.ArgumentParser(prog="dev.py run", description="Open the window.")
    parser.add_argument("file", nargs="?", type=Path, help="a report to open")
    parser.add_argument(
        "--virtual", action="store_true", help="on a virtual screen (Xvfb), where there is no other"
    )
    options = parser.parse_args(arguments)
    file: Path | None = options.file
    make_environment()
    provide(window_needs())
    # The user's folder is not the repository's: the name is made whole before run() changes there.
    command = [VENV_PYTHON, "-m", "gui", *([file.resolve()] if file else [])]
    if not has_screen() and not options.virtual and not wants_virtual_screen():
        raise DevError(
            "there is no screen to open the window on (neither DISPLAY nor WAYLAND_DISPLAY is set). "
            "Start it in a desktop session, or on a virtual screen with "
            "`python3 dev.py run --virtual`, or use the command line, "
            f"which needs none: `{VENV_PYTHON.relative_to(ROOT)} -m core --help`."
        )
    if has_screen():
        return run(command)
    provide(
        [
            Need("xvfb", "a screen that is only in memory", has_program("Xvfb")),
            Need("xauth", "lets the window onto that screen", has_program("xauth")),
        ]
    )
    return run(["xvfb-run", "-a", "-s", "-screen 0 1366x768x24", *command])


def wants_virtual_screen() -> bool:
    """Ask, where somebody is there to answer, whether to start on a virtual screen."""
    if not sys.stdin.isatty():
        return False
    say("there is no screen here. Install Xvfb and xauth if they are missing, and start on a")
    return input("        virtual screen, which nobody sees? [y/N] ").strip().lower() in (
        "y",
        "yes",
    )


def command_test(arguments: Sequence[str]) -> int:
    """Run the tests: all of them in parallel, or exactly what the arguments say."""
    make_environment()
    provide([*window_needs(), *test_needs()])
    pytest = [VENV_PYTHON, "-m", "pytest"]
    # Each worker starts Qt and perhaps LibreOffice: more than four only fight for memory.
    workers = min(4, os.cpu_count() or 1)
    whole = ["-n", str(workers), "--dist", "worksteal", "--durations", "15"]
    return run([*pytest, *(arguments or whole)], offscreen_environment())


def command_lint(arguments: Sequence[str]) -> int:
    """Run every linter, even after one has found something, and fail where any did."""
    argparse.ArgumentParser(prog="dev.py lint", description="ruff and pyright.").parse_args(
        arguments
    )
    make_environment()
    # pyright comes whole from its package, and its newer releases are none of this run's business.
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    python = [VENV_PYTHON, "-m"]
    checks = (
        [*python, "ruff", "check", "."],
        [*python, "ruff", "format", "--check", "."],
        [*python, "pyright", "--pythonpath", VENV_PYTHON],
    )
    failed = 0
    for check in checks:
        say(" ".join(str(word) for word in check[2:]))
        failed += run(check, environment) != 0
    return 1 if failed else 0


def command_bench(arguments: Sequence[str]) -> int:
    """Measure what the program costs against its budgets."""
    make_environment()
    provide(window_needs())
    return run([VENV_PYTHON, "-m", "tests.bench", *arguments], offscreen_environment())


def command_build(arguments: Sequence[str]) -> int:
    """Freeze the program into dist/ for the system this runs on."""
    argparse.ArgumentParser(prog="dev.py build", description="PyInstaller.").parse_args(arguments)
    make_environment()
    make_environment("build")
    provide(window_needs())
    return run([VENV_PYTHON, "-m", "PyInstaller", "--noconfirm", "build.spec"])


def command_installer(arguments: Sequence[str]) -> int:
    """Make the Windows installer; its own script installs and says what else it needs."""
    if has_apt():
        provide(venv_needs())
    return run([sys.executable, ROOT / "resources" / "windows" / "build.py", *arguments])


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "run": command_run,
    "test": command_test,
    "lint": command_lint,
    "bench": command_bench,
    "build": command_build,
    "installer": command_installer,
}


def use_newer_python() -> NoReturn:
    """Start again with a Python that is new enough, or say that there is none."""
    for name in NEWER_PYTHONS:
        found = shutil.which(name)
        if found:
            sys.exit(subprocess.run([found, __file__, *sys.argv[1:]], check=False).returncode)
    has = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit(f"dev.py: this is Python {has}; please install Python 3.11 or newer and try again.")


def main(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code, or 2 with one sentence on what to do first."""
    if not arguments or arguments[0] not in COMMANDS:
        print(__doc__)
        return 0 if arguments and arguments[0] in ("-h", "--help", "help") else 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except DevError as error:
        print(f"dev.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        use_newer_python()
    sys.exit(main(sys.argv[1:]))
