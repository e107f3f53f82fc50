"""The chart page: what the report's figures look like beside last year's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.charts import Chart, Charts
from core.problems import NianbaoError
from core.storage.durable import write_durably
from core.system.filenames import mended
from gui.charts.drawing import Drawing, image_of, lay_out, paint, png_of, summary, svg_of
from gui.document import Document
from gui.help.help_key import help_at
from gui.look.tokens import LIGHT, Tokens
from gui.widgets.button import Button
from gui.widgets.dialogs import Dialogs
from gui.widgets.plain import plain_tip
from gui.widgets.screen_room import resize_within_screen

PNG_FILTER: Final = "PNG 图片 (*.png)"
SVG_FILTER: Final = "SVG 矢量图 (*.svg)"
_LATER_MILLISECONDS: Final = 150
_LIST_WIDTH: Final = 270
#: The chart of the cell that is current in the sheet.
_CURRENT: Final = "current"


class ChartView(QWidget):
    """Shows one drawing as wide as there is room, never blown up beyond half as large again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing: Drawing | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_drawing(self, drawing: Drawing | None) -> None:
        """Shows *drawing*; without one nothing."""
        self._drawing = drawing
        title, _, text = drawing.text.partition("\n") if drawing is not None else ("", "", "")
        self.setAccessibleName(title.replace("\t", "，"))
        self.setAccessibleDescription(text.replace("\t", "，").replace("\n", "；"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The drawing's own size."""
        return (
            QSize(self._drawing.width, self._drawing.height)
            if self._drawing is not None
            else QSize(1, 1)
        )

    def heightForWidth(self, width: int) -> int:
        """What the drawing takes at that width."""
        return round(self.sizeHint().height() * self._scale(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the drawing, sharp at every scaling of the screen."""
        painter = QPainter(self)
        if self._drawing is not None:
            scale = self._scale(self.width())
            painter.scale(scale, scale)
            paint(self._drawing, painter)
        painter.end()

    def _scale(self, width: int) -> float:
        return min(width / self.sizeHint().width(), 1.5)


class ChartPage(QWidget):
    """All charts of an open report: a list, the chosen one, and ways to take it along.

    Follows the report while it is edited. Pictures that leave the program are light ones: they are
    put on white paper.
    """

    def __init__(
        self, document: Document, tokens: Tokens, parent: QWidget | None = None, folder: str = ""
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tokens = tokens
        self._folder = folder
        self._cell = ""
        self._charts: dict[str, Chart] = {}
        self._definitions = Charts(document.session.checks)
        self._dialogs = Dialogs(self)
        self._list = QTreeWidget(self)
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setIndentation(12)
        self._list.setAccessibleName("图表目录")
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setFixedWidth(_LIST_WIDTH)
        self.view = ChartView(self)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER_MILLISECONDS)
        self._later.timeout.connect(self.refresh)
        self._put_together()
        self._list.currentItemChanged.connect(lambda now, before: self._show_chosen())
        document.changed.connect(self._later.start)
        self.refresh()

    @property
    def chart(self) -> Chart | None:
        """The chart that is shown."""
        item = self._list.currentItem()
        return self._charts.get(str(item.data(0, Qt.ItemDataRole.UserRole))) if item else None

    def refresh(self) -> None:
        """Brings the list and the chart up to date with the report."""
        self._later.stop()
        report = self._document.session.report
        charts = list(self._definitions.of(report))
        current = self._definitions.over_years(report, self._cell)
        if current is not None:
            charts.insert(1, replace(current, id=_CURRENT))
        same = [c.id for c in charts] == list(self._charts)
        chosen = self.chart.id if self.chart is not None else ""
        self._charts = {chart.id: chart for chart in charts}
        if same:
            self._show_chosen()
        else:
            self._fill_list(chosen)

    def show_cell(self, key: str) -> None:
        """Draws the cell of that key over the years, where the report holds several."""
        if key and key != self._cell:
            self._cell = key
            self._later.start()

    def choose(self, chart_id: str) -> bool:
        """Shows the chart of that id. Whether there is one."""
        for item in self._list.findItems(
            "", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive
        ):
            if item.data(0, Qt.ItemDataRole.UserRole) == chart_id:
                self._list.setCurrentItem(item)
                return True
        return False

    def set_tokens(self, tokens: Tokens) -> None:
        """Draws in other colours from now on."""
        self._tokens = tokens
        self._show_chosen()

    def copy_picture(self) -> None:
        """Puts the chart on the clipboard, as pixels and as SVG."""
        drawing = self._light_drawing()
        if drawing is not None:
            data = QMimeData()
            data.setImageData(image_of(drawing))
            data.setData("image/svg+xml", QByteArray(svg_of(drawing)))
            QGuiApplication.clipboard().setMimeData(data)

    def copy_figures(self) -> None:
        """Puts the chart's figures on the clipboard, as a table of text."""
        if self.chart is not None:
            QGuiApplication.clipboard().setText(summary(self.chart))

    def save_picture(self, suffix: str) -> Path | None:
        """Saves the chart as ``.png`` or ``.svg`` where the user wants it; the file."""
        drawing = self._light_drawing()
        if drawing is None:
            return None
        report = self._document.session.report
        name = mended(f"{report.unit_name} {report.period.label} {drawing.title}".strip(), suffix)
        kind = PNG_FILTER if suffix == ".png" else SVG_FILTER
        path = self._dialogs.save_path("保存图表", Path(self._folder) / name, kind)
        if path is None:
            return None
        try:
            write_durably(path, svg_of(drawing) if suffix == ".svg" else png_of(drawing))
        except NianbaoError as error:
            self._dialogs.error("没有保存图表", str(error))
            return None
        self._folder = str(path.parent)
        return path

    # -- inside -------------------------------------------------------------------------------

    def _put_together(self) -> None:
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setProperty("card", "plain")
        inside = QWidget(area)
        inside.setObjectName("inside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        column.addStretch(1)
        area.setWidget(inside)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for text, tip, slot in (
            ("复制图片(&C)", "复制后可以粘贴到 Word、WPS、微信", self.copy_picture),
            ("复制数据(&D)", "复制后可以粘贴到 Excel、WPS 表格", self.copy_figures),
            ("存为 PNG(&P)…", "像素图片，到处都能用", lambda: self.save_picture(".png")),
            ("存为 SVG(&S)…", "矢量图，放大不模糊", lambda: self.save_picture(".svg")),
        ):
            button = Button(text, self)
            button.setToolTip(tip)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, slot=slot: slot())
            buttons.addWidget(button)
        right = QVBoxLayout()
        right.addWidget(area, 1)
        right.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        self._hint = QLabel("导入更早年度的报表后，这里还会有历年图。", self)
        self._hint.setProperty("tone", "muted")
        self._hint.setWordWrap(True)
        self._hint.setFixedWidth(_LIST_WIDTH)
        left = QVBoxLayout()
        left.addWidget(self._list, 1)
        left.addWidget(self._hint)
        row.addLayout(left)
        row.addLayout(right, 1)

    def _fill_list(self, chosen: str) -> None:
        self._list.blockSignals(True)
        self._list.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        for chart in self._charts.values():
            heading = "历年" if chart.years else chart.section or "总体"
            group = groups.get(heading)
            if group is None:
                group = groups[heading] = QTreeWidgetItem(self._list, [heading])
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                group.setToolTip(0, plain_tip(heading))
                font = group.font(0)
                font.setBold(True)
                group.setFont(0, font)
            item = QTreeWidgetItem(group, [_name_in_list(chart)])
            item.setToolTip(0, plain_tip(chart.title))
            item.setData(0, Qt.ItemDataRole.UserRole, chart.id)
        self._list.expandAll()
        self._list.blockSignals(False)
        self._hint.setHidden(any(chart.years for chart in self._charts.values()))
        if not self.choose(chosen) and self._charts:
            self.choose(next(iter(self._charts)))

    def _show_chosen(self) -> None:
        chart = self.chart
        self.view.show_drawing(lay_out(chart, self._tokens) if chart is not None else None)

    def _light_drawing(self) -> Drawing | None:
        chart = self.chart
        return lay_out(chart, LIGHT) if chart is not None else None


class ChartDialog(QDialog):
    """The chart page in a window of its own, beside the sheet; closes with the report."""

    def __init__(
        self, document: Document, tokens: Tokens, parent: QWidget, folder: str = ""
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("图表")
        help_at(self, "图表")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        resize_within_screen(self, 1120, 640)
        self.page = ChartPage(document, tokens, self, folder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        document.destroyed.connect(self.close)


def _name_in_list(chart: Chart) -> str:
    """The chart's title without what the heading above it says already."""
    if chart.id == _CURRENT:
        return f"当前格：{chart.title.removesuffix('：历年')}"
    return chart.title.removeprefix(f"{chart.section}：").removesuffix("：历年")
