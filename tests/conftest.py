"""What every test may rely on: nothing of the developer's own settings, and a screen on demand."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Nothing is timed in a test, and a change must not fail over what it did not touch: where it is
# judged the examples are the same each time; elsewhere they are new ones, which is how faults are found.
settings.register_profile(
    "nianbao",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("nianbao")

# The usual office screen; 24 bits a pixel.
XVFB_SCREEN = "1366x768x24"
XVFB_START_SECONDS = 30

# platformdirs asks the environment for these: XDG_* on Linux, WIN_PD_OVERRIDE_* on Windows.
_PRIVATE_FOLDERS = {
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
    "XDG_DOCUMENTS_DIR": "documents",
    "WIN_PD_OVERRIDE_APPDATA": "appdata",
    "WIN_PD_OVERRIDE_LOCAL_APPDATA": "local",
    "WIN_PD_OVERRIDE_PERSONAL": "documents",
}


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Know pytest-qt's settings without pytest-qt too, so that tests/core runs with no Qt installed."""
    if not pluginmanager.hasplugin("pytest-qt"):
        parser.addini("qt_api", "read by pytest-qt where it is installed")
        parser.addini("qt_log_level_fail", "read by pytest-qt where it is installed")
        parser.addini("qt_log_ignore", "read by pytest-qt where it is installed", type="linelist")


@pytest.fixture(autouse=True)
def private_settings(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Give each test, and what it starts, empty folders for settings, journals and backups."""
    home = tmp_path_factory.mktemp("home")
    for variable, folder in _PRIVATE_FOLDERS.items():
        (home / folder).mkdir(exist_ok=True)
        monkeypatch.setenv(variable, str(home / folder))
    return home


@pytest.fixture(scope="session")
def xvfb() -> Iterator[str]:
    """Start a real X server without a screen; its name for the variable DISPLAY, such as ":7".

    For what the offscreen platform cannot show: the xcb plugin, window sizes, screenshots. Start the
    program as a child with DISPLAY set to this name and QT_QPA_PLATFORM set to "xcb".
    """
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("Xvfb is not installed (Debian package xvfb): no X server to show a window on")
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(write_end), "-screen", "0", XVFB_SCREEN, "-nolisten", "tcp"],
        pass_fds=(write_end,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as answer:
            # Xvfb writes the number once it takes connections, or closes the pipe when it fails.
            number = answer.readline().strip()
        if not number:
            pytest.fail(f"Xvfb did not start (exit code {server.wait(XVFB_START_SECONDS)})")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(XVFB_START_SECONDS)
