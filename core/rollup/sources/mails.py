"""Mails saved as .eml or .msg: their attachments, when they were sent, and who sent them.

Not the standard library's ``email``: that loads ``socket``, which the program does without.
Formats: RFC 5322, RFC 2045 to 2047, RFC 2231; [MS-OXMSG].
"""

from __future__ import annotations

import binascii
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final
from urllib.parse import unquote_to_bytes

from core.reading.base.encoding import decode
from core.reading.base.limits import Limits
from core.reading.base.olesafe import SIGNATURE, OleStreams
from core.reading.markup.mht import Entity, entities, headers_of, parameters_of

_MSG_MARK: Final = "__properties_version1.0".encode("utf-16-le")
_WORD: Final = re.compile(r"=\?([^?\s*]+)(?:\*[^?]*)?\?([BbQq])\?([^?]*)\?=")
_BETWEEN_WORDS: Final = re.compile(r"(\?=)\s+(=\?)")
_MONTHS: Final[tuple[str, ...]] = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_DATE: Final = re.compile(
    r"(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([+-]\d{4})?"
)
_ADDRESS: Final = re.compile(r"<?((?<![^\s<>,;\"])[^\s<>,;\"]+@[^\s<>,;\"]+)>?")
_MAIL_HEADERS: Final = frozenset(("from", "to", "subject", "date", "received", "message-id"))
#: [MS-OXPROPS]: client submit time, message delivery time; transport headers, sender, subject.
_TIMES: Final = (0x0039, 0x0E06)
_FILETIME_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Attachment:
    """A file in a mail; ``is_mail``: it is a forwarded message."""

    name: str
    data: bytes
    is_mail: bool = False


@dataclass(frozen=True)
class Mail:
    """What a mail brings. ``senders`` are the sender's address and name; ``body`` as HTML or text."""

    subject: str
    senders: tuple[str, ...]
    sent: datetime | None
    attachments: tuple[Attachment, ...]


def is_eml(data: bytes, name: str) -> bool:
    """Whether *data* is a mail message and no saved web archive."""
    lower = name.lower()
    if lower.endswith((".mht", ".mhtml")):
        return False
    head = data[:4096].lstrip(b"\xef\xbb\xbf\r\n")
    if not re.match(rb"[\x21-\x39\x3b-\x7e]{1,64}:", head):
        return False
    headers = headers_of(data[:65_536])
    known = len(headers.keys() & _MAIL_HEADERS)
    if lower.endswith(".eml"):
        return known >= 1 or "content-type" in headers
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return known >= 3 and (kind == "multipart/mixed" or "received" in headers)


def is_msg(data: bytes) -> bool:
    """Whether *data* is a message as Outlook saves it."""
    return data.startswith(SIGNATURE) and _MSG_MARK in data


def read_eml(data: bytes) -> Mail:
    """The mail in the bytes of an .eml file; damage costs no more than what it hits."""
    headers = headers_of(data)
    attachments: list[Attachment] = []
    for entity in entities(data):
        name = _name(entity)
        if entity.kind == "message/rfc822":
            inner = decoded_words(headers_of(entity.content).get("subject", ""))
            attachments.append(
                Attachment(name or f"{inner or '转发的邮件'}.eml", entity.content, True)
            )
        elif name:
            attachments.append(Attachment(name, entity.content))
    return Mail(
        subject=decoded_words(headers.get("subject", "")),
        senders=_senders(headers),
        sent=date_of(headers.get("date", "")),
        attachments=tuple(attachments),
    )


def _name(entity: Entity) -> str:
    """The attachment's file name; empty for the mail's own text and what is shown inside it."""
    _, disposition = parameters_of(entity.headers.get("content-disposition", ""))
    name = parameter(disposition, "filename") or parameter(entity.parameters, "name")
    return " ".join(name.replace("\\", "/").rpartition("/")[2].split())


def parameter(parameters: Mapping[str, str], name: str) -> str:
    """A parameter's value: in pieces and with an encoding (RFC 2231), as words (RFC 2047), or raw."""
    pieces: list[bytes] = []
    charset = ""
    for number in range(100):
        plain, coded = parameters.get(f"{name}*{number}"), parameters.get(f"{name}*{number}*")
        if number == 0 and plain is None and coded is None:
            coded = parameters.get(f"{name}*")
        if coded is not None:
            if number == 0 and coded.count("'") >= 2:
                charset, _, coded = coded.split("'", 2)
            pieces.append(unquote_to_bytes(coded.encode("latin-1", "replace")))
        elif plain is not None:
            pieces.append(plain.encode("latin-1", "replace"))
        else:
            break
    if pieces:
        return _text(b"".join(pieces), charset)
    return decoded_words(parameters.get(name, ""))


