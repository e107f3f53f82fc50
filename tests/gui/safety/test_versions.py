"""Earlier versions through the window: looked into, compared, taken back, saved elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.storage.backups import Version
from core.storage.files import open_report
from core.values import CellValue
from gui.safety.versions import Shelf, VersionAction, VersionChoice, VersionsDialog
from gui.window.window import MainWindow
from tests.gui.report.test_files import type_figure
from tests.gui.window.answers import AnsweringDialogs

FORM = "cn-2014-beijing"


def versions(window: MainWindow, path: Path) -> list[Version]:
    return window.documents.safety.backups.versions(path)


def choose(monkeypatch: pytest.MonkeyPatch, version: Version, action: VersionAction) -> None:
    monkeypatch.setattr(VersionsDialog, "ask", lambda *_: VersionChoice(version, action))


@pytest.fixture
def worked(
    qtbot: QtBot, window: MainWindow, saved_report: Callable[..., Path]
) -> Callable[[], Path]:
    """A report saved twice: 1.1 was 4 in the file, then 31, then 32; typed over it is 33."""

    def work() -> Path:
        path = saved_report(values={"1.1": 4})
        window.documents.open_file(path)
        for figure in ("31", "32"):
            type_figure(qtbot, window, "1.1", figure)
            assert window.documents.save()
        type_figure(qtbot, window, "1.1", "33")
        return path

    return work


def test_every_save_keeps_what_was_replaced_and_what_was_written(
    window: MainWindow, worked: Callable[[], Path], catalog: Catalog
) -> None:
    path = worked()
    backups = window.documents.safety.backups
    kept = [backups.read(v, catalog).report.values for v in versions(window, path)]
    assert kept == [{"1.1": 32}, {"1.1": 31}, {"1.1": 4}]


def test_a_version_taken_back_is_one_step_that_can_be_undone_and_is_not_saved_yet(
    window: MainWindow,
    worked: Callable[[], Path],
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = worked()
    choose(monkeypatch, versions(window, path)[2], VersionAction.RESTORE)
    window.rescue.show_versions()
    document = window.documents.document
    assert document is not None and document.is_dirty
    assert document.session.report.values == {"1.1": 4}
    assert open_report(path, catalog).report.values == {"1.1": 32}
    document.undo_stack.undo()
    values: dict[str, CellValue] = {"1.1": 33}
    assert document.session.report.values == values
    document.undo_stack.redo()
    assert window.documents.save()
    assert open_report(path, catalog).report.values == {"1.1": 4}
    # What the restored version replaced is a version itself.
    assert len(versions(window, path)) == 4


def test_a_report_whose_file_is_gone_can_be_taken_back(
    window: MainWindow,
    worked: Callable[[], Path],
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = worked()
    assert window.documents.document is not None
    window.documents.document.undo_stack.setClean()
    assert window.documents.close()
    path.unlink()
    choose(monkeypatch, versions(window, path)[0], VersionAction.RESTORE)
    window.rescue.show_versions()
    assert window.documents.document is not None
    assert window.documents.document.session.report.values == {"1.1": 32}
    assert window.documents.save()
    assert open_report(path, catalog).report.values == {"1.1": 32}


def test_a_version_saved_elsewhere_leaves_everything_as_it_was(
    window: MainWindow,
    dialogs: AnsweringDialogs,
    worked: Callable[[], Path],
    catalog: Catalog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = worked()
    choose(monkeypatch, versions(window, path)[1], VersionAction.SAVE_AS)
    # The report that is open is no place to save to.
    dialogs.paths = [path, tmp_path / "旧版本.nianbao"]
    window.rescue.show_versions()
    assert len(dialogs.errors) == 1 and "正开着" in dialogs.errors[0]
    window.rescue.show_versions()
    assert open_report(tmp_path / "旧版本.nianbao", catalog).report.values == {"1.1": 31}
    assert open_report(path, catalog).report.values == {"1.1": 32}
    assert window.documents.document is not None
    assert window.documents.document.session.value("1.1") == 33


def test_the_dialog_compares_each_version_with_the_report_as_it_is_in_the_window(
    window: MainWindow, worked: Callable[[], Path], catalog: Catalog
) -> None:
    path = worked()
    backups = window.documents.safety.backups
    shelf = Shelf(
        [path],
        backups.versions,
        lambda version: backups.read(version, catalog).report,
        window.rescue._present,
    )
    dialog = VersionsDialog(shelf, window)
    dialog.show()
    name = catalog.form(FORM).cell_name("1.1")
    assert dialog.list.count() == 3
    assert dialog.table.texts() == [(name, "32", "33")]
    dialog.list.setCurrentRow(2)
    assert dialog.table.texts() == [(name, "4", "33")]
    damaged = backups.versions(path)[1].file
    damaged.write_bytes(damaged.read_bytes()[:-20])
    dialog.list.setCurrentRow(1)
    assert "已损坏" in dialog.summary.text()
    assert not dialog.restore_button.isEnabled() and dialog.table.texts() == []
    dialog.list.setCurrentRow(0)
    assert dialog.restore_button.isEnabled()
    dialog.deleteLater()


def test_without_any_version_it_is_said(window: MainWindow, dialogs: AnsweringDialogs) -> None:
    window.rescue.show_versions()
    assert len(dialogs.told) == 1 and "还没有历史版本" in dialogs.told[0]
