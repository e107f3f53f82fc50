"""The hold on one report's file while it is open here: who has it, and keeping it ours."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from core.storage.filesystem import FileSystem
from core.storage.lock import BEAT_SECONDS, Holder, Lock, acquire
from core.storage.station import Station
from gui.system.work import start_beside

#: How long closing a report waits for a network drive that does not answer.
_PATIENCE_SECONDS: Final = 2.0
#: How long opening waits for a command that is just saving the report.
_COMMAND_SECONDS: Final = 0.2


class Claim(QObject):
    """A report's file, claimed for this window; where another has it, the name of that one.

    The mark is renewed in another thread: a network drive that hangs must not stop the window.

    Signals:
        lost(): another window or computer took the file over; it is read-only from now on.
    """

    lost = Signal()

    def __init__(
        self, path: Path, station: Station, fs: FileSystem, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.path = path
        #: What there is to say about it; empty where all is as usual.
        self.remark = ""
        self._station = station
        self._fs = fs
        self._lock: Lock | None = None
        self._holder: Holder | None = None
        self._taken_over = False
        self._using_lock = threading.Lock()
        self._timer = QTimer(self)
        self._timer.setInterval(int(BEAT_SECONDS * 1000))
        self._timer.timeout.connect(self.renew)
        self.retry()

    @property
    def is_read_only(self) -> bool:
        """Whether somebody else has the file open: it is not to be written from here."""
        return self._holder is not None or self._taken_over

    @property
    def holder(self) -> str:
        """Who has the file open, as far as is known; empty where nobody else has."""
        if self._holder is not None:
            return str(self._holder)
        return "别的窗口或电脑" if self._taken_over else ""

    def retry(self) -> bool:
        """Tries to get the file, as it may have been closed elsewhere; whether it can be written."""
        if self._lock is not None and not self._taken_over:
            return True
        attempt = acquire(self.path, self._station, self._fs, patience=_COMMAND_SECONDS)
        self._lock, self._holder, self.remark = attempt.lock, attempt.holder, attempt.remark
        self._taken_over = False
        if self._lock is not None:
            self._timer.start()
        return not self.is_read_only

    def renew(self) -> None:
        """Renews the mark beside the window."""
        if self._lock is not None:
            start_beside(self._beat, self, self._beaten)

    def release(self) -> None:
        """Lets others have the file. A drive that does not answer is left with a mark that ages."""
        self._timer.stop()
        lock, self._lock = self._lock, None
        if lock is None or self._taken_over:
            return
        if self._using_lock.acquire(timeout=_PATIENCE_SECONDS):
            try:
                lock.release()
            finally:
                self._using_lock.release()

    def _beat(self) -> bool:
        with self._using_lock:
            # Released while this was waiting: renewing would put the mark back.
            lock = self._lock
            return lock is None or lock.beat()

    def _beaten(self, is_ours: bool) -> None:
        if is_ours or self._lock is None:
            return
        self._timer.stop()
        self._taken_over = True
        self.lost.emit()
