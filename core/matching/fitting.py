"""Fits pieces of raw tables to one table of a form.

Three ways of reading a piece are tried and the one that finds most cells is kept: rows with their
labels on the left; figures in a line under their labels (the 2021 form's fourth table as it is
published); and such a line written as a list, the form's columns being rows of the file.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from core.matching.arithmetic import Arithmetic
from core.matching.assign import Assigner
from core.matching.columns import Panel, Pick, Role, body_start, panels, pick
from core.matching.entries import Entry, Fit, Place, Target, with_doubt
from core.matching.form_words import TableWords, Vocabulary
from core.matching.header import is_header_word
from core.matching.headings import ROW_TITLES, Heading, Headings, read_bands
from core.matching.model import MatchNote, RowMatch
from core.matching.ordered import ordered
from core.matching.part import Piece
from core.matching.units import is_unit_word
from core.matching.weighing import is_open, weighed


def fit(
    pieces: Sequence[Piece],
    words: TableWords,
    vocabulary: Vocabulary,
    arithmetic: Arithmetic,
    *,
    column: int | None = None,
    before: int | None = None,
    units: Collection[str] = (),
) -> Fit:
    """The best fit of the pieces, taken as one table that goes on from piece to piece.

    *column*: the column of figures the clerk chose. *before*: years from this one on are not meant.
    *units*: those that lines above the table state for all of it.
    """
    assigner = Assigner(words, vocabulary, units)
    fitter = _Fitter(words, vocabulary, assigner, column, before)
    if len(words.table.columns) == 1:
        return fitter.listed(pieces, assigner.row_targets(), words.own)
    best = fitter.columned(pieces)
    if best.found < 0.9 * _cell_count(words):
        every = words.rows | words.columns.keys()
        as_list = fitter.listed(pieces, assigner.cell_targets(), every)
        as_list.clean = 2 * len(_figures(as_list)) > sum(map(_number_count, pieces))
        for other in (fitter.across(pieces), as_list):
            if other.found > best.found:
                best = other
    if best.clean and not is_open(best, arithmetic):
        return best
    return weighed(best, ordered(pieces, words, vocabulary, assigner), arithmetic)


def _cell_count(words: TableWords) -> int:
    return sum(len(row.columns) for row in words.table.rows)


def _figures(fit: Fit) -> list[tuple[str, RowMatch]]:
    """The figures that have a cell, each with its key, in the file's order."""
    return [(row.key, row) for row in fit.rows if row.key is not None and row.figure]


def _number_count(piece: Piece) -> int:
    """How many numbers the piece holds; one that is merged over several places counts once."""
    merged = piece.table.merged
    return sum(
        (at, column) not in merged and piece.is_number(at, column)
        for at in piece.places
        for column in range(piece.row_width(at))
    )


