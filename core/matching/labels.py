"""What a row or column is called, without the ways in which offices print it differently.

Offices differ in spaces, half- and full-width characters, brackets, numbering, 其中, notes in
brackets, units in brackets and line breaks. :class:`Labels` takes all of that away, so that labels
which mean the same are equal; labels that are still different can be compared by likeness.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.matching.figures import looks_like_figure
from core.matching.units import related
from core.numbering import HAN
from core.values import UNITS

#: Circled numbers are numbering; NFKC would turn them into digits of the label itself.
_CIRCLED: Final = {
    **{0x2460 + n: f"({n + 1})" for n in range(20)},
    **{0x2776 + n: f"({n + 1})" for n in range(10)},
    **{0x3280 + n: f"({HAN[n]})" for n in range(10)},
}
_ODD_BRACKET: Final = re.compile(r"[【〔［[〖】〕］\]〗]")
_BRACKETS: Final = str.maketrans("【〔［[〖】〕］]〗", "((((()))))")
_NUMBERING: Final = re.compile(
    rf"\s*(?:第?[{HAN}]{{1,3}}\s*[、.,:]"
    rf"|\(\s*(?:[{HAN}]{{1,3}}|\d{{1,2}})\s*\)\s*[、.,:]?"
    r"|\d{1,2}(?:\s*[.-]\s*\d{1,2}){1,4}\s*[、.)]?(?=\s*[^\d\s%.,-])"
    r"|\d{1,2}\s*[、.):,](?!\d)"
    rf"|(?:[{HAN}]{{1,3}}|\d{{1,2}})\s+(?=\S\S)"
    r"|[#*•·●○◆◇■□▪※–—―-]+)\s*"
)
#: What a number or 其中 may begin with: most labels begin otherwise.
_STARTS: Final = frozenset(f"{HAN}第其(0123456789#*•·●○◆◇■□▪※–—―- \t\n")
_OF_WHICH: Final = re.compile(r"\s*其\s*中\s*[:;、,]?\s*")
_LAST_NOTE: Final = re.compile(
    r"(?<!\s)\s*+(?:\(([^()]*+(?:\([^()]*+\)[^()]*+)*+)\)?|\)?)\s*+[:;]?\s*+\Z"
)
_NO_LETTER: Final = re.compile(r"[\W_]+")
_LETTER: Final = re.compile(r"[^\W_]")
_TAILS: Final = frozenset("():; ")
_UNIT_NOTE: Final = re.compile(r"(?:计量)?单位\s*+:?\s*+([^\s:]{1,5})\Z")
_UNIT_TAIL: Final = re.compile(r"(?<![,;\s])[,;\s]*+(?:计量)?单位\s*+:\s*+([^\s:()]{1,5})\s*\Z")
#: Longer texts are no labels: the longest official one has 60 characters, and as many of notes.
_LONGEST: Final = 500
#: The most that two labels can be alike without being equal.
_NEARLY: Final = 0.99
#: Notes that make another figure of a row: this year's count is not the running total.
_OTHER_SENSE: Final = re.compile(
    r"累计|上年|去年|上期|上半年|下半年|季度|同比|增[长减幅加]|预计|计划"
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label taken apart. ``core`` is what is compared: letters and digits only.

    ``full`` is the core with what the notes in brackets say; ``note`` these notes alone. ``unit``
    is a unit found in brackets, else empty. ``numbering`` is the number before the label (一、).
    """

    raw: str
    core: str
    full: str
    note: str = ""
    unit: str = ""
    numbering: str = ""

    @property
    def has_other_sense(self) -> bool:
        """Whether a note says that the figure is another one than the label alone would mean."""
        return bool(self.note) and _OTHER_SENSE.search(self.note) is not None


EMPTY: Final = Label("", "", "")


class Labels:
    """Reads labels and compares them; remembers both for as long as one file is being matched."""

    def __init__(self, units: Iterable[str] = UNITS) -> None:
        #: The units that may stand in brackets after a label.
        self.units = related(frozenset(units) | frozenset(UNITS))
        self._read: dict[str, Label] = {}
        self._pairs: dict[str, frozenset[str]] = {}
        self._figures: dict[str, bool] = {}

    def read(self, text: str) -> Label:
        """The label that *text* is."""
        known = self._read.get(text)
        if known is None:
            # Most cells of a table are bare numbers.
            if text.isascii() and text.isdigit():
                known = Label(text, text, text)
            else:
                known = self._taken_apart(text) if len(text) <= _LONGEST else Label(text, "", "")
            self._read[text] = known
        return known

    def core(self, text: str) -> str:
        """The core of *text*; empty for a text without letters or digits."""
        return self.read(text).core

    def is_figure(self, text: str) -> bool:
        """Whether *text* is a number, or a mark in place of one."""
        known = self._figures.get(text)
        if known is None:
            known = self._figures[text] = looks_like_figure(text, self.units)
        return known

    def likeness(self, one: str, other: str) -> float:
        """How alike two cores are, 0 to 1: the share of pairs of neighbouring characters."""
        if one == other:
            return 1.0
        first, second = self.pairs(one), self.pairs(other)
        if not first or not second:
            return 0.0
        # 「数数数」 is made of the same pairs as 「数数」: only equal labels are wholly alike.
        return min(_NEARLY, 2 * len(first & second) / (len(first) + len(second)))

    def pairs(self, core: str) -> frozenset[str]:
        """The pairs of neighbouring characters in *core*."""
        known = self._pairs.get(core)
        if known is None:
            known = frozenset(core[at : at + 2] for at in range(len(core) - 1))
            self._pairs[core] = known
        return known

    def _taken_apart(self, text: str) -> Label:
        plain = text.strip()
        if not plain:
            return EMPTY
        if not plain.isascii():
            # Numbers stand first; a circled one further on is a footnote mark or part of the label.
            plain = unicodedata.normalize("NFKC", plain[:2].translate(_CIRCLED) + plain[2:])
            if _ODD_BRACKET.search(plain):
                plain = plain.translate(_BRACKETS)
        rest, numbering = _without_numbering(plain)
        notes: list[str] = []
        unit = ""
        while True:
            tail = _UNIT_TAIL.search(rest) if "单位" in rest else None
            if tail is not None and tail[1] in self.units and tail.start():
                unit, rest = tail[1], rest[: tail.start()]
                continue
            found = _LAST_NOTE.search(rest) if rest[-1:] in _TAILS or "(" in rest else None
            if found is None or not found[0].strip() or not _LETTER.search(rest, 0, found.start()):
                break
            inside = found[1]
            rest = rest[: found.start()]
            if inside is None:
                continue
            named = self._unit_in(inside)
            if named:
                unit = named
            else:
                notes.append(_NO_LETTER.sub("", inside))
        core = _NO_LETTER.sub("", rest)
        note = "".join(reversed(notes))
        return Label(text, core, core + note, note, unit, _NO_LETTER.sub("", numbering))

    def _unit_in(self, inside: str) -> str:
        stripped = inside.strip()
        if stripped in self.units:
            return stripped
        found = _UNIT_NOTE.fullmatch(stripped)
        return found[1] if found is not None and found[1] in self.units else ""


def _without_numbering(plain: str) -> tuple[str, str]:
    """The label without 其中 and numbers before it, and the first of these numbers."""
    rest, numbering = plain, ""
    for _ in range(4):
        if rest[:1] not in _STARTS:
            break
        found = _OF_WHICH.match(rest) or _NUMBERING.match(rest)
        if found is None or not _LETTER.search(rest, found.end()):
            break
        numbering = numbering or found[0]
        rest = rest[found.end() :]
    return rest, numbering
