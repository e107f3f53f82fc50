"""A window with a catalog and settings of its own, whose questions the test answers."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.period import Period
from core.report import Baseline, Report
from core.storage.files import save_report
from core.values import CellValue, parse_value
from gui.failures.recorder import Recorder
from gui.look.style import Theme
from gui.report.documents import Documents
from gui.system.settings import Settings
from gui.window.window import MainWindow
from tests.gui.window.answers import AnsweringDialogs

ROOT = Path(__file__).resolve().parents[3]
FORM = "cn-2014-beijing"


@pytest.fixture
def catalog() -> Catalog:
    return Catalog.standard()


@pytest.fixture
def figures_2018(catalog: Catalog) -> dict[str, CellValue]:
    """The figures of the real report of 2018."""
    form = catalog.form(FORM)
    with (ROOT / "tests/reference/form_2014_beijing.csv").open(encoding="utf-8-sig") as file:
        return {
            row["code"]: parse_value(row["value_2018"], form.cells[row["code"]].unit)
            for row in csv.DictReader(file)
            if row["code"] in form.cells
        }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(tmp_path / "data")
    made.set_flag("tour_seen", True)
    return made


@pytest.fixture
def window(
    qtbot: QtBot, qapp: QApplication, settings: Settings, catalog: Catalog
) -> Iterator[MainWindow]:
    sheet, palette = qapp.styleSheet(), qapp.palette()
    made = MainWindow(
        settings,
        Theme(qapp, "light"),
        lambda parent: Documents(catalog, settings, AnsweringDialogs(parent), parent),
        Recorder(settings.folder),
    )
    made.setWindowState(Qt.WindowState.WindowNoState)  # the screen here is a small one
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    yield made
    if made.pending.take_over():
        dialogs = made.documents.dialogs
        assert isinstance(dialogs, AnsweringDialogs)
        dialogs.agreements = [True]
    document = made.documents.document
    if document is not None:
        document.undo_stack.setClean()
    made.close()
    made.theme.deleteLater()
    made.deleteLater()
    qtbot.wait(0)
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


@pytest.fixture
def dialogs(window: MainWindow) -> AnsweringDialogs:
    made = window.documents.dialogs
    assert isinstance(made, AnsweringDialogs)
    return made


@pytest.fixture
def saved_report(
    catalog: Catalog, figures_2018: dict[str, CellValue], tmp_path: Path
) -> Callable[..., Path]:
    """Writes a report of 2019 with the real figures of 2018 as baseline; its file."""

    def write(name: str = "报表", values: dict[str, CellValue] | None = None) -> Path:
        form = catalog.form(FORM)
        baseline = Baseline(Period(2018), "某区某局", FORM, figures_2018)
        report = Report(form, Period(2019), baselines=(baseline,))
        report.header["unit_name"] = "某区某局"
        report.values.update(values or {})
        path = tmp_path / f"{name}.nianbao"
        save_report(report, path)
        return path

    return write


@pytest.fixture
def stored(settings: Settings) -> Callable[[], QSettings]:
    """Reads the settings file again, as the next start would."""

    def read() -> QSettings:
        settings.sync()
        return QSettings(str(settings.folder / "settings.ini"), QSettings.Format.IniFormat)

    return read
