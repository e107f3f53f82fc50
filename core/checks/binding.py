"""Writes a form's checks out for its cells: one rule over patterns becomes many over cell keys.

How patterns are meant (``docs/表样编写说明.md`` says it for people who write forms):

- outside ``sum()`` a pattern asks the rule once for each match; the same ``*`` stands for the same
  thing everywhere in the rule, and all row patterns outside ``sum()`` are filled in alike;
- inside ``sum()`` a row pattern means all its matches together, unless the very same pattern stands
  outside ``sum()`` as well; a column ``*`` likewise; ``a..b`` always means all from a to b.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from core.checks.own_messages import check_message
from core.checks.terms import (
    CellTerm,
    Claim,
    FunctionTerm,
    OperationTerm,
    SumTerm,
    Term,
    cells_of,
)
from core.form.form import Check, Form, Row
from core.form.language import (
    Comparison,
    Expression,
    Function,
    Literal,
    Operation,
    Reference,
    Steady,
    Sum,
    shown_rule,
)
from core.form.mistakes import Mistake, check_at
from core.problems import NianbaoError, Problem

MAX_BOUND_CHECKS = 400_000
#: Cells that all checks read together, and codes that are compared with patterns.
MAX_READ = 5_000_000
_MAX_COMPARED = 20_000_000
#: A count of so much or less falls to 0 by chance, and nobody can say why.
SMALL_COUNT = 4


class BindingProblem(Problem):
    """Why a rule does not fit its form."""

    UNKNOWN_CELL = "公式“{rule}”第 {position} 个字符处的单元格 [{cell}] 在表中不存在"
    NO_MATCH = "公式“{rule}”第 {position} 个字符处的 [{cell}] 在表中找不到任何单元格"
    UNEVEN = "公式“{rule}”第 {position} 个字符处的 [{cell}] 与前面的通配符个数不一致"
    RANGE_OUTSIDE_SUM = "公式“{rule}”第 {position} 个字符处的“..”只能写在 sum(…) 里"
    READS_ITSELF = "公式“{rule}”的右边又用到了左边的单元格 [{cell}]"
    CYCLE = "这些单元格的运算公式互相依赖，无法计算：{cells}"
    TOO_MANY = "审核公式展开后超过 {limit} 条，请减少通配符"
    TOO_WIDE = "审核公式展开后共用到 {limit} 格以上，请缩小求和的范围或减少通配符"
    TOO_SLOW = "带通配符的审核公式太多，请减少"
    NO_COLUMN = "公式“{rule}”第 {position} 个字符处的 [{cell}] 应写明栏，如 [{cell}:{column}]"
    ONE_COLUMN = "公式“{rule}”第 {position} 个字符处的 [{cell}] 不要写栏：这张表只有一栏"
    OTHER_COLUMN = (
        "公式“{rule}”第 {position} 个字符处的 [{cell}]：这一行没有“{column}”栏，可用的有 {known}"
    )
    IS_HEADING = "公式“{rule}”第 {position} 个字符处的 [{cell}] 是标题行，没有可填的格"


class SteadyLimits(NamedTuple):
    """What a figure may change against last year without a word.

    By *ratio* of last year's, or by less than *amount*; and down to 0 from *small* at most.
    """

    ratio: Decimal
    amount: Decimal
    small: int


@dataclass(frozen=True)
class BoundCheck:
    """A check for definite cells.

    ``id`` is the check's id where it stands for one case only, else that and what it was filled in
    with: ``id@3-1``, ``id@natural``, ``id@2-1.1:made``. ``steady`` holds the limits where the rule is
    a ``steady(…)``; ``left`` and ``right`` of the claim are then this and last year's cell.
    """

    id: str
    check: Check
    claim: Claim
    conditions: tuple[Claim, ...] = ()
    steady: SteadyLimits | None = None

    #: The keys of every cell of this report that the check reads, in order of mention.
    cells: tuple[str, ...] = field(init=False, repr=False, compare=False)
    #: The keys of every cell of the baseline that the check reads.
    last_cells: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        left, right = self.claim.left, self.claim.right
        if isinstance(left, CellTerm) and isinstance(right, CellTerm) and not self.conditions:
            # Most checks of a large form are of this kind.
            if left.last == right.last:
                keys = (left.key,) if left.key == right.key else (left.key, right.key)
                read = ((), keys) if left.last else (keys, ())
            else:
                read = ((right.key,), (left.key,)) if left.last else ((left.key,), (right.key,))
            object.__setattr__(self, "cells", read[0])
            object.__setattr__(self, "last_cells", read[1])
            return
        now: dict[str, None] = {}
        last: dict[str, None] = {}
        for claim in (self.claim, *self.conditions):
            for side in (claim.left, claim.right):
                for cell in cells_of(side):
                    (last if cell.last else now)[cell.key] = None
        object.__setattr__(self, "cells", tuple(now))
        object.__setattr__(self, "last_cells", tuple(last))

    @cached_property
    def shown_at(self) -> tuple[str, ...]:
        """The cells its finding is shown at: one total rather than its many parts, else the left side.

        Of two sides that both are single cells, or both are not, it is the left one.
        """
        sides = [
            tuple(dict.fromkeys(cell.key for cell in cells_of(side) if not cell.last))
            for side in (self.claim.left, self.claim.right)
        ]
        sides = [side for side in sides if side]
        return min(sides, key=lambda side: len(side) > 1, default=())

    @property
    def target(self) -> str | None:
        """The cell that the check computes, if it computes one."""
        left = self.claim.left
        return left.key if self.check.computes and isinstance(left, CellTerm) else None


class Binding(NamedTuple):
    """A form's checks written out, and the mistakes found on the way."""

    checks: tuple[BoundCheck, ...]
    mistakes: tuple[Mistake, ...]


