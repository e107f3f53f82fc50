"""Holds a text against itself: parts against their total, shares against counts, a figure told twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.narrative.agreement import TextFigure
from core.narrative.rendering import per_cent
from core.narrative.ties import TieKind
from core.problems import Problem
from core.values import format_value


class WithinProblem(Problem):
    """What a text says against itself."""

    SUM = "“{total}”的分项之和为 {parts}，与 {value} 不符，请核对。"
    SHARE = "“{part}”占“{total}”应为 {expected}%，正文写作 {told}%，请核对。"
    TWICE = "同一个数前后不一致：前面为“{first}”，这里为“{second}”，请核对。"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Where a text contradicts itself: the rule's name, the place, a sentence."""

    rule: str
    start: int
    end: int
    message: str


@dataclass(frozen=True, slots=True)
class Parts:
    """A total told in a text and the parts told after it."""

    total: TextFigure
    parts: tuple[TextFigure, ...]
    #: Whether the parts are told as all there are: the last is 其他, or all are of a kind.
    complete: bool

    @property
    def sum(self) -> Decimal:
        """What the parts add up to."""
        return sum((part.told.value for part in self.parts), Decimal(0))

    @property
    def shown(self) -> str:
        """12+5+1+38=56"""
        terms = "+".join(_number(part.told.value) for part in self.parts)
        return f"{terms}={_number(self.sum)}"


_INTRODUCES: Final = re.compile(r"其中|分别|包括|分为|含|按|^在.{1,12}中|：|:")
#: Ways of publishing: one text may go several of them, so they do not add up.
_OVERLAPS: Final = re.compile(r"网站|微信|微博|公报|渠道|公众号|专栏|平台")
_BRACKETS: Final = re.compile(r"[(（)）]")
#: How far after a total its parts are told, in characters; how many figures before a share count.
_MAX_REACH: Final = 600
_MAX_WHOLES: Final = 40
_OTHER: Final = re.compile(r"其[他它]")
_NAME: Final = re.compile(r"[\u4e00-\u9fff]{2,20}$")


def contradictions(figures: Sequence[TextFigure], content: str) -> Iterator[Contradiction]:
    """Everything in which *content*, whose figures are *figures*, contradicts itself."""
    yield from _twice(figures)
    for group in totals(figures, content):
        total = group.total.told
        more = group.sum > total.value
        if group.sum != total.value and (group.complete or more):
            message = WithinProblem.SUM.sentence(
                total=total.text, parts=group.shown, value=_number(total.value)
            )
            yield Contradiction("分项之和", total.start, total.end, message)
    yield from _shares(figures, content)


def totals(figures: Sequence[TextFigure], content: str) -> Iterator[Parts]:
    """The totals of the text with their parts, as far as they can be told."""
    counted = [one for one in figures if one.told.unit not in ("%", "个百分点", "") and _exact(one)]
    depths = _depths(counted, content)
    at = 0
    while at < len(counted):
        total = counted[at]
        parts = _parts(counted, at, content, depths)
        if len(parts) >= 2:
            yield Parts(total, tuple(parts), _complete(total, parts, content))
            at += len(parts)
        at += 1


def _parts(
    counted: Sequence[TextFigure], at: int, content: str, depths: Sequence[int]
) -> list[TextFigure]:
    """The figures after number *at* that are told as its parts."""
    total = counted[at].told
    found: list[TextFigure] = []
    before = total.end
    for number in range(at + 1, len(counted)):
        one, told = counted[number], counted[number].told
        if told.start - total.end > _MAX_REACH:
            break
        if depths[number] != depths[at]:
            continue  # in brackets of its own, or the total was
        between = content[before : told.start]
        if len(between) > 60 or "\n" in between:
            break
        if not found:
            if not _INTRODUCES.search(_sentence_head(between)) or between.count("。") > 1:
                break
            if told.value == total.value:
                break  # the same once more: 收到的3件申请…,3件申请中
        elif "。" in between or "其中" in between or "共" in between:
            break
        if told.unit != total.unit or told.value > total.value:
            break
        if _OVERLAPS.search(between) or _is_of_another_kind(one, found):
            return []
        found.append(one)
        before = told.end
    return found


