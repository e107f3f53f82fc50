"""What a sheet draws after a change is what drawing it whole would show, whatever lies hidden.

The referee is a full redraw: the screen is taken after the change as the sheet has drawn it by itself,
then everything is drawn anew and the screen is taken again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.checks.checks import CheckSet
from core.form.read_toml import read_form
from core.period import Period
from core.report import Baseline, Report
from core.session import Edit, Session
from core.values import CellValue
from gui.document import Document
from gui.look.tokens import DARK, LIGHT
from gui.sheet.columns import Shown, columns_for
from gui.sheet.filters import Filter
from gui.sheet.view import SheetView
from tests.bench.big_form import big_form
from tests.gui.sheet.conftest import Desk


def _shows(sheet: SheetView) -> QImage:
    """The screen's own pixels; ``grab()`` would draw the sheet anew."""
    for _ in range(3):
        QApplication.processEvents()
        QTest.qWait(0)
    return sheet.screen().grabWindow(sheet.winId()).toImage()


def _drawn_whole(sheet: SheetView) -> QImage:
    sheet.viewport().update()
    sheet.headings.viewport().update()
    return _shows(sheet)


# -- states of the sheet ------------------------------------------------------------------------


def _hidden(section: int) -> Callable[[Desk], None]:
    return lambda desk: desk.sheet.setColumnHidden(section, True)


def _narrow(desk: Desk) -> None:
    desk.sheet.resize(520, 420)


def _zoomed(desk: Desk) -> None:
    desk.sheet.set_look(LIGHT, 1.5)


def _dark(desk: Desk) -> None:
    desk.sheet.set_look(DARK, 1.0)


def _filtered(desk: Desk) -> None:
    desk.sheet.set_filter(Filter.BLANK)


def _folded(desk: Desk) -> None:
    desk.sheet.setExpanded(desk.sheet.sheet_model.index(0, 0), False)


def _scrolled_down(desk: Desk) -> None:
    bar = desk.sheet.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)


def _scrolled_right(desk: Desk) -> None:
    desk.sheet.resize(480, 420)
    QApplication.processEvents()
    bar = desk.sheet.horizontalScrollBar()
    bar.setValue(bar.maximum())


def _moved(desk: Desk) -> None:
    desk.sheet.headings.moveSection(2, 3)


def _dragged_wide(desk: Desk) -> None:
    desk.sheet.headings.resizeSection(2, 160)


def _last_year(desk: Desk) -> None:
    desk.sheet.show_figures(Shown.LAST)


