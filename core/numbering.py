"""How official documents number their headings: 一、 （一） 1. （1）.

Source: GB/T 9704-2012, 7.3.3. Files that offices make write it in many more ways; what reads those
builds on :data:`HAN`.
"""

from __future__ import annotations

import re
from typing import Final

#: The Chinese numerals that headings are counted with.
HAN: Final = "一二三四五六七八九十"
#: Years are spelled with these, and with letters that look like a nought: 二〇一八, 二O一八.
HAN_DIGITS: Final = str.maketrans("〇零○O一二三四五六七八九", "0000123456789")
_PRINTED: Final = re.compile(rf"\s*(?:([{HAN}]+)、|（[{HAN}]+）|\d+\.)")


def without_number(label: str) -> str:
    """*label* without the number that it is printed with: （一）收到申请数 → 收到申请数."""
    return _PRINTED.sub("", label, count=1)


def number_of(title: str) -> str:
    """What a form counts a section with, 一 of 一、主动公开情况; empty where it does not."""
    found = _PRINTED.match(title)
    return (found[1] or "") if found is not None else ""
