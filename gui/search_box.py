"""The search box on the toolbar: part of a label, a code or pinyin lead to an indicator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QSizePolicy, QWidget

from core.form import Form, Row
from core.search import SearchIndex
from gui.document import Document

_SHOWN: Final = 12
_KEY_ROLE: Final = Qt.ItemDataRole.UserRole


class Hit(NamedTuple):
    """An indicator that was found: its first cell, and how the list shows it."""

    key: str
    text: str


def hits(form: Form, rows: Sequence[Row]) -> list[Hit]:
    """*rows* as the list shows them; a heading leads to the first cell under it."""
    found: list[Hit] = []
    for row in rows:
        keys = form.row_cells(row)
        key = keys[0] if keys else _first_below(form, row)
        if key is not None:
            found.append(Hit(key, f"{row.code}　{form.row_name(row)}"))
    return found


def _first_below(form: Form, row: Row) -> str | None:
    rows = form.table_of(row).rows
    start = rows.index(row) + 1
    for below in rows[start:]:
        if below.level <= row.level:
            return None
        if keys := form.row_cells(below):
            return keys[0]
    return None


class SearchBox(QLineEdit):
    """Finds indicators while one types; Enter goes to the chosen one, again to the next.

    Signals:
        go_to(str): show the cell of that key.
        left(): the user is done here and wants back into the sheet.
    """

    go_to = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setPlaceholderText("查找指标（名称、代码或拼音）")
        self.setAccessibleName("查找指标")
        self.setToolTip(
            "输入名称的一部分、代码或拼音，如 sdsqs 找“收到申请数”；几个词用空格隔开（Ctrl+F）"
        )
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(110)
        self.setMaximumWidth(280)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._form: Form | None = None
        #: Made when it is first asked: most starts never search.
        self._index: SearchIndex | None = None
        self._list = QListWidget(parent)
        self._list.setObjectName("searchHits")
        self._list.setFrameShape(QFrame.Shape.StyledPanel)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName("查找结果")
        self._list.itemClicked.connect(self._go)
        self._list.hide()
        self.textEdited.connect(self._look)

    @property
    def found_keys(self) -> list[str]:
        """The keys in the list that is shown."""
        if self._list.isHidden():
            return []
        items = (self._list.item(row) for row in range(self._list.count()))
        return [key for item in items if (key := item.data(_KEY_ROLE))]

    def set_document(self, document: Document | None) -> None:
        """Looks in the form of *document*."""
        self._form = document.session.form if document is not None else None
        self._index = None
        self.setEnabled(document is not None)
        self.clear()
        self.close_list()

    def sizeHint(self) -> QSize:
        """Little, so that the box shrinks before the tool bar drops it; it takes what is free."""
        return QSize(self.minimumWidth(), super().sizeHint().height())

    def start(self) -> None:
        """Puts the cursor here, ready to type over what was looked for before."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        self._look(self.text())

    def close_list(self) -> None:
        """Hides what was found."""
        self._list.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose, Enter goes there, Esc leaves."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._list.count():
            step = 1 if key == Qt.Key.Key_Down else -1
            self._list.setCurrentRow((self._list.currentRow() + step) % self._list.count())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._list.isHidden():
                self._look(self.text())
            elif self._list.currentItem() is not None:
                self._go(self._list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.close_list()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What was found does not stay over the sheet."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.close_list()

    def _look(self, text: str) -> None:
        self._list.clear()
        if not text.strip():
            self.close_list()
            return
        found = self._found(text)
        for hit in found[:_SHOWN]:
            item = QListWidgetItem(hit.text, self._list)
            item.setData(_KEY_ROLE, hit.key)
        if not found:
            self._note("没有找到这样的指标")
        elif len(found) > _SHOWN:
            self._note(f"还有 {len(found) - _SHOWN} 条，请多输几个字")
        if found:
            self._list.setCurrentRow(0)
        self._place()

    def _found(self, text: str) -> list[Hit]:
        if self._form is None:
            return []
        if self._index is None:
            self._index = SearchIndex(self._form)
        return hits(self._form, self._index.find(text))

    def _note(self, text: str) -> None:
        item = QListWidgetItem(text, self._list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)

    def _place(self) -> None:
        """Puts the list under the box, inside the window, as high as what it shows."""
        window = self.window()
        height = self._list.sizeHintForRow(0) * self._list.count() + 8
        width = max(self.width(), 420)
        below = self.mapTo(window, QPoint(self.width() - width, self.height() + 3))
        self._list.setParent(window)
        self._list.setGeometry(max(below.x(), 8), below.y(), width, height)
        self._list.show()
        self._list.raise_()

    def _go(self, item: QListWidgetItem) -> None:
        key = item.data(_KEY_ROLE)
        if not key:
            return
        self.close_list()
        self.go_to.emit(key)
