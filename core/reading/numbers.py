"""Stored numbers and dates, written as a person would type them.

Spreadsheets store 31 as ``31.0`` and 0.1 + 0.2 as ``0.30000000000000004``; both are read back as
what stands in the cell on screen. Excel itself shows and keeps 15 significant digits
(https://learn.microsoft.com/office/troubleshoot/excel/long-numbers-incorrectly).
"""

from __future__ import annotations

import re
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


class NumberKind(Enum):
    """What a cell shows its number as."""

    GENERAL = "general"
    DATE = "date"
    PERCENT = "percent"


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


def percent(stored: str) -> str | None:
    """*stored* ``0.5`` as ``50%``; ``None`` where it is no number."""
    plain = plain_number(stored)
    if plain is None or "E" in plain:
        return plain
    return f"{plain_number(str(Decimal(plain).scaleb(2)))}%"


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


def number_kind(number_format: int, code: str | None) -> NumberKind:
    """What a cell of that number format shows; *code* is given where the format is a custom one."""
    if code is None:
        if number_format in _DATE_FORMATS:
            return NumberKind.DATE
        return NumberKind.PERCENT if number_format in _PERCENT_FORMATS else NumberKind.GENERAL
    codes = _LITERALS.sub("", code.split(";", 1)[0]).lower()
    if "general" not in codes and any(letter in codes for letter in "ymdhs"):
        return NumberKind.DATE
    return NumberKind.PERCENT if "%" in codes else NumberKind.GENERAL


def number_text(stored: str, kind: NumberKind, *, since_1904: bool) -> str:
    """A stored number as its cell shows it: a date, a percentage or the number itself."""
    text = None
    if kind is NumberKind.DATE:
        text = serial_date(stored, since_1904=since_1904)
    elif kind is NumberKind.PERCENT:
        text = percent(stored)
    return text or plain_number(stored) or stored.strip()
