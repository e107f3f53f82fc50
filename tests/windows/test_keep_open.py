"""The frozen program's archive of modules: opened once, its file lent to one reading at a time."""

from __future__ import annotations

import runpy
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, cast

import pytest

HOOK = Path(__file__).parents[2] / "resources" / "windows" / "keep_open.py"


class Files:
    """Opens files for the hook, which leaves them open."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.opened = 0

    def open(self, name: str, mode: str) -> BinaryIO:
        self.opened += 1
        return cast(BinaryIO, self._stack.enter_context(Path(name).open(mode)))


@pytest.fixture
def files() -> Iterator[Files]:
    with ExitStack() as stack:
        yield Files(stack)


@pytest.fixture
def reader(files: Files, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Stands in for PyInstaller's reader, which opens its archive for each module."""
    module = ModuleType("pyimod01_archive")
    monkeypatch.setitem(sys.modules, "pyimod01_archive", module)
    left = runpy.run_path(str(HOOK), {"open": files.open})
    assert [name for name in left if not name.startswith("__")] == ["open"]
    return module


def test_archive_is_opened_once(reader: ModuleType, files: Files, tmp_path: Path) -> None:
    archive = tmp_path / "nianbao.exe"
    archive.write_bytes(b"0123456789")
    with reader.open(str(archive), "rb") as first:
        first.seek(3)
        assert first.read(2) == b"34"
    with reader.open(str(archive), "rb") as second:
        second.seek(0)
        assert second.read(2) == b"01"
    assert files.opened == 1


def test_a_reading_within_a_reading_has_a_file_of_its_own(
    reader: ModuleType, files: Files, tmp_path: Path
) -> None:
    # The collector may run an import in the middle of one.
    archive = tmp_path / "nianbao.exe"
    archive.write_bytes(b"0123456789")
    with reader.open(str(archive), "rb") as outer:
        outer.seek(3)
        with reader.open(str(archive), "rb") as inner:
            assert inner.read(2) == b"01"
        assert outer.read(2) == b"34"
    with reader.open(str(archive), "rb") as again:
        assert again is outer
    assert files.opened == 2


def test_threads_do_not_disturb_each_other(reader: ModuleType, tmp_path: Path) -> None:
    archive = tmp_path / "nianbao.exe"
    archive.write_bytes(bytes(range(256)))
    wrong: list[bytes] = []

    def read(place: int) -> None:
        for _ in range(300):
            with reader.open(str(archive), "rb") as file:
                file.seek(place)
                data = file.read(4)
            if data != bytes(range(place, place + 4)):
                wrong.append(data)

    threads = [threading.Thread(target=read, args=(place,)) for place in (0, 50, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_is_not_there_is_not_found(reader: ModuleType, tmp_path: Path) -> None:
    # PyInstaller's reader says in words that the program was moved away.
    with pytest.raises(FileNotFoundError):
        reader.open(str(tmp_path / "moved.exe"), "rb")
