"""Last year's report out of any file: what is proposed, what is said about it, what is asked."""

from __future__ import annotations

import hashlib
import random
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from core.catalog import Catalog
from core.importing.answers import with_match, with_zeros
from core.importing.editions import as_document
from core.importing.opening import open_any
from core.importing.proposal import BaselineProblem, Proposal
from core.importing.propose import as_json, propose, propose_document, to_baseline, warnings
from core.matching.match import reassigned
from core.period import Period
from core.problems import NianbaoError
from core.reading.base.raw import RawDocument, RawTable, ReadProblem
from core.report import Report
from core.session import Session
from core.storage.files import save_report
from core.storage.jsontext import pretty
from core.values import NOT_APPLICABLE, CellValue, format_value
from core.writing.xlsx import export_report
from tests.core.figures import (
    SAMPLE_2018,
    checks_of,
    consistent_2014,
    consistent_2021,
    figures_2018,
)

CATALOG = Catalog.standard()
OFFICE = "通州区政务服务管理办公室"


def report_2018() -> Report:
    report = Report(CATALOG.form("cn-2014-beijing"), Period(2018))
    report.header["unit_name"] = OFFICE
    report.values.update(figures_2018())
    return report


def report_of(form_id: str, year: int, office: str = OFFICE) -> Report:
    report = Report(CATALOG.form(form_id), Period(year))
    report.header["unit_name"] = office
    return report


def workbook(path: Path, rows: list[list[object]], title: str = "Sheet1") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def remarks(proposal: Proposal) -> str:
    return "\n".join(map(str, proposal.remarks))


# -- the real report ----------------------------------------------------------------------------


def test_the_2018_report_as_text() -> None:
    proposal = propose(SAMPLE_2018, CATALOG)
    assert proposal.form_id == "cn-2014-beijing"
    assert proposal.values == figures_2018()
    assert (proposal.period, proposal.unit_name) == (Period(2018), OFFICE)
    assert (proposal.missing, proposal.unmatched, proposal.confidence) == ((), (), 1.0)
    assert proposal.source == SAMPLE_2018.name
    assert proposal.digest == hashlib.sha256(SAMPLE_2018.read_bytes()).hexdigest()
    assert proposal.findings == ()
    assert "为 56，表中“（一）主动公开政府信息数”为 31" in remarks(proposal)
    assert warnings(proposal, report_of("cn-2014-beijing", 2019)) == []


def test_what_read_prints() -> None:
    content = as_json(propose(SAMPLE_2018, CATALOG))
    assert list(content) == [
        "form", "year", "unit_name", "header", "values", "not_applicable", "missing",
        "unmatched", "confidence", "doubted",
    ]  # fmt: skip
    assert content["form"] == "cn-2014-beijing"
    assert content["year"] == 2018
    assert content["unit_name"] == OFFICE
    assert content["values"] == figures_2018()
    assert content["confidence"] == Decimal(1)
    assert '"3.1": 3,' in pretty(content)


def test_as_a_baseline() -> None:
    proposal = propose(SAMPLE_2018, CATALOG)
    baseline = to_baseline(proposal)
    assert baseline.period == Period(2018)
    assert baseline.values == figures_2018()
    assert (baseline.source, baseline.digest) == (SAMPLE_2018.name, proposal.digest)
    assert baseline.form_id == "cn-2014-beijing"


# -- this program's own files -------------------------------------------------------------------


def test_own_files_exactly(tmp_path: Path) -> None:
    report = report_2018()
    report.values["8.4"] = Decimal("0.123456")
    del report.values["9.3"]
    saved, exported = tmp_path / "一.nianbao", tmp_path / "二.xlsx"
    save_report(report, saved)
    export_report(Session(report, checks_of("cn-2014-beijing")), exported)
    for path in (saved, exported):
        proposal = propose(path, CATALOG)
        assert proposal.values == report.values
        assert proposal.missing == ("9.3",)
        assert (proposal.period, proposal.unit_name) == (Period(2018), OFFICE)
        assert proposal.confidence == 1
        content = pretty(as_json(proposal))
        assert '"8.4": 0.123456' in content
        assert to_baseline(proposal).values == report.values


def test_a_cell_changed_in_excel_is_named(tmp_path: Path) -> None:
    path = tmp_path / "报表.xlsx"
    export_report(Session(report_2018(), checks_of("cn-2014-beijing")), path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == 188)
    cell.value = 18
    book.save(path)
    said = remarks(propose(path, CATALOG))
    assert "政务微信" in said
    assert "188" in said


