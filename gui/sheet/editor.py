"""Typing into a cell: the editor over it, the delegate that makes it, and the sentence of a refusal.

The delegate creates an editor, fills it and hands its text to the model; it judges nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.sheet.lettering import Palette, fill
from gui.sheet.model import Index
from gui.widgets.aloud import announce

_LEAVING = {
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
}
_SIDEWAYS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End}


class CellEditor(QLineEdit):
    """The text of one cell while it is typed.

    ``overwrites``: it was begun by typing, so that the arrow keys leave the cell; begun with F2 they
    move in the text, as in Excel.

    Signals (requests):
        leave_requested(QKeyEvent): take the text and go where the key leads.
        cancel_requested(): forget the text.
        paste_requested(): the clipboard may hold more than this cell takes.
        finish_requested(): take the text; the focus went elsewhere.
    """

    leave_requested = Signal(object)
    cancel_requested = Signal()
    paste_requested = Signal()
    finish_requested = Signal()

    def __init__(self, palette: Palette, parent: QWidget) -> None:
        super().__init__(parent)
        self.overwrites = False
        self.refused = False
        self.original = ""
        self._colours = palette
        self.setFrame(False)
        self.setFont(palette.figure_font)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setTextMargins(0, 0, palette.px(11) - 4, 0)
        self.setMaxLength(200)
        # An input method would keep digits to itself until a candidate is chosen.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhPreferNumbers | Qt.InputMethodHint.ImhFormattedNumbersOnly
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        colours = self.palette()
        colours.setColor(QPalette.ColorRole.Base, palette.paper)
        colours.setColor(QPalette.ColorRole.Text, palette.ink)
        colours.setColor(QPalette.ColorRole.Highlight, palette.selection)
        colours.setColor(QPalette.ColorRole.HighlightedText, palette.ink)
        self.setPalette(colours)

    def begin(self, text: str | None) -> None:
        """Starts with *text* in place of the cell's (typing over), or with the cell's own (F2)."""
        self.overwrites = text is not None
        if text is not None:
            self.setText(text)
        self.end(False)

    @property
    def is_changed(self) -> bool:
        """Whether the text is another than the cell had."""
        return self.text() != self.original

    def show_refused(self, refused: bool) -> None:
        """Marks the text as refused, or no longer."""
        if refused != self.refused:
            self.refused = refused
            self.update()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Never: Tab is a key of the sheet and comes to :meth:`keyPressEvent`."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leaves or cancels as a spreadsheet does; everything else is typing."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.cancel_requested.emit()
        elif key == Qt.Key.Key_F2:
            self.overwrites = not self.overwrites
        elif key in _LEAVING or (self.overwrites and key in _SIDEWAYS):
            self.leave_requested.emit(event)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_requested.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Takes the text when the focus goes elsewhere in the window."""
        super().focusOutEvent(event)
        passing = (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
            Qt.FocusReason.MenuBarFocusReason,
        )
        if event.reason() not in passing:
            self.finish_requested.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text in a frame: accent, or the error colour when it was refused."""
        super().paintEvent(event)
        painter = QPainter(self)
        colour = self._colours.error if self.refused else self._colours.accent
        pen = QPen(colour, 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()


class SheetDelegate(QStyledItemDelegate):
    """Makes editors. Drawing is the sheet's own."""

    def __init__(self, palette: Palette, parent: QObject) -> None:
        super().__init__(parent)
        self.palette = palette

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """An empty editor."""
        return CellEditor(self.palette, parent)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Shows the cell's text, unless a person has typed another meanwhile."""
        assert isinstance(editor, CellEditor)
        text = str(index.data(Qt.ItemDataRole.EditRole))
        if not editor.is_changed:
            editor.setText(text)
        editor.original = text

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Hands the text over and notes whether it was taken."""
        assert isinstance(editor, CellEditor)
        editor.show_refused(
            editor.is_changed and not model.setData(index, editor.text())  # type: ignore[arg-type]
        )

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Exactly over the cell."""
        editor.setGeometry(option.rect)  # type: ignore[attr-defined]

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every row is as high as the next."""
        return QSize(self.palette.px(60), self.palette.row_height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Nothing: the editor itself knows when it is left, and keeps a text that was refused."""
        return False


class Callout(QLabel):
    """One sentence beside a cell."""

    def __init__(self, palette: Palette, parent: QAbstractItemView) -> None:
        super().__init__(parent.viewport())
        self._sheet = parent
        self.setWordWrap(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self.dress(palette)

    def dress(self, palette: Palette) -> None:
        """Takes over colours and sizes."""
        self._colours = palette
        self.setFont(palette.label_font)
        gap = palette.px(8)
        self.setContentsMargins(gap + palette.px(4), gap - 2, gap, gap - 2)
        colours = self.palette()
        colours.setColor(QPalette.ColorRole.WindowText, palette.error)
        self.setPalette(colours)

    def say(self, sentence: str, cell: QRect) -> None:
        """Shows the sentence under *cell* (over it where there is no room below)."""
        room = self._sheet.viewport().rect()
        self.setText(sentence)
        margins = self.contentsMargins()
        text = self._colours.label_metrics.horizontalAdvance(sentence)
        width = min(
            text + margins.left() + margins.right() + 4, self._colours.px(340), room.width()
        )
        self.setFixedWidth(width)
        self.setFixedHeight(self.heightForWidth(width))
        x = max(0, min(cell.right() - width + 1, room.width() - width))
        y = cell.bottom() + 3
        if y + self.height() > room.height():
            y = cell.top() - self.height() - 3
        self.move(QPoint(x, y))
        self.show()
        self.raise_()
        self.setAccessibleName(sentence)
        announce(self, sentence)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A tinted box with an edge in the error colour."""
        painter = QPainter(self)
        colours = self._colours
        fill(painter, self.rect(), colours.error_tint)
        painter.setPen(QPen(colours.error, 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        fill(painter, QRect(0, 0, colours.px(4), self.height()), colours.error)
        painter.end()
        super().paintEvent(event)
