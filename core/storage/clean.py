"""Texts that people write, kept free of characters that nobody can see.

A control character breaks files, a bidirectional one makes a name read as another, a lone surrogate
cannot be written at all. All of them are taken out, on the way into a file as on the way out of it.
Private-use characters stay: names with rare characters are written with them.
"""

from __future__ import annotations

import re
from typing import Final

#: Longest header field and explanation, in characters; what is longer is cut when a file is read.
MAX_HEADER: Final = 1_000
MAX_EXPLANATION: Final = 10_000

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
#: Marks, embeddings, overrides and isolates that change the direction of writing.
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SURROGATES = "\ud800-\udfff"
#: Code points that are no characters, now or ever: the last two of each plane, and 32 more.
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(17)
)
_UNWANTED = f"[{_CONTROLS}{_BIDI}{_SURROGATES}{_NONCHARACTERS}]"
_BREAKS = "[\t\n\r\u2028\u2029]"
_LINE_BREAKS = "\r\n|[\r\u2028\u2029]"


def clean_line(text: str) -> str:
    """*text* on one line without invisible troublemakers; line breaks and tabs become spaces."""
    if text.isprintable():  # as most are, and as it is known fastest
        return text
    return re.sub(_BREAKS, " ", re.sub(_UNWANTED, "", text))


def clean_text(text: str) -> str:
    """*text* without invisible troublemakers; line breaks are ``\\n``, tabs stay."""
    if text.isprintable():
        return text
    return re.sub(_LINE_BREAKS, "\n", re.sub(_UNWANTED, "", text))
