"""The window at a first start: its frame and title bar must not lie below the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QSplitter, QWidget
from pytestqt.qtbot import QtBot

from gui.system.settings import Settings
from gui.window.panes import Panes
from gui.window.state import WindowState


@pytest.mark.parametrize(
    ("available", "fills"),
    [
        (QRect(0, 0, 1920, 1040), False),  # 1920 × 1080 with a taskbar
        (QRect(0, 0, 1366, 728), True),  # the usual office screen with one
        (QRect(0, 0, 1920, 800), True),
        (QRect(0, 0, 1280, 984), True),
    ],
)
def test_a_window_that_has_no_room_takes_the_whole_screen(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    available: QRect,
    fills: bool,
) -> None:
    monkeypatch.setattr(QScreen, "availableGeometry", lambda screen: available)
    window = QWidget()
    qtbot.addWidget(window)
    right = QSplitter()
    panes = Panes(QWidget(), QWidget(), right)
    qtbot.addWidget(panes)
    WindowState(Settings(tmp_path), window, panes, right).restore()
    assert (window.windowState() is Qt.WindowState.WindowMaximized) is fills
    assert window.width() <= available.width()
    assert window.height() + 40 <= available.height()
    if not fills:
        assert (window.width(), window.height()) == (1366, 768)
