"""The PDF of the official form, with text that can be searched and copied."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QFontDatabase, QPageLayout, QPageSize, QPdfWriter, QRawFont

from core.session import Session
from core.writing.layout import printed_form
from gui.printing.fonts import UNITS_PER_POINT, PrintFonts
from gui.printing.layout import PagePart, PrintSheet
from gui.printing.pages import Told, draw_pages, footer_text, pages_of

_MARGIN_MM: Final = 20.0
#: A table from glyphs to characters (ISO 32000-1, 9.10.3); Qt writes it uncompressed.
_MAP: Final = re.compile(rb"begincmap\b.*?\bendcmap", re.DOTALL)
_LIST: Final = re.compile(rb"\[[^\]]*\]")
_ENTRY: Final = re.compile(rb"<([0-9A-Fa-f]{4})>")


def standard_layout(*, wide: bool = False) -> QPageLayout:
    """A4 with margins of 20 mm, upright or for *wide* tables on its side, as the workbook is set up."""
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    return QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait,
        margins,
        QPageLayout.Unit.Millimeter,
    )


def pdf_bytes(
    session: Session, *, with_explanations: bool = True, told: Told | None = None
) -> bytes:
    """The PDF of *session*'s report; *told* of each page. In any thread."""
    form = printed_form(session.report)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(standard_layout(wide=form.is_wide))
    writer.setResolution(72 * UNITS_PER_POINT)
    report = session.report
    writer.setTitle(f"{report.unit_name} {report.period.label} {report.form.title}".strip())
    writer.setCreator("公开年报")
    fonts = PrintFonts()
    layout = writer.pageLayout()
    pages = pages_of(session, form, layout, fonts, with_explanations=with_explanations)
    draw_pages(pages, range(len(pages)), writer, fonts, told)
    buffer.close()
    return with_searchable_text(bytes(buffer.data().data()), _drawn(pages), fonts)


def with_searchable_text(pdf: bytes, drawn: set[str], fonts: PrintFonts) -> bytes:
    """*pdf* as Qt wrote it, its text naming the characters that were *drawn*.

    Fonts have one glyph for 一 (U+4E00) and the radical ⼀ (U+2F00), and one for tab and blank. Qt
    names the first character that has the glyph, so that nobody who searches for 一 finds it. No
    byte moves: an entry keeps its length.
    """
    named: set[str] = set()
    for table in _MAP.findall(pdf):
        for entries in _LIST.findall(table):
            named.update(chr(int(number, 16)) for number in _ENTRY.findall(entries))
    meant = _meant(sorted(named - drawn), sorted(drawn), fonts)

    def entry(found: re.Match[bytes]) -> bytes:
        character = meant.get(chr(int(found[1], 16)))
        return found[0] if character is None else b"<%04X>" % ord(character)

    def mended(found: re.Match[bytes]) -> bytes:
        return _LIST.sub(lambda entries: _ENTRY.sub(entry, entries[0]), found[0])

    return _MAP.sub(mended, pdf)


def _drawn(pages: list[PagePart]) -> set[str]:
    """The characters on the pages; those beyond U+FFFF have no twins of the same glyph."""
    drawn = set(footer_text(0, 0) + "0123456789")
    sheets: dict[int, PrintSheet] = {id(page.sheet): page.sheet for page in pages}
    for sheet in sheets.values():
        drawn.update(*sheet.texts())
    return {character for character in drawn if ord(character) <= 0xFFFF}


def _meant(named: list[str], drawn: list[str], fonts: PrintFonts) -> dict[str, str]:
    """Character that was named but not drawn → the drawn one that has its glyph."""
    meant: dict[str, str] = {}
    # The weights of a family are separate files and number their glyphs separately.
    for font in (fonts.plain, fonts.bold):
        raw = QRawFont.fromFont(font.font, QFontDatabase.WritingSystem.SimplifiedChinese)
        by_glyph = dict(zip(_glyphs(raw, drawn), drawn, strict=True))
        for character, glyph in zip(named, _glyphs(raw, named), strict=True):
            if glyph and glyph in by_glyph:
                meant[character] = by_glyph[glyph]
    return meant


def _glyphs(font: QRawFont, characters: list[str]) -> list[int]:
    """The number of each character's glyph, 0 where the font has none."""
    return [next(iter(font.glyphIndexesForString(character)), 0) for character in characters]
