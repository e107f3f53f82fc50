"""Excel 2003 XML tables ("SpreadsheetML"), which business systems export under the name .xls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.reading.base.limits import Budget, Limits
from core.reading.base.marks import PLAIN_RUN, RunStyle
from core.reading.base.raw import RawDocument
from core.reading.base.xmlsafe import (
    Element,
    attribute,
    attributes,
    child,
    children,
    local_name,
    parse_xml,
)
from core.reading.excel.formats import GENERAL, NumberFormat, format_of
from core.reading.excel.sheet import Region, Sheet, Workbook
from core.reading.excel.style import PLAIN, Run, Style, text_of

_MAX_INDEX: Final = 1_048_576
#: Names of formats that the file need not spell out.
_NAMED_FORMATS: Final = {"Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00"}
#: Chains of styles end where a style names itself; real ones have two links.
_MAX_PARENTS: Final = 20
_MAX_STYLED_COLUMNS: Final = 256


def read_excel_xml(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The visible worksheets of *data*, one table each.

    Raises :class:`NianbaoError` with a :class:`ReadProblem`.
    """
    budget = limits.start(file)
    root = parse_xml(data, budget)
    workbook = Workbook("excel_xml", budget)
    styles = _Styles(root)
    for sheet in _named(root, "Worksheet"):
        name = attribute(sheet, "Name") or ""
        visible = child(child(sheet, "WorksheetOptions"), "Visible")
        if visible is not None and visible.text in ("SheetHidden", "SheetVeryHidden"):
            workbook.hidden_sheet(name)
            continue
        table = child(sheet, "Table")
        if table is not None:
            _read(table, styles, workbook.sheet(name), budget)
    return workbook.document()


class _Styles:
    """How the cells of each style show what they store; each is looked at when a cell has it."""

    def __init__(self, root: Element) -> None:
        self._elements = {attribute(style, "ID") or "": style for style in children(root, "Styles")}
        self._known: dict[str, Style] = {}

    def of(self, name: str) -> Style:
        """The style of that name, which goes on from its parent; a plain one where there is none."""
        style = self._known.get(name)
        if style is None:
            style = self._known[name] = self._resolved(name) if name in self._elements else PLAIN
        return style

    def _resolved(self, name: str) -> Style:
        code = font = alignment = None
        link = first = self._elements[name]
        for _ in range(_MAX_PARENTS):
            code = child(link, "NumberFormat") if code is None else code
            font = child(link, "Font") if font is None else font
            alignment = child(link, "Alignment") if alignment is None else alignment
            parent = attribute(link, "Parent") or ("Default" if link is first else "")
            if parent not in self._elements:
                break
            link = self._elements[parent]
        return Style(
            GENERAL if code is None else _format(attribute(code, "Format") or ""),
            PLAIN_RUN if font is None else _font(font),
            0 if alignment is None else _count(alignment, "Indent"),
        )


def _format(code: str) -> NumberFormat:
    return format_of(_NAMED_FORMATS.get(code, code))


def _font(element: Element) -> RunStyle:
    return RunStyle(
        attribute(element, "StrikeThrough") in ("1", "true"),
        attribute(element, "VerticalAlign") in ("Superscript", "Subscript"),
    )


def _read(table: Element, styles: _Styles, sheet: Sheet, budget: Budget) -> None:
    longest = budget.limits.max_cell_chars
    column = -1
    by_column: list[tuple[int, int, str]] = []
    for element in _named(table, "Column"):
        column = _index(element, column)
        last = column + _count(element, "Span")
        if attribute(element, "Hidden") == "1" or attribute(element, "Width") == "0":
            sheet.hide_columns(column, last)
        style = attribute(element, "StyleID")
        if style and len(by_column) < _MAX_STYLED_COLUMNS:
            by_column.append((column, last, style))
        column = last
    row_number = -1
    for row in _named(table, "Row"):
        row_number = _index(row, row_number)
        if attribute(row, "Hidden") == "1" or attribute(row, "Height") == "0":
            for number in range(row_number, row_number + min(_count(row, "Span"), 1000) + 1):
                sheet.hide_row(number)
        column = -1
        of_row = attribute(row, "StyleID")
        for cell in _named(row, "Cell"):
            own = attributes(cell)
            column = _number(own.get("Index")) - 1 if "Index" in own else column + 1
            budget.spend_cells()
            style = own.get("StyleID") or of_row
            if style is None and by_column:
                style = next(
                    (name for first, last, name in by_column if first <= column <= last), ""
                )
            data = child(cell, "Data")
            of_cell = styles.of(style or "")
            if data is None:
                sheet.has_uncalculated |= "Formula" in own
            else:
                is_formula = "Formula" in own
                _cell(data, row_number, column, of_cell, sheet, longest, is_formula=is_formula)
            if "MergeAcross" in own or "MergeDown" in own:
                across, down = _number(own.get("MergeAcross")), _number(own.get("MergeDown"))
                sheet.merge(Region(row_number, column, row_number + down, column + across))
                column += across
        row_number += _count(row, "Span")


def _cell(
    data: Element, row: int, column: int, style: Style, sheet: Sheet, longest: int,
    *, is_formula: bool,
) -> None:  # fmt: skip
    kind = attribute(data, "Type")
    if kind == "Number":
        stored = (data.text or "").strip()
        sheet.has_uncalculated |= is_formula and not stored
        sheet.number(row, column, stored, style, is_formula=is_formula)
    elif kind == "Boolean":
        sheet.text(row, column, "TRUE" if (data.text or "").strip() == "1" else "FALSE", style)
    elif kind == "DateTime":
        stored = (data.text or "").strip().removesuffix(".000")
        sheet.text(row, column, stored.removesuffix("T00:00:00").replace("T", " "), style)
    elif not len(data):
        sheet.text(row, column, _lines(data.text or ""), style)
    else:
        runs: list[Run] = []
        _collect(data, None, runs, 0)
        sheet.text(row, column, text_of(runs, longest), style)


def _collect(element: Element, font: RunStyle | None, runs: list[Run], depth: int) -> None:
    """The runs of a text: with formatting it is broken up into HTML elements."""
    if depth > _MAX_PARENTS:
        return
    if element.text:
        runs.append(Run(_lines(element.text), font))
    for item in element:
        before = font or PLAIN_RUN
        name = local_name(item)
        if name == "S":
            inner: RunStyle | None = RunStyle(struck=True, raised=before.raised)
        elif name in ("Sup", "Sub"):
            inner = RunStyle(before.struck, raised=True)
        else:
            inner = font if font is not None else PLAIN_RUN if name == "Font" else None
        _collect(item, inner, runs, depth + 1)
        if item.tail:
            runs.append(Run(_lines(item.tail), font))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _index(element: Element, before: int) -> int:
    """The element's place counted from 0: its ``ss:Index``, or the one after *before*."""
    index = _count(element, "Index")
    return index - 1 if index else before + 1


def _count(element: Element, name: str) -> int:
    return _number(attribute(element, name))


def _number(text: str | None) -> int:
    if text and len(text) < 8 and text.isascii() and text.isdecimal():
        return min(int(text), _MAX_INDEX)
    return 0


def _named(element: Element, name: str) -> Iterator[Element]:
    return (item for item in element if local_name(item) == name)
