"""What happens when the program itself fails: a log, a plain dialog, and a package for whoever helps.

The log and the package hold versions and where in the program it failed; never a figure, a name or
the path of a report. That is why local variables are left out and messages are kept short.
"""

from __future__ import annotations

import faulthandler
import io
import logging
import os
import re
import sys
import threading
import time
import traceback
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import IO, Final, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtWidgets import QApplication

from core import __version__
from core.storage.durable import write_durably
from core.storage.station import process_started

LOG_NAME: Final = "公开年报.log"
#: What the last hard crash left; the one being written while the program runs ends in its process.
CRASH_NAME: Final = "意外中止.log"
_RUNNING: Final = "意外中止-{pid}.running"
_LOG_BYTES: Final = 512 * 1024
_LOG_FILES: Final = 3
#: A failure that comes back at once, as in painting, is not said again while the dialog is closing.
_SILENT_SECONDS: Final = 5.0

_log = logging.getLogger("nianbao")


class Failure(NamedTuple):
    """What to tell the user: what happened and where the work is safe."""

    what: str
    sentence: str


#: What is said of an open report that is in its journal; without one :class:`Failures` says otherwise.
UNEXPECTED: Final = Failure(
    "程序遇到了没有料到的问题",
    "刚才的操作可能没有完成。报表仍然开着，每一步改动都已写进恢复记录；"
    "请先用“另存为”保存一份，再重新打开程序。",
)
_LAST_TIME: Final = Failure(
    "程序上次意外中止了",
    "上次填的内容在恢复记录里，没有保存的会在下面一步列出来，由您决定是否恢复。",
)


_NOT_STARTED: Final = Failure(
    "公开年报没有能够启动",
    "启动时遇到了没有料到的问题，您的报表文件没有改动。请再启动一次；"
    "仍然不行的，请把文件夹“{folder}”里的记录交给技术人员。",
)
#: The folders in front of a file's name, in a line that tells where in the program it failed.
_FOLDERS: Final = re.compile(rb'(File ")[^"\n]*[\\/]')


class _Messenger(QObject):
    """Lives in the window's thread; what another thread reports arrives there."""

    failed = Signal(object)


