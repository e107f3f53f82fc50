"""The menu over the selected cells of a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from gui.sheet.view import SheetView


def cell_menu(sheet: SheetView) -> QMenu:
    """The menu, which goes away by itself once it is closed."""
    menu = QMenu(sheet)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    session = sheet.document.session
    keys = sheet.selected_keys()
    can_type = sheet.can_type and bool(keys)
    menu.addAction("剪切\tCtrl+X", sheet.cut).setEnabled(can_type)
    menu.addAction("复制\tCtrl+C", sheet.copy)
    menu.addAction("粘贴\tCtrl+V", sheet.paste).setEnabled(can_type)
    menu.addAction("清除\tDel", sheet.clear_selected).setEnabled(can_type)
    menu.addSeparator()
    actions = sheet.actions_on_cells
    last = any(session.last_value(key) is not None for key in keys)
    word = session.form.period_word
    menu.addAction(f"沿用{word}数\tCtrl+L", sheet.copy_last_year).setEnabled(can_type and last)
    blank = any(session.value(key) is None for key in keys)
    menu.addAction("空白填 0", actions.fill_zero).setEnabled(can_type and blank)
    if any(session.form.allows_not_applicable(key) for key in keys):
        menu.addAction("不适用\t/", sheet.set_not_applicable).setEnabled(can_type)
    overtyped = any(session.is_overtyped(key) for key in keys)
    menu.addAction("恢复自动计算", actions.recompute).setEnabled(can_type and overtyped)
    return menu
