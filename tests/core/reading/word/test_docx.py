"""Word documents: merged and nested cells, changes, boxes, fields, and hostile ones."""

from __future__ import annotations

import pytest

from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.word.docx import NUMBERING_REMARK, read_docx
from tests.core.reading.containers import damaged_inside, package
from tests.core.reading.sample_2018 import FILES, FUZZ, survives

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="v"'
)


def docx(body: str, **parts: str) -> bytes:
    return package({
        "[Content_Types].xml": "wordprocessingml",
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        **{name.replace("__", "/") + ".xml": content for name, content in parts.items()},
    })  # fmt: skip


def read(body: str) -> RawDocument:
    return read_docx(docx(body), "甲.docx", Limits())


def p(text: str, before: str = "") -> str:
    return f"<w:p>{before}<w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(content: str, properties: str = "") -> str:
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def test_spans_repeat_their_text() -> None:
    document = read(
        tbl(
            tr(tc("题", '<w:gridSpan w:val="3"/>')),
            tr(tc("组", '<w:vMerge w:val="restart"/>'), tc("甲"), tc("1")),
            tr(tc("", "<w:vMerge/>"), tc("乙"), tc("2")),
            tr(tc("旧", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>"), tc("3")),
            tr(tc("后"), properties='<w:gridBefore w:val="2"/>'),
        )
    )
    assert document.tables[0].rows == (
        ("题", "题", "题"), ("组", "甲", "1"), ("组", "乙", "2"), ("旧", "旧", "3"), ("", "", "后"),
    )  # fmt: skip
    assert document.tables[0].merged == {(0, 1), (0, 2), (2, 0), (3, 1)}


def test_a_nested_table_follows_the_outer_one() -> None:
    inner = tbl(tr(tc("里"), tc("5")))
    document = read(p("前") + tbl(tr(tc(p("外") + inner + p("")), tc("1"))) + p("后"))
    assert [table.rows for table in document.tables] == [(("外", "1"),), (("里", "5"),)]
    assert document.text == "前\n后"


def test_changes_read_as_accepted() -> None:
    deleted = "<w:del><w:r><w:delText>3</w:delText><w:t>3</w:t></w:r></w:del>"
    inserted = "<w:ins><w:r><w:t>5</w:t></w:r></w:ins>"
    moved = "<w:moveFrom><w:r><w:t>8</w:t></w:r></w:moveFrom>"
    document = read(
        tbl(
            tr(tc("申请数"), tc(f"<w:p>{deleted}{inserted}{moved}</w:p>")),
            tr(tc("删行"), tc("9"), properties="<w:del/>"),
            f"<w:ins>{tr(tc('增行'), tc('7'))}</w:ins>",
        )
    )
    assert document.tables[0].rows == (("申请数", "5"), ("增行", "7"))


def test_fields_breaks_controls_and_hidden_text() -> None:
    field = (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>=SUM(ABOVE)</w:instrText>"
        "</w:r><w:r><w:t>12</w:t></w:r>"
    )
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>99</w:t></w:r>"
    control = "<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent><w:r><w:t>控</w:t></w:r></w:sdtContent></w:sdt>"
    cell = f"<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>{field}{hidden}<w:r><w:br/><w:t>下</w:t></w:r></w:p>"
    row = f"<w:sdt><w:sdtContent>{tr(tc(cell), tc(f'<w:p>{control}</w:p>'))}</w:sdtContent></w:sdt>"
    assert read(tbl(row)).tables[0].rows == (("12\n下", "控"),)


def test_marks_and_struck_out_digits_join_no_figure() -> None:
    def run(text: str, properties: str) -> str:
        return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"

    raised = run("1", '<w:vertAlign w:val="superscript"/>')
    struck = run("3", "<w:strike/>") + run("5", '<w:strike w:val="0"/>')
    document = read(tbl(tr(tc(f"<w:p>{run('3', '')}{raised}</w:p>"), tc(f"<w:p>{struck}</w:p>"))))
    assert document.tables[0].rows == (("3[1]", "5"),)
    half = "<oMath><f><num><r><t>3</t></r></num><den><r><t>4</t></r></den></f></oMath>"
    assert read(tbl(tr(tc(f"<w:p>{half}</w:p>")))).tables[0].rows == (("3/4",),)
    assert "删除线" in document.remarks[0]


def test_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent>{p('填报单位：某局')}{tbl(tr(tc('框'), tc('4')))}</w:txbxContent>"
    drawing = (
        f"<mc:AlternateContent><mc:Choice><w:drawing><wsp><txbx>{box}</txbx></wsp></w:drawing>"
        f"</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
        "</mc:Fallback></mc:AlternateContent>"
    )
    document = read(f"<w:p><w:r><w:t>标题</w:t>{drawing}</w:r></w:p>")
    assert document.text == "标题\n填报单位：某局"
    assert [table.rows for table in document.tables] == [(("框", "4"),)]


def test_automatic_numbers_are_mentioned_and_not_made_up() -> None:
    numbered = "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr>"
    document = read(tbl(tr(tc(p("主动公开情况", numbered)), tc("1"))))
    assert document.tables[0].rows == (("主动公开情况", "1"),)
    assert document.remarks == (NUMBERING_REMARK,)


def test_tables_nested_without_end_are_refused() -> None:
    body = tbl(tr(tc("底")))
    for _ in range(70):
        body = tbl(tr(f"<w:tc>{body}</w:tc>"))
    with pytest.raises(NianbaoError) as caught:
        read(body)
    assert caught.value.problem is ReadProblem.TOO_LARGE


@pytest.mark.parametrize("value", ["999999999", "99999", "-1", "x", ""])
def test_absurd_spans_cost_nothing(value: str) -> None:
    rows = tr(
        tc("宽", f'<w:gridSpan w:val="{value}"/>'), properties=f'<w:gridBefore w:val="{value}"/>'
    )
    assert read(tbl(rows)).tables[0].rows[0][-1] == "宽"


@pytest.mark.parametrize(
    "document",
    ["", "<a", "<w:document xmlns:w='w'/>", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"],
)  # fmt: skip
def test_unsound_documents_are_refused(document: str) -> None:
    data = package({"word/document.xml": document})
    with pytest.raises(NianbaoError) as caught:
        read_docx(data, "甲.docx", Limits())
    assert caught.value.problem is ReadProblem.DAMAGED


def test_a_document_of_very_many_marks_is_refused_before_it_is_built() -> None:
    with pytest.raises(NianbaoError) as caught:
        read("<w:p/>" * 700_000)
    assert caught.value.problem is ReadProblem.TOO_LARGE


@pytest.mark.parametrize("name", ["official.docx"])
def test_damaged_documents_are_read_or_refused(name: str) -> None:
    data = (FILES / name).read_bytes()
    read_well, refused = survives(read_docx, data, seed=21)
    assert read_well + refused == FUZZ


def test_documents_damaged_inside_are_read_or_refused() -> None:
    refused = 0
    for copy in damaged_inside((FILES / "official.docx").read_bytes(), FUZZ, seed=22):
        try:
            read_docx(copy, "甲", Limits())
        except NianbaoError:
            refused += 1
    assert 0 < refused <= FUZZ


STYLES = (
    f"<w:styles {NAMESPACES}>"
    '<w:style w:type="character" w:styleId="Del"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Del2"><w:basedOn w:val="Del"/></w:style>'
    '<w:style w:type="character" w:styleId="Sup"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    '</w:style><w:style w:type="paragraph" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="P"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="table" w:styleId="T"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="A"><w:basedOn w:val="B"/></w:style>'
    '<w:style w:type="character" w:styleId="B"><w:basedOn w:val="A"/></w:style></w:styles>'
)


def p_of(run: str) -> str:
    return f"<w:p>{run}</w:p>"


def styled(text: str, properties: str) -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def test_styles_of_runs_paragraphs_and_tables_count() -> None:
    def in_style(style: str, *runs: str) -> str:
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'

    plain = "<w:r><w:t>4</w:t></w:r>"
    own = '<w:rStyle w:val="{}"/>'
    body = tbl(
        tr(
            tc(f"<w:p>{styled('1', own.format('Del2'))}{plain}</w:p>"),
            tc(f"<w:p>{plain}{styled('2', own.format('Sup'))}</w:p>"),
            tc(in_style("P", plain)),
            tc(in_style("Gone", plain)),
            tc(in_style("P", styled("5", '<w:strike w:val="0"/>'))),
            # Struck out by the paragraph's style and by its own: each undoes the other.
            tc(in_style("P", styled("6", '<w:rStyle w:val="Del"/>'))),
            tc(f"<w:p>{styled('7', own.format('A'))}</w:p>"),
        )
    )
    body += tbl(tr(tc("8"))).replace("<w:tblPr/>", '<w:tblPr><w:tblStyle w:val="T"/></w:tblPr>')
    document = read_docx(docx(body, word__styles=STYLES), "甲", Limits())
    assert document.tables[0].rows == (("4", "4[2]", "", "", "5", "6", "7"),)
    assert document.tables[1].rows == ()
    assert any("删除线" in remark for remark in document.remarks)


def test_a_control_whose_stored_value_is_another_is_told() -> None:
    binding = '<w:dataBinding w:xpath="/r[1]/ns0:n[{}]" w:storeItemID="{{1}}"/>'

    def control(content: str, number: int) -> str:
        return f"<w:sdt><w:sdtPr>{binding.format(number)}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    body = tbl(
        tr(
            control(tc("3"), 1),
            tc(f"<w:p>{control('<w:r><w:t>3</w:t></w:r>', 2)}</w:p>"),
            tc(control(p("3"), 2)),
            tc(control(p("3"), 1)),
            tc(control(p("3"), 9)),
        )
    )
    parts = {
        "customXml__item1": "<r><n>31</n><n>3</n></r>",
        "customXml__itemProps1": '<d:datastoreItem xmlns:d="d" d:itemID="{1}"/>',
    }
    document = read_docx(docx(body, **parts), "甲", Limits())
    told = "3（存储为31）"
    assert document.tables[0].rows == ((told, "3", "3", told, "3"),)


def test_a_frame_around_a_figure_is_no_table_and_others_are_told() -> None:
    framed = read(tbl(tr(tc("甲"), tc(tbl(tr(tc("3"))) + "<w:p/>"))))
    assert [table.rows for table in framed.tables if table.rows] == [(("甲", "3"),)]
    assert framed.remarks == ()
    told = read(tbl(tr(tc("甲"), tc(tbl(tr(tc("3"), tc("5"))) + "<w:p/>"))))
    assert "小表格" in told.remarks[0]


@pytest.mark.parametrize("links", [2, 20_000])
def test_styles_in_a_circle_or_a_chain_without_end_cost_little(links: int) -> None:
    styles = "".join(
        f'<w:style w:styleId="s{at}"><w:basedOn w:val="s{(at + 1) % links}"/></w:style>'
        for at in range(links)
    )
    struck = '<w:style w:styleId="k"><w:basedOn w:val="s0"/><w:rPr><w:strike/></w:rPr></w:style>'
    body = "".join(p_of(styled("3", f'<w:rStyle w:val="s{at}"/>')) for at in range(0, links, 50))
    data = docx(body, word__styles=f"<w:styles {NAMESPACES}>{styles}{struck}</w:styles>")
    assert set(read_docx(data, "甲", Limits(seconds=60)).text.split("\n")) == {"3"}


@pytest.mark.parametrize(
    "path",
    ["/r[1]/n[999999]", "//n", "/r/n[position()=1]", "/" * 100_000, "/r" * 100_000, "/x/n", ""],
)
def test_paths_of_controls_are_followed_or_left_alone(path: str) -> None:
    binding = f'<w:dataBinding w:xpath="{path}" w:storeItemID="{{1}}"/>'
    control = f"<w:sdt><w:sdtPr>{binding}</w:sdtPr><w:sdtContent>{p('3')}</w:sdtContent></w:sdt>"
    parts = {
        "customXml__item1": "<r><n>31</n></r>",
        "customXml__itemProps1": '<d:datastoreItem xmlns:d="d" d:itemID="{1}"/>',
    }
    assert read_docx(docx(control, **parts), "甲", Limits()).text == "3"
