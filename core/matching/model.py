"""What matching finds: which place of a file holds which cell of a form, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from core.form.form import Form
from core.period import Period
from core.problems import Problem, Remark
from core.reading.base.raw import RawDocument
from core.values import NOT_APPLICABLE, CellValue, Number

#: Below this a clerk should look at the row before taking it over.
SURE: Final = 1.0


class MatchNote(Problem):
    """What the clerk is told about a matched (or unmatched) figure."""

    SIMILAR = "文件中写作“{label}”，与“{name}”不完全相同，请核对。"
    UNSURE = "文件中的“{label}”也可能对应别的行，请核对。"
    MOVED = "这一行在文件中的位置与表样的顺序不同，请核对。"
    OTHER_SENSE = "文件中注明“{note}”，请核对口径是否相同。"
    COLUMN = "文件中有几列数字，不能确定该用哪一列，请选择。"
    TABLE = "文件中有几份相似的表，不能确定该用哪一份，请选择。"
    COLUMN_SIMILAR = "文件中的栏目写作“{label}”，与“{name}”不完全相同，请核对。"
    COLUMN_BY_PLACE = "文件中看不出栏目名称在哪一列，按从左到右的顺序对应，请核对。"
    SLIPPED = "文件中这个数字不在数字列，而在单位列里，请核对。"
    MERGED = "文件中这个数字占了几个合并的单元格，不能确定属于哪一格，请核对。"
    HEADINGS = "文件中栏目名称与数字没有对齐，不能确定这个数字属于哪一栏，请核对。"
    ORDER = "文件中没有能对应的栏目名称，按表样的顺序读取，没有合计可以印证，请核对。"
    NO_BALANCE = "文件中按顺序对应后，与这一格有关的合计不相等，请核对。"
    OTHER_ORDER = "文件中栏目名称的顺序与表样不同，按表样的顺序读取，请核对。"
    COUNT = "文件中这一行有 {count} 个数字，表样有 {wanted} 栏，不能确定各属哪一栏，没有读取。"
    GAP = "文件中这一行缺少数字，空白的位置无法确定，请核对。"
    RUN = "文件中这里连着有 {count} 个数字，表样有 {wanted} 格，不能确定各属哪一格，没有读取。"
    APART = "文件中名称和数字分开排列，按顺序对应后各行各栏的合计不相等，没有读取。"
    NO_HEADING = "文件中这个数字上面没有栏目名称，没有读取。"
    LAST_ONLY = "文件中这一列是“{heading}”，请核对是否要导入这一列。"
    NO_FIGURES = "表样中“{name}”这一行不填数字，没有对应的格。"
    NO_CELL = "表样中“{name}”没有“{column}”这一栏。"
    OTHER_COLUMN = "文件中的“{column}”一栏在表样中没有对应。"
    NO_ROW = "表样中没有与“{label}”对应的行。"
    REPEATED = "文件中“{name}”重复出现，这里没有采用，请核对。"
    BY_HAND = "由您手工指定。"


class MatchProblem(Problem):
    """Why a match cannot be changed as asked."""

    UNKNOWN_CELL = "表样中没有代码为“{key}”的单元格。"
    UNKNOWN_PLACE = "文件中没有这一处数字（第 {table} 个表第 {row} 行第 {column} 列）。"
    UNKNOWN_CHOICE = "没有编号为“{choice}”的可选表格或列，请重新选择。"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: table, row and column, each counted from 0."""

    table: int
    row: int
    column: int

    def __str__(self) -> str:
        """``table:row:column``, as decisions are remembered."""
        return f"{self.table}:{self.row}:{self.column}"


@dataclass(frozen=True, slots=True)
class RowMatch:
    """One figure of the file (or one row without any), and the form's cell that it fills.

    ``figure`` is the text as it stands in the file. ``row`` is the form's row, also for headings;
    ``key`` the cell, ``None`` where the figure fits none. ``unit`` is the file's own unit for the
    row. ``certainty`` 0 to 1 covers both the place and the reading; below 1 there is a remark.
    """

    position: Position
    label: str
    figure: str = ""
    row: str | None = None
    key: str | None = None
    value: CellValue = None
    certainty: float = 1.0
    remarks: tuple[Remark, ...] = ()
    unit: str = ""
    by_hand: bool = False

    @property
    def remark(self) -> str:
        """All that is to be said of it, as sentences one after the other."""
        return "".join(map(str, self.remarks))


@dataclass(frozen=True, slots=True)
class Choice:
    """A table (and column) of the file that the figures could be taken from.

    ``confidence`` is a first look at how well it fits; ``year`` the year it seems to be of.
    """

    id: str
    label: str
    tables: tuple[int, ...]
    column: int | None = None
    year: int | None = None
    confidence: float = 0.0


@dataclass(frozen=True)
class Header:
    """What the file says about itself. Fields are named as in a report's header.

    ``part``: the part of a year that a yearly form's file says it is of (上半年), else empty.
    """

    year: int | None = None
    period: Period | None = None
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    part: str = ""

    @property
    def unit_name(self) -> str:
        """The office's name, empty where the file does not tell."""
        return self.fields.get("unit_name", "")


@dataclass(frozen=True)
class Match:
    """A document matched with a form.

    ``rows`` are in the file's order and include headings; ``missing`` are the keys of cells that
    have no place in the file; ``unmatched`` the figures that fit no cell. ``needs_choice`` says
    that another of ``choices`` could be meant as well as the one taken (``choice``). ``shape``
    identifies files laid out alike, whatever their figures.
    """

    form: Form
    document: RawDocument
    rows: tuple[RowMatch, ...]
    missing: tuple[str, ...]
    unmatched: tuple[RowMatch, ...]
    confidence: float
    header: Header
    choice: str
    choices: tuple[Choice, ...]
    needs_choice: bool = False
    shape: str = ""

    @cached_property
    def by_key(self) -> Mapping[str, RowMatch]:
        """The place of each cell that has one."""
        return {row.key: row for row in self.rows if row.key is not None}

    @property
    def values(self) -> dict[str, Number]:
        """The numbers found, by cell."""
        return {
            key: row.value
            for key, row in self.by_key.items()
            if row.value is not None and row.value is not NOT_APPLICABLE
        }

    @property
    def not_applicable(self) -> list[str]:
        """The cells that say 不适用."""
        return [key for key, row in self.by_key.items() if row.value is NOT_APPLICABLE]

    @property
    def blank(self) -> list[str]:
        """The cells whose place in the file is blank or cannot be read as a number."""
        return [key for key, row in self.by_key.items() if row.value is None]

    @property
    def unsure(self) -> list[RowMatch]:
        """The matched figures that somebody should look at."""
        return [row for row in self.by_key.values() if row.certainty < SURE]
