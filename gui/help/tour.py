"""The first steps, shown once: four places in the window and what to do there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.look.tokens import Tokens
from gui.widgets.button import Button

_ONWARDS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})


class Step(NamedTuple):
    """One step: the part of the window it speaks of, and what it says."""

    part: QWidget
    title: str
    text: str


def steps(sheets: QWidget, sections: QWidget, findings: QWidget, status: QWidget) -> list[Step]:
    """The four steps."""
    return [
        Step(
            sheets,
            "在这里填数",
            "直接输入数字，按回车到下一格。左边缩进表示“其中”，浅底色的格会自动计算。"
            "上年数和增减就在旁边。",
        ),
        Step(
            sections,
            "看进度",
            "每一部分填了多少、有没有问题，都在这里。点一下就转到那一部分。",
        ),
        Step(
            findings,
            "看审核结果",
            "● 必须改正，▲ 改正或写明原因。点一条就转到那一格；需要说明的，就在这里填写。",
        ),
        Step(
            status,
            "看能不能报送",
            "全部填好、没有要改正的、该说明的都说明了，这里就显示“可报送”。然后点“导出 XLSX”。",
        ),
    ]


class Tour(QWidget):
    """Lies over the window and points at one part after the other.

    While it is there all keys are its own: Enter and Space go on, Esc and a click beside the card end
    it, and nothing that is typed reaches what lies under it. Parts that are folded away are left out.
    """

    def __init__(self, window: QWidget, shown: Sequence[Step], tokens: Tokens) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window = window
        self._frame = QColor(tokens.accent)
        self._at = -1
        self._steps = [step for step in shown if step.part.isVisible()]
        self._card = QFrame(self)
        self._card.setProperty("card", "plain")
        self._card.setFixedWidth(340)
        self._title = QLabel(self._card)
        self._title.setProperty("rank", "heading")
        self._text = QLabel(self._card)
        self._text.setWordWrap(True)
        self._count = QLabel(self._card)
        self._count.setProperty("tone", "muted")
        self.next_button = Button(self._card)
        self.next_button.setProperty("role", "primary")
        self.next_button.clicked.connect(self.next)
        skip = Button("跳过", self._card)
        skip.setProperty("role", "link")
        skip.clicked.connect(self.close)
        for button in (self.next_button, skip):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        #: Where the keyboard goes back to: an open cell closes when the keyboard leaves it.
        self._before = _area_around(window.focusWidget())
        if self._before is not None:
            self._before.destroyed.connect(self._forget)
        buttons = QHBoxLayout()
        buttons.addWidget(self._count, 1)
        buttons.addWidget(skip)
        buttons.addWidget(self.next_button)
        inner = QVBoxLayout(self._card)
        inner.setContentsMargins(18, 14, 18, 14)
        inner.setSpacing(8)
        inner.addWidget(self._title)
        inner.addWidget(self._text)
        inner.addLayout(buttons)
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.next()

    def next(self) -> None:
        """Goes on to the next step, and ends after the last."""
        self._at += 1
        if self._at >= len(self._steps):
            self.close()
            return
        step = self._steps[self._at]
        self._title.setText(step.title)
        self._text.setText(step.text)
        self._count.setText(f"{self._at + 1} / {len(self._steps)}")
        self.next_button.setText("知道了" if self._at == len(self._steps) - 1 else "下一步")
        self.setAccessibleName(f"快速入门：{step.title}。{step.text}")
        self._place()
        self.show()
        self.raise_()
        self.setFocus()

    def _hole(self) -> QRect:
        part = self._steps[self._at].part
        return QRect(part.mapTo(self._window, QPoint(0, 0)), part.size())

    def _place(self) -> None:
        """Puts the card beside the part, or into it where there is no room beside."""
        hole, card = self._hole(), self._card
        card.adjustSize()
        card.resize(340, card.layout().heightForWidth(340))
        x = hole.right() + 16
        if x + card.width() > self.width():
            x = hole.left() - card.width() - 16
        if x < 0:
            x = hole.center().x() - card.width() // 2
        x = max(12, min(x, self.width() - card.width() - 12))
        y = hole.top() + 40
        if hole.height() < 100:
            y = hole.top() - card.height() - 16
        card.move(x, max(12, min(y, self.height() - card.height() - 12)))
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follows the size of the window."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        """Keeps the window's shortcuts from keys that are meant for the card."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Goes on, or ends; every other key does nothing."""
        event.accept()
        if event.key() in _ONWARDS:
            # Space presses a button by itself, Enter does not.
            (self._focused_button() or self.next_button).click()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Tab stays on the card: from one button to the other."""
        buttons = self._card.findChildren(QPushButton)
        focused = self._focused_button()
        at = 0 if focused is None else buttons.index(focused) + (1 if forwards else -1)
        buttons[at % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _focused_button(self) -> QPushButton | None:
        buttons = self._card.findChildren(QPushButton)
        return next((button for button in buttons if button.hasFocus()), None)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Gives the keyboard back."""
        super().closeEvent(event)
        if self._before is not None:
            self._before.setFocus()

    def _forget(self) -> None:
        self._before = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the card ends the tour."""
        event.accept()
        self.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dims all but the part that is spoken of."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole, hole = QPainterPath(), QPainterPath()
        whole.addRect(self.rect())
        hole.addRoundedRect(self._hole().adjusted(1, 1, -1, -1), 6, 6)
        painter.fillPath(whole - hole, QColor(0, 0, 0, 110))
        painter.setPen(QPen(self._frame, 2))
        painter.drawPath(hole)


def _area_around(widget: QWidget | None) -> QWidget | None:
    """The view that the widget lies in; itself where it lies in none."""
    around = widget
    while around is not None and not isinstance(around, QAbstractScrollArea):
        around = around.parentWidget()
    return around or widget
