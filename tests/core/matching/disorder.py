"""A printed table thrown into disorder, and what may rightly be read of it all the same.

Rows are deleted, repeated with other figures, moved alone or with their parts, exchanged,
misprinted, renamed, and strange ones put between. What a file then *says* is not always what was
true: where a row has gone and a copy of another stands in its place, nobody can tell. So a figure
may be taken for certain only if it is the true one, or if the file leaves no other reading.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from core.form.form import Form, Table
from core.matching.labels import Labels
from core.matching.model import Match
from core.reading.base.raw import RawTable
from core.values import CellValue
from tests.core.matching.quirks import printed, quirky_label

#: Labels that are near to one or several of an official form's.
STRANGE = (
    "政务抖音公开政府信息数", "其他情形数（累计）", "申请办结数（上年）", "其他", "合计", "小计",
    "申请数", "当面、信函申请数", "行政复议、行政诉讼数量", "涉及国家秘密、商业秘密", "同意答复数",
    "（四）其他处理数", "上年结转政府信息公开申请", "本年度办理", "不予公开", "其中：其他", "数量",
)  # fmt: skip


@dataclass(frozen=True)
class Printed:
    """One printed row: the form's row behind it (empty: none) and its figures, column by column.

    ``is_copy``: it repeats another row with figures that are not true.
    """

    code: str
    label: str
    figures: tuple[str, ...]
    unit: str = ""
    level: int = 0
    is_copy: bool = False


@dataclass
class Disorder:
    """Applies one difference after the other to the rows of a table."""

    rows: list[Printed]
    dice: random.Random
    done: list[str] = field(default_factory=list)

    def apply(self, count: int) -> None:
        ways: tuple[Callable[[], None], ...] = (
            self._delete, self._repeat, self._repeat_in_place, self._move, self._move_block,
            self._exchange, self._misprint, self._insert, self._rename, self._move_near_twin,
        )  # fmt: skip
        for _ in range(count):
            way = self.dice.choice(ways)
            way()
            self.done.append(way.__name__)

    def _at(self) -> int:
        return self.dice.randrange(len(self.rows))

    def _delete(self) -> None:
        if len(self.rows) > 8:
            del self.rows[self._at()]

    def _copy(self) -> Printed:
        row = self.rows[self._at()]
        figures = tuple(str(self.dice.randrange(5000, 9999)) if f else f for f in row.figures)
        label = quirky_label(row.label, self.dice)
        return replace(row, figures=figures, label=label, is_copy=True)

    def _repeat(self) -> None:
        self.rows.insert(self._at(), self._copy())

    def _repeat_in_place(self) -> None:
        """A copy stands where the row stood, the row itself elsewhere."""
        at = self._at()
        row = self.rows[at]
        figures = tuple(str(self.dice.randrange(5000, 9999)) if f else f for f in row.figures)
        self.rows[at] = replace(row, figures=figures, is_copy=True)
        self.rows.insert(self._at(), row)

    def _move(self) -> None:
        row = self.rows.pop(self._at())
        self.rows.insert(self._at(), row)

    def _move_near_twin(self) -> None:
        """A row whose label the form repeats goes to where another one called so stands."""
        twice = [at for at, row in enumerate(self.rows) if self._is_repeated(row)]
        if len(twice) > 1:
            one, other = self.dice.sample(twice, 2)
            row = self.rows.pop(one)
            self.rows.insert(max(0, min(len(self.rows), other + self.dice.randrange(-1, 2))), row)

    def _is_repeated(self, row: Printed) -> bool:
        return sum(other.label.strip() == row.label.strip() for other in self.rows) > 1

    def _move_block(self) -> None:
        at = self._at()
        end = at + 1
        while end < len(self.rows) and self.rows[end].level > self.rows[at].level:
            end += 1
        block = self.rows[at:end]
        del self.rows[at:end]
        to = self.dice.randrange(len(self.rows) + 1)
        self.rows[to:to] = block

    def _exchange(self) -> None:
        at = self._at()
        if at:
            self.rows[at - 1], self.rows[at] = self.rows[at], self.rows[at - 1]

    def _misprint(self) -> None:
        at = self._at()
        text = self.rows[at].label
        if len(text) > 2:
            cut = self.dice.randrange(len(text))
            new = text[:cut] + self.dice.choice(("", "的", "不")) + text[cut + 1 :]
            self.rows[at] = replace(self.rows[at], label=new)

    def _insert(self) -> None:
        label = self.dice.choice(STRANGE)
        width = max(len(row.figures) for row in self.rows)
        figures = tuple(str(self.dice.randrange(5000, 9999)) for _ in range(width))
        self.rows.insert(self._at(), Printed("", label, figures, "件", 1))

    def _rename(self) -> None:
        """A heading is called otherwise, as in another edition."""
        at = self._at()
        label = self.dice.choice(STRANGE)
        self.rows[at] = replace(self.rows[at], label=label)


def printed_rows(form: Form, table: Table, figures: dict[str, CellValue]) -> list[Printed]:
    """The table's rows as printed, with *figures*."""
    found: list[Printed] = []
    for row in table.rows:
        texts = tuple(
            str(figures[table.key(row, column)]) if column in row.columns else ""
            for column in table.columns
        )
        unit = row.unit.name if row.unit else ""
        found.append(Printed(row.code, printed(form, row), texts, unit, row.level))
    return found


