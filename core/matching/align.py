"""Aligns two sequences of labels in order.

A form has labels that stand twice (「被依法纠错数」, 「其他情形数」), so which row a label means
depends on what stands around it. Labels that are equal and single on both sides are anchors; the
longest set of anchors in the same order on both sides (a longest increasing subsequence) cuts the
sequences into short gaps, and only there is every pairing weighed (dynamic programming), with
likeness counting where labels differ. A pairing that could as well have been another one is said
to be unsure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.matching.labels import Label, Labels

#: Below this likeness two labels are strangers.
MIN_LIKENESS: Final = 0.55
#: A pairing with a rival this close is no sure one.
MARGIN: Final = 0.12
#: The most pairs that are weighed in one gap; beyond it only equal labels are paired.
MAX_AREA: Final = 60_000


@dataclass(frozen=True, slots=True)
class Item:
    """One row on either side: its label, its unit if known, whether anything stands in its figures.

    ``figure`` is what stands there, to tell a harmless repetition from a contradiction; ``counts``
    says whether that is a number, and not the heading of a page.
    """

    label: Label
    unit: str = ""
    has_figures: bool = True
    figure: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Pair:
    """Row *raw* of the file is row *form* of the form.

    ``likeness`` is 1 for equal labels. ``sure``: no other pairing comes close. ``moved``: the row
    stands elsewhere in the file's order than in the form's.
    """

    raw: int
    form: int
    likeness: float
    sure: bool = True
    moved: bool = False


def align(raw: Sequence[Item], form: Sequence[Item], labels: Labels) -> list[Pair]:
    """The pairs of rows that belong together, by the file's order."""
    anchors, moved = _anchors(raw, form)
    pairs: list[Pair] = [Pair(i, j, 1.0) for i, j in anchors]
    before = (-1, -1)
    for after in [*anchors, (len(raw), len(form))]:
        if after[0] - before[0] > 1 and after[1] - before[1] > 1:
            pairs.extend(_Gap(raw, form, labels, before, after).pairs())
        before = after
    taken_raw = {pair.raw for pair in pairs}
    taken_form = {pair.form for pair in pairs}
    for i, j in moved:
        if i not in taken_raw and j not in taken_form:
            pairs.append(Pair(i, j, 1.0, sure=False, moved=True))
            taken_raw.add(i)
            taken_form.add(j)
    pairs.extend(_followers(raw, form, pairs, taken_raw, taken_form))
    return sorted(pairs, key=lambda pair: pair.raw)