def _depths(counted: Sequence[TextFigure], content: str) -> list[int]:
    """In how many brackets each figure stands."""
    found: list[int] = []
    depth = at = 0
    for one in counted:
        for sign in _BRACKETS.finditer(content, at, one.told.start):
            depth += 1 if sign[0] in "(（" else -1
        at = one.told.start
        found.append(depth)
    return found


def _is_of_another_kind(one: TextFigure, found: Sequence[TextFigure]) -> bool:
    """Parts are tied alike: all of them to the table, or none."""
    return bool(found) and (one.kind is TieKind.NONE) != (found[0].kind is TieKind.NONE)


def _sentence_head(between: str) -> str:
    return between.rpartition("。")[2] if "。" in between else between


def _complete(total: TextFigure, parts: Sequence[TextFigure], content: str) -> bool:
    """Whether the parts are told as if there were no others."""
    names: list[str] = []
    before = total.told.end
    for part in parts:
        name = _NAME.search(content[max(before, part.told.start - 20) : part.told.start])
        names.append(name[0] if name is not None else "")
        before = part.told.end
    if _OTHER.search(names[-1]):
        return True
    # 机构职能类信息、法规文件类信息…: one list of kinds.
    kinds = {name[-3:] for name in names}
    alike = len(parts) > 2 and len(kinds) == 1 and len(names[0]) > 3
    columns = {key for part in parts for key in part.cells}
    whole = len(parts) == 2 and len(columns) == 6 and len(total.cells) == 1
    return alike or whole


def _twice(figures: Sequence[TextFigure]) -> Iterator[Contradiction]:
    first: dict[tuple[TieKind, tuple[str, ...]], TextFigure] = {}
    for one in figures:
        told = one.told
        if not one.sure or told.tie.others or told.is_all or not _exact(one):
            continue
        if one.kind not in (TieKind.CELL, TieKind.SUM, TieKind.LAST):
            continue
        key = (one.kind, told.tie.cells)
        known = first.setdefault(key, one)
        if known.told.value != told.value and not _is_zero_of_several(known, one):
            message = WithinProblem.TWICE.sentence(first=known.told.text, second=told.text)
            yield Contradiction("前后不一致", told.start, told.end, message)


def _is_zero_of_several(one: TextFigure, other: TextFigure) -> bool:
    return len(one.cells) > 1 and {one.told.unit, other.told.unit} == {""}


def _shares(figures: Sequence[TextFigure], content: str) -> Iterator[Contradiction]:
    """Percentages right after a count, where one total only comes into question."""
    for at in range(1, len(figures)):
        share, part = figures[at], figures[at - 1]
        if share.told.unit != "%" or part.told.unit in ("%", "") or share.agrees:
            continue
        between = content[part.told.end : share.told.start]
        if len(between) > 14 or "占" not in between or "。" in between:
            continue
        start = content.rfind("\n", 0, part.told.start)
        wholes = [
            one
            for one in figures[max(0, at - _MAX_WHOLES) : at - 1]
            if one.told.start > start
            and one.told.unit == part.told.unit
            and one.told.value >= part.told.value
            and one.told.value
        ]
        rates = [per_cent(int(part.told.value), int(one.told.value)) for one in wholes]
        if any(abs(rate - share.told.value) < share.told.step for rate in rates):
            continue
        if len(wholes) == 1 or (wholes and len({one.told.value for one in wholes}) == 1):
            message = WithinProblem.SHARE.sentence(
                part=part.told.text,
                total=wholes[0].told.text,
                expected=format_value(rates[0]),
                told=_number(share.told.value),
            )
            yield Contradiction("占比", share.told.start, share.told.end, message)


def _exact(one: TextFigure) -> bool:
    told = one.told
    return not (told.more or told.near or told.step > 1)


def _number(value: Decimal) -> str:
    whole = value == value.to_integral_value()
    return format_value(int(value) if whole else value)
