"""The selected block to the clipboard and back. What fits where is :mod:`gui.sheet.paste`'s to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from core.problems import NianbaoError
from core.session import Edit
from gui.sheet.actions import CellActions
from gui.sheet.columns import ColumnKind
from gui.sheet.nodes import Node

if TYPE_CHECKING:
    from gui.sheet.block import Copied


class Transfer:
    """Copies from and pastes into one sheet.

    ``refused``: nothing was pasted, for several reasons, a sentence each. A single one is said
    beside the cell.
    """

    def __init__(self, actions: CellActions, refused: Callable[[list[str]], None]) -> None:
        self._actions = actions
        self._selection = actions.selection
        self._entry = actions.entry
        self._grid = actions.selection.grid
        self._refused = refused

    def cut(self) -> None:
        """Puts the selected block on the clipboard and blanks it."""
        self.copy()
        self._actions.clear("剪切")

    def copy(self) -> None:
        """Puts what is selected on the clipboard as text and as a table with borders."""
        from gui.sheet.block import format_html, format_text

        picked = self._selection.columns_by_node()
        columns = sorted({column for columns in picked.values() for column in columns})
        shown = self._grid.sheet_model.columns
        labelled = any(shown[column].kind is ColumnKind.LABEL for column in columns)
        if labelled:
            # Beside the indicators the findings are a remark of this window, not of the table.
            columns = [column for column in columns if shown[column].kind is not ColumnKind.REVIEW]
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

    def copy_findings(self) -> None:
        """Puts the sentences of the findings at the current cell on the clipboard."""
        key = self._selection.current_key()
        found = self._entry.document.session.findings_at(key) if key is not None else []
        if found:
            QGuiApplication.clipboard().setText("\n".join(finding.message for finding in found))
            self._actions.said(f"已复制这一格的审核结果 {len(found)} 条")

    def paste(self) -> None:
        """Pastes the clipboard's block from the top-left selected cell on, or says what is amiss."""
        if not self._entry.finish():
            return
        try:
            refusals = self._pasted(_clipboard())
        except NianbaoError as error:
            refusals = [str(error)]
        if len(refusals) == 1:
            self._entry.say("没有粘贴任何内容。" + refusals[0])
        elif refusals:
            self._refused(refusals)

    def paste_into_cell(self) -> None:
        """Pastes while a cell is open: into its text, or a block from this cell on.

        Several figures in one cell would read as one long figure.
        """
        try:
            copied = _clipboard()
        except NianbaoError as error:
            self._entry.say(str(error))
            return
        block = copied.block
        if len(block) == 1 and len(block[0]) == 1 and not (copied.marked or copied.struck):
            self._entry.insert(block[0][0].strip())
        elif block:
            self._entry.cancel()
            self.paste()

    def _pasted(self, copied: Copied) -> list[str]:
        """Pastes the block as one step; the sentences why nothing was pasted."""
        # Matching labels is a large import that no start should wait for.
        from gui.sheet.paste import marked_refusals, plan_paste

        entry, selection = self._entry, self._selection
        session = entry.document.session
        places = selection.places()
        here = selection.place()
        refusal = "" if places and entry.can_type else entry.refuses_typing()
        if not refusal and not places and not self._at_label():
            refusal = "请先点住要填的格，再粘贴。"
        if refusal or here is None:
            return [refusal] if refusal else []
        marked = marked_refusals(copied)
        if marked:
            return marked
        tree = self._grid.sheet_model.tree
        plan = plan_paste(copied.block, session, selection.moves, tree, places or [here])
        if not plan.refusals:
            edit = session.leave_computed(Edit("粘贴", cells=plan.cells))
            if entry.document.submit(edit) is not None:
                aside = f"；中间没有显示的 {plan.passed_by} 行没有粘贴" if plan.passed_by else ""
                self._actions.said(f"已粘贴 {len(plan.cells)} 格，可以撤销{aside}")
        return plan.listed

    def _at_label(self) -> bool:
        """Whether a row's label is current: where a table copied with its labels is pasted."""
        column = self._grid.currentIndex().column()
        return self._grid.sheet_model.columns[column].kind is ColumnKind.LABEL

    def _text(self, node: Node, column: int) -> str:
        """The cell's text as other programs read it: a minus sign they know."""
        model = self._grid.sheet_model
        text = model.columns[column].getter(model.figures, node)
        return text.replace("−", "-") if model.columns[column].right_aligned else text


def _clipboard() -> Copied:
    from gui.sheet.block import Copied, read_block

    data = QGuiApplication.clipboard().mimeData()
    if data is None:
        return Copied(())
    return read_block(data.html() if data.hasHtml() else "", data.text() if data.hasText() else "")
