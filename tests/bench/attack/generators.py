"""Hostile files of each kind: well formed for the most part, with one thing made too many, too deep,
too long, too large a number, or simply odd. Not mutations of bytes: those end at the first check."""

from __future__ import annotations

import base64
import io
import json
import random
import struct
import zipfile
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from core.catalog import Catalog
from core.period import Period
from core.report import Report
from core.session import Session
from core.storage.nianbao import encode
from core.writing.xlsx import workbook_bytes
from tests.bench.attack.pdf import pdf

FORM: Final = "cn-2014-beijing"
#: Most files are small, so that many can be tried; a few are what a hundred of them would be.
SIZES: Final = (0, 1, 2, 7, 60, 60, 700, 700, 5_000, 40_000)
ODD: Final = (
    "", " ", "　", "0", "-1", "1" * 400, "9" * 5_000, "1e999", "１２", "1,024", "/", "—", "无", "件",
    "（" * 500, "一、" * 300, "2018年" * 300, "其中：" * 300, "单位　" * 300, "（一）收到申请数",
    "1.当面申请数", "统计指标", "单位", "统计数", "=1+1", "\u202e", "\ud83d\ude00", "&#0;", "\x00", "\t" * 300,
    " " * 20_000, "x" * 33_000, "年" * 9_000, "((((" * 999, "[1]" * 999,
)  # fmt: skip


def odd(chance: random.Random) -> str:
    """A text that a careless reader takes long for, or falls over."""
    return chance.choice(ODD)


def some(chance: random.Random) -> int:
    """How many of something."""
    return chance.choice(SIZES)


def table(chance: random.Random) -> list[list[str]]:
    """Rows of cells, a few labels of the form among them."""
    width = chance.choice((1, 2, 3, 3, 3, 4, 9, 60))
    rows = [["统计指标", "单位", "统计数"]] if chance.random() < 0.7 else []
    labels = ("（一）收到申请数", "1.当面申请数", "2.传真申请数", "二、回应解读情况", odd(chance))
    for _ in range(min(some(chance), 900)):
        row = [chance.choice(labels), "件", str(chance.randrange(99)), *[odd(chance)] * width]
        rows.append([cell[:40_000] for cell in row[:width]])
    return rows


def text(chance: random.Random) -> bytes:
    """Plain text, tables in it drawn, spaced or not at all."""
    gap = chance.choice(("\t", "  ", "　", " | ", "│", "\n", ""))
    lines = [gap.join(row) for row in table(chance)]
    lines.insert(0, odd(chance) * min(some(chance), 700))
    if chance.random() < 0.3:
        lines = [chance.choice(("-----  ----- ", "┌─┬─┐", "+--+--+", "===="))[:9] * 40, *lines] * 3
    made = chance.choice(("\n", "\r\n", "\r", "\x0b")).join(lines)[:3_000_000]
    return made.encode(chance.choice(("utf-8", "gb18030", "utf-16", "big5")), "replace")


def csv(chance: random.Random) -> bytes:
    """Separated values with quotes that close, or not."""
    mark = chance.choice((",", "\t", ";", ",,,,"))
    quote = chance.choice(("", '"', '""', '="', "'"))
    lines = [mark.join(quote + cell + quote for cell in row) for row in table(chance)]
    made = chance.choice(("", "sep=,\n", "sep=x\n", "\ufeff")) + "\n".join(lines)
    return made[:3_000_000].encode(chance.choice(("utf-8", "gb18030", "utf-16")), "replace")


def html(chance: random.Random) -> bytes:
    """A page: tables in tables, spans, tags without end, entities."""
    cells: list[str] = []
    span = chance.choice(("", " colspan=1000", " rowspan=99999", " colspan=-1", " rowspan='1e9'"))
    for row in table(chance):
        cells.append("<tr>" + "".join(f"<td{span}>{cell}" for cell in row))
    body = "<table>" + "".join(cells)
    wrap = chance.choice(("<table><tr><td>", "<div>", "<b>", "<form>", "<sup>", "<select><option>"))
    body = wrap * min(some(chance), 5_000) + body
    attributes = " ".join(f"a{number}={odd(chance)[:9]!r}" for number in range(some(chance)))
    if chance.random() < 0.3:
        body = f"<td {attributes}>" + body
    if chance.random() < 0.2:
        body += chance.choice(("&#x110000;", "&amp", "<!--", "<![CDATA[", "<script>")) * some(
            chance
        )
    head = "<html><meta charset=" + chance.choice(("gbk", "x" * 99, "utf-16")) + ">"
    return (head + body).encode(chance.choice(("utf-8", "gb18030")), "replace")[:6_000_000]


