"""The figures that tests fill forms with: the real 2018 report, and made-up consistent 2021 ones."""

from __future__ import annotations

import csv
import random
from pathlib import Path

from core.catalog import Catalog
from core.checks.checks import CheckSet
from core.form.form import Form
from core.period import Period
from core.report import Baseline, Report
from core.session import Edit, Session
from core.values import CellValue

REFERENCE = Path(__file__).resolve().parent.parent / "reference"
SAMPLE_2018 = REFERENCE.parent.parent / "resources" / "samples" / "2018-统计表.txt"


def figures_2018() -> dict[str, CellValue]:
    """The 71 figures of the real 2018 report, by cell key."""
    with (REFERENCE / "form_2014_beijing.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {row["code"]: int(row["value_2018"]) for row in rows if row["value_2018"]}


def checks_of(form_id: str) -> CheckSet:
    """A built-in form with its checks."""
    return Catalog.standard().checks(form_id)


def session_of(form_id: str, year: int = 2019) -> Session:
    """An empty report of a built-in form, being edited."""
    checks = checks_of(form_id)
    return Session(Report(checks.form, Period(year)), checks)


def baseline_2018() -> Baseline:
    """The 2018 report as the figures of last year."""
    return Baseline(Period(2018), "通州区政务服务管理办公室", "cn-2014-beijing", figures_2018())


def fill(session: Session, values: dict[str, CellValue]) -> None:
    """Types *values*, leaving to themselves the cells that then compute themselves."""
    typed = {k: v for k, v in values.items() if not session.checks.is_computed(k)}
    session.apply(Edit("填写", cells=typed))
    blank = {k: v for k, v in values.items() if session.value(k) is None}
    session.apply(Edit("填写", cells=blank))


def consistent_2014(form: Form, rng: random.Random) -> dict[str, CellValue]:
    """Random figures of a 2014 form that no check objects to, without last year's."""
    values: dict[str, CellValue] = {}

    def put(total: str, parts: list[str], most: int) -> int:
        for part in parts:
            values[part] = rng.randint(0, most)
        values[total] = sum(values[part] for part in parts)
        return values[total]

    def children(code: str) -> list[str]:
        rows = form.tables[0].children[code]
        return [row.code for row in rows]

    fields = "1.3" in form.rows  # Beijing's 重点领域
    values["1.1"] = rng.randint(5, 40) + (put("1.2", children("1.2"), 3) if fields else 0)
    values["1.1.1"] = rng.randint(0, 5)
    values["1.1.2"] = values["1.1.1"] + rng.randint(0, 3)
    channels = children("1.3" if fields else "1.2")
    for channel in channels:
        values[channel] = rng.randint(0, values["1.1"])
    values[channels[1]] = values["1.1"]
    for code in ("2.1", "2.2.1", "2.2.2", "2.2.3", "2.2.4", "2.2.5", "6", "8.1", "8.2", "9.1"):
        values[code] = rng.randint(0, 30)
    values["2.2.1.1"] = rng.randint(0, values["2.2.1"])
    values["2.2.2.1"] = rng.randint(0, values["2.2.2"])
    put("3.1", children("3.1"), 20)
    put("3.3.4", children("3.3.4"), 2)
    for code in children("3.3"):
        values.setdefault(code, 0)
    # No more is answered than was asked for: last year may have left nothing over.
    refused = values["3.3.4"]
    values["3.1.4"] += max(refused - values["3.1"], 0)
    values["3.1"] = max(refused, values["3.1"])
    values["3.3.2"] = rng.randint(0, values["3.1"] - refused)
    values["3.3"] = sum(values[code] for code in children("3.3"))
    values["3.2"] = values["3.3"]
    values["3.2.2"] = rng.randint(0, values["3.2"])
    values["3.2.1"] = values["3.2"] - values["3.2.2"]
    put("4", children("4"), 3)
    put("5", children("5"), 3)
    values["7"] = 0
    put("8.3", children("8.3"), 4)
    if values["8.3"] == 0:
        values["8.3.1"] = values["8.3"] = 1
    values["8.4"] = rng.randint(0, 20)
    values["9.2"] = rng.randint(1, 5)
    values["9.3"] = rng.randint(0, 200)
    return values


def consistent_2021(form: Form, rng: random.Random) -> dict[str, CellValue]:
    """Random figures of the 2021 (or 2019) form that no check objects to, without last year's."""
    values: dict[str, CellValue] = {}
    for row in form.table("2").rows:
        for key in form.row_cells(row):
            values[key] = rng.randint(-50 if form.cells[key].unit.signed else 0, 50)
        if f"{row.code}:published" in values:
            values[f"{row.code}:total"] += values[f"{row.code}:published"]
    columns = [column.code for column in form.table("3").columns if column.code != "total"]
    leaves = [row.code for row in form.table("3").rows if row.columns]
    results = [code for code in leaves if code.startswith("3-3") and code != "3-3.7"]
    for column in columns:
        for code in results:
            values[f"{code}:{column}"] = rng.randint(0, 4)
        done = sum(values[f"{code}:{column}"] for code in results)
        values[f"3-3.7:{column}"] = done
        values[f"3-4:{column}"] = rng.randint(0, 3)
        whole = done + values[f"3-4:{column}"]
        values[f"3-2:{column}"] = rng.randint(0, min(whole, 3))
        values[f"3-1:{column}"] = whole - values[f"3-2:{column}"]
    for code in leaves:
        values[f"{code}:total"] = sum(values[f"{code}:{column}"] for column in columns)
    for row in form.table("4").rows:
        if row.columns:
            parts = [f"{row.code}:{c}" for c in ("upheld", "corrected", "other", "pending")]
            values.update((part, rng.randint(0, 3)) for part in parts)
            values[f"{row.code}:total"] = sum(values[part] for part in parts)
    return values
