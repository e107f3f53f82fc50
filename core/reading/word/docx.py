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
from core.reading.base.inner import INNER_TABLE_REMARK, with_inner_tables
from core.reading.base.limits import Budget, Limits
from core.reading.base.marks import (
    PLAIN_RUN,
    STRUCK_REMARK,
    NamedStyles,
    RunStyle,
    bracketed,
)
from core.reading.base.ooxml import main_part
from core.reading.base.raw import RawDocument, RawTable, ReadProblem
from core.reading.base.spans import MAX_SPAN, Grid
from core.reading.base.xmlsafe import Element, attribute, child, local_name, parse_xml
from core.reading.base.zipsafe import SafeZip, resolve
from core.reading.word.bound import BoundParts

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
#: What in a document's styles can change the meaning of a text.
_EFFECTS: Final = (b"strike", b"vanish", b"vertAlign", b"w:position ")
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
    part = main_part(package, "word/document.xml", budget)
    root = parse_xml(package.read(part), budget)
    styles = package.read_optional(resolve(part, "styles.xml"))
    known = Styles(budget)
    # Most documents' styles change nothing that matters here.
    if styles is not None and any(word in styles for word in _EFFECTS):
        known.take_in(parse_xml(styles, budget))
    bound = BoundParts.of_package(package, budget)
    return _read_body("docx", child(root, "body"), known, bound, budget)


def read_word_xml(data: bytes, file: str, limits: Limits) -> RawDocument:
    """A Word document in one XML file: the flat package of Word 2007 and later, or Word 2003 XML.

    The body is built alike in all of them. Raises :class:`NianbaoError` with a
    :class:`ReadProblem`.
    """
    budget = limits.start(file)
    root = parse_xml(data, budget)
    known = Styles(budget)
    styles = next(root.iter("{*}styles"), None)
    if styles is not None:
        known.take_in(styles)
    bound = BoundParts.of_flat(root)
    return _read_body("word_xml", next(root.iter("{*}body"), None), known, bound, budget)


def _read_body(
    kind: str, body: Element | None, styles: Styles, bound: BoundParts, budget: Budget
) -> RawDocument:
    if body is None:
        raise NianbaoError(ReadProblem.DAMAGED, file=budget.file, reason="缺少正文")
    reader = DocxBody(budget, styles, bound)
    lines = reader.lines(body, 0)
    remarks = [NUMBERING_REMARK] if reader.has_numbering else []
    if reader.has_struck:
        remarks.append(STRUCK_REMARK)
    if reader.has_inner_figures:
        remarks.append(INNER_TABLE_REMARK)
    return RawDocument(kind, tuple(reader.tables), "\n".join(lines), tuple(remarks))


class Styles:
    """The document's styles, as far as they change what a text says.

    The styles of a run's paragraph and table and its own character style are laid over each
    other; of struck out and hidden text, two of them undo each other (ECMA-376 part 1, 17.7.3).
    """

    def __init__(self, budget: Budget) -> None:
        self._named = NamedStyles()
        self._budget = budget
        self._default: dict[str, str] = {}
        self._matter = False

    def take_in(self, root: Element) -> None:
        """Add the styles of a ``w:styles``."""
        for style in root:
            if local_name(style) != "style":
                continue
            self._budget.spend_cells()
            name = attribute(style, "styleId") or ""
            parent = child(style, "basedOn")
            above = attribute(parent, "val") if parent is not None else None
            self._named.add(name, above, run_style(child(style, "rPr")))
            if attribute(style, "default") in ("1", "true", "on"):
                self._default[attribute(style, "type") or ""] = name
        self._matter = self._named.matter

    def of(self, properties: Element | None, name: str, kind: str) -> RunStyle:
        """The style of *kind* that the child *name* of the properties names, or the default one."""
        if not self._matter:
            return PLAIN_RUN
        element = child(properties, name)
        named = attribute(element, "val") if element is not None else self._default.get(kind)
        return self._named.of(named)


def run_style(properties: Element | None) -> RunStyle:
    """What a ``w:rPr`` itself says."""
    if properties is None:
        return PLAIN_RUN
    struck = raised = hidden = None
    for item in properties:
        name = local_name(item)
        if name in ("strike", "dstrike"):
            struck = bool(struck) or _is_on(item)
        elif name == "vanish":
            hidden = _is_on(item)
        elif name == "vertAlign":
            raised = bool(raised) or attribute(item, "val") in ("superscript", "subscript")
        elif name == "position":  # in half points, up or down
            raised = bool(raised) or (attribute(item, "val") or "0").lstrip("+-0") != ""
    return RunStyle(struck, raised, hidden)


def toggled(style: RunStyle, around: RunStyle) -> RunStyle:
    """A character style laid over that of the paragraph."""
    if PLAIN_RUN in (style, around):
        return style.over(around)
    return RunStyle(
        bool(style.struck) != bool(around.struck),
        style.raised if style.raised is not None else around.raised,
        bool(style.hidden) != bool(around.hidden),
    )


