"""Buttons are pressed by the keys that people press them with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.button import Button

GUI = Path(__file__).resolve().parents[3] / "gui"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_and_space_press_the_button_that_has_the_keyboard(qtbot: QtBot, key: Qt.Key) -> None:
    window = QWidget()
    button = Button("带入", window)
    button.setAutoDefault(False)
    qtbot.addWidget(window)
    window.show()
    button.setFocus()
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, key)


def test_every_push_button_of_the_program_is_such_a_one() -> None:
    others = [
        str(path.relative_to(GUI))
        for path in GUI.rglob("*.py")
        if re.search(r"\bQPushButton\(", path.read_text("utf-8"))
    ]
    # The wait box lies below the widgets and closes with Esc.
    assert others == ["system/work.py"]
