"""Two reports side by side: names as a clerk knows them, never a code alone."""

from __future__ import annotations

import pytest

from core.period import Period
from core.report import Explanation, Report
from core.storage.compare import differences
from tests.core.storage.made import CATALOG, FORM_2014, FORM_2021


@pytest.mark.parametrize(
    ("form_id", "check", "name"),
    [
        ("cn-2014-beijing", "与上年相比@3.1", "审核说明：与上年相比（（一）收到申请数）"),
        ("cn-2014-beijing", "渠道之和不少于总数", "审核说明：渠道之和不少于总数"),
        ("cn-2021", "上年结转@natural", "审核说明：上年结转（自然人）"),
        (
            "cn-2021",
            "与上年相比 steady([3-**:total], 50%, 10)@3-1",
            "审核说明：与上年相比（一、本年新收政府信息公开申请数量）",
        ),
    ],
)
def test_an_explanation_is_named_by_its_rule_and_indicator(
    form_id: str, check: str, name: str
) -> None:
    form = CATALOG.form(form_id)
    one, other = Report(form, Period(2019)), Report(form, Period(2019))
    other.explanations[check] = Explanation("已核实", 1, 2)
    (found,) = differences(one, other)
    assert (found.name, found.one, found.other) == (name, "", "已核实")


def test_every_check_has_a_name_without_its_code() -> None:
    for form in (FORM_2014, FORM_2021):
        one, other = Report(form, Period(2019)), Report(form, Period(2019))
        bound = CATALOG.checks(form.id).bound
        other.explanations.update({check.id: Explanation("已核实", 1, 2) for check in bound})
        names = [found.name for found in differences(one, other)]
        assert len(names) == len(bound)
        assert not [name for name in names if "@" in name or "steady" in name]
