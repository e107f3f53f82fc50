"""The window of the other tests, and somebody who answers one dialog after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

Kind = TypeVar("Kind", bound=QDialog)
_MOST_LOOKS = 500


class Clerk:
    """Does what was arranged as each dialog comes up; a dialog that does not come fails the test."""

    def __init__(self) -> None:
        self._planned: list[tuple[type[QDialog], Callable[..., object]]] = []
        self._done: list[QDialog] = []
        self._looks = 0
        self.failure: BaseException | None = None
        self._timer = QTimer()
        self._timer.setInterval(15)
        self._timer.timeout.connect(self._look)

    def will(self, kind: type[Kind], act: Callable[[Kind], object]) -> None:
        """Once a dialog of that kind is up, *act* on it; it has to be left by that."""
        self._planned.append((kind, act))
        self._timer.start()

    @property
    def is_done(self) -> bool:
        """Whether everything arranged has happened."""
        return not self._planned

    def stop(self) -> None:
        """Looks no further."""
        self._timer.stop()

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if not self._planned:
            self._timer.stop()
            return
        kind, act = self._planned[0]
        # What was answered may still be up while it is leaving.
        if not isinstance(dialog, kind) or any(dialog is seen for seen in self._done):
            self._looks += 1
            if self._looks > _MOST_LOOKS and isinstance(dialog, QDialog):
                self._fail(dialog, LookupError(f"{kind.__name__} did not come"))
            return
        self._looks = 0
        self._planned.pop(0)
        self._done.append(dialog)
        try:
            act(dialog)
        except BaseException as error:
            self._fail(dialog, error)

    def _fail(self, dialog: QDialog, error: BaseException) -> None:
        self.failure = self.failure or error
        self._planned.clear()
        dialog.reject()


@pytest.fixture
def clerk() -> Iterator[Clerk]:
    made = Clerk()
    yield made
    made.stop()
    if made.failure is not None:
        raise made.failure
    assert made.is_done, "a dialog that was to be answered did not come"
