"""Excel 95 to 2003 workbooks (.xls, older WPS .et): the BIFF records of the Workbook stream.

Read here and not by a library for the reason given in :mod:`core.reading.excel.xlsx`: a record may claim
a sheet of 65,536 × 256 cells or two thousand million strings, and native readers reserve memory
for the claim. Structures: [MS-XLS], https://learn.microsoft.com/openspecs/office_file_formats/ms-xls/
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.problems import NianbaoError
from core.reading.base.encoding import codec_of
from core.reading.base.limits import Budget, Limits
from core.reading.base.marks import PLAIN_RUN, RunStyle
from core.reading.base.olesafe import OleStreams
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.excel.biff import ERRORS, double_text, rk_text
from core.reading.excel.formats import NumberFormat, number_format
from core.reading.excel.sheet import Region, Sheet, Workbook
from core.reading.excel.style import PLAIN, Run, Style, Text, text_of

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
_STRING, _BOOLERR, _MERGED = 0x0207, 0x0205, 0x00E5
#: A formula's record had another number in each version up to 4; programs still write the old ones.
_FORMULAS = (0x0006, 0x0206, 0x0406)
_ROW, _COLINFO = 0x0208, 0x007D
_CELLS = frozenset((_NUMBER, _RK, _LABELSST, _LABEL, _RSTRING, _BOOLERR, *_FORMULAS))
_BIFF5, _BIFF8 = 0x0500, 0x0600


@dataclass
class _Book:
    """What the sheets of one workbook share. ``wide``: BIFF8, whose texts are Unicode."""

    wide: bool
    codec: str = "gb18030"
    since_1904: bool = False
    strings: list[Text] = field(default_factory=list[Text])
    fonts: list[RunStyle] = field(default_factory=list[RunStyle])
    #: whether any of them changes the meaning of a text
    has_effects: bool = False
    formats: dict[int, str] = field(default_factory=dict[int, str])
    #: (number format, font) of each cell style
    cell_formats: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    #: (offset of the sheet in the stream, hidden state, type, name)
    sheets: list[tuple[int, int, int, str]] = field(default_factory=list[tuple[int, int, int, str]])

    def font(self, number: int) -> RunStyle:
        """The font of that number; there is none of the number 4 ([MS-XLS] 2.5.129)."""
        place = number - (number > 4)
        return self.fonts[place] if place < len(self.fonts) else PLAIN_RUN

    def styles(self) -> list[Style]:
        """How the cells of each style show what they store."""
        known: dict[int, NumberFormat] = {}
        for number, _ in self.cell_formats:
            if number not in known:
                known[number] = number_format(number, self.formats.get(number))
        return [Style(known[number], self.font(font)) for number, font in self.cell_formats]


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
        workbook = Workbook("xls", budget, since_1904=book.since_1904)
        styles = book.styles()
        for offset, hidden, kind, name in book.sheets:
            if kind == 0 and hidden:
                workbook.hidden_sheet(name, is_program_store=hidden != 1)
            elif kind == 0:
                _SheetReader(book, styles, workbook.sheet(name), budget).read(stream, offset)
        return workbook.document()
    except (struct.error, IndexError) as error:
        raise NianbaoError(ReadProblem.DAMAGED, file=file, reason="工作簿记录不完整") from error


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
            book.codec = codec_of(struct.unpack_from("<H", body, 0)[0])
        elif kind == _DATEMODE:
            book.since_1904 = body[:1] == b"\1"
        elif kind == _FONT:
            book.fonts.append(_font(body))
            book.has_effects |= any(book.fonts[-1])
        elif kind == _XF:
            font, number = struct.unpack_from("<HH", body, 0)
            book.cell_formats.append((number, font))
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HH" if book.wide else "<HB", body, 0)
            book.formats[number] = _text(body[4 if book.wide else 3 :], length, book)
    if pieces is not None:
        book.strings = _shared_strings(pieces, book, budget)
    return book


def _shared_strings(pieces: list[bytes], book: _Book, budget: Budget) -> list[Text]:
    """The shared string table; the number it claims is only an upper bound here.

    Programs are known to claim more than they write; a cell that shows one of the texts which are
    not there is what makes a file damaged.
    """
    cursor = _Cursor(pieces)
    _, claimed = struct.unpack("<II", cursor.take(8))
    strings: list[Text] = []
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
        strings.append(_formatted(text, formatting, book, budget.limits.max_cell_chars))
        cursor.take(extra)
    return strings


def _formatted(text: str, formatting: bytes, book: _Book, longest: int) -> Text:
    """*text* with its runs; *formatting* are pairs: the character at which a font begins, and the
    font's number. What stands before the first is in the font of the cell."""
    if not formatting or not book.has_effects:
        return text[:longest].replace("\r\n", "\n")
    runs = list(struct.iter_unpack("<HH", formatting))
    parts = [Run(text[: runs[0][0]])]
    ends = [at for at, _ in runs[1:]] + [len(text)]
    for (at, font), end in zip(runs, ends, strict=True):
        parts.append(Run(text[at:end].replace("\r\n", "\n"), book.font(font)))
    return text_of(parts, longest)


