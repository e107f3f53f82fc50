"""Excel 95 to 2003 workbooks (.xls, older WPS .et): the BIFF records of the Workbook stream.

Read here and not by a library for the reason given in :mod:`core.reading.excel.xlsx`: a record may claim
a sheet of 65,536 × 256 cells or two thousand million strings, and native readers reserve memory
for the claim. Structures: [MS-XLS], https://learn.microsoft.com/openspecs/office_file_formats/ms-xls/
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from core.problems import NianbaoError
from core.reading.base.limits import Budget, Limits
from core.reading.base.marks import bracketed
from core.reading.base.olesafe import OleStreams
from core.reading.base.raw import RawDocument, RawTable, ReadProblem
from core.reading.excel.biff import ERRORS, double_text, rk_text
from core.reading.excel.numbers import GENERAL, NumberFormat, number_format, number_text
from core.reading.excel.sheet import Region, SparseSheet

_EOF, _BOF, _CONTINUE, _FILEPASS = 0x000A, 0x0809, 0x003C, 0x002F
_FONT = 0x0031
_BOUNDSHEET, _SST, _FORMAT, _XF, _DATEMODE, _CODEPAGE = (
    0x0085,
    0x00FC,
    0x041E,
    0x00E0,
    0x0022,
    0x0042,
)
_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _RSTRING = 0x0203, 0x027E, 0x00BD, 0x00FD, 0x0204, 0x00D6
_FORMULA, _STRING, _BOOLERR, _MERGED = 0x0006, 0x0207, 0x0205, 0x00E5
_ROW, _COLINFO = 0x0208, 0x007D
_BIFF5, _BIFF8 = 0x0500, 0x0600

#: Code pages of Excel 95 files by their Windows number.
_CODECS: Final = {936: "gb18030", 950: "cp950", 1200: "utf-16-le", 932: "cp932", 1252: "cp1252"}


@dataclass
class _Book:
    """What the sheets of one workbook share. ``wide``: BIFF8, whose texts are Unicode."""

    wide: bool
    codec: str = "gb18030"
    since_1904: bool = False
    strings: list[str] = field(default_factory=list[str])
    #: what a text in the font of that number is: ``"raised"``, ``"struck"`` or ``""``
    fonts: list[str] = field(default_factory=list[str])
    formats: dict[int, str] = field(default_factory=dict[int, str])
    cell_formats: list[int] = field(default_factory=list[int])
    #: (offset of the sheet in the stream, hidden state, type, name)
    sheets: list[tuple[int, int, int, str]] = field(default_factory=list[tuple[int, int, int, str]])

    def kind(self, style: int) -> NumberFormat:
        """What a cell with that style shows its number as."""
        if style >= len(self.cell_formats):
            return GENERAL
        number = self.cell_formats[style]
        return number_format(number, self.formats.get(number))


class _Cursor:
    """Reads a record whose content runs on in CONTINUE records.

    Characters are the one thing that does not simply run on: where they break, the next record
    begins with a byte that says again whether they are one or two bytes wide.
    """

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._index = 0
        self._offset = 0

    @property
    def at_end(self) -> bool:
        """Whether nothing is left."""
        left = len(self._pieces[self._index]) - self._offset
        return left <= 0 and not any(self._pieces[self._index + 1 :])

    def take(self, count: int) -> bytes:
        """The next *count* bytes; raises :class:`struct.error` where there are fewer."""
        parts: list[bytes] = []
        while count:
            part = self._available(count)
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def take_text(self, count: int, *, wide: bool) -> str:
        """The next *count* characters."""
        parts: list[str] = []
        while count:
            if self._offset >= len(self._pieces[self._index]):
                self._next_piece()
                wide = bool(self.take(1)[0] & 1)
            raw = self._available(count * 2 if wide else count)
            if wide and len(raw) % 2:
                raise struct.error("half a character")
            count -= len(raw) // 2 if wide else len(raw)
            parts.append(raw.decode("utf-16-le" if wide else "latin-1", "replace"))
        return "".join(parts)

    def _available(self, count: int) -> bytes:
        if self._offset >= len(self._pieces[self._index]):
            self._next_piece()
        part = self._pieces[self._index][self._offset : self._offset + count]
        self._offset += len(part)
        return part

    def _next_piece(self) -> None:
        while self._offset >= len(self._pieces[self._index]):
            self._index += 1
            self._offset = 0
            if self._index >= len(self._pieces):
                raise struct.error("record too short")


def read_xls(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The visible worksheets of *data*, one table each, in the workbook's order.

    Raises :class:`NianbaoError` with a :class:`ReadProblem`.
    """
    budget = limits.start(file)
    streams = OleStreams(data, budget)
    stream = streams.read("Workbook" if "Workbook" in streams else "Book")
    try:
        book = _read_globals(stream, budget)
        tables, remarks = _read_sheets(stream, book, budget)
    except (struct.error, IndexError) as error:
        raise NianbaoError(ReadProblem.DAMAGED, file=file, reason="工作簿记录不完整") from error
    if not tables:
        raise NianbaoError(ReadProblem.NO_TABLE, file=file)
    return RawDocument("xls", tuple(tables), remarks=tuple(remarks))


