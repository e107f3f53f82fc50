"""OpenDocument texts and sheets: spans, repetitions, notes, flat files, and hostile ones."""

from __future__ import annotations

import pytest

from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.dispatch import read_bytes
from core.reading.markup.odf import read_flat_odf, read_ods, read_odt
from tests.core.reading.containers import damaged_inside, package
from tests.core.reading.sample_2018 import FILES, FUZZ, survives

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
        ("style", "style"),
    )
)  # fmt: skip


def content(kind: str, body: str, styles: str = "", root: str = "document-content") -> str:
    return (
        f"<office:{root} {NAMESPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:{root}>"
    )


def odt(body: str) -> bytes:
    return package({
        "mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content("text", body),
    })  # fmt: skip


def ods(body: str, styles: str = "") -> bytes:
    return package({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content("spreadsheet", body, styles),
    })  # fmt: skip


def read(body: str) -> RawDocument:
    return read_odt(odt(body), "甲.odt", Limits())


def cell(text: str, entries: str = "") -> str:
    inner = text if text.startswith("<") or not text else f"<text:p>{text}</text:p>"
    return f"<table:table-cell {entries}>{inner}</table:table-cell>"


def row(*cells: str, entries: str = "") -> str:
    return f"<table:table-row {entries}>{''.join(cells)}</table:table-row>"


def table(*rows: str, entries: str = "") -> str:
    return f"<table:table {entries}>{''.join(rows)}</table:table>"


COVERED = "<table:covered-table-cell/>"


def test_spans_repeat_their_text() -> None:
    heading = row(cell("题", 'table:number-columns-spanned="3"'), COVERED, COVERED)
    document = read(
        table(
            f"<table:table-header-rows>{heading}</table:table-header-rows>",
            row(cell("组", 'table:number-rows-spanned="2"'), cell("甲"), cell("1")),
            row(COVERED, cell("乙"), cell("2")),
        )
    )
    assert document.tables[0].rows == (("题", "题", "题"), ("组", "甲", "1"), ("组", "乙", "2"))
    assert document.tables[0].merged == {(0, 1), (0, 2), (2, 0)}


def test_nested_tables_lists_boxes_notes_and_changes() -> None:
    inner = table(row(cell("里"), cell("5")))
    note = (
        "<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>脚注</text:p></text:note-body></text:note>"
    )
    comment = "<office:annotation><text:p>批注</text:p></office:annotation>"
    box = "<draw:frame><draw:text-box><text:p>填报单位：某局</text:p></draw:text-box></draw:frame>"
    outer = cell(f"<text:p>外\n行{comment}</text:p>{inner}")
    figure = cell(f"<text:p>1{note}</text:p><text:p>二<text:line-break/>三</text:p>")
    document = read(
        "<text:tracked-changes><text:p>删去</text:p></text:tracked-changes>"
        f"<text:h>标<text:s text:c='2'/>题<text:tab/>末{box}</text:h>"
        "<text:section><text:list><text:list-item><text:p>条</text:p></text:list-item></text:list>"
        f"</text:section>{table(row(outer, figure))}"
    )
    assert [found.rows for found in document.tables] == [
        (("外 行", "1\n二\n三"),),
        (("里", "5"),),
    ]
    assert document.text == "标  题\t末\n填报单位：某局\n条"


def test_marks_and_struck_out_digits_join_no_figure() -> None:
    styles = (
        '<style:style style:name="u" style:family="text"><style:text-properties style:text-position="super 58%"/>'
        '</style:style><style:style style:name="k" style:family="text"><style:text-properties '
        'style:text-line-through-style="solid"/></style:style>'
    )
    body = table(
        row(
            cell('<text:p>3<text:span text:style-name="u">1</text:span></text:p>'),
            cell('<text:p><text:span text:style-name="k">3</text:span>5</text:p>'),
        )
    )
    data = content("text", body, styles, root="document").encode()
    document = read_flat_odf(data, "甲", Limits())
    assert document.tables[0].rows == (("3[1]", "5"),)
    assert "删除线" in document.remarks[0]


