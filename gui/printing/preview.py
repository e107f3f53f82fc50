"""The print preview: the pages as they come out of the printer, and what can be chosen about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QPageLayout, QShortcut
from PySide6.QtPrintSupport import (
    QPageSetupDialog,
    QPrintDialog,
    QPrinter,
    QPrinterInfo,
    QPrintPreviewWidget,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.problems import NianbaoError
from gui.help.help_key import help_at
from gui.widgets.button import Button
from gui.widgets.check_box import CheckBox
from gui.widgets.dialogs import Dialogs
from gui.widgets.screen_room import resize_within_screen

#: Paints the pages on a printer, with 审核说明 or without. Raises :class:`NianbaoError`.
Paint = Callable[[QPrinter, bool], None]
_STEP: Final = 1.25


class PrintPreview(QDialog):
    """Shows the pages on *printer*'s paper; the user prints from here.

    ``explanations``: whether 审核说明 is printed behind the form; ``chosen`` is told of another
    choice. The preview keeps the printer, which it paints on to the last.
    """

    def __init__(
        self,
        printer: QPrinter,
        paint: Paint,
        parent: QWidget | None,
        *,
        explanations: bool,
        chosen: Callable[[bool], None],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("打印预览")
        help_at(self, "打印和 PDF")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        resize_within_screen(self, 1000, 720)
        self._printer = printer
        self._paint = paint
        self._chosen = chosen
        self._dialogs = Dialogs(self)
        self.pages = QPrintPreviewWidget(printer, self)
        self.pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.pages.paintRequested.connect(self._show_pages)
        self.pages.previewChanged.connect(self._show_place)
        self.explanations = CheckBox("附审核说明", self)
        self.explanations.setToolTip("在统计表后面另起一页打印审核结果和说明")
        self.explanations.setChecked(explanations)
        self.explanations.toggled.connect(self._choose)
        self._put_together()
        QShortcut(QKeySequence(QKeySequence.StandardKey.Print), self, self.print_pages)
        self.fit_button.setChecked(True)
        self.pages.fitInView()

    def print_pages(self) -> None:
        """Asks for the printer and the pages, and prints them."""
        if not QPrinterInfo.availablePrinterNames():
            self._dialogs.inform(
                "这台电脑没有安装打印机",
                "可以用菜单“文件 → 保存为 PDF”存成文件，拿到有打印机的电脑上打印。",
            )
            return
        if QPrintDialog(self._printer, self).exec() == QDialog.DialogCode.Accepted:
            try:
                self._paint(self._printer, self.explanations.isChecked())
            except NianbaoError as error:
                self._dialogs.error("没有打印", str(error))
                return
            self.accept()

    # -- putting together ---------------------------------------------------------------------

    def _put_together(self) -> None:
        self.print_button = self._button("打印(&P)…", "选打印机和页码（Ctrl+P）", self.print_pages)
        self.print_button.setProperty("role", "primary")
        setup = self._button("页面设置(&S)…", "纸张和页边距", self._set_up)
        self.upright_button, self.landscape_button = self._choice(
            ("纵向", "纸竖着放", self.pages.setPortraitOrientation),
            ("横向", "纸横着放", self.pages.setLandscapeOrientation),
        )
        sideways = self._printer.pageLayout().orientation() is QPageLayout.Orientation.Landscape
        (self.landscape_button if sideways else self.upright_button).setChecked(True)
        self.fit_button, self.width_button = self._choice(
            ("整页", "看到整页", self.pages.fitInView),
            ("页宽", "看得更大，与窗口同宽", self.pages.fitToWidth),
        )
        smaller = self._button("－", "缩小", lambda: self._zoom(1 / _STEP))
        larger = self._button("＋", "放大", lambda: self._zoom(_STEP))
        self.back_button = self._button("‹", "上一页（PageUp）", lambda: self._turn(-1))
        self.next_button = self._button("›", "下一页（PageDown）", lambda: self._turn(1))
        self.place = QLabel(self)
        self.place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.place.setMinimumWidth(64)
        close = self._button("关闭", "Esc", self.reject)
        row = QHBoxLayout()
        row.setContentsMargins(10, 10, 10, 10)
        row.setSpacing(6)
        groups: tuple[tuple[QWidget, ...], ...] = (
            (self.print_button, setup),
            (self.upright_button, self.landscape_button),
            (self.fit_button, self.width_button, smaller, larger),
            (self.back_button, self.place, self.next_button),
            (self.explanations,),
        )
        for number, group in enumerate(groups):
            if number:
                row.addSpacing(6)
            for widget in group:
                row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(row)
        whole.addWidget(self.pages, 1)

    def _button(self, text: str, tip: str, slot: Callable[[], object]) -> QPushButton:
        button = Button(text, self)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        if len(text) == 1:
            button.setFixedWidth(36)
            button.setProperty("role", "tab")
            button.setAccessibleName(tip)
        button.clicked.connect(lambda: slot())
        return button

    def _choice(self, *options: tuple[str, str, Callable[[], None]]) -> list[QPushButton]:
        """Buttons of which one is chosen."""
        group = QButtonGroup(self)
        buttons: list[QPushButton] = []
        for text, tip, slot in options:
            button = self._button(text, tip, slot)
            button.setProperty("role", "tab")
            button.setCheckable(True)
            group.addButton(button)
            buttons.append(button)
        return buttons

    # -- what the buttons do ------------------------------------------------------------------

    def _show_pages(self, device: QPrinter) -> None:
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            self._paint(device, self.explanations.isChecked())
        finally:
            QGuiApplication.restoreOverrideCursor()

    def _show_place(self) -> None:
        at, count = self.pages.currentPage(), self.pages.pageCount()
        self.place.setText(f"{at} / {count}")
        self.place.setAccessibleName(f"第 {at} 页，共 {count} 页")
        self.back_button.setEnabled(at > 1)
        self.next_button.setEnabled(at < count)

    def _choose(self, wanted: bool) -> None:
        self._chosen(wanted)
        self.pages.updatePreview()

    def _turn(self, step: int) -> None:
        self.pages.setCurrentPage(self.pages.currentPage() + step)
        self._show_place()

    def _zoom(self, factor: float) -> None:
        fits = self.fit_button.group()
        fits.setExclusive(False)
        self.fit_button.setChecked(False)
        self.width_button.setChecked(False)
        fits.setExclusive(True)
        self.pages.zoomIn(factor)

    def _set_up(self) -> None:
        if QPageSetupDialog(self._printer, self).exec() == QDialog.DialogCode.Accepted:
            sideways = self._printer.pageLayout().orientation() is QPageLayout.Orientation.Landscape
            (self.landscape_button if sideways else self.upright_button).setChecked(True)
            self.pages.updatePreview()
