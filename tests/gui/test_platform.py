"""What Qt needs of the machine: Chinese glyphs offscreen, a real window on an X server, no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QTextLayout
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

ROOT = Path(__file__).resolve().parents[2]

SHOW_A_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel

def look():
    if label.windowHandle().isExposed():
        print(app.platformName(), label.screen().size().width())
        app.quit()

app = QApplication(sys.argv)
label = QLabel("政府信息公开情况统计表")
label.show()
timer = QTimer(interval=20, timeout=look)
timer.start()
app.exec()
"""

IMPORT_THE_WINDOW = """
import importlib, json, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(json.dumps(sorted(name for name in sys.modules if name.startswith("PySide6.Qt"))))
"""


def drawn(text: str) -> QImage:
    """Return a picture of the text in the application's own font."""
    image = QImage(40, 40, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.drawText(image.rect(), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return image


def test_chinese_is_drawn_with_its_own_glyphs(qtbot: QtBot) -> None:
    text = "统计表（万元）"
    layout = QTextLayout(text)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    glyphs = [glyph for run in layout.glyphRuns() for glyph in run.glyphIndexes()]
    # Glyph 0 is the box that stands for a character the font does not have.
    assert len(glyphs) == len(text)
    assert 0 not in glyphs
    assert drawn("统") != drawn("计")


def test_a_window_opens_on_a_real_x_server(xvfb: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", SHOW_A_WINDOW],
        env={**os.environ, "DISPLAY": xvfb, "QT_QPA_PLATFORM": "xcb"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.stdout.split() == ["xcb", "1366"], result.stderr


def test_importing_the_whole_window_loads_no_qt_module_with_a_network() -> None:
    files = sorted((ROOT / "gui").rglob("*.py"))
    parts = [path.relative_to(ROOT).with_suffix("").parts for path in files]
    names = [".".join(part for part in path if part != "__init__") for path in parts]
    result = subprocess.run(
        [sys.executable, "-c", IMPORT_THE_WINDOW, json.dumps(names)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    allowed = {"QtCore", "QtGui", "QtWidgets", "QtPrintSupport", "QtSvg", "QtTest"}
    assert {name.removeprefix("PySide6.") for name in json.loads(result.stdout)} <= allowed


def test_showing_a_window_offscreen_warns_of_nothing_that_fails_a_test(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setMinimumSize(300, 200)
    with qtbot.waitExposed(window):
        window.show()
    window.raise_()
