"""The clipboard with another program, on a real X server: offscreen there is no other program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

#: Another program: copies two figures, says so, and answers for them until it is ended.
OTHER_PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication(sys.argv)
label = QLabel("copies"); label.show()
def copy():
    app.clipboard().setText("1,024\\r\\n５\\r\\n")
    print("copied", flush=True)
QTimer.singleShot(200, copy)
app.exec()
"""

SHEET = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from core.catalog import Catalog
from core.period import Period
from core.report import Report
from core.session import Session
from gui.document import Document
from gui.sheet.view import SheetView
from gui.tokens import LIGHT
app = QApplication(sys.argv)
checks = Catalog.standard().checks("cn-2014-beijing")
document = Document(Session(Report(checks.form, Period(2019)), checks))
sheet = SheetView(document, checks.form.tables[0], LIGHT)
sheet.show()
def paste():
    if app.clipboard().text():
        sheet.paste()
        print(json.dumps(document.session.report.values))
        app.quit()
timer = QTimer(interval=100, timeout=paste)
timer.start()
app.exec()
"""


def test_what_another_program_copied_is_pasted(xvfb: str) -> None:
    environment = {**os.environ, "DISPLAY": xvfb, "QT_QPA_PLATFORM": "xcb"}
    with subprocess.Popen(
        [sys.executable, "-c", OTHER_PROGRAM],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline().strip() == "copied"
            result = subprocess.run(
                [sys.executable, "-c", SHEET],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        finally:
            # Not asked to quit: a request from outside its event loop may go unheard.
            other.kill()
    assert result.stdout.strip() == '{"1.1": 1024, "1.1.1": 5}', result.stderr