def test_an_own_file_of_another_edition_has_nothing_to_give(tmp_path: Path) -> None:
    path = tmp_path / "一.nianbao"
    report = report_2018()
    report.values = {"9.1": 3}  # meetings: not asked any more
    save_report(report, path)
    with pytest.raises(NianbaoError) as caught:
        propose(path, CATALOG, form_id="cn-2021")
    assert caught.value.problem is BaselineProblem.OTHER_FORM
    assert "2014 年版" in str(caught.value)


def workbook_of(report: Report, path: Path) -> Path:
    """A report as somebody's own workbook, a sheet a table: no file of ours."""
    book = Workbook()
    for table in as_document(report).tables:
        sheet = book.create_sheet()
        sheet.append([f"{report.period.label} {table.name}"])
        for row in table.rows:
            sheet.append([int(cell) if cell.lstrip("-").isdigit() else cell for cell in row])
    book.remove(book.worksheets[0])
    book.save(path)
    return path


def report_2020() -> Report:
    report = report_of("cn-2019", 2020)
    report.values.update(consistent_2021(report.form, random.Random(5)))
    return report


@pytest.mark.parametrize("own", [True, False])
def test_the_edition_before_fills_what_means_the_same_and_names_the_rest(
    tmp_path: Path, own: bool
) -> None:
    before, report = report_2020(), report_of("cn-2021", 2021)
    path = tmp_path / ("一.nianbao" if own else "一.xlsx")
    if own:
        save_report(before, path)
    else:
        workbook_of(before, path)
    proposal = propose(path, CATALOG, form_id="cn-2021", before=Period(2021))
    same = report.form.same_cells(before.form)
    assert len(same) == 174
    assert proposal.values == {key: before.values[theirs] for key, theirs in same.items()}
    assert proposal.recognised is before.form
    left = [row.figure for row in proposal.unmatched]
    assert len(left) == len(before.form.cells) - len(same)
    assert "没有对应的格，没有读取" in remarks(proposal)
    assert set(proposal.missing) == report.form.cells.keys() - same.keys()
    assert "2019 年版" in "".join(warnings(proposal, report))
    assert to_baseline(proposal, report).values == proposal.values
    # Read on its own edition first, as the preview lets one, it gives the same.
    first = propose(path, CATALOG)
    assert (first.form_id, dict(first.values)) == ("cn-2019", before.values)
    assert to_baseline(first, report).values == proposal.values
    # The clerk may still say what belongs to what.
    assert proposal.match is not None
    place = next(row.position for row in proposal.unmatched if row.figure == left[0])
    mended = with_match(proposal, reassigned(proposal.match, [(place, "2-8.1:charged")]))
    assert mended.values["2-8.1:charged"] == int(left[0])


def test_five_figures_of_the_2014_form_mean_the_same_in_2021() -> None:
    proposal = propose(SAMPLE_2018, CATALOG, form_id="cn-2021")
    same = {"2-1.2:made": "1.1.2", "3-1:total": "3.1", "4-1:upheld": "4.1", "4-1:corrected": "4.2",
            "4-1:other": "4.3"}  # fmt: skip
    assert proposal.values == {key: figures_2018()[theirs] for key, theirs in same.items()}
    assert len(proposal.unmatched) == 71 - 5


def test_the_national_form_and_beijings_of_2014_have_all_but_one_block_in_common(
    tmp_path: Path,
) -> None:
    path = tmp_path / "一.nianbao"
    save_report(report_2018(), path)
    proposal = propose(path, CATALOG, form_id="cn-2014")
    form = CATALOG.form("cn-2014")
    same = form.same_cells(CATALOG.form("cn-2014-beijing"))
    assert proposal.missing == ()
    assert proposal.values == {key: figures_2018()[theirs] for key, theirs in same.items()}
    assert proposal.values["1.2.4"] == 188


