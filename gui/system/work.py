"""Long work beside the window: it shows that something is being done and can be cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout
from PySide6.QtWidgets import QWidget as Widget

Result = TypeVar("Result")

#: Work that is done sooner shows no dialog: one that only flashes says nothing.
PATIENCE_SECONDS: Final = 0.25


class _Job(QObject, Generic[Result]):
    """One piece of work in a thread of its own.

    The thread is a daemon: work that was cancelled and does not end must not keep the program
    from ending.
    """

    done = Signal()

    def __init__(self, work: Callable[[], Result]) -> None:
        super().__init__()
        self._work = work
        self.result: Result | None = None
        self.error: BaseException | None = None
        self.cancelled = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="work")
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
        if not self.cancelled:
            self.done.emit()


class WaitDialog(QDialog):
    """Says what is being done, with a way out."""

    def __init__(self, sentence: str, parent: Widget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("公开年报")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(380)
        bar = QProgressBar(self)
        bar.setRange(0, 0)
        bar.setTextVisible(False)
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
        whole.addWidget(bar)
        whole.addLayout(row)


def run_beside(sentence: str, work: Callable[[], Result], parent: Widget | None) -> Result | None:
    """What *work* returns; ``None`` where the user cancelled. Raises what *work* raises.

    *work* runs in another thread and must not touch the window. What is cancelled runs to its end
    unseen (readers work under limits of time and memory) and its result is dropped.
    """
    job = _Job(work)
    if not job.is_done_within(PATIENCE_SECONDS):
        dialog = WaitDialog(sentence, parent)
        job.done.connect(dialog.accept)
        # It may have ended while the dialog was being made.
        accepted = job.is_done_within(0) or dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        if not accepted:
            job.cancelled = True
            return None
    if job.error is not None:
        raise job.error
    return job.result
