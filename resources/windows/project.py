"""What the Windows build is called and where its pieces lie: names, version, folders, steps.

Everything the build leaves between runs is below one private folder (``build/windows``), so that
a second run is quick and removing that folder forgets everything. Nothing is written to the
caller's own home or Wine prefix.
"""

from __future__ import annotations

import hashlib
import re
import sys
import time
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "resources" / "windows"

DISPLAY_NAME = "公开年报"
NAME = "nianbao"
GUI_EXE = "nianbao.exe"
CLI_EXE = "nianbao-cli.exe"

# As in core/folders.py: beside the unzipped program it takes the user's data.
CARRIED_FOLDER = "公开年报数据"

# What the frozen program is made of, and what packs it: a change of any file here means that it
# must be done anew. Of the scripts in this folder most only verify.
INGREDIENTS = (
    *("core", "gui", "docs", "build.spec", "pyproject.toml", "LICENSE"),
    *(
        "resources/forms",
        "resources/icons",
        "resources/licenses",
        "resources/samples",
        "resources/texts",
    ),
    *(f"resources/windows/{name}.py" for name in ("start_gui", "start_cli")),
    *(f"resources/windows/{name}.py" for name in ("trim", "notices")),
    *(f"resources/windows/{name}.lock" for name in ("requirements", "tools", "python")),
)
PACKING = tuple(
    f"resources/windows/{name}"
    for name in ("installer.nsi", "side.bmp", "package.py", "project.py")
)


class BuildError(Exception):
    """The build or its verification cannot go on; the text says why in one sentence."""


def check(condition: bool, claim: str) -> None:
    """Print *claim* as a fact that was seen, or stop.

    Used instead of ``assert`` because the verification must also hold under ``python -O``.

    Raises:
        BuildError: *condition* is false.
    """
    if not condition:
        raise BuildError(f"not so: {claim}")
    print(f"    ok  {claim}", flush=True)


class Clock:
    """Announces the steps of a run with the seconds since it began."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._start

    def step(self, text: str) -> None:
        """Say which step begins now."""
        print(f"[{self.seconds:5.0f} s] {text}", flush=True)


@dataclass(frozen=True)
class Workshop:
    """The private folder of one build, and what is kept where in it."""

    work: Path
    dist: Path

    @property
    def downloads(self) -> Path:
        """Archives fetched once."""
        return self.work / "downloads"

    @property
    def python(self) -> Path:
        """CPython for Windows with the locked packages."""
        return self.work / "python"

    @property
    def prefix(self) -> Path:
        """The Wine prefix in which the program is built."""
        return self.work / "prefix"

    @property
    def home(self) -> Path:
        """HOME of everything that runs under Wine."""
        return self.work / "home"

    @property
    def frozen(self) -> Path:
        """The folder that the installer and the .zip are made of."""
        return self.work / "frozen" / NAME

    @property
    def evidence(self) -> Path:
        """Screenshots and logs of the verification."""
        return self.work / "evidence"

    def setup_exe(self) -> Path:
        """The installer that a build leaves."""
        return self.dist / f"{NAME}-{version()}-setup.exe"

    def portable_zip(self) -> Path:
        """The .zip for PCs where installers are forbidden."""
        return self.dist / f"{NAME}-{version()}-portable.zip"


def version() -> str:
    """The project's version as written in pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def windows_version() -> tuple[int, int, int, int]:
    """The version as the four numbers of a Windows version resource (1.2.0rc1 → 1, 2, 0, 0)."""
    match = re.match(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?", version())
    if match is None:
        raise BuildError(f"pyproject.toml: {version()!r} does not begin with a number")
    major, minor, micro = (int(part or 0) for part in match.groups())
    return major, minor, micro, 0


def digest_of(paths: Iterable[Path], *extra: str) -> str:
    """One SHA-256 over the names and contents of *paths* (folders with all below) and *extra*.

    Caches of interpreters are left out: they change without the program changing.
    """
    whole = hashlib.sha256()
    for path in sorted(paths):
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                whole.update(file.relative_to(path.parent).as_posix().encode())
                whole.update(hashlib.sha256(file.read_bytes()).digest())
    for text in extra:
        whole.update(text.encode())
    return whole.hexdigest()


@dataclass(frozen=True)
class Stamp:
    """Remembers what a step was made of, so that an unchanged step is not done again."""

    path: Path
    digest: str

    def is_current(self) -> bool:
        """Whether the step was finished with the same ingredients."""
        return self.path.is_file() and self.path.read_text("ascii") == self.digest

    def forget(self) -> None:
        """Say that the step is being done again; a step cut short is then not taken for done."""
        self.path.unlink(missing_ok=True)

    def set(self) -> None:
        """Say that the step is finished."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.digest, "ascii")


def on_windows() -> bool:
    """Whether the build runs on Windows itself, without Wine."""
    return sys.platform == "win32"
