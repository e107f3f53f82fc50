"""The clipboard with another program, on a real X server: offscreen there is no other program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from gui.sheet.block import parse_text

from .conftest import MakeDesk

SOFFICE = shutil.which("soffice")
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
from gui.look.tokens import LIGHT
app = QApplication(sys.argv)
checks = Catalog.standard().checks("cn-2014-beijing")
document = Document(Session(Report(checks.form, Period(2019)), checks))
sheet = SheetView(document, checks.form.tables[0], LIGHT)
sheet.show()
def paste():
    if app.clipboard().text():
        sheet.transfer.paste()
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


def converted(source: Path, read_as: str, write_as: str) -> Path:
    """*source* as LibreOffice reads and writes it again; formats are its filters' names."""
    assert SOFFICE is not None
    suffix, _, _ = write_as.partition(":")
    subprocess.run(
        [
            SOFFICE, f"-env:UserInstallation={(source.parent / 'profile').as_uri()}", "--headless",
            f"--infilter={read_as}", "--convert-to", write_as, "--outdir", source.parent / "out",
            source,
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )  # fmt: skip
    return source.parent / "out" / f"{source.stem}.{suffix}"


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_a_copied_table_is_a_table_elsewhere_and_comes_back(
    make_desk: MakeDesk, tmp_path: Path
) -> None:
    values = {"1.1": 1234, "1.1.1": 5, "7": Decimal("2.5")}
    desk = make_desk(values=values, last={"1.1": 31})
    desk.control(Qt.Key.Key_A, Qt.Key.Key_C)
    block = parse_text(desk.clipboard())
    page = tmp_path / "page.html"
    page.write_text(QGuiApplication.clipboard().mimeData().html(), encoding="utf-8")

    # A word processor draws the borders of each cell.
    document = converted(page, "HTML (StarWriter)", "docx:MS Word 2007 XML")
    with zipfile.ZipFile(document) as package:
        text = package.read("word/document.xml").decode()
    assert text.count("<w:tcBorders>") == len(block) * len(block[0])
    assert text.count('<w:top w:val="single"') >= text.count("<w:tcBorders>")

    # A spreadsheet has figures, not texts, in the cells that they were copied from.
    sheet = converted(page, "HTML (StarCalc)", "html:HTML (StarCalc)").read_text(encoding="utf-8")
    assert re.findall(r'sdval="([^"]*)"', sheet) == ["1234", "31", "1203", "5", "2.5"]
    other = make_desk()
    other.put_on_clipboard("", sheet)
    other.control(Qt.Key.Key_V)
    assert other.callout == ""
    assert dict(other.values) == values
