"""A report, a form and a file name full of HTML: shown letter by letter, and nothing is fetched.

A label that takes a text for rich text loads the pictures it names, over the network too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtGui import Qt as Text
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.catalog import Catalog, resources_folder
from core.importing.propose import propose
from core.period import Period
from core.report import HEADER_FIELDS, Baseline, Explanation, Report
from core.session import Edit
from core.storage.files import save_report
from core.storage.station import Station
from gui.charts.page import ChartDialog
from gui.failures.dialog import CrashDialog
from gui.failures.recorder import Failure, Recorder
from gui.importing.dialog import ImportDialog
from gui.importing.years_dialog import YearsDialog
from gui.look.style import Theme
from gui.report.documents import Documents
from gui.report.mail_dialog import MailDialog, proposed_mail
from gui.safety.conflict import Conflict, ConflictDialog
from gui.safety.recovery import RecoveryDialog
from gui.safety.versions import Shelf, VersionsDialog
from gui.system.settings import Settings
from gui.system.work import WaitDialog
from gui.widgets.dialogs import Dialogs
from gui.window.window import MainWindow

PICTURE = "<img src='file:///nowhere/marker.png'>"
HOSTILE = f"{PICTURE}<b>甲</b>&amp;乙"
#: Windows allows no < in a name; a file may come from elsewhere all the same.
FILE = "报表<b>&x<b>.nianbao"


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """The usual forms, and one whose every label and note is hostile."""
    text = (resources_folder() / "forms" / "cn-2014-beijing.toml").read_text("utf-8")
    for name in ("label", "note", "title"):
        text = text.replace(f'{name} = "', f'{name} = "{HOSTILE}')
    own = tmp_path / "forms"
    own.mkdir()
    (own / "hostile.toml").write_text(
        text.replace('id = "cn-2014-beijing"', 'id = "hostile"', 1), "utf-8"
    )
    return Catalog.standard(own)


@pytest.fixture
def report(catalog: Catalog) -> Report:
    form = catalog.form("hostile")
    baseline = Baseline(Period(2018), HOSTILE, form.id, {"1.3.4": 188, "1.1": 31}, f"{HOSTILE}.txt")
    made = Report(form, Period(2019), baselines=(baseline,))
    made.header.update(dict.fromkeys(HEADER_FIELDS, HOSTILE))
    made.values.update({"1.1": 31, "1.3.4": 188, "1.1.1": 40, "3.1": 5, "3.1.1": 1})
    for bound in catalog.checks(form.id).bound:
        made.explanations[bound.id] = Explanation(HOSTILE, 188, 31)
    return made


@pytest.fixture
def window(
    qtbot: QtBot, qapp: QApplication, catalog: Catalog, tmp_path: Path
) -> Iterator[MainWindow]:
    sheet, palette = qapp.styleSheet(), qapp.palette()
    settings = Settings(tmp_path / "data")
    settings.set_flag("tour_seen", True)
    made = MainWindow(
        settings,
        Theme(qapp, "light"),
        lambda parent: Documents(catalog, settings, Dialogs(parent), parent),
        Recorder(settings.folder),
    )
    made.show()
    qtbot.waitExposed(made)
    yield made
    if made.documents.document is not None:
        made.documents.document.undo_stack.setClean()
    made.close()
    made.theme.deleteLater()
    made.deleteLater()
    qtbot.wait(0)
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


def tips(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    flat = isinstance(model, QAbstractListModel)  # its count of columns is private
    for column in range(1 if flat else model.columnCount(parent)):
        for row in range(model.rowCount(parent)):
            index = model.index(row, column, parent)
            yield str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
            if not column and not flat:
                yield from tips(model, index)
        for heading in Qt.Orientation:
            tip = model.headerData(column, heading, Qt.ItemDataRole.ToolTipRole)
            yield str(tip or "")


def is_taken_for_html(text: str) -> bool:
    """Whether Qt would read the signs of ours in *text* as HTML."""
    return Text.mightBeRichText(text) and any(part in text for part in ("<img", "<b>甲", "<b>&x"))


def assert_plain(root: QWidget, expect: str) -> None:
    """No text under *root* is taken for HTML, and *expect* is among what its labels show."""
    shown: list[str] = []
    everything = [root, *root.findChildren(QWidget)]
    for widget in everything:
        said = [widget.toolTip()]
        if isinstance(widget, QLabel):
            shown.append(widget.text())
            if widget.textFormat() is not Qt.TextFormat.PlainText:
                assert widget.textFormat() is not Qt.TextFormat.AutoText, widget.text()
                said.append(widget.text())
        if isinstance(widget, QAbstractItemView):
            said += tips(widget.model(), QModelIndex())
        for text in said:
            assert not is_taken_for_html(text), text
    for action in root.findChildren(QAction):
        assert not is_taken_for_html(action.toolTip()), action.toolTip()
    assert not expect or any(expect in text for text in shown), shown


def test_the_window_with_its_panes(
    qtbot: QtBot, window: MainWindow, report: Report, tmp_path: Path
) -> None:
    path = tmp_path / FILE
    save_report(report, path)
    assert window.documents.open_file(path)
    window.header.set_folded(False)
    document = window.documents.document
    assert document is not None
    window.sheets.go_to("1.3.4")
    document.submit(Edit("填写", cells={"3.1": 6}))
    qtbot.wait(200)
    assert_plain(window, HOSTILE)
    html = [x for x in window.findChildren(QLabel) if x.textFormat() is Qt.TextFormat.RichText]
    assert len(html) == 2, "the header's line and the help are HTML, of escaped texts"
    assert any(HOSTILE in card.finding.message for card in window.findings.cards)
    document.undo_stack.setClean()
    window.documents.close()
    qtbot.wait(50)
    assert_plain(window, str(tmp_path))
    assert any(path.stem == label.text() for label in window.start_page.findChildren(QLabel))


@pytest.mark.parametrize(
    "dialog",
    [
        "conflict",
        "broken",
        "recovery",
        "versions",
        "years",
        "chart",
        "mail",
        "wait",
        "crash",
        "import",
    ],
)
def test_a_dialog(
    qtbot: QtBot,
    window: MainWindow,
    catalog: Catalog,
    report: Report,
    tmp_path: Path,
    dialog: str,
) -> None:
    path = tmp_path / FILE
    save_report(report, path)
    assert window.documents.open_file(path)
    document = window.documents.document
    assert document is not None
    safety = window.documents.safety
    other = Report(report.form, report.period)

    def recovery() -> QWidget:
        dead = Station("", "", "", 2**31 - 2, "")
        safety.journals._station = dead
        journal = safety.journals.begin(other, path, "another digest")
        change = document.session.apply(document.session.copy_last(["1.1"]))
        journal.record(change.edit, document.session.report)
        offers = safety.journals.recoveries(catalog)[0]
        return RecoveryDialog(offers, [HOSTILE], window)

    def versions() -> QWidget:
        save_report(report, path, backups=safety.backups)
        shelf = Shelf(
            [path],
            safety.backups.versions,
            lambda version: safety.backups.read(version, catalog).report,
            lambda _path: other,
        )
        return VersionsDialog(shelf, window)

    def preview() -> QWidget:
        return ImportDialog(propose(path, catalog), other, [report.form], lambda *_: None, window)

    made: dict[str, Callable[[], QWidget]] = {
        "conflict": lambda: ConflictDialog(Conflict(FILE, report, other, "", ""), window),
        "broken": lambda: ConflictDialog(Conflict(FILE, report, None, "", HOSTILE), window),
        "recovery": recovery,
        "versions": versions,
        "years": lambda: YearsDialog(report, window),
        "chart": lambda: ChartDialog(document, window.theme.tokens, window),
        "mail": lambda: MailDialog(proposed_mail(document.session, HOSTILE), window),
        "wait": lambda: WaitDialog(f"正在读取“{FILE}”…", window),
        "crash": lambda: CrashDialog(Failure(HOSTILE, HOSTILE), window, may_name=True),
        "import": preview,
    }
    shown = made[dialog]()
    shown.show()
    qtbot.waitExposed(shown)
    qtbot.wait(300 if dialog == "chart" else 20)
    expect = {
        "years": "历年数",
        "chart": "",
        "mail": "本程序不发送邮件",
        "versions": "",
        "import": "",
    }
    assert_plain(shown, expect.get(dialog, "<b>"))
    shown.close()
    shown.deleteLater()


def test_message_boxes(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = 0

    def look(box: QMessageBox) -> int:
        nonlocal boxes
        boxes += 1
        box.show()
        assert_plain(box, HOSTILE)
        box.close()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", look)
    dialogs = Dialogs(window)
    dialogs.error(HOSTILE, HOSTILE)
    dialogs.inform(HOSTILE, HOSTILE)
    dialogs.confirm(HOSTILE, HOSTILE, "是")
    dialogs.unsaved(HOSTILE)
    assert boxes == 4
