"""A form: one edition of the official table, immutable once loaded.

    Form ─ Table ─ Row (指标, a tree) ─ cell
                 └ Column             ┘

A *cell* is where a row and a column meet. Its key is the row's code where the table has one column,
else ``ROW:COLUMN``; keys are unique in the form and are what files, checks and scripts speak of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import Final, NamedTuple

from core.form.editions import ALWAYS, InForce, SameAs, same_cells
from core.form.language import Rule
from core.period import Comparison, PeriodKind
from core.values import Unit

#: The header's fields in printed order: key in files and JSON → what the form prints.
HEADER_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unit_name": "填报单位",
        "leader": "单位负责人",
        "reviewer": "审核人",
        "preparer": "填报人",
        "phone": "联系电话",
        "date": "填报日期",
    }
)


class RowKind(Enum):
    """How a row's label is printed."""

    NUMBERED = "numbered"
    #: Part of the row above it: the first of its siblings is printed with 其中： before it.
    OF_WHICH = "of_which"


class Layout(Enum):
    """How a table is laid out when it is printed or exported."""

    #: One line a row, labels indented by level (the 2014 form).
    LIST = "list"
    #: Row labels in nested, vertically merged heading cells; columns across (2021, table 3).
    MATRIX = "matrix"
    #: A block for each top row, with its own column headings (2021, table 2).
    BLOCKS = "blocks"
    #: Rows across, their columns under them, a single line of figures (2021, table 4).
    ACROSS = "across"


class Level(Enum):
    """What a failed check means."""

    #: 逻辑性审核: must hold.
    ERROR = "error"
    #: 核实性审核: holds or is explained.
    WARNING = "warning"


class Scope(Enum):
    """Which figures a check is for; the value is what a form's TOML says."""

    BOTH = "both"
    #: One office's report only.
    UNIT = "unit"
    #: The sums over many offices only.
    SUM = "sum"


class Column(NamedTuple):
    """A column of figures. ``group`` is the heading printed over several columns, if any.

    ``unit``: what the column counts where that is not its rows' unit (项目数量 in 项, 处理决定数量 in
    件). ``signed``: its figures may be negative (本年增/减).
    """

    code: str
    label: str
    group: str = ""
    unit: Unit | None = None
    signed: bool = False


class Row(NamedTuple):
    """A row (指标). Without a unit it is a heading and has no cells.

    ``label`` is the official label without its notes; ``note`` stands in brackets under it on the
    printed form; ``help`` says, in the window only, what is counted, and ``help_source`` who says so.
    """

    code: str
    label: str
    level: int
    kind: RowKind = RowKind.NUMBERED
    unit: Unit | None = None
    note: str = ""
    help: str = ""
    help_source: str = ""
    columns: tuple[Column, ...] = ()
    parent: str | None = None
    table: str = ""

    @property
    def help_basis(self) -> str:
        """Who says what ``help`` says, in a sentence; where nobody does, whom to ask."""
        if not self.help_source:
            return ""
        own = any(word in self.help_source for word in ("表样文字", "经验"))
        asked = "没有查到官方解释的口径，以当地主管部门的要求为准。" if own else ""
        return f"依据：{self.help_source}。{asked}"

    @property
    def unit_text(self) -> str:
        """The unit as it is shown beside the label: ``件``; ``项 / 件`` where columns differ."""
        if self.unit is None:
            return ""
        units = (column.unit or self.unit for column in self.columns)
        return " / ".join(dict.fromkeys(unit.name for unit in units))


class Cell(NamedTuple):
    """Where a row and a column meet. ``place`` is the one it has in the form, counted from 0."""

    key: str
    row: Row
    column: Column
    place: int

    @property
    def unit(self) -> Unit:
        """The unit its figure is counted in: the column's own, else the row's."""
        column = self.column
        unit = column.unit or self.row.unit
        assert unit is not None
        return unit._replace(signed=True) if column.signed and not unit.signed else unit


@dataclass(frozen=True)
class Table:
    """A table of the form: its columns and its rows in printed order."""

    code: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    layout: Layout = Layout.LIST
    #: The printed heading over the row labels: 统计指标.
    row_heading: str = "统计指标"
    unit_heading: str = "单位"
    #: The heading printed over all columns together, if any: 申请人情况.
    columns_heading: str = ""
    #: Printed in brackets under the row heading.
    note: str = ""
    #: Whether cells may be 不适用 (``/``).
    not_applicable: bool = False

    @cached_property
    def children(self) -> Mapping[str | None, tuple[Row, ...]]:
        """The rows under each row's code, in order; under ``None`` the top rows."""
        found: dict[str | None, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.parent, []).append(row)
        return {code: tuple(rows) for code, rows in found.items()}

    def key(self, row: Row, column: Column) -> str:
        """The key of the cell where *row* and *column* meet."""
        return row.code if len(self.columns) == 1 else f"{row.code}:{column.code}"


