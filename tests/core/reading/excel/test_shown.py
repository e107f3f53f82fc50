"""A cell reads as it is shown: struck out and raised fonts, formulas never calculated, hidden places."""

from __future__ import annotations

import struct

import pytest

from core.reading.base.limits import Limits
from core.reading.base.marks import PLAIN_RUN, NamedStyles, RunStyle
from core.reading.base.raw import RawDocument
from core.reading.dispatch import read_bytes
from core.reading.excel.xls import read_xls
from core.reading.excel.xlsx import read_xlsx
from tests.core.reading.excel.test_spreadsheet import (
    biff8_text,
    brt,
    cell,
    record,
    wide,
    xls,
    xlsb_of,
    xlsx,
)

FONTS = (
    '<fonts><font/><font><strike/></font><font><vertAlign val="superscript"/></font></fonts>'
    '<cellStyleXfs><xf fontId="0"/><xf fontId="1"/></cellStyleXfs><cellXfs><xf fontId="0"/>'
    '<xf fontId="1"/><xf fontId="2"/><xf fontId="0" xfId="1" applyFont="0"/></cellXfs>'
)


def read(data: bytes) -> RawDocument:
    # The machine may be busy: what is shown here is memory and result, not speed.
    return read_xlsx(data, "甲.xlsx", Limits(seconds=60))


def test_a_cell_struck_out_by_its_font_is_blank_and_told() -> None:
    rich = "<is><r><rPr/><t>4</t></r><r><t>5</t></r></is>"
    cells = (
        '<row><c><v>1</v></c><c s="1"><v>2</v></c><c s="1" t="str"><v>甲</v></c><c s="2"><v>3</v></c>'
        f'<c s="3"><v>4</v></c><c s="1" t="inlineStr">{rich}</c><c><v>7</v></c></row>'
    )
    document = read(xlsx(cells, styles=FONTS))
    # A run with a font of its own is not in the cell's.
    assert document.tables[0].rows == (("1", "", "", "[3]", "", "4", "7"),)
    assert sum("删除线" in remark for remark in document.remarks) == 1


def test_a_value_beside_an_inline_text_is_not_shown() -> None:
    cells = '<row><c t="inlineStr"><v>9</v><is><t>5</t></is></c><c t="str"><v>6</v></c></row>'
    assert read(xlsx(cells)).tables[0].rows == (("5", "6"),)


def test_formulas_that_were_never_calculated_are_blank_and_told() -> None:
    def formulas(*results: str) -> str:
        found = "".join(f"<c><f>A1</f><v>{result}</v></c>" for result in results)
        return f"<row><c><v>3</v></c>{found}<c><v>0</v></c></row>"

    calc = '<calcPr fullCalcOnLoad="1"/>'
    never = read(xlsx(formulas("0", "0.0"), book=calc))
    assert never.tables[0].rows == (("3", "", "", "0"),)
    assert "公式" in never.remarks[0]
    for written in (xlsx(formulas("0", "5"), book=calc), xlsx(formulas("0", "5"))):
        assert read(written).tables[0].rows == (("3", "0", "5", "0"),)
    assert read(xlsx(formulas("0", "0"))).tables[0].rows == (("3", "0", "0", "0"),)


def test_hidden_rows_and_columns_come_last() -> None:
    rows = "".join(
        f'<row r="{at}" hidden="{int(at == 1)}"><c r="A{at}"><v>{at}</v></c>'
        f'<c r="B{at}"><v>{at}0</v></c><c r="C{at}"><v>{at}00</v></c></row>'
        for at in (1, 2, 4)
    )
    data = xlsx(rows, before='<cols><col min="2" max="2" hidden="1"/></cols>',
                after='<mergeCells><mergeCell ref="A2:C2"/></mergeCells>')  # fmt: skip
    document = read(data)
    assert document.tables[0].rows == (
        ("2", "2", "2"), (), ("4", "400", "40"), ("1", "100", "10"),
    )  # fmt: skip
    assert document.tables[0].merged == {(0, 1), (0, 2)}
    assert "隐藏的行或列" in document.remarks[0]
    in_place = read_xlsx(data, "甲", Limits(), with_hidden=True).tables[0]
    assert in_place.rows[0] == ("1", "10", "100")


def test_struck_and_scaled_cells_of_binary_workbooks() -> None:
    def font(flags: int, position: int) -> bytes:
        return record(0x0031, struct.pack("<HHHHH", 200, flags, 0, 400, position) + bytes(10))

    def of_style(kind: int, column: int, style: int, body: bytes) -> bytes:
        return record(kind, struct.pack("<HHH", 0, column, style) + body)

    code = record(0x041E, struct.pack("<H", 164) + biff8_text('0"万"'))
    styles = b"".join(
        record(0x00E0, struct.pack("<HH", font, number) + bytes(16))
        for font, number in ((0, 0), (1, 0), (2, 0), (0, 164))
    )
    extra = font(0, 0) + font(8, 0) + font(0, 1) + code + styles
    nine = struct.pack("<d", 9.0)
    sheet = b"".join(
        of_style(0x0203, column, style, nine) for column, style in enumerate((0, 1, 2, 3))
    ) + record(0x00BD, struct.pack("<HHHIH", 0, 4, 1, (9 << 2) | 2, 4))
    document = read_xls(xls(sheet, extra=extra), "甲", Limits())
    assert document.tables[0].rows == (("9", "", "[9]", "9万"),)