def decoded_words(header: str) -> str:
    """A header's text: encoded words undone, raw bytes (kept as Latin-1) in whatever they are in."""
    joined = _BETWEEN_WORDS.sub(r"\1\2", header)
    runs: list[tuple[str, bytes]] = []
    at = 0
    for found in _WORD.finditer(joined):
        if found.start() > at:
            runs.append(("", joined[at : found.start()].encode("latin-1", "replace")))
        content = _word(found[2], found[3])
        # Some programs cut a character in two between words of one encoding.
        if runs and runs[-1][0] == found[1].lower() and found.start() == at:
            runs[-1] = (runs[-1][0], runs[-1][1] + content)
        else:
            runs.append((found[1].lower(), content))
        at = found.end()
    if at < len(joined):
        runs.append(("", joined[at:].encode("latin-1", "replace")))
    return " ".join("".join(_text(content, charset) for charset, content in runs).split())


def _word(kind: str, text: str) -> bytes:
    raw = text.encode("latin-1", "replace")
    if kind in "Bb":
        digits = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
        digits = digits[: len(digits) - (len(digits) % 4 == 1)]
        return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))
    return binascii.a2b_qp(raw, header=True)


def _text(raw: bytes, charset: str) -> str:
    if raw.isascii():
        return raw.decode("ascii")
    lower = charset.lower()
    for encoding in (("gb18030" if lower.startswith(("gb", "cp936", "hz")) else lower), "utf-8"):
        try:
            if encoding:
                return raw.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return decode(raw).text


def date_of(header: str) -> datetime | None:
    """The moment that a ``Date`` header names; one without a time zone is UTC."""
    found = _DATE.search(header)
    if found is None or found[2].lower() not in _MONTHS:
        return None
    zone = UTC
    if found[7]:
        minutes = int(found[7][1:3]) * 60 + int(found[7][3:])
        zone = timezone(timedelta(minutes=minutes if found[7][0] == "+" else -minutes))
    try:
        month = _MONTHS.index(found[2].lower()) + 1
        day, year, hour, minute, second = (int(found[n] or 0) for n in (1, 3, 4, 5, 6))
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def _senders(headers: Mapping[str, str]) -> tuple[str, ...]:
    text = decoded_words(headers.get("from", ""))
    address = _ADDRESS.search(text)
    name = (text[: address.start()] if address else text).strip(" \"'<")
    return tuple(part for part in (address[1] if address else "", name) if part)


# -- Outlook's own ---------------------------------------------------------------------------------


def read_msg(data: bytes, file: str) -> Mail:
    """The mail in the bytes of a .msg file. Raises :class:`NianbaoError` where it is damaged."""
    budget = Limits().start(file)
    streams = OleStreams(data, budget)
    paths = streams.paths()
    top = {path[0].lower(): path for path in paths if len(path) == 1}

    def text(store: tuple[str, ...], tag: str) -> str:
        for path in paths:
            if path[:-1] == store and path[-1].lower() == f"__substg1.0_{tag}001f":
                return streams.read_path(path).decode("utf-16-le", "replace").rstrip("\0")
        for path in paths:
            if path[:-1] == store and path[-1].lower() == f"__substg1.0_{tag}001e":
                return _text(streams.read_path(path).rstrip(b"\0"), "")
        return ""

    headers = headers_of(text((), "007d").encode("utf-8"))
    properties = top.get("__properties_version1.0")
    sent = date_of(headers.get("date", ""))
    if sent is None and properties is not None:
        sent = _submitted(streams.read_path(properties))
    attachments: list[Attachment] = []
    stores = sorted({p[0] for p in paths if p[0].lower().startswith("__attach_version1.0_")})
    for store in stores:
        for path in paths:
            if path[:-1] == (store,) and path[-1].lower() == "__substg1.0_37010102":
                name = text((store,), "3707") or text((store,), "3704") or "附件"
                attachments.append(Attachment(name.strip(), streams.read_path(path)))
    address = text((), "5d01") or text((), "0c1f")
    senders = (address if "@" in address else "", text((), "0c1a"))
    return Mail(
        subject=text((), "0037"),
        senders=tuple(part for part in senders if part),
        sent=sent,
        attachments=tuple(attachments),
    )


def _submitted(properties: bytes) -> datetime | None:
    """When the mail was sent, from the stream of fixed properties: 32 bytes, then 16 a property."""
    found: dict[int, datetime] = {}
    for at in range(32, len(properties) - 15, 16):
        kind, tag = struct.unpack_from("<HH", properties, at)
        if kind == 0x0040 and tag in _TIMES:
            (ticks,) = struct.unpack_from("<Q", properties, at + 8)
            try:
                found[tag] = _FILETIME_EPOCH + timedelta(microseconds=ticks // 10)
            except OverflowError:
                continue
    return next((found[tag] for tag in _TIMES if tag in found), None)


def read_mail(data: bytes, file: str) -> Mail:
    """The mail in *data*, however it was saved. Raises :class:`NianbaoError`."""
    return read_msg(data, file) if is_msg(data) else read_eml(data)
