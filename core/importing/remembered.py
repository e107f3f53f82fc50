"""Decisions made by hand about a file, kept for the next file laid out alike.

One JSON file in the user's data folder, keyed by ``Match.shape``::

    {"format": 1, "shapes": {SHAPE: {"TABLE:ROW:COLUMN": CELL or null}}}

A decision that cannot be read or kept costs a clerk some clicks, a wrong one a wrong figure: what
is damaged counts as not there, and whoever applies a decision says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from core.storage import jsontext
from core.storage.durable import write_durably
from core.storage.filesystem import FileSystem

_FORMAT: Final = 1
#: Offices have a handful of layouts; beyond this the one decided about longest ago is dropped.
MAX_SHAPES: Final = 200
_MAX_BYTES: Final = 4 * 1024 * 1024

_SHAPE: Final = re.compile(r"[0-9a-f]{64}")
_PLACE: Final = re.compile(r"\d{1,7}:\d{1,7}:\d{1,7}", re.ASCII)
#: No form has longer cell keys.
_MAX_KEY: Final = 200

Decisions = dict[str, str | None]


class RememberedDecisions:
    """The decisions in the file at *path*, read anew each time: another window may have added some."""

    def __init__(self, path: Path, fs: FileSystem | None = None) -> None:
        self._path = path
        self._fs = fs or FileSystem()

    def of(self, shape: str) -> Decisions:
        """What was decided for files of that shape; empty where nothing was."""
        return self._read().get(shape, {}) if shape else {}

    def remember(self, shape: str, decided: Mapping[str, str | None]) -> None:
        """Keeps what was decided for that shape; nothing decided forgets it.

        Raises :class:`NianbaoError` where the file cannot be written.
        """
        known = self._read()
        before = known.pop(shape, None)
        if decided and shape:
            known[shape] = dict(decided)
        if before == (dict(decided) or None):
            return
        newest = list(known.items())[-MAX_SHAPES:]
        shapes: jsontext.JsonObject = {name: dict[str, jsontext.Json](d) for name, d in newest}
        text = jsontext.pretty({"format": _FORMAT, "shapes": shapes})
        self._fs.make_folder(self._path.parent)
        write_durably(self._path, text.encode("utf-8"), self._fs)

    def forget(self, shape: str) -> None:
        """Forgets what was decided for that shape. Raises as :meth:`remember` does."""
        self.remember(shape, {})

    def _read(self) -> dict[str, Decisions]:
        try:
            parsed = jsontext.parse(self._fs.read(self._path, _MAX_BYTES), _MAX_BYTES)
        except (OSError, jsontext.JsonFault):
            return {}
        if not isinstance(parsed, dict) or parsed.get("format") != _FORMAT:
            return {}
        shapes = parsed.get("shapes")
        if not isinstance(shapes, dict):
            return {}
        return {shape: _decisions(raw) for shape, raw in shapes.items() if _SHAPE.fullmatch(shape)}


def _decisions(raw: jsontext.Json) -> Decisions:
    found: Decisions = {}
    for place, key in raw.items() if isinstance(raw, dict) else ():
        if not _PLACE.fullmatch(place):
            continue
        if key is None:
            found[place] = None
        elif isinstance(key, str) and len(key) <= _MAX_KEY and key.isprintable():
            found[place] = key
    return found
