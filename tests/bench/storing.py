"""Opening, saving and reading last year's file: what a report costs on its way in and out."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from core.catalog import Catalog
from core.importing.propose import propose
from core.reading.dispatch import load, read_bytes
from core.session import Session
from core.storage.files import open_report, save_report
from tests.bench.checking import full_report
from tests.bench.forms import BIG, CN_2014, CN_2021, catalog, checks
from tests.bench.harness import Benchmark, Budget, Factory, Rule, Unit, timed
from tests.core.figures import figures_2018

SIZES = {CN_2014: "71 cells", CN_2021: "200 cells", "big": f"{BIG:,} cells"}


def opening(form_id: str) -> Factory:
    """Return a benchmark: from a file to a session with every check judged, the form loaded anew."""

    def factory(folder: Path) -> Benchmark:
        file = folder / f"open-{form_id}.nianbao"
        save_report(full_report(checks(folder, form_id)), file)

        def open_it() -> None:
            known = catalog(folder)
            Session(open_report(file, known).report, known.checks(form_id))

        return _told(f"open, {SIZES[form_id]}", open_it, form_id)

    factory.__name__ = f"open_{form_id.replace('-', '_')}"
    return factory


def saving(form_id: str) -> Factory:
    """Return a benchmark: a full report into its file, with the copies that are kept of it."""

    def factory(folder: Path) -> Benchmark:
        report = full_report(checks(folder, form_id))
        file = folder / f"save-{form_id}.nianbao"
        return _told(f"save, {SIZES[form_id]}", lambda: save_report(report, file), form_id)

    factory.__name__ = f"save_{form_id.replace('-', '_')}"
    return factory


def _told(name: str, call: object, form_id: str) -> Benchmark:
    assert callable(call)
    return Benchmark(
        name=name,
        unit=Unit.SECONDS,
        budget=Budget(Rule.TOLD, 0),
        ours=timed(call),
        rounds=3 if form_id == "big" else 15,
    )


OPENING = tuple(opening(form_id) for form_id in SIZES)
SAVING = tuple(saving(form_id) for form_id in SIZES)


def last_year(folder: Path) -> Benchmark:
    """Find last year's 71 figures in a workbook that Excel might have written."""
    file = folder / "2018.xlsx"
    known = Catalog.standard()
    form = known.form(CN_2014)
    figures = figures_2018()
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["政府信息公开情况统计表（2018年度）"])
    sheet.append(["统计指标", "单位", "统计数"])
    for row in form.rows.values():
        unit = row.unit.name if row.unit else ""
        sheet.append([row.label, unit, figures.get(row.code, "")])
    book.save(file)
    found = propose(file, known, form_id=CN_2014).values
    if found != figures:
        raise RuntimeError("the workbook was not read right")
    return Benchmark(
        name="last year's XLSX, read and matched",
        unit=Unit.SECONDS,
        budget=Budget(Rule.ABOVE, 0.010),
        ours=timed(lambda: propose(file, known, form_id=CN_2014)),
        reference=timed(lambda: read_bytes(load(file), file.name)),
        rounds=40,
    )
