"""Typing into a sheet: opening a cell, taking its text over, keeping one that was refused."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QWidget

from core.form.form import Table
from gui.document import Document
from gui.look.tokens import Tokens
from gui.sheet.columns import Role, Shown
from gui.sheet.editor import Callout, CellEditor, SheetDelegate
from gui.sheet.grid import Grid
from gui.sheet.model import SheetModel
from gui.sheet.moves import Moves, Place

_NO_HINT = QAbstractItemDelegate.EndEditHint.NoHint


class EntryGrid(Grid):
    """A grid whose cells are typed into. What a key means otherwise is :meth:`press`'s to say."""

    moves: Moves

    def __init__(
        self, document: Document, table: Table, tokens: Tokens, parent: QWidget | None
    ) -> None:
        super().__init__(SheetModel(document, table), tokens, parent)
        self.sheet_model.setParent(self)
        self.document = document
        self.table = table
        self._editor: CellEditor | None = None
        self._callout = Callout(self.colours, self)
        self.setItemDelegate(SheetDelegate(self.colours, self))
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        document.refused.connect(self._refused)

    def press(self, event: QKeyEvent) -> bool:
        """Does what a key means; whether it means anything."""
        raise NotImplementedError

    def leave(self, event: QKeyEvent) -> None:
        """Takes what is being typed and goes where the key leads."""
        raise NotImplementedError

    def typed(self, text: str) -> bool:
        """Types *text* over the current cell; whether there was anything to type."""
        raise NotImplementedError

    def paste_into_cell(self) -> None:
        """Pastes while a cell is open."""
        raise NotImplementedError

    # -- the current cell ---------------------------------------------------------------------

    def place(self) -> Place | None:
        """The current cell; that of its row where a label or last year's figure is current."""
        return self.place_at(self.currentIndex())

    def place_at(self, index: QModelIndex) -> Place | None:
        """The cell at *index*, or the nearest of its row; a heading's place has no cell."""
        if not index.isValid():
            return None
        node = self.sheet_model.node(index)
        wanted = self.sheet_model.columns[index.column()].figure
        held = [column for column, key in enumerate(node.keys) if key is not None]
        if not held:
            # A heading: moves start from it all the same.
            return Place(node.place, wanted)
        return Place(node.place, min(held, key=lambda column: abs(column - wanted)))

    def index_at_place(self, place: Place) -> QModelIndex:
        """The index of the cell."""
        node = self.sheet_model.tree.order[place.row]
        return self.sheet_model.index_of(node, self.sheet_model.sheet_column(place.column))

    # -- typing -------------------------------------------------------------------------------

    @property
    def can_type(self) -> bool:
        """Whether this year's figures are shown, so that typing has a place to go."""
        return self.sheet_model.shown is Shown.THIS

    def refuses_typing(self) -> str:
        """Why nothing can be typed or pasted where the current cell is; empty where it can."""
        if not self.can_type:
            return f"现在显示的是{self.sheet_model.shown.value}数，请切换到“本年”后填写。"
        index = self.currentIndex()
        columns = self.sheet_model.columns
        if index.isValid() and columns[index.column()].role is Role.LAST:
            heading = columns[index.column()].heading
            return f"“{heading}”的数从{heading}的报表导入，不在这里填写。"
        return ""

    def edit_current(self, text: str | None) -> None:
        """Opens the current cell: with *text* in place of what it held, or (``None``) as it is."""
        place = self.place()
        key = None if place is None else self.moves.key_at(place)
        if place is None or key is None:
            return
        refusal = self.refuses_typing()
        if refusal:
            self.say(refusal)
            return
        if self._editor is None:
            index = self.index_at_place(place)
            if self.currentIndex() != index:
                self.setCurrentIndex(index)
            # It may have been scrolled away with the mouse.
            self.bring_into_view(index)
            self.edit(index)
            editor = self.indexWidget(index) or self.viewport().findChild(CellEditor)
            if not isinstance(editor, CellEditor):
                return
            self._editor = editor
            editor.setAccessibleName(f"正在填写 {self.document.session.form.cell_name(key)}")
            # It knows itself when it is left; a filter in Python would be asked of every event.
            editor.removeEventFilter(self.itemDelegate())
            editor.leave_requested.connect(self.leave)
            editor.cancel_requested.connect(self.cancel_editing)
            editor.paste_requested.connect(self.paste_into_cell)
            editor.finish_requested.connect(self.finish_editing)
            editor.textEdited.connect(self._edited)
        self._callout.hide()
        self._editor.begin(text)

    def finish_editing(self) -> bool:
        """Takes over what is being typed. ``False``: it was refused and stays as it is."""
        editor = self._editor
        if editor is None:
            return True
        self.commitData(editor)
        if editor.refused:
            editor.setFocus()
            return False
        self._close_editor(editor)
        return True

    def dismiss(self) -> None:
        """Takes the sentence of a refusal away."""
        self._callout.hide()

    def say(self, sentence: str) -> None:
        """Shows one sentence beside the current cell."""
        rect = self.visualRect(self.currentIndex())
        self._callout.say(sentence, rect)

    def cancel_editing(self) -> None:
        """Forgets what is being typed."""
        if self._editor is not None:
            self._close_editor(self._editor)

    @property
    def typing(self) -> str | None:
        """What stands in the open cell; ``None`` where none is open."""
        return None if self._editor is None else self._editor.text()

    @property
    def refusal(self) -> str:
        """The sentence beside the cell that was refused last."""
        return self._callout.text()

    def focus_typing(self) -> None:
        """Puts the keyboard back into the open cell."""
        if self._editor is not None:
            self._editor.setFocus()

    def insert(self, text: str) -> None:
        """Writes *text* where the cursor of the open cell is."""
        if self._editor is not None:
            self._editor.insert(text)
            self._edited()

    def refuse(self, key: str, sentence: str) -> None:
        """Keeps what is being typed, marked as refused."""
        if self._editor is not None:
            self._editor.show_refused(True)
        self.document.refused.emit(key, sentence)

    def _close_editor(self, editor: CellEditor) -> None:
        self._editor = None
        self._callout.hide()
        # Of the window, not of the program: another program's window may be in front just now.
        had_focus = editor.window().focusWidget() is editor
        cell = editor.geometry()
        self.closeEditor(editor, _NO_HINT)
        # While the place of the editor waits to be drawn Qt does not scroll what is drawn already,
        # and going to the next row would draw the whole sheet anew.
        self.viewport().repaint(cell)
        if had_focus:
            self.setFocus()

    def _edited(self) -> None:
        if self._editor is not None:
            self._editor.show_refused(False)
        self._callout.hide()

    def _refused(self, key: str, sentence: str) -> None:
        index = self.sheet_model.index_of_key(key)
        if index.isValid():
            self._callout.say(sentence, self.visualRect(index))

    def set_look(self, tokens: Tokens, zoom: float) -> None:
        """Draws in these colours at this zoom (1.0 is 100 %) from now on."""
        if not self.finish_editing():
            return
        super().set_look(tokens, zoom)
        self.setItemDelegate(SheetDelegate(self.colours, self))
        self._callout.dress(self.colours)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Never: Tab is a key of the sheet and comes to :meth:`keyPressEvent`."""
        return False

    # -- events -------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys as in Excel; see :mod:`gui.sheet.keys`."""
        if self._editor is not None:
            # The focus has not reached the editor yet: fast typing must not lose a digit.
            self._editor.event(event)
            event.accept()
        elif self.press(event):
            event.accept()
        else:
            event.ignore()

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> object:
        """No input method here: it would keep digits to itself."""
        if query == Qt.InputMethodQuery.ImEnabled:
            return False
        return super().inputMethodQuery(query)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """What an input method delivers all the same is taken as typed."""
        if self._editor is not None:
            self.insert(event.commitString())
        else:
            self.typed(event.commitString())
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the frame of the current cell in full.

        Not handed on: Qt's own would draw the whole sheet anew each time an editor opens or closes.
        """
        event.accept()
        self._draw_current()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Shows the frame of the current cell as a quiet one."""
        event.accept()
        self._draw_current()

    def _draw_current(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.viewport().update(self.visualRect(self.currentIndex()))
