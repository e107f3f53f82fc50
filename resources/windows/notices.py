"""The notices that the licences of the installed libraries ask for, gathered from what is installed.

Only `build.spec` uses it. Packages whose wheel brings no licence text (PySide6) are under the GNU
licences in resources/licenses, which are installed beside.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

_LICENCE_FILE = re.compile(r"(?i)(^|/)(licen[sc]e|copying|notice)[^/]*$")
_HEAD = """公开年报以 MIT 许可发布（见同一文件夹里的 LICENSE）。程序中还有下列第三方软件，各按其许可使用。
其中以 LGPL 许可使用的（PySide6、shiboken6，即 Qt），许可全文见 resources/licenses；
公开年报的源代码和生成办法是公开的，可以换用改过的库重新生成。
"""
_RULE = "=" * 78


def locked_names(lock: Path) -> list[str]:
    """The names of the packages that *lock* pins."""
    return re.findall(r"^([\w.-]+)==", lock.read_text("utf-8"), re.MULTILINE)


def notices(lock: Path) -> str:
    """One text: for each package of *lock*, and Python, name, version, licence and its notices."""
    parts = [_HEAD, _python()]
    for name in locked_names(lock):
        try:
            found = distribution(name)
        except PackageNotFoundError:  # not needed on the system that this runs on
            continue
        parts.append(_package(found))
    return f"\n{_RULE}\n".join(parts)


def _python() -> str:
    about = f"Python {sys.version.split()[0]}\nhttps://www.python.org\n"
    for folder in (Path(sys.base_prefix), Path(sys.base_prefix) / "lib"):
        text = folder / "LICENSE.txt"
        if text.is_file():
            return f"{about}\n{text.read_text('utf-8', 'replace')}"
    return about


def _package(found: Distribution) -> str:
    data = found.metadata
    licence = data.get("License-Expression") or data.get("License") or "see below"
    pages = [data.get("Home-page") or "", *(data.get_all("Project-URL") or [])]
    lines = [f"{data['Name']} {found.version}", f"License: {licence.splitlines()[0]}"]
    lines += [page for page in pages if page][:1]
    texts = [
        Path(str(found.locate_file(file))).read_text("utf-8", "replace")
        for file in found.files or ()
        if ".dist-info/" in file.as_posix() and _LICENCE_FILE.search(file.as_posix())
    ]
    return "\n".join([*lines, "", *texts])
