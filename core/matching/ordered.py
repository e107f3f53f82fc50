"""Figures by their order: what stands between two labels belongs to the first of them.

Where a text has lost the columns of a table (merged headings dropped, one cell a line, one space
between cells), its labels and figures still follow one another as they were printed. So the cells
are taken one after the other, wherever they stand:

    cells in reading order ─► a label and the figures up to the next ─► aligned with the form's rows
                                                   └► as many as the row has cells: in their order

Where all labels come first and all figures behind them, the figures are taken in the order of the
form's cells, if there are just as many. Nothing here is certain by itself: who asks for this
reading (:mod:`core.matching.weighing`) holds it against the form's sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from core.form.form import Column, Layout, Row
from core.matching.align import Pair
from core.matching.assign import Assigner
from core.matching.entries import Entry, Fit, Place, Target
from core.matching.form_words import TableWords, Vocabulary
from core.matching.header import is_header_word
from core.matching.headings import Heading
from core.matching.model import MatchNote, Position, RowMatch
from core.matching.part import Piece
from core.problems import Remark

_NOWHERE: Final = Heading(None)


@dataclass
class Label:
    """A label in reading order, and the places of the figures up to the next one.

    ``tail``: the columns right of the label in its own row, blank ones too, where all its figures
    stand there. ``heads``: the form's columns that are named above it, by their number.
    """

    entry: Entry
    figures: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    tail: tuple[int, ...] = ()
    heads: tuple[int, ...] = ()


@dataclass(frozen=True)
class Ordered:
    """A reading by order.

    ``named``, ``misnamed``: the codes of rows over which the file names just their columns in the
    form's order, or others. ``apart``: labels and figures stand apart.
    """

    fit: Fit
    named: frozenset[str] = frozenset()
    misnamed: frozenset[str] = frozenset()
    apart: bool = False


def ordered(
    pieces: Sequence[Piece], words: TableWords, vocabulary: Vocabulary, assigner: Assigner
) -> list[Ordered]:
    """The table's figures by their order: all ways in which they may be ordered, at least one."""
    every = list(_labels(pieces, words))
    wholes = _wholes(every, words, vocabulary, assigner)
    if wholes:
        return wholes
    labels = _trimmed(every, words)
    places = _Rows(labels, words)
    fit = Fit()
    assigner.assign([label.entry for label in labels], assigner.row_targets(), fit, places.placed)
    return [Ordered(fit, frozenset(places.named), frozenset(places.misnamed))]


def _labels(pieces: Sequence[Piece], words: TableWords) -> Iterator[Label]:
    current: Label | None = None
    heads: list[int] = []
    numbers = {core: at for at, core in enumerate(words.columns)}
    for piece in pieces:
        for at in piece.places:
            for column in range(piece.row_width(at)):
                text = piece.text(at, column)
                if not text or (at, column) in piece.table.merged:
                    continue
                if piece.is_unit(at, column) and current is not None and not current.figures:
                    current.entry.unit = text.strip("()（）[]【】 \u3000")
                    continue
                if piece.is_figure(at, column):
                    if current is None:
                        current = Label(Entry(piece, at, column, ""), heads=tuple(heads))
                    current.figures.append((at, column))
                    current.entry.places.append(Place(at, column, _NOWHERE))
                    continue
                if current is not None:
                    yield current
                core = piece.core(at, column)
                if core in numbers:
                    if current is not None and current.figures:
                        heads.clear()
                    heads.append(numbers[core])
                tail = tuple(range(column + 1, piece.row_width(at)))
                current = Label(Entry(piece, at, column, text), tail=tail, heads=tuple(heads))
    if current is not None:
        yield current


def _trimmed(labels: list[Label], words: TableWords) -> list[Label]:
    """Without the headings above the first row of the form, and what is said of the office."""
    cores = [label.entry.piece.labels.core(label.entry.text) for label in labels]
    first = next((at for at, core in enumerate(cores) if core in words.own), 0)
    kept: list[Label] = []
    for at, label in enumerate(labels):
        if (at < first and not label.figures) or is_header_word(label.entry.text):
            continue
        kept.append(label)
    return kept


