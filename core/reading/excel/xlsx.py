"""Excel 2007 and later workbooks (.xlsx, .xlsm, WPS .et saved as OOXML).

Read here and not by a library: the sheets are run through as a stream, cell by cell, so that a
sheet with one cell in the last corner, or one that unpacks to a hundred megabytes, costs what its
cells cost; a reader that lays out the whole rectangle first cannot be stopped from outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from core.problems import NianbaoError
from core.reading.base.limits import Budget, Limits
from core.reading.base.marks import bracketed
from core.reading.base.ooxml import Relationship, main_part, relationships
from core.reading.base.raw import RawDocument, RawTable, ReadProblem
from core.reading.base.xmlsafe import attribute, child, children, parse_xml, scan_xml
from core.reading.base.zipsafe import SafeZip
from core.reading.excel.numbers import GENERAL, NumberFormat, number_format, number_text
from core.reading.excel.sheet import Region, SparseSheet

#: Excel indents no further.
_MAX_INDENT: Final = 15
_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
#: ``_x000D_`` in a string stands for the character of that number (ECMA-376 part 1, 22.4.2.4).
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass
class _Run:
    """The formatting of one piece of a rich text, as far as it changes what the text says."""

    raised: bool = False
    struck: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("r", "si", "is", "c"):
            self.raised = self.struck = False
        elif name == "vertAlign":
            self.raised = attributes.get("val") in ("superscript", "subscript")
        elif name == "strike":
            self.struck = attributes.get("val") not in ("0", "false")


class _Text:
    """A text that arrives in pieces; what goes beyond the longest cell is dropped at once."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._length = 0
        self._parts: list[str] = []

    def clear(self) -> None:
        self._parts.clear()
        self._length = 0

    def add(self, content: str, run: _Run) -> None:
        if self._length <= self._longest and not run.struck:
            self._parts.append(bracketed(content) if run.raised else content)
            self._length += len(content)

    def text(self) -> str:
        return "".join(self._parts)


class _Style(NamedTuple):
    """How a cell shows a number, and the blanks that stand for the indentation of a text."""

    kind: NumberFormat
    blanks: str


_PLAIN: Final = _Style(GENERAL, "")


@dataclass
class _Book:
    """What the sheets of one workbook share."""

    strings: list[str] = field(default_factory=list[str])
    styles: list[_Style] = field(default_factory=list[_Style])
    since_1904: bool = False


@dataclass
class _Sheet:
    """One sheet's cells as they come, and what the clerk should hear about it."""

    cells: SparseSheet
    has_hidden: bool = False
    has_uncalculated: bool = False


def read_xlsx(data: bytes, file: str, limits: Limits, *, with_hidden: bool = False) -> RawDocument:
    """The visible worksheets of *data* (or all of them), one table each, in the workbook's order.

    Raises :class:`NianbaoError` with a :class:`ReadProblem`.
    """
    budget = limits.start(file)
    package = SafeZip(data, budget)
    part = main_part(package, "xl/workbook.xml", budget)
    root = parse_xml(package.read(part), budget)
    links = relationships(package, part, budget)
    properties = child(root, "workbookPr")
    since_1904 = properties is not None and attribute(properties, "date1904") in ("1", "true")
    book = _Book(
        _shared_strings(package, links, budget), _styles(package, links, budget), since_1904
    )
    tables: list[RawTable] = []
    remarks: list[str] = []
    for sheet in children(root, "sheets"):
        name = attribute(sheet, "name") or ""
        link = links.get(attribute(sheet, "id") or "")
        if link is None or link.kind != "worksheet":
            continue
        if not with_hidden and (attribute(sheet, "state") or "visible") != "visible":
            # A very hidden sheet is a program's own store and was never meant to be seen.
            if attribute(sheet, "state") == "hidden":
                remarks.append(f"工作表“{name}”是隐藏的，没有读取。")
            continue
        read = _read_sheet(package.pieces(link.target), book, budget)
        remarks += _sheet_remarks(name, read)
        tables.append(read.cells.table(name))
    if not tables:
        raise NianbaoError(ReadProblem.NO_TABLE, file=file)
    return RawDocument("xlsx", tuple(tables), remarks=tuple(remarks))


def _sheet_remarks(name: str, sheet: _Sheet) -> list[str]:
    remarks: list[str] = []
    if sheet.has_hidden:
        remarks.append(f"工作表“{name}”中有隐藏的行或列，已一并读取。")
    if sheet.has_uncalculated:
        remarks.append(
            f"工作表“{name}”中有公式没有保存计算结果，这些单元格按空白读取；"
            "请用 Excel 或 WPS 打开并保存后再导入。"
        )
    return remarks


def _shared_strings(package: SafeZip, links: dict[str, Relationship], budget: Budget) -> list[str]:
    """The texts that cells refer to by number; phonetic guides (``rPh``) are not part of them."""
    target = next((link.target for link in links.values() if link.kind == "sharedStrings"), None)
    strings: list[str] = []
    if target is None or target not in package:
        return strings
    parts = _Text(budget.limits.max_cell_chars)
    state = {"t": 0, "rPh": 0}
    run = _Run()

    def start(name: str, attributes: dict[str, str]) -> None:
        run.start(name, attributes)
        if name in state:
            state[name] += 1
        elif name == "si":
            parts.clear()
            # Each costs a Python string whether a cell uses it or not.
            budget.spend_cells()

    def end(name: str) -> None:
        if name in state:
            state[name] -= 1
        elif name == "si":
            # Cut here and not in each of the cells that show it.
            strings.append(_unescape(parts.text())[: budget.limits.max_cell_chars])

    def text(content: str) -> None:
        if state["t"] and not state["rPh"]:
            parts.add(content, run)

    scan_xml(package.pieces(target), budget, start=start, end=end, text=text)
    return strings


