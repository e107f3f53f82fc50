"""The official form as it is printed: tables laid out as grids of merged cells.

Nothing here knows of XLSX, PDF or Word; they all draw the same :class:`Grid`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from core.form.form import Column, Form, Layout, Row, RowKind, Table
from core.report import HEADER_FIELDS, Report

#: Printed width of a figure column and of the unit column, in millimetres.
FIGURE_WIDTH = 17.0
UNIT_WIDTH = 14.0
#: What an A4 page leaves between margins of 20 mm, in millimetres: upright, and on its side.
PAGE_WIDTH = 170.0
WIDE_PAGE_WIDTH = 257.0
#: Labels and figures of many columns want at least this; labels of many columns are wider then.
_LABEL_LEAST = 45.0
_FIGURE_LEAST = 11.0
_FIGURE_NARROW = 13.5
#: A Chinese character of the text's size, and what a cell keeps free beside its text.
_CHARACTER = 3.71
_PADDING = 1.6


class Role(Enum):
    """What a grid cell is, and so how it is drawn."""

    HEADING = "heading"  # column headings: centred, bold
    SECTION = "section"  # a top row's label: bold
    LABEL = "label"
    UNIT = "unit"
    FIGURE = "figure"
    EMPTY = "empty"  # ruled, without text


@dataclass(frozen=True, slots=True)
class GridCell:
    """A printed cell: its place (from 0), how many lines and columns it covers, and what it shows.

    ``key`` is the form's cell whose figure it shows. ``indent`` counts levels. ``note`` is printed
    in brackets after the text.
    """

    line: int
    column: int
    role: Role
    text: str = ""
    key: str | None = None
    height: int = 1
    width: int = 1
    indent: int = 0
    note: str = ""

    @property
    def full_text(self) -> str:
        """Text and note as they are printed together; a note of a long form goes on a new line."""
        return f"{self.text}\n（{self.note}）" if self.note else self.text


@dataclass(frozen=True)
class Grid:
    """A laid out table. ``widths`` are in millimetres; the first ``head`` lines repeat on each page."""

    table: Table
    title: str
    widths: tuple[float, ...]
    lines: int
    head: int
    cells: tuple[GridCell, ...]

    @property
    def is_wide(self) -> bool:
        """Whether it is laid out for a page on its side."""
        return sum(self.widths) > PAGE_WIDTH + 0.5


@dataclass(frozen=True)
class PrintedForm:
    """The whole form: what stands above the first table, the tables, what stands below the last."""

    title: str
    caption: str
    office: str
    grids: tuple[Grid, ...]
    sign_off: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether any of its tables is laid out for a page on its side."""
        return any(grid.is_wide for grid in self.grids)


def printed_form(report: Report) -> PrintedForm:
    """*report*'s form laid out, with its header filled in. Figures are left to whoever draws it."""
    form = report.form
    several = len(form.tables) > 1
    return PrintedForm(
        title=form.title,
        caption=f"（ {report.period.label.replace('年', ' 年', 1)}）",
        office=f"填报单位（盖章）：{report.unit_name}",
        grids=tuple(lay_out(form, table, several=several) for table in form.tables),
        sign_off=tuple(
            (label, report.header[name])
            for name, label in HEADER_FIELDS.items()
            if name != "unit_name"
        ),
        notes=_numbered(form.notes),
    )


def _numbered(notes: tuple[str, ...]) -> tuple[str, ...]:
    """The notes under the last table as they are printed: 注：1.… 2.…, one a line."""
    if len(notes) == 1:
        return (f"注：{notes[0]}",)
    return tuple(f"{'　　' if at > 1 else '注：'}{at}.{note}" for at, note in enumerate(notes, 1))


def lay_out(form: Form, table: Table, *, several: bool = False) -> Grid:
    """*table* as a grid; with *several* tables its title is printed above it."""
    drawers: Mapping[Layout, Callable[[_Drawing], None]] = {
        Layout.LIST: _draw_list,
        Layout.MATRIX: _draw_matrix,
        Layout.BLOCKS: _draw_blocks,
        Layout.ACROSS: _draw_across,
    }
    drawing = _Drawing(form, table)
    drawers[table.layout](drawing)
    return Grid(
        table=table,
        title=table.title if several else "",
        widths=tuple(drawing.widths),
        lines=drawing.lines,
        head=drawing.head,
        cells=tuple(drawing.cells),
    )


