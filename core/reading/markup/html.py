# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
"""Saved web pages (.html, .htm, .mht) and sheets or documents saved as web pages.

Declared encodings are hints only (:mod:`core.reading.base.encoding` decides); scripts, styles and what
the page hides are left out; links and pictures are never followed.
"""

from __future__ import annotations

import re
from typing import Final, cast

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from core.problems import NianbaoError
from core.reading.base.encoding import decode
from core.reading.base.inner import INNER_TABLE_REMARK, with_inner_tables
from core.reading.base.limits import Budget, Limits
from core.reading.base.marks import STRUCK_REMARK, RunStyle, bracketed
from core.reading.base.raw import RawDocument, RawTable, ReadProblem
from core.reading.base.spans import Grid
from core.reading.base.xmlsafe import Element, check_tree_size, local_name
from core.reading.markup.css import StyleSheets
from core.reading.markup.mht import entities

_CHARSET: Final = re.compile(rb"charset\s*+=\s*+[\"']?\s*+([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_SPACE: Final = re.compile(r"[ \t\n\r\f\xa0]+")
_DROPPED: Final = frozenset(
    ("script", "style", "noscript", "template", "head", "title", "meta", "link", "iframe", "object",
     "svg", "rt", "rp", "datalist", "option", "xml")
)  # fmt: skip
_BLOCKS: Final = frozenset(
    ("p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "center",
     "section", "article", "header", "footer", "form", "fieldset", "blockquote", "pre", "hr",
     "address", "caption", "main", "nav", "aside", "body", "tr", "td", "th")
)  # fmt: skip
_STRUCK: Final = frozenset(("s", "strike", "del"))
#: A cell of ``rowspan="0"`` reaches to the end of its group of rows.
_TO_THE_END: Final = 1_000_000
#: Excel saves a workbook of several sheets as a frame and one page a sheet beside it.
_FRAMES: Final = re.compile(rb"<frameset\b|<frame\s", re.IGNORECASE)
_FRAMES_REASON: Final = "表格在同名的“.files”文件夹里，也可直接选其中的 sheet001.htm"
_ROW_GROUPS: Final = frozenset(("thead", "tbody", "tfoot"))
#: Depth of elements, above Limits.max_depth (which counts tables): pages nest boxes freely.
_MAX_ELEMENT_DEPTH: Final = 250
_MAX_PAGES: Final = 200
#: Of a page without the pictures inside it: a text takes its size several times over on the way.
_MAX_PAGE_BYTES: Final = 12 * 1024**2
_PICTURE: Final = re.compile(rb"data:[a-z0-9/+.-]{1,60};base64,[A-Za-z0-9+/=\s]*+", re.IGNORECASE)


def read_html(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The tables of the page *data* and the lines of text outside them.

    A nested table follows the table that holds it, whose cell is left without the inner text.
    Raises :class:`NianbaoError` with a :class:`ReadProblem`.
    """
    budget = limits.start(file)
    page = HtmlPage(budget)
    page.read(data, declared_charset(data))
    if not page.tables and _FRAMES.search(data, 0, 65536):
        raise NianbaoError(ReadProblem.DAMAGED, file=file, reason=_FRAMES_REASON)
    return RawDocument("html", tuple(page.tables), page.text(), tuple(page.remarks), page.title)


def parse_html(text: str, budget: Budget) -> HtmlPage:
    """A page that is text already (the clipboard's); raises as :func:`read_html` does."""
    page = HtmlPage(budget)
    page.read_decoded(text)
    return page


def read_mht(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The pages of a web archive one after the other, as :func:`read_html` reads each."""
    budget = limits.start(file)
    budget.spend_bytes(len(data))
    page = HtmlPage(budget)
    pages = 0
    for entity in entities(data):
        if entity.kind != "text/html" or pages >= _MAX_PAGES:
            continue
        if len(entity.body) > 2 * _MAX_PAGE_BYTES:  # Base64 takes a third more
            raise budget.too_large(f"{_MAX_PAGE_BYTES // 1024**2} MB 的网页")
        content = entity.content
        page.read(content, entity.parameters.get("charset") or declared_charset(content))
        pages += 1
    if not pages:
        raise NianbaoError(ReadProblem.DAMAGED, file=file, reason="网页存档里没有网页")
    return RawDocument("mht", tuple(page.tables), page.text(), tuple(page.remarks), page.title)


def declared_charset(data: bytes) -> str | None:
    """What the page says of its own encoding, be it right or wrong."""
    match = _CHARSET.search(data, 0, 8192)
    return match[1].decode("ascii") if match else None


class HtmlPage:
    """Walks a page; ``tables`` and the text fill up on the way."""

    def __init__(self, budget: Budget) -> None:
        self.tables: list[RawTable] = []
        self.remarks: list[str] = []
        self.title = ""
        self._struck = False
        #: how many elements around are struck out
        self._struck_around = 0
        self._has_inner_figures = False
        self._styles = StyleSheets(budget)
        self._lines: list[str] = []
        self._budget = budget

    def read(self, data: bytes, declared: str | None) -> None:
        """Take in one page of bytes."""
        self._budget.spend_bytes(len(data))
        if len(data) > _MAX_PAGE_BYTES:
            data = _PICTURE.sub(b"", data)
        if len(data) > _MAX_PAGE_BYTES:
            raise self._budget.too_large(f"{_MAX_PAGE_BYTES // 1024**2} MB 的网页")
        decoded = decode(data, declared)
        if decoded.failures:
            self.remarks.append(
                f"网页中有 {decoded.failures} 处文字无法识别（显示为“\ufffd”），请核对。"
            )
        self.read_decoded(decoded.text)

    def read_decoded(self, text: str) -> None:
        """Take in one page of text."""
        source = text.replace("\0", "").encode("utf-8", "replace")
        check_tree_size(source, self._budget)
        parser = etree.HTMLParser(
            encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True,
            remove_pis=True,
        )  # fmt: skip
        try:
            root = etree.fromstring(source, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise NianbaoError(
                ReadProblem.DAMAGED, file=self._budget.file, reason="网页内容有误"
            ) from error
        self._budget.check_time()
        if root is not None:
            self.title = self.title or " ".join((root.findtext(".//title") or "").split())
            for sheet in root.iter("style"):
                self._styles.take_in(sheet.text or "")
            self._lines += self._flow(cast(Element, root), 0, 0)
        if self._struck and STRUCK_REMARK not in self.remarks:
            self.remarks.append(STRUCK_REMARK)
        if self._has_inner_figures and INNER_TABLE_REMARK not in self.remarks:
            self.remarks.append(INNER_TABLE_REMARK)

    def text(self) -> str:
        """The lines outside tables so far."""
        return "\n".join(line for line in self._lines if line)

    def _flow(self, element: Element, depth: int, tables: int) -> list[str]:
        """The lines of text inside *element*; its tables go to ``tables``."""
        flow = _Flow()
        self._walk(element, flow, depth, tables)
        return flow.lines()

    def _walk(self, element: Element, flow: _Flow, depth: int, tables: int) -> None:
        if depth > _MAX_ELEMENT_DEPTH:
            raise self._budget.too_large(f"{_MAX_ELEMENT_DEPTH} 层嵌套")
        flow.add(element.text)
        for item in element:
            name = local_name(item).lower()
            style = self._styles.of(item, name)
            if name in _DROPPED or _is_hidden(item, style):
                pass
            elif name in _STRUCK or style.struck:
                self._struck_around += 1
                self._struck |= bool("".join(self._flow(item, depth + 1, tables)))
                self._struck_around -= 1
            elif name == "table":
                flow.break_line()
                self._table(item, depth + 1, tables + 1)
            elif name == "br":
                flow.break_line()
            elif style.raised or (name in ("sup", "sub") and style.raised is not False):
                flow.add(bracketed("".join(self._flow(item, depth + 1, tables))))
            elif name == "input":
                flow.add(_input_text(item))
            elif name == "select":
                flow.add(_selected_text(item))
            else:
                block = name in _BLOCKS
                if block:
                    flow.break_line()
                self._walk(item, flow, depth + 1, tables)
                if block:
                    flow.break_line()
            flow.add(item.tail)

    def _table(self, table: Element, depth: int, tables: int) -> None:
        self._budget.check_depth(tables)
        place = len(self.tables)
        self.tables.append(RawTable(()))
        grid = Grid(self._budget)
        name = self._rows(table, grid, depth + 1, tables)
        self.tables[place] = grid.table(name)

    def _rows(self, parent: Element, grid: Grid, depth: int, tables: int) -> str:
        """Lay out the rows inside a table or an element of it; the table's caption, if any."""
        if depth > _MAX_ELEMENT_DEPTH:
            raise self._budget.too_large(f"{_MAX_ELEMENT_DEPTH} 层嵌套")
        name = ""
        row_is_open = False
        for element in parent:
            kind = local_name(element).lower()
            if kind in ("td", "th"):
                # Browsers put a row around cells without one.
                if not row_is_open:
                    grid.start_row()
                row_is_open = True
                self._cell(element, kind, grid, depth, tables)
                continue
            if kind in _DROPPED or kind == "table":
                continue
            row_is_open = False
            style = self._styles.of(element, kind)
            if _is_hidden(element, style):
                continue
            self._struck_around += bool(style.struck)
            if kind == "tr":
                grid.start_row()
                self._cells(element, grid, depth, tables)
            elif kind == "caption":
                name = " ".join(self._flow(element, depth, tables)).strip()
            elif kind in _ROW_GROUPS:
                # A cell reaches no further down than its group of rows.
                grid.end_group()
                name = self._rows(element, grid, depth + 1, tables) or name
                grid.end_group()
            else:
                # Pages put <form>, <center> and <div> between a table and its rows.
                name = self._rows(element, grid, depth + 1, tables) or name
            self._struck_around -= bool(style.struck)
        return name

    def _cells(self, parent: Element, grid: Grid, depth: int, tables: int) -> None:
        """Lay out the cells inside a row or an element of it."""
        if depth > _MAX_ELEMENT_DEPTH:
            raise self._budget.too_large(f"{_MAX_ELEMENT_DEPTH} 层嵌套")
        for element in parent:
            name = local_name(element).lower()
            if name in ("td", "th"):
                self._cell(element, name, grid, depth, tables)
            elif (
                name not in _DROPPED
                and name != "table"
                and not _is_hidden(element, self._styles.of(element, name))
            ):
                self._cells(element, grid, depth + 1, tables)

    def _cell(self, cell: Element, name: str, grid: Grid, depth: int, tables: int) -> None:
        style = self._styles.of(cell, name)
        if _is_hidden(cell, style):
            return
        inner = len(self.tables)
        text = "\n".join(self._flow(cell, depth + 1, tables)).strip("\n")
        if text and (style.struck or self._struck_around):
            self._struck, text = True, ""
        if len(self.tables) > inner:
            text, self._has_inner_figures = with_inner_tables(
                text, self.tables, inner, told=self._has_inner_figures
            )
        grid.add(
            text[: self._budget.limits.max_cell_chars],
            _span(cell, "colspan"),
            _span(cell, "rowspan") or _TO_THE_END,
        )


class _Flow:
    """Running text of a page: white space is one space, and lines end only where told."""

    def __init__(self) -> None:
        self._lines: list[list[str]] = [[]]

    def add(self, text: str | None) -> None:
        if text:
            self._lines[-1].append(text)

    def break_line(self) -> None:
        if self._lines[-1]:
            self._lines.append([])

    def lines(self) -> list[str]:
        collapsed = [_SPACE.sub(" ", "".join(parts)).strip(" ") for parts in self._lines]
        return [line for line in collapsed if line]


def _is_hidden(element: Element, style: RunStyle) -> bool:
    return bool(style.hidden) or element.get("hidden") is not None


def _input_text(element: Element) -> str | None:
    """What stands in an input field of a saved form."""
    if (element.get("type") or "text").lower() in ("text", "number", "tel"):
        return element.get("value")
    return None


def _selected_text(element: Element) -> str | None:
    for option in element.iter("option"):
        if option.get("selected") is not None:
            return option.text
    return None


def _span(cell: Element, name: str) -> int:
    text = (cell.get(name) or "").strip()
    return int(text) if text and len(text) < 8 and text.isascii() and text.isdecimal() else 1
