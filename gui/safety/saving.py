"""Saving the open report into a file that others may have changed or hold."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from core.catalog import Catalog
from core.problems import NianbaoError
from core.report import Report
from core.storage.files import FileStamp, open_report, read_file, save_report
from core.storage.filesystem import StorageProblem
from gui.safety.claim import Claim
from gui.safety.conflict import Choice, Conflict, ConflictDialog
from gui.safety.keeper import Safety
from gui.widgets.dialogs import Dialogs


class Saving:
    """One save with its questions. Whatever goes wrong, the file is whole and the report open."""

    def __init__(self, safety: Safety, catalog: Catalog, dialogs: Dialogs, window: QWidget) -> None:
        self._safety = safety
        self._catalog = catalog
        self._dialogs = dialogs
        self._window = window
        #: Set where the user would rather save under another name.
        self.wants_another_name = False

    def save(self, report: Report, path: Path, claim: Claim) -> FileStamp | None:
        """Writes *report* into *path*, held by *claim*; ``None`` where nothing was written.

        Only the file that was opened can have changed behind the user's back; about any other the
        system's own dialog has asked.
        """
        keeper = self._safety.keeper
        if claim.is_read_only and not claim.retry():
            sentence = f"“{path.name}”正由 {claim.holder} 打开，请换一个文件名。"
            self._dialogs.error("没有保存", sentence)
            return None
        is_own = keeper is not None and claim is keeper.claim
        expected = keeper.digest or None if keeper is not None and is_own else None
        while True:
            try:
                return save_report(
                    report,
                    path,
                    expected=expected,
                    backups=self._safety.backups,
                    fs=self._safety.fs,
                )
            except NianbaoError as error:
                if error.problem is not StorageProblem.CHANGED_OUTSIDE:
                    self._dialogs.error("没有保存", str(error))
                    return None
            conflict = self._conflict(report, path)
            choice = ConflictDialog.ask(conflict, self._window)
            if choice is not Choice.OVERWRITE:
                self.wants_another_name = choice is Choice.SAVE_AS
                return None
            # Only the version that was shown may be replaced.
            expected = conflict.digest or None

    def _conflict(self, report: Report, path: Path) -> Conflict:
        digest = ""
        try:
            digest = FileStamp.of(read_file(path, self._safety.fs)).sha256
            other = open_report(path, self._catalog, self._safety.fs)
        except NianbaoError as error:
            return Conflict(path.name, report, None, digest, str(error))
        return Conflict(path.name, report, other.report, other.stamp.sha256, "")
