"""Fits pieces of raw tables to one table of a form.

Three ways of reading a piece are tried and the one that finds most cells is kept: rows with their
labels on the left; figures in a line under their labels (the 2021 form's fourth table as it is
published); and such a line written as a list, the form's columns being rows of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.form.form import Column, Row
from core.matching.align import Item, Pair, align
from core.matching.columns import FigureColumn, Panel, Pick, Role, body_start, panels, pick
from core.matching.confirm import confirmed
from core.matching.figures import MONEY, Figure, read_figure
from core.matching.form_words import TableWords, Vocabulary
from core.matching.header import is_header_word
from core.matching.headings import ROW_TITLES, Heading, Headings, read_bands
from core.matching.model import MatchNote, Position, RowMatch
from core.matching.part import Piece
from core.problems import Remark


@dataclass(frozen=True, slots=True)
class Place:
    """One figure (or blank) of an entry: its raw column and what the heading says it is."""

    row: int
    column: int
    heading: Heading


@dataclass(slots=True)
class Entry:
    """One label of the file in reading order, with the figures that belong to it."""

    piece: Piece
    row: int
    column: int
    text: str
    unit: str = ""
    places: list[Place] = field(default_factory=list[Place])


@dataclass(frozen=True, slots=True)
class Target:
    """One label of the form; ``column`` where a column of the form is a label of its own."""

    item: Item
    row: Row
    column: Column | None = None


#: A label and where it stands, and the columns of its figures with the form's columns for them.
Outlined = tuple[int, int, int, str, tuple[tuple[int, str], ...]]


@dataclass
class Fit:
    """Figures found for one table of the form. ``columns``: where they could be taken from."""

    rows: list[RowMatch] = field(default_factory=list[RowMatch])
    columns: tuple[FigureColumn, ...] = ()
    column: int | None = None
    sure: bool = True
    outline: list[Outlined] = field(default_factory=list[Outlined])

    @property
    def found(self) -> int:
        """How many cells have a place that holds a figure or nothing, but no other text."""
        return sum(
            row.key is not None and (row.value is not None or not row.figure) for row in self.rows
        )


def fit(
    pieces: Sequence[Piece],
    words: TableWords,
    vocabulary: Vocabulary,
    *,
    column: int | None = None,
    before: int | None = None,
    money: str = "",
) -> Fit:
    """The best fit of the pieces, taken as one table that goes on from piece to piece.

    *column*: the column of figures the clerk chose. *before*: years from this one on are not meant.
    *money*: the unit in which the file says that its sums of money are.
    """
    fitter = _Fitter(words, vocabulary, column, before, money)
    if len(words.table.columns) == 1:
        return fitter.listed(pieces, fitter.row_targets(), words.own)
    best = fitter.columned(pieces)
    if best.found < 0.9 * _cell_count(words):
        every = words.rows | words.columns.keys()
        for other in (fitter.across(pieces), fitter.listed(pieces, fitter.cell_targets(), every)):
            if other.found > best.found:
                best = other
    return best


def _cell_count(words: TableWords) -> int:
    return sum(len(row.columns) for row in words.table.rows)


class _Fitter:
    """The parts of :func:`fit` that share the form's side."""

    def __init__(
        self,
        words: TableWords,
        vocabulary: Vocabulary,
        column: int | None,
        before: int | None,
        money: str,
    ) -> None:
        self._words = words
        self._vocabulary = vocabulary
        self._column = column
        self._before = before
        self._money = money

    def row_targets(self) -> list[Target]:
        """The form's rows."""
        table = self._words.table
        items = self._vocabulary.items(table)
        return [Target(item, row) for item, row in zip(items, table.rows, strict=True)]

    def cell_targets(self) -> list[Target]:
        """The form's rows, each followed by its columns as if they were rows."""
        found: list[Target] = []
        for target in self.row_targets():
            found.append(Target(Item(target.item.label, "", has_figures=False), target.row))
            for column in target.row.columns:
                label = self._vocabulary.labels.read(column.label)
                found.append(Target(Item(label, target.item.unit), target.row, column))
        return found

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
        self._assign(entries, targets, result)
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
            _with_doubt(row, 0.5, remark) if row.key is not None else row for row in result.rows
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
                entries.extend(self._outline(piece, panel, bands))
        self._assign(entries, self.row_targets(), result)
        return result

    def across(self, pieces: Sequence[Piece]) -> Fit:
        """Labels above, figures in a line under them: each raw column is read as a row."""
        result = Fit()
        entries: list[Entry] = []
        for piece in pieces:
            line = _figure_line(piece)
            if line is None:
                continue
            above = [at for at in piece.places if at < line]
            if not any(piece.text(at, c) for at in above for c in range(1, piece.width)):
                entries += self._in_order(piece, line)
                continue
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
        self._assign(entries, self.cell_targets(), result)
        return result

    def _in_order(self, piece: Piece, line: int) -> list[Entry]:
        """A line whose headings have lost their columns: by order, if nothing is missing."""
        seen = "".join(piece.core(at, 0) for at in piece.places if at < line)
        places = [column for column in range(piece.width) if piece.text(line, column)]
        complete = len(places) == _cell_count(self._words)
        if not complete or any(
            w not in seen for w in self._words.rows | self._words.columns.keys()
        ):
            return []
        heading = Heading(None, "", "", 0.5, MatchNote.COLUMN_BY_PLACE.remark())
        found: list[Entry] = []
        for row in self._words.table.rows:
            found.append(Entry(piece, line, 0, row.label))
            for column in row.columns:
                place = Place(line, places.pop(0), heading)
                found.append(Entry(piece, line, place.column, column.label, places=[place]))
        return found

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
            if panel.unit is not None and piece.is_unit(at, panel.unit):
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

    def _assign(self, entries: list[Entry], targets: list[Target], result: Fit) -> None:
        labels = self._vocabulary.labels
        items = [
            Item(
                labels.read(entry.text),
                entry.unit,
                any(entry.piece.text(p.row, p.column) for p in entry.places),
                "|".join(entry.piece.text(p.row, p.column) for p in entry.places),
                any(entry.piece.is_number(p.row, p.column) for p in entry.places),
            )
            for entry in entries
        ]
        form = [target.item for target in targets]
        columns = {at for at, target in enumerate(targets) if target.column is not None}
        pairing = align(items, form, labels)
        aligned = confirmed(pairing, items, form, _parents(targets), columns)
        pairs = {pair.raw: pair for pair in aligned}
        first, last = min(pairs, default=0), max(pairs, default=-1)
        for at, entry in enumerate(entries):
            pair = pairs.get(at)
            core = items[at].label.core
            strange = self._strange(entry, core) if pair is None else []
            result.rows.extend(strange)
            # Year, office and sign-off stand around the table: they change, its layout does not.
            if strange or first <= at <= last:
                figures = tuple((p.column, p.heading.code) for p in entry.places)
                result.outline.append((entry.piece.number, entry.row, entry.column, core, figures))
            if pair is not None:
                target = targets[pair.form]
                result.rows.extend(self._judged(entry, items[at], pair, target))

    def _strange(self, entry: Entry, core: str) -> list[RowMatch]:
        """The figures of a row that the form does not have."""
        note = MatchNote.REPEATED if core in self._words.rows else MatchNote.NO_ROW
        label = _flat(entry.text)
        remark = note.remark(label=label, name=label)
        return [
            RowMatch(_position(entry, place), entry.text, text, None, None, None, 0.0, (remark,))
            for place in entry.places
            if entry.piece.is_number(place.row, place.column)
            and (text := entry.piece.text(place.row, place.column))
        ]

    def _judged(self, entry: Entry, item: Item, pair: Pair, target: Target) -> list[RowMatch]:
        row = target.row
        if not entry.places:
            return [
                RowMatch(Position(entry.piece.number, entry.row, entry.column), entry.text,
                         row=row.code)
            ]  # fmt: skip
        certainty, remarks = self._doubts(item, pair, target)
        found: list[RowMatch] = []
        several = len(self._words.table.columns) > 1
        for place in entry.places:
            text = entry.piece.text(place.row, place.column)
            column = target.column or place.heading.column
            if column is None and not several:
                column = self._words.table.columns[0]
            where = _position(entry, place)
            if column is None or column not in row.columns:
                if entry.piece.is_number(place.row, place.column):
                    remark = self._no_cell(row, place, column)
                    found.append(
                        RowMatch(where, entry.text, text, row.code, None, None, 0.0, (remark,))
                    )
                continue
            key = self._words.table.key(row, column)
            unit = place.heading.unit or entry.unit or item.label.unit
            figure = self._read(entry, place, text, key, unit)
            said = [*remarks, place.heading.remark, figure.remark]
            sure = min(certainty, place.heading.certainty, figure.certainty)
            kept = tuple(remark for remark in said if remark is not None)
            found.append(
                RowMatch(where, entry.text, text, row.code, key, figure.value, sure, kept, unit)
            )
        if not found:
            found.append(
                RowMatch(Position(entry.piece.number, entry.row, entry.column), entry.text,
                         row=row.code)
            )  # fmt: skip
        return found

    def _no_cell(self, row: Row, place: Place, column: Column | None) -> Remark:
        if not row.columns:
            return MatchNote.NO_FIGURES.remark(name=row.label)
        if column is None:
            return MatchNote.OTHER_COLUMN.remark(column=place.heading.text)
        return MatchNote.NO_CELL.remark(name=row.label, column=column.label)

    def _read(self, entry: Entry, place: Place, text: str, key: str, unit: str) -> Figure:
        form = self._vocabulary.form
        wanted = form.cells[key].unit
        if not unit and wanted.name in MONEY:
            of_column = self._vocabulary.labels.read(place.heading.text).unit
            unit = of_column if of_column in MONEY else self._money
        figure = read_figure(
            text, wanted, not_applicable=form.allows_not_applicable(key), unit_beside=unit
        )
        if text and figure.certainty == 1 and _is_shared(entry, place):
            return Figure(figure.value, 0.5, MatchNote.MERGED.remark())
        return figure

    def _doubts(self, item: Item, pair: Pair, target: Target) -> tuple[float, list[Remark]]:
        """How sure the row is, and why not."""
        certainty, remarks = 1.0, list[Remark]()
        label = _flat(item.label.raw)
        name = target.column.label if target.column is not None else target.row.label
        if pair.likeness < 1:
            certainty = 0.5 + 0.4 * pair.likeness
            remarks.append(MatchNote.SIMILAR.remark(label=label, name=name))
        if pair.moved:
            certainty = min(certainty, 0.8)
            remarks.append(MatchNote.MOVED.remark())
        elif not pair.sure:
            certainty = min(certainty, 0.5)
            remarks.append(MatchNote.UNSURE.remark(label=label))
        if item.label.has_other_sense and item.label.full != target.item.label.full:
            certainty = min(certainty, 0.6)
            remarks.append(MatchNote.OTHER_SENSE.remark(note=item.label.note))
        return certainty, remarks


