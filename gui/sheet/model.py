"""The item model of a sheet: translates nodes and columns into what Qt's views ask for.

It judges nothing and keeps no figures; what a person typed goes to the document as it is.
"""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from core.form.form import Table
from core.session import Change, Session
from gui.document import Document
from gui.sheet.columns import OF_CELLS, ColumnKind, SheetColumn, Shown, columns_for, leading_columns
from gui.sheet.figures import Figures
from gui.sheet.nodes import Node, Tree
from gui.sheet.wording import (
    cell_description,
    cell_name_aloud,
    cell_tooltip,
    counted,
    label_tooltip,
    review,
)
from gui.widgets.plain import plain_tip

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_READ = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_EDIT = _READ | Qt.ItemFlag.ItemIsEditable
# Spares the view two questions a row when it lays a sheet of thousands of rows out.
_READ_LEAF = _READ | Qt.ItemFlag.ItemNeverHasChildren
_EDIT_LEAF = _EDIT | Qt.ItemFlag.ItemNeverHasChildren
#: Beyond so many changed rows, one notice for all is cheaper than one a row.
_MANY_ROWS = 200


class SheetModel(QAbstractItemModel):
    """One table of an open report. Row labels are column 0.

    Signals (facts):
        heads_judged(): findings came or went, which the heads of their columns tell. Not
            ``headerDataChanged``, for which Qt draws the whole sheet anew.
    """

    heads_judged = Signal()

    def __init__(self, document: Document, table: Table, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.table = table
        self.shown = Shown.THIS
        self.columns: tuple[SheetColumn, ...] = columns_for(document.session.form, table)
        #: How many columns stand before the figures and stay in place.
        self.leading = leading_columns(self.columns)
        self.tree = Tree(table)
        self.figures = Figures(document.session)
        document.changed.connect(self._report_changed)

    @property
    def session(self) -> Session:
        """The report being edited."""
        return self.document.session

    # -- places -------------------------------------------------------------------------------

    @staticmethod
    def node(index: Index) -> Node:
        """The node of a valid index."""
        node = index.internalPointer()
        assert isinstance(node, Node)
        return node

    def index_of(self, node: Node, column: int = 0) -> QModelIndex:
        """The index of the node in a column of the sheet."""
        return self.createIndex(node.position, column, node)

    def sheet_column(self, figure: int) -> int:
        """Where the sheet shows a column of the table."""
        return self.leading + figure

    def key(self, index: Index) -> str | None:
        """The key of the cell that the index stands for, if it stands for one that is typed into."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if column.kind not in OF_CELLS:
            return None
        return self.node(index).keys[column.figure]

    def index_of_key(self, key: str) -> QModelIndex:
        """The index of the cell; an invalid one where it is not shown."""
        node = self.tree.of_key.get(key)
        if node is None:
            return QModelIndex()
        return self.index_of(node, self.sheet_column(node.keys.index(key)))

    # -- changes of what is shown -------------------------------------------------------------

    def show_only(self, codes: Collection[str] | None) -> None:
        """Shows only the rows of these codes and those above them; all rows for ``None``."""
        self.beginResetModel()
        self.tree = Tree(self.table, codes)
        self.endResetModel()

    def show_figures(self, shown: Shown) -> None:
        """Shows this year's figures, last year's or the differences (tables of several columns)."""
        if shown is self.shown:
            return
        self.shown = shown
        self.columns = columns_for(self.session.form, self.table, shown)
        self._announce(self.tree.order)
        last = len(self.columns) - 1
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)

    def _report_changed(self, change: Change) -> None:
        if change.baselines:
            self.figures.forget_all()
            self._announce(self.tree.order)
            self.heads_judged.emit()
            return
        of_key = self.tree.of_key
        nodes = {of_key[key] for key in change.cells if key in of_key}
        if change.findings:
            places = self.session.cells_of_checks(change.findings)
            nodes.update(of_key[key] for key in places if key in of_key)
        self.figures.forget(nodes)
        self._announce(nodes)
        if change.findings and len(self.table.columns) > 1:
            self.heads_judged.emit()

    def standing_of_column(self, section: int) -> list[int]:
        """How the findings in a column of figures stand, the worst first; none for other columns."""
        column = self.columns[section]
        if len(self.table.columns) == 1 or column.kind is not ColumnKind.FIGURE:
            return []
        return self.figures.in_column(self.table.code, self.table.columns[column.figure].code)

    def _announce(self, nodes: Collection[Node]) -> None:
        """Says that the rows' figures are others; labels and units never change.

        Many at once are one notice from the first top row to the last: Qt's range has one parent, and
        who draws takes the rows under them with it.
        """
        first, last = self.sheet_column(0), len(self.columns) - 1
        if len(nodes) > _MANY_ROWS:
            roots = self.tree.roots
            self.dataChanged.emit(self.index_of(roots[0], first), self.index_of(roots[-1], last))
            return
        for node in nodes:
            self.dataChanged.emit(self.index_of(node, first), self.index_of(node, last))

    # -- what Qt asks -------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """The index of a child; an invalid one where there is none."""
        children = self.tree.roots
        if parent.isValid():
            if parent.column() != 0:
                return QModelIndex()
            children = self.node(parent).children
        if not (0 <= row < len(children) and 0 <= column < len(self.columns)):
            return QModelIndex()
        return self.createIndex(row, column, children[row])

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        """The row above; an invalid index for top rows."""
        if not index.isValid():
            return QModelIndex()
        above = self.node(index).parent
        return QModelIndex() if above is None else self.createIndex(above.position, 0, above)

    def sibling(self, row: int, column: int, index: Index) -> QModelIndex:
        """The index beside it; without this Qt asks for the parent and its child, a thousandfold."""
        if not index.isValid():
            return QModelIndex()
        node = self.node(index)
        if row == node.position:
            inside = 0 <= column < len(self.columns)
            return self.createIndex(row, column, node) if inside else QModelIndex()
        return self.index(row, column, self.parent(index))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many rows stand directly under *parent*."""
        if not parent.isValid():
            return len(self.tree.roots)
        return len(self.node(parent).children) if parent.column() == 0 else 0

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        """Whether any row stands under *parent*."""
        return self.rowCount(parent) > 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many columns everywhere."""
        return 0 if parent.isValid() and parent.column() != 0 else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cells that are typed into can be edited; all can be selected."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        column, node = self.columns[index.column()], self.node(index)
        if column.setter is not None and node.keys[column.figure] is not None:
            return _EDIT if node.children else _EDIT_LEAF
        return _READ if node.children else _READ_LEAF

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The headings; their groups are the header view's to draw."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.heading
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.right_aligned else _LEFT
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            text = f"{column.group} {column.heading} {column.aside}".strip()
            text = " ".join([text, *counted(self.standing_of_column(section))])
            tip = column.tip or text
            return plain_tip(tip) if role == Qt.ItemDataRole.ToolTipRole else text
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Texts, tooltips and what a screen reader says."""
        if not index.isValid():
            return None
        node, column = self.node(index), self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return column.getter(self.figures, node)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.right_aligned else _LEFT
        key = self.key(index)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(node, column, key)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if key is not None and column.kind is ColumnKind.FIGURE:
                return cell_name_aloud(self.session, key)
            text = column.getter(self.figures, node)
            if column.kind is ColumnKind.LABEL:
                return f"{text} {review(self.figures, node)}".strip()
            if not text and key is None:
                return ""
            name = node.label if key is None else self.session.form.cell_name(key)
            return f"{name} {column.heading} {text or '空白'}"
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and key is not None:
            return cell_description(self.session, key)
        return None

    def _tooltip(self, node: Node, column: SheetColumn, key: str | None) -> str:
        if key is not None:
            return cell_tooltip(self.session, key)
        if column.kind not in (ColumnKind.REVIEW, ColumnKind.LABEL):
            return ""
        keys = dict.fromkeys(key for key, _, _ in self.figures.found(node))
        parts = [cell_tooltip(self.session, key) for key in keys]
        return "<hr>".join(
            [label_tooltip(node), *parts] if column.kind is ColumnKind.LABEL else parts
        )

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Hands what was typed to the document; whether it was taken."""
        if not index.isValid() or role != Qt.ItemDataRole.EditRole:
            return False
        setter = self.columns[index.column()].setter
        return setter is not None and setter(self.document, self.node(index), str(value))
