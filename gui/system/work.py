"""Long work: in a thread of its own, while the window lives.

:func:`run_beside` waits for what the work returns, and shows a dialog with a way out where that takes
long; :func:`start_beside` does not wait, and calls back. Work touches nothing that the window may
change meanwhile: a report goes to it as a copy.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout
from PySide6.QtWidgets import QWidget as Widget

Result = TypeVar("Result")

#: Work that is done sooner shows no dialog: one that only flashes says nothing.
PATIENCE_SECONDS: Final = 0.25
#: How often the dialog looks how far the work has come.
_LOOK_MILLISECONDS: Final = 100


class Stopped(Exception):
    """Ends work that the user has called off."""


class Progress:
    """How far a piece of work has come, told by the work and read by the window."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self.stopped = False

    def tell(self, done: int, total: int) -> None:
        """Notes that *done* of *total* steps are done. Raises :class:`Stopped` if it was called off."""
        self.done, self.total = done, total
        if self.stopped:
            raise Stopped


class _Job(QObject, Generic[Result]):
    """One piece of work in a thread of its own; ``ended`` arrives in the thread that made it.

    The thread is a daemon: work that was cancelled, or hangs on a drive that is gone, must not keep
    the program from ending.
    """

    ended = Signal()

    def __init__(self, work: Callable[[], Result], owner: QObject | None = None) -> None:
        super().__init__(owner)
        self._work = work
        self.result: Result | None = None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True, name="work")

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def is_done_within(self, seconds: float) -> bool:
        """Waits for the work; whether it is done."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.result = self._work()
        except BaseException as error:
            # Whatever it is, it belongs to whoever asked for the work, not to this thread.
            self.error = error
        try:
            self.ended.emit()
        except RuntimeError:
            # Qt says so where the owner, and the job with it, was deleted meanwhile.
            return


class _Errand(_Job[Result]):
    """A job that nobody waits for."""

    def __init__(
        self, work: Callable[[], Result], owner: QObject, done: Callable[[Result], object]
    ) -> None:
        super().__init__(work, owner)
        self._done = done
        self.ended.connect(self._arrived)

    def _arrived(self) -> None:
        self.deleteLater()
        if self.error is not None:
            raise self.error
        self._done(self.result)  # type: ignore[arg-type]  # None only where Result is


class WaitDialog(QDialog):
    """Says what is being done and, where that is known, how far it has come, with a way out."""

    def __init__(
        self, sentence: str, parent: Widget | None, progress: Progress | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("公开年报")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(380)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.cancel_button = QPushButton("取消", self)
        # Enter must not throw the work away; Esc does.
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 18, 20, 16)
        whole.setSpacing(14)
        whole.addWidget(QLabel(sentence, self))
        whole.addWidget(self.bar)
        whole.addLayout(row)
        if progress is not None:
            timer = QTimer(self)
            timer.timeout.connect(lambda: self._look(progress))
            timer.start(_LOOK_MILLISECONDS)

    def _look(self, progress: Progress) -> None:
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)


def run_beside(
    sentence: str,
    work: Callable[[], Result],
    parent: Widget | None,
    progress: Progress | None = None,
) -> Result | None:
    """What *work* returns; ``None`` where the user cancelled. Raises what *work* raises.

    What is cancelled ends where it next tells its *progress*; without one it runs to its end unseen
    (readers work under limits of time and memory), and its result is dropped.
    """
    job = _Job(work)
    job.start()
    if not job.is_done_within(PATIENCE_SECONDS):
        dialog = WaitDialog(sentence, parent, progress)
        job.ended.connect(dialog.accept)
        # It may have ended while the dialog was being made.
        accepted = job.is_done_within(0) or dialog.exec() == QDialog.DialogCode.Accepted
        job.ended.disconnect(dialog.accept)
        dialog.deleteLater()
        if not accepted:
            if progress is not None:
                progress.stopped = True
            return None
    if job.error is not None:
        raise job.error
    return job.result


def start_beside(
    work: Callable[[], Result], owner: QObject, done: Callable[[Result], object]
) -> None:
    """Starts *work*; *done* gets what it returns, in this thread, unless *owner* has gone by then.

    What *work* raises is raised in this thread's event loop.
    """
    _Errand(work, owner, done).start()
