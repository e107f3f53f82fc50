"""What the pages of a fixed layout come to: their tables and text, or a refusal where there is none.

A scan has no text; it is refused in words, since recognising figures in pictures is guessing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.problems import NianbaoError
from core.reading.base.limits import Budget
from core.reading.base.marks import STRUCK_REMARK
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.pdf.drawing import UNKNOWN, Drawing
from core.reading.pdf.struck import take_struck
from core.reading.pdf.tables import RuledTable, joined_over_pages, ruled_tables, text_lines

#: Fewer characters on all pages than this, with pictures there: a scan with a stamp or page numbers.
_FEW_CHARACTERS: Final = 20

_INVISIBLE_REMARK: Final = "文件中的文字是扫描后识别出来的，可能有误，请逐项核对。"
_UNKNOWN_REMARK: Final = "文件中有 {count} 个字无法识别（显示为“\ufffd”），请核对。"


def document_of_pages(
    kind: str, drawings: Sequence[Drawing], budget: Budget, said: Sequence[str] = ()
) -> RawDocument:
    """The pages' ruled tables, joined over pages, and the lines of text outside them.

    *said*: what the reader has to remark itself. Raises :class:`NianbaoError`: ``SCANNED`` and its
    like where there is no text.
    """
    shown = sum(bool(glyph.text.strip()) for drawing in drawings for glyph in drawing.glyphs)
    unknown = sum(UNKNOWN in glyph.text for drawing in drawings for glyph in drawing.glyphs)
    pictures = sum(drawing.pictures for drawing in drawings)
    if unknown * 2 > shown:
        raise NianbaoError(ReadProblem.NO_CHARACTERS, file=budget.file)
    if not shown:
        raise NianbaoError(
            ReadProblem.SCANNED if pictures else ReadProblem.NO_TEXT, file=budget.file
        )
    if shown < _FEW_CHARACTERS and pictures:
        text = "".join(glyph.text for drawing in drawings for glyph in drawing.glyphs)
        raise NianbaoError(
            ReadProblem.MOSTLY_PICTURES, file=budget.file, text=" ".join(text.split())
        )
    remarks = list(said)
    struck = [take_struck(drawing) for drawing in drawings]
    if any(struck):
        remarks.append(STRUCK_REMARK)
    if any(drawing.has_invisible_text for drawing in drawings):
        remarks.append(_INVISIBLE_REMARK)
    if unknown:
        remarks.append(_UNKNOWN_REMARK.format(count=unknown))
    return _document(kind, drawings, tuple(remarks), budget)


def _document(
    kind: str, drawings: Sequence[Drawing], remarks: tuple[str, ...], budget: Budget
) -> RawDocument:
    pages: list[list[RuledTable]] = []
    lines: list[str] = []
    for drawing in drawings:
        tables = ruled_tables(drawing.rules, drawing.glyphs, budget)
        # A frame around the page, or a box with one paragraph in it, is no table.
        tables = [table for table in tables if len(table.columns) > 2 and any(
            any(row) for row in table.table.rows)]  # fmt: skip
        pages.append(tables)
        outside = (
            glyph for glyph in drawing.glyphs if not any(table.covers(glyph) for table in tables)
        )
        lines += text_lines(outside)
        budget.check_time()
    return RawDocument(kind, tuple(joined_over_pages(pages)), "\n".join(lines), remarks)
