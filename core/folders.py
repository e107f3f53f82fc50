"""Where the program keeps its own things, and an office its forms."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

APP_NAME: Final = "公开年报"
#: Names another folder for everything below; tests and portable copies use it.
HOME_VARIABLE: Final = "NIANBAO_HOME"


def data_folder() -> Path:
    """The folder for journals, backups, logs and settings. It may not exist yet."""
    chosen = os.environ.get(HOME_VARIABLE)
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


def own_forms_folder() -> Path:
    """The folder in which an office puts forms of its own."""
    return data_folder() / "forms"
