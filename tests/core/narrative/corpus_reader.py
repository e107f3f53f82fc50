"""Reads the corpus: sentences with what each of their figures should be tied to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.form.form import Form
from core.narrative.guide import expanded_rows
from core.narrative.ties import TieKind

FOLDER = Path(__file__).resolve().parent / "corpus"
_MARK = re.compile(r"\{([^{}|]+)\|([^{}]+)\}")
_ORG = ("company", "research", "charity", "legal", "other")


@dataclass(frozen=True)
class Expected:
    """A marked figure: its place in the sentence and the ties that are right."""

    start: int
    end: int
    ties: tuple[tuple[TieKind, tuple[str, ...], tuple[str, ...]], ...]


@dataclass(frozen=True)
class Sentence:
    """A sentence of the corpus, and what stands around it."""

    file: str
    form: str
    year: int
    office: str
    heading: str
    text: str
    expected: tuple[Expected, ...]


def sentences(form_of: dict[str, Form]) -> Iterator[Sentence]:
    """Every sentence of the corpus."""
    for path in sorted(FOLDER.glob("*.txt")):
        known = {"form": "", "year": "", "office": "", "heading": ""}
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("@"):
                name, _, value = line[1:].partition(" ")
                known[name] = value
            elif line and not line.startswith("#"):
                text, expected = _marked(line, form_of[known["form"]])
                yield Sentence(
                    path.stem, known["form"], int(known["year"]), known["office"],
                    known["heading"], text, expected,
                )  # fmt: skip


def _marked(line: str, form: Form) -> tuple[str, tuple[Expected, ...]]:
    parts: list[str] = []
    found: list[Expected] = []
    size = end = 0
    for mark in _MARK.finditer(line):
        before = line[end : mark.start()]
        parts += [before, mark[1]]
        start = size + len(before)
        size = start + len(mark[1])
        end = mark.end()
        ties = tuple(_tie(text, form) for text in mark[2].split(";"))
        found.append(Expected(start, size, ties))
    return "".join([*parts, line[end:]]), tuple(found)


def _tie(text: str, form: Form) -> tuple[TieKind, tuple[str, ...], tuple[str, ...]]:
    kinds = {"Δ": TieKind.DIFFERENCE, "^": TieKind.CHANGE, "<": TieKind.LAST, "%": TieKind.SHARE}
    kind = kinds.get(text[0])
    part, _, whole = (text[1:] if kind else text).partition("/")
    cells = _cells(part, form)
    if kind is None:
        kind = TieKind.SUM if len(cells) > 1 else TieKind.CELL
    return kind, cells, _cells(whole, form) if whole else ()


def _cells(text: str, form: Form) -> tuple[str, ...]:
    keys: list[str] = []
    for piece in text.split("+"):
        code, _, column = piece.partition(":")
        codes = ("4-2.1", "4-2.2") if code == "4-2" else expanded_rows(form, (code,))
        for row in codes:
            table = form.table_of(form.rows[row])
            if len(table.columns) == 1:
                keys.append(row)
            elif column == "org":
                keys += [f"{row}:{name}" for name in _ORG]
            else:
                keys.append(f"{row}:{column or 'total'}")
    return tuple(keys)
