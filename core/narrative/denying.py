"""Figures told without a number: 未收到, 没有发生, 为零; 全部已办结, 均以信函形式."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from core.narrative.context import Named
from core.narrative.guide import ColumnWords, Topic
from core.narrative.lexicon import Word
from core.narrative.names import Names
from core.narrative.ties import Tie, TieKind, Told, cells_of
from core.narrative.words import Sort

_DOUBTFUL: Final = "可能另有所指"
#: With these in a clause, a denial is not of the whole year, this office, this table.
_BAD: Final = frozenset(
    (Sort.FOREIGN, Sort.SUBSET, Sort.OTHERS, Sort.TIME, Sort.PLAN, Sort.LAST, Sort.SINCE)
)
_Zone = Sequence[Word]
#: Longest word that a zero in words takes along: 未收到, 没有发生.
_VERB: Final = 4
#: Words before a denial that are looked at.
_NEAR: Final = 16


def zero(names: Names, zone: _Zone) -> list[Told]:
    """The zeros that a clause without a figure tells in words."""
    found: list[Told] = []
    places = [i for i, word in enumerate(zone) if word.item in (Sort.NOT, Sort.ZERO)]
    for number, at in enumerate(places):
        stop = places[number + 1] if number + 1 < len(places) else len(zone)
        told = _denied(names, zone[max(0, at - _NEAR) : at], zone[at], zone[at + 1 : stop])
        if told is not None:
            found.append(told)
    return found


def _denied(names: Names, before: _Zone, word: Word, after: _Zone) -> Told | None:
    """The zero that *word* (未, 无, 为零) tells, with the words around it."""
    context = names.context
    named = _named_in(names, after)
    if word.item is Sort.ZERO or not named:
        # 行政复议和行政诉讼均未发生, 申请量为零: the names stand before.
        if any(not isinstance(other.item, Sort) for other in after):
            return None if named else _denied_topic(names, word, before, after)
        named = _named_in(names, before)
        if word.item is not Sort.ZERO:
            named = [one for one in named if names.is_noun(one[0])]
        if not named:
            return _denied_topic(names, word, before, after)
    chosen = _chosen(names, named, after)
    if chosen is None or context.blocked:
        return None
    sorts = {w.item for w in (*before, *after) if isinstance(w.item, Sort)}
    nouns = any(names.is_noun(one) for one, _ in named)
    if (sorts & {Sort.FOREIGN, Sort.SUBSET} and not nouns) or (
        Sort.SINCE in sorts and Sort.THIS not in sorts
    ):
        return None
    if chosen.topic and not names.topic_fits(chosen, before, after):
        return None
    chosen, sure = names.whole_name(chosen)
    cells = cells_of(names.form, chosen.rows, chosen.columns)
    if not cells:
        return None
    unknown = any(w.is_unknown for w in (*before, *after))
    foreign = bool(sorts & {Sort.FOREIGN, Sort.SUBSET, Sort.LAST})
    sure = sure and not (unknown or foreign or context.doubtful or context.last)
    context.before, context.before_value, context.before_sure = chosen, Decimal(0), False
    first = after[0] if after else word
    is_verb = isinstance(first.item, (Sort, tuple)) and len(first.text) <= _VERB
    takes = is_verb and first.item is not Sort.AND and not names.is_noun(first)
    return _told(word, first.end if takes else word.end, Decimal(0), cells, sure=sure)


def _named_in(names: Names, zone: _Zone) -> list[tuple[Word, Named]]:
    return [(word, named) for word in zone if (named := names.named(word)) is not None]


def _chosen(names: Names, named: list[tuple[Word, Named]], after: _Zone) -> Named | None:
    """What is denied: the things named, else what is carried on, else that any were received."""
    nouns = [one for word, one in named if names.is_noun(word)]
    if nouns:
        rows = tuple(dict.fromkeys(row for one in nouns for row in one.rows))
        columns = next((one.columns for _, one in named if one.columns and not one.rows), ())
        return None if columns and not names.meet(rows, columns) else Named(rows, columns)
    flows = [one for _, one in named if one.rows and not one.is_verb]
    if flows and any("转" in word.text for word, _ in named):
        return flows[0]
    verbs = [one for _, one in named if one.is_verb]
    if verbs and names.is_default(verbs[0]) and _close(after):
        return replace(verbs[0], others=())
    return None


def _close(after: _Zone) -> bool:
    """Whether the denied verb follows at once: 未收到, not 未按期收到; or stands before: 为零."""
    for word in after:
        if isinstance(word.item, tuple):
            return True
        if word.item is not Sort.THIS:
            return False
    return not after


def _denied_topic(names: Names, word: Word, before: _Zone, after: _Zone) -> Told | None:
    """无依申请公开件, 政府信息公开申请为零: what is counted is the topic itself."""
    zone = before if word.item is Sort.ZERO else after
    topics = [w.item for w in zone if isinstance(w.item, Topic)]
    others = [w for w in zone if not isinstance(w.item, (Topic, Sort)) and not w.is_unknown]
    if len(topics) != 1 or not topics[0].rows or others or names.context.blocked:
        return None
    if word.text not in ("无", "没有", "暂无") and word.item is not Sort.ZERO:
        return None
    around = (*before, *after)
    if any(w.item in _BAD for w in around):
        return None
    sure = not names.context.doubtful and not any(w.is_unknown for w in around)
    cells = cells_of(names.form, topics[0].rows, ())
    return _told(word, word.end, Decimal(0), cells, sure=sure)


def everything(names: Names, zone: _Zone) -> list[Told]:
    """全部已办结, 均以信函形式: the figure before, told once more of another row."""
    context = names.context
    known = context.before
    at = next((i for i, word in enumerate(zone) if word.item is Sort.ALL), None)
    if at is None or known is None or context.blocked or not known.rows or known.columns:
        return []
    after = zone[at + 1 :]
    named = names.joined(after)
    sorts = {word.item for word in zone if isinstance(word.item, Sort)}
    if named is None or sorts & {*_BAD, Sort.NOT} - {Sort.LAST, Sort.OTHERS, Sort.SINCE}:
        return []
    is_verb = named.is_verb
    if named.columns and not named.rows:
        if not names.meet(known.rows, named.columns):
            return []
        named = Named(known.rows, named.columns, known.others, known.topic)
    told_again = named.rows == known.rows and not named.columns
    cells = cells_of(names.form, named.rows, named.columns)
    if told_again or not cells or not names.topic_fits(named, zone, ()):
        return []
    end = max(word.end for word in after if isinstance(word.item, (tuple, ColumnWords)))
    known_words = not any(word.is_unknown for word in zone)
    sure = context.before_sure and not is_verb and known_words and not context.last
    told = _told(zone[at], end, context.before_value, cells, sure=sure)
    return [told._replace(is_all=True)]


def _told(word: Word, end: int, value: Decimal, cells: tuple[str, ...], *, sure: bool) -> Told:
    kind = TieKind.SUM if len(cells) > 1 else TieKind.CELL
    why = "" if sure else _DOUBTFUL
    return Told(word.start, end, word.text, value, "", Tie(kind, cells), sure, why)
