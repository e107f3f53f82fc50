"""The text box in a finding's card in which its explanation is written."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gui.widgets.button import Button

_HEIGHT: Final = 84
_MAX_LENGTH: Final = 2000


class ExplanationBox(QWidget):
    """A text with 确定 and 取消; Ctrl+Enter and Esc do the same.

    Signals:
        confirmed(): the text is to be taken over.
        cancelled(): it is not.
        left(): either was asked for by a key.
    """

    confirmed = Signal()
    cancelled = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = QPlainTextEdit(self)
        self.box.setPlaceholderText(
            "写明原因，例如：本年新开设政务微信，转发信息较多。写好后按 Ctrl+回车确定。"
        )
        self.box.setAccessibleName("审核说明")
        self.box.setFixedHeight(_HEIGHT)
        self.box.setTabChangesFocus(True)
        self.box.installEventFilter(self)
        self.ok = Button("确定", self)
        self.ok.setProperty("role", "primary")
        self.ok.setToolTip("Ctrl+Enter")
        self.ok.clicked.connect(self.confirmed)
        cancel = Button("取消", self)
        cancel.clicked.connect(self.cancelled)
        buttons = QHBoxLayout()
        buttons.addWidget(self.ok)
        buttons.addWidget(cancel)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.box)
        column.addLayout(buttons)

    @property
    def text(self) -> str:
        """What is written, as it may be kept."""
        return self.box.toPlainText().strip()[:_MAX_LENGTH]

    def open(self, text: str) -> None:
        """Shows the box with *text* in it, to be written over."""
        self.box.setPlainText(text)
        self.box.selectAll()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter takes the text over, Esc leaves it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.confirmed.emit()
                self.left.emit()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.cancelled.emit()
                self.left.emit()
                return True
        return super().eventFilter(watched, event)
