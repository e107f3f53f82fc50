"""The open report as the window knows it: a session, its undo stack, and the file it came from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.problems import NianbaoError
from core.session import Change, Edit, Session


class Document(QObject):
    """A report being edited.

    Every change, whoever asks for it, goes through :meth:`submit` and can be undone. Views listen
    and never change the report themselves.

    Signals (facts, after they have happened):
        changed(Change): an edit was made, undone or redone.
        dirty_changed(bool): there is now something (or nothing) left to save.
        path_changed(): the file's name or folder is another one.
        refused(str, str): a text was refused for a cell: key and the sentence why.
    """

    changed = Signal(object)
    dirty_changed = Signal(bool)
    path_changed = Signal()
    refused = Signal(str, str)

    def __init__(
        self, session: Session, path: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.undo_stack = QUndoStack(self)
        self._last_change: Change | None = None
        self._path = path
        self.undo_stack.cleanChanged.connect(self._clean_changed)

    @property
    def path(self) -> Path | None:
        """The .nianbao file; ``None`` while it was never saved."""
        return self._path

    def saved_as(self, path: Path) -> None:
        """Notes that the report as it stands is now in *path*."""
        self._path = path
        self.undo_stack.setClean()
        self.path_changed.emit()

    @property
    def is_dirty(self) -> bool:
        """Whether there is anything that is not in the file."""
        return not self.undo_stack.isClean()

    def submit(self, edit: Edit) -> Change | None:
        """Makes *edit* as one undo step; ``None`` where it would change nothing.

        Raises :class:`core.problems.NianbaoError` when the report refuses it; nothing has changed
        then.
        """
        change = self.session.apply(edit)
        if not (change.cells or change.findings or change.header or change.baselines):
            return None
        self.undo_stack.push(_EditCommand(self, change))
        return change

    def undo(self) -> Change | None:
        """Undoes the last step; what that changed, ``None`` where there is none."""
        self._last_change = None
        self.undo_stack.undo()
        return self._last_change

    def redo(self) -> Change | None:
        """Makes the step that was undone last again; what that changed."""
        self._last_change = None
        self.undo_stack.redo()
        return self._last_change

    def announce(self, change: Change) -> None:
        """Says that *change* has been made."""
        self._last_change = change
        self.changed.emit(change)

    def type_text(self, key: str, text: str) -> bool:
        """Types *text* into a cell; a refusal is announced by :attr:`refused`. Whether it was taken."""
        try:
            self.submit(self.session.type(key, text))
        except NianbaoError as error:
            self.refused.emit(key, str(error))
            return False
        return True

    def _clean_changed(self, clean: bool) -> None:
        self.dirty_changed.emit(not clean)


class _EditCommand(QUndoCommand):
    """One edit on the undo stack. It was made before it was pushed, so the first redo is none."""

    def __init__(self, document: Document, change: Change) -> None:
        super().__init__(change.edit.label)
        self._document = document
        self._change: Change | None = change
        self._edit = change.edit
        self._inverse = change.inverse

    def redo(self) -> None:
        change = self._change or self._document.session.apply(self._edit)
        self._change = None
        self._document.announce(change)

    def undo(self) -> None:
        self._document.announce(self._document.session.apply(self._inverse))


def frozen(session: Session) -> Session:
    """A copy of *session* that later edits leave alone."""
    report = session.report
    copy = replace(
        report,
        header=dict(report.header),
        values=dict(report.values),
        computed=set(report.computed),
        explanations=dict(report.explanations),
    )
    return Session(copy, session.checks)
