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
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.import_rows import PreviewRow, Standing
from gui.plain import plain_tip
from gui.tokens import DARK, LIGHT, Tokens

_HEADINGS: Final = ("文件：指标", "文件：数", "对照", "本表：指标", "单位", "读作", "说明")
_WIDTHS: Final = (240, 84, 124, 240, 48, 76)
_FILE_SIDE: Final = (0, 1)
_RIGHT: Final = (1, 5)
_VERDICT, _TAKEN, _REMARK = 2, 5, 6
_ROW_HEIGHT: Final = 26
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


class ImportTable(QTableView):
    """Shows the lines; a line can be given another counterpart or none.

    Signals:
        change_requested(): Enter, F2 or a double click: another counterpart for the current line.
        drop_requested(): Delete: the selected lines are not to be imported.
    """

    change_requested = Signal()
    drop_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "list")
        self.setAccessibleName("文件与本表的对照")
        self._model = ImportModel(self)
        self.setModel(self._model)
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
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(_REMARK, QHeaderView.ResizeMode.Stretch)

    def show_rows(self, rows: Sequence[PreviewRow]) -> None:
        """Lists *rows*; the current line stays current where it is still listed."""
        before = self.current_row
        self._model.show(rows)
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
        return [self._model.row_at(i.row()) for i in self.selectionModel().selectedRows()]

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
