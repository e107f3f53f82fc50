"""The main window: puts the parts together and lets each do its own work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QMainWindow,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from core.form.form import Level
from core.session import Change
from gui.document import Document
from gui.failures.failures import Failures
from gui.failures.recorder import Recorder
from gui.findings.panel import FindingsPanel
from gui.look.style import Theme
from gui.look.tokens import PANES_MILLISECONDS, Tokens
from gui.report.commands import ReportCommands
from gui.report.documents import Documents
from gui.report.outputs import Outputs
from gui.report.rescue import Rescue
from gui.sheet.columns import Shown
from gui.sheet.filters import Filter
from gui.sheet.keys import EnterDirection
from gui.start.page import StartPage
from gui.start.recent_menu import RecentMenu
from gui.system.later import later
from gui.system.settings import ZOOM_STEPS, Settings
from gui.window.actions import Actions
from gui.window.header_form import HeaderForm
from gui.window.help_commands import HelpCommands
from gui.window.indicator_help import IndicatorHelp
from gui.window.panes import Panes
from gui.window.pending import Pending
from gui.window.search_box import SearchBox
from gui.window.sections import SectionList
from gui.window.sheets import Sheets
from gui.window.state import WindowState
from gui.window.status import StatusLine

if TYPE_CHECKING:
    from PySide6.QtWidgets import QRubberBand

    from core.glance import Seen
    from gui.help.tour import Step

PROGRAM: Final = "公开年报"
#: Below this width (device-independent pixels) the tool bar shows icons without their texts.
TOOL_TEXTS_NEED: Final = 980
_START, _REPORT = range(2)


class MainWindow(QMainWindow):
    """The window of the program.

    It owns the parts and connects them; what they do is theirs: :class:`Documents` opens and saves,
    :class:`ReportCommands` works on the report, the panes show it.

    Signals (facts):
        painted(): the window has just been drawn, its parts are in the same go.
    """

    painted = Signal()

    def __init__(
        self,
        settings: Settings,
        theme: Theme,
        make_documents: Callable[[QWidget], Documents],
        recorder: Recorder,
    ) -> None:
        super().__init__()
        self.settings = settings
        self.theme = theme
        self.documents = make_documents(self)
        self.recorder = recorder
        self.failures = Failures(recorder, self.documents, self)
        self.rescue = Rescue(self.documents, self)
        self.commands = ReportCommands(self.documents.dialogs, self)
        self.outputs = Outputs(self.documents, theme, self)
        tokens = theme.tokens
        self.actions_ = Actions(self, tokens)
        self.sections = SectionList(tokens, self)
        self.header = HeaderForm(self)
        self.sheets = Sheets(tokens, self)
        self.findings = FindingsPanel(self)
        self.indicator_help = IndicatorHelp(self)
        self.start_page = StartPage(self._look_into, self)
        self.status = StatusLine(self)
        self.search = SearchBox(self)
        self.help = HelpCommands(self.documents, recorder, theme, self._tour_steps, self)
        self.pending = Pending(self.sheets, self.header, self.findings)
        # Several changes in a row are shown once; typing never waits for the panes.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PANES_MILLISECONDS)
        self._later.timeout.connect(self.refresh)
        self._put_together()
        theme.dress()
        self._connect()
        self._restore()
        self._document_changed(None)

    # -- putting together ---------------------------------------------------------------------

    def _put_together(self) -> None:
        self._recent = RecentMenu(self)
        self.actions_.fill_menu_bar(self.menuBar(), self._recent)
        bar = QToolBar("工具栏", self)
        bar.setObjectName("main")
        bar.setMovable(False)
        bar.toggleViewAction().setVisible(False)
        self.actions_.fill_toolbar(bar, self.theme.tokens)
        gap = QWidget(bar)
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        bar.addWidget(self.search)
        self.addToolBar(bar)
        self._bar = bar
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.sheets, 1)
        self.right = QSplitter(Qt.Orientation.Vertical, self)
        self.right.setHandleWidth(1)
        self.right.setChildrenCollapsible(False)
        self.right.addWidget(self.findings)
        self.right.addWidget(self.indicator_help)
        self.right.setStretchFactor(0, 13)
        self.right.setStretchFactor(1, 7)
        self.right.setSizes([650, 350])
        self.panes = Panes(self.sections, centre, self.right)
        self._state = WindowState(self.settings, self, self.panes, self.right)
        self.panes.homes = (self.sections.setFocus, self.sheets.focus, self.findings.focus)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.start_page)
        self._stack.addWidget(self.panes)
        self.setCentralWidget(self._stack)
        self.setStatusBar(self.status)
        self.setAcceptDrops(True)
        self._drop_mark: QRubberBand | None = None

    def _connect(self) -> None:
        self.actions_.connect_all(self._slots())
        documents, commands = self.documents, self.commands
        documents.commit_pending = self.pending.take_over
        documents.document_changed.connect(self._document_changed)
        documents.saved.connect(self._show_saved)
        documents.read_only_changed.connect(self._show_saved)
        documents.said.connect(self.status.say)
        documents.recent_changed.connect(self._show_recent)
        commands.go_to.connect(self.sheets.go_to)
        commands.said.connect(self.status.say)
        commands.show_cells.connect(self.sheets.show_cells)
        self.outputs.said.connect(self.status.say)
        self.sheets.current_cell_changed.connect(self._cell_changed)
        self.sheets.zoom_requested.connect(self._zoom)
        self.sheets.said.connect(self.status.say)
        self.actions_.follow(self.sheets)
        self.sheets.totals_changed.connect(self.status.show_totals)
        self.sheets.paste_refused.connect(documents.dialogs.paste_refused)
        self.sections.chosen.connect(self._go_to_section)
        self.findings.go_to.connect(self.sheets.go_to)
        self.findings.left.connect(self.sheets.focus)
        self.findings.copied.connect(lambda: self.status.say("已复制全部审核结果"))
        self.header.left.connect(self.sheets.focus)
        self.header.import_requested.connect(documents.import_last_year)
        self.search.go_to.connect(self.sheets.go_to)
        self.search.left.connect(self.sheets.focus)
        self.status.blank_requested.connect(commands.next_blank)
        self.status.error_requested.connect(lambda: commands.next_finding(level=Level.ERROR))
        self.status.warning_requested.connect(lambda: commands.next_finding(level=Level.WARNING))
        self.status.zoom_reset_requested.connect(lambda: self._zoom(0))
        documents.exported.connect(self.status.offer)
        self.outputs.written.connect(self.status.offer)
        self.status.file_requested.connect(self.outputs.open_written)
        self.status.folder_requested.connect(self.outputs.show_folder)
        self.panes.sides_changed.connect(self._sides_changed)
        self.theme.changed.connect(self._set_tokens)
        start = self.start_page
        start.import_requested.connect(documents.import_last_year)
        start.new_requested.connect(documents.new)
        start.open_requested.connect(documents.open)
        start.file_requested.connect(documents.open_file)
        self._recent.file_requested.connect(documents.open_file)
        start.forget_requested.connect(self._forget)

    def _slots(self) -> dict[str, Callable[[], object]]:
        """What each command does: first those on the report, then those on how it is shown."""
        documents, commands, sheets = self.documents, self.commands, self.sheets
        settled = self._settled
        return {
            "new": documents.new,
            "open": documents.open,
            "save": documents.save,
            "save_as": documents.save_as,
            "versions": self.rescue.show_versions,
            "unsaved": self.rescue.find_unsaved,
            "import": documents.import_last_year,
            "export": documents.export,
            "mail": self.outputs.export_and_mail,
            "print": self.outputs.print_report,
            "pdf": self.outputs.save_pdf,
            "charts": self.outputs.show_charts,
            "close": documents.close,
            "quit": self.close,
            "undo": settled(lambda: commands.step(back=True)),
            "redo": settled(lambda: commands.step(back=False)),
            "cut": sheets.cut,
            "copy": sheets.copy,
            "paste": sheets.paste,
            "clear": sheets.clear,
            "paste_last": documents.import_clipboard,
            "change_form": settled(documents.change_form),
            "years": settled(documents.manage_years),
            "enter_down": self._set_enter,
            "enter_right": self._set_enter,
            "skip_computed": self._set_enter,
            "find": self.search.start,
            "header": self.header.edit_field,
            "copy_last": sheets.copy_last,
            "zero_section": settled(commands.fill_section_with_zero),
            "zero_all": settled(commands.fill_all_with_zero),
            "compute": settled(commands.compute),
            "review": settled(self._review),
            "next_finding": commands.next_finding,
            "previous_finding": lambda: commands.next_finding(-1),
            "next_blank": commands.next_blank,
            "copy_findings": self.findings.copy_all,
            "explain": settled(self._explain),
            **self._view_slots(),
        }

    def _view_slots(self) -> dict[str, Callable[[], object]]:
        sheets = self.sheets
        return {
            "next_pane": lambda: self.panes.go_round(1),
            "previous_pane": lambda: self.panes.go_round(-1),
            "left_pane": self.panes.toggle_left,
            "right_pane": self.panes.toggle_right,
            "indicator_help": self._toggle_help,
            "show_all": lambda: sheets.set_filter(Filter.ALL),
            "show_blank": lambda: sheets.set_filter(Filter.BLANK),
            "show_findings": lambda: sheets.set_filter(Filter.FINDINGS),
            "show_changed": lambda: sheets.set_filter(Filter.CHANGED),
            "figures_this": lambda: sheets.show_figures(Shown.THIS),
            "figures_last": lambda: sheets.show_figures(Shown.LAST),
            "figures_difference": lambda: sheets.show_figures(Shown.DIFFERENCE),
            "zoom_in": lambda: self._zoom(1),
            "zoom_out": lambda: self._zoom(-1),
            "zoom_reset": lambda: self._zoom(0),
            "theme_system": lambda: self._choose_theme("system"),
            "theme_light": lambda: self._choose_theme("light"),
            "theme_dark": lambda: self._choose_theme("dark"),
            "manual": self.help.show_manual,
            "shortcuts": self.help.show_shortcuts,
            "tour": self.help.show_tour,
            "forms_folder": self.help.open_forms_folder,
            "diagnostics": self.help.save_diagnostics,
            "about": self.help.show_about,
        }

    # -- the document -------------------------------------------------------------------------

    def _document_changed(self, document: Document | None) -> None:
        for part in (self.header, self.sheets, self.findings, self.commands, self.search):
            part.set_document(document)
        self.actions_.set_report_open(document is not None)
        self.actions_.set_undo_stack(document.undo_stack if document is not None else None)
        self.actions_["show_all"].setChecked(True)
        self.actions_["figures_this"].setChecked(True)
        self.sheets.show_figures(Shown.THIS)
        self._stack.setCurrentIndex(_START if document is None else _REPORT)
        self.panes.set_active(document is not None)
        if document is None:
            # What was said is of a report that is gone.
            self.status.say("")
            self._show_recent()
            self.indicator_help.show_cell(None, "")
        else:
            document.changed.connect(self._report_changed)
            document.dirty_changed.connect(self._show_saved)
            document.path_changed.connect(self._show_title)
            document.refused.connect(lambda key, sentence: self.status.refuse(sentence))
            self.sheets.set_zoom(self.settings.zoom)
            self.header.set_folded(bool(document.session.report.unit_name))
            first = document.session.report.blank or list(document.session.form.cells)
            self.sheets.go_to(first[0])
            self._cell_changed(first[0])
            self.help.offer_tour()
        self._show_saved()
        self.refresh()

    def _report_changed(self, change: Change) -> None:
        self.status.settle()
        self.status.forget()
        if change.header:
            self._show_title()
        self._later.start()

    def refresh(self) -> None:
        """Brings sections and status line up to date with the report now."""
        self._later.stop()
        document = self.documents.document
        session = document.session if document is not None else None
        self.sections.show_session(session)
        self.status.show_progress(session.progress() if session is not None else None)
        if self.commands.current_cell:
            self.sections.set_current_cell(self.commands.current_cell)

    def _cell_changed(self, key: str) -> None:
        document = self.documents.document
        if document is None:
            return
        self.status.settle()
        self.commands.current_cell = key
        self.sections.set_current_cell(key)
        self.indicator_help.show_cell(document.session.checks, key)
        self.findings.show_cell(key)
        self.outputs.show_cell(key)

    def _go_to_section(self, code: str) -> None:
        document = self.documents.document
        if document is not None:
            section = next(s for s in document.session.form.sections if s.code == code)
            self.sheets.go_to_section(section)
            # Where a refused text holds the sheet, the list must not say otherwise.
            self.sections.set_current_cell(self.commands.current_cell)

    def _show_title(self) -> None:
        document = self.documents.document
        if document is None:
            self.setWindowTitle(PROGRAM)
            return
        mark = " [只读]" if self.documents.is_read_only else ""
        mark += " *" if document.is_dirty else ""
        self.setWindowTitle(f"{self.documents.name_of(document)}{mark} — {PROGRAM}")
        self.setWindowFilePath("" if document.path is None else str(document.path))

    def _show_saved(self) -> None:
        document = self.documents.document
        self._show_title()
        if document is not None:
            self.status.show_saved(
                self.documents.saved_at,
                dirty=document.is_dirty,
                read_only=self.documents.is_read_only,
            )

    def _settled(self, do: Callable[[], object]) -> Callable[[], None]:
        """*do*, once what is being typed is taken over; where that is refused it is said instead."""

        def when_settled() -> None:
            refused = self.pending.take_over()
            if refused:
                self.status.say(refused)
            else:
                do()

        return when_settled

    # -- what the menus 审核, 查看 and 帮助 do --------------------------------------------------

    def _review(self) -> None:
        self.panes.show_right()
        self.findings.refresh()
        self.commands.review()

    def _explain(self) -> None:
        """Opens the explanation that the current cell asks for."""
        self.panes.show_right()
        if not self.findings.explain(self.commands.current_cell):
            self.status.say("这一格没有可以说明的审核结果")

    def _set_enter(self) -> None:
        """Takes over where Enter goes from the menu, and remembers it."""
        right = self.actions_["enter_right"].isChecked()
        skip = self.actions_["skip_computed"].isChecked()
        self.settings.set_flag("enter_right", right)
        self.settings.set_flag("skip_computed", skip)
        direction = EnterDirection.RIGHT if right else EnterDirection.DOWN
        self.sheets.set_enter(direction, skip_computed=skip)

    def _toggle_help(self) -> None:
        show = self.indicator_help.isHidden()
        self.indicator_help.setVisible(show)
        if show:
            self.panes.show_right()
        self.settings.set_flag("indicator_help", show)
        self.actions_["indicator_help"].setChecked(show)

    def _zoom(self, step: int) -> None:
        """One step larger or smaller; 0 for 100 %."""
        now = self.settings.zoom
        if step > 0:
            wanted = next((z for z in ZOOM_STEPS if z > now), now)
        elif step < 0:
            wanted = next((z for z in reversed(ZOOM_STEPS) if z < now), now)
        else:
            wanted = 100
        self.settings.zoom = wanted
        self.sheets.set_zoom(wanted)
        self.status.show_zoom(wanted)

    def _choose_theme(self, appearance: str) -> None:
        chosen = "light" if appearance == "light" else "dark" if appearance == "dark" else "system"
        self.settings.appearance = chosen
        self.theme.choose(chosen)

    def _set_tokens(self, tokens: Tokens) -> None:
        for part in (self.actions_, self.sections, self.sheets):
            part.set_tokens(tokens)

    def _tour_steps(self) -> list[Step]:
        from gui.help.tour import steps

        return steps(self.sheets, self.sections, self.findings, self.status)

    def _sides_changed(self, left: bool, right: bool) -> None:
        self.actions_["left_pane"].setChecked(left)
        self.actions_["right_pane"].setChecked(right)

    # -- recent files, dropping, closing ------------------------------------------------------

    def _show_recent(self) -> None:
        paths = self.settings.recent
        self.start_page.show_recent(paths)
        self._recent.show_files(paths)

    def _look_into(self, path: Path) -> Seen:
        from core.glance import look

        return look(path, self.documents.catalog)

    def _forget(self, path: Path) -> None:
        self.settings.forget_recent(path)
        self._show_recent()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws the icons anew where the window has come to a screen of another scaling.

        Not in event(), where Qt tells of it: there Python would be asked about every event of all.
        """
        super().paintEvent(event)
        if self.actions_.icons_ratio != self.devicePixelRatioF():
            later(self, lambda: self.actions_.set_tokens(self.theme.tokens))
        self.painted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leaves the tools their icons only where there is little room: the search box stays."""
        super().resizeEvent(event)
        narrow = event.size().width() < TOOL_TEXTS_NEED
        style = Qt.ToolButtonStyle
        self._bar.setToolButtonStyle(
            style.ToolButtonIconOnly if narrow else style.ToolButtonTextBesideIcon
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere on the window."""
        urls = event.mimeData().urls()
        if urls and all(url.isLocalFile() for url in urls):
            event.acceptProposedAction()
            self._mark_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The files went elsewhere."""
        self._mark_drop(False)

    def _mark_drop(self, shown: bool) -> None:
        """A frame round the window while files are held over it: here they can be let go."""
        if self._drop_mark is None:
            if not shown:
                return
            from PySide6.QtWidgets import QRubberBand

            self._drop_mark = QRubberBand(QRubberBand.Shape.Rectangle, self)
        self._drop_mark.setGeometry(self.rect())
        self._drop_mark.setVisible(shown)

    def dropEvent(self, event: QDropEvent) -> None:
        """Opens the files once the other program is no longer waiting for the drop to end."""
        self._mark_drop(False)
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls()]
        event.acceptProposedAction()
        later(self, lambda: self.documents.open_files(paths))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks about unsaved work, and keeps sizes for the next start."""
        # A defect in here must be told at once: Qt would close the window all the same.
        if not self.failures.may_leave(self.documents.may_leave):
            event.ignore()
            return
        self.recorder.attempt(self.documents.end)
        with_panes = self.documents.document is not None
        self.recorder.attempt(lambda: self._state.keep(with_panes=with_panes))
        # The stack announces its own end, when there is nothing left to show it to.
        self.actions_.set_undo_stack(None)
        event.accept()

    def _restore(self) -> None:
        self._state.restore()
        help_shown = self.settings.flag("indicator_help", True)
        self.indicator_help.setVisible(help_shown)
        self.actions_["indicator_help"].setChecked(help_shown)
        self.actions_[f"theme_{self.settings.appearance}"].setChecked(True)
        self.status.show_zoom(self.settings.zoom)
        right = self.settings.flag("enter_right", False)
        self.actions_["enter_right" if right else "enter_down"].setChecked(True)
        self.actions_["skip_computed"].setChecked(self.settings.flag("skip_computed", False))
        self._set_enter()
