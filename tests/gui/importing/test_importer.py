"""Last year's file: read beside the window, shown before it is taken over, warned about, undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.form.form import Form
from core.importing.propose import propose
from core.period import Comparison, Period, PeriodKind
from core.problems import NianbaoError
from core.report import Report
from core.values import CellValue
from gui.importing.dialog import ImportDialog, following
from gui.importing.rows import Standing, preview_rows
from gui.window.window import MainWindow
from tests.gui.window.answers import AnsweringDialogs

ROOT = Path(__file__).resolve().parents[3]
LAST_YEAR = ROOT / "resources/samples/2018-统计表.txt"
FORM = "cn-2014-beijing"
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def press(qtbot: QtBot) -> Callable[[str], list[ImportDialog]]:
    """Presses a button of the import preview as soon as it is shown; the previews seen so far."""
    seen: list[ImportDialog] = []

    def arrange(button: str) -> list[ImportDialog]:
        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if not isinstance(dialog, ImportDialog):
                QTimer.singleShot(20, look)
                return
            seen.append(dialog)
            dialog.agree_box.setChecked(True)
            qtbot.mouseClick(getattr(dialog, button), LEFT)

        QTimer.singleShot(20, look)
        return seen

    return arrange


def preview(
    qtbot: QtBot, catalog: Catalog, path: Path, report: Report | None = None
) -> ImportDialog:
    form_id = report.form.id if report is not None else None
    proposal = propose(path, catalog, form_id=form_id)
    dialog = ImportDialog(proposal, report, catalog.all_forms()[0], lambda *_: proposal)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_a_report_begins_with_last_years_file(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    figures_2018: dict[str, CellValue],
    press: Callable[[str], list[ImportDialog]],
) -> None:
    dialogs.paths = [LAST_YEAR]
    press("take_button")
    qtbot.mouseClick(window.start_page.import_button, LEFT)
    document = window.documents.document
    assert document is not None
    report = document.session.report
    assert report.period == Period(2019)
    assert report.unit_name == "通州区政务服务管理办公室"
    assert report.last_values == figures_2018
    assert report.values == {}
    assert document.is_dirty


def test_nothing_is_taken_over_when_the_preview_is_left(
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    press: Callable[[str], list[ImportDialog]],
) -> None:
    window.documents.open_file(saved_report())
    document = window.documents.document
    assert document is not None
    before = document.session.report.baselines
    dialogs.paths = [LAST_YEAR]
    press("cancel_button")
    window.actions_["import"].trigger()
    assert document.session.report.baselines == before
    assert not document.is_dirty


def test_an_import_is_one_undo_step(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    press: Callable[[str], list[ImportDialog]],
) -> None:
    window.documents.open_file(saved_report())
    document = window.documents.document
    assert document is not None
    before = document.session.report.baselines
    dialogs.paths = [LAST_YEAR]
    press("take_button")
    qtbot.keyClick(window, Qt.Key.Key_I, CONTROL)
    assert document.session.report.baselines != before
    assert document.session.report.unit_name == "某区某局"
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert document.session.report.baselines == before


def test_another_programs_file_is_taken_for_last_years(
    window: MainWindow, press: Callable[[str], list[ImportDialog]]
) -> None:
    press("take_button")
    assert window.documents.open_file(LAST_YEAR)
    assert window.documents.document is not None
    assert window.documents.document.path is None


def test_wrong_year_and_other_office_have_to_be_agreed_to(qtbot: QtBot, catalog: Catalog) -> None:
    report = Report(catalog.form(FORM), Period(2021))
    report.header["unit_name"] = "另一个局"
    dialog = preview(qtbot, catalog, LAST_YEAR, report)
    assert len(dialog.warning_sentences) == 2
    assert not dialog.take_button.isEnabled()
    qtbot.mouseClick(dialog.agree_box, LEFT, pos=QPoint(8, dialog.agree_box.height() // 2))
    assert dialog.take_button.isEnabled()
    assert dialog.taken().baseline.period == Period(2018)


def test_another_edition_is_said_and_only_what_means_the_same_is_listed(
    qtbot: QtBot, catalog: Catalog
) -> None:
    report = Report(catalog.form("cn-2021"), Period(2019))
    try:
        dialog = preview(qtbot, catalog, LAST_YEAR, report)
    except NianbaoError as error:
        assert "2014" in str(error)
    else:
        assert any("2014" in sentence for sentence in dialog.warning_sentences)
        assert not dialog.take_button.isEnabled()


def hand_made(path: Path, form: Form, figures: dict[str, CellValue]) -> Path:
    """A workbook as an office keeps it: another wording, a row left out, one too many, blanks."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["政府信息公开情况统计表", None, None])
    sheet.append(["（ 2018 年度）", None, None])
    sheet.append(["统计指标", "单位", "统计数"])
    for row in form.rows.values():
        if row.code == "9.3":
            continue
        label = row.label.replace("收到申请数", "收 到 申 请 总 数")
        figure = figures.get(row.code)
        if row.code.startswith("3.1.") and figure == 0:
            figure = None
        sheet.append([label, row.unit.name if row.unit else None, figure])
    sheet.append(["本单位自己加的一行", "件", 12])
    book.save(path)
    return path


