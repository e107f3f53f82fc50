"""The window's actions as data: names, shortcuts, icons; where they stand in menus and toolbar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QUndoStack
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QToolButton, QWidget

from gui.look.icons import icon
from gui.look.tokens import Tokens
from gui.window.sheets import Sheets


class Command(NamedTuple):
    """One thing the user can ask for.

    ``text`` stands in the menu, ``short`` on the toolbar. ``needs_report``: only while a report is
    open. ``group``: of the commands of a group one is checked; ``check``: on or off by itself.
    """

    name: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    short: str = ""
    tip: str = ""
    needs_report: bool = True
    check: bool = False
    group: str = ""


COMMANDS: Final = (
    Command("new", "新建(&N)…", ("Ctrl+N",), "new", "新建", "新建一份空白报表", needs_report=False),
    Command(
        "open", "打开(&O)…", ("Ctrl+O",), "open", "打开", "打开保存过的报表", needs_report=False
    ),
    Command("save", "保存(&S)", ("Ctrl+S",), "save", "保存", "保存到文件"),
    Command("save_as", "另存为(&A)…", ("Ctrl+Shift+S", "F12")),
    Command(
        "versions", "历史版本(&H)…", tip="查看以前保存的版本，与现在比较，恢复其中一个",
        needs_report=False,
    ),
    Command(
        "unsaved", "找回未保存的内容(&B)…", tip="没有保存就关闭或放弃的内容，保留 30 天",
        needs_report=False,
    ),
    Command(
        "import", "导入上年(&I)…", ("Ctrl+I",), "import", "导入上年…",
        "从上年的报表文件带入上年数", needs_report=False,
    ),
    Command(
        "export", "导出 XLSX(&E)…", ("Ctrl+E",), "export", "导出 XLSX", "导出用于报送的 Excel 文件"
    ),
    Command(
        "mail", "导出并写邮件(&M)…", ("Ctrl+Shift+E",), "mail",
        tip="导出 Excel 文件，并用邮件程序打开写好的草稿",
    ),
    Command("print", "打印(&P)…", ("Ctrl+P",), "print", "打印", "预览并打印官方样式的 A4 表"),
    Command("pdf", "保存为 PDF(&D)…", tip="把官方样式的 A4 表保存为 PDF 文件"),
    Command("close", "关闭报表(&C)", ("Ctrl+W",)),
    Command("quit", "退出(&X)", ("Ctrl+Q",), needs_report=False),
    Command("undo", "撤销(&U)", ("Ctrl+Z",), "undo"),
    Command("redo", "重做(&R)", ("Ctrl+Y", "Ctrl+Shift+Z"), "redo"),
    Command("cut", "剪切(&T)", ("Ctrl+X",)),
    Command("copy", "复制(&C)", ("Ctrl+C",)),
    Command("paste", "粘贴(&P)", ("Ctrl+V",)),
    Command(
        "paste_last", "粘贴为上年数(&Y)…", ("Ctrl+Shift+V",), needs_report=False,
        tip="把从 Excel、WPS、Word 或网页复制的表作为上年数带入",
    ),
    Command("clear", "清除(&D)\tDel", tip="清除选中的格"),
    Command("enter_down", "向下(&D)", needs_report=False, group="enter"),
    Command("enter_right", "向右(&R)", needs_report=False, group="enter"),
    Command(
        "skip_computed", "回车跳过自动计算的格(&K)", needs_report=False, check=True
    ),
    Command("find", "查找指标(&F)", ("Ctrl+F",), "search"),
    Command("header", "填写表头(&H)…", ("Ctrl+H",), tip="填报单位、年度、负责人、填报人等"),
    Command("change_form", "更换表样(&F)…", tip="还没有填数的报表可以换一份表样"),
    Command("years", "管理历年数据(&Y)…", tip="查看、移除随报表保存的历年数"),
    Command("copy_last", "沿用上年数：选中的格(&L)", tip="把选中各格的上年数填为本年数"),
    Command("zero_section", "空白填 0：本部分(&Z)", tip="把当前部分的空白格都填 0"),
    Command("zero_all", "空白填 0：全表(&T)", tip="把全表的空白格都填 0"),
    Command(
        "compute", "运算(&R)", ("F9",), "compute", "运算", "重新计算合计，把手工改过的计算格改回计算结果"
    ),
    Command("review", "审核(&A)", ("F7",), "review", "审核", "审核全表，转到第一处要处理的地方"),
    Command("next_finding", "下一条审核结果(&N)", ("F8",)),
    Command("previous_finding", "上一条审核结果(&P)", ("Shift+F8",)),
    Command("next_blank", "下一个未填的格(&B)", ("Ctrl+F8",)),
    Command(
        "explain", "填写审核说明(&E)…", ("Shift+F2",), tip="为当前格的审核结果写明原因"
    ),
    Command("copy_findings", "复制全部审核结果(&C)"),
    Command("left_pane", "目录(&L)", ("Ctrl+F2",), "left_pane", check=True),
    Command("right_pane", "审核结果(&R)", ("Ctrl+F3",), "right_pane", check=True),
    Command("indicator_help", "指标说明(&H)", ("Ctrl+F1",), check=True),
    Command("next_pane", "到下一个窗格(&N)", ("F6",)),
    Command("previous_pane", "到上一个窗格(&P)", ("Shift+F6",)),
    Command("charts", "图表(&G)", ("Ctrl+G",), "chart", tip="与上年对比、构成、历年的图表"),
    Command("show_all", "全部指标(&A)", group="filter"),
    Command("show_blank", "只看未填(&B)", group="filter"),
    Command("show_findings", "只看有审核结果的(&F)", group="filter"),
    Command("show_changed", "只看与上年不同的(&C)", group="filter"),
    Command("figures_this", "多栏表显示本年数(&1)", group="figures"),
    Command("figures_last", "多栏表显示上年数(&2)", group="figures"),
    Command("figures_difference", "多栏表显示与上年的增减(&3)", group="figures"),
    Command("zoom_in", "放大(&I)", ("Ctrl++", "Ctrl+=")),
    Command("zoom_out", "缩小(&O)", ("Ctrl+-",)),
    Command("zoom_reset", "原始大小(&0)", ("Ctrl+0",)),
    Command("theme_system", "跟随系统(&S)", needs_report=False, group="theme"),
    Command("theme_light", "浅色(&L)", needs_report=False, group="theme"),
    Command("theme_dark", "深色(&D)", needs_report=False, group="theme"),
    Command("manual", "使用手册(&M)", ("F1",), "help", needs_report=False),
    Command("shortcuts", "快捷键一览(&K)", needs_report=False),
    Command("tour", "快速入门(&T)", needs_report=False),
    Command("forms_folder", "打开表样文件夹(&F)", needs_report=False),
    Command("diagnostics", "保存诊断包(&D)…", needs_report=False),
    Command("about", "关于公开年报(&A)", needs_report=False),
)  # fmt: skip

#: Menus in order: title, and what stands in it; ``-`` is a line, ``>title`` opens a submenu that
#: ends with ``<``, ``*recent`` is the place of the recent files.
MENUS: Final = (
    (
        "文件(&F)",
        "new open *recent - save save_as versions unsaved - import export mail - print pdf - close quit",
    ),
    (
        "编辑(&E)",
        "undo redo - cut copy paste paste_last clear - find - >回车方向(&E) enter_down enter_right < skip_computed",
    ),
    ("报表(&R)", "header change_form import years - copy_last zero_section zero_all - compute"),
    ("审核(&A)", "review - next_finding previous_finding next_blank - explain copy_findings"),
    (
        "查看(&V)",
        "left_pane right_pane indicator_help next_pane previous_pane - charts - "
        "show_all show_blank show_findings show_changed - "
        "figures_this figures_last figures_difference - "
        "zoom_in zoom_out zoom_reset - >外观(&T) theme_system theme_light theme_dark <",
    ),
    ("帮助(&H)", "manual shortcuts tour - forms_folder diagnostics about"),
)

TOOLBAR: Final = "new open save - import - compute review - print export"
_PRIMARY: Final = "export"


class Actions(QObject):
    """Makes an action of every command and puts them where they belong."""

    def __init__(self, parent: QWidget, tokens: Tokens) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        self._stack: QUndoStack | None = None
        self._window = parent
        #: Device pixels a pixel of the screen that the icons were drawn for.
        self.icons_ratio = 0.0
        for command in COMMANDS:
            self._actions[command.name] = self._made(command)
        self._primary: QToolButton | None = None
        self.set_tokens(tokens)

    def __getitem__(self, name: str) -> QAction:
        """The action of a command."""
        return self._actions[name]

    def follow(self, sheets: Sheets) -> None:
        """Does what a sheet asks for, and marks in the menus what was chosen on it."""

        def mark(name: str) -> None:
            self._actions[name].setChecked(True)

        sheets.command_requested.connect(lambda name: self._actions[name].trigger())
        sheets.filter_changed.connect(lambda choice: mark(f"show_{choice.value}"))
        sheets.figures_changed.connect(lambda shown: mark(f"figures_{shown.name.lower()}"))

    def connect_all(self, slots: Mapping[str, Callable[[], object]]) -> None:
        """Says what each command does; a command without a slot would be a defect."""
        missing = self._actions.keys() ^ slots.keys()
        if missing:
            raise LookupError(f"commands and slots differ: {sorted(missing)}")
        for name, slot in slots.items():
            self._actions[name].triggered.connect(lambda checked=False, slot=slot: slot())

    def set_report_open(self, is_open: bool) -> None:
        """Enables what needs an open report."""
        for command in COMMANDS:
            if command.needs_report and command.name not in ("undo", "redo"):
                self._actions[command.name].setEnabled(is_open)

    def set_undo_stack(self, stack: QUndoStack | None) -> None:
        """Lets 撤销 and 重做 say what they would do, and be there only when they can."""
        if self._stack is not None:
            self._stack.indexChanged.disconnect(self._show_steps)
        self._stack = stack
        for name, word in (("undo", "撤销(&U)"), ("redo", "重做(&R)")):
            self._show_step(name, word, "", False)
        if stack is None:
            return
        stack.indexChanged.connect(self._show_steps)
        self._show_steps()

    def _show_steps(self) -> None:
        stack = self._stack
        if stack is not None:
            self._show_step("undo", "撤销(&U)", stack.undoText(), stack.canUndo())
            self._show_step("redo", "重做(&R)", stack.redoText(), stack.canRedo())

    def _show_step(self, name: str, word: str, step: str, possible: bool) -> None:
        action = self._actions[name]
        action.setText(f"{word} {step}".replace("&", "&&").replace("(&&", "(&").rstrip())
        action.setEnabled(possible)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draws the icons in these colours, for the screen that the window is on."""
        self.icons_ratio = self._window.devicePixelRatioF()
        for command in COMMANDS:
            if command.icon:
                action = self._actions[command.name]
                drawn = icon(command.icon, tokens.ink, tokens.muted, self.icons_ratio)
                action.setIcon(drawn)
        self._draw_primary(tokens)

    def _draw_primary(self, tokens: Tokens) -> None:
        if self._primary is not None:
            drawn = icon("export", tokens.on_accent, tokens.muted, self.icons_ratio)
            self._primary.setIcon(drawn)

    def fill_menu_bar(self, bar: QMenuBar, recent: QMenu) -> None:
        """Puts the menus into *bar*, with the submenu of recent files in its place."""
        for title, content in MENUS:
            menus = [bar.addMenu(title)]
            menus[0].setToolTipsVisible(True)
            for word in content.split():
                if word == "-":
                    menus[-1].addSeparator()
                elif word == "*recent":
                    menus[-1].addMenu(recent)
                elif word == "<":
                    menus.pop()
                elif word.startswith(">"):
                    menus.append(menus[-1].addMenu(word[1:]))
                else:
                    menus[-1].addAction(self._actions[word])

    def fill_toolbar(self, bar: QToolBar, tokens: Tokens) -> None:
        """Puts the most used commands on *bar*; the export is the one that stands out."""
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setIconSize(QSize(16, 16))
        for word in TOOLBAR.split():
            if word == "-":
                bar.addSeparator()
                continue
            if word != _PRIMARY:
                bar.addAction(self._actions[word])
                bar.widgetForAction(self._actions[word]).setAccessibleName(
                    self._actions[word].iconText().strip()
                )
        self._primary = _PrimaryButton(self._actions[_PRIMARY], bar)
        bar.addWidget(self._primary)
        self._draw_primary(tokens)

    def _made(self, command: Command) -> QAction:
        action = QAction(command.text, self._window)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        if command.short:
            # Qt leaves no room between an icon and its text.
            action.setIconText(f" {command.short}")
        shown = QKeySequence(command.keys[0]).toString() if command.keys else ""
        tip = command.tip or action.iconText().strip().replace("…", "")
        action.setToolTip(f"{tip}（{shown}）" if shown else tip)
        if command.check or command.group:
            action.setCheckable(True)
        if command.group:
            group = self._groups.get(command.group)
            if group is None:
                group = self._groups[command.group] = QActionGroup(self._window)
            group.addAction(action)
        self._window.addAction(action)
        return action


class _PrimaryButton(QToolButton):
    """The one button that stands out; it follows its action."""

    def __init__(self, action: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("primary")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setText(action.iconText())
        self.setToolTip(action.toolTip())
        self.setAccessibleName(action.iconText().strip())
        self.clicked.connect(action.trigger)
        action.enabledChanged.connect(self.setEnabled)
