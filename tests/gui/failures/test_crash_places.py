"""A defect in any part of the program ends in the dialog, and the report stays open and journalled."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.storage.files import open_report
from core.storage.recovery import recover
from gui.failures.dialog import CrashDialog, Package
from gui.failures.recorder import LOG_NAME, Failure
from gui.system.later import later
from gui.system.settings import Settings
from gui.system.work import start_beside
from gui.window.status import StatusLine
from gui.window.window import MainWindow
from tests.gui.report.test_files import type_figure
from tests.gui.window.answers import AnsweringDialogs

ROOT = Path(__file__).resolve().parents[3]
SECRET = "4711 机密"


def fail(*_: object, **__: object) -> None:
    raise ZeroDivisionError(SECRET)


@pytest.fixture
def told(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Failure]]:
    """What the dialog was shown for; painting goes on under it, as it does in the program."""
    shown: list[Failure] = []

    def ask(failure: Failure, _parent: object, *, may_name: bool) -> Package:
        shown.append(failure)
        window.repaint()
        QApplication.processEvents()
        return Package.NONE

    monkeypatch.setattr(CrashDialog, "ask", ask)
    window.recorder.install()
    yield shown
    window.recorder.remove()


def in_a_slot(window: MainWindow, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(window.commands, "review", fail)
    window.actions_["review"].trigger()


def in_a_listener(window: MainWindow, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(StatusLine, "show_progress", fail)
    window._later.start(0)


def in_a_timer(window: MainWindow, patch: pytest.MonkeyPatch) -> None:
    later(window, fail)


def beside_the_window(window: MainWindow, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(window.documents.safety.journals, "recoveries", fail)
    window.rescue.after_start()


def in_the_import_worker(window: MainWindow, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("gui.importing.importer.propose", fail)
    window.documents.dialogs.paths = [Path("去年.xlsx")]  # type: ignore[attr-defined]
    window.actions_["import"].trigger()


def in_saving(window: MainWindow, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("gui.safety.saving.save_report", fail)
    window.actions_["save"].trigger()


PLACES = [
    in_a_slot,
    in_a_listener,
    in_a_timer,
    beside_the_window,
    in_the_import_worker,
    in_saving,
]


@pytest.mark.parametrize("place", PLACES)
def test_it_is_told_once_and_the_work_goes_on(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    catalog: Catalog,
    capsys: pytest.CaptureFixture[str],
    told: list[Failure],
    place: Callable[[MainWindow, pytest.MonkeyPatch], None],
) -> None:
    path = saved_report()
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1", "31")
    with pytest.MonkeyPatch.context() as patch:
        place(window, patch)
        qtbot.waitUntil(lambda: len(told) == 1)
    assert "恢复记录" in told[0].sentence and "另存为" in told[0].sentence
    log = (window.recorder.folder / LOG_NAME).read_text("utf-8")
    assert "ZeroDivisionError" in log and SECRET not in log
    document, keeper = window.documents.document, window.documents.safety.keeper
    assert document is not None and document.is_dirty
    assert keeper is not None and keeper.journal.file is not None
    recovery = recover(keeper.journal.file, catalog)
    assert recovery is not None and recovery.report.values == {"1.1": 31}
    type_figure(qtbot, window, "2.1", "4")
    assert window.documents.save()
    assert open_report(path, catalog).report.values == {"1.1": 31, "2.1": 4}
    assert len(told) == 1


#: The program itself, a method of which fails once when Qt calls it: a test's own loop would get the
#: error in the program's place.
CALLED_BY_QT = """
import sys
import gui.app, gui.sheet.grid, gui.sheet.header, gui.sheet.model, gui.window.window
from PySide6.QtWidgets import QApplication
from gui.system.later import later
from gui.failures.dialog import CrashDialog, Package

def ask(failure, parent, *, may_name):
    print("TOLD", window[0].isVisible(), failure.sentence, flush=True)
    later(window[0], lambda: QApplication.exit(0), 300)
    return Package.NONE

CrashDialog.ask = ask
armed, window = [], []
where, _, method = sys.argv[1].rpartition(".")
owner = eval(where)
original = getattr(owner, method)

def failing(self, *arguments):
    if armed:
        armed.clear()
        raise ZeroDivisionError("4711")
    return original(self, *arguments)

