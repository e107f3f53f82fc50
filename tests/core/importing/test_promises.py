"""What the import promises: a figure out of its place is doubted, last year's is the right year's."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog import Catalog
from core.importing.proposal import BaselineRemark
from core.importing.propose import propose_document
from core.matching.match import match
from core.matching.model import MatchNote
from core.period import Period
from core.reading.base.raw import RawDocument, RawTable
from core.report import Baseline, Report
from tests.core.matching.table_2018 import FORM, TRUE, table
from tests.core.own_forms import QUARTER


def moved(table_: RawTable, line: int, to: int) -> RawTable:
    rows = list(table_.rows)
    rows.insert(to, rows.pop(line))
    return RawTable(tuple(rows))


@pytest.mark.parametrize(("label", "by"), [("培训班", -20), ("政府公报公开政府信息数", 30)])
def test_a_row_that_left_its_place_is_doubted(label: str, by: int) -> None:
    whole = table(["指标", "单位", "统计数=0"])
    line = next(at for at, row in enumerate(whole.rows) if label in row[0])
    found = match(RawDocument("xlsx", (moved(whole, line, line + by),)), FORM)
    stray = next(row for row in found.rows if label in row.label and row.figure)
    assert stray.certainty < 1
    assert MatchNote.MOVED in {remark.problem for remark in stray.remarks}
    others = {key: value for key, value in found.values.items() if key != stray.key}
    assert all(TRUE[key] == value for key, value in others.items())


def test_only_the_year_before_is_compared_with_and_older_years_are_kept() -> None:
    form = Catalog.standard().form("cn-2014-beijing")
    report = Report(form, Period(2019))
    for year in (2017, 2016):
        report.baselines = report.with_baseline(
            Baseline(Period(year), "某局", form.id, {"1.1": year})
        )
    assert [known.period.year for known in report.baselines] == [2016, 2017]
    assert report.baseline is None
    report.baselines = report.with_baseline(Baseline(Period(2018), "某局", form.id, {"1.1": 3}))
    assert report.last_values["1.1"] == 3


def test_a_quarterly_file_named_by_its_year_alone_has_a_year_and_no_quarter(tmp_path: Path) -> None:
    (tmp_path / "jd-quarter.toml").write_text(QUARTER, encoding="utf-8")
    catalog = Catalog.standard(tmp_path)
    rows = [("指标", "单位", "区政府", "区直单位", "乡镇街道", "合计")]
    for row in catalog.form("jd-quarter").rows.values():
        rows.append((row.label, row.unit.name if row.unit else "", "1", "1", "1", "3"))
    document = RawDocument("xlsx", (RawTable(tuple(rows)),))
    proposal = propose_document(document, "2024年.xlsx", "", catalog, form_id="jd-quarter")
    assert (proposal.year, proposal.period) == (2024, None)
    assert BaselineRemark.YEAR_FROM_NAME in {remark.problem for remark in proposal.remarks}
