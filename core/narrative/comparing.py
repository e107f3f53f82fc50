"""Percentages and differences: 占42.86%, 比上年增长12.5%, 同比减少3件."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.narrative.context import Named
from core.narrative.guide import Topic
from core.narrative.lexicon import Word
from core.narrative.names import Names
from core.narrative.ties import Tie, TieKind, Told, cells_of
from core.narrative.words import Sort

_DOWN: Final = ("减", "降", "回落", "下滑", "少")


def per_cent(
    names: Names, told: Told, zone: Sequence[Word], sorts: set[Sort], *, doubtful: bool
) -> Told:
    """What a percentage is told of: a share, a change, or nothing in the table."""
    bare = not any(w.is_unknown or isinstance(w.item, Sort) for w in zone)
    if Sort.SHARE in sorts or (names.context.in_brackets and bare):
        return _share(names, told, zone, doubtful=doubtful)
    if Sort.CHANGE in sorts and Sort.BECOMES not in sorts:
        return difference(names, told, zone, (), sorts, doubtful=doubtful)
    return told._replace(why="不是表中能算出的百分比")


def _share(names: Names, told: Told, zone: Sequence[Word], *, doubtful: bool) -> Told:
    context = names.context
    at = next((i for i, word in enumerate(zone) if word.item is Sort.SHARE), len(zone))
    part, sure = names.joined(zone[:at]), True
    if part is None and any(w.item is Sort.SUM for w in zone[:at]) and len(context.listed) > 1:
        part = names.summed()  # 二者占…
    if part is None:
        part, sure = context.before, context.before_sure
    if part is not None:
        part, whole_sure = names.whole_name(part)
        sure = sure and whole_sure
    if part is None or not part.rows:
        return told._replace(why="看不出是表中哪个数的占比")
    cells = cells_of(names.form, part.rows, part.columns)
    whole = names.joined(zone[at + 1 :])
    if whole is not None and whole.rows and not doubtful:
        tie = Tie(
            TieKind.SHARE, cells, cells_of(names.form, whole.rows, whole.columns),
            tuple(cells_of(names.form, rows, ()) for rows in whole.others),
        )  # fmt: skip
        return told._replace(tie=tie, sure=sure)
    wholes = names.wholes(part)
    if not cells or not wholes:
        return told._replace(why="看不出占的是什么")
    tie = Tie(TieKind.SHARE, cells, wholes[0], tuple(wholes[1:]))
    return told._replace(tie=tie, sure=False, why="没有写明占的是什么")


def difference(
    names: Names,
    told: Told,
    zone: Sequence[Word],
    after: Sequence[Word],
    sorts: set[Sort],
    *,
    doubtful: bool,
) -> Told:
    """What an increase or a decrease is told of."""
    context = names.context
    if Sort.AGAINST not in sorts and not context.against:
        return told._replace(why="没有写明与什么时候相比")
    base = names.joined(zone)
    sure = True
    subjects = [w.item for w in zone if isinstance(w.item, Topic)]
    if base is None and subjects and subjects[-1].rows and not subjects[-1].foreign:
        # 申请比上年增加3件: of all, whatever was counted last.
        others = tuple(w for w in subjects[-1].wholes if w[:1] == subjects[-1].rows and len(w) > 1)
        base = Named(subjects[-1].rows, (), others, subjects[-1].name)
    if base is None and not any(w.is_unknown for w in zone):
        base, sure = context.base or context.before, context.before_sure or bool(context.base)
        if base is None:
            base, sure = names.joined(after), True
        if base is None and len(context.pending) == 1:
            base = context.pending[0]
    topics = [w.item for w in after if isinstance(w.item, Topic)]
    if base is None and topics and topics[-1].rows and not topics[-1].foreign:
        base, sure = Named(topics[-1].rows, topic=topics[-1].name), False
    if base is None:
        return told._replace(why="看不出是表中哪个数的增减")
    base, whole_sure = names.whole_name(base)
    cells = cells_of(names.form, base.rows, base.columns)
    if not cells or not names.topic_fits(base, zone, after):
        return told._replace(why="看不出是表中哪个数的增减")
    is_count = told.unit != "%"
    if is_count and names.unit_fits(told.unit, cells[0]) is None:
        return told._replace(why="单位与表中不同")
    others = tuple(cells_of(names.form, rows, base.columns) for rows in base.others)
    text = "".join(word.text for word in zone if word.item is Sort.CHANGE)
    direction = -1 if any(word in text for word in _DOWN) else 1
    kind = TieKind.DIFFERENCE if is_count else TieKind.CHANGE
    sure = sure and whole_sure and not doubtful
    if sure:
        context.base = base
    tie = Tie(kind, cells, others=others, direction=direction)
    return told._replace(tie=tie, sure=sure, why="" if sure else "可能另有所指")
