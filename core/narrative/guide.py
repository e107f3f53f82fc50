"""What a form's report text is made of: its sections, draft sentences, wordings and rules, as data.

    resources/texts/<form id>.toml ─► read_guide ─► Guide

Written by people, like a form's file: :func:`read_guide` names every mistake by line and reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, cast

from core.checks.binding import BoundCheck, bind_checks
from core.form.form import Check, Form, Level
from core.form.language import parse_rule
from core.form.mistakes import Mistake, MistakeProblem, Where
from core.form.positions import Places, complaint
from core.form.read_toml import TOMLDecodeError, loads
from core.narrative.notation import read_paragraph
from core.narrative.text import Paragraph
from core.narrative.words import Sort
from core.problems import NianbaoError, Problem

NO_PARAGRAPH: Final = Paragraph()
MAX_BYTES: Final = 2 * 1024 * 1024
MAX_WORD: Final = 60
MAX_WORDS: Final = 20_000
FORMAT: Final = 1


class GuideProblem(Problem):
    """One mistake in a file of ``resources/texts``."""

    OTHER_FORM = "form 写的是“{found}”，文件却是表样“{form}”的"
    UNKNOWN_ROW = "表样里没有代码为“{code}”、可以填数的指标"
    UNKNOWN_COLUMN = "表“{table}”里没有代码为“{code}”的栏"
    UNKNOWN_TABLE = "表样里没有代码为“{code}”的表"
    UNKNOWN_TOPIC = "没有名为“{name}”的 topics"
    UNKNOWN_CELL = "取数写到了表样里没有的单元格“{code}”"
    BAD_FIELD = "花括号里的“{text}”不是能取的数"
    BAD_WHEN = "条件“{rule}”：{reason}"
    NO_WORDS = "words 是空的"
    EMPTY_WORD = "words 里有空的或超过 {limit} 个字的词"
    BAD_LIST = "“{name}”应为文字的列表"


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence for a draft, and the claim that must hold for it (none: it always does)."""

    text: Paragraph
    when: BoundCheck | None = None


