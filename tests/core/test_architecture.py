"""The promises about what the program is made of: no Qt in the core, no network anywhere.

Two ways to look, since each misses something: what a fresh interpreter has loaded after importing
every module sees what libraries drag in; the syntax trees see imports inside functions as well.
`urllib.parse` is allowed: it takes names of addresses apart and opens nothing (openpyxl loads it).
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Each folder, and those that it may import from; `core` and `gui` themselves aside, where what is put
# together from the folders lies (the report, the session, the window's document).
_CORE = {
    "core.system": "",
    "core.form": "system",
    "core.checks": "form",
    "core.reading": "",
    "core.matching": "form checks reading",
    "core.narrative": "form checks matching",
    "core.storage": "system form checks narrative",
    "core.writing": "system form checks narrative storage",
    "core.drafting": "form matching reading",
    "core.importing": "system form checks reading matching narrative storage writing",
    "core.rollup": "system form checks reading matching narrative storage writing importing",
    "core.cli": "system form checks reading matching narrative storage writing importing drafting rollup",
}
_GUI = {
    "gui.system": "",
    "gui.look": "system",
    "gui.widgets": "system look",
    "gui.help": "system look widgets",
    "gui.charts": "system look widgets help",
    "gui.printing": "system look widgets help",
    "gui.start": "system look widgets help",
    "gui.safety": "system look widgets help",
    "gui.sheet": "system look widgets help",
    "gui.findings": "system look widgets help",
    "gui.importing": "system look widgets help start",
    "gui.narrative": "system look widgets help findings",
    "gui.report": "system look widgets help charts printing start safety importing",
    "gui.failures": "system look widgets help report",
    "gui.rollup": "system look widgets help sheet findings report",
    "gui.window": "system look widgets help charts printing start safety sheet findings importing"
    " narrative report failures rollup",
}
BELOW = {
    folder: {f"{folder.split('.')[0]}.{name}" for name in names.split()}
    | ({*_CORE} if folder.startswith("gui.") else set())
    for folder, names in (_CORE | _GUI).items()
}

QT = frozenset({"PySide6", "shiboken6", "pytestqt"})
NETWORK = frozenset(
    {
        "_socket",
        "_ssl",
        "aiohttp",
        "asyncio",
        "ftplib",
        "http",
        "httpx",
        "imaplib",
        "poplib",
        "requests",
        "smtplib",
        "socket",
        "socketserver",
        "ssl",
        "telnetlib",
        "urllib.error",
        "urllib.request",
        "urllib3",
        "wsgiref",
        "xmlrpc",
        "PySide6.QtHttpServer",
        "PySide6.QtNetwork",
        "PySide6.QtNetworkAuth",
        "PySide6.QtRemoteObjects",
        "PySide6.QtWebChannel",
        "PySide6.QtWebEngineCore",
        "PySide6.QtWebSockets",
        "PySide6.QtWebView",
    }
)

IMPORT_AND_LIST = """
import importlib, json, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""

WITHOUT_QT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "pytestqt", "gui"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None

sys.meta_path.insert(0, Absent())
"""

# Python announces each use of a socket to audit hooks, whoever makes it.
REFUSE_SOCKETS = """
import sys

def refuse(event, arguments):
    if event.startswith("socket."):
        raise RuntimeError(f"network: {event}")

sys.addaudithook(refuse)
"""

IMPORT_READ_AND_CHECK = """
import importlib, json
from pathlib import Path
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
from core.catalog import Catalog
from core.reading.dispatch import read_document
print(len(read_document(Path(sys.argv[2])).tables))
catalog = Catalog.standard()
for form in catalog.all_forms()[0]:
    catalog.checks(form.id).run(dict.fromkeys(form.cells, 1), {})
"""

COLLECT_CORE_TESTS = """
import pytest
options = ["-q", "--collect-only", "-p", "no:pytest-qt", "-p", "no:cacheprovider", "-p", "no:xdist"]
sys.exit(pytest.main([*options, "tests/core"]))
"""


def python_files(*folders: str) -> list[Path]:
    """Return the Python files under folders of the repository."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def module_name(path: Path) -> str:
    """Return the name under which a file of the repository is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def core_modules() -> list[str]:
    """Return the modules of the core; not `core.__main__`, whose import is a run of the program."""
    return [module_name(path) for path in python_files("core") if path.stem != "__main__"]


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter in the repository."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def loaded_by(modules: Iterable[str]) -> set[str]:
    """Return every module that a fresh interpreter has loaded after importing these."""
    result = run_python(IMPORT_AND_LIST, json.dumps(list(modules)))
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


def imported_names(source: str) -> Iterator[str]:
    """Yield the absolute names that a source imports anywhere, inside functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def among(names: Iterable[str], forbidden: frozenset[str]) -> list[str]:
    """Return the names that are forbidden, or lie inside something forbidden."""
    prefixes = tuple(f"{name}." for name in forbidden)
    return sorted(name for name in names if name in forbidden or name.startswith(prefixes))


def offending_imports(files: Iterable[Path], forbidden: frozenset[str]) -> dict[str, list[str]]:
    """Return, for each file that imports something forbidden, what that is."""
    found = {
        str(path.relative_to(ROOT)): among(
            imported_names(path.read_text(encoding="utf-8")), forbidden
        )
        for path in files
    }
    return {path: names for path, names in found.items() if names}


