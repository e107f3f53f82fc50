"""What is shown while no report is open: how to begin, and the files worked on last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.plain import plain_tip

_WIDTH: Final = 640


class StartPage(QScrollArea):
    """The start page.

    Signals (requests):
        import_requested(), new_requested(), open_requested()
        file_requested(Path): open this recent file.
        forget_requested(Path): take this file off the list.
    """

    import_requested = Signal()
    new_requested = Signal()
    open_requested = Signal()
    file_requested = Signal(object)
    forget_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setAccessibleName("开始")
        self._paths: Sequence[Path] = ()
        self._buttons: dict[Path, QPushButton] = {}

    def showEvent(self, event: QShowEvent) -> None:
        """Makes the page when it is first seen: most starts open a file and never see it."""
        if self.widget() is None:
            self._make()
            self._list_recent()
        super().showEvent(event)

    def _make(self) -> None:
        page = QWidget()
        page.setObjectName("startPage")
        column = QWidget(page)
        column.setMaximumWidth(_WIDTH)
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(0, 0, 0, 24)
        self._column.setSpacing(12)
        title = QLabel("公开年报", column)
        title.setProperty("rank", "title")
        about = QLabel(
            "填报政府信息公开情况统计表：导入上年、填写、审核、导出，全程不联网。", column
        )
        about.setProperty("tone", "muted")
        about.setWordWrap(True)
        self._column.addWidget(title)
        self._column.addWidget(about)
        self._column.addSpacing(8)
        self._column.addWidget(self._import_card(column))
        self._column.addLayout(self._small_buttons(column))
        self._column.addSpacing(16)
        self._recent_title = QLabel("最近打开", column)
        self._recent_title.setProperty("rank", "heading")
        self._column.addWidget(self._recent_title)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self._column.addLayout(self._recent)
        self._column.addStretch(1)
        row = QHBoxLayout(page)
        row.setContentsMargins(32, 48, 32, 16)
        row.addStretch(1)
        row.addWidget(column, 100)
        row.addStretch(1)
        self.setWidget(page)

    def show_recent(self, paths: Sequence[Path]) -> None:
        """Lists *paths*, those that have vanished greyed with a way to take them off."""
        self._paths = paths
        if self.widget() is not None:
            self._list_recent()

    def _list_recent(self) -> None:
        paths = self._paths
        while self._recent.count():
            widget = self._recent.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons.clear()
        if not paths:
            empty = QLabel("还没有打开过文件。打开或保存过的报表会列在这里。")
            empty.setProperty("tone", "muted")
            self._recent.addWidget(empty)
        for path in paths:
            self._recent.addWidget(self._file_row(path))

    def file_button(self, path: Path) -> QPushButton:
        """The button that opens the recent file. Raises ``KeyError``."""
        return self._buttons[path]

    def _import_card(self, parent: QWidget) -> QWidget:
        card = QFrame(parent)
        card.setProperty("card", "plain")
        heading = QLabel("从上年的报表开始", card)
        heading.setProperty("rank", "heading")
        text = QLabel(
            "Word、Excel、WPS、网页或文本文件都可以。先给您看对上了哪些数，同意后才带入。",
            card,
        )
        text.setWordWrap(True)
        text.setProperty("tone", "muted")
        self.import_button = QPushButton("导入上年文件开始填报…", card)
        self.import_button.setProperty("role", "primary")
        self.import_button.clicked.connect(self.import_requested)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(20, 16, 20, 18)
        inner.setSpacing(8)
        inner.addWidget(heading)
        inner.addWidget(text)
        inner.addSpacing(4)
        inner.addWidget(self.import_button, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _small_buttons(self, parent: QWidget) -> QHBoxLayout:
        self.new_button = QPushButton("新建空白报表…", parent)
        self.new_button.setToolTip("Ctrl+N")
        self.new_button.clicked.connect(self.new_requested)
        self.open_button = QPushButton("打开已有报表…", parent)
        self.open_button.setToolTip("Ctrl+O")
        self.open_button.clicked.connect(self.open_requested)
        row = QHBoxLayout()
        row.addWidget(self.new_button)
        row.addWidget(self.open_button)
        row.addStretch(1)
        return row

    def _file_row(self, path: Path) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        button = QPushButton(path.stem.replace("&", "&&"), row)
        button.setProperty("role", "link")
        button.setToolTip(plain_tip(str(path)))
        exists = path.is_file()
        button.setEnabled(exists)
        button.clicked.connect(lambda: self.file_requested.emit(path))
        self._buttons[path] = button
        where = QLabel(self._described(path, exists), row)
        where.setProperty("tone", "muted")
        where.setToolTip(plain_tip(str(path)))
        forget = QToolButton(row)
        forget.setText("✕")
        forget.setProperty("role", "link")
        forget.setToolTip("从列表中去掉（不删除文件）")
        forget.setAccessibleName(f"从列表中去掉 {path.name}")
        forget.clicked.connect(lambda: self.forget_requested.emit(path))
        layout.addWidget(button)
        layout.addStretch(1)
        layout.addWidget(where)
        layout.addWidget(forget)
        return row

    @staticmethod
    def _described(path: Path, exists: bool) -> str:
        if not exists:
            return f"找不到了 · {path.parent}"
        saved = QDateTime.fromSecsSinceEpoch(int(path.stat().st_mtime))
        return f"{QLocale().toString(saved, 'yyyy-MM-dd HH:mm')} · {path.parent}"
