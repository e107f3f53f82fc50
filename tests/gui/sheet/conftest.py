"""A sheet to type into, by real key and mouse events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.checks.checks import CheckSet
from core.period import Period
from core.report import Baseline, Report
from core.session import Session
from core.values import CellValue
from gui.document import Document
from gui.look.tokens import LIGHT
from gui.sheet.view import SheetView

Keys = Qt.Key | str


class Desk:
    """A sheet on screen, and a clerk's hands."""

    def __init__(self, document: Document, sheet: SheetView) -> None:
        self.document = document
        self.sheet = sheet

    @property
    def session(self) -> Session:
        return self.document.session

    @property
    def values(self) -> Mapping[str, CellValue]:
        return self.session.report.values

    @property
    def editor_text(self) -> str | None:
        """What stands in the open cell; ``None`` where none is open."""
        return self.sheet.entry.text

    @property
    def callout(self) -> str:
        """The sentence beside the cell."""
        return self.sheet.entry.sentence

    def press(
        self, *keys: Keys, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Presses each key, or the key of each character, wherever the focus is."""
        for key in keys:
            for one in key if isinstance(key, str) else (key,):
                target = QApplication.focusWidget()
                assert target is not None
                QTest.keyClick(target, one, modifier)

    def control(self, *keys: Keys) -> None:
        self.press(*keys, modifier=Qt.KeyboardModifier.ControlModifier)

    def shift(self, *keys: Keys) -> None:
        self.press(*keys, modifier=Qt.KeyboardModifier.ShiftModifier)

    def point(self, key: str) -> QPoint:
        """The middle of a cell on screen."""
        index = self.sheet.sheet_model.index_of_key(key)
        self.sheet.scrollTo(index)
        return self.sheet.visualRect(index).center()

    def click(
        self, key: str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        viewport = self.sheet.viewport()
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, modifier, self.point(key))

    @staticmethod
    def put_on_clipboard(text: str, html: str = "") -> None:
        data = QMimeData()
        data.setText(text)
        if html:
            data.setHtml(html)
        QGuiApplication.clipboard().setMimeData(data)

    @staticmethod
    def clipboard() -> str:
        return QGuiApplication.clipboard().text()


MakeDesk = Callable[..., Desk]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog.standard()


@pytest.fixture
def make_desk(qtbot: QtBot, catalog: Catalog) -> Iterator[MakeDesk]:
    """Makes a desk: form id or checks, code of the table, figures of this and last year."""

    def make(
        form: str | CheckSet = "cn-2014-beijing",
        table: str | None = None,
        values: Mapping[str, CellValue] | None = None,
        last: Mapping[str, CellValue] | None = None,
    ) -> Desk:
        checks = catalog.checks(form) if isinstance(form, str) else form
        report = Report(checks.form, Period(2019), values=dict(values or {}))
        if last is not None:
            report.baselines = (Baseline(Period(2018), "某局", checks.form.id, dict(last)),)
        document = Document(Session(report, checks))
        shown = checks.form.tables[0] if table is None else checks.form.table(table)
        sheet = SheetView(document, shown, LIGHT)
        document.setParent(sheet)
        qtbot.addWidget(sheet)
        sheet.resize(1000, 640)
        with qtbot.waitExposed(sheet):
            sheet.show()
        sheet.activateWindow()
        sheet.setFocus()
        qtbot.waitUntil(sheet.hasFocus)
        return Desk(document, sheet)

    yield make
    QGuiApplication.clipboard().clear()
