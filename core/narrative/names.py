"""Which rows and columns words name, together with what was named before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from core.form.form import Form
from core.narrative.context import Context, Named
from core.narrative.guide import ColumnWords, Guide, RowWords, Topic
from core.narrative.lexicon import Word
from core.narrative.ties import cells_of, default_columns
from core.narrative.words import Sort

#: Units that are the same for the reader; a figure of another unit speaks of something else.
_SAME_UNIT: Final = {
    "宗": "件", "起": "件", "例": "件", "案": "件", "名": "人", "位": "人", "期": "次", "场": "次",
    "场次": "次", "件次": "件", "份": "件?", "条": "条", "项": "件?",
}  # fmt: skip
_NEAR_UNITS: Final = frozenset((("件", "条"), ("条", "件"), ("件?", "件"), ("件?", "条"),
                               ("篇", "条"), ("条", "篇"), ("件?", "篇"), ("人", "人次"),
                               ("人次", "人")))  # fmt: skip


class Names:
    """Understands names in the light of a context."""

    def __init__(self, guide: Guide, context: Context) -> None:
        self.guide = guide
        self.form: Form = guide.form
        self.context = context

    def named(self, word: Word) -> Named | None:
        """What one word names; ``None`` where it is no name, or none that fits here."""
        item = word.item
        if isinstance(item, ColumnWords):
            return Named(columns=item.columns, unsure=item.weak)
        if isinstance(item, tuple):
            entry = self.chosen(item)
            if entry is None:
                return None
            others = (entry.or_rows,) if entry.or_rows else ()
            return Named(entry.rows, (), others, entry.topic, entry.verb, entry.unsure)
        return None

    def chosen(self, entries: tuple[RowWords, ...]) -> RowWords | None:
        """Of several rows that share a word, the one below what was told before."""
        for entry in entries:
            if not entry.under:
                return entry
            known = self.context.whole or self.context.before
            pending = self.context.pending
            for named in (known, *reversed(pending)):
                if named is not None and named.rows:
                    if any(self.is_below(row, entry.under) for row in named.rows):
                        return entry
                    break
        return None

    def is_below(self, code: str, under: tuple[str, ...]) -> bool:
        """Whether the row *code* is one of *under*, or right below one."""
        row = self.form.rows.get(code)
        return code in under or (row is not None and row.parent in under)

    def meet(self, rows: tuple[str, ...], columns: tuple[str, ...]) -> bool:
        """Whether every one of *rows* has figures in *columns*."""
        return bool(rows and columns) and all(
            any(column.code in columns for column in self.form.rows[row].columns) for row in rows
        )

    def groups(self, zone: Sequence[Word]) -> list[Named]:
        """The rows and columns named in *zone*, each for itself, in order."""
        found: list[Named] = []
        for word in zone:
            named = self.named(word) if isinstance(word.item, (tuple, ColumnWords)) else None
            if named is None:
                continue
            before = found[-1] if found else None
            if before is not None and not before.rows and self.meet(named.rows, before.columns):
                # 自然人申请…, 制发规范性文件: a column, then the row that it belongs to.
                if not named.is_verb:
                    before.rows, before.others, before.topic = named.rows, named.others, named.topic
                    continue
            elif (
                before is not None
                and not (named.rows or before.columns)
                and self.meet(before.rows, named.columns)
            ):
                before.columns = named.columns
                continue
            found.append(named)
        nouns = [named for named in found if not named.is_verb]
        return nouns or found

    def joined(self, zone: Sequence[Word]) -> Named | None:
        """The rows and columns that one figure is said of; several joined by 、 or 和 add up."""
        joined = False
        loose = False
        items: list[tuple[Word, bool]] = []
        for at, word in enumerate(zone):
            if word.item is Sort.AND:
                joined = True
                # 公开和部分公开: what is joined is no name that is known.
                loose = loose or (at > 0 and not _may_be_joined(zone[at - 1]))
            elif isinstance(word.item, (ColumnWords, tuple)):
                items.append((word, joined))
                joined = False
            elif word.item is not Sort.FILL and not isinstance(word.item, Topic):
                joined = False
        groups: list[Named] = []
        for word, follows in items:
            named = self.named(word)
            if named is None:
                continue
            if isinstance(word.item, tuple) and any(e.channel for e in word.item):
                named.unsure = named.unsure or self.among_channels(zone)
            merged = self.merge(groups, named, joined=follows)
            if not merged:
                groups.append(named)
        rows = [named for named in groups if named.rows]
        if rows:
            groups = [
                n for n in groups if n.rows or any(self.meet(r.rows, n.columns) for r in rows)
            ]
        nouns = [named for named in groups if not named.is_verb]
        chosen = nouns or groups
        if not chosen:
            return None
        # 属于行政执法案卷不予公开: a part and its total, the part is meant.
        parts = [n for n in chosen if n.rows and set(n.rows) < set(chosen[-1].rows)]
        named = parts[-1] if parts else chosen[-1]
        named.unsure = named.unsure or (loose and not named.is_verb)
        return named

    def among_channels(self, zone: Sequence[Word]) -> bool:
        """Whether a way of publishing is named among others: 网站、微信等渠道."""
        texts = [word.text for word in zone]
        return any(text in ("等", "各类", "各种") for text in texts)

    def merge(self, groups: list[Named], named: Named, *, joined: bool) -> bool:
        """Adds *named* to what was named before it, where both belong to one figure."""
        if not groups:
            return False
        before = groups[-1]
        if not (named.columns or before.rows) and self.meet(named.rows, before.columns):
            before.rows, before.others = named.rows, named.others
            before.topic, before.is_verb = named.topic, False
            before.unsure = before.unsure or named.unsure
            return True
        if named.columns and not named.rows:
            if before.rows and not before.columns and self.meet(before.rows, named.columns):
                before.columns, before.is_verb = named.columns, False
                return True
            if joined and before.columns and not before.rows:
                before.columns = (*before.columns, *named.columns)
                return True
        both = named.rows and before.rows and not (before.is_verb or named.is_verb)
        if joined and both and self.adds_up(before.rows, named.rows):
            before.rows, before.others = tuple(dict.fromkeys((*before.rows, *named.rows))), ()
            return True
        return False

    def adds_up(self, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        """Whether rows stand side by side, so that one figure may be their sum."""
        parents = {self.form.rows[code].parent for code in (*one, *other)}
        tables = {self.form.rows[code].table for code in (*one, *other)}
        return len(tables) == 1 and (
            len(parents) == 1 or all(code[:1] == "4" for code in (*one, *other))
        )

    def whole_name(self, named: Named) -> tuple[Named, bool]:
        """Fills in the row or column that was said before."""
        context = self.context
        if named.columns and not named.rows:
            for known in reversed(context.pending):
                if self.meet(known.rows, named.columns):
                    return Named(known.rows, named.columns, known.others, known.topic), True
            for known, sure in (
                (context.before, context.before_sure),
                (context.whole, context.whole_sure),
            ):
                if known is not None and self.meet(known.rows, named.columns):
                    return Named(known.rows, named.columns, known.others, known.topic), sure
            topic = context.topic
            if topic is not None and self.meet(topic.rows, named.columns):
                others = tuple(w for w in topic.wholes if w[:1] == topic.rows and len(w) > 1)
                return Named(topic.rows, named.columns, others, topic.name), not named.unsure
            return Named(), False
        if named.rows and not named.columns:
            missing = [row for row in named.rows if not default_columns(self.form, row)]
            if missing:
                known = context.before
                if known is not None and known.columns and self.meet(named.rows, known.columns):
                    return replace(named, columns=known.columns), False
                first = self.form.rows[missing[0]].columns[0].code
                return replace(named, columns=(first,)), False
        return named, True

    def topic_fits(self, named: Named, zone: Sequence[Word], after: Sequence[Word]) -> bool:
        """Whether what is told is told of the topic that *named* belongs to."""
        if not named.topic:
            return True
        for word in reversed([*zone, *after]):
            if isinstance(word.item, Topic):
                return word.item.name == named.topic
        topic = self.context.topic
        if self.context.foreign:
            return False
        if topic is None or topic.name != named.topic:
            # 予以公开 speaks of applications by itself, 答复 does not.
            return not named.is_verb and topic is None and bool(named.rows)
        return True

    def unit_fits(self, unit: str, key: str) -> bool | None:
        """Whether a figure in *unit* may be the cell's; ``None`` where it cannot."""
        wanted = self.form.cells[key].unit.name
        told = _SAME_UNIT.get(unit, unit)
        if told == wanted or _SAME_UNIT.get(unit) == wanted:
            return True
        if (told, wanted) in _NEAR_UNITS:
            return False
        return None

    def is_part_row(self, named: Named) -> bool:
        """Whether it is a part of a part, which no parts are told of."""
        return any(
            self.form.rows[row].parent is not None and self.form.rows[row].level > 1
            for row in named.rows
        )

    def is_part_of_column(self, named: Named) -> bool:
        """自然人申请30件,予以公开12件: of them, or of all?"""
        known = self.context.before
        return (
            known is not None
            and bool(known.columns)
            and not named.columns
            and len(self.context.columns_seen) == 1
            and self.meet(named.rows, known.columns)
        )

    def summed(self) -> Named | None:
        """What the figures before add up to: 合计."""
        listed = self.context.listed
        last = listed[-1]
        run = [named for named in listed if named.rows == last.rows and named.columns]
        if last.columns and len(run) > 1 and run[-1] is last:
            columns = tuple(dict.fromkeys(c for named in run for c in named.columns))
            every = {c.code for row in last.rows for c in self.form.rows[row].columns} - {"total"}
            return Named(last.rows, () if set(columns) == every else columns, (), last.topic)
        rows: list[str] = []
        for named in reversed(listed):
            if named.columns != last.columns or set(named.rows) & set(rows):
                break
            if rows and not self.adds_up(last.rows, named.rows):
                break
            rows[:0] = named.rows
        return Named(tuple(rows), last.columns, (), last.topic) if len(rows) > 1 else None

    def is_noun(self, word: Word) -> bool:
        """Whether the word names rows that need no topic."""
        return isinstance(word.item, tuple) and any(entry.nouns for entry in word.item)

    def is_default(self, named: Named) -> bool:
        """Whether it is the row by which its topic is counted: 收到."""
        topic = next((t for t in self.guide.topics if t.name == named.topic), None)
        return topic is not None and (topic.rows == named.rows or not topic.rows)

    def wholes(self, part: Named) -> list[tuple[str, ...]]:
        """What a share of *part* may be of, where nothing is said."""
        found: dict[tuple[str, ...], None] = {}
        if part.columns:
            found[cells_of(self.form, part.rows, ())] = None
        topic = next((t for t in self.guide.topics if t.name == part.topic), self.context.topic)
        for rows in topic.wholes if topic is not None else ():
            found[cells_of(self.form, rows, ())] = None
        parent = self.form.rows[part.rows[0]].parent if part.rows else None
        if parent is not None and self.form.rows[parent].columns:
            found[cells_of(self.form, (parent,), ())] = None
        own = cells_of(self.form, part.rows, part.columns)
        return [cells for cells in found if cells and cells != own]


def _may_be_joined(word: Word) -> bool:
    """Whether what stands before 和 or 、 is a name, a figure, or says nothing of its own."""
    if isinstance(word.item, Sort):
        return word.item in (Sort.OWN, Sort.THIS) or word.text in "“”\"' \u3000"
    return word.item != ""
