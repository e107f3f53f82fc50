"""Fonts of a PDF: which characters a shown string stands for, and how wide they are.

A PDF shows glyph codes; the characters are in the font's ToUnicode table, or follow from a named
encoding. Where neither says, the character is U+FFFD and the clerk is told: guessing from glyph
numbers would be guessing figures. Structures: ISO 32000-1, 9.6 to 9.10.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

# The names of glyphs and the widths of the standard fonts are Adobe's; pypdf carries both.
from pypdf._codecs.adobe_glyphs import adobe_glyphs
from pypdf._codecs.core_font_metrics import CORE_FONT_METRICS

from core.reading.base.limits import Budget
from core.reading.pdf.drawing import UNKNOWN
from core.reading.pdf.objects import PdfDict, number, resolve

_MAX_MAPPINGS: Final = 140_000

_BLOCK: Final = re.compile(
    rb"begin(bfchar|bfrange|codespacerange)([^be]*+(?:(?!begin|end)[be][^be]*+)*+)end\1"
)
_CHAR: Final = re.compile(rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>")
_RANGE: Final = re.compile(
    rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>\s*(?:<([0-9A-Fa-f\s]*)>|\[([^\]]*)\])"
)
_HEX: Final = re.compile(rb"<([0-9A-Fa-f\s]*)>")

#: Predefined CMaps by the beginning of their name (ISO 32000-1, table 118).
_CODECS: Final = (
    ("GBK", "gb18030"), ("GB", "gb18030"), ("UniGB-UCS2", "utf-16-be"), ("UniGB", "utf-16-be"),
    ("ETen", "big5"), ("B5", "big5"), ("HKscs", "big5hkscs"), ("UniCNS", "utf-16-be"),
    ("90ms", "cp932"), ("UniJIS", "utf-16-be"),
)  # fmt: skip
_UNI_NAME: Final = re.compile(r"uni([0-9A-F]{4})|u([0-9A-F]{4,6})")


@dataclass
class Font:
    """One font of a page.

    ``widths`` are in thousandths of the font size by code (by CID for composite fonts);
    ``code_bytes`` is the length of a code, 0 where the codec tells.
    """

    code_bytes: int = 1
    codec: str | None = None
    to_unicode: dict[int, str] = field(default_factory=dict[int, str])
    encoding: dict[int, str] = field(default_factory=dict[int, str])
    widths: dict[int, float] = field(default_factory=dict[int, float])
    default_width: float = 500.0
    #: codes stand for Latin letters where no table says otherwise
    latin: bool = True

    def decode(self, shown: bytes) -> list[tuple[str, float, bool]]:
        """Text, width and "is a one-byte space" of each code in a shown string."""
        if self.codec is not None:
            return [self._by_codec(piece) for piece in _split(shown, self.codec)]
        found: list[tuple[str, float, bool]] = []
        step = self.code_bytes
        for offset in range(0, len(shown) - step + 1, step):
            code = int.from_bytes(shown[offset : offset + step], "big")
            text = self.to_unicode.get(code) or self.text_of(code)
            found.append(
                (text, self.widths.get(code, self.default_width), step == 1 and code == 32)
            )
        return found

    def _by_codec(self, piece: bytes) -> tuple[str, float, bool]:
        code = int.from_bytes(piece, "big")
        text = self.to_unicode.get(code) or piece.decode(self.codec or "ascii", "replace")
        # The CIDs of these encodings are not known here; Latin is half as wide as Chinese.
        return text, (500.0 if text < "\u2000" else self.default_width), piece == b" "

    def text_of(self, code: int) -> str:
        """What a code stands for where no table of the font says it."""
        if code in self.encoding:
            return self.encoding[code]
        if self.latin and 32 <= code < 127:
            return chr(code)
        if self.latin and code >= 0xA0:
            return bytes([code & 0xFF]).decode("cp1252", "replace")
        return UNKNOWN


def _split(shown: bytes, codec: str) -> list[bytes]:
    if codec == "utf-16-be":
        return [shown[at : at + 2] for at in range(0, len(shown) - 1, 2)]
    pieces: list[bytes] = []
    at = 0
    while at < len(shown):
        length = 1 if shown[at] < 0x81 else 2
        if length == 2 and codec == "gb18030" and shown[at + 1 : at + 2].isdigit():
            length = 4
        pieces.append(shown[at : at + length])
        at += length
    return pieces


def load_font(source: PdfDict, budget: Budget) -> Font:
    """The font of a page's resources."""
    to_unicode = source.stream("/ToUnicode")
    font = Font()
    if source.name("/Subtype") == "/Type0":
        _load_composite(font, source)
    else:
        _load_simple(font, source)
    if to_unicode is not None:
        font.to_unicode = _mappings(to_unicode.data(budget), budget)
    return font


def _load_composite(font: Font, source: PdfDict) -> None:
    font.code_bytes, font.latin, font.default_width = 2, False, 1000.0
    name = source.name("/Encoding").lstrip("/")
    if not name.startswith("Identity"):
        font.codec = next((codec for start, codec in _CODECS if name.startswith(start)), None)
    descendant = next(iter(source.array("/DescendantFonts")), None)
    if not isinstance(descendant, PdfDict):
        return
    font.default_width = number(descendant.get("/DW"), 1000.0)
    if font.codec is None:
        _read_cid_widths(font, descendant.array("/W"))


