"""OFD files: tables by their rules, whatever the producer's manner; all else refused in words."""

from __future__ import annotations

import re
import tracemalloc
from pathlib import Path

import pytest

from core.catalog import Catalog
from core.importing.propose import propose
from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.dispatch import kind_of, read_bytes
from core.reading.sniff import Kind
from tests.core.figures import figures_2018
from tests.core.reading.pdf_writer import line as pdf_line
from tests.core.reading.pdf_writer import pdf, show
from tests.reference.make_files import FOOT, QUIRKS, TITLE
from tests.reference.ofd_files import Manner, ofd, packed, report, rule, text_object

ROWS = [
    ["统计指标", "单位", "统计数"],
    ["一、主动公开情况", "", ""],
    ["（一）主动公开政府信息数\n（不同渠道和方式公开相同信息计1条）", "条", "31"],
    ["其中：主动公开规范性文件数", "条", "1,024"],
    ["制发规范性文件总数", "件", ""],
]


def read(data: bytes, **limits: float) -> RawDocument:
    return read_bytes(data, "a.ofd", Limits(**limits))  # pyright: ignore[reportArgumentType]


def refused(data: bytes) -> ReadProblem:
    with pytest.raises(NianbaoError) as caught:
        read(data)
    assert "a.ofd" in str(caught.value)
    problem = caught.value.problem
    assert isinstance(problem, ReadProblem)
    return problem


def flat(rows: object) -> list[list[str]]:
    assert isinstance(rows, list | tuple)
    return [[re.sub(r"\s", "", cell) for cell in row] for row in rows]


@pytest.mark.parametrize("manner", Manner)
def test_a_ruled_table_in_every_manner(manner: Manner) -> None:
    data = report(["统计表", "填报单位：甲局"], ROWS, (90, 20, 30), "填报人：乙", manner)
    assert kind_of(data, "a.pdf") is Kind.OFD
    document = read(data)
    assert document.kind == "ofd"
    assert document.text.split("\n") == ["统计表", "填报单位：甲局", "填报人：乙"]
    assert flat(document.tables[0].rows) == flat(ROWS)
    assert document.remarks == ()


@pytest.mark.parametrize("manner", Manner)
def test_the_2018_report_over_three_pages(manner: Manner, tmp_path: Path) -> None:
    quirk = next(quirk for quirk in QUIRKS if quirk.name == "official")
    path = tmp_path / "去年.ofd"
    path.write_bytes(report(TITLE, quirk.rows(), (110, 20, 30), FOOT, manner, merged=True))
    proposal = propose(path, Catalog.standard())
    assert proposal.form_id == "cn-2014-beijing"
    assert proposal.values == figures_2018()
    assert proposal.doubted == {}
    assert proposal.header["preparer"] == "王五"
    assert proposal.year == 2018


def test_the_same_places_say_the_same_in_pdf() -> None:
    """One page as both: tables, texts and gaps come out alike."""
    words = [(30.0, 40.0, "指标"), (90.0, 40.0, "数"), (30.0, 50.0, "申请数"), (90.0, 50.0, "12 3")]
    edges, heights = (25.0, 80.0, 120.0), (33.0, 43.0, 53.0)
    around = [(30.0, 20.0, "某区 统计表"), (30.0, 70.0, "填报人：甲")]
    objects = "".join(text_object(x, y, text) for x, y, text in (*words, *around))
    objects += "".join(rule(x, heights[0], x, heights[-1]) for x in edges)
    objects += "".join(rule(edges[0], y, edges[-1], y) for y in heights)
    scale = 72 / 25.4

    def up(y: float) -> float:
        return 842 - y * scale

    content = "".join(show(x * scale, up(y), text) for x, y, text in (*words, *around))
    content += "".join(pdf_line(x * scale, up(33), x * scale, up(53)) for x in edges)
    content += "".join(pdf_line(25 * scale, up(y), 120 * scale, up(y)) for y in heights)
    one, other = read(ofd([objects])), read_bytes(pdf([content]), "a.pdf")
    assert one.tables == other.tables
    assert one.text == other.text


