"""The program fails: what the clerk is told, what is noted, and what goes into the package."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from core.storage.lock import lock_file
from gui.failures.dialog import CrashDialog, Package
from gui.failures.recorder import CRASH_NAME, LOG_NAME, UNEXPECTED, Failure, Recorder
from gui.window.window import MainWindow
from tests.gui.window.answers import AnsweringDialogs

ROOT = Path(__file__).resolve().parents[3]
SECRET = "某区某局的机密数字 4711"
#: The same as a crash in Qt: memory that is not there.
CRASH = """
import ctypes, sys
from pathlib import Path
from gui.failures.recorder import Recorder
Recorder(Path(sys.argv[1])).install()
ctypes.string_at(0)
"""


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    made = Recorder(tmp_path)
    yield made
    made.remove()


def crash(folder: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", CRASH, str(folder)], cwd=ROOT, capture_output=True, check=False
    )
    assert result.returncode != 0


def test_a_hard_crash_is_told_at_the_next_start_once(recorder: Recorder, tmp_path: Path) -> None:
    crash(tmp_path)
    said: list[Failure] = []
    recorder.show = said.append
    recorder.install()
    recorder.tell_of_last_crash()
    recorder.tell_of_last_crash()
    assert len(said) == 1 and "意外中止" in said[0].what and "恢复" in said[0].sentence
    assert "Segmentation fault" in (recorder.folder / CRASH_NAME).read_text("utf-8")
    recorder.remove()
    third = Recorder(tmp_path)
    third.install()
    third.remove()
    assert not third.crashed_before
    assert list(recorder.folder.glob("*.running")) == []


def test_only_the_last_crashes_are_kept_and_all_go_into_the_package(
    recorder: Recorder, tmp_path: Path
) -> None:
    for _ in range(6):
        crash(tmp_path)
        again = Recorder(tmp_path)
        again.install()
        again.remove()
    kept = sorted(file.name for file in recorder.folder.glob(f"{CRASH_NAME}*"))
    assert kept == [CRASH_NAME, *(f"{CRASH_NAME}.{n}" for n in (1, 2, 3))]
    recorder.package(tmp_path / "包.zip")
    with zipfile.ZipFile(tmp_path / "包.zip") as archive:
        assert set(kept) <= set(archive.namelist())


def test_the_crash_file_of_a_program_still_running_is_left_alone(
    recorder: Recorder, tmp_path: Path
) -> None:
    recorder.folder.mkdir(parents=True)
    other = recorder.folder / f"意外中止-{os.getppid()}.running"
    other.write_text("not ended", "utf-8")
    recorder.install()
    assert not recorder.crashed_before and other.exists()


def test_a_log_that_grows_in_one_run_is_put_aside(recorder: Recorder) -> None:
    recorder.install()
    for _ in range(40):
        logging.getLogger("nianbao").error("x" * 100_000)
    files = list(recorder.folder.glob(f"{LOG_NAME}*"))
    assert 2 <= len(files) <= 4
    assert sum(file.stat().st_size for file in files) < 4 * 700_000


def test_a_log_that_cannot_be_written_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be", "utf-8")
    recorder = Recorder(tmp_path)
    recorder.install()
    recorder.unexpected(ValueError, ValueError(SECRET), None)
    recorder.remove()


def test_a_failure_that_comes_back_at_once_is_said_once(
    recorder: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[Failure] = []
    recorder.show = said.append
    for _ in range(50):
        recorder.unexpected(ValueError, ValueError("painting"), None)
    recorder.unexpected(TypeError, TypeError("something else"), None)
    assert len(said) == 2


def test_what_fails_in_a_thread_is_said_in_the_window(
    qtbot: QtBot, recorder: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[tuple[Failure, threading.Thread]] = []
    recorder.show = lambda failure: said.append((failure, threading.current_thread()))
    recorder.install()

    def fail() -> None:
        raise ValueError(SECRET)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(said) == 1)
    assert said[0][1] is threading.main_thread()
    log = (recorder.folder / LOG_NAME).read_text("utf-8")
    assert "in a thread: ValueError" in log and SECRET not in log


#: A start whose window cannot be made, or whose file opens with a defect.
START = """
import sys
import gui.app, gui.report.documents
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
QMessageBox.critical = lambda _parent, title, text: print("SAID", title, text, flush=True)

def fail(*_):
    raise ValueError("4711")

if sys.argv[1] == "window":
    gui.app.make_window = fail
else:
    gui.report.documents.Documents._open_own = fail
    from gui.failures.failures import Failures
    Failures.tell = lambda self, failure: print("TOLD", failure.what, flush=True)

    def end():
        windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        print("SHOWN", len(windows), flush=True)
        QApplication.exit(0)

    make = gui.app.make_window
    gui.app.make_window = lambda *parts: (QTimer.singleShot(300, end), make(*parts))[1]
