"""RTF as a stream of tokens, and the code pages its bytes may be in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?"
    rb"|\\'([0-9a-fA-F]{2})"
    rb"|\\([^a-zA-Z])"
    rb"|([{}])"
    rb"|([^\\{}\r\n\x00]+)"
    rb"|[\r\n\x00]+"
)
# \fcharset numbers of Windows; 0 and 1 mean the document's own code page.
CHARSET_PAGES = {77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 204: 1251}


class Kind(Enum):
    """What a token is."""

    OPEN = 0
    CLOSE = 1
    WORD = 2
    """A control word: ``name``, and ``number`` or None."""
    SIGN = 3
    """A control symbol: ``data`` is its one byte."""
    BYTES = 4
    """Text bytes, written plainly or as ``\\'hh``."""


class Token(NamedTuple):
    """One token; the fields that its kind does not use are empty."""

    kind: Kind
    name: str = ""
    number: int | None = None
    data: bytes = b""


_OPEN, _CLOSE = Token(Kind.OPEN), Token(Kind.CLOSE)


def tokens(data: bytes) -> Iterator[Token]:
    """The tokens of *data*; line ends are none, and the bytes that follow ``\\bin`` are skipped."""
    at = 0
    while at < len(data):
        match = _TOKEN.match(data, at)
        if match is None:
            at += 1
            continue
        at = match.end()
        word, number, code, sign, brace, text = match.groups()
        if text is not None:
            yield Token(Kind.BYTES, data=text)
        elif word is not None:
            value = None if number is None else int(number)
            if word == b"bin" and value is not None and value > 0:
                at += value
            else:
                yield Token(Kind.WORD, word.decode("ascii"), value)
        elif code is not None:
            yield Token(Kind.BYTES, data=bytes.fromhex(code.decode("ascii")))
        elif brace is not None:
            yield _OPEN if brace == b"{" else _CLOSE
        elif sign is not None:
            yield Token(Kind.SIGN, data=sign)
