"""Several years' files, what was copied elsewhere, what is dropped on the window."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.charts import Charts
from core.importing.proposal import Proposal
from core.period import Period
from core.problems import NianbaoError
from core.reading.base.raw import ReadProblem
from core.report import Report
from core.values import CellValue
from gui.charts.page import ChartPage
from gui.importing import importer as importing
from gui.importing.dialog import ImportDialog
from gui.importing.years_dialog import YearsDialog
from gui.look.tokens import LIGHT
from gui.system.work import WaitDialog
from gui.window.window import MainWindow
from tests.core.figures import consistent_2014
from tests.gui.importing.conftest import Clerk
from tests.gui.importing.makers import FORM, table_rows, workbook
from tests.gui.window.answers import AnsweringDialogs

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Figures = dict[str, CellValue]


@pytest.fixture
def years(catalog: Catalog, tmp_path: Path) -> dict[int, Path]:
    """Three workbooks with figures of their own, 2016 to 2018."""
    form = catalog.form(FORM)
    found: dict[int, Path] = {}
    for year in (2016, 2017, 2018):
        figures = consistent_2014(form, random.Random(year))
        rows = table_rows(form, [figures])
        found[year] = workbook(tmp_path / f"{year}年统计表.xlsx", rows, year=year)
    return found


def take(qtbot: QtBot) -> Callable[[ImportDialog], None]:
    def act(dialog: ImportDialog) -> None:
        if not dialog.take_button.isEnabled():
            dialog.agree_box.setChecked(True)
        qtbot.mouseClick(dialog.take_button, LEFT)

    return act


def periods(window: MainWindow) -> list[int]:
    document = window.documents.document
    assert document is not None
    return [known.period.year for known in document.session.report.baselines]


def report_of(window: MainWindow) -> Report:
    document = window.documents.document
    assert document is not None
    return document.session.report


def undo(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)


def test_several_files_at_once_are_shown_newest_first_and_are_one_step(
    qtbot: QtBot,
    clerk: Clerk,
    window: MainWindow,
    saved_report: Callable[..., Path],
    years: dict[int, Path],
) -> None:
    window.documents.open_file(saved_report())
    before = report_of(window).baselines
    titles: list[str] = []

    def look(dialog: ImportDialog) -> None:
        titles.append(f"{dialog.windowTitle()} {dialog.proposal.source}")
        take(qtbot)(dialog)

    for _ in years:
        clerk.will(ImportDialog, look)
    assert window.documents.import_files([years[2017], years[2016], years[2018]])
    assert [title[-13:-9] for title in titles] == ["2018", "2017", "2016"], titles
    assert "第 2 份，共 3 份" in titles[1]
    assert periods(window) == [2016, 2017, 2018]
    baseline = report_of(window).baseline
    assert baseline is not None
    assert (baseline.period, baseline.source) == (Period(2018), "2018年统计表.xlsx")
    assert "另有历年 2016、2017" in window.header._line.text()
    undo(qtbot, window)
    assert report_of(window).baselines == before
    assert "历年" not in window.header._line.text()


def test_files_one_after_another_keep_each_year_and_one_can_be_skipped(
    qtbot: QtBot, clerk: Clerk, window: MainWindow, years: dict[int, Path]
) -> None:
    clerk.will(ImportDialog, take(qtbot))
    assert window.documents.import_file(years[2018])
    assert report_of(window).period == Period(2019)
    clerk.will(ImportDialog, take(qtbot))
    clerk.will(ImportDialog, lambda dialog: qtbot.mouseClick(dialog.cancel_button, LEFT))
    assert window.documents.import_files([years[2016], years[2017]])
    assert periods(window) == [2017, 2018]
    assert report_of(window).last_values != {}


def test_a_bad_file_among_good_ones_is_said_and_the_others_are_shown(
    qtbot: QtBot,
    clerk: Clerk,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    years: dict[int, Path],
    tmp_path: Path,
) -> None:
    bad = tmp_path / "坏.doc"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    clerk.will(ImportDialog, take(qtbot))
    assert window.documents.import_files([bad, years[2018]])
    assert len(dialogs.errors) == 1
    assert "坏.doc" in dialogs.errors[0]
    assert periods(window) == [2018]


def test_years_are_listed_with_their_files_and_one_is_removed_undoably(
    qtbot: QtBot, clerk: Clerk, window: MainWindow, years: dict[int, Path]
) -> None:
    for _ in years:
        clerk.will(ImportDialog, take(qtbot))
    window.documents.import_files(list(years.values()))
    rows: list[list[str]] = []

    def remove_2016(dialog: YearsDialog) -> None:
        for line in range(dialog.table.rowCount()):
            items = [dialog.table.item(line, column) for column in range(5)]
            rows.append([item.text() for item in items if item is not None])
        item = dialog.table.item(0, 0)
        place = dialog.table.visualItemRect(item).center()
        qtbot.mouseClick(dialog.table.viewport(), LEFT, pos=place)
        qtbot.mouseClick(dialog.remove_button, LEFT)
        qtbot.mouseClick(dialog.ok_button, LEFT)

    clerk.will(YearsDialog, remove_2016)
    window.actions_["years"].trigger()
    assert [(row[0], row[1], row[4]) for row in rows] == [
        ("2016年度", "历年数", "2016年统计表.xlsx"),
        ("2017年度", "历年数", "2017年统计表.xlsx"),
        ("2018年度", "上年数", "2018年统计表.xlsx"),
    ]
    assert periods(window) == [2017, 2018]
    undo(qtbot, window)
    assert periods(window) == [2016, 2017, 2018]
    clerk.will(YearsDialog, lambda dialog: dialog.reject())
    window.actions_["years"].trigger()
    assert periods(window) == [2016, 2017, 2018]


def test_the_chart_page_shows_a_row_over_the_years(
    qtbot: QtBot, clerk: Clerk, window: MainWindow, years: dict[int, Path]
) -> None:
    for _ in years:
        clerk.will(ImportDialog, take(qtbot))
    window.documents.import_files(list(years.values()))
    document = window.documents.document
    assert document is not None
    charts = [c for c in Charts(document.session.checks).of(report_of(window)) if c.years]
    assert charts
    page = ChartPage(document, LIGHT)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.chart is not None, timeout=20_000)
    assert page.choose(charts[0].id)
    assert page.chart is not None
    labels = [bar.label for bar in page.chart.bars]
    assert [label[:4] for label in labels][:3] == ["2016", "2017", "2018"]
    told = page.view.accessibleDescription()
    assert all(year in told for year in ("2016", "2017", "2018"))


# -- the clipboard ------------------------------------------------------------------------------


def copied(html: str, text: str) -> None:
    data = QMimeData()
    if html:
        data.setHtml(html)
    data.setText(text)
    QGuiApplication.clipboard().setMimeData(data)


def as_html(catalog: Catalog, figures: Figures) -> str:
    rows = table_rows(catalog.form(FORM), [figures])
    cells = ("".join(f"<td>{'' if text is None else text}</td>" for text in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def test_a_table_copied_in_excel_becomes_last_years_figures(
    qtbot: QtBot,
    clerk: Clerk,
    window: MainWindow,
    catalog: Catalog,
    saved_report: Callable[..., Path],
) -> None:
    window.documents.open_file(saved_report())
    before = report_of(window).baselines
    figures = consistent_2014(catalog.form(FORM), random.Random(7))
    copied(as_html(catalog, figures), "text is only read where there is no table")
    clerk.will(ImportDialog, take(qtbot))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_V, CONTROL | SHIFT)
    assert report_of(window).last_values == figures
    baseline = report_of(window).baseline
    assert baseline is not None
    assert (baseline.period, baseline.source) == (Period(2018), "剪贴板")
    undo(qtbot, window)
    assert report_of(window).baselines == before


def test_plain_text_will_do_and_a_new_report_asks_for_the_year(
    qtbot: QtBot, clerk: Clerk, window: MainWindow, catalog: Catalog, figures_2018: Figures
) -> None:
    rows = table_rows(catalog.form(FORM), [figures_2018])
    copied("", "\n".join("\t".join("" if c is None else str(c) for c in row) for row in rows))

    def answer(dialog: ImportDialog) -> None:
        assert not dialog.take_button.isEnabled()
        dialog.period_box.setFocus()
        qtbot.keyClick(dialog.period_box, Qt.Key.Key_Down)
        take(qtbot)(dialog)

    clerk.will(ImportDialog, answer)
    window.actions_["paste_last"].trigger()
    assert report_of(window).last_values == figures_2018


@pytest.mark.parametrize("text", ["", "今天天气不错"])
def test_a_clipboard_without_a_table_is_one_sentence(
    window: MainWindow, dialogs: AnsweringDialogs, text: str
) -> None:
    copied("", text)
    window.actions_["paste_last"].trigger()
    assert len(dialogs.errors) == 1
    assert "剪贴板" in dialogs.errors[0]
    assert window.documents.document is None


# -- dropping, cancelling -----------------------------------------------------------------------


def drop(window: MainWindow, paths: list[Path]) -> bool:
    """Drags the files over the window and lets go where they are welcome."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place, action = QPointF(300, 300), Qt.DropAction.CopyAction
    none = Qt.KeyboardModifier.NoModifier
    over = QDragEnterEvent(place.toPoint(), action, data, LEFT, none)
    over.ignore()
    window.dragEnterEvent(over)
    if not over.isAccepted():
        return False
    window.dropEvent(QDropEvent(place, action, data, LEFT, none))
    return True


