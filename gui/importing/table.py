"""The table of the import preview: the file on the left, the form on the right, the verdict between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui.importing.rows import PreviewRow, Standing
from gui.look.tokens import DARK, LIGHT, Tokens
from gui.widgets.plain import plain_tip

_HEADINGS: Final = ("文件：指标", "文件：数", "对照", "本表：指标", "单位", "读作", "说明")
#: Widths of the columns that hold a figure or a word; the labels and the remark share the rest.
_WIDTHS: Final = {1: 104, 2: 124, 4: 60, 5: 84}
_LABELS: Final = (0, 3)
_LEAST_LABEL, _LEAST_REMARK = 200, 80
#: What the remarks take of the room that is shared, where there are any.
_REMARK_SHARE: Final = 0.28
_FILE_SIDE: Final = (0, 1)
_RIGHT: Final = (1, 5)
_VERDICT, _TAKEN, _REMARK = 2, 5, 6
_ROW_HEIGHT: Final = 26
_PADDING: Final = 11
_Index = QModelIndex | QPersistentModelIndex


class ImportModel(QAbstractTableModel):
    """Translates preview rows; decides nothing."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: Sequence[PreviewRow] = ()
        self._parent_widget = parent

    def show(self, rows: Sequence[PreviewRow]) -> None:
        """Lists *rows* from now on."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_at(self, number: int) -> PreviewRow:
        """The line of that number."""
        return self._rows[number]

    @property
    def rows(self) -> Sequence[PreviewRow]:
        """The lines listed."""
        return self._rows

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as are listed."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """The columns of both sides."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a line shows: text, alignment, and colour beside (never in place of) a sign."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _texts(row)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(_texts(row)[column] or row.remark)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return "，".join(text for text in _texts(row) if text)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(row, column)
        if role == Qt.ItemDataRole.BackgroundRole and column in _FILE_SIDE:
            return QColor(_tokens_of(self._parent_widget).page)
        if role == Qt.ItemDataRole.FontRole and column == _TAKEN:
            font = self._parent_widget.font()
            font.setBold(True)
            return font
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The headings, aligned as their columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in _RIGHT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _colour(self, row: PreviewRow, column: int) -> QColor | None:
        tokens = _tokens_of(self._parent_widget)
        if column == _VERDICT:
            if row.by_hand:
                return QColor(tokens.accent)
            match row.standing:
                case Standing.SURE:
                    return QColor(tokens.done)
                case Standing.UNSURE:
                    return QColor(tokens.explain)
                case _:
                    return QColor(tokens.muted)
        return QColor(tokens.muted) if column in (_REMARK, 4) else None


class _SidesDelegate(QStyledItemDelegate):
    """Tints the file's side; a style sheet that sets margins leaves a model's backgrounds out."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """The tint first, then the line as ever."""
        tint = index.data(Qt.ItemDataRole.BackgroundRole)
        if isinstance(tint, QColor):
            painter.fillRect(option.rect, tint)
        super().paint(painter, option, index)


class ImportTable(QTableView):
    """Shows the lines; a line can be given another counterpart or none.

    Signals:
        change_requested(): Enter, F2 or a double click: another counterpart for the current line.
        drop_requested(): Delete: the selected lines are not to be imported.
        room_shared(): the columns have other widths now.
    """

    change_requested = Signal()
    drop_requested = Signal()
    room_shared = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "list")
        self.setAccessibleName("文件与本表的对照")
        self._model = ImportModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_SidesDelegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(_REMARK, QHeaderView.ResizeMode.Stretch)
        self._is_sharing = False
        self._is_arranged_by_hand = False
        header.sectionResized.connect(self._section_resized)

    def show_rows(self, rows: Sequence[PreviewRow]) -> None:
        """Lists *rows*; the current line stays current where it is still listed."""
        before = self.current_row
        self._model.show(rows)
        self._share_room()
        found = before is not None and self.go_to(key=before.key, position=before.position)
        if not found and rows:
            self.selectRow(0)

    @property
    def rows(self) -> Sequence[PreviewRow]:
        """The lines listed."""
        return self._model.rows

    @property
    def current_row(self) -> PreviewRow | None:
        """The line the cursor stands on."""
        index = self.currentIndex()
        return self._model.row_at(index.row()) if index.isValid() else None

    @property
    def selected_rows(self) -> list[PreviewRow]:
        """The lines marked."""
        # By ranges: Qt's own list of rows looks at every cell of each.
        selection = self.selectionModel().selection()
        numbers = {n for part in selection for n in range(part.top(), part.bottom() + 1)}
        return [self._model.row_at(number) for number in sorted(numbers)]

    def is_cut(self, text: str) -> bool:
        """Whether *text* has too little room in the column of remarks."""
        seen = self.viewport().width() - self.columnViewportPosition(_REMARK)
        room = min(self.columnWidth(_REMARK), seen) - 2 * _PADDING
        return self.fontMetrics().horizontalAdvance(text) > room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Labels and remarks share what the figures leave."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Gives the remarks little room where there are none; widths set by hand stay."""
        if self._is_arranged_by_hand:
            return
        room = self.viewport().width() - sum(_WIDTHS.values())
        longest = max((row.remark for row in self._model.rows), key=len, default="")
        needed = self.fontMetrics().horizontalAdvance(longest) + 2 * _PADDING
        remark = max(_LEAST_REMARK, min(needed, int(room * _REMARK_SHARE)))
        self._is_sharing = True
        for column in _LABELS:
            self.setColumnWidth(column, max(_LEAST_LABEL, (room - remark) // len(_LABELS)))
        self._is_sharing = False
        self.room_shared.emit()

    def _section_resized(self, column: int) -> None:
        if column in _LABELS and not self._is_sharing:
            self._is_arranged_by_hand = True

    def go_to(self, *, key: str | None = None, position: object = None) -> bool:
        """Makes the line of that place in the file, else of that cell, current. Whether it is listed."""
        rows = self._model.rows
        for wanted in (
            lambda row: position is not None and row.position == position,
            lambda row: key is not None and row.key == key,
        ):
            number = next((at for at, row in enumerate(rows) if wanted(row)), None)
            if number is not None:
                index = self._model.index(number, 0)
                flags = QItemSelectionModel.SelectionFlag
                self.selectionModel().setCurrentIndex(
                    index, flags.ClearAndSelect | flags.Rows | flags.Current
                )
                self.scrollTo(index)
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter belongs to the line, not to the dialog's button."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_F2:
                self.change_requested.emit()
            case Qt.Key.Key_Delete:
                self.drop_requested.emit()
            case _:
                super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Asks for another counterpart."""
        super().mouseDoubleClickEvent(event)
        if self.indexAt(event.position().toPoint()).isValid():
            self.change_requested.emit()


def _texts(row: PreviewRow) -> tuple[str, ...]:
    return (row.label, row.figure, row.verdict, row.name, row.unit, row.taken, row.remark)


def _tokens_of(widget: QWidget) -> Tokens:
    return DARK if widget.palette().base().color().lightness() < 128 else LIGHT