def _styles(package: SafeZip, links: dict[str, Relationship], budget: Budget) -> list[_Style]:
    """For each cell style how it shows a number, and how far it moves a text in."""
    target = next((link.target for link in links.values() if link.kind == "styles"), None)
    data = package.read_optional(target) if target else None
    if data is None:
        return []
    root = parse_xml(data, budget)
    codes: dict[int, str] = {}
    for element in children(root, "numFmts"):
        number = _integer(attribute(element, "numFmtId"))
        if number is not None:
            codes[number] = attribute(element, "formatCode") or ""
    styles: list[_Style] = []
    for element in children(root, "cellXfs"):
        number = _integer(attribute(element, "numFmtId")) or 0
        alignment = child(element, "alignment")
        indent = _integer(attribute(alignment, "indent")) if alignment is not None else None
        kind = number_format(number, codes.get(number))
        styles.append(_Style(kind, "\u3000" * min(indent or 0, _MAX_INDENT)))
    return styles


class _SheetHandler:
    """Takes a worksheet's XML apart as it streams by.

    A cell without a reference follows the one before it; a row without a number likewise.
    """

    def __init__(self, book: _Book, sheet: _Sheet, budget: Budget) -> None:
        self._book = book
        self._sheet = sheet
        self._budget = budget
        self._row = -1
        self._column = -1
        self._kind = ""
        self._style = 0
        self._formula = False
        self._in_value = 0
        self._in_phonetic = 0
        self._parts = _Text(budget.limits.max_cell_chars)
        self._run = _Run()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._in_value += 1
        elif name in ("r", "is", "vertAlign", "strike"):
            self._run.start(name, attributes)
        elif name == "rPh":
            self._in_phonetic += 1
        elif name == "f":
            self._formula = True
        elif name == "row":
            number = _integer(attributes.get("r"))
            self._row = self._row + 1 if number is None else number - 1
            self._column = -1
            self._sheet.has_hidden |= attributes.get("hidden") in ("1", "true")
        elif name == "col":
            self._sheet.has_hidden |= attributes.get("hidden") in ("1", "true")
        elif name == "mergeCell":
            region = _region(attributes.get("ref", ""))
            if region is not None:
                self._sheet.cells.merge(region)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        position = _position(attributes.get("r", ""))
        if position is None:
            self._column += 1
        else:
            self._row, self._column = position
        self._kind = attributes.get("t", "n")
        self._style = _integer(attributes.get("s")) or 0
        self._formula = False
        self._run.start("c", attributes)
        self._parts.clear()
        self._budget.spend_cells()

    def end(self, name: str) -> None:
        if name == "c":
            text = self._cell_text(self._parts.text())
            if text:
                self._sheet.cells.put(self._row, self._column, text)
            elif self._formula and self._kind != "str":
                self._sheet.has_uncalculated = True
        elif name in ("v", "t"):
            self._in_value -= 1
        elif name == "rPh":
            self._in_phonetic -= 1

    def text(self, content: str) -> None:
        if self._in_value and not self._in_phonetic:
            self._parts.add(content, self._run)

    def _cell_text(self, stored: str) -> str:
        if not stored:
            return ""
        styles = self._book.styles
        style = styles[self._style] if 0 <= self._style < len(styles) else _PLAIN
        if self._kind == "s":
            number = _integer(stored.strip())
            strings = self._book.strings
            if number is None or number >= len(strings):
                raise NianbaoError(
                    ReadProblem.DAMAGED, file=self._budget.file, reason="单元格文字丢失"
                )
            return style.blanks + strings[number] if style.blanks else strings[number]
        if self._kind in ("inlineStr", "str", "e"):
            return style.blanks + _unescape(stored)
        if self._kind == "b":
            return "TRUE" if stored.strip() == "1" else "FALSE"
        if self._kind == "d":
            return stored.strip().removesuffix("T00:00:00").replace("T", " ")
        return number_text(stored, style.kind, since_1904=self._book.since_1904)


def _read_sheet(pieces: Iterable[bytes], book: _Book, budget: Budget) -> _Sheet:
    sheet = _Sheet(SparseSheet(budget))
    handler = _SheetHandler(book, sheet, budget)
    scan_xml(pieces, budget, start=handler.start, end=handler.end, text=handler.text)
    return sheet


def _unescape(text: str) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _integer(text: str | None) -> int | None:
    """A short string of digits as a number; anything else is as good as absent."""
    return int(text) if text and len(text) < 10 and text.isdecimal() else None


def _position(reference: str) -> tuple[int, int] | None:
    """``"B3"`` as (2, 1), or ``None``."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _region(reference: str) -> Region | None:
    first, _, last = reference.partition(":")
    top_left, bottom_right = _position(first), _position(last)
    if top_left is None or bottom_right is None:
        return None
    return Region(*top_left, *bottom_right)
