"""Forms that offices make, from end to end: filled, compared, checked, exported, read back."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from core.catalog import Catalog
from core.importing.propose import propose, to_baseline, warnings
from core.period import Period
from core.report import Baseline, Report
from core.session import Edit, Session
from core.storage.files import save_report
from core.values import CellValue
from core.writing.layout import PAGE_WIDTH, WIDE_PAGE_WIDTH, printed_form
from core.writing.xlsx import export_report, workbook_bytes
from tests.core.own_forms import OWN_FORMS


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    folder = tmp_path / "forms"
    folder.mkdir()
    for form_id, text in OWN_FORMS.items():
        (folder / f"{form_id}.toml").write_text(text, encoding="utf-8")
    return Catalog.standard(folder)


def session_of(catalog: Catalog, form_id: str, period: str) -> Session:
    checks = catalog.checks(form_id)
    session = Session(Report(checks.form, Period.parse(period)), checks)
    session.apply(Edit("", header={"unit_name": "某街道"}))
    return session


def filled_quarter(catalog: Catalog, period: str, factor: int = 1) -> Session:
    session = session_of(catalog, "jd-quarter", period)
    figures: dict[str, CellValue] = {}
    for at, column in enumerate(("gov", "bureau", "town"), 1):
        counts = {"1": 30, "1.1": 10, "1.2": 20, "2.1": 1, "2.2": 2}
        figures |= {f"{code}:{column}": n * at * factor for code, n in counts.items()}
        figures[f"2.3:{column}"] = Decimal("0.5")
        figures[f"3:{column}"] = Decimal("1.25")
    session.apply(Edit("", cells=figures))
    return session


@pytest.mark.parametrize("ending", ["nianbao", "xlsx"])
def test_a_quarter_against_the_same_one_a_year_ago(
    catalog: Catalog, tmp_path: Path, ending: str
) -> None:
    """Over the end of the year: the first quarter is not compared with the fourth before it."""
    now = filled_quarter(catalog, "2024-Q1", 3)
    assert now.value("1:total") == 540
    assert now.value("2.3:total") == Decimal("1.5")
    for period in ("2023-Q1", "2023-Q4"):
        path = tmp_path / f"{period}.{ending}"
        before = filled_quarter(catalog, period)
        if ending == "xlsx":
            export_report(before, path)
        else:
            save_report(before.report, path)
        proposal = propose(path, catalog, form_id="jd-quarter", before=now.report.period)
        said = warnings(proposal, now.report)
        if period == "2023-Q4":
            assert said == [
                "文件是2023年第4季度的，本报表的上年同期应为2023年第1季度；"
                "导入后只作为历年数保留，不作上年同期数对照。如果文件的年度写错了，请先改正年度。"
            ]
        else:
            assert said == []
            now.apply(Edit("", baselines=(to_baseline(proposal, now.report),)))
    total = next(finding for finding in now.findings if finding.at == ("1:total",))
    assert "上年同期为 180，本期为 540，增加 360（200%），变动较大" in total.message


def test_a_half_year_against_the_one_before(catalog: Catalog) -> None:
    before = session_of(catalog, "half", "2023-H2")
    before.apply(Edit("", cells={"1": 8, "2": 1, "3": 7, "4": 2}))
    assert before.value("5") == Decimal("77.78")
    now = session_of(catalog, "half", "2024-H1")
    report = before.report
    last = Baseline(report.period, report.unit_name, "half", dict(report.values))
    now.apply(Edit("", baselines=(last,), cells={"1": 3, "3": 1, "4": 4}))
    assert now.value("2") == 2  # carried over from the half-year before
    (jump,) = now.findings
    assert jump.message.startswith("三、办结 上期为 7，本期为 1，减少 6（86%）")


def test_a_form_of_twelve_months_is_printed_on_its_side(catalog: Catalog) -> None:
    session = session_of(catalog, "year-months", "2024")
    (grid,) = printed_form(session.report).grids
    assert grid.is_wide
    assert sum(grid.widths) == pytest.approx(WIDE_PAGE_WIDTH)
    assert grid.widths[0] >= 45 and min(grid.widths[2:]) >= 11
    sheet = load_workbook(BytesIO(workbook_bytes(session)))["统计表"]
    assert sheet.page_setup.orientation == "landscape"
    upright = session_of(catalog, "jd-quarter", "2024-Q1")
    assert sum(printed_form(upright.report).grids[0].widths) == pytest.approx(PAGE_WIDTH)
    sheet = load_workbook(BytesIO(workbook_bytes(upright)))["统计表"]
    assert sheet.page_setup.orientation == "portrait"


def test_notes_stand_under_the_table(catalog: Catalog) -> None:
    session = session_of(catalog, "jd-quarter", "2024-Q1")
    sheet = load_workbook(BytesIO(workbook_bytes(session)))["统计表"]
    texts = [str(cell.value) for row in sheet.iter_rows(max_col=1) for cell in row if cell.value]
    at = texts.index("三、专项经费")
    assert texts[at + 1 : at + 3] == [
        "注：1.本表于季后 5 日内报送。",
        "　　2.“区直单位”包括垂直管理部门。",
    ]
    assert texts[at + 3].startswith("单位负责人：")


def test_a_form_changed_since_is_said(catalog: Catalog, tmp_path: Path) -> None:
    session = filled_quarter(catalog, "2024-Q1")
    path = tmp_path / "a.nianbao"
    save_report(session.report, path)
    form = tmp_path / "forms" / "jd-quarter.toml"
    form.write_text(form.read_text(encoding="utf-8").replace("50%", "40%"), encoding="utf-8")
    proposal = propose(path, Catalog.standard(tmp_path / "forms"))
    said = map(str, proposal.remarks)
    assert any("表样" in remark and "不同" in remark for remark in said)
    assert dict(proposal.values) == dict(session.report.values)


def test_a_file_that_tells_a_year_but_no_quarter_is_asked_about(
    catalog: Catalog, tmp_path: Path
) -> None:
    before = session_of(catalog, "half", "2023-H2")
    before.apply(Edit("", cells={"1": 8, "2": 1, "3": 7, "4": 2}))
    save_report(before.report, tmp_path / "half.nianbao")
    checks = catalog.checks("half")
    text = OWN_FORMS["half"].replace('"half"', '"month"').replace("half-year", "month")
    (tmp_path / "forms" / "month.toml").write_text(text, encoding="utf-8")
    catalog = Catalog.standard(tmp_path / "forms")
    monthly = session_of(catalog, "month", "2024-01")
    proposal = propose(tmp_path / "half.nianbao", catalog, form_id="month")
    said = warnings(proposal, monthly.report)
    assert said[0] == ("文件是 2023 年的，没有写明是哪个月份，导入后将作为2023年12月的数，请确认。")
    assert to_baseline(proposal, monthly.report).period == Period.parse("2023-12")
    assert checks.form.cells.keys() == proposal.form.cells.keys()
