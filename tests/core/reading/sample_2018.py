"""The 2018 report's rows and figures, to compare with what a reader hands on; and mutations."""

from __future__ import annotations

import csv
import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument, RawTable

ROOT = Path(__file__).resolve().parents[3]
FILES = ROOT / "tests" / "reference" / "files"
SAMPLE = ROOT / "resources" / "samples" / "2018-统计表.txt"

FUZZ = int(os.environ.get("NIANBAO_FUZZ", "200"))
"""How many mutated copies of a file each reader is given."""


@dataclass(frozen=True)
class FormRow:
    """One row of the 2014 form with the figure that the 2018 report has in it."""

    code: str
    label: str
    note: str
    unit: str
    figure: str


def form_rows() -> list[FormRow]:
    path = ROOT / "tests" / "reference" / "form_2014_beijing.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            FormRow(row["code"], row["label"], row["note"], row["unit"], row["value_2018"])
            for row in csv.DictReader(stream)
        ]


def squeezed(text: str) -> str:
    """Without spaces, line breaks and leading words that offices print differently."""
    return re.sub(r"\s", "", text).removeprefix("其中：")


def expected() -> list[tuple[str, str, str]]:
    return [(squeezed(row.label), row.unit, row.figure) for row in form_rows()]


def found(table: RawTable) -> list[tuple[str, str, str]]:
    """The table's rows as (label, unit, figure), labels without spaces and notes."""
    rows: list[tuple[str, str, str]] = []
    for row in table.rows:
        cells = [squeezed(cell) for cell in row]
        cells += [""] * (3 - len(cells))
        rows.append((re.sub(r"[（(]不[同包].*?[)）]$", "", cells[0]), cells[1], cells[2]))
    return rows


def right_figures(document: RawDocument) -> int:
    """How many of the 71 figures stand in order in one raw table, in the row of their label."""
    best = 0
    wanted = [row for row in expected() if row[2]]
    for table in document.tables:
        rows = iter(found(table))
        best = max(best, sum(any(_same(row, want) for row in rows) for want in wanted))
    return best


def _same(row: tuple[str, str, str], want: tuple[str, str, str]) -> bool:
    return row == want


def mutated(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """*count* damaged copies of *data*: bytes flipped, cut out, doubled, cut short, overwritten."""
    dice = random.Random(seed)
    for _ in range(count):
        copy = bytearray(data)
        for _ in range(dice.choice((1, 1, 2, 5, 20, 100))):
            at = dice.randrange(len(copy) or 1)
            _MUTATIONS[dice.randrange(len(_MUTATIONS))](copy, at, dice)
        yield bytes(copy)


def _flip(copy: bytearray, at: int, dice: random.Random) -> None:
    if copy:
        copy[at % len(copy)] ^= 1 << dice.randrange(8)


def _extreme(copy: bytearray, at: int, dice: random.Random) -> None:
    size = dice.choice((1, 2, 4))
    copy[at : at + size] = dice.choice((b"\x00", b"\xff", b"\x7f", b"\x80")) * size


def _remove(copy: bytearray, at: int, dice: random.Random) -> None:
    if len(copy) > 64:
        del copy[at : at + dice.choice((1, 4, 64, 512))]


def _double(copy: bytearray, at: int, dice: random.Random) -> None:
    if len(copy) < 4_000_000:
        piece = copy[at : at + dice.choice((1, 16, 512))]
        copy[at:at] = piece * dice.choice((1, 2, 50))


def _move(copy: bytearray, at: int, dice: random.Random) -> None:
    size = dice.choice((2, 4, 64))
    other = dice.randrange(len(copy) or 1)
    piece = copy[other : other + size]
    copy[at : at + len(piece)] = piece


def _shorten(copy: bytearray, at: int, dice: random.Random) -> None:
    if dice.random() < 0.1 and len(copy) > 64:
        del copy[max(at, 64) :]


_MUTATIONS: tuple[Callable[[bytearray, int, random.Random], None], ...] = (
    _flip,
    _extreme,
    _remove,
    _double,
    _move,
    _shorten,
)


def survives(
    read: Callable[[bytes, str, Limits], RawDocument], data: bytes, seed: int, count: int = FUZZ
) -> tuple[int, int]:
    """Read *count* mutated copies; how many were read and how many refused in words.

    Anything but NianbaoError escapes and fails the test.
    """
    read_well = refused = 0
    for copy in mutated(data, count, seed):
        try:
            read(copy, "x", Limits())
        except NianbaoError as error:
            assert "x" in str(error)
            refused += 1
        else:
            read_well += 1
    return read_well, refused
