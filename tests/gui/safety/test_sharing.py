"""The file is open in a second window or on a second computer, or was changed by another program."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.period import Period
from core.report import Report
from core.storage.files import open_report
from core.storage.lock import Lock, acquire, lock_file
from core.storage.station import Station
from gui.safety.conflict import Choice, Conflict, ConflictDialog
from gui.window.window import MainWindow
from tests.gui.report.test_files import type_figure
from tests.gui.window.answers import AnsweringDialogs

FORM = "cn-2014-beijing"
COLLEAGUE = Station("李四", "财务室-2", "another installation", 4711, "then")


def held_by_colleague(path: Path) -> Lock:
    lock = acquire(path, COLLEAGUE).lock
    assert lock is not None
    return lock


def test_a_report_open_elsewhere_is_read_only_and_saved_under_another_name(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    catalog: Catalog,
    tmp_path: Path,
) -> None:
    path = saved_report(values={"2.1": 4})
    held_by_colleague(path)
    assert window.documents.open_file(path)
    assert len(dialogs.told) == 1 and "李四（财务室-2）" in dialogs.told[0]
    assert window.windowTitle() == "某区某局 2019年度 [只读] — 公开年报"
    assert window.status.saved.startswith("只读")
    type_figure(qtbot, window, "1.1", "31")
    # First the very same file again, which is refused, then another one.
    dialogs.paths = [path, tmp_path / "我的一份.nianbao"]
    assert not window.documents.save()
    assert "李四" in dialogs.errors[0]
    assert open_report(path, catalog).report.values == {"2.1": 4}
    assert window.documents.save()
    assert open_report(path, catalog).report.values == {"2.1": 4}
    mine = tmp_path / "我的一份.nianbao"
    assert open_report(mine, catalog).report.values == {"1.1": 31, "2.1": 4}
    assert window.windowTitle() == "某区某局 2019年度 — 公开年报"
    assert window.status.saved.startswith("已保存")
    assert lock_file(mine).exists() and lock_file(path).exists()


def test_once_the_other_has_closed_it_the_report_is_saved_as_usual(
    qtbot: QtBot,
    window: MainWindow,
    saved_report: Callable[..., Path],
    catalog: Catalog,
) -> None:
    path = saved_report()
    other = held_by_colleague(path)
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1", "31")
    other.release()
    assert window.documents.save()
    assert open_report(path, catalog).report.values == {"1.1": 31}
    assert "只读" not in window.windowTitle()


def test_what_the_other_saved_meanwhile_is_shown_before_it_is_replaced(
    qtbot: QtBot,
    window: MainWindow,
    saved_report: Callable[..., Path],
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = saved_report()
    other = held_by_colleague(path)
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1", "31")
    saved_report(values={"2.1": 5})
    other.release()
    shown: list[Conflict] = []

    def ask(conflict: Conflict, _parent: object) -> Choice:
        shown.append(conflict)
        return Choice.CANCEL

    monkeypatch.setattr(ConflictDialog, "ask", ask)
    assert not window.documents.save()
    assert shown[0].theirs is not None and shown[0].theirs.values == {"2.1": 5}
    assert shown[0].mine.values == {"1.1": 31}
    assert open_report(path, catalog).report.values == {"2.1": 5}


def test_a_lock_left_by_a_crash_locks_nobody_out(
    window: MainWindow, saved_report: Callable[..., Path]
) -> None:
    path = saved_report()
    here = window.documents.safety.station
    dead = Station(here.user, here.machine, here.installation, 2**31 - 2, "")
    assert acquire(path, dead).lock is not None
    assert window.documents.open_file(path)
    assert not window.documents.is_read_only
    assert "没有正常关闭" in window.status.note


def test_the_file_is_free_again_once_the_report_or_the_window_is_closed(
    window: MainWindow, saved_report: Callable[..., Path]
) -> None:
    one, two = saved_report("一"), saved_report("二")
    window.documents.open_file(one)
    assert lock_file(one).exists()
    window.documents.open_file(one)
    assert lock_file(one).exists() and not window.documents.is_read_only
    window.documents.open_file(two)
    assert lock_file(two).exists() and not lock_file(one).exists()
    window.close()
    assert not lock_file(two).exists()


def test_a_file_taken_over_by_another_becomes_read_only_here(
    qtbot: QtBot,
    window: MainWindow,
    saved_report: Callable[..., Path],
    catalog: Catalog,
) -> None:
    path = saved_report()
    window.documents.open_file(path)
    keeper = window.documents.safety.keeper
    assert keeper is not None and keeper.claim is not None
    lock_file(path).unlink()  # as a computer does that found it too old
    held_by_colleague(path)
    keeper.claim.renew()
    qtbot.waitUntil(lambda: window.documents.is_read_only)
    assert "[只读]" in window.windowTitle() and "另存为" in window.status.note
    window.documents.close()
    assert lock_file(path).exists(), "the other's mark must stay"


def test_a_mark_renewed_in_the_other_thread_stays_gone_once_released(
    qtbot: QtBot, window: MainWindow, saved_report: Callable[..., Path]
) -> None:
    path = saved_report()
    for _ in range(20):
        window.documents.open_file(path)
        keeper = window.documents.safety.keeper
        assert keeper is not None and keeper.claim is not None
        keeper.claim.renew()
        window.documents.close()
    qtbot.wait(50)
    assert not lock_file(path).exists()


@pytest.mark.skipif(os.name == "nt", reason="a folder has no such permission bits there")
def test_where_no_mark_can_be_made_the_report_is_opened_all_the_same(
    window: MainWindow, saved_report: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved_report()

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(window.documents.safety.fs, "open_new", refuse)
    assert window.documents.open_file(path)
    assert not window.documents.is_read_only
    assert "请确认没有别人同时打开它" in window.status.note


def test_save_as_in_the_conflict_keeps_both(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    catalog: Catalog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = saved_report()
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1", "31")
    saved_report(values={"2.1": 5})
    monkeypatch.setattr(ConflictDialog, "ask", lambda *_: Choice.SAVE_AS)
    dialogs.paths = [tmp_path / "我的.nianbao"]
    assert window.documents.save()
    assert open_report(path, catalog).report.values == {"2.1": 5}
    assert open_report(tmp_path / "我的.nianbao", catalog).report.values == {"1.1": 31}


def test_only_the_version_that_was_shown_is_overwritten(
    qtbot: QtBot,
    window: MainWindow,
    saved_report: Callable[..., Path],
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = saved_report()
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1", "31")
    saved_report(values={"2.1": 5})
    shown: list[object] = []

    def ask(conflict: Conflict, _parent: object) -> Choice:
        assert conflict.theirs is not None
        shown.append(dict(conflict.theirs.values))
        if len(shown) == 1:  # while the clerk reads, the other program writes again
            saved_report(values={"2.1": 6})
        return Choice.OVERWRITE

    monkeypatch.setattr(ConflictDialog, "ask", ask)
    assert window.documents.save()
    assert shown == [{"2.1": 5}, {"2.1": 6}]
    assert open_report(path, catalog).report.values == {"1.1": 31}
    backups = window.documents.safety.backups
    kept = [backups.read(v, catalog).report.values for v in backups.versions(path)]
    assert {"2.1": 6} in kept


def test_the_conflict_shows_both_sides_and_takes_the_safe_way_on_enter(
    qtbot: QtBot, window: MainWindow, catalog: Catalog
) -> None:
    form = catalog.form(FORM)
    mine, theirs = Report(form, Period(2019)), Report(form, Period(2019))
    mine.values["1.1"] = 31
    theirs.values["1.1"] = 5
    dialog = ConflictDialog(Conflict("报表.nianbao", mine, theirs, "", ""), window)
    dialog.show()
    assert dialog.table.texts() == [(form.cell_name("1.1"), "5", "31")]
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.choice is Choice.SAVE_AS
    broken = ConflictDialog(Conflict("报表.nianbao", mine, None, "", "文件已损坏。"), window)
    broken.show()
    assert "文件已损坏。" in broken.summary.text() and not broken.table.isVisible()
    qtbot.keyClick(broken, Qt.Key.Key_Escape)
    assert broken.choice is Choice.CANCEL
