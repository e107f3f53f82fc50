"""Judges figures by a form's checks.

A :class:`CheckSet` is made once for a form. It answers which checks read a cell, what a computed
cell comes to, and what a check finds; it keeps no figures itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Final

from core.checks.binding import Binding, BindingProblem, BoundCheck, SteadyLimits, bind_checks
from core.checks.terms import Exact, Values, difference, evaluate, holds
from core.checks.wording import Wording
from core.form.form import Form, Level, Scope
from core.form.mistakes import Mistake, check_at
from core.problems import NianbaoError
from core.values import CellValue, Number, check_number


@dataclass(frozen=True)
class Finding:
    """A check that does not hold (审核结果).

    ``check`` is the bound check's id. ``cells`` are all cells of this report that the check reads;
    ``at`` are those of its left side, where the finding is shown. ``jump`` marks a change against
    last year. How it stands is for the report's owner to say: :meth:`core.session.Session.standing`.
    """

    check: str
    level: Level
    cells: tuple[str, ...]
    at: tuple[str, ...]
    left: Exact
    right: Exact
    explainable: bool
    jump: bool
    bound: BoundCheck = field(compare=False, repr=False)
    wording: Wording = field(compare=False, repr=False)

    @cached_property
    def message(self) -> str:
        """The sentence. Most findings of a large report are never read, so it is made when it is."""
        return self.wording.finding(self.bound, self.left, self.right)

    @property
    def short(self) -> str:
        """The finding without what its row shows already."""
        return self.wording.short(self.bound, self.left, self.right)

    @property
    def difference(self) -> Exact:
        """Left less right."""
        return difference(self.left, self.right)


class CheckSet:
    """A form's checks, written out and indexed by the cells they read.

    ``scope``: whether one office's figures are judged or the sums over offices; checks for the
    other are left out.
    """

    def __init__(
        self, form: Form, binding: Binding | None = None, scope: Scope = Scope.UNIT
    ) -> None:
        self.form = form
        self.wording = Wording(form)
        binding = binding or bind_checks(form)
        self.bound: Final = tuple(
            bound for bound in binding.checks if bound.check.scope in (scope, Scope.BOTH)
        )
        self.mistakes: list[Mistake] = list(binding.mistakes)
        #: Bound check id → its index in :attr:`bound`.
        self.index_of: Final = {check.id: index for index, check in enumerate(self.bound)}
        self._reading: dict[str, list[int]] = {}
        self._reading_last: dict[str, list[int]] = {}
        #: Computed cell → the checks that can compute it, in the form's order.
        self._computing: dict[str, list[int]] = {}
        for index, bound in enumerate(self.bound):
            for key in bound.cells:
                self._reading.setdefault(key, []).append(index)
            for key in bound.last_cells:
                self._reading_last.setdefault(key, []).append(index)
            if bound.target is not None:
                self._computing.setdefault(bound.target, []).append(index)
        self.computed_order: Final = self._sorted_targets()
        self._rank = {key: rank for rank, key in enumerate(self.computed_order)}

    @property
    def computed_cells(self) -> Iterable[str]:
        """The keys of the cells that some check can compute, parts before totals."""
        return self.computed_order

    def is_computed(self, key: str) -> bool:
        """Whether some check can compute the cell."""
        return key in self._computing

    def reading(self, key: str) -> Sequence[int]:
        """The indexes in :attr:`bound` of the checks that read the cell."""
        return self._reading.get(key, ())

    def reading_last(self, key: str) -> Sequence[int]:
        """The indexes of the checks that read last year's figure of the cell."""
        return self._reading_last.get(key, ())

    def dependants(self, key: str) -> list[str]:
        """The computed cells that are directly reckoned from the cell."""
        found: list[str] = []
        for index in self.reading(key):
            target = self.bound[index].target
            if target is not None and target != key:
                found.append(target)
        return found

    def rank(self, key: str) -> int:
        """A computed cell's place in an order in which parts come before totals."""
        return self._rank[key]

    def compute(self, key: str, values: Values, last: Values) -> CellValue:
        """What the computed cell comes to; ``None`` while its parts are incomplete.

        Where several checks compute it the first that is decided counts. A result that the cell
        could not hold (negative, too large) leaves it blank: the checks then say what is wrong.
        """
        for index in self._computing[key]:
            right = self.bound[index].claim.right
            number = evaluate(right, values, last)
            if number is None:
                continue
            if not isinstance(number, Number):
                number = Decimal(number.numerator) / Decimal(number.denominator)
            try:
                return check_number(Decimal(number), self.form.cells[key].unit, str(number))
            except NianbaoError:
                continue
        return None

    def carries(self, key: str) -> bool:
        """Whether the computed cell is taken over from last year's figures alone."""
        return any(not _reads_this_year(self.bound[i], key) for i in self._computing.get(key, ()))

    def waits_for_last(self, key: str, values: Values) -> bool:
        """Whether a check would compute the cell from *values*, but for last year's figures."""
        return any(
            bound.last_cells
            and all(values.get(cell) is not None for cell in bound.cells if cell != key)
            for bound in (self.bound[index] for index in self._computing[key])
        )

    def judge(self, index: int, values: Values, last: Values) -> Finding | None:
        """What the check at *index* finds; ``None`` where it holds or is undecided."""
        bound = self.bound[index]
        left = evaluate(bound.claim.left, values, last)
        if left is None:
            return None
        right = evaluate(bound.claim.right, values, last)
        if right is None:
            return None
        if bound.steady is not None:
            if _is_steady(left, right, bound.steady):
                return None
        elif holds(bound.claim.operator, left, right):
            return None
        for condition in bound.conditions:
            one, other = (evaluate(s, values, last) for s in (condition.left, condition.right))
            if one is None or other is None or not holds(condition.operator, one, other):
                return None
        check = bound.check
        return Finding(
            check=bound.id,
            level=check.level,
            cells=bound.cells,
            at=bound.shown_at,
            left=left,
            right=right,
            explainable=check.explainable or check.level is Level.WARNING,
            jump=bound.steady is not None,
            bound=bound,
            wording=self.wording,
        )

    def run(self, values: Values, last: Values) -> list[Finding]:
        """Every finding in these figures, in the form's order of checks."""
        judged = (self.judge(index, values, last) for index in range(len(self.bound)))
        return [finding for finding in judged if finding is not None]

    def _sorted_targets(self) -> tuple[str, ...]:
        """The computed cells, parts before totals; notes a mistake where they form a circle."""
        order: list[str] = []
        state: dict[str, int] = {}  # 1 under way, 2 done
        for start in self._computing:
            if start in state:
                continue
            # An explicit stack: a chain of computed cells may be longer than Python's recursion.
            stack: list[tuple[str, Iterable[str]]] = [(start, iter(self._parts(start)))]
            state[start] = 1
            while stack:
                key, parts = stack[-1]
                for part in parts:
                    if state.get(part) == 1:
                        circle = [entry for entry, _ in stack] + [part]
                        self._note_circle(circle[circle.index(part) :])
                    elif part not in state:
                        state[part] = 1
                        stack.append((part, iter(self._parts(part))))
                        break
                else:
                    stack.pop()
                    state[key] = 2
                    order.append(key)
        return tuple(order)

    def _parts(self, key: str) -> list[str]:
        bounds = (self.bound[index] for index in self._computing[key])
        return [c for b in bounds for c in b.cells if c != key and c in self._computing]

    def _note_circle(self, circle: list[str]) -> None:
        bound = self.bound[self._computing[circle[0]][0]]
        where = check_at(self.form.checks.index(bound.check) + 1)
        cells = " → ".join(f"[{key}]" for key in circle[:10])
        sentence = BindingProblem.CYCLE.sentence(cells=cells)
        if all(mistake.sentence != sentence for mistake in self.mistakes):
            self.mistakes.append(Mistake(where, 0, sentence))


def _reads_this_year(bound: BoundCheck, target: str) -> bool:
    return any(key != target for key in bound.cells)


def _is_steady(now: Exact, before: Exact, limits: SteadyLimits) -> bool:
    """Whether the figure has changed no more than the limits allow."""
    if not (isinstance(now, Number) and isinstance(before, Number)):
        raise TypeError("steady() compares cells, and cells hold no fractions")
    if abs(before) > limits.small and now == 0:
        return False
    change = abs(now - before)
    return change < limits.amount or change <= limits.ratio * abs(before)