class _Log(logging.FileHandler):
    """A log that puts itself aside when it has grown too large, also in the middle of a run.

    logging.handlers does it too, but takes the socket library along, which the installed program
    does not have. What cannot be written is left out: the log must never be in the way.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a record."""
        try:
            if self.stream is not None and self.stream.tell() > _LOG_BYTES:
                self.close()
                _rotate(Path(self.baseFilename))
        except (OSError, ValueError):
            return
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Leaves out what cannot be written."""


class Recorder:
    """Writes what went wrong into the data folder and tells the user through *show*."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "logs"
        self.show: Callable[[Failure], None] | None = None
        #: Whether the last run ended in a hard crash, which nobody has been told of yet.
        self.crashed_before = False
        self._showing = False
        self._last = ("", 0.0)
        self._handler: logging.Handler | None = None
        self._crash_file: IO[str] | None = None
        self._messenger: _Messenger | None = None
        self._hooks = sys.excepthook, threading.excepthook

    def install(self) -> None:
        """Begins recording; without a writable folder the program runs on without a log."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _rotate(self.folder / LOG_NAME, _LOG_BYTES)
            self._handler = _Log(self.folder / LOG_NAME, encoding="utf-8")
            self.crashed_before = self._take_crashes()
            running = self.folder / _RUNNING.format(pid=os.getpid())
            self._crash_file = running.open("w", encoding="utf-8")
            faulthandler.enable(self._crash_file)
        except OSError:
            self._handler = self._handler or logging.NullHandler()
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        _log.addHandler(self._handler)
        _log.setLevel(logging.INFO)
        _log.propagate = False
        _log.info("start: %s", " | ".join(versions()))
        if self.crashed_before:
            _log.error("the last run ended in a crash, see %s", CRASH_NAME)
        self._messenger = _Messenger()
        self._messenger.failed.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._hooks = sys.excepthook, threading.excepthook
        sys.excepthook = self.unexpected
        threading.excepthook = self._unexpected_in_thread

    def remove(self) -> None:
        """Ends recording, as at the end of the program."""
        sys.excepthook, threading.excepthook = self._hooks
        self._messenger = None
        if self._handler is not None:
            _log.removeHandler(self._handler)
            self._handler.close()
        if self._crash_file is not None:
            faulthandler.disable()
            self._crash_file.close()
            with suppress(OSError):  # an empty one is removed at the next start
                Path(self._crash_file.name).unlink()

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
        text = _trace_text(kind, error, trace)
        _log.error("unexpected: %s", text)
        if sys.stderr is not None:
            sys.__excepthook__(kind, error, trace)
        # The same place, by whatever way: painting comes from many sides.
        place = f"{kind.__name__} {text.rpartition(chr(10))[2]}"
        before, when = self._last
        if place == before and time.monotonic() - when < _SILENT_SECONDS:
            return
        self._tell(UNEXPECTED)
        self._last = (place, time.monotonic())

    def attempt(self, step: Callable[[], object]) -> None:
        """One of several steps: what fails in it is told, and the next ones are taken all the same."""
        try:
            step()
        except Exception as error:
            self.unexpected(type(error), error, error.__traceback__)

    def not_started(self, error: Exception) -> None:
        """Notes what kept the window from being made, and says so without it."""
        _log.error("not started: %s", _trace_text(type(error), error, error.__traceback__))
        if sys.stderr is not None:
            sys.__excepthook__(type(error), error, error.__traceback__)
        _say_plainly(
            _NOT_STARTED._replace(sentence=_NOT_STARTED.sentence.format(folder=self.folder))
        )

    def tell_of_last_crash(self) -> None:
        """Tells of a hard crash of the last run, once."""
        if self.crashed_before:
            self.crashed_before = False
            self._tell(_LAST_TIME)

    def package(self, path: Path, names: Sequence[str] = ()) -> None:
        """Writes the diagnostic package (诊断包) to *path*. Raises :class:`NianbaoError`.

        *names*: what the user agreed to tell of the open report, such as its file's name. Folders
        are left out of the logs: they lie under the account's name.
        """
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("说明.txt", "\n".join((*versions(), f"{datetime.now():%F %T}", "")))
            if names:
                archive.writestr("报表.txt", "\n".join((*names, "")))
            for file in sorted(self.folder.glob("*.log*")):
                with suppress(OSError):  # the rest is of use without it
                    archive.writestr(file.name, _FOLDERS.sub(rb"\1", file.read_bytes()))
        write_durably(path, content.getvalue())

    def _unexpected_in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        """Notes what failed beside the window; it is told in the window's thread."""
        error = arguments.exc_value
        if error is None or isinstance(error, SystemExit):
            return
        text = _trace_text(arguments.exc_type, error, arguments.exc_traceback)
        _log.error("unexpected in a thread: %s", text)
        if sys.stderr is not None:
            sys.__excepthook__(arguments.exc_type, error, arguments.exc_traceback)
        if self._messenger is not None:
            self._messenger.failed.emit(UNEXPECTED)

    def _tell(self, failure: Failure) -> None:
        if self.show is None or self._showing:
            return
        self._showing = True
        try:
            self.show(failure)
        except Exception as error:
            # The dialog failed as well, or what it led to: nobody else would say anything.
            _log.error("while telling: %s", _trace_text(type(error), error, error.__traceback__))
            _say_plainly(failure)
        finally:
            self._showing = False

    def _take_crashes(self) -> bool:
        """Puts what crashed runs left where the package finds it; whether there was any.

        A run that ended as it should removes its file. What is left is of one that is still
        running, that was killed (empty), or that crashed.
        """
        found = False
        for file in sorted(self.folder.glob(_RUNNING.format(pid="*"))):
            number = file.stem.rpartition("-")[2]
            if number.isdigit() and process_started(int(number)) is not None:
                continue
            if file.stat().st_size:
                found = True
                _rotate(self.folder / CRASH_NAME, 1)
                file.replace(self.folder / CRASH_NAME)
            else:
                file.unlink()
        return found


def _say_plainly(failure: Failure) -> None:
    """Says it with nothing of ours but a message box."""
    from PySide6.QtWidgets import QMessageBox

    if QApplication.instance() is not None:
        QMessageBox.critical(None, "公开年报", "\n\n".join(failure))


def _rotate(log: Path, limit: int = 0) -> None:
    """Puts a log that has grown to *limit* bytes aside, and forgets the oldest one put aside."""
    if not log.exists() or log.stat().st_size < limit:
        return
    aside = [log, *(log.with_name(f"{log.name}.{number}") for number in range(1, _LOG_FILES + 1))]
    for older, newer in reversed(list(pairwise(aside))):
        if older.exists():
            older.replace(newer)


def versions() -> list[str]:
    """Versions of the program and of what it runs on."""
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
