"""The selected block to the clipboard and back. What fits where is :mod:`gui.sheet.paste`'s to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from core.problems import NianbaoError
from core.session import Edit
from gui.sheet.actions import CellActions
from gui.sheet.columns import Role
from gui.sheet.nodes import Node
from gui.sheet.selection import CellGrid

if TYPE_CHECKING:
    from gui.sheet.block import Block


class Transfer:
    """Copies from and pastes into one sheet."""

    def __init__(self, sheet: CellGrid, actions: CellActions) -> None:
        self._sheet = sheet
        self._actions = actions

    def cut(self) -> None:
        """Puts the selected block on the clipboard and blanks it."""
        self.copy()
        self._actions.clear("剪切")

    def copy(self) -> None:
        """Puts what is selected on the clipboard as text and as a table with borders."""
        from gui.sheet.block import format_html, format_text

        picked = self._selected()
        columns = sorted({column for columns in picked.values() for column in columns})
        shown = self._sheet.sheet_model.columns
        labelled = any(shown[column].role is Role.LABEL for column in columns)
        if labelled:
            # Beside the indicators the findings are a remark of this window, not of the table.
            columns = [column for column in columns if shown[column].role is not Role.REVIEW]
        if not columns:
            return
        nodes = sorted(picked, key=lambda node: node.place)
        block = tuple(
            tuple(self._text(node, column) if column in picked[node] else "" for column in columns)
            for node in nodes
        )
        headed = labelled and len(nodes) > 1
        if headed:
            block = (tuple(shown[column].heading for column in columns), *block)
        aligned = [shown[column].right_aligned for column in columns]
        data = QMimeData()
        data.setText(format_text(block) if len(block) > 1 or len(columns) > 1 else block[0][0])
        data.setHtml(format_html(block, aligned, headed=headed))
        QGuiApplication.clipboard().setMimeData(data)

    def paste(self) -> None:
        """Pastes the clipboard's block from the top-left selected cell on, or says what is amiss."""
        sheet = self._sheet
        if not sheet.finish_editing():
            return
        try:
            refusals = self._pasted(_clipboard())
        except NianbaoError as error:
            refusals = [str(error)]
        if refusals:
            sheet.say("没有粘贴任何内容。" + refusals[0])
            sheet.paste_refused.emit(refusals)

    def paste_into_cell(self) -> None:
        """Pastes while a cell is open: into its text, or a block from this cell on.

        Several figures in one cell would read as one long figure.
        """
        try:
            block = _clipboard()
        except NianbaoError as error:
            self._sheet.say(str(error))
            return
        if len(block) == 1 and len(block[0]) == 1:
            self._sheet.insert(block[0][0].strip())
        elif block:
            self._sheet.cancel_editing()
            self.paste()

    def _pasted(self, block: Block) -> list[str]:
        """Pastes the block as one step; the sentences why nothing was pasted."""
        # Matching labels is a large import that no start should wait for.
        from gui.sheet.paste import plan_paste

        sheet = self._sheet
        session = sheet.document.session
        places = sheet.selected_places()
        here = sheet.place()
        refusal = "" if places and sheet.can_type else sheet.refuses_typing()
        if not refusal and not places and not self._at_label():
            refusal = "请先点住要填的格，再粘贴。"
        if refusal or here is None:
            return [refusal] if refusal else []
        plan = plan_paste(block, session, sheet.moves, sheet.sheet_model.tree, places or [here])
        if not plan.refusals:
            edit = session.leave_computed(Edit("粘贴", cells=plan.cells))
            if sheet.document.submit(edit) is not None:
                sheet.said.emit(f"已粘贴 {len(plan.cells)} 格，可以撤销")
        return plan.listed

    def _at_label(self) -> bool:
        """Whether a row's label is current: where a table copied with its labels is pasted."""
        columns = self._sheet.sheet_model.columns
        return columns[self._sheet.currentIndex().column()].role is Role.LABEL

    def _selected(self) -> dict[Node, set[int]]:
        """The columns selected in each row; the current cell where nothing is selected."""
        sheet = self._sheet
        model = sheet.sheet_model
        picked: dict[Node, set[int]] = {}
        selection = sheet.selectionModel().selection()
        for at in range(selection.size()):
            part = selection.at(at)
            above = part.parent()
            siblings = model.node(above).children if above.isValid() else model.tree.roots
            columns = range(part.left(), part.right() + 1)
            for node in siblings[part.top() : part.bottom() + 1]:
                picked.setdefault(node, set()).update(columns)
        current = sheet.currentIndex()
        if not picked and current.isValid():
            picked[model.node(current)] = {current.column()}
        return picked

    def _text(self, node: Node, column: int) -> str:
        """The cell's text as other programs read it: a minus sign they know."""
        model = self._sheet.sheet_model
        text = model.columns[column].getter(model.figures, node)
        return text.replace("−", "-") if model.columns[column].right_aligned else text


def _clipboard() -> Block:
    from gui.sheet.block import read_block

    data = QGuiApplication.clipboard().mimeData()
    if data is None:
        return ()
    return read_block(data.html() if data.hasHtml() else "", data.text() if data.hasText() else "")