class _Fitter:
    """The parts of :func:`fit` that share the form's side."""

    def __init__(
        self,
        words: TableWords,
        vocabulary: Vocabulary,
        assigner: Assigner,
        column: int | None,
        before: int | None,
    ) -> None:
        self._words = words
        self._vocabulary = vocabulary
        self._assigner = assigner
        self._column = column
        self._before = before

    # -- one column of figures ------------------------------------------------------------------

    def listed(self, pieces: Sequence[Piece], targets: list[Target], known: frozenset[str]) -> Fit:
        """Labels on the left (those *known* tell their columns) and one column of figures."""
        result = Fit()
        entries: list[Entry] = []
        carried: Pick | None = None
        rivals: list[tuple[Piece, Panel, Pick]] = []
        for piece in pieces:
            for number, panel in enumerate(panels(piece, known, self._vocabulary)):
                taken = self._picked(panel, carried)
                if taken is None:
                    entries.extend(self._outline(piece, panel, {}))
                    continue
                if carried is None or number == 0:
                    carried = taken
                if not result.columns:
                    result.columns, result.column = panel.figures, taken.column.column
                rivals.append((piece, panel, taken))
                rows = {at: _figure_at(piece, panel, taken, at) for at in piece.places}
                entries.extend(self._outline(piece, panel, rows))
        self._assigner.assign(entries, targets, result)
        self._doubt_columns(result, rivals)
        return result

    def _picked(self, panel: Panel, carried: Pick | None) -> Pick | None:
        if self._column is not None:
            for candidate in panel.figures:
                if candidate.column == self._column:
                    return Pick(candidate, sure=True)
        if carried is not None and not any(column.heading for column in panel.figures):
            for candidate in panel.figures:
                if candidate.column == carried.column.column:
                    return Pick(candidate, carried.sure)
        return pick(panel.figures, self._before)

    def _doubt_columns(self, result: Fit, rivals: Sequence[tuple[Piece, Panel, Pick]]) -> None:
        """Lower the certainty where another column says something else and could be meant."""
        if self._column is not None:
            return
        doubtful = [
            (piece, panel, taken)
            for piece, panel, taken in rivals
            if not taken.sure and not _agree(piece, panel)
        ]
        if not doubtful:
            return
        result.sure = False
        _, panel, taken = doubtful[0]
        if len(panel.figures) == 1 or taken.column.role is Role.LAST:
            remark = MatchNote.LAST_ONLY.remark(heading=taken.column.heading)
        else:
            remark = MatchNote.COLUMN.remark()
        result.rows = [
            with_doubt(row, 0.5, remark) if row.key is not None else row for row in result.rows
        ]

    # -- several columns of figures -------------------------------------------------------------

    def columned(self, pieces: Sequence[Piece]) -> Fit:
        """Labels on the left, the form's columns across."""
        result = Fit()
        entries: list[Entry] = []
        carried: Headings = {}
        for piece in pieces:
            for panel in panels(piece, self._words.own, self._vocabulary):
                right = [
                    column
                    for column in range(panel.labels[-1] + 1, piece.width)
                    if column != panel.unit
                ]
                bands = read_bands(
                    piece, panel.labels, right, self._words, self._vocabulary, carried
                )
                carried = bands[max(bands)] if bands else carried
                result.clean &= self._is_clean(piece, right, bands)
                for at, headings in bands.items():
                    bare = [c for c in _numbers(piece, at, right) if c not in headings]
                    if bare:
                        bands[at] = {**headings, **dict.fromkeys(bare, Heading(None))}
                entries.extend(self._outline(piece, panel, bands))
        self._assigner.assign(entries, self._assigner.row_targets(), result)
        return result

    def across(self, pieces: Sequence[Piece]) -> Fit:
        """Labels above, figures in a line under them: each raw column is read as a row."""
        result = Fit()
        is_short = False
        entries: list[Entry] = []
        for piece in pieces:
            line = _figure_line(piece)
            if line is None:
                continue
            above = [at for at in piece.places if at < line]
            is_short |= piece.table.blanks_lost and piece.row_width(line) < piece.width
            last: list[str] = []
            for column in range(piece.width):
                path: list[tuple[int, str]] = []
                for at in above:
                    text = piece.text(at, column)
                    if text and (not path or path[-1][1] != text):
                        path.append((at, text))
                texts = [text for _, text in path]
                if texts == last and column in piece.reaches_across(line, column - 1):
                    continue  # the figure before, which is merged over several columns
                for depth, (at, text) in enumerate(path[:-1]):
                    if texts[: depth + 1] != last[: depth + 1]:
                        entries.append(Entry(piece, at, column, text))
                if path:
                    entry = Entry(piece, path[-1][0], column, path[-1][1])
                    entry.places.append(Place(line, column, Heading(None)))
                    entries.append(entry)
                last = texts
        self._assigner.assign(entries, self._assigner.cell_targets(), result)
        cells = self._vocabulary.form.cells
        found = [cells[key].place for key, row in _figures(result) if row.value is not None]
        whole = len(found) == sum(map(_number_count, pieces)) and not is_short
        result.clean = whole and found == sorted(found)
        return result

    def _is_clean(self, piece: Piece, columns: Sequence[int], bands: dict[int, Headings]) -> bool:
        """Whether each figure stands under one heading of its own, and no label under any."""
        words = self._words
        used: dict[int, tuple[Headings, set[int]]] = {}
        for at, headings in bands.items():
            filled = _numbers(piece, at, columns)
            of_form = [c for c in columns if c in headings and headings[c].column is not None]
            if any(c not in headings for c in filled):
                return False
            labelled = (c for c in of_form if not piece.is_figure(at, c))
            if filled and any(piece.core(at, c) in words.rows for c in labelled):
                return False
            if (
                piece.table.blanks_lost
                and filled
                and piece.row_width(at) <= max(of_form, default=0)
            ):
                return False
            used.setdefault(id(headings), (headings, set()))[1].update(filled)
        return all(self._are_in_place(headings, filled) for headings, filled in used.values())

    def _are_in_place(self, headings: Headings, filled: set[int]) -> bool:
        """Whether a full table's headings stand over its figures and follow one another."""
        table = self._words.table
        if any(row.columns and len(row.columns) < len(table.columns) for row in table.rows):
            return True
        order = [table.columns.index(of) for c in sorted(headings) if (of := headings[c].column)]
        strange = [c for c in filled if headings[c].column is None]
        at_home = {headings[c].code for c in filled} - {""}
        return order == sorted(set(order)) and (not strange or len(at_home) == len(table.columns))

    # -- shared ---------------------------------------------------------------------------------

    def _outline(self, piece: Piece, panel: Panel, headings: dict[int, Headings]) -> list[Entry]:
        """The labels of a piece in reading order; groups merged downwards come once."""
        found: list[Entry] = []
        start = body_start(piece, self._words.own)
        for at in piece.places:
            if headings and at not in headings:
                continue
            path = piece.path(at, panel.labels)
            core = piece.labels.core(path[-1][1]) if path else ""
            if (at < start and (not core or core in ROW_TITLES)) or (
                path and is_header_word(path[-1][1])
            ):
                continue
            for column, text in path[:-1]:
                if not piece.is_merged_down(at, column):
                    found.append(Entry(piece, at, column, text))
            unit = ""
            if panel.unit is not None and is_unit_word(piece.text(at, panel.unit)):
                unit = piece.text(at, panel.unit).strip("()（）[]【】 \u3000")
            places = [
                Place(at, column, heading)
                for column, heading in headings.get(at, {}).items()
                if not piece.text(at, column)
                or piece.is_figure(at, column)
                or piece.text(at, column) not in [text for _, text in path]
            ]
            if path:
                column, text = path[-1]
                found.append(Entry(piece, at, column, text, unit, places))
            elif any(piece.is_number(at, place.column) for place in places):
                found.append(Entry(piece, at, panel.labels[-1], "", unit, places))
        return found


