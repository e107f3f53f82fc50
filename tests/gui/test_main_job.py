"""The main job from beginning to end, as a clerk does it once a year. Read it as a story.

Last year's report lies about as a text that somebody saved out of Word. From it the clerk begins
this year's report, types the figures, is told of two mistakes and mends them, explains the one
finding that is no mistake, saves, and exports the workbook that is emailed. In the end LibreOffice,
which knows nothing of this program, opens that workbook and finds the same figures.

Everything is done with keys and clicks, except for the questions of the operating system (which
file to open, where to save), which have no place in a test.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.period import Period
from core.storage.files import open_report
from gui.failures.recorder import Recorder
from gui.findings.card import FindingCard
from gui.importing.dialog import ImportDialog
from gui.look.style import Theme
from gui.report.documents import Documents
from gui.system.settings import Settings
from gui.widgets.dialogs import Answer, Dialogs
from gui.window.window import MainWindow

ROOT = Path(__file__).resolve().parents[2]
LAST_YEARS_FILE = ROOT / "resources/samples/2018-统计表.txt"
OFFICE = "通州区政务服务管理办公室"

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier

# What happened in 2019, in the order of the form; where nothing is said it was as in 2018.
# Two slips of the pen are in it: 2 texts about budgets are more than the 1 of all key fields
# together, and 5 applications are more than the 3 that came by letter and by no other way.
HAPPENED = {"1.1": "40", "1.2": "1", "1.2.1": "2", "1.3.4": "201", "3.1": "5", "3.1.4": "3"}
MENDED = {"1.2": "2", "3.1": "3"}


class Answers(Dialogs):
    """Answers for the operating system: this file, please. What is said to the clerk is kept."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.file: Path | None = None
        self.folder: Path | None = None
        self.sentences: list[str] = []
        self.agreed: list[str] = []

    def open_paths(self, title: str, folder: str, file_filter: str) -> list[Path]:
        return [self.file] if self.file is not None else []

    def save_path(self, title: str, proposed: Path, file_filter: str) -> Path | None:
        assert self.folder is not None
        return self.folder / proposed.name

    def unsaved(self, name: str) -> Answer:
        return Answer.DISCARD

    def confirm(self, question: str, detail: str, yes: str, no: str = "取消") -> bool:
        self.agreed.append(detail)
        return True

    def error(self, what: str, sentence: str) -> None:
        self.sentences.append(sentence)

    def inform(self, what: str, sentence: str) -> None:
        self.sentences.append(sentence)


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    """The program as it stands on the screen after a start."""
    settings = Settings(tmp_path / "data")
    settings.set_flag("tour_seen", True)
    sheet, palette = qapp.styleSheet(), qapp.palette()
    made = MainWindow(
        settings,
        Theme(qapp, "light"),
        lambda parent: Documents(Catalog.standard(), settings, Answers(parent), parent),
        Recorder(settings.folder),
    )
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    yield made
    made.close()
    made.deleteLater()
    made.theme.deleteLater()
    qtbot.wait(0)
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


def under_the_keyboard(window: MainWindow) -> QWidget:
    """Whatever takes the keys now: the sheet, an open cell, a text box."""
    return QApplication.focusWidget() or window


