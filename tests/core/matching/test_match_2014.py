"""The 2014 form out of the real 2018 report, and out of the same table printed in other ways."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.form.form import Form
from core.matching.match import decisions, match, reassigned, with_decisions
from core.matching.model import Match, MatchProblem, Position
from core.problems import NianbaoError
from core.reading.base.raw import RawDocument, RawTable
from core.reading.dispatch import read_document
from tests.core.figures import SAMPLE_2018
from tests.core.matching.quirks import Line, document, lines, quirky_figure, quirky_label
from tests.core.matching.table_2018 import FORM, TRUE, split, table


def found(head: Sequence[str], **options: int) -> Match:
    return match(RawDocument("xlsx", (table(head),)), FORM, before=options.get("before"))


def test_the_real_2018_report_gives_all_71_figures() -> None:
    matched = match(read_document(SAMPLE_2018), FORM)
    assert matched.values == TRUE
    assert len(matched.values) == 71
    assert (matched.missing, matched.unmatched, matched.unsure) == ((), (), [])
    assert matched.confidence == 1
    assert matched.header.year == 2018
    assert matched.header.unit_name == "通州区政务服务管理办公室"
    assert not matched.needs_choice


# -- columns ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        ["指标", "单位", "统计数=0"],
        ["序号", "指标", "单位", "统计数=0", "备注"],
        ["代码", "指标", "单位", "统计数=0"],
        ["指标", "统计数=0", "单位"],
        ["指标", "统计数=0"],
        ["指标", "代码", "单位", "本年=0", "上年=5"],
        ["指标", "单位", "上年数=5", "本年数=0", "增减=1"],
        ["指标", "单位", "2017年=5", "2018年=0"],
        ["=序号", "指标", "=单位", "=0"],
    ],
)
def test_the_figures_column_is_found_by_heading_and_content(head: list[str]) -> None:
    matched = found(head)
    assert matched.values == TRUE
    assert matched.unsure == []
    assert not matched.needs_choice


@pytest.mark.parametrize(
    "head",
    [
        ["指标", "单位", "本期=0", "累计=9"],
        ["指标", "单位", "甲局=0", "乙局=7", "丙局=3"],
        ["指标", "单位", "=0", "=7"],
        ["指标", "单位", "统计数=0", "统计数=1"],
    ],
)
def test_two_possible_columns_are_asked_for(head: list[str]) -> None:
    matched = found(head)
    assert matched.needs_choice
    assert len(matched.choices) == len(head) - 2
    assert all(row.certainty <= 0.5 and row.remark for row in matched.by_key.values())
    other = matched.choices[1]
    chosen = match(matched.document, FORM, choice=other.id)
    assert not chosen.needs_choice
    assert chosen.unsure == []
    assert chosen.choice == other.id
    assert chosen.values == {key: value + int(split(head[3])[1]) for key, value in TRUE.items()}


def test_columns_that_agree_need_no_question() -> None:
    matched = found(["指标", "单位", "初报=0", "核定=0"])
    assert matched.values == TRUE
    assert not matched.needs_choice


def test_a_column_of_last_year_alone_is_doubted() -> None:
    matched = found(["指标", "单位", "上年=0"])
    assert matched.needs_choice
    assert all(row.remark for row in matched.unsure)


@pytest.mark.parametrize("heading", ["上半年", "第一季度", "1-6月", "六月份", "计划数", "累计"])
def test_a_column_of_another_figure_alone_is_doubted(heading: str) -> None:
    matched = found(["指标", "单位", f"{heading}=3"])
    assert matched.needs_choice
    assert all(row.certainty < 1 and heading in row.remark for row in matched.by_key.values())


@pytest.mark.parametrize("head", [
    ["指标", "单位", "一季度=1", "二季度=2", "三季度=3", "四季度=4", "全年=0"],
    ["指标", "单位", "上半年=1", "下半年=2", "合计=0"],
    ["指标", "单位", "计划数=1", "完成数=0"],
    ["指标", "单位", "1-12月=0"],
    ["指标", "单位", "四季青镇=0"],
])  # fmt: skip
def test_a_part_of_the_year_and_a_plan_are_not_meant(head: list[str]) -> None:
    matched = found(head)
    assert matched.values == TRUE
    assert not matched.needs_choice


def test_a_single_unit_of_money_for_the_whole_table_is_minded() -> None:
    """30,000 under 单位：元 must not become 30,000 万元."""
    for head, extra in (
        (["指标", "统计数=30000"], ["金额单位：元"]),
        (["指标", "金额（元）=30000"], []),
    ):
        matched = match(RawDocument("xlsx", (table(head, extra),)), FORM)
        assert matched.values["7"] < 30
        assert {"7", "8.4"} == {row.key for row in matched.unsure}
        assert all("换算" in matched.by_key[key].remark for key in ("7", "8.4"))
        assert matched.values["3.1"] == TRUE["3.1"] + 30000
    for line in ("单位：万元", "单位：元/件"):
        matched = match(RawDocument("xlsx", (table(["指标", "统计数=0"], [line]),)), FORM)
        assert matched.values == TRUE
        assert matched.unsure == []


def test_the_newest_year_before_the_report_is_proposed() -> None:
    head = ["指标", "单位", "2016年=1", "2017年=2", "2018年=3"]
    assert found(head).header.year == 2018
    earlier = found(head, before=2018)
    assert earlier.header.year == 2017
    assert earlier.values == {key: value + 2 for key, value in TRUE.items()}
    assert [choice.year for choice in earlier.choices] == [2016, 2017, 2018]


def test_an_unknown_choice_is_refused_in_words() -> None:
    with pytest.raises(NianbaoError) as caught:
        match(RawDocument("xlsx", (table(["指标", "单位", "统计数=0"]),)), FORM, choice="9:9")
    assert caught.value.problem is MatchProblem.UNKNOWN_CHOICE


def test_labels_staggered_over_columns_and_tables_printed_two_up() -> None:
    rows = lines(FORM, TRUE)
    staggered = [["指标", "", "", "", "单位", "统计数"]]
    for line in rows:
        level = min(FORM.rows[line.code].level, 3)
        cells = [""] * 4
        cells[level] = line.label.strip()
        staggered.append([*cells, line.unit, line.figure])
    matched = match(RawDocument("xls", (RawTable(tuple(map(tuple, staggered))),)), FORM)
    assert matched.values == TRUE
    assert matched.unsure == []

    half = len(rows) // 2
    two_up = [["指标", "单位", "统计数"] * 2]
    for left, right in zip(rows[:half], rows[half:], strict=True):
        two_up.append([left.label, left.unit, left.figure, right.label, right.unit, right.figure])
    matched = match(RawDocument("xls", (RawTable(tuple(map(tuple, two_up))),)), FORM)
    assert matched.values == TRUE
    assert matched.unsure == []


# -- several tables -----------------------------------------------------------------------------


def test_a_table_cut_at_every_page_is_put_together() -> None:
    whole = table(["指标", "单位", "统计数=0"]).rows
    pages = [whole[:30], (whole[0], *whole[30:55]), whole[55:]]
    matched = match(RawDocument("docx", tuple(map(RawTable, pages))), FORM)
    assert matched.values == TRUE
    assert matched.unsure == []
    assert matched.unmatched == ()
    assert len(matched.choices) == 1


def test_one_sheet_a_year() -> None:
    sheets = tuple(
        table(["指标", "单位", f"统计数={year - 2010}"], (f"（{year}年度）",), f"{year}年")
        for year in (2016, 2017, 2018, 2019)
    )
    notes = RawTable((("填表说明",), ("一、本表由各单位填写",)), "说明")
    workbook = RawDocument("xlsx", (notes, *sheets))
    matched = match(workbook, FORM, before=2019)
    assert matched.header.year == 2018
    assert matched.values == {key: value + 8 for key, value in TRUE.items()}
    assert not matched.needs_choice
    assert [choice.year for choice in matched.choices] == [2016, 2017, 2018, 2019]
    other = match(workbook, FORM, choice=matched.choices[0].id)
    assert other.header.year == 2016
    assert other.values == {key: value + 6 for key, value in TRUE.items()}


def test_one_year_under_another_in_one_sheet() -> None:
    rows: list[tuple[str, ...]] = []
    for year in (2017, 2018):
        rows += table(["指标", "单位", f"统计数={year - 2010}"], (f"（{year}年度）",)).rows
        rows += [("填报人：甲", "", "填报日期：2020年1月3日"), ()]
    sheet = RawDocument("xlsx", (RawTable(tuple(rows)),))
    for before, year in ((2019, 2018), (2018, 2017)):
        matched = match(sheet, FORM, before=before)
        assert matched.header.year == year
        assert matched.values == {key: value + year - 2010 for key, value in TRUE.items()}
        assert matched.unsure == []
        assert len(matched.choices) == 2


def test_two_tables_that_fit_alike_are_asked_for() -> None:
    one, other = (table(["指标", "单位", f"统计数={n}"]) for n in (0, 4))
    matched = match(RawDocument("docx", (one, other)), FORM)
    assert matched.needs_choice
    assert len(matched.choices) == 2
    assert all(row.certainty <= 0.5 and row.remark for row in matched.by_key.values())


# -- rows that differ ---------------------------------------------------------------------------


def test_missing_and_strange_rows_are_named() -> None:
    rows = [row for row in table(["指标", "单位", "统计数=0"]).rows if "信函" not in row[0]]
    rows.insert(40, ("（九）政务抖音点击量", "次", "77"))
    matched = match(RawDocument("xlsx", (RawTable(tuple(rows)),)), FORM)
    assert matched.missing == ("3.1.4",)
    assert [(row.label, row.figure) for row in matched.unmatched] == [
        ("（九）政务抖音点击量", "77")
    ]
    assert matched.unmatched[0].remark
    assert matched.values == {key: value for key, value in TRUE.items() if key != "3.1.4"}
    assert matched.unsure == []


def test_a_unit_that_is_not_the_forms_is_told() -> None:
    rows = [list(row) for row in table(["指标", "单位", "统计数=0"]).rows]
    money = next(row for row in rows if "收取的费用" in row[0])
    money[1:] = ["元", "30000"]
    matched = match(RawDocument("xlsx", (RawTable(tuple(map(tuple, rows))),)), FORM)
    assert (matched.values["7"], matched.by_key["7"].certainty) == (3, 1)
    money[1] = "美元"
    matched = match(RawDocument("xlsx", (RawTable(tuple(map(tuple, rows))),)), FORM)
    assert "7" not in matched.values
    assert "美元" in matched.by_key["7"].remark


@pytest.mark.parametrize("place", ["label", "heading", "above"])
def test_two_units_for_one_figure_are_told(place: str) -> None:
    """The unit column says 万元, something else 元: nobody knows which is meant."""
    head = ["指标", "单位", "统计数（千元）=5" if place == "heading" else "统计数=5"]
    rows = [list(row) for row in table(head, ["单位：百元"] if place == "above" else []).rows]
    money = next(row for row in rows if "收取的费用" in row[0])
    if place == "label":
        money[0] += "（元）"
    matched = match(RawDocument("xlsx", (RawTable(tuple(map(tuple, rows))),)), FORM)
    row = matched.by_key["7"]
    assert (row.certainty < 1, "元”" in row.remark) == (True, True)
    assert {one.key for one in matched.unsure} <= {"7", "8.4"}


def test_a_figure_that_slipped_into_the_unit_column_is_found_and_doubted() -> None:
    rows = [list(row) for row in table(["指标", "单位", "统计数=0"]).rows]
    odd = next(row for row in rows if "信函" in row[0])
    odd[1:] = ["3"]
    matched = match(RawDocument("text", (RawTable(tuple(map(tuple, rows))),)), FORM)
    assert matched.values == TRUE
    assert [row.key for row in matched.unsure] == ["3.1.4"]
    assert matched.unsure[0].remark


# -- the one result that must not occur ---------------------------------------------------------


def printed_at_random(seed: int, disorder: int) -> tuple[dict[str, set[int]], RawDocument]:
    """Each cell's figures that may rightly be read, and a file with differences applied at random."""
    dice = random.Random(seed)
    figures = {key: dice.randrange(1, 5000) for key in FORM.cells}
    rows = lines(FORM, figures)
    for line in rows:
        line.label = quirky_label(line.label, dice)
        line.figure = quirky_figure(line, dice)
    allowed = {key: {value} for key, value in figures.items()}
    copies: list[Line] = []
    for _ in range(disorder):
        at = dice.randrange(len(rows))
        what = dice.randrange(4)
        if what == 0:
            del rows[at]
        elif what == 1:
            figure = dice.randrange(5000)
            copy = Line(rows[at].code, figure, rows[at].label, rows[at].unit, str(figure))
            copies.append(copy)
            rows.insert(dice.randrange(len(rows)), copy)
        elif what == 2:
            rows.insert(dice.randrange(len(rows)), rows.pop(at))
        else:
            label = dice.choice(
                ("政务抖音公开政府信息数", "其他情形数（累计）", "申请办结数（上年）")
            )
            rows.insert(at, Line("", None, label, "条", str(dice.randrange(5000))))
    originals = {id(line) for line in rows} - {id(copy) for copy in copies}
    present = {line.code for line in rows if id(line) in originals}
    for copy in copies:
        # Nobody can tell a copy from the row it was made of once that is gone.
        if copy.code in allowed and copy.code not in present and copy.true is not None:
            allowed[copy.code].add(copy.true)
    return allowed, document(rows, dice)


