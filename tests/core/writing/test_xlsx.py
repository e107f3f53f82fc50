"""The workbook that is emailed: exact when read back, honest about changes, harmless, printable."""

from __future__ import annotations

import random
import re
import zipfile
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.catalog import Catalog
from core.importing.own_files import read_own_xlsx
from core.period import Period
from core.problems import NianbaoError
from core.report import HEADER_FIELDS, Report
from core.session import Edit, Session
from core.values import NOT_APPLICABLE, CellValue
from core.writing.sealed_sheet import PAYLOAD_SHEET
from core.writing.xlsx import export_report, proposed_name, workbook_bytes
from tests.core.figures import (
    baseline_2018,
    checks_of,
    consistent_2021,
    figures_2018,
    fill,
    session_of,
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.standard()


def report_2019() -> Session:
    session = session_of("cn-2014-beijing")
    fill(session, {**figures_2018(), "8.4": Decimal("0.123456")})
    header = {"unit_name": "通州区政务服务管理办公室", "leader": "张三", "phone": "010-12345678"}
    session.apply(Edit("", header=header, baselines=(baseline_2018(),)))
    return session


def read_back(session: Session, catalog: Catalog) -> Report:
    own = read_own_xlsx(workbook_bytes(session), "a.xlsx", catalog)
    assert own is not None
    assert own.changed == ()
    return own.report


def assert_same(read: Report, written: Report) -> None:
    assert read.form is written.form or read.form.digest == written.form.digest
    assert read.period == written.period
    assert read.header == written.header
    assert read.values == written.values
    assert {k: type(v) for k, v in read.values.items()} == {
        k: type(v) for k, v in written.values.items()
    }
    assert read.computed == written.computed
    assert read.explanations == written.explanations
    assert [(b.period, b.values) for b in read.baselines] == [
        (b.period, b.values) for b in written.baselines
    ]


def test_what_is_read_back_is_what_was_exported(catalog: Catalog) -> None:
    session = report_2019()
    for finding in session.open_findings:
        session.apply(session.explain(finding, "多渠道\n第二行"))
    assert_same(read_back(session, catalog), session.report)


lines = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cf", "Cn", "Zl", "Zp")), max_size=20
).map(lambda text: " ".join(text.split()))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_any_report_survives_the_workbook(catalog: Catalog, data: st.DataObject) -> None:
    form_id = data.draw(st.sampled_from(["cn-2014-beijing", "cn-2021"]))
    checks = checks_of(form_id)
    session = Session(Report(checks.form, Period(data.draw(st.integers(2008, 2100)))), checks)
    cells: dict[str, CellValue] = {}
    for key, cell in checks.form.cells.items():
        options: st.SearchStrategy[CellValue] = st.none() | st.integers(0, 999_999_999_999_999)
        if cell.unit.decimals:
            options = st.decimals(0, 999_999_999, places=6).map(
                lambda d: Decimal(int(d)) if d == int(d) else d.normalize()
            )
        if checks.form.allows_not_applicable(key):
            options |= st.just(NOT_APPLICABLE)
        cells[key] = data.draw(options)
    header = {name: data.draw(lines) for name in HEADER_FIELDS}
    session.apply(Edit("", cells=cells, header=header))
    assert_same(read_back(session, catalog), session.report)


def edited(data: bytes, sheet: str, address: str, value: object) -> bytes:
    """The workbook after somebody changed one cell and saved it."""
    book = load_workbook(BytesIO(data))
    book[sheet][address] = value
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_cell_changed_afterwards_is_named(catalog: Catalog) -> None:
    data = workbook_bytes(report_2019())
    book = load_workbook(BytesIO(data))
    address = next(
        row[2].value.partition("!")[2] for row in book[PAYLOAD_SHEET].iter_rows() if row[0].value == "3.1"
    )  # fmt: skip
    own = read_own_xlsx(edited(data, "统计表", address, 7), "a.xlsx", catalog)
    assert own is not None
    (changed,) = own.changed
    assert changed.key == "3.1"
    assert str(changed) == f"（一）收到申请数 导出时为 3，现在表中（{address}）为 7"
    assert own.report.values["3.1"] == 3
    for value in (None, "三", "=1+2"):
        own = read_own_xlsx(edited(data, "统计表", address, value), "a.xlsx", catalog)
        assert own is not None
        assert [c.key for c in own.changed] == ["3.1"]


def test_a_broken_seal_makes_it_anybodys_workbook(catalog: Catalog) -> None:
    data = workbook_bytes(report_2019())
    assert read_own_xlsx(edited(data, PAYLOAD_SHEET, "B40", "99"), "a.xlsx", catalog) is None
    assert read_own_xlsx(edited(data, PAYLOAD_SHEET, "B3", "2020"), "a.xlsx", catalog) is None


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM(A1)", '=HYPERLINK("x")'])
def test_text_that_looks_like_a_formula_stays_text(catalog: Catalog, text: str) -> None:
    session = report_2019()
    session.apply(Edit("", header={"unit_name": text, "preparer": text}))
    finding = session.open_findings[0]
    session.apply(session.explain(finding, text))
    data = workbook_bytes(session)
    book = load_workbook(BytesIO(data))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    own = read_own_xlsx(data, "a.xlsx", catalog)
    assert own is not None
    assert own.report.header["unit_name"] == text