def test_formulas_of_older_records_and_long_texts_of_formulas() -> None:
    half = "字" * 4000
    result = b"\0\0\0\0\0\0\xff\xff" + bytes(8)
    sheet = b"".join((
        cell(0x0206, 0, 0, struct.pack("<d", 3.0) + bytes(8)),
        cell(0x0406, 0, 1, struct.pack("<d", 4.0) + bytes(8)),
        cell(0x0006, 0, 2, result),
        record(0x0207, struct.pack("<HB", 8003, 1) + half.encode("utf-16-le")),
        record(0x003C, b"\1" + half.encode("utf-16-le")),
        record(0x003C, b"\0end"),
        cell(0x0203, 0, 3, struct.pack("<d", 5.0)),
    ))  # fmt: skip
    table = read_xls(xls(sheet), "甲", Limits()).tables[0]
    assert table.rows == (("3", "4", f"{half}{half}end", "5"),)


def test_rich_texts_in_cells_of_excel_95() -> None:
    def font(flags: int) -> bytes:
        return record(0x0031, struct.pack("<HHHHH", 200, flags, 0, 400, 0) + bytes(10))

    text = struct.pack("<H", 3) + b"124" + b"\2" + bytes((0, 1, 2, 0))
    data = xls(cell(0x00D6, 0, 0, text), extra=font(0) + font(8), version=0x0500)
    assert read_bytes(data, "甲", Limits()).tables[0].rows == (("4",),)


def test_struck_and_raised_texts_of_xlsb() -> None:
    def font(flags: int, position: int) -> bytes:
        return brt(43, struct.pack("<HHHH", 220, flags, 400, position) + bytes(16))

    styles = (
        font(0, 0) + font(8, 0) + font(0, 1) + brt(617, struct.pack("<I", 2))
        + brt(47, struct.pack("<HHH", 0, 0, 0) + bytes(10))
        + brt(47, struct.pack("<HHH", 0, 0, 1) + bytes(10)) + brt(618)
    )  # fmt: skip
    runs = struct.pack("<I", 3) + struct.pack("<6H", 0, 1, 2, 0, 3, 2)
    sheet = (
        brt(0, struct.pack("<IIHBBBI", 0, 0, 300, 0, 0, 0, 0))
        + brt(7, struct.pack("<III", 0, 0, 0))
        + brt(5, struct.pack("<II", 1, 1) + struct.pack("<d", 5))
        + brt(5, struct.pack("<II", 2, 0) + struct.pack("<d", 6))
    )
    strings = brt(19, b"\1" + wide("1240") + runs)
    document = read_bytes(xlsb_of(sheet, styles, strings), "甲", Limits())
    assert document.tables[0].rows == (("4[0]", "", "6"),)
    assert any("删除线" in remark for remark in document.remarks)


def test_excel_xml_strikes_raises_and_hides() -> None:
    styles = (
        '<Style ss:ID="Default"/><Style ss:ID="k"><Font ss:StrikeThrough="1"/></Style>'
        '<Style ss:ID="kk" ss:Parent="k"/>'
    )
    cells = (
        '<Cell ss:StyleID="k"><Data ss:Type="Number">1</Data></Cell><Cell ss:StyleID="kk">'
        '<Data ss:Type="String">2</Data></Cell><Cell><ss:Data ss:Type="String" xmlns="h">4'
        "<Sup>2</Sup><S>9</S></ss:Data></Cell>"
        '<Cell ss:Formula="=A1"/><Cell><Data ss:Type="Number">7</Data></Cell>'
    )
    data = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Styles>{styles}</Styles><Worksheet ss:Name="表"><Table><Column ss:Index="5" '
        f'ss:Hidden="1"/><Row ss:Hidden="1">{cells}</Row><Row><Cell><Data ss:Type="String">甲'
        "</Data></Cell></Row></Table></Worksheet></Workbook>"
    )
    document = read_bytes(data.encode(), "甲", Limits())
    assert document.tables[0].rows == (("甲",), ("", "", "4[2]", "7"))
    assert [word in "".join(document.remarks) for word in ("删除线", "公式", "隐藏")] == [True] * 3


@pytest.mark.parametrize("links", [1, 2, 100_000])
def test_styles_that_inherit_in_a_circle_or_without_end(links: int) -> None:
    styles = NamedStyles()
    for at in range(links):
        styles.add(at, (at + 1) % links, RunStyle(struck=True) if not at else PLAIN_RUN)
    assert styles.of(links - 1).struck or links > 1
    assert styles.of(0).struck
    assert styles.of("none") == PLAIN_RUN


def test_a_hundred_thousand_styles_are_read() -> None:
    fonts = f"<fonts>{'<font/>' * 99_999}<font><strike/></font></fonts>"
    formats = "".join(
        f'<numFmt numFmtId="{at}" formatCode="{"0;" * 200}"/>' for at in range(164, 1000)
    )
    styles = "".join(f'<xf fontId="{at}"/>' for at in range(99_999))
    styles += '<xf fontId="99999" numFmtId="999"/>'
    data = xlsx(
        '<row><c s="99999"><v>1</v></c><c><v>2</v></c></row>',
        styles=f"<numFmts>{formats}</numFmts>{fonts}<cellXfs>{styles}</cellXfs>",
    )
    assert read(data).tables[0].rows == (("", "2"),)


def test_hidden_rows_without_end_cost_little() -> None:
    rows = "<row hidden='1'/>" * 120_000 + "<row><c><v>1</v></c></row>"
    columns = "<cols>" + '<col min="1" max="1" hidden="1"/>' * 20_000 + "</cols>"
    assert read(xlsx(rows, before=columns)).tables[0].rows == ((), ("1",))
