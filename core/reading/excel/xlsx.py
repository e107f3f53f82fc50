"""Excel 2007 and later workbooks (.xlsx, .xlsm, WPS .et saved as OOXML).

Read here and not by a library: the sheets are run through as a stream, cell by cell, so that a
sheet with one cell in the last corner, or one that unpacks to a hundred megabytes, costs what its
cells cost; a reader that lays out the whole rectangle first cannot be stopped from outside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from core.problems import NianbaoError
from core.reading.base.limits import Budget, Limits
from core.reading.base.marks import PLAIN_RUN, RunStyle
from core.reading.base.ooxml import Relationship, main_part, relationships
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.base.xmlsafe import Element, attribute, child, children, parse_xml, scan_xml
from core.reading.base.zipsafe import SafeZip
from core.reading.excel.formats import NumberFormat, number_format
from core.reading.excel.sheet import Region, Sheet, Workbook
from core.reading.excel.style import PLAIN, Run, Style, Text, text_of

_ON: Final = ("1", "true")
_OFF_THE_LINE: Final = ("superscript", "subscript")
_NO_EFFECT: Final = RunStyle(struck=False, raised=False)
_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
#: ``_x000D_`` in a string stands for the character of that number (ECMA-376 part 1, 22.4.2.4).
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


class _Runs:
    """A text that arrives in runs; what goes beyond the longest cell is dropped at once."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._longest = budget.limits.max_cell_chars
        self._texts: list[str] = []
        self._fonts: list[RunStyle | None] = []
        self._length = 0
        self._font: RunStyle | None = None
        self._has_fonts = False

    def clear(self) -> None:
        self._texts = []
        self._length = 0
        self._font = None
        if self._has_fonts:
            self._fonts = []
            self._has_fonts = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take in the element of that name: a run, its font, or a property of that."""
        if name == "r":
            self._font = None
        elif name == "rPr":
            self._font = _NO_EFFECT
            if not self._has_fonts:
                self._has_fonts = True
                self._fonts.extend([None] * len(self._texts))
        elif self._font is not None and name == "vertAlign":
            self._font = self._font._replace(raised=attributes.get("val") in _OFF_THE_LINE)
        elif self._font is not None and name == "strike":
            self._font = self._font._replace(struck=attributes.get("val") not in ("0", "false"))

    def add(self, content: str) -> None:
        if self._length <= self._longest:
            self._texts.append(content)
            self._length += len(content)
            if self._has_fonts:
                self._fonts.append(self._font)

    def plain(self) -> str:
        """The text without its fonts."""
        return "".join(self._texts)

    def text(self) -> Text:
        """The text with them, escapes undone."""
        if not self._has_fonts:
            return _unescape("".join(self._texts))[: self._longest]
        self._budget.spend_cells(len(self._texts))
        runs = zip(self._texts, self._fonts, strict=True)
        return text_of([Run(_unescape(text), font) for text, font in runs], self._longest)


@dataclass
class _Book:
    """What the sheets of one workbook share."""

    strings: list[Text] = field(default_factory=list[Text])
    styles: list[Style] = field(default_factory=list[Style])


def read_xlsx(data: bytes, file: str, limits: Limits, *, with_hidden: bool = False) -> RawDocument:
    """The visible worksheets of *data* (or all of them), one table each, in the workbook's order.

    Raises :class:`NianbaoError` with a :class:`ReadProblem`.
    """
    budget = limits.start(file)
    package = SafeZip(data, budget)
    part = main_part(package, "xl/workbook.xml", budget)
    root = parse_xml(package.read(part), budget)
    links = relationships(package, part, budget)
    workbook = Workbook(
        "xlsx",
        budget,
        since_1904=_is_on(child(root, "workbookPr"), "date1904"),
        recalculates=_is_on(child(root, "calcPr"), "fullCalcOnLoad"),
        in_place=with_hidden,
    )
    book = _Book(_shared_strings(package, links, budget), _styles(package, links, budget))
    for element in children(root, "sheets"):
        name = attribute(element, "name") or ""
        link = links.get(attribute(element, "id") or "")
        if link is None or link.kind != "worksheet":
            continue
        state = attribute(element, "state") or "visible"
        if not with_hidden and state != "visible":
            workbook.hidden_sheet(name, is_program_store=state != "hidden")
            continue
        handler = _SheetHandler(book, workbook.sheet(name), budget)
        scan_xml(
            package.pieces(link.target), budget,
            start=handler.start, end=handler.end, text=handler.text,
        )  # fmt: skip
    return workbook.document()


def _shared_strings(package: SafeZip, links: dict[str, Relationship], budget: Budget) -> list[Text]:
    """The texts that cells refer to by number; phonetic guides (``rPh``) are not part of them."""
    target = next((link.target for link in links.values() if link.kind == "sharedStrings"), None)
    strings: list[Text] = []
    if target is None or target not in package:
        return strings
    runs = _Runs(budget)
    state = {"t": 0, "rPh": 0}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name in state:
            state[name] += 1
        elif name == "si":
            runs.clear()
            # Each costs a Python string whether a cell uses it or not.
            budget.spend_cells()
        else:
            runs.start(name, attributes)

    def end(name: str) -> None:
        if name in state:
            state[name] -= 1
        elif name == "si":
            # Cut here and not in each of the cells that show it.
            strings.append(runs.text())

    def text(content: str) -> None:
        if state["t"] and not state["rPh"]:
            runs.add(content)

    scan_xml(package.pieces(target), budget, start=start, end=end, text=text)
    return strings


def _styles(package: SafeZip, links: dict[str, Relationship], budget: Budget) -> list[Style]:
    """How the cells of each style show what they store."""
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
    fonts = [_font(element) for element in children(root, "fonts")]
    named = [
        _integer(attribute(element, "fontId")) or 0 for element in children(root, "cellStyleXfs")
    ]
    formats: dict[int, NumberFormat] = {}
    styles: list[Style] = []
    for element in children(root, "cellXfs"):
        budget.spend_cells()
        number = _integer(attribute(element, "numFmtId")) or 0
        if number not in formats:
            formats[number] = number_format(number, codes.get(number))
        font = _integer(attribute(element, "fontId")) or 0
        if attribute(element, "applyFont") in ("0", "false"):
            # The font is then the one of the named style.
            style = _integer(attribute(element, "xfId")) or 0
            font = named[style] if style < len(named) else font
        alignment = child(element, "alignment")
        indent = _integer(attribute(alignment, "indent")) if alignment is not None else None
        effect = fonts[font] if font < len(fonts) else PLAIN_RUN
        styles.append(Style(formats[number], effect, indent or 0))
    return styles


def _font(element: Element) -> RunStyle:
    struck, moved = child(element, "strike"), child(element, "vertAlign")
    if struck is None and moved is None:
        return PLAIN_RUN
    return RunStyle(
        struck is not None and attribute(struck, "val") not in ("0", "false"),
        moved is not None and attribute(moved, "val") in _OFF_THE_LINE,
    )


class _SheetHandler:
    """Takes a worksheet's XML apart as it streams by.

    A cell without a reference follows the one before it; a row without a number likewise.
    """

    def __init__(self, book: _Book, sheet: Sheet, budget: Budget) -> None:
        self._book = book
        self._sheet = sheet
        self._budget = budget
        self._row = -1
        self._column = -1
        self._kind = ""
        self._style = 0
        self._formula = False
        #: the element that holds the value of a cell of this kind
        self._value = "v"
        self._in_value = 0
        self._in_phonetic = 0
        self._runs = _Runs(budget)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == self._value:
            self._in_value += 1
        elif name in ("r", "rPr", "vertAlign", "strike"):
            self._runs.start(name, attributes)
        elif name == "rPh":
            self._in_phonetic += 1
        elif name == "f":
            self._formula = True
        elif name == "row":
            number = _integer(attributes.get("r"))
            self._row = self._row + 1 if number is None else number - 1
            self._column = -1
            if attributes.get("hidden") in _ON or attributes.get("ht") == "0":
                self._sheet.hide_row(self._row)
        elif name == "col":
            if attributes.get("hidden") in _ON or attributes.get("width") == "0":
                first, last = (_integer(attributes.get(bound)) or 0 for bound in ("min", "max"))
                self._sheet.hide_columns(first - 1, last - 1)
        elif name == "mergeCell":
            region = _region(attributes.get("ref", ""))
            if region is not None:
                self._sheet.merge(region)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        position = _position(attributes.get("r", ""))
        if position is None:
            self._column += 1
        else:
            self._row, self._column = position
        self._kind = attributes.get("t", "n")
        # An inline text may have a value beside it, which is not shown.
        self._value = "t" if self._kind == "inlineStr" else "v"
        self._in_value = 0
        self._style = _integer(attributes.get("s")) or 0
        self._formula = False
        self._runs.clear()
        self._budget.spend_cells()

    def end(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name == self._value:
            self._in_value -= 1
        elif name == "rPh":
            self._in_phonetic -= 1

    def text(self, content: str) -> None:
        if self._in_value > 0 and not self._in_phonetic:
            self._runs.add(content)

    def _end_cell(self) -> None:
        stored = self._runs.plain()
        if not stored:
            if self._formula and self._kind != "str":
                self._sheet.has_uncalculated = True
            return
        styles = self._book.styles
        style = styles[self._style] if 0 <= self._style < len(styles) else PLAIN
        if self._kind == "s":
            number = _integer(stored.strip())
            strings = self._book.strings
            if number is None or number >= len(strings):
                raise NianbaoError(
                    ReadProblem.DAMAGED, file=self._budget.file, reason="单元格文字丢失"
                )
            self._sheet.text(self._row, self._column, strings[number], style)
        elif self._kind in ("inlineStr", "str", "e"):
            self._sheet.has_results |= self._formula
            self._sheet.text(self._row, self._column, self._runs.text(), style)
        elif self._kind == "b":
            truth = "TRUE" if stored.strip() == "1" else "FALSE"
            self._sheet.text(self._row, self._column, truth, style)
        elif self._kind == "d":
            moment = stored.strip().removesuffix("T00:00:00").replace("T", " ")
            self._sheet.text(self._row, self._column, moment, style)
        else:
            self._sheet.number(self._row, self._column, stored, style, is_formula=self._formula)


def _unescape(text: str) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_on(element: Element | None, name: str) -> bool:
    return element is not None and attribute(element, name) in _ON


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
