"""Workbooks: what their cells read as, and what hostile ones cannot do."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import RawTable, ReadProblem
from core.reading.dispatch import read_bytes
from core.reading.excel.formats import format_of, number_format
from core.reading.excel.numbers import plain_number
from core.reading.excel.xls import read_xls
from core.reading.excel.xlsb import read_xlsb
from core.reading.excel.xlsx import read_xlsx
from core.reading.markup.odf import read_ods
from tests.core.reading.containers import damaged_inside, ole_file, package
from tests.core.reading.sample_2018 import FILES, FUZZ, survives

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
    'PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/></Types>'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SMALL = Limits(seconds=10)


def relationship(identifier: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identifier}" Type="{RELATIONS}/{kind}" Target="{target}"/>'


def xlsx(
    rows: str, *, strings: str = "", styles: str = "", state: str = "visible", after: str = "",
    before: str = "", book: str = "",
) -> bytes:  # fmt: skip
    """A workbook of one sheet with the XML *rows*, and an empty visible second sheet."""
    sheet = f"<worksheet>{before}{'<sheetData>' + rows + '</sheetData>'}{after}</worksheet>"
    return package({
        "[Content_Types].xml": TYPES,
        "_rels/.rels": "<R>" + relationship("a", "officeDocument", "xl/workbook.xml") + "</R>",
        "xl/workbook.xml": f'<workbook xmlns:r="{RELATIONS}"><sheets>'
        f'<sheet name="表一" r:id="r1" state="{state}"/><sheet name="表二" r:id="r2"/>'
        f"</sheets>{book}</workbook>",
        "xl/_rels/workbook.xml.rels": "<R>"
        + relationship("r1", "worksheet", "worksheets/sheet1.xml")
        + relationship("r2", "worksheet", "/xl/worksheets/sheet2.xml")
        + relationship("r3", "sharedStrings", "sharedStrings.xml")
        + relationship("r4", "styles", "styles.xml")
        + "</R>",
        "xl/worksheets/sheet1.xml": sheet,
        "xl/worksheets/sheet2.xml": "<worksheet/>",
        "xl/sharedStrings.xml": f"<sst>{strings}</sst>",
        "xl/styles.xml": f"<styleSheet>{styles}</styleSheet>",
    })  # fmt: skip


def first(data: bytes) -> RawTable:
    return read_xlsx(data, "甲.xlsx", SMALL).tables[0]


def problem(data: bytes) -> ReadProblem:
    with pytest.raises(NianbaoError) as caught:
        read_bytes(data, "甲.xlsx", SMALL)
    assert "甲.xlsx" in str(caught.value)
    assert isinstance(caught.value.problem, ReadProblem)
    return caught.value.problem


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("31.0", "31"), ("0.30000000000000004", "0.3"), ("5E-1", "0.5"), ("1.5E3", "1500"),
        ("0", "0"), ("-0.0", "0"), ("1234567890123456", "1234567890123460"), ("1e400", "1E+400"),
        ("12.50", "12.5"), ("nan", None), ("", None), ("1_000", None), ("１", None),
    ],
)  # fmt: skip
def test_numbers_read_as_a_person_types_them(stored: str, shown: str | None) -> None:
    assert plain_number(stored) == shown


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_whole_numbers_come_back_unchanged(number: int) -> None:
    assert plain_number(repr(float(number))) == str(number)


@given(st.decimals(0, 10**6, places=6))
def test_amounts_come_back_to_six_places(amount: object) -> None:
    text = format(amount, "f")
    shown = plain_number(repr(float(text)))
    assert shown == (text.rstrip("0").rstrip(".") if "." in text else text)


@pytest.mark.parametrize(
    ("number", "code", "stored", "shown"),
    [
        (14, None, "43465", "2018-12-31"), (31, None, "43465", "2018-12-31"),
        (22, None, "43465.5", "2018-12-31 12:00"), (20, None, "0.5", "12:00"),
        (164, 'yyyy"年"m"月"', "43465", "2018年12月"), (164, '0"days"', "31", "31days"),
        (164, "yyyy-mm-dd h:mm", "43465.53", "2018-12-31 12:43"), (164, "d", "45000", "15（存储为45000）"),
        (164, "[Red]0.00", "31", "31"), (164, "0.0%", "0.125", "12.5%"), (9, None, "0.5", "50%"),
        (1, None, "31", "31"), (14, None, "-1", "-1"), (14, None, "99999999", "99999999"),
        (14, None, "59", "1900-02-28"), (14, None, "61", "1900-03-01"),
        # Shown in thousands, in 万, in millions; only what stands after the last digit divides.
        (164, "0.00,", "30500", "30.50（存储为30500）"), (164, "0!.0,", "30000", "3.0（存储为30000）"),
        (164, r"0\.0,", "30500", "3.1（存储为30500）"),
        (164, '0"."0,"万元"', "30000", "3.0万元（存储为30000）"),
        (164, "0!.0000", "30000", "3.0000（存储为30000）"),
        (164, "#,##0,,", "31000000", "31（存储为31000000）"), (164, "#,##0.00", "1024", "1024"),
        (164, "#,##0_);(#,##0)", "1024", "1024"), (164, "#,##0_);(#,##0)", "-1024", "-1024"),
        (164, '0"."', "31", "31."), (164, '0!.0,"万"', "90000", "9.0万（存储为90000）"),
        # Words beside the number, or in its place.
        (164, '0"万"', "9", "9万"), (164, '"约"0', "40", "约40"), (164, '0"余"', "40", "40余"),
        (164, '0"%"', "40", "40%"), (164, '"无"', "40", "无（存储为40）"), (164, "0 元", "162", "162 元"),
        (164, ";;;", "40", "（存储为40）"), (164, "0;-0;;@", "0", "（存储为0）"),
        (7, None, "1620000", "¥1620000"), (164, '[$¥-804]#,##0.00', "1620000", "¥1620000"),
        (44, None, "0", "¥-（存储为0）"), (43, None, "0", "0"), (164, '0;-0;"-"', "0", "0"),
        # Sections by condition, and by sign.
        (164, "[>=10000]0!.0000;0", "150", "150"),
        (164, "[<10000]0.00;0!.0000", "1500000", "150.0000（存储为1500000）"),
        (164, '[=0]"无";0', "0", "无（存储为0）"), (164, '[=0]"无";0', "3", "3"),
        (164, "0;[Red]0", "-5", "5（存储为-5）"), (164, "0;[Red]-0", "-5", "-5"),
        (164, "[>100]0", "5", "###（存储为5）"), (164, "[<0]0;0.0", "-5", "5（存储为-5）"),
        # Rounded, and written in other digits.
        (164, "0", "3.7", "4（存储为3.7）"), (164, "0.00", "123.4567", "123.46（存储为123.4567）"),
        (164, "[DBNum1]0", "12", "12"), (164, '[DBNum2]General"万"', "9", "9万"),
        (164, "0.00E+00", "12345", "12300（存储为12345）"), (164, "# ?/?", "0.5", "0.5"),
        (164, "000", "7", "007"), (164, "000-0000", "1234567", "123-4567"),
        (164, "0.0000000000000000000000000000000000", "1.5", "1.5"), (164, "0" + "%" * 500, "1", None),
        (164, '"' * 999, "1", "?（存储为1）"), (164, ";" * 999999, "1", "?（存储为1）"),
    ],
)  # fmt: skip
def test_number_formats(number: int, code: str | None, stored: str, shown: str | None) -> None:
    text = number_format(number, code).number(stored)
    assert text == shown or shown is None


@pytest.mark.parametrize(
    ("code", "text", "shown"),
    [
        ("@", "40", "40"), ('@"条"', "40", "40条"), ('0;0;0;"约"@', "40", "约40"), (";;;", "40", ""),
        ("0", "40", "40"), ('0.0"万"', "无", "无"), ("_ @_ ", "40", "40"),
    ],
)  # fmt: skip
def test_formats_of_texts(code: str, text: str, shown: str) -> None:
    assert format_of(code).text(text) == shown


@given(st.text(alphabet='0#?.,;%"\\!_*[]<>=-ymdhsE+@万元Gegnral /', max_size=40),
       st.decimals(-(10**9), 10**9, places=3))  # fmt: skip
def test_any_format_shows_something(code: str, number: object) -> None:
    """No format fails, and what differs from the stored number is said with it."""
    shown = format_of(code).number(str(number))
    assert isinstance(shown, str)


def test_dates_of_old_macintosh_workbooks() -> None:
    assert number_format(14, None).number("42003", since_1904=True) == "2018-12-31"


def test_cells_of_every_type() -> None:
    strings = (
        "<si><t>收到申请数</t></si><si><r><t>政府</t></r><r><t>信息</t></r>"
        "<rPh><t>ZHENGFU</t></rPh></si><si><t>一_x000D_\n二</t></si>"
    )
    cells = (
        '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c></row>'
        '<row r="3"><c r="B3" t="inlineStr"><is><t>内联</t></is></c><c t="b"><v>1</v></c>'
        '<c t="e"><v>#DIV/0!</v></c><c t="str"><f>A1</f><v>文字</v></c><c><v>31.0</v></c></row>'
    )
    assert first(xlsx(cells, strings=strings)).rows == (
        ("收到申请数", "政府信息", "一\n二"),
        (),
        ("", "内联", "TRUE", "#DIV/0!", "文字", "31"),
    )


def test_marks_and_struck_out_digits_join_no_figure() -> None:
    runs = (
        "<r><t>3</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>1</t></r>"
        "<r><rPr><strike/></rPr><t>4</t></r><r><rPr/><t>件</t></r>"
    )
    cells = f'<row><c t="s"><v>0</v></c><c t="inlineStr"><is>{runs}</is></c><c><v>5</v></c></row>'
    assert first(xlsx(cells, strings=f"<si>{runs}</si>")).rows == (("3[1]件", "3[1]件", "5"),)


def test_merged_cells_repeat_their_text() -> None:
    table = first(
        xlsx(
            '<row><c t="str"><v>题</v></c><c/><c/></row><row><c><v>1</v></c><c/><c><v>3</v></c></row>',
            after='<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="A2:B1048576"/></mergeCells>',
        )
    )
    assert table.rows == (("题", "题", "题"), ("1", "1", "3"))
    assert table.merged == {(0, 1), (0, 2), (1, 1)}


def test_hidden_sheets_are_left_out_and_said() -> None:
    cells = "<row><c><v>1</v></c></row>"
    document = read_xlsx(xlsx(cells, state="hidden"), "甲", SMALL)
    assert [table.name for table in document.tables] == ["表二"]
    assert "表一" in document.remarks[0]
    assert read_xlsx(xlsx(cells, state="veryHidden"), "甲", SMALL).remarks == ()


def test_formulas_without_a_result_are_said() -> None:
    document = read_xlsx(xlsx("<row><c><f>SUM(A2)</f></c><c><v>2</v></c></row>"), "甲", SMALL)
    assert document.tables[0].rows == (("", "2"),)
    assert "公式" in document.remarks[0]


def test_a_cell_in_the_last_corner_costs_nothing() -> None:
    rows = '<row r="2"><c><v>3</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert first(xlsx(rows)).rows == ((), ("3",), (), ("", "", "1"))
    assert first(xlsx('<row r="1"><c r="XFD1"><v>1</v></c></row>')).rows == (("", "1"),)


def test_a_sheet_without_end_is_refused() -> None:
    rows = "<row><c><v>1</v></c></row>" * 100_001
    assert problem(xlsx(rows)) is ReadProblem.TOO_LARGE


@pytest.mark.parametrize(
    "hostile",
    [
        '<!DOCTYPE a [<!ENTITY b "cc">]><worksheet><sheetData>&b;</sheetData></worksheet>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet/>',
        "<worksheet><sheetData><row>",
        "<worksheet>" + "<a>" * 300 + "</a>" * 300 + "<sheetData><row><c t='s'><v>9</v></c></row>"
        "</sheetData></worksheet>",
        '<worksheet><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>',
    ],
)
def test_hostile_xml_is_refused(hostile: str) -> None:
    parts = {
        "[Content_Types].xml": TYPES,
        "xl/workbook.xml": f'<workbook xmlns:r="{RELATIONS}"><sheets><sheet name="a" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": "<R>" + relationship("r1", "worksheet", "s.xml") + "</R>",
        "xl/s.xml": hostile,
    }
    assert problem(package(parts)) is ReadProblem.DAMAGED
    parts["xl/workbook.xml"], parts["xl/s.xml"] = hostile, "<worksheet/>"
    assert problem(package(parts)) in (ReadProblem.DAMAGED, ReadProblem.NO_TABLE)


def test_a_repeated_cell_that_fills_the_sheet_is_refused() -> None:
    content = (
        '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body>'
        '<office:spreadsheet><table:table table:name="a"><table:table-row '
        'table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="{}">{}</table:table-cell></table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    full = content.format(16384, "<text:p>1</text:p>")
    assert problem(package({"mimetype": mimetype, "content.xml": full})) is ReadProblem.TOO_LARGE
    blank = content.format(16384, "")
    assert problem(package({"mimetype": mimetype, "content.xml": blank})) is ReadProblem.NO_TABLE


# --- .xls -----------------------------------------------------------------------------------------


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def biff8_text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def xls(sheet: bytes, *, extra: bytes = b"", version: int = 0x0600, hidden: int = 0) -> bytes:
    """A workbook of one sheet of BIFF records."""
    bof = record(0x0809, struct.pack("<HHHHII", version, 5, 0, 0, 0, 0))
    name = b"\x02\x01" + "表".encode("utf-16-le") + "一".encode("utf-16-le")
    if version == 0x0500:
        name = b"\x04" + "表一".encode("gbk")
    bound = struct.pack("<IBB", 0, hidden, 0) + name
    start = len(bof) + len(extra) + len(record(0x0085, bound)) + 4
    bound = struct.pack("<IBB", start, hidden, 0) + name
    stream = bof + extra + record(0x0085, bound) + record(0x000A)
    stream += record(0x0809, struct.pack("<HHHHII", version, 16, 0, 0, 0, 0)) + sheet
    return ole_file({"Workbook" if version == 0x0600 else "Book": stream + record(0x000A)})


def cell(kind: int, row: int, column: int, body: bytes) -> bytes:
    return record(kind, struct.pack("<HHH", row, column, 0) + body)


def test_binary_cells_of_every_type() -> None:
    # Two strings; the second breaks between records and goes on one byte a character.
    table = record(0x00FC, struct.pack("<II", 2, 2) + biff8_text("申请") + struct.pack("<HB", 4, 1)
                   + "复议".encode("utf-16-le")) + record(0x003C, b"\x00AB")  # fmt: skip
    sheet = b"".join((
        cell(0x00FD, 0, 0, struct.pack("<I", 0)),
        cell(0x00FD, 0, 1, struct.pack("<I", 1)),
        cell(0x0203, 1, 0, struct.pack("<d", 31.0)),
        cell(0x027E, 1, 1, struct.pack("<I", (188 << 2) | 2)),
        cell(0x027E, 1, 2, struct.pack("<I", (1250 << 2) | 3)),
        cell(0x027E, 1, 3, struct.pack("<I", ((-5 & 0x3FFFFFFF) << 2) | 2)),
        record(0x00BD, struct.pack("<HHHIHIH", 2, 0, 0, 6, 0, 10, 1)),
        cell(0x0205, 3, 0, b"\x07\x01"),
        cell(0x0006, 3, 1, struct.pack("<d", 0.1 + 0.2) + bytes(8)),
        cell(0x0006, 3, 2, b"\0\0\0\0\0\0\xff\xff" + bytes(8)),
        record(0x0207, biff8_text("结果")),
        cell(0x0204, 4, 0, biff8_text("标签")),
        record(0x00E5, struct.pack("<HHHHH", 1, 4, 4, 0, 1)),
        record(0x0200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)),
    ))  # fmt: skip
    read = read_xls(xls(sheet, extra=table), "甲.xls", SMALL).tables[0]
    assert read.name == "表一"
    assert read.rows == (
        ("申请", "复议AB"),
        ("31", "188", "12.5", "-5"),
        ("1", "2"),
        ("#DIV/0!", "0.3", "结果"),
        ("标签", "标签"),
    )


def test_marks_and_struck_out_digits_in_binary_texts() -> None:
    def font(flags: int, position: int) -> bytes:
        return record(0x0031, struct.pack("<HHHHH", 200, flags, 0, 400, position) + bytes(10))

    fonts = b"".join((font(0, 0), font(0, 1), font(8, 0), font(0, 0), font(0, 2)))
    # 3, raised 1, struck 4, plain 5, lowered 6 (font 5 is the fifth: there is no number 4)
    runs = struct.pack("<8H", 1, 1, 2, 2, 3, 0, 4, 5)
    string = struct.pack("<HBH", 5, 8, 4) + b"31456" + runs
    table = record(0x00FC, struct.pack("<II", 1, 1) + string)
    sheet = cell(0x00FD, 0, 0, struct.pack("<I", 0))
    read = read_xls(xls(sheet, extra=fonts + table), "甲", SMALL).tables[0]
    assert read.rows == (("3[1]5[6]",),)


def test_excel_95_texts_are_in_their_code_page() -> None:
    raw = "收到申请数".encode("gbk")
    sheet = cell(0x0204, 0, 0, struct.pack("<H", len(raw)) + raw)
    data = xls(sheet, extra=record(0x0042, struct.pack("<H", 936)), version=0x0500)
    document = read_bytes(data, "甲.xls", SMALL)
    assert (document.kind, document.tables[0].rows) == ("xls", (("收到申请数",),))


def test_a_password_is_said() -> None:
    assert problem(xls(b"", extra=record(0x002F, bytes(6)))) is ReadProblem.ENCRYPTED


def test_a_made_up_number_of_strings_costs_nothing() -> None:
    claimed = struct.pack("<II", 0x7FFFFFFF, 0x7FFFFFFF)
    assert problem(xls(b"", extra=record(0x00FC, claimed))) is ReadProblem.NO_TABLE
    # Programs that write fewer strings than they claim are known; all their cells can be shown.
    table = record(0x00FC, claimed + biff8_text("申请"))
    there, beyond = (cell(0x00FD, 0, 0, struct.pack("<I", number)) for number in (0, 1))
    assert read_xls(xls(there, extra=table), "甲", SMALL).tables[0].rows == (("申请",),)
    assert problem(xls(beyond, extra=table)) is ReadProblem.DAMAGED


def test_a_long_string_shown_in_many_cells_costs_no_more_than_one() -> None:
    """One string of a million characters in 4,000 cells, each of which could hold 32,767 of it."""
    cells = "".join(f'<row><c t="s"><v>{0}</v></c></row>' for _ in range(4000))
    data = xlsx(cells, strings=f"<si><t>{'申' * 1_000_000}</t></si>")
    tracemalloc.start()
    try:
        rows = first(data).rows
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert {len(row[0]) for row in rows} == {32_767}
    assert most < 32 * 1024 * 1024


@pytest.mark.parametrize("offset", [44, 64, 72])
def test_made_up_sector_tables_are_refused(offset: int) -> None:
    data = bytearray(xls(b""))
    struct.pack_into("<I", data, offset, 0x7FFFFFFF)
    assert problem(bytes(data)) is ReadProblem.DAMAGED


def test_a_chain_of_sectors_without_end_is_refused() -> None:
    data = bytearray(xls(cell(0x0203, 0, 0, struct.pack("<d", 1.0))))
    fat = len(data) - 512
    for sector in range(8):
        struct.pack_into("<I", data, fat + 4 * sector, sector)
    read_or_refuse(bytes(data))


def read_or_refuse(data: bytes) -> None:
    try:
        read_bytes(data, "甲.xls", SMALL)
    except NianbaoError as error:
        assert isinstance(error.problem, ReadProblem)


# --- .xlsb ----------------------------------------------------------------------------------------


def brt(kind: int, body: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    assert len(body) < 0x80
    return number + bytes([len(body)]) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb() -> bytes:
    def place(column: int, style: int = 0) -> bytes:
        return struct.pack("<II", column, style)

    sheet = b"".join((
        brt(129), brt(145),
        brt(0, struct.pack("<IIHBBBI", 0, 0, 300, 0, 0, 0, 0)),
        brt(7, place(0) + struct.pack("<I", 0)), brt(6, place(1) + wide("单位")),
        brt(0, struct.pack("<IIHBBBI", 2, 0, 300, 0, 0x10, 0, 0)),
        brt(2, place(0) + struct.pack("<I", (188 << 2) | 2)),
        brt(5, place(1) + struct.pack("<d", 0.5)), brt(5, place(2, 1) + struct.pack("<d", 43465)),
        brt(4, place(3) + b"\1"), brt(3, place(4) + b"\x2a"),
        brt(9, place(5) + struct.pack("<d", 3) + bytes(6)),
        brt(146), brt(177, struct.pack("<I", 1)), brt(176, struct.pack("<IIII", 0, 1, 0, 0)),
        brt(178), brt(130),
    ))  # fmt: skip
    styles = (
        brt(617, struct.pack("<I", 2)) + brt(47, struct.pack("<HH", 0, 0) + bytes(12))
        + brt(47, struct.pack("<HH", 0, 14) + bytes(12)) + brt(618)
    )  # fmt: skip
    strings = brt(159, struct.pack("<II", 1, 1)) + brt(19, b"\0" + wide("指标")) + brt(160)
    return xlsb_of(sheet, styles, strings)


def xlsb_of(sheet: bytes, styles: bytes, strings: bytes) -> bytes:
    """A binary workbook of one visible and one hidden sheet."""
    return package({
        "[Content_Types].xml": TYPES.replace(
            "openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "ms-excel.sheet.binary.macroEnabled.main",
        ).replace("workbook.xml", "workbook.bin"),
        "_rels/.rels": "<R>" + relationship("a", "officeDocument", "xl/workbook.bin") + "</R>",
        "xl/workbook.bin": brt(131) + brt(153, struct.pack("<III", 0, 0, 0)) + brt(143)
        + brt(156, struct.pack("<II", 0, 1) + wide("r1") + wide("表一"))
        + brt(156, struct.pack("<II", 1, 2) + wide("r1") + wide("藏")) + brt(144) + brt(132),
        "xl/_rels/workbook.bin.rels": "<R>" + relationship("r1", "worksheet", "worksheets/sheet1.bin")
        + relationship("r2", "styles", "styles.bin")
        + relationship("r3", "sharedStrings", "sharedStrings.bin") + "</R>",
        "xl/worksheets/sheet1.bin": sheet,
        "xl/styles.bin": styles,
        "xl/sharedStrings.bin": strings,
    })  # fmt: skip


def test_binary_workbooks() -> None:
    document = read_bytes(xlsb(), "甲.xlsx", SMALL)
    assert document.kind == "xlsb"
    assert document.tables[0].rows == (
        ("指标", "单位"),
        ("指标",),
        ("188", "0.5", "2018-12-31", "TRUE", "#N/A", "3"),
    )
    assert len(document.remarks) == 2
    assert "藏" in document.remarks[1]


def test_excel_xml_shows_its_numbers_as_their_styles_say() -> None:
    cells = "".join(
        f'<Cell ss:StyleID="{style}"><Data ss:Type="Number">{number}</Data></Cell>'
        for style, number in (("a", "0.5"), ("b", "30000"), ("c", "31.0"), ("d", "1024"), ("", "7"))
    )
    styles = "".join(
        f'<Style ss:ID="{name}"><NumberFormat ss:Format="{code}"/></Style>'
        for name, code in (("a", "Percent"), ("b", "0!.0,"), ("c", "Fixed"), ("d", "#,##0"))
    )
    data = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Styles>{styles}</Styles><Worksheet ss:Name="表一"><Table><Row>{cells}</Row></Table>'
        "</Worksheet></Workbook>"
    )
    document = read_bytes(data.encode(), "甲.xls", SMALL)
    assert (document.kind, document.tables[0].rows) == (
        "excel_xml",
        (("50%", "3.0（存储为30000）", "31", "1024", "7"),),
    )


# --- damage ---------------------------------------------------------------------------------------

EXCEL_XML = FILES / "official.excel.xml"


@pytest.mark.parametrize(
    "path", [FILES / f"plain.{kind}" for kind in ("xlsx", "xls", "ods")] + [EXCEL_XML],
    ids=lambda path: path.suffix,
)  # fmt: skip
def test_damaged_workbooks_are_read_or_refused(path: Path) -> None:
    read, refused = survives(read_bytes, path.read_bytes(), seed=11)
    assert read + refused == FUZZ


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xlsb"])
def test_workbooks_damaged_inside_are_read_or_refused(kind: str) -> None:
    data = xlsb() if kind == "xlsb" else (FILES / f"plain.{kind}").read_bytes()
    reader = {"xlsx": read_xlsx, "ods": read_ods, "xlsb": read_xlsb}[kind]
    outcomes = [_outcome(reader, copy) for copy in damaged_inside(data, FUZZ, seed=12)]
    assert outcomes.count("refused") > 0


def _outcome(reader: object, data: bytes) -> str:
    assert callable(reader)
    try:
        reader(data, "甲", SMALL)
    except NianbaoError:
        return "refused"
    return "read"


def test_damaged_records_are_read_or_refused() -> None:
    """The stream of records damaged, its container sound: deeper than damage to the file goes."""
    import olefile

    from tests.core.reading.sample_2018 import mutated

    with olefile.OleFileIO(str(FILES / "official.xls")) as ole:
        stream = ole.openstream("Workbook").read()
    outcomes = [
        _outcome(read_xls, ole_file({"Workbook": copy})) for copy in mutated(stream, FUZZ, seed=13)
    ]
    assert set(outcomes) == {"read", "refused"}
