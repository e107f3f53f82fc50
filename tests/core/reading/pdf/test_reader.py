"""PDF: ruled tables by their lines, other text by its places, and hostile files."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.dispatch import read_bytes
from core.reading.pdf.reader import read_pdf
from tests.core.reading.pdf_writer import FONT, line, pdf, ruled, show, stream
from tests.core.reading.sample_2018 import FILES, FUZZ, mutated, survives

WIDTHS = (200, 50, 50)
ROWS = (("指标", "单位", "统计数"), ("收到申请数", "件", "3"), ("办结数", "件", "188"))


def read(data: bytes) -> RawDocument:
    return read_pdf(data, "甲.pdf", Limits())


def problem(data: bytes) -> ReadProblem:
    with pytest.raises(NianbaoError) as caught:
        read_bytes(data, "甲.pdf")
    assert isinstance(caught.value.problem, ReadProblem)
    return caught.value.problem


def test_a_ruled_table_and_the_text_around_it() -> None:
    page = show(200, 820, "统计表") + ruled(ROWS, widths=WIDTHS) + show(50, 700, "填报人：王五")
    document = read(pdf([page]))
    assert [table.rows for table in document.tables] == [ROWS]
    assert document.text == "统计表\n填报人：王五"


def test_a_table_goes_on_over_pages() -> None:
    pages = [
        ruled(ROWS, widths=WIDTHS) + show(290, 20, "1"),
        ruled(ROWS, widths=WIDTHS),
        ruled((("另", "表"),), widths=(100, 100)),
    ]
    document = read(pdf(pages))
    assert [table.rows for table in document.tables] == [ROWS + ROWS, (("另", "表"),)]


def test_fields_without_a_line_between_are_merged() -> None:
    # Three columns, but no upright lines in the first row.
    drawn = "".join(line(50, y, 350, y) for y in (800, 780, 760))
    drawn += line(50, 800, 50, 760) + line(350, 800, 350, 760)
    drawn += line(250, 780, 250, 760) + line(300, 780, 300, 760)
    page = drawn + show(150, 785, "一、主动公开") + show(55, 765, "数") + show(310, 765, "7")
    table = read(pdf([page])).tables[0]
    assert table.rows == (("一、主动公开",) * 3, ("数", "", "7"))
    assert table.merged == {(0, 1), (0, 2)}


def test_borders_of_thin_rectangles_drawn_twice() -> None:
    drawn = "".join(f"50 {y} 300 0.5 re f 50 {y + 0.6} 300 0.5 re f " for y in (800, 780, 760))
    drawn += "".join(f"{x} 760 0.5 40 re f " for x in (50, 250, 349.5))
    page = drawn + show(55, 785, "甲") + show(260, 785, "1") + show(55, 765, "乙")
    assert read(pdf([page])).tables[0].rows == (("甲", "1"), ("乙", ""))


def test_a_footnote_mark_joins_no_figure() -> None:
    mark = show(310.5, 769, "1").replace("12 Tf", "7 Tf")
    page = ruled((("数", "件", "3"),), top=780, widths=(200, 50, 50))
    page += mark + show(50, 700, "申请") + show(74, 704, "2").replace("12 Tf", "7 Tf")
    page += show(79, 700, "件")
    document = read(pdf([page]))
    assert (document.tables[0].rows, document.text) == ((("数", "件", "3[1]"),), "申请[2]件")


def test_text_without_lines_goes_by_its_places() -> None:
    rows = (*ROWS, ("延期办结数", "件", "0"))
    page = "".join(
        show(x, 700 - 20 * number, text)
        for number, row in enumerate(rows)
        for x, text in zip((50, 300, 400), row, strict=True)
    )
    assert read_bytes(pdf([page]), "甲.pdf").tables[0].rows == rows


def test_a_turned_page() -> None:
    turned = "0 1 -1 0 595 0 cm\n" + ruled(ROWS, widths=WIDTHS, top=500)
    document = read(pdf([turned], page_entries="/Rotate 90"))
    assert document.tables[0].rows == ROWS


@pytest.mark.parametrize(
    ("font", "shown", "text"),
    [
        (FONT.format(encoding="GBK-EUC-H", more=""), "申请3件".encode("gbk"), "申请3件"),
        (FONT.format(encoding="Identity-H", more="/ToUnicode 4 0 R"), b"\0\1\0\5\0\6\0\7", "申345"),
        ("<</Type/Font/Subtype/TrueType/BaseFont/Arial/Encoding/WinAnsiEncoding>>", b"188", "188"),
        (
            "<</Type/Font/Subtype/Type1/BaseFont/AB/Encoding<</Differences[1/one/eight/uni4E00]>>>>",
            b"\1\2\3", "18一",
        ),
    ],
)  # fmt: skip
def test_what_codes_stand_for(font: str, shown: bytes, text: str) -> None:
    mapping = stream(b"1 beginbfchar <0001> <7533> endbfchar 1 beginbfrange <0005> <0007> <0033> "
                     b"endbfrange")  # fmt: skip
    page = f"BT /F1 12 Tf 50 700 Td <{shown.hex()}> Tj ET"
    document = read(pdf([page], font=font, objects=[mapping]))
    assert (document.text, document.remarks) == (text, ())


def test_struck_out_and_lowered_digits_join_no_figure() -> None:
    rows = (("甲", "12400"), ("乙", "3"), ("丙", "5"), ("丁", "6"), ("戊", "7"))
    page = ruled(rows, widths=(200, 100))
    # 12 struck out of 12400; a 5 by a thin filled line; a mark before the 7.
    page += line(254, 789, 266, 789) + "254 748.5 6 0.6 re f "
    page += show(260, 763, "1").replace("12 Tf", "7 Tf") + show(250.4, 709, "2").replace(
        "12 Tf", "7 Tf"
    )
    document = read(pdf([page]))
    assert document.tables[0].rows == (
        ("甲", "400"), ("乙", "3[1]"), ("丙", ""), ("丁", "6"), ("戊", "[2]7"),
    )  # fmt: skip
    assert any("删除线" in remark for remark in document.remarks)


def test_the_lines_of_a_table_strike_nothing_out() -> None:
    """A text that hangs over its cell's line is still there."""
    page = ruled(ROWS, widths=WIDTHS) + show(50, 737, "备注") + line(50, 740, 350, 740)
    document = read(pdf([page]))
    assert "备注" in str(document.tables)
    assert document.remarks == ()