@pytest.mark.parametrize("form_id", ["cn-2014", "cn-2014-beijing", "cn-2019", "cn-2021"])
@given(seed=st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_a_workbook_of_each_edition_is_recognised_and_read_whole(form_id: str, seed: int) -> None:
    form = CATALOG.form(form_id)
    make = consistent_2014 if "2014" in form_id else consistent_2021
    first = form.in_force.first
    assert first is not None
    report = report_of(form_id, first.year)
    report.values.update(make(form, random.Random(seed)))
    with tempfile.TemporaryDirectory() as folder:
        proposal = propose(workbook_of(report, Path(folder) / "一.xlsx"), CATALOG)
    assert proposal.form_id == form_id
    assert proposal.values == report.values
    assert proposal.doubted == {}
    assert "的报表应当用" not in remarks(proposal)


def test_an_edition_no_longer_in_force_is_told(tmp_path: Path) -> None:
    report = report_2020()
    report.period = Period(2023)
    said = (
        "“政府信息公开工作年度报告统计表（2019 年版）”2019至2020年度使用，"
        "2023年度的报表应当用“政府信息公开工作年度报告统计表（2021 年版）”。"
    )
    own = tmp_path / "一.nianbao"
    save_report(report, own)
    for path in (own, workbook_of(report, tmp_path / "一.xlsx")):
        assert said in map(str, propose(path, CATALOG).remarks)
        assert said in open_any(path, CATALOG).remarks
    report.period = Period(2020)
    assert "应当用" not in remarks(propose(workbook_of(report, own.with_suffix(".xlsx")), CATALOG))
    assert CATALOG.edition_remark(report.form, Period(2000)).endswith(
        "不是2000年度的表样，请核对。"
    )


# -- a workbook made by hand --------------------------------------------------------------------


def handmade(path: Path) -> Path:
    """Other numbering, brackets, spaces, widths, units in the cells, a serial number column."""
    form = CATALOG.form("cn-2014-beijing")
    rows: list[list[object]] = [
        ["2018年政府信息公开情况统计表"],
        ["填报单位：", None, "通州区政务服务管理办公室"],
        ["序号", "指　标　名　称", "计量单位", "数 量", "备注"],
    ]
    true = figures_2018()
    for at, row in enumerate(form.tables[0].rows, 1):
        label = row.label.replace("（", "(").replace("）", ") ").replace("、", "．", 1)
        label = label.replace("政府信息", "政府 信息").replace("1.", "①").replace("2.", "2、")
        value = true.get(row.code)
        shown: object = value
        if value == 31:
            shown = "３１条"
        elif value == 188:
            shown = "188 "
        elif value == 3:
            shown = "3件"
        unit = f"（{row.unit.name}）" if row.unit else None
        rows.append([at, label, unit, shown, None])
    rows.append([None, "单位负责人：甲  审核人：乙", None, "填报人：丙", None])
    return workbook(path, rows)


def test_a_handmade_workbook_with_other_labels(tmp_path: Path) -> None:
    proposal = propose(handmade(tmp_path / "去年.xlsx"), CATALOG)
    assert proposal.form_id == "cn-2014-beijing"
    assert proposal.values == figures_2018()
    assert proposal.match is not None
    assert proposal.match.unsure == []
    assert (proposal.period, proposal.unit_name) == (Period(2018), OFFICE)
    assert proposal.header["leader"] == "甲"
    assert proposal.header["preparer"] == "丙"
    assert proposal.missing == ()
    assert as_json(proposal)["unmatched"] == []


def test_rows_that_fit_nowhere_are_printed_as_they_stand(tmp_path: Path) -> None:
    path = handmade(tmp_path / "去年.xlsx")
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet.insert_rows(30)
    for column, value in enumerate((99, "政务抖音阅读量", "次", 77, "新增"), 1):
        sheet.cell(30, column, value)
    book.save(path)
    proposal = propose(path, CATALOG)
    assert as_json(proposal)["unmatched"] == [["99", "政务抖音阅读量", "次", "77", "新增"]]
    assert "政务抖音阅读量" in remarks(proposal)
    assert proposal.match is not None
    place = proposal.match.unmatched[0].position
    mended = with_match(proposal, reassigned(proposal.match, [(place, "1.3.5")]))
    assert mended.values["1.3.5"] == 77
    assert mended.unit_name == OFFICE
    assert propose(path, CATALOG).values["1.3.5"] == 0


def test_where_the_file_does_not_add_up(tmp_path: Path) -> None:
    path = handmade(tmp_path / "去年.xlsx")
    book = load_workbook(path)
    sheet = book.worksheets[0]
    cell = next(
        row[3] for row in sheet.iter_rows() if row[1].value and "收到申请数" in str(row[1].value)
    )
    cell.value = 5
    book.save(path)
    proposal = propose(path, CATALOG)
    assert proposal.values["3.1"] == 5
    assert any("3.1" in finding.cells for finding in proposal.findings)
    assert "收到申请数 为 5" in remarks(proposal)


def test_a_local_variant_of_a_form_gives_what_it_has_in_common(tmp_path: Path) -> None:
    """An office's form with some rows of the national one takes these, and says so."""
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "own.toml").write_text(
        'format = 1\nid = "own"\nname = "本局简表"\ntitle = "简表"\nsource = "本局"\nperiod = "year"\n'
        '[[tables]]\ncode = "1"\nlayout = "list"\n'
        'columns = [{ code = "count", label = "统计数" }]\n'
        'rows = [{ code = "1", label = "信函申请数", unit = "件" },'
        ' { code = "2", label = "政务微信公开政府信息数", unit = "条" },'
        ' { code = "3", label = "兼职人员数", unit = "人" },'
        ' { code = "4", label = "食堂就餐人数", unit = "人" }]\n',
        encoding="utf-8",
    )
    catalog = Catalog.standard(folder)
    path = tmp_path / "一.nianbao"
    save_report(report_2018(), path)
    report = Report(catalog.form("own"), Period(2019))
    for proposal in (propose(path, catalog, form_id="own"), propose(path, catalog)):
        assert "2014 年版" in "".join(warnings(proposal, report))
        baseline = to_baseline(proposal, report)
        assert baseline.values == {"1": 3, "2": 188, "3": 1}
        assert baseline.period == Period(2018)
        assert baseline.form_id == "own"


