"""Running Windows programs under Wine 8 in a private prefix and home.

Each oddity below was met and is mended where it is named; none of it concerns real Windows.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PureWindowsPath

from project import BuildError

# Wine's own helpers that would ask to download things, or would write menus into the home.
_OVERRIDES = "mscoree,mshtml,winedbg.exe,winemenubuilder.exe=d"
_SHELL_FOLDERS = ("Desktop", "Documents", "Downloads", "Music", "Pictures", "Videos", "Templates")

# The faces that Windows and NSIS name, drawn with one that Debian has; without this the
# installer's pages and the program show boxes.
_FONT = "Noto Sans CJK SC"
_FACES = (
    "SimSun",
    "NSimSun",
    "宋体",
    "Microsoft YaHei",
    "Microsoft YaHei UI",
    "微软雅黑",
    "Tahoma",
    "MS Shell Dlg",
    "MS Shell Dlg 2",
    "MS Sans Serif",
    "Microsoft Sans Serif",
    "Segoe UI",
    "Verdana",
    "Arial",
)


def windows_path(path: Path) -> str:
    """*path* of this machine as a program under Wine names it (drive Z: is ``/``)."""
    return "Z:" + str(path.absolute()).replace("/", "\\")


class Wine:
    """One Wine prefix: starting programs in it, and where their folders are on this machine."""

    def __init__(self, prefix: Path, home: Path, python: Path) -> None:
        """Use (and if need be later make) the prefix *prefix*.

        Args:
            prefix: the Wine prefix.
            home: HOME of everything started, so that nothing reaches the caller's own.
            python: the folder of a Windows Python, for calls that Wine's command line cannot make.
        """
        self.prefix = prefix
        self.home = home
        self.python = python / "python.exe"
        runtime = home / ".runtime"
        runtime.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("WINE", "QT_", "PYTHON", "LC_", "NIANBAO_", "XDG_"))
            and key not in ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "VIRTUAL_ENV")
        } | {
            "WINEPREFIX": str(prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": _OVERRIDES,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "PYTHONUTF8": "1",
        }
        self._display: str | None = None

    # -- the prefix ---------------------------------------------------------------------------

    def create(self) -> None:
        """Make the prefix from nothing: Windows 10, real user folders, faces with Chinese glyphs.

        Raises:
            BuildError: Wine left no prefix behind.
        """
        self.stop_server()
        shutil.rmtree(self.prefix, ignore_errors=True)
        self.prefix.mkdir(parents=True)
        self._quietly("wineboot", "-i")
        self._quietly("wine", "winecfg", "-v", "win10")
        if not (self.prefix / "drive_c" / "windows" / "system32").is_dir():
            raise BuildError(f"Wine made no prefix in {self.prefix}")
        self._separate_user_folders()
        self.run_python(
            "import winreg, sys\n"
            "key = winreg.CreateKey(winreg.HKEY_CURRENT_USER,"
            " r'Software\\Wine\\Fonts\\Replacements')\n"
            "for face in sys.argv[2:]:\n"
            "    winreg.SetValueEx(key, face, 0, winreg.REG_SZ, sys.argv[1])\n",
            _FONT,
            *_FACES,
        )
        self.stop_server()

    def copy_of(self, other: Wine) -> None:
        """Become a copy of *other*'s prefix, as it is now."""
        self.stop_server()
        other.stop_server()
        shutil.rmtree(self.prefix, ignore_errors=True)
        shutil.copytree(other.prefix, self.prefix, symlinks=True)
        self._separate_user_folders()

    def _separate_user_folders(self) -> None:
        """Make the user's folders real ones: Wine links them into HOME."""
        for name in _SHELL_FOLDERS:
            folder = self.user_folder / name
            if folder.is_symlink():
                folder.unlink()
            folder.mkdir(exist_ok=True)

    @property
    def user_folder(self) -> Path:
        r"""``C:\users\NAME`` on this machine."""
        users = self.prefix / "drive_c" / "users"
        names = [path for path in users.iterdir() if path.name != "Public" and path.is_dir()]
        if len(names) != 1:
            raise BuildError(f"{users} does not hold exactly one user")
        return names[0]

    def local(self, path: str) -> Path:
        r"""Where the Windows path *path* (``C:\…`` or ``Z:\…``) is on this machine."""
        windows = PureWindowsPath(path)
        drive = self.prefix / "dosdevices" / windows.drive.lower()
        return drive.resolve().joinpath(*windows.parts[1:])

    def path_of(self, path: Path) -> str:
        r"""The Windows path of *path*: on ``C:`` where it lies in the prefix, else on ``Z:``."""
        drive_c = self.prefix / "drive_c"
        if path.is_relative_to(drive_c):
            return "C:\\" + "\\".join(path.relative_to(drive_c).parts)
        return windows_path(path)

    # -- the server ---------------------------------------------------------------------------

    def stop_server(self) -> None:
        """End everything in the prefix and wait until it has ended."""
        if self.prefix.is_dir():
            self._quietly("wineserver", "-k", may_fail=True)
            self._quietly("wineserver", "-w", may_fail=True)

    def use_display(self, display: str | None, **environment: str) -> None:
        """Restart the prefix so that its windows appear on *display* (None: nowhere).

        A server started without a display draws nothing for the rest of its life, and every
        program still ends with 0: hence the restart. *environment* is given to the server and all
        later programs (None removes nothing; an empty mapping changes nothing).
        """
        self.stop_server()
        self._display = display
        for key, value in environment.items():
            if value:
                self._environment[key] = value
            else:
                self._environment.pop(key, None)
        # Started here so that its helpers do not hang on to the pipes of a program started later.
        self._quietly("wineserver", "-p")
        self._quietly("wineboot", "-u" if display is None else "-s", may_fail=True)

    # -- programs -----------------------------------------------------------------------------

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """The whole environment of a program in this prefix."""
        shown = {"DISPLAY": self._display} if self._display else {}
        return self._environment | shown | dict(extra or {})

    def start(
        self,
        program: str,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start *program* (a Windows path) and do not wait for it.

        Its output goes to a pipe: a Windows Python whose output is a file dies under Wine 8.
        """
        return subprocess.Popen(
            ["wine", program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment(environment),
        )

    def run(
        self,
        program: str,
        *arguments: str,
        timeout: float = 120,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run *program* (a Windows path or a name Wine knows) in *folder* to its end.

        Raises:
            BuildError: it takes longer than *timeout* seconds.
        """
        try:
            return subprocess.run(
                ["wine", program, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=self.environment(environment),
                cwd=folder,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise BuildError(f"{program} did not end within {timeout:.0f} s") from error

    def run_python(self, code: str, *arguments: str, timeout: float = 120) -> str:
        """What Python *code* prints under the Windows Python.

        Raises:
            BuildError: the code ends with an error.
        """
        done = self.run(windows_path(self.python), "-c", code, *arguments, timeout=timeout)
        if done.returncode != 0:
            raise BuildError(f"Windows Python failed: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode("utf-8").replace("\r\n", "\n")

    def run_raw(self, line: str, timeout: float = 300) -> int:
        r"""Run one raw Windows command line, and return the exit code.

        ``/D=C:\a b`` must stand unquoted and last on an installer's command line, and Wine's own
        launcher would quote it: so a Windows Python starts it.
        """
        code = "import subprocess, sys; print(subprocess.run(sys.argv[1]).returncode)"
        return int(self.run_python(code, line, timeout=timeout).split()[-1])

    def _quietly(self, *command: str, may_fail: bool = False) -> None:
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self.environment(),
                timeout=180,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise BuildError(f"{' '.join(command)} did not end") from error
        if done.returncode != 0 and not may_fail:
            raise BuildError(f"{' '.join(command)} ended with {done.returncode}")


def wait_until(
    true: Callable[[], bool], what: str, seconds: float = 30, pause: float = 0.1
) -> None:
    """Wait until *true* is; Wine is late rather than wrong, so limits are generous.

    Raises:
        BuildError: it is not within *seconds*.
    """
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise BuildError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(pause)


def require_commands(names: Sequence[str]) -> list[str]:
    """Those of *names* that this machine does not have."""
    return [name for name in names if shutil.which(name) is None]