@settings(max_examples=120, deadline=None)
@given(seed=st.integers(0, 10**9), disorder=st.integers(0, 5))
def test_no_wrong_figure_without_a_warning(seed: int, disorder: int) -> None:
    assert_no_silent_mistake(seed, disorder)


def test_a_known_disorder_is_warned_of() -> None:
    assert_no_silent_mistake(300, 4)


def assert_no_silent_mistake(seed: int, disorder: int) -> None:
    allowed, raw = printed_at_random(seed, disorder)
    matched = match(raw, FORM)
    for key, value in matched.values.items():
        row = matched.by_key[key]
        if value not in allowed[key]:
            assert row.certainty < 1, row
            assert row.remark, row
    for row in matched.unsure:
        assert row.remark


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_differences_in_print_alone_lose_nothing(seed: int) -> None:
    allowed, raw = printed_at_random(seed, 0)
    matched = match(raw, FORM)
    assert matched.missing == ()
    assert matched.unmatched == ()
    for key, row in matched.by_key.items():
        assert row.value in allowed[key] or (row.value is None and (row.remark or not row.figure))


# -- by hand ------------------------------------------------------------------------------------


def with_odd_row(figure: str = "77") -> RawDocument:
    rows = [list(row) for row in table(["指标", "单位", "统计数=0"]).rows]
    odd = next(row for row in rows if "信函" in row[0])
    odd[0], odd[2] = "4.以书面材料递交的", figure
    return RawDocument("xlsx", (RawTable(tuple(map(tuple, rows))),))


