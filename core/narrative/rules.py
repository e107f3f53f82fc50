"""The rules of a text, each with its source: sections, years, what is out of date, what is copied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice, pairwise
from typing import Final

from core.narrative.guide import Guide, GuideSection, RuleKind, TextRule
from core.narrative.reading import Line, lines
from core.problems import Problem
from core.report import Report

#: Length of the pieces by which texts are compared, in characters.
PIECE: Final = 8
_NUMBERING: Final = re.compile(
    r"^[\s\u3000]*+(?:第?[一二三四五六七八九十\d]{1,3}[、.．章]|[(（][一二三四五六七八九十\d]{1,3}[)）])?[\s\u3000]*+"
)
_TOP: Final = re.compile(r"[\s\u3000]*(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.．]")
_YEAR: Final = re.compile(r"(20\d\d)年")
_PERIOD: Final = re.compile(
    r"(?:统计|数据|期限|时限)[^。\n]{0,24}?(20\d\d)年1月1日[^。\n]{0,4}?[至到—-][^。\n]{0,2}?"
    r"(?:(20\d\d)年)?12月31日"
)
_SHOWN: Final = 30
_ALIKE: Final = 0.72
#: Longest line that is a section's heading, and how many short lines are looked at.
_LONGEST: Final = 40
_MOST: Final = 2_000


class RuleProblem(Problem):
    """What is said of a rule that a text breaks."""

    MISSING = "正文缺少“{heading}”。"
    RENAMED = "“{found}”应写作“{heading}”。"
    ORDER = "“{heading}”应在“{after}”之前。"
    CONTAINS = "“{heading}”没有写到“{word}”。"
    EMPTY = "“{heading}”没有写内容。"
    ONLY = "“{heading}”只写了“{text}”，请写明具体情况。"
    OUTDATED = "正文引用了“{word}”，已不是现行依据，请核对。"
    TITLE_YEAR = "标题写的是 {found} 年，报表是 {year} 年的，请核对。"
    PERIOD = "统计期限写作“{found}”，应为 {year} 年 1 月 1 日至 12 月 31 日。"
    LAST_DATE = "“{found}”像是上年留下的日期，请核对。"
    OLD_NAME = "正文里有单位原来的名称“{name}”，请核对。"
    BLANK = "表“{table}”一个数也没有填。"
    ZERO = "正文写到“{word}”，表中“{name}”为 0，请核对。"
    SIMILAR = "正文有 {percent}% 与{other}相同，请核对是否照抄。"
    LONG = "“{heading}”有 {count} 字，超过 {limit} 字。"


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """A rule that the text breaks: where (section's heading, place in the text) and by which source."""

    rule: str
    section: str
    source: str
    message: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class FoundSection:
    """A prescribed section as it stands in the text: its heading's line and the text under it."""

    section: GuideSection
    line: Line
    renamed: bool
    start: int
    end: int


def broken_rules(
    content: str, report: Report, guide: Guide, others: Mapping[str, str]
) -> Iterator[RuleFinding]:
    """The rules that *content* breaks. *others*: texts it should not be like, by what they are called."""
    judge = _Judge(content, report, guide, others)
    for rule in guide.rules:
        if not rule.off:
            yield from judge.findings(rule)


def found_sections(content: str, guide: Guide) -> list[FoundSection]:
    """The prescribed sections of the first level that stand in *content*, in the text's order."""
    wanted = [one for one in guide.sections if one.level == 0 and one.heading]
    by_name = {_bare(section.heading): section for section in wanted}
    by_code = {section.code: section for section in wanted}
    taken: dict[str, tuple[Line, bool]] = {}
    unknown: list[Line] = []
    for line in islice(_short_lines(content), _MOST):
        section = by_name.get(_bare(line.text))
        if section is None:
            unknown.append(line)
        else:
            taken.setdefault(section.code, (line, False))
    for line in unknown if len(taken) < len(wanted) else ():
        for section in wanted:
            if section.code not in taken and _is_like(line, section):
                taken[section.code] = (line, True)
                break
    found = sorted(
        ((line, by_code[code], renamed) for code, (line, renamed) in taken.items()),
        key=lambda one: one[0].start,
    )
    ends = [line.start for line, _, _ in found[1:]] + [len(content)][: len(found)]
    return [
        FoundSection(section, line, renamed, line.start + len(line.text) + 1, end)
        for (line, section, renamed), end in zip(found, ends, strict=True)
    ]


def likeness(text: str, other: str) -> int:
    """How many per cent of the pieces of *text* (8 characters each) stand in *other* too."""
    known = _pieces(other)
    own = _pieces(text)
    return 100 * sum(1 for piece in own if piece in known) // len(own) if own else 0


def equal_places(text: str, other: str) -> list[tuple[int, int]]:
    """The places of *text* that stand in *other* too, for showing them side by side."""
    known = _pieces(other)
    places: list[tuple[int, int]] = []
    kept = [(at, char) for at, char in enumerate(text) if not char.isspace()]
    bare = "".join(char for _, char in kept)
    for at in range(len(bare) - PIECE + 1):
        if bare[at : at + PIECE] in known:
            start, end = kept[at][0], kept[at + PIECE - 1][0] + 1
            if places and start <= places[-1][1]:
                places[-1] = places[-1][0], end
            else:
                places.append((start, end))
    return places


def _pieces(text: str) -> set[str]:
    bare = "".join(text.split())
    return {bare[at : at + PIECE] for at in range(len(bare) - PIECE + 1)}


def _bare(heading: str) -> str:
    return re.sub(r"[\s\u3000]", "", _NUMBERING.sub("", heading)).rstrip("。：:")


def _short_lines(content: str) -> Iterator[Line]:
    """The lines that may be headings."""
    start = 0
    for text in content.split("\n"):
        if text and len(text) <= _LONGEST * 2 and 0 < len(text.strip()) <= _LONGEST:
            yield Line(start, text)
        start += len(text) + 1


def _is_like(line: Line, section: GuideSection) -> bool:
    """Whether a line is the section's heading in other words."""
    told, wanted = _bare(line.text), _bare(section.heading)
    if not told or len(wanted) < 5 or not _TOP.match(line.text):
        return False
    return SequenceMatcher(None, told, wanted, autojunk=False).ratio() >= _ALIKE


class _Judge:
    """One text, held against rule after rule."""

    def __init__(
        self, content: str, report: Report, guide: Guide, others: Mapping[str, str]
    ) -> None:
        self._content = content
        self._report = report
        self._guide = guide
        self._others = others
        self._sections = found_sections(content, guide)

    def findings(self, rule: TextRule) -> Iterator[RuleFinding]:
        match rule.kind:
            case RuleKind.SECTIONS:
                yield from self._all_there(rule)
            case RuleKind.CONTAINS | RuleKind.NOT_EMPTY | RuleKind.LENGTH:
                for found in self._sections:
                    if found.section.code == rule.section:
                        yield from self._inside(rule, found)
            case RuleKind.OUTDATED:
                yield from self._outdated(rule)
            case RuleKind.YEAR:
                yield from self._years(rule)
            case RuleKind.LEFT_OVER:
                yield from self._left_over(rule)
            case RuleKind.BLANK_TABLE:
                yield from self._blank(rule)
            case RuleKind.NOT_ZERO:
                yield from self._zero(rule)
            case RuleKind.SIMILAR:
                yield from self._similar(rule)

    def _finding(
        self, rule: TextRule, message: str, section: str = "", start: int = 0, end: int = 0
    ) -> RuleFinding:
        return RuleFinding(rule.name, section, rule.source, message, start, end)

    def _all_there(self, rule: TextRule) -> Iterator[RuleFinding]:
        found = {one.section.code: one for one in self._sections}
        wanted = [one for one in self._guide.sections if one.level == 0 and one.heading]
        order = {section.code: at for at, section in enumerate(wanted)}
        for section in wanted:
            if section.code not in found:
                message = RuleProblem.MISSING.sentence(heading=section.heading)
                yield self._finding(rule, message, section.heading)
            elif found[section.code].renamed:
                line = found[section.code].line
                message = RuleProblem.RENAMED.sentence(
                    found=line.text.strip(), heading=section.heading
                )
                end = line.start + len(line.text)
                yield self._finding(rule, message, section.heading, line.start, end)
        for one, after in pairwise(self._sections):
            if order[one.section.code] > order[after.section.code]:
                message = RuleProblem.ORDER.sentence(
                    heading=after.section.heading, after=one.section.heading
                )
                start = after.line.start
                end = start + len(after.line.text)
                yield self._finding(rule, message, after.section.heading, start, end)

    def _inside(self, rule: TextRule, found: FoundSection) -> Iterator[RuleFinding]:
        heading = found.section.heading
        body = self._content[found.start : found.end]
        bare = "".join(body.split())
        place = heading, found.line.start, found.line.start + len(found.line.text)
        if rule.kind is RuleKind.CONTAINS:
            for word in rule.words:
                if not any(one in bare for one in word.split("|")):
                    message = rule.message or RuleProblem.CONTAINS.sentence(
                        heading=heading, word=word.partition("|")[0]
                    )
                    yield self._finding(rule, message, *place)
        elif rule.kind is RuleKind.NOT_EMPTY:
            if not bare:
                yield self._finding(rule, RuleProblem.EMPTY.sentence(heading=heading), *place)
            elif bare.rstrip("。") in rule.words:
                message = RuleProblem.ONLY.sentence(heading=heading, text=bare)
                yield self._finding(rule, message, *place)
        elif rule.limit and len(bare) > rule.limit:
            message = RuleProblem.LONG.sentence(heading=heading, count=len(bare), limit=rule.limit)
            yield self._finding(rule, message, *place)

    def _outdated(self, rule: TextRule) -> Iterator[RuleFinding]:
        text = self._content.replace("[", "〔").replace("]", "〕")
        for word in rule.words:
            at = text.find(word)
            if at >= 0:
                message = (rule.message or RuleProblem.OUTDATED.value).format(word=word)
                yield self._finding(rule, message, self._section_at(at), at, at + len(word))

    def _years(self, rule: TextRule) -> Iterator[RuleFinding]:
        year = self._report.period.year
        for found in _PERIOD.finditer(self._content):
            if {int(found[1]), int(found[2] or found[1])} != {year}:
                message = RuleProblem.PERIOD.sentence(found=found[0][-_SHOWN:], year=year)
                yield self._finding(rule, message, "", found.start(), found.end())
        for line in lines(self._content):
            text = line.text.strip()
            if not text:
                continue
            if line.level is not None or line.start > 400:
                return
            told = _YEAR.search(text)
            if told and "报告" in text and len(text) < 60 and text[-1] not in "。；":
                if int(told[1]) != year:
                    message = RuleProblem.TITLE_YEAR.sentence(found=told[1], year=year)
                    start = line.start + line.text.index(told[0])
                    yield self._finding(rule, message, "", start, start + len(told[0]))
                return

    def _left_over(self, rule: TextRule) -> Iterator[RuleFinding]:
        last = self._report.period.year - 1
        for found in re.finditer(rf"截[至止]到?{last}年(?:12月(?:31日)?)?底?", self._content):
            message = RuleProblem.LAST_DATE.sentence(found=found[0])
            section = self._section_at(found.start())
            yield self._finding(rule, message, section, found.start(), found.end())
        own = self._report.unit_name
        for baseline in self._report.baselines:
            name = baseline.unit_name
            if not name or not own or name in own or own in name:
                continue
            at = self._content.find(name)
            if at >= 0:
                message = RuleProblem.OLD_NAME.sentence(name=name)
                yield self._finding(rule, message, self._section_at(at), at, at + len(name))

    def _blank(self, rule: TextRule) -> Iterator[RuleFinding]:
        form = self._report.form
        for table in form.tables:
            keys = [key for row in table.rows for key in form.row_cells(row)]
            if all(self._report.values.get(key) is None for key in keys):
                name = table.title or form.title
                section = next(
                    (s.heading for s in self._guide.sections if table.code in s.tables), ""
                )
                yield self._finding(rule, RuleProblem.BLANK.sentence(table=name), section)

    def _zero(self, rule: TextRule) -> Iterator[RuleFinding]:
        if self._report.values.get(rule.cell) != 0:
            return
        for word in rule.words:
            at = self._content.find(word)
            if at >= 0:
                name = self._report.form.cell_name(rule.cell)
                message = (rule.message or RuleProblem.ZERO.value).format(word=word, name=name)
                yield self._finding(rule, message, self._section_at(at), at, at + len(word))
                return

    def _similar(self, rule: TextRule) -> Iterator[RuleFinding]:
        for other, text in self._others.items():
            percent = likeness(self._content, text)
            if percent > rule.limit:
                message = RuleProblem.SIMILAR.sentence(percent=percent, other=other)
                yield self._finding(rule, message)

    def _section_at(self, place: int) -> str:
        for found in reversed(self._sections):
            if found.line.start <= place:
                return found.section.heading
        return ""