class _Drawing:
    """A grid while it is laid out."""

    def __init__(self, form: Form, table: Table) -> None:
        self.form = form
        self.table = table
        self.cells: list[GridCell] = []
        self.widths: list[float] = []
        self.lines = 0
        self.head = 0

    def add(
        self,
        line: int,
        column: int,
        role: Role,
        text: str = "",
        *,
        key: str | None = None,
        height: int = 1,
        width: int = 1,
        indent: int = 0,
        note: str = "",
    ) -> None:
        """Puts a cell; the grid grows to hold it."""
        cell = GridCell(line, column, role, text, key, height, width, indent, note)
        self.cells.append(cell)
        self.lines = max(self.lines, line + height)

    def add_figures(self, row: Row, line: int, first: int) -> None:
        """A line's figures, from grid column *first* on; a cell the row lacks stays empty."""
        for offset, column in enumerate(self.table.columns):
            if column in row.columns:
                key = self.table.key(row, column)
                self.add(line, first + offset, Role.FIGURE, key=key)
            else:
                self.add(line, first + offset, Role.EMPTY)

    def add_column_headings(self, line: int, first: int, height: int) -> None:
        """The columns' headings over *height* lines, groups above their columns."""
        columns = self.table.columns
        if self.table.columns_heading:
            self.add(line, first, Role.HEADING, self.table.columns_heading, width=len(columns))
            line, height = line + 1, height - 1
        offset = 0
        while offset < len(columns):
            group = columns[offset].group
            members = 1
            if group:
                while offset + members < len(columns) and columns[offset + members].group == group:
                    members += 1
                self.add(line, first + offset, Role.HEADING, group, width=members)
            for number in range(offset, offset + members):
                place = first + number
                label = _in_words(columns[number].label, self.widths[place])
                below = int(bool(group))
                self.add(line + below, place, Role.HEADING, label, height=height - below)
            offset += members

    @property
    def heading_height(self) -> int:
        """How many lines the column headings take."""
        return (
            1
            + any(column.group for column in self.table.columns)
            + bool(self.table.columns_heading)
        )


def row_label(form: Form, row: Row) -> str:
    """A row's label as printed: 其中： before the first of its kind under one parent."""
    if row.kind is not RowKind.OF_WHICH:
        return row.label
    siblings = form.table_of(row).children[row.parent]
    first = next(sibling for sibling in siblings if sibling.kind is RowKind.OF_WHICH)
    return f"其中：{row.label}" if row is first else row.label


def _list_indent(row: Row, form: Form) -> int:
    """Levels to indent a label by; those after 其中： are brought under its text."""
    hanging = row.kind is RowKind.OF_WHICH and row_label(form, row) == row.label
    return row.level + (2 if hanging else 0)


def _in_words(label: str, width: float) -> str:
    """A heading broken between words where a column of *width* millimetres cannot hold it.

    Words of office Chinese are of two or four characters: 商业 / 企业, not 商业企 / 业.
    """
    most = int((width - _PADDING) / _CHARACTER)
    wide = all(unicodedata.east_asian_width(sign) in "WF" for sign in label)
    if len(label) <= most or len(label) % 2 or most < 2 or not wide:
        return label
    step = most - most % 2
    return "\n".join(label[at : at + step] for at in range(0, len(label), step))


def _draw_list(drawing: _Drawing) -> None:
    """One line a row: label, unit, figures."""
    table, form = drawing.table, drawing.form
    head = drawing.head = drawing.heading_height
    drawing.widths = _list_widths(len(table.columns))
    drawing.add(0, 0, Role.HEADING, table.row_heading, height=head, note=table.note)
    drawing.add(0, 1, Role.HEADING, table.unit_heading, height=head)
    drawing.add_column_headings(0, 2, head)
    for line, row in enumerate(table.rows, start=head):
        role = Role.SECTION if row.level == 0 else Role.LABEL
        indent = _list_indent(row, form)
        drawing.add(line, 0, role, row_label(form, row), indent=indent, note=row.note)
        drawing.add(line, 1, Role.UNIT, row.unit_text)
        drawing.add_figures(row, line, 2)


def _list_widths(columns: int) -> list[float]:
    """Label, unit and figures: on an upright page if labels have room there, else on its side."""
    for page, figure in (
        (PAGE_WIDTH, max(FIGURE_WIDTH, 26.0 / columns)),
        (PAGE_WIDTH, _FIGURE_NARROW),
        (WIDE_PAGE_WIDTH, FIGURE_WIDTH),
        (WIDE_PAGE_WIDTH, _FIGURE_NARROW),
        (WIDE_PAGE_WIDTH, _FIGURE_LEAST),
    ):
        label = page - UNIT_WIDTH - figure * columns
        if label >= _LABEL_LEAST:
            return [label, UNIT_WIDTH, *[figure] * columns]
    # Wider than any page: whoever prints it makes it smaller.
    return [_LABEL_LEAST, UNIT_WIDTH, *[_FIGURE_LEAST] * columns]


