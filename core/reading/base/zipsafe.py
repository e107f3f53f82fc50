"""The zip containers of OOXML and OpenDocument, opened under limits.

A zip file may claim anything: a thousand members of a gigabyte each, two members of one name, names
that climb out of the folder. Nothing is ever written to disk here, members are looked up by a
normalised name, and every size is charged to the budget before it is unpacked.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator

from core.problems import NianbaoError
from core.reading.base.limits import Budget
from core.reading.base.raw import ReadProblem

#: A report with a photograph on every page has some hundred parts.
MAX_MEMBERS = 5_000
_PIECE = 256 * 1024

#: Everything :mod:`zipfile` raises for bytes that are no sound zip file, or no kind it can unpack.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    OverflowError,
    IndexError,
)


class SafeZip:
    """Read-only access to the members of a zip file held in memory.

    Raises :class:`NianbaoError`: ``DAMAGED`` where the container is unsound, ``ENCRYPTED`` where a
    member has a zip password, ``TOO_LARGE`` where it would unpack to more than the budget allows.
    """

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._budget = budget
        # Counted in the raw bytes: zipfile would build an object for each entry before we see any.
        if data.count(b"PK\x01\x02") > MAX_MEMBERS:
            raise budget.too_large(f"{MAX_MEMBERS} 个部分")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except (*_ZIP_ERRORS, KeyError) as error:
            raise self._damaged("压缩结构不完整") from error
        total = sum(info.file_size for info in infos)
        if total > budget.limits.max_expanded_bytes:
            raise budget.too_large(f"{budget.limits.max_expanded_bytes // 1024**2} MB")
        self._members = {normalise(info.filename): info for info in infos}

    def __contains__(self, name: str) -> bool:
        return normalise(name) in self._members

    def names(self) -> Iterator[str]:
        """Normalised names of the members, in the container's order."""
        return iter(self._members)

    def read(self, name: str) -> bytes:
        """The member's bytes; ``DAMAGED`` where there is none of that name."""
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """The member's bytes in pieces, for one that need not be in memory as a whole.

        Raises as :meth:`read` does, at the first piece or later.
        """
        info = self._members.get(normalise(name))
        if info is None:
            raise self._damaged(f"缺少 {name}")
        if info.flag_bits & 0x1:
            raise NianbaoError(ReadProblem.ENCRYPTED, file=self._budget.file)
        # zipfile itself stops at file_size, so this charge is the true bound.
        self._budget.spend_bytes(info.file_size)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # Office parts know no others (ECMA-376 part 2, annex B), and others unpack all at once.
            raise self._damaged(f"{name} 的压缩方式不是办公文件所用的")
        try:
            with self._zip.open(info) as member:
                while piece := member.read(_PIECE):
                    yield piece
        except (*_ZIP_ERRORS, RuntimeError) as error:
            raise self._damaged(f"{name} 无法解开") from error

    def read_optional(self, name: str) -> bytes | None:
        """The member's bytes, or ``None`` where there is none of that name."""
        return self.read(name) if name in self else None

    def _damaged(self, reason: str) -> NianbaoError:
        return NianbaoError(ReadProblem.DAMAGED, file=self._budget.file, reason=reason)


def normalise(name: str) -> str:
    """A member's name as it is looked up: forward slashes, no root, no ``..``, lower case.

    Part names are compared without regard to case (ECMA-376 part 2, 6.2.2.3); some producers write
    backslashes.
    """
    path = posixpath.normpath("/" + name.replace("\\", "/"))
    return path.lstrip("/").lower()


def resolve(base: str, target: str) -> str:
    """The member that *target*, written in the relationships of part *base*, points to."""
    if target.startswith("/"):
        return normalise(target)
    return normalise(posixpath.join(posixpath.dirname(base.replace("\\", "/")), target))
