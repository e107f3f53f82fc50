"""How the columns of a sheet share its width: the figures first, then labels, then remarks. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from gui.sheet.columns import SheetColumn

#: In device-independent pixels at 100 %. A label column of several columns of figures need not be
#: wider than ``_LABEL_EASY`` before these are as wide as they like.
_LABEL_SHORT: Final = 180
_LABEL_LEAST: Final = 250
_LABEL_EASY: Final = 400
_LABEL_MOST: Final = 760


class Widths(NamedTuple):
    """The width of each column in pixels; 0 for the remarks where they have no column."""

    columns: tuple[int, ...]

    @property
    def has_review(self) -> bool:
        """Whether the remarks have room for sentences."""
        return self.columns[-1] > 0


def share(
    columns: Sequence[SheetColumn],
    room: int,
    *,
    zoom: float,
    label: int,
    needed: Mapping[int, int],
    by_hand: Mapping[int, int] | None = None,
) -> Widths:
    """Shares *room* pixels among *columns*, the last of which holds the remarks.

    Remarks with less than their least width have none: a row's sign then stands beside its label.
    ``label``: what the longest label takes. ``needed``: what the figures seen so far take in a
    column, where that is more than it would get. ``by_hand``: widths that stay as they are. What does
    not fit is scrolled.
    """
    kept = by_hand or {}
    last = len(columns) - 1

    def px(pixels: int) -> int:
        return round(pixels * zoom)

    def each(of: Callable[[SheetColumn], int]) -> list[int]:
        return [
            kept.get(at, max(px(of(column)), needed.get(at, 0)))
            for at, column in enumerate(columns[1:-1], start=1)
        ]

    wide = each(lambda column: column.width)
    left = room - sum(wide)
    remarks = kept.get(last, px(columns[-1].least))
    most = min(max(label, px(_LABEL_SHORT)), px(_LABEL_MOST))
    # Labels come first: a remark that is cut stands whole beside the sheet, a label nowhere else.
    fitting = kept.get(0, min(most, max(px(_LABEL_LEAST), left - remarks)))
    if last in kept or left - fitting >= remarks:
        return Widths((fitting, *wide, kept.get(last, left - fitting)))
    least = each(lambda column: column.least)
    spare = room - sum(least) - kept.get(0, min(most, px(_LABEL_EASY)))
    widths = _widened(least, wide, spare)
    return Widths((kept.get(0, max(room - sum(widths), px(_LABEL_LEAST))), *widths, 0))


def _widened(least: Sequence[int], wide: Sequence[int], spare: int) -> list[int]:
    """Columns between their least and their full width, as far as *spare* pixels go."""
    wanted = sum(wide) - sum(least)
    if wanted <= 0 or spare <= 0:
        return list(least)
    part = min(1.0, spare / wanted)
    return [low + int((high - low) * part) for low, high in zip(least, wide, strict=True)]
