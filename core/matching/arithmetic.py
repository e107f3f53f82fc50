"""The form's own equalities as judges of where figures belong.

A form says which figures add up to which: each row's 总计, each column's 办理结果, 收办平衡. Where a
file leaves it open to which cells its figures belong, a way of placing them can be held against
these rules. Only hard equalities between cells of one report are asked: a warning may fail with
every figure in its place, and last year's figures are not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.checks.binding import BoundCheck, bind_checks
from core.checks.terms import evaluate, holds
from core.form.form import Form, Level
from core.values import CellValue

#: Gives a form's checks, written out; they are kept by whoever loaded the form.
Checks = Callable[[Form], Sequence[BoundCheck]]


def bound_now(form: Form) -> Sequence[BoundCheck]:
    """A form's checks where nobody has kept them."""
    return bind_checks(form).checks


@dataclass(frozen=True)
class Judgement:
    """What the equalities say of figures placed in cells.

    ``held`` are the cells of equalities that hold, ``failed`` those of equalities that do not;
    ``fixed`` the codes of rows of which one holds that ties their figures to one another and is
    not between noughts only. What is undecided (a blank) says nothing.
    """

    held: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    failures: int = 0


class Arithmetic:
    """A form's equalities, written out when they are first asked."""

    def __init__(self, form: Form, checks: Checks = bound_now) -> None:
        self._form = form
        self._checks = checks

    @cached_property
    def _reading(self) -> Mapping[str, tuple[BoundCheck, ...]]:
        found: dict[str, list[BoundCheck]] = {}
        for check in self._checks(self._form):
            if (
                check.check.level is Level.ERROR
                and check.claim.operator == "="
                and check.steady is None
                and not check.conditions
                and not check.last_cells
            ):
                for key in check.cells:
                    found.setdefault(key, []).append(check)
        return {key: tuple(checks) for key, checks in found.items()}

    def judge(self, values: Mapping[str, CellValue]) -> Judgement:
        """What the equalities that read any of these cells say of them."""
        checks = {check.id: check for key in values for check in self._reading.get(key, ())}
        held: set[str] = set()
        failed: set[str] = set()
        fixed: set[str] = set()
        failures = 0
        for check in checks.values():
            left = evaluate(check.claim.left, values, {})
            right = evaluate(check.claim.right, values, {})
            if left is None or right is None:
                continue
            if not holds("=", left, right):
                failed.update(check.cells)
                failures += 1
                continue
            held.update(check.cells)
            if left and (row := self._row_of(check.cells)) is not None:
                fixed.add(row)
        return Judgement(frozenset(held), frozenset(failed), frozenset(fixed), failures)

    def ruled(self, keys: Iterable[str]) -> frozenset[str]:
        """The codes of rows, among those of these cells, whose figures an equality ties together."""
        checks = {check.id: check for key in keys for check in self._reading.get(key, ())}
        rows = (self._row_of(check.cells) for check in checks.values())
        return frozenset(row for row in rows if row is not None)

    def _row_of(self, cells: Collection[str]) -> str | None:
        """The one row that all these cells are of; ``None`` where there are several."""
        rows = {self._form.cells[key].row.code for key in cells}
        return rows.pop() if len(rows) == 1 else None
