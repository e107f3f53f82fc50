"""Which rows of a raw table are indicators, and on which level each stands.

Levels come from how labels are numbered (一、 above （一） above 1.), from 其中, and where labels carry
no number from how far they are indented.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from core.numbering import HAN

_HAN: Final = f"{HAN}百"
#: Numbering styles from the outermost inwards, as official documents use them
#: (GB/T 9704-2012, 7.3.3: 一、（一）1.（1）).
_STYLES: Final = (
    ("han", re.compile(rf"第?[{_HAN}]+[、.．，章部分]")),
    ("(han)", re.compile(rf"[（(][{_HAN}]+[）)]")),
    ("d.", re.compile(r"\d{1,3}[.．、](?!\d)")),
    ("d.d", re.compile(r"\d{1,3}[.．-]\d{1,3}(?![.．\d])")),
    ("d.d.d", re.compile(r"\d{1,3}([.．-]\d{1,3}){2}(?![.．\d])")),
    ("(d)", re.compile(r"[（(]\d{1,3}[）)]|[⑴-⒇]")),
    ("circled", re.compile(r"[①-⑳]")),
)
_OF_WHICH: Final = re.compile(r"其\s*+中\s*+[:：、，]?\s*+")
_TOTAL: Final = re.compile(r"[合总共]\s*计(?:数)?")
_NOTE: Final = re.compile(r"\s{0,20}\n\s{0,20}[（(](?P<note>[^（）()]{2,400})[）)]\s{0,20}\Z")


@dataclass(frozen=True)
class Line:
    """A row of the raw table that is an indicator or a heading.

    ``figures`` are the texts of its figure columns; ``unit`` its unit's name, or empty.
    """

    label: str
    level: int = 0
    of_which: bool = False
    note: str = ""
    unit: str = ""
    figures: tuple[str, ...] = ()
    path: tuple[str, ...] = field(default=(), repr=False)


def numbering_style(label: str) -> str:
    """The name of the way *label* is numbered, or an empty string."""
    stripped = label.strip()
    for name, pattern in _STYLES:
        if pattern.match(stripped):
            return name
    return ""


def indentation(label: str) -> int:
    """How far *label* is indented, in half-width columns; tabs count four."""
    width = 0
    for character in label:
        if character == "\t":
            width += 4
        elif character.isspace():
            width += 2 if unicodedata.east_asian_width(character) == "F" else 1
        else:
            break
    return width


def is_total(label: str) -> bool:
    """Whether the row is the total of those beside it."""
    return _TOTAL.fullmatch(label.strip()) is not None


def with_levels(lines: Sequence[Line]) -> list[Line]:
    """*lines* with their levels, 其中 and notes taken out of the raw labels."""
    found: list[Line] = []
    #: The keys of the rows that the next one may stand under, outermost first.
    stack: list[tuple[str, int]] = []
    whole = 0  # how far the row is indented that 其中 belongs to
    hanging = False  # whether 其中 was indented further: else indentation tells nothing
    for line in lines:
        raw = line.label
        style = numbering_style(raw)
        start = _OF_WHICH.match(raw.strip())
        previous = found[-1] if found else None
        body = raw.strip()[start.end() :] if start is not None else ""
        if body and not style:
            at = indentation(raw) + 6
            hanging = indentation(raw) > whole
            stack = [key for key in stack if key[0] != "of_which"]
            level, of_which = len(stack), True
            stack.append(("of_which", at))
        elif (
            previous is not None
            and previous.of_which
            and not style
            and (indentation(raw) > whole or not hanging)
        ):
            # Those after 其中： stand under its text, with no mark of their own.
            body, of_which, level = raw.strip(), True, previous.level
        else:
            body, of_which, whole = raw.strip(), False, indentation(raw)
            if is_total(raw) and not whole:
                stack.clear()  # of the whole table, whatever stands above it
            level = _outline_level(stack, style, indentation(raw))
        note = _NOTE.search(body)
        label = body[: note.start()] if note else body
        found.append(
            replace(
                line,
                label=" ".join(label.split()),
                level=min(level, 9),
                of_which=of_which,
                note=" ".join(note["note"].split()) if note else "",
            )
        )
    return found


def _outline_level(stack: list[tuple[str, int]], style: str, indent: int) -> int:
    """The level of a row numbered in *style*; brings *stack* up to it."""
    key = (style or "plain", 0 if style else indent)
    if key in stack:
        del stack[stack.index(key) + 1 :]
        return len(stack) - 1
    if not style:
        # An unnumbered row leaves every row that is indented as far or further.
        while stack and stack[-1][0] in ("plain", "of_which") and stack[-1][1] >= indent:
            stack.pop()
    else:
        # A numbered row comes out of 其中 and of styles that are further in than its own.
        order = [name for name, _ in _STYLES]
        while stack and (
            stack[-1][0] in ("plain", "of_which") or order.index(stack[-1][0]) > order.index(style)
        ):
            if stack[-1][0] == "plain" and len(stack) == 1 and stack[-1][1] == 0:
                break
            stack.pop()
    stack.append(key)
    return len(stack) - 1
