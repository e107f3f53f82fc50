"""The indicators that were found, under the search box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from core.form.form import Form, Row

_KEY_ROLE: Final = Qt.ItemDataRole.UserRole
_LEAST_WIDTH: Final = 420


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


class HitList(QListWidget):
    """Lies over the window while one searches.

    Signals:
        chosen(str): the user wants to see the cell of that key.
    """

    chosen = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("searchHits")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("查找结果")
        self.itemClicked.connect(self._choose)

    @property
    def keys(self) -> list[str]:
        """The keys of what is listed."""
        items = (self.item(row) for row in range(self.count()))
        return [key for item in items if (key := item.data(_KEY_ROLE))]

    def show_hits(self, hits: Sequence[Hit], note: str, under: QWidget) -> None:
        """Lists *hits*, then *note* where there is one, right under the search box."""
        self.clear()
        for hit in hits:
            item = QListWidgetItem(hit.text, self)
            item.setData(_KEY_ROLE, hit.key)
        if note:
            item = QListWidgetItem(note, self)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        if hits:
            self.setCurrentRow(0)
        height = self.sizeHintForRow(0) * self.count() + 8
        width = max(under.width(), _LEAST_WIDTH)
        left = QPoint(under.width() - width, under.height() + 3)
        below = under.mapTo(self.parentWidget(), left)
        self.setGeometry(max(below.x(), 8), below.y(), width, height)
        self.show()
        self.raise_()

    def step(self, by: int) -> None:
        """Moves the choice down (1) or up (−1), round and round."""
        if self.count():
            self.setCurrentRow((self.currentRow() + by) % self.count())

    def choose_current(self) -> None:
        """Goes to what is chosen."""
        if self.currentItem() is not None:
            self._choose(self.currentItem())

    def _choose(self, item: QListWidgetItem) -> None:
        key = item.data(_KEY_ROLE)
        if key:
            self.hide()
            self.chosen.emit(key)
