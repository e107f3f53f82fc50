"""Word 2007 and later documents (.docx, .docm, and WPS .wps where it is OOXML).

What is read is what the page shows: deleted text and rows of tracked changes are left out, inserted
ones kept, fields by their results, text boxes after the paragraph that carries them. Automatic
numbering is drawn by Word and stands nowhere in the text: it is not made up here, only mentioned.
Structures: ECMA-376 part 1, clause 17.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.problems import NianbaoError
from core.reading.base.limits import Budget, Limits
from core.reading.base.marks import STRUCK_REMARK, bracketed
from core.reading.base.ooxml import main_part
from core.reading.base.raw import RawDocument, RawTable, ReadProblem
from core.reading.base.spans import MAX_SPAN, Grid
from core.reading.base.xmlsafe import Element, attribute, child, local_name, parse_xml
from core.reading.base.zipsafe import SafeZip

#: Elements whose content is shown as if they were not there.
_TRANSPARENT: Final = frozenset(
    ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink", "fldSimple",
     "dir", "bdo", "ruby", "rubyBase", "oMath", "oMathPara", "pict", "drawing", "inline", "anchor",
     "graphic", "graphicData", "wsp", "wgp", "wpc", "txbx", "grpSp", "shape", "group", "rect",
     "roundrect", "textbox", "object", "AlternateContent", "Choice", "Fallback", "e", "num",
     "f", "d", "sSup", "sSub",
     # Word 2003 XML
     "sect", "sub-section")
)  # fmt: skip
_BREAKS: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}

NUMBERING_REMARK: Final = (
    "文档使用了自动编号（如“1.”“（一）”），编号不是文字，没有读取，不影响按顺序对应指标。"
)


def read_docx(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The tables of *data* in the order in which they begin, and the paragraphs outside them.

    A nested table follows the table that holds it, whose cell is left without the inner text.
    Raises :class:`NianbaoError` with a :class:`ReadProblem`.
    """
    budget = limits.start(file)
    package = SafeZip(data, budget)
    root = parse_xml(package.read(main_part(package, "word/document.xml", budget)), budget)
    return _read_body("docx", child(root, "body"), budget)


def read_word_xml(data: bytes, file: str, limits: Limits) -> RawDocument:
    """A Word document in one XML file: the flat package of Word 2007 and later, or Word 2003 XML.

    The body is built alike in all of them. Raises :class:`NianbaoError` with a
    :class:`ReadProblem`.
    """
    budget = limits.start(file)
    root = parse_xml(data, budget)
    return _read_body("word_xml", next(root.iter("{*}body"), None), budget)


def _read_body(kind: str, body: Element | None, budget: Budget) -> RawDocument:
    if body is None:
        raise NianbaoError(ReadProblem.DAMAGED, file=budget.file, reason="缺少正文")
    reader = DocxBody(budget)
    lines = reader.lines(body, 0)
    remarks = [NUMBERING_REMARK] if reader.has_numbering else []
    if reader.has_struck:
        remarks.append(STRUCK_REMARK)
    return RawDocument(kind, tuple(reader.tables), "\n".join(lines), tuple(remarks))


