"""A whole text held against its table: the real 2018 report, contradictions, rules, hostile input."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog import Catalog
from core.cli import main
from core.importing.opening import open_any, read_text
from core.narrative.agreement import TextFigure
from core.narrative.check import TextCheck, check_figures, check_text
from core.narrative.guides import Guides
from core.narrative.notation import paragraph_in
from core.narrative.text import ReportText, TextSection
from core.narrative.ties import TieKind
from core.period import Period
from core.report import Baseline, Report
from core.storage.files import save_report
from core.values import CellValue
from tests.core.figures import SAMPLE_2018

CATALOG = Catalog.standard()
GUIDES = Guides.standard(CATALOG)
OFFICE = "东湖区文化和旅游局"


def report_of(form: str = "cn-2021", year: int = 2023, **values: CellValue) -> Report:
    report = Report(CATALOG.form(form), Period(year))
    report.header["unit_name"] = OFFICE
    report.values.update(values)
    return report


def full_report(**changed: int) -> Report:
    """A 2021 report with figures that a text can tell."""
    report = report_of()
    report.values.update(dict.fromkeys(report.form.cells, 0))
    report.values.update(
        {
            "3-1:total": 95, "3-1:natural": 89, "3-1:company": 6, "3-2:total": 8,
            "3-3.7:total": 98, "3-3.1:total": 30, "3-3.2:total": 12, "3-4:total": 5,
            "4-1:total": 2, "4-2.1:total": 1, "2-1.2:valid": 25, "2-1.2:repealed": 4,
        }
    )  # fmt: skip
    report.values.update({key.replace("_", "-"): value for key, value in changed.items()})
    last: dict[str, CellValue] = {**dict.fromkeys(report.form.cells, 0), "3-1:total": 80}
    report.baselines = (Baseline(Period(2022), OFFICE, "cn-2021", last),)
    return report


def told(text: str, report: Report | None = None) -> list[TextFigure]:
    report = report or full_report()
    return list(check_figures(text, report, GUIDES.guide(report.form)))


def checked_2018() -> TextCheck:
    report = open_any(SAMPLE_2018, CATALOG).report
    return check_text(read_text(SAMPLE_2018, CATALOG), report, GUIDES.guide(report.form))


def test_the_real_2018_text_is_told_what_contradicts_its_table() -> None:
    check = checked_2018()
    (wrong,) = check.contradicting
    assert (wrong.told.text, wrong.cells, wrong.expected) == ("56条", ("1.1",), 31)
    assert "为 56" in wrong.message and "为 31" in wrong.message
    assert "12+5+1+38=56，相符" in wrong.message
    assert check.asked == []
    assert [finding.rule for finding in check.rules] == ["政府网站"]
    assert "政府网站公开政府信息数”为 0" in check.rules[0].message
    agreeing = {one.cells for one in check.figures if one.sure and one.agrees}
    assert {("3.1",), ("3.1.4",), ("3.3.2",)} <= agreeing
    cumulative = next(one for one in check.figures if one.told.text == "446条")
    assert cumulative.kind is TieKind.NONE
    for one in check.figures:
        assert check.content[one.told.start : one.told.end] == one.told.text or not one.told.unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年共收到政府信息公开申请95件。", [(95, True, True)]),
        # With what was carried on from last year: either is right, and which one is said.
        ("2023年共收到政府信息公开申请103件。", [(103, True, True)]),
        ("2023年新收政府信息公开申请103件。", [(95, True, False)]),
        ("2023年共收到政府信息公开申请96件。", [(95, True, False)]),
        (
            "收到政府信息公开申请95件，比上年增加15件，增长18.75%。",
            [(95, True, True), (15, True, True), (Decimal("18.75"), True, True)],
        ),
        ("收到政府信息公开申请95件，比上年增长18.8%。", [(95, True, True), (Decimal("18.75"), True, True)]),
        ("收到政府信息公开申请95件，比上年减少15件。", [(95, True, True), (15, True, False)]),
        (
            "答复政府信息公开申请98件，予以公开及部分公开的42件，占42.86%。",
            [(98, True, True), (42, True, True), (Decimal("42.86"), True, True)],
        ),
        ("未发生政府信息公开行政复议、行政诉讼。", [(3, True, False)]),
        ("上年收到政府信息公开申请80件。", [(80, True, True)]),
        ("上年收到政府信息公开申请81件。", [(80, False, False)]),
        ("收到政府信息公开申请九十五件。", [(95, True, True)]),
        ("继续有效规范性文件25件，废止4件。", [(25, True, True), (4, True, True)]),
    ],
)  # fmt: skip
def test_a_figure_is_held_against_its_cells(
    text: str, expected: list[tuple[object, bool, bool]]
) -> None:
    assert [(one.expected, one.sure, one.agrees) for one in told(text)] == expected


def test_which_of_two_meanings_agrees_is_said() -> None:
    (one,) = told("共收到政府信息公开申请103件。")
    assert one.cells == ("3-1:total", "3-2:total")
    assert "上年结转" in one.message


def test_rounded_figures_agree_with_what_they_round() -> None:
    report = report_of(**{"2-5.1:decided": 12345})
    texts = ["1.2万件", "1.23万件", "12300余件", "1.3万件", "约1.2万件"]
    lines = [f"全年作出行政许可决定{text}。" for text in texts]
    found = [told(line, report)[0] for line in lines]
    assert [one.agrees for one in found] == [True, True, True, False, True]
    assert [one.sure for one in found] == [True, True, True, True, False]


def test_a_text_is_held_against_itself() -> None:
    report = report_of()
    text = (
        "共收到政府信息公开申请10件，其中自然人7件，法人或其他组织4件。\n"
        "发布信息20条，其中动态类信息12条、公告类信息5条、其他信息4条。\n"
        "行政复议2件。\n因政府信息公开发生行政复议3件。\n"
        "发布消息20条，其中解读类19条，占总数的90%。\n"
    )
    rules = check_text(text, report, GUIDES.guide(report.form)).rules
    said = [finding.message for finding in rules if "内部" in finding.source]
    assert said == [
        "同一个数前后不一致：前面为“2件”，这里为“3件”，请核对。",
        "“10件”的分项之和为 7+4=11，与 10 不符，请核对。",
        "“20条”的分项之和为 12+5+4=21，与 20 不符，请核对。",
        "“19条”占“20条”应为 95%，正文写作 90%，请核对。",
    ]


WHOLE = """东湖区文化和旅游局2023年政府信息公开工作年度报告
本报告依据国务院令第711号编制，所列数据的统计期限为2023年1月1日至2023年12月31日。
一、总体情况
（一）主动公开。及时公开。（二）依申请公开。（三）政府信息管理。（四）平台建设。（五）监督保障。
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
公开的及时性还不够，已逐项改进。
六、其他需要报告的事项
未收取信息处理费。
"""


def rules_of(text: str, report: Report | None = None) -> list[tuple[str, str]]:
    report = report or full_report()
    check = check_text(text, report, GUIDES.guide(report.form))
    assert all(finding.source for finding in check.rules)
    return [(finding.rule, finding.message) for finding in check.rules]


def test_a_whole_text_breaks_no_rule() -> None:
    assert rules_of(WHOLE) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("五、存在的主要问题及改进情况\n", "", "正文缺少“五、存在的主要问题及改进情况”"),
        ("五、存在的主要问题及改进情况", "五、存在主要问题和改进措施情况", "应写作“五、存在的主要问题及改进情况”"),
        ("公开的及时性还不够，已逐项改进。", "", "没有写内容"),
        ("公开的及时性还不够，已逐项改进。", "无。", "只写了“无。”"),
        ("未收取信息处理费。", "无其他事项。", "信息处理费"),
        ("局2023年政府", "局2022年政府", "标题写的是 2022 年"),
        ("2023年1月1日至2023", "2022年1月1日至2022", "统计期限写作"),
        ("国务院令第711号", "国务院令第492号", "国务院令第492号"),
        ("第711号", "第711号和国办公开办函〔2019〕60号", "国办公开办函〔2019〕60号"),
        ("及时公开。", "截至2022年底，及时公开。", "截至2022年底"),
        ("（四）平台建设。", "", "没有写到“平台”"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_told(old: str, new: str, said: str) -> None:
    (found,) = rules_of(WHOLE.replace(old, new))
    assert said in found[1]


def test_sections_out_of_order_are_told() -> None:
    head, two, rest = WHOLE.partition("二、主动公开政府信息情况\n")
    moved = head + rest + two
    assert [said for rule, said in rules_of(moved) if rule == "各部分齐全"]


def test_blank_tables_old_names_and_copied_texts_are_told() -> None:
    report = full_report()
    for key in [key for key in report.values if key.startswith("4-")]:
        del report.values[key]
    last = tuple(paragraph_in(line) for line in WHOLE.splitlines())
    text = ReportText(sections=(TextSection(paragraphs=last),))
    before = Baseline(Period(2022), "东湖区文化广电局", "cn-2021", {}, text=text)
    report.baselines = (before,)
    written = WHOLE + "原东湖区文化广电局的事项一并报告。\n"
    rules = dict(rules_of(written, report))
    assert set(rules) == {"表中没有数", "上年的日期和单位名称", "内容雷同"}
    assert "东湖区文化广电局" in rules["上年的日期和单位名称"]
    assert "上年的正文相同" in rules["内容雷同"]


def test_the_command_line_prints_it_as_documented(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = full_report()
    file, other = tmp_path / "甲.nianbao", tmp_path / "乙.txt"
    section = TextSection("1", "一、总体情况", 0, (paragraph_in("收到申请{[3-1:total]}件。"),))
    report.text = ReportText(sections=(section,))
    save_report(report, file)
    other.write_text("全年收到政府信息公开申请９６件，未发生行政复议。\n", encoding="utf-8")
    main(["check", str(file), "--text", "--json"])
    own = json.loads(capsys.readouterr().out)["text"]
    assert own["content"] == "一、总体情况\n收到申请95件。"
    assert own["figures"][0]["agrees"] is True
    main(["check", str(file), "--text", str(other), "--json"])
    text = json.loads(capsys.readouterr().out)["text"]
    first, second = text["figures"]
    assert text["content"][first["start"] : first["end"]] == first["figure"] == "９６件"
    assert {name: first[name] for name in ("value", "tie", "cells", "sure", "agrees", "expected")} == {
        "value": 96, "tie": "cell", "cells": ["3-1:total"], "sure": True, "agrees": False,
        "expected": 95,
    }  # fmt: skip
    assert (second["value"], second["cells"], second["agrees"]) == (0, ["4-1:total"], False)
    assert {"rule", "section", "source", "message"} == set(text["rules"][0])
    assert main(["check", str(file), "--text", str(tmp_path / "没有.txt")]) == 2


def test_the_command_line_drafts_and_writes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, words = tmp_path / "甲.nianbao", tmp_path / "字.txt"
    form = ["--form", "cn-2014-beijing", "--year", "2019"]
    main(["new", *form, "--unit-name", "甲局", "-o", str(file)])
    main(["set", str(file), "3.1.1=0", "3.1.2=0", "3.1.3=0", "3.1.4=3"])
    assert main(["text", str(file), "--draft"]) == 0
    words.write_text("第一段{[3.1]}件。\n\n第二段。\n", encoding="utf-8")
    assert main(["text", str(file), "--section", "2", "--from", str(words)]) == 0
    assert main(["set", str(file), "3.1.4=5"]) == 0
    capsys.readouterr()
    assert main(["text", str(file)]) == 0
    shown = capsys.readouterr().out
    assert "2019年，共收到政府信息公开申请5件，全部以信函形式申请。" in shown
    assert "二、工作中存在的不足\n第一段5件。\n第二段。\n" in shown
    assert main(["text", str(file), "--section", "9", "--from", str(words)]) == 2
    assert "1.2" in capsys.readouterr().err
    assert main(["text", str(file), "--section", "2"]) == 2


#: Pieces of which clauses are made, to be repeated until something gives way.
HOSTILE = [
    "未", "无", "没有", "未收到", "其中", "、", "，", "；", "（", "）", "((((", "占", "比上年", "增加",
    "3件", "九十五件", "1,639", "12.5%", "〔2018〕25号", "2023年", "1月1日至", "分别为", "均", "申请",
    "收到政府信息公开申请", "予以公开", "自然人", "合计", "一", "十百千", "1,111,111,111", "截至2023年",
    "自2008年", "“", "\u3000", "全市", "累计", "行政复议", "和", "为0", "\ud800", "\x00", "😀", "]]>&<",
]  # fmt: skip


@given(st.lists(st.sampled_from(HOSTILE), max_size=40).map("".join))
@settings(max_examples=200, deadline=None)
def test_any_clauses_are_read(text: str) -> None:
    report = full_report()
    check = check_text(text, report, GUIDES.guide(report.form))
    for one in check.figures:
        assert 0 <= one.told.start < one.told.end <= len(text)
        assert one.kind is not TieKind.NONE or not one.sure


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_expression_runs_away(piece: str) -> None:
    """A text of one thing over and over, of 40,000 characters; a runaway would not come back."""
    report = full_report()
    text = (piece * (40_000 // len(piece) + 1))[:40_000]
    check_text(text, report, GUIDES.guide(report.form))
