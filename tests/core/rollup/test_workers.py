"""Several processes read what one would, and what one of them does not survive costs one line."""

from __future__ import annotations

import io
import json
import random
import sys
import textwrap
from pathlib import Path

from core.catalog import Catalog
from core.rollup.files import Task
from core.rollup.kept import encode
from core.rollup.session import Rollup
from core.rollup.workers import Pool, serve, worker_command, workers_for
from core.storage.nianbao import encode as encode_report
from tests.core.figures import consistent_2014
from tests.core.rollup.made import report_of

FORM = Catalog.standard().form("cn-2014-beijing")


def reports(folder: Path, count: int) -> list[Task]:
    tasks: list[Task] = []
    for number in range(count):
        path = folder / f"{number}.nianbao"
        values = consistent_2014(FORM, random.Random(number))
        path.write_bytes(encode_report(report_of(f"{number}局", values)))
        found = path.stat()
        tasks.append(Task(str(path), path.name, found.st_size, found.st_mtime_ns))
    return tasks


def test_workers_read_what_one_process_reads(tmp_path: Path) -> None:
    reports(tmp_path, 12)
    kept: list[bytes] = []
    for workers in (0, 2):
        rollup = Rollup(tmp_path, Catalog.standard(), workers=workers)
        assert rollup.scan().read == 12
        rollup.result()
        kept.append(encode(rollup.kept))
    assert kept[0] == kept[1]


def test_how_many_workers_files_are_worth() -> None:
    assert workers_for(199, 8) == 0
    assert workers_for(200, 2) == 2
    assert workers_for(50_000, 64) == 8


def test_a_worker_speaks_in_lines(tmp_path: Path) -> None:
    (task,) = reports(tmp_path, 1)
    out = io.BytesIO()
    serve(Catalog.standard(), io.BytesIO(json.dumps(task._asdict()).encode() + b"\n"), out)
    ready, alive, line = out.getvalue().splitlines()
    assert (ready, alive) == (b"ready", b".")
    assert json.loads(line)["readings"][0]["unit_name"] == "0局"


#: A worker that dies over one file and stands still over another.
MORTAL = """
import json, os, subprocess, sys, time
from core.catalog import Catalog
from core.rollup.workers import serve

class Lines:
    def __iter__(self):
        for line in sys.stdin.buffer:
            name = json.loads(line)["source"]
            if name == "3.nianbao":
                os._exit(9)
            if name == "5.nianbao":
                time.sleep(600)
            yield line

serve(Catalog.standard(), Lines(), sys.stdout.buffer)
"""


def test_a_worker_that_dies_or_stands_still_costs_its_file_a_line(tmp_path: Path) -> None:
    tasks = reports(tmp_path, 9)
    command = [sys.executable, "-c", textwrap.dedent(MORTAL)]
    with Pool(2, command, seconds=8.0) as pool:
        kept = {one.path: one for one in pool.read(tasks, lambda: False)}
    assert set(kept) == {task.source for task in tasks}
    lost = {name: one.readings[0].problem for name, one in kept.items() if one.readings[0].problem}
    assert set(lost) == {"3.nianbao", "5.nianbao"}
    assert "意外停止" in lost["3.nianbao"]
    assert "时间过长" in lost["5.nianbao"]
    # They are read again next time.
    assert {one.size for name, one in kept.items() if name in lost} == {-1}


def test_leaving_ends_all_workers_at_once(tmp_path: Path) -> None:
    tasks = reports(tmp_path, 9)
    command = [sys.executable, "-c", textwrap.dedent(MORTAL)]
    with Pool(2, command) as pool:
        found = pool.read([task for task in tasks if task.source != "3.nianbao"], lambda: False)
        next(found)
    assert all(thread.is_alive() is False for thread in pool._threads)


def test_where_no_worker_starts_the_files_are_left_for_the_parent(tmp_path: Path) -> None:
    tasks = reports(tmp_path, 3)
    for command in (["/no/such/program"], [sys.executable, "-c", "pass"]):
        with Pool(2, command) as pool:
            assert list(pool.read(tasks, lambda: False)) == []
            assert [task.source for task in pool.left] == [task.source for task in tasks]


def test_the_worker_is_this_program() -> None:
    assert worker_command()[-2:] == ["core", "rollup-worker"]
