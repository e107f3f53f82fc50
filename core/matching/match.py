"""Matches a document with a form: the one entrance to this package.

RawDocument ─► groups of table parts ─► one is chosen ─► fitted table by table ─► Match
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core.form.form import Form
from core.matching.arithmetic import Arithmetic, Checks, bound_now
from core.matching.columns import Role, body_start
from core.matching.entries import Fit
from core.matching.figures import read_figure
from core.matching.fitting import fit
from core.matching.form_words import TableWords, Vocabulary
from core.matching.groups import Group, choose, find_groups
from core.matching.header import head_rows, read_header, year_of_name
from core.matching.labels import Labels
from core.matching.model import (
    Choice,
    Header,
    Match,
    MatchNote,
    MatchProblem,
    Position,
    RowMatch,
)
from core.matching.part import MAX_WIDTH, Piece
from core.matching.units import stated_in
from core.problems import NianbaoError
from core.reading.base.raw import RawDocument


def match(
    document: RawDocument,
    form: Form,
    *,
    choice: str | None = None,
    before: int | None = None,
    labels: Labels | None = None,
    checks: Checks = bound_now,
) -> Match:
    """Find the form's cells in the document.

    *choice*: the id of one of an earlier match's choices; without it the likeliest is taken.
    *before*: the report's own year; of several years the newest one before it is proposed.
    *labels*: what has been read of the same document for another form, to read it once only.
    *checks*: gives the form's bound checks where they are needed.

    Raises :class:`NianbaoError` for a choice that the document does not offer.
    """
    vocabulary = Vocabulary(form, labels)
    groups = find_groups(document, vocabulary)
    if not groups:
        return _nothing(document, form)
    number, column = _parsed_choice(choice, len(groups))
    sure = True
    if number is None:
        number, sure = choose(groups, len(vocabulary.cores), before)
    group = groups[number]
    arithmetic = Arithmetic(form, checks)
    fits = _fit_group(document, group, vocabulary, arithmetic, column, before)
    fits_rows = [row for one in fits for row in one.rows]
    if not sure:
        fits_rows = [_doubted(row) for row in fits_rows]
    rows = tuple(sorted(fits_rows, key=lambda row: row.position))
    first = fits[0] if fits else Fit()
    choices = _choices(groups, vocabulary, number, first)
    taken = f"{number}:{first.column}" if len(first.columns) > 1 else str(number)
    return complete(
        Match(
            form=form,
            document=document,
            rows=rows,
            missing=(),
            unmatched=(),
            confidence=0.0,
            header=_header(document, form, group, first),
            choice=taken,
            choices=choices,
            needs_choice=not sure or not all(one.sure for one in fits),
            shape=shape_digest(form, fits),
        )
    )


def reassigned(found: Match, changes: Iterable[tuple[Position, str | None]]) -> Match:
    """The match with the figure at each place taken for that cell, or for none, one after the other.

    Another figure that filled the cell before is set free. The text is read again in the cell's
    unit. Raises :class:`NianbaoError` for an unknown place or cell.
    """
    rows = list(found.rows)
    places: dict[Position, int] = {}
    for at, row in enumerate(rows):
        places.setdefault(row.position, at)
    holders = {row.key: at for at, row in enumerate(rows) if row.key is not None}
    for position, key in changes:
        at = places.get(position)
        if at is None:
            raise NianbaoError(
                MatchProblem.UNKNOWN_PLACE,
                table=position.table + 1,
                row=position.row + 1,
                column=position.column + 1,
            )
        if key is not None and key not in found.form.cells:
            raise NianbaoError(MatchProblem.UNKNOWN_CELL, key=key)
        before = rows[at].key
        if before is not None:
            holders.pop(before, None)
        other = holders.pop(key, None) if key is not None else None
        if other is not None:
            rows[other] = _by_hand(found.form, rows[other], None)
        rows[at] = _by_hand(found.form, rows[at], key)
        if key is not None:
            holders[key] = at
    return complete(replace(found, rows=tuple(rows)))


def decisions(found: Match) -> dict[str, str | None]:
    """What was decided by hand, to be kept (as plain JSON) under the match's ``shape``."""
    return {str(row.position): row.key for row in found.rows if row.by_hand}


def with_decisions(found: Match, decided: Mapping[str, str | None]) -> Match:
    """The match with earlier decisions for a file of the same shape applied again.

    Decisions about places or cells that do not exist any more are left out.
    """
    positions = {str(row.position): row.position for row in found.rows}
    # First what frees a cell, then what takes it, so that exchanges come out right.
    ordered = sorted(decided.items(), key=lambda entry: entry[1] is not None)
    return reassigned(
        found,
        [
            (positions[text], key)
            for text, key in ordered
            if text in positions and (key is None or key in found.form.cells)
        ],
    )


def shape_digest(form: Form, fits: Sequence[Fit]) -> str:
    """SHA-256 over the labels and columns and their places: equal for files that differ in figures
    only. A column more is another layout, though it be only beside the one that is taken."""
    digest = hashlib.sha256(form.id.encode())
    for one in fits:
        columns = [(column.column, column.role.value) for column in one.columns]
        digest.update(repr((one.column, columns, one.outline)).encode())
    return digest.hexdigest()


