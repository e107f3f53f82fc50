"""Where the program keeps its own things, and an office its forms."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

APP_NAME: Final = "公开年报"
#: Names another folder for everything below; tests use it.
HOME_VARIABLE: Final = "NIANBAO_HOME"


#: A folder of this name beside the unzipped program takes the user's data, as on a USB stick.
CARRIED_FOLDER: Final = "公开年报数据"


def is_file(path: Path) -> bool:
    """Whether *path* is a file; no where that cannot be told: no permission, no network."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file() raises then


def is_folder(path: Path) -> bool:
    """Whether *path* is a folder; no where that cannot be told."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir() raises then


def data_folder() -> Path:
    """The folder for journals, backups, logs and settings. It may not exist yet."""
    chosen = os.environ.get(HOME_VARIABLE)
    if chosen:
        return Path(chosen)
    if getattr(sys, "frozen", False):
        carried = Path(sys.executable).parent / CARRIED_FOLDER
        if carried.is_dir():
            return carried
    import platformdirs

    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


def own_forms_folder() -> Path:
    """The folder in which an office puts forms of its own."""
    return data_folder() / "forms"
