"""Each check of both forms, broken one by one, finds just what was broken, with its numbers."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.checks.binding import BoundCheck
from core.checks.checks import CheckSet, Finding
from core.checks.terms import CellTerm, evaluate
from core.checks.wording import figure
from core.form.form import Level
from core.values import NOT_APPLICABLE, CellValue
from tests.core.figures import checks_of, consistent_2014, consistent_2021, figures_2018

FORMS = ("cn-2014-beijing", "cn-2021")
MAKERS = {"cn-2014-beijing": consistent_2014, "cn-2021": consistent_2021}


def findings(
    checks: CheckSet, values: dict[str, CellValue], last: dict[str, CellValue]
) -> set[str]:
    return {finding.check for finding in checks.run(values, last)}


def matching_last(checks: CheckSet, values: dict[str, CellValue]) -> dict[str, CellValue]:
    """Last year's figures that agree with *values* in every check across years."""
    last = dict(values)
    if checks.form.id == "cn-2021":
        for column in ("natural", "company", "research", "charity", "legal", "other", "total"):
            last[f"3-4:{column}"] = values[f"3-2:{column}"]
        for row in ("2-1.1", "2-1.2"):
            made, repealed = values[f"{row}:made"], values[f"{row}:repealed"]
            last[f"{row}:valid"] = values[f"{row}:valid"] - made + repealed
        for row in ("4-1", "4-2.1", "4-2.2"):
            last[f"{row}:pending"] = 0
    else:
        last["3.2"] = 0
    return last


@pytest.mark.parametrize("form_id", FORMS)
@given(st.randoms(use_true_random=False))
def test_consistent_figures_have_no_finding(form_id: str, rng: random.Random) -> None:
    checks = checks_of(form_id)
    values = MAKERS[form_id](checks.form, rng)
    assert set(values) == set(checks.form.cells)
    last = matching_last(checks, values)
    # A jump against last year is no matter of consistency.
    assert [f.message for f in checks.run(values, last) if not f.jump] == []
    assert checks.run(values, {}) == []


def equalities(form_id: str) -> list[BoundCheck]:
    return [b for b in checks_of(form_id).bound if b.steady is None and b.claim.operator == "="]


@pytest.mark.parametrize("form_id", FORMS)
def test_each_equality_breaks_when_any_of_its_cells_changes(form_id: str) -> None:
    checks = checks_of(form_id)
    values = MAKERS[form_id](checks.form, random.Random(7))
    last = matching_last(checks, values)
    broken = 0
    for bound in equalities(form_id):
        if bound.conditions:
            continue
        for key in bound.cells:
            changed = {**values, key: values[key] + 1}
            found = {f.check: f for f in checks.run(changed, last)}
            assert bound.id in found, (bound.id, key)
            finding = found[bound.id]
            left = evaluate(bound.claim.left, changed, last)
            right = evaluate(bound.claim.right, changed, last)
            assert (finding.left, finding.right) == (left, right)
            assert abs(finding.difference) == 1
            assert figure(finding.left) in finding.message
            assert figure(finding.right) in finding.message
            assert key in finding.cells
            # Only checks that read the cell may object.
            assert all(key in other.cells for other in found.values() if not other.jump)
            broken += 1
    assert broken >= 50


@pytest.mark.parametrize("form_id", FORMS)
def test_each_inequality_breaks_past_its_bound_and_not_before(form_id: str) -> None:
    checks = checks_of(form_id)
    base = MAKERS[form_id](checks.form, random.Random(3))
    last = matching_last(checks, base)
    tried = 0
    for index, bound in enumerate(checks.bound):
        claim = bound.claim
        if claim.operator not in ("<=", ">=") or bound.conditions:
            continue
        lesser, greater = claim.left, claim.right
        if claim.operator == ">=":
            lesser, greater = greater, lesser
        values, before = dict(base), dict(last)
        bound_value = evaluate(greater, values, before)
        if isinstance(lesser, CellTerm):
            (before if lesser.last else values)[lesser.key] = bound_value
            assert checks.judge(index, values, before) is None
            (before if lesser.last else values)[lesser.key] = bound_value + 1
        else:
            assert isinstance(greater, CellTerm)
            values[greater.key] = 1
            assert checks.judge(index, values, before) is None
            values[greater.key] = 0
        finding = checks.judge(index, values, before)
        assert finding is not None, bound.id
        assert abs(finding.difference) == 1
        tried += 1
    assert tried >= (20 if form_id == "cn-2014-beijing" else 3)


