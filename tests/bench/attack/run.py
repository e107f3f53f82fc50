"""Read hostile files and say what became of them.

    python -m tests.bench.attack [--files N] [--kinds KIND ...] [--seed N]

Every file is read in a child of its own, forked off a process that has everything loaded: what it
takes of the processor and of memory is that file's. Flagged is a file that gives a traceback, takes
more than 10 seconds of the processor or more than 256 MB, or ends its process.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.catalog import Catalog, check_form_file
from core.importing.opening import open_any
from core.importing.propose import propose
from core.problems import NianbaoError
from tests.bench.attack.generators import GENERATORS

SECONDS: Final = 10.0
MEGABYTES: Final = 256
#: By the clock, after which a child is killed; a busy machine is given its time.
PATIENCE: Final = 120


@dataclass
class Toll:
    """What became of the files of one kind."""

    kind: str
    files: int = 0
    read: int = 0
    refused: int = 0
    seconds: float = 0.0
    megabytes: int = 0
    flagged: list[str] = field(default_factory=list[str])


def use(path: Path, kind: str, catalog: Catalog) -> None:
    """Reads the file in every way that the program does. Raises what a file must not raise."""
    if kind == "toml":
        with_forms = Catalog.standard(path.parent)
        for ask in (lambda: check_form_file(path), with_forms.all_forms):
            with suppress(NianbaoError):
                ask()
        return
    open_any(path, catalog) if kind == "nianbao" else propose(path, catalog)


def in_child(path: Path, kind: str, catalog: Catalog) -> tuple[str, float, int]:
    """What a child says of the file (``read``, ``refused`` or a complaint), its seconds and MB."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.alarm(PATIENCE)
        before = resource.getrusage(resource.RUSAGE_SELF)
        try:
            use(path, kind, catalog)
            said = "read"
        except NianbaoError:
            said = "refused"
        except BaseException:
            said = traceback.format_exc().strip()[-600:]
        after = resource.getrusage(resource.RUSAGE_SELF)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        grown = (after.ru_maxrss - before.ru_maxrss) // 1024
        with os.fdopen(writing, "wb") as out:
            pickle.dump((said, seconds, grown), out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        content = told.read()
    os.waitpid(child, 0)
    if not content:
        return f"ended without a word (killed after {PATIENCE} s?)", float(PATIENCE), 0
    return pickle.loads(content)


def attack(kind: str, files: int, seed: int, folder: Path) -> Toll:
    """Tries so many files of a kind."""
    catalog = Catalog.standard()
    catalog.all_forms()
    toll = Toll(kind)
    for number in range(files):
        path = folder / f"a.{'bin' if kind == 'ole' else kind}"
        path.write_bytes(GENERATORS[kind](random.Random(f"{seed}/{kind}/{number}")))
        said, seconds, grown = in_child(path, kind, catalog)
        toll.files += 1
        toll.read += said == "read"
        toll.refused += said == "refused"
        toll.seconds, toll.megabytes = max(toll.seconds, seconds), max(toll.megabytes, grown)
        if said not in ("read", "refused") or seconds > SECONDS or grown > MEGABYTES:
            toll.flagged.append(f"{kind} {number}: {seconds:.1f} s, {grown} MB, {said}")
    return toll


def main(arguments: Sequence[str]) -> int:
    """Tries the kinds asked for; 1 where any file was flagged."""
    parser = argparse.ArgumentParser(prog="dev.py bench --attack", description=__doc__)
    parser.add_argument("--files", type=int, default=2000, help="of each kind")
    parser.add_argument("--kinds", nargs="*", default=list(GENERATORS), choices=list(GENERATORS))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    print("| kind | files | read | refused | flagged | slowest | largest |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    flagged: list[str] = []
    for kind in options.kinds:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="nianbao-attack-") as folder:
            toll = attack(kind, options.files, options.seed, Path(folder))
        flagged += toll.flagged
        print(
            f"| {kind} | {toll.files} | {toll.read} | {toll.refused} | {len(toll.flagged)} |"
            f" {toll.seconds:.1f} s | {toll.megabytes} MB |",
            flush=True,
        )
        print(f"{kind}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    print("\n".join(flagged[:50]))
    return 1 if flagged else 0
