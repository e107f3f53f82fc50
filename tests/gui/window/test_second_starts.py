"""A double click on another report while the window is open: never under an open question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from gui.widgets.dialogs import Answer
from gui.window.second_starts import SecondStarts
from gui.window.window import MainWindow
from tests.gui.report.test_files import type_figure
from tests.gui.window.answers import AnsweringDialogs


@pytest.fixture
def starts(window: MainWindow) -> SecondStarts:
    return SecondStarts(window)


def opened(window: MainWindow) -> Path | None:
    document = window.documents.document
    return None if document is None else document.path


def test_file_is_opened_once_the_open_dialog_is_answered(
    qtbot: QtBot, window: MainWindow, starts: SecondStarts, saved_report: Callable[..., Path]
) -> None:
    first, second = saved_report("甲"), saved_report("乙")
    assert window.documents.open_file(first)
    dialog = QDialog(window)
    dialog.open()
    starts.take(str(second))
    qtbot.wait(500)
    assert opened(window) == first
    dialog.accept()
    qtbot.waitUntil(lambda: opened(window) == second)


def test_several_files_are_opened_in_their_order(
    qtbot: QtBot, window: MainWindow, starts: SecondStarts, saved_report: Callable[..., Path]
) -> None:
    files = [saved_report(name) for name in ("甲", "乙", "丙")]
    seen: list[Path | None] = []
    window.documents.document_changed.connect(lambda _: seen.append(opened(window)))
    dialog = QDialog(window)
    dialog.open()
    for path in [*files, files[0]]:
        starts.take(str(path))
    dialog.reject()
    qtbot.waitUntil(lambda: opened(window) == files[-1])
    assert seen == files


def test_the_report_that_is_open_already_is_only_shown(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    starts: SecondStarts,
    saved_report: Callable[..., Path],
) -> None:
    path = saved_report("甲")
    assert window.documents.open_file(path)
    document = window.documents.document
    assert document is not None
    type_figure(qtbot, window, "1.1", "31")
    assert document.is_dirty
    window.showMinimized()
    starts.take(str(path.parent / "." / path.name))
    assert window.documents.document is document
    assert not window.isMinimized()
    assert dialogs.asked == []


def test_another_report_asks_about_the_changes_first(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    starts: SecondStarts,
    saved_report: Callable[..., Path],
) -> None:
    first, second = saved_report("甲"), saved_report("乙")
    assert window.documents.open_file(first)
    type_figure(qtbot, window, "1.1", "31")
    dialogs.answers = [Answer.CANCEL]
    starts.take(str(second))
    assert opened(window) == first
    assert len(dialogs.asked) == 1
    starts.take("")
    qtbot.wait(300)
    assert len(dialogs.asked) == 1
