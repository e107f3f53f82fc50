"""Long work in slices: the window goes on living, and the user can break it off."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QProgressDialog, QWidget

#: Work at most this long before the window may paint and take keys again: half a frame.
_SLICE_SECONDS: Final = 0.008
#: Work shorter than this shows no progress; a dialog that flashes up helps nobody.
_QUIET_MILLISECONDS: Final = 500

T = TypeVar("T")


def finished(steps: Generator[None, None, T]) -> T:
    """Runs *steps* to their end in one go; what they return."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


class Sliced(QObject, Generic[T]):
    """Runs *steps* a few milliseconds at a time, until they end, fail or are broken off.

    ``done`` gets what they return. ``failed`` gets an exception, which is otherwise raised.
    The steps are closed in any case, so that their ``finally`` clauses are run.
    """

    def __init__(
        self,
        steps: Generator[None, None, T],
        text: str,
        parent: QWidget,
        done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        super().__init__(parent)
        self._steps = steps
        self._done = done
        self._failed = failed
        self._progress = QProgressDialog(text, "取消", 0, 0, parent)
        self._progress.setWindowTitle("公开年报")
        self._progress.setWindowModality(Qt.WindowModality.WindowModal)
        self._progress.setMinimumDuration(_QUIET_MILLISECONDS)
        self._progress.setAutoClose(False)
        self._progress.canceled.connect(self.cancel)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)
        self._timer.start()

    def cancel(self) -> None:
        """Breaks the work off; nobody is told."""
        if self._timer.isActive():
            self._end()

    def _slice(self) -> None:
        until = time.perf_counter() + _SLICE_SECONDS
        try:
            while time.perf_counter() < until:
                next(self._steps)
            self._progress.setValue(0)
        except StopIteration as stop:
            self._end()
            self._done(stop.value)
        except Exception as error:
            self._end()
            if self._failed is None:
                raise
            self._failed(error)

    def _end(self) -> None:
        self._timer.stop()
        self._steps.close()
        self._progress.canceled.disconnect(self.cancel)
        self._progress.close()
        self._progress.deleteLater()
        self.deleteLater()
