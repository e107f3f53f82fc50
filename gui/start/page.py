"""What is shown while no report is open: how to begin, and the files worked on last."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.button import Button
from gui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from core.glance import Seen
from gui.start.recent_file import RecentFile

_WIDTH: Final = 760
#: A year's work, as the first thing that is seen.
_STEPS: Final = (
    ("选上年的文件", "Word、Excel、WPS、网页、PDF 都可以。先看对上了哪些数，同意后才带入。"),
    ("填本年的数", "上年数就在旁边，合计自动算好；对不上的当场标出，说明写在旁边。"),
    ("导出报送", "官方样式的 XLSX，可直接打印盖章，用邮件发出。"),
)


class StartPage(QScrollArea):
    """The start page. ``look_into`` tells how far the report in a file is; it is asked in a thread.

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

    def __init__(self, look_into: Callable[[Path], Seen], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setAccessibleName("开始")
        self._look_into = look_into
        self._paths: Sequence[Path] = ()
        self.files: dict[Path, RecentFile] = {}
        self._looker: _Looker | None = None

    def showEvent(self, event: QShowEvent) -> None:
        """Makes the page when it is first seen: most starts open a file and never see it."""
        if self.widget() is None:
            self._make()
        self._list_recent()
        super().showEvent(event)
        self._focus_first()

    def show_recent(self, paths: Sequence[Path]) -> None:
        """Lists *paths*, those that have vanished greyed with a way to take them off."""
        self._paths = paths
        if self.isVisible():
            focused = QApplication.focusWidget()
            held = focused is not None and any(
                file.isAncestorOf(focused) for file in self.files.values()
            )
            self._list_recent()
            if held:
                self._focus_first()

    # -- inside -------------------------------------------------------------------------------

    def _focus_first(self) -> None:
        """Lets Space open what was worked on last; without such a file, begin with last year's."""
        ready = (file.button for file in self.files.values() if file.button.isEnabled())
        next(ready, self.import_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def _make(self) -> None:
        page = QWidget()
        page.setObjectName("startPage")
        column = QWidget(page)
        column.setMaximumWidth(_WIDTH)
        whole = QVBoxLayout(column)
        whole.setContentsMargins(0, 0, 0, 24)
        whole.setSpacing(12)
        title = QLabel("公开年报", column)
        title.setProperty("rank", "title")
        about = QLabel("填报政府信息公开情况统计表。全部在这台电脑上完成，不联网。", column)
        about.setProperty("tone", "muted")
        about.setWordWrap(True)
        whole.addWidget(title)
        whole.addWidget(about)
        whole.addSpacing(4)
        whole.addWidget(self._begin_card(column))
        whole.addSpacing(12)
        recent_title = QLabel("最近打开", column)
        recent_title.setProperty("rank", "heading")
        whole.addWidget(recent_title)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(6)
        whole.addLayout(self._recent)
        whole.addStretch(1)
        row = QHBoxLayout(page)
        row.setContentsMargins(32, 36, 32, 16)
        row.addStretch(1)
        row.addWidget(column, 100)
        row.addStretch(1)
        self.setWidget(page)

    def _begin_card(self, parent: QWidget) -> QWidget:
        card = QFrame(parent)
        card.setProperty("card", "plain")
        steps = QHBoxLayout()
        steps.setSpacing(24)
        for number, (heading, text) in enumerate(_STEPS, start=1):
            steps.addLayout(_step(number, heading, text, card), 1)
        self.import_button = Button("导入上年文件开始填报…", card)
        self.import_button.setProperty("role", "primary")
        self.import_button.setToolTip("Ctrl+I")
        self.import_button.clicked.connect(self.import_requested)
        self.new_button = Button("新建空白报表…", card)
        self.new_button.setToolTip("Ctrl+N")
        self.new_button.clicked.connect(self.new_requested)
        self.open_button = Button("打开已有报表…", card)
        self.open_button.setToolTip("Ctrl+O")
        self.open_button.clicked.connect(self.open_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        for button in (self.import_button, self.new_button, self.open_button):
            buttons.addWidget(button)
        hint = ElidedLabel("也可以把文件拖进窗口", card)
        hint.setProperty("tone", "muted")
        hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        buttons.addWidget(hint, 1)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(22, 20, 22, 20)
        inner.setSpacing(18)
        inner.addLayout(steps)
        inner.addLayout(buttons)
        return card

    def _list_recent(self) -> None:
        # Here, as most starts open a file and need none of this.
        from gui.start.recent_file import RecentFile

        while self._recent.count():
            widget = self._recent.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.files.clear()
        if not self._paths:
            empty = QLabel("还没有打开过文件。打开或保存过的报表会列在这里，点一下就接着填。")
            empty.setProperty("tone", "muted")
            self._recent.addWidget(empty)
        for path in self._paths:
            file = RecentFile(path)
            file.open_requested.connect(lambda path=path: self.file_requested.emit(path))
            file.forget_requested.connect(lambda path=path: self.forget_requested.emit(path))
            self.files[path] = file
            self._recent.addWidget(file)
        if self._paths:
            self._looker = _Looker(self._look_into, self._paths)
            self._looker.seen.connect(self._show_seen)
            self._looker.start()

    def _show_seen(self, path: Path, seen: Seen) -> None:
        if path not in self.files:
            return
        file = self.files[path]
        had_focus = file.button.hasFocus()
        file.show_seen(seen)
        if had_focus and not file.button.isEnabled():
            self._focus_first()


class _Looker(QObject):
    """Looks into files one after the other, in a thread that nobody waits for.

    A network that is down takes its time: neither the window, nor its other work beside it, nor the
    end of the program is held up by it.

    Signals:
        seen(Path, Seen): what there is to say of a file.
    """

    seen = Signal(object, object)

    def __init__(self, look_into: Callable[[Path], Seen], paths: Sequence[Path]) -> None:
        super().__init__()
        self._look_into = look_into
        self._paths = tuple(paths)

    def start(self) -> None:
        """Begins. What fails unexpectedly goes the way of all such errors in threads."""
        threading.Thread(target=self._look, daemon=True, name="recent files").start()

    def _look(self) -> None:
        for path in self._paths:
            seen = self._look_into(path)
            with suppress(RuntimeError):  # Qt says so where the program has ended meanwhile
                self.seen.emit(path, seen)


def _step(number: int, heading: str, text: str, parent: QWidget) -> QHBoxLayout:
    """A numbered step: what to do, and what to know about it."""
    sign = QLabel(str(number), parent)
    sign.setProperty("rank", "step")
    sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
    title = QLabel(heading, parent)
    title.setProperty("rank", "heading")
    words = QLabel(text, parent)
    words.setProperty("tone", "muted")
    words.setWordWrap(True)
    words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
    words.setAlignment(Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(title)
    column.addWidget(words, 1)
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(column, 1)
    return row
