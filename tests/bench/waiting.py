"""How long the window of a form of 10,000 rows keeps its user waiting: the longest stretch of each action.

A timer that is due at once ticks whenever the window is free to take a key; the longest time between
two ticks, in seconds of the processor of the window's own thread, is what a person could feel. Work
that goes on in slices or beside the window is not felt, however long it takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.charts.page import ChartDialog
from tests.bench.forms import BIG
from tests.bench.harness import Benchmark, Budget, Factory, Rule, Unit
from tests.bench.typing_window import opened

_SETTLED_MILLISECONDS: Final = 400
_CONTROL: Final = Qt.KeyboardModifier.ControlModifier
Action = Callable[["Desk"], object]


class Watch:
    """Notes the longest stretch in which the event loop could not turn."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._last = self.worst = 0.0

    def over(self, action: Callable[[], object]) -> float:
        """The longest stretch during *action* and what follows it, in seconds."""
        self.worst, self._last = 0.0, time.thread_time()
        self._timer.start(0)
        action()
        QTest.qWait(_SETTLED_MILLISECONDS)
        self._tick()
        self._timer.stop()
        return self.worst

    def _tick(self) -> None:
        now = time.thread_time()
        self.worst, self._last = max(self.worst, now - self._last), now


class Desk:
    """The window with a full report of the large form, and hands on its keyboard."""

    def __init__(self, folder: Path) -> None:
        self.app, self.window = opened(folder, "big", "waiting")
        self.watch = Watch()
        self._written = folder / "written"
        dialogs = self.window.documents.dialogs
        dialogs.confirm = self._agree
        dialogs.save_path = self._path
        self._turn = 0

    @staticmethod
    def _agree(question: str, detail: str, yes: str, no: str = "") -> bool:
        return True

    def _path(self, title: str, proposed: Path, file_filter: str) -> Path:
        return self._written.with_suffix(proposed.suffix)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = _CONTROL) -> None:
        """Presses a key where the keyboard is."""
        sheet = self.window.sheets.current
        assert sheet is not None
        QTest.keyClick(QApplication.focusWidget() or sheet, key, modifiers)

    def do(self, name: str) -> None:
        """Chooses a command of the menu."""
        self.window.actions_[name].trigger()

    def open_again(self) -> None:
        """Closes the report and opens its file."""
        documents = self.window.documents
        documents.save()
        assert documents.document is not None and documents.document.path is not None
        path = documents.document.path
        documents.close()
        if not documents.open_file(path):
            raise RuntimeError("the report was to be opened again")

    def paste(self) -> None:
        """Pastes a figure into every cell, another one each time."""
        self._turn += 1
        figures = "\r\n".join(str((line + self._turn) % 97) for line in range(BIG))
        QGuiApplication.clipboard().setText(figures)
        self.key(Qt.Key.Key_Home)
        self.key(Qt.Key.Key_V)

    def search(self) -> None:
        """Looks for a row by the initials of its label."""
        self.do("find")
        QTest.keyClicks(self.window.search, "hjs")
        self.key(Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)

    def filter(self) -> None:
        """Shows the rows with findings, then all of them again."""
        self.do("show_findings")
        self.app.processEvents()
        self.do("show_all")

    def scroll(self) -> None:
        """Goes through the sheet from its end to its beginning."""
        sheet = self.window.sheets.current
        assert sheet is not None
        bar = sheet.verticalScrollBar()
        for place in range(bar.maximum(), 0, -bar.maximum() // 20):
            bar.setValue(place)
            self.app.processEvents()

    def charts(self) -> None:
        """Opens the charts, anew each time."""
        for dialog in self.window.findChildren(ChartDialog):  # pyright: ignore
            dialog.deleteLater()  # pyright: ignore
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self.window.outputs.show_charts()


ACTIONS: Final[dict[str, Action]] = {
    "open": Desk.open_again,
    "scroll": Desk.scroll,
    "Ctrl+A": lambda desk: desk.key(Qt.Key.Key_A),
    "copy": lambda desk: desk.key(Qt.Key.Key_C),
    "paste": Desk.paste,
    "undo": lambda desk: desk.do("undo"),
    "redo": lambda desk: desk.do("redo"),
    "review": lambda desk: desk.do("review"),
    "search": Desk.search,
    "filter": Desk.filter,
    "zoom": lambda desk: desk.do("zoom_in"),
    "charts": Desk.charts,
    "save": lambda desk: desk.window.documents.save(),
    "export": lambda desk: desk.window.documents.export(),
}


@cache
def _desk(folder: Path) -> Desk:
    return Desk(folder)


#: The seconds that the window may stand still, of the actions that a clerk waits for.
LIMITS: Final = {"open": 0.8, "paste": 0.4, "undo": 0.25, "redo": 0.25}


def waiting(name: str, action: Action) -> Factory:
    """Return a benchmark of the longest wait of an action; most have no budget but that it be known."""
    limit = LIMITS.get(name)

    def factory(folder: Path) -> Benchmark:
        desk = _desk(folder)
        return Benchmark(
            name=f"longest wait, {BIG:,} rows: {name}",
            unit=Unit.SECONDS,
            budget=Budget(Rule.AT_MOST, limit) if limit else Budget(Rule.TOLD, 0),
            ours=lambda: desk.watch.over(lambda: action(desk)),
            rounds=1,
        )

    factory.__name__ = f"wait_{name.replace('+', '_').lower()}"
    return factory


WAITING: Final = tuple(waiting(name, action) for name, action in ACTIONS.items())
