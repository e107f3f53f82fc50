"""Starts the window: the application object, fonts, colours, the catalog of forms."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from core.catalog import Catalog, resources_folder
from core.system.folders import data_folder, own_forms_folder
from gui.failures.recorder import Recorder
from gui.look.style import Theme, label_font
from gui.report.documents import Documents
from gui.system.desktop import SingleCopy, identify, prepare_for_wine
from gui.system.later import later
from gui.system.settings import Settings
from gui.widgets.dialogs import Dialogs
from gui.window.help_commands import EXIT_WHEN_READY
from gui.window.second_starts import SecondStarts
from gui.window.window import MainWindow


def run(arguments: Sequence[str]) -> int:
    """Shows the window, with a file if one is named, until the user closes it; the exit code."""
    file = _file_of(arguments)
    exit_when_ready = os.environ.get(EXIT_WHEN_READY) == "1"
    identify()
    prepare_for_wine()
    application = make_application()
    folder = data_folder()
    recorder = Recorder(folder)
    recorder.install()
    try:
        return _run(application, folder, recorder, file, exit_when_ready=exit_when_ready)
    except Exception as error:
        if exit_when_ready:  # nobody is there to be told
            raise
        recorder.not_started(error)
        return 1
    finally:
        recorder.remove()


def _run(
    application: QApplication,
    folder: Path,
    recorder: Recorder,
    file: Path | None,
    *,
    exit_when_ready: bool,
) -> int:
    copy = SingleCopy(folder, application)
    if not exit_when_ready and not copy.claim(file):
        return 0
    window = make_window(application, folder, recorder)
    copy.file_handed_over.connect(SecondStarts(window).take)
    first = file
    if first is not None and first.suffix.lower() == ".nianbao":
        # Before the window is shown: the start page would only flash.
        recorder.attempt(lambda: window.documents.open_file(first))
        file = None
    window.show()
    later(window, lambda: _begin(window, file, look_back=not exit_when_ready))
    if exit_when_ready:
        # For the installer's verification and the benchmarks: once the window has been painted
        # and whatever waited then is done.
        window.painted.connect(lambda: later(window, application.quit))
    # What a start has made lasts as long as the program: the collector need not look at it again.
    gc.freeze()
    gc.enable()
    code = application.exec()
    copy.release()
    # Widgets go before the application object: what is left over then warns of nothing.
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return code


def make_application() -> QApplication:
    """The application object, speaking Chinese, with its icon and font."""
    # The style by its option: setStyle() returns it, and with it come all of QStyle's signs.
    application = QApplication([*sys.argv[:1], "-style", "Fusion"])
    application.setApplicationName("nianbao")
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_zh_CN", folder):
        application.installTranslator(translator)
    application.setFont(label_font())
    application.setWindowIcon(QIcon(str(resources_folder() / "icons" / "app.png")))
    return application


def make_window(application: QApplication, folder: Path, recorder: Recorder) -> MainWindow:
    """The main window and everything it needs, put together here and nowhere else."""
    settings = Settings(folder)
    theme = Theme(application, settings.appearance)
    catalog = Catalog.standard(own_forms_folder())
    return MainWindow(
        settings,
        theme,
        lambda window: Documents(catalog, settings, Dialogs(window), window),
        recorder,
    )


def _file_of(arguments: Sequence[str]) -> Path | None:
    return Path(arguments[0]).absolute() if arguments else None


def _begin(window: MainWindow, file: Path | None, *, look_back: bool) -> None:
    """What asks the user something, one after the other, once events are being handled.

    Asked before that, a question would keep the measuring mode from ever ending.
    """
    attempt = window.recorder.attempt
    attempt(window.documents.say_what_waited)
    if file is not None:
        attempt(lambda: window.documents.open_file(file))
    if look_back:
        # A crash of the last run, and what it left unsaved.
        attempt(window.failures.after_start)
        attempt(window.rescue.after_start)
