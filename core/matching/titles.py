"""Whose report it is, and of which year, from titles, sentences and signatures.

Every expression here looks at lines of bounded length only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from core.matching.figures import plain
from core.numbering import HAN_DIGITS
from core.period import FIRST_YEAR, LAST_YEAR

_LINES: Final = 12
_LONGEST: Final = 80
_MAX_OFFICE: Final = 40
_HAN_YEAR: Final = re.compile(r"([二一][〇零○O一二三四五六七八九]{3})\s{0,3}年")
_REPORT: Final = r"(?:报告|统计表|年报)"
_TITLE: Final = re.compile(
    rf"(?P<office>.{{0,40}}?)[\s(（]{{0,6}}(?P<year>(?:19|20|21)\d\d)\s{{0,3}}[)）]?\s{{0,3}}年?度?"
    rf"(?P<rest>.{{0,60}}?){_REPORT}"
)
_WITHOUT_YEAR: Final = re.compile(
    rf"(?P<office>.{{2,40}}?)(?:政府|政务)信息?公开.{{0,20}}?{_REPORT}"
)
_TOPIC: Final = re.compile(r"(?:政府信息|政务|信息)公开|工作年度|年度")
_PART_BEHIND: Final = re.compile(
    r"(?:第?[一二三四1-4]\s{0,2}季度|[上下]半年|\d{1,2}\s{0,2}月份?)\Z"
)
_OPENING: Final = '《〈（(“" \u3000'
_MARKS: Final = re.compile(r"\A[#*>\s_]{1,10}|[*_\s]{1,6}\Z")
_ANNOUNCED: Final = re.compile(r"(?:特向社会公[布开]|现公布|现将)(?P<title>[^，。；:：]{4,70})")
_SIGNED_ON: Final = re.compile(
    r"(?:19|20|21)\d\d\s{0,3}年\s{0,3}\d{1,2}\s{0,3}月\s{0,3}\d{1,2}\s{0,3}日"
)
_SIGNERS: Final = (
    "府",
    "局",
    "委",
    "办",
    "会",
    "院",
    "厅",
    "部",
    "处",
    "心",
    "镇",
    "乡",
    "道",
    "站",
    "所",
    "队",
    "室",
)
_SITE: Final = re.compile(r"[-_|–—][^-_|–—]{0,60}(?:网站?|门户|平台)\Z")
#: A year from its first day to its last.
_WHOLE_YEAR: Final = re.compile(
    r"(?<!\d)((?:19|20|21)\d\d)\s{0,3}年\s{0,3}0?1\s{0,3}月\s{0,3}0?1\s{0,3}日?\s{0,3}起?[\s,，]{0,3}"
    r"[-—–~～至到]{1,3}\s{0,3}(?:\1\s{0,3}年)?\s{0,3}12\s{0,3}月\s{0,3}31\s{0,3}日"
)


def checked_year(digits: str) -> int | None:
    """The year, if it may be one of a report."""
    year = int(digits)
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def whole_year(text: str) -> int | None:
    """The year of 「2024年1月1日至12月31日」."""
    found = _WHOLE_YEAR.search(text)
    return checked_year(found[1]) if found is not None else None


def from_title(lines: Sequence[str]) -> tuple[str, int | None]:
    """The office and year of a title such as 「某局2018年政府信息公开工作年度报告」.

    The year may stand first, the title may go over two lines, and may be marked as a heading.
    """
    kept = [_MARKS.sub("", line) for line in lines[:_LINES]]
    for at, line in enumerate(kept):
        # A title may be broken after its year; a day is none.
        broken = not _SIGNED_ON.search(line[:_LONGEST]) and not re.search("[:：]", line[:_LONGEST])
        for text in (line, "".join(kept[at : at + 2])) if broken else (line,):
            found = _title(text)
            if found is None:
                continue
            office, year, rest = found
            if not office and at:
                office = _cleaned(kept[at - 1])
            if not is_office(office):
                office = _cleaned(_TOPIC.split(rest, 1)[0])
            return (office if is_office(office) else ""), year
    for line in kept:
        found = _WITHOUT_YEAR.match(plain(line)) if len(line) <= _LONGEST else None
        if found is not None and "。" not in line:
            office = _cleaned(found["office"])
            return (office if is_office(office) else ""), None
    return "", None


def _title(line: str) -> tuple[str, int | None, str] | None:
    if len(line) > _LONGEST or "。" in line:
        return None
    body = plain(line)
    spelled = _HAN_YEAR.search(body)
    if spelled is not None:
        body = body.replace(spelled[1], spelled[1].translate(HAN_DIGITS), 1)
    found = _TITLE.match(body)
    if found is None:
        return None
    return _cleaned(found["office"]), checked_year(found["year"]), found["rest"]


def _cleaned(text: str) -> str:
    text = plain(text).partition("关于")[0].rstrip(_OPENING).strip(" \u3000-—:：")
    return _PART_BEHIND.sub("", text).strip(" \u3000")


def from_page_title(title: str) -> tuple[str, int | None]:
    """The same from what a page calls itself, without the site's name behind it."""
    short = title[:200]
    return from_title(
        [_SITE.sub("", short.strip()).strip(), short.partition("_")[0], short.partition("-")[0]]
    )


def from_sentence(lines: Sequence[str]) -> str:
    """The office of 「特向社会公布某局2024年政府信息公开工作年度报告」."""
    for line in lines[:30]:
        found = _ANNOUNCED.search(line[:1000])
        if found is not None:
            office, _ = from_title([found["title"] + "报告"])
            if office and not office.startswith(("我", "本")):
                return office
    return ""


def from_signature(lines: Sequence[str]) -> str:
    """The office that stands above the date at the end."""
    for at in range(len(lines) - 1, max(len(lines) - 7, 0), -1):
        above = plain(lines[at - 1])
        if len(lines[at]) <= 30 and _SIGNED_ON.fullmatch(plain(lines[at])):
            return above if is_office(above) and above.endswith(_SIGNERS) else ""
    return ""


def is_office(text: str) -> bool:
    """Whether a text may be an office's name."""
    if not 2 <= len(text) <= _MAX_OFFICE or any(char.isdigit() for char in text):
        return False
    return not any(char in "，。；：、！？,:;|\t#*" for char in text) and not text.startswith(
        ("附件", "附表", "政府信息公开", "政务公开", "信息公开", "我", "本")
    )