print("CODE", gui.app.run(["x.nianbao"]), flush=True)
"""


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("window", ["SAID 公开年报 公开年报没有能够启动", "CODE 1"]),
        ("file", ["TOLD 程序遇到了没有料到的问题", "SHOWN 1", "CODE 0"]),
    ],
)
def test_a_start_that_fails_is_told_and_not_just_gone(
    tmp_path: Path, what: str, expected: list[str]
) -> None:
    result = subprocess.run(
        [sys.executable, "-c", START, what],
        cwd=ROOT,
        env={**os.environ, "NIANBAO_HOME": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    for line in expected:
        assert line in result.stdout, result.stdout + result.stderr
    log = (tmp_path / "logs" / LOG_NAME).read_text("utf-8")
    assert "ValueError" in log and "4711" not in log


def test_where_the_dialog_fails_too_a_plain_box_says_it(
    recorder: Recorder,
    qapp: QApplication,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "critical", lambda _parent, _title, text: said.append(text))

    def show(_failure: Failure) -> None:
        raise TypeError(SECRET)

    recorder.install()
    recorder.show = show
    recorder.unexpected(ValueError, ValueError(SECRET), None)
    assert len(said) == 1 and "恢复记录" in said[0] and SECRET not in said[0]
    assert "while telling: TypeError" in (recorder.folder / LOG_NAME).read_text("utf-8")


def test_the_package_names_no_folder_of_the_user(recorder: Recorder, tmp_path: Path) -> None:
    crash(tmp_path)
    recorder.install()
    traced = 'Current thread:\n  File "C:\\Users\\王芳\\AppData\\gui\\app.py", line 3 in run\n'
    (recorder.folder / f"{CRASH_NAME}.1").write_text(traced, "utf-8")
    recorder.package(tmp_path / "包.zip")
    with zipfile.ZipFile(tmp_path / "包.zip") as archive:
        texts = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    assert 'File "app.py", line 3 in run' in texts[f"{CRASH_NAME}.1"]
    assert "<string>" in texts[CRASH_NAME]
    for text in texts.values():
        assert "王芳" not in text and str(ROOT) not in text and str(Path.home()) not in text


def test_a_report_that_fails_to_open_is_not_held(
    window: MainWindow, saved_report: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved_report()

    def fail(*_: object, **__: object) -> None:
        raise ValueError(SECRET)

    with monkeypatch.context() as patched:
        patched.setattr("gui.report.documents.open_report", fail)
        with pytest.raises(ValueError, match="机密"):
            window.documents.open_file(path)
    assert not lock_file(path).exists()
    assert window.documents.open_file(path) and not window.documents.is_read_only
    with monkeypatch.context() as patched:
        patched.setattr("gui.safety.saving.save_report", fail)
        other = path.with_name("另一份.nianbao")
        window.documents.dialogs.paths = [other]  # type: ignore[attr-defined]
        with pytest.raises(ValueError, match="机密"):
            window.documents.save_as()
    assert lock_file(path).exists() and not lock_file(other).exists()


@pytest.mark.parametrize("wanted", Package)
def test_names_go_into_the_package_only_when_ticked(
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    wanted: Package,
) -> None:
    window.documents.open_file(saved_report("保密的名字", {"1.1": 4711}))
    asked: list[bool] = []

    def ask(_failure: Failure, _parent: object, *, may_name: bool) -> Package:
        asked.append(may_name)
        return wanted

    monkeypatch.setattr(CrashDialog, "ask", ask)
    dialogs.paths = [tmp_path / "诊断包.zip"]
    recorder = window.recorder
    recorder.install()
    try:
        recorder.unexpected(ValueError, ValueError(SECRET), None)
    finally:
        recorder.remove()
    assert asked == [True]
    assert (tmp_path / "诊断包.zip").exists() is (wanted is not Package.NONE)
    if wanted is Package.NONE:
        return
    with zipfile.ZipFile(tmp_path / "诊断包.zip") as archive:
        text = "".join(archive.read(name).decode("utf-8") for name in archive.namelist())
    named = wanted is Package.WITH_NAMES
    assert ("某区某局" in text) is named and ("保密的名字" in text) is named
    assert "4711" not in text and "ValueError" in text


def test_the_dialog_asks_for_names_only_where_there_is_a_report(
    qtbot: QtBot, window: MainWindow
) -> None:
    failure = Failure("程序遇到了问题", "请另存为。")
    dialog = CrashDialog(failure, window, may_name=False)
    dialog.show()
    assert not dialog.names.isVisible() and not dialog.names.isChecked()
    qtbot.keyClick(dialog.close_button, Qt.Key.Key_Return)
    assert dialog.package is Package.NONE
    dialog = CrashDialog(failure, window, may_name=True)
    dialog.show()
    qtbot.keyClick(dialog.names, Qt.Key.Key_Space)
    qtbot.mouseClick(dialog.package_button, Qt.MouseButton.LeftButton)
    assert dialog.package is Package.WITH_NAMES


def test_what_is_said_of_the_report_is_true(
    window: MainWindow, saved_report: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def ask(failure: Failure, _parent: object, *, may_name: bool) -> Package:
        said.append(failure.sentence)
        return Package.NONE

    monkeypatch.setattr(CrashDialog, "ask", ask)
    window.failures.tell(UNEXPECTED)
    assert "没有改动" in said[-1] and "恢复记录" not in said[-1] and "仍然开着" not in said[-1]
    window.documents.open_file(saved_report())
    window.failures.tell(UNEXPECTED)
    assert "都已写进恢复记录" in said[-1]
    keeper = window.documents.safety.keeper
    assert keeper is not None
    keeper._retry.start()
    window.failures.tell(UNEXPECTED)
    assert "恢复记录没有写入" in said[-1] and "马上" in said[-1]
