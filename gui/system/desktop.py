"""What Windows expects of a program: an identity on the taskbar, one running copy, good places.

Nothing here opens a socket. A second start hands its file over through a small note in a folder
that the running copy watches; the same works on Linux, where the tests run it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from core.system.folders import is_folder
from gui.system.later import later

#: Groups the program's windows on the taskbar; not to change, or pinned icons stop matching.
APP_ID: Final = "Nianbao.Nianbao"

#: How long a second start waits for the running copy before it opens a window of its own.
PATIENCE_SECONDS: Final = 5.0

_NOTE_PREFIX: Final = "open-"
_NOTE_SUFFIX: Final = ".json"
_ANY_PROCESS: Final = 0xFFFFFFFF


def identify() -> None:
    """Tells Windows which program this is; to be called before the first window is made."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(APP_ID)


def prepare_for_wine() -> None:
    """Leaves out what Wine 8 does not have, where the verification of the installer asks for it.

    Wine 8 lacks the Windows Runtime class that Qt reads the desktop's colours from, and the process
    would end without a word. To be called before the application object is made.
    """
    if os.environ.get("NIANBAO_WINE"):
        QGuiApplication.setDesktopSettingsAware(False)


def default_folder() -> Path:
    """Where reports are proposed to be kept: the user's documents, or else the home."""
    from platformdirs import user_documents_path

    documents = user_documents_path()
    return documents if is_folder(documents) else Path.home()


def open_outside(path: Path) -> bool:
    """Opens a file with the system's program for it; whether there is one, as far as it tells."""
    # By the modules' names: PySide builds a class when it is first named, and no start needs these.
    from PySide6 import QtCore, QtGui

    return QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(path)))


def show_in_folder(path: Path) -> bool:
    """Opens the folder of *path*, on Windows with the file selected; whether that was done."""
    if sys.platform != "win32":
        return open_outside(path.parent)
    from PySide6.QtCore import QDir, QProcess

    started = QProcess.startDetached(
        "explorer.exe", ["/select,", QDir.toNativeSeparators(str(path))]
    )
    return started[0] if isinstance(started, tuple) else started


def come_forward(window: QWidget) -> None:
    """Brings *window* before all others, opened up again where it was minimised."""
    if window.isMinimized():
        window.showNormal()
    window.show()
    window.raise_()
    window.activateWindow()


class SingleCopy(QObject):
    """One running copy for each user: a second start hands its file over and ends.

    The running copy holds a lock; the system frees it when the process ends, however it ends. If
    it does not take a note in time (it hangs, or is just ending), the second start goes on by
    itself, so a double click always opens something.

    Signals:
        file_handed_over: a second start wants this file (absolute path) opened; an empty text
            where it named none and only wants the window to be seen.
    """

    file_handed_over = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """Uses *folder*, a folder of this user on this machine, for the lock and the notes."""
        super().__init__(parent)
        self._folder = folder / "running"
        self._lock = QLockFile(str(self._folder / "lock"))
        # A program that stays open for days is not stale; Qt still sees when its process is gone.
        self._lock.setStaleLockTime(0)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._take_notes)

    def claim(self, file: Path | None, patience: float = PATIENCE_SECONDS) -> bool:
        """Whether this start goes on: False when the running copy has taken *file* over.

        Where the folder cannot be written at all the start goes on too: opening a report matters
        more than opening it in the same window.

        Args:
            file: what was asked to be opened, or None.
            patience: seconds to wait for the running copy.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._take_lock():
                return True
            if self._lock.error() is not QLockFile.LockError.LockFailedError:
                return True
            return not self._hand_over(file, patience)
        except OSError:
            return True

    def release(self) -> None:
        """Lets the next start be the running copy; notes not taken yet are left to their writers."""
        for folder in self._watcher.directories():
            self._watcher.removePath(folder)
        self._lock.unlock()

    def _take_lock(self) -> bool:
        if not self._lock.tryLock(0):
            return False
        for note in self._notes():
            # Its writer has given up or was ended: opening the file now would surprise.
            note.unlink(missing_ok=True)
        self._watcher.addPath(str(self._folder))
        return True

    def _hand_over(self, file: Path | None, patience: float) -> bool:
        """Whether the running copy took the note; False too when it ended and its lock is ours."""
        _allow_others_to_come_forward()
        name = f"{_NOTE_PREFIX}{time.time_ns()}-{os.getpid()}{_NOTE_SUFFIX}"
        note = self._folder / name
        draft = note.with_suffix(".draft")
        wanted = str(file.absolute()) if file is not None else ""
        draft.write_text(json.dumps({"file": wanted}), "utf-8")
        draft.replace(note)
        end = time.monotonic() + patience
        while note.exists():
            if self._take_lock():
                return False
            if time.monotonic() > end:
                note.unlink(missing_ok=True)
                return False
            time.sleep(0.02)
        return True

    def _notes(self) -> list[Path]:
        return sorted(self._folder.glob(f"{_NOTE_PREFIX}*{_NOTE_SUFFIX}"))

    def _take_notes(self) -> None:
        """Reads and removes every note, then tells what they want.

        A virus scanner may hold a note open for a moment: then it is tried again shortly.
        """
        for note in self._notes():
            try:
                wanted = json.loads(note.read_text("utf-8"))["file"]
                note.unlink()
            except FileNotFoundError:
                continue
            except OSError:
                later(self, self._take_notes, 200)
                continue
            except (ValueError, KeyError, TypeError):
                note.unlink(missing_ok=True)
                continue
            self.file_handed_over.emit(str(wanted))


def _allow_others_to_come_forward() -> None:
    """Passes on the right to the foreground, which Windows gave this start for the double click."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(_ANY_PROCESS)
