"""Reads a whole text: its headings, its lines, and every figure in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.narrative.binding import Binder
from core.narrative.guide import Guide
from core.narrative.lexicon import lexicon_of, own_expression
from core.narrative.numbers import plain
from core.narrative.ties import Told

#: What a heading begins with, and how long one may be.
_HEADING: Final = re.compile(
    r"[\s\u3000]*(?:(?P<top>[一二三四五六七八九十]{1,3}|\d{1,2})[、.．]"
    r"|[(（](?P<sub>[一二三四五六七八九十]{1,3}|\d{1,2})[)）])\s{0,4}(?P<name>[^\n]{1,60})"
)
_MAX_HEADING: Final = 60
_MAX_LINE: Final = 200
_COUNT: Final = re.compile(r"\d{1,9}\s?[件条次篇个人份家%]")
_ENDS: Final = "。；;！!？?，,"
_HAS_FIGURE: Final = re.compile(r"[\d一二两三四五六七八九十百千零未没无全均都]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text, where it begins, and its level if it is a heading: 0 for 一、, 1 for （一）."""

    start: int
    text: str
    level: int | None = None
    name: str = ""


def lines(text: str) -> Iterator[Line]:
    """The lines of *text*, headings told from paragraphs."""
    start = 0
    for text_line in text.split("\n"):
        yield _line(text_line, start)
        start += len(text_line) + 1


def _line(text: str, start: int) -> Line:
    bare = text.strip(" \t\u3000\r") if len(text) <= _MAX_LINE else ""
    found = _HEADING.match(bare) if 0 < len(bare) <= _MAX_HEADING else None
    if found is None or any(end in bare.rstrip("。：:") for end in _ENDS) or _COUNT.search(bare):
        return Line(start, text)
    return Line(start, text, 0 if found["top"] else 1, found["name"].strip())


def told_in(text: str, guide: Guide, year: int, office: str) -> list[Told]:
    """Every figure that *text* tells, in order; offsets are those of *text*."""
    lexicon, own = lexicon_of(guide, year), own_expression(guide, office)
    binder = Binder(guide)
    told: list[Told] = []
    half = plain(text)
    for number, line in enumerate(lines(text)):
        body = half[line.start : line.start + len(line.text)]
        if line.level is not None:
            binder.heading(list(lexicon.heading(body)))
            continue
        if not _HAS_FIGURE.search(body):
            continue
        if head := _run_in(body):
            binder.heading(list(lexicon.heading(head)))
        words = list(lexicon.words(body, own))
        for one in binder.line(words) if words else ():
            start, end = one.start + line.start, one.end + line.start
            told.append(one._replace(start=start, end=end, line=number, text=text[start:end]))
    return told


def _run_in(body: str) -> str:
    """A heading at the beginning of a paragraph: （一）主动公开情况。2023年,… Empty where there is none."""
    found = _HEADING.match(body)
    head, stop, _ = body.partition("。")
    if found is None or not stop or len(head) > 30 or any(end in head for end in _ENDS):
        return ""
    return head
