"""A message to be sent, as a draft that mail programs open for editing (.eml).

The program itself sends nothing: the user's mail program shows the draft, and the user sends it.
Not the standard library's ``email``: that loads ``socket``, which the program does without.

Format: RFC 5322 (message), RFC 2045 to 2047 (MIME, names in headers), RFC 2231 (file names).
``X-Unsent: 1`` is what Outlook, Thunderbird and others open as a draft by.
"""

from __future__ import annotations

import binascii
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from core.problems import NianbaoError, Problem

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: Longest line that RFC 5322 (2.1.1) asks for, without its line break.
_LINE: Final = 76
#: An encoded word (RFC 2047, 2) of 64 characters leaves room for "Subject: " in a line.
#: ``=?UTF-8?B?`` and ``?=`` take 12 of them, and base64 makes 4 characters of 3 bytes.
_WORD_BYTES: Final = (64 - 12) // 4 * 3
#: Octets of a piece of a long parameter, before they are percent-encoded.
_PIECE_BYTES: Final = 16
#: What stands before an extended parameter's value: its charset, and no language (RFC 2231, 4).
_CHARSET: Final = "UTF-8''"
#: What :rfc:`5322` calls an atom, and dots, for what stands before the @.
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
_NAMED: Final = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>\s*")


class DraftProblem(Problem):
    """Why a draft cannot be written."""

    ADDRESS = "“{text}”不是邮箱地址，请写成 name@example.cn；有多个收件人时用分号隔开。"


@dataclass(frozen=True)
class Attachment:
    """A file that goes with the message."""

    name: str
    content: bytes
    kind: str = XLSX_TYPE


@dataclass(frozen=True)
class Recipient:
    """Whom a message is for; ``name`` may be empty."""

    address: str
    name: str = ""


def recipients_of(text: str) -> tuple[Recipient, ...]:
    """The recipients that people write: addresses, or ``名字 <地址>``, between ``;`` or ``,``.

    Raises :class:`NianbaoError` naming what is no address.
    """
    found: list[Recipient] = []
    for part in re.split(r"[;,\n]", unicodedata.normalize("NFKC", text).replace("、", ";")):
        if not part.strip():
            continue
        named = _NAMED.fullmatch(part)
        name, address = (
            (named["name"].strip(), named["address"].strip()) if named else ("", part.strip())
        )
        if not _ADDRESS.fullmatch(address):
            raise NianbaoError(DraftProblem.ADDRESS, text=part.strip()[:60])
        found.append(Recipient(address, name.strip('" ')))
    return tuple(found)


def draft(
    subject: str,
    text: str,
    attachments: Sequence[Attachment] = (),
    recipients: Sequence[Recipient] = (),
) -> bytes:
    """The bytes of an .eml file with *subject*, a plain *text* and *attachments*."""
    digest = hashlib.sha256(text.encode())
    for attachment in attachments:
        digest.update(attachment.content)
    # "=_" occurs neither in base64 nor in quoted-printable text (RFC 2045, 6.7).
    boundary = f"=_{digest.hexdigest()[:32]}"
    lines = ["X-Unsent: 1", "MIME-Version: 1.0"]
    if recipients:
        lines.append(_recipients_line(recipients))
    lines.append(_folded("Subject", _words(subject)))
    lines.append(f'Content-Type: multipart/mixed;\r\n boundary="{boundary}"')
    lines += ["", f"--{boundary}"]
    lines += ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", ""]
    lines += _base64("\r\n".join(text.splitlines()).encode())
    for attachment in attachments:
        lines += [f"--{boundary}", *_attachment_lines(attachment)]
    lines += [f"--{boundary}--", ""]
    return "\r\n".join(lines).encode("ascii")


def _attachment_lines(attachment: Attachment) -> Iterator[str]:
    name = _plain(attachment.name)
    # Mail programs that do not know RFC 2231 take the name from Content-Type, as an encoded word.
    words = list(_words(name))
    yield f"Content-Type: {attachment.kind};"
    yield f' name="{words[0]}' + "".join(f"\r\n {word}" for word in words[1:]) + '"'
    yield "Content-Transfer-Encoding: base64"
    pieces = list(_cut(name, _PIECE_BYTES))
    parameters = [
        f" filename*{number}*={'' if number else _CHARSET}{quote(piece, safe='')}"
        for number, piece in enumerate(pieces)
    ]
    if len(pieces) == 1:
        parameters = [f" filename*={_CHARSET}{quote(name, safe='')}"]
    yield "Content-Disposition: attachment;"
    yield ";\r\n".join(parameters)
    yield ""
    yield from _base64(attachment.content)


def _recipients_line(recipients: Sequence[Recipient]) -> str:
    shown: list[str] = []
    for recipient in recipients:
        name = _plain(recipient.name)
        if not name:
            shown.append(recipient.address)
        elif re.fullmatch(r"[A-Za-z0-9 ]+", name):
            shown.append(f"{name} <{recipient.address}>")
        else:
            shown.append(" ".join((*_words(name), f"<{recipient.address}>")))
    return "To: " + ",\r\n ".join(text.replace("?= =?", "?=\r\n =?") for text in shown)


def _folded(name: str, words: Iterable[str]) -> str:
    return f"{name}: " + "\r\n ".join(words)


def _words(text: str) -> Iterator[str]:
    """*text* as encoded words (RFC 2047), each with whole characters only; plain where it may be."""
    text = _plain(text)
    if len(text) < _LINE - 20 and re.fullmatch(r"[A-Za-z0-9 ._-]*", text):
        yield text
        return
    for piece in _cut(text, _WORD_BYTES):
        yield f"=?UTF-8?B?{binascii.b2a_base64(piece.encode(), newline=False).decode()}?="


def _cut(text: str, most: int) -> Iterator[str]:
    """*text* in pieces of at most *most* bytes of UTF-8."""
    piece, size = "", 0
    for character in text:
        length = len(character.encode())
        if size + length > most:
            yield piece
            piece, size = "", 0
        piece += character
        size += length
    yield piece


def _plain(text: str) -> str:
    """*text* on one line: a line break in a name must not begin another header."""
    shown = "".join(" " if unicodedata.category(c).startswith("C") else c for c in text)
    return " ".join(shown.split())


def _base64(content: bytes) -> Iterator[str]:
    step = _LINE // 4 * 3
    for start in range(0, len(content), step):
        yield binascii.b2a_base64(content[start : start + step], newline=False).decode()
