"""How long LibreOffice Calc takes to show a workbook: what a clerk is used to, for comparison."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

_POLL_SECONDS = 0.03
_PATIENCE_SECONDS = 60.0
#: What has to be installed.
_TOOLS = ("soffice", "Xvfb", "xwininfo")


def is_installed() -> bool:
    """Whether it can be measured here."""
    return all(map(shutil.which, _TOOLS))


def seconds_to_window(workbook: Path, display: str, profile: Path) -> float:
    """Return the seconds by the clock until a window with the workbook's name can be seen.

    *profile* is a folder that is kept from one time to the next, as a user's is. Raises TimeoutError
    where no window comes.
    """
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--norestore", "--nologo"]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--calc", str(workbook)],
        env={**os.environ, "DISPLAY": display, "SAL_USE_VCLPLUGIN": "gen"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not _is_shown(workbook.name, display):
            if time.perf_counter() - started > _PATIENCE_SECONDS:
                raise TimeoutError(f"no window with {workbook.name}")
            time.sleep(_POLL_SECONDS)
        return time.perf_counter() - started
    finally:
        # It is a script that starts the program: both end with their group.
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        time.sleep(1)  # for its lock on the profile


def _is_shown(name: str, display: str) -> bool:
    tree = _xwininfo(display, "-root", "-tree")
    found = re.search(rf'^\s*(0x[0-9a-f]+) "[^"\n]*{re.escape(name)}', tree, re.MULTILINE)
    return found is not None and "IsViewable" in _xwininfo(display, "-id", found[1])


def _xwininfo(display: str, *options: str) -> str:
    command = ["xwininfo", "-display", display, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