@pytest.mark.parametrize("turn", ["0 1 -1 0 595 0", "0 -1 1 0 0 842"])
def test_a_page_printed_sideways_is_read(turn: str) -> None:
    page = f"q {turn} cm {ruled(ROWS, widths=WIDTHS, top=500)} Q"
    assert [table.rows for table in read(pdf([page])).tables] == [ROWS]


def test_standard_fonts_have_their_own_widths_and_glyph_names() -> None:
    font = (
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica"
        "/Encoding<</Differences[65/two/parenleft/Aacute]>>>>"
    )
    # With other widths than the font's there would be a gap between i and the digit behind it.
    page = "BT /F1 12 Tf 50 700 Td (iiiiABC) Tj 1 0 0 1 63.4 700 Tm (9) Tj ET"
    assert read(pdf([page], font=font)).text.startswith("iiii")
    assert "2(Á" in read(pdf(["BT /F1 12 Tf 50 700 Td (ABC) Tj ET"], font=font)).text


@pytest.mark.parametrize(
    "font",
    [
        FONT.format(encoding="Identity-H", more=""),
        "<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+Song/FontDescriptor<</Flags 4>>>>",
        "<</Type/Font/Subtype/Type3/Encoding<</Differences[1/g1/g2]>>>>",
    ],
)
def test_codes_that_nothing_explains_are_no_figures(font: str) -> None:
    page = "BT /F1 12 Tf 50 700 Td <0001000200310032> Tj ET"
    assert problem(pdf([page], font=font)) is ReadProblem.NO_CHARACTERS


def test_some_unknown_characters_are_said() -> None:
    font = FONT.format(encoding="Identity-H", more="/ToUnicode 4 0 R")
    mapping = stream(b"1 beginbfchar <0001> <7533> endbfchar")
    page = "BT /F1 12 Tf 50 700 Td <0001000100010002> Tj ET"
    document = read(pdf([page], font=font, objects=[mapping]))
    assert document.text == "申申申\ufffd"
    assert "1 个字" in document.remarks[0]


def test_scans_are_refused_and_recognised_text_is_said() -> None:
    picture = stream(b"\xff", "/Subtype/Image/Width 1/Height 1")
    assert problem(pdf(["q 595 0 0 842 0 0 cm /X1 Do Q"], objects=[picture])) is ReadProblem.SCANNED
    assert problem(pdf([""])) is ReadProblem.NO_TEXT
    stamped = show(50, 700, "第1页") + "q 595 0 0 842 0 0 cm /X1 Do Q"
    assert problem(pdf([stamped], objects=[picture])) is ReadProblem.MOSTLY_PICTURES
    scanned = "/X1 Do 3 Tr " + show(50, 700, "识别出来的文字" * 4)
    document = read(pdf([scanned], objects=[picture]))
    assert "扫描" in document.remarks[0]


