"""Sum, count and average of what is selected, in the words of the status line. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from core.values import NOT_APPLICABLE, CellValue, Number, format_value

#: An average is shown with so many decimal places at most, as Excel rounds it to its cell.
_PLACES: Final = 2


def totals(values: Sequence[CellValue]) -> str:
    """「求和 12 · 计数 3 · 平均 4」 of the cells' values; empty where there is nothing to add up.

    Blank cells are not counted; 不适用 counts and adds nothing, as text does in Excel.
    """
    numbers: list[Number] = [v for v in values if v is not None and v is not NOT_APPLICABLE]
    if len(values) < 2 or not numbers:
        return ""
    # Fractions are exact whatever the number of digits; a sum of Decimals is rounded to 28.
    whole = sum(map(Fraction, numbers), Fraction(0))
    counted = sum(value is not None for value in values)
    return f"求和 {_text(whole)} · 计数 {counted} · 平均 {_text(_rounded(whole / len(numbers)))}"


def _rounded(number: Fraction) -> Fraction:
    """To the nearest, halves away from 0, as Excel does and a clerk expects; no binary places."""
    scaled = abs(number) * 10**_PLACES
    nearest = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(nearest if number >= 0 else -nearest, 10**_PLACES)


def _text(number: Fraction) -> str:
    """The number, whose decimal places end, with its thousands apart."""
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
    sign = "−" if number < 0 else ""
    return sign + format_value(Decimal(abs(int(number * 10**digits))).scaleb(-digits), grouped=True)
