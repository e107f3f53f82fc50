"""Texts that people write, kept free of characters that nobody can see.

A control character breaks files, a bidirectional one makes a name read as another, a lone surrogate
cannot be written at all. All of them are taken out, on the way into a file as on the way out of it.
Private-use characters stay: names with rare characters are written with them.
"""

from __future__ import annotations

import unicodedata
from typing import Final

#: Longest header field and explanation, in characters; what is longer is cut when a file is read.
MAX_HEADER: Final = 1_000
MAX_EXPLANATION: Final = 10_000

#: Marks, embeddings, overrides and isolates that change the direction of writing.
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_line(text: str) -> str:
    """*text* on one line without invisible troublemakers; line breaks and tabs become spaces."""
    return "".join(" " if c in "\t\n\r\u2028\u2029" else c for c in text if _is_kept(c))


def clean_text(text: str) -> str:
    """*text* without invisible troublemakers; line breaks are ``\\n``, tabs stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join("\n" if c in "\u2028\u2029" else c for c in lines if _is_kept(c))


def _is_kept(character: str) -> bool:
    if character in "\t\n\r":
        return True
    if character in _BIDI or unicodedata.category(character) in ("Cc", "Cs"):
        return False
    code = ord(character)
    return not (0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE)
