"""Counts how many of last year's figures are read right, for every file format and way of writing.

    python -m tests.bench.formats [FOLDER]
    python -m tests.bench.formats shown [FOLDER]

Prints the table of README.md: a line for each format, a column for each quirk, the figures of the
2018 report that are read right out of 71. Below it, how many wrong figures would have been taken
over without a warning; exit code 1 where that is not 0. FOLDER holds the files that
``tests/reference/make_files.py FOLDER`` makes; without it they are made with LibreOffice first. With
``shown`` the cells show something else than they store, see :mod:`tests.bench.shown`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from core.catalog import Catalog
from core.importing.proposal import Proposal
from core.importing.propose import propose
from core.problems import NianbaoError
from core.values import CellValue
from tests.bench import shown
from tests.bench.counting import Count
from tests.core.figures import figures_2018
from tests.reference.make_files import QUIRKS, SHEET_FORMATS, TEXT_FORMATS, make

FORM: Final = "cn-2014-beijing"


def counted(path: Path, catalog: Catalog, true: dict[str, CellValue]) -> Count:
    """How the file at *path* is read; a wrong figure is warned of where its row has a remark."""
    try:
        proposal = propose(path, catalog, form_id=FORM)
    except NianbaoError as error:
        return Count(0, 0, 0, str(error))
    wrong = [key for key, value in proposal.values.items() if value != true.get(key)]
    doubted = [key for key in proposal.values if _is_doubted(proposal, key)]
    return Count(
        right=len(proposal.values) - len(wrong),
        warned=len(doubted),
        silent=len(set(wrong) - set(doubted)),
    )


def _is_doubted(proposal: Proposal, key: str) -> bool:
    place = proposal.match.by_key.get(key) if proposal.match is not None else None
    return place is not None and place.certainty < 1


def table(folder: Path) -> tuple[list[str], list[Count]]:
    """The lines of the table in Markdown, and what was counted."""
    catalog, true = Catalog.standard(), figures_2018()
    names = [quirk.name for quirk in QUIRKS]
    lines = [f"| format | {' | '.join(names)} |", f"| --- |{' ---: |' * len(names)}"]
    every: list[Count] = []
    for extension in (*TEXT_FORMATS, "ofd", *SHEET_FORMATS):
        row = [counted(folder / f"{name}.{extension}", catalog, true) for name in names]
        every += row
        lines.append(f"| {extension} | {' | '.join(map(str, row))} |")
    return lines, every


def main(arguments: Sequence[str]) -> int:
    """Prints the table."""
    if arguments[:1] == ["shown"]:
        lines, all_well = shown.report(Path(arguments[1]) if len(arguments) > 1 else None)
        sys.stdout.buffer.write(("\n".join(lines) + "\n").encode())
        return 0 if all_well else 1
    if arguments:
        lines, every = table(Path(arguments[0]))
    else:
        with tempfile.TemporaryDirectory(prefix="nianbao-formats-") as name:
            make(Path(name), None)
            lines, every = table(Path(name))
    silent = sum(count.silent for count in every)
    right = sum(count.right for count in every)
    lines += ["", f"{len(every)} files, {right} of {71 * len(every)} figures right, "
              f"{silent} wrong ones without a warning."]  # fmt: skip
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode())
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