class DocxBody:
    """Walks a document's body; ``tables`` fills up on the way."""

    def __init__(self, budget: Budget, styles: Styles, bound: BoundParts) -> None:
        self.tables: list[RawTable] = []
        self.has_numbering = False
        self.has_struck = False
        self.has_inner_figures = False
        self._budget = budget
        self._styles = styles
        self._bound = bound

    def lines(self, element: Element | None, depth: int, around: RunStyle = PLAIN_RUN) -> list[str]:
        """The paragraphs below *element*, tables left out (they go to ``tables``).

        *around*: the style of the table that they are in.
        """
        found: list[str] = []
        self._budget.check_depth(depth)
        for block in element if element is not None else ():
            name = local_name(block)
            if name == "p":
                found += self._paragraph(block, depth, around)
            elif name == "tbl":
                self._table(block, depth)
            elif name == "sdt":
                inner = self.lines(block, depth + 1, around)
                found += self._bound.told(block, "\n".join(inner)).split("\n") if inner else []
            elif name in _TRANSPARENT:
                found += self.lines(_shown(block), depth + 1, around)
        return found

    def _paragraph(self, paragraph: Element, depth: int, around: RunStyle) -> list[str]:
        """The paragraph's text and after it the paragraphs of its text boxes."""
        self._budget.spend_cells()
        properties = child(paragraph, "pPr")
        if child(properties, "numPr") is not None:
            self.has_numbering = True
        style = self._styles.of(properties, "pStyle", "paragraph").over(around)
        parts: list[str] = []
        boxes: list[Element] = []
        self._inline(paragraph, depth, parts, boxes, style)
        found = ["".join(parts)]
        for box in boxes:
            found += self.lines(box, depth + 1)
        return found

    def _inline(
        self,
        element: Element,
        depth: int,
        parts: list[str],
        boxes: list[Element],
        style: RunStyle,
    ) -> None:
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
                self._run(item, depth, parts, boxes, style)
            elif name in ("sup", "sub", "den"):
                # A formula's exponent or denominator must not join the digits before it.
                inner: list[str] = []
                self._inline(item, depth + 1, inner, boxes, style)
                parts.append(f"/{''.join(inner)}" if name == "den" else bracketed("".join(inner)))
            elif name == "sdt":
                held: list[str] = []
                self._inline(item, depth + 1, held, boxes, style)
                parts.append(self._bound.told(item, "".join(held)))
            elif name in _TRANSPARENT:
                self._inline(_shown(item), depth + 1, parts, boxes, style)

    def _run(
        self,
        run: Element,
        depth: int,
        parts: list[str],
        boxes: list[Element],
        around: RunStyle,
    ) -> None:
        """A run as it is formatted: a mark above the line must not join the figure beside it."""
        properties = child(run, "rPr")
        style = toggled(self._styles.of(properties, "rStyle", "character"), around)
        style = run_style(properties).over(style)
        inner: list[str] = []
        self._inline(run, depth + 1, inner, boxes, style)
        text = "".join(inner)
        self.has_struck |= bool(style.struck and text)
        parts.append(style.shown(text))

    def _table(self, table: Element, depth: int) -> None:
        place = len(self.tables)
        self.tables.append(RawTable(()))
        grid = Grid(self._budget)
        style = self._styles.of(child(table, "tblPr"), "tblStyle", "table")
        for row in _children(table, "tr"):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                continue
            grid.start_row()
            before = _number(child(properties, "gridBefore"))
            if before:
                grid.cover(min(before, MAX_SPAN))
            for cell in _children(row, "tc"):
                self._cell(cell, grid, depth + 1, style)
        self.tables[place] = grid.table()

    def _cell(self, cell: Element, grid: Grid, depth: int, style: RunStyle) -> None:
        properties = child(cell, "tcPr")
        if child(properties, "cellDel") is not None:
            return
        inner = len(self.tables)
        text = cell_text(self.lines(cell, depth, style))
        text = self._bound.told(control_of(cell), text)
        if len(self.tables) > inner:
            text, self.has_inner_figures = with_inner_tables(
                text, self.tables, inner, told=self.has_inner_figures
            )
        span = _number(child(properties, "gridSpan")) or 1
        vertical = _either(properties, "vMerge", "vmerge")
        horizontal = _either(properties, "hMerge", "hmerge")
        if horizontal is not None and attribute(horizontal, "val") != "restart":
            grid.continue_left()
        elif vertical is not None and attribute(vertical, "val") != "restart":
            grid.continue_above(span)
        else:
            grid.place(text[: self._budget.limits.max_cell_chars], span)


def control_of(cell: Element) -> Element | None:
    """The content control straight around a cell of a table, if there is one."""
    content = cell.getparent()
    if content is None or local_name(content) != "sdtContent":
        return None
    return content.getparent()


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


def _is_on(element: Element) -> bool:
    """Whether a run's property that is either on or off is on."""
    return attribute(element, "val") not in ("0", "false", "off")


def _number(element: Element | None) -> int:
    """The element's ``w:val`` as a small number ≥ 0; 0 where there is none."""
    text = attribute(element, "val") if element is not None else None
    return int(text) if text and len(text) < 6 and text.isdecimal() else 0
