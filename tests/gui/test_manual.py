"""What the manual says is in the program: menus, keys, pictures, pages it links to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from gui.actions import COMMANDS, MENUS
from gui.help import ManualWindow, manual_path

TEXT = manual_path().read_text("utf-8")
DOCS = manual_path().parent
#: Room for the pictures in the installer, in bytes.
PICTURES_BUDGET = 1_500_000


def _plain(text: str) -> str:
    """A menu's text without its key, dots and what stands behind a tab."""
    return re.sub(r"\(&.\)|…", "", text).partition("\t")[0]


def _menu_texts() -> dict[str, set[str]]:
    words = {command.name: _plain(command.text) for command in COMMANDS}
    found: dict[str, set[str]] = {}
    for title, content in MENUS:
        submenus = re.findall(r">(\S+)", content)
        names = {words[name] for name in content.split() if name in words}
        found[_plain(title)] = names | {_plain(name) for name in submenus}
    return found


@pytest.mark.parametrize("place", sorted(set(re.findall(r"(\w\w) → ([^”]+)”", TEXT))))
def test_every_menu_that_is_named_is_there(place: tuple[str, str]) -> None:
    menu, entry = place
    assert entry in _menu_texts()[menu]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (command.text, command.keys[0])
        for command in COMMANDS
        if command.keys and command.name not in ("quit", "close", "open", "cut", "copy")
    ],
)
def test_every_key_of_the_menus_is_told(text: str, key: str) -> None:
    zoom = "按住 Ctrl 滚动滚轮"
    assert key in TEXT or (key in ("Ctrl++", "Ctrl+-") and zoom in TEXT) or key == "Ctrl+Shift+S"


def test_pictures_and_linked_pages_are_there_and_small() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert linked
    assert [name for name in linked if not (DOCS / name).is_file()] == []
    assert sum(path.stat().st_size for path in DOCS.glob("images/*")) < PICTURES_BUDGET


def test_the_window_shows_its_pictures_and_follows_its_links(qtbot: QtBot) -> None:
    window = ManualWindow()
    qtbot.addWidget(window)
    assert window.show_file(manual_path())
    kind = QTextDocument.ResourceType.ImageResource.value
    for name in re.findall(r"!\[[^]]*\]\(([^)]+)\)", TEXT):
        assert not window.page.loadResource(kind, QUrl(name)).isNull(), name
    titles = {"部署与签名.md": "部署与签名", "表样编写说明.md": "表样编写说明"}
    for name, title in titles.items():
        window.page.anchorClicked.emit(QUrl(name))
        assert window.page.toPlainText().startswith(title)
    outside = ("https://example.org/x.md", "../README.md", str(Path("/etc/hosts")))
    for link in outside:
        window.page.anchorClicked.emit(QUrl(link))
        assert window.page.toPlainText().startswith(title)
