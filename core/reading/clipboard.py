"""What was copied from Excel, WPS, Word or a web page, as the clipboard hands it over."""

from __future__ import annotations

import re
from typing import Final

from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument, ReadProblem

#: How messages name the clipboard in place of a file.
CLIPBOARD_NAME: Final = "剪贴板"

#: Windows puts lines with byte offsets before the page (CF_HTML); they may arrive unstripped.
_HEADER: Final = re.compile(r"\A(?:[A-Za-z]+:[^\n<]*+\n)++(?=\s*<)")


def read_clipboard(html: str | None, text: str | None, limits: Limits | None = None) -> RawDocument:
    """The tables on the clipboard: from its HTML, which knows cells and merges, else from its text.

    Raises :class:`NianbaoError` with a :class:`ReadProblem` where there is neither.
    """
    budget = (limits or Limits()).start(CLIPBOARD_NAME)
    if html and html.strip():
        from core.reading.markup.html import parse_html

        page = parse_html(_HEADER.sub("", html), budget)
        tables = tuple(table for table in page.tables if table.rows)
        if tables:
            return RawDocument("clipboard", tables, page.text(), tuple(page.remarks))
    if text and text.strip():
        from core.reading.text.text import parse_text

        budget.check_file_bytes(len(text))
        parsed = parse_text(text.replace("\r\n", "\n").replace("\r", "\n"), budget)
        return RawDocument("clipboard", parsed.tables, parsed.text, parsed.remarks)
    raise NianbaoError(ReadProblem.EMPTY, file=CLIPBOARD_NAME)


def page_text(html: str, limits: Limits | None = None) -> str:
    """The text outside tables of a copied page, as one sees it: ``31[2]`` for a raised 2, no struck words.

    Raises as :func:`read_clipboard` does for what is too large or no page.
    """
    from core.reading.markup.html import parse_html

    return parse_html(_HEADER.sub("", html), (limits or Limits()).start(CLIPBOARD_NAME)).text()