def test_rows_are_reassigned_by_hand_and_remembered_for_the_next_file() -> None:
    matched = match(with_odd_row(), FORM)
    assert matched.missing == ("3.1.4",)
    place = matched.unmatched[0].position
    mended = reassigned(matched, [(place, "3.1.4")])
    assert mended.values["3.1.4"] == 77
    assert (mended.missing, mended.unmatched) == ((), ())
    kept = decisions(mended)
    assert kept == {str(place): "3.1.4"}

    following = match(with_odd_row("99"), FORM)
    assert following.shape == matched.shape
    assert with_decisions(following, kept).values["3.1.4"] == 99
    assert match(read_document(SAMPLE_2018), FORM).shape != matched.shape


def test_a_figure_given_to_another_cell_frees_the_one_before() -> None:
    matched = match(RawDocument("xlsx", (table(["指标", "单位", "统计数=0"]),)), FORM)
    place = matched.by_key["3.1"].position
    other = reassigned(matched, [(place, "3.2")])
    assert other.values["3.2"] == TRUE["3.1"]
    assert other.missing == ("3.1",)
    assert [row.figure for row in other.unmatched] == [str(TRUE["3.2"])]
    assert "3.2" not in reassigned(other, [(place, None)]).values


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_many_reassignments_at_once_are_as_one_after_the_other(seed: int) -> None:
    dice = random.Random(seed)
    matched = match(with_odd_row(), FORM)
    places = [row.position for row in matched.rows if row.figure]
    keys = [None, *FORM.cells]
    changes = [(dice.choice(places), dice.choice(keys)) for _ in range(dice.randrange(12))]
    expected = matched
    for place, key in changes:
        expected = reassigned(expected, [(place, key)])
    together = reassigned(matched, changes)
    assert together == expected
    assert len(together.by_key) == sum(row.key is not None for row in together.rows)


