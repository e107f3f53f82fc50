"""The very hidden sheet of an exported workbook: the exact report, and how it is sealed.

Scripts may read it; its shape (columns A, B, C …) is a contract:

    nianbao-xlsx  1
    form          cn-2014-beijing
    period        2019
    sha256        64 hex digits over all the other rows
    report        the .nianbao file as JSON in ASCII, cut into cells of at most 30,000 characters
    code          value      cell
    3.1           3          统计表!C41          (one row for each cell of the form; value is text,
    …                                            empty when blank, / when not applicable)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from core.report import Report
from core.storage.nianbao import encode
from core.values import format_value

PAYLOAD_SHEET: Final = "_nianbao"
MARK: Final = "nianbao-xlsx"
VERSION: Final = 1
#: Excel holds 32,767 characters in a cell.
_CHUNK: Final = 30_000


def payload_rows(report: Report, addresses: Mapping[str, str]) -> list[list[str]]:
    """The rows of the hidden sheet. *addresses*: cell key → place in a visible sheet.

    Names of files that baselines were taken from stay behind: they are not on the form.
    """
    bare = replace(
        report,
        baselines=tuple(known._replace(source="", digest="") for known in report.baselines),
    )
    content = _ascii(encode(bare).decode("utf-8"))
    chunks = [content[start : start + _CHUNK] for start in range(0, len(content), _CHUNK)]
    rows = [
        [MARK, str(VERSION)],
        ["form", report.form.id],
        ["period", str(report.period)],
        ["report", *chunks],
        ["code", "value", "cell"],
    ]
    rows += [
        [key, format_value(report.values.get(key)), addresses.get(key, "")]
        for key in report.form.cells
    ]
    rows.insert(3, ["sha256", seal(rows)])
    return rows


def seal(rows: Sequence[Sequence[str]]) -> str:
    """The SHA-256 (hex) over *rows*, which are all but the row ``sha256``; trailing blanks aside."""
    plain = [list(row) for row in rows]
    for row in plain:
        while row and not row[-1]:
            row.pop()
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _ascii(text: str) -> str:
    r"""JSON *text* without line breaks, in ASCII, and without ``_x``.

    Spreadsheets read ``_x000D_`` in a text as an escape, and not all keep other characters as they
    were; JSON can say them all in ASCII.
    """
    parts: list[str] = []
    for character in text:
        if character in "\r\n":
            continue  # between tokens only: inside strings JSON escapes them
        if character == "_":
            parts.append("\\u005f")
        elif character < "\x80":
            parts.append(character)
        else:
            parts.append(json.dumps(character)[1:-1])
    return "".join(parts)
