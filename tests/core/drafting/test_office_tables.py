"""Tables as offices keep them, with all that is not of the form: titles, dates, remarks, totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment

from core.catalog import check_form_file
from core.checks.checks import CheckSet
from core.drafting import draft_form
from core.period import PeriodKind
from core.reading.dispatch import read_document

Cells = Sequence[Sequence[object]]


def drafted(
    folder: Path,
    rows: Cells,
    merged: Sequence[str] = (),
    indents: Mapping[tuple[int, int], int] | None = None,
) -> CheckSet:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for region in merged:
        sheet.merge_cells(region)
    for (row_number, column), indent in (indents or {}).items():
        sheet.cell(row_number, column).alignment = Alignment(indent=indent)
    book.save(folder / "a.xlsx")
    path = folder / "own.toml"
    path.write_text(draft_form(read_document(folder / "a.xlsx"), "own", "a.xlsx"), encoding="utf-8")
    checks, mistakes = check_form_file(path)
    assert checks is not None, [str(mistake) for mistake in mistakes]
    return checks


def rules(checks: CheckSet) -> list[str]:
    assert all(check.proposed for check in checks.form.checks)
    return [check.text for check in checks.form.checks]


def test_a_quarter_with_title_date_remarks_and_a_blank_total(tmp_path: Path) -> None:
    checks = drafted(
        tmp_path,
        [
            ["某镇2024年第1季度政务公开统计表"],
            ["填报单位：某镇", None, None, None, None, "2024年4月1日"],
            ["指标名称", "计量单位", "区政府", "区直单位", "乡镇街道", "合计", "备注"],
            ["一、主动公开信息数", "条", 10, 20, 30, 60, ""],
            ["其中：政府网站", "条", 1, 2, 3, 6, ""],
            ["　　　政务新媒体", "条", 9, 18, 27, 54, ""],
            ["二、宣讲", "场次", 2, 2, 2, 6, "含线上"],
            ["三、经费", "万元", 1.25, 0, 3, 4.25, ""],
            ["合计", "条", None, None, None, None, ""],
            ["单位负责人：张三", "", "填报人：李四"],
        ],
        ["A1:G1"],
    )
    form = checks.form
    assert (form.title, form.period_kind) == ("某镇政务公开统计表", PeriodKind.QUARTER)
    columns = form.tables[0].columns
    assert [(column.label, column.group) for column in columns] == [
        ("区政府", ""), ("区直单位", ""), ("乡镇街道", ""), ("合计", "")
    ]  # fmt: skip
    assert [(row.code, row.label) for row in form.rows.values()][-1] == ("4", "合计")
    assert rules(checks) == ["[**:c4] = sum([**:c1..c3])", "[1:*] = sum([1.*:*])"]


def test_a_list_of_streets_with_a_total_at_its_end(tmp_path: Path) -> None:
    """The rate does not add up and gets no rule; its decimals are allowed."""
    rows = [
        ["序号", "街道", "受理（件）", "办结（件）", "办结率（%）"],
        [1, "东街", 10, 9, 90],
        [2, "西街", 5, 5, 100],
        [3, "南街", 0, 0, 0],
        ["", "合计", 15, 14, 93.33],
    ]
    checks = drafted(tmp_path, rows)
    assert rules(checks) == ["[4:c1] = sum([1..3:c1])", "[4:c2] = sum([1..3:c2])"]
    assert {row.unit.decimals for row in checks.form.rows.values() if row.unit} == {2}


def test_a_total_at_the_head_and_parts_with_parts_of_their_own(tmp_path: Path) -> None:
    rows = [
        ["项目", "单位", "数"],
        ["合计", "人", 9],
        ["一、机关", "人", 5],
        ["（一）行政", "人", 3],
        ["（二）事业", "人", 2],
        ["二、企业", "人", 4],
    ]
    checks = drafted(tmp_path, rows)
    assert rules(checks) == ["[1] = sum([1.*])", "[1.1] = sum([1.1.*])"]


def test_columns_that_compare_are_left_out(tmp_path: Path) -> None:
    rows = [
        ["2024年上半年统计表"],
        ["指标", "单位", "本期", "上年同期", "同比"],
        ["一、收到", "件", 3, 2, "50%"],
        ["二、办结", "件", 3, 1, "200%"],
    ]
    form = drafted(tmp_path, rows).form
    assert [column.label for column in form.tables[0].columns] == ["本期"]
    assert form.period_kind is PeriodKind.HALF_YEAR


def test_months_and_the_year(tmp_path: Path) -> None:
    months = [f"{month}月" for month in range(1, 13)]
    rows = [
        ["项目", "单位", "上半年", *[None] * 5, "下半年", *[None] * 5, "全年"],
        [None, None, *months, None],
        ["来信", "件", *range(1, 13), 78],
        ["来访", "件", *[2] * 12, 24],
    ]
    checks = drafted(tmp_path, rows, ["C1:H1", "I1:N1", "A1:A2", "B1:B2", "O1:O2"])
    columns = checks.form.tables[0].columns
    assert [column.group for column in columns] == ["上半年"] * 6 + ["下半年"] * 6 + [""]
    assert rules(checks) == ["[**:c13] = sum([**:c1..c12])"]


def test_levels_that_only_the_alignment_shows(tmp_path: Path) -> None:
    rows = [
        ["指标", "单位", "数"],
        ["总数", "件", 6],
        ["网上", "件", 4],
        ["手机", "件", 1],
        ["现场", "件", 2],
    ]
    checks = drafted(tmp_path, rows, indents={(3, 1): 1, (4, 1): 2, (5, 1): 1})
    assert [row.level for row in checks.form.rows.values()] == [0, 1, 2, 1]
    assert rules(checks) == ["[1] = sum([1.*])"]
