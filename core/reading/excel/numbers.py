"""Stored numbers and dates, written as a person would type them.

Spreadsheets store 31 as ``31.0`` and 0.1 + 0.2 as ``0.30000000000000004``; both are read back as
what stands in the cell on screen. Excel itself shows and keeps 15 significant digits
(https://learn.microsoft.com/office/troubleshoot/excel/long-numbers-incorrectly).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from typing import Final

_FIFTEEN: Final = Context(prec=15)
_STORED: Final = re.compile(
    r"[+-]?(\d{1,400}\.?\d{0,400}|\.\d{1,400})([eE][+-]?\d{1,3})?", re.ASCII
)


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


def serial_moment(plain: str, *, since_1904: bool) -> datetime | None:
    """The moment that Excel stores as days since its epoch; ``None`` where it is no such number.

    Serials below 61 count the 29 February 1900 that never was (ECMA-376 part 1, 18.17.4.1).
    *plain* as :func:`plain_number` gives it.
    """
    if "E" in plain:
        return None
    days = Decimal(plain)
    if not 0 <= days < 2_958_466:
        return None
    epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
    if not since_1904 and days < 60:
        epoch += timedelta(days=1)
    try:
        return epoch + timedelta(seconds=int((days * 86_400).to_integral_value()))
    except OverflowError:
        return None


def iso_date(plain: str, *, since_1904: bool) -> str | None:
    """The same as ``2018-12-31``, with its time of day only where it has one; a time as ``12:00``."""
    moment = serial_moment(plain, since_1904=since_1904)
    if moment is None:
        return None
    if Decimal(plain) < 1:
        return moment.strftime("%H:%M")
    if moment.time() == datetime.min.time():
        return moment.date().isoformat()
    return moment.strftime("%Y-%m-%d %H:%M")
