"""The words of a form, normalised once for each file that is matched with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from core.form.form import Column, Form, Row, Table
from core.matching.align import Item
from core.matching.labels import Labels


def units_of(form: Form) -> set[str]:
    """The names of the units that a form counts in."""
    return {cell.unit.name for cell in form.cells.values()}


@dataclass(frozen=True)
class TableWords:
    """One table's labels: cores of its rows in order, its columns, its title."""

    table: Table
    cores: tuple[str, ...]
    columns: Mapping[str, Column]
    title: str

    @cached_property
    def rows(self) -> frozenset[str]:
        """The cores of all rows."""
        return frozenset(self.cores)

    @cached_property
    def own(self) -> frozenset[str]:
        """Rows that no column shares its name with: they tell label columns from figures."""
        return self.rows - self.columns.keys()


class Vocabulary:
    """A form's labels, ready to be compared with a file's."""

    def __init__(self, form: Form, labels: Labels | None = None) -> None:
        self.form = form
        self.labels = labels or Labels(units_of(form))
        self.tables = tuple(self._words(table) for table in form.tables)
        self.cores = frozenset[str]().union(*(words.rows for words in self.tables))

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Every pair of neighbouring characters in the form's row labels."""
        return frozenset[str]().union(*map(self.labels.pairs, self.cores))

    def is_related(self, core: str) -> bool:
        """Whether a core is a row's, or at least made of the same words."""
        if core in self.cores:
            return True
        own = self.labels.pairs(core)
        return len(own) >= 2 and len(own & self.pairs) >= 0.6 * len(own)

    def items(self, table: Table) -> list[Item]:
        """The table's rows as one side of an alignment."""
        return [self._item(row) for row in table.rows]

    def _item(self, row: Row) -> Item:
        # The note belongs to the label: a file that prints it is nearer than one that does not.
        text = f"{row.label}（{row.note}）" if row.note else row.label
        unit = row.unit.name if row.unit is not None else ""
        return Item(self.labels.read(text), unit, bool(row.columns))

    def _words(self, table: Table) -> TableWords:
        core = self.labels.core
        return TableWords(
            table,
            tuple(core(row.label) for row in table.rows),
            {core(column.label): column for column in table.columns},
            core(table.title),
        )