class Check(NamedTuple):
    """A check (审核公式) as the form states it; it may stand for many cells at once.

    ``computes``: its left side fills itself from the right side. ``explainable``: an error that an
    explanation settles, as it does a warning. ``message`` replaces the sentence that is made from
    the rule; ``hint`` is added to it. ``source`` is where the rule comes from. ``proposed`` marks
    a rule that a program suggested and nobody has confirmed yet. ``scope``: whether it is asked of
    one office's figures, of sums over offices, or of both.
    """

    id: str
    text: str
    rule: Rule
    level: Level
    computes: bool = False
    explainable: bool = False
    message: str = ""
    hint: str = ""
    source: str = ""
    proposed: bool = False
    scope: Scope = Scope.BOTH


class Section(NamedTuple):
    """A part of the form as the window lists it, with the keys of its cells in order."""

    code: str
    title: str
    table: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """An edition of the form (表样).

    ``digest`` is the SHA-256 (hex) of the file it came from: a report keeps it, so that a form of
    the same id with another content is noticed. ``in_force``: for which periods it is to be used.
    ``same_as``: which cells of other editions mean the same. ``required_header``: the header fields
    without which a report cannot be sent.
    """

    id: str
    name: str
    title: str
    source: str
    period_kind: PeriodKind
    comparison: Comparison
    tables: tuple[Table, ...]
    checks: tuple[Check, ...]
    digest: str
    notes: tuple[str, ...] = ()
    in_force: InForce = ALWAYS
    same_as: tuple[SameAs, ...] = ()
    required_header: tuple[str, ...] = ()
    rows: Mapping[str, Row] = field(init=False, repr=False)
    cells: Mapping[str, Cell] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows: dict[str, Row] = {}
        cells: dict[str, Cell] = {}
        for table in self.tables:
            for row in table.rows:
                rows[row.code] = row
                for column in row.columns:
                    key = table.key(row, column)
                    cells[key] = Cell(key, row, column, len(cells))
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "cells", cells)

    def __hash__(self) -> int:
        return hash((self.id, self.digest))

    def table(self, code: str) -> Table:
        """The table of that code. Raises ``KeyError``."""
        return self._tables[code]

    def table_of(self, row: Row) -> Table:
        """The table *row* stands in."""
        return self._tables[row.table]

    @cached_property
    def _tables(self) -> Mapping[str, Table]:
        return {table.code: table for table in self.tables}

    def row_cells(self, row: Row) -> tuple[str, ...]:
        """The keys of *row*'s cells, in column order; empty for a heading."""
        table = self.table_of(row)
        if len(table.columns) == 1:
            return (row.code,) if row.columns else ()
        return tuple([table.key(row, column) for column in row.columns])

    def allows_not_applicable(self, key: str) -> bool:
        """Whether the cell may be 不适用."""
        return self.table_of(self.cells[key].row).not_applicable

    def same_cells(self, other: Form) -> Mapping[str, str]:
        """This form's cells that mean the same as a cell of *other*: own key → key there.

        Either of the two files may say so; empty where neither does.
        """
        told = same_cells(self.same_as, other.id, self.cells, other.cells)
        if told:
            return told
        turned = same_cells(other.same_as, self.id, other.cells, self.cells)
        return {own: theirs for theirs, own in turned.items()}

    @property
    def period_word(self) -> str:
        """What the form calls the figures compared with: 上年 for years and year-ago, else 上期."""
        yearly = self.period_kind is PeriodKind.YEAR
        if yearly:
            return "上年"
        return "上年同期" if self.comparison is Comparison.YEAR_AGO else "上期"

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The top rows of a one-table form, else its tables, each with the cells under it."""
        if len(self.tables) > 1:
            return tuple(
                Section(table.code, table.title, table.code, self._keys(table.rows))
                for table in self.tables
            )
        table = next(iter(self.tables))
        sections: list[Section] = []
        rows: list[Row] = []
        for row in reversed(table.rows):
            rows.append(row)
            if row.level == 0:
                keys = self._keys(rows[::-1])
                sections.append(Section(row.code, row.label, table.code, keys))
                rows = []
        return tuple(reversed(sections))

    def _keys(self, rows: Sequence[Row]) -> tuple[str, ...]:
        return tuple(key for row in rows for key in self.row_cells(row))

    @cached_property
    def _ambiguous_labels(self) -> frozenset[str]:
        seen: set[str] = set()
        twice: set[str] = set()
        for row in self.rows.values():
            (twice if row.label in seen else seen).add(row.label)
        return frozenset(twice)

    def row_name(self, row: Row) -> str:
        """The row's printed label; with its parent's before it where the form has it twice."""
        if row.label in self._ambiguous_labels and row.parent is not None:
            return f"{self.rows[row.parent].label}的{row.label}"
        return row.label

    def cell_name(self, key: str) -> str:
        """The cell as a person would name it: the row's label, and the column's in brackets."""
        cell = self.cells[key]
        name = self.row_name(cell.row)
        if len(cell.row.columns) > 1:
            name += f"（{cell.column.label}）"
        return name
