"""Forms drafted from tables: the official ones come out as they are, others as near as can be seen."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from core.catalog import check_form_file
from core.checks.checks import CheckSet
from core.cli import main
from core.drafting import draft_form
from core.form.form import Form, RowKind
from core.problems import NianbaoError
from core.reading.base.raw import RawDocument, RawTable
from core.reading.dispatch import read_document
from core.values import CellValue
from core.writing.xlsx import workbook_bytes
from tests.core.figures import (
    SAMPLE_2018,
    checks_of,
    consistent_2021,
    figures_2018,
    fill,
    session_of,
)


def drafted(document: RawDocument, folder: Path) -> CheckSet:
    path = folder / "own.toml"
    path.write_text(draft_form(document, "own", "表.xlsx"), encoding="utf-8")
    checks, mistakes = check_form_file(path)
    assert checks is not None, [str(mistake) for mistake in mistakes]
    return checks


def outline(form: Form) -> list[tuple[str, int, str, str, RowKind]]:
    return [
        (row.code, row.level, row.label, row.unit.name if row.unit else "", row.kind)
        for row in form.rows.values()
    ]


def export(tmp_path: Path, values: dict[str, CellValue]) -> RawDocument:
    session = session_of("cn-2014-beijing")
    fill(session, values)
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook_bytes(session))
    return read_document(path)


@pytest.mark.parametrize("filled", [True, False])
def test_the_official_table_comes_out_as_it_is(tmp_path: Path, filled: bool) -> None:
    document = export(tmp_path, figures_2018() if filled else {})
    checks = drafted(document, tmp_path)
    assert outline(checks.form) == outline(checks_of("cn-2014-beijing").form)
    assert checks.form.title == "政府信息公开情况统计表"
    rules = {check.text for check in checks.form.checks}
    official = {"[3.1]", "[3.2]", "[3.3]", "[4]", "[5]", "[8.3]"}
    assert official <= {rule.split(" = ")[0] for rule in rules if "sum" in rule}
    assert all(check.proposed for check in checks.form.checks)


def test_the_real_report_flattened_to_text(tmp_path: Path) -> None:
    checks = drafted(read_document(SAMPLE_2018), tmp_path)
    official = checks_of("cn-2014-beijing").form
    assert list(checks.form.rows) == list(official.rows)
    assert [row.level for row in checks.form.rows.values()] == [
        row.level for row in official.rows.values()
    ]
    assert checks.run(figures_2018(), {}) == []


def test_a_matrix_with_grouped_headings(tmp_path: Path) -> None:
    session = session_of("cn-2021", 2023)
    fill(session, consistent_2021(session.form, random.Random(4)))
    path = tmp_path / "b.xlsx"
    path.write_bytes(workbook_bytes(session))
    form = drafted(read_document(path), tmp_path).form
    official = session.form.table("3")
    assert [row.label for row in form.rows.values()] == [row.label for row in official.rows]
    assert [row.level for row in form.rows.values()] == [row.level for row in official.rows]
    assert [column.label for column in form.tables[0].columns] == [
        column.label for column in official.columns
    ]
    assert {column.group for column in form.tables[0].columns} == {"", "法人或其他组织"}
    assert "[**:c7] = sum([**:c1..c6])" in {check.text for check in form.checks}


def test_a_towns_quarterly_table(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["某镇信息公开季度统计表"],
        ["序号", "指标名称", "计量单位", "区政府", "区直单位", "乡镇街道", "合计", "备注"],
        [1, "主动公开信息数", "条", 3, 5, 2, 10, None],
        [2, "  其中：政府网站", "条", 1, 4, 2, 7, "含部门网站"],
        [3, "        政务新媒体", "条", 1, 1, 0, 2, None],
        [4, "政策宣讲", "场次", 1, 0, 2, 3, None],
        [5, "专项经费", "万元", 1.5, 0.25, 0, 1.75, None],
        ["填报人：张三"],
    ):
        sheet.append(row)
    path = tmp_path / "镇.xlsx"
    book.save(path)
    form = drafted(read_document(path), tmp_path).form
    assert form.title == "某镇信息公开季度统计表"
    assert outline(form) == [
        ("1", 0, "主动公开信息数", "条", RowKind.NUMBERED),
        ("1.1", 1, "政府网站", "条", RowKind.OF_WHICH),
        ("1.2", 1, "政务新媒体", "条", RowKind.OF_WHICH),
        ("2", 0, "政策宣讲", "场次", RowKind.NUMBERED),
        ("3", 0, "专项经费", "万元", RowKind.NUMBERED),
    ]
    assert [c.label for c in form.tables[0].columns] == ["区政府", "区直单位", "乡镇街道", "合计"]
    assert {check.text for check in form.checks} == {
        "[**:c4] = sum([**:c1..c3])",
        "[1.*:*] <= [1:*]",
    }


def test_figures_that_do_not_add_up_propose_no_sum(tmp_path: Path) -> None:
    rows = (
        ("指标", "单位", "数"),
        ("一、甲", "件", "9"),
        ("（一）乙", "件", "3"),
        ("（二）丙", "件", "4"),
    )
    checks = drafted(RawDocument("csv", (RawTable(rows),)), tmp_path)
    assert checks.form.checks == ()


@pytest.mark.parametrize("rows", [(), (("只有文字",),), (("a", "b"), ("c", "d"))])
def test_no_table_no_draft(rows: tuple[tuple[str, ...], ...]) -> None:
    with pytest.raises(NianbaoError, match="无法起草"):
        draft_form(RawDocument("csv", (RawTable(rows),)), "own", "表.csv")


cells = st.text(
    st.sampled_from("一二（）()1.2、，其中：甲乙条件万元 \n\t\"\\'0.5/—年度表合计"), max_size=8
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cells, max_size=5).map(tuple), max_size=12).map(tuple))
@example((("其", "0"), ("其中",)))
def test_any_table_gives_a_form_or_a_sentence(
    tmp_path: Path, rows: tuple[tuple[str, ...], ...]
) -> None:
    try:
        checks = drafted(RawDocument("csv", (RawTable(rows),)), tmp_path)
    except NianbaoError:
        return
    assert checks.form.cells


def test_the_command_writes_a_form_and_never_over_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "Own Form.toml"
    command = ["form", "from-table", str(SAMPLE_2018), "-o", str(output)]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "78 行，71 格" in said
    assert "请把文件名改为 own-form.toml" in said
    assert 'id = "own-form"' in output.read_text(encoding="utf-8")
    assert main(command) == 2
    assert "已经存在" in capsys.readouterr().err
