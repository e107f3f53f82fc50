"""The drawn part of a sheet: a tree view with its leading columns held in place.

It draws its rows itself, for two reasons: label and unit stay where they are while the figures are
scrolled sideways under them, and a full repaint costs no style lookups per cell.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from gui.look.tokens import Tokens
from gui.sheet.column_fit import ColumnFit
from gui.sheet.header import SheetHeader
from gui.sheet.lettering import Palette
from gui.sheet.model import Index, SheetModel
from gui.sheet.nodes import Node, Tree
from gui.sheet.painting import RowPainter, RowState, Spot
from gui.system.later import later
from gui.widgets.viewport import own_viewport

_Flag = QItemSelectionModel.SelectionFlag


class SheetGrid(QTreeView):
    """Draws a :class:`SheetModel`; knows where its cells are on screen. Nothing is typed here."""

    def __init__(self, model: SheetModel, tokens: Tokens, parent: QWidget | None) -> None:
        super().__init__(parent)
        own_viewport(self)
        self.colours = Palette(tokens)
        self._painter = RowPainter(self.colours)
        #: The figures that the columns were shared out for.
        self._fitted: dict[int, int] = {}
        self._dirty = QRect()
        #: Said in place of rows where none are left.
        self.empty_words = ""
        self._layout_due = False
        #: The tree that lies in its place now, and who said how high its rows are.
        self._laid_out: tuple[Tree, QAbstractItemDelegate, int] | None = None
        self._expansion_due = False
        self._several_selected = False
        #: The row and the column of the sheet with the fill handle at their corner.
        self._handle: tuple[Node, int] | None = None
        #: What a drag would fill.
        self._outline = QRect()
        self.headings = SheetHeader(self.colours, self)
        self.setHeader(self.headings)
        self.setModel(model)
        model.heads_judged.connect(self.headings.viewport().update)
        self.setUniformRowHeights(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setExpandsOnDoubleClick(False)
        self.setAllColumnsShowFocus(False)
        self.setAnimated(False)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # By rows, as Excel does; by pixels Qt draws the whole sheet anew for each row.
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.headings.setStretchLastSection(False)
        self.headings.setSectionsClickable(True)
        self.column_fit = ColumnFit(self.headings)
        self.column_fit.fit_requested.connect(self.fit_columns)
        self.collapsed.connect(self._note_folded)
        self.expanded.connect(self._note_unfolded)
        if len(model.table.columns) > 1:
            self.selectionModel().currentChanged.connect(self._draw_cross)
        self._dress()

    @property
    def sheet_model(self) -> SheetModel:
        """The model, by its own type."""
        model = self.model()
        assert isinstance(model, SheetModel)
        return model

    # -- laying out ---------------------------------------------------------------------------

    def doItemsLayout(self) -> None:
        """Waits until the sheet is seen, and does not lay out anew what would lie as it does.

        Style, font and look each ask for it, and where the colours change, ten times over.
        """
        wanted = (self.sheet_model.tree, self.itemDelegate(), self.colours.row_height)
        if not self.isVisible():
            self._layout_due = True
        elif self._laid_out == wanted:
            QAbstractItemView.doItemsLayout(self)
        else:
            self._laid_out = wanted
            super().doItemsLayout()

    def expandAll(self) -> None:
        """Unfolds every row, as soon as the sheet is seen."""
        if self.isVisible():
            super().expandAll()
        else:
            self._expansion_due = True

    # -- looks --------------------------------------------------------------------------------

    def set_look(self, tokens: Tokens, zoom: float) -> None:
        """Draws in these colours at this zoom (1.0 is 100 %) from now on."""
        self.colours = Palette(tokens, zoom)
        self._painter = RowPainter(self.colours)
        self.headings.palette_of_sheet = self.colours
        self._dress()
        self.scheduleDelayedItemsLayout()
        self.headings.updateGeometry()
        self.updateGeometries()
        self.fit_columns()
        self.viewport().update()
        self.headings.viewport().update()

    def _dress(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, self.colours.paper)
        palette.setColor(QPalette.ColorRole.Window, self.colours.paper)
        self.setPalette(palette)
        # By a palette, not by the style sheet: behind a style sheet's background Qt does not move what
        # is drawn already, and scrolling by a row would draw the whole sheet anew. Where the program
        # has a style sheet at all, a palette does not reach the viewport by itself.
        self.viewport().setPalette(palette)

    def fit_columns(self) -> None:
        """Shares the width: figures get theirs, the label and the findings what is left."""
        self._fitted = self._painter.needed
        widths = self.column_fit.fit(
            self.sheet_model.columns,
            self.viewport().width(),
            zoom=self.colours.zoom,
            label=self.colours.longest_label(self.sheet_model.tree.order),
            needed=self._fitted,
        )
        self._painter.signs_at_labels = not widths.has_review
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shares the new width."""
        before = self.visualRect(self.currentIndex())
        super().resizeEvent(event)
        self.fit_columns()
        # A pane that opens above or below must not push what is being filled in out of sight.
        if 0 <= before.top() < event.oldSize().height():
            self.scrollTo(self.currentIndex())

    def showEvent(self, event: QShowEvent) -> None:
        """Begins with the current cell in sight, which may have been chosen before there was room."""
        if self._expansion_due:
            super().expandAll()
        elif self._layout_due:
            super().doItemsLayout()
        self._expansion_due = self._layout_due = False
        super().showEvent(event)
        if self.currentIndex().isValid():
            self.bring_into_view(self.currentIndex())

    # -- where things are ---------------------------------------------------------------------

    def visualRect(self, index: Index) -> QRect:
        """Where the cell is on screen; label and unit are where they are held."""
        rect = super().visualRect(index)
        if self.headings.offset() and index.isValid() and index.column() < self.sheet_model.leading:
            rect.moveLeft(self.headings.left(index.column()))
        return rect

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The cell at a point of the viewport; label and unit lie over what is scrolled."""
        index = super().indexAt(point)
        if not index.isValid() or not self.headings.offset():
            return index
        if point.x() < self.headings.frozen_width:
            beyond = point.x() >= self.headings.sectionSize(0)
            return index.sibling(index.row(), min(int(beyond), self.sheet_model.leading - 1))
        return index

    def select_block(self, one: QModelIndex, other: QModelIndex) -> None:
        """Selects the rectangle between two cells."""
        self.selectionModel().select(self.block(one, other), _Flag.ClearAndSelect)

    def block(self, one: QModelIndex, other: QModelIndex) -> QItemSelection:
        """The rectangle between two cells: a range for each run of rows under the same one.

        Qt's own takes the square of the number of runs, seconds for thousands of rows.
        """
        model = self.sheet_model
        rows = sorted((model.node(one).place, model.node(other).place))
        left, right = sorted((one.column(), other.column()))
        runs: dict[Node | None, list[Node]] = {}
        for node in model.tree.order[rows[0] : rows[1] + 1]:
            if node.is_shown:
                runs.setdefault(node.parent, []).append(node)
        selection = QItemSelection()
        for run in runs.values():
            first, last = model.index_of(run[0], left), model.index_of(run[-1], right)
            selection.append(QItemSelectionRange(first, last))
        return selection

    def selectAll(self) -> None:
        """Selects every row, headings included."""
        model = self.sheet_model
        if model.tree.order:
            end = model.index_of(self.last_shown(), len(model.columns) - 1)
            self.select_block(model.index_of(model.tree.order[0]), end)

    def last_shown(self) -> Node:
        """The last row that is not folded away; there must be rows."""
        return next(node for node in reversed(self.sheet_model.tree.order) if node.is_shown)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Selects what a drag of the mouse encloses."""
        first, last = self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight())
        if not first.isValid() and not last.isValid():
            return
        order, columns = self.sheet_model.tree.order, len(self.sheet_model.columns) - 1
        first = first if first.isValid() else self.sheet_model.index_of(order[0])
        if not last.isValid():
            last = self.sheet_model.index_of(self.last_shown(), columns)
        self.selectionModel().select(self.block(first, last), command)

    # -- folding ------------------------------------------------------------------------------

    def fold_current(self, fold: bool) -> None:
        """Folds the nearest row above that has rows under it, or unfolds the current one."""
        index = self.currentIndex()
        if not index.isValid():
            return
        node: Node | None = self.sheet_model.node(index)
        while fold and node is not None and (not node.children or node.folded):
            node = node.parent
        if node is not None and node.children:
            target = self.sheet_model.index_of(node)
            if fold:
                held = self.sheet_model.index_of(node, index.column())
                self.selectionModel().setCurrentIndex(held, _Flag.ClearAndSelect)
            self.setExpanded(target, not fold)

    def _note_folded(self, index: QModelIndex) -> None:
        self.sheet_model.node(index).folded = True

    def _note_unfolded(self, index: QModelIndex) -> None:
        self.sheet_model.node(index).folded = False

    # -- scrolling ----------------------------------------------------------------------------

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Brings the cell into view, not under the columns that are held in place."""
        bar = self.horizontalScrollBar()
        before = bar.value()
        if index.isValid():
            # The headings straight above say what the row belongs to.
            super().scrollTo(self.sheet_model.index_of(self._first_heading(index)), hint)
        super().scrollTo(index, hint)
        bar.setValue(before)
        if not index.isValid() or index.column() < self.sheet_model.leading:
            return
        rect = self.visualRect(index)
        frozen = self.headings.frozen_width
        if rect.left() < frozen:
            bar.setValue(bar.value() - (frozen - rect.left()))
        elif rect.right() > self.viewport().width():
            shift = rect.right() - self.viewport().width() + 1
            bar.setValue(bar.value() + min(shift, rect.left() - frozen))

    def bring_into_view(self, index: Index, *, as_head: bool = False) -> None:
        """Shows a cell with what is around it, where it is out of sight or ``as_head`` is asked for.

        The head of a block comes to the top with its headings, any other cell to the middle.
        """
        whole = self.viewport().rect()
        if not as_head and whole.contains(self.visualRect(index)):
            return
        first = self._first_heading(index)
        if as_head or first is not self.sheet_model.node(index):
            heading = self.sheet_model.index_of(first)
            super().scrollTo(heading, QAbstractItemView.ScrollHint.PositionAtTop)
        else:
            super().scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.scrollTo(index)

    def _first_heading(self, index: Index) -> Node:
        order = self.sheet_model.tree.order
        place = self.sheet_model.node(index).place
        while place and order[place - 1].is_heading and order[place - 1].is_shown:
            place -= 1
        return order[place]

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Draws all anew after a sideways move: some columns have not moved."""
        super().scrollContentsBy(dx, dy)
        if dx or self._outline.isValid():
            self.viewport().update()
            self.headings.viewport().update()

    def rows_on_screen(self) -> int:
        """How many whole rows are shown at once."""
        return max(1, self.viewport().height() // self.colours.row_height - 1)

    # -- drawing ------------------------------------------------------------------------------

    def dataChanged(self, topLeft: Index, bottomRight: Index, roles: Sequence[int] = ()) -> None:
        """Draws whole rows anew, from the first one changed to the last; Qt's own would draw the sheet.

        A change is seen in every column of its row: figures, differences, remarks. A range of rows
        stands for all that is under them as well.
        """
        # Here, as it brings a hundred roles and events with it that no start needs.
        from PySide6.QtGui import QAccessible

        if QAccessible.isActive():
            # Tells programs that read the screen aloud.
            super().dataChanged(topLeft, bottomRight, roles)
        first, last = self.sheet_model.node(topLeft), self.sheet_model.node(bottomRight)
        if last is not first:
            last = self.sheet_model.tree.order[last.end - 1]
        self._painter.forget_widths((first,) if last is first else None)
        changed = self._row_rect(first).united(self._row_rect(last))
        if changed.intersects(self.viewport().rect()):
            self.viewport().update(changed)

    def _row_rect(self, node: Node) -> QRect:
        """The row from the left of the viewport to its right; of one folded away, the row it is in.

        A hidden column has no place, so that of one that is shown is asked for.
        """
        folded = [above for above in node.ancestors() if above.folded]
        node = folded[-1] if folded else node
        shown = next(at for at in range(self.headings.count()) if not self.isColumnHidden(at))
        rect = super().visualRect(self.sheet_model.index_of(node, shown))
        if rect.isValid():
            rect.setLeft(0)
            rect.setRight(self.viewport().width())
        return rect

    def paintEvent(self, event: QPaintEvent) -> None:
        """Notes what has to be drawn, for :meth:`drawRow` to leave out the rest."""
        self._dirty = event.rect()
        super().paintEvent(event)
        if self._painter.needed != self._fitted:
            # A figure that its column cannot hold, or no longer one: all are shared out again after this.
            later(self, self.fit_columns)
        if self._outline.isValid():
            painter = QPainter(self.viewport())
            pen = QPen(self.colours.accent, 2, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawRect(self._outline.adjusted(1, 1, -1, -1))
            painter.end()
        if self.empty_words and not self.sheet_model.tree.order:
            painter = QPainter(self.viewport())
            painter.setFont(self.colours.label_font)
            painter.setPen(self.colours.muted)
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self.empty_words)
            painter.end()

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draws one row: what is scrolled, then what is held in place over it."""
        model = self.sheet_model
        node = model.node(index)
        line: QRect = option.rect  # type: ignore[attr-defined]
        headings, dirty = self.headings, self._dirty
        frozen_width = headings.frozen_width
        shifted = headings.offset() > 0
        scrolled: list[Spot] = []
        held: list[Spot] = []
        for column in range(len(model.columns)):
            x, width = headings.left(column), headings.sectionSize(column)
            if not width or x > dirty.right() or x + width <= dirty.left():
                continue
            (held if column < model.leading and shifted else scrolled).append(
                Spot(column, x, width)
            )
        state = self._state(node, index)
        figures = model.figures
        if scrolled:
            if shifted:
                painter.save()
                painter.setClipRect(line.adjusted(frozen_width, 0, 0, 0))
            self._painter.row(painter, figures, node, model.columns, scrolled, line, state)
            if shifted:
                painter.restore()
        if held:
            self._painter.row(painter, figures, node, model.columns, held, line, state)
            if shifted:
                painter.setPen(self.colours.hairline)
                painter.drawLine(frozen_width - 1, line.top(), frozen_width - 1, line.bottom())

    def _state(self, node: Node, index: Index) -> RowState:
        state = RowState(focused=self.hasFocus())
        current = self.currentIndex()
        if current.isValid() and self.sheet_model.node(current) is node:
            state.current = current.column()
        if current.isValid() and len(node.keys) > 1:
            state.followed = current.column()
        if self._handle is not None and self._handle[0] is node:
            state.handle = self._handle[1]
        if self._several_selected:
            selection = self.selectionModel()
            state.selected = {
                column
                for column in range(len(self.sheet_model.columns))
                if selection.isSelected(index.sibling(index.row(), column))
            }
        return state

    def _draw_cross(self, current: QModelIndex, before: QModelIndex) -> None:
        """Draws the current cell's row and column anew, and those of the one before."""
        both = [index for index in (current, before) if index.isValid()]
        model, viewport = self.sheet_model, self.viewport()
        if len({model.node(index) for index in both}) > 1:
            for index in both:
                viewport.update(self._row_rect(model.node(index)))
        if current.column() != before.column():
            for index in both:
                left, width = self.headings.left(index.column()), self.columnWidth(index.column())
                viewport.update(left, 0, width, viewport.height())
            self.headings.followed = current.column()
            self.headings.viewport().update()

    def set_handle(self, index: QModelIndex | None) -> None:
        """Puts the fill handle at the corner of a cell; away without one."""
        place = None if index is None else (self.sheet_model.node(index), index.column())
        if place != self._handle:
            self.viewport().update(self.handle_rect())
            self._handle = place
            self.viewport().update(self.handle_rect())

    def handle_rect(self) -> QRect:
        """Where the fill handle is in the viewport; empty where it is nowhere."""
        if self._handle is None:
            return QRect()
        cell = self.visualRect(self.sheet_model.index_of(*self._handle))
        return self.colours.handle_in(cell) if cell.isValid() else QRect()

    def set_outline(self, rect: QRect) -> None:
        """Draws a frame around what a drag would fill; none for an empty one."""
        self._outline = rect
        self.viewport().update()

    @property
    def shows_several(self) -> bool:
        """Whether more than one cell is selected."""
        return self._several_selected

    def drawBranches(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """None: the label draws its own."""

    def on_chevron(self, point: QPoint) -> Node | None:
        """The row whose fold mark is at this point of the viewport."""
        index = self.indexAt(point)
        if not index.isValid() or index.column() != 0:
            return None
        node = self.sheet_model.node(index)
        edge = self.visualRect(index).left() + self.colours.indent(node)
        inside = edge - self.colours.px(20) <= point.x() < edge
        return node if node.children and inside else None

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Notes whether more than one cell is selected: a single one shows by its frame alone."""
        selection = self.selectionModel().selection()
        several = selection.size() > 1 or (
            selection.size() == 1 and selection.at(0).width() * selection.at(0).height() > 1
        )
        if several or self._several_selected:
            self.viewport().update()
        self._several_selected = several
        super().selectionChanged(selected, deselected)

    def keyboardSearch(self, search: str) -> None:
        """None: what is typed are figures."""
