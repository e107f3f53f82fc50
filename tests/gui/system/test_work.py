"""Work in a thread of its own: waited for, told of, called off, or left to itself."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.problems import NianbaoError
from core.reading.base.raw import ReadProblem
from gui.system.work import Progress, Stopped, WaitDialog, run_beside, start_beside

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def when_waiting(do: Callable[[WaitDialog], object]) -> None:
    """Calls *do* once the dialog is there; the work waits for the test, so no clock decides."""
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, WaitDialog):
        do(dialog)
    else:
        QTimer.singleShot(10, lambda: when_waiting(do))


def test_long_work_can_be_cancelled_and_the_window_goes_on(qtbot: QtBot, owner: QWidget) -> None:
    let_go = threading.Event()
    when_waiting(lambda dialog: qtbot.mouseClick(dialog.cancel_button, LEFT))
    assert run_beside("正在读取…", lambda: let_go.wait(30), owner) is None
    let_go.set()


def test_work_that_ends_while_the_dialog_is_there_is_returned(owner: QWidget) -> None:
    let_go = threading.Event()
    when_waiting(lambda _: let_go.set())
    assert run_beside("正在读取…", lambda: let_go.wait(30), owner) is True


def test_what_goes_wrong_in_long_work_reaches_who_asked_for_it(owner: QWidget) -> None:
    def fail() -> None:
        raise NianbaoError(ReadProblem.EMPTY, file="甲")

    with pytest.raises(NianbaoError, match="甲"):
        run_beside("正在读取…", fail, owner)


def test_the_dialog_shows_how_far_it_has_come_and_cancelling_ends_the_work(
    qtbot: QtBot, owner: QWidget
) -> None:
    progress, ended = Progress(), threading.Event()
    shown: list[tuple[int, int]] = []

    def work() -> None:
        try:
            while True:
                progress.tell(3, 8)
                ended.wait(0.001)
        except Stopped:
            ended.set()
            raise

    def look(dialog: WaitDialog) -> None:
        qtbot.waitUntil(lambda: dialog.bar.value() == 3)
        shown.append((dialog.bar.value(), dialog.bar.maximum()))
        qtbot.mouseClick(dialog.cancel_button, LEFT)

    when_waiting(look)
    assert run_beside("正在生成 PDF…", work, owner, progress) is None
    assert shown == [(3, 8)]
    assert ended.wait(30)


def test_what_nobody_waits_for_comes_back_into_the_window_s_thread(
    qtbot: QtBot, owner: QWidget
) -> None:
    threads: list[threading.Thread] = []
    found: list[tuple[int, threading.Thread]] = []

    def work() -> int:
        threads.append(threading.current_thread())
        return 7

    start_beside(work, owner, lambda n: found.append((n, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(found))
    assert found == [(7, threading.main_thread())]
    assert threads[0] is not threading.main_thread()
    qtbot.waitUntil(lambda: not owner.children())


def test_nobody_is_called_where_the_owner_has_gone(qtbot: QtBot) -> None:
    let_go, found = threading.Event(), list[object]()
    owner = QObject()

    def work() -> str:
        let_go.wait(30)
        return "late"

    start_beside(work, owner, found.append)
    owner.deleteLater()
    qtbot.wait(1)
    let_go.set()
    for thread in [t for t in threading.enumerate() if t.name == "work"]:
        thread.join(30)
    qtbot.wait(1)
    assert not found