def as_table(rows: Sequence[Printed], table: Table) -> RawTable:
    """The rows under the table's own headings; a list has a column of units."""
    single = len(table.columns) == 1
    head = ("统计指标", *(("单位",) if single else ()), *(c.label for c in table.columns))
    body = [(row.label, *((row.unit,) if single else ()), *row.figures) for row in rows]
    return RawTable((head, *body))


class Reading:
    """What the rows of a disordered table may be taken to say."""

    def __init__(self, form: Form, table: Table, rows: Sequence[Printed]) -> None:
        self._table = table
        self._rows = rows
        self._labels = Labels()
        self._cores = [self._labels.core(row.label) for row in rows]
        self._form_cores = [self._labels.core(row.label) for row in table.rows]
        self._wanted = Counter(self._form_cores)
        self._levels = {
            core: row.level for core, row in zip(self._form_cores, table.rows, strict=True)
        }

    def leaves_no_other(self, key: str, value: CellValue) -> bool:
        """Whether the file, looked at without knowing the truth, can only mean *value*."""
        for number, row in enumerate(self._table.rows):
            for column in row.columns:
                if self._table.key(row, column) == key:
                    return self._says(number, self._table.columns.index(column), str(value))
        return False

    def _says(self, number: int, column: int, value: str) -> bool:
        core = self._form_cores[number]
        places = [at for at, found in enumerate(self._cores) if found == core]
        if self._wanted[core] == 1:
            return {self._rows[at].figures[column] for at in places} == {value}
        mine = [at for at in places if self._path(at) == self._form_path(number)]
        if len(mine) != 1 or self._rows[mine[0]].figures[column] != value:
            return False
        paths = [self._path(at) for at in places]
        if len(places) == self._wanted[core]:
            return len(set(paths)) == len(paths)
        return len(places) < self._wanted[core] and self._is_between_its_own(mine[0], number)

    def _is_between_its_own(self, at: int, number: int) -> bool:
        """Whether the rows beside it are called at least nearly as those beside it in the form."""
        for step in (-1, 1):
            row, place = number + step, at + step
            if 0 <= row < len(self._form_cores) and not (
                0 <= place < len(self._cores)
                and self._labels.likeness(self._cores[place], self._form_cores[row]) > 0.5
            ):
                return False
        return True

    def _form_path(self, number: int) -> tuple[str, ...]:
        """The labels of the headings above one of the form's rows, the nearest first."""
        found: list[str] = []
        parent = self._table.rows[number].parent
        while parent is not None:
            row = next(row for row in self._table.rows if row.code == parent)
            found.append(self._labels.core(row.label))
            parent = row.parent
        return tuple(found)

    def _path(self, at: int) -> tuple[str, ...]:
        """The same for a row of the file: the nearest row above of each lower level."""
        found: list[str] = []
        level = self._levels.get(self._cores[at], 0)
        for above in range(at - 1, -1, -1):
            core = self._cores[above]
            if self._levels.get(core, level) < level:
                level = self._levels[core]
                found.append(core)
        return tuple(found)


def silent_mistakes(
    matched: Match, table: Table, rows: Sequence[Printed], truth: dict[str, CellValue]
) -> list[str]:
    """Figures taken for certain that are neither true nor the only reading of the file."""
    reading = Reading(matched.form, table, rows)
    found: list[str] = []
    for row in table.rows:
        for column in row.columns:
            key = table.key(row, column)
            place = matched.by_key.get(key)
            if place is None or place.value is None:
                continue
            if place.certainty < 1:
                if not place.remark:
                    found.append(f"{key}: no remark")
            elif place.value != truth[key] and not reading.leaves_no_other(key, place.value):
                found.append(f"{key}: {place.value} for {truth[key]}")
    return found
