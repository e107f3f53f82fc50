"""What the window writes down while a clerk works, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.storage.files import open_report
from core.storage.journal import Journal
from core.storage.recovery import Recovery, recover
from gui.safety.recovery import Action, Decision, RecoveryDialog
from gui.widgets.dialogs import Answer
from gui.window.window import MainWindow
from tests.gui.report.test_files import type_figure
from tests.gui.window.answers import AnsweringDialogs

CONTROL = Qt.KeyboardModifier.ControlModifier


def in_journal(window: MainWindow) -> Recovery | None:
    """What the next start would find if the program ended now."""
    keeper = window.documents.safety.keeper
    assert keeper is not None
    file = keeper.journal.file
    return None if file is None else recover(file, window.documents.catalog)


def journals(window: MainWindow) -> list[Path]:
    return sorted((window.settings.folder / "journals").glob("*.journal"))


def test_every_step_is_in_the_journal_before_the_next_event_also_undone_and_redone(
    qtbot: QtBot, window: MainWindow, saved_report: Callable[..., Path]
) -> None:
    window.documents.open_file(saved_report())
    assert in_journal(window) is None and journals(window) == []
    type_figure(qtbot, window, "1.1", "31")
    type_figure(qtbot, window, "1.2", "7")
    found = in_journal(window)
    assert found is not None and found.report.values == {"1.1": 31, "1.2": 7}
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Z, CONTROL)
    found = in_journal(window)
    assert found is not None and found.report.values == {"1.1": 31}
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Y, CONTROL)
    found = in_journal(window)
    assert found is not None and found.report.values == {"1.1": 31, "1.2": 7}


def test_a_saved_report_has_no_journal_and_begins_a_new_one_with_the_next_edit(
    qtbot: QtBot, window: MainWindow, saved_report: Callable[..., Path]
) -> None:
    path = saved_report()
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1", "31")
    assert window.documents.save()
    assert journals(window) == []
    type_figure(qtbot, window, "1.2", "7")
    found = in_journal(window)
    assert found is not None and found.original == path
    assert [str(change) for change in found.changed] != []
    assert {change.key for change in found.changed} == {"1.2"}
    assert window.documents.save() and window.documents.close()
    assert journals(window) == []


def test_what_is_closed_unsaved_can_be_found_again_for_some_days(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = saved_report()
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1", "31")
    dialogs.answers = [Answer.DISCARD]
    assert window.documents.close()
    assert journals(window) == []
    assert open_report(path, catalog).report.values == {}

    def take_back(offers: list[Recovery], *_args: object, **kwargs: bool) -> Decision:
        assert kwargs == {"given_up": True}
        return Decision(Action.RESTORE, offers[0])

    monkeypatch.setattr(RecoveryDialog, "ask", take_back)
    window.rescue.find_unsaved()
    document = window.documents.document
    assert document is not None and document.is_dirty
    assert document.session.value("1.1") == 31
    assert "*" in window.windowTitle()
    assert window.documents.save()
    assert open_report(path, catalog).report.values == {"1.1": 31}


def test_a_journal_that_cannot_be_written_is_said_once_and_tried_again(
    qtbot: QtBot,
    window: MainWindow,
    saved_report: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.documents.open_file(saved_report())
    keeper = window.documents.safety.keeper
    assert keeper is not None
    said: list[str] = []
    keeper.said.connect(said.append)
    real = Journal._write
    failing = OSError(28, "No space left on device")

    def refuse(_self: Journal, _report: object) -> None:
        raise failing

    monkeypatch.setattr(Journal, "_write", refuse)
    type_figure(qtbot, window, "1.1", "31")
    type_figure(qtbot, window, "1.2", "7")
    assert len(said) == 1 and "磁盘空间不足" in said[0] and "请尽快保存" in said[0]
    assert keeper.is_journal_failing
    monkeypatch.setattr(Journal, "_write", real)
    keeper.try_again()
    assert not keeper.is_journal_failing and len(said) == 2
    found = in_journal(window)
    assert found is not None and found.report.values == {"1.1": 31, "1.2": 7}
