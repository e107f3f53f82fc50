"""A form of 10,000 rows and 20,000 checks works like any other, and an edit costs what it touches.

Counted, not timed: how long things take is for the benchmarks beside this file to say.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from core.catalog import Catalog
from core.checks.checks import CheckSet, Finding
from core.importing.own_files import read_own_xlsx
from core.period import Period
from core.report import Baseline, Report
from core.session import Edit, Session
from core.storage.files import open_report, save_report
from core.values import CellValue
from core.writing.xlsx import workbook_bytes
from tests.bench.forms import BIG, catalog


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """A catalogue with the form of 10,000 rows under the id "big"."""
    return catalog(tmp_path_factory.mktemp("big"))


def consistent(checks: CheckSet) -> Report:
    """Every part 1, so that every total computes itself as 9; last year the same."""
    parts: dict[str, CellValue] = {key: 1 for key in checks.form.cells if "." in key}
    totals: dict[str, CellValue] = {key: 9 for key in checks.form.cells if "." not in key}
    last = Baseline(Period(2018), "某区某局", checks.form.id, {**parts, **totals})
    report = Report(checks.form, Period(2019), values=parts, baselines=(last,))
    report.header["unit_name"] = "某区某局"
    return report


def test_a_form_of_10000_rows_and_20000_checks_loads(big: Catalog) -> None:
    checks = big.checks("big")
    assert len(checks.form.cells) == BIG
    assert len(checks.bound) == 2 * BIG
    assert len(checks.computed_order) == BIG // 10
    assert not checks.mistakes


def test_it_is_computed_checked_and_edited(big: Catalog) -> None:
    session = Session(consistent(big.checks("big")), big.checks("big"))
    assert session.is_ready
    assert session.value("1000") == 9
    change = session.apply(Edit("键入", cells={"500.7": 101}))
    assert change.cells == {"500", "500.7"}
    assert session.value("500") == 109
    assert {finding.at for finding in session.findings} == {("500.7",), ("500",)}
    assert all(finding.jump for finding in session.findings)
    change = session.apply(Edit("键入", cells={"500": 50}))
    sum_wrong = next(f for f in session.findings if f.check == "合计 [500] = sum([500.*])")
    assert (sum_wrong.left, sum_wrong.right) == (50, 109)
    assert any(f.check == "其中 [500.*] <= [500]@500.7" for f in session.findings)
    session.apply(change.inverse)
    session.apply(Edit("键入", cells={"500.7": 1}))
    assert session.is_ready


def test_it_is_saved_and_opened_again(big: Catalog, tmp_path: Path) -> None:
    session = Session(consistent(big.checks("big")), big.checks("big"))
    session.apply(Edit("键入", cells={"1.1": 7, "1000": 12}))
    path = tmp_path / "big.nianbao"
    save_report(session.report, path)
    opened = open_report(path, big)
    assert opened.report == session.report
    assert not opened.remarks
    again = Session(opened.report, big.checks("big"))
    assert again.findings == session.findings


def test_it_is_exported_and_read_back(big: Catalog) -> None:
    session = Session(consistent(big.checks("big")), big.checks("big"))
    session.apply(Edit("键入", cells={"777.3": 123_456}))
    data = workbook_bytes(session)
    sheet = load_workbook(BytesIO(data), read_only=True).worksheets[0]
    lines = [[cell for cell in line if cell is not None] for line in sheet.values]
    assert ["3.第777组第3项数", "件", 123_456] in [line[-3:] for line in lines]
    labels = {text.strip() for line in lines for text in line if isinstance(text, str)}
    missing = [row.label for row in session.form.rows.values() if row.label not in labels]
    assert not missing
    own = read_own_xlsx(data, "big.xlsx", big)
    assert own is not None
    assert own.report.values == session.report.values
    assert not own.changed


class Counting(CheckSet):
    """Counts the checks that are judged and the cells that are computed."""

    judged = computed = 0

    def judge(self, index: int, values: object, last: object) -> Finding | None:
        """Counts, then judges."""
        self.judged += 1
        return super().judge(index, values, last)  # type: ignore[arg-type]

    def compute(self, key: str, values: object, last: object) -> CellValue:
        """Counts, then computes."""
        self.computed += 1
        return super().compute(key, values, last)  # type: ignore[arg-type]


def work_of_an_edit(form: Catalog) -> tuple[int, int]:
    checks = Counting(form.form("big"))
    session = Session(consistent(checks), checks)
    assert checks.judged == len(checks.bound)
    checks.judged = checks.computed = 0
    session.apply(Edit("键入", cells={"50.7": 101}))
    return checks.judged, checks.computed


def test_the_work_of_an_edit_does_not_grow_with_the_form(big: Catalog, tmp_path: Path) -> None:
    small = work_of_an_edit(catalog(tmp_path, 1_000))
    assert work_of_an_edit(big) == small
    # The sum, nine parts against their total, and a jump each of the part and the total.
    assert small == (12, 1)
