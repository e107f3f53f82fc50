"""Takes a mail message (RFC 2045, RFC 2046) apart, which is what a saved web archive (.mht) is too.

Not the standard library's ``email``: that loads ``socket``, which the program does without.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_HEADER_END: Final = re.compile(rb"\r?\n[ \t]*\r?\n")
_FOLDED: Final = re.compile(rb"\r?\n(?=[ \t])")
_PARAMETER: Final = re.compile(
    r";\s*([A-Za-z0-9*_-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\s\"]*))", re.DOTALL
)
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]")
#: Browsers write one level of parts, mail programs two or three.
_MAX_DEPTH: Final = 8
#: A page with a thousand pictures; what follows is left out.
_MAX_PARTS: Final = 2000
#: Headers of a part; what follows counts as none.
_MAX_HEADER: Final = 64 * 1024


@dataclass(frozen=True)
class Part:
    """A part that has no parts itself.

    ``kind`` is the type it says it is, in small letters (``text/html``), ``charset`` what it says
    of its encoding, ``content`` its bytes with the transfer encoding undone.
    """

    kind: str
    charset: str | None
    content: bytes


@dataclass(frozen=True)
class Entity:
    """A part with its headers, by name in small letters, as they are written; see :class:`Part`.

    ``body`` is its bytes as the message has them.
    """

    headers: dict[str, str]
    kind: str
    parameters: dict[str, str]
    body: memoryview

    @property
    def content(self) -> bytes:
        """The bytes with the transfer encoding undone."""
        return _decoded(bytes(self.body), self.headers.get("content-transfer-encoding", ""))


def parts(message: bytes) -> Iterator[Part]:
    """The parts of *message* in their order; see :func:`entities`."""
    for entity in entities(message):
        yield Part(entity.kind, entity.parameters.get("charset") or None, entity.content)


def headers_of(message: bytes) -> dict[str, str]:
    """The headers of *message* itself, by name in small letters; bytes as Latin-1 characters."""
    return _divide(message, 0, len(message))[0]


def entities(message: bytes) -> Iterator[Entity]:
    """The parts of *message* that have no parts themselves, in their order.

    Damage is met as mail programs meet it: what can be made out counts, a part that is cut short
    ends where the bytes end. Parts nested deeper than anyone writes them are left out.
    """
    # Places in the message and no copies: it may be large, and nested.
    waiting = [(0, len(message), 0)]
    count = 0
    while waiting and count < _MAX_PARTS:
        begin, end, depth = waiting.pop()
        count += 1
        headers, begin = _divide(message, begin, end)
        kind, parameters = parameters_of(headers.get("content-type", ""))
        boundary = parameters.get("boundary", "")
        if kind.startswith("multipart/") and boundary:
            if depth < _MAX_DEPTH:
                inner = _between(message, begin, end, boundary.encode("latin-1", "replace"))
                waiting.extend((first, last, depth + 1) for first, last in reversed(inner))
            continue
        yield Entity(headers, kind, parameters, memoryview(message)[begin:end])


def _divide(message: bytes, begin: int, end: int) -> tuple[dict[str, str], int]:
    """Headers by name in small letters (the first of each counts), and where the body begins."""
    if message.startswith((b"\n", b"\r\n"), begin, end):
        return {}, message.index(b"\n", begin) + 1
    stop = _HEADER_END.search(message, begin, end)
    last, body = (stop.start(), stop.end()) if stop else (end, end)
    head = message[begin : min(last, begin + _MAX_HEADER)]
    headers: dict[str, str] = {}
    for line in _FOLDED.sub(b"", head.lstrip()).splitlines():
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return headers, body


def parameters_of(header: str) -> tuple[str, dict[str, str]]:
    """A header's value and its parameters; plain text, where nothing is said (RFC 2045, 5.2)."""
    kind = header.partition(";")[0].strip().lower() or "text/plain"
    parameters = {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) if quoted else plain
        for name, quoted, plain in _PARAMETER.findall(header)
    }
    return kind, parameters


def _between(message: bytes, begin: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
    """What stands between the lines that begin with the boundary."""
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    found: list[tuple[int, int]] = []
    first: int | None = None
    # The line break before a body belongs to its first boundary.
    for match in line.finditer(message, max(begin - 1, 0), end):
        if first is not None:
            found.append((_after_line(message, first, match.start()), match.start()))
        first = None if match[1] else match.end()
        if match[1] or len(found) > _MAX_PARTS:
            break
    if first is not None and len(found) <= _MAX_PARTS:
        found.append((_after_line(message, first, end), end))
    return found


def _after_line(message: bytes, begin: int, end: int) -> int:
    """*begin*, or what follows the line break there."""
    begin += message.startswith(b"\r", begin, end)
    return begin + message.startswith(b"\n", begin, end)


def _decoded(body: bytes, encoding: str) -> bytes:
    match encoding.strip().lower():
        case "base64":
            digits = _NOT_BASE64.sub(b"", body)
            # A last digit on its own carries no whole byte.
            digits = digits[: len(digits) - (len(digits) % 4 == 1)]
            return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))
        case "quoted-printable":
            return binascii.a2b_qp(body)
        case _:
            return body
