"""The rest of the window: header, sections, search, panes, zoom, what is remembered, menus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage, QTextDocumentFragment
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.form.form import Level
from core.period import Period
from core.report import Report
from core.session import Edit
from core.storage.files import save_report
from gui.document import Document
from gui.look.style import mixed_colours, style_sheet
from gui.look.tokens import DARK, LIGHT, Tokens
from gui.report.documents import Documents
from gui.system.settings import Settings
from gui.widgets.elided import ElidedLabel
from gui.window.actions import COMMANDS, MENUS, Actions
from gui.window.indicator_help import requirements
from gui.window.panes import LEFT_NEEDS, RIGHT_NEEDS
from gui.window.window import MainWindow
from tests.gui.window.answers import AnsweringDialogs

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def document(window: MainWindow, saved_report: Callable[..., Path]) -> Document:
    window.documents.open_file(saved_report(values={"1.1": 31}))
    assert window.documents.document is not None
    return window.documents.document


# -- the header ---------------------------------------------------------------------------------


def test_header_fields_are_typed_and_undone_one_by_one(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    report = document.session.report
    qtbot.keyClick(window, Qt.Key.Key_H, CONTROL)
    assert not window.header.is_folded
    unit = window.header.field("unit_name")
    assert unit.hasFocus()
    qtbot.keyClicks(unit, "New Office\r")
    assert window.header.field("period").hasFocus()
    qtbot.keyClicks(QApplication.focusWidget() or unit, "2020\r")
    assert (report.unit_name, report.period) == ("New Office", Period(2020))
    assert window.windowTitle() == "New Office 2020年度 * — 公开年报"
    document.undo_stack.undo()
    assert report.period == Period(2019)
    assert window.header.field("period").text() == "2019"
    document.undo_stack.undo()
    assert report.unit_name == "某区某局"


@pytest.mark.parametrize("wrong", ["19", "abcd", "2019-Q1", ""])
def test_a_year_that_is_none_is_refused_where_it_stands(
    qtbot: QtBot, window: MainWindow, document: Document, wrong: str
) -> None:
    window.header.edit_field("period")
    field = window.header.field("period")
    field.clear()
    qtbot.keyClicks(field, wrong + "\r")
    assert field.property("wrong")
    assert document.session.report.period == Period(2019)
    assert not document.is_dirty


def test_escape_gives_up_what_is_typed_into_a_field(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    for name, wrong in (("unit_name", "x"), ("period", "abc")):
        window.header.edit_field(name)
        field = window.header.field(name)
        before = field.text()
        qtbot.keyClicks(field, wrong)
        assert field.text() == wrong
        qtbot.keyClick(field, Qt.Key.Key_Escape)
        assert field.text() == before
        assert window.sheets.current is not None and window.sheets.current.hasFocus()
    assert document.undo_stack.count() == 0
    assert window.pending.take_over() == ""


def test_a_field_still_being_typed_is_saved(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    window.header.edit_field("preparer")
    field = window.header.field("preparer")
    qtbot.keyClicks(field, "Li")
    qtbot.keyClick(field, Qt.Key.Key_S, CONTROL)
    assert document.session.report.header["preparer"] == "Li"
    assert not document.is_dirty


# -- sections, search, status -------------------------------------------------------------------


def test_sections_follow_the_current_cell_and_lead_to_what_is_blank(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    window.sheets.go_to("3.1.4")
    assert window.sections.currentIndex().row() == 2
    first = window.sections.visualRect(window.sections.model().index(0, 0))
    qtbot.mouseClick(window.sections.viewport(), LEFT, pos=first.center())
    assert window.commands.current_cell == "1.1.1"
    assert window.sections.states[0].spoken == "一、主动公开情况，已填 1/21"


def test_the_search_box_finds_and_enter_goes_there(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F, CONTROL)
    assert window.search.hasFocus()
    qtbot.keyClicks(window.search, "sdsqs")
    assert window.search.shown is not None
    assert window.search.shown.keys == ["3.1"]
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert window.commands.current_cell == "3.1"
    assert window.sheets.isAncestorOf(QApplication.focusWidget() or window)


def test_a_heading_that_is_found_leads_to_its_first_cell(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    window.search.start()
    qtbot.keyClicks(window.search, "1.3")
    assert window.search.shown.keys[0] == "1.3.1"
    qtbot.keyClick(window.search, Qt.Key.Key_Escape)
    assert window.search.shown is None


def test_a_cell_that_is_filtered_away_is_shown_when_it_is_asked_for(
    window: MainWindow, document: Document
) -> None:
    assert document.type_text("2.1", "31")
    window.actions_["show_blank"].trigger()
    assert window.sheets.current is not None
    assert not window.sheets.current.go_to("2.1")
    window.sheets.go_to("2.1")
    assert window.commands.current_cell == "2.1"
    assert window.actions_["show_all"].isChecked()


def test_a_long_sentence_makes_the_window_no_wider(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    window.status.say("已保存到一个名字很长的文件，" * 20)
    qtbot.wait(0)
    assert window.minimumSizeHint().width() <= 1000
    assert "已保存" in window.status.findChildren(ElidedLabel)[0].toolTip()
    window.status.say("")
    assert window.status.findChildren(ElidedLabel)[0].toolTip() == ""


def test_the_status_line_leads_to_the_next_blank_cell(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    window.sheets.go_to("9.3")
    window.status.blank_requested.emit()
    assert window.commands.current_cell == "1.1.1"


def test_blanks_become_zero_in_one_step_each(
    window: MainWindow, document: Document, dialogs: AnsweringDialogs
) -> None:
    window.sheets.go_to("6")
    window.actions_["zero_section"].trigger()
    assert document.session.value("6") == 0
    assert document.session.value("1.1.1") is None
    dialogs.agreements = [False, True]
    window.actions_["zero_all"].trigger()
    assert document.session.value("1.1.1") is None
    window.actions_["zero_all"].trigger()
    assert document.session.progress().filled == 71
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.session.progress().filled == 1


def test_what_the_current_cell_must_agree_with_is_said_beside_it(
    window: MainWindow, document: Document
) -> None:
    window.sheets.go_to("1.1")
    assert "不同渠道和方式公开相同信息计1条" in window.indicator_help.text
    assert "下面分列：主动公开规范性文件数、制发规范性文件总数。" in window.indicator_help.text
    assert window.indicator_help.place == "指标说明 › 一、主动公开情况"
    window.sheets.go_to("3.3.4.1")
    place = "指标说明 › 三、依申请公开情况 › （三）申请答复数 › 4.不同意公开答复数"
    assert window.indicator_help.place == place
    asked = requirements(document.session.checks, "3.1")
    assert asked[0].sentence == "（一）收到申请数 应等于 其明细之和"
    levels = [one.level is Level.ERROR for one in asked]
    assert levels == sorted(levels, reverse=True)


# -- several tables -----------------------------------------------------------------------------


def test_a_form_of_several_tables_has_a_tab_for_each(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, tmp_path: Path
) -> None:
    path = tmp_path / "2021.nianbao"
    save_report(Report(catalog.form("cn-2021"), Period(2023)), path)
    window.documents.open_file(path)
    assert len(window.sheets.views) == 3
    window.sheets.go_to("3-1:natural")
    assert window.sections.currentIndex().row() == 1
    assert "自然人" in window.indicator_help.accessibleName() or window.indicator_help.text
    assert window.commands.current_cell == "3-1:natural"
    window.sheets.go_to("2-1.1:made")
    assert window.sections.currentIndex().row() == 0


# -- panes, zoom, looks -------------------------------------------------------------------------


def test_side_panes_fold_when_there_is_no_room_and_come_back(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    for width, left, right in (
        (RIGHT_NEEDS - 40, False, False),
        (LEFT_NEEDS - 20, False, True),
        (LEFT_NEEDS + 60, True, True),
    ):
        window.resize(width, 700)
        qtbot.waitUntil(lambda width=width: window.width() == width)
        assert window.sections.isVisible() is left
        assert window.findings.isVisible() is right
    window.resize(RIGHT_NEEDS - 40, 700)
    window.actions_["right_pane"].trigger()
    assert window.findings.isVisible()
    assert window.actions_["right_pane"].isChecked()


def test_the_search_box_stays_in_a_small_window(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    window.resize(800, 600)
    qtbot.waitUntil(lambda: window.width() == 800)
    qtbot.waitUntil(window.search.isVisible)
    qtbot.keyClick(window, Qt.Key.Key_F, CONTROL)
    assert window.search.hasFocus()


def test_sizes_and_choices_are_remembered(
    window: MainWindow, document: Document, stored: Callable[[], QSettings]
) -> None:
    window.actions_["zoom_in"].trigger()
    window.actions_["left_pane"].trigger()
    window.actions_["theme_dark"].trigger()
    window.actions_["enter_right"].trigger()
    assert window.theme.tokens is DARK
    window.close()
    again = Settings(window.settings.folder)
    assert again.zoom == 110
    assert not again.flag("left_pane", True)
    assert again.appearance == "dark"
    assert again.flag("enter_right", False)
    layouts = [key for key in stored().allKeys() if key.endswith("/window")]
    assert len(layouts) == 1


def test_a_window_left_on_a_screen_that_is_gone_comes_back_into_sight(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    window.move(9000, 7000)
    qtbot.waitUntil(lambda: window.x() >= 9000)
    window.close()
    again = MainWindow(
        Settings(window.settings.folder),
        window.theme,
        lambda parent: Documents(
            window.documents.catalog, window.settings, AnsweringDialogs(parent), parent
        ),
        window.recorder,
    )
    qtbot.addWidget(again)
    again.show()
    qtbot.waitExposed(again)
    screen = QGuiApplication.primaryScreen().availableGeometry()
    seen = again.frameGeometry() & screen
    assert seen.width() >= min(400, screen.width() // 2)
    assert again.frameGeometry().top() >= screen.top()
    again.close()


def test_damaged_settings_count_as_none(tmp_path: Path) -> None:
    (tmp_path / "settings.ini").write_bytes(
        b"[window]\nzoom=abc\nappearance=pink\n[files]\nrecent={\n"
    )
    settings = Settings(tmp_path)
    assert (settings.zoom, settings.appearance, settings.recent) == (100, "system", [])


def _luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB`` (WCAG 2.1)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXTS = ("ink", "muted", "accent", "error", "explain", "done")
SURFACES = (
    "paper", "page", "computed", "heading", "hover", "selection", "error_tint", "explain_tint",
)  # fmt: skip


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_every_surface(tokens: Tokens) -> None:
    colours = tokens._asdict()
    assert {*TEXTS, *SURFACES, "on_accent", "line"} == colours.keys()
    low = {
        (text, surface): round(_contrast(colours[text], colours[surface]), 2)
        for text in TEXTS
        for surface in SURFACES
        if _contrast(colours[text], colours[surface]) < 4.5
    }
    assert low == {}
    mixed = mixed_colours(tokens)
    assert _contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert _contrast(tokens.on_accent, mixed["accent_hover"]) >= 4.5
    for surface in (tokens.paper, tokens.page):
        assert _contrast(mixed["field"], surface) >= 3.0


def test_the_colours_follow_the_system_while_the_window_is_open(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    schemes = [Qt.ColorScheme.Dark]
    asked: list[Qt.ColorScheme] = []

    class Hints:
        def colorScheme(self) -> Qt.ColorScheme:
            return schemes[-1]

        def setColorScheme(self, scheme: Qt.ColorScheme) -> None:
            asked.append(scheme)

    theme = window.theme
    theme.choose("light")
    monkeypatch.setattr(theme, "_application", _WithHints(QApplication.instance(), Hints()))
    theme.choose("system")
    assert theme.tokens is DARK
    schemes.append(Qt.ColorScheme.Light)
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.tokens is LIGHT
    theme.choose("dark")
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.tokens is DARK
    # Title bars and the system's dialogs are asked to do the same.
    assert asked == [Qt.ColorScheme.Unknown, Qt.ColorScheme.Dark]


class _WithHints:
    """The application, whose system has the colours that the test says."""

    def __init__(self, application: object, hints: object) -> None:
        self._application = application
        self._hints = hints

    def styleHints(self) -> object:
        return self._hints

    def __getattr__(self, name: str) -> object:
        return getattr(self._application, name)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_names_no_colour_of_its_own(tokens: Tokens) -> None:
    assert "$" not in style_sheet(tokens)


def test_the_window_is_drawn_anew_in_the_dark(window: MainWindow, document: Document) -> None:
    def darkness(image: QImage) -> float:
        small = image.scaled(60, 40).convertToFormat(QImage.Format.Format_Grayscale8)
        grey = [small.pixelColor(x, y).lightness() for x in range(60) for y in range(40)]
        return sum(value < 80 for value in grey) / len(grey)

    assert darkness(window.grab().toImage()) < 0.1
    window.theme.choose("dark")
    assert darkness(window.grab().toImage()) > 0.8


# -- menus, names, help -------------------------------------------------------------------------


def test_every_command_stands_in_a_menu_once_and_no_shortcut_means_two_things(
    window: MainWindow,
) -> None:
    words = [word for _, content in MENUS for word in content.split()]
    names = [word for word in words if word not in ("-", "<", "*recent") and word[0] != ">"]
    assert sorted({*names}) == sorted(command.name for command in COMMANDS)
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))


def test_without_a_report_only_what_makes_sense_can_be_chosen(window: MainWindow) -> None:
    actions: Actions = window.actions_
    enabled = {command.name for command in COMMANDS if actions[command.name].isEnabled()}
    assert {"new", "open", "import", "manual", "quit"} <= enabled
    assert not {"save", "export", "undo", "find", "review"} & enabled


def test_undo_says_what_it_would_undo(window: MainWindow, document: Document) -> None:
    undo: QAction = window.actions_["undo"]
    assert not undo.isEnabled()
    document.type_text("1.2", "2")
    assert undo.isEnabled()
    assert "填写“（二）重点领域公开政府信息数”" in undo.text()


def test_everything_that_is_operated_has_a_name_for_a_screen_reader(
    window: MainWindow, document: Document
) -> None:
    window.header.set_folded(False)
    for kind in (QPushButton, QToolButton, QLineEdit):
        for widget in window.findChildren(kind):
            if widget.isVisible() and widget.objectName() not in ("qt_toolbar_ext_button",):
                text = widget.text() if not isinstance(widget, QLineEdit) else ""
                inside_edit = isinstance(widget.parent(), QLineEdit)
                assert inside_edit or text or widget.accessibleName(), widget


def test_the_tour_has_four_steps_and_keeps_all_keys_to_itself(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    tour = window.help.show_tour()
    titles = []
    for _ in range(4):
        assert tour.isVisible()
        labels = [label.text() for label in tour.findChildren(QLabel)]
        titles.append(labels[0])
        qtbot.mouseClick(tour.next_button, LEFT)
    assert titles == ["在这里填数", "看进度", "看审核结果", "看能不能报送"]
    assert not tour.isVisible()

    window.sheets.go_to("1.2")
    before = dict(document.session.report.values)
    tour = window.help.show_tour()

    def key(*keys: Qt.Key) -> None:
        for one in keys:
            qtbot.keyClick(QApplication.focusWidget(), one)

    key(Qt.Key.Key_2, Qt.Key.Key_Down, Qt.Key.Key_Delete, Qt.Key.Key_Return, Qt.Key.Key_Space)
    key(Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert tour.isVisible() and "3 / 4" in [label.text() for label in tour.findChildren(QLabel)]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(tour.destroyed):
        key(Qt.Key.Key_Escape)
    assert dict(document.session.report.values) == before
    current = window.sheets.current
    assert current is not None and current.current_key() == "1.2" and current.hasFocus()
    qtbot.keyClicks(QApplication.focusWidget(), "2\r")
    assert document.session.value("1.2") == 2


def test_a_long_name_gives_way_so_that_the_header_line_is_whole(
    qtbot: QtBot, window: MainWindow, document: Document
) -> None:
    long = "新疆维吾尔自治区巴音郭楞蒙古自治州住房和城乡建设局（人民防空办公室）政务服务科"
    document.submit(Edit("填写", header={"unit_name": long, "preparer": "王芳"}))
    line = next(label for label in window.header.findChildren(QLabel) if "填报人" in label.text())
    plain = QTextDocumentFragment.fromHtml(line.text()).toPlainText()
    assert plain.endswith("填报人 王芳") and "…" in plain and "2019年度" in plain
    assert line.toolTip().startswith(f"填报单位 {long}")
    assert line.sizeHint().width() <= line.width()
    window.resize(2200, 768)
    qtbot.waitUntil(lambda: long in line.text())
    assert line.toolTip() == ""


def test_without_last_year_the_header_line_leads_to_the_import(
    qtbot: QtBot, window: MainWindow, dialogs: AnsweringDialogs, catalog: Catalog
) -> None:
    window.documents.begin(Report(catalog.form("cn-2014-beijing"), Period(2019)))
    line = next(label for label in window.header.findChildren(QLabel) if "填报人" in label.text())
    assert "年度 未导入，" in line.text()
    asked: list[str] = []
    dialogs.open_paths = lambda title, *_: asked.append(title) or []  # type: ignore[method-assign,func-returns-value]
    text = QTextDocumentFragment.fromHtml(line.text()).toPlainText()
    before = line.fontMetrics().horizontalAdvance(text[: text.index("导入…")])
    qtbot.mouseClick(line, LEFT, pos=QPoint(before + 14, line.height() // 2))
    assert asked == ["导入上年报表"]
