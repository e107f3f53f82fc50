"""Formatting that changes what a text says: marks above the line, and struck out words.

A footnote mark behind a figure, read as plain text, makes 31 of a 3; so does a struck out digit.
Such a figure would be wrong and look right, the one thing that must not happen.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Final, NamedTuple

STRUCK_REMARK: Final = "文件中有加删除线的文字，视为已删除，没有读取。"


def bracketed(mark: str) -> str:
    """A mark above or below the line as ``[1]``: no longer part of the figure beside it."""
    text = mark.strip()
    if not text or (text[0] in "[［【（(" and text[-1] in "]］】）)"):
        return mark
    return f"[{text}]"


class RunStyle(NamedTuple):
    """What of a run's formatting changes the meaning of its text; ``None``: as around it.

    ``raised``: above or below the line.
    """

    struck: bool | None = None
    raised: bool | None = None
    hidden: bool | None = None

    def over(self, base: RunStyle) -> RunStyle:
        """This style where it says anything, *base* where it does not."""
        if self is PLAIN_RUN or self in (PLAIN_RUN, base):
            return base
        return RunStyle(
            *(mine if mine is not None else theirs for mine, theirs in zip(self, base, strict=True))
        )

    def shown(self, text: str) -> str:
        """What a reader of the page makes of *text*: "" where it is struck out or hidden."""
        if self.struck or self.hidden:
            return ""
        return bracketed(text) if self.raised else text


PLAIN_RUN: Final = RunStyle()


class NamedStyles:
    """A document's named styles, each of which goes on from another one.

    Chains may be as long as the file makes them and may run in a circle: each style is looked at
    once.
    """

    def __init__(self) -> None:
        self._own: dict[Hashable, tuple[Hashable | None, RunStyle]] = {}
        self._whole: dict[Hashable, RunStyle] = {}

    def add(self, name: Hashable, parent: Hashable | None, style: RunStyle) -> None:
        """Say what the style of that name changes in its *parent* (``None``: in plain text)."""
        self._own[name] = (parent, style)

    def of(self, name: Hashable | None) -> RunStyle:
        """The style with all that it inherits; a plain one where there is none of that name."""
        known = self._whole.get(name)
        if known is not None:
            return known
        chain: list[Hashable] = []
        at = name
        while at in self._own and at not in self._whole:
            chain.append(at)
            # Taken as plain until it is known, so that a circle ends here.
            self._whole[at] = PLAIN_RUN
            at = self._own[at][0]
        whole = self._whole.get(at, PLAIN_RUN)
        for link in reversed(chain):
            whole = self._own[link][1].over(whole)
            self._whole[link] = whole
        return whole

    @property
    def matter(self) -> bool:
        """Whether any of them changes the meaning of a text."""
        return any(any(style) for _, style in self._own.values())


_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(text: str) -> str:
    """Text set above the line, its digits as Unicode's superscripts: one character for each."""
    return text.translate(_RAISED)


_STORED: Final = re.compile(r"（存储为([^（）]{1,40})）\Z")


def with_stored(shown: str, stored: str) -> str:
    """What a cell shows, and the other figure that its file stores for it: ``9万（存储为9）``."""
    return f"{shown}（存储为{stored}）"


def split_stored(text: str) -> tuple[str, str]:
    """The parts of :func:`with_stored`; the second is empty where there is no other figure."""
    match = _STORED.search(text) if text.endswith("）") else None
    return (text[: match.start()], match[1]) if match is not None else (text, "")
