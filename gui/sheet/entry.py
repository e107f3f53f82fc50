"""Typing into a sheet: opening a cell, taking its text over, keeping one that was refused."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractItemDelegate

from gui.document import Document
from gui.sheet.columns import ColumnKind, Shown
from gui.sheet.editor import Callout, CellEditor, SheetDelegate
from gui.sheet.selection import Selection

_NO_HINT = QAbstractItemDelegate.EndEditHint.NoHint


class Entry(QObject):
    """The cell of a sheet that is open for typing, if one is, and the sentence beside a cell.

    Signals (requests), while a cell is open:
        leave_requested(QKeyEvent): take the text over and go where the key leads.
        paste_requested(): the clipboard may hold more than this cell takes.
    """

    leave_requested = Signal(object)
    paste_requested = Signal()

    def __init__(self, selection: Selection, document: Document) -> None:
        grid = selection.grid
        super().__init__(grid)
        self.document = document
        self._selection = selection
        self._grid = grid
        self._editor: CellEditor | None = None
        #: The figure that stands in the open cell in place of the text typed, until it is confirmed.
        self._offered: str | None = None
        self._callout = Callout(grid.colours, grid)
        grid.setItemDelegate(SheetDelegate(grid.colours, grid))
        document.refused.connect(self._refused)

    # -- whether there is anything to type ----------------------------------------------------

    @property
    def can_type(self) -> bool:
        """Whether this year's figures are shown, so that typing has a place to go."""
        return self._grid.sheet_model.shown is Shown.THIS

    def refuses_typing(self) -> str:
        """Why nothing can be typed or pasted where the current cell is; empty where it can."""
        model = self._grid.sheet_model
        if not self.can_type:
            return f"现在显示的是{model.shown.value}数，请切换到“本年”后填写。"
        index = self._grid.currentIndex()
        if index.isValid() and model.columns[index.column()].kind is ColumnKind.LAST:
            heading = model.columns[index.column()].heading
            return f"“{heading}”的数从{heading}的报表导入，不在这里填写。"
        return ""

    # -- the open cell ------------------------------------------------------------------------

    @property
    def editor(self) -> CellEditor | None:
        """The editor over the open cell."""
        return self._editor

    @property
    def text(self) -> str | None:
        """What stands in the open cell; ``None`` where none is open."""
        return None if self._editor is None else self._editor.text()

    def open(self, text: str | None) -> None:
        """Opens the current cell: with *text* in place of what it held, or (``None``) as it is."""
        place = self._selection.place()
        key = None if place is None else self._selection.moves.key_at(place)
        if place is None:
            return
        if key is None:
            if text:
                label = self._grid.sheet_model.tree.order[place.row].row.label
                self.say(f"“{label}”是标题，不填数字。")
            return
        refusal = self.refuses_typing()
        if refusal:
            self.say(refusal)
            return
        if self._editor is None:
            index = self._selection.index_at_place(place)
            if self._grid.currentIndex() != index:
                self._grid.setCurrentIndex(index)
            # It may have been scrolled away with the mouse.
            self._grid.bring_into_view(index)
            self._grid.edit(index)
            editor = self._grid.indexWidget(index) or self._grid.viewport().findChild(CellEditor)
            if not isinstance(editor, CellEditor):
                return
            self._editor = editor
            editor.setAccessibleName(f"正在填写 {self.document.session.form.cell_name(key)}")
            # It knows itself when it is left; a filter in Python would be asked of every event.
            editor.removeEventFilter(self._grid.itemDelegate())
            editor.leave_requested.connect(self.leave_requested)
            editor.cancel_requested.connect(self.cancel)
            editor.paste_requested.connect(self.paste_requested)
            editor.finish_requested.connect(self.finish)
            editor.textEdited.connect(self._edited)
        self._callout.hide()
        self._editor.begin(text)

    def finish(self, *, confirmed: bool = False) -> bool:
        """Takes over what is being typed. ``False``: it was refused and stays as it is.

        A refused text that may mean a figure (3万) gives way to that figure, as a question; only
        ``confirmed`` (Enter and Tab) takes it.
        """
        editor = self._editor
        if editor is None:
            return True
        if self._offered is not None and editor.text() == self._offered and not confirmed:
            editor.setFocus()
            self._callout.show()
            return False
        self._grid.commitData(editor)
        if editor.refused:
            editor.setFocus()
            self._offer(editor)
            return False
        self._close(editor)
        return True

    def _offer(self, editor: CellEditor) -> None:
        """Puts the figure that may be meant in place of the refused text, and asks."""
        typed, key = editor.text(), self._selection.current_key()
        offered = self.document.session.meant(key, typed) if key is not None else None
        if offered is not None and key is not None:
            self._offered = offered
            editor.setText(offered)
            editor.selectAll()
            editor.show_refused(False)
            sentence = f"“{typed.strip()}”是指 {offered} 吗？按回车填入 {offered}，按 Esc 放弃。"
            self.document.refused.emit(key, sentence)

    def cancel(self) -> None:
        """Forgets what is being typed."""
        if self._editor is not None:
            self._close(self._editor)

    def insert(self, text: str) -> None:
        """Writes *text* where the cursor of the open cell is."""
        if self._editor is not None:
            self._editor.insert(text)
            self._edited()

    def focus(self) -> None:
        """Puts the keyboard back into the open cell."""
        if self._editor is not None:
            self._editor.setFocus()

    def dress(self) -> None:
        """Takes over the grid's colours and sizes of now."""
        self._grid.setItemDelegate(SheetDelegate(self._grid.colours, self._grid))
        self._callout.dress(self._grid.colours)

    def _close(self, editor: CellEditor) -> None:
        self._editor = None
        self._offered = None
        self._callout.hide()
        # Of the window, not of the program: another program's window may be in front just now.
        had_focus = editor.window().focusWidget() is editor
        cell = editor.geometry()
        self._grid.closeEditor(editor, _NO_HINT)
        # While the place of the editor waits to be drawn Qt does not scroll what is drawn already,
        # and going to the next row would draw the whole sheet anew.
        self._grid.viewport().repaint(cell)
        if had_focus:
            self._grid.setFocus()

    def _edited(self) -> None:
        self._offered = None
        if self._editor is not None:
            self._editor.show_refused(False)
        self._callout.hide()

    # -- the sentence beside a cell -----------------------------------------------------------

    @property
    def sentence(self) -> str:
        """The sentence beside a cell; empty where there is none."""
        return self._callout.text() if self._callout.isVisible() else ""

    @property
    def refusal(self) -> str:
        """The sentence beside the cell that was refused last."""
        return self._callout.text()

    def say(self, sentence: str) -> None:
        """Shows one sentence beside the current cell."""
        self._callout.say(sentence, self._grid.visualRect(self._grid.currentIndex()))

    def dismiss(self) -> None:
        """Takes the sentence away."""
        self._callout.hide()

    def refuse(self, key: str, sentence: str) -> None:
        """Keeps what is being typed, marked as refused."""
        if self._editor is not None:
            self._editor.show_refused(True)
        self.document.refused.emit(key, sentence)

    def _refused(self, key: str, sentence: str) -> None:
        index = self._grid.sheet_model.index_of_key(key)
        if index.isValid():
            self._callout.say(sentence, self._grid.visualRect(index))
