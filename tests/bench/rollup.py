"""A folder of exported reports read for a roll-up, against openpyxl and calamine over the same files."""

from __future__ import annotations

import importlib
import io
import random
import time
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook

from core.catalog import Catalog
from core.rollup.reading import ItemReader
from core.rollup.session import Rollup
from core.rollup.sources.items import Item
from tests.bench.harness import Benchmark, Budget, Rule, Unit
from tests.core.figures import consistent_2014
from tests.core.rollup.made import FORM_ID, Exporter, report_of

_FILES = 60
_RESAVED = Path(__file__).parents[1] / "core" / "rollup" / "files" / f"resaved-{FORM_ID}.xlsx"


def _exported(count: int) -> list[bytes]:
    form, dice = Catalog.standard().form(FORM_ID), random.Random(1)
    exporter = Exporter(report_of("样本", consistent_2014(form, dice)))
    return [exporter(report_of(f"{n}局", consistent_2014(form, dice))) for n in range(count)]


def _processor(files: list[bytes], read: Callable[[bytes], object]) -> Callable[[], float]:
    """Seconds of this process for a file, over all files."""

    def sample() -> float:
        started = time.process_time()
        for data in files:
            read(data)
        return (time.process_time() - started) / len(files)

    return sample


def _ours() -> Callable[[bytes], object]:
    reader = ItemReader(Catalog.standard())
    return lambda data: reader.read(Item("a.xlsx", "a.xlsx", data))


def _openpyxl(data: bytes) -> None:
    book = load_workbook(io.BytesIO(data), read_only=True)
    for sheet in book.worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass


def rollup_exported(folder: Path) -> Benchmark:
    """An exported workbook as a reading: seal, every visible figure, checks."""
    files = _exported(_FILES)
    return Benchmark(
        name="roll-up: exported workbook",
        unit=Unit.SECONDS,
        budget=Budget(Rule.RATIO, 1 / 6),
        ours=_processor(files, _ours()),
        reference=_processor(files, _openpyxl),
        rounds=7,
    )


def rollup_resaved(folder: Path) -> Benchmark:
    """The same after LibreOffice saved it again."""
    files = [_RESAVED.read_bytes()] * _FILES
    return Benchmark(
        name="roll-up: workbook resaved by LibreOffice",
        unit=Unit.SECONDS,
        budget=Budget(Rule.RATIO, 1 / 6),
        ours=_processor(files, _ours()),
        reference=_processor(files, _openpyxl),
        rounds=7,
    )


def rollup_calamine(folder: Path) -> Benchmark:
    """An exported workbook against python-calamine, where that is installed."""
    files = _exported(_FILES)
    try:
        calamine = importlib.import_module("python_calamine")
    except ImportError:
        calamine = None

    def read(data: bytes) -> None:
        if calamine is not None:
            book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python()

    return Benchmark(
        name="roll-up: exported workbook, against calamine",
        unit=Unit.SECONDS,
        budget=Budget(Rule.RATIO if calamine is not None else Rule.TOLD, 2.5),
        ours=_processor(files, _ours()),
        reference=_processor(files, read),
        rounds=7,
    )


def rollup_again(folder: Path) -> Benchmark:
    """A second run in which nothing has changed, against the first, one process."""
    sources = folder / "rollup"
    sources.mkdir(exist_ok=True)
    for number, data in enumerate(_exported(400)):
        (sources / f"{number}.xlsx").write_bytes(data)
    catalog = Catalog.standard()
    first = Rollup(sources, catalog, workers=0)

    def scan(rollup: Rollup) -> float:
        started = time.process_time()
        rollup.scan()
        rollup.result()
        return time.process_time() - started

    scan(first)
    return Benchmark(
        name="roll-up: nothing has changed, against the first run",
        unit=Unit.SECONDS,
        budget=Budget(Rule.RATIO, 1 / 20),
        ours=lambda: scan(Rollup(sources, catalog, kept=first.kept, workers=0)),
        reference=lambda: scan(Rollup(sources, catalog, workers=0)),
        rounds=3,
    )


def rollup_workers(folder: Path) -> Benchmark:
    """Two workers against one, by the clock; needs two free cores."""
    sources = folder / "workers"
    sources.mkdir(exist_ok=True)
    for number, data in enumerate(_exported(1500)):
        (sources / f"{number}.xlsx").write_bytes(data)

    def scan(count: int) -> float:
        started = time.perf_counter()
        Rollup(sources, Catalog.standard(), workers=count).scan()
        return time.perf_counter() - started

    return Benchmark(
        name="roll-up: two workers against one, by the clock",
        unit=Unit.SECONDS,
        budget=Budget(Rule.RATIO, 0.65),
        ours=lambda: scan(2),
        reference=lambda: scan(1),
        rounds=3,
    )


ROLLUP = (rollup_exported, rollup_resaved, rollup_calamine, rollup_again, rollup_workers)
