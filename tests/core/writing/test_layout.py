"""The printed form as grids: what the workbook, the PDF and paper all draw.

`tests/reference/layouts` holds each built-in form as it is printed, a line for each cell, to be read
beside the official form. UPDATE_LAYOUTS=1 writes them anew.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from core.catalog import Catalog
from core.form.form import Form
from core.form.read_toml import read_form
from core.period import Period
from core.report import Report
from core.writing.heights import line_heights, text_height, text_lines
from core.writing.layout import Grid, GridCell, PrintedForm, Role, lay_out, printed_form
from tests.core.own_forms import QUARTER

LAYOUTS = Path(__file__).resolve().parents[2] / "reference" / "layouts"
CATALOG = Catalog.standard()
BUILT_IN = sorted(form.id for form in CATALOG.all_forms()[0])


def own_form(source: str) -> Form:
    form = read_form(source.encode()).form
    assert form is not None
    return form


def described(printed: PrintedForm) -> str:
    """The printed form in words: widths, then place, size, what it is and what it shows."""
    lines = [printed.title, printed.office, *printed.notes]
    for grid in printed.grids:
        widths = " ".join(f"{width:.1f}" for width in grid.widths)
        lines += ["", grid.title, f"widths {widths}, {grid.lines} lines, {grid.head} repeat"]
        heights = line_heights(grid)
        for cell in sorted(grid.cells, key=lambda cell: (cell.line, cell.column)):
            lines.append(f"{one(cell)} {heights[cell.line]:.1f}pt")
    return "\n".join(lines) + "\n"


def one(cell: GridCell) -> str:
    place = f"{cell.line:3} {cell.column:2} {cell.height}x{cell.width} {cell.role.value:8}"
    text = cell.full_text.replace("\n", "⏎") if cell.key is None else f"[{cell.key}]"
    return f"{place} {'　' * cell.indent}{text}"


@pytest.mark.parametrize("form_id", BUILT_IN)
def test_each_form_is_printed_as_accepted(form_id: str) -> None:
    report = Report(CATALOG.form(form_id), Period(2020))
    report.header["unit_name"] = "某区某局"
    shown = described(printed_form(report))
    path = LAYOUTS / f"{form_id}.txt"
    if "UPDATE_LAYOUTS" in os.environ:
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def every_grid() -> list[Grid]:
    forms = [CATALOG.form(form_id) for form_id in BUILT_IN] + [own_form(QUARTER)]
    return [lay_out(form, table, several=True) for form in forms for table in form.tables]


@pytest.mark.parametrize("grid", every_grid(), ids=lambda grid: grid.title or grid.table.code)
def test_cells_cover_the_grid_once_and_show_each_figure_once(grid: Grid) -> None:
    """An independent count: every place of the rectangle belongs to one printed cell."""
    places = Counter(
        (cell.line + down, cell.column + across)
        for cell in grid.cells
        for down in range(cell.height)
        for across in range(cell.width)
    )
    whole = {(line, column) for line in range(grid.lines) for column in range(len(grid.widths))}
    assert set(places) == whole
    assert set(places.values()) == {1}
    shown = [cell.key for cell in grid.cells if cell.key is not None]
    wanted = [grid.table.key(row, column) for row in grid.table.rows for column in row.columns]
    assert sorted(shown) == sorted(wanted)


def test_only_the_first_of_several_parts_says_of_which_and_the_rest_stand_under_its_text() -> None:
    form = CATALOG.form("cn-2014-beijing")
    cells = {cell.text: cell for cell in lay_out(form, form.tables[0]).cells}
    first = next(cell for text, cell in cells.items() if text.startswith("其中：主动公开财政"))
    second = next(cell for text, cell in cells.items() if text.startswith("主动公开保障性"))
    assert (first.line + 1, first.indent + 2) == (second.line, second.indent)


def test_a_long_label_makes_its_line_higher_and_no_other() -> None:
    form = CATALOG.form("cn-2014-beijing")
    grid = lay_out(form, form.tables[0])
    longest = max(
        (cell for cell in grid.cells if cell.role is Role.LABEL), key=lambda c: len(c.text)
    )
    heights = line_heights(grid)
    lines = text_lines(longest.full_text, grid.widths[0] - 4.0 * longest.indent)
    assert lines > 1
    assert heights[longest.line] == text_height(lines)
    short = next(cell for cell in grid.cells if cell.text == "1.政府公报公开政府信息数")
    assert heights[short.line] == text_height(1)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [("", 50, 1), ("条", 6.3, 1), ("一二三四", 17.5, 1), ("一二三四五", 17.5, 2), ("a\nb", 50, 2)],
)
def test_texts_wrap_by_the_width_of_their_characters(text: str, width: float, lines: int) -> None:
    assert text_lines(text, width) == lines


def test_column_headings_break_between_words() -> None:
    form = CATALOG.form("cn-2021")
    headings = {
        cell.text for cell in lay_out(form, form.table("3")).cells if cell.role is Role.HEADING
    }
    assert {"自然人", "商业\n企业", "社会\n公益\n组织", "法律\n服务\n机构", "总计"} <= headings


def test_headings_with_room_stay_whole() -> None:
    form = CATALOG.form("cn-2014-beijing")
    grid = lay_out(form, form.tables[0])
    assert "统计数" in {cell.text for cell in grid.cells if cell.role is Role.HEADING}


@pytest.mark.parametrize(("columns", "wide"), [(1, False), (5, False), (9, True), (30, True)])
def test_many_columns_turn_the_page(columns: int, wide: bool) -> None:
    heads = ", ".join(f'{{ code = "c{n}", label = "第{n}栏" }}' for n in range(columns))
    form = own_form(
        f'id = "own"\nname = "表"\n[[tables]]\ncolumns = [{heads}]\n'
        'rows = [{ code = "1", label = "一、某项", unit = "件" }]\n'
    )
    assert lay_out(form, form.tables[0]).is_wide is wide


def test_notes_are_numbered_where_there_are_several() -> None:
    assert printed_form(Report(own_form(QUARTER), Period(2024))).notes == (
        "注：1.本表于季后 5 日内报送。",
        "　　2.“区直单位”包括垂直管理部门。",
    )
