"""What every part of the verification works with: the prefix, the screen, the installed program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from project import CLI_EXE, GUI_EXE, ROOT, BuildError, Clock, Workshop
from screen import Screen
from toolchain import REQUIREMENTS_LOCK, Pip
from wine import Wine

SAMPLE = ROOT / "resources" / "samples" / "2018-统计表.txt"

# Wine 8 cannot show the window without this; the program looks at it nowhere else.
WINE_SWITCH = {"NIANBAO_WINE": "1"}


@dataclass(frozen=True)
class Scene:
    """A fresh Wine prefix on a virtual screen, and where evidence is kept."""

    workshop: Workshop
    wine: Wine
    screen: Screen
    clock: Clock

    def documents(self) -> Path:
        """The user's documents in the prefix."""
        return self.wine.user_folder / "Documents"


@dataclass(frozen=True)
class Program:
    """The program in a folder of the prefix, installed or unzipped."""

    wine: Wine
    folder: Path

    def is_there(self) -> bool:
        """Whether both executables and their libraries are."""
        return all(
            (self.folder / name).exists()
            for name in (GUI_EXE, CLI_EXE, "_internal/base_library.zip")
        )

    def window(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start the window with *arguments* (Windows paths); the caller waits for it."""
        exe = self.wine.path_of(self.folder / GUI_EXE)
        return self.wine.start(exe, *arguments, environment=WINE_SWITCH)

    def cli(self, *arguments: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
        """Run the command line in *folder*."""
        exe = self.wine.path_of(self.folder / CLI_EXE)
        return self.wine.run(exe, *arguments, folder=folder)

    def cli_json(self, *arguments: str, folder: Path) -> object:
        """What a command prints as JSON.

        Raises:
            BuildError: it prints something else.
        """
        done = self.cli(*arguments, "--json", folder=folder)
        try:
            return json.loads(done.stdout)
        except ValueError as error:
            words = (done.stdout + done.stderr).decode("utf-8", "replace")
            raise BuildError(f"{arguments} printed no JSON ({done.returncode}): {words}") from error


class LinuxProgram:
    """The command line on this machine, from the sources: what Windows is compared with."""

    def __init__(self, workshop: Workshop) -> None:
        """Use a Python that has the packages; where there is none, make one in the workshop.

        Raises:
            BuildError: the packages cannot be installed.
        """
        own = workshop.work / "linux" / "bin" / "python"
        for python in (ROOT / ".venv" / "bin" / "python", Path(sys.executable), own):
            if python.is_file() and self._works(python):
                self._python = python
                return
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(own.parents[1])], check=True)
        pins = [
            line.split()[0]
            for line in REQUIREMENTS_LOCK.read_text("utf-8").splitlines()
            if "==" in line and not line.startswith(("#", "pyside6", "shiboken6"))
        ]
        Pip.of(own)("install", *pins)
        self._python = own

    @staticmethod
    def _works(python: Path) -> bool:
        # Reads and exports by way of every package there is.
        code = "import core.cli, lxml.etree, olefile, openpyxl, platformdirs"
        done = subprocess.run([str(python), "-c", code], cwd=ROOT, capture_output=True, check=False)
        return done.returncode == 0

    def cli(self, *arguments: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
        """Run the command line in *folder*."""
        return subprocess.run(
            [str(self._python), "-m", "core", *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "NIANBAO_HOME": str(folder / ".home")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )


def unzip(archive: Path, folder: Path) -> None:
    """Unpack *archive* below *folder*, names as Windows would show them."""
    with zipfile.ZipFile(archive) as files:
        files.extractall(folder)