def test_styles_are_few_and_named_for_people() -> None:
    session = report_2019()
    session.apply(Edit("", header={"unit_name": "=1+1"}))
    book = load_workbook(BytesIO(workbook_bytes(session)))
    used = {cell.style for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert {"统计数", "表头", "指标", "指标 缩进1", "表外文字"} <= used
    assert len(used) < 20 and all("\u4e00" <= name[0] <= "\u9fff" for name in used - {"Normal"})
    # Excel's own sign for what was typed as text is kept beside the style.
    office = book["统计表"]["A3"]
    assert (office.style, office.quotePrefix) == ("表外文字", office.value.startswith("="))


def test_nothing_tells_who_made_it() -> None:
    session = report_2019()
    with zipfile.ZipFile(BytesIO(workbook_bytes(session))) as package:
        core = package.read("docProps/core.xml").decode()
        everything = b"".join(package.read(name) for name in package.namelist())
    assert re.search(r"<dc:creator[^>]*></dc:creator>", core)
    assert "<cp:lastModifiedBy></cp:lastModifiedBy>" in core
    assert b"vbaProject" not in everything


def test_the_printed_form_has_every_official_row() -> None:
    session = report_2019()
    sheet = load_workbook(BytesIO(workbook_bytes(session)))["统计表"]
    texts = [str(row[0].value or "") for row in sheet.iter_rows()]
    assert texts[0] == "政府信息公开情况统计表"
    assert texts[1] == "（ 2019 年度）"
    assert texts[2] == "填报单位（盖章）：通州区政务服务管理办公室"
    assert [cell.value for cell in sheet[4]] == ["统计指标", "单位", "统计数"]
    for text, row in zip(texts[4:], session.form.rows.values(), strict=False):
        assert row.label in text
        assert row.note in text
    assert sum(text.startswith("其中：") for text in texts) == 5
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.page_setup.paperSize == 9
    assert "单位负责人：张三" in texts[-2]
    assert "联系电话：010-12345678" in texts[-1]
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"


def test_findings_and_explanations_stand_on_the_second_sheet() -> None:
    session = report_2019()
    finding = session.open_findings[0]
    session.apply(session.explain(finding, "同一条信息多渠道公开"))
    session.apply(Edit("", cells={"6": None, "3.1": 5}))
    sheet = load_workbook(BytesIO(workbook_bytes(session)))["审核说明"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "尚不可报送，未填 1 格" in rows[0][0]
    assert ["核实性审核", finding.message, "同一条信息多渠道公开"] in rows
    assert any(row[0] == "逻辑性审核" and row[2] == "（尚未说明）" for row in rows)


def test_2021_form_is_laid_out_as_in_the_notice() -> None:
    session = session_of("cn-2021", 2023)
    fill(session, consistent_2021(session.form, random.Random(5)))
    session.apply(Edit("", cells={"2-1.1:made": NOT_APPLICABLE}))
    book = load_workbook(BytesIO(workbook_bytes(session)))
    assert len(book.worksheets) == 5
    two, three, four = book.worksheets[:3]
    merged = {str(area) for area in three.merged_cells.ranges}
    values = {
        str(cell.value): cell.coordinate for row in three.iter_rows() for cell in row if cell.value
    }
    assert values["申请人情况"] == "D2"
    assert "D2:J2" in merged
    assert "E3:I3" in merged  # 法人或其他组织 over its five
    start = values["三、本年度办理结果"]
    assert any(area.startswith(start + ":A") for area in merged)
    assert any(area.startswith(values["（三）不予公开"] + ":B") for area in merged)
    assert values["四、结转下年度继续办理"].startswith("A")
    assert [cell.value for cell in four[5]][:6] != []
    assert sum(isinstance(cell.value, int) for row in four.iter_rows() for cell in row) == 15
    assert any(cell.value == "/" for row in two.iter_rows() for cell in row)
    assert sum(isinstance(cell.value, int) for row in three.iter_rows() for cell in row) == 175


def test_file_name_offered() -> None:
    session = report_2019()
    name = "通州区政务服务管理办公室_2019年度_政府信息公开情况统计表.xlsx"
    assert proposed_name(session.report) == name
    session.apply(Edit("", header={"unit_name": 'a/b:c*"d'}))
    assert not set('/:*"') & set(proposed_name(session.report))


def test_a_folder_that_is_gone_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NianbaoError):
        export_report(report_2019(), tmp_path / "gone" / "a.xlsx")
    assert list(tmp_path.iterdir()) == []