def mht(chance: random.Random) -> bytes:
    """A web archive: parts, boundaries, folds, transfer encodings."""
    page = html(chance)[:500_000]
    how = chance.choice((b"base64", b"quoted-printable", b"8bit", b"x"))
    if how == b"base64":
        page = base64.encodebytes(page)
    boundary = chance.choice((b"b", b"=_" + b"-" * 70, b"(" * 40, b""))
    head = b"MIME-Version: 1.0\nX: a" + chance.choice((b"\n a", b"\n\t", b"=?")) * some(chance)
    kind = b'\nContent-Type: multipart/related; boundary="' + boundary + b'"'
    kind += b"; a=b" * min(some(chance), 3000)
    part = b"\n--%s\nContent-Type: text/html\nContent-Transfer-Encoding: %s\n\n" % (boundary, how)
    return (
        head
        + kind
        + b"\n\n"
        + (part + page) * chance.choice((1, 1, 2, 5))
        + (b"\n--" + boundary) * some(chance)
    )


def rtf(chance: random.Random) -> bytes:
    """Groups, control words and numbers, and tables of them."""
    word = chance.choice(
        (b"{", b"{\\b a}", b"\\u-1 ?", b"\\'81", b"\\trowd", b"\\cellx-1", b"\\bin99999999 ",
         b"\\row", b"\\cell", b"\\uc9999 ", b"\\fs" + b"9" * 99 + b" ", b"{\\*\\xx ", b"}", b"\\")
    )  # fmt: skip
    rows = b"".join(
        b"\\trowd" + b"\\cellx1000" * len(row) + b"".join(
            cell.encode("gb18030", "replace")[:900] + b"\\cell " for cell in row
        ) + b"\\row\n"
        for row in table(chance)[:200]
    )  # fmt: skip
    return b"{\\rtf1\\ansi\\ansicpg936 " + rows + word * some(chance) + rows[:5000] + b"}"


def ole(chance: random.Random) -> bytes:
    """A container of .doc or .xls: header, sector tables that lie, streams of records."""
    sector = 512
    name = chance.choice(("Workbook", "WordDocument", "Book", "1Table", "EncryptedPackage"))
    count = chance.choice((1, 2, 9, 300))
    if name in ("Workbook", "Book"):
        record = struct.pack("<HH", chance.choice((0x0809, 0x00FD, 0x00FC, 0x0203, 0x00E5, 0x003C)),
                             chance.choice((0, 4, 10, 8224, 65535)))  # fmt: skip
        stream = (b"\x09\x08\x10\0\0\6\5\0" + bytes(12) + record + chance.randbytes(20)) * count * 9
    else:
        stream = struct.pack("<H", 0xA5EC) + chance.randbytes(898) * count
    stream = stream.ljust(max(4096, -(-len(stream) // sector) * sector), b"\0")
    sectors = len(stream) // sector
    ends = 0xFFFFFFFE
    chain = [*range(1, sectors), ends]
    if chance.random() < 0.3:
        chain[chance.randrange(sectors)] = chance.choice((0, sectors - 1, 2**31, 0xFFFFFFFD))
    table_sector, folder = sectors, sectors + 1
    fat = [*chain, 0xFFFFFFFD, ends]
    fat_bytes = b"".join(struct.pack("<I", entry) for entry in fat)[:sector].ljust(sector, b"\xff")

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = (title + "\0").encode("utf-16-le")
        links = (0xFFFFFFFF, chance.choice((0xFFFFFFFF, 0xFFFFFFFF, 1, 0)), child)
        return (
            raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1)
            + struct.pack("<III", *links) + bytes(36) + struct.pack("<IQ", start, size)
        )  # fmt: skip

    size = chance.choice((len(stream), len(stream), 2**40, 0))
    names = entry("Root Entry", 5, 1, ends, 0) + entry(name, 2, 0xFFFFFFFF, 0, size)
    names = names.ljust(sector, b"\0")
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6) + struct.pack("<IIIIIIIII", 0, chance.choice((1, 1, 1, 109, 2**31)), folder, 0, 4096,
                                 ends, 0, ends, chance.choice((0, 0, 2**30)))
        + struct.pack("<I", table_sector) + b"\xff" * 432
    )  # fmt: skip
    return header[:512] + stream + fat_bytes + names


def _sheet(chance: random.Random) -> bytes:
    rows: list[str] = []
    for number, row in enumerate(table(chance), 1):
        cells = "".join(
            f'<c r="{chance.choice(("", f"{chr(65 + at % 26)}{number}", "XFD1048576", "A0", "é1"))}"'
            f' t="{chance.choice(("inlineStr", "s", "str", "n", "b", "e", "d"))}" s="{chance.choice((0, 9, -1))}">'
            f"<is><t>{_escaped(cell)[:3000]}</t></is><v>{_escaped(odd(chance))[:300]}</v></c>"
            for at, cell in enumerate(row)
        )
        rows.append(f'<row r="{chance.choice((number, 1048576, -1))}">{cells}</row>')
    merged = "".join(
        f'<mergeCell ref="A1:XFD{number}"/>' for number in range(min(some(chance), 3000))
    )
    start = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return (
        start + "".join(rows) + f"</sheetData><mergeCells>{merged}</mergeCells></worksheet>"
    ).encode("utf-8", "replace")


