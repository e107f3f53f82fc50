"""Work beside the window: a function runs in another thread, what it returns comes back to this one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

T = TypeVar("T")


class _Messenger(QObject):
    """Lives in the window's thread; what its signals carry arrives there."""

    returned = Signal(object)
    raised = Signal(object)


class Background(QRunnable, Generic[T]):
    """Runs *work* in a thread of the pool; then ``done`` or ``failed`` is called in the window's.

    ``work`` touches nothing that the window may change meanwhile. Where ``owner`` has gone by then
    nobody is called.
    """

    def __init__(
        self,
        work: Callable[[], T],
        owner: QObject,
        done: Callable[[T], object],
        failed: Callable[[Exception], object],
    ) -> None:
        super().__init__()
        self._work = work
        self._messenger = _Messenger(owner)
        self._messenger.returned.connect(done)
        self._messenger.raised.connect(failed)

    def start(self) -> None:
        """Begins as soon as a thread is free."""
        QThreadPool.globalInstance().start(self)

    def run(self) -> None:
        """Called by the pool, in its thread."""
        try:
            result = self._work()
        except Exception as error:
            self._tell(self._messenger.raised.emit, error)
        else:
            self._tell(self._messenger.returned.emit, result)

    @staticmethod
    def _tell(emit: Callable[[object], None], what: object) -> None:
        try:
            emit(what)
        except RuntimeError:
            # Qt says so where the owner, and the messenger with it, was deleted meanwhile.
            return
