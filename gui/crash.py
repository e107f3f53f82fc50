"""What happens when the program itself fails: a log, a plain dialog, and a package for whoever helps.

The log and the package hold versions and where in the program it failed; never a figure, a name or
the path of a report. That is why local variables are left out and messages are kept short.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from core import __version__

LOG_NAME: Final = "公开年报.log"
CRASH_NAME: Final = "意外中止.log"
_LOG_BYTES: Final = 512 * 1024
_LOG_FILES: Final = 3

_log = logging.getLogger("nianbao")


class Recorder:
    """Writes what went wrong into the data folder and tells the user through *show*."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "logs"
        self.show: Callable[[str], None] | None = None
        self._showing = False
        self._handler: logging.Handler | None = None
        self._crash_file: IO[str] | None = None

    def install(self) -> None:
        """Begins recording; without a writable folder the program runs on without a log."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _rotate(self.folder / LOG_NAME)
            self._handler = logging.FileHandler(self.folder / LOG_NAME, encoding="utf-8")
            self._crash_file = (self.folder / CRASH_NAME).open("a", encoding="utf-8")
            faulthandler.enable(self._crash_file)
        except OSError:
            self._handler = logging.NullHandler()
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        _log.addHandler(self._handler)
        _log.setLevel(logging.INFO)
        _log.propagate = False
        _log.info("start: %s", " | ".join(versions()))
        sys.excepthook = self.unexpected

    def remove(self) -> None:
        """Ends recording, as at the end of the program."""
        sys.excepthook = sys.__excepthook__
        if self._handler is not None:
            _log.removeHandler(self._handler)
            self._handler.close()
        if self._crash_file is not None:
            faulthandler.disable()
            self._crash_file.close()

    def unexpected(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Notes an exception nobody caught and tells the user once at a time."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.error("unexpected: %s", _trace_text(kind, error, trace))
        if sys.stderr is not None:
            sys.__excepthook__(kind, error, trace)
        if self.show is None or self._showing:
            return
        self._showing = True
        try:
            self.show(
                "程序遇到了没有料到的问题，刚才的操作可能没有完成。"
                "报表仍然开着，请先用“另存为”保存一份，再重新打开程序。"
            )
        finally:
            self._showing = False

    def package(self, path: Path) -> None:
        """Writes the diagnostic package (诊断包) to *path*. Raises ``OSError``."""
        import zipfile

        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("说明.txt", "\n".join((*versions(), f"{datetime.now():%F %T}", "")))
            for file in sorted(self.folder.glob("*.log*")):
                archive.writestr(file.name, file.read_bytes())


def _rotate(log: Path) -> None:
    """Puts a log that has grown too large aside, and forgets the oldest one put aside.

    Done once at the start, as a run writes few lines; logging.handlers does it too, but takes the
    socket library along, which the installed program does not have.
    """
    if not log.exists() or log.stat().st_size < _LOG_BYTES:
        return
    aside = [log, *(log.with_name(f"{log.name}.{number}") for number in range(1, _LOG_FILES + 1))]
    for older, newer in reversed(list(pairwise(aside))):
        if older.exists():
            older.replace(newer)


def versions() -> list[str]:
    """Versions of the program and of what it runs on."""
    from PySide6.QtCore import qVersion

    return [
        f"公开年报 {__version__}",
        f"Python {sys.version.split()[0]}",
        f"Qt {qVersion()}",
        f"{sys.platform} {'frozen' if getattr(sys, 'frozen', False) else 'source'}",
    ]


def _trace_text(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> str:
    """Where it failed: file names without folders, lines and functions; no text of the message.

    An exception's message may quote what a clerk typed, so only its class is kept.
    """
    lines = [
        f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]
    cause = error.__cause__ or error.__context__
    because = f" because of {type(cause).__name__}" if cause is not None else ""
    return "\n".join([f"{kind.__name__}{because}", *lines])
