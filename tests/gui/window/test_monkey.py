"""Keys and mouse at random all over the window: nothing breaks, and undoing leads back to the start."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.period import Period
from core.report import Baseline, Report
from core.storage.files import save_report
from gui.window.window import MainWindow
from tests.gui.window.answers import AnsweringDialogs

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
MOVING = [
    Key.Key_Up, Key.Key_Down, Key.Key_Left, Key.Key_Right, Key.Key_PageUp, Key.Key_PageDown,
    Key.Key_Home, Key.Key_End, Key.Key_Return, Key.Key_Enter, Key.Key_Tab,
]  # fmt: skip
KEYS: list[tuple[Qt.Key | str, Qt.KeyboardModifier]] = [
    *[(digit, NONE) for digit in "0123456789" * 2],
    *[(sign, NONE) for sign in "./-a "],
    *[(key, NONE) for key in MOVING * 2],
    *[(key, SHIFT) for key in (*MOVING, Key.Key_Space)],
    *[(key, CONTROL) for key in MOVING],
    *[(key, CONTROL | SHIFT) for key in MOVING[:8]],
    *[(key, NONE) for key in (Key.Key_F2, Key.Key_Escape, Key.Key_Delete, Key.Key_Backspace) * 2],
    *[(key, CONTROL) for key in (
        Key.Key_Z, Key.Key_Z, Key.Key_Y, Key.Key_D, Key.Key_R, Key.Key_L, Key.Key_A, Key.Key_C,
        Key.Key_X, Key.Key_V, Key.Key_Space, Key.Key_F, Key.Key_H,
    )],
    *[(key, NONE) for key in (Key.Key_F6, Key.Key_F7, Key.Key_F8)],
    *[(key, SHIFT) for key in (Key.Key_F6, Key.Key_F8, Key.Key_F2, Key.Key_Tab)],
    (Key.Key_Left, ALT),
    (Key.Key_Right, ALT),
]  # fmt: skip
COMMANDS = [
    "show_all", "show_blank", "show_findings", "show_changed", "zero_section", "copy_last",
    "figures_last", "figures_this", "enter_right", "enter_down", "skip_computed", "next_blank",
    "zoom_in", "zoom_reset", "explain",
]  # fmt: skip
CLIPBOARD = ["1", "1\r\n2\r\n3", "4\t5", "x", "", "/", "7\t8\r\n9\t10", "１，０２４"]


def drag(window: MainWindow, rng: random.Random) -> None:
    """Presses the mouse somewhere on the sheet, its headings or the sections, and drags a little."""
    sheet = window.sheets.current
    assert sheet is not None
    place = rng.choice(
        [sheet.viewport()] * 5 + [sheet.headings.viewport(), window.sections.viewport()]
    )
    modifier = rng.choice([NONE, NONE, SHIFT, CONTROL])
    start = QPoint(rng.randrange(place.width()), rng.randrange(place.height()))
    end = start + QPoint(rng.randrange(-90, 90), rng.randrange(-90, 900))
    press = rng.choice([QTest.mousePress, QTest.mousePress, QTest.mouseDClick])
    press(place, LEFT, modifier, start)
    if rng.random() < 0.5:
        QTest.mouseMove(place, (start + end) / 2)
        QTest.mouseMove(place, end)
    QTest.mouseRelease(place, LEFT, modifier, end)


@pytest.mark.parametrize("form_id", ["cn-2014-beijing", "cn-2021"])
@pytest.mark.parametrize("seed", range(int(os.environ.get("NIANBAO_MONKEYS", "1"))))
def test_random_keys_break_nothing_and_are_undone(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    catalog: Catalog,
    tmp_path: Path,
    form_id: str,
    seed: int,
) -> None:
    rng = random.Random(seed)
    form = catalog.form(form_id)
    last = {key: rng.choice([0, 3, 12]) for key in form.cells}
    report = Report(form, Period(2022), baselines=(Baseline(Period(2021), "某局", form_id, last),))
    save_report(report, tmp_path / "表.nianbao")
    window.documents.open_file(tmp_path / "表.nianbao")
    document = window.documents.document
    assert document is not None
    before = dict(document.session.report.values)
    history: list[str] = []
    try:
        for _ in range(300):
            dialogs.agreements, dialogs.paths = [True], [None]
            if rng.random() < 0.04:
                command = rng.choice(COMMANDS)
                history.append(command)
                window.actions_[command].trigger()
                continue
            if rng.random() < 0.05:
                QGuiApplication.clipboard().setText(rng.choice(CLIPBOARD))
            if rng.random() < 0.1:
                window.sheets.focus()
            if rng.random() < 0.1:
                history.append("mouse")
                drag(window, rng)
                continue
            key, modifier = rng.choice(KEYS)
            history.append(f"{key} {modifier.value}")
            target = QApplication.focusWidget()
            assert target is not None, "the keyboard goes nowhere"
            qtbot.keyClick(target, key, modifier)
            assert window.isVisible()
        window.sheets.focus()
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Escape)
        window.pending.take_over()
        after, place = dict(document.session.report.values), document.undo_stack.index()
        while document.undo_stack.canUndo():
            document.undo_stack.undo()
        assert document.session.report.values == before
        while document.undo_stack.index() < place:
            document.undo_stack.redo()
        assert document.session.report.values == after
    except BaseException:
        print("\n".join(history[-12:]))
        raise