def _anchors(
    raw: Sequence[Item], form: Sequence[Item]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Pairs of labels equal and single on both sides: those in order, and those out of it."""
    raw_places = _single_places(raw)
    form_places = _single_places(form)
    common = sorted((i, form_places[core]) for core, i in raw_places.items() if core in form_places)
    chain = _longest_increasing([j for _, j in common])
    kept = set(chain)
    in_order = [common[at] for at in chain]
    return in_order, [pair for at, pair in enumerate(common) if at not in kept]


def _single_places(items: Sequence[Item]) -> dict[str, int]:
    places: dict[str, int] = {}
    twice: set[str] = set()
    for at, item in enumerate(items):
        core = item.label.core
        if core in places:
            twice.add(core)
        elif core:
            places[core] = at
    return {core: at for core, at in places.items() if core not in twice}


def _longest_increasing(values: Sequence[int]) -> list[int]:
    """The places of a longest increasing subsequence (patience sorting)."""
    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for at, value in enumerate(values):
        slot = bisect_left(ends, value)
        before.append(places[slot - 1] if slot else -1)
        if slot == len(ends):
            ends.append(value)
            places.append(at)
        else:
            ends[slot], places[slot] = value, at
    chain: list[int] = []
    at = places[-1] if places else -1
    while at >= 0:
        chain.append(at)
        at = before[at]
    return chain[::-1]


class _Gap:
    """The rows of both sides between two anchors."""

    def __init__(
        self,
        raw: Sequence[Item],
        form: Sequence[Item],
        labels: Labels,
        before: tuple[int, int],
        after: tuple[int, int],
    ) -> None:
        self._labels = labels
        self._raw_at: list[int] = [i for i in range(before[0] + 1, after[0]) if raw[i].label.core]
        self._form_at: list[int] = list(range(before[1] + 1, after[1]))
        self._raw: list[Item] = [raw[i] for i in self._raw_at]
        self._form: list[Item] = [form[j] for j in self._form_at]

    def pairs(self) -> list[Pair]:
        """The best pairing in order, earliest first where several are equally good."""
        if not self._raw or not self._form:
            return []
        fuzzy = len(self._raw) * len(self._form) <= MAX_AREA
        if not fuzzy and not self._shrink():
            return []
        scores = [[self._score(r, f, fuzzy=fuzzy) for f in self._form] for r in self._raw]
        head, tail = _prefixes(scores), _suffixes(scores)
        found: list[Pair] = []
        i = j = 0
        while i < len(scores) and j < len(self._form):
            score = scores[i][j]
            if score > 0 and tail[i][j] <= score + tail[i + 1][j + 1] + 1e-9:
                likeness = self._labels.likeness(self._raw[i].label.core, self._form[j].label.core)
                sure = not self._has_rival(scores, head, tail, i, j)
                found.append(Pair(self._raw_at[i], self._form_at[j], likeness, sure))
                i, j = i + 1, j + 1
            elif tail[i][j] <= tail[i][j + 1] + 1e-9:
                j += 1
            else:
                i += 1
        return found

    def _shrink(self) -> bool:
        """Leave only rows whose labels stand on both sides; whether that is few enough."""
        common = {r.label.core for r in self._raw} & {f.label.core for f in self._form}
        keep_raw = [at for at, item in enumerate(self._raw) if item.label.core in common]
        keep_form = [at for at, item in enumerate(self._form) if item.label.core in common]
        self._raw_at = [self._raw_at[at] for at in keep_raw]
        self._form_at = [self._form_at[at] for at in keep_form]
        self._raw = [self._raw[at] for at in keep_raw]
        self._form = [self._form[at] for at in keep_form]
        return 0 < len(self._raw) * len(self._form) <= MAX_AREA

    def _score(self, raw: Item, form: Item, *, fuzzy: bool) -> float:
        one, other = raw.label, form.label
        if one.core == other.core:
            score = 1.0 if one.full == other.full else 0.97
        elif not fuzzy:
            return 0.0
        else:
            likeness = self._labels.likeness(one.core, other.core)
            if likeness < MIN_LIKENESS:
                return 0.0
            score = 0.7 * likeness
        if raw.unit and form.unit and raw.unit != form.unit:
            score -= 0.1
        if raw.has_figures != form.has_figures:
            score -= 0.05
        return score

    def _has_rival(
        self,
        scores: list[list[float]],
        head: list[list[float]],
        tail: list[list[float]],
        i: int,
        j: int,
    ) -> bool:
        """Whether a pairing about as good gives the row, or the form's row, to another one."""
        enough = tail[0][0] - MARGIN
        for k, score in enumerate(scores[i]):
            if k != j and score > 0 and head[i][k] + score + tail[i + 1][k + 1] >= enough:
                return True
        mine = self._raw[i]
        for k, row in enumerate(scores):
            other = self._raw[k]
            if k == i or row[j] <= 0 or other.figure == mine.figure:
                continue
            if mine.has_figures and not other.has_figures:
                # The label alone, at the foot of a page; the figure follows on the next.
                continue
            if head[k][j] + row[j] + tail[k + 1][j + 1] >= enough:
                return True
        return False


def _prefixes(scores: list[list[float]]) -> list[list[float]]:
    """``[i][j]``: the best total of the first *i* raw and *j* form rows."""
    width = len(scores[0])
    table = [[0.0] * (width + 1)]
    for row in scores:
        above, line = table[-1], [0.0]
        for j, score in enumerate(row):
            best = above[j + 1] if above[j + 1] >= line[j] else line[j]
            if score > 0 and above[j] + score > best:
                best = above[j] + score
            line.append(best)
        table.append(line)
    return table


def _suffixes(scores: list[list[float]]) -> list[list[float]]:
    """``[i][j]``: the best total of the raw rows from *i* and the form rows from *j* on."""
    turned = _prefixes([row[::-1] for row in reversed(scores)])
    return [line[::-1] for line in reversed(turned)]


def _followers(
    raw: Sequence[Item],
    form: Sequence[Item],
    pairs: Sequence[Pair],
    taken_raw: set[int],
    taken_form: set[int],
) -> list[Pair]:
    """Rows right under a moved one that are equal to the rows right under it in the form."""
    found: list[Pair] = []
    for pair in pairs:
        if not pair.moved:
            continue
        i, j = pair.raw + 1, pair.form + 1
        while i < len(raw) and j < len(form) and i not in taken_raw and j not in taken_form:
            if raw[i].label.core != form[j].label.core:
                break
            found.append(Pair(i, j, 1.0, sure=False, moved=True))
            taken_raw.add(i)
            taken_form.add(j)
            i, j = i + 1, j + 1
    return found
