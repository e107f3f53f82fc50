"""Excel 2003 XML tables ("SpreadsheetML"), which business systems export under the name .xls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.problems import NianbaoError
from core.reading.base.limits import Budget, Limits
from core.reading.base.raw import RawDocument, RawTable, ReadProblem
from core.reading.base.xmlsafe import Element, attribute, child, children, local_name, parse_xml
from core.reading.excel.numbers import (
    GENERAL,
    NumberFormat,
    NumberKind,
    number_format,
    number_text,
)
from core.reading.excel.sheet import Region, SparseSheet

_MAX_INDEX: Final = 1_048_576


def read_excel_xml(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The visible worksheets of *data*, one table each.

    Raises :class:`NianbaoError` with a :class:`ReadProblem`.
    """
    budget = limits.start(file)
    tables: list[RawTable] = []
    remarks: list[str] = []
    root = parse_xml(data, budget)
    formats = _number_formats(root)
    for sheet in _named(root, "Worksheet"):
        name = attribute(sheet, "Name") or ""
        visible = child(child(sheet, "WorksheetOptions"), "Visible")
        if visible is not None and visible.text in ("SheetHidden", "SheetVeryHidden"):
            remarks.append(f"工作表“{name}”是隐藏的，没有读取。")
            continue
        table = child(sheet, "Table")
        if table is not None:
            tables.append(_sheet(table, formats, budget).table(name))
    if not tables:
        raise NianbaoError(ReadProblem.NO_TABLE, file=file)
    return RawDocument("excel_xml", tuple(tables), remarks=tuple(remarks))


def _number_formats(root: Element) -> dict[str, NumberFormat]:
    """How the cells of each style show their numbers; dates have a type of their own here."""
    found: dict[str, NumberFormat] = {}
    for style in children(root, "Styles"):
        element = child(style, "NumberFormat")
        code = attribute(element, "Format") if element is not None else None
        shown = number_format(0, "0%" if code == "Percent" else code)
        if shown.kind is not NumberKind.DATE:
            found[attribute(style, "ID") or ""] = shown
    return found


def _sheet(table: Element, formats: dict[str, NumberFormat], budget: Budget) -> SparseSheet:
    cells = SparseSheet(budget)
    row_number = -1
    for row in _named(table, "Row"):
        row_number = _index(row, row_number)
        column = -1
        for cell in _named(row, "Cell"):
            column = _index(cell, column)
            budget.spend_cells()
            data = child(cell, "Data")
            if data is not None:
                shown = formats.get(attribute(cell, "StyleID") or "", GENERAL)
                cells.put(row_number, column, _text(data, shown))
            across, down = _count(cell, "MergeAcross"), _count(cell, "MergeDown")
            if across or down:
                cells.merge(Region(row_number, column, row_number + down, column + across))
            column += across
        row_number += _count(row, "Span")
    return cells


def _text(data: Element, shown: NumberFormat) -> str:
    # A text with formatting is broken up into HTML elements.
    stored = "".join(
        part for item in data.iter() for part in (item.text, item.tail if item is not data else "")
        if part
    )  # fmt: skip
    kind = attribute(data, "Type")
    if kind == "Number":
        return number_text(stored, shown, since_1904=False)
    if kind == "Boolean":
        return "TRUE" if stored.strip() == "1" else "FALSE"
    if kind == "DateTime":
        return stored.strip().removesuffix(".000").removesuffix("T00:00:00").replace("T", " ")
    return stored.replace("\r\n", "\n").replace("\r", "\n")


def _index(element: Element, before: int) -> int:
    """The element's place counted from 0: its ``ss:Index``, or the one after *before*."""
    index = _count(element, "Index")
    return index - 1 if index else before + 1


def _count(element: Element, name: str) -> int:
    text = attribute(element, name)
    if text and len(text) < 8 and text.isascii() and text.isdecimal():
        return min(int(text), _MAX_INDEX)
    return 0


def _named(element: Element, name: str) -> Iterator[Element]:
    return (item for item in element if local_name(item) == name)
