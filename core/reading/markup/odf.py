"""OpenDocument texts and sheets: .odt, .ods, and .fodt/.fods, which are one XML file.

Structures: OpenDocument 1.3 part 3, clauses 5 (text), 9 (tables).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.problems import NianbaoError
from core.reading.base.limits import Budget, Limits
from core.reading.base.marks import STRUCK_REMARK, bracketed
from core.reading.base.raw import RawDocument, RawTable, ReadProblem
from core.reading.base.xmlsafe import Element, attribute, child, children, local_name, parse_xml
from core.reading.base.zipsafe import SafeZip
from core.reading.excel.numbers import plain_number
from core.reading.excel.sheet import Region, SparseSheet

#: Groups of rows or blocks that show as if they were not there.
_TRANSPARENT: Final = frozenset(
    ("table-header-rows", "table-rows", "table-row-group", "section", "list", "list-item",
     "list-header", "table-of-content", "index-body", "index-title", "user-index",
     "numbered-paragraph", "frame", "text-box", "custom-shape", "g", "rect", "a", "text",
     "spreadsheet")
)  # fmt: skip
_NOT_SHOWN: Final = frozenset(
    ("annotation", "note", "ruby-text", "tracked-changes", "deletion", "forms", "image",
     "object", "desc", "title", "event-listeners", "shape")
)  # fmt: skip
_HIDDEN_ROWS: Final = frozenset(("collapse", "filter"))
_MAX_INDEX: Final = 1_048_576
#: ``super 58%``, or how far from the line: ``33% 80%`` (ODF 1.3 part 3, 20.384). 0% is on it.
_RAISED: Final = re.compile(r"super|sub|-?0*[1-9]\d*")


def read_odt(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The tables of a text document and the paragraphs outside them.

    Raises :class:`NianbaoError` with a :class:`ReadProblem`.
    """
    budget = limits.start(file)
    return _text_document(
        "odt", parse_xml(SafeZip(data, budget).read("content.xml"), budget), budget
    )