setattr(owner, method, failing)
make = gui.app.make_window

def made(*parts):
    window.append(make(*parts))
    later(window[0], fail, 400)
    later(window[0], lambda: QApplication.exit(0), 5000)
    return window[0]

def fail():
    armed.append(True)
    main = window[0]
    match sys.argv[2]:
        case "update": main.sheets.current.viewport().update()
        case "repaint": main.sheets.current.header().viewport().update()
        case "show": main.hide(); main.show()
        case "read": main.sheets.current.currentIndex().data()
        case "resize": main.resize(1200, 700)

gui.app.make_window = made
gui.app.run([sys.argv[3]])
"""


@pytest.mark.parametrize(
    ("method", "how"),
    [
        ("gui.sheet.grid.SheetGrid.paintEvent", "update"),
        ("gui.sheet.grid.SheetGrid.paintEvent", "show"),
        ("gui.sheet.header.SheetHeader.paintEvent", "repaint"),
        ("gui.sheet.model.SheetModel.data", "read"),
        ("gui.window.window.MainWindow.resizeEvent", "resize"),
    ],
)
def test_what_fails_when_qt_calls_it_is_told_at_once(
    saved_report: Callable[..., Path], tmp_path: Path, method: str, how: str
) -> None:
    home = tmp_path / "home"
    Settings(home).set_flag("tour_seen", True)
    result = subprocess.run(
        [sys.executable, "-c", CALLED_BY_QT, method, how, str(saved_report())],
        cwd=ROOT,
        env={**os.environ, "NIANBAO_HOME": str(home)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert result.stdout.count("TOLD True") == 1, result.stdout + result.stderr
    assert "恢复记录" in result.stdout and result.returncode == 0
    log = (home / "logs" / LOG_NAME).read_text("utf-8")
    assert "ZeroDivisionError" in log and "4711" not in log


def test_no_timer_of_the_window_drops_what_fails_in_it() -> None:
    sources = {path.name: path.read_text("utf-8") for path in (ROOT / "gui").rglob("*.py")}
    assert [name for name, text in sources.items() if ".singleShot(" in text] == ["later.py"]


def test_what_was_put_off_is_not_done_for_what_has_gone(qtbot: QtBot) -> None:
    done: list[str] = []
    owner, gone = QObject(), QObject()
    later(owner, lambda: done.append("here"), 20)
    later(gone, lambda: done.append("gone"))
    gone.deleteLater()
    QCoreApplication.sendPostedEvents(gone, QEvent.Type.DeferredDelete.value)
    qtbot.waitUntil(lambda: done == ["here"])
    qtbot.waitUntil(lambda: owner.children() == [])


def test_a_window_that_fails_to_close_loses_nothing(
    qtbot: QtBot,
    window: MainWindow,
    saved_report: Callable[..., Path],
    catalog: Catalog,
    capsys: pytest.CaptureFixture[str],
    told: list[Failure],
) -> None:
    path = saved_report()
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1", "31")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window.documents, "may_leave", fail)
        window.close()
        assert len(told) == 1
        assert window.isVisible(), "it would be gone with what was not saved"
        window.close()
        assert not window.isVisible(), "it could never be closed"
    (left,) = window.documents.safety.journals.discarded()
    recovery = recover(left, catalog)
    assert recovery is not None and recovery.report.values == {"1.1": 31}


def test_an_edit_that_cannot_be_journalled_is_not_said_to_be_safe(
    qtbot: QtBot,
    window: MainWindow,
    saved_report: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
    told: list[Failure],
) -> None:
    window.documents.open_file(saved_report())
    keeper = window.documents.safety.keeper
    assert keeper is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeper.journal, "record", fail)
        type_figure(qtbot, window, "1.1", "31")
    assert len(told) == 1 and "恢复记录没有写入" in told[0].sentence
    assert window.documents.save() and not keeper.is_journal_failing


def test_nothing_of_a_worker_that_fails_is_swallowed(
    qtbot: QtBot, window: MainWindow, capsys: pytest.CaptureFixture[str], told: list[Failure]
) -> None:
    start_beside(fail, window, lambda _: None)
    qtbot.waitUntil(lambda: len(told) == 1)
