"""The folder of journals: begins them, finds those left by a crash, and keeps discarded ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from core.catalog import Catalog
from core.problems import NianbaoError
from core.report import Report
from core.storage.filesystem import FileSystem, storage_error
from core.storage.journal import SUFFIX, Journal, local_time
from core.storage.station import Station

if TYPE_CHECKING:
    from core.storage.recovery import Recovery

#: How long a journal that the clerk discarded (放弃) is kept.
KEPT_DAYS: Final = 30
#: Another machine's journal in a roaming profile is offered once it was not written to for so long.
_ELSEWHERE: Final = timedelta(hours=12)
_DISCARDED = "discarded"


class Unreadable(NamedTuple):
    """A journal that cannot be read now, and why."""

    journal: Path
    sentence: str


class Journals:
    """The journals of one user, in the first of *folders* that can be written to."""

    def __init__(
        self,
        folders: Sequence[Path],
        station: Station,
        fs: FileSystem | None = None,
        clock: Callable[[], datetime] = local_time,
    ) -> None:
        self._folders = list(folders)
        self._station = station
        self._fs = fs or FileSystem()
        self._clock = clock

    def begin(self, report: Report, path: Path | None = None, digest: str | None = None) -> Journal:
        """A journal for *report*, as a session holds it, before its first edit.

        *path* and *digest* are those of its file as opened; ``None`` for one that was never saved.
        """
        journal = Journal(self._folders, self._station, self._fs, self._clock)
        journal.begin(report, path, digest)
        return journal

    def recoveries(self, catalog: Catalog) -> tuple[list[Recovery], list[Unreadable]]:
        """What a crash left unsaved, the latest first, and the journals that cannot be read.

        Journals of programs still running are passed over. Those without anything unsaved are
        cleared away.
        """
        # Read beside the window once it is there; a start does not wait for how it is done.
        from core.storage.recovery import recover

        found: list[Recovery] = []
        unreadable: list[Unreadable] = []
        for journal in self._abandoned():
            try:
                recovery = recover(journal, catalog, self._fs)
            except NianbaoError as error:
                unreadable.append(Unreadable(journal, str(error)))
                continue
            if recovery is None:
                self._set_aside(journal)
            else:
                found.append(recovery)
        replaced = {recovery.replaces for recovery in found}
        for recovery in found[:]:
            if recovery.is_saved or recovery.journal.name in replaced:
                self._set_aside(recovery.journal)
                found.remove(recovery)
        found.sort(key=lambda recovery: recovery.journal.name, reverse=True)
        return found, unreadable

    def resume(self, recovery: Recovery) -> Journal:
        """Takes a recovered report up again (恢复): its new journal, once that is on the disk.

        The old one is then set aside. Raises :class:`NianbaoError`; the old one is then as it was.
        """
        journal = self.begin(recovery.base, recovery.original, recovery.digest)
        journal.secure(recovery.report, recovery.journal)
        if recovery.journal.parent.name != _DISCARDED:
            self._set_aside(recovery.journal)
        return journal

    def discard(self, journal: Path) -> None:
        """Sets a journal aside (放弃).

        It is kept for :data:`KEPT_DAYS`. Raises :class:`NianbaoError` where it cannot be moved.
        """
        target = journal.parent / _DISCARDED
        try:
            self._fs.make_folder(target)
            day = self._clock().strftime("%Y%m%d")
            self._fs.replace(journal, target / f"{day}-{journal.name}")
        except OSError as error:
            raise storage_error(error, journal) from error

    def discarded(self) -> list[Path]:
        """The journals set aside, the latest first."""
        found = [path for folder in self._folders for path in self._in(folder / _DISCARDED)]
        return sorted(found, key=lambda path: path.name, reverse=True)

    def remove_expired(self) -> int:
        """Removes journals set aside longer ago than :data:`KEPT_DAYS`; how many.

        The day stands in the name. A clock that was set forward by mistake costs at most these.
        """
        oldest = (self._clock() - timedelta(days=KEPT_DAYS)).strftime("%Y%m%d")
        removed = 0
        for path in self.discarded():
            day = path.name[:8]
            if day.isdigit() and day < oldest:
                with suppress(OSError):  # the next start tries again
                    self._fs.unlink(path)
                    removed += 1
        return removed

    def _abandoned(self) -> list[Path]:
        return [
            path
            for folder in self._folders
            for path in self._in(folder)
            if not self._is_in_use(path)
        ]

    def _in(self, folder: Path) -> list[Path]:
        try:
            names = self._fs.names(folder)
        except OSError:
            return []
        return [folder / name for name in names if name.endswith(SUFFIX)]

    def _is_in_use(self, path: Path) -> bool:
        from core.storage.recovery import read_header

        try:
            header = read_header(path, self._fs)
            if header is None:
                return False
            if header.station.machine == self._station.machine:
                return header.station.is_running()
            written = datetime.fromtimestamp(self._fs.modified(path)).astimezone()
            return abs(self._clock() - written) < _ELSEWHERE  # either clock may have been set back
        except (NianbaoError, OSError):
            return False

    def _set_aside(self, journal: Path) -> None:
        with suppress(NianbaoError):  # nothing in it is needed; the next start tries again
            self.discard(journal)