def _numbers(piece: Piece, row: int, columns: Sequence[int]) -> list[int]:
    """The columns in which numbers stand that are not merged with one before or above."""
    merged = piece.table.merged
    return [c for c in columns if (row, c) not in merged and piece.is_number(row, c)]


def _figure_at(piece: Piece, panel: Panel, taken: Pick, row: int) -> Headings:
    """Where a row's figure stands: in its column, or where a lost cell has let it slip to."""
    column = taken.column.column
    slipped = panel.unit
    if slipped is not None and not piece.text(row, column) and piece.is_number(row, slipped):
        return {slipped: Heading(None, "", "", 0.5, MatchNote.SLIPPED.remark())}
    figures = [one.column for one in panel.figures]
    is_short = piece.row_width(row) <= max(figures)
    if piece.table.blanks_lost and is_short and piece.text(row, column):
        return {column: Heading(None, taken.column.heading, "", 0.5, MatchNote.GAP.remark())}
    return {column: Heading(None, taken.column.heading)}


def _agree(piece: Piece, panel: Panel) -> bool:
    """Whether all columns that could be meant say the same."""
    columns = [c for c in panel.figures if c.role not in (Role.LAST, Role.CHANGE)]
    if len(columns) < 2 or any(c.role is Role.CUMULATIVE for c in columns[:1]):
        return False
    return all(
        len({piece.text(at, c.column) for c in columns if piece.is_figure(at, c.column)}) <= 1
        for at in piece.places
    )


def _figure_line(piece: Piece) -> int | None:
    """The first row made of figures; none where figures stand in other rows too."""
    for at in piece.places:
        filled = [c for c in range(piece.width) if piece.text(at, c)]
        figures = sum(piece.is_figure(at, c) for c in filled)
        if figures >= 2 and figures >= len(filled) - 1:
            return at
    return None
