# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false, reportAttributeAccessIssue=false
# olefile ships no types; OleStreams gives them back, in this one module.
"""OLE containers (.doc, .xls, encrypted OOXML), opened under limits.

The header of such a file says how many sectors its tables have; a made-up number would have them
read over and over. The numbers are compared with the size of the file before anything is opened.
"""

from __future__ import annotations

import io
import struct
from typing import Final

import olefile

from core.problems import NianbaoError
from core.reading.base.limits import Budget
from core.reading.base.raw import ReadProblem

SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_STREAMS: Final = 10_000


class OleStreams:
    """The top-level streams of an OLE container held in memory, by name without regard to case.

    Raises :class:`NianbaoError` with ``DAMAGED`` where the container is unsound.
    """

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._budget = budget
        if not _header_is_sane(data):
            raise self._damaged("文件头有误")
        try:
            self._ole = olefile.OleFileIO(io.BytesIO(data))
            entries = self._ole.listdir(streams=True, storages=False)
        # The library raises whatever the damaged bytes lead it into, IndexError to RecursionError.
        except Exception as error:
            raise self._damaged("文件结构有误") from error
        if len(entries) > _MAX_STREAMS:
            raise budget.too_large(f"{_MAX_STREAMS} 个部分")
        self._all = {tuple(entry): entry for entry in entries}
        self._paths = {entry[0].lower(): entry for entry in entries if len(entry) == 1}
        budget.check_time()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._paths

    def paths(self) -> list[tuple[str, ...]]:
        """Every stream with the storages it lies in, as they are spelled, in no certain order."""
        return list(self._all)

    def read(self, name: str) -> bytes:
        """The whole stream of that name at the top level."""
        path = self._paths.get(name.lower())
        if path is None:
            raise self._damaged(f"缺少 {name}")
        return self._content(path, name)

    def read_path(self, path: tuple[str, ...]) -> bytes:
        """The whole stream at one of :meth:`paths`."""
        return self._content(self._all[path], path[-1])

    def _content(self, path: list[str], name: str) -> bytes:
        try:
            size = int(self._ole.get_size(path))
            self._budget.spend_bytes(size)
            return bytes(self._ole.openstream(path).read())
        except NianbaoError:
            raise
        except Exception as error:
            raise self._damaged(f"{name} 无法读取") from error

    def _damaged(self, reason: str) -> NianbaoError:
        return NianbaoError(ReadProblem.DAMAGED, file=self._budget.file, reason=reason)


def _header_is_sane(data: bytes) -> bool:
    """Whether the tables that the header announces fit into the file ([MS-CFB] 2.2)."""
    if len(data) < 512 or not data.startswith(SIGNATURE):
        return False
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        return False
    sectors = (len(data) >> shift) + 1
    tables, mini_tables, extra_tables = (
        struct.unpack_from("<I", data, offset)[0] for offset in (44, 64, 72)
    )
    return tables <= sectors and mini_tables <= sectors and extra_tables <= sectors
