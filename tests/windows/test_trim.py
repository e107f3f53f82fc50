"""The installed program lacks much of the standard library; no module of ours may miss any of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Imports every module as the frozen program does, where what is left out cannot be found.
IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/resources/windows"]
from trim import EXCLUDED

class LeftOut:
    def find_spec(self, name, path=None, target=None):
        if name in EXCLUDED:
            raise ModuleNotFoundError("left out of the installed program: " + name, name=name)

sys.meta_path.insert(0, LeftOut())
import core, gui

count = 0
for package in (core, gui):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
            count += 1
print(count)
"""


def test_every_module_imports_without_what_is_left_out() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, str(ROOT)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-1500:]
    assert int(done.stdout) > 30


# Finds by pinyin, where no file that is dropped can be opened.
USE_LIBRARIES = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/resources/windows"]
from trim import DROPPED

def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and DROPPED.search(arguments[0]):
        raise FileNotFoundError("left out of the installed program: " + arguments[0])

sys.addaudithook(watch)
from core.catalog import Catalog
from core.search import SearchIndex
form = Catalog.standard().form("cn-2014-beijing")
print(len(SearchIndex(form).find("sdsqs")))
import pypdf, openpyxl, lxml.etree, olefile, platformdirs
"""


def test_nothing_that_is_dropped_is_read() -> None:
    done = subprocess.run(
        [sys.executable, "-c", USE_LIBRARIES, str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-1500:]
    assert int(done.stdout) >= 1
