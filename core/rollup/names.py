"""Names of offices as people write them: which are the same, which are alike.

Only equal names (spaces, brackets and width aside) are taken for the same office. Likeness proposes
an office to somebody who then says yes or no.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from core.rollup.model import Unit

_NO_LETTER: Final = re.compile(r"[\W_]+")
#: What a file's name says besides the office: the form, the year, which draft it is.
_NOISE: Final = re.compile(
    r"(?:19|20|21)\d\d\s*年?度?|\d{6,8}|政府信息公开|信息公开|工作|情况|统计|年度|年报|报表|报告|表格?"
    r"|填报|上报|报送|提交|数据|附件\d*|定稿|终稿|最终|最新|正式|修改|修订|更正|更新|盖章|公章|扫描"
    r"|版本?|稿|第?[一二三四1-4]季度?|[上下]半年|\bv?\d{1,2}\b|副本|复件|新建|\bfinal\b|\bnew\b|的",
    re.IGNORECASE,
)
#: So alike are two names that somebody should say whether they mean one office.
_ALIKE: Final = 0.6
#: A pair of characters in more names than this tells nothing: the name of the district.
_COMMON: Final = 400
#: A longer text is no office's name.
_LONGEST: Final = 80


def plain_name(name: str) -> str:
    """*name* as it is compared: letters and digits only, half-width."""
    if len(name) > _LONGEST:
        name = name[:_LONGEST]
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", name)).casefold()


def name_in_file_name(stem: str) -> str:
    """What is left of a file's name without what it says of form, year and draft."""
    kept = _NOISE.sub(" ", unicodedata.normalize("NFKC", stem)[:200])
    return " ".join(_NO_LETTER.sub(" ", kept).split())


class NameIndex:
    """The units of a list by every name they go by."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = units
        self._equal: dict[str, Unit] = {}
        self._mail: dict[str, Unit | None] = {}
        self._names: list[tuple[str, frozenset[str], Unit]] = []
        self._with_pair: dict[str, list[int]] = {}
        for unit in units:
            for name in (unit.name, *unit.aliases):
                self._add(plain_name(name), unit)
            for address in unit.mail.replace("；", ";").replace(",", ";").split(";"):
                if address := address.strip().casefold():
                    # An address that two units share tells neither.
                    self._mail[address] = None if address in self._mail else unit

    def _add(self, name: str, unit: Unit) -> None:
        if not name:
            return
        self._equal.setdefault(name, unit)
        pairs = _pairs(name)
        for pair in pairs:
            self._with_pair.setdefault(pair, []).append(len(self._names))
        self._names.append((name, pairs, unit))

    def equal(self, name: str) -> Unit | None:
        """The unit of that name, former or short name."""
        return self._equal.get(plain_name(name))

    def by_mail(self, address: str) -> Unit | None:
        """The one unit that sends from *address*."""
        return self._mail.get(address.strip().casefold())

    def alike(self, name: str) -> Unit | None:
        """The unit whose name is most like *name*, if one is alike enough to ask about."""
        wanted = plain_name(name)
        pairs = _pairs(wanted)
        if not pairs:
            return None
        shared: Counter[int] = Counter()
        for pair in pairs:
            places = self._with_pair.get(pair, ())
            if len(places) <= _COMMON:
                shared.update(places)
        best, score = None, _ALIKE
        for at, _ in shared.most_common(50):
            other, other_pairs, unit = self._names[at]
            likeness = 2 * len(pairs & other_pairs) / (len(pairs) + len(other_pairs))
            if min(len(other), len(wanted)) >= 3 and (other in wanted or wanted in other):
                likeness = max(likeness, _ALIKE + likeness / 10)
            if likeness > score or (likeness == score and best is None):
                best, score = unit, likeness
        return best


def first_equal(index: NameIndex, names: Iterable[str]) -> Unit | None:
    """The unit that the first known one of *names* means."""
    return next((unit for name in names if name and (unit := index.equal(name))), None)


def _pairs(name: str) -> frozenset[str]:
    return frozenset(name[at : at + 2] for at in range(len(name) - 1))