@pytest.mark.parametrize(
    ("changes", "check", "level", "left", "right", "words"),
    [
        ({"3.1": 5}, "合计 [3.1] = sum([3.1.*])", "error", 5, 3, "（一）收到申请数 为 5，其明细之和为 3，相差 2。"),
        ({"3.3.4.2": 2}, "合计 [3.3.4] = sum([3.3.4.*])", "error", 0, 2, "相差 2"),
        ({"4.2": 1}, "合计 [4] = sum([4.*])", "error", 0, 1, "四、行政复议数量 为 0，其明细之和为 1"),
        ({"1.1.1": 32}, "其中 [1.1.1] <= [1.1]", "error", 32, 31, "大于（一）主动公开政府信息数 的 31"),
        ({"1.2.3": 5}, "其中 [1.2.*] <= [1.2]@1.2.3", "error", 5, 2, "食品安全标准"),
        ({"2.2.1.1": 1}, "其中 [2.2.1.1] <= [2.2.1]", "error", 1, 0, "新闻发布会"),
        ({"1.3.4": 0}, "渠道之和不少于总数", "warning", 0, 31, "小于（一）主动公开政府信息数 的 31"),
        ({"1.2.2": 2}, "重点领域之和", "warning", 4, 2, "各项之和 为 4"),
        ({"1.1.1": 6}, "规范性文件", "warning", 6, 5, "往年制发的文件"),
        ({"7": Decimal("0.5"), "3.1": 0}, "无申请则无收费", "warning", Decimal("0.5"), 0, "（一）收到申请数 为 0 时，七、"),
        ({"9.3": 12}, "无培训班则无培训人员", "warning", 12, 0, "（三）接受培训人员数 为 12"),
        ({"8.3": 0}, "至少一名工作人员", "warning", 0, 1, "应不小于 1"),
    ],
)  # fmt: skip
def test_broken_2018_report(
    changes: dict[str, CellValue], check: str, level: str, left: object, right: object, words: str
) -> None:
    checks = checks_of("cn-2014-beijing")
    found = {f.check: f for f in checks.run({**figures_2018(), **changes}, {})}
    finding = found[check]
    assert finding.level is Level(level)
    assert (finding.left, finding.right) == (left, right)
    assert words in finding.message


@pytest.mark.parametrize(
    ("changes", "short"),
    [
        ({"3.1": 6}, "明细之和为 3，相差 3"),
        ({"1.1.1": 40}, "大于 31（主动公开政府信息数）"),
        ({"8.3": 0, "8.3.1": 0, "8.3.2": 0}, "应不小于 1"),
        ({"9.2": 0, "9.3": 12}, "应为 0，因为（二）举办各类培训班数 为 0"),
    ],
)
def test_a_row_says_the_fact_and_not_its_own_name(
    changes: dict[str, CellValue], short: str
) -> None:
    found = checks_of("cn-2014-beijing").run({**figures_2018(), **changes}, {})
    assert short in [finding.short for finding in found]


def test_the_real_report_fails_just_the_soft_check_on_channels() -> None:
    (finding,) = checks_of("cn-2014-beijing").run(figures_2018(), {})
    assert finding.level is Level.WARNING
    assert finding.message == (
        "4.政务微信公开政府信息数 为 188，大于（一）主动公开政府信息数 的 31，相差 157。"
        "同一条信息经多个渠道公开只计 1 条，请核实。"
    )


@pytest.mark.parametrize(
    ("before", "now", "jumped"),
    [
        (100, 151, True),
        (100, 150, False),
        (100, 50, False),
        (100, 49, True),
        (4, 13, False),
        (4, 14, True),
        (5, 0, True),
        (4, 0, False),
        (0, 4, False),
        (0, 9, False),
        (0, 10, True),
        (0, 0, False),
    ],
)
def test_jumps_against_last_year(before: int, now: int, jumped: bool) -> None:
    checks = checks_of("cn-2014-beijing")
    found = [f for f in checks.run({"6": now}, {"6": before}) if f.jump]
    assert bool(found) is jumped
    if jumped:
        assert f"上年为 {before}，本年为 {now}" in found[0].message


