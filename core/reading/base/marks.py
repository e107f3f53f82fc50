"""Formatting that changes what a text says: marks above the line, and struck out words.

A footnote mark behind a figure, read as plain text, makes 31 of a 3; so does a struck out digit.
Such a figure would be wrong and look right, the one thing that must not happen.
"""

from __future__ import annotations

from typing import Final

STRUCK_REMARK: Final = "文件中有加删除线的文字，视为已删除，没有读取。"


def bracketed(mark: str) -> str:
    """A mark above or below the line as ``[1]``: no longer part of the figure beside it."""
    text = mark.strip()
    if not text or (text[0] in "[［【（(" and text[-1] in "]］】）)"):
        return mark
    return f"[{text}]"


_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(text: str) -> str:
    """Text set above the line, its digits as Unicode's superscripts: one character for each."""
    return text.translate(_RAISED)
