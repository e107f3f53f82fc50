"""The text of a report: its notation, its figures, and that it changes only as cells do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.narrative.notation import field_in, field_out, paragraph_in, paragraph_out
from core.narrative.rendering import BLANK, UNKNOWN, field_text, plain_text, render
from core.narrative.text import (
    MAX_FIELDS,
    NO_TEXT,
    CellRef,
    Field,
    FieldKind,
    Paragraph,
    ReportText,
    Splice,
    TextSection,
)
from core.period import Period
from core.problems import NianbaoError
from core.report import Baseline, Report
from core.session import Edit, Session
from core.storage.edits import edit_in, edit_out
from core.storage.jsontext import compact, parse
from core.storage.remarks import Remarks
from tests.core.figures import fill, session_of
from tests.core.storage.made import FORM_2014, fields, splices, text_paragraphs, texts

TOLD = "共收到申请{[3.1]}件，比上年增加{[3.1] - last[3.1]}件，增长{change([3.1], last[3.1])}%。"


def report_with(line: str, **figures: int) -> Report:
    report = Report(FORM_2014, Period(2019))
    report.values.update({key.replace("_", "."): value for key, value in figures.items()})
    section = TextSection("1", "一、工作总体情况", 0, (paragraph_in(line),))
    report.text = ReportText(paragraph_in("{office}{year}年工作报告"), (section,))
    return report


@given(text_paragraphs)
def test_any_paragraph_is_written_and_read(paragraph: Paragraph) -> None:
    assert paragraph_in(paragraph_out(paragraph)) == paragraph


@given(fields())
def test_any_field_is_written_and_read(field: Field) -> None:
    assert field_in(field_out(field)[1:-1]) == field


@given(st.text(st.sampled_from("{}[]()+-, 3.1:lasthrechngotyofic0年"), max_size=40))
def test_any_line_is_a_paragraph_that_reads_the_same(line: str) -> None:
    paragraph = paragraph_in(line)
    assert paragraph_in(paragraph_out(paragraph)) == paragraph


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{[3.1]}件", "8件"),
        ("上年{last[3.1]}件", "上年5件"),
        ("{[3.1.1] + [3.1.2]}件", "3件"),
        ("{[3.1] - last[3.1]}件", "3件"),
        ("{last[3.1] - [3.1]}件", "3件"),
        ("占{share([3.1.1] + [3.1.2], [3.1])}%", "占37.5%"),
        ("{share([3.1.2], [3.1.1] + [3.1.2])}%", "66.67%"),
        ("增长{change([3.1], last[3.1])}%", "增长60%"),
        ("累计{total([3.1], 100)}件", "累计108件"),
        ("{year}年与{year-1}年", "2019年与2018年"),
        ("{office}", "某区某局"),
        ("{phone}", BLANK),
        ("{[3.1.3]}件", f"{BLANK}件"),
        ("{[3.1.3] + [3.1]}件", f"{BLANK}件"),
        ("{share([3.1], [9.1])}%", f"{BLANK}%"),
        ("{[12.7]}件", f"{UNKNOWN}件"),
        ("{share([3.1], [12.7])}%", f"{UNKNOWN}%"),
        ("{{[3.1]}} {不是}", "{[3.1]} {不是}"),
    ],
)
def test_a_field_tells_what_the_table_tells(line: str, told: str) -> None:
    report = report_with("")
    report.values.update({"3.1": 8, "3.1.1": 1, "3.1.2": 2, "9.1": 0})
    report.header["unit_name"] = "某区某局"
    report.baselines = (Baseline(Period(2018), "", FORM_2014.id, {"3.1": 5}),)
    assert render(paragraph_in(line), report).text == told


def test_places_of_fields_are_those_of_their_figures() -> None:
    report = report_with(TOLD, **{"3_1": 1639})
    rendered = render(paragraph_in(TOLD), report)
    assert [rendered.text[start:end] for start, end, _ in rendered.spans] == ["1639", BLANK, BLANK]
    assert [field_text(span.field, report) for span in rendered.spans] == ["1639", BLANK, BLANK]


def test_a_change_of_a_cell_changes_every_place_that_tells_it() -> None:
    session = session_of("cn-2014-beijing")
    line = "收到{[3.1]}件，全部为信函（{[3.1.4]}件），答复{[3.1]}件。"
    text = ReportText(sections=(TextSection(paragraphs=(paragraph_in(line),)),))
    session.apply(Edit("", text=text))
    fill(session, {"3.1.1": 0, "3.1.2": 0, "3.1.3": 0, "3.1.4": 3})
    assert plain_text(text, session.report) == "收到3件，全部为信函（3件），答复3件。"
    session.apply(Edit("", cells={"3.1.4": 12}))
    assert plain_text(text, session.report) == "收到12件，全部为信函（12件），答复12件。"


def test_a_field_without_a_figure_keeps_the_report_back() -> None:
    session = session_of("cn-2014-beijing")
    session.apply(Edit("", cells=dict.fromkeys(session.form.cells, 0) | {"8.3.2": 1, "8.3": None}))
    assert session.is_ready
    said = paragraph_in("上年收到{last[3.1]}件，今年{[3.1]}件，{[12.7]}件。")
    text = ReportText(sections=(TextSection(paragraphs=(said,)),))
    change = session.apply(Edit("", text=text))
    assert change.text
    assert [field.refs[0].key for field in session.text_gaps] == ["3.1", "12.7"]
    assert not session.is_ready
    session.apply(change.inverse)
    assert session.report.text == NO_TEXT
    assert session.is_ready


@given(texts.filter(lambda text: bool(text.sections)), st.data())
@settings(max_examples=50, deadline=None)
def test_any_writing_is_undone_and_keeps_in_the_journal(
    text: ReportText, data: st.DataObject
) -> None:
    session = session_of("cn-2014-beijing")
    undo = [session.apply(Edit("", text=text)).inverse]
    seen = [NO_TEXT, text]
    for _ in range(3):
        splice = data.draw(splices(session.report.text))
        remarks = Remarks()
        line = compact(edit_out(session.form, Edit("改正文", text=splice)))
        assert edit_in(session.form, parse(line.encode()), remarks).text == splice
        assert remarks.sentences() == ()
        undo.append(session.apply(Edit("改正文", text=splice)).inverse)
        seen.append(session.report.text)
    for inverse, after in zip(reversed(undo), reversed(seen), strict=False):
        assert session.report.text == after
        session.apply(inverse)
    assert session.report.text == NO_TEXT


def refusal(session: Session, text: ReportText | Splice) -> str:
    before = session.report.text
    with pytest.raises(NianbaoError) as caught:
        session.apply(Edit("", text=text))
    assert session.report.text == before
    return str(caught.value)


def test_a_step_for_another_text_is_refused() -> None:
    session = session_of("cn-2014-beijing")
    assert "第 1 部分" in refusal(session, Splice(0, 0, 0, ()))
    session.apply(Edit("", text=ReportText(sections=(TextSection(heading="一"),))))
    refusal(session, Splice(0, 0, 1, ()))
    refusal(session, Splice(0, 1, 0, ()))
    refusal(session, Splice(-1, 0, 0, ()))


def test_a_text_beyond_all_bounds_is_refused() -> None:
    session = session_of("cn-2014-beijing")
    many = Paragraph((Field.cell("3.1"),) * (MAX_FIELDS + 1))
    assert "10000" in refusal(session, ReportText(sections=(TextSection(paragraphs=(many,)),)))
    long = Paragraph.of("长" * 200_001)
    assert "200000" in refusal(session, ReportText(sections=(TextSection(paragraphs=(long,)),)))


@pytest.mark.parametrize(
    ("kind", "part", "whole"),
    [
        (FieldKind.CELL, 0, 0),
        (FieldKind.CELL, 2, 0),
        (FieldKind.SUM, 2, 1),
        (FieldKind.SHARE, 1, 0),
        (FieldKind.YEAR, 1, 0),
    ],
)
def test_a_field_with_other_cells_than_it_needs_is_none(
    kind: FieldKind, part: int, whole: int
) -> None:
    ref = CellRef("3.1")
    with pytest.raises(ValueError, match="cell"):
        Field(kind, (ref,) * part, (ref,) * whole)


def test_percentages_have_two_decimals_at_most_and_round_half_up() -> None:
    report = report_with("")
    report.values.update({"3.1": 8, "3.1.1": 1, "3.1.2": 800, "3.1.3": 2})
    shares = ["{share([3.1.1], [3.1])}", "{share([3.1.1], [3.1.2])}", "{share([3.1], [3.1.3])}"]
    assert [render(paragraph_in(line), report).text for line in shares] == ["12.5", "0.13", "400"]
    report.values["7"] = Decimal("0.5")
    assert render(paragraph_in("{[7]}万元"), report).text == "0.5万元"
