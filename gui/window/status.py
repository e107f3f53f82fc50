"""The status line: how far, how many must be mended, how many want a word, can it be sent."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton, QWidget

from core.session import Progress
from gui.look.style import set_styled
from gui.widgets.aloud import announce
from gui.widgets.elided import ElidedLabel


class StatusLine(QStatusBar):
    """One glance for the state of the report; each part leads to what it counts.

    Signals:
        blank_requested(), error_requested(), warning_requested(): go to the next of them.
        zoom_reset_requested(): back to 100 %.
        file_requested(Path), folder_requested(Path): open what was written last, or the folder it is in.
    """

    blank_requested = Signal()
    error_requested = Signal()
    warning_requested = Signal()
    zoom_reset_requested = Signal()
    file_requested = Signal(object)
    folder_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setAccessibleName("状态栏")
        self._filled = self._part("转到下一个未填的单元格", self.blank_requested)
        self._errors = self._part("转到下一条必须改正的审核结果", self.error_requested, "error")
        self._warnings = self._part(
            "转到下一条需要说明的审核结果", self.warning_requested, "explain"
        )
        self._ready = QLabel(self)
        self._ready.setStyleSheet("font-weight: 600; padding: 0 6px;")
        self.addWidget(self._ready)
        self._refusal = ""
        # Cut where there is no room: a long sentence must not make the window wider.
        self._note = ElidedLabel(parent=self)
        self._note.setProperty("tone", "muted")
        self.addWidget(self._note, 1)
        self._written: Path | None = None
        self.written_buttons = (
            self._link("打开文件", self.file_requested),
            self._link("打开所在文件夹", self.folder_requested),
        )
        self._totals = QLabel(self)
        self._totals.setTextFormat(Qt.TextFormat.PlainText)
        self._totals.setAccessibleName("选中的格")
        self._totals.setToolTip("选中各格的和、个数（不计未填）与平均数")
        self.addPermanentWidget(self._totals)
        self._totals.hide()
        self._saved = QLabel(self)
        self._saved.setProperty("tone", "muted")
        self.addPermanentWidget(self._saved)
        self._zoom = QToolButton(self)
        self._zoom.setToolTip("表格大小。按住 Ctrl 滚动滚轮可放大缩小，点这里恢复 100%")
        self._zoom.clicked.connect(self.zoom_reset_requested)
        self.addPermanentWidget(self._zoom)
        self._parts = (self._filled, self._ready, self._zoom)
        self.show_progress(None)
        self.show_zoom(100)

    def show_progress(self, progress: Progress | None) -> None:
        """Shows how far the report is; empty without one."""
        for part in self._parts:
            part.setVisible(progress is not None)
        self._errors.setVisible(progress is not None and progress.errors > 0)
        self._warnings.setVisible(progress is not None and progress.warnings > 0)
        if progress is None:
            self._saved.clear()
            return
        complete = progress.filled == progress.total
        self._filled.setText(f"已填 {progress.filled}/{progress.total}")
        set_styled(self._filled, "tone", "done" if complete else "")
        self._errors.setText(f"● 必须改正 {progress.errors}")
        self._warnings.setText(f"▲ 需要说明 {progress.warnings}")
        self._ready.setText("✓ 可报送" if progress.done else "尚不可报送")
        set_styled(self._ready, "tone", "done" if progress.done else "")

    def show_saved(self, saved: datetime | None, *, dirty: bool, read_only: bool = False) -> None:
        """Shows when the report was last saved, or that there is something to save."""
        set_styled(self._saved, "tone", "explain" if read_only else "muted")
        if read_only:
            self._saved.setText("只读：别处正开着，保存时请另存为")
        elif saved is None:
            self._saved.setText("尚未保存")
        else:
            self._saved.setText(f"{'有改动，上次保存' if dirty else '已保存'} {saved:%H:%M}")

    def show_zoom(self, percent: int) -> None:
        """Shows the size of the sheet."""
        self._zoom.setText(f"{percent}%")
        self._zoom.setAccessibleName(f"表格大小 {percent}%")

    def show_totals(self, words: str) -> None:
        """Shows sum, count and average of the cells selected; nothing for none."""
        self._totals.setText(words)
        self._totals.setVisible(bool(words))

    @property
    def totals(self) -> str:
        """What is shown of the cells selected."""
        return "" if self._totals.isHidden() else self._totals.text()

    def say(self, sentence: str) -> None:
        """Shows what has just been done, until something else is said or the report changes."""
        self._show_written(None)
        self._note.setText(sentence)
        announce(self._note, sentence)

    def refuse(self, sentence: str) -> None:
        """Shows what is said beside a cell, until that is settled."""
        self._note.setText(sentence)
        self._refusal = sentence

    def offer(self, path: Path) -> None:
        """Offers what the sentence just said tells of: the file that was written, and its folder."""
        self._show_written(path)

    def forget(self) -> None:
        """Takes away what was said of an earlier state of the report."""
        if self._note.text() != self._refusal:
            self._show_written(None)
            self._note.setText("")

    def _show_written(self, path: Path | None) -> None:
        self._written = path
        for button in self.written_buttons:
            button.setVisible(path is not None)

    def _link(self, text: str, request: SignalInstance) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setProperty("role", "link")
        button.clicked.connect(lambda: request.emit(self._written))
        button.hide()
        self.addWidget(button)
        return button

    def settle(self) -> None:
        """Takes a refusal away: the text was mended or given up."""
        if self._refusal and self._note.text() == self._refusal:
            self._note.setText("")
        self._refusal = ""

    @property
    def spoken(self) -> str:
        """What the line says about the report."""
        parts = (self._filled, self._errors, self._warnings, self._ready)
        return " · ".join(part.text() for part in parts if not part.isHidden())

    @property
    def saved(self) -> str:
        """What is said of the file: when it was saved, or that it is read-only."""
        return self._saved.text()

    @property
    def note(self) -> str:
        """What was said last."""
        return self._note.text()

    def _part(self, tip: str, request: Signal, tone: str = "") -> QToolButton:
        button = QToolButton(self)
        button.setProperty("tone", tone)
        button.setToolTip(tip)
        button.clicked.connect(request)
        self.addWidget(button)
        return button
