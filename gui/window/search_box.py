"""The search box on the toolbar: part of a label, a code or pinyin lead to an indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from core.form.form import Form
from gui.document import Document

if TYPE_CHECKING:
    from core.search import SearchIndex
    from gui.window.hit_list import HitList

_SHOWN: Final = 12


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
        #: Made with it, for the same reason.
        self._hits: HitList | None = None
        self.textEdited.connect(self._look)

    @property
    def shown(self) -> HitList | None:
        """The list of what was found, while it is shown."""
        return None if self._hits is None or self._hits.isHidden() else self._hits

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
        if self._hits is not None:
            self._hits.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose, Enter goes there, Esc leaves."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._hits is not None:
            self._hits.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.shown is None:
                self._look(self.text())
            else:
                self.shown.choose_current()
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
        if self._form is None or not text.strip():
            self.close_list()
            return
        from core.search import SearchIndex
        from gui.window.hit_list import HitList, hits

        if self._index is None:
            self._index = SearchIndex(self._form)
        if self._hits is None:
            self._hits = HitList(self.window())
            self._hits.chosen.connect(self.go_to)
        found = hits(self._form, self._index.find(text))
        note = ""
        if not found:
            note = "没有找到这样的指标"
        elif len(found) > _SHOWN:
            note = f"还有 {len(found) - _SHOWN} 条，请多输几个字"
        self._hits.show_hits(found[:_SHOWN], note, self)