def test_importing_the_whole_core_loads_no_qt_no_window_and_no_network() -> None:
    modules = core_modules()
    assert "core.values" in modules
    assert among(loaded_by(modules), QT | NETWORK | {"gui"}) == []


def test_no_source_of_the_core_names_qt_the_window_or_the_network() -> None:
    assert offending_imports(python_files("core"), QT | NETWORK | {"gui"}) == {}


def test_reading_and_checking_uses_no_socket() -> None:
    modules = json.dumps(core_modules())
    sample = str(ROOT / "resources" / "samples" / "2018-统计表.txt")
    result = run_python(REFUSE_SOCKETS + IMPORT_READ_AND_CHECK, modules, sample)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) > 0


@pytest.mark.parametrize(
    "code", ["import socket; socket.socket()", "from email.utils import make_msgid; make_msgid()"]
)
def test_a_socket_would_be_noticed(code: str) -> None:
    assert "network: socket." in run_python(REFUSE_SOCKETS + code).stderr


def test_no_source_of_the_window_names_the_network() -> None:
    assert offending_imports(python_files("gui"), NETWORK) == {}


def piece(module: str) -> str:
    """The piece of the program that a module belongs to: the sheet's parts are one view."""
    return "gui.sheet" if module.startswith("gui.sheet.") else module


def test_no_module_needs_one_that_needs_it() -> None:
    files = {module_name(path): path for path in python_files("core", "gui")}
    needs: dict[str, set[str]] = {}
    for module, path in files.items():
        names = set(imported_names(path.read_text(encoding="utf-8"))) & files.keys()
        needs.setdefault(piece(module), set()).update(map(piece, names - {module}))
    needs["gui.sheet"].discard("gui.sheet")
    # Raises CycleError with the modules of the circle.
    assert len(list(TopologicalSorter(needs).static_order())) > 100


def folder(module: str) -> str:
    """The folder that a module lies in, as a name: ``core.reading``, ``gui.sheet``; else ``core``."""
    path = ROOT.joinpath(*module.split("."))
    parts = module.split(".") if path.is_dir() else module.split(".")[:-1]
    return ".".join(parts[:2])


def folder_imports() -> dict[tuple[str, str], list[str]]:
    """Which folder imports from which other one, and the imports that do."""
    files = {module_name(path): path for path in python_files("core", "gui")}
    found: dict[tuple[str, str], list[str]] = {}
    for module, path in files.items():
        for name in set(imported_names(path.read_text(encoding="utf-8"))) & files.keys():
            edge = folder(module), folder(name)
            if edge[0] != edge[1]:
                found.setdefault(edge, []).append(f"{module} → {name}")
    return found


def test_folders_import_only_what_lies_below_them() -> None:
    wrong = {
        f"{one} → {other}": imports
        for (one, other), imports in folder_imports().items()
        if one in BELOW and other in BELOW and other not in BELOW[one]
    }
    assert wrong == {}


def test_every_folder_has_its_place() -> None:
    named = {name for edge in folder_imports() for name in edge}
    assert named - {"core", "gui"} <= BELOW.keys()


def test_the_directions_make_no_circle() -> None:
    assert list(TopologicalSorter(BELOW).static_order())


def test_readers_know_nothing_of_the_form() -> None:
    """They turn bytes into raw tables; of the core they use its way to say what is wrong."""
    used = {
        name
        for path in python_files("core/reading")
        for name in imported_names(path.read_text(encoding="utf-8"))
        if name.startswith("core.") and not name.startswith("core.reading")
    }
    assert {name for name in used if name.count(".") == 1} <= {"core.problems", "core.numbering"}


def test_no_test_of_the_core_names_qt_or_the_window() -> None:
    assert offending_imports(python_files("tests/core"), QT | {"gui"}) == {}


def test_the_core_and_its_tests_load_where_qt_is_not_installed() -> None:
    result = run_python(WITHOUT_QT + COLLECT_CORE_TESTS)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "test_architecture.py" in result.stdout


def test_without_qt_means_without_qt() -> None:
    result = run_python(WITHOUT_QT + "import PySide6.QtCore")
    assert "No module named 'PySide6'" in result.stderr


@pytest.mark.parametrize(
    "source",
    [
        "import PySide6.QtCore",
        "from PySide6 import QtNetwork",
        "def late():\n    from PySide6.QtWidgets import QWidget",
        "import json, gui.window.window",
        "import socket",
        "from urllib import request",
        "from http.client import HTTPSConnection",
    ],
)
def test_a_forbidden_import_is_found(source: str) -> None:
    assert among(imported_names(source), QT | NETWORK | {"gui"})


@pytest.mark.parametrize(
    "source",
    ["from urllib.parse import quote", "from . import gui", "import guidance", "import json"],
)
def test_an_innocent_import_is_let_be(source: str) -> None:
    assert among(imported_names(source), QT | NETWORK | {"gui"}) == []


def test_what_a_library_drags_in_is_found() -> None:
    assert "_socket" in among(loaded_by(["imaplib"]), NETWORK)
