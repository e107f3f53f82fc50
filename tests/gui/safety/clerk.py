"""A clerk in a process of its own, at the real program: real start, real keys, real files.

    python -m tests.gui.safety.clerk type HOME FILE LOG     types until killed
    python -m tests.gui.safety.clerk next HOME              starts again, takes what is offered
    python -m tests.gui.safety.clerk job HOME LASTYEAR      the main job, while no socket can be made

LOG gets a line for each figure that is finished, written so that a kill loses none.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

SOCKET_CALLS: list[str] = []


def refuse_sockets() -> None:
    """Makes every socket call of Python fail, for as long as the process lives."""

    def look(event: str, _arguments: object) -> None:
        if event.startswith("socket."):
            SOCKET_CALLS.append(event)
            raise OSError(f"no network here: {event}")

    sys.addaudithook(look)


def start(arguments: Sequence[str], then: Callable[[], None], delay: int = 0) -> int:
    """Runs the program as its users do; *then* is called once its events are being handled."""
    from PySide6.QtCore import QTimer

    import gui.app

    make_window = gui.app.make_window

    def made(*parts: object) -> object:
        window = make_window(*parts)  # type: ignore[arg-type]
        window.settings.set_flag("tour_seen", True)
        QTimer.singleShot(delay, window, then)
        return window

    gui.app.make_window = made  # type: ignore[assignment]
    return gui.app.run(arguments)


def the_window():  # noqa: ANN201 - the class cannot be imported before the sockets are refused
    """The program's window."""
    from PySide6.QtWidgets import QApplication

    from gui.window.window import MainWindow

    (window,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
    return window


def press(text: str) -> None:
    """Types *text* and Enter where the keyboard is."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    QTest.keyClicks(QApplication.focusWidget() or the_window(), text)
    QTest.keyClick(QApplication.focusWidget() or the_window(), Qt.Key.Key_Return)


def type_until_killed(log: Path) -> None:
    """Types figures at random places for ever."""
    from PySide6.QtWidgets import QApplication

    window = the_window()
    window.activateWindow()
    session = window.documents.document.session
    keys = [key for key, cell in session.form.cells.items() if not cell.unit.decimals]
    descriptor = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o666)
    while True:
        key, figure = random.choice(keys), random.randrange(1, 10_000)
        window.sheets.go_to(key)
        press(str(figure))
        if session.value(key) == figure:
            os.write(descriptor, f"{key} {figure}\n".encode("ascii"))
        QApplication.processEvents()


def take_what_is_offered() -> None:
    """Restores the first offer, and prints what was offered and what is in the window then."""
    from PySide6.QtCore import QCoreApplication, QTimer

    from gui.safety.recovery import Action, Decision, RecoveryDialog

    out: dict[str, object] = {}

    def finish() -> None:
        window = the_window()
        document = window.documents.document
        out["values"] = document.session.report.values
        out["dirty"] = document.is_dirty
        out["shown"] = window.isVisible()
        out["saved"] = window.documents.save()
        print(json.dumps(out, default=str), flush=True)
        window.close()
        QCoreApplication.quit()

    def ask(offers, *_: object, **__: object):  # noqa: ANN001, ANN202 - as the dialog's own
        out["offers"] = [str(offer.original) for offer in offers]
        out["changed"] = len(offers[0].changed)
        out["visible_when_asked"] = the_window().isVisible()
        QTimer.singleShot(0, finish)
        return Decision(Action.RESTORE, offers[0])

    RecoveryDialog.ask = ask  # type: ignore[method-assign]


def main_job(folder: Path, last_year: Path) -> None:
    """Last year's file, this year's figures, review, save, versions, PDF, workbook."""
    from PySide6.QtCore import QCoreApplication, Qt, QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from gui.importing.dialog import ImportDialog
    from gui.safety.versions import VersionsDialog
    from gui.widgets.dialogs import Dialogs

    Dialogs.open_paths = lambda *_: [last_year]  # type: ignore[method-assign]
    Dialogs.save_path = lambda _s, _t, proposed, _f: folder / proposed.name  # type: ignore[method-assign]
    Dialogs.confirm = lambda *_: True  # type: ignore[method-assign]
    said: list[str] = []
    for name in ("error", "inform"):
        setattr(Dialogs, name, lambda _self, what, sentence: said.append(f"{what}{sentence}"))
    VersionsDialog.ask = lambda *_: None  # type: ignore[method-assign]

    def agree() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, ImportDialog):
            QTest.mouseClick(dialog.take_button, Qt.MouseButton.LeftButton)
        else:
            QTimer.singleShot(20, agree)

    window = the_window()
    window.activateWindow()
    agree()
    QTest.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    QTest.qWait(200)
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    session = window.documents.document.session
    for key in list(session.form.cells)[:12]:
        window.sheets.go_to(key)
        window.sheets.focus()
        press("3")
    QTest.keyClick(window, Qt.Key.Key_F7)
    saved = window.documents.save()
    window.rescue.show_versions()
    window.failures.after_start()
    exported = window.documents.export()
    QTest.qWait(100)
    sockets = [
        link
        for number in os.listdir("/proc/self/fd")  # noqa: PTH208 - vanishes while it is listed
        if "socket:" in (link := _link(f"/proc/self/fd/{number}"))
    ]
    out = {
        "saved": saved,
        "exported": exported,
        "filled": len(session.report.values),
        "baselines": len(session.report.baselines),
        "calls": SOCKET_CALLS,
        "open_sockets": sockets,
        "network_libraries": sorted(name for name in sys.modules if name.endswith("QtNetwork")),
        "said": said,
    }
    print(json.dumps(out), flush=True)
    window.close()
    QCoreApplication.quit()


def _link(path: str) -> str:
    try:
        return os.readlink(path)  # noqa: PTH115
    except OSError:
        return ""


def main(arguments: Sequence[str]) -> int:
    """Plays the part that is asked for."""
    part, home = arguments[0], arguments[1]
    os.environ["NIANBAO_HOME"] = home
    if part == "type":
        log = Path(arguments[3])
        return start([arguments[2]], lambda: type_until_killed(log))
    if part == "next":
        take_what_is_offered()
        return start([], lambda: None)
    refuse_sockets()
    last_year = Path(arguments[2])
    return start([], lambda: main_job(Path(home), last_year), 200)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
