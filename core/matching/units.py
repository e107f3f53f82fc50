"""Units that are multiples of one another: 千元 of 万元, 万条 of 条."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from core.values import UNITS

_MULTIPLES: Final = {
    "": 1, "十": 10, "百": 100, "千": 1000, "万": 10_000, "十万": 10**5, "百万": 10**6,
    "千万": 10**7, "亿": 10**8, "十亿": 10**9,
}  # fmt: skip
#: Longer names first: 人次 is no 次 of 人.
_BASES: Final = tuple(sorted({*UNITS, "元"} - {"万元", "%"}, key=len, reverse=True))
_BRACKETS: Final = "()（）[]【】 \u3000"
_STATED: Final = re.compile(
    r"单\s{0,4}位\s{0,4}[:：]\s{0,4}([^\s:：，。,;；、（）()/]{1,7})(?![^\s，。,;；)）])"
)
#: What offices write for what has another name in the form.
_SAME: Final = {"人民币元": "元", "人民币万元": "万元", "圆": "元", "万圆": "万元"}


def measure(name: str) -> tuple[str, int] | None:
    """A unit as its base and how many of these it is: 千元 is 1,000 元; ``None`` for other words."""
    name = name.strip(_BRACKETS)
    name = _SAME.get(name, name)
    for base in _BASES:
        if name.endswith(base) and (scale := _MULTIPLES.get(name[: -len(base)])):
            return base, scale
    return None


def factor(stated: str, wanted: str) -> Decimal | None:
    """By what a figure in *stated* is multiplied to be one in *wanted*; ``None`` if they differ."""
    one, other = measure(stated), measure(wanted)
    if one is None or other is None or one[0] != other[0]:
        return None
    return Decimal(one[1]) / Decimal(other[1])


def stated_in(line: str) -> str:
    """The unit that a line states for what is below it (单位：百条); empty where it tells none."""
    found = _STATED.search(line)
    return found[1] if found is not None and measure(found[1]) is not None else ""


def is_unit_word(name: str) -> bool:
    """Whether a short text in a column of units names one, be it unknown (美元)."""
    name = name.strip(_BRACKETS)
    return len(name) < 8 and "/" not in name and name.endswith(_BASES)


def related(names: frozenset[str]) -> frozenset[str]:
    """The names, and the multiples of those that have some."""
    bases = {found[0] for name in names if (found := measure(name)) is not None}
    return names | {multiple + base for multiple in _MULTIPLES for base in bases} | set(_SAME)
