"""Binds the figures of one line to cells, clause by clause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.form.form import Form
from core.narrative.comparing import difference, per_cent
from core.narrative.context import Context, Named
from core.narrative.denying import everything, zero
from core.narrative.guide import Guide, Topic
from core.narrative.lexicon import STOPS, Word
from core.narrative.names import Names
from core.narrative.numbers import Figure
from core.narrative.ties import Tie, TieKind, Told, cells_of
from core.narrative.words import Sort

#: Words of a clause at most: no sentence of a report comes near it, and what is done word by word
#: against the others stays within bounds.
_MAX_CLAUSE: Final = 120
#: Figures that 合计 may add up.
_MAX_LISTED: Final = 12
_SENTENCE_ENDS: Final = "。!！?？"
_RESETS: Final = frozenset((Sort.THIS, Sort.OWN))


class Binder:
    """Takes lines in order and tells their figures."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.form: Form = guide.form
        self._heading_topic: Topic | None = None
        self._heading_foreign = False
        self._heading_plan = False

    def heading(self, words: Sequence[Word]) -> None:
        """Takes in a heading: what the lines under it are about."""
        topics = [word.item for word in words if isinstance(word.item, Topic)]
        sorts = {word.item for word in words if isinstance(word.item, Sort)}
        self._heading_topic = topics[-1] if topics else None
        self._heading_foreign = False
        self._heading_plan = Sort.PLAN in sorts

    def line(self, words: Sequence[Word]) -> list[Told]:
        """The figures of a line, in order."""
        context = Context(topic=self._heading_topic)
        if self._heading_plan:
            context.doubtful = True
        outer: list[Context] = []
        told: list[Told] = []
        clause: list[Word] = []
        for word in [*words, Word(0, 0, "。")]:
            if not (isinstance(word.item, str) and word.item and word.item in STOPS):
                clause.append(word)
                if len(clause) == _MAX_CLAUSE:
                    told += _Clause(self, context, clause).told()
                    clause = []
                continue
            if clause:
                told += _Clause(self, context, clause).told()
                clause = []
            if word.item in "(（":
                outer.append(context)
                context = context.copy()
                context.in_brackets = True
            elif word.item in ")）" and outer:
                context = outer.pop()
            elif word.item in _SENTENCE_ENDS:
                context = Context(
                    topic=context.topic,
                    foreign=context.foreign,
                    before=context.before,
                    before_value=context.before_value,
                    before_sure=False,
                    whole=context.whole,
                )
                context.doubtful = self._heading_plan
                context.pending = []
            elif word.item in ";；":
                context.columns_seen = set()
        return sorted(told, key=lambda one: one.start)


