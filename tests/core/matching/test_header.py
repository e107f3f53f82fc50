"""Year, office, sign-off names and the part of a year, from around the table."""

from __future__ import annotations

import pytest

from core.matching.match import match
from core.reading.base.raw import RawDocument, RawTable
from tests.core.matching.table_2018 import FORM, TRUE, table


def test_header_from_the_head_and_foot_of_the_table() -> None:
    rows = list(table(["指标", "单位", "统计数=0"]).rows)
    head = [
        ("政府信息公开情况统计表", "", ""),
        ("（　2018　年度）", "", ""),
        ("填报单位（盖章）：", "某区 某局", ""),
    ]
    foot = [
        ("单位负责人：张三　审核人：李四", "填报人：", "王五"),
        ("联系电话：010-69543210", "填报日期：2019年1月10日", ""),
    ]
    matched = match(RawDocument("xlsx", (RawTable((*head, *rows, *foot)),)), FORM)
    assert matched.header.year == 2018
    assert matched.header.fields == {
        "unit_name": "某区 某局",
        "leader": "张三",
        "reviewer": "李四",
        "preparer": "王五",
        "phone": "010-69543210",
        "date": "2019年1月10日",
    }
    assert matched.values == TRUE
    assert matched.unmatched == ()


@pytest.mark.parametrize(
    ("text", "year", "office"),
    [
        ("某县财政局2018年政府信息公开工作年度报告\n正文。", 2018, "某县财政局"),
        ("某县财政局\n2018年政府信息公开工作年度报告", 2018, "某县财政局"),
        ("某县财政局二〇一八年政府信息公开年度报告", 2018, "某县财政局"),
        ("某镇人民政府关于2018年度政府信息公开工作情况的报告", 2018, "某镇人民政府"),
        ("附件1\n2018年政府信息公开情况统计表", 2018, ""),
        ("2019年上海市某局政府信息公开工作年度报告", 2019, "上海市某局"),
        ("某市某区\n2023年政府信息公开工作年度报告", 2023, "某市某区"),
        ("某市某区教育局2023年政府信息\n公开工作年度报告", 2023, "某市某区教育局"),
        ("# **某局2024年政府信息公开工作年度报告**", 2024, "某局"),
        ("河包镇政府信息公开工作年度报告", None, "河包镇"),
        ("某局2024年第一季度政府信息公开情况统计表", 2024, "某局"),
        ("年报\n现特向社会公布某街道办事处2023年度政府信息公开年度报告。", None, "某街道办事处"),
        ("年报\n统计期限为2022年1月1日至2022年12月31日。", 2022, ""),
        ("一、概述\n无。\n某县建新镇人民政府\n2019年1月31日", None, "某县建新镇人民政府"),
        ("没有题目的正文，收到2件。", None, ""),
        ("根据2017年要点的要求，我局做了以下工作。", None, ""),
        ("填报日期：2019年1月10日\n政府信息公开情况统计表（2014年版）", None, ""),
    ],
)
def test_year_and_office_from_the_title(text: str, year: int | None, office: str) -> None:
    raw = RawDocument("docx", (table(["指标", "单位", "统计数=0"]),), text)
    header = match(raw, FORM).header
    assert (header.year, header.unit_name) == (year, office)


@pytest.mark.parametrize(
    ("head", "year", "fields"),
    [
        ("填报单位（盖章）：某区某局　　填报时间：2019年1月8日", None,
         {"unit_name": "某区某局", "date": "2019年1月8日"}),
        ("填报单位：某区某局　2018年度", 2018, {"unit_name": "某区某局"}),
        ("单位：某区某局（盖章）", None, {"unit_name": "某区某局"}),
        ("编制单位：某区某局　单位：万元", None, {"unit_name": "某区某局"}),
        ("单位：件", None, {}),
        ("报告期：2018年1月1日至2018年12月31日", 2018, {}),
        ("统计期限自2018年1月1日起至12月31日止", 2018, {}),
        ("负责人（签字）：张三　审核：李四　填表人：王五　上报时间：2019.1.10", None,
         {"leader": "张三", "reviewer": "李四", "preparer": "王五", "date": "2019.1.10"}),
    ],
)  # fmt: skip
def test_one_line_of_a_header(head: str, year: int | None, fields: dict[str, str]) -> None:
    raw = RawDocument("xlsx", (table(["指标", "单位", "统计数=0"], [head]),))
    matched = match(raw, FORM)
    assert (matched.header.year, dict(matched.header.fields)) == (year, fields)
    assert matched.values == TRUE


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("政府信息公开情况统计表（2018年上半年）", "上半年"),
        ("2018年第二季度政府信息公开情况统计表", "第二季度"),
        ("政府信息公开情况统计表（2018年1—6月）", "1—6月"),
        ("政府信息公开情况统计表（2018年1-12月）", ""),
        ("政府信息公开情况统计表（2018年度）填表时间：2019年1月", ""),
        ("某局2018年政府信息公开情况统计表", ""),
    ],
)
def test_a_title_may_speak_of_a_part_of_the_year(title: str, part: str) -> None:
    raw = RawDocument("xlsx", (table(["指标", "单位", "统计数=0"], [title]),))
    assert match(raw, FORM).header.part == part


def test_a_page_title_names_office_and_year() -> None:
    title = "某局2024年政府信息公开工作年度报告_某市人民政府网站"
    raw = RawDocument("html", (table(["指标", "单位", "统计数=0"]),), "首页\n正文", title=title)
    header = match(raw, FORM).header
    assert (header.year, header.unit_name) == (2024, "某局")


def test_what_a_site_writes_around_an_article_is_no_sign_off() -> None:
    text = "来源：某网　审核：张三　发布日期：2024-01-30\n联系电话：010-1234567，电子邮箱：a@b.cn"
    raw = RawDocument("html", (table(["指标", "单位", "统计数=0"]),), text)
    assert match(raw, FORM).header.fields == {"phone": "010-1234567"}


@pytest.mark.parametrize(
    "title", ["某局2024 年 1 季度政府信息公开情况统计表", "2024年3月政府信息公开统计表"]
)
def test_a_quarter_or_month_in_the_title_is_a_part_of_the_year(title: str) -> None:
    raw = RawDocument("docx", (table(["指标", "单位", "统计数=0"]),), title)
    assert match(raw, FORM).header.part


@pytest.mark.parametrize("sign", ["（", "某", " ", "2024年", "*", "单位：", "1"])
def test_a_line_of_any_length_is_looked_at_once(sign: str) -> None:
    line = sign * 80_000
    raw = RawDocument("docx", (table(["指标", "单位", "统计数=0"], [line]),), f"{line}\n{line}")
    match(raw, FORM)