@dataclass(frozen=True, slots=True)
class GuideSection:
    """A section as it is prescribed, and the sentences of its draft: the first fitting of each."""

    code: str
    heading: str
    level: int = 0
    tables: tuple[str, ...] = ()
    governments: bool = False
    draft: tuple[tuple[DraftSentence, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """What a sentence is about. ``rows`` are meant where it is counted and nothing else is said.

    ``wholes``: of what a share is told where that is not said. ``foreign``: the form counts no such.
    """

    name: str
    words: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    wholes: tuple[tuple[str, ...], ...] = ()
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class RowWords:
    """Words that mean certain rows together (their sum). ``or_rows``: what they may mean as well.

    ``verb``: the words say what was done, and of what is told elsewhere (``topic``); ``nouns``: they
    need no topic; ``channel``: they name a way of publishing. ``under``: only below one of these rows.
    """

    rows: tuple[str, ...]
    words: tuple[str, ...]
    or_rows: tuple[str, ...] = ()
    topic: str = ""
    verb: bool = False
    nouns: bool = False
    channel: bool = False
    unsure: bool = False
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """Words that mean columns of a table (their sum); ``weak``: only among other columns' words."""

    table: str
    columns: tuple[str, ...]
    words: tuple[str, ...]
    weak: bool = False


class RuleKind(Enum):
    """What a rule of the text asks for."""

    #: Every section is there, under its name, in order.
    SECTIONS = "sections"
    #: The section speaks of each of ``words`` (the alternatives of one joined by ``|``).
    CONTAINS = "contains"
    #: Something is written in the section, other than ``words`` (无).
    NOT_EMPTY = "not_empty"
    #: None of ``words`` stands in the text: what is no longer in force.
    OUTDATED = "outdated"
    #: The title's year and the period that the figures are of are the report's.
    YEAR = "year"
    #: Last year's date, or the office's former name, was left standing.
    LEFT_OVER = "left_over"
    #: A table that is to be printed has no figure at all.
    BLANK_TABLE = "blank_table"
    #: Where the text speaks of one of ``words``, ``cell`` is not 0.
    NOT_ZERO = "not_zero"
    #: At most ``limit`` per cent of the text is last year's, or another office's.
    SIMILAR = "similar"
    #: The section has at most ``limit`` characters.
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class TextRule:
    """A rule of the text. ``source``: the notice that says so, or 经验. ``off``: only where asked for."""

    kind: RuleKind
    name: str
    source: str
    section: str = ""
    words: tuple[str, ...] = ()
    cell: str = ""
    limit: int = 0
    message: str = ""
    off: bool = False


@dataclass(frozen=True)
class Guide:
    """Everything about the text of one form's report."""

    form: Form
    title: Paragraph = NO_PARAGRAPH
    source: str = ""
    sections: tuple[GuideSection, ...] = ()
    topics: tuple[Topic, ...] = ()
    words: tuple[RowWords, ...] = ()
    columns: tuple[ColumnWords, ...] = ()
    rules: tuple[TextRule, ...] = ()
    common: Mapping[str, Sort] = field(default_factory=dict[str, Sort], repr=False)
    #: What is made of the guide once it is used: :func:`core.narrative.lexicon.lexicon_of`.
    made: dict[int | str, object] = field(
        default_factory=dict[int | str, object], repr=False, compare=False
    )

    def rows_of(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """The rows that *codes* name, ``3-3.3.*`` being all with figures below it."""
        return expanded_rows(self.form, codes)


def expanded_rows(form: Form, codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of the rows with figures that *codes* name, in order."""
    found: list[str] = []
    for code in codes:
        if code.endswith(".*"):
            found += [row.code for row in form.rows.values() if row.parent == code[:-2]]
        else:
            found.append(code)
    return tuple(found)


def read_guide(
    data: bytes, form: Form, common: Mapping[str, Sort]
) -> tuple[Guide | None, list[Mistake]]:
    """The guide in *data* (TOML, UTF-8) for *form*, or every mistake in it. Raises nothing.

    *common*: the words of all reports, :func:`core.narrative.words.read_common`.
    """
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        return None, [Mistake(Where("整个文件"), 0, MistakeProblem.TOO_LARGE.sentence(limit=limit))]
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, [Mistake(Where("整个文件"), 0, MistakeProblem.NOT_UTF8.sentence())]
    try:
        content = loads(source)
    except TOMLDecodeError as error:
        line, reason = complaint(error, source)
        return None, [
            Mistake(Where("文件格式"), line, MistakeProblem.NOT_TOML.sentence(reason=reason))
        ]
    except RecursionError:
        sentence = MistakeProblem.NOT_TOML.sentence(reason="嵌套过深")
        return None, [Mistake(Where("文件格式"), 0, sentence)]
    reader = _Reader(form, source)
    guide = replace(reader.guide(content), common=common)
    return (None if reader.mistakes else guide), reader.mistakes


_NAMES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "文件开头": ("format", "form", "source", "title", "sections", "topics", "words",
                 "columns", "rules"),
        "sections": ("code", "heading", "level", "tables", "governments", "draft"),
        "topics": ("name", "words", "rows", "wholes", "foreign"),
        "words": ("rows", "or_rows", "topic", "words", "verb", "nouns", "channel", "unsure",
                  "under"),
        "columns": ("table", "columns", "words", "weak"),
        "draft": ("when", "text"),
        "rules": ("kind", "name", "source", "section", "words", "cell", "limit", "message", "off"),
    }
)  # fmt: skip


class _Reader:
    """Walks the parsed TOML once, building the guide and collecting mistakes."""

    def __init__(self, form: Form, source: str) -> None:
        self.form = form
        self.mistakes: list[Mistake] = []
        self._places = Places(source)

    def guide(self, content: Mapping[str, Any]) -> Guide:
        where = "文件开头"
        self._known(content, where, where)
        version = content.get("format", FORMAT)
        if isinstance(version, int) and version > FORMAT:
            self._mistake(where, "format", MistakeProblem.NEWER, found=version, known=FORMAT)
        form_id = self._text(content, "form", where)
        if form_id != self.form.id:
            self._mistake(where, form_id, GuideProblem.OTHER_FORM, found=form_id, form=self.form.id)
        topics = tuple(self._topic(entry, at) for entry, at in self._entries(content, "topics"))
        self._topics = {topic.name for topic in topics}
        return Guide(
            form=self.form,
            title=self._paragraph(self._text(content, "title", where), where),
            source=self._text(content, "source", where),
            sections=tuple(
                self._section(entry, at) for entry, at in self._entries(content, "sections")
            ),
            topics=topics,
            words=tuple(self._words(entry, at) for entry, at in self._entries(content, "words")),
            columns=tuple(
                self._columns(entry, at) for entry, at in self._entries(content, "columns")
            ),
            rules=tuple(self._rule(entry, at) for entry, at in self._entries(content, "rules")),
        )

    def _section(self, entry: Mapping[str, Any], where: str) -> GuideSection:
        tables = self._list(entry, "tables", where)
        known = {table.code for table in self.form.tables}
        for code in tables:
            if code not in known:
                self._mistake(where, code, GuideProblem.UNKNOWN_TABLE, code=code)
        draft = entry.get("draft", [])
        sentences: list[tuple[DraftSentence, ...]] = []
        for group in cast("list[Any]", draft) if isinstance(draft, list) else []:
            alternatives = cast("list[Any]", group) if isinstance(group, list) else []
            sentences.append(
                tuple(
                    self._sentence(cast("dict[str, Any]", one), where)
                    for one in alternatives
                    if isinstance(one, dict)
                )
            )
        level = entry.get("level", 0)
        return GuideSection(
            code=self._text(entry, "code", where),
            heading=self._text(entry, "heading", where),
            level=level if isinstance(level, int) else 0,
            tables=tables,
            governments=entry.get("governments") is True,
            draft=tuple(sentences),
        )

    def _sentence(self, entry: Mapping[str, Any], where: str) -> DraftSentence:
        self._known(entry, "draft", where)
        text = self._paragraph(self._text(entry, "text", where), where)
        when = self._text(entry, "when", where)
        return DraftSentence(text, self._claim(when, where) if when else None)

    def _claim(self, text: str, where: str) -> BoundCheck | None:
        try:
            check = Check(id=text, text=text, rule=parse_rule(text), level=Level.WARNING)
        except NianbaoError as error:
            self._mistake(where, text, GuideProblem.BAD_WHEN, rule=text, reason=error)
            return None
        bound = bind_checks(replace(self.form, checks=(check,)))
        for mistake in bound.mistakes:
            self._mistake(where, text, GuideProblem.BAD_WHEN, rule=text, reason=mistake.sentence)
        return bound.checks[0] if bound.checks else None

    def _paragraph(self, text: str, where: str) -> Paragraph:
        paragraph, strange = read_paragraph(text)
        for piece in strange:
            self._mistake(where, piece, GuideProblem.BAD_FIELD, text=piece)
        for piece in paragraph.fields:
            for ref in piece.refs:
                if ref.key not in self.form.cells:
                    self._mistake(where, ref.key, GuideProblem.UNKNOWN_CELL, code=ref.key)
        return paragraph

    def _topic(self, entry: Mapping[str, Any], where: str) -> Topic:
        wholes = entry.get("wholes", [])
        groups = cast("list[Any]", wholes) if isinstance(wholes, list) else []
        return Topic(
            name=self._text(entry, "name", where),
            words=self._word_list(entry, where),
            rows=self._rows(entry, "rows", where),
            wholes=tuple(self._rows({"wholes": group}, "wholes", where) for group in groups),
            foreign=entry.get("foreign") is True,
        )

    def _words(self, entry: Mapping[str, Any], where: str) -> RowWords:
        topic = self._text(entry, "topic", where)
        if topic and topic not in self._topics:
            self._mistake(where, topic, GuideProblem.UNKNOWN_TOPIC, name=topic)
        return RowWords(
            rows=self._rows(entry, "rows", where),
            words=self._word_list(entry, where),
            or_rows=self._rows(entry, "or_rows", where),
            topic=topic,
            verb=entry.get("verb") is True,
            nouns=entry.get("nouns") is True,
            channel=entry.get("channel") is True,
            unsure=entry.get("unsure") is True,
            under=self._rows(entry, "under", where),
        )

    def _columns(self, entry: Mapping[str, Any], where: str) -> ColumnWords:
        code = self._text(entry, "table", where)
        table = next((table for table in self.form.tables if table.code == code), None)
        columns = self._list(entry, "columns", where)
        if table is None:
            self._mistake(where, code, GuideProblem.UNKNOWN_TABLE, code=code)
        for column in columns:
            if table is not None and all(column != known.code for known in table.columns):
                problem = GuideProblem.UNKNOWN_COLUMN
                self._mistake(where, column, problem, table=code, code=column)
        return ColumnWords(code, columns, self._word_list(entry, where), entry.get("weak") is True)

    def _rule(self, entry: Mapping[str, Any], where: str) -> TextRule:
        kind = self._text(entry, "kind", where)
        kinds = [known.value for known in RuleKind]
        if kind not in kinds:
            problem = MistakeProblem.NOT_ONE_OF
            self._mistake(where, kind, problem, name="kind", found=kind, known="、".join(kinds))
            kind = kinds[0]
        source = self._text(entry, "source", where)
        if not source:
            meaning = "（出处；没有文件规定的写“经验”）"
            self._mistake(where, "", MistakeProblem.MISSING, name="source", meaning=meaning)
        cell = self._text(entry, "cell", where)
        if cell and cell not in self.form.cells:
            self._mistake(where, cell, GuideProblem.UNKNOWN_CELL, code=cell)
        limit = entry.get("limit", 0)
        return TextRule(
            kind=RuleKind(kind),
            name=self._text(entry, "name", where) or kind,
            source=source,
            section=self._text(entry, "section", where),
            words=self._list(entry, "words", where),
            cell=cell,
            limit=limit if isinstance(limit, int) else 0,
            message=self._text(entry, "message", where),
            off=entry.get("off") is True,
        )

    # -- entries ------------------------------------------------------------------------------

    def _entries(
        self, content: Mapping[str, Any], name: str
    ) -> list[tuple[Mapping[str, Any], str]]:
        found: list[tuple[Mapping[str, Any], str]] = []
        listed = content.get(name, [])
        if not isinstance(listed, list):
            self._mistake(name, name, MistakeProblem.WRONG_TYPE, name=name, expected="列表")
            return found
        for number, entry in enumerate(cast("list[Any]", listed), start=1):
            where = f"第 {number} 个 {name}"
            if not isinstance(entry, dict):
                self._mistake(where, name, MistakeProblem.WRONG_TYPE, name=name, expected="表")
                continue
            known = cast("dict[str, Any]", entry)
            self._known(known, name, where)
            found.append((known, where))
        return found

    def _rows(self, entry: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
        rows = expanded_rows(self.form, self._list(entry, name, where))
        for code in rows:
            row = self.form.rows.get(code)
            if row is None or not row.columns:
                self._mistake(where, code, GuideProblem.UNKNOWN_ROW, code=code)
        return rows

    def _word_list(self, entry: Mapping[str, Any], where: str) -> tuple[str, ...]:
        words = self._list(entry, "words", where)
        if not words:
            self._mistake(where, "words", GuideProblem.NO_WORDS)
        if any(not word.strip() or len(word) > MAX_WORD for word in words):
            self._mistake(where, words[0], GuideProblem.EMPTY_WORD, limit=MAX_WORD)
        return words

    def _list(self, entry: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
        value = entry.get(name, [])
        items = cast("list[Any]", value) if isinstance(value, list) else [None]
        if len(items) > MAX_WORDS or not all(isinstance(item, str) for item in items):
            self._mistake(where, name, GuideProblem.BAD_LIST, name=name)
            return ()
        return tuple(cast("list[str]", items))

    def _text(self, entry: Mapping[str, Any], name: str, where: str) -> str:
        value = entry.get(name, "")
        if not isinstance(value, str):
            self._mistake(where, name, MistakeProblem.WRONG_TYPE, name=name, expected="文字")
            return ""
        return value

    def _known(self, entry: Mapping[str, Any], kind: str, where: str) -> None:
        names = _NAMES[kind]
        for name in entry:
            if name not in names:
                known = "、".join(names)
                problem = MistakeProblem.UNKNOWN_NAME
                self._mistake(where, name, problem, name=name, guess="", known=known)

    def _mistake(self, where: str, near: str, problem: Problem, **parameters: object) -> None:
        line = self._places.text(near) if near else 0
        self.mistakes.append(Mistake(Where(where), line, problem.sentence(**parameters)))