def _font(body: bytes) -> RunStyle:
    """What of a FONT record changes the meaning of a text ([MS-XLS] 2.4.122)."""
    flags, _, _, position = struct.unpack_from("<HHHH", body, 2)
    return RunStyle(bool(flags & 0x08), position in (1, 2))


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
    """Puts one worksheet's cells from its records into *sheet*."""

    def __init__(self, book: _Book, styles: Sequence[Style], sheet: Sheet, budget: Budget) -> None:
        self._book = book
        self._styles = styles
        self._sheet = sheet
        self._budget = budget
        #: place and style of the formula before, whose result is a text that follows
        self._awaiting: tuple[int, int, Style] | None = None
        #: the record of that text and those that go on with it
        self._result: list[bytes] = []

    def read(self, stream: bytes, offset: int) -> None:
        """Take in the substream that begins at *offset*."""
        for kind, body in _records(stream, offset, self._budget):
            if kind == _CONTINUE:
                if self._result:
                    self._result.append(body)
                continue
            if self._result:
                self._end_result()
            if kind in _CELLS:
                self._budget.spend_cells()
                row, column, style = struct.unpack_from("<HHH", body, 0)
                self._cell(kind, row, column, self._style(style), body[6:])
            elif kind == _MULRK:
                self._numbers(body)
            elif kind == _STRING and self._awaiting is not None:
                self._result = [body]
            elif kind == _MERGED:
                self._merge(body)
            elif kind == _ROW:
                row, flags = struct.unpack_from("<H10xH", body, 0)
                if flags & 0x20:
                    self._sheet.hide_row(row)
            elif kind == _COLINFO:
                first, last, width, _, flags = struct.unpack_from("<HHHHH", body, 0)
                if flags & 1 or not width:
                    self._sheet.hide_columns(first, last)
        if self._result:
            self._end_result()

    def _style(self, number: int) -> Style:
        return self._styles[number] if number < len(self._styles) else PLAIN

    def _cell(self, kind: int, row: int, column: int, style: Style, body: bytes) -> None:
        if kind == _LABELSST:
            (number,) = struct.unpack_from("<I", body, 0)
            self._sheet.text(row, column, self._book.strings[number], style)
        elif kind in (_LABEL, _RSTRING):
            (length,) = struct.unpack_from("<H", body, 0)
            self._sheet.text(row, column, self._label(kind, body[2:], length), style)
        elif kind == _BOOLERR:
            self._sheet.text(row, column, _bool_or_error(body[0], is_error=bool(body[1])), style)
        elif kind == _RK:
            self._sheet.number(row, column, rk_text(struct.unpack_from("<I", body, 0)[0]), style)
        elif kind == _NUMBER:
            self._sheet.number(row, column, double_text(body[:8]), style)
        else:
            self._formula(row, column, style, body)

    def _label(self, kind: int, body: bytes, length: int) -> Text:
        """A text in the cell itself; behind one with formatting stand its runs."""
        text = _text(body, length, self._book)
        if kind != _RSTRING:
            return text
        at = length
        if self._book.wide:
            at = 1 + (2 * length if body[0] & 1 else length)
        pairs = b""
        if self._book.wide and at + 2 <= len(body):
            (count,) = struct.unpack_from("<H", body, at)
            pairs = body[at + 2 : at + 2 + 4 * count]
        elif at < len(body):
            short = struct.iter_unpack("<BB", body[at + 1 : at + 1 + 2 * body[at]])
            pairs = b"".join(struct.pack("<HH", place, font) for place, font in short)
        return _formatted(
            text, pairs[: len(pairs) // 4 * 4], self._book, self._budget.limits.max_cell_chars
        )

    def _formula(self, row: int, column: int, style: Style, body: bytes) -> None:
        result = body[:8]
        if len(result) < 8:
            raise struct.error("formula too short")
        self._awaiting = None
        if result[6:8] != b"\xff\xff":
            self._sheet.number(row, column, double_text(result), style, is_formula=True)
        elif result[0] == 0:
            self._awaiting = (row, column, style)
        elif result[0] in (1, 2):
            shown = _bool_or_error(result[2], is_error=result[0] == 2)
            self._sheet.text(row, column, shown, style)

    def _end_result(self) -> None:
        """Put a formula's text into its cell; a long one runs over several records."""
        pieces, self._result = self._result, []
        if self._awaiting is None:
            return
        row, column, style = self._awaiting
        self._awaiting = None
        if self._book.wide:
            cursor = _Cursor(pieces)
            length, flags = struct.unpack("<HB", cursor.take(3))
            text = cursor.take_text(length, wide=bool(flags & 1))
        else:
            (length,) = struct.unpack_from("<H", pieces[0], 0)
            text = _text(b"".join(pieces)[2:], length, self._book)
        self._sheet.text(row, column, text, style)

    def _numbers(self, body: bytes) -> None:
        row, column = struct.unpack_from("<HH", body, 0)
        for offset in range(4, len(body) - 7, 6):
            self._budget.spend_cells()
            style, packed = struct.unpack_from("<HI", body, offset)
            self._sheet.number(row, column, rk_text(packed), self._style(style))
            column += 1

    def _merge(self, body: bytes) -> None:
        (count,) = struct.unpack_from("<H", body, 0)
        for index in range(count):
            top, bottom, left, right = struct.unpack_from("<HHHH", body, 2 + 8 * index)
            self._sheet.merge(Region(top, left, bottom, right))


def _bool_or_error(value: int, *, is_error: bool) -> str:
    if is_error:
        return ERRORS.get(value, "#N/A")
    return "TRUE" if value else "FALSE"
