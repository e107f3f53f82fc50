"""The widths of a sheet's columns: shared out anew with the room, but for those a person has dragged."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.sheet.columns import SheetColumn
from gui.sheet.header import SheetHeader
from gui.sheet.widths import Widths, share


class ColumnFit(QObject):
    """Sets the sections of a header; :mod:`gui.sheet.widths` says how wide.

    A column whose border was dragged keeps its width, at every zoom, until it is given back; all
    others go on adapting to the room and to their figures.

    Signals (requests):
        fit_requested(): a drag has ended or a width was given back; the others are to be shared anew.
    """

    fit_requested = Signal()

    def __init__(self, headings: SheetHeader) -> None:
        super().__init__(headings)
        self._headings = headings
        self._zoom = 1.0
        #: Section → width in pixels at 100 %.
        self._by_hand: dict[int, float] = {}
        self._fitting = False
        self._dragged = False
        headings.sectionResized.connect(self._resized)
        headings.released.connect(self._released)
        headings.sectionHandleDoubleClicked.connect(self.give_back)

    @property
    def is_by_hand(self) -> bool:
        """Whether any column has a width that a person gave it."""
        return bool(self._by_hand)

    def fit(
        self,
        columns: tuple[SheetColumn, ...],
        room: int,
        *,
        zoom: float,
        label: int,
        needed: dict[int, int],
    ) -> Widths:
        """Sets all widths for *room* pixels; ``label`` and ``needed`` as for :func:`share`."""
        self._zoom = zoom
        widths = share(
            columns,
            room,
            zoom=zoom,
            label=label,
            needed=needed,
            by_hand={section: round(width * zoom) for section, width in self._by_hand.items()},
        )
        self._fitting = True
        self._headings.setSectionHidden(len(columns) - 1, not widths.has_review)
        for section, width in enumerate(widths.columns):
            self._headings.resizeSection(section, width)
        self._fitting = False
        return widths

    def give_back(self, section: int | None = None) -> None:
        """Lets a column adapt again; all of them without *section*."""
        if section is None:
            self._by_hand.clear()
        else:
            self._by_hand.pop(section, None)
        self._dragged = False
        self.fit_requested.emit()

    def _resized(self, section: int, before: int, now: int) -> None:
        if not self._fitting and now:
            self._by_hand[section] = now / self._zoom
            self._dragged = True

    def _released(self) -> None:
        # Not while the border moves: it would run away from under the mouse.
        if self._dragged:
            self._dragged = False
            self.fit_requested.emit()
