"""Starting as a user and the installer do, the command line beside it, and failing in words."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.storage.lock import acquire
from core.storage.station import Station
from gui.failures.diagnostics import save_diagnostics
from gui.failures.recorder import LOG_NAME, Failure, Recorder
from gui.help.manual import ManualWindow
from gui.window.window import MainWindow
from tests.gui.window.answers import AnsweringDialogs

ROOT = Path(__file__).resolve().parents[3]
SECRET = "某区某局的机密数字 4711"


def start(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gui", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "NIANBAO_HOME": str(home), "NIANBAO_EXIT_WHEN_READY": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_window_starts_with_a_file_and_ends_once_it_is_ready(
    saved_report: Callable[..., Path], tmp_path: Path
) -> None:
    result = start(tmp_path / "home", saved_report())
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    assert (tmp_path / "home/settings.ini").is_file()


#: What no start needs; each of these costs a part of a second where the start is slow.
NOT_AT_START = {
    *("lxml", "openpyxl", "pypdf", "pypinyin", "olefile", "ssl", "socket", "sqlite3"),
    *(
        "core.matching.match",
        "core.reading.excel.xlsx",
        "core.writing.xlsx",
        "core.search",
        "gui.charts.page",
    ),
    *("PySide6.QtSvg", "PySide6.QtPrintSupport", "PySide6.QtNetwork"),
    # Classes that PySide builds when it cannot tell what Qt has handed it, or when they are named.
    *("QTextBrowser", "QStyle", "QGraphicsSceneEvent", "QFileDialog", "QMessageBox", "QAccessible"),
}
LOADED = """
import sys
from shiboken6 import Shiboken
from gui.__main__ import main

code = main(sys.argv[1:])
found, waiting = set(sys.modules), [Shiboken.Object]
while waiting:
    made = [kind for kind in type.__subclasses__(waiting.pop()) if kind.__name__ not in found]
    found.update(kind.__name__ for kind in made)
    waiting += made
print(*sorted(found))
sys.exit(code)
"""


def test_a_start_loads_only_what_it_needs(
    saved_report: Callable[..., Path], tmp_path: Path
) -> None:
    result = subprocess.run(
        [sys.executable, "-c", LOADED, str(saved_report())],
        cwd=ROOT,
        env={**os.environ, "NIANBAO_HOME": str(tmp_path), "NIANBAO_EXIT_WHEN_READY": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    loaded = set(result.stdout.split())
    assert {"QTreeView", "gui.window.window", "core.session"} <= loaded
    assert NOT_AT_START & loaded == set()


def test_the_measuring_start_ends_where_there_is_something_to_say(
    saved_report: Callable[..., Path], tmp_path: Path
) -> None:
    """Another computer's mark, a file that is none: a dialog nobody answers once kept it forever."""
    held, broken = saved_report("held"), tmp_path / "broken.nianbao"
    assert (
        acquire(held, Station("李四", "财务室-2", "another installation", 4, "")).lock is not None
    )
    broken.write_bytes(b"{")
    for file in (held, broken, tmp_path / "gone.xlsx"):
        result = start(tmp_path / "home", file)
        assert result.returncode == 0, result.stderr
        assert "Traceback" not in result.stderr


def test_nothing_is_said_over_a_window_that_is_not_shown_yet(
    window: MainWindow, dialogs: AnsweringDialogs, tmp_path: Path
) -> None:
    (tmp_path / "broken.nianbao").write_bytes(b"{")
    window.hide()
    assert not window.documents.open_file(tmp_path / "broken.nianbao")
    assert dialogs.errors == []
    window.show()
    window.documents.say_what_waited()
    window.documents.say_what_waited()
    assert len(dialogs.errors) == 1 and "broken.nianbao" in dialogs.errors[0]


def test_a_subcommand_loads_no_qt(tmp_path: Path) -> None:
    code = (
        "import sys; from gui.__main__ import main; code = main(['forms']); "
        "assert not any(name.startswith('PySide6') for name in sys.modules); sys.exit(code)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stderr
    assert "cn-2014-beijing" in result.stdout


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path)


def fail(text: str) -> None:
    raise ValueError(text)


def test_what_nobody_expected_is_said_and_noted_without_what_the_clerk_typed(
    recorder: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[Failure] = []
    recorder.show = said.append
    recorder.install()
    try:
        try:
            fail(SECRET)
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
    finally:
        recorder.remove()
    assert len(said) == 1 and "另存为" in said[0].sentence
    log = (recorder.folder / LOG_NAME).read_text("utf-8")
    assert "ValueError" in log and "test_start_and_failure.py" in log and "fail" in log
    assert SECRET not in log
    assert str(ROOT) not in log


def test_a_failure_while_the_failure_is_shown_shows_no_second_dialog(
    recorder: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[Failure] = []

    def show(failure: Failure) -> None:
        said.append(failure)
        recorder.unexpected(ValueError, ValueError("again"), None)

    recorder.show = show
    recorder.unexpected(ValueError, ValueError("once"), None)
    assert len(said) == 1


def test_the_diagnostic_package_holds_versions_and_the_log_and_no_figure(
    recorder: Recorder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder.install()
    try:
        recorder.unexpected(ValueError, ValueError(SECRET), None)
        dialogs = AnsweringDialogs()
        dialogs.paths = [tmp_path / "诊断包.zip"]
        save_diagnostics(recorder, dialogs)
    finally:
        recorder.remove()
    assert dialogs.errors == []
    with zipfile.ZipFile(tmp_path / "诊断包.zip") as archive:
        contents = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    assert LOG_NAME in contents
    assert any("公开年报 " in text and "Qt " in text for text in contents.values())
    assert not any(SECRET in text for text in contents.values())


def test_a_diagnostic_package_that_cannot_be_written_is_said(
    recorder: Recorder, tmp_path: Path
) -> None:
    dialogs = AnsweringDialogs()
    dialogs.paths = [tmp_path / "没有这个文件夹" / "诊断包.zip"]
    save_diagnostics(recorder, dialogs)
    assert len(dialogs.errors) == 1


def test_the_manual_is_shown_with_its_headings_and_opens_nothing_outside(
    window: MainWindow, tmp_path: Path
) -> None:
    page = tmp_path / "手册.md"
    page.write_text(
        "# 手册\n\n## 开始\n\n文字\n\n### 导入\n\n## 审核\n\n![x](http://a/b.png)\n", "utf-8"
    )
    manual = ManualWindow(window)
    assert manual.show_file(page)
    tops = [manual.contents.topLevelItem(n) for n in range(manual.contents.topLevelItemCount())]
    assert [item.text(0) for item in tops if item is not None] == ["开始", "审核"]
    assert tops[0] is not None and tops[0].child(0).text(0) == "导入"
    assert not manual.page.openLinks()
    assert not manual.show_file(tmp_path / "nirgends.md")
