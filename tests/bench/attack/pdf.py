"""Hostile PDF files."""

from __future__ import annotations

import io
import random
import zlib


def pdf_of(objects: list[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out = io.BytesIO()
    out.write(b"%PDF-1.5\n")
    offsets: list[int] = []
    for number, content in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n" % number + content + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


def stream(entries: bytes, data: bytes) -> bytes:
    """A stream object's content."""
    return b"<</Length %d%s>>stream\n" % (len(data), entries) + data + b"\nendstream"


_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 6 0 R"
    b"/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/A/W %s>>]>>"
)
_PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R%s"
    b"/Resources<</Font<</F 5 0 R>>/XObject<</X 7 0 R>>>>>>"
)


def pdf_with_font_table(entries: bytes, table: bytes) -> bytes:
    """A page that shows one code of a font whose ToUnicode stream is *table*."""
    content = b"BT /F 12 Tf 100 700 Td <0001> Tj ET"
    tree = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    objects = [*tree, _PAGE % b"", stream(b"", content), _FONT % b"[]", stream(entries, table)]
    return pdf_of([*objects, stream(b"/Subtype/Form", b"")])


def pdf(chance: random.Random) -> bytes:
    """A hostile PDF."""
    many = chance.choice((1, 10, 1000, 100_000))
    drawing = chance.choice(
        (
            b"0 0 m 600 %d l S " * 1,
            b"q ",
            b"Q ",
            b"/X Do ",
            b"[<0001> -1e9 <0002>] TJ ",
            b"1e309 -1e309 1e-309 0 0 0 cm ",
            b"(((((",
            b"[[[[[",
            b"<<<<",
            b"BI /W 1 /H 1 ID \0",
            b"0.5 0 0 -0.5 1e6 1e6 cm ",
            b"/F %d Tf (\\777\\8) Tj " % chance.choice((0, -1, 10**9)),
            b"%d %d 10 0.1 re f " % (chance.randrange(600), chance.randrange(800)),
        )
    )
    content = b"BT /F 12 Tf 9 700 Td <00010002> Tj ET " + drawing.replace(b"%d", b"7") * many
    packed = chance.random() < 0.5
    content = (
        stream(b"/Filter/FlateDecode", zlib.compress(content)) if packed else stream(b"", content)
    )
    block = chance.choice((b"bfchar", b"bfrange", b"codespacerange", b"begin"))
    entry = chance.choice(
        (b"<0000><ffff><0041>", b"<1><2>", b"<0000><0001>[<0041> <0042>]", b"<>", b"[", b"<zz><1>")
    )
    table = b"begin" + block + b"\n" + (entry + b"\n") * many + chance.choice((b"", b"end" + block))
    widths = chance.choice((b"[]", b"[0 65535 1]", b"[1 [" + b"9 " * min(many, 5000) + b"]]"))
    kids = chance.choice((b"3 0 R", b"2 0 R", b"3 0 R " * min(many, 3000), b"9 0 R", b"null 1 (a)"))
    filters = chance.choice(
        (b"/FlateDecode", b"[/ASCII85Decode/FlateDecode]", b"/LZWDecode", b"[" + b"/RL" * 20 + b"]")
    )
    font_table = stream(b"/Filter" + filters, zlib.compress(table))
    rotate = chance.choice((b"", b"/Rotate 91", b"/Rotate 1e99", b"/Rotate 3 0 R"))
    made = pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % chance.choice((1, -1, 10**12)),
            _PAGE % rotate,
            content,
            _FONT % widths,
            font_table,
            stream(b"/Subtype/Form/Resources<</XObject<</X 7 0 R>>>>", b"/X Do " * min(many, 500)),
        ]
    )
    if chance.random() < 0.2:
        made = made[: chance.randrange(len(made))]
    return made