def test_distances_repeat_are_cut_short_or_left_out() -> None:
    def page(entry: str, text: str) -> str:
        code = f'<o:TextCode X="0" Y="4" {entry}>{text}</o:TextCode>'
        return f'<o:TextObject Boundary="20 30 90 5" Size="4">{code}</o:TextObject>'

    for entry in (
        'DeltaX="g 3 4"', 'DeltaX="4 4 4"', 'DeltaX="g 2 4 4"', 'DeltaX="g 999999999 4"', "",
        'DeltaX="4"', 'DeltaX="g"', 'DeltaX="g g"', 'DeltaX="g 1e300 4"', 'DeltaX="4,4,4"',
    ):  # fmt: skip
        assert read(ofd([page(entry, "公开年报")])).text.replace(" ", "") == "公开年报", entry
    # Far apart they are columns.
    apart = page('DeltaX="g 1 4 30 4"', "公开年报")
    assert read(ofd([apart])).text == "公开\t年报"
    down = page('DeltaY="g 3 6"', "公开年报")
    assert read(ofd([down])).text.split("\n") == list("公开年报")


def test_several_documents_are_read_in_order_and_said() -> None:
    document = read(ofd([text_object(20, 30, "第一页")], documents=2))
    assert document.text == "第一页\n第一页"
    assert document.remarks == ("文件里有 2 份文档，按先后顺序读取。",)


def test_seals_annotations_and_hidden_objects_are_passed_over() -> None:
    hidden = text_object(20, 60, "看不见").replace("<o:TextObject", '<o:TextObject Visible="false"')
    more = {
        "Doc_0/Annots/Page_0/Annotation.xml": "<not xml",
        "Doc_0/Signs/Sign_0/Signature.xml": "<!DOCTYPE x>",
        "Doc_0/Signs/Sign_0/Seal.esl": b"\0\1",
    }
    document = read(ofd([text_object(20, 30, "看得见") + hidden], more=more))
    assert document.text == "看得见"


def test_composite_objects_draw_what_their_resource_holds() -> None:
    resources = (
        '<r:Res xmlns:r="x"><r:CompositeGraphicUnits><r:CompositeGraphicUnit ID="77"><r:Content>'
        + text_object(0, 5, "组合").replace("o:", "r:")
        + "</r:Content></r:CompositeGraphicUnit></r:CompositeGraphicUnits></r:Res>"
    )
    data = ofd(['<o:CompositeObject ResourceID="77" Boundary="20 30 50 10"/>'])
    parts = unpacked(data)
    root = parts["Doc_0/Document.xml"].decode()
    named = root.replace("</ofd:PageArea>", "</ofd:PageArea><ofd:PublicRes>Res.xml</ofd:PublicRes>")
    parts |= {"Doc_0/Document.xml": named.encode(), "Doc_0/Res.xml": resources.encode()}
    assert read(packed(parts)).text == "组合"


def unpacked(data: bytes) -> dict[str, bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_shapes_and_pictures_alone_are_refused_as_a_scan_is() -> None:
    drawn = "<o:PathObject><o:AbbreviatedData>M 1 1 L 9 9</o:AbbreviatedData></o:PathObject>"
    picture = '<o:ImageObject ID="3" ResourceID="4" Boundary="0 0 210 297"/>'
    assert refused(ofd([drawn])) is ReadProblem.NO_TEXT
    assert refused(ofd([picture])) is ReadProblem.SCANNED
    assert refused(ofd([picture + text_object(20, 30, "第1页")])) is ReadProblem.MOSTLY_PICTURES
    assert refused(ofd([text_object(20, 30, "\ue001\ue002\ue003年")])) is ReadProblem.NO_CHARACTERS


@pytest.mark.parametrize("turned", ["0 1 -1 0 0 0", "0 -1 1 0 0 0"])
def test_a_page_laid_sideways_is_read(turned: str) -> None:
    words = [("指标", 0, 4), ("申请数", 0, 10), ("12", 40, 10)]
    objects = "".join(
        f'<o:TextObject Boundary="100 150 5 5" CTM="{turned}" Size="4">'
        f'<o:TextCode X="{x}" Y="{y}" DeltaX="g 9 {4 if x == 0 else 2}">{text}</o:TextCode></o:TextObject>'
        for text, x, y in words
    )
    assert read(ofd([objects])).text.split("\n") == ["指标", "申请数\t12"]


def test_a_figure_struck_out_is_no_figure() -> None:
    line = rule(20, 28.8, 26, 28.8)
    document = read(ofd([text_object(20, 30, "312") + line + text_object(40, 30, "31")]))
    assert document.text == "31"
    assert "删除线" in document.remarks[0]


def test_what_a_font_alone_knows_is_said() -> None:
    document = read(ofd([text_object(20, 30, "主动公开\ue001")]))
    assert document.text == "主动公开\ufffd"
    assert document.remarks == ("文件中有 1 个字无法识别（显示为“\ufffd”），请核对。",)


def test_a_layer_of_recognised_text_over_a_scan_is_said() -> None:
    words = text_object(20, 30, "识别出来的文字一共有二十个字以上才算是有文字层的")
    document = read(ofd([words.replace("<o:TextObject", '<o:TextObject Alpha="0"')]))
    assert "扫描后识别" in document.remarks[0]


def test_a_missing_page_is_said_and_the_others_are_read() -> None:
    parts = unpacked(ofd([text_object(20, 30, "第一"), text_object(20, 30, "第二")]))
    del parts["Doc_0/Pages/Page_0/Content.xml"]
    document = read(packed(parts))
    assert document.text == "第二"
    assert document.remarks == ("文件缺少第 1 页的内容，没有读取。",)


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"OFD.xml": "<a/>"}, ReadProblem.DAMAGED),
        ({"OFD.xml": "<o><DocBody><DocRoot>x.xml</DocRoot></DocBody></o>"}, ReadProblem.DAMAGED),
        ({"OFD.xml": "<o><DocBody><DocRoot>../../x</DocRoot></DocBody></o>"}, ReadProblem.DAMAGED),
        ({"OFD.xml": "no xml"}, ReadProblem.DAMAGED),
        ({"OFD.xml": "<!DOCTYPE o [<!ENTITY a 'b'>]><o>&a;</o>"}, ReadProblem.DAMAGED),
        ({"OFD.xml": b"\x01\x02", "Encryptions.xml": "<a/>"}, ReadProblem.ENCRYPTED),
        ({"OFD.xml": "<o>" + "<DocBody><DocRoot>x</DocRoot></DocBody>" * 60 + "</o>"},
         ReadProblem.TOO_LARGE),
    ],
)  # fmt: skip
def test_what_is_no_sound_file_is_refused(
    parts: dict[str, str | bytes], problem: ReadProblem
) -> None:
    assert refused(packed(parts)) is problem


