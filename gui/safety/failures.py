"""Says in the window that the program failed, and writes the package that helps to find out why."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.crash import Failure, Recorder
from gui.documents import Documents


class Failures(QObject):
    """Shows what the recorder notes. Names of the report go into the package only if ticked."""

    def __init__(self, recorder: Recorder, documents: Documents, window: QWidget) -> None:
        super().__init__(window)
        self._recorder = recorder
        self._documents = documents
        self._window = window
        recorder.show = self.tell

    def after_start(self) -> None:
        """Tells of a hard crash of the last run. To be called once the window is shown."""
        self._recorder.tell_of_last_crash()

    def tell(self, failure: Failure) -> None:
        """Shows *failure*, and saves the package if it is wanted."""
        from gui.help import save_diagnostics
        from gui.safety.crash_dialog import CrashDialog, Package

        package = CrashDialog.ask(failure, self._window, may_name=bool(self._names()))
        if package is not Package.NONE:
            names = self._names() if package is Package.WITH_NAMES else []
            save_diagnostics(self._recorder, self._documents.dialogs, names)

    def _names(self) -> list[str]:
        document = self._documents.document
        if document is None:
            return []
        report = document.session.report
        path = document.path
        return [
            f"表样 {report.form.id}",
            f"填报单位 {report.unit_name or '（未填）'}，{report.period.label}",
            f"文件 {path if path is not None else '（从未保存）'}",
        ]
