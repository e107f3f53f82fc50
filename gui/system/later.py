"""Something to be done once, a moment later."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def later(owner: QObject, do: Callable[[], object], milliseconds: int = 0) -> None:
    """Calls *do* after so long, unless *owner* has gone by then.

    Not ``QTimer.singleShot(…, owner, do)``: PySide 6.8 drops what *do* raises there, and a defect
    would pass without a word.
    """
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.timeout.connect(do)
    timer.timeout.connect(timer.deleteLater)
    timer.start(milliseconds)