def coded(entries: str, code: str, text: str) -> str:
    return f"<o:TextObject {entries}><o:TextCode {code}>{text}</o:TextCode></o:TextObject>"


def hostile() -> dict[str, bytes]:
    """Files that ask for more than any report needs."""
    deep = "<o:PageBlock>" * 40 + text_object(9, 9, "深") + "</o:PageBlock>" * 40
    unit = '<o:CompositeObject ResourceID="1"/>'
    circle = unpacked(ofd([unit]))
    root = circle["Doc_0/Document.xml"].decode()
    circle["Doc_0/Document.xml"] = root.replace(
        "</ofd:PageArea>", "</ofd:PageArea><ofd:DocumentRes>R.xml</ofd:DocumentRes>"
    ).encode()
    circle["Doc_0/R.xml"] = (
        '<o:Res xmlns:o="x"><o:CompositeGraphicUnits><o:CompositeGraphicUnit ID="1"><o:Content>'
        f"{unit * 50}</o:Content></o:CompositeGraphicUnit></o:CompositeGraphicUnits></o:Res>"
    ).encode()
    path = "M 0 0 " + "L 9 9 L 200 9 " * 60_000
    pages = "".join('<o:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>' for _ in range(20_000))
    many = unpacked(ofd([text_object(9, 9, "一页" * 50)]))
    many["Doc_0/Document.xml"] = (
        f'<o:Document xmlns:o="x"><o:CommonData/><o:Pages>{pages}</o:Pages></o:Document>'.encode()
    )
    grid = "".join(rule(10, 10 + n * 0.01, 200, 10 + n * 0.01) for n in range(20_100))
    return {
        "deep": ofd([deep]),
        "circle": packed(circle),
        "path": ofd([f"<o:PathObject><o:AbbreviatedData>{path}</o:AbbreviatedData></o:PathObject>"]),
        "pages": packed(many),
        "text": ofd([coded('Size="1"', "", "公" * 400_000)]),
        "rules": ofd([grid]),
        "numbers": ofd([coded(f'Boundary="{"9" * 9_000}" Size="1e999"', 'X="1e99999"', "公")]),
        "deltas": ofd([coded('Size="1"', f'DeltaX="{"g 9 " * 400_000}"', "公开")]),
    }  # fmt: skip


HOSTILE = hostile()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_read_or_refused_within_bounds(name: str) -> None:
    tracemalloc.start()
    try:
        read(HOSTILE[name])
    except NianbaoError as error:
        assert isinstance(error.problem, ReadProblem)
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 256 * 1024 * 1024
