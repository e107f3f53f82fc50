"""The window on the stage: the real program with fixed reports, for :mod:`tests.gui.screens`."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize, QTimer
from PySide6.QtGui import QCursor, QImage, QTextLayout
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from core.catalog import Catalog
from core.importing.propose import propose, to_baseline
from core.period import Period
from core.report import Baseline, Report
from core.session import Edit, Session
from core.storage.files import save_report
from core.values import CellValue
from gui.app import make_application, make_window
from gui.failures.recorder import Recorder
from gui.widgets.elided import ElidedLabel
from tests.core.figures import SAMPLE_2018, consistent_2021, figures_2018

#: The folders of a clerk's computer that pictures show in place of those of the test.
_SHOWN_FOLDER: Final = "D:\\政务公开\\统计表"
_OFFICE: Final = "通州区政务服务管理办公室"
_HEADER: Final = {
    "unit_name": _OFFICE,
    "leader": "张建国",
    "reviewer": "李敏",
    "preparer": "王芳",
    "phone": "010-12345678",
    "date": "2020-01-08",
}
_SAVED: Final = datetime(2020, 1, 8, 14, 3)
#: 2019 as far as it is filled in, where it differs from 2018. Two slips of the pen and two findings
#: that can be explained; the last two parts are still blank.
_CHANGED: Final = {"1.1": 40, "1.1.1": 46, "1.1.2": 46, "1.3.4": 201, "3.1": 5, "2.1": 4}
_STILL_BLANK: Final = ("8", "9")
_MENDED: Final = {"1.1.1": 6, "1.1.2": 6}

#: What Windows draws around a dialog, in device-independent pixels: title bar and borders.
FRAME: Final = QSize(2, 32)


class Stage:
    """The program with its window, and what is needed to show it in a certain state.

    ``boxes`` gathers the characters seen that the font has no glyph for, ``clipped`` the texts
    that had less room than they need, and ``outside`` the dialogs that with their frame do not fit the
    screen, with the name of the ``scene``.
    """

    def __init__(self, home: Path, scale: int) -> None:
        self.home = home
        self.scale = scale
        self.boxes: set[str] = set()
        self.clipped: set[str] = set()
        self.outside: set[str] = set()
        self.scene = ""
        self.catalog = Catalog.standard()
        self.application = make_application()
        self.application.setCursorFlashTime(0)
        self.reports = home / "reports"
        self.reports.mkdir()
        (home / "documents").mkdir()
        self.last_year = self.reports / "2018年度政府信息公开统计表.txt"
        self.last_year.write_bytes(SAMPLE_2018.read_bytes())
        self.report_2019 = self._made_2019("2019年度统计表（填报中）", ready=False)
        self.report_ready = self._made_2019("2019年度统计表", ready=True)
        self.report_2021 = self._made_2021()
        for number, path in enumerate(sorted(self.reports.iterdir())):
            stamp = datetime(2020, 1, 8, 14, 3 + number).timestamp()
            os.utime(path, (stamp, stamp))
        folder = home / "data"
        self.window = make_window(self.application, folder, Recorder(folder))
        self.window.settings.set_flag("tour_seen", True)
        # Menus and tips follow the pointer: it stays where there is no window.
        QCursor.setPos(self._logical(1950), self._logical(1110))
        self.window.show()
        self.window.move(0, 0)
        self.settle()

    # -- setting -------------------------------------------------------------------------------

    def dress(self, theme: str, width: int, height: int) -> None:
        """The window in these colours and this size in pixels of the screen."""
        self.window.theme.choose("dark" if theme == "dark" else "light")
        self.window.resize(self._logical(width), self._logical(height))
        self.window.move(0, 0)
        self.settle()

    def open(self, path: Path) -> None:
        """Opens a report as a click on a recent file does."""
        document = self.window.documents.document
        if document is not None:
            document.undo_stack.setClean()
        self.window.documents.open_file(path)
        self.window.activateWindow()
        self.settle()

    def open_2019(self) -> None:
        """The report of 2019, half done, with a mistake as the current cell."""
        self.open(self.report_2019)
        self.window.sheets.go_to("1.1.1")
        self.settle()

    def close_report(self) -> None:
        """Back to the start page."""
        document = self.window.documents.document
        if document is not None:
            document.undo_stack.setClean()
        self.window.documents.close()
        self.settle()

    def settle(self, seconds: float = 0.25) -> None:
        """Lets everything be painted that is to be painted."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            QTest.qWait(20)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    # -- pictures ------------------------------------------------------------------------------

    def picture(self, part: QWidget | None = None, margin: int = 0) -> QImage:
        """What the screen shows of the window, or of one *part* with a margin around it."""
        self._fix_times()
        self.settle()
        wanted = part or self.window
        self._look_for_boxes(wanted)
        origin = wanted.mapToGlobal(QPoint(0, 0))
        area = QRect(origin, wanted.size()).adjusted(-margin, -margin, margin, margin)
        return self.area(area & self.window.frameGeometry() if part is not None else area)

    def area(self, area: QRect) -> QImage:
        """What the screen shows in that rectangle (in the screen's own logical coordinates)."""
        screen = self.application.primaryScreen()
        return screen.grabWindow(0, area.x(), area.y(), area.width(), area.height()).toImage()

    def of_modal(
        self,
        ask: Callable[[], object],
        kind: type[QWidget],
        prepare: Callable[[QWidget], object] = lambda dialog: None,
    ) -> QImage:
        """The dialog of that kind that *ask* shows and waits for; it is then dismissed."""
        taken: list[QImage] = []
        tries = 0

        def look() -> None:
            nonlocal tries
            tries += 1
            dialog = QApplication.activeModalWidget()
            if not isinstance(dialog, kind):
                if tries > 400:
                    raise RuntimeError(f"no {kind.__name__} came")
                QTimer.singleShot(25, look)
                return
            prepare(dialog)
            taken.append(self.picture_of_window(dialog))
            dialog.close()

        QTimer.singleShot(25, look)
        ask()
        return taken[0]

    def picture_of_window(self, window: QWidget) -> QImage:
        """A dialog with what is left of the frame that a desktop would draw around it."""
        self.settle(0.4)
        self._look_for_boxes(window)
        # Qt places the frame; without a window manager there is none here.
        around = QRect(window.pos(), window.size() + FRAME)
        screen = window.screen().availableGeometry()
        if not screen.contains(around):
            self.outside.add(f"{self.scene}: {around} on {screen}")
        area = QRect(window.mapToGlobal(QPoint(0, 0)), window.size())
        return self.area(area)

    def end(self) -> None:
        """Closes the window without questions."""
        self.close_report()
        self.window.close()

    # -- inside --------------------------------------------------------------------------------

    def _logical(self, pixels: int) -> int:
        return pixels * 100 // self.scale

    def _fix_times(self) -> None:
        window = self.window
        if window.documents.document is not None:
            if window.documents.saved_at is not None:
                window.documents.saved_at = _SAVED
            window._show_saved()
        for label in window.findChildren(QLabel):
            if str(self.reports) in label.text():
                label.setText(label.text().replace(str(self.reports), _SHOWN_FOLDER))

    def _look_for_boxes(self, root: QWidget) -> None:
        """Glyph 0 is the box that stands for a character without a glyph."""
        for widget in (root, *root.findChildren(QWidget)):
            if widget.isVisible() and (lacking := _lacking(widget)):
                self.clipped.add(f"{self.scene}: {lacking}")
            text = getattr(widget, "text", None)
            if not widget.isVisible() or not callable(text):
                continue
            shown = text()
            if not isinstance(shown, str) or not shown or shown.startswith("<"):
                continue
            for sign in set(shown) - {" ", "\n", "\t", "　"}:
                layout = QTextLayout(sign, widget.font())
                layout.beginLayout()
                layout.createLine()
                layout.endLayout()
                if any(0 in run.glyphIndexes() for run in layout.glyphRuns()):
                    self.boxes.add(sign)

    def _made_2019(self, name: str, *, ready: bool) -> Path:
        checks = self.catalog.checks("cn-2014-beijing")
        report = Report(checks.form, Period(2019))
        report.header.update(_HEADER)
        proposal = propose(self.last_year, self.catalog)
        report.baselines = report.with_baseline(to_baseline(proposal))
        session = Session(report, checks)
        values: dict[str, CellValue] = {**figures_2018(), **_CHANGED}
        if ready:
            values.update({**_MENDED, "3.1": 3})
        typed = {
            key: value
            for key, value in values.items()
            if (ready or key.split(".")[0] not in _STILL_BLANK)
            and (not checks.is_computed(key) or (key in _CHANGED and not ready))
        }
        session.apply(Edit("填写", cells=typed))
        for finding in session.open_findings if ready else ():
            session.apply(session.explain(finding, "转发上级和其他单位的信息较多，已核实。"))
        path = self.reports / f"{name}.nianbao"
        save_report(session.report, path)
        return path

    def _made_2021(self) -> Path:
        checks = self.catalog.checks("cn-2021")
        form = checks.form
        values = consistent_2021(form, random.Random(5))
        last = dict(values)
        for column in form.table("3").columns:
            last[f"3-4:{column.code}"] = values[f"3-2:{column.code}"]
        report = Report(form, Period(2023))
        report.header.update({**_HEADER, "unit_name": "某市住房和城乡建设局", "date": "2024-01-08"})
        report.baselines = (
            Baseline(Period(2022), "某市住房和城乡建设局", form.id, last, "2022年度.xlsx"),
        )
        session = Session(report, checks)
        wrong = {"3-1:natural": values["3-1:natural"] + 2}  # type: ignore[operator]
        typed = {
            key: value
            for key, value in {**values, **wrong}.items()
            if not checks.is_computed(key) and not key.startswith("4-")
        }
        session.apply(Edit("填写", cells=typed))
        path = self.reports / "2023年度（2021版）.nianbao"
        save_report(session.report, path)
        return path


def _lacking(widget: QWidget) -> str:
    """The text of a label or button that has less room than it needs; "" where it has enough."""
    if isinstance(widget, QAbstractButton):
        short = widget.sizeHint().width() - widget.width()
        return f"{widget.text()} ({short} px short)" if widget.text() and short > 0 else ""
    if not isinstance(widget, QLabel) or isinstance(widget, ElidedLabel) or not widget.text():
        return ""
    if widget.wordWrap():
        short = widget.heightForWidth(widget.width()) - widget.height()
        words = max(
            widget.fontMetrics().horizontalAdvance(part) for part in widget.text().splitlines()
        )
        if words <= widget.width():
            short = widget.fontMetrics().height() - widget.height()
    else:
        short = widget.sizeHint().width() - widget.width()
    return f"{widget.text()} ({short} px short)" if short > 1 else ""
