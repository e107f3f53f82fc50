"""The tree of rows that a sheet shows, as plain objects: what the item model translates.

Nodes know their row, parent, children and the keys of their cells. They hold no figures: those stay
in the session.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from core.form.form import Row, RowKind, Table

#: Printed before the first of several rows that are part of the row above them.
OF_WHICH = "其中："


class Node:
    """A row in the sheet.

    ``keys`` has one entry a column of the table; ``None`` where the row has no such cell.
    ``place`` counts the sheet's rows from 0 in printed order, ``end`` is the place after the last
    row under this one. ``position`` is the place among the siblings.
    """

    __slots__ = (
        "children",
        "end",
        "first_of_which",
        "folded",
        "keys",
        "parent",
        "place",
        "position",
        "row",
    )

    def __init__(self, row: Row, parent: Node | None, keys: tuple[str | None, ...]) -> None:
        self.row = row
        self.parent = parent
        self.children: list[Node] = []
        self.keys = keys
        self.position = 0
        self.place = 0
        self.end = 0
        self.folded = False
        self.first_of_which = False

    @property
    def is_heading(self) -> bool:
        """Whether the row has no cells of its own."""
        return self.row.unit is None

    @property
    def is_part(self) -> bool:
        """Whether the row is part (其中) of the one above it."""
        return self.row.kind is RowKind.OF_WHICH

    @property
    def label(self) -> str:
        """The label as it is shown, with 其中： before the first part."""
        return OF_WHICH + self.row.label if self.first_of_which else self.row.label

    @property
    def is_shown(self) -> bool:
        """Whether no row above it is folded."""
        node = self.parent
        while node is not None:
            if node.folded:
                return False
            node = node.parent
        return True

    def ancestors(self) -> Iterator[Node]:
        """The rows above it, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


class Tree:
    """The rows of a table, or those of them that a filter leaves, in printed order."""

    def __init__(self, table: Table, only: Collection[str] | None = None) -> None:
        """``only``: the codes of the rows to show; the rows above them are shown with them."""
        self.table = table
        self.roots: list[Node] = []
        self.order: list[Node] = []
        self.of_key: dict[str, Node] = {}
        self.of_row: dict[str, Node] = {}
        self.is_filtered = only is not None
        wanted = None if only is None else self._with_parents(only)
        columns = {column.code: index for index, column in enumerate(table.columns)}
        for row in table.rows:
            if wanted is None or row.code in wanted:
                self._add(row, columns)
        for node in reversed(self.order):
            node.end = max(node.end, node.place + 1)
            if node.parent is not None:
                node.parent.end = max(node.parent.end, node.end)

    def _with_parents(self, codes: Collection[str]) -> set[str]:
        parents = {row.code: row.parent for row in self.table.rows}
        wanted: set[str] = set()
        for code in codes:
            above: str | None = code
            while above is not None and above not in wanted:
                wanted.add(above)
                above = parents.get(above)
        return wanted

    def _add(self, row: Row, columns: dict[str, int]) -> None:
        keys: list[str | None] = [None] * len(columns)
        for column in row.columns:
            keys[columns[column.code]] = self.table.key(row, column)
        parent = self.of_row.get(row.parent) if row.parent is not None else None
        node = Node(row, parent, tuple(keys))
        siblings = self.roots if parent is None else parent.children
        node.position = len(siblings)
        node.place = len(self.order)
        node.first_of_which = node.is_part and not (siblings and siblings[-1].is_part)
        siblings.append(node)
        self.order.append(node)
        self.of_row[row.code] = node
        for key in keys:
            if key is not None:
                self.of_key[key] = node
