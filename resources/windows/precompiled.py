"""Shiboken's own Python code, compiled once instead of at every start.

PySide6's wheels carry it as source text inside shiboken's library, where it is compiled each time
a program starts. Shiboken looks first for a folder ``files.dir`` beside itself and then imports the
modules in the usual way: so build.spec compiles them into the program and lays such a folder down.
"""

from __future__ import annotations

from pathlib import Path

from PyInstaller import isolated

#: Where shiboken looks; that it is there is enough, since the modules are in the program's archive.
MARKER_FOLDER = "shiboken6/files.dir"
_MARKER_TEXT = "shiboken6 imports shibokensupport from the program because this folder is here.\n"


@isolated.decorate
def _unpack(folder: str) -> list[str]:
    import sys

    import shiboken6.Shiboken  # noqa: F401 loads what is unpacked

    archive = sys.modules["shibokensupport"].__loader__.zfile
    names = [
        name
        for name in archive.namelist()
        if name.startswith("shibokensupport/") and name.endswith(".py") and "-" not in name
    ]
    archive.extractall(folder, names)
    return [name[: -len(".py")].replace("/__init__", "").replace("/", ".") for name in names]


def shiboken_support(folder: Path) -> tuple[list[str], Path]:
    """Unpack the modules into *folder*; return their names and the file that marks the folder."""
    modules = _unpack(str(folder))
    marker = folder / "README.txt"
    marker.write_text(_MARKER_TEXT, "utf-8")
    return modules, marker
