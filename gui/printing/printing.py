"""Printing, print preview and PDF of the official A4 form."""

from __future__ import annotations

import json
from typing import Final

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

from core.problems import NianbaoError, Problem
from core.session import Session
from core.writing.layout import printed_form
from gui.document import Document
from gui.printing.fonts import PrintFonts
from gui.printing.pages import draw_pages, pages_of
from gui.printing.pdf import standard_layout
from gui.printing.preview import PrintPreview
from gui.system.settings import Settings

_EXPLANATIONS: Final = "print_explanations"
#: The settings of the paper: for upright tables, for wide ones.
_PAPER: Final = ("print_layout", "print_layout_wide")


class PrintProblem(Problem):
    """Why nothing was printed."""

    NO_DEVICE = "“{name}”没有接受打印，请检查打印机是否已接通、是否缺纸，再试一次。"


def explanations_wanted(settings: Settings) -> bool:
    """Whether the user wants 审核说明 printed behind the form."""
    return settings.flag(_EXPLANATIONS, True)


def print_preview(document: Document, parent: QWidget | None, settings: Settings) -> None:
    """Shows what would be printed; the user prints from there. Printer and paper are remembered."""
    wide = printed_form(document.session.report).is_wide
    printer = remembered_printer(settings, wide=wide)
    dialog = preview_dialog(document.session, printer, parent, settings)
    dialog.exec()
    remember_printer(printer, settings, wide=wide)
    dialog.deleteLater()


def preview_dialog(
    session: Session, printer: QPrinter, parent: QWidget | None, settings: Settings
) -> PrintPreview:
    """The preview of *session*'s report on *printer*'s paper."""
    return PrintPreview(
        printer,
        lambda device, wanted: print_on(device, session, with_explanations=wanted),
        parent,
        explanations=explanations_wanted(settings),
        chosen=lambda wanted: settings.set_flag(_EXPLANATIONS, wanted),
    )


def print_on(printer: QPrinter, session: Session, *, with_explanations: bool = True) -> None:
    """Prints *session*'s report, or those of its pages that the print dialog asked for.

    Raises :class:`NianbaoError` where the printer takes nothing.
    """
    fonts = PrintFonts()
    form = printed_form(session.report)
    layout = printer.pageLayout()
    pages = pages_of(session, form, layout, fonts, with_explanations=with_explanations)
    first = max(printer.fromPage(), 1)
    last = min(printer.toPage() or len(pages), len(pages))
    try:
        draw_pages(pages, range(first - 1, last), printer, fonts)
    except OSError as error:
        raise NianbaoError(PrintProblem.NO_DEVICE, name=printer.printerName()) from error


def remembered_printer(settings: Settings, *, wide: bool = False) -> QPrinter:
    """The printer and paper that were used last; the system's printer and A4 the first time.

    Forms with *wide* tables go on paper on its side, and have a paper of their own remembered.
    """
    name = settings.text("printer")
    info = QPrinterInfo.printerInfo(name) if name else QPrinterInfo.defaultPrinter()
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if not info.isNull():
        printer.setPrinterName(info.printerName())
    printer.setPageLayout(layout_from(settings.text(_PAPER[wide]), wide=wide))
    return printer


def remember_printer(printer: QPrinter, settings: Settings, *, wide: bool = False) -> None:
    """Keeps the printer and its paper for the next time."""
    if printer.outputFormat() is QPrinter.OutputFormat.NativeFormat:
        settings.set_text("printer", printer.printerName())
    settings.set_text(_PAPER[wide], layout_text(printer.pageLayout()))


def layout_text(layout: QPageLayout) -> str:
    """Paper, direction and margins (millimetres) as a line of text."""
    margins = layout.margins(QPageLayout.Unit.Millimeter)
    return json.dumps(
        {
            "paper": layout.pageSize().key(),
            "landscape": layout.orientation() is QPageLayout.Orientation.Landscape,
            "margins": [margins.left(), margins.top(), margins.right(), margins.bottom()],
        }
    )


def layout_from(text: str, *, wide: bool = False) -> QPageLayout:
    """What :func:`layout_text` wrote; the standard where it is missing or damaged."""
    layout = standard_layout(wide=wide)
    try:
        kept = json.loads(text)
        size = next(id_ for id_ in QPageSize.PageSizeId if QPageSize.key(id_) == kept["paper"])
        left, top, right, bottom = (min(max(float(m), 0.0), 80.0) for m in kept["margins"])
        landscape = bool(kept["landscape"])
    except (ValueError, KeyError, TypeError, StopIteration):
        return layout
    layout.setPageSize(QPageSize(size))
    layout.setMargins(QMarginsF(left, top, right, bottom))
    side, upright = QPageLayout.Orientation.Landscape, QPageLayout.Orientation.Portrait
    layout.setOrientation(side if landscape else upright)
    return layout