def test_names_that_stand_twice_are_told_apart() -> None:
    form = checks_of("cn-2014-beijing").form
    assert form.cell_name("4.2") == "四、行政复议数量的（二）被依法纠错数"
    assert form.cell_name("5.2") == "五、行政诉讼数量的（二）被依法纠错数"


@pytest.mark.parametrize("form_id", FORMS)
@given(data=st.data())
def test_a_blank_leaves_a_check_undecided(form_id: str, data: st.DataObject) -> None:
    checks = checks_of(form_id)
    values: dict[str, CellValue] = {
        key: data.draw(st.integers(0, 5)) for key in list(checks.form.cells)[:40]
    }
    blank = data.draw(st.sampled_from(sorted(values)))
    del values[blank]
    assert all(blank not in finding.cells for finding in checks.run(values, {}))


@pytest.mark.parametrize("form_id", FORMS)
@given(st.randoms(use_true_random=False), st.data())
def test_one_changed_part_is_found_where_a_sum_watches_it(
    form_id: str, rng: random.Random, data: st.DataObject
) -> None:
    checks = checks_of(form_id)
    values = MAKERS[form_id](checks.form, rng)
    watched = sorted(
        {
            key
            for bound in equalities(form_id)
            for key in bound.cells
            if not bound.last_cells and not bound.conditions
        }
    )
    key = data.draw(st.sampled_from(watched))
    values[key] += data.draw(st.integers(1, 1000))
    assert any(key in finding.cells for finding in checks.run(values, {}))


def test_not_applicable_adds_nothing_to_a_sum_and_undecides_the_rest() -> None:
    checks = checks_of("cn-2021")
    values: dict[str, CellValue] = {
        "2-1.1:made": NOT_APPLICABLE,
        "2-1.1:repealed": 0,
        "2-1.1:valid": 9,
    }
    assert checks.run(values, {"2-1.1:valid": 3}) == []


def test_findings_say_at_which_cells_they_are_shown() -> None:
    checks = checks_of("cn-2014-beijing")
    (finding,) = checks.run({**figures_2018(), "3.1": 5, "1.3.4": 31}, {})
    assert isinstance(finding, Finding)
    assert finding.at == ("3.1",)
    assert finding.cells == ("3.1", "3.1.1", "3.1.2", "3.1.3", "3.1.4")


def test_a_published_report_of_the_2021_edition_passes() -> None:
    """汉阳区人民政府办公室, 2022: its published tables 2 and 3, entered by hand.

    Eight applications, all of natural persons: two granted, two in part, one refused as about a
    process, two not held, one withdrawn; none carried over. 现行有效 of 规章 is blank as published.
    """
    checks = checks_of("cn-2021")
    rows = [row for row in checks.form.table("3").rows if row.columns]
    values: dict[str, CellValue] = {key: 0 for row in rows for key in checks.form.row_cells(row)}
    counts = {
        "3-1": 8,
        "3-3.1": 2,
        "3-3.2": 2,
        "3-3.3.6": 1,
        "3-3.4.1": 2,
        "3-3.6.3": 1,
        "3-3.7": 8,
    }
    for code, count in counts.items():
        values[f"{code}:natural"] = values[f"{code}:total"] = count
    values |= {"2-1.1:made": 0, "2-1.1:repealed": 0}
    values |= {"2-1.2:made": 5, "2-1.2:repealed": 12, "2-1.2:valid": 8}
    for code in ("2-5.1:decided", "2-6.1:decided", "2-6.2:decided", "2-8.1:charged"):
        values[code] = 0
    assert checks.run(values, {}) == []
    # Its year before carried nothing over, as 上年结转 says.
    assert checks.run(values, {f"3-4:{c}": 0 for c in ("natural", "total")}) == []
    (finding,) = checks.run({**values, "3-1:natural": 9, "3-1:total": 9}, {})[:1]
    assert "相差 1" in finding.message


