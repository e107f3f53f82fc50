"""Saved web pages: encodings right and wrong, spans, nesting, archives, and hostile ones."""

from __future__ import annotations

import base64

import pytest

from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.clipboard import read_clipboard
from core.reading.dispatch import read_bytes
from core.reading.markup.html import read_html, read_mht
from tests.core.reading.sample_2018 import FILES, FUZZ, survives

LABEL = "（一）收到申请数"
TRADITIONAL = "政府資訊公開情況統計表，收到申請數"


def read(page: str) -> RawDocument:
    return read_html(page.encode(), "甲.htm", Limits())


def rows(page: str) -> tuple[tuple[str, ...], ...]:
    return read(page).tables[0].rows


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["", "utf-8", "gb2312", "iso-8859-1", "big5", "x-unknown"])
def test_any_encoding_with_any_declaration(encoding: str, declared: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    page = (
        f"<html><head>{meta if declared else ''}<title>统计表</title></head><body><table>"
        f"<tr><td>{LABEL}<td>件<td>3</tr></table><p>本单位共收到政府信息公开申请。</body></html>"
    )
    document = read_html(page.encode(encoding), "甲.htm", Limits())
    assert document.tables[0].rows == ((LABEL, "件", "3"),)


@pytest.mark.parametrize("declared", ["big5", "gb2312"])
def test_big5(declared: str) -> None:
    page = (
        f'<meta charset="{declared}"><table><tr><td>{TRADITIONAL}<td>3</table><p>{TRADITIONAL * 3}'
    )
    document = read_html(page.encode("big5"), "甲.htm", Limits())
    assert document.tables[0].rows == ((TRADITIONAL, "3"),)


def test_spans_are_laid_out() -> None:
    page = (
        "<table><thead><tr><th colspan=2 rowspan=2>指标</th><th colspan='2'>数</th></tr>"
        "<tr><th>本年<th>上年</thead><tbody><tr><td rowspan=9>组</td><td>甲<td>1<td>2</tr>"
        "<tr><td>乙<td>3<td>4</tr></tbody><tfoot><tr><td>合计<td>4</tfoot></table>"
    )
    assert rows(page) == (
        ("指标", "指标", "数", "数"), ("指标", "指标", "本年", "上年"), ("组", "甲", "1", "2"),
        ("组", "乙", "3", "4"), ("合计", "4"),
    )  # fmt: skip
    assert read(page).tables[0].merged == {(0, 1), (0, 3), (1, 0), (1, 1), (3, 0)}


def test_text_is_what_the_page_shows() -> None:
    page = (
        "<style>td{}</style><script>document.write('<td>9')</script><noscript>无</noscript>"
        "<p>前 &nbsp; 言</p><table><tr><td>&nbsp;&nbsp;其中：<b>主动</b>\n  公开<br>（注）</td>"
        "<td>１，０２４</td><td style='DISPLAY: none'>7</td><td><script>1</script>8</td></tr>"
        "<tr style='display:none'><td>藏</td></tr><tr hidden><td>藏</td></tr></table><!-- 注 -->"
    )
    assert rows(page) == (("其中：主动 公开\n（注）", "１，０２４", "8"),)
    assert read(page).text == "前 言"


def test_marks_and_struck_out_digits_join_no_figure() -> None:
    page = (
        "<table><tr><td>3<sup>1</sup><td><s>3</s>5<td><span style='text-decoration:line-through'>"
        "7</span>8<td>9<sup><a href='#a'>[2]</a></sup></table>"
    )
    assert rows(page) == (("3[1]", "5", "8", "9[2]"),)
    assert "删除线" in read(page).remarks[0]


def test_a_saved_form_keeps_what_was_typed() -> None:
    page = (
        "<table><tr><td>数<td><input type=text value=31><input type=hidden value=5></tr>"
        "<tr><td>级<td><select><option>甲<option selected>乙</select></tr></table>"
    )
    assert rows(page) == (("数", "31"), ("级", "乙"))


def test_a_frame_says_where_its_pages_are() -> None:
    page = "<html><frameset rows='*,39'><frame src='a.files/sheet001.htm'></frameset></html>"
    with pytest.raises(NianbaoError, match=r"sheet001\.htm"):
        read_bytes(page.encode(), "甲.htm")


def test_the_title_of_a_page_is_kept_apart_from_its_text() -> None:
    document = read("<title>某局\n2024年年报</title><p>甲</p><table><tr><td>1</table>")
    assert (document.title, document.text) == ("某局 2024年年报", "甲")


@pytest.mark.parametrize("name", ["form", "center", "div", "font", "span"])
def test_elements_between_a_table_its_rows_and_their_cells(name: str) -> None:
    page = (
        f"<table><{name}><tr><td>甲</td><td>1</td></tr></{name}>"
        f"<tbody><tr><td>乙</td><{name}><td>2</td></{name}></tr></tbody></table>"
    )
    (table,) = read(page).tables
    assert table.rows == (("甲", "1"), ("乙", "2"))


def test_a_nested_table_follows_the_outer_one() -> None:
    document = read("<table><tr><td>外<table><tr><td>里<td>5</table></td><td>1</table>")
    assert [table.rows for table in document.tables] == [(("外", "1"),), (("里", "5"),)]


def test_an_archive_reads_as_its_pages() -> None:
    page = f"<table><tr><td>{LABEL}<td>3</table>"
    encoded = base64.b64encode(page.encode("gb18030")).decode()
    archive = (
        "From: <Saved by Microsoft Internet Explorer>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="b"; type="text/html"\r\n\r\n--b\r\n'
        'Content-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        f"{encoded}\r\n--b\r\nContent-Type: image/gif\r\n\r\nGIF8\r\n--b--\r\n"
    ).encode()
    document = read_bytes(archive, "甲.xls")
    assert (document.kind, document.tables[0].rows) == ("mht", ((LABEL, "3"),))
    read_well, refused = survives(read_mht, archive, seed=32, count=FUZZ // 2)
    assert read_well + refused == FUZZ // 2


@pytest.mark.parametrize("span", ["65534", "1000000", "99999999999", "-3", "0", "x"])
def test_absurd_spans_cost_nothing(span: str) -> None:
    page = f"<table><tr><td colspan={span} rowspan={span}>宽</table>"
    assert len(rows(page)) == 1


def test_spans_that_add_up_are_refused() -> None:
    page = "<table>" + "<tr><td colspan=1000 rowspan=1000>宽" * 1200 + "</table>"
    with pytest.raises(NianbaoError) as caught:
        read(page)
    assert caught.value.problem is ReadProblem.TOO_LARGE


@pytest.mark.parametrize(
    "page", ["<table><tr><td>" * 5_000, "<div>" * 100_000 + "底", "<b>" * 100_000 + "底"]
)
def test_nesting_without_end_is_read_or_refused(page: str) -> None:
    try:
        read(page)
    except NianbaoError as error:
        assert error.problem in (ReadProblem.TOO_LARGE, ReadProblem.DAMAGED, ReadProblem.TOO_SLOW)


def test_nothing_outside_the_page_is_fetched() -> None:
    page = (
        '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><table><tr><td>甲&a;'
        '<td><img src="http://127.0.0.1:9/x"><iframe src="file:///etc/passwd"></iframe>3</table>'
    )
    assert "root:" not in str(read(page))


def test_damaged_pages_are_read_or_refused() -> None:
    for seed, name in ((30, "official.html"), (31, "official.sheet.html")):
        read_well, refused = survives(
            read_html, (FILES / name).read_bytes(), seed=seed, count=FUZZ // 2
        )
        assert read_well + refused == FUZZ // 2


# --- clipboard ------------------------------------------------------------------------------------


def test_the_clipboards_page_comes_before_its_text() -> None:
    page = (
        "Version:1.0\r\nStartHTML:0000000105\r\nSourceURL:file:///C:/a.xls\r\n<html><body>"
        "<!--StartFragment--><table><tr><td rowspan=2>组<td>甲<td>1<tr><td>乙<td>2</table></body>"
    )
    document = read_clipboard(page, "组\t甲\t1\r\n\t乙\t2\r\n")
    assert document.tables[0].rows == (("组", "甲", "1"), ("组", "乙", "2"))
    assert (document.kind, document.text) == ("clipboard", "")


def test_the_clipboards_text_where_its_page_has_no_table() -> None:
    text = "指标\t单位\t数\r\n收到申请数\t件\t3\r\n办结数\t件\t3\r\n"
    for page in (None, "", "<p>收到申请数 3</p>"):
        assert ("收到申请数", "件", "3") in read_clipboard(page, text).tables[0].rows


def test_an_empty_clipboard_is_said() -> None:
    for page, text in ((None, None), ("", " \n")):
        with pytest.raises(NianbaoError, match="剪贴板"):
            read_clipboard(page, text)


def test_the_page_s_own_style_sheet_strikes_raises_and_hides() -> None:
    css = (
        "<!-- .k {color:red; text-decoration : line-through} .u{vertical-align:super}"
        ".h{display:none} .m{vertical-align:middle} @media print { .p {display:none} } del.x{}"
        "/* .c{display:none} */ #i{text-decoration:line-through} b.z{display:none} .o .in{display:none}"
        "s.not{} .k2{text-decoration:line-through}.k2{text-decoration:none} td.u{vertical-align:sub} -->"
    )
    page = (
        f"<style>{css}</style><table><tr><td class=k>1<td><font class='a k'>12</font>3<td>4"
        "<span class=u>2</span><td class=h>5<td class=m>6<td class=p>7<td class=c>8<td id=i>9"
        "<td>1<b class=z>0</b><i class=z>0</i><td class=u>11<td class=k2>12<tr class=k><td>1</tr>"
        "<tr class=o><td><b class=in>1</b>2<td class=in>3</tr></table>"
        "<table class=k><tr><td>1</table><p>前<span class=k>中</span>后</p>"
    )
    document = read(page)
    assert document.tables[0].rows == (
        ("", "3", "4[2]", "6", "7", "8", "", "10", "11", "12"), (), ("2",),
    )  # fmt: skip
    assert len(document.tables) == 1
    assert document.text == "前后"
    assert sum("删除线" in remark for remark in document.remarks) == 1


def test_cells_without_a_row_and_cells_to_the_end_of_their_group() -> None:
    page = "<table><td>甲<td>1<tr><td>乙<td>2</tr><td>丙<td>3</table>"
    assert rows(page) == (("甲", "1"), ("乙", "2"), ("丙", "3"))
    page = (
        "<table><tbody><tr><td rowspan=0>组<td>1<tr><td>2<tr><td>3</tbody>"
        "<tbody><tr><td>后<td>4</tbody></table>"
    )
    assert rows(page) == (("组", "1"), ("组", "2"), ("组", "3"), ("后", "4"))


def test_a_frame_around_a_figure_is_no_table() -> None:
    framed = read("<table><tr><td>甲<td><table><tr><td>40</table></table>")
    assert [table.rows for table in framed.tables if table.rows] == [(("甲", "40"),)]
    told = read("<table><tr><td>甲<td><table><tr><td>40<td>50</table></table>")
    assert "小表格" in told.remarks[0]


@pytest.mark.parametrize(
    "css",
    [
        ".a{display:none}" * 300_000, "/*" * 2_500_000, "{" * 2_000_000, "}" * 2_000_000,
        "".join(f".a .b{at} i{{display:none}}" for at in range(150_000)),
        "".join(f".a{at},b{{vertical-align:super}}" for at in range(150_000)),
        "a," * 2_000_000 + "{display:none}", "@media x{" * 500_000,
        ".a" * 2_000_000 + "{display:none}", "i{display:none;" + "display:" * 500_000 + "}",
    ],
)  # fmt: skip
def test_style_sheets_of_megabytes_cost_little(css: str) -> None:
    body = "<table>" + "<tr><td class='a b'>甲<td><i>1</i>2" * 2000 + "</table>"
    try:
        assert len(read(f"<style>{css}</style>{body}").tables[0].rows) in (0, 2000)
    except NianbaoError as error:
        assert error.problem in (ReadProblem.TOO_LARGE, ReadProblem.TOO_SLOW)
