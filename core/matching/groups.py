"""Which parts of a file belong to which table of the form, and which of them belong together.

A form of several tables may stand in several raw tables, or all in one sheet; a long table may be
cut at every page; a workbook may hold one report a year. Parts that repeat what has been found
already begin another *group*: one complete set of figures among which the clerk can choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from core.matching.columns import body_start
from core.matching.form_words import TableWords, Vocabulary
from core.matching.header import piece_year, year_in
from core.matching.part import MAX_WIDTH, Piece
from core.reading.base.raw import RawDocument

#: A part whose rows are this much the same as rows found before begins another group.
_REPEATED: Final = 0.5
_MAX_CELLS_ASKED: Final = 60
#: What is looked at of a document, in its order: a form of 10,000 rows has 60,000 cells.
MAX_CELLS: Final = 250_000
_MAX_TABLES: Final = 2_000
#: The fewest words of a table of the form that a part of a file must bear to be taken for it.
_LEAST_WORDS: Final = 2
#: Sheets longer than this are only searched for labels that are equal to the form's.
_MAX_FUZZY_ROWS: Final = 3000


@dataclass
class Group:
    """Parts of a file that together may be one filled-in form."""

    parts: list[tuple[Piece, TableWords]] = field(default_factory=list[tuple[Piece, TableWords]])
    covered: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    year: int | None = None

    @property
    def tables(self) -> tuple[int, ...]:
        """The numbers of the raw tables it is made of."""
        return tuple(dict.fromkeys(piece.number for piece, _ in self.parts))

    @property
    def name(self) -> str:
        """The name of its sheet, if it has one."""
        return next((piece.table.name for piece, _ in self.parts if piece.table.name), "")

    def rows_found(self) -> int:
        """How many labels of the form it bears."""
        return sum(map(len, self.covered.values()))


def passed_over(document: RawDocument) -> list[int]:
    """The numbers of the tables that are too large, or too many, to be compared with a form."""
    found: list[int] = []
    left = MAX_CELLS
    for number, table in enumerate(document.tables):
        cells = sum(min(len(row), MAX_WIDTH) for row in table.rows)
        if cells > left or number >= _MAX_TABLES:
            found.append(number)
        else:
            left -= cells
    return found


def find_groups(document: RawDocument, vocabulary: Vocabulary) -> list[Group]:
    """The groups of the document that bear labels of the form, in the file's order."""
    parts = _parts(document, vocabulary)
    groups: list[Group] = []
    for piece, words, cores in parts:
        group = groups[-1] if groups else None
        known = group.covered.get(words.table.code, set[str]()) if group is not None else set[str]()
        if group is None or len(cores & known) > _REPEATED * len(cores):
            group = Group()
            groups.append(group)
        group.parts.append((piece, words))
        group.covered.setdefault(words.table.code, set()).update(cores)
        if group.year is None:
            group.year = piece_year(piece, body_start(piece, words.own))
    return groups


def _parts(
    document: RawDocument, vocabulary: Vocabulary
) -> list[tuple[Piece, TableWords, frozenset[str]]]:
    found: list[tuple[Piece, TableWords, frozenset[str]]] = []
    left_out = set(passed_over(document))
    for number, table in enumerate(document.tables):
        if number in left_out:
            continue
        whole = Piece.whole(number, table, vocabulary.labels)
        single = len(vocabulary.tables) == 1
        pieces = _stacked(whole, vocabulary) if single else _split(whole, vocabulary)
        for piece, words in pieces:
            cores = _labels_in(piece, words, vocabulary)
            if cores:
                found.append((piece, words, cores))
    return found


def _labels_in(piece: Piece, words: TableWords, vocabulary: Vocabulary) -> frozenset[str]:
    """The form's labels that the piece bears, if they are enough to take it for the form."""
    seen: set[str] = set()
    others: set[str] = set()
    labelled = 0
    for at in piece.places:
        cores = {core for core in piece.cores[at][:_MAX_CELLS_ASKED] if core}
        labelled += bool(cores)
        seen |= cores & words.own
        others |= cores
    if len(seen) >= 3 or (seen and len(seen) >= 0.3 * labelled):
        return frozenset(seen)
    if len(piece.places) > _MAX_FUZZY_ROWS:
        return frozenset()
    related = {core for core in others if len(core) > 3 and vocabulary.is_related(core)}
    close = {
        core for word in related for core in words.own if piece.labels.likeness(word, core) >= 0.6
    }
    enough = len(close | seen) >= 3
    return frozenset(close | seen) if enough else frozenset()


