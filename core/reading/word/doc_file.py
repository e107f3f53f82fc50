"""The structures of a Word 97-2003 file that a reader of tables needs ([MS-DOC]).

Text lies in pieces (the Clx) whose characters are one or two bytes wide; what a paragraph is
(in a table, end of a row) lies in pages of 512 bytes that are found by byte position. Every
number comes from the file and is checked before it is used.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from core.problems import NianbaoError
from core.reading.base.limits import Budget
from core.reading.base.marks import PLAIN_RUN, RunStyle
from core.reading.base.olesafe import OleStreams
from core.reading.base.raw import ReadProblem
from core.reading.word.doc_styles import (
    DELETED,
    HIDDEN,
    ROW_SHAPE,
    change_to,
    properties_in,
    read_styles,
    run_style,
)
from core.reading.word.flow import Merge, RowShape

_PAGE = 512
_WORD_IDENT = 0xA5EC
_WORD_97 = 0x00C1
_FLAG_ENCRYPTED, _FLAG_TABLE_ONE = 0x0100, 0x0200
# Offsets in the FIB of the pairs (position, length) and of the character counts.
_AT_COUNTS, _AT_STYLES, _AT_CHPX, _AT_PAPX, _AT_CLX = 0x4C, 0xA2, 0xFA, 0x102, 0x1A2
_FIB_BYTES = _AT_CLX + 8

_IN_TABLE, _ROW_END, _DEPTH = 0x2416, 0x2417, 0x6649
_INNER_CELL, _INNER_ROW = 0x244B, 0x244C
_TABLE_PROPS, _HUGE_PAPX, _HUGE_PAPX_OLD = 0x646B, 0x6646, 0x6645
# Single properties that a piece of a fast-saved file may carry (Prm0), by their short code.
_SHORT_CODES = {0x18: _IN_TABLE, 0x19: _ROW_END, 0x41: DELETED, 0x5C: HIDDEN}


@dataclass(frozen=True)
class Piece:
    """A stretch of text: ``start`` to ``end`` in characters, at byte ``at`` of the main stream."""

    start: int
    end: int
    at: int
    wide: bool
    changes: bytes
    """Properties laid over those of the paragraphs (fast-saved files)."""


@dataclass(frozen=True)
class ParagraphKind:
    """What a paragraph's properties say of tables."""

    depth: int = 0
    row_end: bool = False
    inner_cell_end: bool = False
    inner_row_end: bool = False
    shape: RowShape = field(default_factory=RowShape)