# -- year, office, edition ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form_id", "year", "office", "told"),
    [
        ("cn-2014-beijing", 2019, OFFICE, ""),
        ("cn-2014-beijing", 2019, "通州区 政务服务管理办公室", ""),
        ("cn-2014-beijing", 2020, OFFICE, "2018年度的，本报表的上年应为2019年度"),
        ("cn-2014-beijing", 2018, OFFICE, "同一期"),
        ("cn-2014-beijing", 2019, "通州区财政局", "通州区财政局"),
        ("cn-2021", 2019, OFFICE, "2014 年版"),
    ],
)
def test_warnings_before_import(form_id: str, year: int, office: str, told: str) -> None:
    said = warnings(propose(SAMPLE_2018, CATALOG), report_of(form_id, year, office))
    assert told in "".join(said)
    assert bool(said) is bool(told)


def nameless(path: Path, title: str = "统计表") -> Path:
    form = CATALOG.form("cn-2014-beijing")
    true = figures_2018()
    rows: list[list[object]] = [["指标", "统计数"]]
    rows += [[row.label, true.get(row.code)] for row in form.tables[0].rows]
    return workbook(path, rows, title)


def test_without_a_year_in_the_file(tmp_path: Path) -> None:
    named = propose(nameless(tmp_path / "2018年统计表.xlsx"), CATALOG)
    assert named.period == Period(2018)
    assert "文件名" in remarks(named)

    unnamed = propose(nameless(tmp_path / "统计表.xlsx"), CATALOG)
    assert (unnamed.period, unnamed.year) == (None, None)
    assert as_json(unnamed)["year"] is None
    report = report_of("cn-2014-beijing", 2019)
    assert "2018年度" in warnings(unnamed, report)[0]
    assert to_baseline(unnamed, report).period == Period(2018)
    with pytest.raises(NianbaoError) as caught:
        to_baseline(unnamed)
    assert caught.value.problem is BaselineProblem.NO_PERIOD

    of_sheet = propose(nameless(tmp_path / "表.xlsx", "2017"), CATALOG)
    assert of_sheet.period == Period(2017)


def test_one_sheet_a_year_and_the_report_s_own_year(tmp_path: Path) -> None:
    path = nameless(tmp_path / "历年.xlsx", "2016年")
    book = load_workbook(path)
    for year in (2017, 2018):
        sheet = book.copy_worksheet(book.worksheets[0])
        sheet.title = f"{year}年"
        sheet["B3"].value = year
    book.save(path)
    for before, expected in ((2019, 2018), (2018, 2017), (2017, 2016)):
        assert propose(path, CATALOG, before=Period(before)).period == Period(expected)
    proposal = propose(path, CATALOG)
    assert proposal.period == Period(2018)
    assert proposal.match is not None
    first = proposal.match.choices[0]
    assert propose(path, CATALOG, choice=first.id).period == Period(2016)


# -- blanks -------------------------------------------------------------------------------------