def test_sheets_give_stored_numbers_and_shown_texts() -> None:
    cells = row(
        cell("31", 'office:value-type="float" office:value="30.60"'),
        cell("12/31/18", 'office:value-type="date" office:date-value="2018-12-31T00:00:00"'),
        cell("50%", 'office:value-type="percentage" office:value="0.5"'),
        cell("", 'table:number-columns-repeated="3"'),
        cell("尾", 'table:number-columns-repeated="2"'),
        cell("", 'table:number-columns-repeated="16376"'),
        entries='table:number-rows-repeated="2"',
    )
    blank = row(cell("", 'table:number-columns-repeated="16384"'),
                entries='table:number-rows-repeated="1048574"')  # fmt: skip
    document = read_bytes(ods(table(cells, blank, entries='table:name="2018年"')), "甲.xls")
    assert document.tables[0].name == "2018年"
    assert (
        document.tables[0].rows
        == (("31（存储为30.6）", "2018-12-31", "50%", "", "", "", "尾", "尾"),) * 2
    )


def test_hidden_sheets_and_rows_are_said() -> None:
    styles = '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    shown = table(row(cell("甲"), entries='table:visibility="collapse"'), entries='table:name="见"')
    hidden = table(row(cell("乙")), entries='table:name="藏" table:style-name="h"')
    document = read_ods(ods(hidden + shown, styles), "甲", Limits())
    assert [found.name for found in document.tables] == ["见"]
    assert "藏" in document.remarks[0]
    assert "隐藏的行" in document.remarks[1]


@pytest.mark.parametrize("kind", ["text", "spreadsheet"])
def test_flat_files(kind: str) -> None:
    data = content(kind, table(row(cell("甲"), cell("1"))), root="document").encode()
    document = read_bytes(data, "甲.xml")
    assert document.kind == ("fodt" if kind == "text" else "fods")
    assert document.tables[0].rows == (("甲", "1"),)


@pytest.mark.parametrize(
    "data",
    [
        package({"mimetype": "application/vnd.oasis.opendocument.text"}),
        package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a>"}),
        package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
        package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml":
                 "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
    ],
)  # fmt: skip
def test_unsound_documents_are_refused(data: bytes) -> None:
    with pytest.raises(NianbaoError) as caught:
        read_bytes(data, "甲.odt")
    assert caught.value.problem is ReadProblem.DAMAGED


def test_tables_nested_without_end_are_refused() -> None:
    body = table(row(cell("底")))
    for _ in range(70):
        body = table(row(cell(body)))
    with pytest.raises(NianbaoError) as caught:
        read(body)
    assert caught.value.problem is ReadProblem.TOO_LARGE


