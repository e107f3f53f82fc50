"""Forms of an office in the window: one after another, with other columns under the same codes."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from core.checks.checks import CheckSet
from core.form.read_toml import read_form
from core.period import Period
from core.report import Baseline, Report
from core.session import Session
from gui.document import Document
from gui.window.window import MainWindow
from tests.core.own_forms import QUARTER


def session_of(text: str) -> Session:
    form = read_form(text.encode()).form
    assert form is not None
    return Session(Report(form, Period.parse("2024-Q1")), CheckSet(form))


def test_sections_of_another_form_with_the_same_codes_are_its_own(
    qtbot: QtBot, window: MainWindow
) -> None:
    first = session_of(QUARTER)
    other = session_of(QUARTER.replace("gov", "city").replace("三、专项经费", "三、人员"))
    window.sections.show_session(first)
    window.sections.set_current_cell("3:gov")
    assert window.sections.currentIndex().row() == 2
    window.sections.show_session(other)
    assert "人员" in window.sections.states[2].spoken
    window.sections.set_current_cell("1:city")
    assert window.sections.currentIndex().row() == 0


def test_earlier_quarters_are_called_by_their_names(qtbot: QtBot, window: MainWindow) -> None:
    session = session_of(QUARTER)
    figures = {"1:gov": 3}
    session.report.baselines = tuple(
        Baseline(Period.parse(period), "某街道", session.form.id, dict(figures))
        for period in ("2023-Q4", "2023-Q1")
    )
    window.header.set_document(Document(session))
    assert "上年同期 2023年第1季度" in window.header._line.text().replace("<b>", "")
    assert "另有历年 2023年第4季度" in window.header._line.text()
