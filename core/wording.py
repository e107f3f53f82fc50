"""Findings in plain Chinese: the indicators as printed, both figures, and how far they are apart."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from core.binding import (
    BoundCheck,
    CellTerm,
    Claim,
    Exact,
    FunctionTerm,
    OperationTerm,
    SumTerm,
    Term,
)
from core.form import Form
from core.language import Literal

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
    if isinstance(number, Fraction):
        number = Decimal(number.numerator) / Decimal(number.denominator)
        number = round(number, 6).normalize()
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


class Wording:
    """Puts a form's checks into words."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def finding(self, bound: BoundCheck, left: Exact, right: Exact) -> str:
        """The sentence for a check that failed with these two figures."""
        check = bound.check
        if check.message:
            sentence = check.message.format(
                left=figure(left),
                right=figure(right),
                difference=figure(abs(_difference(left, right))),
                cell=self.term(bound.claim.left),
            )
        elif bound.steady is not None:
            sentence = self._jump(bound, left, right)
        else:
            sentence = self._failure(bound.claim, left, right)
        if bound.conditions and not check.message:
            conditions = "、".join(self._condition(claim) for claim in bound.conditions)
            sentence = f"{conditions} 时，{sentence}"
        return f"{sentence}。{check.hint}" if check.hint else f"{sentence}。"

    def requirement(self, bound: BoundCheck) -> str:
        """What the check asks, without figures: for help texts."""
        word = self._form.period_word
        if bound.steady is not None:
            ratio, amount = bound.steady
            percent = figure((ratio * 100).normalize())
            return (
                f"{self.term(bound.claim.left)} 与{word}相比增减超过 {percent}% "
                f"且达到 {figure(amount)} 时需要说明"
            )
        claim = bound.claim
        text = (
            f"{self.term(claim.left)} {_RELATIONS[claim.operator]} "
            f"{self.term(claim.right, beside=claim.left)}"
        )
        if bound.conditions:
            conditions = "、".join(self._condition(condition) for condition in bound.conditions)
            text = f"{conditions} 时，{text}"
        return text

    def term(self, term: Term, *, beside: Term | None = None) -> str:
        """*term* in words; ``beside`` is the other side, to which 其明细 refers."""
        match term:
            case Literal(value):
                return figure(value)
            case CellTerm(key, last):
                name = self._form.cell_name(key)
                return f"{self._form.period_word}的{name}" if last else name
            case SumTerm():
                return self._sum(term, beside)
            case OperationTerm(operator, left, right):
                right_text = self.term(right)
                if isinstance(right, OperationTerm) and operator != "+":
                    right_text = f"（{right_text}）"
                return f"{self.term(left)}{_SIGNS[operator]}{right_text}"
            case FunctionTerm(name, arguments):
                words = {"abs": "{}的绝对值", "min": "{}中较小的数", "max": "{}中较大的数"}
                return words[name].format("与".join(self.term(a) for a in arguments))

    def _failure(self, claim: Claim, left: Exact, right: Exact) -> str:
        name = self.term(claim.left)
        other = self.term(claim.right, beside=claim.left)
        gap = figure(abs(_difference(left, right)))
        if claim.operator == "=":
            if isinstance(claim.right, Literal):
                return f"{name} 为 {figure(left)}，应为 {figure(right)}，相差 {gap}"
            other += "" if other.startswith("其") else " "
            return f"{name} 为 {figure(left)}，{other}为 {figure(right)}，相差 {gap}"
        if isinstance(claim.right, Literal):
            return f"{name} 为 {figure(left)}，{_RELATIONS[claim.operator]} {figure(right)}"
        word = _FAILED[claim.operator]
        return f"{name} 为 {figure(left)}，{word} {other} 的 {figure(right)}，相差 {gap}"

    def _jump(self, bound: BoundCheck, left: Exact, right: Exact) -> str:
        word = self._form.period_word
        difference = _difference(left, right)
        text = f"{self.term(bound.claim.left)} {word}为 {figure(right)}，本期为 {figure(left)}"
        verb = "增加" if difference > 0 else "减少"
        text += f"，{verb} {figure(abs(difference))}"
        if right:
            text += f"（{_percent(difference, right)}%）"
        return text.replace("本期", "本年" if word == "上年" else "本期") + "，变动较大"

    def _condition(self, claim: Claim) -> str:
        relation = "为" if claim.operator == "=" else _RELATIONS[claim.operator].removeprefix("应")
        return f"{self.term(claim.left)} {relation} {self.term(claim.right)}"

    def _sum(self, term: SumTerm, beside: Term | None) -> str:
        cells = term.cells
        word = self._form.period_word if all(cell.last for cell in cells) else ""
        keys = [cell.key for cell in cells]
        rows = {self._form.cells[key].row.code for key in keys}
        if isinstance(beside, CellTerm):
            whole = self._form.cells[beside.key]
            children = self._form.table_of(whole.row).children.get(whole.row.code, ())
            expected = {row.code for row in children if row.columns}
            if rows == expected:
                return f"其{word}明细之和"
            if rows == {whole.row.code}:
                return f"其{word}各栏之和"
        parents = {self._form.rows[code].parent for code in rows}
        parent = parents.pop() if len(parents) == 1 else None
        if parent is not None:
            siblings = self._form.table_of(self._form.rows[parent]).children[parent]
            if rows == {row.code for row in siblings if row.columns}:
                column = self._column_of(keys)
                return f"{word}{self._form.row_name(self._form.rows[parent])}{column}各项之和"
        if len(keys) <= 3:
            return " ＋ ".join(self.term(cell) for cell in cells)
        return f"{word}{self._form.cell_name(keys[0])} 等 {len(keys)} 项之和"

    def _column_of(self, keys: list[str]) -> str:
        columns = {self._form.cells[key].column for key in keys}
        several = any(len(self._form.cells[key].row.columns) > 1 for key in keys)
        return f"（{columns.pop().label}）" if several and len(columns) == 1 else ""


def _difference(left: Exact, right: Exact) -> Exact:
    if isinstance(left, Fraction) or isinstance(right, Fraction):
        return Fraction(left) - Fraction(right)
    return left - right


def _percent(part: Exact, whole: Exact) -> str:
    """*part* in whole percent of *whole*, without a sign."""
    if isinstance(part, Fraction) or isinstance(whole, Fraction):
        return str(round(abs(Fraction(part) / Fraction(whole)) * 100))
    return f"{round(Decimal(abs(part)) * 100 / Decimal(whole))}"
