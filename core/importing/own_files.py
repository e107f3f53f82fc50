"""Opens files that this program wrote, exactly: .nianbao, and the .xlsx with its sealed sheet.

What was changed in a workbook since it was exported is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from core.catalog import Catalog
from core.form.form import Form
from core.importing.printed_places import are_printed, hides_anything, places, shown
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
        where = f"（{self.address}）" if self.address else ""
        return f"{self.name} 导出时为 {exported}，现在表中{where}为 {shown}"


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


def seal_told(data: bytes, file: str, kind: Kind) -> tuple[str, ...]:
    """What to say of a file that :func:`own_content` does not know as ours, though it was once."""
    if kind is not Kind.XLSX:
        return ()
    package = SafeZip(data, Limits().start(file))
    workbook = package.read_optional("xl/workbook.xml") or b""
    properties = package.read_optional("docProps/core.xml") or b""
    if PAYLOAD_SHEET.encode() not in workbook and MARK.encode() not in properties:
        return ()
    return (_BROKEN.format(file=file),)


_BROKEN: Final = (
    "“{file}”导出后被改动过，无法逐格核对，已按表中现在显示的数读取，请与报送单位核对。"
)


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
        changed=_changed(rows[5:], document, opened.report, data, file),
        remarks=tuple(opened.remarks),
    )


def _changed(
    cells: list[list[str]], document: RawDocument, report: Report, data: bytes, file: str
) -> tuple[ChangedCell, ...]:
    form = report.form
    found = places(cells, form)
    package = SafeZip(data, Limits().start(file))
    workbook = package.read_optional("xl/workbook.xml") or b""
    if found is None or not are_printed(found, document, form) or hides_anything(package, workbook):
        seen = _seen(data, file, form)
    else:
        sheets = {table.name: table for table in document.tables}
        seen = {key: (place.address, shown(place, sheets)) for key, place in found.items()}
    changed: list[ChangedCell] = []
    for key in form.cells:
        exported = report.values.get(key)
        address, text = seen.get(key, ("", ""))
        if not _same(report, key, text, exported):
            changed.append(ChangedCell(key, form.cell_name(key), address, exported, text))
    return tuple(changed)


def _seen(data: bytes, file: str, form: Form) -> dict[str, tuple[str, str]]:
    """What a reader of the paper takes each cell's figure for: the workbook as anybody's.

    The address is not known then.
    """
    from core.matching.match import match

    found = match(read_xlsx(data, file, Limits()), form).by_key
    return {key: ("", format_value(row.value)) for key, row in found.items()}


def _same(report: Report, key: str, shown: str, exported: CellValue) -> bool:
    try:
        unit = report.form.cells[key].unit
        return parse_value(shown, unit, allow_not_applicable=True) == exported
    except NianbaoError:
        return False