class DocxBody:
    """Walks a document's body; ``tables`` fills up on the way."""

    def __init__(self, budget: Budget) -> None:
        self.tables: list[RawTable] = []
        self.has_numbering = False
        self.has_struck = False
        self._budget = budget

    def lines(self, element: Element | None, depth: int) -> list[str]:
        """The paragraphs below *element*, tables left out (they go to ``tables``)."""
        found: list[str] = []
        self._budget.check_depth(depth)
        for block in element if element is not None else ():
            name = local_name(block)
            if name == "p":
                found += self._paragraph(block, depth)
            elif name == "tbl":
                self._table(block, depth)
            elif name in _TRANSPARENT:
                found += self.lines(_shown(block), depth + 1)
        return found

    def _paragraph(self, paragraph: Element, depth: int) -> list[str]:
        """The paragraph's text and after it the paragraphs of its text boxes."""
        self._budget.spend_cells()
        properties = child(paragraph, "pPr")
        if child(properties, "numPr") is not None:
            self.has_numbering = True
        parts: list[str] = []
        boxes: list[Element] = []
        self._inline(paragraph, depth, parts, boxes)
        found = ["".join(parts)]
        for box in boxes:
            found += self.lines(box, depth + 1)
        return found

    def _inline(self, element: Element, depth: int, parts: list[str], boxes: list[Element]) -> None:
        self._budget.check_depth(depth)
        for item in element:
            name = local_name(item)
            if name == "t":
                parts.append(item.text or "")
            elif name in _BREAKS:
                # A tab stop's definition in the paragraph's properties bears the same name.
                parts.append(_BREAKS[name])
            elif name == "txbxContent":
                boxes.append(item)
            elif name == "r":
                self._run(item, depth, parts, boxes)
            elif name in ("sup", "sub", "den"):
                # A formula's exponent or denominator must not join the digits before it.
                inner: list[str] = []
                self._inline(item, depth + 1, inner, boxes)
                parts.append(f"/{''.join(inner)}" if name == "den" else bracketed("".join(inner)))
            elif name in _TRANSPARENT:
                self._inline(_shown(item), depth + 1, parts, boxes)

    def _run(self, run: Element, depth: int, parts: list[str], boxes: list[Element]) -> None:
        """A run as it is formatted: a mark above the line must not join the figure beside it."""
        properties = child(run, "rPr")
        if _is_on(properties, "vanish"):
            return
        if _is_on(properties, "strike") or _is_on(properties, "dstrike"):
            self.has_struck = True
            return
        inner: list[str] = []
        self._inline(run, depth + 1, inner, boxes)
        text = "".join(inner)
        parts.append(bracketed(text) if _is_off_the_line(properties) else text)

    def _table(self, table: Element, depth: int) -> None:
        place = len(self.tables)
        self.tables.append(RawTable(()))
        grid = Grid(self._budget)
        for row in _children(table, "tr"):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                continue
            grid.start_row()
            before = _number(child(properties, "gridBefore"))
            if before:
                grid.cover(min(before, MAX_SPAN))
            for cell in _children(row, "tc"):
                self._cell(cell, grid, depth + 1)
        self.tables[place] = grid.table()

    def _cell(self, cell: Element, grid: Grid, depth: int) -> None:
        properties = child(cell, "tcPr")
        if child(properties, "cellDel") is not None:
            return
        text = cell_text(self.lines(cell, depth))
        span = _number(child(properties, "gridSpan")) or 1
        vertical = _either(properties, "vMerge", "vmerge")
        horizontal = _either(properties, "hMerge", "hmerge")
        if horizontal is not None and attribute(horizontal, "val") != "restart":
            grid.continue_left()
        elif vertical is not None and attribute(vertical, "val") != "restart":
            grid.continue_above(span)
        else:
            grid.place(text[: self._budget.limits.max_cell_chars], span)


def cell_text(lines: list[str]) -> str:
    """A cell's paragraphs as one text, without blank lines at its ends."""
    return "\n".join(line.strip(" \t") for line in lines).strip("\n")


def _children(element: Element, name: str) -> Iterator[Element]:
    """The children of that name, also inside content controls and insertions."""
    stack = [iter(element)]
    while stack:
        for item in stack[-1]:
            kind = local_name(item)
            if kind == name:
                yield item
            elif kind in _TRANSPARENT:
                stack.append(iter(item))
                break
        else:
            stack.pop()


def _shown(element: Element) -> Element:
    """The one branch of an ``mc:AlternateContent`` that is shown; any other element itself."""
    if local_name(element) != "AlternateContent":
        return element
    choice = child(element, "Choice")
    # Choices newer than the text boxes known here hold no text; the fallback then does.
    if choice is not None and any(local_name(item) == "t" for item in choice.iter()):
        return choice
    fallback = child(element, "Fallback")
    return element if fallback is None else fallback


def _either(element: Element | None, name: str, older: str) -> Element | None:
    """The child of the one name or of the name that Word 2003 XML has for it."""
    found = child(element, name)
    return child(element, older) if found is None else found


def _is_off_the_line(properties: Element | None) -> bool:
    """Whether the run is set above or below the line, as footnote marks are."""
    aligned = child(properties, "vertAlign")
    if aligned is not None and attribute(aligned, "val") in ("superscript", "subscript"):
        return True
    moved = child(properties, "position")  # in half points, up or down
    return moved is not None and (attribute(moved, "val") or "0").lstrip("+-0") != ""


def _is_on(properties: Element | None, name: str) -> bool:
    """Whether a run's property that is either on or off is on."""
    found = child(properties, name)
    return found is not None and attribute(found, "val") not in ("0", "false", "off")


def _number(element: Element | None) -> int:
    """The element's ``w:val`` as a small number ≥ 0; 0 where there is none."""
    text = attribute(element, "val") if element is not None else None
    return int(text) if text and len(text) < 6 and text.isdecimal() else 0
