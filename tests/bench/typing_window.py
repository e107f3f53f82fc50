"""What one key that sets a figure costs in the whole window, opened on a file and panes and all.

`typing_cells` measures the sheet; here everything takes part that does when a clerk types: title,
undo, journal, current cell, help. The panes follow a moment after the last key, so that typing does
not wait for them; what they take then is measured on its own, for the next key may meet it.
In seconds of the processor of all threads.
"""

from __future__ import annotations

import atexit
import random
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.storage.files import save_report
from gui.failures.recorder import Recorder
from gui.look.style import Theme
from gui.report.documents import Documents
from gui.sheet.view import SheetView
from gui.system.settings import Settings
from gui.widgets.dialogs import Dialogs
from gui.window.window import MainWindow
from tests.bench.checking import HALF_A_PICTURE, full_report, p99
from tests.bench.forms import BIG, CN_2014, CN_2021, catalog, checks
from tests.bench.harness import Benchmark, Budget, Factory, Rule, Unit
from tests.bench.typing_cells import application

NAMES = {CN_2014: "71 cells", CN_2021: "200 cells", "big": f"{BIG:,} cells"}


def opened(folder: Path, form_id: str, purpose: str) -> tuple[QApplication, MainWindow]:
    """Return the program's window with a full report open that is full of findings.

    A file for each *purpose*: one that another window has open is asked about first.
    """
    app = application()
    file = folder / f"{purpose}-{form_id}.nianbao"
    save_report(full_report(checks(folder, form_id)), file)
    settings = Settings(folder / f"{purpose}-settings-{form_id}")
    settings.set_flag("tour_seen", True)
    known = catalog(folder)
    window = MainWindow(
        settings,
        Theme(app, "light"),
        lambda parent: Documents(known, settings, Dialogs(parent), parent),
        Recorder(settings.folder),
    )
    window.setWindowState(Qt.WindowState.WindowNoState)  # the screen here is a small one
    window.resize(1366, 768)
    window.show()
    QTest.qWaitForWindowExposed(window)
    window.activateWindow()
    if not window.documents.open_file(file):
        raise RuntimeError("the report was to be opened")
    QTest.qWait(300)
    atexit.register(_end, window)
    return app, window


def _end(window: MainWindow) -> None:
    """Takes the window down before the application object, as the program itself does."""
    window.actions_.set_undo_stack(None)
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


class Painted(QObject):
    """Counts how often the sheet is drawn, so that no key is measured that nobody sees."""

    def __init__(self, sheet: SheetView) -> None:
        super().__init__(sheet)
        self.times = 0
        sheet.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Counts."""
        self.times += event.type() == QEvent.Type.Paint
        return False


class Typist:
    """Types figure after figure: a digit opens the cell, Enter sets, checks, moves on."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        self._app = app
        self._window = window
        self._figures = random.Random(1)
        sheet = window.sheets.current
        assert sheet is not None
        self._painted = {sheet: Painted(sheet)}
        #: Seconds of the clock of each key, beside those of the processor.
        self.clock: list[float] = []

    def figure(self) -> float:
        """Types one figure; the seconds of the slower of its two keys, until the sheet is drawn."""
        document, sheet = self._window.documents.document, self._window.sheets.current
        assert document is not None and sheet is not None
        digit = self._figures.choice("123456789")
        opening = self._press(sheet, digit)
        key = sheet.current_key()
        setting = self._press(sheet, Qt.Key.Key_Return)
        if key is None or document.session.value(key) != int(digit):
            raise RuntimeError(f"the key did not set {key}")
        if sheet.next_fillable() is None:
            self._window.sheets.go_to(next(iter(document.session.form.cells)))
            self._app.processEvents()
        return max(opening, setting)

    def _press(self, sheet: SheetView, key: Qt.Key | str) -> float:
        painted = self._painted.get(sheet)
        if painted is None:
            painted = self._painted[sheet] = Painted(sheet)
        before = painted.times
        clock, start = time.perf_counter(), time.process_time()
        QTest.keyClick(self._app.focusWidget() or sheet, key)  # pyright: ignore
        self._app.processEvents()
        taken = time.process_time() - start
        self.clock.append(time.perf_counter() - clock)
        if painted.times == before:
            raise RuntimeError("a key was measured that the sheet was not drawn for")
        return taken

    def notes(self) -> list[str]:
        """A line with what the clock said of the same keys, other programs' share included."""
        times = sorted(self.clock)
        middle, late = times[len(times) // 2], p99(times)
        return [
            f"the same keys by the clock: median {middle * 1e3:.1f} ms, p99 {late * 1e3:.1f} ms"
        ]


def typing(form_id: str) -> Factory:
    """Return a benchmark of the key."""

    def factory(folder: Path) -> Benchmark:
        typist = Typist(*opened(folder, form_id, "typing"))
        return Benchmark(
            name=f"the same in the whole window, {NAMES[form_id]}, p99",
            unit=Unit.SECONDS,
            budget=Budget(Rule.AT_MOST, HALF_A_PICTURE),
            ours=typist.figure,
            rounds=300,
            statistic=p99,
            notes=lambda: [f"{NAMES[form_id]}: {line}" for line in typist.notes()],
        )

    factory.__name__ = f"window_{form_id.replace('-', '_')}"
    return factory


def panes(form_id: str) -> Factory:
    """Return a benchmark of what the panes take once the keys have stopped."""

    def factory(folder: Path) -> Benchmark:
        app, window = opened(folder, form_id, "panes")
        typist = Typist(app, window)

        def follow() -> float:
            typist.figure()
            start = time.process_time()
            window.refresh()
            window.findings.refresh()
            window.indicator_help.refresh()
            app.processEvents()
            return time.process_time() - start

        return Benchmark(
            name=f"panes brought up to date after it, {NAMES[form_id]}, p99",
            unit=Unit.SECONDS,
            budget=Budget(Rule.TOLD, 0),
            ours=follow,
            rounds=100,
            statistic=p99,
        )

    factory.__name__ = f"panes_{form_id.replace('-', '_')}"
    return factory


TYPING = tuple(typing(form_id) for form_id in NAMES)
PANES = tuple(panes(form_id) for form_id in NAMES)
