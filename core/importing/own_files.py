"""Opens files that this program wrote, exactly: .nianbao, and the .xlsx with its sealed sheet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.catalog import Catalog
from core.importing.own_workbook import ChangedCell, read_own_xlsx
from core.reading.base.limits import Limits
from core.reading.base.zipsafe import SafeZip
from core.reading.dispatch import load
from core.reading.sniff import Kind, sniff
from core.storage.nianbao import Opened, decode
from core.writing.sealed_sheet import PAYLOAD_SHEET


@dataclass(frozen=True)
class OwnContent(Opened):
    """A report out of a file that this program wrote; ``changed`` are a workbook's altered cells."""

    changed: tuple[ChangedCell, ...] = ()


def open_own(path: Path, catalog: Catalog) -> OwnContent | None:
    """The report in *path* if this program wrote it (.nianbao or .xlsx), else ``None``.

    Raises :class:`NianbaoError` where the file cannot be read, or is ours but damaged.
    """
    return own_content(load(path), path.name, catalog)


def own_content(data: bytes, file: str, catalog: Catalog) -> OwnContent | None:
    """The report in the bytes of a file this program wrote, else ``None``.

    Cells of a workbook that were changed after it was exported are named in the remarks; the
    report is the one that was exported.
    """
    kind = sniff(data, Limits().start(file))
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
    own = read_own_xlsx(data, file, catalog)
    if own is None:
        return None
    changed = tuple(f"“{file}”在导出后被改动：{change}。" for change in own.changed)
    return OwnContent(own.report, own.remarks + changed, own.changed)
