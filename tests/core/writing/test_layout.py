"""The printed form as grids: what the workbook, the PDF and paper all draw."""

from __future__ import annotations

from core.catalog import Catalog
from core.writing.layout import Role, lay_out


def test_column_headings_break_between_words() -> None:
    form = Catalog.standard().form("cn-2021")
    headings = {
        cell.text for cell in lay_out(form, form.table("3")).cells if cell.role is Role.HEADING
    }
    assert {"自然人", "商业\n企业", "社会\n公益\n组织", "法律\n服务\n机构", "总计"} <= headings


def test_headings_with_room_stay_whole() -> None:
    form = Catalog.standard().form("cn-2014-beijing")
    grid = lay_out(form, form.tables[0])
    assert "统计数" in {cell.text for cell in grid.cells if cell.role is Role.HEADING}
