"""Cell values: blank, a number, or not applicable; and how people write them.

A value is ``None`` (blank, 未填), an ``int`` (a count), a ``Decimal`` (万元) or
:data:`NOT_APPLICABLE` (不适用, printed ``/``). The three kinds are never mixed up: blank is not 0,
and ``/`` is neither. Binary floats do not occur.
"""

from __future__ import annotations

import re
from decimal import Decimal
from enum import Enum
from typing import Final, NamedTuple

from core.problems import NianbaoError, Problem


class NotApplicable(Enum):
    """The one value of 不适用; an enumeration so that it stays one object and compares by identity."""

    VALUE = "/"


NOT_APPLICABLE: Final = NotApplicable.VALUE
Number = int | Decimal
CellValue = Number | NotApplicable | None

#: Excel keeps 15 significant digits; a longer figure would not survive the file that is emailed.
#: https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
MAX_DIGITS: Final = 15


class Unit(NamedTuple):
    """A unit of measure (条, 件, 万元 …), its decimal places, and whether figures may be negative.

    ``signed`` is for what a form calls 增/减: there −3 is a figure like any other.
    """

    name: str
    decimals: int = 0
    signed: bool = False

    @property
    def limit(self) -> int:
        """What every figure is nearer to 0 than, so that its decimal places still fit in 15 digits."""
        return 10 ** (MAX_DIGITS - self.decimals)

    @property
    def zero(self) -> Number:
        """0 as a figure of this unit."""
        return Decimal(0) if self.decimals else 0


#: The units of the official forms; a form may declare more of its own.
UNITS: Final[dict[str, Unit]] = {
    name: Unit(name, decimals)
    for name, decimals in (
        ("条", 0), ("件", 0), ("次", 0), ("篇", 0), ("个", 0), ("人", 0), ("人次", 0),
        ("份", 0), ("家", 0), ("场", 0), ("项", 0), ("万元", 6), ("元", 2), ("%", 2),
    )
}  # fmt: skip


class ValueProblem(Problem):
    """Why a text is no value for its cell."""

    NEGATIVE = "“{text}”是负数，这里只能填不小于 0 的数。"
    DECIMALS_IN_COUNT = "“{text}”有小数，以“{unit}”为单位的数只能填整数。"
    TOO_MANY_DECIMALS = (
        "“{text}”的小数超过 {decimals} 位，请按“{unit}”填写，最多保留 {decimals} 位小数。"
    )
    UNIT_INSIDE = "“{text}”里带有文字，请只填数字，单位已是“{unit}”。"
    TOO_LARGE = "“{text}”太大了，请核对是否多输了数字。"
    NOT_APPLICABLE = "这一格必须填数字，不能填“/”（不适用）；没有发生请填 0。"
    NOT_A_NUMBER = "“{text}”不是数字，请只填数字。"
    SEVERAL = "“{text}”中间有空格，分不清是哪个数，请只填一个数。"


#: Full-width signs and those that look alike. Not Unicode's normal form: that makes 32 of 3².
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．，＋－−／＼", "0123456789.,+--/\\")
_PLAIN = r"(?a)[+-]?(\d+(\.\d*)?|\.\d+)\Z"
_GROUPED = r"(?a)[+-]?\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+)(\.\d*)?\Z"


def parse_value(text: str, unit: Unit, *, allow_not_applicable: bool = False) -> CellValue:
    """The value a person means by *text* in a cell counted in *unit*.

    Forgiving in form: full-width digits, thousands separated by commas or spaces, spaces and line
    breaks around the figure. Strict in meaning: no negative where *unit* is not signed, no text, no
    fraction of a count, no rounding, and of two figures in one cell ("3 5") not a third.

    Raises :class:`NianbaoError` (:class:`ValueProblem`) with a sentence for the clerk.
    """
    shown = text.strip()
    plain = " ".join(text.translate(_HALF_WIDTH).split())
    if not plain:
        return None
    if plain in ("/", "\\", "不适用"):
        if allow_not_applicable:
            return NOT_APPLICABLE
        raise NianbaoError(ValueProblem.NOT_APPLICABLE)
    if not (re.match(_PLAIN, plain) or re.match(_GROUPED, plain)):
        if all(re.match(_PLAIN, part) for part in plain.split(" ")):
            problem = ValueProblem.SEVERAL
        else:
            has_digit = any(c.isdigit() for c in plain)
            problem = ValueProblem.UNIT_INSIDE if has_digit else ValueProblem.NOT_A_NUMBER
        raise NianbaoError(problem, text=_short(shown), unit=unit.name)
    return check_number(Decimal(re.sub("[, ]", "", plain)), unit, shown)


def check_number(number: Decimal, unit: Unit, shown: str) -> Number:
    """*number* as a value of *unit*: an ``int`` for counts, else a ``Decimal`` without trailing zeros.

    Raises :class:`NianbaoError` naming *shown*, the text as it was written.
    """
    shown = _short(shown)
    if not number.is_finite():
        raise NianbaoError(ValueProblem.NOT_A_NUMBER, text=shown)
    if number < 0 and not unit.signed:
        raise NianbaoError(ValueProblem.NEGATIVE, text=shown)
    # Compared before anything is expanded: 1E+999999 must not become a million digits.
    if number.copy_abs() >= unit.limit:
        raise NianbaoError(ValueProblem.TOO_LARGE, text=shown)
    whole = number.to_integral_value()
    if unit.decimals == 0:
        if number != whole:
            raise NianbaoError(ValueProblem.DECIMALS_IN_COUNT, text=shown, unit=unit.name)
        return int(whole)
    if number == whole:
        return Decimal(int(whole))
    # Taken apart, not normalised: Decimal would round a figure of more than 28 digits to fit.
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits)).rstrip("0")
    places = -exponent - (len(digits) - len(text))
    if places > unit.decimals:
        raise NianbaoError(
            ValueProblem.TOO_MANY_DECIMALS, text=shown, unit=unit.name, decimals=unit.decimals
        )
    return Decimal(f"{'-' if sign else ''}{text}").scaleb(-places)


def format_value(value: CellValue, *, grouped: bool = False) -> str:
    """*value* as it is printed: ``""``, ``"/"``, ``"1024"``, ``"0.5"``; with *grouped*, ``"1,024"``."""
    if value is None:
        return ""
    if value is NOT_APPLICABLE:
        return NOT_APPLICABLE.value
    separator = "," if grouped else ""
    return format(value, f"{separator}f" if isinstance(value, Decimal) else f"{separator}d")


def _short(text: str) -> str:
    """*text* cut for a message: a pasted page must not fill the screen."""
    flat = " ".join(text.split())
    return flat if len(flat) <= 20 else flat[:20] + "…"