def test_a_published_report_with_reviews_and_suits_passes() -> None:
    """深圳市市场监督管理局龙华监管局, 2023: the figures its published report tells in words.

    112 applications came in and 9 were carried over; 60 granted, 13 in part, 6 refused, 26 not held,
    3 not dealt with, 11 otherwise; 2 carried on. Seven reviews, six upheld and one pending; two suits
    without a review before, both pending, and one after a review, upheld. How the groups of results
    divide is not told: a place of each stands for it here, in the totals' column.
    """
    checks = checks_of("cn-2021")
    rows = [row for row in checks.form.table("3").rows if row.columns]
    values: dict[str, CellValue] = {f"{row.code}:total": 0 for row in rows}
    counts = {
        "3-1": 112, "3-2": 9, "3-3.1": 60, "3-3.2": 13, "3-3.3.8": 6, "3-3.4.1": 26,
        "3-3.5.1": 3, "3-3.6.3": 11, "3-3.7": 119, "3-4": 2,
    }  # fmt: skip
    values |= {f"{code}:total": count for code, count in counts.items()}
    table_4 = {"4-1": (6, 0, 0, 1, 7), "4-2.1": (0, 0, 0, 2, 2), "4-2.2": (1, 0, 0, 0, 1)}
    for code, figures in table_4.items():
        columns = checks.form.table("4").columns
        values |= {f"{code}:{c.code}": n for c, n in zip(columns, figures, strict=True)}
    last: dict[str, CellValue] = {"3-4:total": 9, "4-1:pending": 2, "4-2.1:pending": 0}
    assert checks.run(values, last) == []
    for key, check in (
        ("4-1:upheld", "复议诉讼总计@4-1"),
        ("4-2.1:pending", "复议诉讼总计@4-2.1"),
        ("3-3.7:total", "收办平衡@total"),
        ("3-2:total", "上年结转@total"),
    ):
        found = {f.check for f in checks.run({**values, key: int(str(values[key])) + 1}, last)}
        assert check in found
    (soft,) = checks.run(values, {"4-2.2:pending": 2})
    assert soft.level is Level.WARNING and "上年的" in soft.message


def test_a_total_that_its_parts_do_not_make_is_marked_once() -> None:
    checks = checks_of("cn-2014-beijing")
    found = {f.check: f for f in checks.run({**figures_2018(), "1.2.2": 2}, {})}
    assert found["重点领域之和"].at == ("1.2",)


@pytest.mark.parametrize(
    ("check", "changed", "words"),
    [
        ("办理结果总计@other", "3-3.7:other", "其他：（七）总计 为 40，以上各项之和为 39，相差 1。"),
        ("收办平衡@natural", "3-4:natural", "自然人：一、本年新收政府信息公开申请数量 ＋ 二、"),
        ("复议诉讼总计@4-1", "4-1:total", "行政复议（总计）为 8，其各栏之和为 7，相差 1。"),
        (
            "现行有效件数@2-1.1",
            "2-1.1:valid",
            "规章：现行有效件数 为 48，上年的现行有效件数 ＋ 本年制发件数 － 本年废止件数 为 47，相差 1。",
        ),
    ],
)  # fmt: skip
def test_what_the_cells_share_is_said_once(check: str, changed: str, words: str) -> None:
    checks = checks_of("cn-2021")
    values = consistent_2021(checks.form, random.Random(5))
    last = {**values, "2-1.1:valid": 47 - values["2-1.1:made"] + values["2-1.1:repealed"]}
    values[changed] += 1
    found = {finding.check: finding.message for finding in checks.run(values, last)}
    assert words in found[check]


@pytest.mark.parametrize("form_id", FORMS)
@pytest.mark.parametrize(
    ("before", "now", "jumped"),
    [(10, 20, True), (10, 19, False), (20, 31, True), (20, 30, False), (0, 10, True), (5, 0, True)],
)
def test_which_cells_are_compared_with_last_year_and_how(
    form_id: str, before: int, now: int, jumped: bool
) -> None:
    """Every cell of the 2014 form; of 2021 the whole second table and the totals of the others."""
    checks = checks_of(form_id)
    compared = set[str]()
    for key in checks.form.cells:
        found = [f for f in checks.run({key: now}, {key: before}) if f.jump]
        compared.update(finding.at[0] for finding in found)
    wanted = {
        key
        for key in checks.form.cells
        if form_id == "cn-2014-beijing" or key.startswith("2-") or key.endswith(":total")
    }
    assert compared == (wanted if jumped else set())
