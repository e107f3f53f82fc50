"""RTF: real files, and by hand the ways in which other writers put the same things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.sniff import Kind, sniff
from core.reading.word.rtf import read_rtf
from tests.core.reading.sample_2018 import (
    FILES,
    FUZZ,
    FormRow,
    expected,
    form_rows,
    found,
    right_figures,
    survives,
)

DATA = (FILES / "2018.rtf").read_bytes()
QUIRKS = (FILES / "quirks.rtf").read_bytes()


def read(data: bytes) -> RawDocument:
    return read_rtf(data, "a.rtf", Limits())


def text_of(body: str) -> str:
    return read(b"{\\rtf1" + body.encode("ascii") + b"}").text


def hexed(text: str, encoding: str) -> str:
    """*text* the way Word 97 writes it: every byte beyond ASCII, and RTF's own signs, as \\'hh."""
    return "".join(
        chr(byte) if byte < 0x80 and chr(byte) not in "\\{}" else f"\\'{byte:02x}"
        for byte in text.encode(encoding)
    )


def half_hexed(text: str) -> str:
    """Second bytes below 0x80 stand plainly, as WordPad writes them."""
    return hexed(text, "gb18030")


def unicoded(text: str, fallback: str = "?") -> str:
    out: list[str] = []
    for char in text:
        if char.isascii():
            out.append(char)
        else:
            units = char.encode("utf-16-le")
            for at in range(0, len(units), 2):
                unit = int.from_bytes(units[at : at + 2], "little", signed=True)
                out.append(f"\\u{unit}{fallback}")
    return "".join(out)


def table(rows: list[FormRow], encoded: str) -> bytes:
    head = "{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fcharset134 SimSun;}}\n"
    lines = [head]
    for row in rows:
        lines.append("\\trowd\\cellx6000\\cellx7000\\cellx8000\n\\pard\\intbl ")
        for cell in (row.label, row.unit, row.figure):
            text = hexed(cell, "gb18030") if encoded == "hex" else unicoded(cell, "\\'3f")
            lines.append(text + "\\cell ")
        lines.append("\\row\n")
    return "".join([*lines, "\\pard \\par}"]).encode("ascii")


# --- real files ---------------------------------------------------------------------------------


def test_the_2018_table_has_all_figures() -> None:
    document = read(DATA)
    assert right_figures(document) == 71
    assert len(document.tables) == 1
    assert document.text.startswith("通州区政务服务管理办公室\n2018年政府信息公开工作年度报告")
    assert document.text.split("\n")[-1].startswith("单位负责人：张三")
    assert document.remarks == ()


def test_nested_tables_merged_cells_links_and_rare_characters() -> None:
    document = read(QUIRKS)
    assert [table.rows for table in document.tables] == [
        (
            ("政府信息公开情况统计表",) * 3,
            ("主动公开数", "条", "56"),
            ("其中：规范性文件数\n（含转发）\n第二段", "条", "5"),
            ("外层\n外层之后", "件", "9"),
        ),
        (("内甲", "7"), ("内乙", "8")),
        (("第二张表", "3"),),
    ]
    assert document.tables[0].merged == {(0, 1), (0, 2), (2, 1)}
    assert document.text == "某区某局的报告𠮷\n中间网址的话\n末尾"
    assert len(document.remarks) == 3


# --- other writers ------------------------------------------------------------------------------


@pytest.mark.parametrize("encoded", ["hex", "unicode"])
def test_all_rows_in_double_bytes_and_in_unicode(encoded: str) -> None:
    document = read(table(form_rows(), encoded))
    assert found(document.tables[0]) == expected()


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("\\ansi\\ansicpg936", "gb18030"),
        ("\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset0 Arial;}}\\f0 ", "gb18030"),
        ("\\ansi\\ansicpg1252{\\fonttbl{\\f7\\fcharset134 A;}}\\f7 ", "gb18030"),
        ("\\ansi\\ansicpg1252\\deff3{\\fonttbl{\\f3\\fcharset134 A;}}", "gb18030"),
        ("\\ansi\\ansicpg936{\\fonttbl{\\f1\\fcharset136 \\'b7s;}}\\f1 ", "big5"),
        ("\\ansi\\ansicpg950", "big5"),
        ("\\ansi\\ansicpg65001", "utf-8"),
        ("\\ansi\\ansicpg1252", "gb18030"),
        ("\\ansi\\ansicpg99999", "gb18030"),
    ],
)
def test_code_pages_by_document_and_by_font(head: str, encoding: str) -> None:
    text = "政府信息公開情形之件" if encoding == "big5" else "政府信息公开情况统计表"
    text = text.replace("开", "開") if encoding == "big5" else text
    assert text_of(head + hexed(text, encoding)) == text.replace("\n", "")


def test_western_text_stays_western() -> None:
    assert text_of("\\ansi\\ansicpg1252 caf\\'e9 \\'93a\\'94") == "café “a”"


@pytest.mark.parametrize(
    "body",
    [
        "\\uc1\\u20013?\\u25991?",
        "\\uc0\\u20013\\u25991 ",
        "\\uc2\\u20013\\'d6\\'d0\\u25991\\'ce\\'c4",
        "\\u20013 ?{\\uc0\\u25991}",
        "{\\uc3\\u20013abc}\\u25991?",
        "\\u20013\\'3f\\u25991 \\~"[:-3],
    ],
)
def test_stand_ins_after_unicode_are_skipped(body: str) -> None:
    assert text_of(body).strip() == "中文"


def test_deleted_and_hidden_text_is_left_out_and_said() -> None:
    document = read(b"{\\rtf1 3{\\deleted 1}{\\v 9}5\\v 7\\v0 6}")
    assert document.text == "356"
    assert len(document.remarks) == 1


def test_what_is_not_the_document_is_left_out() -> None:
    body = (
        "{\\info{\\title t}}{\\header h}{\\*\\unknown u}{\\pict\\bin4 }{{}}"
        "{\\pict ffd8ffe0}{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt shown}}{\\footnote f}"
    )
    document = read(b"{\\rtf1 " + body.encode() + b"}")
    assert document.text == "shown"
    assert len(document.remarks) == 1


def test_rows_without_intbl_and_a_definition_that_serves_for_all() -> None:
    body = (
        "\\trowd\\cellx100\\cellx200 a\\par b\\cell 1\\cell\\row"
        "\\intbl c\\cell 2\\cell\\row\\pard after"
    )
    document = read(b"{\\rtf1" + body.encode() + b"}")
    assert [table.rows for table in document.tables] == [(("a\nb", "1"), ("c", "2"))]
    assert document.text == "after"


def test_merged_cells() -> None:
    body = (
        "\\trowd\\clmgf\\cellx100\\clmrg\\cellx200\\clvmgf\\cellx300 a\\cell\\cell x\\cell\\row"
        "\\trowd\\cellx100\\cellx200\\clvmrg\\cellx300 b\\cell c\\cell\\cell\\row"
    )
    found_table = read(b"{\\rtf1" + body.encode() + b"}").tables[0]
    assert found_table.rows == (("a", "a", "x"), ("b", "c", "x"))
    assert found_table.merged == {(0, 1), (1, 2)}


@given(st.text(st.characters(codec="utf-16", exclude_categories=["Cc"]), max_size=30))
def test_any_text_comes_back_from_unicode(text: str) -> None:
    plain = "".join(" " if char in "\\{}" else char for char in text)
    assert text_of("\\uc1 " + unicoded(plain) + "\\par") == (plain if plain.strip() else "")


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=30))
def test_any_text_comes_back_from_double_bytes(text: str) -> None:
    assert text_of("\\ansi\\ansicpg936 " + half_hexed(text) + "\\par") == text


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"{", b"rtf", b"{\\html1}", b"\x00{\\rtf1}"])
def test_what_is_no_rtf_is_refused(data: bytes) -> None:
    with pytest.raises(NianbaoError) as caught:
        read(data)
    assert caught.value.problem is ReadProblem.DAMAGED


def test_a_file_cut_short_is_read_as_far_as_it_goes_and_said() -> None:
    document = read(DATA[: len(DATA) // 2])
    assert 10 < len(document.tables[0].rows) < 78
    assert any("末尾不完整" in remark for remark in document.remarks)


@pytest.mark.parametrize(
    "body",
    [b"{" * 100_000, b"\\trowd\\intbl\\itap99999 a\\cell", b"\\pard\\intbl a\\cell" * 2000],
)
def test_absurd_nesting_and_size_are_refused(body: bytes) -> None:
    with pytest.raises(NianbaoError) as caught:
        read_rtf(b"{\\rtf1" + body, "a.rtf", Limits(max_cells=1500))
    assert caught.value.problem is ReadProblem.TOO_LARGE


def test_numbers_beyond_all_bounds_do_no_harm() -> None:
    body = (
        b"\\u9999999999?\\uc-5\\cellx-9999999999\\f9999999999\\ansicpg-1\\bin-4 a\\bin9999999999 b"
    )
    assert read(b"{\\rtf1" + body).text.endswith("a")


@pytest.mark.parametrize(
    ("data", "seed"),
    [(table(form_rows()[:20], "hex"), 9), (QUIRKS, 1997)],
    ids=["hex", "quirks"],
)
def test_mutated_documents_are_read_or_refused(data: bytes, seed: int) -> None:
    done, refused = survives(read_rtf, data, seed)
    assert done + refused == FUZZ
    assert done


def test_lowered_digits_and_styles_that_runs_do_not_repeat() -> None:
    sheet = (
        "{\\stylesheet{\\ql Normal;}{\\*\\cs10 \\strike Del;}{\\*\\cs11\\sbasedon10 Del2;}"
        "{\\s5{\\*\\keycode \\shift a}\\v Gone;}{\\s6\\sbasedon6 Round;}}"
    )
    assert text_of(" 3{\\sub 1}{\\dn6 2}{\\up0 3}") == "3¹²3"
    # Programs differ in whether such a style counts: the text joins no figure.
    assert text_of(sheet + "{\\cs11 12}400") == "[12]400"
    assert text_of(sheet + "{\\cs11\\strike0 12}400") == "12400"
    assert text_of(sheet + "{\\cs11\\strike 12}400") == "400"
    assert text_of(sheet + "\\pard\\s5 12\\par\\pard\\s6 400") == "[12]\n400"


def test_rtf_behind_a_byte_order_mark() -> None:
    data = b"\xef\xbb\xbf{\\rtf1 3\\par}"
    assert read(data).text == "3"
    assert sniff(data, Limits().start("a")) is Kind.RTF


def test_style_sheets_without_end_cost_little() -> None:
    sheet = "".join(f"{{\\s{at}\\sbasedon{at + 1} a;}}" for at in range(20_000))
    body = "".join(f"\\pard\\s{at} 3\\par" for at in range(0, 20_000, 60))
    text = text_of(f"{{\\stylesheet{sheet}{{\\s20000\\sbasedon0\\strike a;}}}}{body}")
    assert set(text.split("\n")) == {"[3]"}
