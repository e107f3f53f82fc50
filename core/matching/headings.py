"""Headings over columns of figures → the form's columns, band by band.

A table may change its headings on the way down (the 2021 form's second table) or repeat them on
every page. A band is what stands under one set of heading rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.form.form import Column
from core.matching.align import Item, align
from core.matching.form_words import TableWords, Vocabulary
from core.matching.model import MatchNote
from core.matching.part import Piece
from core.problems import Remark


@dataclass(frozen=True, slots=True)
class Heading:
    """What a raw column holds: the form's column, or ``None`` and its heading in words."""

    column: Column | None
    text: str = ""
    unit: str = ""
    certainty: float = 1.0
    remark: Remark | None = None

    @property
    def code(self) -> str:
        """The code of the form's column; empty where there is none."""
        return self.column.code if self.column is not None else ""


#: What stands over the labels of a table.
ROW_TITLES: Final = frozenset(
    ("指标", "统计指标", "指标名称", "项目", "项目名称", "内容", "信息内容", "名称", "统计项目")
)

Headings = Mapping[int, Heading]
_NONE: Final[Headings] = {}


def read_bands(
    piece: Piece,
    labels: Sequence[int],
    columns: Sequence[int],
    words: TableWords,
    vocabulary: Vocabulary,
    carried: Headings = _NONE,
) -> dict[int, Headings]:
    """For each row of the piece the headings in force; heading rows themselves are left out.

    *carried*: the headings at the end of the table's part before, for pages without their own.
    """
    found: dict[int, Headings] = {}
    current: Headings = {at: carried[at] for at in columns if at in carried}
    block: list[int] = []
    for at in piece.places:
        titled = any(piece.core(at, column) in ROW_TITLES for column in labels)
        if _is_heading(piece, at, columns, words, expected=titled, inside=bool(block)):
            block.append(at)
            continue
        if block:
            current = _headings(piece, block, columns, words, vocabulary)
            block = []
        found[at] = current
    if not any(found.values()):
        by_place = _by_place(piece, columns, words, {})
        return dict.fromkeys(found, by_place)
    filled: dict[int, Headings] = {}
    for at, headings in found.items():
        if id(headings) not in filled:
            filled[id(headings)] = {**_by_place(piece, columns, words, headings), **headings}
        found[at] = filled[id(headings)]
    return found


def _is_heading(
    piece: Piece,
    at: int,
    columns: Sequence[int],
    words: TableWords,
    *,
    expected: bool,
    inside: bool,
) -> bool:
    """A row that names columns, or goes on with such rows, and holds no number.

    *expected*: the row's own label is one that stands over labels (信息内容).
    """
    names = 0
    for column in columns:
        if piece.is_figure(at, column):
            return False
        names += piece.core(at, column) in words.columns
    if names:
        return True
    if expected:
        return any(piece.text(at, column) for column in columns)
    if not inside or not any(piece.text(at, column) for column in columns):
        return False
    width = piece.row_width(at)
    return not any(piece.core(at, column) in words.rows for column in range(width))


def _headings(
    piece: Piece,
    block: Sequence[int],
    columns: Sequence[int],
    words: TableWords,
    vocabulary: Vocabulary,
) -> Headings:
    leaves: list[tuple[int, str]] = []
    for column in columns:
        texts = [piece.text(at, column) for at in block if piece.text(at, column)]
        known = [text for text in texts if piece.labels.core(text) in words.columns]
        leaf = (known or texts or [""])[-1]
        last = block[-1]
        doubled = (last, column) in piece.table.merged and piece.text(last, column) == piece.text(
            last, column - 1
        )
        if leaf and not doubled:
            leaves.append((column, leaf))
    labels = vocabulary.labels
    raw = [Item(labels.read(text), figure=str(column)) for column, text in leaves]
    form = [Item(labels.read(column.label)) for column in words.table.columns]
    result = {column: Heading(None, " ".join(text.split())) for column, text in leaves}
    for pair in align(raw, form, labels):
        column, text = leaves[pair.raw]
        target = words.table.columns[pair.form]
        remark, certainty = None, 1.0
        if pair.likeness < 1 or not pair.sure:
            certainty = 0.5 + 0.35 * pair.likeness if pair.sure else 0.5
            remark = MatchNote.COLUMN_SIMILAR.remark(label=_flat(text), name=target.label)
        unit = raw[pair.raw].label.unit
        result[column] = Heading(target, _flat(text), unit, certainty, remark)
    return result


def _by_place(piece: Piece, columns: Sequence[int], words: TableWords, known: Headings) -> Headings:
    """What has no heading, by order: where there are just as many columns as in the form.

    *known*: the headings that there are (a page may have cut the upper ones off); all of them must
    stand at their place.
    """
    used = [c for c in columns if any(piece.is_figure(at, c) for at in piece.places)]
    if len(used) != len(words.table.columns) and (known or _are_named(piece, words)):
        used = list(columns)  # some are left blank
    if len(used) != len(words.table.columns):
        return {}
    remark = MatchNote.COLUMN_BY_PLACE.remark()
    found: dict[int, Heading] = {}
    for column, target in zip(used, words.table.columns, strict=True):
        if column not in known:
            found[column] = Heading(target, "", "", 0.5, remark)
        elif known[column].column is not target:
            return {}
    return found


def _are_named(piece: Piece, words: TableWords) -> bool:
    """Whether the names of all columns stand in the piece, wherever that is."""
    first = {piece.core(at, 0) for at in piece.places}
    return first >= words.columns.keys()


def _flat(text: str) -> str:
    return "".join(text.split())
