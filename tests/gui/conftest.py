"""Qt for the tests: the offscreen platform unless asked otherwise, quiet, and with Chinese fonts."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

# Set before Qt is loaded; `QT_QPA_PLATFORM=xcb pytest` still shows the windows.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if sys.platform == "win32":
    # The offscreen platform reads fonts from a folder there, and has none of its own.
    os.environ.setdefault("QT_QPA_FONTDIR", str(Path(os.environ["WINDIR"]) / "Fonts"))


@pytest.fixture(autouse=True, scope="session")
def runtime_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give Qt a private folder for its sockets; without one it warns, and a warning fails a test."""
    if "XDG_RUNTIME_DIR" not in os.environ:
        folder = tmp_path_factory.mktemp("runtime")
        folder.chmod(0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(folder)


@pytest.fixture(autouse=True, scope="session")
def emptied_clipboard(qapp: QApplication) -> Iterator[None]:
    """Empty the clipboard at the end: offscreen, Qt holds what was copied until Python has gone."""
    yield
    qapp.clipboard().clear()


# After the platform is chosen: these load Qt.
from tests.gui.window.fixtures import (  # noqa: E402, F401
    catalog,
    dialogs,
    figures_2018,
    saved_report,
    settings,
    stored,
    window,
)