def _read_sheets(stream: bytes, book: _Book, budget: Budget) -> tuple[list[RawTable], list[str]]:
    tables: list[RawTable] = []
    remarks: list[str] = []
    for offset, hidden, kind, name in book.sheets:
        if kind != 0:
            continue
        if hidden:
            if hidden == 1:
                remarks.append(f"工作表“{name}”是隐藏的，没有读取。")
            continue
        reader = _SheetReader(book, budget)
        reader.read(stream, offset)
        if reader.has_hidden:
            remarks.append(f"工作表“{name}”中有隐藏的行或列，已一并读取。")
        tables.append(reader.cells.table(name))
    return tables, remarks


def _records(stream: bytes, offset: int, budget: Budget) -> Iterator[tuple[int, bytes]]:
    """The records of one substream: from its BOF to the EOF that belongs to it."""
    depth = count = 0
    while True:
        kind, length = struct.unpack_from("<HH", stream, offset)
        body = stream[offset + 4 : offset + 4 + length]
        offset += 4 + length
        count += 1
        if count % 4096 == 0:
            budget.check_time()
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        # Charts have substreams of their own inside a sheet's.
        if depth <= 1:
            yield kind, body


def _read_globals(stream: bytes, budget: Budget) -> _Book:
    first, _, version = struct.unpack_from("<HHH", stream, 0)
    if first != _BOF or version not in (_BIFF5, _BIFF8):
        raise NianbaoError(
            ReadProblem.UNKNOWN_KIND, file=budget.file, kind="Excel 4.0 或更早的表格"
        )
    book = _Book(wide=version == _BIFF8)
    pieces: list[bytes] | None = None
    for kind, body in _records(stream, 0, budget):
        if kind == _CONTINUE:
            if pieces is not None:
                pieces.append(body)
            continue
        if pieces is not None:
            book.strings = _shared_strings(pieces, book, budget)
            pieces = None
        if kind == _FILEPASS:
            raise NianbaoError(ReadProblem.ENCRYPTED, file=budget.file)
        if kind == _SST:
            pieces = [body]
        elif kind == _BOUNDSHEET:
            place, hidden, sheet_kind, length = struct.unpack_from("<IBBB", body, 0)
            book.sheets.append((place, hidden & 3, sheet_kind, _text(body[7:], length, book)))
        elif kind == _CODEPAGE:
            book.codec = _CODECS.get(struct.unpack_from("<H", body, 0)[0], book.codec)
        elif kind == _DATEMODE:
            book.since_1904 = body[:1] == b"\1"
        elif kind == _FONT:
            book.fonts.append(_font_effect(body))
        elif kind == _XF:
            book.cell_formats.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HH" if book.wide else "<HB", body, 0)
            book.formats[number] = _text(body[4 if book.wide else 3 :], length, book)
    if pieces is not None:
        book.strings = _shared_strings(pieces, book, budget)
    return book


def _shared_strings(pieces: list[bytes], book: _Book, budget: Budget) -> list[str]:
    """The shared string table; the number it claims is only an upper bound here.

    Programs are known to claim more than they write; a cell that shows one of the texts which are
    not there is what makes a file damaged.
    """
    cursor = _Cursor(pieces)
    _, claimed = struct.unpack("<II", cursor.take(8))
    strings: list[str] = []
    for _ in range(claimed):
        if cursor.at_end:
            break
        budget.spend_cells()
        length, flags = struct.unpack("<HB", cursor.take(3))
        runs = struct.unpack("<H", cursor.take(2))[0] if flags & 8 else 0
        extra = struct.unpack("<I", cursor.take(4))[0] if flags & 4 else 0
        text = cursor.take_text(length, wide=bool(flags & 1))
        formatting = cursor.take(runs * 4)
        # Cut here and not in each of the cells that show it.
        shown = _formatted(text, formatting, book)[: budget.limits.max_cell_chars]
        strings.append(shown.replace("\r\n", "\n"))
        cursor.take(extra)
    return strings


def _formatted(text: str, formatting: bytes, book: _Book) -> str:
    """*text* with its marks above the line set apart and its struck out parts left out.

    *formatting* are pairs: the character at which a font begins, and the font's number, which
    skips 4 ([MS-XLS] 2.5.129).
    """
    runs = [(at, font - (font > 4)) for at, font in struct.iter_unpack("<HH", formatting)]
    if not any(font < len(book.fonts) and book.fonts[font] for _, font in runs):
        return text
    parts = [text[: runs[0][0]]]
    ends = [at for at, _ in runs[1:]] + [len(text)]
    for (at, font), end in zip(runs, ends, strict=True):
        effect = book.fonts[font] if font < len(book.fonts) else ""
        if effect != "struck":
            parts.append(bracketed(text[at:end]) if effect else text[at:end])
    return "".join(parts)


