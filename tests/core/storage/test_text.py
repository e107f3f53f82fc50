"""The text of a report in its file, its workbook, its versions; and older files beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from core.importing.own_files import open_own
from core.narrative.notation import paragraph_in
from core.narrative.text import MAX_CHARACTERS, NO_TEXT, Paragraph, ReportText, TextSection
from core.storage.compare import Part, differences
from core.storage.jsontext import pretty
from core.storage.nianbao import decode, encode, report_out
from core.writing.xlsx import export_report
from tests.core.figures import session_of
from tests.core.storage.made import CATALOG, SAMPLES, small_report


def text_of(*lines: str) -> ReportText:
    section = TextSection("1", "一、工作总体情况", 0, tuple(map(paragraph_in, lines)), ("1",))
    return ReportText(paragraph_in("{office}{year}年年度报告"), (section,))


def test_a_report_without_a_text_is_written_as_before() -> None:
    """Other people's scripts and older programs read format 1."""
    report = small_report()
    content = json.loads(encode(report))
    assert content["format"] == 1
    assert "text" not in content
    assert "text" not in content["baselines"][0]


def test_a_text_is_lines_that_a_person_can_read() -> None:
    report = small_report()
    report.text = text_of("共收到申请{[3.1]}件。")
    content = json.loads(encode(report))
    assert content["format"] == 2
    assert content["text"]["sections"][0]["paragraphs"] == ["共收到申请{[3.1]}件。"]
    assert content["text"]["title"] == "{office}{year}年年度报告"


def test_a_file_of_format_1_opens_and_is_not_changed_by_saving() -> None:
    data = (SAMPLES / "format-1.nianbao").read_bytes()
    opened = decode(data, "旧.nianbao", CATALOG)
    assert opened.report.text == NO_TEXT
    assert json.loads(encode(opened.report))["format"] == 1


def test_a_text_of_last_year_alone_makes_it_format_2() -> None:
    report = small_report()
    report.baselines = (report.baselines[0]._replace(text=text_of("收到申请2件。")),)
    assert report_out(report)["format"] == 2
    assert decode(encode(report), "甲.nianbao", CATALOG).report == report


def test_strange_and_lost_things_are_told() -> None:
    report = small_report()
    report.text = text_of("甲")
    content = report_out(report)
    sections = [
        {"heading": "一、", "paragraphs": ["收到{[3.1]件", "{新写法}", "有\u0007铃", "长" * 300]}
    ]
    content["text"] = {"sections": list(sections)}
    opened = decode(pretty(content).encode(), "甲.nianbao", CATALOG)
    told = [paragraph.pieces for paragraph in opened.report.text.sections[0].paragraphs]
    assert told == [("收到{[3.1]件",), ("{新写法}",), ("有铃",), ("长" * 300,)]
    assert any("{新写法}" in remark for remark in opened.remarks)
    assert any("控制字符" in remark for remark in opened.remarks)
    assert decode(encode(opened.report), "甲.nianbao", CATALOG).report == opened.report


def test_a_text_beyond_all_bounds_is_cut_and_that_is_told() -> None:
    report = small_report()
    report.text = ReportText(
        sections=(TextSection(paragraphs=(Paragraph.of("长" * (MAX_CHARACTERS + 5)),)),)
    )
    opened = decode(encode(report), "甲.nianbao", CATALOG)
    assert sum(paragraph.size for paragraph in opened.report.text.paragraphs) == MAX_CHARACTERS
    assert any("截短" in remark for remark in opened.remarks)


def test_the_workbook_carries_the_text(tmp_path: Path) -> None:
    session = session_of("cn-2014-beijing")
    session.report.text = text_of("共收到申请{[3.1]}件😀 ]]> & _x000D_。")
    export_report(session, tmp_path / "甲.xlsx")
    own = open_own(tmp_path / "甲.xlsx", CATALOG)
    assert own is not None
    assert own.report.text == session.report.text


def test_versions_are_compared_section_by_section() -> None:
    one, other = small_report(), small_report()
    one.text, other.text = text_of("收到{[3.1]}件。"), text_of("收到{last[3.1]}件。", "又一段。")
    (found,) = differences(one, other)
    assert (found.part, found.key, found.name) == (Part.TEXT, "1", "正文：一、工作总体情况")
    assert found.one == "收到〔（一）收到申请数〕件。"
    assert found.other == "收到〔上年（一）收到申请数〕件。\n又一段。"
    assert [d.key for d in differences(small_report(), one)] == ["title", "1"]
    assert differences(one, replace(one)) == []