def test_the_preview_tells_sure_from_unsure_missing_and_extra(
    qtbot: QtBot, catalog: Catalog, figures_2018: dict[str, CellValue], tmp_path: Path
) -> None:
    form = catalog.form(FORM)
    path = hand_made(tmp_path / "2018年统计表.xlsx", form, figures_2018)
    dialog = preview(qtbot, catalog, path)
    rows = preview_rows(dialog.proposal)
    standing = {row.name: row.standing for row in rows}
    assert standing[form.cell_name("9.3")] is Standing.MISSING
    assert [row.label for row in rows if row.standing is Standing.UNMATCHED] == [
        "本单位自己加的一行"
    ]
    assert all(row.remark for row in rows if row.standing is Standing.UNSURE)
    assert sum(row.standing is not Standing.UNMATCHED for row in rows) == 71

    blank = dialog.proposal.blank_details
    assert blank
    assert not any(key in dialog.proposal.values for key in blank)
    dialog.zero_box.setChecked(True)
    assert all(dialog.proposal.values[key] == 0 for key in blank)
    dialog.zero_box.setChecked(False)
    assert not any(key in dialog.taken().baseline.values for key in blank)


def test_a_new_report_waits_for_the_year_where_the_file_tells_none(
    qtbot: QtBot, catalog: Catalog, figures_2018: dict[str, CellValue], tmp_path: Path
) -> None:
    path = hand_made(tmp_path / "统计表.xlsx", catalog.form(FORM), figures_2018)
    from openpyxl import load_workbook

    book = load_workbook(path)
    assert book.active is not None
    book.active["A2"] = None
    book.save(path)
    dialog = preview(qtbot, catalog, path)
    assert dialog.proposal.period is None
    assert not dialog.take_button.isEnabled()
    dialog.period_box.setCurrentIndex(2)
    assert dialog.take_button.isEnabled()
    chosen = dialog.period_box.currentData()
    taken = dialog.taken()
    assert taken.baseline.period == chosen
    assert taken.next_period == chosen.shifted(1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.docx", b""),
        ("图片.doc", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("乱.txt", bytes(range(256))),
    ],
)
def test_what_cannot_be_read_is_one_sentence(
    window: MainWindow, dialogs: AnsweringDialogs, tmp_path: Path, name: str, content: bytes
) -> None:
    bad = tmp_path / name
    bad.write_bytes(content)
    assert not window.documents.import_file(bad)
    assert len(dialogs.errors) == 1
    assert name in dialogs.errors[0]
    assert window.documents.document is None


def test_the_next_period_is_the_one_that_compares_with_it() -> None:
    quarter = Period(2023, PeriodKind.QUARTER, 4)
    assert following(Period(2018), Comparison.PREVIOUS) == Period(2019)
    assert following(quarter, Comparison.PREVIOUS) == Period(2024, PeriodKind.QUARTER, 1)
    assert following(quarter, Comparison.YEAR_AGO) == Period(2024, PeriodKind.QUARTER, 4)