class _Clause:
    """One clause: words between stops."""

    def __init__(self, binder: Binder, context: Context, words: list[Word]) -> None:
        self.form = binder.form
        self.context = context
        self.names = Names(binder.guide, context)
        self.words = words

    def told(self) -> list[Told]:
        if not self.words:
            return []
        places = [at for at, word in enumerate(self.words) if isinstance(word.item, Figure)]
        found: list[Told] = []
        each = self._each(places)
        start = 0
        leads = self._figures_lead(places)
        for number, place in enumerate(places):
            stop = places[number + 1] if number + 1 < len(places) else len(self.words)
            zone, post = self.words[start:place], self.words[place + 1 : stop]
            if leads and number:
                zone = zone[_last_and(zone) + 1 :]
            if leads and stop < len(self.words):
                at = _last_and(post)
                post = post[:at] if at >= 0 else post
            self._note(zone)
            named = each[number] if each is not None else None
            whole = leads or stop == len(self.words)
            found.append(self._figure(self.words[place], zone, post, named, last=whole))
            start = place + 1
        rest = self.words[start:]
        self._note(rest)
        if not places:
            without = zero(self.names, rest) or everything(self.names, rest)
            found += without
            if not without:
                self._remember(rest)
        return found

    def _figures_lead(self, places: list[int]) -> bool:
        """Whether the figures stand before their names: 3件予以公开、2件部分公开."""
        if len(places) < 2:
            return False
        first, rest = self.words[: places[0]], self.words[places[-1] + 1 :]
        return self.names.joined(first) is None and self.names.joined(rest) is not None

    # -- what is said around figures ----------------------------------------------------------

    def _note(self, zone: Sequence[Word]) -> None:
        """Takes over what *zone* says for the rest of the sentence."""
        context = self.context
        for word in zone:
            if word.item is Sort.FILL or type(word.item) is tuple:
                continue
            match word.item:
                case Topic():
                    context.topic, context.foreign = word.item, word.item.foreign
                case Sort.FOREIGN:
                    context.foreign = True
                case Sort.THIS:
                    context.last = False
                    if context.blocked == "time":
                        context.blocked = ""
                case Sort.OWN:
                    context.doubtful = False
                    if context.blocked == "others":
                        context.blocked = ""
                case Sort.OTHERS:
                    context.blocked = "others"
                case Sort.TIME:
                    context.blocked = context.blocked or "time"
                case Sort.PLAN:
                    context.blocked = "plan"
                case Sort.LAST:
                    context.last = True
                case Sort.AGAINST:
                    context.against = True
                case _:
                    if word.is_unknown and _is_office(word.text):
                        context.doubtful = True

    def _remember(self, zone: Sequence[Word]) -> None:
        """Names of a clause without a figure wait for the next one's."""
        groups = self.names.groups(zone)
        if groups:
            self.context.pending = groups

    # -- figures ------------------------------------------------------------------------------

    def _figure(
        self,
        word: Word,
        zone: Sequence[Word],
        post: Sequence[Word],
        each: Named | None,
        *,
        last: bool,
    ) -> Told:
        figure = word.item
        assert isinstance(figure, Figure)
        told = Told(
            word.start, word.end, word.text, figure.value, figure.unit,
            step=figure.step, more=figure.more, near=figure.near,
        )  # fmt: skip
        sorts = {w.item for w in zone if isinstance(w.item, Sort)}
        object_of = post if last else _until_and(post)
        object_sorts = {w.item for w in object_of if isinstance(w.item, Sort)}
        why = self._blocked(sorts, object_sorts)
        if why:
            self._forget(figure)
            return told._replace(why=why)
        unknown = any(w.is_unknown for w in zone) or any(w.is_unknown for w in object_of)
        doubts = unknown or figure.near or self.context.doubtful
        if figure.unit == "%":
            return per_cent(self.names, told, zone, sorts, doubtful=doubts)
        if Sort.CHANGE in sorts and Sort.BECOMES not in sorts:
            return difference(self.names, told, zone, post, sorts, doubtful=doubts)
        return self._count(told, zone, object_of, each, sorts, doubtful=doubts)

    def _blocked(self, sorts: set[Sort], after: set[Sort]) -> str:
        context = self.context
        if context.blocked:
            return {
                "others": "说的不是本单位",
                "time": "说的不是全年",
                "plan": "说的不是已经发生的事",
            }[context.blocked]
        around = sorts | after
        if Sort.OTHERS in after:
            return "说的不是本单位"
        if Sort.TIME in after or Sort.PLAN in after:
            return "说的不是全年"
        if Sort.SINCE in sorts and Sort.THIS not in sorts:
            return "说的是历年累计"
        if Sort.FOREIGN in around:
            return "说的不是表中的事"
        if Sort.SUBSET in around:
            return "说的只是其中一部分"
        return ""

    def _forget(self, figure: Figure) -> None:
        if figure.unit != "%":
            self.context.before = None
            self.context.pending = []

    def _count(
        self,
        told: Told,
        zone: Sequence[Word],
        after: Sequence[Word],
        each: Named | None,
        sorts: set[Sort],
        *,
        doubtful: bool,
    ) -> Told:
        context = self.context
        named, sure = (each, True) if each is not None else self._bound(zone, after, sorts, told)
        if named is None:
            self._forget_none()
            return told._replace(why="看不出说的是表中哪个数")
        named, sure_rows = self.names.whole_name(named)
        sure = sure and sure_rows and not doubtful and not named.unsure
        if each is not None:
            sure = sure and not any(w.is_unknown for w in self.words)
        if named.rows and not self.names.topic_fits(named, zone, after):
            if context.foreign:
                self._forget_none()
                return told._replace(why="说的不是表中的事")
            sure = False
        columns = named.columns
        cells = cells_of(self.form, named.rows, columns)
        if not cells:
            self._forget_none()
            return told._replace(why="看不出说的是表中哪一栏")
        fit = self.names.unit_fits(told.unit, cells[0])
        if fit is None:
            self._forget_none()
            return told._replace(why="单位与表中不同")
        sure = sure and fit
        if self.names.is_part_of_column(named):
            sure = False
        others = tuple(
            cells_of(self.form, rows, columns)
            for rows in named.others
            if not columns or len(columns) < 9
        )
        if Sort.BECOMES in sorts:
            context.last = False
        # 比上年40件增加6件: the figure that is compared with.
        is_last = bool(sorts & {Sort.LAST, Sort.AGAINST}) or (context.last and not named.columns)
        kind = TieKind.LAST if is_last else (TieKind.SUM if len(cells) > 1 else TieKind.CELL)
        if context.last and not sorts & {Sort.LAST, Sort.AGAINST}:
            sure = False
        tie = Tie(kind, cells, others=() if is_last else others)
        if Sort.PART not in sorts and not columns and not is_last:
            context.whole, context.whole_sure = (
                (named, sure)
                if not self.names.is_part_row(named)
                else (context.whole, context.whole_sure)
            )
        context.columns_seen.update(columns)
        context.base = None
        context.before, context.before_value, context.before_sure = named, told.value, sure
        context.pending = []
        context.listed = [*context.listed, named][-_MAX_LISTED:]
        return told._replace(tie=tie, sure=sure, why="" if sure else "可能另有所指")

    def _forget_none(self) -> None:
        self.context.before = None
        self.context.pending = []

    def _bound(
        self, zone: Sequence[Word], after: Sequence[Word], sorts: set[Sort], told: Told
    ) -> tuple[Named | None, bool]:
        """What the words around a figure name, and whether they leave no doubt of it."""
        context = self.context
        before, behind = self.names.joined(zone), self.names.joined(after)
        if before is not None:
            if (
                behind is not None
                and not (before.columns or behind.rows)
                and self.names.meet(before.rows, behind.columns)
            ):
                before.columns = behind.columns
            return before, behind is None or behind.is_verb or bool(before.columns)
        if behind is not None and not (behind.columns and not behind.rows and behind.unsure):
            return behind, not any(w.is_unknown for w in zone)
        if any(w.is_unknown for w in zone):
            return None, False
        if Sort.SUM in sorts and len(context.listed) > 1 and not context.pending:
            return self.names.summed(), True
        if context.pending:
            if len(context.pending) == 1:
                return context.pending[0], True
            return None, False
        topics = [w.item for w in (*zone, *after) if isinstance(w.item, Topic)]
        if topics and not topics[-1].foreign and topics[-1].rows:
            if context.before is not None and context.before_value == told.value:
                return context.before, True
            others = tuple(w for w in topics[-1].wholes if w[:1] == topics[-1].rows and len(w) > 1)
            return Named(topics[-1].rows, (), others, topics[-1].name, unsure=True), False
        compared = sorts & {Sort.LAST, Sort.BECOMES, Sort.AGAINST}
        if context.before is not None and compared:
            return context.before, context.before_sure
        return None, False

    def _is_long(self, named: Named) -> bool:
        return bool(named.rows)

    # -- percentages and differences ----------------------------------------------------------

    # -- 分别, 未, 全部 -------------------------------------------------------------------------

    def _each(self, places: list[int]) -> list[Named | None] | None:
        """What each figure of the clause is said of, where they are told 分别."""
        at = next((i for i, w in enumerate(self.words) if w.item is Sort.EACH), None)
        if at is None or not places:
            return None
        named = self._groups_each(self.words[:at]) or self.context.pending
        counted = [place for place in places if place > at]
        if len(named) != len(counted) or len(counted) < len(places):
            return [Named() if place > at else None for place in places]
        return list(named)

    def _groups_each(self, zone: Sequence[Word]) -> list[Named]:
        groups: list[Named] = []
        for word in zone:
            named = self.names.named(word)
            if named is not None:
                groups.append(named)
        rows = [named for named in groups if named.rows and not named.is_verb]
        columns = [named for named in groups if named.columns]
        if columns and not rows:
            verb = next((named for named in groups if named.is_verb), None)
            if verb is not None:
                for named in columns:
                    named.rows, named.others, named.topic = verb.rows, verb.others, verb.topic
            return columns
        if columns and len(rows) == 1:
            for named in columns:
                named.rows, named.topic = rows[0].rows, rows[0].topic
            return columns
        return rows


def _last_and(words: Sequence[Word]) -> int:
    return max((at for at, word in enumerate(words) if word.item is Sort.AND), default=-1)


def _until_and(post: Sequence[Word]) -> Sequence[Word]:
    """What follows a figure up to where the next one's words begin."""
    found: list[Word] = []
    for word in post:
        if word.item is Sort.AND or word.item is Sort.PART or isinstance(word.item, tuple):
            break
        found.append(word)
    return found


def _is_office(text: str) -> bool:
    """Whether unknown words end like an office's or a place's name."""
    return len(text) > 1 and text[-1] in "局委办厅院镇乡所站村校司处队部馆"