class _Rows:
    """Places the figures of each label in the columns of the form's row that it turned out to be."""

    def __init__(self, labels: Sequence[Label], words: TableWords) -> None:
        self._of = {id(label.entry): label for label in labels}
        self._words = words
        self._starts = self._common_starts(labels)
        self.named: set[str] = set()
        self.misnamed: set[str] = set()

    def _common_starts(self, labels: Sequence[Label]) -> frozenset[int]:
        """How far right of their label the figures of full rows begin; all alike or no rule."""
        width = len(self._words.table.columns)
        return frozenset(
            columns[0] - label.entry.column
            for label in labels
            if len(label.figures) == width and label.tail
            and {row for row, _ in label.figures} == {label.entry.row}
            and (columns := [column for _, column in label.figures])
            and columns[-1] - columns[0] == width - 1
        )  # fmt: skip

    def placed(self, entry: Entry, target: Target) -> None:
        """Give the entry's figures their columns, or none where their number is another."""
        label, row = self._of[id(entry)], target.row
        if not row.columns or not label.figures:
            return
        places = label.figures
        piece = label.entry.piece
        if len(row.columns) == 1 and len({piece.text(*place) for place in places}) == 1:
            places = places[:1]  # a merged figure, printed in each place that its cell covered
        if len(places) != len(row.columns):
            places = self._with_blanks(label, row)
        if len(places) != len(row.columns):
            note = MatchNote.COUNT.remark(count=len(label.figures), wanted=len(row.columns))
            lost = Heading(None, "", "", 0.0, note)
            entry.places = [Place(place.row, place.column, lost) for place in entry.places]
            return
        self._compare_names(label, row)
        entry.places = [
            Place(at, column, Heading(of))
            for (at, column), of in zip(places, row.columns, strict=True)
        ]

    def _with_blanks(self, label: Label, row: Row) -> list[tuple[int, int]]:
        """The row's places with blank ones among them, where full rows show where they begin."""
        piece, at = label.entry.piece, label.entry.row
        if len(self._starts) != 1:
            return []
        (start,) = self._starts
        first = label.entry.column + start
        columns = range(first, first + len(row.columns))
        filled = {column for _, column in label.figures}
        alone = all(where == at for where, _ in label.figures)
        if not alone or not filled <= set(columns) or columns[-1] >= piece.row_width(at):
            return []
        return [(at, column) for column in columns]

    def _compare_names(self, label: Label, row: Row) -> None:
        """Note whether the headings above name the row's columns in the form's order.

        Columns of a group are printed on a line of their own, below those that stand alone; of
        merged headings some may be missing, which says nothing against the order.
        """
        table = self._words.table
        own = [table.columns.index(column) for column in row.columns]
        named = list(dict.fromkeys(label.heads))
        if len(own) < len(table.columns):
            named = named[-len(own) :]
        alone = sorted(at for at in named if not table.columns[at].group)
        grouped = sorted(at for at in named if table.columns[at].group)
        in_order = named in (sorted(named), [*alone, *grouped])
        if named == own:
            self.named.add(row.code)
        elif not in_order or not set(named) <= set(own):
            self.misnamed.add(row.code)


def _wholes(
    labels: Sequence[Label], words: TableWords, vocabulary: Vocabulary, assigner: Assigner
) -> list[Ordered]:
    """All figures behind all labels, if they are as many as the form has cells: one a cell.

    Row by row, and column by column where a table is read so. Empty where some figures stand
    among the labels; without figures where there are more or fewer than cells.
    """
    held = [label for label in labels if label.figures]
    rows = [row for row in words.table.rows if row.columns]
    most = max((len(row.columns) for row in rows), default=0)
    if len(held) != 1 or len(held[0].figures) <= max(most, 1) or len(rows) < 2:
        return []
    last = held[0]
    apart = words.table.layout is not Layout.ACROSS
    cells = [(row, column) for row in rows for column in row.columns]
    before = labels[: labels.index(last) + 1]
    names = [vocabulary.labels.core(label.entry.text) for label in before]
    if len(last.figures) != len(cells) or not _are_named(names, words, in_order=apart):
        note = MatchNote.RUN.remark(count=len(last.figures), wanted=len(cells))
        return [Ordered(_unread(last, note), apart=apart)]
    orders = [cells]
    if apart and len({len(row.columns) for row in rows}) == 1:
        orders.append([(row, column) for column in rows[0].columns for row in rows])
    return [Ordered(_in_cells(last, order, assigner), apart=apart) for order in orders]


def _are_named(names: Sequence[str], words: TableWords, *, in_order: bool) -> bool:
    """Whether the labels of all rows stand there, *in_order* or (with those of columns) at all."""
    wanted = [core for core in words.cores if core]
    if not in_order:
        # Readers may have joined two of them that stand under one another.
        every = "".join(names)
        return all(core in every for core in (*wanted, *words.columns))
    left = iter(names)
    return all(core in left for core in wanted)


def _unread(label: Label, note: Remark) -> Fit:
    piece = label.entry.piece
    return Fit(
        [
            RowMatch(
                Position(piece.number, at, column), label.entry.text, piece.text(at, column),
                certainty=0.0, remarks=(note,),
            )
            for at, column in label.figures
        ]
    )  # fmt: skip


def _in_cells(label: Label, cells: Sequence[tuple[Row, Column]], assigner: Assigner) -> Fit:
    fit = Fit()
    targets = {target.row.code: target for target in assigner.row_targets()}
    for (at, of_column), (row, column) in zip(label.figures, cells, strict=True):
        entry = Entry(label.entry.piece, at, of_column, row.label)
        entry.places = [Place(at, of_column, Heading(column))]
        target = targets[row.code]
        fit.rows += assigner.judged(entry, target.item, Pair(0, 0, 1.0), target)
        fit.outline.append((entry.piece.number, at, of_column, "", ((of_column, column.code),)))
    return fit
