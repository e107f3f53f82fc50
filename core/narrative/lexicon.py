"""A line of text as words of known sorts: what the guide names, what reports say, figures, the rest.

One expression holds every word, arranged by its characters, so that a line costs what its length
costs however many words there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple, cast

from core.form.form import Form
from core.narrative.guide import ColumnWords, Guide, RowWords, Topic
from core.narrative.numbers import Figure, figures, plain
from core.narrative.words import PHRASES, Sort

STOPS: Final = ",，。;；:：!！?？()（）"
_BLANK: Final = " \t\u3000\xa0“”\"'‘’《》〈〉「」『』【】[]*—－-·…"
_ENDS: Final = "。!！?？"
_BRACKETS: Final = "()（）"
_SENTENCE_END: Final = re.compile(f"[{_ENDS}]")
#: Words by which a sentence tells a figure without a number.
_SILENT: Final = re.compile("未|没|无|零|为0|均|全部|都|皆")
#: Words by which a sentence goes on from the figures of the one before.
_GOES_ON: Final = re.compile("其中|占|比|较|增|减|升|降|合计|总计|共计|分别|上年|去年")
#: Characters at which a phrase of :data:`core.narrative.words.PHRASES` may begin.
_PHRASE_HEADS: Final = frozenset("较比与同和相上去自从截近我本0123456789(（")

Item = Sort | Figure | str | Topic | tuple[RowWords, ...] | ColumnWords


class Word(NamedTuple):
    """A piece of a line from *start* to before *end*: ``item`` says what it is.

    A :class:`Sort`, a figure, a stop (one of :data:`STOPS`), a topic, rows, columns, or ``""`` for
    what nobody knows.
    """

    start: int
    end: int
    item: Item
    text: str = ""

    @property
    def is_unknown(self) -> bool:
        """Whether it is no word that is known."""
        return self.item == ""


def trie_expression(words: Iterable[str]) -> str:
    """An expression that matches the longest of *words*, however many there are."""
    return _branch(sorted(set(words)), 0)


def _branch(words: Sequence[str], depth: int) -> str:
    """What follows after *depth* characters that all *words*, which are sorted, begin with."""
    ends = bool(words) and len(words[0]) == depth
    parts: list[str] = []
    for char, group in groupby(words[ends:], key=lambda word: word[depth]):
        parts.append(re.escape(char) + _branch(list(group), depth + 1))
    if not parts:
        return ""
    body = parts[0] if len(parts) == 1 and not ends else f"(?:{'|'.join(parts)})"
    return f"{body}?" if ends else body


class Lexicon:
    """The words of a form's guide together with those of all reports, for one year.

    Making one takes 8 ms: :func:`lexicon_of` keeps it with its guide.
    """

    def __init__(self, guide: Guide, year: int) -> None:
        self.year = year
        self._items: dict[str, Item] = dict(guide.common)
        self._items.update((char, Sort.FILL) for char in _BLANK)
        self._add_labels(guide.form)
        self._add_guide(guide, year)
        named = set(self._items) - set(guide.common)
        first = [w for w in self._items if w in named or w[0] not in _PHRASE_HEADS]
        second = [w for w in self._items if w[0] in _PHRASE_HEADS and w not in named]
        self._expression: Final = re.compile(
            f"(?P<named>{trie_expression(first)})|{PHRASES.pattern}"
            f"|(?P<plain>{trie_expression(second)})|(?P<stop>[{re.escape(STOPS)}])"
        )
        names = [w for w in named if not isinstance(self._items[w], Sort)]
        about = [w for w, item in self._items.items() if isinstance(item, Topic)]
        about += [w for w, item in self._items.items() if item in (Sort.FOREIGN, Sort.PLAN)]
        self._names: Final = re.compile(trie_expression(names) or "(?!)")
        self._subjects: Final = re.compile(
            f"{trie_expression(about)}|[{re.escape(_BRACKETS + _ENDS)}]"
        )

    def words(self, line: str, own: re.Pattern[str] | None = None) -> Iterator[Word]:
        """*line*, which is :func:`core.narrative.numbers.plain`, as words, in order.

        *own*: what the office calls itself, :func:`own_expression`. Of sentences that tell no figure
        only what they are about is handed on: most of a report is such.
        """
        known = [Word(one.start, one.end, one, line[one.start : one.end]) for one in figures(line)]
        places = [word.start for word in known]
        if own is not None and (places or _SILENT.search(line)):
            known += [Word(*one.span(), Sort.OWN, one[0]) for one in own.finditer(line)]
            known.sort(key=lambda word: (word.start, -word.end))
        start = place = at = waiting = 0
        while start < len(line):
            found = _SENTENCE_END.search(line, start)
            stop = found.end() if found is not None else len(line)
            before = place
            while place < len(places) and places[place] < stop:
                place += 1
            first = at
            while at < len(known) and known[at].start < stop:
                at += 1
            if place > before and not self._may_tell(line, start, stop):
                # Nothing in it is named in the table: what it counts is none of ours.
                yield from self._subjects_of(line, waiting, start)
                for word in known[first:at]:
                    yield Word(word.start, word.start, "")
                    yield word
                waiting = stop
                yield Word(stop, stop, line[stop - 1] if line[stop - 1] in _ENDS else "。")
            elif place > before or self._is_silent(line, start, stop):
                yield from self._subjects_of(line, waiting, start)
                yield from self._sentence(line, start, stop, known[first:at])
                waiting = stop
            start = stop

    def heading(self, line: str) -> Iterator[Word]:
        """What a heading is about; it tells no figures."""
        return self._subjects_of(line, 0, len(line))

    def _may_tell(self, line: str, start: int, stop: int) -> bool:
        """Whether a sentence with figures names anything of the table, or goes on from one that did."""
        return (
            _GOES_ON.search(line, start, stop) is not None
            or self._names.search(line, start, stop) is not None
        )

    def _is_silent(self, line: str, start: int, stop: int) -> bool:
        """Whether a sentence may tell a figure without a number: 未收到, 全部以信函."""
        return (
            _SILENT.search(line, start, stop) is not None
            and self._names.search(line, start, stop) is not None
        )

    def _subjects_of(self, line: str, start: int, stop: int) -> Iterator[Word]:
        if start == stop:
            return
        for found in self._subjects.finditer(line, start, stop):
            text = found[0]
            item = text if text in STOPS else self._items[text]
            yield Word(found.start(), found.end(), item, text)

    def _sentence(self, line: str, start: int, stop: int, known: Sequence[Word]) -> Iterator[Word]:
        end = start
        for word in known:
            if word.start < end:
                continue
            yield from self._between(line, end, word.start)
            yield word
            end = word.end
        yield from self._between(line, end, stop)

    def _between(self, line: str, start: int, stop: int) -> Iterator[Word]:
        at = start
        for found in self._expression.finditer(line, start, stop):
            if found.start() > at:
                yield Word(at, found.start(), "", line[at : found.start()])
            at = found.end()
            yield Word(found.start(), at, self._item(found), found[0])
        if stop > at:
            yield Word(at, stop, "", line[at:stop])

    def _item(self, found: re.Match[str]) -> Item:
        kind = found.lastgroup
        if found["stop"]:
            return found[0]
        if found["named"] or found["plain"]:
            return self._items[found[0]]
        return self._phrase(found) if kind else ""

    def _phrase(self, found: re.Match[str]) -> Sort:
        if found["AGAINST"]:
            other = found["base"] and int(found["base"]) != self.year - 1
            return Sort.TIME if other or found[0] == "环比" else Sort.AGAINST
        if found["LAST"]:
            return Sort.LAST
        if found["SPAN"] or found["UNTIL"]:
            years = [found[name] for name in ("y1", "y2", "y3", "y5") if found[name]]
            own = all(int(year) == self.year for year in years)
            return (Sort.THIS if found["SPAN"] else Sort.FILL) if own else Sort.TIME
        if found["YEAR"]:
            year = int(found["year"])
            if year == self.year:
                return Sort.THIS
            return Sort.LAST if year == self.year - 1 else Sort.TIME
        if found["OURS"]:
            return Sort.OWN
        if found["NUMBERED"] or found["DOCUMENT"]:
            return Sort.FILL
        return Sort.TIME

    def _add_labels(self, form: Form) -> None:
        """What the form itself calls its rows, where that is long enough to mean nothing else."""
        twice: set[str] = set()
        for row in form.rows.values():
            if not row.columns:
                continue
            label = _LABEL.sub("", plain(row.label))
            for word in {label, label.removeprefix("主动公开")}:
                if len(word) < _LEAST + 1:
                    continue
                if word in self._items:
                    twice.add(word)
                self._items[word] = (RowWords((row.code,), (word,), nouns=True),)
        for word in twice:
            del self._items[word]

    def _add_guide(self, guide: Guide, year: int) -> None:
        rows: dict[str, list[RowWords]] = {}
        for topic in guide.topics:
            self._items.update((_filled(word, year), topic) for word in topic.words)
        for columns in guide.columns:
            self._items.update((_filled(word, year), columns) for word in columns.words)
        for entry in guide.words:
            for word in entry.words:
                rows.setdefault(_filled(word, year), []).append(entry)
        self._items.update((word, tuple(entries)) for word, entries in rows.items())


def _filled(word: str, year: int) -> str:
    return word.replace("{last}", str(year - 1)).replace("{next}", str(year + 1))


#: A label's number, and the word for what is counted at its end.
_LABEL: Final = re.compile(
    r"^(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．]?){0,2}|(?:总次数|次数|总数|数量|数|件数)$"
)
#: How long names of offices are cut short.
_SHORTER: Final = (
    ("管理办公室", "办"), ("办公室", "办"), ("委员会", "委"), ("监督管理局", "监管局"),
    ("管理局", "局"), ("发展和改革", "发改"), ("人力资源和社会保障", "人社"), ("文化和旅游", "文旅"),
    ("住房和城乡建设", "住建"), ("卫生健康", "卫健"), ("自然资源和规划", "资规"), ("街道办事处", "街道"),
    ("街道办事处", "街道办"), ("城市管理综合行政执法", "城管执法"), ("人民政府", "政府"),
    ("人民政府", ""),
)  # fmt: skip
#: What an office of such a name calls itself: a street speaks of 街道, where others mean another one.
_OWN_KINDS: Final = (
    ("街道", ("街道", "全街道", "街道办", "街道办事处", "街道党工委")),
    ("镇人民政府", ("镇", "全镇", "镇政府", "镇人民政府")),
    ("乡人民政府", ("乡", "全乡", "乡政府", "乡人民政府")),
)
#: What names of places end with, and how far into an office's name they reach.
_PLACES: Final = "省市州盟区县旗"
_REACH: Final = 16
_LEAST: Final = 4
#: Lexicons and names of offices that a guide keeps.
_KEPT: Final = 8


def lexicon_of(guide: Guide, year: int) -> Lexicon:
    """The lexicon of *guide* for *year*, made once."""
    known = guide.made.get(year)
    if not isinstance(known, Lexicon):
        known = Lexicon(guide, year)
        _keep(guide, year, known)
    return known


def _keep(guide: Guide, key: int | str, made: object) -> None:
    if len(guide.made) >= _KEPT:
        guide.made.clear()
    guide.made[key] = made


def own_expression(guide: Guide, office: str) -> re.Pattern[str] | None:
    """An expression for all that *office* is called in its own report, made once."""
    if office not in guide.made:
        _keep(guide, office, _own_expression(office))
    return cast("re.Pattern[str] | None", guide.made[office])


def _own_expression(office: str) -> re.Pattern[str] | None:
    names = own_names(plain(office))
    for ending, kinds in _OWN_KINDS:
        if ending in office:
            names += kinds
    return re.compile(trie_expression(names)) if names else None


def own_names(office: str) -> list[str]:
    """What an office may be called in its own report: its name, and that without its places."""
    name = office.strip()
    found = [name] if name else []
    for at, char in enumerate(name[:_REACH]):
        # 通州区政务服务局 is also called 区政务服务局 and 政务服务局.
        if at and char in _PLACES:
            found += [cut for cut in (name[at:], name[at + 1 :]) if len(cut) >= _LEAST]
    for known in tuple(found):
        for long, short in _SHORTER:
            if long in known and len(cut := known.replace(long, short)) > _LEAST - 2:
                found.append(cut)
    return found
