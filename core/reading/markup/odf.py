"""OpenDocument texts and sheets: .odt, .ods, and .fodt/.fods, which are one XML file.

Structures: OpenDocument 1.3 part 3, clauses 5 (text), 9 (tables).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from core.problems import NianbaoError
from core.reading.base.inner import INNER_TABLE_REMARK, with_inner_tables
from core.reading.base.limits import Budget, Limits
from core.reading.base.marks import PLAIN_RUN, STRUCK_REMARK, NamedStyles, RunStyle
from core.reading.base.raw import RawDocument, RawTable, ReadProblem
from core.reading.base.xmlsafe import (
    Element,
    attribute,
    attributes,
    child,
    children,
    local_name,
    parse_xml,
)
from core.reading.base.zipsafe import SafeZip
from core.reading.excel.formats import beside_stored
from core.reading.excel.numbers import plain_number
from core.reading.excel.sheet import Region, Sheet, Workbook

#: Groups of rows or blocks that show as if they were not there.
_TRANSPARENT: Final = frozenset(
    ("table-header-rows", "table-rows", "table-row-group", "section", "list", "list-item",
     "list-header", "table-of-content", "index-body", "index-title", "user-index",
     "numbered-paragraph", "frame", "text-box", "custom-shape", "g", "rect", "a", "text",
     "spreadsheet")
)  # fmt: skip
#: What floats over a sheet and is part of none of its cells.
_SHAPES: Final = frozenset(("frame", "custom-shape", "g", "rect", "text-box"))
_NOT_SHOWN: Final = frozenset(
    ("annotation", "note", "ruby-text", "tracked-changes", "deletion", "forms", "image",
     "object", "desc", "title", "event-listeners", "shape")
)  # fmt: skip
_HIDDEN: Final = frozenset(("collapse", "filter"))
#: What in the named styles can change the meaning of a text or hide a table.
_EFFECTS: Final = (b"text-position", b"line-through", b"display=")
_YEAR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")
_MAX_INDEX: Final = 1_048_576
#: ``super 58%``, or how far from the line: ``33% 80%`` (ODF 1.3 part 3, 20.384). 0% is on it.
_RAISED: Final = re.compile(r"super|sub|-?0*[1-9]\d*")


def read_odt(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The tables of a text document and the paragraphs outside them.

    Raises :class:`NianbaoError` with a :class:`ReadProblem`.
    """
    budget = limits.start(file)
    content, styles = _package(data, budget)
    return _text_document("odt", content, styles, budget)


