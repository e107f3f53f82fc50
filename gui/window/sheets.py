"""The sheets of the open report, one for each table of its form, as Excel shows them: tabs below."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from core.form.form import Section
from gui.document import Document
from gui.look.tokens import PANES_MILLISECONDS, Tokens
from gui.sheet.columns import Shown
from gui.sheet.filters import Filter
from gui.sheet.keys import EnterDirection
from gui.sheet.view import SheetView
from gui.window.filter_bar import FilterBar


class Sheets(QWidget):
    """Shows the tables of a document and knows in which of them a cell stands.

    Signals:
        current_cell_changed(str): the cell of that key is the current one now.
        command_requested(str): a command of the window, for the current cell.
        zoom_requested(int): one step larger (1) or smaller (-1).
        paste_refused(list): nothing was pasted; a sentence for each figure that does not fit.
        totals_changed(str): sum, count and average of the cells selected; empty for a single one.
        said(str): what was just done to the selected cells.
        figures_changed(Shown): other figures were chosen at the head of a table.
        filter_changed(Filter): other rows are shown now, also where a cell was asked for that was
            not shown.
    """

    current_cell_changed = Signal(str)
    command_requested = Signal(str)
    zoom_requested = Signal(int)
    paste_refused = Signal(list)
    totals_changed = Signal(str)
    said = Signal(str)
    figures_changed = Signal(object)
    filter_changed = Signal(object)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._zoom = 100
        self._enter = EnterDirection.DOWN
        self._skip_computed = False
        self._shown = Shown.THIS
        self._views: list[SheetView] = []
        self._front: SheetView | None = None
        self._document: Document | None = None
        self._tabs = QTabWidget(self)
        self._tabs.setTabPosition(QTabWidget.TabPosition.South)
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setDrawBase(False)
        self._tabs.tabBar().setAccessibleName("表")
        self._filter = Filter.ALL
        self.filter_bar = FilterBar(self)
        self.filter_bar.again.connect(lambda: self.set_filter(self._filter))
        self.filter_bar.all_rows.connect(lambda: self.set_filter(Filter.ALL))
        self._tabs.currentChanged.connect(self._tab_changed)
        # Thousands of cells are not added up again for every row that a drag goes over.
        self._adding_up = QTimer(self)
        self._adding_up.setSingleShot(True)
        self._adding_up.setInterval(PANES_MILLISECONDS)
        self._adding_up.timeout.connect(self._add_up)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.filter_bar)
        layout.addWidget(self._tabs)

    @property
    def current(self) -> SheetView | None:
        """The sheet in front."""
        return self._views[self._tabs.currentIndex()] if self._views else None

    @property
    def views(self) -> list[SheetView]:
        """All sheets, in the form's order."""
        return list(self._views)

    def set_document(self, document: Document | None) -> None:
        """Shows the tables of *document*; nothing without one."""
        self._document = document
        self._tabs.blockSignals(True)
        for view in self._views:
            self._tabs.removeTab(self._tabs.indexOf(view))
            view.hide()
            view.deleteLater()
        self._views.clear()
        form = document.session.form if document is not None else None
        for table in form.tables if form is not None else ():
            assert document is not None and form is not None
            view = SheetView(document, table, self._tokens, self)
            view.current_cell_changed.connect(lambda key, view=view: self._cell_changed(view, key))
            view.edge_reached.connect(self._edge_reached)
            view.zoom_requested.connect(self.zoom_requested)
            view.command_requested.connect(self.command_requested)
            view.paste_refused.connect(self.paste_refused)
            view.said.connect(self.said)
            view.several_selected.connect(self._adding_up.start)
            view.figures_changed.connect(self._figures_chosen)
            view.sheet_requested.connect(self._show_beside)
            view.set_enter_direction(self._enter)
            view.set_skip_computed(self._skip_computed)
            view.set_look(self._tokens, self._zoom / 100)
            view.show_figures(self._shown)
            title = table.title or form.title
            place = self._tabs.addTab(view, _short(title))
            self._tabs.setTabToolTip(place, title)
            self._views.append(view)
        self._front = self.current
        self._add_up()
        self._filter = Filter.ALL
        self._show_filter()
        several = len(self._views) > 1
        self._tabs.tabBar().setVisible(several)
        # It hands the keyboard on to its tabs, which is nowhere while they are hidden.
        policy = Qt.FocusPolicy.TabFocus if several else Qt.FocusPolicy.NoFocus
        self._tabs.setFocusPolicy(policy)
        for view in self._views:
            self.setTabOrder(self.filter_bar.last, view)
            self.setTabOrder(view, self._tabs.tabBar())
        self._tabs.blockSignals(False)

    def set_tokens(self, tokens: Tokens) -> None:
        """Paints in other colours from now on."""
        self._tokens = tokens
        self._dress()

    def set_zoom(self, percent: int) -> None:
        """Shows the sheets larger or smaller."""
        if percent != self._zoom:
            self._zoom = percent
            self._dress()

    def _dress(self) -> None:
        for view in self._views:
            view.set_look(self._tokens, self._zoom / 100)

    def go_to(self, key: str) -> None:
        """Makes the cell of that key the current one, visible and ready for typing."""
        if self._document is None or key not in self._document.session.form.cells:
            return
        if not self.commit():
            return
        table = self._document.session.form.cells[key].row.table
        view = next(view for view in self._views if view.table.code == table)
        self._tabs.setCurrentWidget(view)
        if not view.go_to(key):
            self.set_filter(Filter.ALL)
            self.said.emit("为显示这一格，已改为显示全部指标")
            view.go_to(key)
        view.setFocus()

    def go_to_section(self, section: Section) -> None:
        """Goes to the first blank cell of the section, or to its first cell."""
        assert self._document is not None
        report = self._document.session.report
        blank = (key for key in section.cells if key not in report.values)
        self.go_to(next(blank, section.cells[0]))

    def show_cells(self, keys: Collection[str]) -> None:
        """Goes to the first of the cells and selects those that stand on the same sheet."""
        self.go_to(next((key for key in self._cells if key in keys), ""))
        if self.current is not None:
            self.current.selection.select_keys(keys)

    @property
    def _cells(self) -> Iterable[str]:
        return () if self._document is None else self._document.session.form.cells

    def copy_last(self) -> None:
        """Takes last year's figures over for the selected cells (沿用上年数)."""
        if self.current is not None:
            self.current.actions_on_cells.copy_last()

    def copy(self) -> None:
        """Copies the selected cells."""
        if self.current is not None:
            self.current.transfer.copy()

    def cut(self) -> None:
        """Copies the selected cells and blanks them."""
        if self.current is not None:
            self.current.transfer.cut()

    def clear(self) -> None:
        """Blanks the selected cells."""
        if self.current is not None:
            self.current.actions_on_cells.clear()

    def set_enter(self, direction: EnterDirection, *, skip_computed: bool) -> None:
        """Where Enter goes (回车方向), and whether it passes by cells that compute themselves."""
        self._enter, self._skip_computed = direction, skip_computed
        for view in self._views:
            view.set_enter_direction(direction)
            view.set_skip_computed(skip_computed)

    def paste(self) -> None:
        """Pastes at the current cell."""
        if self.current is not None:
            self.current.transfer.paste()

    def set_filter(self, choice: Filter) -> None:
        """Shows all rows, or only those that still want attention."""
        if not self.commit():
            return
        self._filter = choice
        for view in self._views:
            view.set_filter(choice)
        self._show_filter()
        self.filter_changed.emit(choice)

    def _show_filter(self) -> None:
        if self.current is not None and self._document is not None:
            form = self._document.session.form
            self.filter_bar.show_filter(self._filter, self.current.rows_found, form.period_word)

    def show_figures(self, shown: Shown) -> None:
        """Shows this year's figures, last year's or the differences in tables of several columns."""
        self._shown = shown
        for view in self._views:
            view.show_figures(shown)

    def _figures_chosen(self, shown: Shown) -> None:
        self.show_figures(shown)
        self.figures_changed.emit(shown)

    def commit(self) -> bool:
        """Takes over what stands in an open cell; ``False`` where it was refused and stays open."""
        return self.current is None or self.current.entry.finish()

    @property
    def refusal(self) -> str:
        """Why what stands in an open cell was refused."""
        return "" if self.current is None else self.current.entry.refusal

    def _add_up(self) -> None:
        self._adding_up.stop()
        self.totals_changed.emit("" if self.current is None else self.current.totals())

    def focus(self) -> None:
        """Lets the keyboard go to the sheet in front."""
        if self.current is not None:
            self.current.setFocus()

    def _cell_changed(self, view: SheetView, key: str) -> None:
        """Only the sheet in front speaks of the current cell."""
        if key and view is self.current:
            self.current_cell_changed.emit(key)

    def _tab_changed(self, place: int) -> None:
        if not 0 <= place < len(self._views):
            return
        view = self._views[place]
        before = self._front
        if before is not None and before is not view and not before.entry.finish():
            # What was refused stays in sight until it is mended or given up.
            self._tabs.setCurrentWidget(before)
            before.entry.focus()
            return
        self._front = view
        self._add_up()
        self._show_filter()
        self._cell_changed(view, view.current_key() or "")

    def _show_beside(self, step: int) -> None:
        """Shows the next table or the one before, as Ctrl+PageDown does."""
        place = self._tabs.currentIndex() + step
        if 0 <= place < len(self._views):
            self._tabs.setCurrentIndex(place)
            self.focus()

    def _edge_reached(self, step: int) -> None:
        """Goes on in the next table, or in the one before."""
        place = self._tabs.currentIndex() + step
        if not 0 <= place < len(self._views):
            self.said.emit("已经是最后一格" if step > 0 else "已经是第一格")
            return
        self._tabs.setCurrentIndex(place)
        self._views[place].go_to_edge(step)
        self._views[place].setFocus()


def _short(title: str) -> str:
    return title if len(title) <= 22 else title[:21] + "…"
