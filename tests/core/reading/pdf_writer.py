"""A small writer of PDF files, for pages that LibreOffice would not make."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

FONT = (
    "<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/{encoding}/DescendantFonts[<</Type/Font"
    "/Subtype/CIDFontType2/BaseFont/SimSun/DW 1000/W[1[500]32 126 500]>>]{more}>>"
)


def pdf(
    pages: Sequence[str | bytes],
    *,
    font: str = FONT.format(encoding="UniGB-UCS2-H", more=""),
    page_entries: str = "",
    trailer: str = "",
    objects: Sequence[str | bytes] = (),
) -> bytes:
    """A file with one content stream a page; *objects* become objects 4 and up.

    Object 1 is the catalogue, 2 the page tree, 3 the font, which every page knows as /F1.
    """
    bodies: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b"", font.encode()]
    bodies += [item.encode() if isinstance(item, str) else item for item in objects]
    kids: list[str] = []
    for content in pages:
        data = zlib.compress(content.encode() if isinstance(content, str) else content)
        bodies.append(stream(data, "/Filter/FlateDecode"))
        kids.append(f"{len(bodies) + 1} 0 R")
        bodies.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(bodies)} 0 R"
            f"/Resources<</Font<</F1 3 0 R>>/XObject<</X1 4 0 R>>>>{page_entries}>>".encode()
        )
    bodies[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    written = bytearray(b"%PDF-1.5\n")
    offsets: list[int] = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    for offset in offsets:
        written += b"%010d 00000 n \n" % offset
    written += f"trailer\n<</Size {len(bodies) + 1}/Root 1 0 R{trailer}>>\n".encode()
    return bytes(written + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(data: bytes, entries: str = "") -> bytes:
    return f"<<{entries}/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"


def show(x: float, y: float, text: str) -> str:
    """Operators that show *text* with its base line at (x, y), in size 12."""
    return f"BT /F1 12 Tf 1 0 0 1 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET\n"


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {y0} m {x1} {y1} l S\n"


def ruled(rows: Sequence[Sequence[str]], *, top: float = 800, widths: Sequence[float]) -> str:
    """A table ruled all around, with rows 20 points high."""
    edges = [50.0]
    for width in widths:
        edges.append(edges[-1] + width)
    bottom = top - 20 * len(rows)
    drawn = [line(x, top, x, bottom) for x in edges]
    drawn += [line(edges[0], top - 20 * n, edges[-1], top - 20 * n) for n in range(len(rows) + 1)]
    for number, row in enumerate(rows):
        drawn += [
            show(edges[column] + 4, top - 20 * number - 15, text)
            for column, text in enumerate(row)
            if text
        ]
    return "".join(drawn)
