"""A roll-up being worked on: it reads the folder, keeps decisions, and says what follows.

scan() ─► Kept ─► result()      decide(), chase… ─► Kept ─► result()      save() ─► .huizong
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.catalog import Catalog
from core.period import Period
from core.problems import NianbaoError, Problem
from core.rollup.files import Task, read_file
from core.rollup.kept import Kept, KeptFile
from core.rollup.making import make_result
from core.rollup.model import Decision, Reading
from core.rollup.reading import ItemReader
from core.rollup.result import Result
from core.rollup.settling import most_common_form, most_common_period
from core.rollup.sources.walk import FoundFile, walk
from core.rollup.units import UnitList
from core.rollup.workers import Pool, workers_for
from core.storage.filesystem import FileSystem


class RollupProblem(Problem):
    """Why there is no result."""

    NOTHING = (
        "文件夹“{folder}”里没有读到任何一份统计表，请确认选对了文件夹；读不了的文件有 {count} 个。"
    )
    NO_PERIOD = "各份报表都没有写明报告期，请用 --period 指明是哪一期的。"
    OTHER_PERIOD = "汇总文件是{kept}的，不是{asked}的，请换一个汇总文件，或改正报告期。"
    OTHER_FORM = "汇总文件用的表样是“{kept}”，不是“{asked}”，请换一个汇总文件。"
    OTHER_LAST = "上年汇总文件用的表样是“{kept}”，与本次的“{asked}”不同，没有对照。"


@dataclass(frozen=True)
class Progress:
    """How far a scan is; ``seconds_left`` is ``None`` while that cannot be told."""

    done: int
    total: int
    seconds_left: float | None


@dataclass(frozen=True)
class Scan:
    """What a scan did. ``cancelled``: it was stopped; what was read by then is kept."""

    read: int
    unchanged: int
    gone: int
    cancelled: bool = False


class Rollup:
    """A folder of reports, who has to report, and what people decided.

    *form_id* and *period* may be empty: most reports then decide. *last* is last year's roll-up.
    *left_out* are files in the folder that are none of the sources: the list, the output.
    *workers*: how many processes read; ``None`` as many as so many files are worth.
    """

    def __init__(
        self,
        folder: Path,
        catalog: Catalog,
        *,
        units: UnitList | None = None,
        form_id: str = "",
        period: str = "",
        office: str = "",
        kept: Kept | None = None,
        last: Kept | None = None,
        left_out: Iterable[Path] = (),
        workers: int | None = None,
        fs: FileSystem | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.catalog = catalog
        self._reader = ItemReader(catalog)
        self.kept = kept or Kept()
        self.last = last
        self._left_out = frozenset(path.absolute() for path in left_out)
        self._workers = workers
        self._fs = fs or FileSystem()
        self._take_over(form_id, period, office)
        if units is not None:
            self.kept.units = units.units
            self.kept.list_source, self.kept.list_digest = units.source, units.digest

    def _take_over(self, form_id: str, period: str, office: str) -> None:
        kept = self.kept
        if form_id:
            form = self.catalog.form(form_id)
            if kept.form and kept.form != form_id:
                names = {"kept": kept.form, "asked": form.id}
                raise NianbaoError(RollupProblem.OTHER_FORM, **names)
        if period:
            asked = Period.parse(period)
            if kept.period and kept.period != str(asked):
                label = Period.parse(kept.period).label
                raise NianbaoError(RollupProblem.OTHER_PERIOD, kept=label, asked=asked.label)
            period = str(asked)
        kept.form = form_id or kept.form
        kept.period = period or kept.period
        kept.office = office or kept.office

    @property
    def remarks(self) -> list[str]:
        """What there is to say about the roll-up as a whole."""
        if self.last is None or self.last.form == self.kept.form:
            return []
        names = {"kept": self.last.form, "asked": self.kept.form}
        return [RollupProblem.OTHER_LAST.sentence(**names)]

    # -- reading ------------------------------------------------------------------------------

    def changed_files(self) -> tuple[list[FoundFile], int]:
        """The files that are new or changed since they were read, and how many are gone."""
        walked = walk(self.folder, self._left_out, self._fs)
        found = {file.source for file in walked.files} | {name for name, _ in walked.problems}
        gone = sum(source not in found for source in self.kept.files)
        return [file for file in walked.files if not self._is_known(file)], gone

    def scan(
        self,
        progress: Callable[[Progress], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Scan:
        """Reads what is new or changed, and lets go of what is gone.

        A scan that was cancelled keeps what it has read; the next one goes on from there. Raises
        :class:`NianbaoError` where the folder itself cannot be read.
        """
        self._forget_other_forms()
        walked = walk(self.folder, self._left_out, self._fs)
        todo = [self._task(file) for file in walked.files if not self._is_known(file)]
        present = {file.source for file in walked.files}
        gone = [source for source in self.kept.files if source not in present]
        for source in gone:
            del self.kept.files[source]
        for source, sentence in walked.problems:
            self.kept.files[source] = KeptFile(source, -1, 0, (Reading(source, problem=sentence),))
        self.kept.ignored = walked.ignored
        read = self._read_all(todo, progress, cancelled)
        if read < len(todo):
            return Scan(read, len(walked.files) - len(todo), len(gone), cancelled=True)
        self._read_for_form(walked.files, cancelled)
        return Scan(read, len(walked.files) - len(todo), len(gone))

    def _forget_other_forms(self) -> None:
        """Reads all anew where the form is not the one that the figures were kept for."""
        kept = self.kept
        if kept.form and kept.form_digest not in ("", self.catalog.form(kept.form).digest):
            kept.files.clear()

    def _task(self, file: FoundFile) -> Task:
        path = str(self.folder / file.path)
        return Task(path, file.source, file.size, file.modified, self.kept.form)

    def _is_known(self, file: FoundFile) -> bool:
        known = self.kept.files.get(file.source)
        return known is not None and (known.size, known.modified) == (file.size, file.modified)

    def _read_all(
        self,
        tasks: Sequence[Task],
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> int:
        """Reads the files; how many were read before somebody cancelled."""
        started = time.monotonic()
        done = 0
        for kept in self._results(tasks, cancelled):
            self.kept.files[kept.path] = kept
            done += 1
            passed = time.monotonic() - started
            left = passed / done * (len(tasks) - done) if done >= 20 or passed > 1 else None
            progress(Progress(done, len(tasks), left))
        return done

    def _results(self, tasks: Sequence[Task], cancelled: Callable[[], bool]) -> Iterator[KeptFile]:
        count = self._workers
        if count is None:
            count = workers_for(len(tasks), os.cpu_count() or 1)
        left: Sequence[Task] = tasks
        if count:
            with Pool(count) as pool:
                yield from pool.read(tasks, cancelled)
                left = pool.left
        for task in left:
            if cancelled():
                return
            yield read_file(task, self._reader, self._fs)

    def _read_for_form(self, files: Sequence[FoundFile], cancelled: Callable[[], bool]) -> None:
        """Once the form is known, matches with it what was taken for a form nearly like it."""
        form = self.kept.form or most_common_form(self.kept.readings, self.catalog)
        if not form:
            return
        for file in files:
            known = self.kept.files.get(file.source)
            if known is None or known.asked == form or cancelled():
                continue
            if any(_may_be(reading, form) for reading in known.readings):
                task = self._task(file)._replace(form=form)
                known = read_file(task, self._reader, self._fs)
            self.kept.files[file.source] = replace(known, asked=form)

    # -- what follows -------------------------------------------------------------------------

    def result(self) -> Result:
        """What follows from all that is kept.

        Raises :class:`NianbaoError` where nothing tells which form or period this is about.
        """
        readings = self.kept.readings
        form = self.kept.form or most_common_form(readings, self.catalog)
        if not form:
            raise NianbaoError(RollupProblem.NOTHING, folder=self.folder.name, count=len(readings))
        period = self.kept.period or most_common_period(readings, form)
        if not period:
            raise NianbaoError(RollupProblem.NO_PERIOD)
        checks = self.catalog.checks(form)
        self.kept.form, self.kept.form_digest = form, checks.form.digest
        self.kept.period = period
        return make_result(self.kept, checks, self._last_result())

    def _last_result(self) -> Result | None:
        if self.last is None or self.last.form != self.kept.form:
            return None
        return make_result(self.last, self.catalog.checks(self.last.form), None)

    # -- decisions ----------------------------------------------------------------------------

    def decide(self, reading: Reading, decision: Decision | None) -> None:
        """Keeps what a person decided about the report; ``None`` forgets it.

        Of a unit's reports one at most is the taken one.
        """
        decisions = self.kept.decisions
        if decision is None:
            decisions.pop(reading.sha256, None)
            return
        if decision.taken:
            for unit in self.result().units:
                of_unit = [one for one in (unit.taken, *unit.others) if one is not None]
                if any(one.sha256 == reading.sha256 for one in of_unit):
                    for one in of_unit:
                        if (known := decisions.get(one.sha256)) is not None:
                            decisions[one.sha256] = replace(known, taken=False)
        decisions[reading.sha256] = decision


def _may_be(reading: Reading, form: str) -> bool:
    """Whether a report that was matched with another form may be one of *form* as well."""
    exact = reading.seal.value in ("whole", "changed") or reading.kind == "nianbao"
    return reading.is_report and not exact and reading.form != form