def published_workbook(path: Path, values: dict[str, CellValue]) -> Path:
    form = CATALOG.form("cn-2021")
    book = Workbook()
    for table, sheet in zip(
        form.tables, [book.active, book.create_sheet(), book.create_sheet()], strict=True
    ):
        assert sheet is not None
        sheet.append([table.title])
        sheet.append(["2021年度"])
        sheet.append(["项目", *(column.label for column in table.columns)])
        for row in table.rows:
            figures: list[object] = []
            for column in table.columns:
                text = (
                    format_value(values.get(table.key(row, column)))
                    if column in row.columns
                    else ""
                )
                figures.append(int(text) if text.isdigit() else text or None)
            sheet.append([row.label, *figures])
    book.save(path)
    return path


def test_totals_only_ask_once_whether_blank_means_nothing(tmp_path: Path) -> None:
    full = consistent_2021(CATALOG.form("cn-2021"), random.Random(3))
    totals = {
        key: value for key, value in full.items() if key.startswith("2-") or key.endswith(":total")
    }
    totals["2-5.1:decided"] = NOT_APPLICABLE
    proposal = propose(published_workbook(tmp_path / "a.xlsx", totals), CATALOG)
    assert proposal.form_id == "cn-2021"
    assert proposal.values == totals
    assert proposal.not_applicable == ("2-5.1:decided",)
    assert as_json(proposal)["not_applicable"] == ["2-5.1:decided"]
    details = {key for key in full if key not in totals}
    assert set(proposal.blank_details) == details
    assert set(proposal.missing) == details
    assert proposal.confidence == 1

    zeroed = with_zeros(proposal, blanks=True, marks=False)
    assert {key: zeroed.values[key] for key in details} == dict.fromkeys(details, 0)
    assert {key: zeroed.values[key] for key in totals} == totals
    assert (zeroed.blank_details, zeroed.missing) == ((), ())
    assert zeroed.findings
    assert str(len(details)) in remarks(zeroed)


def with_marks(path: Path) -> Path:
    """Every 0 of the 2018 report written as a dash or 无."""
    form = CATALOG.form("cn-2014-beijing")
    rows: list[list[object]] = [["2018年政府信息公开情况统计表"], ["指标", "单位", "统计数"]]
    for at, row in enumerate(form.tables[0].rows):
        value: object = figures_2018().get(row.code)
        shown = ("—" if at % 2 else "无") if value == 0 else value
        rows.append([row.label, row.unit.name if row.unit else None, shown])
    return workbook(path, rows)


def test_a_dash_is_asked_about_once_and_is_nothing_before(tmp_path: Path) -> None:
    true = figures_2018()
    zeros = {key for key, value in true.items() if value == 0}
    proposal = propose(with_marks(tmp_path / "a.xlsx"), CATALOG)
    assert set(proposal.marked) == zeros
    doubted = as_json(proposal)["doubted"]
    assert isinstance(doubted, dict)
    assert set(doubted) == zeros
    assert all("不确定是 0 还是没有数据" in str(remark) for remark in doubted.values())
    assert set(proposal.marked.values()) == {"—", "无"}
    assert proposal.values == {key: value for key, value in true.items() if value != 0}
    assert proposal.blank_details == ()
    assert f"{len(zeros)} 格" in remarks(proposal)
    assert "需要核对" not in remarks(proposal)

    zeroed = with_zeros(proposal, blanks=False, marks=True)
    assert zeroed.values == true
    assert list(zeroed.values) == list(true)
    assert (zeroed.missing, zeroed.marked) == ((), {})
    assert "没有按 0 读取" not in remarks(zeroed)
    assert f"{len(zeros)} 格按 0 计" in remarks(zeroed)
    assert with_zeros(proposal, blanks=True, marks=False) == proposal


def test_a_huge_sheet_beside_the_form_is_passed_over_and_named() -> None:
    """What a system exported, in the same workbook: 100,000 rows, none of them of the form."""
    rows = tuple((f"收到申请第{at}号", "信函", str(at)) for at in range(100_000))
    form = CATALOG.form("cn-2014-beijing")
    own = tuple((row.label, str(figures_2018().get(row.code, ""))) for row in form.tables[0].rows)
    document = RawDocument("xlsx", (RawTable(rows, "台账"), RawTable(own, "2018年")))
    proposal = propose_document(document, "去年.xlsx", "", CATALOG)
    assert proposal.values == figures_2018()
    assert "台账" in remarks(proposal)
    with pytest.raises(NianbaoError) as caught:
        propose_document(RawDocument("xlsx", document.tables[:1]), "台账.xlsx", "", CATALOG)
    assert caught.value.problem is BaselineProblem.TOO_LARGE


