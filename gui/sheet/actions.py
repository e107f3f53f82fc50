"""Changes of several cells at once, each one undo step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.problems import NianbaoError
from core.session import Edit
from core.values import NOT_APPLICABLE, CellValue

if TYPE_CHECKING:
    from gui.sheet.view import SheetView


class CellActions:
    """What can be done with the selected cells of a sheet."""

    def __init__(self, sheet: SheetView) -> None:
        self._sheet = sheet

    def clear(self, label: str = "清除") -> bool:
        """Blanks the selected cells; computed ones that were typed over compute themselves again."""
        session = self._sheet.document.session
        keys = [
            key
            for key in self._sheet.selected_keys()
            if session.value(key) is not None and key not in session.report.computed
        ]
        return self._submit(label, dict.fromkeys(keys))

    def not_applicable(self) -> bool:
        """Sets the selected cells to 不适用, or says why they cannot be."""
        keys = self._sheet.selected_keys()
        return bool(keys) and self._submit("填写“/”", dict.fromkeys(keys, NOT_APPLICABLE))

    def copy_last(self) -> bool:
        """Takes over last year's figures for the selected cells (沿用上年数)."""
        session = self._sheet.document.session
        edit = session.copy_last(self._sheet.selected_keys())
        cells = {key: v for key, v in edit.cells.items() if session.value(key) != v}
        if not edit.cells:
            self._sheet.say(f"所选单元格没有{session.form.period_word}数可以沿用。")
            return False
        return self._submit(edit.label, cells)

    def fill_zero(self) -> bool:
        """Writes 0 into the selected cells that are blank (空白填 0)."""
        edit = self._sheet.document.session.fill_blank_with_zero(self._sheet.selected_keys())
        return self._submit(edit.label, edit.cells)

    def recompute(self) -> bool:
        """Puts computed cells that were typed over back (运算)."""
        edit = self._sheet.document.session.recompute(self._sheet.selected_keys())
        return self._submit(edit.label, edit.cells)

    def _submit(self, label: str, cells: Mapping[str, CellValue]) -> bool:
        if not self._sheet.finish_editing():
            return False
        if not self._sheet.can_type or not cells:
            return False
        try:
            return self._sheet.document.submit(Edit(label, cells=cells)) is not None
        except NianbaoError as error:
            self._sheet.say(str(error))
            return False
