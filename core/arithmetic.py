"""Arithmetic typed into a cell (``12+30``, ``=5*3-1``), and figures that a person may have meant.

Reckoned exactly: a figure is never a binary float. What may be something else (``12-3`` is also a
range, ``3/4`` a date, ``3万`` counts in another unit) is not reckoned but offered: the clerk decides.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from core.problems import NianbaoError, Problem
from core.values import Number, Unit, check_number, format_value


class ArithmeticProblem(Problem):
    """Why what was typed cannot be reckoned."""

    UNREADABLE = "“{text}”不是完整的算式，请检查“{part}”。"
    INCOMPLETE = "“{text}”没有写完，请补全算式。"
    BY_ZERO = "“{text}”里除以了 0。"
    ENDLESS = "“{text}”除不尽，约为 {about}，请直接填取舍后的数。"
    TOO_DEEP = "“{text}”的括号太多了，请分开计算。"


class Reckoned(NamedTuple):
    """The text as it is kept with the step, and what it comes to."""

    text: str
    number: Fraction


_HALF_WIDTH: Final = str.maketrans(
    "０１２３４５６７８９．，＋－−–＊×✕∗／÷（）＝", "0123456789.,+---****//()="
)
#: Without a sign of equality only what cannot be read as anything else: with + or * between figures.
_SIGNS: Final = re.compile(r"[\d,.()+\-*/ ]*+", re.ASCII)
_JOINED: Final = re.compile(r"\d[ )]*+[+*]", re.ASCII)
_MAYBE: Final = re.compile(r"[\d,.()]+(?: *[-/] *[\d,.()]+)+\Z", re.ASCII)
_DATE: Final = re.compile(r"(?:19|20)\d\d *[-/.] *\d{1,2}(?: *[-/.] *\d{1,2})?\Z", re.ASCII)
_TOKEN: Final = re.compile(
    r"\s*(\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+|[-+*/()])", re.ASCII
)
_DEEPEST: Final = 20
_LONGEST: Final = 20
#: 3万, 1.2 千, 2亿: the figure, what it is counted in, and perhaps a unit behind it.
_GROUPED: Final = re.compile(
    r"(\d[\d,]*(?:\.\d+)?) *(百|千|万|十万|百万|千万|亿)?(\D*)\Z", re.ASCII
)
_TIMES: Final = {
    "": 1, "百": 100, "千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000,
    "千万": 10_000_000, "亿": 100_000_000,
}  # fmt: skip


def reckon(text: str) -> Reckoned | None:
    """What *text* comes to; ``None`` where it is no arithmetic, or may mean something else.

    Raises :class:`NianbaoError` (:class:`ArithmeticProblem`) where it is arithmetic and faulty.
    """
    plain = " ".join(text.translate(_HALF_WIDTH).split())
    marked = plain.startswith("=")
    body = plain.removeprefix("=").strip()
    sure = _SIGNS.fullmatch(body) and _JOINED.search(body) and not body.startswith("+")
    if not (marked or sure):
        return None
    return Reckoned(plain, _Reader(body, plain).whole())


def as_figure(reckoned: Reckoned, unit: Unit) -> Number:
    """What was reckoned as a value of *unit*; raises as :func:`core.values.check_number` does."""
    number = reckoned.number
    shown = reckoned.text
    rest = number.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    if rest != 1:
        about = format_value(Decimal(round(number * 10**4)).scaleb(-4))
        raise NianbaoError(ArithmeticProblem.ENDLESS, text=_short(shown), about=about)
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    exact = Decimal(int(number * 10**places)).scaleb(-places)
    return check_number(exact, unit, f"{_short(shown)} 得 {exact:f}")


def meant(text: str, unit: Unit) -> str | None:
    """The figure that *text* may mean in a cell of *unit*, to be asked for: 「30000」 of 3万.

    ``None`` where there is none, or where it could not be filled in.
    """
    plain = " ".join(text.translate(_HALF_WIDTH).split())
    try:
        if _MAYBE.match(plain) and not _DATE.match(plain):
            return format_value(as_figure(Reckoned(plain, _Reader(plain, plain).whole()), unit))
        grouped = _GROUPED.match(plain)
        if grouped is None or not (grouped[2] or grouped[3]):
            return None
        number = Decimal(grouped[1].replace(",", "")) * _TIMES[grouped[2] or ""]
        behind = grouped[3].strip()
        if unit.name == "万元" and behind in ("", "元"):
            # What is written is an amount of 元: 3万 is 3 in a cell of 万元.
            number /= _TIMES["万"]
        elif behind not in ("", unit.name):
            return None
        return format_value(check_number(number, unit, plain))
    except NianbaoError:
        return None


class _Reader:
    """Reads one text by the usual order of operations."""

    def __init__(self, body: str, shown: str) -> None:
        self._shown = _short(shown)
        self._tokens: list[str] = []
        self._at = 0
        self._depth = 0
        place = 0
        while place < len(body):
            found = _TOKEN.match(body, place)
            if found is None:
                raise self._unreadable(body[place:].strip())
            self._tokens.append(found[1])
            place = found.end()

    def whole(self) -> Fraction:
        """What all of it comes to."""
        number = self._sum()
        if self._at < len(self._tokens):
            raise self._unreadable("".join(self._tokens[self._at :]))
        return number

    def _sum(self) -> Fraction:
        number = self._product()
        while (sign := self._next("+-")) is not None:
            right = self._product()
            number = number + right if sign == "+" else number - right
        return number

    def _product(self) -> Fraction:
        number = self._factor()
        while (sign := self._next("*/")) is not None:
            right = self._factor()
            if sign == "/" and not right:
                raise NianbaoError(ArithmeticProblem.BY_ZERO, text=self._shown)
            number = number * right if sign == "*" else number / right
        return number

    def _factor(self) -> Fraction:
        if self._depth > _DEEPEST:
            raise NianbaoError(ArithmeticProblem.TOO_DEEP, text=self._shown)
        sign = self._next("+-")
        if sign is not None:
            self._depth += 1
            number = self._factor()
            self._depth -= 1
            return -number if sign == "-" else number
        if self._next("(") is not None:
            self._depth += 1
            number = self._sum()
            self._depth -= 1
            if self._next(")") is None:
                raise self._wrong_here()
            return number
        if self._at < len(self._tokens) and self._tokens[self._at][0] in "0123456789.":
            self._at += 1
            return Fraction(self._tokens[self._at - 1].replace(",", ""))
        raise self._wrong_here()

    def _next(self, signs: str) -> str | None:
        if self._at < len(self._tokens) and self._tokens[self._at] in signs:
            self._at += 1
            return self._tokens[self._at - 1]
        return None

    def _wrong_here(self) -> NianbaoError:
        if self._at >= len(self._tokens):
            return NianbaoError(ArithmeticProblem.INCOMPLETE, text=self._shown)
        return self._unreadable("".join(self._tokens[self._at :]))

    def _unreadable(self, part: str) -> NianbaoError:
        return NianbaoError(ArithmeticProblem.UNREADABLE, text=self._shown, part=_short(part))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
