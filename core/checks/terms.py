"""What a rule for definite cells reckons: terms over figures, exact throughout.

A term is a check's side with the patterns gone (:mod:`core.checks.binding` makes it): cells, their sums,
arithmetic. Blank and 不适用 leave it undecided, as ``docs/表样编写说明.md`` promises.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import NamedTuple

from core.form.language import Literal
from core.values import NOT_APPLICABLE, CellValue, Number

#: A figure while it is reckoned with: exact throughout.
Exact = int | Decimal | Fraction
Values = Mapping[str, CellValue]


class CellTerm(NamedTuple):
    """One cell, of this report or (``last``) of the baseline."""

    key: str
    last: bool = False


class SumTerm(NamedTuple):
    """The sum of several cells. 不适用 adds nothing; a blank leaves the sum undecided."""

    cells: tuple[CellTerm, ...]


class OperationTerm(NamedTuple):
    """Two terms joined by ``+``, ``-``, ``*`` or ``/``."""

    operator: str
    left: Term
    right: Term


class FunctionTerm(NamedTuple):
    """``abs``, ``round``, ``min`` or ``max`` of terms."""

    name: str
    arguments: tuple[Term, ...]


Term = Literal | CellTerm | SumTerm | OperationTerm | FunctionTerm


class Claim(NamedTuple):
    """A comparison of two terms."""

    operator: str
    left: Term
    right: Term


def cells_of(term: Term) -> tuple[CellTerm, ...]:
    """Every cell that *term* reads, in order of mention."""
    if isinstance(term, CellTerm):
        return (term,)
    if isinstance(term, SumTerm):
        return term.cells
    if isinstance(term, OperationTerm):
        return cells_of(term.left) + cells_of(term.right)
    if isinstance(term, FunctionTerm):
        return tuple(cell for argument in term.arguments for cell in cells_of(argument))
    return ()


def addends(term: Term) -> tuple[str, ...] | None:
    """The cells of this report that *term* only adds up; ``None`` where it does anything else."""
    match term:
        case CellTerm(key, last):
            return None if last else (key,)
        case SumTerm(cells):
            return None if any(c.last for c in cells) else tuple(c.key for c in cells)
        case OperationTerm("+", left, right):
            one, other = addends(left), addends(right)
            return None if one is None or other is None else one + other
        case _:
            return None


def evaluate(term: Term, values: Values, last: Values) -> Exact | None:
    """The figure *term* stands for, or ``None`` while it is undecided.

    Undecided: a blank cell, 不适用 as an operand of its own, a division by zero.
    """
    if isinstance(term, CellTerm):
        value = (last if term.last else values).get(term.key)
        return None if value is NOT_APPLICABLE else value
    if isinstance(term, SumTerm):
        total: int | Decimal = 0
        for cell in term.cells:
            value = (last if cell.last else values).get(cell.key)
            if value is None:
                return None
            if value is not NOT_APPLICABLE:
                total += value
        return total
    if isinstance(term, Literal):
        return term.value
    if isinstance(term, OperationTerm):
        left, right = evaluate(term.left, values, last), evaluate(term.right, values, last)
        if left is None or right is None:
            return None
        return _operate(term.operator, left, right)
    numbers = [evaluate(argument, values, last) for argument in term.arguments]
    known = [Fraction(number) for number in numbers if number is not None]
    if len(known) < len(numbers):
        return None
    match term.name:
        case "abs":
            return abs(known[0])
        case "round":
            return _rounded(known[0], int(known[1]))
        case "min":
            return min(known)
        case _:
            return max(known)


def _rounded(number: Fraction, places: int) -> Decimal:
    """四舍五入: halves go away from zero, as Excel's ROUND does it and ``round()`` does not."""
    whole = floor(abs(number) * 10**places + Fraction(1, 2))
    return Decimal(whole if number >= 0 else -whole).scaleb(-places)


def _operate(operator: str, left: Exact, right: Exact) -> Exact | None:
    # Sums of figures within 15 digits are exact as they are; products may not be, and Decimal and
    # Fraction do not mix.
    if operator in "*/" or not (isinstance(left, Number) and isinstance(right, Number)):
        left, right = Fraction(left), Fraction(right)
        if operator == "*":
            return left * right
        if operator == "/":
            return left / right if right else None
        return left + right if operator == "+" else left - right
    return left + right if operator == "+" else left - right


def difference(left: Exact, right: Exact) -> Exact:
    """*left* less *right*."""
    if not (isinstance(left, Number) and isinstance(right, Number)):
        return Fraction(left) - Fraction(right)
    return left - right


def holds(operator: str, left: Exact, right: Exact) -> bool:
    """Whether ``left operator right`` is true."""
    if not (isinstance(left, Number) and isinstance(right, Number)):
        left, right = Fraction(left), Fraction(right)
    match operator:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right
