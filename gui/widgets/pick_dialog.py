"""Picking one of many lines by typing a part of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.button import Button
from gui.widgets.plain import plain_tip
from gui.widgets.screen_room import resize_within_screen

_MOVES: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_NUMBER: Final = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Entry:
    """A line that can be picked; ``detail`` stands behind it."""

    text: str
    detail: str = ""


#: The numbers of the entries that a text finds, the likeliest first.
Find = Callable[[str], list[int]]


class PickDialog(QDialog):
    """A search field over a list. Up and down move in the list while typing goes on."""

    def __init__(
        self,
        title: str,
        question: str,
        entries: Sequence[Entry],
        current: int | None = None,
        find: Find | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        resize_within_screen(self, 560, 480)
        self._entries = entries
        self._find = find or self._found
        label = QLabel(question, self)
        label.setWordWrap(True)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("输入名称的一部分、代码或拼音")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("查找")
        self.search.textChanged.connect(self._look)
        self.search.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName(title)
        self.list.setUniformItemSizes(True)
        self.list.itemActivated.connect(self.accept)
        self.ok_button = Button("确定", self)
        self.ok_button.setDefault(True)
        self.ok_button.clicked.connect(self.accept)
        cancel = Button("取消", self)
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.ok_button)
        buttons.addWidget(cancel)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(10)
        whole.addWidget(label)
        whole.addWidget(self.search)
        whole.addWidget(self.list, 1)
        whole.addLayout(buttons)
        self.list.currentRowChanged.connect(lambda row: self.ok_button.setEnabled(row >= 0))
        self._list_all(current)
        self.search.setFocus()

    @classmethod
    def ask(
        cls,
        title: str,
        question: str,
        entries: Sequence[Entry],
        current: int | None = None,
        find: Find | None = None,
        parent: QWidget | None = None,
    ) -> int | None:
        """The number of the entry picked; ``None`` where the user thinks better of it."""
        dialog = cls(title, question, entries, current, find, parent)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        picked = dialog.picked if accepted else None
        dialog.deleteLater()
        return picked

    @property
    def picked(self) -> int | None:
        """The number of the current entry."""
        item = self.list.currentItem()
        return int(item.data(_NUMBER)) if item is not None else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hands the keys that move over to the list."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and event.key() in _MOVES:
            QApplication.sendEvent(self.list, event)
            return True
        return super().eventFilter(watched, event)

    def _look(self, text: str) -> None:
        if text.strip():
            self._fill(self._find(text))
            self.list.setCurrentRow(0)
        else:
            self._list_all(None)

    def _list_all(self, current: int | None) -> None:
        self._fill(range(len(self._entries)))
        self.list.setCurrentRow(current if current is not None else 0)

    def _fill(self, numbers: Sequence[int]) -> None:
        self.list.clear()
        for number in numbers:
            entry = self._entries[number]
            text = f"{entry.text}　{entry.detail}" if entry.detail else entry.text
            item = QListWidgetItem(text, self.list)
            item.setToolTip(plain_tip(text))
            item.setData(_NUMBER, number)
        self.ok_button.setEnabled(self.list.currentRow() >= 0)

    def _found(self, text: str) -> list[int]:
        wanted = "".join(text.split()).casefold()
        return [
            number
            for number, entry in enumerate(self._entries)
            if wanted in "".join((entry.text + entry.detail).split()).casefold()
        ]
