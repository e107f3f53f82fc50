"""The forms that are measured: the two official ones, and a made-up one of any number of rows."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from core.catalog import Catalog
from core.checks.checks import CheckSet
from tests.bench.big_form import big_form

ROOT = Path(__file__).resolve().parents[2]
CN_2014 = "cn-2014-beijing"
CN_2021 = "cn-2021"
BIG = 10_000


def catalog(folder: Path, rows: int = BIG) -> Catalog:
    """Return the built-in forms and, with the id "big", one of *rows* rows made in *folder*."""
    forms = folder / f"home-{rows}" / "forms"
    if not forms.is_dir():
        forms.mkdir(parents=True)
        (forms / "big.toml").write_text(big_form(rows), encoding="utf-8")
    return Catalog.standard(forms)


@cache
def checks(folder: Path, form_id: str, rows: int = BIG) -> CheckSet:
    """Return a form with its checks, loaded once for all that is measured with it."""
    return catalog(folder, rows).checks(form_id)


def environment(folder: Path, rows: int = BIG) -> dict[str, str]:
    """Return the environment of a program that finds the made-up form, and is compiled as installed.

    An installed program is compiled once; one told to keep no compiled files would compile itself
    at each start, which no user of it sees.
    """
    catalog(folder, rows)
    known = {key: text for key, text in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    known["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    known["NIANBAO_HOME"] = str(folder / f"home-{rows}")
    known["NIANBAO_EXIT_WHEN_READY"] = "1"
    known.setdefault("QT_QPA_PLATFORM", "offscreen")
    return known


def new_report(folder: Path, form_id: str) -> Path:
    """Make an empty report to open, with the program's own command line."""
    file = folder / f"{form_id}.nianbao"
    if not file.exists():
        options = ["--form", form_id, "--year", "2018", "--unit-name", "某区某局", "-o", str(file)]
        subprocess.run(
            [sys.executable, "-m", "core", "new", *options],
            cwd=ROOT,
            env=environment(folder),
            check=True,
        )
    return file
