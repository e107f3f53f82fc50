"""Zip archives as people mail them: names in any encoding, archives in archives, and bad ones.

A name that is not flagged as UTF-8 is UTF-8 where it decodes as such (macOS), else GB18030 (Windows
in Chinese), else CP437, which the format itself prescribes.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Final

from core.rollup.model import Moment
from core.rollup.sources.items import (
    LARGE,
    MAX_EXPANDED,
    MAX_MEMBER,
    MAX_MEMBERS,
    MAX_RATIO,
    MEBIBYTE,
    Allowance,
    Item,
    SourceProblem,
    file_name,
    is_passed_over,
)

_UTF8_FLAG: Final = 0x800
_ENCRYPTED: Final = 0x1
#: Names that only office documents have at their root.
_OFFICE: Final = frozenset(("[content_types].xml", "mimetype", "ofd.xml"))
_DRIVE: Final = re.compile(r"[A-Za-z]:")
#: What zipfile raises for bytes that are no sound archive.
_ZIP_ERRORS: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
    OverflowError, IndexError, KeyError, struct.error, RuntimeError,
)  # fmt: skip


def is_archive(stream: IO[bytes]) -> bool:
    """Whether a file that begins like a zip is people's archive and no office document."""
    try:
        with zipfile.ZipFile(stream) as package:
            names = {name.lower() for name in package.namelist()[:MAX_MEMBERS]}
    except _ZIP_ERRORS:
        return False
    finally:
        stream.seek(0)
    return not names & _OFFICE


def members(stream: IO[bytes], source: str, allowance: Allowance, size: int) -> Iterator[Item]:
    """The files in the archive *stream*, each as an item; what cannot be had says why."""
    shown = file_name(source)
    count = _entries(stream, size)
    if count > min(MAX_MEMBERS, allowance.members):
        yield _refused(source, shown, SourceProblem.TOO_MANY, limit=MAX_MEMBERS)
        return
    try:
        package = zipfile.ZipFile(stream)
    except _ZIP_ERRORS:
        yield _refused(source, shown, SourceProblem.DAMAGED, reason="压缩结构不完整")
        return
    with package:
        files = [info for info in package.infolist() if not info.is_dir()]
        allowance.members -= len(files)
        names = [name_of(info) for info in files]
        seen: Counter[str] = Counter()
        found = False
        for info, name in zip(files, names, strict=True):
            found = True
            if is_passed_over(name):
                allowance.ignored += 1
                continue
            seen[name] += 1
            label = name if seen[name] == 1 else f"{name}（第 {seen[name]} 个）"
            yield _item(package, info, name, f"{source}!{label}", allowance)
        if not found:
            yield _refused(source, shown, SourceProblem.EMPTY_ARCHIVE)


def name_of(info: zipfile.ZipInfo) -> str:
    """The member's name as whoever packed it read it, with forward slashes."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030", "cp437"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.partition("\0")[0].replace("\\", "/")


def _entries(stream: IO[bytes], size: int) -> int:
    """How many members the directory at the archive's end announces; zipfile builds an object each."""
    stream.seek(max(0, size - 66_000))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 12 > len(tail):
        return 0
    (count,) = struct.unpack_from("<H", tail, at + 10)
    if count < 0xFFFF:
        # The directory has at least 46 bytes for each; a made-up count is found out by its size.
        (directory,) = struct.unpack_from("<I", tail, at + 12)
        return max(count, directory // 512 if directory != 0xFFFFFFFF else 0)
    return MAX_MEMBERS + 1


def _item(
    package: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, source: str, allowance: Allowance
) -> Item:
    shown = file_name(name)
    parts = name.split("/")
    if ".." in parts or name.startswith("/") or _DRIVE.match(name):
        return _refused(source, shown, SourceProblem.OUTSIDE)
    if info.flag_bits & _ENCRYPTED:
        return _refused(source, shown, SourceProblem.PASSWORD)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return _refused(source, shown, SourceProblem.METHOD)
    if info.file_size > LARGE and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        return _refused(source, shown, SourceProblem.BOMB)
    if info.file_size > MAX_MEMBER:
        limit = MAX_MEMBER // MEBIBYTE
        return _refused(source, shown, SourceProblem.TOO_LARGE, limit=limit)
    if info.file_size > allowance.expanded:
        limit = MAX_EXPANDED // MEBIBYTE
        return _refused(source, shown, SourceProblem.TOO_LARGE, limit=limit)
    allowance.expanded -= info.file_size
    try:
        data = package.read(info)
    except _ZIP_ERRORS:
        return _refused(source, shown, SourceProblem.DAMAGED, reason="无法解开")
    time = _time(info)
    return Item(source, shown, data, time, Moment.FILE, time)


def _time(info: zipfile.ZipInfo) -> datetime | None:
    """When the file was last written: UTC where the packer noted it, else the packer's clock."""
    extra = info.extra
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 0x5455 and length >= 5 and at + 9 <= len(extra) and extra[at + 4] & 1:
            return datetime.fromtimestamp(struct.unpack_from("<i", extra, at + 5)[0], UTC)
        at += 4 + length
    try:
        return datetime(*info.date_time).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _refused(source: str, file: str, problem: SourceProblem, **parameters: object) -> Item:
    return Item(source, file, problem=problem.sentence(file=file, **parameters))


def stream_of(data: bytes) -> IO[bytes]:
    """The bytes of an archive that lies in another one, as a stream."""
    return io.BytesIO(data)
