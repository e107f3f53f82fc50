"""A file worked on before, as the start page shows it: name, when, how far it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from core.glance import Seen
from gui.widgets.button import Button
from gui.widgets.elided import ElidedLabel
from gui.widgets.plain import plain_tip

_FOLDER_WIDTH: Final = 230


class _Card(Button):
    """A button as large as what is laid out in it."""

    def showEvent(self, event: QShowEvent) -> None:
        """Takes its height, once the style sheet has set that of buttons in general."""
        layout = self.layout()
        assert layout is not None
        self.setFixedHeight(layout.sizeHint().height())
        super().showEvent(event)


class RecentFile(QWidget):
    """The file as a button, and one to take it off the list.

    Signals (requests):
        open_requested(), forget_requested()
    """

    open_requested = Signal()
    forget_requested = Signal()

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.button = _Card(self)
        self.button.setProperty("role", "file")
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self.open_requested)
        self._title = ElidedLabel(path.stem, self.button)
        self._title.setProperty("rank", "group")
        self._details = ElidedLabel("", self.button)
        self._when = QLabel(self.button)
        self._put_together()
        forget = QToolButton(self)
        forget.setText("✕")
        forget.setProperty("role", "link")
        forget.setToolTip("从列表中去掉（不删除文件）")
        forget.setAccessibleName(f"从列表中去掉 {path.name}")
        forget.clicked.connect(self.forget_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.button, 1)
        row.addWidget(forget)
        self._name()

    def show_seen(self, seen: Seen) -> None:
        """Says when it was saved and how far the report is, or that it is not there."""
        self.button.setEnabled(seen.saved is not None)
        if seen.saved is None:
            self._details.setText("找不到了，可能已移动或删除")
            self._set_tone(self._title, "muted")
            self._name()
            return
        self._when.setText(f"{seen.saved:%Y-%m-%d %H:%M}")
        found = seen.glance
        if found is None:
            self._details.setText("打开时会说明为什么读不出内容")
        else:
            self._details.setText(found.sentence)
            if found.progress.done:
                self._set_tone(self._details, "done")
        self._name()

    @property
    def said(self) -> str:
        """What is said of the report; empty until it is known."""
        return self._details.text()

    def _put_together(self) -> None:
        name, when = self._title, self._when
        folder = ElidedLabel(str(self.path.parent), self.button, Qt.TextElideMode.ElideMiddle)
        folder.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for label in (self._details, when, folder):
            label.setProperty("tone", "muted")
        for label in (name, self._details, when, folder):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        grid = QGridLayout(self.button)
        grid.setContentsMargins(14, 8, 14, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.addWidget(name, 0, 0)
        grid.addWidget(when, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._details, 1, 0)
        grid.addWidget(folder, 1, 1)
        grid.setColumnStretch(0, 1)
        folder.setMaximumWidth(_FOLDER_WIDTH)

    def _name(self) -> None:
        """The button in words, for a screen reader and the tip."""
        said = [self.path.stem, self._details.text()]
        self.button.setAccessibleName("，".join(word for word in said if word))
        self.button.setToolTip(plain_tip(str(self.path)))

    @staticmethod
    def _set_tone(label: QLabel, tone: str) -> None:
        label.setProperty("tone", tone)
        label.style().polish(label)
