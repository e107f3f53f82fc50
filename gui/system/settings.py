"""What the program remembers between starts: an INI file in the user's data folder."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, cast, get_args

from PySide6.QtCore import QByteArray, QSettings

from core.system.folders import is_folder

#: 跟随系统, 浅色, 深色.
Appearance = Literal["system", "light", "dark"]

MAX_RECENT: Final = 10
ZOOM_STEPS: Final = (80, 90, 100, 110, 125, 150, 175, 200)


class Settings:
    """The remembered choices, each with a default that suits a first start.

    A value that is missing or damaged counts as its default: settings never stand in the way of
    opening a report.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with suppress(OSError):  # nothing is remembered then
            folder.mkdir(parents=True, exist_ok=True)
        self._store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)

    # -- files --------------------------------------------------------------------------------

    @property
    def recent(self) -> list[Path]:
        """The files opened or saved last, the latest first; they may have vanished since."""
        try:
            names = json.loads(self._text("files/recent", "[]"))
        except ValueError:
            return []
        if not isinstance(names, list):
            return []
        return [Path(name) for name in names if isinstance(name, str) and name][:MAX_RECENT]

    def add_recent(self, path: Path) -> None:
        """Puts *path* first among the recent files."""
        path = path.absolute()
        self._write_recent([path, *(known for known in self.recent if known != path)])

    def forget_recent(self, path: Path) -> None:
        """Takes *path* off the recent files."""
        self._write_recent([known for known in self.recent if known != path])

    def _write_recent(self, paths: list[Path]) -> None:
        names = [str(path) for path in paths[:MAX_RECENT]]
        self._store.setValue("files/recent", json.dumps(names, ensure_ascii=False))

    def folder_for(self, purpose: str) -> str:
        """The folder last used for *purpose* (``open``, ``save``, ``import``, ``export``) or ``""``."""
        folder = self._text(f"folders/{purpose}", "")
        return folder if folder and is_folder(Path(folder)) else ""

    def remember_folder(self, purpose: str, path: Path) -> None:
        """Remembers the folder of *path* for *purpose*."""
        self._store.setValue(f"folders/{purpose}", str(path.absolute().parent))

    # -- the window ---------------------------------------------------------------------------

    @property
    def zoom(self) -> int:
        """Size of the sheet in percent, 80 to 200."""
        try:
            zoom = int(self._text("window/zoom", "100"))
        except ValueError:
            return 100
        return min(max(zoom, ZOOM_STEPS[0]), ZOOM_STEPS[-1])

    @zoom.setter
    def zoom(self, percent: int) -> None:
        self._store.setValue("window/zoom", str(percent))

    @property
    def appearance(self) -> Appearance:
        """Light, dark or as the system."""
        text = self._text("window/appearance", "system")
        return cast(Appearance, text) if text in get_args(Appearance) else "system"

    @appearance.setter
    def appearance(self, appearance: Appearance) -> None:
        self._store.setValue("window/appearance", appearance)

    def flag(self, name: str, default: bool) -> bool:
        """A yes or no remembered under *name*."""
        return self._text(f"window/{name}", "1" if default else "0") == "1"

    def set_flag(self, name: str, value: bool) -> None:
        """Remembers a yes or no under *name*."""
        self._store.setValue(f"window/{name}", "1" if value else "0")

    def text(self, name: str, default: str = "") -> str:
        """A text remembered under *name*, such as an address or a printer."""
        return self._text(f"choices/{name}", default)

    def set_text(self, name: str, value: str) -> None:
        """Remembers a text under *name*."""
        self._store.setValue(f"choices/{name}", value)

    def layout(self, screen: str, part: str) -> QByteArray:
        """The saved geometry or splitter state of *part* on *screen* (``1366x768``); may be empty."""
        value = self._store.value(f"layout_{screen}/{part}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def save_layout(self, screen: str, part: str, state: QByteArray) -> None:
        """Keeps the geometry or state of *part* on *screen*."""
        self._store.setValue(f"layout_{screen}/{part}", state)

    def sync(self) -> None:
        """Writes what is not on disk yet."""
        self._store.sync()

    def _text(self, key: str, default: str) -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default
