"""The menus over the selected cells of a sheet and over the heads of its columns."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from gui.sheet.actions import CellActions
from gui.sheet.clipboard_actions import Transfer
from gui.sheet.columns import OF_CELLS


def cell_menu(actions: CellActions, transfer: Transfer, request: Callable[[str], object]) -> QMenu:
    """The menu, which goes away by itself once it is closed.

    ``request`` asks the window for a command of that name, for the current cell.
    """
    grid, entry = actions.selection.grid, actions.entry
    menu = QMenu(grid)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    session = entry.document.session
    keys = actions.selection.cells()
    can_type = entry.can_type and bool(keys)
    menu.addAction("剪切(&T)\tCtrl+X", transfer.cut).setEnabled(can_type)
    menu.addAction("复制(&C)\tCtrl+C", transfer.copy)
    menu.addAction("粘贴(&P)\tCtrl+V", transfer.paste).setEnabled(can_type)
    menu.addAction("清除(&D)\tDel", actions.clear).setEnabled(can_type)
    menu.addSeparator()
    menu.addAction("向下填充(&W)\tCtrl+D", lambda: actions.fill(down=True)).setEnabled(can_type)
    if len(grid.sheet_model.table.columns) > 1:
        right = menu.addAction("向右填充(&R)\tCtrl+R", lambda: actions.fill(down=False))
        right.setEnabled(can_type)
    last = any(session.last_value(key) is not None for key in keys)
    word = session.form.period_word
    menu.addAction(f"沿用{word}数(&L)\tCtrl+L", actions.copy_last).setEnabled(can_type and last)
    blank = any(session.value(key) is None for key in keys)
    menu.addAction("空白填 0(&Z)", actions.fill_zero).setEnabled(can_type and blank)
    if any(session.form.allows_not_applicable(key) for key in keys):
        menu.addAction("不适用(&N)\t/", actions.not_applicable).setEnabled(can_type)
    overtyped = any(session.is_overtyped(key) for key in keys)
    menu.addAction("恢复自动计算(&A)", actions.recompute).setEnabled(can_type and overtyped)
    menu.addSeparator()
    current = actions.selection.current_key()
    found = session.findings_at(current) if current is not None else []
    explain = menu.addAction("填写说明(&E)…\tShift+F2", lambda: request("explain"))
    explain.setEnabled(any(finding.explainable for finding in found))
    menu.addAction("复制这条结果(&F)", transfer.copy_findings).setEnabled(bool(found))
    menu.addAction("历年图(&G)", lambda: request("charts")).setEnabled(current is not None)
    return menu


def heading_menu(
    actions: CellActions, transfer: Transfer, request: Callable[[str], object], section: int
) -> QMenu:
    """The menu over the head of a column: what can be done with its cells, and widths."""
    grid = actions.selection.grid
    if grid.sheet_model.columns[section].kind in OF_CELLS:
        menu = cell_menu(actions, transfer, request)
        menu.addSeparator()
    else:
        menu = QMenu(grid)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    fit = grid.column_fit
    menu.addAction("恢复列宽(&H)", fit.give_back).setEnabled(fit.is_by_hand)
    return menu