def _read_cid_widths(font: Font, entries: list[object]) -> None:
    """``c [w1 w2 …]`` and ``first last w`` (ISO 32000-1, 9.7.4.3)."""
    at = 0
    while at + 1 < len(entries):
        first = int(number(entries[at], -1.0))
        following = entries[at + 1]
        if isinstance(following, list):
            widths: list[object] = following  # pyright: ignore[reportUnknownVariableType]
            for offset, width in enumerate(widths):
                font.widths[first + offset] = number(resolve(width), font.default_width)
            at += 2
        elif at + 2 < len(entries):
            last = min(int(number(following, -1.0)), 0xFFFF)
            width = number(entries[at + 2], font.default_width)
            font.widths.update(dict.fromkeys(range(max(first, 0), last + 1), width))
            at += 3
        else:
            return


def _load_simple(font: Font, source: PdfDict) -> None:
    first = int(number(source.get("/FirstChar"), 0.0))
    scale = 1.0
    if source.name("/Subtype") == "/Type3":
        matrix = source.array("/FontMatrix")
        scale = abs(number(matrix[0], 0.001)) * 1000 if matrix else 1.0
    for offset, width in enumerate(source.array("/Widths")[:256]):
        font.widths[first + offset] = number(width, 500.0) * scale
    encoding = source.get("/Encoding")
    descriptor = source.dict("/FontDescriptor")
    flags = int(number(descriptor.get("/Flags"), 0.0)) if descriptor is not None else 0
    # A subset numbered anew: its codes are no letters unless a table says so.
    renumbered = "+" in source.name("/BaseFont") and bool(flags & 4)
    font.latin = source.name("/Subtype") != "/Type3" and not (encoding is None and renumbered)
    if isinstance(encoding, PdfDict):
        _read_differences(font, encoding.array("/Differences"))
    if not font.widths:
        _read_standard_widths(font, source.name("/BaseFont"))


def _read_differences(font: Font, entries: list[object]) -> None:
    code = 0
    for entry in entries:
        if isinstance(entry, str):
            font.encoding[code] = _glyph_text(entry.lstrip("/"))
            code += 1
        else:
            code = int(number(entry, 0.0))


def _glyph_text(name: str) -> str:
    base = name.partition(".")[0]
    if len(base) == 1:
        return base
    match = _UNI_NAME.fullmatch(base)
    if match is not None:
        point = int(match[1] or match[2], 16)
        return chr(point) if point <= 0x10FFFF and not 0xD800 <= point < 0xE000 else UNKNOWN
    return adobe_glyphs.get(f"/{base}", UNKNOWN)


def _read_standard_widths(font: Font, name: str) -> None:
    """Widths of one of the fonts that every program has and files need not describe."""
    metrics = CORE_FONT_METRICS.get(name.lstrip("/").rpartition("+")[2])
    if metrics is None:
        return
    widths = metrics.character_widths
    font.default_width = float(widths.get("default", 500))
    for code in range(32, 256):
        width = widths.get(font.text_of(code))
        if width is not None:
            font.widths[code] = float(width)


def _mappings(table: bytes, budget: Budget) -> dict[int, str]:
    """A ToUnicode table: code → text."""
    found: dict[int, str] = {}
    # Counted as written, not as kept: ranges may lie over one another as often as they like.
    written = 0
    for block in _BLOCK.finditer(table):
        if block[1] == b"bfchar":
            for entry in _CHAR.finditer(block[2]):
                found[_code(entry[1])] = _utf16(entry[2])
                written += 1
        elif block[1] == b"bfrange":
            for entry in _RANGE.finditer(block[2]):
                written += _add_range(found, entry, _MAX_MAPPINGS - written)
                if written >= _MAX_MAPPINGS:
                    break
        budget.check_time()
        if written >= _MAX_MAPPINGS:
            raise budget.too_large(f"{_MAX_MAPPINGS} 个字形")
    return found


def _add_range(found: dict[int, str], entry: re.Match[bytes], most: int) -> int:
    """Adds the mappings of a range, *most* at most; how many."""
    first, last = _code(entry[1]), min(_code(entry[2]), _code(entry[1]) + 0xFFFF)
    if entry[4] is not None:
        texts = _HEX.findall(entry[4])[:most]
        for offset, text in enumerate(texts):
            found[first + offset] = _utf16(text)
        return len(texts) + 1
    start = _utf16(entry[3])
    if not start:
        return 1
    head, point = start[:-1], ord(start[-1])
    last = min(last, first + most, first + 0x10FFFF - point)
    for code in range(first, last + 1):
        found[code] = head + chr(point + code - first)
    return max(last - first, 0) + 1


def _code(digits: bytes) -> int:
    cleaned = b"".join(digits.split())
    return int(cleaned, 16) if 0 < len(cleaned) <= 8 else 0


def _utf16(digits: bytes) -> str:
    cleaned = b"".join(digits.split())[:64]
    raw = bytes.fromhex((cleaned + b"0" * (len(cleaned) % 2)).decode("ascii"))
    if len(raw) == 1:
        return chr(raw[0])
    text = raw.decode("utf-16-be", "replace")
    return text.replace("\0", "")
