"""SHA-256 and random names, without the large libraries that Python's own modules for them bring.

``hashlib`` and ``secrets`` load all of OpenSSL, 3.5 MB of a program whose start is counted; nothing
here is a secret. The digests are the same ones.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Protocol, cast


class _Digest(Protocol):
    def hexdigest(self) -> str: ...


class _Hasher(Protocol):
    def __call__(self, data: bytes) -> _Digest: ...


def _own_sha256() -> _Hasher:
    """Python's own implementation, which its ``random`` takes likewise; else OpenSSL's."""
    # Its module is _sha2 from Python 3.12 on, _sha256 before.
    for name in ("_sha2", "_sha256", "hashlib"):
        try:
            return cast(_Hasher, import_module(name).sha256)
        except ImportError:
            continue
    raise ImportError("sha256")


_SHA256 = _own_sha256()


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of *data*, in 64 hexadecimal digits."""
    return _SHA256(data).hexdigest()


def random_hex(size: int) -> str:
    """Two hexadecimal digits for each of *size* random bytes: names that no other file has."""
    return os.urandom(size).hex()
