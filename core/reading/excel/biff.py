"""Numbers and error codes as both binary Excel formats (.xls, .xlsb) store them."""

from __future__ import annotations

import math
import struct
from decimal import Decimal
from typing import Final

#: [MS-XLS] 2.5.10 BErr
ERRORS: Final = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip


def double_text(raw: bytes) -> str:
    """An IEEE double as the shortest decimal text that stands for it; "" where it is no number.

    The file holds a binary number; it leaves this function as text and is never calculated with.
    """
    (value,) = struct.unpack("<d", raw)
    return repr(value) if math.isfinite(value) else ""


def rk_text(packed: int) -> str:
    """An RK number: 30 bits of an integer or of a double's upper half, perhaps in hundredths
    ([MS-XLS] 2.5.217)."""
    if packed & 2:
        value = packed >> 2
        text = str(value - (1 << 30) if value & (1 << 29) else value)
    else:
        text = double_text(struct.pack("<II", 0, packed & 0xFFFFFFFC))
    return str(Decimal(text) / 100) if packed & 1 and text else text
