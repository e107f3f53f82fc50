"""Containers for made-up files: zip packages, OLE files, and damaged copies of their inside."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Iterator, Mapping

from tests.core.reading.sample_2018 import mutated

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def package(members: Mapping[str, str | bytes]) -> bytes:
    """A zip file of *members* in their order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def damaged_inside(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Copies of a zip file in which one or two members are damaged and the zip itself is sound."""
    parts = members(data)
    # Pictures and thumbnails are never opened.
    names = [name for name in parts if name.endswith((".xml", ".rels", ".bin"))]
    dice = random.Random(seed)
    for number in range(count):
        changed = dict(parts)
        for name in dice.sample(names, dice.choice((1, 1, 2))):
            changed[name] = next(iter(mutated(parts[name], 1, seed * 100_003 + number)))
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for name, content in changed.items():
                archive.writestr(name, content)
        yield stream.getvalue()


def ole_file(streams: Mapping[str, bytes]) -> bytes:
    """An OLE container of 512-byte sectors with *streams* at its top level ([MS-CFB]).

    Streams are padded to 4096 bytes, below which they would live in the mini stream.
    """
    padded = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    sectors: list[bytes] = []
    chains: list[int] = []

    def add(content: bytes) -> int:
        first = len(sectors)
        content += b"\0" * (-len(content) % 512)
        for at in range(0, len(content), 512):
            sectors.append(content[at : at + 512])
            chains.append(len(sectors))
        chains[-1] = _END
        return first

    entries = [_entry("Root Entry", 5, 1 if padded else _FREE, _END, 0)]
    for index, (name, content) in enumerate(padded.items(), start=1):
        right = index + 1 if index < len(padded) else _FREE
        entries.append(_entry(name, 2, _FREE, add(content), len(content), right))
    while len(entries) % 4:
        entries.append(_entry("", 0, _FREE, 0, 0))
    directory = add(b"".join(entries))
    fat_count = 1
    while len(sectors) + fat_count > fat_count * 128:
        fat_count += 1
    fat_start = len(sectors)
    chains += [_FAT] * fat_count
    chains += [_FREE] * (fat_count * 128 - len(chains))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, fat_count, directory, 0, 4096, _END, 0, _END, 0,
    )  # fmt: skip
    header += struct.pack("<109I", *range(fat_start, fat_start + fat_count),
                          *[_FREE] * (109 - fat_count))  # fmt: skip
    return header + b"".join(sectors) + struct.pack(f"<{len(chains)}I", *chains)


def _entry(name: str, kind: int, child: int, start: int, size: int, right: int = _FREE) -> bytes:
    encoded = (name + "\0").encode("utf-16-le") if name else b""
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, right, child)
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )
