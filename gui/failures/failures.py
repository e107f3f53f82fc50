"""Says in the window that the program failed, and writes the package that helps to find out why."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.failures.recorder import UNEXPECTED, Failure, Recorder
from gui.report.documents import Documents


class Failures(QObject):
    """Shows what the recorder notes. Names of the report go into the package only if ticked."""

    def __init__(self, recorder: Recorder, documents: Documents, window: QWidget) -> None:
        super().__init__(window)
        self._recorder = recorder
        self._documents = documents
        self._window = window
        self._failed_to_leave = False
        recorder.show = self.tell

    def after_start(self) -> None:
        """Tells of a hard crash of the last run. To be called once the window is shown."""
        self._recorder.tell_of_last_crash()

    def may_leave(self, ask: Callable[[], bool]) -> bool:
        """Whether the window may close: what *ask* says.

        A defect in asking keeps it open once, to save; the second time it may close, as it could
        never be closed otherwise. What is not saved is then kept like what is given up.
        """
        try:
            return ask()
        except Exception as error:
            self._recorder.unexpected(type(error), error, error.__traceback__)
            again, self._failed_to_leave = self._failed_to_leave, True
            return again

    def tell(self, failure: Failure) -> None:
        """Shows *failure*, and saves the package if it is wanted."""
        from gui.failures.diagnostics import save_diagnostics
        from gui.failures.dialog import CrashDialog, Package

        if failure == UNEXPECTED:
            failure = failure._replace(sentence=self._where_the_work_is())

        package = CrashDialog.ask(failure, self._window, may_name=bool(self._names()))
        if package is not Package.NONE:
            names = self._names() if package is Package.WITH_NAMES else []
            save_diagnostics(self._recorder, self._documents.dialogs, names)

    def _where_the_work_is(self) -> str:
        """What holds of the open report now, after a failure nobody expected."""
        keeper = self._documents.safety.keeper
        if keeper is None:
            return "刚才的操作可能没有完成，文件没有改动。请重新打开程序再试。"
        if keeper.is_journal_failing:
            return (
                "刚才的操作可能没有完成。报表仍然开着，但恢复记录没有写入："
                "请马上用“另存为”保存一份，再重新打开程序。"
            )
        return UNEXPECTED.sentence

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
