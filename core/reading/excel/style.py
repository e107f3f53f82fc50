"""What a cell's style does to what the cell stores: one rule for every kind of workbook.

Readers hand on the stored number, or the text with its runs; :meth:`Style.shown` says what a person
sees there. Struck out text counts as deleted, raised and lowered text must not join the figure
beside it, and a number goes through its format (:mod:`core.reading.excel.formats`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from core.reading.base.marks import PLAIN_RUN, RunStyle
from core.reading.excel.formats import GENERAL, NumberFormat

#: Excel indents no further.
_MAX_INDENT = 15


class Run(NamedTuple):
    """A piece of a text in one font; ``None``: in the font of its cell."""

    text: str
    font: RunStyle | None = None


@dataclass(frozen=True)
class Rich:
    """A text of several runs, at least one of which has a font of its own that matters."""

    runs: tuple[Run, ...]


Text = str | Rich
"""A cell's text: plain in the cell's font, or in runs."""


def text_of(runs: Iterable[Run], longest: int) -> Text:
    """The runs as one text, runs alike put together; cut at *longest* characters."""
    joined: list[Run] = []
    length = 0
    for text, font in runs:
        text = text[: max(longest - length, 0)]
        length += len(text)
        if not text:
            continue
        if joined and joined[-1].font == font:
            joined[-1] = Run(joined[-1].text + text, font)
        else:
            joined.append(Run(text, font))
    if all(run.font is None for run in joined):
        return "".join(run.text for run in joined)
    return Rich(tuple(joined))


@dataclass(frozen=True)
class Style:
    """How a cell shows what it stores: number format, font, and indentation of its text."""

    format: NumberFormat = GENERAL
    font: RunStyle = PLAIN_RUN
    indent: int = 0

    @cached_property
    def is_plain(self) -> bool:
        """Whether a text in the cell's font is shown as it is, and a number as its format says."""
        struck, raised, _ = self.font
        return not (struck or raised or self.indent or self.format.changes_texts)

    def shown(self, stored: str | None, text: Text = "", *, since_1904: bool = False) -> str:
        """The stored number (``None`` for a text, then *text*) as a person sees it.

        "" where all of it is struck out.
        """
        if stored is not None:
            text = self.format.number(stored, since_1904=since_1904)
            if self.is_plain:
                return text
        elif self.format.changes_texts:
            text = _mapped(text, self.format)
        font = self.font
        if self.is_plain and isinstance(text, str):
            return text
        runs = (Run(text),) if isinstance(text, str) else text.runs
        shown = "".join((run.font or font).shown(run.text) for run in runs)
        blanks = "\u3000" * min(self.indent, _MAX_INDENT) if stored is None else ""
        return blanks + shown if shown else ""

    def strikes(self, text: Text) -> bool:
        """Whether any of *text* is struck out."""
        if isinstance(text, str):
            return bool(self.font.struck and text)
        return any((run.font or self.font).struck and run.text for run in text.runs)


PLAIN = Style()


def _mapped(text: Text, shown: NumberFormat) -> Text:
    """*text* through the section of a format that is for texts."""
    if isinstance(text, str):
        return shown.text(text)
    return shown.text("".join(run.text for run in text.runs if not (run.font or PLAIN_RUN).struck))