def test_a_file_of_half_a_year_says_so(tmp_path: Path) -> None:
    path = with_marks(tmp_path / "a.xlsx")
    book = load_workbook(path)
    book.worksheets[0]["A1"] = "2018年上半年政府信息公开情况统计表"
    book.save(path)
    assert "上半年" in remarks(propose(path, CATALOG))


def test_blanks_that_are_nothing_add_up(tmp_path: Path) -> None:
    full = consistent_2021(CATALOG.form("cn-2021"), random.Random(4))
    shown = {key: value for key, value in full.items() if value != 0 or key.endswith("total")}
    proposal = propose(published_workbook(tmp_path / "a.xlsx", shown), CATALOG)
    assert proposal.values == shown
    zeroed = with_zeros(proposal, blanks=True, marks=False)
    assert zeroed.findings == ()
    blank_blocks = {key for key, value in full.items() if value == 0 and key.startswith("2-")}
    assert zeroed.values == {k: v for k, v in full.items() if k not in blank_blocks}


def test_a_blank_total_is_what_its_parts_come_to_and_not_nothing(tmp_path: Path) -> None:
    """As published: a line holds one figure, its own total and all other places are blank."""
    shown: dict[str, CellValue] = {
        "3-1:natural": 56, "3-1:total": 56, "3-2:natural": 0, "3-2:total": 0,
        "3-3.1:natural": 18, "3-3.4.1:natural": 30, "3-3.6.3:natural": 8,
        "3-3.7:natural": 56, "3-3.7:total": 56, "3-4:natural": 0, "3-4:total": 0,
    }  # fmt: skip
    proposal = propose(published_workbook(tmp_path / "a.xlsx", shown), CATALOG)
    assert proposal.values == shown
    zeroed = with_zeros(proposal, blanks=True, marks=False)
    table = [key for key in proposal.form.cells if key.startswith("3-")]
    parts = {"3-3.1:total": 18, "3-3.4.1:total": 30, "3-3.6.3:total": 8}
    assert zeroed.values == {**dict.fromkeys(table, 0), **shown, **parts}
    assert zeroed.findings == ()


# -- recognised or refused ----------------------------------------------------------------------


def test_a_file_of_something_else_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = workbook(tmp_path / "工资.xlsx", [["姓名", "工资"], ["张三", 5000], ["李四", 6000]])
    with pytest.raises(NianbaoError) as caught:
        propose(path, CATALOG)
    assert caught.value.problem is BaselineProblem.NOTHING_FITS
    assert "工资.xlsx" in str(caught.value)
    with pytest.raises(NianbaoError) as caught:
        propose(path, CATALOG, form_id="cn-2021")
    assert caught.value.problem is BaselineProblem.NOT_THIS_FORM
    with pytest.raises(NianbaoError) as caught:
        propose(tmp_path / "没有.xlsx", CATALOG)
    assert caught.value.problem is ReadProblem.MISSING


def test_an_office_s_own_form_is_recognised(tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "own-quarter.toml").write_text(
        'format = 1\nid = "own-quarter"\nname = "季度表"\ntitle = "政务公开季度统计表"\n'
        'source = "本单位"\nperiod = "quarter"\n'
        '[[tables]]\ncode = "1"\nlayout = "list"\n'
        'columns = [{ code = "a", label = "区政府" }, { code = "b", label = "区直单位" },'
        ' { code = "c", label = "乡镇街道" }]\n'
        'rows = [{ code = "1", label = "1.发布信息数", unit = "条" },'
        ' { code = "2", label = "2.回应诉求数", unit = "件" },'
        ' { code = "3", label = "3.召开会议数", unit = "次" }]\n',
        encoding="utf-8",
    )
    catalog = Catalog.standard(folder)
    rows: list[list[object]] = [
        ["政务公开季度统计表"],
        ["2024年第3季度"],
        ["指标", "单位", "区政府", "区直单位", "乡镇街道"],
        ["一、发布信息数", "条", 1, 2, 3],
        ["二、回应诉求数", "件", 4, 5, 6],
        ["三、召开会议数", "次", 7, 8, 9],
    ]
    proposal = propose(workbook(tmp_path / "三季度.xlsx", rows), catalog)
    assert proposal.form_id == "own-quarter"
    assert proposal.period == Period.parse("2024-Q3")
    assert [proposal.values[f"{row}:{column}"] for row in "123" for column in "abc"] == [
        1, 2, 3, 4, 5, 6, 7, 8, 9
    ]  # fmt: skip
    assert propose(SAMPLE_2018, catalog).form_id == "cn-2014-beijing"
