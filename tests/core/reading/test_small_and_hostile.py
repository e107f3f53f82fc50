"""Small files made to take long or to take the memory: refused in words, before anything is laid out."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib

import pytest

from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import ReadProblem
from core.reading.dispatch import read_bytes
from core.reading.markup.mht import entities
from tests.bench.attack.pdf import pdf_with_font_table

MEBIBYTE = 1024 * 1024


def refusal(data: bytes) -> NianbaoError:
    with pytest.raises(NianbaoError) as caught:
        read_bytes(data, "x", Limits())
    return caught.value


@pytest.mark.parametrize("pattern", [b"a%d=1 ", b"a%d ", b"a%d='>' ", b'a%d="<td " '])
def test_a_tag_with_attributes_without_end_is_refused(pattern: bytes) -> None:
    attributes = b"".join(pattern % number for number in range(5_000))
    page = b"<html><table><tr><td " + attributes + b">1</td></tr></table></html>"
    for data in (page, page.decode("ascii").encode("utf-16")):
        assert "1000 个属性" in str(refusal(data))


def test_attributes_cannot_hide_behind_a_quote_in_a_script() -> None:
    attributes = b" ".join(b"a%d" % number for number in range(5_000))
    page = (
        b"<html><script>x<a b='</script><table><tr><td " + attributes + b">1</td></table></html>'"
    )
    assert refusal(page).problem is ReadProblem.TOO_LARGE


def test_a_large_picture_in_a_page_is_no_attack() -> None:
    picture = b"<img src='data:image/png;base64," + b"iVBORw0KGgo" * 2 * MEBIBYTE + b"'>"
    page = b"<html>" + picture + "<table><tr><td>收到申请数</td><td>3</td></tr></table>".encode()
    assert read_bytes(page, "x", Limits()).tables[0].rows == (("收到申请数", "3"),)


def test_excel_xml_with_attributes_without_end_is_refused() -> None:
    attributes = b" ".join(b'a%d="1"' % number for number in range(100_000))
    name = b"urn:schemas-microsoft-com:office:spreadsheet"
    data = (
        b'<?xml version="1.0"?><Workbook xmlns="%s"><Worksheet><Table><Row><Cell %s/></Row></Table>'
        % (
            name,
            attributes,
        )
    )
    assert "1000 个属性" in str(refusal(data + b"</Worksheet></Workbook>"))


def test_a_font_table_of_ranges_over_one_another_is_refused() -> None:
    ranges = b"<0000><ffff><0041>\n" * 200_000
    table = b"begincmap\n1 beginbfrange\n" + ranges + b"endbfrange\nendcmap"
    data = pdf_with_font_table(b"/Filter/FlateDecode", zlib.compress(table, 9))
    assert len(data) < 20_000
    assert "个字形" in str(refusal(data))


@pytest.mark.parametrize(
    "name", [b"ASCII85Decode", b"A85", b"#41SCII8#35Decode", b"ASCIIHexDecode"]
)
def test_a_pdf_written_as_text_without_end_is_refused(name: bytes) -> None:
    data = pdf_with_font_table(b"/Filter/" + name, b"z" * 2 * MEBIBYTE + b"~>")
    assert "ASCII" in str(refusal(data))


def test_a_zip_member_packed_as_office_files_are_not_is_refused() -> None:
    for packing in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", packing) as package:
            package.writestr("[Content_Types].xml", "spreadsheetml.sheet.main")
            package.writestr("xl/workbook.xml", b" " * 2 * MEBIBYTE)
        assert "压缩方式" in str(refusal(stream.getvalue()))


def test_a_web_archive_of_folded_headers_or_parts_without_end_is_bounded() -> None:
    folded = b"MIME-Version: 1.0\nContent-Type: text/html\nX: a" + b"\n a" * MEBIBYTE
    (entity,) = entities(folded + b"\n\n<p>1")
    assert bytes(entity.body) == b"<p>1" and len(entity.headers["x"]) < MEBIBYTE
    start = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
    assert len(list(entities(start + b"--b\n\nx\n" * 100_000))) < 5_000


def test_a_page_inside_a_web_archive_is_as_large_as_a_page_may_be() -> None:
    page = base64.encodebytes(b"<html><table><tr><td>" + b"a " * 13 * MEBIBYTE)
    start = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n"
    head = b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
    assert refusal(start + head + page + b"\n--b--\n").problem is ReadProblem.TOO_LARGE