class WordFile:
    """The main stream, its pieces and its paragraph properties.

    Raises NianbaoError with ENCRYPTED, DAMAGED, TOO_LARGE, TOO_SLOW, and UNKNOWN_KIND for a Word
    file from before 1997.
    """

    def __init__(self, ole: OleStreams, budget: Budget) -> None:
        self._budget = budget
        self._main = ole.read("WordDocument")
        if len(self._main) < _FIB_BYTES:
            raise self.damaged("文件头不完整")
        ident, version = struct.unpack_from("<HH", self._main)
        (flags,) = struct.unpack_from("<H", self._main, 0x0A)
        if ident != _WORD_IDENT or version < _WORD_97:
            raise NianbaoError(
                ReadProblem.UNKNOWN_KIND, file=budget.file, kind="Word 95 或更早的文档"
            )
        if flags & _FLAG_ENCRYPTED:
            raise NianbaoError(ReadProblem.ENCRYPTED, file=budget.file)
        self._table = ole.read("1Table" if flags & _FLAG_TABLE_ONE else "0Table")
        self._ole = ole
        self._stored: bytes | None = None
        counts = struct.unpack_from("<7i", self._main, _AT_COUNTS)
        body, footnotes, _, _, comments, endnotes, boxes = counts
        if body < 0:
            raise self.damaged("字数有误")
        self.body_characters = body
        self.has_side_text = max(footnotes, comments, endnotes, boxes) > 0
        self.pieces = self._read_pieces()
        self._starts, self._runs = self._read_runs()
        self._kinds: dict[tuple[int, bytes], ParagraphKind] = {}
        self._styles = read_styles(self._part(_AT_STYLES), budget)
        self._marked = self._marked_runs()

    def damaged(self, reason: str) -> NianbaoError:
        """The error for a file that contradicts itself, for the caller to raise."""
        return NianbaoError(ReadProblem.DAMAGED, file=self._budget.file, reason=reason)

    def _part(self, at: int) -> bytes:
        """The part of the table stream whose position and length stand at *at* in the FIB."""
        start, length = struct.unpack_from("<II", self._main, at)
        return self._table[start : start + length] if length else b""

    def _read_pieces(self) -> list[Piece]:
        clx = self._part(_AT_CLX)
        at = 0
        changes: list[bytes] = []
        while at + 3 <= len(clx) and clx[at] == 1:
            (size,) = struct.unpack_from("<H", clx, at + 1)
            changes.append(clx[at + 3 : at + 3 + size])
            at += 3 + size
        if at + 5 > len(clx) or clx[at] != 2:
            raise self.damaged("找不到文字表")
        plc = clx[at + 5 : at + 5 + struct.unpack_from("<I", clx, at + 1)[0]]
        count = (len(plc) - 4) // 12
        if count < 1:
            raise self.damaged("文字表是空的")
        self._budget.spend_cells(count)
        bounds = struct.unpack_from(f"<{count + 1}I", plc)
        if bounds[0]:
            raise self.damaged("文字表次序有误")
        pieces: list[Piece] = []
        for number in range(count):
            start, end = bounds[number], bounds[number + 1]
            if end < start:
                raise self.damaged("文字表次序有误")
            position, change = struct.unpack_from("<IH", plc, 4 * (count + 1) + 8 * number + 2)
            wide = not position & 0x40000000
            place = position & 0x3FFFFFFF
            at = place if wide else place // 2
            pieces.append(Piece(start, end, at, wide, _changes(change, changes)))
        return pieces

    def text_of(self, piece: Piece) -> str:
        """The text of *piece*, one character for each unit; deleted and hidden ones are U+0000."""
        width = 2 if piece.wide else 1
        size = (piece.end - piece.start) * width
        if piece.at + size > len(self._main):
            raise self.damaged("文字不完整")
        self._budget.spend_bytes(2 * size)
        raw = self._main[piece.at : piece.at + size]
        if not piece.wide:
            text = raw.decode("latin-1").translate(_CP1252)
        elif any(0xD8 <= high < 0xE0 for high in raw[1::2]):
            text = "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw)))
        else:
            text = raw.decode("utf-16-le")
        change = change_to(run_style(piece.changes, PLAIN_RUN, self._styles))
        if change is not None:
            return change(text)
        return self._as_marked(text, piece.at, width)

    def _as_marked(self, text: str, at: int, width: int) -> str:
        """*text*, which begins at byte *at*, with hidden stretches blotted out and raised ones so."""
        parts: list[str] = []
        done = 0
        first = max(bisect_right(self._marked, at, key=lambda run: run[0]) - 1, 0)
        for start, end, change in self._marked[first:]:
            low, high = max((start - at) // width, done), min((end - at) // width, len(text))
            if low >= len(text):
                break
            if low < high:
                parts += [text[done:low], change(text[low:high])]
                done = high
        return "".join([*parts, text[done:]]) if parts else text

    def _marked_runs(self) -> list[tuple[int, int, Callable[[str], str]]]:
        """Byte ranges of text that does not say what it seems to, in order, and what it says."""
        runs: list[tuple[int, int, Callable[[str], str]]] = []
        for start, end, page, offset in self._walk(_AT_CHPX, 1):
            properties = self._run_properties(page, offset) if offset else b""
            for first, last, paragraph in self._paragraph_styles(start, end):
                change = change_to(run_style(properties, paragraph, self._styles))
                if change is not None:
                    runs.append((first, last, change))
        return sorted(runs, key=lambda run: run[:2])

    def _paragraph_styles(self, start: int, end: int) -> Iterator[tuple[int, int, RunStyle]]:
        """The stretches of bytes *start* to *end* by the style of their paragraphs."""
        if not self._styles.matter:
            yield start, end, PLAIN_RUN
            return
        at = start
        for number in range(max(bisect_right(self._starts, start) - 1, 0), len(self._runs)):
            first, last, page, offset = self._runs[number]
            if first >= end:
                break
            low, high = max(first, at), min(last, end)
            if low < high:
                if at < low:
                    yield at, low, PLAIN_RUN
                yield low, high, self._styles.of(self._style_number(page, offset))
                at = high
        if at < end:
            yield at, end, PLAIN_RUN

    def _style_number(self, page: int, offset: int) -> int:
        place = page + 2 * offset
        # Behind the length, which takes two bytes where the first is 0.
        place += 1 if self._main[place] else 2
        return struct.unpack_from("<H", self._main, place)[0] if offset else 0

    def _run_properties(self, page: int, offset: int) -> bytes:
        place = page + 2 * offset
        size = self._main[place]
        return self._main[place + 1 : min(place + 1 + size, page + _PAGE)]

    def _read_runs(self) -> tuple[list[int], list[tuple[int, int, int, int]]]:
        runs = sorted(self._walk(_AT_PAPX, 13))
        return [run[0] for run in runs], runs

    def _walk(self, at: int, entry_bytes: int) -> Iterator[tuple[int, int, int, int]]:
        """(first byte, last byte + 1, page, offset in words) of each run of equal properties."""
        plc = self._part(at)
        count = (len(plc) - 4) // 8
        if count < 1:
            return
        for (number,) in struct.iter_unpack("<I", plc[4 * (count + 1) : 4 * (2 * count + 1)]):
            page = (number & 0x3FFFFF) * _PAGE
            if page + _PAGE > len(self._main):
                raise self.damaged("段落表超出文件")
            runs = self._main[page + _PAGE - 1]
            if 4 * (runs + 1) + entry_bytes * runs > _PAGE - 1:
                raise self.damaged("段落表有误")
            self._budget.spend_cells(runs)
            bounds = struct.unpack_from(f"<{runs + 1}I", self._main, page)
            for run in range(runs):
                offset = self._main[page + 4 * (runs + 1) + entry_bytes * run]
                yield bounds[run], bounds[run + 1], page, offset

    def kind_at(self, character: int, piece: Piece) -> ParagraphKind | None:
        """The kind of the paragraph whose mark is *character* in *piece*; None where unknown."""
        position = piece.at + (character - piece.start) * (2 if piece.wide else 1)
        found = bisect_right(self._starts, position) - 1
        if found < 0 or position >= self._runs[found][1]:
            return None
        _, _, page, offset = self._runs[found]
        key = (page + offset, piece.changes)
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._kinds[key] = _kind(self._properties(page, offset) + piece.changes)
        return kind

    def _data(self) -> bytes:
        """The Data stream; mostly pictures, so it is read only when something refers to it."""
        if self._stored is None:
            self._stored = self._ole.read("Data") if "Data" in self._ole else b""
        return self._stored

    def _properties(self, page: int, offset: int) -> bytes:
        """The properties of a paragraph, with those too large for the page fetched from Data."""
        if not offset:
            return b""
        place = page + 2 * offset
        if place + 1 >= len(self._main):
            return b""
        size = 2 * self._main[place] - 1
        if size < 0:
            place += 1
            size = 2 * self._main[place]
        own = self._main[place + 3 : min(place + 1 + size, page + _PAGE)]
        for code, operand in properties_in(own):
            if code in (_HUGE_PAPX, _HUGE_PAPX_OLD, _TABLE_PROPS):
                (start,) = struct.unpack("<I", operand)
                data = self._data()
                if start + 2 <= len(data):
                    (length,) = struct.unpack_from("<H", data, start)
                    more = data[start + 2 : start + 2 + length]
                    own = own + more if code == _TABLE_PROPS else more
                    break
        return own


_CP1252 = {at: bytes((at,)).decode("cp1252", "replace") for at in range(0x80, 0xA0)}


def _changes(change: int, stored: list[bytes]) -> bytes:
    if change & 1:
        index = change >> 1
        return stored[index] if index < len(stored) else b""
    code = _SHORT_CODES.get((change >> 1) & 0x7F)
    return struct.pack("<HB", code, change >> 8) if code else b""


def _kind(properties: bytes) -> ParagraphKind:
    in_table = row_end = inner_cell = inner_row = False
    depth = 0
    shape = RowShape()
    for code, operand in properties_in(properties):
        if code == _IN_TABLE:
            in_table = bool(operand[0])
        elif code == _ROW_END:
            row_end = bool(operand[0])
        elif code == _DEPTH:
            depth = max(struct.unpack("<i", operand)[0], 0)
        elif code == _INNER_CELL:
            inner_cell = bool(operand[0])
        elif code == _INNER_ROW:
            inner_row = bool(operand[0])
        elif code == ROW_SHAPE:
            shape = _row_shape(operand)
    return ParagraphKind(
        max(depth, 1) if in_table or depth else 0, row_end, inner_cell, inner_row, shape
    )


def _row_shape(operand: bytes) -> RowShape:
    """TDefTableOperand: the number of cells, their edges in twips, 20 bytes for each cell."""
    count = operand[0] if operand else 0
    if not 0 < count <= 63 or len(operand) < 1 + 2 * (count + 1):
        return RowShape()
    edges = struct.unpack_from(f"<{count + 1}h", operand, 1)
    merges: list[Merge] = []
    for cell in range(count):
        at = 1 + 2 * (count + 1) + 20 * cell
        (flags,) = struct.unpack_from("<H", operand, at) if at + 2 <= len(operand) else (0,)
        if flags & 0x02:
            merges.append(Merge.LEFT)
        else:
            merges.append(Merge.ABOVE if flags & 0x60 == 0x20 else Merge.NONE)
    return RowShape(edges, merges)
