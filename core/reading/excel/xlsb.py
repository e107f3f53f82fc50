"""Excel binary workbooks (.xlsb): the parts of a package as records instead of XML.

Structures: [MS-XLSB], https://learn.microsoft.com/openspecs/office_file_formats/ms-xlsb/
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from core.problems import NianbaoError
from core.reading.base.limits import MEBIBYTE, Budget, Limits
from core.reading.base.marks import PLAIN_RUN, RunStyle
from core.reading.base.ooxml import Relationship, main_part, relationships
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.base.zipsafe import SafeZip
from core.reading.excel.biff import ERRORS, double_text, rk_text
from core.reading.excel.formats import NumberFormat, number_format
from core.reading.excel.sheet import Region, Sheet, Workbook
from core.reading.excel.style import PLAIN, Run, Style, Text, text_of

_ROW, _BLANK, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = range(8)
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOL, _FORMULA_ERROR, _RICH = 8, 9, 10, 11, 62
_STRING_ITEM, _FONT, _FORMAT, _XF, _WORKBOOK, _SHEET = 19, 43, 44, 47, 153, 156
_COLUMN, _MERGE, _CALCULATION = 60, 176, 157
_BEGIN_CELL_XFS, _END_CELL_XFS = 617, 618
#: A text of 32,767 characters with as many changes of its font takes 320 KB.
_LONGEST_RECORD: Final = 8 * MEBIBYTE


@dataclass
class _Book:
    """What the sheets of one workbook share."""

    strings: list[Text] = field(default_factory=list[Text])
    fonts: list[RunStyle] = field(default_factory=list[RunStyle])
    styles: list[Style] = field(default_factory=list[Style])
    since_1904: bool = False
    recalculates: bool = False
    #: (hidden state, relationship id, name)
    sheets: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])

    def font(self, number: int) -> RunStyle:
        """The font of that number; a plain one where there is none."""
        return self.fonts[number] if number < len(self.fonts) else PLAIN_RUN


def read_xlsb(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The visible worksheets of *data*, one table each, in the workbook's order.

    Raises :class:`NianbaoError` with a :class:`ReadProblem`.
    """
    budget = limits.start(file)
    package = SafeZip(data, budget)
    part = main_part(package, "xl/workbook.bin", budget)
    links = relationships(package, part, budget)
    try:
        book = _Book()
        _read_workbook(package.pieces(part), book, budget)
        _read_styles(_part(package, links, "styles"), book, budget)
        for kind, body in _records(_part(package, links, "sharedStrings"), budget):
            if kind == _STRING_ITEM:
                budget.spend_cells()
                book.strings.append(_rich_text(body, book, budget))
        workbook = Workbook(
            "xlsb", budget, since_1904=book.since_1904, recalculates=book.recalculates
        )
        for hidden, identifier, name in book.sheets:
            link = links.get(identifier)
            if link is None or link.kind != "worksheet":
                continue
            if hidden:
                workbook.hidden_sheet(name, is_program_store=hidden != 1)
            else:
                _read_cells(package.pieces(link.target), book, workbook.sheet(name), budget)
        return workbook.document()
    except (struct.error, IndexError) as error:
        raise NianbaoError(ReadProblem.DAMAGED, file=file, reason="工作簿记录不完整") from error


def _records(pieces: Iterable[bytes], budget: Budget) -> Iterator[tuple[int, bytes]]:
    """Type and content of each record of a part, which is never in memory as a whole."""
    waiting = b""
    for piece in pieces:
        data = waiting + piece
        at = 0
        while (record := _record(data, at)) is not None:
            kind, body, at = record
            yield kind, body
        waiting = data[at:]
        budget.check_time()
    if waiting:
        raise struct.error("record too short")


def _record(data: bytes, at: int) -> tuple[int, bytes, int] | None:
    """Type and content of the record at *at*, and where it ends; ``None`` where more must come.

    Both numbers before the content are written seven bits a byte.
    """
    try:
        kind, start = _variable(data, at, 2)
        length, start = _variable(data, start, 4)
    except IndexError:
        return None
    if length > _LONGEST_RECORD:
        raise struct.error("record too long")
    end = start + length
    return (kind, data[start:end], end) if end <= len(data) else None


def _variable(data: bytes, at: int, longest: int) -> tuple[int, int]:
    value = 0
    for index in range(longest):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            break
    return value, at


def _text(body: bytes, at: int) -> tuple[str, int]:
    """A text of 16-bit characters after its length, and where it ends."""
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * length
    if end > len(body):
        raise struct.error("text too short")
    return body[at + 4 : end].decode("utf-16-le", "replace").replace("\r\n", "\n"), end


def _part(package: SafeZip, links: dict[str, Relationship], kind: str) -> Iterable[bytes]:
    target = next((link.target for link in links.values() if link.kind == kind), None)
    return package.pieces(target) if target and target in package else ()


