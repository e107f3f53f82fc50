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
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.storage.files import save_report
from gui.crash import Recorder
from gui.dialogs import Dialogs
from gui.documents import Documents
from gui.settings import Settings
from gui.style import Theme
from gui.window import MainWindow
from tests.bench.checking import ONE_PICTURE, full_report, p99
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


def _typist(app: QApplication, window: MainWindow) -> Callable[[], float]:
    """Return a sampler: a digit opens the cell, then Enter sets, checks, moves on and is painted."""
    figures = random.Random(1)

    def figure() -> float:
        document, sheet = window.documents.document, window.sheets.current
        assert document is not None and sheet is not None
        digit = figures.choice("123456789")
        QTest.keyClick(app.focusWidget() or sheet, digit)  # pyright: ignore
        app.processEvents()
        key = sheet.current_key()
        start = time.process_time()
        QTest.keyClick(app.focusWidget() or sheet, Qt.Key.Key_Return)
        app.processEvents()
        taken = time.process_time() - start
        if key is None or document.session.value(key) != int(digit):
            raise RuntimeError(f"the key did not set {key}")
        if sheet.next_fillable() is None:
            window.sheets.go_to(next(iter(document.session.form.cells)))
            app.processEvents()
        return taken

    return figure


def typing(form_id: str) -> Factory:
    """Return a benchmark of the key."""

    def factory(folder: Path) -> Benchmark:
        return Benchmark(
            name=f"the same in the whole window, {NAMES[form_id]}, p99",
            unit=Unit.SECONDS,
            budget=Budget(Rule.AT_MOST, ONE_PICTURE),
            ours=_typist(*opened(folder, form_id, "typing")),
            rounds=300,
            statistic=p99,
        )

    factory.__name__ = f"window_{form_id.replace('-', '_')}"
    return factory


def panes(form_id: str) -> Factory:
    """Return a benchmark of what the panes take once the keys have stopped."""

    def factory(folder: Path) -> Benchmark:
        app, window = opened(folder, form_id, "panes")
        type_one = _typist(app, window)

        def follow() -> float:
            type_one()
            start = time.process_time()
            window.refresh()
            window.findings.refresh()
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
