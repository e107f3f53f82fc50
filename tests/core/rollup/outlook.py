"""A .msg file as Outlook saves it: storages, streams, properties ([MS-CFB], [MS-OXMSG])."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from itertools import pairwise

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

Tree = dict[str, "bytes | Tree"]


def message(
    subject: str, sender: tuple[str, str], sent: datetime, attachments: dict[str, bytes]
) -> bytes:
    """A mail from *sender* (address, name) with these files."""
    ticks = int((sent - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
    properties = bytes(32) + struct.pack("<HHIQ", 0x0040, 0x0039, 6, ticks)
    tree: Tree = {
        "__properties_version1.0": properties,
        "__substg1.0_0037001F": subject.encode("utf-16-le"),
        "__substg1.0_0C1A001F": sender[1].encode("utf-16-le"),
        "__substg1.0_5D01001F": sender[0].encode("utf-16-le"),
    }
    for number, (name, content) in enumerate(attachments.items()):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": bytes(24),
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            "__substg1.0_37010102": content,
        }
    return compound(tree)


def compound(tree: Tree) -> bytes:
    """An OLE container of 512-byte sectors; streams up to 4095 bytes go into the mini stream."""
    sectors: list[bytes] = []
    chains: list[int] = []
    mini = bytearray()
    mini_chains: list[int] = []

    def add(content: bytes) -> int:
        first = len(sectors)
        content += bytes(-len(content) % 512)
        for at in range(0, len(content), 512):
            sectors.append(content[at : at + 512])
            chains.append(len(sectors))
        if len(sectors) > first:
            chains[-1] = _END
            return first
        return _END

    def add_small(content: bytes) -> int:
        if not content:
            return _END
        first = len(mini_chains)
        mini.extend(content + bytes(-len(content) % 64))
        mini_chains.extend(range(first + 1, len(mini) // 64 + 1))
        mini_chains[-1] = _END
        return first

    names: list[str] = ["Root Entry"]
    #: kind, next sibling, first child, first sector, size
    entries: list[list[int]] = [[5, _FREE, _FREE, 0, 0]]

    def put(children: Tree, parent: int) -> None:
        places: list[int] = []
        for name, content in children.items():
            places.append(len(entries))
            names.append(name)
            if isinstance(content, dict):
                entries.append([1, _FREE, _FREE, 0, 0])
                put(content, places[-1])
            else:
                start = add(content) if len(content) >= 4096 else add_small(content)
                entries.append([2, _FREE, _FREE, start, len(content)])
        entries[parent][2] = places[0] if places else _FREE
        for one, other in pairwise(places):
            entries[one][1] = other

    put(tree, 0)
    entries[0][3], entries[0][4] = add(bytes(mini)), len(mini)
    mini_fat = add(struct.pack(f"<{len(mini_chains)}I", *mini_chains)) if mini_chains else _END
    mini_fat_count = (len(mini_chains) * 4 + 511) // 512
    table = b"".join(_entry(name, *entry) for name, entry in zip(names, entries, strict=True))
    table += _entry("", 0, _FREE, _FREE, 0, 0) * (-len(entries) % 4)
    directory = add(table)
    fat_count = 1
    while len(sectors) + fat_count > fat_count * 128:
        fat_count += 1
    fat_start = len(sectors)
    chains += [_FAT] * fat_count
    chains += [_FREE] * (fat_count * 128 - len(chains))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, fat_count, directory, 0, 4096, mini_fat, mini_fat_count, _END, 0,
    )  # fmt: skip
    places = [*range(fat_start, fat_start + fat_count), *[_FREE] * (109 - fat_count)]
    header += struct.pack("<109I", *places)
    return header + b"".join(sectors) + struct.pack(f"<{len(chains)}I", *chains)


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le") if name else b""
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
