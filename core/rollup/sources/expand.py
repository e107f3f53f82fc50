"""One file of the folder as items: itself, or what the archive or mail that it is holds."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, NamedTuple

from core.problems import NianbaoError
from core.rollup.model import Moment
from core.rollup.sources.items import (
    MAX_DEPTH,
    MAX_MEMBER,
    MEBIBYTE,
    Allowance,
    Item,
    SourceProblem,
    file_name,
    is_passed_over,
)
from core.rollup.sources.mails import Mail, is_eml, is_msg, read_mail
from core.rollup.sources.zips import is_archive, members
from core.storage.filesystem import FileSystem

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
#: Archives that are known by their first bytes and cannot be opened here.
_OTHER_ARCHIVES: Final = (
    (b"Rar!\x1a\x07", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "GZ"),
    (b"BZh", "BZ2"), (b"\xfd7zXZ\0", "XZ"), (b"MSCF", "CAB"), (b"\x60\xea", "ARJ"),
    (b"PK\x07\x08PK", "分卷 ZIP"), (b"\x28\xb5\x2f\xfd", "ZST"),
)  # fmt: skip


class Depth(NamedTuple):
    """The archives and the mails that an item lies in."""

    zips: int = 0
    mails: int = 0


_TOP: Final = Depth()


def expand(path: Path, source: str, allowance: Allowance, fs: FileSystem) -> Iterator[Item]:
    """The items that the file *path* holds; never raises for what the file is or does.

    An archive is read from disk a member at a time; everything else is small enough to be read.
    """
    name = file_name(source)
    try:
        with open(fs.native(path), "rb") as stream:  # noqa: PTH123 - the native spelling is a string
            size = stream.seek(0, io.SEEK_END)
            time = datetime.fromtimestamp(fs.modified(path), UTC)
            stream.seek(0)
            yield from _opened(stream, size, source, name, time, allowance)
    except FileNotFoundError:
        yield Item(source, name, problem=SourceProblem.GONE.sentence(file=name))
    except PermissionError:
        reason = "没有权限，或正被其他程序占用"
        yield Item(source, name, problem=SourceProblem.FILE.sentence(file=name, reason=reason))
    except (OSError, ValueError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "文件名或路径有误"
        yield Item(source, name, problem=SourceProblem.FILE.sentence(file=name, reason=reason))


def _opened(
    stream: IO[bytes], size: int, source: str, name: str, time: datetime, allowance: Allowance
) -> Iterator[Item]:
    head = stream.read(8)
    stream.seek(0)
    if head.startswith(_ZIP) and is_archive(stream):
        for item in _archive(stream, size, source, Depth(zips=1), allowance):
            yield item if item.filed is not None else replace(item, filed=time)
        return
    if size > MAX_MEMBER:
        limit = MAX_MEMBER // MEBIBYTE
        problem = SourceProblem.TOO_LARGE.sentence(file=name, limit=limit)
        yield Item(source, name, problem=problem)
        return
    data = stream.read(MAX_MEMBER + 1)
    yield from _taken_apart(Item(source, name, data, time, filed=time), _TOP, allowance)


def _archive(
    stream: IO[bytes], size: int, source: str, depth: Depth, allowance: Allowance
) -> Iterator[Item]:
    for item in members(stream, source, allowance, size):
        yield from _taken_apart(item, depth, allowance)


def _taken_apart(item: Item, depth: Depth, allowance: Allowance) -> Iterator[Item]:
    """*item* itself, or what is in it; *depth* counts the archives and mails it lies in."""
    data = item.data
    if item.problem:
        yield item
    elif data.startswith(_ZIP) and is_archive(io.BytesIO(data)):
        if depth.zips >= MAX_DEPTH:
            yield _refused(item, SourceProblem.TOO_DEEP)
            return
        deeper = depth._replace(zips=depth.zips + 1)
        for inner in _archive(io.BytesIO(data), len(data), item.source, deeper, allowance):
            yield _sent_with(inner, item)
    elif (kind := _other_archive(data)) is not None:
        yield _refused(item, SourceProblem.ARCHIVE, kind=kind)
    elif is_msg(data) or is_eml(data, item.name):
        if depth.mails >= MAX_DEPTH:
            yield _refused(item, SourceProblem.TOO_DEEP)
            return
        yield from _mail(item, depth, allowance)
    else:
        yield item


def _mail(item: Item, depth: Depth, allowance: Allowance) -> Iterator[Item]:
    try:
        mail = read_mail(item.data, item.name)
    except NianbaoError as error:
        yield replace(item, data=b"", problem=str(error))
        return
    found = False
    for number, attachment in enumerate(mail.attachments):
        if is_passed_over(attachment.name):
            allowance.ignored += 1
            continue
        if _is_decoration(attachment.name, attachment.data):
            # Logos in signatures and read receipts are part of the mail's own text.
            continue
        found = True
        again = sum(other.name == attachment.name for other in mail.attachments[:number])
        label = attachment.name + (f"（第 {again + 1} 个）" if again else "")
        allowance.members -= 1
        if allowance.members < 0:
            yield _refused(item, SourceProblem.TOO_MANY, limit=0)
            return
        sent = _sent(item, mail)
        inner = Item(f"{item.source}!{label}", attachment.name, attachment.data, *sent)
        inner = replace(inner, filed=item.filed, hints=(*mail.senders, mail.subject))
        yield from _taken_apart(inner, depth._replace(mails=depth.mails + 1), allowance)
    if not found:
        # A table pasted into the mail itself is read as a web archive is.
        time, moment = _sent(item, mail)
        yield replace(item, time=time, moment=moment, hints=(*mail.senders, mail.subject))


def _sent(item: Item, mail: Mail) -> tuple[datetime | None, Moment]:
    return (mail.sent, Moment.MAIL) if mail.sent is not None else (item.time, item.moment)


def _sent_with(inner: Item, outer: Item) -> Item:
    """A member of an archive that came by mail was sent when the mail was."""
    if outer.moment is not Moment.MAIL or inner.moment is Moment.MAIL:
        return inner
    return replace(inner, time=outer.time, moment=outer.moment, hints=(*inner.hints, *outer.hints))


def _is_decoration(name: str, data: bytes) -> bool:
    """Whether an attachment is a picture inside the text, too small to be a scanned report."""
    return name.lower().endswith((".gif", ".png", ".jpg", ".ico", ".ics", ".vcf", ".p7s")) and (
        len(data) < 20_000
    )


def _other_archive(data: bytes) -> str | None:
    for signature, kind in _OTHER_ARCHIVES:
        if data.startswith(signature):
            return kind
    if data[257:262] == b"ustar":
        return "TAR"
    return "LZH" if data[2:5] in (b"-lh", b"-lz") else None


def _refused(item: Item, problem: SourceProblem, **parameters: object) -> Item:
    sentence = problem.sentence(file=item.name, **parameters)
    return replace(item, data=b"", problem=sentence)
