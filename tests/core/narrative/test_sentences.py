"""Single sentences: which figures surely tell a cell, and which are let be."""

from __future__ import annotations

import pytest

from core.catalog import Catalog
from core.narrative.check import check_figures
from core.narrative.guides import Guides
from core.narrative.ties import TieKind
from core.period import Period
from core.report import Report

CATALOG = Catalog.standard()
GUIDES = Guides.standard(CATALOG)
OFFICE = "通州区政务服务管理办公室"


def told(text: str, form_id: str = "cn-2014-beijing", office: str = "") -> dict[str, object]:
    """The figures that surely tell one cell, by its key; 全部 and the like aside."""
    report = Report(CATALOG.form(form_id), Period(2018))
    report.header["unit_name"] = office
    figures = check_figures(text, report, GUIDES.guide(report.form))
    sure = [one for one in figures if one.sure and one.kind is TieKind.CELL]
    return {one.cells[0]: one.told.value for one in sure}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018年共主动公开政府信息1,056条（累计达到2446条）", {"1.1": 1056}),
        ("全年主动公开规范性文件5条，制发规范性文件总数7件。", {"1.1.1": 5, "1.1.2": 7}),
        ("本年度收到申请12件，全部以网络形式申请。", {"3.1": 12}),
        ("其中当面申请2件、信函申请4件。", {"3.1.1": 2, "3.1.4": 4}),
        ("同意公开答复3件，不同意公开答复1件。", {"3.3.2": 3, "3.3.4": 1}),
        ("举办各类培训班3次，接受培训人员120人次。", {"9.2": 3, "9.3": 120}),
        ("累计主动公开政府信息446条。", {}),
        ("通过政府网站主动公开政府信息31条。", {"1.3.2": 31}),
        ("比上年主动公开政府信息增加5条。", {}),
        ("主动公开政府信息56件。", {}),
        ("维持具体行政行为2件，被依法纠错1件。", {}),
        ("全区政务服务事项共计1639项。2018年9月19日召开会议。", {}),
        ("全部以信函形式申请。", {}),
        # Other words for receiving, other units of counting.
        ("全年受理政府信息公开申请12件，均按时办结。", {"3.1": 12}),
        ("其中当面申请1宗、网络申请9起。", {"3.1.1": 1, "3.1.3": 9}),
        ("共举办各类培训班4期，专职人员2名。", {"9.2": 4, "8.3.1": 2}),
        ("政府网站公开信息3698条，政府公报公开信息0条。", {"1.3.2": 3698, "1.3.1": 0}),
        ("因政府信息公开引发的行政复议3件。", {"4": 3}),
        ("本年度新增主动公开政府信息2110条。", {"1.1": 2110}),
        # What is told of a part, of others, or of another time.
        ("我局下属单位收到申请2件，各街道共收到申请88件。", {}),
        ("第三季度收到申请4件；上半年收到申请6件；12月收到申请1件。", {}),
        ("全市收到申请3000件，兼职人员共有223名左右。", {}),
        ("与上年相比收到申请增加5件，上年收到申请7件。", {}),
        ("通过门户网站专栏主动公开政府信息4900余条。", {}),
        ("主动公开政府工作信息、动态755多条。", {}),
        ("计划收到申请5件，自2008年以来共收到申请230件。", {}),
    ],
)
def test_sentences(text: str, expected: dict[str, int]) -> None:
    assert told(text) == expected


def test_the_offices_own_name_may_stand_before_a_name_and_no_other() -> None:
    text = "政务服务办2018年共收到政府信息公开申请3件"
    assert told(text, office=OFFICE) == {"3.1": 3}
    assert told(text, office="通州区教育局") == {}
    assert told("教育局共收到政府信息公开申请3件", office=OFFICE) == {}
    # The district's name alone may mean all of its offices.
    assert told("通州区共收到政府信息公开申请3件", office=OFFICE) == {}
    assert told("区政务服务管理办公室收到政府信息公开申请3件", office=OFFICE) == {"3.1": 3}


def test_a_label_that_stands_twice_is_never_told_apart() -> None:
    assert "4.2" not in told("被依法纠错1件")
    assert "5.2" not in told("被依法纠错1件")


def test_in_the_2021_form_the_totals_are_meant() -> None:
    text = "本年新收政府信息公开申请15件，上年结转政府信息公开申请2件，予以公开9件。"
    assert told(text, "cn-2021") == {"3-1:total": 15, "3-2:total": 2, "3-3.1:total": 9}
