"""Order proposes, arithmetic decides: which reading of a table of several columns is taken.

Two kinds of reading give a table's figures to the form's cells:

- *by headings* (:mod:`core.matching.fitting`): a figure belongs to the column whose heading stands
  over it. Certain where every figure has a heading that is its own (``Fit.clean``).
- *by order* (:mod:`core.matching.ordered`): the figures between two labels are the row's, in the
  form's order. Asked for only where the headings are not clean, or the sums contradict them.

    Fit by headings ──clean, sums not against it──────────────────────────────► taken as it is
          └─otherwise─► Fits by order ─► the form's equalities judge each ─► the better one taken,
                                                                      each figure certain or doubted

Both are values that nobody changes afterwards; :class:`~core.matching.arithmetic.Arithmetic` owns
the equalities and no figures. A figure that was placed by order is certain only if

- its row has just as many figures as the form has columns, and its label is certain;
- no equality that reads its cell fails;
- an equality ties the row's figures together, holds, and is not between noughts only: figures that
  slipped by a place would break it. A row of noughts only needs none, for it says the same however
  its figures are placed. Where the form has no equality for the row (the 2021 form's second table),
  the file's headings must name the row's columns in the form's order just above it;
- the headings, where they stand in the text, do not name the columns in another order;
- the reading by headings does not do as well with another placing.

Where labels and figures stand apart, every figure must be so borne out, or none is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.matching.arithmetic import Arithmetic, Judgement
from core.matching.entries import Fit, with_doubt
from core.matching.model import MatchNote, RowMatch
from core.matching.ordered import Ordered
from core.values import CellValue


def is_open(fit: Fit, arithmetic: Arithmetic) -> bool:
    """Whether a reading by clean headings leaves something open.

    That is a doubt, a sum against it, or a row that a sum should tie together and none does.
    """
    if any(row.key is not None and row.certainty < 1 for row in fit.rows):
        return True
    values = _values(fit.rows)
    judged = arithmetic.judge(values)
    told = {row.row for row in fit.rows if row.key is not None and row.value}
    return judged.failures > 0 or not told & arithmetic.ruled(values) <= judged.fixed


def weighed(by_headings: Fit, by_order: Sequence[Ordered], arithmetic: Arithmetic) -> Fit:
    """The better reading, each of its figures as certain as headings or sums make it."""
    first = arithmetic.judge(_values(by_headings.rows))
    judged = [(one, arithmetic.judge(_values(one.fit.rows))) for one in by_order]
    best, second = min(judged, key=lambda entry: (entry[1].failures, -len(entry[1].fixed)))
    judge = _Judge(best, second, by_headings, first, arithmetic)
    if not _is_better(best, second, by_headings, first):
        if by_headings.clean:
            rows = _slipped_doubted(judge.confirmed(by_headings.rows), arithmetic)
            return replace(by_headings, rows=rows)
        return _by_headings(by_headings, first, best, second)
    if best.apart and not all(judge.is_borne_out(row) for row in best.fit.rows):
        rows = [_unread(row) if row.key is not None else row for row in best.fit.rows]
    else:
        rows = [judge.judged(row) for row in best.fit.rows]
    return replace(best.fit, rows=rows, clean=False)


def _is_better(best: Ordered, judged: Judgement, other: Fit, against: Judgement) -> bool:
    if not best.fit.found or 2 * len(best.misnamed) > len({row.row for row in best.fit.rows}):
        return False
    if not other.clean:
        return 2 * best.fit.found >= other.found
    # A sum may be wrong in the file itself; then no other placing makes it right.
    fewer = against.failures > 4 * judged.failures or not judged.failures
    told = len(judged.fixed) > len(against.fixed)
    return fewer and told and 2 * best.fit.found >= other.found


def _by_headings(fit: Fit, judged: Judgement, order: Ordered, of_order: Judgement) -> Fit:
    """The reading by headings that are not clean: certain only where its sums bear it out."""
    other = _values(order.fit.rows)
    rows: list[RowMatch] = []
    for row in fit.rows:
        told_otherwise = other.get(row.key or "", row.value) != row.value
        if row.key is None or (
            row.row in judged.fixed
            and row.key not in judged.failed
            and not (told_otherwise and row.row in of_order.fixed)
        ):
            rows.append(row)
        else:
            rows.append(with_doubt(row, 0.5, MatchNote.HEADINGS.remark()))
    return replace(fit, rows=rows)


def _slipped_doubted(rows: Sequence[RowMatch], arithmetic: Arithmetic) -> list[RowMatch]:
    """The rows, those doubted in which a cell seems lost or put in.

    A row that lacks figures at its end adds up if they are moved there; one that has a figure too
    many does not add up as it stands.
    """
    crowded = {row.row for row in rows if row.key is None and row.figure}
    of_row: dict[str, list[RowMatch]] = {}
    for row in rows:
        if row.key is not None and row.row is not None:
            of_row.setdefault(row.row, []).append(row)
    slipped: set[str] = set()
    for code, cells in of_row.items():
        values = [cell.value for cell in cells]
        as_is = {cell.key or "": cell.value for cell in cells}
        if code in crowded and arithmetic.judge(as_is).failures:
            slipped.add(code)
        blanks = next((n for n, value in enumerate(reversed(values)) if value is not None), 0)
        if blanks:
            moved = [0] * blanks + [value or 0 for value in values[:-blanks]]
            keys = (cell.key or "" for cell in cells)
            if code in arithmetic.judge(dict(zip(keys, moved, strict=True))).fixed:
                slipped.add(code)
    remark = MatchNote.GAP.remark()
    return [
        with_doubt(row, 0.5, remark) if row.key is not None and row.row in slipped else row
        for row in rows
    ]


def _unread(row: RowMatch) -> RowMatch:
    return replace(
        row, row=None, key=None, value=None, certainty=0.0, remarks=(MatchNote.APART.remark(),)
    )


class _Judge:
    """How certain each figure placed by order is."""

    def __init__(
        self,
        order: Ordered,
        judged: Judgement,
        other: Fit,
        against: Judgement,
        arithmetic: Arithmetic,
    ) -> None:
        self._order = order
        self._failed = judged.failed
        self._against = against
        self._other = _values(other.rows)
        values = _values(order.fit.rows)
        by_row = _by_row(order.fit.rows)
        #: Rows whose figures are all the same, so that it does not matter which is whose.
        self._alike = {code for code, held in by_row.items() if not any(held)}
        # Blanks among a row's figures keep their place; what is filled in must come to its sum.
        filled = {key: 0 if value is None else value for key, value in values.items()}
        self._fixed = judged.fixed | arithmetic.judge(filled).fixed
        self._ruled = arithmetic.ruled(values)

    def is_borne_out(self, row: RowMatch) -> bool:
        """Whether sums (or that all is nought) say that the figure is in its place."""
        if row.key is None or row.key in self._failed:
            return False
        return row.row in self._fixed or row.row in self._alike

    def confirmed(self, rows: Sequence[RowMatch]) -> list[RowMatch]:
        """Rows read by headings; a doubted figure is certain where order and sums say the same."""
        found = {row.key: row for row in map(self.judged, self._order.fit.rows) if row.key}
        return [
            other
            if row.certainty < 1
            and (other := found.get(row.key or "")) is not None
            and (other.certainty, other.value) == (1, row.value)
            else row
            for row in rows
        ]

    def judged(self, row: RowMatch) -> RowMatch:
        """The figure, doubted where it is not certain."""
        if row.key is None:
            return row
        if row.row in self._order.misnamed:
            return with_doubt(row, 0.5, MatchNote.OTHER_ORDER.remark())
        if row.key in self._failed:
            return with_doubt(row, 0.5, MatchNote.NO_BALANCE.remark())
        named = row.row in self._order.named and row.row not in self._ruled
        if not named and not self.is_borne_out(row):
            return with_doubt(row, 0.5, MatchNote.ORDER.remark())
        if row.row in self._against.fixed and self._other.get(row.key, row.value) != row.value:
            return with_doubt(row, 0.5, MatchNote.HEADINGS.remark())
        return row


def _values(rows: Sequence[RowMatch]) -> dict[str, CellValue]:
    return {row.key: row.value for row in rows if row.key is not None}


def _by_row(rows: Sequence[RowMatch]) -> dict[str, list[CellValue]]:
    found: dict[str, list[CellValue]] = {}
    for row in rows:
        if row.key is not None and row.row is not None:
            found.setdefault(row.row, []).append(row.value)
    return found
