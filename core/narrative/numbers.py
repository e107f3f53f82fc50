"""Figures in running text: where a number stands, its unit, and how exactly it is meant.

    95件   1,639 件   １２件   九十五件   1.2万条   30余件   42.86%   12.36万元   三期

Offsets are those of the text; every expression is bounded, so a text costs what its length costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

#: Each full-width sign as the half-width one of the same length, so that offsets stay.
_HALF_WIDTH: Final = str.maketrans(
    "０１２３４５６７８９．％，；：（）！？／＋－﹪﹐", "0123456789.%,;:()!?/+-%,"
)
_UNITS: Final = "万元|亿元|元|人次|件次|条次|篇次|场次|批次|[条件次篇个人份家场宗起名期例项部种类批则位户幅张届轮]"
#: What follows a unit and makes another word of it: 件以上, 个工作日, 人大, 次日, 部门 …
_AFTER: Final = r"(?!工作日|百分点|月|人大|件套|部门|部委|名单|期间|期限|类别|位于|号文)"
_NUMBER: Final = re.compile(
    r"(?<!\d,)(?<![\d.A-Za-z第〔\[])(?P<near>约|近|超过|超|逾|将近|大约)?"
    r"(?:(?P<digits>\d{1,3}(?:,\d{3}){1,4}|\d{1,13})(?P<places>\.\d{1,6})?(?P<blank> {0,2})"
    r"|(?P<words>[一二两三四五六七八九十百千零〇]{1,9}))"
    r"(?P<more>余|多)?(?P<scale>[万亿])?(?P<more2>余|多)?"
    rf"(?:(?P<percent>%|个百分点)|(?P<unit>{_UNITS}){_AFTER})"
    r"(?P<around>左右|以上|以下|以内|上下)?"
)
#: What every figure has in it, quickly told.
_COUNTED: Final = re.compile(
    rf"[\d一二两三四五六七八九十百千零〇余多万亿] {{0,2}}(?:%|[余多万亿]|个百分点|{_UNITS})"
)
#: Words that make no figure of the numeral after them: 第一次, 同一件, 每一个 …
_NO_NUMERAL: Final = frozenset("第同每这那某单唯之统逐进")
_DIGITS: Final[Mapping[str, int]] = MappingProxyType(
    {**{word: at for at, word in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
)
_TENS: Final[Mapping[str, int]] = MappingProxyType({"十": 10, "百": 100, "千": 1000})
#: Money is told in 万元 throughout.
_MONEY: Final[Mapping[str, Decimal]] = MappingProxyType(
    {"元": Decimal("0.0001"), "亿元": Decimal(10_000)}
)
_SCALES: Final[Mapping[str, int]] = MappingProxyType({"万": 10_000, "亿": 100_000_000})


@dataclass(frozen=True, slots=True)
class Figure:
    """A number told in a text, from *start* to before *end* (its unit included).

    ``unit`` is ``%`` for percentages. ``step`` is how finely it was told (1.2万件: 1000; 12.5%: 0.1).
    ``more``: 30余件, at least as many and less than a step of its last digit above; ``near``: 约, 左右.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    step: Decimal = Decimal(1)
    more: bool = False
    near: bool = False

    def agrees_with(self, value: Decimal) -> bool:
        """Whether *value* may be told so."""
        if self.more:
            return self.value <= value < self.value + self.step * 10
        if self.near:
            return abs(value - self.value) * 10 <= self.value
        return abs(value - self.value) * 2 <= self.step if self.is_rounded else value == self.value

    @property
    def is_rounded(self) -> bool:
        """Whether it was told in round terms: a percentage, or in 万."""
        return self.unit == "%" or self.step > 1


def plain(text: str) -> str:
    """*text* with half-width signs, of the same length."""
    return text.translate(_HALF_WIDTH)


def figures(text: str) -> Iterator[Figure]:
    """The figures in *text*, which is :func:`plain`, in order."""
    if _COUNTED.search(text) is None:
        return
    for found in _NUMBER.finditer(text):
        figure = _figure(text, found)
        if figure is not None:
            yield figure


def _figure(text: str, found: re.Match[str]) -> Figure | None:
    more = bool(found["more"] or found["more2"])
    scale = _SCALES.get(found["scale"] or "", 1)
    places = found["places"] or ""
    if found["digits"]:
        value = Decimal(found["digits"].replace(",", "") + places)
    else:
        before = text[found.start("words") - 1 : found.start("words")]
        number = None if before in _NO_NUMERAL and before else _numeral(found["words"])
        if number is None or (found["unit"] in ("类", "个") and number < 10):
            return None  # 一类, 一个 are seldom counted
        value = Decimal(number)
    step = Decimal(1).scaleb(-len(places[1:])) * scale
    if more and found["digits"] and not places:
        # 2300余 leaves the last digits open: as many as there are zeros.
        digits = found["digits"].replace(",", "")
        zeros = min(len(digits) - len(digits.rstrip("0")), len(digits) - 1)
        step = Decimal(10) ** max(0, zeros - 1) * scale
    elif more:
        step = Decimal(1) * scale
    unit = "%" if found["percent"] == "%" else found["unit"] or "个百分点"
    if unit in _MONEY:
        value, step, unit = value * _MONEY[unit], step * _MONEY[unit], "万元"
    return Figure(
        found.start("digits") if found["digits"] else found.start("words"),
        found.end("percent") if found["percent"] else found.end("unit"),
        value * scale,
        unit,
        step,
        more,
        bool(found["near"] or found["around"]),
    )


def _numeral(words: str) -> int | None:
    """九十五 as 95; ``None`` for what is no numeral (一一, 百千)."""
    total = current = 0
    if all(word in _DIGITS for word in words):
        if len(words) > 1:
            return None
        return _DIGITS[words]
    least = 10_000
    for word in words:
        if word in _DIGITS:
            if current:
                return None
            current = _DIGITS[word]
            continue
        ten = _TENS[word]
        if ten >= least:
            return None
        least = ten
        total += (current or 1) * ten
        current = 0
    return total + current
