"""Findings in plain Chinese: the indicators as printed, both figures, and how far they are apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice, takewhile
from typing import NamedTuple

from core.checks.binding import BoundCheck
from core.checks.own_messages import filled_message
from core.checks.terms import (
    CellTerm,
    Claim,
    Exact,
    FunctionTerm,
    OperationTerm,
    SumTerm,
    Term,
    difference,
)
from core.form.form import Form, Row, Table
from core.form.language import Literal
from core.numbering import without_number
from core.values import Number


class _Said(NamedTuple):
    """What the head of a sentence has said already of every cell in it."""

    head: str = ""
    row: bool = False
    column: bool = False


_NOTHING = _Said()
_BESIDE_BRACKETS = "(?<=[）》」”]) | (?=[（《「“])"
_SIGNS = {"+": " ＋ ", "-": " － ", "*": " × ", "/": " ÷ "}
_RELATIONS = {
    "=": "应等于",
    "!=": "应不等于",
    "<": "应小于",
    "<=": "应不大于",
    ">": "应大于",
    ">=": "应不小于",
}
_FAILED = {"!=": "等于", "<": "不小于", "<=": "大于", ">": "不大于", ">=": "小于"}


def figure(number: Exact) -> str:
    """A figure as it stands in a sentence: ``1024``, ``0.5``, ``-3``; fractions to 6 places."""
    if not isinstance(number, Number):
        number = Decimal(number.numerator) / Decimal(number.denominator)
        number = round(number, 6).normalize()
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


def closed_up(sentence: str) -> str:
    """*sentence* without blanks beside full-width brackets, which have room of their own."""
    return re.sub(_BESIDE_BRACKETS, "", sentence)


class Wording:
    """Puts a form's checks into words."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def finding(self, bound: BoundCheck, left: Exact, right: Exact) -> str:
        """The sentence for a check that failed with these two figures."""
        check = bound.check
        if check.message:
            gap = figure(abs(difference(left, right)))
            cell = self.term(bound.claim.left)
            parts = {"left": figure(left), "right": figure(right), "difference": gap, "cell": cell}
            sentence = filled_message(check.message, parts)
        elif bound.steady is not None:
            sentence = self._jump(bound, left, right)
        else:
            said = self._said_once(bound)
            sentence = self._failure(bound.claim, left, right, said)
            sentence = f"{said.head}{self._conditions(bound, said)}{sentence}"
        sentence = closed_up(sentence)
        return f"{sentence}。{check.hint}" if check.hint else f"{sentence}。"

    def short(self, bound: BoundCheck, left: Exact, right: Exact) -> str:
        """The same where its row shows the name and figure: 「明细之和为 3，相差 2」.

        Figures come before names: in a narrow column a sentence is cut at its end.
        """
        check, claim = bound.check, bound.claim
        gap = figure(abs(difference(left, right)))
        if bound.steady is not None:
            direction = "增加" if left > right else "减少"
            return f"比{self._form.period_word}{direction} {gap}"
        if len(bound.shown_at) > 1:
            return f"合计 {figure(left)}，与 {figure(right)} 相差 {gap}"
        if check.message:
            return self.finding(bound, left, right).split("。")[0]
        said = self._said_once(bound)
        if isinstance(claim.right, Literal):
            relation = "应为" if claim.operator == "=" else _RELATIONS[claim.operator]
            text = f"{relation} {figure(right)}"
        else:
            other = self.term(claim.right, beside=claim.left, said=said)
            is_known = other.startswith(("其", "以上"))
            other = without_number(other.removeprefix("其"))
            if claim.operator != "=":
                text = f"{_FAILED[claim.operator]} {figure(right)}（{other}）"
            elif is_known:
                text = f"{other}为 {figure(right)}，相差 {gap}"
            else:
                text = f"相差 {gap}：{other} 为 {figure(right)}"
        if bound.conditions:
            text += f"，因为{self._conditions(bound, said).removesuffix(' 时，')}"
        return closed_up(text)

    def requirement(self, bound: BoundCheck) -> str:
        """What the check asks, without figures: for help texts."""
        word = self._form.period_word
        if bound.steady is not None:
            limits = bound.steady
            percent = figure((limits.ratio * 100).normalize())
            fallen = f"由大于 {limits.small} 变为 0" if limits.small else "由有变为 0"
            return closed_up(
                f"{self.term(bound.claim.left)} 与{word}相比增减超过 {percent}% "
                f"且达到 {figure(limits.amount)}，或者{fallen}时需要说明"
            )
        claim, said = bound.claim, self._said_once(bound)
        left = self.term(claim.left, said=said)
        right = self.term(claim.right, beside=claim.left, said=said)
        conditions = self._conditions(bound, said)
        return closed_up(f"{said.head}{conditions}{left} {_RELATIONS[claim.operator]} {right}")

    def term(self, term: Term, *, beside: Term | None = None, said: _Said = _NOTHING) -> str:
        """*term* in words; ``beside`` is the other side, to which 其明细 refers."""
        match term:
            case Literal(value):
                return figure(value)
            case CellTerm(key, last):
                name = self._name(key, said)
                return f"{self._form.period_word}的{name}" if last else name
            case SumTerm():
                return self._sum(term, beside, said)
            case OperationTerm(operator, left, right):
                first, second = self.term(left, said=said), self.term(right, said=said)
                if isinstance(left, OperationTerm) and operator in "*/" and left.operator in "+-":
                    first = f"（{first}）"
                if isinstance(right, OperationTerm) and operator != "+":
                    second = f"（{second}）"
                return f"{first}{_SIGNS[operator]}{second}"
            case FunctionTerm("round", (number, places)):
                kept = "整数" if places == Literal(Decimal(0)) else f" {self.term(places)} 位小数"
                return f"{self.term(number, said=said)}（四舍五入到{kept}）"
            case FunctionTerm(name, arguments):
                words = {"abs": "{}的绝对值", "min": "{}中较小的数", "max": "{}中较大的数"}
                return words[name].format("与".join(self.term(a, said=said) for a in arguments))

    # -- names --------------------------------------------------------------------------------

    def _said_once(self, bound: BoundCheck) -> _Said:
        """What all of several cells share, so that the sentence need not say it of each."""
        keys = {*bound.cells, *bound.last_cells}
        cells = [self._form.cells[key] for key in keys]
        if len(cells) < 2 or any(len(self._form.table_of(c.row).columns) == 1 for c in cells):
            return _NOTHING
        columns = {cell.column for cell in cells}
        if len(columns) == 1:
            return _Said(f"{columns.pop().label}：", column=True)
        rows = {cell.row.code: cell.row for cell in cells}
        claims = (bound.claim, *bound.conditions)
        sums = any(_has_sum(side) for claim in claims for side in (claim.left, claim.right))
        if len(rows) == 1 and not sums:
            return _Said(f"{self._form.row_name(cells[0].row)}：", row=True)
        return _NOTHING

    def _name(self, key: str, said: _Said) -> str:
        cell = self._form.cells[key]
        if said.column:
            return self._form.row_name(cell.row)
        return cell.column.label if said.row else self._form.cell_name(key)

    # -- sentences ----------------------------------------------------------------------------

    def _failure(self, claim: Claim, left: Exact, right: Exact, said: _Said) -> str:
        name = self.term(claim.left, said=said)
        other = self.term(claim.right, beside=claim.left, said=said)
        gap = figure(abs(difference(left, right)))
        if claim.operator == "=":
            if isinstance(claim.right, Literal):
                return f"{name} 为 {figure(left)}，应为 {figure(right)}，相差 {gap}"
            other += "" if other.startswith(("其", "以上")) else " "
            return f"{name} 为 {figure(left)}，{other}为 {figure(right)}，相差 {gap}"
        if isinstance(claim.right, Literal):
            return f"{name} 为 {figure(left)}，{_RELATIONS[claim.operator]} {figure(right)}"
        word = _FAILED[claim.operator]
        return f"{name} 为 {figure(left)}，{word} {other} 的 {figure(right)}，相差 {gap}"

    def _jump(self, bound: BoundCheck, left: Exact, right: Exact) -> str:
        word = self._form.period_word
        change = difference(left, right)
        text = f"{self.term(bound.claim.left)} {word}为 {figure(right)}，本期为 {figure(left)}"
        verb = "增加" if change > 0 else "减少"
        text += f"，{verb} {figure(abs(change))}"
        if right:
            text += f"（{_percent(change, right)}%）"
        return text.replace("本期", "本年" if word == "上年" else "本期") + "，变动较大"

    def _conditions(self, bound: BoundCheck, said: _Said) -> str:
        if not bound.conditions:
            return ""
        return "、".join(self._condition(claim, said) for claim in bound.conditions) + " 时，"

    def _condition(self, claim: Claim, said: _Said) -> str:
        relation = "为" if claim.operator == "=" else _RELATIONS[claim.operator].removeprefix("应")
        left, right = (self.term(side, said=said) for side in (claim.left, claim.right))
        return f"{left} {relation} {right}"

    # -- sums ---------------------------------------------------------------------------------

    def _sum(self, term: SumTerm, beside: Term | None, said: _Said) -> str:
        cells = term.cells
        word = self._form.period_word if all(cell.last for cell in cells) else ""
        keys = [cell.key for cell in cells]
        rows = {self._form.cells[key].row.code for key in keys}
        if isinstance(beside, CellTerm):
            parts = self._parts_of(self._form.cells[beside.key].row, rows)
            if parts:
                return (
                    f"{parts[0]}{word}{parts[1:]}之和" if parts[0] == "其" else f"{word}{parts}之和"
                )
        parents = {self._form.rows[code].parent for code in rows}
        parent = parents.pop() if len(parents) == 1 else None
        if parent is not None:
            siblings = self._form.table_of(self._form.rows[parent]).children[parent]
            if rows == {row.code for row in siblings if row.columns}:
                column = "" if said.column else self._column_of(keys)
                return f"{word}{self._form.row_name(self._form.rows[parent])}{column}各项之和"
        if len(keys) <= 3:
            return " ＋ ".join(self.term(cell, said=said) for cell in cells)
        return f"{word}{self._name(keys[0], said)} 等 {len(keys)} 项之和"

    def _parts_of(self, whole: Row, rows: set[str]) -> str:
        """What the rows of a sum are to the row it stands beside; empty where nothing simple."""
        table = self._form.table_of(whole)
        if rows == {row.code for row in table.children.get(whole.code, ()) if row.columns}:
            return "其明细"
        if rows == {whole.code}:
            return "其各栏"
        siblings = table.children[whole.parent]
        direct = takewhile(lambda row: row is not whole, siblings)
        ways = (direct, self._rows_above(table, siblings, whole))
        if len(rows) > 1 and any(_are(rows, way) for way in ways):
            return "以上各项"
        return ""

    def _rows_above(self, table: Table, siblings: Sequence[Row], whole: Row) -> Iterator[Row]:
        """The siblings above *whole*, each with all that stands under it."""
        for row in siblings:
            if row is whole:
                return
            yield row
            yield from self._rows_above(table, table.children.get(row.code, ()), whole)

    def _column_of(self, keys: list[str]) -> str:
        columns = {self._form.cells[key].column for key in keys}
        several = any(len(self._form.cells[key].row.columns) > 1 for key in keys)
        return f"（{columns.pop().label}）" if several and len(columns) == 1 else ""


def _are(codes: set[str], rows: Iterable[Row]) -> bool:
    """Whether those of *rows* that have cells are just these; asks for few more than that."""
    held = (row.code for row in rows if row.columns)
    return set(islice(held, len(codes) + 1)) == codes


def _has_sum(term: Term) -> bool:
    match term:
        case SumTerm():
            return True
        case OperationTerm(_, left, right):
            return _has_sum(left) or _has_sum(right)
        case FunctionTerm(_, arguments):
            return any(map(_has_sum, arguments))
        case _:
            return False


def _percent(part: Exact, whole: Exact) -> str:
    """*part* in whole percent of *whole*, without a sign."""
    if not (isinstance(part, Number) and isinstance(whole, Number)):
        return str(round(abs(Fraction(part) / Fraction(whole)) * 100))
    return f"{round(Decimal(abs(part)) * 100 / Decimal(whole))}"