def _escaped(cell: str) -> str:
    plain = cell.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return "".join(character for character in plain if character >= " ")


def xlsx(chance: random.Random) -> bytes:
    """A workbook of ours with one part made hostile."""
    form = Catalog.standard().checks(FORM)
    made = workbook_bytes(Session(Report(form.form, Period(2018)), form))
    out = io.BytesIO()
    victim = chance.choice(
        ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "")
    )
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(out, "w", 8) as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == victim:
                content = _sheet(chance) if "sheet1" in victim else _hostile_part(chance, content)
            target.writestr(info.filename, content)
        for number in range(chance.choice((0, 0, 0, 50))):
            target.writestr(f"xl/{number}/../x{number}", b"a" * some(chance))
    return out.getvalue()


def _hostile_part(chance: random.Random, content: bytes) -> bytes:
    how = chance.randrange(5)
    if how == 0:
        return content.replace(b">", b"><x>" + b"<y/>" * min(some(chance), 2000), 1)
    if how == 1:
        return content.replace(b"<", b"<!DOCTYPE a [<!ENTITY b 'c'>]><", 1)
    if how == 2:
        return content.replace(b'"0"', b'"' + odd(chance).encode("utf-8", "replace")[:900] + b'"')
    if how == 3:
        return content[: chance.randrange(len(content) + 1)]
    attributes = b" ".join(b'a%d="1"' % number for number in range(some(chance)))
    return content.replace(b"/>", b" " + attributes + b"/>", 1)


def _json_value(chance: random.Random, depth: int = 0) -> object:
    kind = chance.randrange(8)
    if kind == 0 and depth < 4:
        return [_json_value(chance, depth + 1) for _ in range(min(some(chance), 60))]
    if kind == 1 and depth < 4:
        return {odd(chance)[:90]: _json_value(chance, depth + 1) for _ in range(9)}
    return (
        odd(chance)[:3000],
        10 ** chance.choice((0, 20, 300)),
        -1,
        1.5e300,
        None,
        True,
        "/",
        "3",
    )[kind]


def nianbao(chance: random.Random) -> bytes:
    """A report with one part of another shape."""
    form = Catalog.standard().form(FORM)
    content = json.loads(encode(Report(form, Period(2018))))
    for _ in range(chance.choice((0, 1, 1, 3))):
        content[chance.choice((*content, "text", "x"))] = _json_value(chance)
    if chance.random() < 0.5:
        content["values"] = {
            chance.choice((*form.cells, odd(chance)[:50])): _json_value(chance)
            for _ in range(min(some(chance), 700))
        }
    if chance.random() < 0.3:
        explanation = {"text": odd(chance), "left": _json_value(chance), "right": "1/0"}
        content["explanations"] = {str(n): explanation for n in range(min(some(chance), 5000))}
    made = json.dumps(content, ensure_ascii=chance.random() < 0.5).encode("utf-8", "replace")
    if chance.random() < 0.2:
        made = made.replace(b"2018", chance.choice((b"9" * 5000, b"[" * 9000, b'{"a":' * 900)), 1)
    return made


def toml(chance: random.Random) -> bytes:
    """A form of an office's own with too many of something, or rules that read too much."""
    rows = "\n".join(
        f'{{ code = "{chance.choice((str(n), "1", odd(chance)[:9]))}", label = "甲{n}", unit = "件",'
        f" level = {chance.choice((0, 1, 9, -1, 10**30))} }},"
        for n in range(min(some(chance), 3000))
    )
    rules = (
        "[1] = sum([**])", "[*] <= [1]", "[**] = last[**]", "[1] = " + "[1] + " * 300 + "[1]",
        "((((" * 200, "steady([**], 50%, 10)", "[1] = " + "9" * 5000, "[" * 500, "when [1] > 0: [2] > 0",
        "[1] = [2]", odd(chance)[:400],
    )  # fmt: skip
    checks = "\n".join(
        f"[[checks]]\nid = '{n}'\nrule = '''{chance.choice(rules)}'''\n"
        f"computes = {chance.choice(('true', 'false', '1', '[]'))}"
        for n in range(min(some(chance), 5000))
    )
    text = (
        f'format = {chance.choice((1, 1, 1, 2, "0x" + "f" * 5000, "9" * 5000))}\nid = "a-b"\nname = "表"\n'
        f"[[tables]]\nrows = [\n{rows}\n]\n{checks}\n" + "[" * chance.choice((0, 0, 0, 3000))
    )
    return text.encode("utf-8", "replace")


GENERATORS: Final[Mapping[str, Callable[[random.Random], bytes]]] = MappingProxyType(
    {
        "nianbao": nianbao, "xlsx": xlsx, "ole": ole, "pdf": pdf, "rtf": rtf, "html": html,
        "mht": mht, "csv": csv, "txt": text, "toml": toml,
    }
)  # fmt: skip
