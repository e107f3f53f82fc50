"""What it costs to find last year's figures in a file of each kind, over reading the file alone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.catalog import Catalog
from core.importing.propose import propose
from core.reading.dispatch import load, read_bytes
from tests.bench.forms import CN_2014
from tests.bench.harness import Benchmark, Budget, Factory, Rule, Unit, timed

FILES: Final = Path(__file__).resolve().parents[1] / "reference" / "files"
#: One file of each kind, all of the same table; a spreadsheet's web page is another than a text's.
NAMES: Final = (
    "official.doc",
    "official.docx",
    "official.rtf",
    "official.odt",
    "official.xls",
    "official.xlsx",
    "plain.ods",
    "official.html",
    "official.sheet.html",
    "official.pdf",
    "plain.csv",
    "plain.txt",
)
#: Only what a workbook costs is promised; of the other kinds it is told.
PROMISED: Final = {"official.xlsx": Budget(Rule.ABOVE, 0.007)}


def reading(name: str) -> Factory:
    """Return a benchmark: the file proposed as last year's figures, against its raw parse."""
    kind = name.partition(".")[2]

    def factory(folder: Path) -> Benchmark:
        file = FILES / name
        known = Catalog.standard()
        found = len(propose(file, known, form_id=CN_2014).values)
        if found != len(known.form(CN_2014).cells):
            raise RuntimeError(f"{name}: only {found} figures were found")
        return Benchmark(
            name=f"read and matched, .{kind}",
            unit=Unit.SECONDS,
            budget=PROMISED.get(name, Budget(Rule.TOLD, 0)),
            ours=timed(lambda: propose(file, known, form_id=CN_2014)),
            reference=timed(lambda: read_bytes(load(file), file.name)),
            rounds=15,
        )

    factory.__name__ = f"read_{kind.replace('.', '_')}"
    return factory


READING: Final = tuple(reading(name) for name in NAMES)
