"""What there is to draw: taken from a form's rows and checks, whichever form it is."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from core.charts import MOST_BARS, MOST_NAMED, Bar, Chart, Charts
from core.period import Period
from core.report import Baseline
from core.session import Edit, Session
from core.values import NOT_APPLICABLE
from tests.core.figures import baseline_2018, consistent_2021, figures_2018, fill, session_of


def report_2014() -> Session:
    session = session_of("cn-2014-beijing")
    fill(session, {**figures_2018(), "8.4": Decimal("0.5")})
    session.apply(Edit("", cells={"3.1.1": 4}, baselines=(baseline_2018(),)))
    return session


def report_2021() -> Session:
    session = session_of("cn-2021", 2023)
    fill(session, consistent_2021(session.form, random.Random(5)))
    return session


def charts_of(session: Session) -> dict[str, Chart]:
    charts = Charts(session.checks).of(session.report)
    found = {chart.id: chart for chart in charts}
    assert len(found) == len(charts)
    return found


def figures(chart: Chart) -> dict[str, tuple[object, ...]]:
    return {bar.label: bar.figures for bar in chart.bars}


def test_applications_by_channel_and_by_outcome() -> None:
    charts = charts_of(report_2014())
    channels = charts["parts 3.1"]
    assert channels.series == ("2019年度", "2018年度（上年）")
    assert channels.unit == "件"
    assert figures(channels) == {
        "1.当面申请数": (4, 0),
        "2.传真申请数": (0, 0),
        "3.网络申请数": (0, 0),
        "4.信函申请数": (3, 3),
    }
    assert len(charts["parts 3.3"].bars) == 8


def test_outcomes_of_the_2021_form_are_summed_under_their_headings() -> None:
    session = report_2021()
    chart = charts_of(session)["parts 3-3.7"]
    assert chart.title.startswith("三、本年度办理结果")
    assert len(chart.bars) == 6
    total = session.value("3-3.7:total")
    assert sum(bar.figures[0] for bar in chart.bars if isinstance(bar.figures[0], int)) == total


def test_rows_with_a_total_are_shown_by_column() -> None:
    session = report_2021()
    chart = charts_of(session)["columns 3-1"]
    assert [bar.label for bar in chart.bars][:2] == ["自然人", "商业企业"]
    assert sum(b.figures[0] for b in chart.bars if isinstance(b.figures[0], int)) == session.value(
        "3-1:total"
    )


def test_sections_against_last_year() -> None:
    overview = charts_of(report_2014())["overview"]
    assert overview.unit == ""
    assert figures(overview)["（一）主动公开政府信息数"] == (31, 31)
    assert figures(overview)["（一）收到申请数"] == (7, 3)
    assert len(overview.bars) == 9


def test_blank_and_not_applicable_are_no_figures() -> None:
    session = report_2021()
    session.apply(Edit("", cells={"2-1.1:made": NOT_APPLICABLE, "3-3.3.1:natural": None}))
    charts = charts_of(session)
    assert charts["rows 2-1"].bars[0].figures == (None,)
    outcomes = figures(charts["parts 3-3.7"])
    assert outcomes["（三）不予公开"] == (None,)
    assert outcomes["（一）予以公开"] != (None,)


def test_years_are_drawn_when_there_are_several() -> None:
    session = report_2014()
    assert not [chart for chart in charts_of(session).values() if chart.years]
    older = Baseline(Period(2017), "x", session.form.id, {"3.1": 12})
    session.apply(Edit("", baselines=(older, baseline_2018())))
    years = charts_of(session)["years 3.1"]
    assert years.years
    assert [(bar.label, bar.figures) for bar in years.bars] == [
        ("2017年度", (12,)),
        ("2018年度", (3,)),
        ("2019年度", (7,)),
    ]


@pytest.mark.parametrize("made", [report_2014, report_2021])
def test_every_chart_compares_something_and_none_says_what_another_says(made: object) -> None:
    assert callable(made)
    charts = charts_of(made())
    seen = [
        (chart.section, tuple((bar.label, bar.figures) for bar in chart.bars))
        for chart in charts.values()
    ]
    assert len(set(seen)) == len(seen)
    for chart in charts.values():
        assert len(chart.bars) > 1
        assert len({bar.label for bar in chart.bars}) == len(chart.bars)
        assert all(len(bar.figures) == len(chart.series) for bar in chart.bars)


def test_an_empty_report_has_charts_without_figures() -> None:
    charts = charts_of(session_of("cn-2014-beijing"))
    assert charts["overview"].series == ("2019年度",)
    assert {bar.figures for bar in charts["overview"].bars} == {(None,)}


def test_what_counts_differently_is_never_on_one_scale() -> None:
    overview = charts_of(report_2014())["overview"]
    units = {bar.label: bar.unit for bar in overview.bars}
    assert len(set(units.values())) > 2
    assert [panel.unit for panel in overview.panels] == ["条", "件", "万元"][: len(overview.panels)]
    for panel in overview.panels:
        assert {units[bar.label] for bar in panel.bars} == {panel.unit}


def test_rows_of_nothing_but_zeros_are_told_in_a_line() -> None:
    channels = charts_of(report_2014())["parts 3.1"]
    assert [bar.label for panel in channels.panels for bar in panel.bars] == [
        "1.当面申请数",
        "4.信函申请数",
    ]
    assert channels.remarks == ("其余 2 项两年均为 0：2.传真申请数、3.网络申请数",)
    # One such row stays where it is; one that is not known is no zero.
    session = report_2014()
    session.apply(Edit("", cells={"3.1.2": None}))
    channels = charts_of(session)["parts 3.1"]
    assert not channels.zeros
    assert len(channels.panels[0].bars) == 4


def test_without_last_year_zeros_are_of_one_period() -> None:
    session = session_of("cn-2014-beijing")
    fill(session, figures_2018())
    channels = charts_of(session)["parts 3.1"]
    assert channels.remarks[0].startswith("其余 3 项均为 0：")
    assert charts_of(session)["parts 4"].remarks[0].startswith("这里的 3 项均为 0：")


def test_any_cell_can_be_followed_over_the_years() -> None:
    session = report_2014()
    charts = Charts(session.checks)
    assert charts.over_years(session.report, "3.1.4") is None
    older = Baseline(Period(2017), "x", session.form.id, {"3.1.4": 9})
    session.apply(Edit("", baselines=(older, baseline_2018())))
    chart = charts.over_years(session.report, "3.1.4")
    assert chart is not None
    assert chart.title == "4.信函申请数：历年"
    assert [bar.figures for bar in chart.bars] == [(9,), (3,), (3,)]
    assert charts.over_years(session.report, "") is None


def test_of_very_many_bars_the_largest_are_drawn_in_their_order() -> None:
    figures = [(n * 37) % 101 for n in range(101)] * 2 + [0] * 50
    bars = tuple(Bar(f"第{n}项", (figure,), "件") for n, figure in enumerate(figures))
    chart = Chart("x", "很多项", "", "件", ("2019年度",), bars)
    (panel,) = chart.panels
    assert len(panel.bars) == MOST_BARS
    assert list(panel.bars) == [bar for bar in bars if bar in panel.bars]
    assert min(bar.largest for bar in panel.bars) >= sorted(figures)[-MOST_BARS]
    zeros, rest = chart.remarks
    assert zeros.startswith("其余 52 项均为 0：第0项、第101项、")
    assert zeros.endswith("等")
    assert zeros.count("、") == MOST_NAMED - 1
    assert (
        rest
        == f"只画出较大的 {MOST_BARS} 项，另有 {len(bars) - 52 - MOST_BARS} 项可用“复制数据”取得"
    )