def test_dropped_files_are_offered_as_earlier_years(
    qtbot: QtBot, clerk: Clerk, window: MainWindow, years: dict[int, Path]
) -> None:
    clerk.will(ImportDialog, take(qtbot))
    assert drop(window, [years[2018]])
    qtbot.waitUntil(lambda: window.documents.document is not None)
    for _ in range(2):
        clerk.will(ImportDialog, take(qtbot))
    assert drop(window, [years[2016], years[2017]])
    qtbot.waitUntil(lambda: len(report_of(window).baselines) == 3)


def test_what_is_no_file_is_not_welcome(window: MainWindow) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.cn/2018.doc")])
    event = QDragEnterEvent(
        QPointF(3, 3).toPoint(),
        Qt.DropAction.CopyAction,
        data,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    window.dragEnterEvent(event)
    assert not event.isAccepted()


def test_reading_can_be_cancelled_and_nothing_is_taken_over(
    qtbot: QtBot,
    clerk: Clerk,
    window: MainWindow,
    years: dict[int, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Reading waits for the test, so nothing here depends on how fast the machine is."""
    let_go = threading.Event()

    def slow(*_: object, **__: object) -> Proposal:
        let_go.wait(30)
        raise NianbaoError(ReadProblem.EMPTY, file="x")

    monkeypatch.setattr(importing, "propose", slow)
    clerk.will(WaitDialog, lambda dialog: qtbot.mouseClick(dialog.cancel_button, LEFT))
    assert not window.documents.import_files(list(years.values()))
    let_go.set()
    assert window.documents.document is None
