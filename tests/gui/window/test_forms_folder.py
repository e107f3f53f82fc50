"""An office's own form: put into the folder that the menu opens, it can be chosen at once."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QDesktopServices

from core.system.folders import own_forms_folder
from gui.window.window import MainWindow


def test_the_menu_opens_the_folder(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: bool(opened.append(url.toLocalFile())) or True
    )
    window.actions_["forms_folder"].trigger()
    assert own_forms_folder().is_dir()
    assert [own_forms_folder()] == [own_forms_folder().__class__(path) for path in opened]
