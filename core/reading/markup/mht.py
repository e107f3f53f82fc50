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
    """A part with its headers, by name in small letters, as they are written; see :class:`Part`."""

    headers: dict[str, str]
    kind: str
    parameters: dict[str, str]
    content: bytes


def parts(message: bytes) -> Iterator[Part]:
    """The parts of *message* in their order; see :func:`entities`."""
    for entity in entities(message):
        yield Part(entity.kind, entity.parameters.get("charset") or None, entity.content)


def headers_of(message: bytes) -> dict[str, str]:
    """The headers of *message* itself, by name in small letters; bytes as Latin-1 characters."""
    return _divide(message)[0]


def entities(message: bytes) -> Iterator[Entity]:
    """The parts of *message* that have no parts themselves, in their order.

    Damage is met as mail programs meet it: what can be made out counts, a part that is cut short
    ends where the bytes end. Parts nested deeper than anyone writes them are left out.
    """
    waiting = [(message, 0)]
    while waiting:
        entity, depth = waiting.pop()
        headers, body = _divide(entity)
        kind, parameters = parameters_of(headers.get("content-type", ""))
        boundary = parameters.get("boundary", "")
        if kind.startswith("multipart/") and boundary:
            if depth < _MAX_DEPTH:
                inner = _between(body, boundary.encode("latin-1", "replace"))
                waiting.extend((part, depth + 1) for part in reversed(inner))
            continue
        content = _decoded(body, headers.get("content-transfer-encoding", ""))
        yield Entity(headers, kind, parameters, content)


def _divide(entity: bytes) -> tuple[dict[str, str], bytes]:
    """Headers by name in small letters (the first of each counts), and the body."""
    if entity[:1] == b"\n" or entity[:2] == b"\r\n":
        return {}, entity.split(b"\n", 1)[1]
    end = _HEADER_END.search(entity)
    head, body = (entity[: end.start()], entity[end.end() :]) if end else (entity, b"")
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


def _between(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between the lines that begin with the boundary."""
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    found: list[bytes] = []
    begin: int | None = None
    for match in line.finditer(body):
        if begin is not None:
            found.append(_first_line_off(body[begin : match.start()]))
        begin = None if match[1] else match.end()
        if match[1]:
            break
    if begin is not None:
        found.append(_first_line_off(body[begin:]))
    return found


def _first_line_off(part: bytes) -> bytes:
    """*part* without the line break that ended the boundary's line."""
    return part.removeprefix(b"\r").removeprefix(b"\n")


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
