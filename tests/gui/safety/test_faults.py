"""Disks and folders that fail under the window: a sentence, a way on, and the report still there."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.storage.files import open_report
from gui.failures.recorder import Recorder
from gui.look.style import Theme
from gui.report.documents import Documents
from gui.safety.keeper import Safety
from gui.system.settings import Settings
from gui.window.window import MainWindow
from tests.core.storage.made import FaultyFileSystem
from tests.gui.report.test_files import type_figure
from tests.gui.window.answers import AnsweringDialogs

FAULTS = {
    "disk full": (FaultyFileSystem(1, errno.ENOSPC, only="write", stays=True), "磁盘空间不足"),
    "write error": (FaultyFileSystem(1, errno.EIO, only="write", stays=True), "没有保存"),
    "fsync error": (FaultyFileSystem(1, errno.EIO, only="fsync", stays=True), "没有保存"),
    "folder gone": (FaultyFileSystem(1, errno.ENOENT, only="open", stays=True), "文件夹"),
    "disk read-only": (FaultyFileSystem(1, errno.EROFS, only="open", stays=True), "写保护"),
    "no permission": (FaultyFileSystem(1, errno.EACCES, only="open", stays=True), "没有"),
    "rename refused": (FaultyFileSystem(1, errno.EACCES, only="replace", stays=True), "没有保存"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_save_that_fails_says_why_and_keeps_the_report_open_unsaved_and_journalled(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    catalog: Catalog,
    tmp_path: Path,
    fault: str,
) -> None:
    path = saved_report(values={"2.1": 4})
    before = path.read_bytes()
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1", "31")
    document, safety = window.documents.document, window.documents.safety
    working = safety.fs
    safety.fs, words = FAULTS[fault]
    assert not window.documents.save()
    assert len(dialogs.errors) == 1 and words in dialogs.errors[0]
    assert path.name in dialogs.errors[0] and "Errno" not in dialogs.errors[0]
    assert window.documents.document is document
    assert document is not None and document.is_dirty and document.path == path
    assert "*" in window.windowTitle()
    assert path.read_bytes() == before
    assert safety.keeper is not None and safety.keeper.journal.file is not None
    assert list(tmp_path.glob(".nianbao-*")) == []

    # The way on: another place, and work goes on there.
    safety.fs = working
    dialogs.paths = [tmp_path / "另一处.nianbao"]
    assert window.documents.save_as()
    assert open_report(tmp_path / "另一处.nianbao", catalog).report.values == {"1.1": 31, "2.1": 4}
    assert not document.is_dirty


def test_a_folder_that_has_gone_can_come_back(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    saved_report: Callable[..., Path],
    catalog: Catalog,
    tmp_path: Path,
) -> None:
    stick = tmp_path / "U盘"
    stick.mkdir()
    path = stick / "报表.nianbao"
    path.write_bytes(saved_report().read_bytes())
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1", "31")
    stick.rename(tmp_path / "拔掉")
    assert not window.documents.save()
    assert len(dialogs.errors) == 1 and window.documents.document is not None
    assert window.documents.document.is_dirty
    (tmp_path / "拔掉").rename(stick)
    assert window.documents.save()
    assert open_report(path, catalog).report.values == {"1.1": 31}


def test_versions_that_cannot_be_kept_do_not_stop_a_save(
    qtbot: QtBot,
    window: MainWindow,
    saved_report: Callable[..., Path],
    catalog: Catalog,
) -> None:
    (window.settings.folder / "versions").write_text("a file in the folder's place", "utf-8")
    path = saved_report()
    window.documents.open_file(path)
    type_figure(qtbot, window, "1.1", "31")
    assert window.documents.save()
    assert open_report(path, catalog).report.values == {"1.1": 31}
    assert "没有留下历史版本" in window.status.note


def test_a_profile_that_cannot_be_written_is_said_once_and_the_window_works(
    qtbot: QtBot,
    qapp: QApplication,
    saved_report: Callable[..., Path],
    catalog: Catalog,
    tmp_path: Path,
) -> None:
    (tmp_path / "a file").write_text("", "utf-8")
    folder = tmp_path / "a file" / "data"  # no folder can be made below a file, not even by root
    settings = Settings(folder)
    sheet, palette = qapp.styleSheet(), qapp.palette()
    recorder = Recorder(folder)
    recorder.install()

    def documents(parent: MainWindow) -> Documents:
        safety = Safety(folder, spare=tmp_path / "spare")
        return Documents(catalog, settings, AnsweringDialogs(parent), parent, safety)

    window = MainWindow(settings, Theme(qapp, "light"), documents, recorder)  # type: ignore[arg-type]
    try:
        settings.set_flag("tour_seen", True)
        window.show()
        qtbot.waitExposed(window)
        window.rescue.after_start()
        qtbot.wait(50)
        dialogs = window.documents.dialogs
        assert isinstance(dialogs, AnsweringDialogs)
        assert len(dialogs.told) == 1 and "不能写入" in dialogs.told[0]
        path = saved_report()
        assert window.documents.open_file(path)
        window.activateWindow()
        type_figure(qtbot, window, "1.1", "31")
        assert len(list((tmp_path / "spare").glob("*.journal"))) == 1
        assert window.documents.save()
        assert open_report(path, catalog).report.values == {"1.1": 31}
        assert dialogs.errors == [] and len(dialogs.told) == 1
        assert list((tmp_path / "spare").glob("*.journal")) == []
    finally:
        window.close()
        window.theme.deleteLater()
        window.deleteLater()
        recorder.remove()
        qtbot.wait(0)
        qapp.setStyleSheet(sheet)
        qapp.setPalette(palette)
