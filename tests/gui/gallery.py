"""Every window and state of the program, to be looked at: ``python -m tests.gui.screens --gallery``.

The manual's pictures are a part of them (:mod:`tests.gui.scenes`); these are what a clerk meets
besides: dialogs, questions, empty states, a narrow window, long names, dark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from core.period import Period
from core.report import Baseline, Report
from core.session import Edit, Session
from core.storage.backups import Version
from core.storage.compare import differences
from core.storage.lock import acquire
from core.storage.station import Station
from gui.charts.page import ChartDialog
from gui.failures.dialog import CrashDialog
from gui.failures.recorder import Failure
from gui.help.manual import ManualWindow, manual_path
from gui.importing.dialog import ImportDialog
from gui.importing.years_dialog import YearsDialog
from gui.printing.printing import preview_dialog, remembered_printer
from gui.report.mail_dialog import MailDialog, proposed_mail
from gui.safety.conflict import Conflict, ConflictDialog
from gui.safety.versions import Shelf, VersionsDialog
from gui.sheet.filters import Filter
from gui.start.new_dialog import NewDialog
from gui.system.work import WaitDialog
from gui.widgets.pick_dialog import Entry, PickDialog
from tests.gui.stage import Stage

#: Pixels of the window at that scaling: a notebook's screen, a desktop's, and a narrow window.
_SIZES: Final = {"1366": (1366, 768), "1920": (1920, 1080), "1024": (1024, 700)}
_LONG_NAME: Final = (
    "新疆维吾尔自治区巴音郭楞蒙古自治州住房和城乡建设局（人民防空办公室）政务服务和信息公开管理科"
)

Scene = Callable[[Stage], QImage]


# -- the window -----------------------------------------------------------------------------------


def start_page(stage: Stage) -> QImage:
    """With recent files, one of them gone."""
    stage.close_report()
    settings = stage.window.settings
    gone = stage.reports / "2017年度统计表.nianbao"
    for path in (gone, stage.report_ready, stage.report_2021, stage.report_2019):
        settings.add_recent(path)
    stage.window.documents.recent_changed.emit()
    return stage.picture()


def first_start(stage: Stage) -> QImage:
    """The very first start: nothing was ever opened."""
    stage.close_report()
    for path in stage.window.settings.recent:
        stage.window.settings.forget_recent(path)
    stage.window.documents.recent_changed.emit()
    return stage.picture()


def main_2014(stage: Stage) -> QImage:
    """Half done, with findings."""
    stage.open_2019()
    return stage.picture()


def main_2021(stage: Stage) -> QImage:
    """Seven columns."""
    stage.open(stage.report_2021)
    stage.window.sheets.go_to("3-1:natural")
    return stage.picture()


def other_tables_2021(stage: Stage) -> QImage:
    """Table 2 of the 2021 form."""
    stage.open(stage.report_2021)
    stage.window.sheets.go_to(next(iter(stage.catalog.checks("cn-2021").form.cells)))
    return stage.picture()


def last_table_2021(stage: Stage) -> QImage:
    """Table 4 of the 2021 form."""
    stage.open(stage.report_2021)
    stage.window.sheets.go_to(list(stage.catalog.checks("cn-2021").form.cells)[-1])
    return stage.picture()


def ready(stage: Stage) -> QImage:
    """Everything filled in and explained."""
    stage.open(stage.report_ready)
    return stage.picture()


def without_baseline(stage: Stage) -> QImage:
    """A new report without last year's figures, of an office with a very long name."""
    report = Report(stage.catalog.checks("cn-2014-beijing").form, Period(2019))
    report.header["unit_name"] = _LONG_NAME
    stage.close_report()
    stage.window.documents.begin(report)
    return stage.picture()


