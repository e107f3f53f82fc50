"""The next start after a crash: what is offered, and what each answer does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.period import Period
from core.report import Report
from core.session import Edit, Session
from core.storage.files import open_report
from core.storage.journals import Journals
from core.storage.recovery import Recovery
from core.storage.station import Station
from gui.safety.recovery import Action, Decision, RecoveryDialog
from gui.window.window import MainWindow
from tests.gui.window.answers import AnsweringDialogs

FORM = "cn-2014-beijing"
#: A process that does not run: numbers end far below.
DEAD_PID = 2**31 - 2


@pytest.fixture
def crashed(window: MainWindow, catalog: Catalog) -> Callable[..., Path]:
    """Leaves the journal of a program that ended in the middle of work; the journal."""

    def leave(path: Path | None = None, value: int = 31) -> Path:
        here = window.documents.safety.station
        gone = Station(here.user, here.machine, here.installation, DEAD_PID, "")
        journals = Journals([window.settings.folder / "journals"], gone)
        report, digest = Report(catalog.form(FORM), Period(2019)), None
        report.header["unit_name"] = "某区某局"
        if path is not None:
            opened = open_report(path, catalog)
            report, digest = opened.report, opened.stamp.sha256
        session = Session(report, catalog.checks(FORM))
        journal = journals.begin(session.report, path, digest)
        change = session.apply(Edit("填写", cells={"1.1": value}))
        journal.record(change.edit, session.report)
        file = journal.abandon()
        assert file is not None
        return file

    return leave


class Asked:
    """Answers the offers one after the other, and keeps them."""

    def __init__(self, *actions: Action | None) -> None:
        self.actions = list(actions)
        self.offers: list[list[Recovery]] = []

    def __call__(self, offers: Sequence[Recovery], *_: object, **__: object) -> Decision | None:
        self.offers.append(list(offers))
        action = self.actions.pop(0)
        return None if action is None else Decision(action, offers[0])


def start(qtbot: QtBot, window: MainWindow, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the program does once its window is shown."""
    monkeypatch.setattr(RecoveryDialog, "ask", asked)
    window.rescue.after_start()
    qtbot.waitUntil(lambda: not asked.actions)
    qtbot.wait(0)


def left(window: MainWindow) -> list[Path]:
    return sorted((window.settings.folder / "journals").glob("*.journal"))


def given_up(window: MainWindow) -> list[Path]:
    return window.documents.safety.journals.discarded()


def test_restoring_opens_the_report_as_it_stood_unsaved_and_writes_nothing(
    qtbot: QtBot,
    window: MainWindow,
    saved_report: Callable[..., Path],
    crashed: Callable[..., Path],
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = saved_report(values={"2.1": 4})
    crashed(path)
    asked = Asked(Action.RESTORE)
    start(qtbot, window, asked, monkeypatch)
    ((offer,),) = asked.offers
    assert offer.original == path and offer.time is not None
    assert [(c.name, c.one, c.other) for c in offer.changed] == [
        (catalog.form(FORM).cell_name("1.1"), "", "31")
    ]
    document = window.documents.document
    assert document is not None and document.is_dirty and document.path == path
    assert document.session.report.values == {"1.1": 31, "2.1": 4}
    assert window.windowTitle() == "某区某局 2019年度 * — 公开年报"
    assert open_report(path, catalog).report.values == {"2.1": 4}
    # Still not saved: were the program to end again, it would be offered again.
    assert len(left(window)) == 1
    assert window.documents.save()
    assert open_report(path, catalog).report.values == {"1.1": 31, "2.1": 4}
    assert left(window) == []


def test_a_report_that_was_never_saved_is_offered_and_saved_under_a_name(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    crashed: Callable[..., Path],
    catalog: Catalog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crashed()
    dialogs.paths = [tmp_path / "找回.nianbao"]
    start(qtbot, window, Asked(Action.SAVE_AS), monkeypatch)
    assert open_report(tmp_path / "找回.nianbao", catalog).report.values == {"1.1": 31}
    assert left(window) == [] and len(given_up(window)) == 1
    assert window.documents.document is None


def test_giving_up_keeps_it_for_thirty_days_and_putting_off_offers_it_again(
    qtbot: QtBot,
    window: MainWindow,
    crashed: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crashed(value=1)
    crashed(value=2)
    start(qtbot, window, Asked(None), monkeypatch)
    assert len(left(window)) == 2
    asked = Asked(Action.GIVE_UP, Action.GIVE_UP)
    start(qtbot, window, asked, monkeypatch)
    assert [len(offers) for offers in asked.offers] == [2, 1]
    assert left(window) == [] and len(given_up(window)) == 2


def test_a_save_as_that_fails_asks_again_and_keeps_the_journal(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    crashed: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crashed()
    dialogs.paths = [tmp_path / "拔掉的U盘" / "找回.nianbao"]
    start(qtbot, window, Asked(Action.SAVE_AS, None), monkeypatch)
    assert len(dialogs.errors) == 1 and len(left(window)) == 1


def test_a_torn_journal_is_said_and_left_alone(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    crashed: Callable[..., Path],
) -> None:
    file = crashed()
    lines = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join([lines[0], b'{"base": torn', *lines[2:]]))
    window.rescue.after_start()
    qtbot.waitUntil(lambda: bool(dialogs.told))
    assert file.name in dialogs.told[0] and file.exists()


def test_the_dialog_names_file_time_and_every_changed_cell(
    qtbot: QtBot,
    window: MainWindow,
    saved_report: Callable[..., Path],
    crashed: Callable[..., Path],
    catalog: Catalog,
) -> None:
    path = saved_report(values={"1.1": 4})
    crashed(path)
    crashed()
    offers, _ = window.documents.safety.journals.recoveries(catalog)
    offers.sort(key=lambda offer: offer.original is None)
    dialog = RecoveryDialog(offers, ["有一条记录不能读取。"], window)
    dialog.show()
    assert offers[0].time is not None
    first = dialog.reports.item(0).text()
    assert path.name in first and f"{offers[0].time:%H:%M}" in first and "1 处" in first
    assert "从未保存" in dialog.reports.item(1).text()
    assert dialog.table.texts() == [(catalog.form(FORM).cell_name("1.1"), "4", "31")]
    dialog.reports.setCurrentRow(1)
    assert dialog.table.texts()[-1] == (catalog.form(FORM).cell_name("1.1"), "（空白）", "31")
    spoken = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "30 天" in spoken and "有一条记录不能读取。" in spoken
    qtbot.mouseClick(dialog.give_up_button, Qt.MouseButton.LeftButton)
    assert dialog.decision == Decision(Action.GIVE_UP, offers[1])
    dialog.deleteLater()
