"""File names that every system takes, made from what people call their reports.

An office's name goes into the proposed file name, and office names contain what Windows forbids
(``教育局/体育局``, ``"双公示"专班``). The rules are those of Microsoft's *Naming Files, Paths, and
Namespaces*; a report is also carried to systems with 255 bytes a name, hence the limit in bytes.
"""

from __future__ import annotations

import unicodedata
from typing import Final

#: What no name may contain, besides control characters.
FORBIDDEN: Final = '\\/:*?"<>|'
# Full-width twins keep what the name says; people do not mistake them for something else.
_FULL_WIDTH: Final = str.maketrans(FORBIDDEN, "＼／：＊？＂＜＞｜")
_DEVICES: Final = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
    + [f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"]
)
# Control, format (invisible, some reverse the reading direction), surrogate, unassigned, line and
# paragraph separators. Private use stays: rare characters of personal names live there.
_INVISIBLE: Final = frozenset(["Cc", "Cf", "Cs", "Cn", "Zl", "Zp"])

MAX_BYTES: Final = 200
"""Longest mended name in UTF-8 with its suffix: room to 255 for backups' and copies' additions."""


def mended(name: str, suffix: str = "", fallback: str = "报表") -> str:
    r"""*name* with *suffix*, changed as little as needed to be a file name everywhere.

    ``mended('教育局/体育局 2019年度', '.nianbao')`` is ``'教育局／体育局 2019年度.nianbao'``.

    Args:
        name: what the file should be called, without folder and suffix.
        suffix: appended as it is, such as ``.nianbao``.
        fallback: taken where nothing of *name* is left.

    Returns:
        A name of at most ``MAX_BYTES`` bytes in UTF-8 without ``\ / : * ? " < > |``, invisible
        characters, device names, and blanks or full stops at its ends. Mending it again changes
        nothing.
    """
    spaced = " ".join(name.split())
    visible = "".join(sign for sign in spaced if unicodedata.category(sign) not in _INVISIBLE)
    stem = _trimmed(unicodedata.normalize("NFC", visible).translate(_FULL_WIDTH))
    stem = _trimmed(_cut(stem, MAX_BYTES - len(suffix.encode())))
    if is_device(stem):
        # "CON.1" is the device too: what counts stands before the first full stop.
        head, stop, tail = stem.partition(".")
        stem = f"{head.rstrip()}_{stop}{tail}"
    return (stem or fallback) + suffix


def _trimmed(name: str) -> str:
    """Without blanks and full stops at the end, which Windows drops, and blanks at the start."""
    while name != (shorter := " ".join(name.split()).rstrip(" .")):
        name = shorter
    return name


def _cut(name: str, limit: int) -> str:
    """*name* in at most *limit* bytes of UTF-8, no character parted from its combining marks."""
    if len(name.encode()) <= limit:
        return name
    end = len(name.encode()[:limit].decode(errors="ignore"))
    while end > 0 and unicodedata.combining(name[end]):
        end -= 1
    return name[:end]


def is_device(name: str) -> bool:
    """Whether Windows takes *name* for a device, whatever follows its first full stop."""
    return name.partition(".")[0].rstrip().upper() in _DEVICES
