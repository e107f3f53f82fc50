"""Reads a whole text: its headings, its lines, and every figure in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
        yield replace(_line(text_line), start=start)
        start += len(text_line) + 1


def _line(text: str) -> Line:
    bare = text.strip(" \t\u3000\r")
    found = _HEADING.match(bare) if len(bare) <= 60 else None
    if found is None or any(end in bare.rstrip("。：:") for end in _ENDS):
        return Line(0, text)
    if re.search(r"\d{1,9}\s?[件条次篇个人份家%]", bare):
        return Line(0, text)
    return Line(0, text, 0 if found["top"] else 1, found["name"].strip())


def told_in(text: str, guide: Guide, year: int, office: str) -> list[Told]:
    """Every figure that *text* tells, in order; offsets are those of *text*."""
    lexicon, own = lexicon_of(guide, year), own_expression(office)
    binder = Binder(guide)
    told: list[Told] = []
    for number, line in enumerate(lines(text)):
        body = plain(line.text)
        if line.level is not None:
            binder.heading(list(lexicon.words(body)))
            continue
        if not _HAS_FIGURE.search(body):
            continue
        if head := _run_in(body):
            binder.heading(list(lexicon.words(head)))
        for one in binder.line(list(lexicon.words(body, own))):
            told.append(
                replace(
                    one, start=one.start + line.start, end=one.end + line.start, line=number,
                    text=text[one.start + line.start : one.end + line.start],
                )
            )  # fmt: skip
    return told


def _run_in(body: str) -> str:
    """A heading at the beginning of a paragraph: （一）主动公开情况。2023年,… Empty where there is none."""
    found = _HEADING.match(body)
    head, stop, _ = body.partition("。")
    if found is None or not stop or len(head) > 30 or any(end in head for end in _ENDS):
        return ""
    return head
