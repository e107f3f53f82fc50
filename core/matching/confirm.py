"""Which pairings of equal labels can be relied on: what stands around them decides.

A label alone proves little. A form prints 「被依法纠错数」 under 行政复议 and under 行政诉讼; a file
may print a row once more with another figure, or a sibling's row where another is gone. So a
pairing stays sure only while nothing else in the file claims the row, and, for labels that the
form itself repeats, only under its own heading.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from core.matching.align import Item, Pair


def confirmed(
    pairs: Sequence[Pair],
    raw: Sequence[Item],
    form: Sequence[Item],
    parents: Sequence[int],
    columns: Collection[int] = (),
) -> list[Pair]:
    """The *pairs*, those that their context does not confirm being marked as not sure.

    *parents*: for each of the form's rows the number of the row it belongs to, -1 for none.
    *columns*: those that are a row's columns written as rows; their names mean nothing alone.
    """
    return _Context(pairs, raw, form, parents, columns).confirmed()


class _Context:
    """What the pairings say about one another."""

    def __init__(
        self,
        pairs: Sequence[Pair],
        raw: Sequence[Item],
        form: Sequence[Item],
        parents: Sequence[int],
        columns: Collection[int],
    ) -> None:
        self._pairs = pairs
        self._raw = raw
        self._form = form
        self._parents = parents
        self._columns = columns
        self._of_raw = {pair.raw: pair for pair in pairs}
        self._of_form = {pair.form: pair for pair in pairs}
        self._moved = sorted((pair.raw, pair.form) for pair in pairs if pair.moved)
        #: How often the form prints a label, and where the file does.
        self._wanted = Counter(item.label.core for item in form)
        self._printed = _places(raw)
        self._in_place: dict[str, bool] = {}

    def confirmed(self) -> list[Pair]:
        doubted = self._doubted(frozenset())
        # A heading that is doubted confirms nothing under it; the tree's depth bounds the rounds.
        while (more := self._doubted(doubted)) != doubted:
            doubted = more
        return [
            replace(pair, sure=False) if self._core(pair) in doubted else pair
            for pair in self._pairs
        ]

    def _doubted(self, known: frozenset[str]) -> frozenset[str]:
        """The labels of which a pairing is not confirmed, the *known* ones being among them.

        Of rows called alike, one under a wrong heading may belong where another one stands: so a
        doubt about one of them is a doubt about all.
        """
        sure: dict[int, bool] = {}
        # Parents stand before their parts, so each finds its parent judged.
        for pair in sorted(self._pairs, key=lambda pair: pair.form):
            is_open = pair.sure and self._core(pair) not in known
            sure[pair.form] = is_open and self._stands(pair, sure)
        return frozenset(self._core(pair) for pair in self._pairs if not sure[pair.form])

    def _core(self, pair: Pair) -> str:
        return self._form[pair.form].label.core

    def _stands(self, pair: Pair, sure: Mapping[int, bool]) -> bool:
        core = self._core(pair)
        if pair.likeness < 1 or not core:
            # What differs in its wording is never taken for certain anyway.
            return True
        places = self._printed[core]
        if self._wanted[core] == 1:
            claims = {self._raw[at].figure for at in places if self._raw[at].has_figures}
            alone = pair.form not in self._columns
            undisputed = claims <= {self._raw[pair.raw].figure}
            return undisputed and (alone or self._is_under_its_parent(pair, sure))
        if not self._all_in_place(core):
            return False
        complete = len(places) == self._wanted[core]
        beside = self._is_undisputed(pair) if complete else self._touches(pair)
        return beside and self._is_under_its_parent(pair, sure)

    def _all_in_place(self, core: str) -> bool:
        """Whether every row of the file called so is; asked of each of them, found out once."""
        known = self._in_place.get(core)
        if known is None:
            known = all(self._is_in_place(at, core) for at in self._printed[core])
            self._in_place[core] = known
        return known

    def _is_in_place(self, at: int, core: str) -> bool:
        """Whether the file's row is paired, in order, with one of the form's rows called so."""
        pair = self._of_raw.get(at)
        return pair is not None and not pair.moved and self._core(pair) == core

    def _is_under_its_parent(self, pair: Pair, sure: Mapping[int, bool]) -> bool:
        """Whether the row's heading stands above it, and no row from elsewhere between the two."""
        parent = self._parents[pair.form]
        if parent < 0:
            return True
        heading = self._of_form.get(parent)
        if heading is None or heading.moved or not sure[parent]:
            return False
        between = self._moved[
            bisect_left(self._moved, (heading.raw, 0)) : bisect_left(self._moved, (pair.raw, 0))
        ]
        return all(self._is_within(row, parent) for _, row in between)

    def _is_within(self, row: int, parent: int) -> bool:
        while row >= 0 and row != parent:
            row = self._parents[row]
        return row == parent

    def _is_undisputed(self, pair: Pair) -> bool:
        """Whether neither row right beside it in the file has figures and no place in the form."""
        return not any(
            0 <= at < len(self._raw) and at not in self._of_raw and self._raw[at].counts
            for at in (pair.raw - 1, pair.raw + 1)
        )

    def _touches(self, pair: Pair) -> bool:
        """Whether the rows right above and below in the file are those of the form."""
        return all(self._is_neighbour(pair, step) for step in (-1, 1))

    def _is_neighbour(self, pair: Pair, step: int) -> bool:
        at, row = pair.raw + step, pair.form + step
        if not 0 <= row < len(self._form):
            return True
        other = self._of_raw.get(at)
        return other is not None and other.form == row


def _places(raw: Sequence[Item]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, item in enumerate(raw):
        if item.label.core:
            places.setdefault(item.label.core, []).append(at)
    return places