def read_only(stage: Stage) -> QImage:
    """A file that somebody else has open."""
    path = stage.reports / "借阅中.nianbao"
    path.write_bytes(stage.report_2019.read_bytes())
    other = Station("李四", "财务室-2", "another installation", 4711, "then")
    lock = acquire(path, other).lock
    stage.of_modal(lambda: stage.open(path), QMessageBox)
    image = stage.picture()
    stage.close_report()
    if lock is not None:
        lock.release()
    return image


def header_open(stage: Stage) -> QImage:
    """The header fields unfolded."""
    stage.open_2019()
    stage.window.header.edit_field()
    image = stage.picture()
    stage.window.header.set_folded(True)
    return image


def nothing_left_to_show(stage: Stage) -> QImage:
    """A filter that leaves no row."""
    stage.open(stage.report_ready)
    stage.window.sheets.set_filter(Filter.BLANK)
    image = stage.picture()
    stage.window.sheets.set_filter(Filter.ALL)
    return image


def search_finds_nothing(stage: Stage) -> QImage:
    """A search without a hit."""
    return _searched(stage, "没有这一项")


def search_finds(stage: Stage) -> QImage:
    """A search with hits."""
    return _searched(stage, "sqs")


def _searched(stage: Stage, text: str) -> QImage:
    stage.open_2019()
    search = stage.window.search
    search.start()
    for character in text:
        QTest.keyClick(search, character) if character.isascii() else search.insert(character)
    if not text.isascii():
        search.textEdited.emit(text)
    image = stage.picture()
    search.clear()
    search.close_list()
    stage.window.sheets.focus()
    return image


def explaining(stage: Stage) -> QImage:
    """A finding that is being explained."""
    stage.open_2019()
    stage.window.sheets.go_to("1.3.4")
    stage.settle()
    card = next(card for card in stage.window.findings.cards if card.finding.at[0] == "1.3.4")
    card.start_explaining()
    card.text_box.setPlainText("转发上级和其他单位的信息较多，已核实。")
    stage.settle()
    image = stage.picture()
    card.stop_explaining()
    return image


def refused(stage: Stage) -> QImage:
    """A text that the cell cannot take."""
    stage.open_2019()
    stage.window.sheets.go_to("1.3.1")
    view = stage.window.sheets.current
    assert view is not None
    QTest.keyClicks(view.viewport(), "-5")
    editor = stage.application.focusWidget()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    image = stage.picture()
    QTest.keyClick(stage.application.focusWidget(), Qt.Key.Key_Escape)
    return image


def zoomed(stage: Stage) -> QImage:
    """The sheet at 150 % by Ctrl+wheel."""
    stage.open_2019()
    stage.window.sheets.set_zoom(150)
    image = stage.picture()
    stage.window.sheets.set_zoom(100)
    return image


def tour(stage: Stage) -> QImage:
    """The first step of the tour."""
    stage.open_2019()
    shown = stage.window.help.show_tour()
    image = stage.picture()
    shown.close()
    return image


def tour_second(stage: Stage) -> QImage:
    """The second step of the tour."""
    stage.open_2019()
    shown = stage.window.help.show_tour()
    shown.next()
    image = stage.picture()
    shown.close()
    return image


def file_menu(stage: Stage) -> QImage:
    """The first menu, open."""
    return _menu(stage, "文件(&F)")


def report_menu(stage: Stage) -> QImage:
    """The view menu, open."""
    return _menu(stage, "查看(&V)")


def _menu(stage: Stage, title: str) -> QImage:
    stage.open_2019()
    bar = stage.window.menuBar()
    menu = next(menu for menu in bar.findChildren(QMenu) if menu.title() == title)
    menu.popup(bar.mapToGlobal(bar.actionGeometry(menu.menuAction()).bottomLeft()))
    stage.settle(0.3)
    image = stage.picture()
    menu.close()
    return image