def read_ods(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The visible sheets of a workbook, one table each; raises as :func:`read_odt` does."""
    budget = limits.start(file)
    return _workbook("ods", parse_xml(SafeZip(data, budget).read("content.xml"), budget), budget)


def read_flat_odf(data: bytes, file: str, limits: Limits) -> RawDocument:
    """A text document or workbook in one XML file; raises as :func:`read_odt` does."""
    budget = limits.start(file)
    root = parse_xml(data, budget)
    if child(child(root, "body"), "spreadsheet") is not None:
        return _workbook("fods", root, budget)
    return _text_document("fodt", root, budget)


def _text_document(kind: str, root: Element, budget: Budget) -> RawDocument:
    body = child(child(root, "body"), "text")
    if body is None:
        raise NianbaoError(ReadProblem.DAMAGED, file=budget.file, reason="缺少正文")
    reader = _Reader(budget, _styles(root), stored_values=False)
    lines = reader.lines(body, 0)
    remarks = (STRUCK_REMARK,) if reader.has_struck else ()
    return RawDocument(kind, tuple(reader.tables), "\n".join(lines), remarks)


def _workbook(kind: str, root: Element, budget: Budget) -> RawDocument:
    body = child(child(root, "body"), "spreadsheet")
    styles = _styles(root)
    tables: list[RawTable] = []
    remarks: list[str] = []
    for sheet in body if body is not None else ():
        if local_name(sheet) != "table":
            continue
        name = attribute(sheet, "name") or ""
        if attribute(sheet, "style-name") in styles.hidden_tables:
            remarks.append(f"工作表“{name}”是隐藏的，没有读取。")
            continue
        reader = _Reader(budget, styles, stored_values=True)
        tables.append(reader.table(sheet, name, 0))
        if reader.has_hidden:
            remarks.append(f"工作表“{name}”中有隐藏的行或列，已一并读取。")
        if reader.has_struck and STRUCK_REMARK not in remarks:
            remarks.append(STRUCK_REMARK)
    if not tables:
        raise NianbaoError(ReadProblem.NO_TABLE, file=budget.file)
    return RawDocument(kind, tuple(tables), remarks=tuple(remarks))


def _styles(root: Element) -> _Styles:
    hidden: set[str] = set()
    raised: set[str] = set()
    struck: set[str] = set()
    for style in children(root, "automatic-styles"):
        name = attribute(style, "name") or ""
        for properties in style:
            if attribute(properties, "display") == "false":
                hidden.add(name)
            if _RAISED.match(attribute(properties, "text-position") or ""):
                raised.add(name)
            if (attribute(properties, "text-line-through-style") or "none") != "none":
                struck.add(name)
    return _Styles(frozenset(hidden), frozenset(raised), frozenset(struck))


@dataclass(frozen=True)
class _Styles:
    """Names of the automatic styles that change what a text says."""

    hidden_tables: frozenset[str]
    raised: frozenset[str]
    struck: frozenset[str]


class _Reader:
    """Walks a body or a sheet. *stored_values*: numbers as stored (sheets), not as shown."""

    def __init__(self, budget: Budget, styles: _Styles, *, stored_values: bool) -> None:
        self.tables: list[RawTable] = []
        self.has_struck = False
        self._styles = styles
        self.has_hidden = False
        self._budget = budget
        self._stored_values = stored_values

    def lines(self, element: Element, depth: int) -> list[str]:
        """The paragraphs below *element*; its tables go to ``tables``."""
        self._budget.check_depth(depth)
        found: list[str] = []
        for block in element:
            name = local_name(block)
            if name in ("p", "h"):
                self._budget.spend_cells()
                parts: list[str] = []
                boxes: list[Element] = []
                self._inline(block, depth, parts, boxes)
                found += "".join(parts).split("\n")
                for box in boxes:
                    found += self.lines(box, depth + 1)
            elif name == "table":
                place = len(self.tables)
                self.tables.append(RawTable(()))
                self.tables[place] = self.table(block, "", depth + 1)
            elif name in _TRANSPARENT:
                found += self.lines(block, depth + 1)
        return found

    def table(self, table: Element, name: str, depth: int) -> RawTable:
        """One table; those in its cells are added to ``tables``."""
        self._budget.check_depth(depth)
        cells = SparseSheet(self._budget)
        number = 0
        for row in self._rows(table):
            repeats = _count(row, "number-rows-repeated")
            self.has_hidden |= attribute(row, "visibility") in _HIDDEN_ROWS
            self._row(row, cells, number, repeats, depth)
            number += repeats
        return cells.table(name)

    def _rows(self, table: Element) -> Iterator[Element]:
        for item in table:
            name = local_name(item)
            if name == "table-row":
                yield item
            elif name in _TRANSPARENT:
                yield from self._rows(item)
            elif name == "table-column":
                self.has_hidden |= attribute(item, "visibility") in _HIDDEN_ROWS

    def _row(self, row: Element, cells: SparseSheet, number: int, repeats: int, depth: int) -> None:
        column = 0
        for cell in row:
            kind = local_name(cell)
            if kind not in ("table-cell", "covered-table-cell"):
                continue
            across = _count(cell, "number-columns-repeated")
            # What a covered cell holds is not shown.
            text = self._cell_text(cell, depth) if kind == "table-cell" else ""
            self._budget.spend_cells()
            if text:
                self._budget.spend_cells(across * repeats)
                for down in range(repeats):
                    for right in range(across):
                        cells.put(number + down, column + right, text)
            self._merge(cell, cells, number, column)
            column += across

    def _merge(self, cell: Element, cells: SparseSheet, row: int, column: int) -> None:
        down = _count(cell, "number-rows-spanned")
        right = _count(cell, "number-columns-spanned")
        if down > 1 or right > 1:
            cells.merge(Region(row, column, row + down - 1, column + right - 1))

    def _cell_text(self, cell: Element, depth: int) -> str:
        if self._stored_values:
            stored = _stored_text(cell)
            if stored is not None:
                return stored
        return "\n".join(line.strip(" \t") for line in self.lines(cell, depth + 1)).strip("\n")

    def _inline(self, element: Element, depth: int, parts: list[str], boxes: list[Element]) -> None:
        self._budget.check_depth(depth)
        parts.append(_collapsed(element.text))
        for item in element:
            name = local_name(item)
            if name == "s":
                parts.append(" " * min(_count(item, "c"), 1000))
            elif name == "tab":
                parts.append("\t")
            elif name == "line-break":
                parts.append("\n")
            elif name in ("frame", "custom-shape", "g", "rect"):
                boxes.append(item)
            elif name not in _NOT_SHOWN:
                self._span(item, depth, parts, boxes)
            parts.append(_collapsed(item.tail))

    def _span(self, span: Element, depth: int, parts: list[str], boxes: list[Element]) -> None:
        style = attribute(span, "style-name") or ""
        inner: list[str] = []
        self._inline(span, depth + 1, inner, boxes)
        if style in self._styles.struck:
            self.has_struck = True
        elif style in self._styles.raised:
            parts.append(bracketed("".join(inner)))
        else:
            parts += inner


def _stored_text(cell: Element) -> str | None:
    """A number or date as it is stored, for it may be shown rounded; ``None`` for other cells."""
    kind = attribute(cell, "value-type")
    if kind == "float":
        return plain_number(attribute(cell, "value") or "")
    if kind == "date":
        stored = attribute(cell, "date-value")
        return stored.removesuffix("T00:00:00").replace("T", " ") if stored else None
    return None


def _collapsed(text: str | None) -> str:
    """Line ends in the XML are spaces (OpenDocument part 3, 6.1.2)."""
    return " ".join(text.splitlines()) if text and "\n" in text else text or ""


def _count(element: Element, name: str) -> int:
    """A repetition or span ≥ 1."""
    text = attribute(element, name)
    if text and len(text) < 9 and text.isascii() and text.isdecimal():
        return max(1, min(int(text), _MAX_INDEX))
    return 1