def _font_effect(body: bytes) -> str:
    """What a FONT record does to the meaning of a text ([MS-XLS] 2.4.122)."""
    flags, _, _, position = struct.unpack_from("<HHHH", body, 2)
    if flags & 0x08:
        return "struck"
    return "raised" if position in (1, 2) else ""


def _text(raw: bytes, length: int, book: _Book) -> str:
    """A text of *length* characters after its length field; in BIFF8 a flag byte stands first."""
    if not book.wide:
        return raw[:length].decode(book.codec, "replace")
    if not raw and length:
        raise struct.error("text too short")
    flags = raw[0] if raw else 0
    start = 1 + (2 if flags & 8 else 0) + (4 if flags & 4 else 0)
    wide = bool(flags & 1)
    content = raw[start : start + (length * 2 if wide else length)]
    return content.decode("utf-16-le" if wide else "latin-1", "replace")


class _SheetReader:
    """Collects one worksheet's cells from its records."""

    def __init__(self, book: _Book, budget: Budget) -> None:
        self.cells = SparseSheet(budget)
        self.has_hidden = False
        self._book = book
        self._budget = budget
        #: where the text result of the formula before belongs
        self._awaiting: tuple[int, int] | None = None

    def read(self, stream: bytes, offset: int) -> None:
        """Take in the substream that begins at *offset*."""
        for kind, body in _records(stream, offset, self._budget):
            if kind in (_NUMBER, _RK, _LABELSST, _LABEL, _RSTRING, _BOOLERR, _FORMULA):
                self._budget.spend_cells()
                row, column, style = struct.unpack_from("<HHH", body, 0)
                self._cell(kind, row, column, style, body[6:])
            elif kind == _MULRK:
                self._numbers(body)
            elif kind == _STRING and self._awaiting is not None:
                (length,) = struct.unpack_from("<H", body, 0)
                self.cells.put(*self._awaiting, _text(body[2:], length, self._book))
                self._awaiting = None
            elif kind == _MERGED:
                self._merge(body)
            elif kind == _ROW:
                self.has_hidden |= bool(struct.unpack_from("<H", body, 12)[0] & 0x20)
            elif kind == _COLINFO:
                self.has_hidden |= bool(struct.unpack_from("<H", body, 8)[0] & 1)

    def _cell(self, kind: int, row: int, column: int, style: int, body: bytes) -> None:
        if kind == _LABELSST:
            (number,) = struct.unpack_from("<I", body, 0)
            text = self._book.strings[number]
        elif kind in (_LABEL, _RSTRING):
            (length,) = struct.unpack_from("<H", body, 0)
            text = _text(body[2:], length, self._book)
        elif kind == _BOOLERR:
            text = _bool_or_error(body[0], is_error=bool(body[1]))
        elif kind == _RK:
            text = self._number(rk_text(struct.unpack_from("<I", body, 0)[0]), style)
        elif kind == _NUMBER:
            text = self._number(double_text(body[:8]), style)
        else:
            text = self._formula_result(row, column, style, body)
        if text:
            self.cells.put(row, column, text)

    def _formula_result(self, row: int, column: int, style: int, body: bytes) -> str:
        result = body[:8]
        if len(result) < 8:
            raise struct.error("formula too short")
        self._awaiting = None
        if result[6:8] != b"\xff\xff":
            return self._number(double_text(result), style)
        if result[0] == 0:
            self._awaiting = (row, column)
            return ""
        if result[0] in (1, 2):
            return _bool_or_error(result[2], is_error=result[0] == 2)
        return ""

    def _numbers(self, body: bytes) -> None:
        row, column = struct.unpack_from("<HH", body, 0)
        for offset in range(4, len(body) - 7, 6):
            self._budget.spend_cells()
            style, packed = struct.unpack_from("<HI", body, offset)
            self.cells.put(row, column, self._number(rk_text(packed), style))
            column += 1

    def _number(self, stored: str, style: int) -> str:
        return number_text(stored, self._book.kind(style), since_1904=self._book.since_1904)

    def _merge(self, body: bytes) -> None:
        (count,) = struct.unpack_from("<H", body, 0)
        for index in range(count):
            top, bottom, left, right = struct.unpack_from("<HHHH", body, 2 + 8 * index)
            self.cells.merge(Region(top, left, bottom, right))


def _bool_or_error(value: int, *, is_error: bool) -> str:
    if is_error:
        return ERRORS.get(value, "#N/A")
    return "TRUE" if value else "FALSE"
