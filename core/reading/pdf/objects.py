# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""The objects of a PDF file, through pypdf and with every surprise turned into "not there".

pypdf finds the objects, also in damaged files, and undoes the filters; what they mean is up to the
modules above. It is pure Python: nothing it meets can crash the program or run out of our reach.
"""

from __future__ import annotations

from typing import Final

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
        """The data with its filters undone; pypdf bounds what one stream may grow to while undone.

        Raises :class:`NianbaoError` with ``TOO_LARGE`` where it is longer than any page's drawing.
        """
        data = bytes(self._stream.get_data())
        if len(data) > MAX_STREAM_BYTES:
            raise budget.too_large(f"{MAX_STREAM_BYTES // 1024**2} MB 的页面内容")
        budget.spend_bytes(len(data))
        return data


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