def _in_the_middle(desk: Desk) -> None:
    """Where row and column of the current cell lie apart from the edges."""
    keys = list(desk.sheet.sheet_model.tree.of_key)
    desk.sheet.go_to(keys[len(keys) // 3 + 2])


STATES: dict[str, Callable[[Desk], None]] = {
    "plain": lambda desk: None,
    **{f"without column {section}": _hidden(section) for section in range(1, 8)},
    "narrow": _narrow,
    "150 %": _zoomed,
    "dark": _dark,
    "only blank rows": _filtered,
    "first group folded": _folded,
    "scrolled down": _scrolled_down,
    "scrolled right": _scrolled_right,
    "columns moved": _moved,
    "a wide column": _dragged_wide,
    "last year's figures": _last_year,
    "in the middle": _in_the_middle,
}


# -- ways to change figures ---------------------------------------------------------------------


def _own_checks(rows: int) -> CheckSet:
    form = read_form(big_form(rows).encode()).form
    assert form is not None
    return CheckSet(form)


def _first(desk: Desk) -> str:
    return next(key for key in desk.sheet.sheet_model.tree.of_key)


def _type(desk: Desk) -> None:
    desk.press("7", Qt.Key.Key_Return)


def _paste(desk: Desk) -> None:
    columns = len(desk.sheet.table.columns)
    rows = ["\t".join(str(row + column) for column in range(columns)) for row in range(1, 4)]
    desk.put_on_clipboard("\n".join(rows))
    desk.sheet.go_to(_first(desk))
    desk.control("v")


def _fill(desk: Desk) -> None:
    desk.document.submit(desk.session.fill_blank_with_zero(desk.sheet.sheet_model.tree.of_key))


def _all(desk: Desk) -> Edit:
    keys = [
        key
        for key in desk.sheet.sheet_model.tree.of_key
        if not desk.session.checks.is_computed(key)
    ]
    return Edit("粘贴", cells={key: number for number, key in enumerate(keys, start=3)})


def _import(desk: Desk) -> None:
    desk.document.submit(_all(desk))


def _undo(desk: Desk) -> None:
    desk.document.submit(_all(desk))
    _shows(desk.sheet)
    desk.document.undo()


def _redo(desk: Desk) -> None:
    _undo(desk)
    _shows(desk.sheet)
    desk.document.redo()


def _recompute(desk: Desk) -> None:
    computed = [key for key in desk.session.form.cells if desk.session.checks.is_computed(key)]
    desk.document.submit(Edit("填写", cells=dict.fromkeys(computed, 9)))
    _shows(desk.sheet)
    desk.document.submit(desk.session.recompute(computed))


def _other_last_year(desk: Desk) -> None:
    values: dict[str, CellValue] = dict.fromkeys(desk.session.form.cells, 40)
    known = Baseline(Period(2018), "某局", desk.session.form.id, values)
    desk.document.submit(Edit("导入上年", baselines=(known,)))


def _explain(desk: Desk) -> None:
    _import(desk)
    _shows(desk.sheet)
    finding = next((f for f in desk.session.findings if f.explainable), None)
    if finding is not None:
        desk.document.submit(desk.session.explain(finding, "经核对无误"))


def _down(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Down, Qt.Key.Key_Down)


def _right_and_back(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Down)


def _to_the_end(desk: Desk) -> None:
    desk.control(Qt.Key.Key_End)


def _select_and_let_go(desk: Desk) -> None:
    desk.shift(Qt.Key.Key_Down, Qt.Key.Key_Down)
    _shows(desk.sheet)
    desk.press(Qt.Key.Key_Down)


def _hold_the_handle(desk: Desk) -> None:
    """Drags the fill handle three rows down and one up again, and holds it there."""
    _type(desk)
    desk.press(Qt.Key.Key_Up)
    viewport, at = desk.sheet.viewport(), desk.sheet.handle_rect().center()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at)
    for rows in (1, 3, 2):
        QTest.mouseMove(viewport, at + QPoint(0, rows * desk.sheet.colours.row_height))
        _shows(desk.sheet)


def _let_the_handle_go(desk: Desk) -> None:
    _hold_the_handle(desk)
    QTest.mouseRelease(desk.sheet.viewport(), Qt.MouseButton.LeftButton)


def _more_selected(desk: Desk) -> None:
    desk.shift(Qt.Key.Key_Down)


CHANGES = {
    "a key": _type,
    "paste": _paste,
    "blanks as 0": _fill,
    "import": _import,
    "undo": _undo,
    "redo": _redo,
    "computing again": _recompute,
    "another last year": _other_last_year,
    "an explanation": _explain,
    "down": _down,
    "right and back": _right_and_back,
    "to the last cell": _to_the_end,
    "selecting": _select_and_let_go,
    "more selected": _more_selected,
    "holding the fill handle": _hold_the_handle,
    "letting the fill handle go": _let_the_handle_go,
}

SHEETS = [
    ("cn-2014-beijing", None),
    ("cn-2021", "2"),
    ("cn-2021", "3"),
    ("cn-2021", "4"),
    ("own", None),
]


@pytest.fixture(params=[False, True], ids=["by itself", "read aloud"])
def read_aloud(request: pytest.FixtureRequest) -> Iterator[None]:
    """Both ways: where a program that reads the screen listens, Qt is told of each change too."""
    QAccessible.setActive(request.param)
    yield
    QAccessible.setActive(False)


def _opened(qtbot: QtBot, checks: CheckSet, table: str | None = None) -> Desk:
    """A blank report of the form with last year's figures, its sheet on screen with the keyboard."""
    report = Report(checks.form, Period(2019))
    report.baselines = (
        Baseline(Period(2018), "某局", checks.form.id, dict.fromkeys(checks.form.cells, 12)),
    )
    document = Document(Session(report, checks))
    shown = checks.form.tables[0] if table is None else checks.form.table(table)
    view = SheetView(document, shown, LIGHT)
    document.setParent(view)
    view.resize(1000, 640)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    return Desk(document, view)


def _wrongly_drawn(
    qtbot: QtBot,
    state: Callable[[Desk], None],
    changes: Mapping[str, Callable[[Desk], None]],
    checks: CheckSet,
    table: str | None = None,
) -> list[str]:
    """The changes after which the sheet, brought into that state before, shows old figures."""
    wrong: list[str] = []
    for name, change in changes.items():
        desk = _opened(qtbot, checks, table)
        state(desk)
        _drawn_whole(desk.sheet)
        change(desk)
        if _shows(desk.sheet) != _drawn_whole(desk.sheet):
            wrong.append(name)
        desk.sheet.close()
        desk.sheet.deleteLater()
    return wrong


@pytest.mark.usefixtures("read_aloud")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: "-".join(filter(None, sheet)))
def test_a_change_is_seen_whole(
    qtbot: QtBot, catalog: Catalog, sheet: tuple[str, str | None], state: str
) -> None:
    form_id, table = sheet
    checks = _own_checks(120) if form_id == "own" else catalog.checks(form_id)
    shown = checks.form.tables[0] if table is None else checks.form.table(table)
    if state.startswith("without column") and int(state[-1]) >= len(
        columns_for(checks.form, shown)
    ):
        pytest.skip("the sheet has fewer columns")
    assert not _wrongly_drawn(qtbot, STATES[state], CHANGES, checks, table)


def _at_the_end(desk: Desk) -> None:
    desk.sheet.scrollToBottom()


def _last_group_folded(desk: Desk) -> None:
    last = desk.sheet.sheet_model.tree.roots[-1]
    desk.sheet.setExpanded(desk.sheet.sheet_model.index_of(last), False)
    desk.sheet.scrollToBottom()


@pytest.mark.usefixtures("read_aloud")
@pytest.mark.parametrize("state", [_at_the_end, _last_group_folded, _scrolled_down, _filtered])
def test_a_change_of_hundreds_of_rows_is_seen_whole(
    qtbot: QtBot, state: Callable[[Desk], None]
) -> None:
    """They are told to the view in one range, which ends at a row with others under it."""
    names = ("blanks as 0", "import", "undo", "redo", "another last year")
    changes = {name: CHANGES[name] for name in names}
    assert not _wrongly_drawn(qtbot, state, changes, _own_checks(400))
