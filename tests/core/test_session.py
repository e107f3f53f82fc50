"""Editing: computed cells, explanations, undo; and that a session never drifts from a full check."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog import Catalog
from core.checks.checks import CheckSet, Finding
from core.form.form import Level
from core.period import Period, PeriodKind
from core.problems import NianbaoError
from core.report import Baseline, Report
from core.session import Edit, Session
from core.values import NOT_APPLICABLE, CellValue
from tests.core.figures import baseline_2018, checks_of, figures_2018, fill, session_of


def filled() -> Session:
    session = session_of("cn-2014-beijing")
    fill(session, figures_2018())
    return session


def only(session: Session, check: str) -> Finding:
    return next(finding for finding in session.findings if finding.check == check)


def test_totals_fill_themselves_once_their_parts_are_complete() -> None:
    session = session_of("cn-2014-beijing")
    session.apply(Edit("", cells={"3.1.1": 0, "3.1.2": 0, "3.1.3": 0}))
    assert session.value("3.1") is None
    change = session.apply(Edit("", cells={"3.1.4": 3}))
    assert session.value("3.1") == 3
    assert "3.1" in session.report.computed
    assert change.cells == {"3.1.4", "3.1"}
    session.apply(change.inverse)
    assert session.value("3.1") is None


def test_typing_over_a_total_is_judged_and_can_be_put_back() -> None:
    session = filled()
    session.apply(Edit("", cells={"3.1": 5}))
    assert session.is_overtyped("3.1")
    assert [f.level for f in session.findings_at("3.1")] == [Level.ERROR]
    session.apply(session.recompute(["3.1", "3.2"]))
    assert session.value("3.1") == 3
    assert not session.is_overtyped("3.1")
    assert session.findings_at("3.1") == []


def test_totals_of_totals_follow() -> None:
    session = session_of("cn-2021")
    columns = ("natural", "company", "research", "charity", "legal", "other")
    leaves = [
        row.code
        for row in session.form.table("3").rows
        if row.columns and row.code.startswith("3-3.") and row.code != "3-3.7"
    ]
    cells: dict[str, CellValue] = {f"{code}:{c}": 1 for code in leaves for c in columns}
    session.apply(Edit("", cells=cells))
    assert session.value("3-3.7:natural") == len(leaves)
    assert session.value("3-3.7:total") == 6 * len(leaves)
    change = session.apply(Edit("", cells={"3-3.1:natural": 4}))
    assert change.cells == {"3-3.1:natural", "3-3.1:total", "3-3.7:natural", "3-3.7:total"}


def test_carried_cells_come_from_last_year_and_can_be_changed() -> None:
    session = session_of("cn-2021", 2023)
    last = Baseline(Period(2022), "甲", "cn-2021", {"3-4:natural": 2, "3-4:company": 0})
    session.apply(Edit("", baselines=(last,)))
    assert session.value("3-2:natural") == 2
    assert session.checks.carries("3-2:natural")
    session.apply(Edit("", cells={"3-2:natural": 1}))
    finding = only(session, "上年结转@natural")
    assert finding.level is Level.ERROR
    assert finding.message.startswith(
        "自然人：二、上年结转政府信息公开申请数量 为 1，上年的四、结转下年度继续办理 为 2，相差 1。"
    )
    assert not session.is_ready
    session.apply(session.explain(finding, "机构合并"))
    assert session.is_explained(finding)


def test_ready_means_filled_held_and_explained() -> None:
    session = filled()
    assert session.progress().filled == 71
    assert not session.is_ready
    (finding,) = session.open_findings
    session.apply(session.explain(finding, "同一条信息多渠道公开"))
    assert session.is_ready
    session.apply(Edit("", cells={"6": None}))
    assert session.report.blank == ["6"]
    assert not session.is_ready


def test_an_explanation_must_be_confirmed_when_its_figures_change() -> None:
    session = filled()
    (finding,) = session.open_findings
    session.apply(session.explain(finding, "多渠道"))
    session.apply(Edit("", cells={"1.3.4": 190}))
    (finding,) = session.open_findings
    assert session.is_stale(finding)
    explanation = session.explanation(finding)
    assert explanation is not None
    assert explanation.text == "多渠道"
    session.apply(session.explain(finding, explanation.text))
    assert session.open_findings == []
    session.apply(Edit("", cells={"6": 1}))
    assert session.open_findings == []


def test_an_error_cannot_be_explained_away() -> None:
    session = filled()
    session.apply(Edit("", cells={"3.1": 5}))
    finding = session.findings_at("3.1")[0]
    session.apply(session.explain(finding, "没问题"))
    assert finding in session.open_findings


def test_last_years_figures_bring_their_checks() -> None:
    session = filled()
    session.apply(Edit("", cells={"1.3.2": 40}))
    change = session.apply(Edit("", baselines=(baseline_2018(),)))
    assert len(change.cells) == 71
    assert "与上年相比@1.3.2" in change.findings
    assert any(f.jump for f in session.findings)
    session.apply(change.inverse)
    assert not any(f.jump for f in session.findings)


def test_a_header_field_is_changed_and_undone() -> None:
    session = filled()
    change = session.apply(Edit("", header={"preparer": "王芳"}))
    assert session.report.header["preparer"] == "王芳"
    assert (change.header, change.baselines, change.cells) == (True, False, frozenset())
    assert not session.apply(Edit("", header={"preparer": "王芳"})).header
    session.apply(change.inverse)
    assert session.report.header["preparer"] == ""
    with pytest.raises(NianbaoError, match="表头没有“salary”这一项"):
        session.apply(Edit("", header={"preparer": "甲", "salary": "1"}))
    assert session.report.header["preparer"] == ""


def test_another_year_is_compared_with_another_last_year() -> None:
    session = filled()
    later = Baseline(Period(2019), "甲", "cn-2014-beijing", {**figures_2018(), "3.1": 9})
    session.apply(Edit("", baselines=(baseline_2018(), later)))
    same = session.apply(Edit("", period=Period(2019)))
    assert (same.header, same.baselines, same.cells) == (False, False, frozenset())
    change = session.apply(Edit("", period=Period(2020)))
    assert (change.header, change.baselines, change.cells) == (True, True, {"3.1"})
    assert session.last_value("3.1") == 9
    session.apply(change.inverse)
    assert session.last_value("3.1") == 3


def test_what_must_be_mended_comes_before_what_must_be_explained() -> None:
    session = filled()
    session.apply(Edit("", cells={"9.3": 12, "3.1": 5}))
    levels = [finding.level for finding in session.open_findings]
    assert levels == sorted(levels, key=lambda level: level is not Level.ERROR)
    assert len(set(levels)) == 2
    shown = session.findings_at("3.1")
    assert shown[0].level is Level.ERROR


def test_an_explanation_of_nothing_is_refused() -> None:
    session = filled()
    with pytest.raises(NianbaoError, match="没有编号为“无此公式”的审核结果"):
        session.apply(Edit("", explanations={"无此公式": None}))


def test_refusals_name_the_cell_and_change_nothing() -> None:
    session = filled()
    before = dict(session.report.values)
    with pytest.raises(NianbaoError, match="（一）收到申请数：“3万”里带有文字"):
        session.typed("3.1", "3万")
    with pytest.raises(NianbaoError, match=r"没有代码为“99”的单元格"):
        session.apply(Edit("", cells={"3.1.1": 7, "99": 1}))
    with pytest.raises(NianbaoError, match="不能填“/”"):
        session.apply(Edit("", cells={"3.1.1": 7, "6": NOT_APPLICABLE}))
    assert session.report.values == before


def test_a_computed_cell_typed_its_own_figure_keeps_computing() -> None:
    session = filled()
    total = session.value("3.1")
    session.apply(session.type("3.1", f" {total} "))
    assert "3.1" in session.report.computed
    session.apply(session.type("3.1", "999"))
    assert session.is_overtyped("3.1")
    session.apply(session.type("3.1", str(total)))
    assert session.is_overtyped("3.1"), "a figure typed over another stays typed"


def test_zero_for_blanks_leaves_computed_cells_to_themselves() -> None:
    session = session_of("cn-2014-beijing")
    section = session.form.sections[2]
    session.apply(session.fill_blank_with_zero(section.cells))
    assert session.progress(section.code).filled == 23
    assert session.report.computed == {"3.1", "3.2", "3.3", "3.3.4"}


def test_zero_for_blanks_in_the_first_year_leaves_nothing_blank() -> None:
    session = session_of("cn-2021")
    table = session.form.sections[1]
    session.apply(session.fill_blank_with_zero(table.cells))
    assert session.progress(table.code).filled == len(table.cells)
    assert "3-2:natural" not in session.report.computed
    assert "3-2:total" in session.report.computed
    session.apply(session.fill_blank_with_zero(session.form.cells))
    assert session.is_ready


def test_zero_for_blanks_leaves_to_itself_what_is_carried_over() -> None:
    session = session_of("cn-2021", 2023)
    last = Baseline(Period(2022), "甲", "cn-2021", {"3-4:natural": 2, "3-4:company": 7})
    session.apply(Edit("", baselines=(last,)))
    session.apply(session.fill_blank_with_zero(session.form.cells))
    assert session.value("3-2:natural") == 2
    assert session.value("3-2:company") == 7
    assert {"3-2:natural", "3-2:company"} <= session.report.computed
    assert session.report.blank == []


def test_a_total_whose_parts_stand_elsewhere_is_no_zero() -> None:
    session = session_of("cn-2014-beijing")
    assert not session.fill_blank_with_zero(["3.1"]).cells


def test_amounts_and_counts_of_the_same_number_are_kept_apart() -> None:
    session = session_of("cn-2014-beijing")
    session.apply(Edit("", cells={"7": Decimal("0.5")}))
    assert session.value("7") == Decimal("0.5")


steps = st.lists(
    st.tuples(
        st.sampled_from(["3.1", "3.1.1", "3.1.2", "3.1.3", "3.1.4", "1.1", "1.3.4", "3.3.4.1"]),
        st.none() | st.integers(0, 40),
    ),
    max_size=25,
)


@settings(max_examples=60)
@given(steps, st.booleans())
def test_a_session_never_drifts_from_a_full_check(
    edits: list[tuple[str, int | None]], compared: bool
) -> None:
    session = filled()
    if compared:
        session.apply(Edit("", baselines=(baseline_2018(),)))
    start = (dict(session.report.values), set(session.report.computed), session.findings)
    inverses: list[Edit] = []
    for key, value in edits:
        inverses.append(session.apply(Edit("", cells={key: value})).inverse)
        fresh = session.checks.run(session.report.values, session.report.last_values)
        assert session.findings == fresh
        assert session.progress().filled == len(session.report.values)
        for section in session.form.sections:
            filled_cells = sum(session.value(cell) is not None for cell in section.cells)
            assert session.progress(section.code).filled == filled_cells
        opened = Session(session.report, session.checks)
        assert opened.progress_by_section() == session.progress_by_section()
        assert opened.open_findings == session.open_findings
    for inverse in reversed(inverses):
        session.apply(inverse)
    assert (dict(session.report.values), set(session.report.computed), session.findings) == start


def left_by_editing(session: Session, edit: Edit) -> set[str]:
    """What :meth:`Session.leave_computed` leaves out, found by really making one edit after another."""
    totals = [key for key in session.checks.computed_order if edit.cells.get(key) is not None]
    trials = [
        session.apply(Edit("", cells={k: v for k, v in edit.cells.items() if k not in totals}))
    ]
    left: set[str] = set()
    for key in totals:
        if key in session.report.computed and session.value(key) == edit.cells[key]:
            left.add(key)
        else:
            trials.append(session.apply(Edit("", cells={key: edit.cells[key]})))
    for trial in reversed(trials):
        session.apply(trial.inverse)
    return left


@pytest.mark.parametrize("form_id", ["cn-2014-beijing", "cn-2021"])
def test_totals_left_computing_are_those_that_editing_would_leave(form_id: str) -> None:
    catalog = Catalog.standard()
    checks = catalog.checks(form_id)
    figures = Random(7)
    found = 0
    for _ in range(30):
        session = Session(Report(checks.form, Period(2019)), checks)
        for density in (0.9, 0.98):
            keys = [key for key in checks.form.cells if figures.random() < density]
            cells: dict[str, CellValue] = {key: figures.choice((*[0] * 9, 1, None)) for key in keys}
            edit = Edit("粘贴", cells=cells)
            before = dict(session.report.values)
            spared = session.leave_computed(edit)
            assert session.report.values == before
            left = set(edit.cells) - set(spared.cells)
            assert left == left_by_editing(session, edit)
            found += len(left)
            session.apply(spared)
    assert found > 20, found


def test_another_year_is_compared_with_the_year_before_it_and_undone_in_one_step() -> None:
    checks = checks_of("cn-2021")
    form = checks.form
    known = Baseline(Period(2022), "某局", form.id, dict.fromkeys(form.cells, 2))
    session = Session(Report(form, Period(2023), baselines=(known,)), checks)
    assert session.value("3-2:natural") == 2
    change = session.apply(Edit("年度", period=Period(2024)))
    assert session.report.baseline is None
    assert session.report.baselines == (known,)
    assert session.value("3-2:natural") is None
    assert "3-2:natural" in change.cells
    session.apply(change.inverse)
    assert session.value("3-2:natural") == 2
    assert session.report.period == Period(2023)


def test_a_required_header_field_keeps_a_report_from_being_sent() -> None:
    checks = checks_of("cn-2014-beijing")
    form = replace(checks.form, required_header=("leader", "phone"))
    session = Session(Report(form, Period(2018)), CheckSet(form))
    fill(session, figures_2018())
    for finding in session.open_findings:
        session.apply(session.explain(finding, "已核实"))
    assert session.missing_header == ["单位负责人", "联系电话"]
    assert not session.is_ready
    session.apply(Edit("表头", header={"leader": "张三", "phone": "010-1"}))
    assert session.missing_header == [] and session.is_ready


def test_a_period_that_cannot_be_read_is_answered_for_the_form_at_hand() -> None:
    with pytest.raises(NianbaoError, match=r"请写成 2019 这样的四位年份。$"):
        Period.parse("去年", PeriodKind.YEAR)
    with pytest.raises(NianbaoError, match="2019-Q3"):
        Period.parse("2019-Q9", PeriodKind.QUARTER)
