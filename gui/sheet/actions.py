"""Changes of several cells at once, each one undo step."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.problems import NianbaoError
from core.session import Edit, Session
from core.values import NOT_APPLICABLE, CellValue, format_value
from gui.sheet.entry import Entry
from gui.sheet.moves import Place
from gui.sheet.selection import Selection


class CellActions:
    """What can be done with the selected cells of a sheet.

    Each says what it has done (``said``, for the status line), or beside the cell why not.
    """

    def __init__(self, selection: Selection, entry: Entry, said: Callable[[str], None]) -> None:
        self.selection = selection
        self.entry = entry
        self.said = said

    def clear(self, label: str = "清除") -> bool:
        """Blanks the selected cells; computed ones that were typed over compute themselves again."""
        if not self._may_change():
            return False
        session = self._session
        if not self.selection.places():
            self.said("请先选中要清除的数")
            return False
        held = [key for key in self.selection.cells_typed_into() if session.value(key) is not None]
        keys = [key for key in held if key not in session.report.computed]
        if held and not keys:
            self.said("选中的格是自动计算的，不需要清除；要填别的数，直接输入即可")
        return self._submit(Edit(label, cells=dict.fromkeys(keys)), f"已{label} {{}} 格")

    def not_applicable(self) -> bool:
        """Sets the selected cells to 不适用, or says why they cannot be."""
        if not self._may_change():
            return False
        cells = dict.fromkeys(self.selection.cells_typed_into(), NOT_APPLICABLE)
        return self._submit(Edit("填写“/”", cells=cells), "已填“/” {} 格")

    def copy_last(self) -> bool:
        """Takes over last year's figures for the selected cells (沿用上年数).

        Beside a figure of last year it may be selected itself, as it is what is taken over.
        """
        if not self._may_change(beside=True):
            return False
        session = self._session
        keys = self.selection.cells()
        edit = session.copy_last(keys)
        word = session.form.period_word
        if not edit.cells:
            self.entry.say(f"所选单元格没有{word}数可以沿用。")
            return False
        unfit = sum(key not in edit.cells and session.last_value(key) is not None for key in keys)
        more = f"；另有 {unfit} 格的{word}数不能填在本年，没有沿用" if unfit else ""
        return self._submit(edit, f"已沿用{word}数 {{}} 格", more)

    def fill_zero(self) -> bool:
        """Writes 0 into the selected cells that are blank (空白填 0)."""
        if not self._may_change():
            return False
        return self._submit(
            self._session.fill_blank_with_zero(self.selection.cells_typed_into()),
            "已把 {} 个空白格填 0",
        )

    def recompute(self) -> bool:
        """Puts computed cells that were typed over back (运算)."""
        if not self._may_change():
            return False
        return self._submit(
            self._session.recompute(self.selection.cells_typed_into()), "已恢复自动计算 {} 格"
        )

    def fill(self, *, down: bool) -> bool:
        """Fills the selection from its first row (向下填充) or first column (向右填充), as Excel does.

        A single row (column) is filled from the cells just above (left of) it.
        """
        if not self._may_change():
            return False
        sources = self._sources(down=down)
        label = "向下填充" if down else "向右填充"
        session = self._session
        cells = {key: session.value(source) for key, source in sources.items()}
        return self._submit(Edit(label, cells=cells), f"已{label} {{}} 格")

    def fill_from(self, sources: Mapping[str, str], label: str) -> bool:
        """Writes into each cell (the key) the figure of another; whether any was another before.

        Cells that compute themselves go on doing so.
        """
        session = self._session
        cells = {
            key: session.value(source)
            for key, source in sources.items()
            if not session.checks.is_computed(key)
            or session.is_overtyped(key)
            or (session.checks.carries(key) and session.value(key) is None)
        }
        return self._submit(Edit(label, cells=cells), f"已{label} {{}} 格")

    def type_into_all(self, text: str) -> bool:
        """Puts what is being typed into every selected cell (Ctrl+Enter); a refused text stays."""
        cells: dict[str, CellValue] = {}
        for key in self.selection.cells_typed_into():
            try:
                cells.update(self._session.type(key, text).cells)
            except NianbaoError as error:
                self.entry.refuse(key, str(error))
                return False
        self.entry.cancel()
        return self._submit(Edit("填写选中的格", cells=cells), "已填 {} 格")

    # -- inside -------------------------------------------------------------------------------

    @property
    def _session(self) -> Session:
        return self.entry.document.session

    def _may_change(self, *, beside: bool = False) -> bool:
        """Whether cells that are typed into are selected; says why not."""
        entry = self.entry
        if not entry.finish():
            return False
        refusal = ""
        if not entry.can_type or not (beside or self.selection.places()):
            refusal = entry.refuses_typing()
        if refusal:
            entry.say(refusal)
        return not refusal

    def _sources(self, *, down: bool) -> dict[str, str]:
        """Cell to fill → the cell its figure comes from."""
        moves = self.selection.moves
        here = self.selection.place()
        places = self.selection.places() or ([here] if here is not None else [])
        lines: dict[int, list[Place]] = {}
        for place in places:
            lines.setdefault(place.column if down else place.row, []).append(place)
        alone = len({place.row if down else place.column for place in places}) == 1
        found: dict[str, str] = {}
        for line in lines.values():
            first, rest = line[0], line[1:]
            if alone:
                before = moves.vertical(first, -1) if down else moves.horizontal(first, -1)
                if before is None or (down and before.column != first.column):
                    continue
                first, rest = before, line
            source = moves.key_at(first)
            keys = [moves.key_at(place) for place in rest]
            found |= {key: source for key in keys if key is not None and source is not None}
        return found

    def _submit(self, edit: Edit, done: str, more: str = "") -> bool:
        """Makes the edit, less what stays as it is, and says with *done* how many cells it wrote."""
        session = self._session
        try:
            spared = session.leave_computed(edit)
            cells = changed(session, spared.cells)
            if not cells:
                self.said(f"“{edit.label}”没有要改动的格")
                return False
            taken = self.entry.document.submit(Edit(edit.label, cells=cells)) is not None
        except NianbaoError as error:
            self.entry.say(str(error))
            return False
        if taken:
            self.said(f"{done.format(len(cells))}，可以撤销{more}")
        return taken


def changed(session: Session, cells: Mapping[str, CellValue]) -> dict[str, CellValue]:
    """Those of *cells* that hold another figure now, or the same one only by being computed."""
    computed = session.report.computed
    return {
        key: value
        for key, value in cells.items()
        if format_value(session.value(key)) != format_value(value)
        or (key in computed and value is not None)
    }