def _draw_matrix(drawing: _Drawing) -> None:
    """Labels in nested columns at the left, headings merged down over the rows under them."""
    table = drawing.table
    depth = max(row.level for row in table.rows) + 1
    head = drawing.head = drawing.heading_height
    figures = _FIGURE_NARROW * len(table.columns)
    narrow = 13.0
    used = figures + narrow * (depth - 1)
    page = PAGE_WIDTH if PAGE_WIDTH - used >= _LABEL_LEAST else WIDE_PAGE_WIDTH
    drawing.widths = [narrow] * (depth - 1) + [max(page - used, _LABEL_LEAST)]
    drawing.widths += [_FIGURE_NARROW] * len(table.columns)
    drawing.add(0, 0, Role.HEADING, table.note or table.row_heading, height=head, width=depth)
    drawing.add_column_headings(0, depth, head)
    line = head
    starts: dict[str, int] = {}
    for row in table.rows:
        starts[row.code] = line
        if not row.columns:
            continue
        drawing.add(line, row.level, Role.LABEL, row.label, width=depth - row.level, note=row.note)
        drawing.add_figures(row, line, depth)
        line += 1
    ends = _line_ends(table, starts, line)
    for row in table.rows:
        start, end = starts[row.code], ends[row.code]
        if row.columns:
            start += 1  # its own line has its label already; below it the column stays ruled
        if end > start:
            text, role = ("", Role.EMPTY) if row.columns else (row.label, Role.LABEL)
            note = "" if row.columns else row.note
            drawing.add(start, row.level, role, text, height=end - start, note=note)
    drawing.lines = line


def _line_ends(table: Table, starts: Mapping[str, int], end: int) -> dict[str, int]:
    """Row code → the line after the last one that the row and those under it take."""
    ends: dict[str, int] = {}
    open_rows: list[Row] = []
    for row in table.rows:
        while open_rows and open_rows[-1].level >= row.level:
            ends[open_rows.pop().code] = starts[row.code]
        open_rows.append(row)
    ends.update((row.code, end) for row in open_rows)
    return ends


def _draw_blocks(drawing: _Drawing) -> None:
    """A block for each top row: its label, its own column headings, its rows."""
    table = drawing.table
    most = max((len(row.columns) for row in table.rows), default=1)
    label_width = PAGE_WIDTH * 0.28
    drawing.widths = [label_width] + [(PAGE_WIDTH - label_width) / most] * most
    line = 0
    columns: tuple[Column, ...] = ()
    for row in table.rows:
        if not row.columns:
            role = Role.HEADING if row.level == 0 else Role.LABEL
            drawing.add(line, 0, role, row.label, width=most + 1, note=row.note)
            columns = ()
        else:
            if row.columns != columns or row.level == 0:
                columns = row.columns
                drawing.add(line, 0, Role.HEADING, table.row_heading)
                for place, width, column in _spread(columns, most):
                    text = _with_unit(column, row)
                    drawing.add(line, 1 + place, Role.HEADING, text, width=width)
                line += 1
            indent = max(row.level - 1, 0)
            drawing.add(line, 0, Role.LABEL, row.label, note=row.note, indent=indent)
            for place, width, column in _spread(row.columns, most):
                key = table.key(row, column)
                drawing.add(line, 1 + place, Role.FIGURE, key=key, width=width)
        line += 1


def _with_unit(column: Column, row: Row) -> str:
    """A heading names the unit where it is not a plain count."""
    unit = column.unit or row.unit
    return f"{column.label}（单位：{unit.name}）" if unit and unit.decimals else column.label


def _spread(columns: tuple[Column, ...], most: int) -> list[tuple[int, int, Column]]:
    """(first grid column, width, column): *columns* over *most* grid columns, the last the widest."""
    if not columns:
        return []
    share = most // len(columns)
    spread = [(share * number, share, column) for number, column in enumerate(columns)]
    place, _, column = spread[-1]
    spread[-1] = (place, most - place, column)
    return spread


def _draw_across(drawing: _Drawing) -> None:
    """Rows side by side as headings, their columns under them, one line of figures."""
    table = drawing.table
    leaves = [row for row in table.rows if row.columns]
    depth = max(row.level for row in table.rows) + 1
    width = sum(len(row.columns) for row in leaves)
    drawing.widths = [PAGE_WIDTH / width] * width
    starts: dict[str, int] = {}
    place = 0
    for row in table.rows:
        starts[row.code] = place
        place += len(row.columns)
    ends = _line_ends(table, starts, place)
    for row in table.rows:
        start, covered = starts[row.code], ends[row.code] - starts[row.code]
        height = depth - row.level if row.columns and covered == len(row.columns) else 1
        if covered:
            drawing.add(row.level, start, Role.HEADING, row.label, width=covered, height=height)
        for offset, column in enumerate(row.columns):
            label = _in_words(column.label, drawing.widths[start + offset])
            drawing.add(depth, start + offset, Role.HEADING, label)
            drawing.add(depth + 1, start + offset, Role.FIGURE, key=table.key(row, column))
    drawing.head = depth + 1
