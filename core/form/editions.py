"""Editions of a form: for which periods one is in force, and which cells of another mean the same.

Both are data in the form's file, so that a new edition is a new file and no code:

    in_force = { from = 2019, until = 2020 }

    [[same_as]]
    form = "cn-2014-beijing"
    cells = ["1.1", "2.**", "1.2.* = 1.3.*"]

A pattern is a cell's key in which ``*`` stands for one part between dots and colons and ``**`` for
any rest; where the other form calls the cell otherwise, ``=`` and its key there follow.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Final, NamedTuple

from core.form.language import MAX_STARS
from core.period import Period, PeriodKind

_STARS: Final = re.compile(r"(\*\*|\*)")


class InForce(NamedTuple):
    """From which period to which a form is to be used; ``None``: without such an end."""

    first: Period | None = None
    last: Period | None = None

    def covers(self, period: Period) -> bool:
        """Whether the form is to be used for *period*."""
        return not self.begins_after(period) and not self.ended_before(period)

    def begins_after(self, period: Period) -> bool:
        """Whether the form was not yet in force in *period*."""
        return self.first is not None and period.sort_key < self.first.sort_key

    def ended_before(self, period: Period) -> bool:
        """Whether the form was no longer in force in *period*."""
        return self.last is not None and period.sort_key >= self.last.shifted(1).sort_key

    def __str__(self) -> str:
        """As a sentence says it: ``2019至2020年度``, ``2021年度起``, ``截至2018年度``; empty for always."""
        first, last = self
        if first is not None and last is not None:
            from_year = str(first.year) if first.kind is PeriodKind.YEAR else first.label
            return last.label if first == last else f"{from_year}至{last.label}"
        return f"{first.label}起" if first else f"截至{last.label}" if last else ""


#: Of a form whose file says nothing.
ALWAYS: Final = InForce()


class SameAs(NamedTuple):
    """What a form's file says of another form: pairs of patterns, own cells before theirs."""

    form_id: str
    pairs: tuple[tuple[str, str], ...]


def pair_of(text: str) -> tuple[str, str] | None:
    """The two patterns of ``own = theirs`` (or one for both); ``None`` where it cannot be read."""
    own, equals, theirs = (part.strip() for part in text.partition("="))
    theirs = theirs if equals else own
    stars = _STARS.findall(own)
    if not own or not theirs or "=" in theirs or len(stars) > MAX_STARS:
        return None
    return (own, theirs) if stars == _STARS.findall(theirs) else None


def matches(pattern: str, keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Those of *keys* that *pattern* means, each with what its stars stood for."""
    parts = ("(.+)" if p == "**" else r"([^.:]+)" if p == "*" else re.escape(p)
             for p in _STARS.split(pattern))  # fmt: skip
    compiled = re.compile("".join(parts))
    return {key: found.groups() for key in keys if (found := compiled.fullmatch(key))}


def same_cells(
    told: Iterable[SameAs], other_id: str, own: Iterable[str], theirs: Container[str]
) -> dict[str, str]:
    """Own cell key → the key of the same cell in the form *other_id*, as *told* of it.

    Keys that the other form does not have are left out: it may be an office's own variant.
    """
    found: dict[str, str] = {}
    for entry in told:
        if entry.form_id != other_id:
            continue
        for pattern, there in entry.pairs:
            pieces = _STARS.split(there)[::2]
            for key, stood in matches(pattern, own).items():
                filled = "".join(map("".join, zip(pieces, (*stood, ""), strict=True)))
                if filled in theirs:
                    found.setdefault(key, filled)
    return found
