"""Blocks of cell texts on the clipboard, as Excel, WPS and Word write and read them. No Qt.

A block is a rectangle of texts. As text it is rows of cells with TABs between them, a cell with a
line break in quotes (https://support.microsoft.com/office/text-import-wizard-c5b02af6-fda1-4440-899f-f78bafe41857
calls the quotes the text qualifier); as HTML it is a table with borders.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from core.matching.figures import looks_like_figure
from core.problems import NianbaoError
from core.reading.base.marks import STRUCK_REMARK
from core.reading.base.raw import RawDocument, RawTable, ReadProblem
from core.reading.clipboard import page_text, read_clipboard
from core.reading.text.ragged import squared

Block = tuple[tuple[str, ...], ...]

#: A cell in quotes up to the next separator, else everything up to it.
_CELL = re.compile(r'"((?:[^"]|"")*)"(?=[\t\r\n]|\Z)|([^\t\r\n]*)')
_NO_BRACKETS = str.maketrans("", "", "[]")
_BORDER = "border:0.5pt solid #000000;padding:2px 6px;"


def parse_text(text: str) -> Block:
    """The block that *text* holds; the line break after the last row begins no further row."""
    return _rectangle(_rows(text))


def _rows(text: str) -> list[list[str]]:
    rows: list[list[str]] = []
    cells: list[str] = []
    at = 0
    while True:
        found = _CELL.match(text, at)
        assert found is not None  # the second way matches anything
        quoted, plain = found[1], found[2]
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        at = found.end()
        if at < len(text) and text[at] == "\t":
            at += 1
            continue
        rows.append(cells)
        cells = []
        at += 2 if text.startswith("\r\n", at) else 1
        if at >= len(text):
            return rows


def format_text(block: Block) -> str:
    """The block as text, each row ended by a line break as Excel does."""
    return "".join("\t".join(_quoted(cell) for cell in row) + "\r\n" for row in block)


def _quoted(cell: str) -> str:
    if cell.startswith('"') or any(sign in cell for sign in "\t\r\n"):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def format_html(block: Block, right_aligned: Sequence[bool], *, headed: bool) -> str:
    """The block as a table with borders, for Word, WPS and Excel.

    ``right_aligned``: for each column. ``headed``: the first row holds the headings.
    """
    lines: list[str] = []
    for number, row in enumerate(block):
        name = "th" if headed and number == 0 else "td"
        cells: list[str] = []
        for cell, right in zip(row, right_aligned, strict=True):
            side = "center" if name == "th" else "right" if right else "left"
            text = escape(cell).replace("\n", "<br>")
            cells.append(f'<{name} style="{_BORDER}text-align:{side}">{text}</{name}>')
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return (
        '<html><head><meta charset="utf-8"></head><body>'
        '<table border="1" cellspacing="0" style="border-collapse:collapse">'
        f"{''.join(lines)}</table></body></html>"
    )


class Copied(NamedTuple):
    """What is on the clipboard.

    ``marked``: figures that the page shows otherwise than the text says, as digits are raised or
    struck out: as text and as shown, ``312`` and ``31[2]``; nothing shown where all is struck out.
    ``struck``: words are struck out, and there is no text to tell which.
    """

    block: Block
    marked: tuple[tuple[str, str], ...] = ()
    struck: bool = False


def read_block(html: str, text: str) -> Copied:
    """The block on the clipboard; no rows where there is none.

    The text is exact where it is a rectangle; what Word copies is not where cells hold several
    paragraphs, and only the HTML tells what is a cell.

    Raises :class:`core.problems.NianbaoError` where the clipboard holds more than can be read.
    """
    # A table out of a browser has no cells where one is merged over several.
    plain = _rectangle(squared(_rows(text))) if text.strip("\r\n") else ()
    if "<table" not in html.lower():
        return Copied(plain, _marked_in_lines(plain, html) if html.strip() else ())
    try:
        page = read_clipboard(html, None)
    except NianbaoError as error:
        if error.problem is not ReadProblem.EMPTY or not plain:
            raise
        # All of it is struck out or hidden.
        return Copied(plain, _marked(plain, ()))
    tables = [table for table in page.tables if table.rows]
    if len(tables) != 1:
        return Copied(plain, struck=STRUCK_REMARK in page.remarks)
    shown = _block_of(tables[0])
    # Trailing blank rows and columns are missing from the table that was read, never more.
    as_wide = bool(plain) and len(plain[0]) >= len(shown[0])
    if as_wide and len(plain) >= len(shown) and not any(any(row) for row in plain[len(shown) :]):
        return Copied(plain, _marked(plain, shown))
    return Copied(shown, struck=STRUCK_REMARK in page.remarks)


def _marked_in_lines(plain: Block, html: str) -> tuple[tuple[str, str], ...]:
    """The marked figures of a page without a table: a cell a line, else of the whole."""
    shown = page_text(html)
    lines = tuple((line,) for line in shown.split("\n"))
    if len(lines) == len(plain):
        return _marked(plain, lines)
    return _marked(((" ".join(map(" ".join, plain)),),), ((shown,),))


def _marked(plain: Block, shown: Block) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for at, row in enumerate(plain):
        beside = shown[at] if at < len(shown) else ()
        for column, text in enumerate(row):
            seen = beside[column] if column < len(beside) else ""
            if any(sign.isdigit() for sign in text) and _is_marked(text, seen):
                found.append((" ".join(text.split()), " ".join(seen.split())))
    return tuple(found)


def _is_marked(text: str, shown: str) -> bool:
    """Whether the page shows the text less what is struck, with what is raised in brackets."""
    whole, seen = "".join(text.split()), "".join(shown.split())
    if whole == seen or not looks_like_figure(text):
        return False
    rest = iter(whole.translate(_NO_BRACKETS))
    return all(sign in rest for sign in seen.translate(_NO_BRACKETS))


def as_document(block: Block) -> RawDocument:
    """The block as a document of one table, to be matched with a form by its labels."""
    return RawDocument("clipboard", (RawTable(block),))


def _block_of(table: RawTable) -> Block:
    rows = [
        ["" if (r, c) in table.merged else cell for c, cell in enumerate(row)]
        for r, row in enumerate(table.rows)
    ]
    return _rectangle(rows)


def _rectangle(rows: Sequence[Sequence[str]]) -> Block:
    width = max((len(row) for row in rows), default=0)
    return tuple((*row, *[""] * (width - len(row))) for row in rows)
