"""One running copy: a second start, in a process of its own, hands its file over."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.system.desktop import SingleCopy, come_forward, default_folder, identify

ROOT = Path(__file__).parents[3]
SECOND_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from gui.system.desktop import SingleCopy
application = QCoreApplication([])
copy = SingleCopy(Path(sys.argv[1]))
file = Path(sys.argv[2]) if len(sys.argv) > 2 else None
print("goes on" if copy.claim(file, float(sys.argv[3]) if len(sys.argv) > 3 else 10) else "ends", flush=True)
if "--die" in sys.argv:
    import os
    os._exit(1)
"""


def second_start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SECOND_START, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def answer(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=30)
    return output.strip()


def test_second_start_hands_its_file_over(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleCopy(tmp_path)
    assert first.claim(None)
    report = tmp_path / "某局 ＆ 二〇一九.nianbao"
    with qtbot.waitSignal(first.file_handed_over, timeout=20_000) as taken:
        process = second_start(str(tmp_path), str(report))
    assert taken.args == [str(report)]
    assert answer(process) == "ends"
    assert [path.name for path in (tmp_path / "running").iterdir()] == ["lock"]


def test_start_without_a_file_asks_for_the_window_only(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleCopy(tmp_path)
    assert first.claim(None)
    with qtbot.waitSignal(first.file_handed_over, timeout=20_000) as taken:
        process = second_start(str(tmp_path))
    assert taken.args == [""]
    assert answer(process) == "ends"


def test_copy_that_hangs_does_not_stop_a_second_start(tmp_path: Path) -> None:
    first = SingleCopy(tmp_path)
    assert first.claim(None)
    # No event loop runs here: the first copy takes no notes.
    assert answer(second_start(str(tmp_path), "x.nianbao", "0.2")) == "goes on"
    assert [path.name for path in (tmp_path / "running").iterdir()] == ["lock"]


def test_after_the_first_copy_has_ended_the_next_start_goes_on(tmp_path: Path) -> None:
    first = SingleCopy(tmp_path)
    assert first.claim(None)
    first.release()
    assert SingleCopy(tmp_path).claim(None)


def test_copy_that_was_killed_leaves_no_lock_behind(tmp_path: Path) -> None:
    assert answer(second_start(str(tmp_path), "x", "1", "--die")) == "goes on"
    assert (tmp_path / "running" / "lock").exists()
    assert SingleCopy(tmp_path).claim(None, patience=0.1)


def test_notes_of_former_runs_are_not_opened(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "running").mkdir()
    (tmp_path / "running" / "open-1-1.json").write_text('{"file": "old"}', "utf-8")
    first = SingleCopy(tmp_path)
    with qtbot.assertNotEmitted(first.file_handed_over, wait=200):
        assert first.claim(None)
    assert [path.name for path in (tmp_path / "running").iterdir()] == ["lock"]


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", '"x"'])
def test_damaged_notes_are_dropped(qtbot: QtBot, tmp_path: Path, text: str) -> None:
    first = SingleCopy(tmp_path)
    assert first.claim(None)
    note = tmp_path / "running" / "open-2-2.json"
    with qtbot.assertNotEmitted(first.file_handed_over):
        note.write_text(text, "utf-8")
        qtbot.waitUntil(lambda: not note.exists(), timeout=10_000)


def test_folder_that_cannot_be_made_stops_nothing(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", "utf-8")
    assert SingleCopy(in_the_way).claim(None)


def test_two_users_do_not_share_a_copy(tmp_path: Path) -> None:
    first, other = SingleCopy(tmp_path / "甲"), SingleCopy(tmp_path / "乙")
    assert first.claim(None)
    assert other.claim(None)


def test_minimised_window_comes_forward(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.showMinimized()
    come_forward(window)
    assert window.isVisible()
    assert not window.isMinimized()


def test_documents_are_the_default_place(private_settings: Path) -> None:
    assert default_folder() == Path(os.environ["XDG_DOCUMENTS_DIR"])
    (private_settings / "documents").rmdir()
    assert default_folder() == Path.home()


def test_identity_does_no_harm_elsewhere() -> None:
    identify()
