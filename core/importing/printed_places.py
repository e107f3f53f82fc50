"""Where a workbook of ours says its figures are printed, and whether that is so.

The seal has no key: whoever knows how it is made can seal other figures than the paper shows. So what
the hidden sheet says of places is believed only where the visible sheets agree: each figure stands in
a place of its own, beside or below its indicator's name, columns in the form's order, and there is
no other figure in that row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from core.form.form import Form
from core.reading.base.raw import RawDocument, RawTable
from core.reading.base.zipsafe import SafeZip

_ADDRESS: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_FIGURE: Final = re.compile(r"[-+]?[0-9０-９][0-9０-９,，.． ]*|/", re.ASCII)
_HIDDEN: Final = re.compile(
    rb"<(?:row|col)\b[^<>]*?\b(?:hidden|ht|width|height)=\"(?:1|true|0|0\.0)\""
)
_HIDDEN_SHEET: Final = re.compile(rb"\bstate=[\"'](?!visible)")


class Place(NamedTuple):
    """A cell of a visible sheet; line and column from 0."""

    sheet: str
    line: int
    column: int
    address: str


def places(rows: Sequence[Sequence[str]], form: Form) -> dict[str, Place] | None:
    """The places that the hidden sheet's rows (code, value, ``统计表!C5``) name.

    ``None`` where a cell of *form* has none, one that is no address, or another cell's.
    """
    found: dict[str, Place] = {}
    for row in rows:
        key, _, written = [*row, "", "", ""][:3]
        sheet, _, address = written.rpartition("!")
        parts = _ADDRESS.fullmatch(address)
        if key not in form.cells or parts is None:
            return None
        column = 0
        for letter in parts[1]:
            column = column * 26 + ord(letter) - 64
        found[key] = Place(sheet, int(parts[2]) - 1, column - 1, address)
    taken = {(place.sheet, place.line, place.column) for place in found.values()}
    return found if len(taken) == len(found) == len(form.cells) else None


def shown(place: Place, sheets: Mapping[str, RawTable]) -> str:
    """What the visible cell shows."""
    rows = sheets[place.sheet].rows if place.sheet in sheets else ()
    row = rows[place.line] if place.line < len(rows) else ()
    return row[place.column] if place.column < len(row) else ""


def are_printed(found: Mapping[str, Place], document: RawDocument, form: Form) -> bool:
    """Whether the visible sheets show each cell's figure where *found* says, and no others there."""
    sheets = {table.name: table for table in document.tables}
    by_line: dict[tuple[str, int], list[str]] = {}
    for key, place in found.items():
        by_line.setdefault((place.sheet, place.line), []).append(key)
    order = {key: number for number, key in enumerate(form.cells)}
    for (sheet, line), keys in by_line.items():
        if sheet not in sheets:
            return False
        rows, merged = sheets[sheet].rows, sheets[sheet].merged
        # Rows may lose what is blank at their end.
        row = rows[line] if line < len(rows) else ()
        beside = _text(row)
        for key in keys:
            # Where a form prints its rows side by side the name stands above.
            column = found[key].column
            name = _text((form.cells[key].row.label,))
            above = (rows[at][column] for at in range(line) if column < len(rows[at]))
            if name not in beside and name not in _text(above):
                return False
        ordered = sorted(keys, key=order.__getitem__)
        if ordered != sorted(keys, key=lambda key: found[key].column):
            return False
        columns = {found[key].column for key in keys}
        if any(
            at not in columns and (line, at) not in merged and _FIGURE.fullmatch(cell.strip())
            for at, cell in enumerate(row)
        ):
            return False
    return True


def _text(cells: Iterable[str]) -> str:
    return "".join("".join(cells).split())


def hides_anything(package: SafeZip, workbook: bytes) -> bool:
    """Whether more than our own sheet is hidden in a workbook: rows, columns or other sheets."""
    if len(_HIDDEN_SHEET.findall(workbook)) != 1:
        return True
    return any(
        _HIDDEN.search(package.read(name))
        for name in package.names()
        if name.startswith("xl/worksheets/") and name.endswith(".xml")
    )