def _parents(targets: Sequence[Target]) -> list[int]:
    """For each target the number of the one it belongs to, -1 for none."""
    numbers = {target.row.code: at for at, target in enumerate(targets) if target.column is None}
    return [
        numbers.get(target.row.parent or "", -1) if target.column is None
        else numbers[target.row.code]
        for target in targets
    ]  # fmt: skip


def _figure_at(piece: Piece, panel: Panel, taken: Pick, row: int) -> Headings:
    """Where a row's figure stands: in its column, or where a lost cell has let it slip to."""
    column = taken.column.column
    slipped = panel.unit
    if slipped is not None and not piece.text(row, column) and piece.is_number(row, slipped):
        return {slipped: Heading(None, "", "", 0.5, MatchNote.SLIPPED.remark())}
    return {column: Heading(None, taken.column.heading)}


def _is_shared(entry: Entry, place: Place) -> bool:
    """Whether the figure's cell stands in the place of another figure of the form too."""
    across = entry.piece.reaches_across(place.row, place.column)
    if any(other.column in across for other in entry.places if other.row == place.row):
        return True
    if place.column in {
        column
        for other in entry.places
        if other.row == place.row and other.column < place.column
        for column in entry.piece.reaches_across(other.row, other.column)
    }:
        return True
    return entry.piece.reaches_down(place.row, place.column)


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


def _with_doubt(row: RowMatch, certainty: float, remark: Remark) -> RowMatch:
    return RowMatch(
        row.position, row.label, row.figure, row.row, row.key, row.value,
        min(row.certainty, certainty), (remark, *row.remarks), row.unit, row.by_hand,
    )  # fmt: skip


def _position(entry: Entry, place: Place) -> Position:
    return Position(entry.piece.number, place.row, place.column)


def _flat(text: str) -> str:
    return "".join(text.split())