def _read_workbook(pieces: Iterable[bytes], book: _Book, budget: Budget) -> None:
    for kind, body in _records(pieces, budget):
        if kind == _WORKBOOK:
            book.since_1904 = bool(struct.unpack_from("<I", body, 0)[0] & 1)
        elif kind == _CALCULATION and len(body) >= 26:
            # [MS-XLSB] 2.4.12 BrtCalcProp: the flags stand last, fFullCalcOnLoad first of them.
            book.recalculates = bool(struct.unpack_from("<H", body, 24)[0] & 1)
        elif kind == _SHEET:
            (hidden,) = struct.unpack_from("<I", body, 0)
            identifier, at = _text(body, 8)
            book.sheets.append((hidden, identifier, _text(body, at)[0]))


def _read_styles(pieces: Iterable[bytes], book: _Book, budget: Budget) -> None:
    codes: dict[int, str] = {}
    formats: dict[int, NumberFormat] = {}
    in_cell_formats = False
    for kind, body in _records(pieces, budget):
        if kind in (_BEGIN_CELL_XFS, _END_CELL_XFS):
            in_cell_formats = kind == _BEGIN_CELL_XFS
        elif kind == _FORMAT:
            codes[struct.unpack_from("<H", body, 0)[0]] = _text(body, 2)[0]
        elif kind == _FONT:
            # [MS-XLSB] 2.4.149 BrtFont: height, flags, weight, above or below the line.
            flags, _, moved = struct.unpack_from("<HHH", body, 2)
            book.fonts.append(RunStyle(bool(flags & 0x08), moved in (1, 2)))
        elif kind == _XF and in_cell_formats:
            budget.spend_cells()
            number, font = struct.unpack_from("<HH", body, 2)
            if number not in formats:
                formats[number] = number_format(number, codes.get(number))
            book.styles.append(Style(formats[number], book.font(font)))


def _rich_text(body: bytes, book: _Book, budget: Budget) -> Text:
    """A text with its runs ([MS-XLSB] 2.5.121 RichStr); cut here, not in each cell that shows it."""
    longest = budget.limits.max_cell_chars
    text, at = _text(body, 1)
    if not body[0] & 1:
        return text[:longest]
    (count,) = struct.unpack_from("<I", body, at)
    pairs = list(struct.iter_unpack("<HH", body[at + 4 : at + 4 + 4 * min(count, longest)]))
    if not pairs:
        return text[:longest]
    ends = [place for place, _ in pairs[1:]] + [len(text)]
    runs = [Run(text[: pairs[0][0]])]
    runs += [
        Run(text[place:end], book.font(font))
        for (place, font), end in zip(pairs, ends, strict=True)
    ]
    return text_of(runs, longest)


def _read_cells(pieces: Iterable[bytes], book: _Book, sheet: Sheet, budget: Budget) -> None:
    row = -1
    for kind, body in _records(pieces, budget):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", body, 0)
            if body[11] & 0x10:
                sheet.hide_row(row)
        elif kind == _COLUMN:
            first, last, width = struct.unpack_from("<III", body, 0)
            if struct.unpack_from("<H", body, 16)[0] & 1 or not width:
                sheet.hide_columns(first, last)
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<IIII", body, 0)
            sheet.merge(Region(top, left, bottom, right))
        elif _BLANK < kind <= _FORMULA_ERROR or kind == _RICH:
            budget.spend_cells()
            column, style = struct.unpack_from("<II", body, 0)
            number = style & 0xFFFFFF
            of_cell = book.styles[number] if number < len(book.styles) else PLAIN
            _read_cell(kind, row, column, body[8:], of_cell, book, sheet, budget)


def _read_cell(
    kind: int, row: int, column: int, body: bytes, style: Style,
    book: _Book, sheet: Sheet, budget: Budget,
) -> None:  # fmt: skip
    if kind == _RK:
        sheet.number(row, column, rk_text(struct.unpack_from("<I", body, 0)[0]), style)
    elif kind in (_REAL, _FORMULA_NUMBER):
        stored = double_text(body[:8])
        sheet.number(row, column, stored, style, is_formula=kind == _FORMULA_NUMBER)
    elif kind == _SHARED:
        sheet.text(row, column, book.strings[struct.unpack_from("<I", body, 0)[0]], style)
    elif kind == _RICH:
        sheet.text(row, column, _rich_text(body, book, budget), style)
    elif kind in (_TEXT, _FORMULA_TEXT):
        sheet.has_results |= kind == _FORMULA_TEXT
        sheet.text(row, column, _text(body, 0)[0], style)
    elif kind in (_BOOL, _FORMULA_BOOL):
        sheet.text(row, column, "TRUE" if body[0] else "FALSE", style)
    else:
        sheet.text(row, column, ERRORS.get(body[0], "#N/A"), style)