def type_here(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Types into the current cell and goes to the next one with Enter."""
    qtbot.keyClicks(under_the_keyboard(window), text)
    qtbot.keyClick(under_the_keyboard(window), Qt.Key.Key_Return)


def press_when_shown(qtbot: QtBot, button: str) -> None:
    """Looks at the preview of the import, once it is there, and presses one of its buttons."""
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, ImportDialog):
        qtbot.mouseClick(getattr(dialog, button), LEFT)
    else:
        QTimer.singleShot(20, lambda: press_when_shown(qtbot, button))


def cards(window: MainWindow) -> list[FindingCard]:
    window.findings.refresh()
    return window.findings.cards


def figures_libreoffice_reads(workbook: Path) -> list[tuple[str, str]]:
    """Label and figure of each line of the first sheet, as LibreOffice sees them."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile = f"-env:UserInstallation={(workbook.parent / 'profile').as_uri()}"
    to_csv = ["--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76"]
    subprocess.run(
        [program, profile, "--headless", *to_csv, "--outdir", workbook.parent / "csv", workbook],
        check=True,
        capture_output=True,
        timeout=180,
    )
    (converted,) = (workbook.parent / "csv").glob("*.csv")
    with converted.open(encoding="utf-8-sig", newline="") as file:
        return [(row[0].strip(), row[-1].strip()) for row in csv.reader(file) if len(row) > 1]


def test_the_main_job(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    answers = window.documents.dialogs
    assert isinstance(answers, Answers)
    answers.folder = tmp_path

    # 1. Last year's file begins this year's report: looked at first, then taken over.
    answers.file = LAST_YEARS_FILE
    QTimer.singleShot(0, lambda: press_when_shown(qtbot, "take_button"))
    qtbot.mouseClick(window.start_page.import_button, LEFT)

    document = window.documents.document
    assert document is not None
    session = document.session
    assert session.report.period == Period(2019)
    assert session.report.unit_name == OFFICE
    assert len(session.report.last_values) == 71
    assert window.windowTitle() == f"{OFFICE} 2019年度 * — 公开年报"
    assert window.status.spoken == "已填 0/71 · 尚不可报送"

    # 2. The figures, from the first cell to the last, each followed by Enter. Totals fill
    #    themselves once their parts are there, so where nobody types a total, Enter passes by.
    window.activateWindow()
    qtbot.waitUntil(lambda: window.sheets.isAncestorOf(under_the_keyboard(window)))
    for key in session.form.cells:
        assert window.commands.current_cell == key
        if session.checks.is_computed(key) and key not in HAPPENED:
            qtbot.keyClick(under_the_keyboard(window), Qt.Key.Key_Return)
            continue
        figure = HAPPENED.get(key) or str(session.last_value(key))
        type_here(qtbot, window, figure)

    # 3. The program has seen both mistakes, and goes to the first.
    qtbot.keyClick(window, Qt.Key.Key_F7)
    assert window.status.note == "审核完成：必须改正 2，需要说明 2，未填 0"
    assert window.commands.current_cell == "1.2.1"
    sentences = [card.sentence for card in cards(window)]
    assert "（一）收到申请数 为 5，其明细之和为 3，相差 2。" in sentences

    # 4. Both are mended: Ctrl+F finds the indicator, and the new figure is typed over the old.
    for key, figure in MENDED.items():
        qtbot.keyClick(window, Qt.Key.Key_F, CONTROL)
        type_here(qtbot, window, key)
        type_here(qtbot, window, figure)
    qtbot.waitUntil(lambda: len(cards(window)) == 1)

    # 5. What is left is no mistake: WeChat passed on what other offices had made public.
    (card,) = cards(window)
    assert card.sentence.startswith("4.政务微信公开政府信息数 为 201，大于")
    qtbot.mouseClick(card.explain_button, LEFT)
    card.text_box.insertPlainText("转发上级和其他单位的信息较多。")
    qtbot.mouseClick(card.ok_button, LEFT)
    qtbot.waitUntil(lambda: window.status.spoken == "已填 71/71 · ✓ 可报送")

    # 6. Saved, and exported under the name that the receiving office expects.
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    saved = tmp_path / f"{OFFICE}_2019年度_政府信息公开情况统计表.nianbao"
    assert open_report(saved, Catalog.standard()).report.values == session.report.values
    assert window.windowTitle() == f"{OFFICE} 2019年度 — 公开年报"

    qtbot.keyClick(window, Qt.Key.Key_E, CONTROL)
    workbook = tmp_path / f"{OFFICE}_2019年度_政府信息公开情况统计表.xlsx"
    assert workbook.is_file()
    assert window.status.note == f"已导出 {workbook.name}（可报送）"
    assert answers.sentences == []
    assert answers.agreed == [
        "单位负责人、审核人、填报人、联系电话、填报日期没有填写，导出的表上这些位置是空白。"
    ]

    # 7. Another program reads the workbook and finds every figure beside its indicator.
    lines = figures_libreoffice_reads(workbook)
    assert lines[0][0] == "政府信息公开情况统计表"
    wanted = [str(session.value(key)) for key in session.form.cells]
    heading = next(number for number, line in enumerate(lines) if line[0] == "统计指标")
    assert [figure for _, figure in lines[heading + 1 :] if figure][: len(wanted)] == wanted