WINDOW_SCENES: Final[Mapping[str, Scene]] = {
    "start": start_page,
    "first": first_start,
    "main": main_2014,
    "2021-3": main_2021,
    "2021-2": other_tables_2021,
    "2021-4": last_table_2021,
    "ready": ready,
    "no-baseline": without_baseline,
    "read-only": read_only,
    "header": header_open,
    "filter-empty": nothing_left_to_show,
    "search-none": search_finds_nothing,
    "search": search_finds,
    "explain": explaining,
    "refused": refused,
    "zoomed": zoomed,
    "tour-1": tour,
    "tour-2": tour_second,
    "menu-file": file_menu,
    "menu-view": report_menu,
}


# -- dialogs --------------------------------------------------------------------------------------


@contextmanager
def _shown(stage: Stage, dialog: QWidget) -> Iterator[QImage]:
    dialog.show()
    stage.settle(0.3)
    yield stage.picture_of_window(dialog)
    dialog.close()
    dialog.deleteLater()
    stage.settle(0.05)


def _picture(stage: Stage, dialog: QWidget) -> QImage:
    with _shown(stage, dialog) as image:
        return image


def new(stage: Stage) -> QImage:
    """A new report, for an office with a long name."""
    forms = stage.catalog.all_forms()[0]
    return _picture(stage, NewDialog(forms, _LONG_NAME, date(2020, 1, 8), stage.window))


def import_preview(stage: Stage) -> QImage:
    """Last year's file, all of its rows."""
    stage.close_report()
    documents = stage.window.documents
    return stage.of_modal(lambda: documents.import_file(stage.last_year), ImportDialog)


def mail(stage: Stage) -> QImage:
    """The mail draft."""
    return _picture(stage, MailDialog(proposed_mail(_session(stage), ""), stage.window))


def print_preview(stage: Stage) -> QImage:
    """The paper."""
    settings = stage.window.settings
    printer = remembered_printer(settings)
    return _picture(stage, preview_dialog(_session(stage), printer, stage.window, settings))


def chart(stage: Stage) -> QImage:
    """The first chart."""
    return _chart(stage, "overview")


def chart_channels(stage: Stage) -> QImage:
    """Applications by channel."""
    return _chart(stage, "parts 3.1")


def chart_outcomes(stage: Stage) -> QImage:
    """Applications by outcome."""
    return _chart(stage, "parts 3.3")


def chart_years(stage: Stage) -> QImage:
    """A row over several years."""
    return _chart(stage, "years 1.1")


def chart_2021(stage: Stage) -> QImage:
    """The overview of the 2021 form."""
    return _chart(stage, "overview", stage.report_2021)


def _chart(stage: Stage, chart_id: str, path: Path | None = None) -> QImage:
    stage.open(path or stage.report_ready)
    document = stage.window.documents.document
    assert document is not None
    report = document.session.report
    if path is None:
        years = [
            Baseline(Period(year), report.unit_name, report.form.id, _scaled(report, year), "")
            for year in (2016, 2017)
        ]
        document.submit(Edit("历年", baselines=(*report.baselines, *years)))
    stage.window.outputs.show_charts()
    (dialog,) = stage.window.findChildren(ChartDialog)
    dialog.page.choose(chart_id)
    stage.settle(0.3)
    image = stage.picture_of_window(dialog)
    dialog.close()
    document.undo_stack.setClean()
    return image


def _scaled(report: Report, year: int) -> dict[str, object]:
    last = report.last_values
    return {
        key: value * (year - 2013) // 4 if isinstance(value, int) else value
        for key, value in last.items()
    }  # type: ignore[misc]


def years(stage: Stage) -> QImage:
    """The years kept in the report."""
    return _picture(stage, YearsDialog(_session(stage).report, stage.window))


def pick(stage: Stage) -> QImage:
    """Picking an indicator."""
    form = stage.catalog.checks("cn-2014-beijing").form
    entries = [Entry(form.cell_name(key), key) for key in form.cells]
    return _picture(
        stage,
        PickDialog("改对应", "“主动公开数”对应本表的哪个指标？", entries, parent=stage.window),
    )


