"""Opens files that this program wrote, exactly: .nianbao, and the .xlsx with its sealed sheet.

What was changed in a workbook since it was exported is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from core.catalog import Catalog
from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument
from core.reading.base.zipsafe import SafeZip
from core.reading.dispatch import kind_of, load
from core.reading.excel.xlsx import read_xlsx
from core.reading.sniff import Kind
from core.report import Report
from core.storage.nianbao import decode
from core.values import CellValue, format_value, parse_value
from core.writing.sealed_sheet import MARK, PAYLOAD_SHEET, VERSION, seal


@dataclass(frozen=True)
class ChangedCell:
    """A visible cell that no longer shows what was exported."""

    key: str
    name: str
    address: str
    exported: CellValue
    shown: str

    def __str__(self) -> str:
        exported = format_value(self.exported) or "空白"
        shown = self.shown.strip() or "空白"
        return f"{self.name} 导出时为 {exported}，现在表中（{self.address}）为 {shown}"


class OwnContent(NamedTuple):
    """A report out of a file that this program wrote; ``changed`` are a workbook's altered cells."""

    report: Report
    remarks: tuple[str, ...] = ()
    changed: tuple[ChangedCell, ...] = ()


def open_own(path: Path, catalog: Catalog) -> OwnContent | None:
    """The report in *path* if this program wrote it (.nianbao or .xlsx), else ``None``.

    Raises :class:`NianbaoError` where the file cannot be read, or is ours but damaged.
    """
    data = load(path)
    return own_content(data, path.name, kind_of(data, path.name), catalog)


def own_content(data: bytes, file: str, kind: Kind, catalog: Catalog) -> OwnContent | None:
    """The report in the bytes of a file of this *kind* that this program wrote, else ``None``.

    The report of a workbook is the one that was exported, whatever was changed in it since.
    """
    # A damaged file of ours may look like anything; its name then says what it was.
    if kind is Kind.NIANBAO or file.lower().endswith(".nianbao"):
        opened = decode(data, file, catalog)
        return OwnContent(opened.report, opened.remarks)
    if kind is not Kind.XLSX:
        return None
    package = SafeZip(data, Limits().start(file))
    workbook = package.read_optional("xl/workbook.xml")
    if workbook is None or PAYLOAD_SHEET.encode() not in workbook:
        return None
    return read_own_xlsx(data, file, catalog)


def changes_told(file: str, changed: tuple[ChangedCell, ...]) -> tuple[str, ...]:
    """A sentence for each cell of a workbook that was changed after it was exported."""
    return tuple(f"“{file}”在导出后被改动：{cell}。" for cell in changed)


def read_own_xlsx(
    data: bytes, file: str, catalog: Catalog, limits: Limits | None = None
) -> OwnContent | None:
    """The report in a workbook that this program exported; ``None`` where *data* is no such file.

    A workbook whose hidden sheet does not match its seal is treated as anybody's workbook
    (``None``): its visible figures are then matched like those of any other file.

    Raises :class:`NianbaoError` where the workbook is ours but holds a report that cannot be read,
    or is no sound workbook at all.
    """
    document = read_xlsx(data, file, limits or Limits(), with_hidden=True)
    payload = next((t for t in document.tables if t.name == PAYLOAD_SHEET), None)
    if payload is None or len(payload.rows) < 6 or payload.rows[0][:1] != (MARK,):
        return None
    rows = [list(row) for row in payload.rows]
    if rows[0][1:2] != [str(VERSION)] or rows[3][:1] != ["sha256"]:
        return None
    sealed = rows.pop(3)[1:2]
    if sealed != [seal(rows)] or rows[3][0] != "report":
        return None
    opened = decode("".join(rows[3][1:]).encode("ascii", "replace"), file, catalog)
    return OwnContent(
        report=opened.report,
        changed=_changed(rows[5:], document, opened.report),
        remarks=tuple(opened.remarks),
    )


def _changed(
    cells: list[list[str]], document: RawDocument, report: Report
) -> tuple[ChangedCell, ...]:
    sheets = {table.name: table.rows for table in document.tables}
    changed: list[ChangedCell] = []
    for row in cells:
        key, _, address = [*row, "", "", ""][:3]
        if key not in report.form.cells or not address:
            continue
        sheet, _, place = address.rpartition("!")
        line, column = _place(place)
        shown = ""
        if sheet in sheets and line < len(sheets[sheet]) and column < len(sheets[sheet][line]):
            shown = sheets[sheet][line][column]
        exported = report.values.get(key)
        if not _same(report, key, shown, exported):
            name = report.form.cell_name(key)
            changed.append(ChangedCell(key, name, place, exported, shown))
    return tuple(changed)


def _same(report: Report, key: str, shown: str, exported: CellValue) -> bool:
    try:
        unit = report.form.cells[key].unit
        return parse_value(shown, unit, allow_not_applicable=True) == exported
    except NianbaoError:
        return False


def _place(address: str) -> tuple[int, int]:
    """``C5`` as line and column from 0."""
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(address[len(letters) :]) - 1, column - 1
