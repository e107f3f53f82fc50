"""The list of sections on the left: how far each is, and the worst that stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.form.form import Section
from core.numbering import number_of, without_number
from core.session import Progress, Session
from gui.look.tokens import Tokens
from gui.widgets.plain import plain_tip
from gui.widgets.viewport import own_viewport

_ITEM_HEIGHT: Final = 36
_MARGIN: Final = 6
_PADDING: Final = 12
_END: Final = 8
#: Above and below the text of an item, together.
_AROUND: Final = 18
_PROGRESS_ROLE: Final = Qt.ItemDataRole.UserRole + 1

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class SectionState:
    """A section and how far it is."""

    section: Section
    progress: Progress

    @property
    def number(self) -> str:
        """What the form counts its sections with: ``一``; empty where it does not."""
        return number_of(self.section.title)

    @property
    def name(self) -> str:
        """The title behind its number: ``主动公开情况``."""
        return without_number(self.section.title)

    @property
    def right(self) -> str:
        """How far it is and the worst in it: ``21/21 ●1``."""
        return f"{self.progress.filled}/{self.progress.total} {self.sign}".rstrip()

    @property
    def sign(self) -> str:
        """The worst that stands in the section, as a sign and a number."""
        if self.progress.errors:
            return f"●{self.progress.errors}"
        if self.progress.warnings:
            return f"▲{self.progress.warnings}"
        return "✓" if self.progress.done else ""

    @property
    def spoken(self) -> str:
        """All of it in words, for a screen reader and the tool tip."""
        progress = self.progress
        parts = [self.section.title, f"已填 {progress.filled}/{progress.total}"]
        if progress.errors:
            parts.append(f"必须改正 {progress.errors}")
        if progress.warnings:
            parts.append(f"需要说明 {progress.warnings}")
        if progress.done:
            parts.append("已完成")
        return "，".join(parts)


class _SectionModel(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._states: list[SectionState] = []
        #: Cell → the line of its section.
        self.line_of: dict[str, int] = {}

    @property
    def states(self) -> list[SectionState]:
        return self._states

    def show(self, states: list[SectionState]) -> None:
        """Shows *states*, telling the view only about lines that differ."""
        # Of another form, even where its sections have the same codes.
        if [id(s.section) for s in states] != [id(s.section) for s in self._states]:
            self.beginResetModel()
            self._states = states
            self.line_of = {
                key: line for line, state in enumerate(states) for key in state.section.cells
            }
            self.endResetModel()
            return
        before, self._states = self._states, states
        for row, (old, new) in enumerate(zip(before, states, strict=True)):
            if old != new:
                index = self.index(row)
                self.dataChanged.emit(index, index)

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._states)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        state = self._states[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{state.number} {state.name}".lstrip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(state.spoken)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return state.spoken
        return state if role == _PROGRESS_ROLE else None


class _SectionDelegate(QStyledItemDelegate):
    def __init__(self, tokens: Tokens, parent: QObject) -> None:
        super().__init__(parent)
        self.tokens = tokens

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, self.height(index))

    def height(self, index: _Index) -> int:
        """How high the line is: its title may take two."""
        view = self.parent()
        state = index.data(_PROGRESS_ROLE)
        assert isinstance(view, SectionList)
        metrics = view.fontMetrics()
        lines = 1
        if isinstance(state, SectionState):
            inner = view.viewport().width() - 2 * _MARGIN - _PADDING - _END
            room = _title_room(metrics, state, inner)
            lines = 1 if metrics.horizontalAdvance(state.name) <= room else 2
        height = max(_ITEM_HEIGHT, metrics.lineSpacing() + _AROUND)
        return height + (lines - 1) * metrics.lineSpacing()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        state = index.data(_PROGRESS_ROLE)
        if not isinstance(state, SectionState):
            return
        painter.save()
        frame: QRect = option.rect.adjusted(_MARGIN, 1, -_MARGIN, -1)  # type: ignore[attr-defined]
        # Asked of the list itself: the option's state brings all of QStyle's signs with it, which
        # takes a fiftieth of the start.
        view = self.parent()
        assert isinstance(view, SectionList)
        selected = view.selectionModel().isSelected(index)
        hovered = view.hovered_row == index.row()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.tokens.heading if selected else self.tokens.hover))
            painter.drawRoundedRect(frame, 6, 6)
        if view.hasFocus() and view.currentIndex() == index:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.tokens.accent), 1))
            painter.drawRoundedRect(frame, 6, 6)
        self._paint_texts(painter, frame.adjusted(_PADDING, 0, -_END, 0), state)
        painter.restore()

    def _paint_texts(self, painter: QPainter, inner: QRect, state: SectionState) -> None:
        tokens, progress = self.tokens, state.progress
        metrics = painter.fontMetrics()
        colour = tokens.muted
        if progress.errors:
            colour = tokens.error
        elif progress.warnings:
            colour = tokens.explain
        elif progress.done:
            colour = tokens.done
        vertical = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colour))
        painter.drawText(inner, vertical | Qt.AlignmentFlag.AlignRight, state.right)
        left = inner.left()
        if state.number:
            painter.setPen(QColor(tokens.muted))
            painter.drawText(inner, vertical | Qt.AlignmentFlag.AlignLeft, state.number)
            left += _number_room(metrics)
        painter.setPen(QColor(tokens.ink))
        room = _title_room(metrics, state, inner.width())
        # A long title takes two lines; only what does not fit there either is cut.
        name = metrics.elidedText(state.name, Qt.TextElideMode.ElideRight, 2 * room - 16)
        place = QRect(left, inner.top(), room, inner.height())
        wrapped = vertical | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWrapAnywhere
        painter.drawText(place, wrapped, name)


def _number_room(metrics: QFontMetrics) -> int:
    return metrics.horizontalAdvance("十") + 8


def _title_room(metrics: QFontMetrics, state: SectionState, inner: int) -> int:
    """What a title has between its number and how far it is."""
    before = _number_room(metrics) if state.number else 0
    return max(inner - before - metrics.horizontalAdvance(state.right) - 8, 40)


class SectionList(QListView):
    """The sections of the open form.

    Signals:
        chosen(str): the user asks for the section of that code.
    """

    chosen = Signal(str)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        own_viewport(self)
        self.setObjectName("pane")
        self.setAccessibleName("目录：各部分填报进度")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportMargins(0, 6, 0, 6)
        self._model = _SectionModel(self)
        self._delegate = _SectionDelegate(tokens, self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        #: The line under the mouse; −1 for none.
        self.hovered_row = -1
        self.entered.connect(self._entered)
        self.viewportEntered.connect(self._left_lines)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def dataChanged(self, topLeft: _Index, bottomRight: _Index, roles: Sequence[int] = ()) -> None:
        """Draws the line anew; Qt's own would ask for the height of every line after each key.

        Called by the model for one line at a time.
        """
        # As in gui.sheet.grid: here, for what it brings with it.
        from PySide6.QtGui import QAccessible

        place = self.visualRect(topLeft)
        if QAccessible.isActive() or self._delegate.height(topLeft) != place.height():
            super().dataChanged(topLeft, bottomRight, roles)
        else:
            self.viewport().update(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Titles take one line or two, as there is room."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def leaveEvent(self, event: QEvent) -> None:
        """No line is under the mouse any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def _entered(self, index: QModelIndex) -> None:
        self._hover(index.row())

    def _left_lines(self) -> None:
        self._hover(-1)

    def _hover(self, row: int) -> None:
        self.hovered_row = row
        self.viewport().update()

    def set_tokens(self, tokens: Tokens) -> None:
        """Paints in other colours from now on."""
        self._delegate.tokens = tokens
        self.viewport().update()

    def show_session(self, session: Session | None) -> None:
        """Shows how far the sections of *session* are; nothing without one."""
        progress = session.progress_by_section() if session is not None else {}
        states = [
            SectionState(section, progress[section.code])
            for section in (session.form.sections if session is not None else ())
            if section.cells
        ]
        self._model.show(states)

    @property
    def states(self) -> list[SectionState]:
        """What is shown."""
        return list(self._model.states)

    def set_current_cell(self, key: str) -> None:
        """Marks the section in which the cell stands."""
        line = self._model.line_of.get(key)
        if line is not None and self.currentIndex().row() != line:
            self.setCurrentIndex(self._model.index(line))

    def _choose(self, index: _Index) -> None:
        self.chosen.emit(self._model.states[index.row()].section.code)