def versions(stage: Stage) -> QImage:
    """Earlier versions and what is different."""
    session = _session(stage)
    older = replace(session.report, values={**session.report.values, "1.1": 39, "3.1": 2})
    found = [
        Version(stage.report_ready, stage.report_ready, n, datetime(2020, 1, 8, 9 + n, 3, 11), "")
        for n in range(4)
    ]
    shelf = Shelf([stage.report_ready], lambda _: found, lambda _: older, lambda _: session.report)
    return _picture(stage, VersionsDialog(shelf, stage.window))


def conflict(stage: Stage) -> QImage:
    """Another program changed the file."""
    report = _session(stage).report
    theirs = replace(report, values={**report.values, "1.1": 39})
    assert differences(theirs, report)
    shown = Conflict("2019年度统计表.nianbao", report, theirs, "", "")
    return _picture(stage, ConflictDialog(shown, stage.window))


def crash(stage: Stage) -> QImage:
    """Something unexpected."""
    failure = Failure(
        "程序出错了", "您填的内容已记在恢复记录里，下次启动时可以找回。请先保存，再重新启动程序。"
    )
    return _picture(stage, CrashDialog(failure, stage.window, may_name=True))


def waiting(stage: Stage) -> QImage:
    """Long work that can be cancelled."""
    return _picture(stage, WaitDialog("正在读取“2018年度政府信息公开统计表.txt”…", stage.window))


def unsaved(stage: Stage) -> QImage:
    """The question about unsaved work."""
    dialogs = stage.window.documents.dialogs
    return stage.of_modal(lambda: dialogs.unsaved("通州区政务服务管理办公室 2019年度"), QMessageBox)


def error(stage: Stage) -> QImage:
    """An error in words."""
    dialogs = stage.window.documents.dialogs
    return stage.of_modal(
        lambda: dialogs.error(
            "没有打开“2018年报.doc”", "文件加了密码。请先在 Word 或 WPS 里去掉密码再存一次。"
        ),
        QMessageBox,
    )


def manual(stage: Stage) -> QImage:
    """The manual inside the program."""
    window = ManualWindow(stage.window)
    window.show_file(manual_path())
    return _picture(stage, window)


def _session(stage: Stage) -> Session:
    stage.open(stage.report_ready)
    document = stage.window.documents.document
    assert document is not None
    return document.session


DIALOG_SCENES: Final[Mapping[str, Scene]] = {
    "new": new,
    "import": import_preview,
    "mail": mail,
    "print": print_preview,
    "chart": chart,
    "chart-channels": chart_channels,
    "chart-outcomes": chart_outcomes,
    "chart-years": chart_years,
    "chart-2021": chart_2021,
    "years": years,
    "pick": pick,
    "versions": versions,
    "conflict": conflict,
    "crash": crash,
    "waiting": waiting,
    "unsaved": unsaved,
    "error": error,
    "manual": manual,
}


def gallery_scenes(wanted: str) -> dict[str, Scene]:
    """The scenes whose names contain every word of *wanted*, in both colours and all sizes."""
    scenes: dict[str, Scene] = {}
    for theme in ("light", "dark"):
        for size, (width, height) in _SIZES.items():
            for name, scene in WINDOW_SCENES.items():
                scenes[f"{name}-{size}-{theme}"] = _dressed(scene, theme, width, height)
        for name, scene in DIALOG_SCENES.items():
            scenes[f"dialog-{name}-{theme}"] = _dressed(scene, theme, 1366, 768)
    words = wanted.split()
    return {name: scene for name, scene in scenes.items() if all(word in name for word in words)}


def _dressed(scene: Scene, theme: str, width: int, height: int) -> Scene:
    def show(stage: Stage) -> QImage:
        stage.dress(theme, width, height)
        return scene(stage)

    return show
