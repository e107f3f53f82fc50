"""Keeps the open report from being lost, whatever happens to the program or the computer."""

from __future__ import annotations

import getpass
import tempfile
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from core.problems import NianbaoError
from core.session import Change
from core.storage.filesystem import FileSystem, same_file
from core.storage.journal import Journal
from core.storage.journals import Journals
from core.storage.station import Station, this_station
from core.system.folders import is_folder
from gui.document import Document
from gui.safety.claim import Claim

if TYPE_CHECKING:
    from core.storage.backups import Backups

#: A journal that could not be written is tried again so often, in milliseconds.
RETRY_MILLISECONDS: Final = 5_000
_UNWRITABLE = (
    "用户文件夹“{folder}”不能写入：设置和历史版本不会保留，恢复记录改存在临时文件夹。"
    "填报和保存不受影响，请联系管理员检查该文件夹的权限和剩余空间。"
)


class Keeper(QObject):
    """Around one document: writes its journal and holds its file, until :meth:`end`.

    Every edit, also one undone or redone, is in the journal before the next event is handled.

    Signals:
        said(str): a sentence about the journal, when its state changes.
        read_only_changed(): the file can now be written, or no longer.
    """

    said = Signal(str)
    read_only_changed = Signal()

    def __init__(
        self, document: Document, journal: Journal, claim: Claim | None, digest: str
    ) -> None:
        super().__init__(document)
        self._document = document
        self.journal = journal
        self.claim: Claim | None = None
        #: SHA-256 of the file when it was opened or last saved; empty while there is none.
        self.digest = digest
        self._is_incomplete = False
        self._retry = QTimer(self)
        self._retry.setInterval(RETRY_MILLISECONDS)
        self._retry.timeout.connect(self.try_again)
        self.hold(claim)
        document.changed.connect(self._record)

    @property
    def is_read_only(self) -> bool:
        """Whether the report's file is open elsewhere, so that saving asks for another name."""
        return self.claim is not None and self.claim.is_read_only

    @property
    def is_journal_failing(self) -> bool:
        """Whether the last edits are not in the journal."""
        return self._retry.isActive() or self._is_incomplete

    def hold(self, claim: Claim | None) -> None:
        """Holds the file of *claim* from now on, and lets go of the one before."""
        before, self.claim = self.claim, claim
        if before is claim:
            return
        if before is not None:
            before.release()
            before.deleteLater()
        if claim is not None:
            claim.lost.connect(self._lost)
        if before is not None or claim is not None:
            self.read_only_changed.emit()

    def saved(self, path: Path, digest: str) -> None:
        """The report as it stands is in *path*: its journal begins anew."""
        self.digest = digest
        self._retry.stop()
        self._is_incomplete = False
        self.journal.saved(self._document.session.report, path, digest)

    def end(self, journals: Journals) -> None:
        """The report is being closed; what the clerk gave up is kept for some days."""
        self._retry.stop()
        with suppress(RuntimeError):  # never connected, or disconnected already
            self._document.changed.disconnect(self._record)
        if self._document.is_dirty:
            left = self.journal.abandon()
            if left is not None:
                with suppress(NianbaoError):  # it is then offered at the next start, once more
                    journals.discard(left)
        else:
            self.journal.finish()

    def try_again(self) -> None:
        """Writes what could not be written to the journal before."""
        try:
            self.journal.sync()
        except NianbaoError:
            return
        self._retry.stop()
        self.said.emit("恢复记录又能写入了，未保存的内容已补记。")

    def _record(self, change: Change) -> None:
        try:
            self.journal.record(change.edit, self._document.session.report)
        except NianbaoError as error:
            if not self._retry.isActive():
                self.said.emit(str(error))
            self._retry.start()
        except BaseException:
            # A defect: the journal lacks this edit until the next save, which is said with it.
            self._is_incomplete = True
            raise

    def _lost(self) -> None:
        assert self.claim is not None
        self.said.emit(
            f"“{self.claim.path.name}”已被{self.claim.holder}打开，现在是只读的；"
            "请用“另存为”保存您的改动。"
        )
        self.read_only_changed.emit()


class Safety(QObject):
    """What is kept for the user beside the reports: journals and versions, under *folder*.

    *spare*: where journals go when that cannot be written to.

    It makes the :class:`Keeper` of the open report; there is one at a time.

    Signals:
        said(str): a sentence for the status line.
        read_only_changed(): the open report's file can now be written, or no longer.
    """

    said = Signal(str)
    read_only_changed = Signal()

    def __init__(
        self,
        folder: Path,
        parent: QObject | None = None,
        fs: FileSystem | None = None,
        spare: Path | None = None,
    ) -> None:
        super().__init__(parent)
        self.folder = folder
        self.fs = fs or FileSystem()
        self.station: Station = this_station(folder, self.fs)
        self.journals = Journals(
            [folder / "journals", spare or _spare_folder()], self.station, self.fs
        )
        self.keeper: Keeper | None = None

    @cached_property
    def backups(self) -> Backups:
        """The earlier versions of saved reports; first needed when one is saved."""
        from core.storage.backups import Backups

        return Backups(self.folder / "versions", self.fs)

    def claim(self, path: Path) -> Claim:
        """The hold on *path*: the one there is where it is the open report's file, or a new one."""
        held = self.keeper.claim if self.keeper is not None else None
        if held is not None and same_file(held.path, path):
            return held
        return Claim(path, self.station, self.fs, self)

    def drop(self, claim: Claim) -> None:
        """Gives up a hold that was not needed after all; the open report's stays."""
        if self.keeper is None or claim is not self.keeper.claim:
            claim.release()
            claim.deleteLater()

    def follow(
        self,
        document: Document | None,
        digest: str = "",
        claim: Claim | None = None,
        journal: Journal | None = None,
    ) -> None:
        """Keeps *document* from now on and ends what was kept before.

        *journal*: the one of a report taken up again after a crash. To be called before any view
        listens to the document, so that an edit is written down before it is shown.
        """
        self.end(claim)
        if document is None:
            return
        if journal is None:
            report = document.session.report
            journal = self.journals.begin(report, document.path, digest or None)
        self.keeper = keeper = Keeper(document, journal, claim, digest)
        keeper.said.connect(self.said)
        keeper.read_only_changed.connect(self.read_only_changed)

    def end(self, but: Claim | None = None) -> None:
        """Ends keeping the open report, as it is closed; the hold *but* goes on."""
        keeper, self.keeper = self.keeper, None
        if keeper is None:
            return
        keeper.end(self.journals)
        if keeper.claim is not but:
            keeper.hold(None)

    def complaint(self) -> str:
        """The sentence to say where the user's folder cannot be written to; else empty."""
        probe = self.folder / f"probe-{self.station.pid}.tmp"
        try:
            self.fs.make_folder(self.folder)
            self.fs.close(self.fs.open_new(probe))
            self.fs.unlink(probe)
        except FileExistsError:
            return "" if is_folder(self.folder) else _UNWRITABLE.format(folder=self.folder)
        except OSError:
            return _UNWRITABLE.format(folder=self.folder)
        return ""


def _spare_folder() -> Path:
    """Where journals go when the user's folder cannot be written to; it may be emptied any day."""
    user = "user"
    with suppress(OSError, KeyError, ImportError):  # an account without a name
        user = "".join(c for c in getpass.getuser() if c.isalnum()) or user
    return Path(tempfile.gettempdir()) / f"nianbao-{user}" / "journals"
