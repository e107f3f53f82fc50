"""Draft texts: what is said depends on the figures, and never contradicts them."""

from __future__ import annotations

import random

import pytest

from core.catalog import Catalog
from core.narrative.check import check_text
from core.narrative.drafting import draft_text, drafted_into, is_government, next_year
from core.narrative.guide import read_guide
from core.narrative.guides import Guides
from core.narrative.notation import paragraph_in
from core.narrative.rendering import gaps, plain_text
from core.narrative.text import Field, ReportText, TextSection
from core.period import Period
from core.report import Baseline, Report
from core.values import CellValue
from tests.core.figures import consistent_2014, consistent_2021

CATALOG = Catalog.standard()
GUIDES = Guides.standard(CATALOG)


def report_of(form: str, values: dict[str, CellValue], last: dict[str, CellValue]) -> Report:
    report = Report(CATALOG.form(form), Period(2023))
    report.header.update(unit_name="东湖区文化和旅游局", phone="010-1234567")
    report.values.update(values)
    if last:
        report.baselines = (Baseline(Period(2022), report.unit_name, form, last),)
    return report


def drafted(report: Report) -> str:
    return plain_text(draft_text(report, GUIDES.guide(report.form)), report)


@pytest.mark.parametrize("form", ["cn-2014-beijing", "cn-2021"])
@pytest.mark.parametrize("seed", range(12))
def test_a_draft_never_contradicts_its_table(form: str, seed: int) -> None:
    """The engine that holds texts against tables is the referee: it knows nothing of drafts."""
    rng = random.Random(seed)
    made = consistent_2014 if form == "cn-2014-beijing" else consistent_2021
    this, last = (made(CATALOG.form(form), rng) for _ in range(2))
    if seed % 3 == 0:
        zero = "" if seed % 2 else "4"
        this.update({key: 0 for key in this if key.startswith(zero)})
    report = report_of(form, this, last if seed % 2 else {})
    text = drafted(report)
    check = check_text(text, report, GUIDES.guide(report.form))
    assert [one.message for one in check.figures if one.agrees is False] == []
    assert [one for one in check.figures if one.sure]
    assert "〔" not in text.replace("〔2021〕30号", "")


def test_a_form_without_figures_is_not_spoken_of() -> None:
    report = report_of("cn-2021", {}, {})
    text = draft_text(report, GUIDES.guide(report.form))
    assert [section.heading for section in text.sections if section.level == 0][1:3] == [
        "一、总体情况",
        "二、主动公开政府信息情况",
    ]
    assert [code for section in text.sections for code in section.tables] == ["2", "3", "4"]
    said = [field for field in text.fields if field.refs]
    assert said == []


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"3.1": 0}, "未收到政府信息公开申请。"),
        ({"3.1": 3, "3.1.1": 0, "3.1.2": 0, "3.1.3": 0, "3.1.4": 3}, "全部以信函形式申请。"),
        ({"3.1": 3, "3.1.1": 3, "3.1.2": 0, "3.1.3": 0, "3.1.4": 0}, "全部为当面申请。"),
        ({"3.1": 3, "3.1.1": 1, "3.1.2": 0, "3.1.3": 0, "3.1.4": 2}, "其中当面申请1件，传真申请0件"),
        ({"4": 0, "5": 0}, "未发生因政府信息公开引起的行政复议、行政诉讼。"),
        ({"4": 0, "5": 1}, "行政复议0件、行政诉讼1件"),
    ],
)  # fmt: skip
def test_what_is_said_depends_on_the_figures(values: dict[str, CellValue], sentence: str) -> None:
    assert sentence in drafted(report_of("cn-2014-beijing", values, {}))


def test_carried_on_from_last_year_and_to_the_next_are_told_apart() -> None:
    values: dict[str, CellValue] = {
        "3-1:total": 95, "3-2:total": 8, "3-3.7:total": 98, "3-4:total": 5,
    }  # fmt: skip
    text = drafted(report_of("cn-2021", values, {"3-1:total": 80}))
    assert "新收政府信息公开申请95件，上年结转8件。" in text
    assert "新收申请比上年增加15件，增长18.75%。" in text
    assert "本年度办理结果总计98件，结转下年度继续办理5件。" in text


