"""Counts how cells are read that show something else than they store, and asks LibreOffice what they show.

    python -m tests.bench.formats shown [FOLDER]

A line for each format, a column for each way (struck out, raised, through a number format, hidden …),
the 2014 and the 2021 form together. A cell is right where the figure that the page shows is read, or,
where the page shows none, where nothing is taken as sure. Below it stand the cells of workbooks in
which this program and LibreOffice's CSV export "as shown" differ.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from core.catalog import Catalog
from core.importing.propose import propose
from core.matching.model import RowMatch
from core.problems import NianbaoError
from core.reading.base.marks import split_stored
from core.reading.base.raw import RawTable
from core.reading.dispatch import read_document
from tests.bench.counting import Count
from tests.reference.make_files import SHEET_FORMATS, TEXT_FORMATS, convert
from tests.reference.make_shown import FORMS, WAYS, Sample, Way, formats_of, make, samples

#: Every sheet, as shown.
_AS_SHOWN: Final = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
_WORKBOOKS: Final = ("ods", "fods", "xlsx", "xls")


def counted(path: Path, catalog: Catalog, sample: Sample, way: Way) -> Count:
    """How the file at *path* is read."""
    expected = sample.expected(way)
    try:
        proposal = propose(path, catalog, form_id=sample.form_id)
    except NianbaoError as error:
        return Count(0, 0, 0, str(error), cells=len(expected))
    places: Mapping[str, RowMatch] = proposal.match.by_key if proposal.match is not None else {}
    right = doubted = silent = 0
    for key, true in expected.items():
        value = proposal.values.get(key)
        is_sure = value is not None and (key not in places or places[key].certainty >= 1)
        doubted += value is not None and not is_sure
        right += value == true if true is not None else not is_sure
        silent += is_sure and value != true
    return Count(right, doubted, silent, cells=len(expected))


def table(folder: Path) -> tuple[list[str], list[Count]]:
    """The lines of the table in Markdown, and what was counted."""
    catalog, made = Catalog.standard(), samples()
    lines = [
        f"| format | {' | '.join(way.name for way in WAYS)} |",
        f"| --- |{' ---: |' * len(WAYS)}",
    ]
    every: list[Count] = []
    for extension in (*TEXT_FORMATS, *SHEET_FORMATS):
        row: list[str] = []
        for way in WAYS:
            if extension not in formats_of(way):
                row.append("")
                continue
            # Only a workbook's first sheet goes into a .csv.
            counts = [
                counted(folder / f"{sample.form_id}-{way.name}.{extension}", catalog, sample, way)
                for sample in made
                if extension != "csv" or len(sample.tables) == 1
            ]
            every += counts
            refusal = next((count.refusal for count in counts if count.refusal), "")
            whole = Count(
                sum(count.right for count in counts), sum(count.warned for count in counts),
                sum(count.silent for count in counts), refusal,
            )  # fmt: skip
            row.append(str(whole))
        lines.append(f"| {extension} | {' | '.join(row)} |")
    return lines, every


def differences(folder: Path) -> list[str]:
    """Each cell of a workbook that LibreOffice shows otherwise than it is read here."""
    found: list[str] = []
    ways = [way for way in WAYS if way.sheet is not None and not way.is_styled]
    with tempfile.TemporaryDirectory() as name:
        profile = Path(name) / "profile"
        for extension in _WORKBOOKS:
            paths = {
                folder / f"{form_id}-{way.name}.{extension}": form_id
                for form_id in FORMS
                for way in ways
            }
            out = Path(name) / extension
            convert(list(paths), _AS_SHOWN, out, profile)
            for path in paths:
                for raw in read_document(path).tables:
                    shown = (
                        out
                        / f"{path.name.removesuffix('.' + extension.rpartition('.')[2])}-{raw.name}.csv"
                    )
                    found += [f"{path.name}: {line}" for line in _compared(raw, shown)]
    return found


def _compared(raw: RawTable, shown: Path) -> Iterator[str]:
    with shown.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    for at, texts in enumerate(raw.rows):
        for column, text in enumerate(texts):
            if (at, column) in raw.merged:
                continue
            theirs = rows[at][column] if at < len(rows) and column < len(rows[at]) else ""
            if _plain(split_stored(text)[0]) != _plain(theirs):
                yield f"row {at + 1}, column {column + 1}: read {text!r}, shown {theirs!r}"


def _plain(text: str) -> str:
    """The text without what a figure may be written with; a number without zeros at its end."""
    bare = text.replace(",", "").replace("￥", "¥").strip()
    head, tail = bare[: len(bare) - len(bare.lstrip("¥约"))], bare.lstrip("¥约")
    number = tail.rstrip("万千元%")
    try:
        return f"{head}{Decimal(number).normalize():f}{tail[len(number) :]}"
    except InvalidOperation:
        return bare


def report(folder: Path | None) -> tuple[list[str], bool]:
    """All that is to be printed, and whether nothing was silently wrong. Makes the files where
    there is no *folder* of them."""
    with tempfile.TemporaryDirectory(prefix="nianbao-shown-") as name:
        if folder is None:
            folder = Path(name) / "files"
            make(folder, Path(name) / "profile")
        lines, every = table(folder)
        apart = differences(folder)
    right, silent = sum(count.right for count in every), sum(count.silent for count in every)
    lines += ["", f"{len(every)} files, {right} of {sum(count.cells for count in every)} cells right, "
              f"{silent} wrong ones without a warning.",
              f"{len(apart)} cells that LibreOffice shows otherwise:", *apart]  # fmt: skip
    return lines, not silent