def test_reassigning_what_is_not_there_is_refused() -> None:
    matched = match(with_odd_row(), FORM)
    with pytest.raises(NianbaoError) as caught:
        reassigned(matched, [(Position(0, 999, 0), "3.1")])
    assert caught.value.problem is MatchProblem.UNKNOWN_PLACE
    with pytest.raises(NianbaoError) as caught:
        reassigned(matched, [(matched.rows[0].position, "9.9.9")])
    assert caught.value.problem is MatchProblem.UNKNOWN_CELL
    assert with_decisions(matched, {"0:999:0": "3.1", "x": None}) == matched


def test_a_file_of_something_else_matches_nothing() -> None:
    form: Form = FORM
    raw = RawDocument("xlsx", (RawTable((("姓名", "工资"), ("张三", "5000"), ("李四", "6000"))),))
    matched = match(raw, form)
    assert (matched.values, matched.confidence) == ({}, 0)
    assert len(matched.missing) == 71


def test_a_huge_sheet_of_familiar_words_costs_little() -> None:
    """Every label a thousand times over, in no order: read through once, not once for each."""
    dice = random.Random(5)
    labels = [row.label for row in FORM.rows.values()]
    rows = tuple((dice.choice(labels), "条", str(at)) for at in range(40_000))
    begun = time.process_time()
    matched = match(RawDocument("xlsx", (RawTable(rows),)), FORM)
    assert time.process_time() - begun < 5
    assert all(row.certainty < 1 and row.remark for row in matched.by_key.values())
