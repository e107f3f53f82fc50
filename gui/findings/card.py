"""One finding as a card: its sentence, a way to the cell, and the explanation written in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.checks.checks import Finding
from core.form.form import Level
from core.report import Explanation
from core.session import Edit
from gui.document import Document
from gui.look.style import set_styled
from gui.widgets.button import Button

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPlainTextEdit

    from gui.findings.explanation_box import ExplanationBox


class FindingCard(QFrame):
    """Shows one finding of the document and lets the clerk explain it where that settles it.

    Signals:
        go_to(str): the user wants to see the cell of that key.
        grown(): the text box has opened and wants to be seen whole.
        left(): the text box was closed by a key.
    """

    go_to = Signal(str)
    grown = Signal()
    left = Signal()

    def __init__(self, document: Document, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.finding = finding
        #: What the card says now; ``None`` before it says anything.
        self._shown: object = None
        self.setToolTip("点击转到这一格")
        #: The explanation as it was when the text box opened.
        self._before: Explanation | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        self._written = QLabel(self)
        self._written.setWordWrap(True)
        self._written.setProperty("tone", "muted")
        self.confirm_button = Button("说明仍然适用", self)
        self.confirm_button.setToolTip("数字改动后，确认原来的说明仍然适用")
        self.confirm_button.clicked.connect(self._keep)
        self.explain_button = Button(self)
        self.explain_button.clicked.connect(self.start_explaining)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.addWidget(self.confirm_button)
        buttons.addWidget(self.explain_button)
        buttons.addStretch(1)
        self._box: ExplanationBox | None = None
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(12, 10, 12, 10)
        self._whole.setSpacing(6)
        self._whole.addWidget(self._sentence)
        self._whole.addWidget(self._written)
        self._whole.addLayout(buttons)
        self.show_finding(finding)

    # -- what is shown ------------------------------------------------------------------------

    def show_finding(self, finding: Finding) -> None:
        """Shows *finding*, which is of the same check as before."""
        self.finding = finding
        session = self._document.session
        explanation = session.explanation(finding)
        explained, stale = session.is_explained(finding), session.is_stale(finding)
        shown = (finding, explanation, explained, stale, self.is_explaining)
        if shown == self._shown:
            # As most cards do when a figure changes; each that is set anew is also laid out anew.
            return
        self._shown = shown
        self._sentence.setText(finding.message)
        if explanation is not None:
            before = "数字已改动，请确认说明是否仍然适用：" if stale else "说明："
            self._written.setText(before + explanation.text)
        writing = self.is_explaining
        self._written.setVisible(explanation is not None and not writing)
        self.confirm_button.setVisible(stale and finding.explainable and not writing)
        self.explain_button.setVisible(finding.explainable and not writing)
        self.explain_button.setText("填写说明…" if explanation is None else "修改说明…")
        set_styled(self.explain_button, "role", "link" if explained else "")
        set_styled(self, "card", self._kind(explained))
        self.setAccessibleName(f"{session.standing(finding).words}：{finding.message}")

    @property
    def sentence(self) -> str:
        """What the card says."""
        return self._sentence.text()

    @property
    def is_explaining(self) -> bool:
        """Whether the text box is open."""
        return self._box is not None and not self._box.isHidden()

    @property
    def text_box(self) -> QPlainTextEdit:
        """Where the explanation is written."""
        return self._writing.box

    @property
    def ok_button(self) -> QPushButton:
        """确定 under the text box."""
        return self._writing.ok

    def start_explaining(self) -> None:
        """Opens the text box, with what was written before."""
        if self.is_explaining:
            self.text_box.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        explanation = self._document.session.explanation(self.finding)
        self._before = explanation
        self._writing.open(explanation.text if explanation is not None else "")
        self.show_finding(self.finding)
        self.text_box.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grown.emit()

    def stop_explaining(self) -> None:
        """Closes the text box; the explanation is what it was before."""
        self._writing.hide()
        check = self.finding.check
        if self._document.session.report.explanations.get(check) != self._before:
            self._document.submit(Edit("审核说明", explanations={check: self._before}))
        self.show_finding(self.finding)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_unfinished(self) -> bool:
        """Whether something is written in the text box that is not taken over."""
        before = "" if self._before is None else self._before.text
        return self.is_explaining and self._writing.text != before

    @property
    def draft(self) -> str:
        """What is written in the text box."""
        return self._writing.text

    def commit(self) -> None:
        """Takes over what is written so far; the text box stays open."""
        if self.is_unfinished:
            self._document.submit(self._document.session.explain(self.finding, self.draft))

    def resume(self, draft: str) -> None:
        """Opens the text box with what was being written when the finding went away."""
        self._before = self._document.session.explanation(self.finding)
        self._writing.open(draft)
        self.show_finding(self.finding)

    # -- inside -------------------------------------------------------------------------------

    @property
    def _writing(self) -> ExplanationBox:
        """The text box, made when it is first wanted: it costs as much as the rest of the card."""
        if self._box is None:
            from gui.findings.explanation_box import ExplanationBox

            self._box = ExplanationBox(self)
            self._box.confirmed.connect(self._take_over)
            self._box.cancelled.connect(self.stop_explaining)
            self._box.left.connect(self.left)
            self._whole.addWidget(self._box)
        return self._box

    def _kind(self, explained: bool) -> str:
        if explained:
            return "done"
        if self.finding.level is Level.ERROR:
            return "error"
        return "jump" if self.finding.jump else "explain"

    def _take_over(self) -> None:
        text = self._writing.text
        self._writing.hide()
        self._document.submit(self._document.session.explain(self.finding, text))
        self.show_finding(self.finding)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep(self) -> None:
        explanation = self._document.session.explanation(self.finding)
        if explanation is not None:
            edit = self._document.session.explain(self.finding, explanation.text)
            self._document.submit(edit)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click goes to the cell."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.go_to.emit(self.finding.at[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the cell as a click does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.go_to.emit(self.finding.at[0])
        else:
            super().keyPressEvent(event)