def bind_checks(form: Form) -> Binding:
    """Writes out every check of *form*. A check that does not fit is left out and reported."""
    index = _RowIndex(form)
    bound: list[BoundCheck] = []
    mistakes: list[Mistake] = []
    read = 0
    for number, check in enumerate(form.checks, start=1):
        where = check_at(number)
        try:
            for one in _Binder(check, index).checks():
                bound.append(one)
                read += len(one.cells) + len(one.last_cells)
                if read > MAX_READ:
                    raise NianbaoError(BindingProblem.TOO_WIDE, limit=MAX_READ)
            check_message(check.message)
        except NianbaoError as error:
            mistakes.append(Mistake(where, 0, str(error)))
        if len(bound) > MAX_BOUND_CHECKS:
            problem = BindingProblem.TOO_MANY.sentence(limit=MAX_BOUND_CHECKS)
            mistakes.append(Mistake(where, 0, problem))
        if read > MAX_READ or len(bound) > MAX_BOUND_CHECKS:
            break
    return Binding(tuple(bound), tuple(mistakes))


class _RowIndex:
    """Finds the rows that a pattern matches, without walking the whole form for ``code.*``."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._rows = [row for row in form.rows.values() if row.columns]
        self._order = {row.code: number for number, row in enumerate(form.rows.values())}
        self._after_dot: dict[str, list[tuple[Row, tuple[str, ...]]]] = {}
        self._terms: dict[tuple[str, bool], CellTerm] = {}
        self._compared = 0
        for row in self._rows:
            prefix, dot, final = row.code.rpartition(".")
            if dot:
                self._after_dot.setdefault(prefix, []).append((row, (final,)))

    def term(self, key: str, last: bool = False) -> CellTerm:
        """The cell as a term: one object for all checks that read it."""
        found = self._terms.get((key, last))
        if found is None:
            found = self._terms[key, last] = CellTerm(key, last)
        return found

    def matches(self, pattern: str) -> list[tuple[Row, tuple[str, ...]]]:
        """The rows with cells that *pattern* matches, each with what its stars stood for."""
        if ".." in pattern:
            first, _, final = pattern.partition("..")
            if first not in self._order or final not in self._order:
                return []
            low, high = self._order[first], self._order[final]
            return [(row, ()) for row in self._rows if low <= self._order[row.code] <= high]
        if "*" not in pattern:
            row = self.form.rows.get(pattern)
            return [(row, ())] if row is not None and row.columns else []
        if pattern.endswith(".*") and "*" not in pattern[:-1]:
            return self._after_dot.get(pattern[:-2], [])
        parts = re.split(r"(\*\*|\*)", pattern)
        expression = "".join(
            "(.+)" if part == "**" else "([^.]+)" if part == "*" else re.escape(part)
            for part in parts
        )
        self._compared += len(self._rows)
        if self._compared > _MAX_COMPARED:
            raise NianbaoError(BindingProblem.TOO_SLOW)
        compiled = re.compile(expression)
        found: list[tuple[Row, tuple[str, ...]]] = []
        for row in self._rows:
            match = compiled.fullmatch(row.code)
            if match is not None:
                found.append((row, match.groups()))
        return found


class _Filling(NamedTuple):
    """What the stars outside ``sum()`` stand for in one case of a rule."""

    stars: tuple[str, ...] = ()
    column: str | None = None
    name: str = ""


class _Binder:
    """Writes out one check."""

    def __init__(self, check: Check, index: _RowIndex) -> None:
        self._check = check
        self._index = index
        self._form = index.form
        claim = check.rule.claim
        sides: list[Expression] = (
            [claim.reference] if isinstance(claim, Steady) else [claim.left, claim.right]
        )
        for condition in check.rule.conditions:
            sides += [condition.left, condition.right]
        self._outer = [ref for side in sides for ref in _references(side)]
        self._row_patterns = {ref.row for ref in self._outer if "*" in ref.row}
        #: Row pattern → what stands between its stars.
        self._parts: dict[str, list[str]] = {}
        self._any_column = any(ref.column == "*" for ref in self._outer)

    def checks(self) -> Iterator[BoundCheck]:
        """One bound check a case. Raises :class:`NianbaoError` where the rule does not fit."""
        for ref in self._outer:
            if ".." in ref.row or (ref.column and ".." in ref.column):
                raise self._problem(BindingProblem.RANGE_OUTSIDE_SUM, ref)
        for filling in self._fillings():
            yield self._bound(filling)

    def _bound(self, filling: _Filling) -> BoundCheck:
        check, rule = self._check, self._check.rule
        steady = None
        if isinstance(rule.claim, Steady):
            cell = self._cell(rule.claim.reference, filling)
            counted = self._form.cells[cell.key].unit.decimals == 0
            small = SMALL_COUNT if counted else 0
            steady = SteadyLimits(rule.claim.ratio, rule.claim.amount, small)
            claim = Claim("=", cell, self._index.term(cell.key, last=True))
        else:
            claim = self._claim(rule.claim, filling)
        bound = BoundCheck(
            id=f"{check.id}@{filling.name}" if filling.name else check.id,
            check=check,
            claim=claim,
            conditions=tuple([self._claim(condition, filling) for condition in rule.conditions]),
            steady=steady,
        )
        target = bound.target
        if target is not None and self._index.term(target) in cells_of(claim.right):
            raise NianbaoError(BindingProblem.READS_ITSELF, rule=check.text, cell=target)
        return bound

    def _fillings(self) -> Iterator[_Filling]:
        if not self._row_patterns and not self._any_column:
            yield _Filling()
            return
        # Fillings are taken from the first reference with stars in its row, else in its column.
        lead = next(
            (ref for ref in self._outer if "*" in ref.row),
            next((ref for ref in self._outer if ref.column == "*"), self._outer[0]),
        )
        empty = True
        for row, stars in self._index.matches(lead.row):
            if self._any_column:
                codes = [column.code for column in row.columns]
                if len(self._form.table_of(row).columns) == 1:
                    continue
            else:
                codes = [None]
                if lead.column is None:
                    if len(self._form.table_of(row).columns) > 1:
                        continue
                elif all(lead.column != column.code for column in row.columns):
                    continue
            for code in codes:
                empty = False
                parts = ([row.code] if stars else []) + ([code] if code else [])
                yield _Filling(stars, code, ":".join(parts))
        if empty:
            raise self._problem(BindingProblem.NO_MATCH, lead)

    def _claim(self, comparison: Comparison, filling: _Filling) -> Claim:
        left = self._term(comparison.left, filling)
        return Claim(comparison.operator, left, self._term(comparison.right, filling))

    def _term(self, node: Expression, filling: _Filling) -> Term:
        match node:
            case Literal():
                return node
            case Reference():
                return self._cell(node, filling)
            case Sum(references):
                cells = [cell for ref in references for cell in self._all(ref, filling)]
                return SumTerm(tuple(dict.fromkeys(cells)))
            case Operation(operator, left, right):
                return OperationTerm(
                    operator, self._term(left, filling), self._term(right, filling)
                )
            case Function(name, arguments):
                return FunctionTerm(name, tuple(self._term(a, filling) for a in arguments))

    def _cell(self, ref: Reference, filling: _Filling) -> CellTerm:
        """The one cell that *ref* means in this case."""
        column = filling.column if ref.column == "*" else ref.column
        row_code = self._filled_row(ref, filling)
        key = row_code if column is None else f"{row_code}:{column}"
        if key not in self._form.cells:
            raise self._unknown(ref, row_code, column)
        return self._index.term(key, ref.last)

    def _filled_row(self, ref: Reference, filling: _Filling) -> str:
        parts = self._parts.get(ref.row)
        if parts is None:
            parts = self._parts[ref.row] = re.split(r"\*\*|\*", ref.row)
        if len(parts) == 1:
            return ref.row
        if len(parts) != len(filling.stars) + 1:
            raise self._problem(BindingProblem.UNEVEN, ref)
        if len(parts) == 2:
            return parts[0] + filling.stars[0] + parts[1]
        filled = parts[0]
        for star, part in zip(filling.stars, parts[1:], strict=True):
            filled += star + part
        return filled

    def _all(self, ref: Reference, filling: _Filling) -> Iterable[CellTerm]:
        """Every cell that *ref* means inside ``sum()``."""
        pattern = self._filled_row(ref, filling) if ref.row in self._row_patterns else ref.row
        cells: list[CellTerm] = []
        for row, _ in self._index.matches(pattern):
            table = self._form.table_of(row)
            for column in row.columns:
                wanted = self._column_wanted(ref, row, column.code, filling)
                if wanted and (ref.column is None) == (len(table.columns) == 1):
                    cells.append(self._index.term(table.key(row, column), ref.last))
        if not cells:
            raise self._problem(BindingProblem.NO_MATCH, ref)
        return cells

    def _column_wanted(self, ref: Reference, row: Row, code: str, filling: _Filling) -> bool:
        if ref.column is None:
            return True
        if ref.column == "*":
            return filling.column is None or code == filling.column
        if ".." in ref.column:
            first, _, final = ref.column.partition("..")
            codes = [column.code for column in self._form.table_of(row).columns]
            if first not in codes or final not in codes:
                return False
            return codes.index(first) <= codes.index(code) <= codes.index(final)
        return code == ref.column

    def _unknown(self, ref: Reference, row_code: str, column: str | None) -> NianbaoError:
        """What is wrong with a cell that the form does not have."""
        key = row_code if column is None else f"{row_code}:{column}"
        row = self._form.rows.get(row_code)
        if row is None:
            return self._problem(BindingProblem.UNKNOWN_CELL, ref, cell=key)
        if not row.columns:
            return self._problem(BindingProblem.IS_HEADING, ref, cell=row_code)
        if len(self._form.table_of(row).columns) == 1:
            return self._problem(BindingProblem.ONE_COLUMN, ref, cell=key)
        codes = [own.code for own in row.columns]
        if column is None:
            return self._problem(BindingProblem.NO_COLUMN, ref, cell=row_code, column=codes[0])
        known = "、".join(codes)
        return self._problem(
            BindingProblem.OTHER_COLUMN, ref, cell=row_code, column=column, known=known
        )

    def _problem(
        self, problem: Problem, ref: Reference, cell: str | None = None, **parameters: object
    ) -> NianbaoError:
        shown = ref.row if ref.column is None else f"{ref.row}:{ref.column}"
        return NianbaoError(
            problem,
            rule=shown_rule(self._check.text),
            position=ref.position + 1,
            cell=shown_rule(cell or shown),
            **parameters,
        )


def _references(node: Expression) -> Iterator[Reference]:
    """The references in *node* that stand outside any ``sum()``."""
    match node:
        case Literal() | Sum():
            return
        case Reference():
            yield node
        case Operation(_, left, right):
            yield from _references(left)
            yield from _references(right)
        case Function(_, arguments):
            for argument in arguments:
                yield from _references(argument)