def read_ods(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The visible sheets of a workbook, one table each; raises as :func:`read_odt` does."""
    budget = limits.start(file)
    content, styles = _package(data, budget)
    return _workbook("ods", content, styles, budget)


def read_flat_odf(data: bytes, file: str, limits: Limits) -> RawDocument:
    """A text document or workbook in one XML file; raises as :func:`read_odt` does."""
    budget = limits.start(file)
    root = parse_xml(data, budget)
    styles = _Styles(root, budget)
    if child(child(root, "body"), "spreadsheet") is not None:
        return _workbook("fods", root, styles, budget)
    return _text_document("fodt", root, styles, budget)


def _package(data: bytes, budget: Budget) -> tuple[Element, _Styles]:
    package = SafeZip(data, budget)
    root = parse_xml(package.read("content.xml"), budget)
    styles = _Styles(root, budget)
    named = package.read_optional("styles.xml")
    # Most of it is page layout and headings; it is taken apart only where it can matter.
    if named is not None and any(word in named for word in _EFFECTS):
        styles.take_in(parse_xml(named, budget))
    return root, styles


def _text_document(kind: str, root: Element, styles: _Styles, budget: Budget) -> RawDocument:
    body = child(child(root, "body"), "text")
    if body is None:
        raise NianbaoError(ReadProblem.DAMAGED, file=budget.file, reason="缺少正文")
    reader = _Reader(budget, styles)
    lines = reader.lines(body, 0, PLAIN_RUN)
    remarks = [STRUCK_REMARK] if reader.has_struck else []
    if reader.has_inner_figures:
        remarks.append(INNER_TABLE_REMARK)
    return RawDocument(kind, tuple(reader.tables), "\n".join(lines), tuple(remarks))


def _workbook(kind: str, root: Element, styles: _Styles, budget: Budget) -> RawDocument:
    body = child(child(root, "body"), "spreadsheet")
    workbook = Workbook(kind, budget)
    for table in body if body is not None else ():
        if local_name(table) != "table":
            continue
        name = attribute(table, "name") or ""
        if styles.of("table", attribute(table, "style-name")).hidden:
            workbook.hidden_sheet(name)
            continue
        sheet = workbook.sheet(name)
        reader = _Reader(budget, styles, sheet)
        reader.cells(table, sheet, 0)
        sheet.has_struck = reader.has_struck
    return workbook.document()


class _Styles:
    """What the named and automatic styles do to the meaning of a text, or to a whole table."""

    def __init__(self, root: Element, budget: Budget) -> None:
        self._styles = NamedStyles()
        self._known: set[tuple[str, str]] = set()
        #: whether any of them does anything
        self.matter = False
        self._budget = budget
        self.take_in(root)

    def take_in(self, root: Element) -> None:
        """Add the styles of a document, where none of that name is known yet."""
        for group in ("automatic-styles", "styles"):
            for style in children(root, group):
                if local_name(style) not in ("style", "default-style"):
                    continue
                self._budget.spend_cells()
                family = attribute(style, "family") or ""
                name = (family, attribute(style, "name") or "")
                if name not in self._known:
                    self._known.add(name)
                    parent = attribute(style, "parent-style-name") or ""
                    above = (family, parent) if name[1] else None
                    self._styles.add(name, above, _effect(style))
        self.matter = self._styles.matter

    def of_paragraph(self, paragraph: Element) -> RunStyle:
        """The style of a paragraph or heading."""
        if not self.matter:
            return PLAIN_RUN
        return self.of("paragraph", attribute(paragraph, "style-name"))

    def of(self, family: str, name: str | None) -> RunStyle:
        """The style of that family and name with all that it inherits."""
        return self._styles.of((family, name)) if name and self.matter else PLAIN_RUN


def _effect(style: Element) -> RunStyle:
    """``hidden`` of a table is the table; of a text, the text."""
    struck = raised = hidden = None
    for properties in style:
        if (display := attribute(properties, "display")) is not None:
            hidden = display in ("false", "none")
        if (position := attribute(properties, "text-position")) is not None:
            raised = _RAISED.match(position) is not None
        for name in ("text-line-through-style", "text-line-through-type"):
            if (line := attribute(properties, name)) is not None:
                struck = line != "none"
    return RunStyle(struck, raised, hidden)


class _Reader:
    """Walks a body or a sheet; *sheet* where it is one, whose numbers are stored beside their text."""

    def __init__(self, budget: Budget, styles: _Styles, sheet: Sheet | None = None) -> None:
        self.tables: list[RawTable] = []
        self.has_struck = False
        self.has_inner_figures = False
        self._styles = styles
        self._budget = budget
        self._sheet = sheet

    def lines(self, element: Element, depth: int, around: RunStyle) -> list[str]:
        """The paragraphs below *element*, in the style *around* them; its tables go to ``tables``."""
        self._budget.check_depth(depth)
        found: list[str] = []
        for block in element:
            name = local_name(block)
            if name in ("p", "h"):
                self._budget.spend_cells()
                parts: list[str] = []
                boxes: list[Element] = []
                style = self._styles.of_paragraph(block).over(around)
                self._inline(block, depth, parts, boxes, style)
                found += "".join(parts).split("\n")
                for box in boxes:
                    found += self.lines(box, depth + 1, PLAIN_RUN)
            elif name == "table":
                self._nested(block, depth, found)
            elif self._sheet is not None and name in _SHAPES:
                continue
            elif name in _TRANSPARENT and attribute(block, "display") != "none":
                found += self.lines(block, depth + 1, around)
        return found

    def _nested(self, table: Element, depth: int, found: list[str]) -> None:
        place = len(self.tables)
        self.tables.append(RawTable(()))
        sheet = Workbook("odt", self._budget).sheet("")
        self.cells(table, sheet, depth + 1)
        self.tables[place] = sheet.table()

    def cells(self, table: Element, sheet: Sheet, depth: int) -> None:
        """Put the cells of one table into *sheet*; tables in them are added to ``tables``."""
        self._budget.check_depth(depth)
        columns = _Columns(table)
        for first, last in columns.hidden:
            sheet.hide_columns(first, last)
        number = 0
        for row in _rows(table):
            repeats = _count(row, "number-rows-repeated")
            if attribute(row, "visibility") in _HIDDEN:
                for hidden in range(number, min(number + repeats, self._budget.limits.max_rows)):
                    sheet.hide_row(hidden)
            self._row(row, sheet, columns, number, repeats, depth)
            number += repeats

    def _row(
        self, row: Element, sheet: Sheet, columns: _Columns, number: int, repeats: int, depth: int
    ) -> None:
        column = 0
        of_row = attribute(row, "default-cell-style-name")
        for cell in row:
            kind = local_name(cell)
            if kind not in ("table-cell", "covered-table-cell"):
                continue
            own = attributes(cell)
            across = _number(own.get("number-columns-repeated"))
            self._budget.spend_cells()
            # What a covered cell holds is not shown.
            if kind == "table-cell" and (len(cell) or "value-type" in own):
                style = own.get("style-name") or of_row or columns.style(column)
                text = self._cell_text(cell, own, depth, self._styles.of("table-cell", style))
                if text:
                    self._budget.spend_cells(across * repeats)
                    for down in range(repeats):
                        for right in range(across):
                            sheet.put(number + down, column + right, text)
            elif "formula" in own:
                sheet.has_uncalculated = True
            _merge(own, sheet, number, column)
            column += across

    def _cell_text(self, cell: Element, own: dict[str, str], depth: int, style: RunStyle) -> str:
        inner = len(self.tables)
        only = next(iter(cell)) if len(cell) == 1 and not self._styles.matter else None
        if only is not None and local_name(only) == "p" and not len(only):
            # Nearly all cells: one paragraph without anything in it.
            shown = _collapsed(only.text).strip(" \t")
        else:
            lines = self.lines(cell, depth + 1, style)
            shown = "\n".join(line.strip(" \t") for line in lines).strip("\n")
        if self._sheet is None:
            if len(self.tables) > inner:
                shown, self.has_inner_figures = with_inner_tables(
                    shown, self.tables, inner, told=self.has_inner_figures
                )
            return shown
        return _beside_value(cell, own, shown, is_struck=bool(style.struck))

    def _inline(
        self,
        element: Element,
        depth: int,
        parts: list[str],
        boxes: list[Element],
        style: RunStyle,
    ) -> None:
        self._budget.check_depth(depth)
        self._add(_collapsed(element.text), style, parts)
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
                own = self._styles.of("text", attribute(item, "style-name")).over(style)
                self._inline(item, depth + 1, parts, boxes, own)
            self._add(_collapsed(item.tail), style, parts)

    def _add(self, text: str, style: RunStyle, parts: list[str]) -> None:
        if text:
            self.has_struck |= bool(style.struck)
            parts.append(style.shown(text))


class _Columns:
    """What a table says of its columns: which are hidden, and the style of cells without one."""

    def __init__(self, table: Element) -> None:
        self.hidden: list[tuple[int, int]] = []
        self._starts: list[int] = []
        self._names: list[str | None] = []
        start = 0
        for column in _columns(table):
            self._starts.append(start)
            self._names.append(attribute(column, "default-cell-style-name"))
            start += _count(column, "number-columns-repeated")
            if attribute(column, "visibility") in _HIDDEN:
                self.hidden.append((self._starts[-1], start - 1))

    def style(self, column: int) -> str | None:
        """The name of the style of the cells of *column*."""
        place = bisect_right(self._starts, column) - 1
        return self._names[place] if place >= 0 else None


def _columns(table: Element) -> Iterator[Element]:
    for item in table:
        name = local_name(item)
        if name == "table-column":
            yield item
        elif name in ("table-columns", "table-column-group", "table-header-columns"):
            yield from _columns(item)


def _rows(table: Element) -> Iterator[Element]:
    for item in table:
        name = local_name(item)
        if name == "table-row":
            yield item
        elif name in _TRANSPARENT:
            yield from _rows(item)


def _merge(own: dict[str, str], sheet: Sheet, row: int, column: int) -> None:
    down = _number(own.get("number-rows-spanned"))
    right = _number(own.get("number-columns-spanned"))
    if down > 1 or right > 1:
        sheet.merge(Region(row, column, row + down - 1, column + right - 1))


def _beside_value(cell: Element, own: dict[str, str], shown: str, *, is_struck: bool) -> str:
    """The text of a sheet's cell held against the value that is stored with it."""
    kind = own.get("value-type")
    if kind == "date" and not _YEAR.search(shown) and not is_struck:
        # Written as the computer writes dates; the stored one can be read everywhere.
        stored = own.get("date-value")
        return stored.removesuffix("T00:00:00").replace("T", " ") if stored else shown
    if kind not in ("float", "percentage", "currency") or shown.startswith(("#", "Err:")):
        # Older programs store 0 for an error.
        return shown
    plain = plain_number(own.get("value", ""))
    if plain is None or is_struck:
        return shown
    if child(cell, "p") is None:
        return f"{plain_number(str(Decimal(plain) * 100))}%" if kind == "percentage" else plain
    return plain if shown == plain else beside_stored(shown, plain)


def _collapsed(text: str | None) -> str:
    """Line ends in the XML are spaces (OpenDocument part 3, 6.1.2)."""
    return " ".join(text.splitlines()) if text and "\n" in text else text or ""


def _count(element: Element, name: str) -> int:
    """A repetition or span ≥ 1."""
    return _number(attribute(element, name))


def _number(text: str | None) -> int:
    if text and len(text) < 9 and text.isascii() and text.isdecimal():
        return max(1, min(int(text), _MAX_INDEX))
    return 1