def test_damaged_documents_are_read_or_refused() -> None:
    for reader, name, seed in (
        (read_odt, "official.odt", 51),
        (read_flat_odf, "official.fodt", 52),
    ):
        read_well, refused = survives(reader, (FILES / name).read_bytes(), seed, FUZZ // 2)
        assert read_well + refused == FUZZ // 2


def test_documents_damaged_inside_are_read_or_refused() -> None:
    refused = 0
    for copy in damaged_inside((FILES / "plain.odt").read_bytes(), FUZZ // 2, seed=53):
        try:
            read_odt(copy, "甲", Limits())
        except NianbaoError:
            refused += 1
    assert 0 < refused <= FUZZ // 2


def test_named_styles_and_styles_of_cells_columns_and_paragraphs_count() -> None:
    def style(family: str, name: str, properties: str, parent: str = "") -> str:
        return (
            f'<style:style style:name="{name}" style:family="{family}" style:parent-style-name='
            f'"{parent}"><style:text-properties {properties}/></style:style>'
        )

    lowered = 'style:text-position="sub 58%"'
    struck = 'style:text-line-through-style="solid"'
    named = (
        f"<office:document-styles {NAMESPACES}><office:styles>{style('table-cell', 'K', struck)}"
        f"{style('text', 'U', lowered)}{style('text', 'A', '', 'A')}"
        "</office:styles></office:document-styles>"
    )
    own = (
        style("table-cell", "k2", "", "K") + style("paragraph", "p1", struck)
        + style("table-cell", "no", 'style:text-line-through-style="none"', "K")
    )  # fmt: skip
    value = 'office:value-type="float" office:value="4"'
    body = table(
        '<table:table-column table:number-columns-repeated="6"/>'
        '<table:table-column table:default-cell-style-name="K"/>',
        row(
            cell("4", f'table:style-name="k2" {value}'),
            cell('<text:p>4<text:span text:style-name="U">2</text:span></text:p>'),
            cell('<text:p text:style-name="p1">4</text:p><text:p>5</text:p>'),
            cell("6", 'table:style-name="no"'),
            cell('<text:p><text:span text:style-name="A">7</text:span></text:p>'),
            cell("8", 'office:value-type="float" office:value="8"'),
            cell("4", value),
            cell("9", 'table:style-name="no"'),
        ),
    )
    data = package({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content("spreadsheet", body, own), "styles.xml": named,
    })  # fmt: skip
    document = read_ods(data, "甲", Limits())
    assert document.tables[0].rows == (("", "4[2]", "5", "6", "7", "8", "", "9"),)
    assert any("删除线" in remark for remark in document.remarks)


def test_sheets_show_what_their_texts_show() -> None:
    def stored(shown: str, value: str, kind: str = "float") -> str:
        return cell(shown, f'office:value-type="{kind}" office:value="{value}"')

    body = table(
        row(
            stored("9.0万", "90000"), stored("1,024", "1024"), stored("#DIV/0!", "0"),
            stored("Err:502", "0"), stored("-", "0"), stored("12.5%", "0.125", "percentage"),
            stored("￥162.00", "162", "currency"), stored("", "5"), stored("400", "5"),
            '<table:table-cell table:formula="of:=1+1"/>',
        )
    )  # fmt: skip
    document = read_ods(ods(body), "甲", Limits())
    assert document.tables[0].rows == (
        ("9.0万（存储为90000）", "1024", "#DIV/0!", "Err:502", "0", "12.5%", "￥162", "5",
         "400（存储为5）"),
    )  # fmt: skip
    assert "公式" in document.remarks[0]


def test_comments_and_shapes_are_no_part_of_a_cell_and_hidden_columns_come_last() -> None:
    comment = "<office:annotation><text:p>9</text:p></office:annotation>"
    box = "<draw:frame><draw:text-box><text:p>7</text:p></draw:text-box></draw:frame>"
    body = table(
        '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>',
        row(cell("甲"), cell("1"), cell(f"{comment}<text:p>3{comment}</text:p>{box}")),
    )
    document = read_ods(ods(body), "甲", Limits())
    assert document.tables[0].rows == (("甲", "3", "1"),)


def test_a_hundred_thousand_styles_in_a_circle_cost_little() -> None:
    styles = "".join(
        f'<style:style style:name="s{at}" style:family="text" style:parent-style-name="s{at + 1}"/>'
        for at in range(50_000)
    )
    struck = '<style:text-properties style:text-line-through-style="solid"/>'
    styles += (
        '<style:style style:name="s50000" style:family="text" style:parent-style-name="s0">'
        f"{struck}</style:style>"
    )
    body = table(row(*(cell(f'<text:p><text:span text:style-name="s{at}">3</text:span>4</text:p>')
                       for at in range(0, 50_001, 500))))  # fmt: skip
    document = read_ods(ods(body, styles), "甲", Limits(seconds=60))
    assert set(document.tables[0].rows[0]) == {"4"}
