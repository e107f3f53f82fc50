"""Gives the entries of a file's table to the form's cells, and says how sure each figure is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal

from core.form.form import Column, Row
from core.matching.align import Item, Pair, align
from core.matching.confirm import confirmed
from core.matching.entries import Entry, Fit, Place, Target, flat, position_of
from core.matching.figures import Figure, FigureNote, read_figure
from core.matching.form_words import TableWords, Vocabulary
from core.matching.model import MatchNote, Position, RowMatch
from core.matching.units import factor
from core.problems import Remark


class Assigner:
    """The form's side of one table: its rows, and what a text means in their cells."""

    def __init__(
        self, words: TableWords, vocabulary: Vocabulary, above: Collection[str] = ()
    ) -> None:
        self._words = words
        self._vocabulary = vocabulary
        self._above = above

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

    def assign(
        self,
        entries: Sequence[Entry],
        targets: Sequence[Target],
        result: Fit,
        place: Callable[[Entry, Target], None] | None = None,
    ) -> None:
        """Add to *result* what the entries, aligned with the targets, fill.

        *place*: called for each entry when its target is known, to give its figures their columns.
        """
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
            if pair is not None and place is not None:
                place(entry, targets[pair.form])
            strange = self._strange(entry, core) if pair is None else []
            result.rows.extend(strange)
            # Year, office and sign-off stand around the table: they change, its layout does not.
            if strange or first <= at <= last:
                figures = tuple((p.column, p.heading.code) for p in entry.places)
                result.outline.append((entry.piece.number, entry.row, entry.column, core, figures))
            if pair is not None:
                target = targets[pair.form]
                result.rows.extend(self.judged(entry, items[at], pair, target))

    def _strange(self, entry: Entry, core: str) -> list[RowMatch]:
        """The figures of a row that the form does not have."""
        note = MatchNote.REPEATED if core in self._words.rows else MatchNote.NO_ROW
        label = flat(entry.text)
        remark = note.remark(label=label, name=label)
        return [
            RowMatch(position_of(entry, place), entry.text, text, None, None, None, 0.0, (remark,))
            for place in entry.places
            if entry.piece.is_number(place.row, place.column)
            and (text := entry.piece.text(place.row, place.column))
        ]

    def judged(self, entry: Entry, item: Item, pair: Pair, target: Target) -> list[RowMatch]:
        """The figures of an entry in the cells of its target, and how sure they are there."""
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
            where = position_of(entry, place)
            if column is None or column not in row.columns:
                if entry.piece.is_number(place.row, place.column):
                    remark = self._no_cell(row, place, column)
                    found.append(
                        RowMatch(where, entry.text, text, row.code, None, None, 0.0, (remark,))
                    )
                continue
            key = self._words.table.key(row, column)
            stated = self._stated(entry, item, place, key)
            unit = stated[0] if stated else ""
            figure = self._read(entry, place, text, key, stated)
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
        if column is None and place.heading.remark is not None:
            return place.heading.remark
        if column is None and not place.heading.text:
            return MatchNote.NO_HEADING.remark()
        if column is None:
            return MatchNote.OTHER_COLUMN.remark(column=place.heading.text)
        return MatchNote.NO_CELL.remark(name=row.label, column=column.label)

    def _stated(self, entry: Entry, item: Item, place: Place, key: str) -> list[str]:
        """The units that the file states for a figure, the nearest first: beside it, in its label,
        over its column, over the table. Those of another kind are none, except beside it."""
        wanted = self._vocabulary.form.cells[key].unit.name
        heading = place.heading.unit or self._vocabulary.labels.read(place.heading.text).unit
        above = [unit for unit in self._above if factor(unit, wanted) is not None]
        said = [item.label.unit, heading, *(above if len(above) == 1 else ())]
        found = [unit for unit in said if unit and factor(unit, wanted) is not None]
        return [entry.unit, *found] if entry.unit else found

    def _read(
        self, entry: Entry, place: Place, text: str, key: str, stated: Sequence[str]
    ) -> Figure:
        form = self._vocabulary.form
        wanted = form.cells[key].unit
        figure = read_figure(
            text,
            wanted,
            not_applicable=form.allows_not_applicable(key),
            unit_beside=stated[0] if stated else "",
        )
        if figure.certainty == 1 and isinstance(figure.value, (int, Decimal)) and figure.value:
            scales = {by: unit for unit in stated if (by := factor(unit, wanted.name)) is not None}
            if len(scales) > 1:
                one, other = list(scales.values())[:2]
                remark = FigureNote.UNITS.remark(one=one, other=other)
                return Figure(figure.value, 0.5, remark)
            if not entry.unit and not scales.keys() <= {1} and text.strip()[-1:].isdigit():
                # Said of a column or a table, it may be meant for other figures.
                remark = FigureNote.CONVERTED.remark(
                    text=text.strip(), found=stated[0], number=figure.value, unit=wanted.name
                )
                return Figure(figure.value, 0.8, remark)
        if text and figure.certainty == 1 and _is_shared(entry, place):
            return Figure(figure.value, 0.5, MatchNote.MERGED.remark())
        return figure

    def _doubts(self, item: Item, pair: Pair, target: Target) -> tuple[float, list[Remark]]:
        """How sure the row is, and why not."""
        certainty, remarks = 1.0, list[Remark]()
        label = flat(item.label.raw)
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
