"""What one key costs that sets a figure: typed, set, checked and painted, in a real sheet.

In seconds of the processor: nothing here waits, so that on an idle machine this is what a person
waits, and on a busy one what other programs take is left out.
The reference is what a bare QTreeView of as many rows takes to paint one changed cell anew.
"""

from __future__ import annotations

import gc
import os
import random
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTreeView, QWidget

from core.catalog import Catalog, load_checks
from core.checks.checks import CheckSet
from core.session import Session
from gui.document import Document
from gui.look.tokens import LIGHT
from gui.sheet.view import SheetView
from tests.bench.big_form import big_form
from tests.bench.checking import CN_2014, CN_2021, HALF_A_PICTURE, full_report, p99
from tests.bench.harness import Benchmark, Budget, Rule, Unit

_ROWS = 10_000


def typed_2014(folder: Path) -> Benchmark:
    """Figure after figure down the 71 cells of the 2014 form."""
    checks = Catalog.standard().checks(CN_2014)
    return _typing(checks, "1", "2014 form", rounds=4 * 71)


def typed_2021(folder: Path) -> Benchmark:
    """Figure after figure down the columns of table 3 of the 2021 form."""
    checks = Catalog.standard().checks(CN_2021)
    return _typing(checks, "3", "2021 form", rounds=2 * 175)


def typed_10000(folder: Path) -> Benchmark:
    """Figure after figure down a form of 10,000 rows and 20,000 checks."""
    path = folder / "big.toml"
    path.write_text(big_form(_ROWS), encoding="utf-8")
    checks = load_checks(path)
    return _typing(checks, checks.form.tables[0].code, f"{_ROWS:,} rows", rounds=400)


def _typing(checks: CheckSet, table: str, name: str, rounds: int) -> Benchmark:
    app = application()
    reference = _bare_repaint(app, len(checks.form.rows))
    # The sheet last: the keys go to the window that was opened last.
    document = Document(Session(full_report(checks), checks))
    sheet = SheetView(document, checks.form.table(table), LIGHT)
    _show(sheet)
    # As the window does once it is there: what was built is not looked through again.
    gc.collect()
    gc.freeze()
    figures = random.Random(1)

    def figure() -> float:
        """Types one digit, which opens the cell, then Enter, which sets, checks and moves on."""
        digit = figures.choice("123456789")
        QTest.keyClick(app.focusWidget() or sheet, digit)  # pyright: ignore
        app.processEvents()
        key = sheet.current_key()
        start = time.process_time()
        QTest.keyClick(app.focusWidget() or sheet, Qt.Key.Key_Return)  # pyright: ignore
        app.processEvents()
        taken = time.process_time() - start
        if key is None or document.session.value(key) != int(digit):
            raise RuntimeError(f"the key did not set {key}")
        if sheet.next_fillable() is None:
            sheet.go_to(next(iter(sheet.sheet_model.tree.of_key)))
            app.processEvents()
        return taken

    return Benchmark(
        name=f"one key typed, set, checked, painted, {name}, p99",
        unit=Unit.SECONDS,
        budget=Budget(Rule.AT_MOST, HALF_A_PICTURE),
        ours=figure,
        reference=reference,
        rounds=rounds,
        statistic=p99,
    )


def _bare_repaint(app: QApplication, rows: int) -> Callable[[], float]:
    model = QStandardItemModel(rows, 7)
    for row in range(rows):
        for column in range(7):
            model.setItem(row, column, QStandardItem(f"{row} {column}"))
    tree = QTreeView()
    tree.setModel(model)
    _show(tree)
    numbers = cycle(range(10))

    def repaint() -> float:
        start = time.process_time()
        model.item(3, 2).setText(str(next(numbers)))
        app.processEvents()
        return time.process_time() - start

    return repaint


def application() -> QApplication:
    """Return the one application there is, made without a screen where there is none yet."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    known = QApplication.instance()
    return known if isinstance(known, QApplication) else QApplication(["bench"])


def _show(widget: QWidget) -> None:
    widget.resize(1366, 768)
    widget.show()
    widget.activateWindow()
    widget.setFocus()
    QTest.qWaitForWindowExposed(widget)
