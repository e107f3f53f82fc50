"""What the menus 报表 and 审核 do with the open report: each changes it in one undo step or moves on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from PySide6.QtCore import QObject, Signal

from core.form.form import Level
from core.session import Edit, Session
from gui.document import Document
from gui.widgets.dialogs import Dialogs


class ReportCommands(QObject):
    """Acts on one document at a time; knows the current cell.

    Signals:
        go_to(str): show the cell of that key.
        show_cells(set[str]): go to the first of these cells and select them.
        said(str): a sentence for the status line.
    """

    go_to = Signal(str)
    show_cells = Signal(set)
    said = Signal(str)

    def __init__(self, dialogs: Dialogs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dialogs = dialogs
        self._document: Document | None = None
        self.current_cell = ""

    def set_document(self, document: Document | None) -> None:
        """Acts on *document* from now on."""
        self._document = document
        self.current_cell = ""

    # -- 编辑 ---------------------------------------------------------------------------------

    def step(self, *, back: bool) -> None:
        """Undoes (or redoes) a step, says which, and shows the cells that it changed."""
        document = self._document
        if document is None:
            return
        stack = document.undo_stack
        if not (stack.canUndo() if back else stack.canRedo()):
            return
        what = stack.undoText() if back else stack.redoText()
        change = document.undo() if back else document.redo()
        self.said.emit(f"已{'撤销' if back else '重做'}：{what}")
        if change is None:
            return
        explained = document.session.cells_of_checks(change.edit.explanations)
        cells = set(change.edit.cells) or explained
        if cells:
            self.show_cells.emit(cells)

    # -- 报表 ---------------------------------------------------------------------------------

    def fill_section_with_zero(self) -> None:
        """Writes 0 into the blank cells of the section in which the current cell stands."""
        if self._document is None:
            return
        for section in self._document.session.form.sections:
            if self.current_cell in section.cells:
                self._fill_with_zero(section.cells, f"“{section.title}”")
                return
        self.said.emit("请先点一下要填的部分里的任意一格")

    def fill_all_with_zero(self) -> None:
        """Writes 0 into every blank cell, once the user has agreed."""
        if self._document is None:
            return
        session = self._document.session
        edit = session.fill_blank_with_zero(session.report.blank)
        if edit.cells and not self._dialogs.confirm(
            f"要把全表 {len(edit.cells)} 个空白格都填 0 吗？",
            "请确认这些事项本期确实没有发生。填好后可以撤销。",
            "都填 0",
        ):
            return
        self._fill_with_zero(tuple(session.form.cells), "全表")

    def compute(self) -> None:
        """Puts computed cells that were typed over back to what they come to (运算)."""
        if self._document is None:
            return
        session = self._document.session
        edit = session.recompute(session.checks.computed_cells)
        if not edit.cells:
            self.said.emit("运算完成：合计都已是计算结果")
            return
        names = "、".join(f"“{session.form.cell_name(key)}”" for key in list(edit.cells)[:5])
        more = f" 等 {len(edit.cells)} 格" if len(edit.cells) > 5 else ""
        if self._dialogs.confirm(
            f"有 {len(edit.cells)} 个计算格是手工填写的，要改回计算结果吗？",
            f"{names}{more}。明细没有填齐的会变为空白，可以撤销。",
            "改回计算结果",
        ) and self._submit(edit):
            self.said.emit(f"运算完成：{len(edit.cells)} 格已改回计算结果")

    # -- 审核 ---------------------------------------------------------------------------------

    def review(self) -> None:
        """Says how the report stands and goes to the first thing to be done (审核)."""
        if self._document is None:
            return
        session = self._document.session
        progress = session.progress()
        if progress.done:
            self.said.emit("审核通过：可报送")
            return
        parts = [f"必须改正 {progress.errors}", f"需要说明 {progress.warnings}"]
        parts.append(f"未填 {progress.total - progress.filled}")
        self.said.emit("审核完成：" + "，".join(parts))
        cells = session.form.cells
        if session.open_findings:
            worst = min(
                session.open_findings,
                key=lambda found: (found.level is not Level.ERROR, cells[found.at[0]].place),
            )
            self.go_to.emit(worst.at[0])
        else:
            self.next_blank()

    def next_finding(self, step: int = 1, level: Level | None = None) -> None:
        """Goes to the next open finding after the current cell (before it for ``step`` −1)."""
        if self._document is None:
            return
        session = self._document.session
        findings = [f for f in session.open_findings if level in (None, f.level)]
        places = sorted({session.form.cells[finding.at[0]].place for finding in findings})
        if not places:
            self.said.emit("没有要处理的审核结果")
            return
        self._go_round(session, places, step)

    def next_blank(self) -> None:
        """Goes to the next blank cell after the current one."""
        if self._document is None:
            return
        session = self._document.session
        places = [session.form.cells[key].place for key in session.report.blank]
        if not places:
            self.said.emit("没有未填的格")
            return
        self._go_round(session, places, 1)

    # -- inside -------------------------------------------------------------------------------

    def _go_round(self, session: Session, places: list[int], step: int) -> None:
        """Goes to the next of *places* (indexes of cells, sorted), round the end to the start."""
        cells = session.form.cells
        here = cells[self.current_cell].place if self.current_cell in cells else -1
        after, before = bisect_right(places, here), bisect_left(places, here)
        index = after % len(places) if step > 0 else before - 1
        self.go_to.emit(list(cells)[places[index]])

    def _fill_with_zero(self, keys: tuple[str, ...], where: str) -> None:
        assert self._document is not None
        edit = self._document.session.fill_blank_with_zero(keys)
        if not edit.cells:
            self.said.emit(f"{where}没有空白格")
        elif self._submit(edit):
            self.said.emit(f"{where}的空白格已填 0：{len(edit.cells)} 格，可以撤销")

    def _submit(self, edit: Edit) -> bool:
        assert self._document is not None
        return self._document.submit(edit) is not None
