"""What each picture of the manual shows, for :mod:`tests.gui.screens`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from gui.charts.page import ChartDialog
from gui.importing.dialog import ImportDialog
from gui.printing.printing import preview_dialog, remembered_printer
from gui.report.mail_dialog import MailDialog, proposed_mail
from gui.start.new_dialog import NewDialog
from gui.start.recent_file import RecentFile
from tests.gui.stage import Stage

_OFFICE_SCREEN: Final = (1366, 768)


def start_page(stage: Stage) -> QImage:
    """How it begins: last year's file, a new report, the recent ones."""
    stage.dress("light", 1366, 700)
    return begin(stage)


def begin(stage: Stage) -> QImage:
    """The start page in the window as it is, once it knows how far the reports are."""
    stage.close_report()
    for path in (stage.report_ready, stage.report_2021, stage.report_2019):
        stage.window.settings.add_recent(path)
    stage.window.documents.recent_changed.emit()
    for _ in range(200):
        stage.settle(0.05)
        files = [f for f in stage.window.start_page.findChildren(RecentFile) if f.isVisible()]
        if files and all(file.said for file in files):
            break
    return stage.picture()


def new_report(stage: Stage) -> QImage:
    """The dialog for a new report."""
    dialog = NewDialog(
        stage.catalog.all_forms()[0], "通州区政务服务管理办公室", date(2020, 1, 8), stage.window
    )
    dialog.show()
    image = stage.picture_of_window(dialog)
    dialog.close()
    dialog.deleteLater()
    return image


def import_preview(stage: Stage) -> QImage:
    """What was read of last year's file, before anything is taken over."""
    stage.dress("light", *_OFFICE_SCREEN)
    stage.close_report()

    def list_all(dialog: QWidget) -> None:
        for button in dialog.findChildren(QPushButton):
            if button.text().startswith("全部 "):
                button.click()

    documents = stage.window.documents
    return stage.of_modal(lambda: documents.import_file(stage.last_year), ImportDialog, list_all)


def main_window(stage: Stage) -> QImage:
    """The window with a report half done, its parts numbered as the manual tells of them."""
    stage.dress("light", *_OFFICE_SCREEN)
    stage.open_2019()
    image = stage.picture()
    window = stage.window
    parts: Sequence[tuple[QWidget, float, float]] = (
        (window.sections, 0.5, 0.72),
        (window.header, 0.85, 0.5),
        (window.sheets, 0.42, 0.62),
        (window.findings, 0.5, 0.03),
        (window.indicator_help, 0.9, 0.42),
        (window.status, 0.5, 0.5),
    )
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(window.font())
    font.setPixelSize(17)
    font.setBold(True)
    painter.setFont(font)
    for number, (part, across, down) in enumerate(parts, start=1):
        corner = part.mapTo(window, QPoint(0, 0))
        x, y = corner.x() + part.width() * across, corner.y() + part.height() * down
        circle = QRectF(x - 14, y - 14, 28, 28)
        painter.setPen(QColor("white"))
        painter.setBrush(QColor("#B42318"))
        painter.drawEllipse(circle)
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(number))
    painter.end()
    return image


def sheet(stage: Stage) -> QImage:
    """Some rows of the sheet as large as life."""
    stage.dress("light", *_OFFICE_SCREEN)
    stage.open_2019()
    view = stage.window.sheets
    image = stage.picture(view)
    return image.copy(0, 0, image.width(), min(image.height(), 420))


def explanation(stage: Stage) -> QImage:
    """A finding that is being explained."""
    stage.dress("light", *_OFFICE_SCREEN)
    stage.open_2019()
    stage.window.sheets.go_to("1.3.4")
    stage.settle()
    card = next(card for card in stage.window.findings.cards if card.finding.at[0] == "1.3.4")
    card.start_explaining()
    card.text_box.setPlainText("转发上级和其他单位的信息较多，已核实。")
    stage.settle()
    image = stage.picture(stage.window.findings)
    card.stop_explaining()
    return image


def finding_indicators(stage: Stage) -> QImage:
    """Initials of pinyin in the search box, and what they find."""
    stage.dress("light", *_OFFICE_SCREEN)
    stage.open_2019()
    search = stage.window.search
    search.start()
    QTest.keyClicks(search, "sqs")
    image = stage.picture()
    search.clear()
    search.close_list()
    stage.window.sheets.focus()
    return image.copy(image.width() - 760, 0, 760, 330)


def exported(stage: Stage) -> QImage:
    """Everything done: ready, and the workbook written."""
    stage.dress("light", *_OFFICE_SCREEN)
    stage.open(stage.report_ready)
    stage.window.sheets.go_to("3.1")
    target = (
        stage.home / "documents" / "通州区政务服务管理办公室_2019年度_政府信息公开情况统计表.xlsx"
    )
    stage.window.documents.dialogs.save_path = lambda *_: target  # type: ignore[method-assign]
    stage.window.documents.export()
    return stage.picture()


def print_preview(stage: Stage) -> QImage:
    """The official form on paper."""
    stage.dress("light", *_OFFICE_SCREEN)
    stage.open(stage.report_ready)
    document = stage.window.documents.document
    assert document is not None
    settings = stage.window.settings
    # The dialog does not keep the printer alive.
    printer = remembered_printer(settings)
    dialog = preview_dialog(document.session, printer, stage.window, settings)
    dialog.show()
    stage.settle(1.0)
    image = stage.picture_of_window(dialog)
    dialog.close()
    dialog.deleteLater()
    return image


def charts(stage: Stage) -> QImage:
    """The chart page with the first chart."""
    stage.dress("light", *_OFFICE_SCREEN)
    stage.open(stage.report_ready)
    stage.window.outputs.show_charts()
    (dialog,) = stage.window.findChildren(ChartDialog)
    stage.settle(0.5)
    image = stage.picture_of_window(dialog)
    dialog.close()
    return image


def mail(stage: Stage) -> QImage:
    """The message before it is handed to the mail program."""
    stage.dress("light", *_OFFICE_SCREEN)
    stage.open(stage.report_ready)
    document = stage.window.documents.document
    assert document is not None
    dialog = MailDialog(proposed_mail(document.session, "zwgk@example.cn"), stage.window)
    dialog.show()
    image = stage.picture_of_window(dialog)
    dialog.close()
    dialog.deleteLater()
    return image


def form_2021(stage: Stage) -> QImage:
    """Table 3 of the 2021 edition: seven columns."""
    stage.dress("light", *_OFFICE_SCREEN)
    return matrix(stage)


def matrix(stage: Stage) -> QImage:
    """The same in the window as it is."""
    stage.open(stage.report_2021)
    stage.window.sheets.go_to("3-1:natural")
    return stage.picture()


def dark(stage: Stage) -> QImage:
    """The same report in the dark."""
    stage.dress("dark", *_OFFICE_SCREEN)
    stage.open_2019()
    return stage.picture()


SCENES: Final[Mapping[str, Callable[[Stage], QImage | None]]] = {
    "start": start_page,
    "new": new_report,
    "import": import_preview,
    "main": main_window,
    "sheet": sheet,
    "explain": explanation,
    "search": finding_indicators,
    "export": exported,
    "print": print_preview,
    "chart": charts,
    "mail": mail,
    "form-2021": form_2021,
    "dark": dark,
}