def test_text_in_forms_and_in_inline_pictures() -> None:
    form = stream(show(0, 0, "申请").encode(), "/Subtype/Form/Matrix[1 0 0 1 50 700]")
    page = "BI /W 1 /H 1 ID (((\xff EI q /X1 Do Q " + show(50, 600, "件")
    assert read(pdf([page.encode("latin-1")], objects=[form])).text == "申请\n件"


def test_a_password_is_said() -> None:
    encrypted = (
        "/Encrypt<</Filter/Standard/V 4/R 4/Length 128/P -4/CF<</StdCF<</CFM/AESV2/Length 16>>>>"
        f"/StmF/StdCF/StrF/StdCF/O<{'00' * 32}>/U<{'11' * 32}>>>/ID[<00><00>]"
    )
    assert problem(pdf([""], trailer=encrypted)) is ReadProblem.ENCRYPTED


# --- hostile --------------------------------------------------------------------------------------


def test_forms_that_draw_each_other_are_refused() -> None:
    objects = [
        stream(b"/X1 Do " * 60, f"/Subtype/Form/Resources<</XObject<</X1 {4 + n % 5} 0 R>>>>")
        for n in range(1, 6)
    ]
    with pytest.raises(NianbaoError) as caught:
        read_pdf(pdf(["/X1 Do"], objects=objects), "甲.pdf", Limits(seconds=1))
    assert caught.value.problem in (ReadProblem.TOO_SLOW, ReadProblem.TOO_LARGE)


@pytest.mark.parametrize("content", [b"1 ", b"q ", b"<3131> "])
def test_a_page_without_end_is_refused(content: bytes) -> None:
    assert problem(pdf([content * 3_000_000])) is ReadProblem.TOO_LARGE


def test_a_page_of_very_many_lines_is_refused() -> None:
    page = "".join(line(n % 500, n // 500, n % 500 + 9, n // 500) for n in range(30_000))
    assert problem(pdf([page + show(50, 50, "字")])) is ReadProblem.TOO_LARGE


@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, "<<" * 100_000, "(" * 100_000, "BT /F1 1e30 Tf 1e38 0 0 1e38 0 0 Tm <5b57> Tj",
     "q " * 100_000, "1 0 0 1 1e308 0 cm " * 50 + show(0, 0, "字"), "\\" * 1000, "BI ID " * 1000,
     "1 0 0 1 0 0 cm 9e99 9e99 m 0 0 l S"],
)  # fmt: skip
def test_absurd_contents_are_read_or_refused(content: str) -> None:
    assert_read_or_refused(pdf([content]))


def test_a_page_tree_that_holds_itself() -> None:
    data = pdf([show(50, 700, "字字字")]).replace(b"/Kids[5 0 R]", b"/Kids[2 0 R]")
    assert_read_or_refused(data)


def assert_read_or_refused(data: bytes) -> bool:
    try:
        read_pdf(data, "甲.pdf", Limits())
    except NianbaoError as error:
        assert isinstance(error.problem, ReadProblem)
        return False
    return True


@pytest.mark.filterwarnings("ignore")  # pypdf's own, about the damage
def test_damaged_files_are_read_or_refused() -> None:
    data = (FILES / "official.pdf").read_bytes()
    read_well, refused = survives(read_pdf, data, seed=41, count=FUZZ // 5)
    assert read_well + refused == FUZZ // 5


@pytest.mark.filterwarnings("ignore")
def test_damaged_structures_are_read_or_refused() -> None:
    """A small file, so that most damage meets structure or drawing, not glyph outlines."""
    font = FONT.format(encoding="Identity-H", more="/ToUnicode 4 0 R")
    mapping = stream(
        b"1 beginbfchar <0001> <7533> endbfchar 1 beginbfrange <0005><0007><0033> endbfrange"
    )
    data = pdf([ruled(ROWS, widths=WIDTHS)], font=font, objects=[mapping])
    contents = ruled(ROWS, widths=WIDTHS).encode()
    outcomes = [assert_read_or_refused(copy) for copy in mutated(data, FUZZ // 5 * 2, seed=42)]
    outcomes += [
        assert_read_or_refused(pdf([c])) for c in mutated(contents, FUZZ // 5 * 2, seed=43)
    ]
    assert set(outcomes) == {True, False}


def test_what_pypdf_says_of_damage_is_not_shown() -> None:
    data = (FILES / "official.pdf").read_bytes()
    data = data[: data.rindex(b"startxref")] + b"startxref\n99\n%%EOF\n"
    code = "import sys; from core.reading.dispatch import read_bytes; read_bytes(sys.stdin.buffer.read(), 'a')"
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
