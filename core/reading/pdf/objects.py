# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""The objects of a PDF file, through pypdf and with every surprise turned into "not there".

pypdf finds the objects, also in damaged files, and undoes the filters; what they mean is up to the
modules above. It is pure Python: nothing it meets can crash the program or run out of our reach.
"""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from typing import Final

from pypdf import apply_configuration
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    PdfObject,
    StreamObject,
)

from core.reading.base.limits import Budget

#: A page full of ruled lines takes some 100 kB, the character table of a whole font 300 kB.
MAX_STREAM_BYTES: Final = 4 * 1024**2
MAX_TEXT_FILTERED: Final = 1024**2


class PdfDict:
    """A dictionary object; references are followed, and a missing or odd entry reads as absent."""

    def __init__(self, source: DictionaryObject) -> None:
        self._source = source

    def get(self, key: str) -> object:
        """The entry as :class:`PdfDict`, :class:`PdfStream`, list, str, number or ``None``."""
        return resolve(self._source.get(key))

    def dict(self, key: str) -> PdfDict | None:
        """The entry where it is a dictionary (or a stream, which has one)."""
        value = self.get(key)
        return value if isinstance(value, PdfDict) else None

    def stream(self, key: str) -> PdfStream | None:
        """The entry where it is a stream."""
        value = self.get(key)
        return value if isinstance(value, PdfStream) else None

    def array(self, key: str) -> list[object]:
        """The entries of an array, resolved; empty where it is none."""
        value = self.get(key)
        return [resolve(item) for item in value] if isinstance(value, list) else []

    def name(self, key: str) -> str:
        """The entry where it is a name such as ``/Type0``; else ``""``."""
        value = self.get(key)
        return value if isinstance(value, str) else ""

    @property
    def identity(self) -> int:
        """Tells two objects apart, to notice one that contains itself."""
        return id(self._source)


class PdfStream(PdfDict):
    """A stream object: a dictionary and data."""

    def __init__(self, source: StreamObject) -> None:
        super().__init__(source)
        self._stream = source

    def data(self, budget: Budget) -> bytes:
        """The data with its filters undone; :func:`bounded` bounds what it may grow to on the way.

        Raises :class:`NianbaoError` with ``TOO_LARGE`` where it is longer than any page's drawing.
        """
        data = bytes(self._stream.get_data())
        if len(data) > MAX_STREAM_BYTES:
            raise budget.too_large(f"{MAX_STREAM_BYTES // 1024**2} MB 的页面内容")
        budget.spend_bytes(len(data))
        return data


def bounded() -> AbstractContextManager[object]:
    """Within this, pypdf undoes the filters of no stream that would grow beyond reason.

    Object streams and the like are of the size of pages; pictures, which are larger, are not undone.
    """
    most = 2 * MAX_STREAM_BYTES
    return apply_configuration(
        maximum_declared_stream_length=75_000_000,
        array_based_stream_maximum_output_length=most,
        lzw_maximum_output_length=most,
        run_length_maximum_output_length=most,
        zlib_maximum_output_length=most,
        zlib_maximum_recovery_input_length=256 * 1024,
        brotli_maximum_output_length=most,
        flate_maximum_row_length=1_000_000,
        stream_decoding_work_maximum_length=4 * MAX_STREAM_BYTES,
        jbig2dec_binary=None,
    )


def check_text_filters(data: bytes, budget: Budget) -> None:
    """Refuses a file with streams as ASCII text that is too large for them.

    Undoing ASCII85 takes a hundred bytes of memory for one of the file.
    """
    if len(data) <= MAX_TEXT_FILTERED:
        return
    for name in _NAME.finditer(data):
        plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name[0])
        if plain in (b"/A85", b"/ASCII85Decode", b"/AHx", b"/ASCIIHexDecode"):
            limit = MAX_TEXT_FILTERED // 1024**2
            raise budget.too_large(f"{limit} MB（内容以 ASCII 编码的 PDF）")


_NAME: Final = re.compile(rb"/(?:A|#41)[A-Za-z0-9#]{2,50}")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")


def resolve(value: object) -> object:
    """*value* with its reference followed, in terms of this module; see :meth:`PdfDict.get`."""
    if isinstance(value, PdfObject):
        value = value.get_object()
    if isinstance(value, StreamObject):
        return PdfStream(value)
    if isinstance(value, DictionaryObject):
        return PdfDict(value)
    if isinstance(value, ArrayObject):
        return list(value)
    if isinstance(value, NameObject):
        return str(value)
    return value


def number(value: object, default: float) -> float:
    """A coordinate or width; *default* where *value* is no sane number."""
    if isinstance(value, bool) or value is None:
        return default
    try:
        result = float(value)  # pyright: ignore[reportArgumentType]
    except (TypeError, ValueError, OverflowError):
        return default
    return result if -1e7 < result < 1e7 else default