def test_governments_have_a_section_more() -> None:
    report = report_of("cn-2021", {}, {})
    guide = GUIDES.guide(report.form)
    assert "1.6" not in [section.code for section in draft_text(report, guide).sections]
    report.header["unit_name"] = "东湖区人民政府"
    assert "1.6" in [section.code for section in draft_text(report, guide).sections]
    assert not is_government("东湖区人民政府办公室信息科")


def test_what_is_written_stays() -> None:
    report = report_of("cn-2014-beijing", {"3.1": 0, "1.1": 4, "1.1.1": 0}, {})
    guide = GUIDES.guide(report.form)
    own = TextSection("1.2", "（二）我写的", 1, (paragraph_in("自己写的话。"),))
    added = TextSection("", "（二之二）另加的", 1, (paragraph_in("另加的话。"),))
    blank = TextSection("1.1", "（一）主动公开情况", 1)
    merged = drafted_into(ReportText(sections=(blank, own, added)), report, guide)
    by_code = {section.code: section for section in merged.sections}
    assert by_code["1.2"] == own
    assert by_code["1.1"].paragraphs
    headings = [section.heading for section in merged.sections]
    assert headings.index(added.heading) == headings.index(own.heading) + 1
    assert drafted_into(merged, report, guide) == merged


def test_a_cumulative_figure_goes_on_next_year() -> None:
    report = report_of("cn-2014-beijing", {"1.1": 10}, {"1.1": 56})
    text = ReportText(
        sections=(TextSection(paragraphs=(paragraph_in("累计{total([1.1], 390)}条"),)),)
    )
    carried = next_year(text, report)
    assert plain_text(carried, report) == "累计456条"
    assert not list(gaps(carried, report))


def test_an_own_form_without_a_guide_has_a_text_and_ties_by_its_labels() -> None:
    form = CATALOG.form("cn-2014-beijing")
    guide = Guides([], GUIDES.common_file).guide(form)
    report = report_of(form.id, {"9.2": 3}, {})
    assert [section.tables for section in draft_text(report, guide).sections] == [(), ("1",)]
    (one,) = check_text("全年举办各类培训班4次。", report, guide).contradicting
    assert one.cells == ("9.2",)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("format = 9", "比本程序"),
        ('form = "other"', "other"),
        ('[[sections]]\ncode = "1"\nheading = "一"\ntables = ["9"]', "9"),
        ('[[sections]]\ncode = "1"\ndraft = [[{ text = "{[99]}" }]]', "99"),
        ('[[sections]]\ncode = "1"\ndraft = [[{ text = "{什么}" }]]', "{什么}"),
        ('[[sections]]\ncode = "1"\ndraft = [[{ when = "[3.1] =", text = "甲" }]]', "[3.1] ="),
        ('[[sections]]\ncode = "1"\ndraft = [[{ when = "[99] = 0", text = "甲" }]]', "[99] = 0"),
        ('[[words]]\nrows = ["99"]\nwords = ["甲"]', "99"),
        ('[[words]]\nrows = ["3.1"]\nwords = []', "空的"),
        ('[[words]]\nrows = ["3.1"]\ntopic = "没有"\nwords = ["甲"]', "没有"),
        ('[[columns]]\ntable = "1"\ncolumns = ["x"]\nwords = ["甲"]', "x"),
        ('[[rules]]\nkind = "什么"\nsource = "经验"', "什么"),
        ('[[rules]]\nkind = "year"', "source"),
        ('[[rules]]\nkind = "not_zero"\nsource = "经验"\ncell = "99"', "99"),
        ('wrong = 1', "wrong"),
        ('a = ', "TOML"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_guide_is_told_with_its_line(line: str, said: str) -> None:
    form = CATALOG.form("cn-2014-beijing")
    head = "" if line.startswith(("form", "a =")) else 'form = "cn-2014-beijing"\n'
    guide, mistakes = read_guide((head + line + "\n").encode(), form, {})
    assert guide is None
    assert any(said in str(mistake) for mistake in mistakes), [str(m) for m in mistakes]


def test_every_field_of_the_guides_tells_a_cell_of_its_form() -> None:
    for form in CATALOG.all_forms()[0]:
        for section in GUIDES.guide(form).sections:
            for group in section.draft:
                for sentence in group:
                    assert all(isinstance(field, Field) for field in sentence.text.fields)
