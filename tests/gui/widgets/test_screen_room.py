"""Dialogs fit the screen: at 200 % an office screen has 960 x 540 left, and buttons are at the foot."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.period import Period
from core.report import Report
from core.session import Session
from gui.charts.page import ChartDialog
from gui.document import Document
from gui.help.manual import ManualWindow
from gui.look.style import Theme, label_font
from gui.look.tokens import LIGHT
from gui.printing.preview import PrintPreview
from gui.printing.printing import preview_dialog, remembered_printer
from gui.system.settings import Settings
from gui.widgets.screen_room import resize_within_screen
from tests.gui.screens import finish, start_child, x_server

GUI = Path(__file__).resolve().parents[3] / "gui"
#: 1920 x 1080 at 200 %, less the frame.
SMALL = (944, 492)


def test_a_dialog_is_never_larger_than_its_screen(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    room = dialog.screen().availableGeometry()
    resize_within_screen(dialog, 9000, 300)
    assert dialog.width() <= room.width() and dialog.height() == 300
    resize_within_screen(dialog, 300, 9000)
    assert dialog.height() < room.height() and dialog.width() == 300


def test_every_dialog_asks_for_its_size_that_way() -> None:
    others = [
        path for path in GUI.rglob("*.py") if path.name not in ("window.py", "screen_room.py")
    ]
    sized = [path.name for path in others if re.search(r"self\.resize\(", path.read_text("utf-8"))]
    assert sized == []


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    """The program's own style and font."""
    sheet, palette, font = qapp.styleSheet(), qapp.palette(), qapp.font()
    theme = Theme(qapp, "light")
    theme.dress()
    qapp.setFont(label_font())
    yield
    theme.deleteLater()
    qapp.setFont(font)
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


@pytest.mark.usefixtures("dressed")
def test_the_widest_dialogs_can_be_made_as_small_as_the_screen(
    qtbot: QtBot, tmp_path: Path
) -> None:
    checks = Catalog.standard().checks("cn-2014-beijing")
    session = Session(Report(checks.form, Period(2019)), checks)
    document = Document(session)
    settings = Settings(tmp_path)
    parent = QDialog()
    qtbot.addWidget(parent)
    document.setParent(parent)
    preview: PrintPreview = preview_dialog(session, remembered_printer(settings), None, settings)
    dialogs: list[QDialog] = [preview, ManualWindow(), ChartDialog(document, LIGHT, parent)]
    for dialog in dialogs:
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.resize(*SMALL)
        needed = dialog.minimumSizeHint()
        assert needed.width() <= SMALL[0], type(dialog).__name__
        assert needed.height() <= SMALL[1], type(dialog).__name__


@pytest.mark.parametrize("scale", [100, 150])
def test_every_dialog_fits_an_office_screen_with_its_frame(tmp_path: Path, scale: int) -> None:
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed (Debian package xvfb): no X server to show a window on")
    with x_server("1366x768x24") as display:
        told = finish(start_child(display, scale, "gallery:dialog- -light", tmp_path), 200)
    assert [line for line in told["outside"] if line.startswith("dialog-")] == []