def _stacked(whole: Piece, vocabulary: Vocabulary) -> list[tuple[Piece, TableWords]]:
    """Cut a raw table where the whole form begins once more under itself (one year a block)."""
    words = vocabulary.tables[0]
    first = whole.labels.core(words.table.rows[0].label) if words.table.rows else ""
    enough = 0.5 * len(words.table.rows)
    cuts = [whole.start]
    seen: set[str] = set()
    # Counted besides: a form may repeat nearly all of its labels.
    labelled = 0
    last = whole.start
    for at in whole.places:
        cores = words.own.intersection(whole.cores[at][:_MAX_CELLS_ASKED])
        if not cores:
            continue
        if first in cores and first in seen and labelled >= enough:
            cuts.append(_next_head(whole, last + 1, at))
            seen.clear()
            labelled = 0
        seen |= cores
        labelled += 1
        last = at
    if len(cuts) > 1 and labelled < enough:
        # A row printed once more is no other year: what it says must be weighed with the rest.
        cuts.pop()
    ends = [*cuts[1:], whole.end]
    return [(whole.part(at, end), words) for at, end in zip(cuts, ends, strict=True)]


def _next_head(whole: Piece, start: int, end: int) -> int:
    """Where, between two blocks, the second one's head begins: at its year, after the sign-off."""
    for at in range(start, end):
        if any(year_in(text) for text in whole.table.rows[at][:_MAX_CELLS_ASKED]):
            return at
    return start


def _split(whole: Piece, vocabulary: Vocabulary) -> list[tuple[Piece, TableWords]]:
    """Cut a raw table where it passes from one table of the form to the next."""
    known = _telling_words(vocabulary)
    blocks: list[tuple[int, TableWords, dict[str, int]]] = []
    for at in whole.places:
        votes: dict[int, dict[str, int]] = {}
        for core in known.keys() & _cores_told(whole, at):
            number, weight = known[core]
            votes.setdefault(number, {})[core] = weight
        if not votes:
            continue
        best = max(votes, key=lambda number: sum(votes[number].values()))
        words = vocabulary.tables[best]
        if not blocks or blocks[-1][1] is not words:
            blocks.append((at if blocks else whole.start, words, {}))
        blocks[-1][2].update(votes[best])
    cuts: list[tuple[int, TableWords]] = []
    for at, words, told in blocks:
        # One word of another table, a stray 「其他」, does not make a table of what follows.
        is_stray = sum(told.values()) < _LEAST_WORDS and len(blocks) > 1
        if not is_stray and (not cuts or cuts[-1][1] is not words):
            cuts.append((at if cuts else whole.start, words))
    if not cuts:
        return []
    ends = [at for at, _ in cuts[1:]] + [whole.end]
    return [(whole.part(at, end), words) for (at, words), end in zip(cuts, ends, strict=True)]


def _cores_told(whole: Piece, row: int) -> set[str]:
    """The labels in a row; a table's title may have been joined with the cell below it."""
    told = set(whole.cores[row][:_MAX_CELLS_ASKED])
    for text in whole.cells[row][:_MAX_CELLS_ASKED]:
        if "\n" in text:
            told.add(whole.labels.core(text.partition("\n")[0]))
    return told


def _telling_words(vocabulary: Vocabulary) -> dict[str, tuple[int, int]]:
    """Words that only one of the form's tables has: the table's number and their weight."""
    found: dict[str, tuple[int, int]] = {}
    shared: set[str] = set()
    for number, words in enumerate(vocabulary.tables):
        for core in {*words.rows, *words.columns, words.title} - {""}:
            if core in found:
                shared.add(core)
            found[core] = (number, 9 if core == words.title else 1)
    return {core: entry for core, entry in found.items() if core not in shared}


def choose(groups: Sequence[Group], total: int, before: int | None) -> tuple[int, bool]:
    """The group to propose, and whether no other is as likely: the newest year that may be meant.

    *before*: the year that last year's report must lie before. *groups* must not be empty.
    """
    most = max(group.rows_found() for group in groups)
    good = [at for at, group in enumerate(groups) if group.rows_found() >= 0.5 * most]
    early = [at for at in good if before is None or (groups[at].year or 0) < before] or good
    dated = [at for at in early if groups[at].year is not None]
    if dated:
        newest = max(groups[at].year or 0 for at in dated)
        same = [at for at in dated if groups[at].year == newest]
        best = max(same, key=lambda at: groups[at].rows_found())
        return best, len(same) == 1 and len(dated) == len(early)
    best = max(early, key=lambda at: groups[at].rows_found())
    close = [at for at in early if groups[at].rows_found() >= 0.8 * groups[best].rows_found()]
    return best, len(close) == 1
