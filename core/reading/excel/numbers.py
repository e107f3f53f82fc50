"""Stored numbers and dates, written as a person would type them.

Spreadsheets store 31 as ``31.0`` and 0.1 + 0.2 as ``0.30000000000000004``; both are read back as
what stands in the cell on screen. Excel itself shows and keeps 15 significant digits
(https://learn.microsoft.com/office/troubleshoot/excel/long-numbers-incorrectly).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from enum import Enum
from typing import Final

_FIFTEEN: Final = Context(prec=15)
_STORED: Final = re.compile(
    r"[+-]?(\d{1,400}\.?\d{0,400}|\.\d{1,400})([eE][+-]?\d{1,3})?", re.ASCII
)

#: Quoted text, escaped characters, padding and bracketed parts of a number format: not its codes.
_LITERALS: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)

#: Built-in number formats that show dates or times (ECMA-376 part 1, 18.8.30), with the ones that
#: Chinese Excel adds (27–36, 50–58).
_DATE_FORMATS: Final = frozenset(
    (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))
)  # fmt: skip
_PERCENT_FORMATS: Final = frozenset((9, 10))


#: ``0.0,`` shows thousands; ``0!.0,`` puts a point among the digits of these and shows 万.
_THOUSANDS: Final = re.compile(r"[0#?](,+)(?![0#?,])")
_POINT_AMONG_DIGITS: Final = re.compile(r"[0#?](?:[!\\]\.|\"\.\")([0#?]+)")


class NumberKind(Enum):
    """What a cell shows its number as."""

    GENERAL = "general"
    DATE = "date"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a cell shows its number: as what, and divided by ten to the power of ``shift``."""

    kind: NumberKind = NumberKind.GENERAL
    shift: int = 0


GENERAL: Final = NumberFormat()


def plain_number(stored: str) -> str | None:
    """*stored* (``31.0``, ``5e-1``) as ``31``, ``0.5``; ``None`` where it is no number.

    A number whose plain form would be absurdly long keeps its exponent.
    """
    text = stored.strip()
    if len(text) < 16 and text.isascii() and text.isdecimal() and text[0] != "0":
        return text
    if not _STORED.fullmatch(text):
        return None
    try:
        number = _FIFTEEN.create_decimal(text)
    except InvalidOperation:
        return None
    if not number:
        return "0"
    if not -30 < number.adjusted() < 30:
        return str(number.normalize(_FIFTEEN))
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def date_text(moment: datetime) -> str:
    """A date as ``2018-12-31``, with its time of day only where it has one."""
    if moment.time().replace(microsecond=0) == datetime.min.time():
        return moment.date().isoformat()
    return moment.strftime("%Y-%m-%d %H:%M")


def serial_date(stored: str, *, since_1904: bool) -> str | None:
    """The date that Excel stores as days since its epoch; ``None`` where it is no such number.

    Serials below 61 count the 29 February 1900 that never was (ECMA-376 part 1, 18.17.4.1).
    """
    plain = plain_number(stored)
    if plain is None or "E" in plain:
        return None
    days = Decimal(plain)
    if not 0 <= days < 2_958_466:
        return None
    if days < 1:
        minutes = int((days * 1440).to_integral_value())
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
    if not since_1904 and days < 60:
        epoch += timedelta(days=1)
    seconds = int((days * 86_400).to_integral_value())
    try:
        return date_text(epoch + timedelta(seconds=seconds))
    except OverflowError:
        return None


def number_format(number: int, code: str | None) -> NumberFormat:
    """The number format of that number; *code* is given where it is a custom one."""
    if code is None:
        if number in _DATE_FORMATS:
            return NumberFormat(NumberKind.DATE)
        return NumberFormat(NumberKind.PERCENT) if number in _PERCENT_FORMATS else GENERAL
    positive = code.split(";", 1)[0]
    codes = _LITERALS.sub("", positive).lower()
    if "general" not in codes and any(letter in codes for letter in "ymdhs"):
        return NumberFormat(NumberKind.DATE)
    if "%" in codes:
        return NumberFormat(NumberKind.PERCENT)
    thousands = _THOUSANDS.search(codes)
    point = _POINT_AMONG_DIGITS.search(positive)
    return NumberFormat(
        shift=(3 * len(thousands[1]) if thousands else 0) + (len(point[1]) if point else 0)
    )


def number_text(stored: str, shown: NumberFormat, *, since_1904: bool) -> str:
    """A stored number as its cell shows it, but unrounded: a date, a percentage or a number."""
    text = None
    if shown.kind is NumberKind.DATE:
        text = serial_date(stored, since_1904=since_1904)
    elif shown.kind is NumberKind.PERCENT:
        text = _shifted(stored, 2)
        text = f"{text}%" if text and "E" not in text else text
    elif shown.shift:
        text = _shifted(stored, -shown.shift)
    return text or plain_number(stored) or stored.strip()


def _shifted(stored: str, places: int) -> str | None:
    """*stored* times ten to the power of *places*; ``None`` where it is no number."""
    plain = plain_number(stored)
    if plain is None or "E" in plain:
        return plain
    return plain_number(str(Decimal(plain).scaleb(places)))
