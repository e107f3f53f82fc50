"""Changing a report in its file while others may do the same: nothing of theirs is overwritten.

    mark the file ─► read ─► change ─► save, if the file is still as read ─► take the mark off
                      ▲                        │ another program was faster
                      └────────────────────────┘

The mark is the one that a window makes (:mod:`core.storage.lock`), for a moment only. Where none
can be made the last step alone keeps what others wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.catalog import Catalog
from core.problems import NianbaoError, Problem
from core.report import Report
from core.storage.files import FileStamp, Keeper, open_report, save_report
from core.storage.filesystem import FileSystem, StorageProblem
from core.storage.lock import Lock, acquire, lock_file
from core.storage.station import Station

#: How long one waits for others who change the same report, in seconds.
PATIENCE_SECONDS: Final = 30.0
#: So often the change is made again to what others wrote meanwhile.
_TRIES: Final = 20


class ChangeProblem(Problem):
    """Why a report was not changed in its file."""

    HELD = (
        "“{file}”正由 {holder} 打开，没有改动；请先在那里关闭它，"
        "或加 --force 强行改动（改动前的内容留在历史版本里）。"
    )
    BUSY = "“{file}”一直被别的程序改动，没有写入，请稍后再试。"


@dataclass(frozen=True)
class Changed:
    """What became of a report's file: its stamp, and what there is to say (Chinese sentences)."""

    stamp: FileStamp
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Writer:
    """Who changes files, and what goes along: versions are kept by *backups*."""

    station: Station
    backups: Keeper
    fs: FileSystem
    patience: float = PATIENCE_SECONDS

    def change(
        self,
        path: Path,
        catalog: Catalog,
        change: Callable[[Report], Report],
        *,
        force: bool = False,
    ) -> Changed:
        """Has *change* made to the report in the .nianbao file *path*.

        *change* gives the report to be saved and may be asked again, for a newer one. *force*: also
        where somebody has the report open.

        Raises :class:`NianbaoError`: :class:`ChangeProblem`, what reading and saving raise, and
        what *change* raises; the file is as it was then.
        """
        lock, said = self.hold(path, force=force)
        try:
            for _ in range(_TRIES):
                opened = open_report(path, catalog, self.fs)
                report = change(opened.report)
                try:
                    stamp = save_report(
                        report,
                        path,
                        backups=self.backups,
                        expected=opened.stamp.sha256,
                        fs=self.fs,
                    )
                except NianbaoError as error:
                    if error.problem is not StorageProblem.CHANGED_OUTSIDE:
                        raise
                else:
                    return Changed(stamp, (*said, *opened.remarks, *stamp.remarks))
        finally:
            if lock is not None:
                lock.release()
        raise NianbaoError(ChangeProblem.BUSY, file=path.name)

    def hold(self, path: Path, *, force: bool = False) -> tuple[Lock | None, tuple[str, ...]]:
        """The mark on the report *path*, to be released, and what there is to say about it.

        ``None`` where none can be made. Raises :class:`NianbaoError` (``HELD``).
        """
        attempt = acquire(path, self.station, self.fs, brief=True, patience=self.patience)
        if attempt.holder is not None and force:
            # The holder's mark stays. Commands that all use force still wait for each other.
            mark = lock_file(self.fs.resolved(path))
            attempt = acquire(mark, self.station, self.fs, brief=True, patience=self.patience)
        if attempt.holder is not None:
            raise NianbaoError(ChangeProblem.HELD, file=path.name, holder=attempt.holder)
        return attempt.lock, (attempt.remark,) if attempt.remark else ()
