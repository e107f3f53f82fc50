"""One file of the folder read whole: every report in it as a reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from core.rollup.kept import KeptFile
from core.rollup.model import Reading
from core.rollup.reading import ItemReader
from core.rollup.sources.expand import expand
from core.rollup.sources.items import Allowance, SourceProblem, file_name
from core.storage.filesystem import FileSystem


class Task(NamedTuple):
    """A file to read: where it lies, what it is called, how it was when it was found."""

    path: str
    source: str
    size: int
    modified: int
    form: str = ""


def read_file(
    task: Task,
    reader: ItemReader,
    fs: FileSystem | None = None,
    note: Callable[[], None] = lambda: None,
) -> KeptFile:
    """All that the file holds. Whatever the file is, it costs no more than lines of its own.

    *note* is called after each report, for whoever waits to see that something happens.
    """
    allowance = Allowance()
    readings: list[Reading] = []
    for item in expand(Path(task.path), task.source, allowance, fs or FileSystem()):
        try:
            readings.append(reader.read(item, task.form or None))
        # A defect of a reader must not cost the other 5,000 files their place; it is told.
        except Exception as error:
            reason = f"{type(error).__name__}"
            problem = SourceProblem.DEFECT.sentence(file=item.name, reason=reason)
            readings.append(Reading(item.source, problem=problem))
        note()
    failed = any(one.problem and not one.sha256 and one.source == task.source for one in readings)
    size = -1 if failed else task.size
    return KeptFile(
        task.source, size, task.modified, _unique(readings), allowance.ignored, task.form
    )


def failure(task: Task, problem: SourceProblem) -> KeptFile:
    """The file as one that could not be read, to be tried again next time."""
    sentence = problem.sentence(file=file_name(task.source))
    return KeptFile(task.source, -1, task.modified, (Reading(task.source, problem=sentence),))


def _unique(readings: list[Reading]) -> tuple[Reading, ...]:
    """The readings, no two of one source: archives may hold what looks like another's label."""
    seen: dict[str, int] = {}
    unique: list[Reading] = []
    for reading in readings:
        count = seen[reading.source] = seen.get(reading.source, 0) + 1
        if count > 1:
            reading = replace(reading, source=f"{reading.source}（{count}）")
        unique.append(reading)
    return tuple(unique)