def _parsed_choice(choice: str | None, count: int) -> tuple[int | None, int | None]:
    if choice is None:
        return None, None
    number, _, column = choice.partition(":")
    right = number.isdecimal() and int(number) < count and (not column or column.isdecimal())
    if not right:
        raise NianbaoError(MatchProblem.UNKNOWN_CHOICE, choice=choice[:20])
    return int(number), int(column) if column else None


def _nothing(document: RawDocument, form: Form) -> Match:
    header = read_header(form, (), (), document.text, None, document.title)
    return Match(form, document, (), tuple(form.cells), (), 0.0, header, "", ())


def _fit_group(
    document: RawDocument,
    group: Group,
    vocabulary: Vocabulary,
    arithmetic: Arithmetic,
    column: int | None,
    before: int | None,
) -> list[Fit]:
    head = [
        line
        for piece, words in group.parts
        for line in head_rows(piece, body_start(piece, words.own))
    ]
    lines = [*head, *document.text.split("\n")]
    units = {unit for line in lines if (unit := stated_in(line))}
    fits: list[Fit] = []
    for words in vocabulary.tables:
        pieces = [piece for piece, of in group.parts if of is words]
        if pieces:
            made = fit(
                pieces, words, vocabulary, arithmetic, column=column, before=before, units=units
            )
            fits.append(made)
    return fits


def _doubted(row: RowMatch) -> RowMatch:
    if row.key is None:
        return row
    remarks = (MatchNote.TABLE.remark(), *row.remarks)
    return replace(row, certainty=min(row.certainty, 0.5), remarks=remarks)


def _choices(
    groups: Sequence[Group], vocabulary: Vocabulary, taken: int, first: Fit
) -> tuple[Choice, ...]:
    found: list[Choice] = []
    total = len(vocabulary.cores) or 1
    for number, group in enumerate(groups):
        confidence = min(1.0, round(group.rows_found() / total, 3))
        places = "、".join(str(at + 1) for at in group.tables)
        name = f"“{group.name}”" if group.name else f"第 {places} 个表"
        year = f"（{group.year}年）" if group.year else ""
        columns = first.columns if number == taken else ()
        if len(columns) < 2:
            label = f"{name}{year}"
            found.append(Choice(str(number), label, group.tables, None, group.year, confidence))
            continue
        for column in columns:
            heading = column.heading or f"第 {column.column + 1} 列"
            of_year = column.year or (group.year if column.role is not Role.LAST else None)
            found.append(
                Choice(
                    f"{number}:{column.column}",
                    f"{name}{year}的“{heading}”",
                    group.tables,
                    column.column,
                    of_year,
                    confidence,
                )
            )
    return tuple(found)


def _header(document: RawDocument, form: Form, group: Group, first: Fit) -> Header:
    """The header, read from the group's own tables only: other sheets are of other years."""
    pieces = {piece.number: (piece, words) for piece, words in reversed(group.parts)}
    head: list[str] = []
    rows: list[Sequence[str]] = []
    for number in sorted(pieces):
        piece, words = pieces[number]
        own = [part for part, _ in group.parts if part.number == number]
        whole = piece.part(min(part.start for part in own), max(part.end for part in own))
        start = body_start(piece, words.own)
        head.extend(head_rows(whole, start))
        rows.extend(_outside(whole, start, words))
    year = next(
        (c.year for c in first.columns if c.column == first.column and c.year is not None),
        group.year,
    )
    taken = next((c for c in first.columns if c.column == first.column), None)
    if taken is not None and taken.role is Role.LAST and taken.year is None and year is not None:
        year -= 1
    if year is None:
        year = next((y for piece, _ in group.parts if (y := year_of_name(piece.table.name))), None)
    return read_header(form, rows, head, document.text, year, document.title)


def _outside(piece: Piece, start: int, words: TableWords) -> list[Sequence[str]]:
    """The rows of a table that are no rows of the form; sign-off lines are among them."""
    found: list[Sequence[str]] = []
    for at in piece.places:
        if at < start or words.rows.isdisjoint(piece.cores[at]):
            found.append(piece.table.rows[at][:MAX_WIDTH])
    return found


def _by_hand(form: Form, row: RowMatch, key: str | None) -> RowMatch:
    if key is None:
        return replace(
            row, row=None, key=None, value=None, certainty=0.0, by_hand=True,
            remarks=(MatchNote.BY_HAND.remark(),),
        )  # fmt: skip
    cell = form.cells[key]
    figure = read_figure(
        row.figure,
        cell.unit,
        not_applicable=form.allows_not_applicable(key),
        unit_beside=row.unit,
    )
    return replace(
        row,
        row=cell.row.code,
        key=key,
        value=figure.value,
        certainty=figure.certainty,
        remarks=(figure.remark or MatchNote.BY_HAND.remark(),),
        by_hand=True,
    )


def complete(found: Match) -> Match:
    """*found* with what is missing and unmatched worked out, and how sure the whole is."""
    placed = {row.key: row for row in found.rows if row.key is not None}
    cells = found.form.cells
    total = sum(row.certainty for row in placed.values())
    return replace(
        found,
        missing=tuple(key for key in cells if key not in placed),
        unmatched=tuple(row for row in found.rows if row.key is None and row.figure),
        confidence=round(total / len(cells), 4) if cells else 0.0,
    )
