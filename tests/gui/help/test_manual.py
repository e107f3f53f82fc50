"""What the manual says is in the program: menus, keys, pictures, pages it links to."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from gui.help.manual import ManualWindow, manual_path
from gui.start.new_dialog import NewDialog
from gui.window.actions import COMMANDS, MENUS

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


TOPICS = sorted(
    {
        topic
        for path in (DOCS.parent / "gui").rglob("*.py")
        for topic in re.findall(r'help_at\(self, "([^"]+)"\)', path.read_text("utf-8"))
    }
)


@pytest.fixture
def manual(qtbot: QtBot) -> ManualWindow:
    window = ManualWindow()
    qtbot.addWidget(window)
    assert window.show_file(manual_path())
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.mark.parametrize("topic", [*TOPICS, "开始"])
def test_a_dialog_opens_the_manual_at_its_own_heading(
    qtbot: QtBot, manual: ManualWindow, topic: str
) -> None:
    assert manual.show_topic(topic)
    at = manual.page.cursorForPosition(QPoint(40, 30)).block()
    assert topic in (at.text(), at.next().text(), at.previous().text())


def test_an_unknown_heading_changes_nothing(manual: ManualWindow) -> None:
    assert not manual.show_topic("没有这一节")
    assert not manual.show_topic("")


def test_searching_counts_marks_and_goes_round(qtbot: QtBot, manual: ManualWindow) -> None:
    qtbot.keyClick(manual, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert manual.search.hasFocus()
    manual.search.setText("历史版本")
    count = manual.page.toPlainText().count("历史版本")
    assert count > 0
    assert manual.found.text() == f"第 1 处，共 {count} 处"
    assert len(manual.page.extraSelections()) == count
    for _ in range(count):
        qtbot.keyClick(manual.search, Qt.Key.Key_Return)
    assert manual.found.text() == f"第 1 处，共 {count} 处"
    manual.search.setText("没有这个词吧")
    assert manual.found.text() == "没有找到"
    manual.search.clear()
    assert manual.found.text() == ""
    assert not manual.page.extraSelections()


def test_pictures_follow_the_width_of_the_window(qtbot: QtBot, manual: ManualWindow) -> None:
    kind = QTextDocument.ResourceType.ImageResource.value
    wide = manual.page.loadResource(kind, QUrl("images/main.png"))
    manual.resize(620, 600)
    qtbot.waitUntil(lambda: manual.width() == 620)
    narrow = manual.page.loadResource(kind, QUrl("images/main.png"))
    assert narrow.width() < wide.width()
    assert narrow.width() <= manual.page.viewport().width()
    qtbot.waitUntil(lambda: manual.page._room == manual.page._width())
    assert manual.page.document().idealWidth() <= manual.page.viewport().width()


def test_f1_in_a_dialog_opens_the_manual_over_it(qtbot: QtBot) -> None:
    dialog = NewDialog(Catalog.standard().all_forms()[0], "某局", date(2020, 1, 8))
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_F1)
    (manual,) = dialog.findChildren(ManualWindow)
    assert manual.isVisible()
    qtbot.waitUntil(lambda: manual.contents.currentItem() is not None)
    current = manual.contents.currentItem()
    assert current is not None and current.text(0) == "新建空白报表"
    assert dialog.isVisible()
