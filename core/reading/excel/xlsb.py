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
from core.reading.base.ooxml import Relationship, main_part, relationships
from core.reading.base.raw import RawDocument, RawTable, ReadProblem
from core.reading.base.zipsafe import SafeZip
from core.reading.excel.biff import ERRORS, double_text, rk_text
from core.reading.excel.numbers import GENERAL, NumberFormat, number_format, number_text
from core.reading.excel.sheet import Region, SparseSheet

_ROW, _BLANK, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = range(8)
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOL, _FORMULA_ERROR, _RICH = 8, 9, 10, 11, 62
_STRING_ITEM, _FORMAT, _XF, _WORKBOOK, _SHEET, _COLUMN, _MERGE = 19, 44, 47, 153, 156, 60, 176
_BEGIN_CELL_XFS, _END_CELL_XFS = 617, 618
#: A text of 32,767 characters with as many changes of its font takes 320 KB.
_LONGEST_RECORD: Final = 8 * MEBIBYTE
_BEFORE_TEXT: Final = {_TEXT: 0, _FORMULA_TEXT: 0, _RICH: 1}


@dataclass
class _Book:
    """What the sheets of one workbook share."""

    strings: list[str] = field(default_factory=list[str])
    kinds: list[NumberFormat] = field(default_factory=list[NumberFormat])
    since_1904: bool = False
    #: (hidden state, relationship id, name)
    sheets: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])


def read_xlsb(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The visible worksheets of *data*, one table each, in the workbook's order.

    Raises :class:`NianbaoError` with a :class:`ReadProblem`.
    """
    budget = limits.start(file)
    package = SafeZip(data, budget)
    part = main_part(package, "xl/workbook.bin", budget)
    links = relationships(package, part, budget)
    try:
        book = _read_book(package, part, links, budget)
        tables, remarks = _read_sheets(package, links, book, budget)
    except (struct.error, IndexError) as error:
        raise NianbaoError(ReadProblem.DAMAGED, file=file, reason="工作簿记录不完整") from error
    if not tables:
        raise NianbaoError(ReadProblem.NO_TABLE, file=file)
    return RawDocument("xlsb", tuple(tables), remarks=tuple(remarks))


def _read_sheets(
    package: SafeZip, links: dict[str, Relationship], book: _Book, budget: Budget
) -> tuple[list[RawTable], list[str]]:
    tables: list[RawTable] = []
    remarks: list[str] = []
    for hidden, identifier, name in book.sheets:
        link = links.get(identifier)
        if link is None or link.kind != "worksheet":
            continue
        if hidden:
            if hidden == 1:
                remarks.append(f"工作表“{name}”是隐藏的，没有读取。")
            continue
        cells, has_hidden = _read_cells(package.pieces(link.target), book, budget)
        if has_hidden:
            remarks.append(f"工作表“{name}”中有隐藏的行或列，已一并读取。")
        tables.append(cells.table(name))
    return tables, remarks


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


def _read_book(
    package: SafeZip, part: str, links: dict[str, Relationship], budget: Budget
) -> _Book:
    book = _Book()
    for kind, body in _records(package.pieces(part), budget):
        if kind == _WORKBOOK:
            book.since_1904 = bool(struct.unpack_from("<I", body, 0)[0] & 1)
        elif kind == _SHEET:
            (hidden,) = struct.unpack_from("<I", body, 0)
            identifier, at = _text(body, 8)
            book.sheets.append((hidden, identifier, _text(body, at)[0]))
    for kind, body in _records(_part(package, links, "sharedStrings"), budget):
        if kind == _STRING_ITEM:
            budget.spend_cells()
            # Cut here and not in each of the cells that show it.
            book.strings.append(_text(body, 1)[0][: budget.limits.max_cell_chars])
    formats: dict[int, str] = {}
    in_cell_formats = False
    for kind, body in _records(_part(package, links, "styles"), budget):
        if kind in (_BEGIN_CELL_XFS, _END_CELL_XFS):
            in_cell_formats = kind == _BEGIN_CELL_XFS
        elif kind == _FORMAT:
            formats[struct.unpack_from("<H", body, 0)[0]] = _text(body, 2)[0]
        elif kind == _XF and in_cell_formats:
            (number,) = struct.unpack_from("<H", body, 2)
            book.kinds.append(number_format(number, formats.get(number)))
    return book


def _read_cells(pieces: Iterable[bytes], book: _Book, budget: Budget) -> tuple[SparseSheet, bool]:
    """A worksheet's cells, and whether it has hidden rows or columns."""
    cells = SparseSheet(budget)
    has_hidden = False
    row = -1
    for kind, body in _records(pieces, budget):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", body, 0)
            has_hidden |= bool(body[11] & 0x10)
        elif kind == _COLUMN:
            has_hidden |= bool(struct.unpack_from("<H", body, 16)[0] & 1)
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<IIII", body, 0)
            cells.merge(Region(top, left, bottom, right))
        elif _BLANK < kind <= _FORMULA_ERROR or kind == _RICH:
            budget.spend_cells()
            column, style = struct.unpack_from("<II", body, 0)
            cells.put(row, column, _cell_text(kind, body[8:], style & 0xFFFFFF, book))
    return cells, has_hidden


def _cell_text(kind: int, body: bytes, style: int, book: _Book) -> str:
    if kind == _SHARED:
        return book.strings[struct.unpack_from("<I", body, 0)[0]]
    if kind in _BEFORE_TEXT:
        return _text(body, _BEFORE_TEXT[kind])[0]
    if kind in (_BOOL, _FORMULA_BOOL):
        return "TRUE" if body[0] else "FALSE"
    if kind in (_ERROR, _FORMULA_ERROR):
        return ERRORS.get(body[0], "#N/A")
    packed = kind == _RK
    stored = rk_text(struct.unpack_from("<I", body, 0)[0]) if packed else double_text(body[:8])
    shown = book.kinds[style] if style < len(book.kinds) else GENERAL
    return number_text(stored, shown, since_1904=book.since_1904)
