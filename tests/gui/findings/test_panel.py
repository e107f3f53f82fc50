"""Findings: grouped, leading to their cells, explained in place, stale after a change, copied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core.period import Period
from core.report import Report
from core.session import Session
from core.values import CellValue
from gui.findings.card import FindingCard
from gui.findings.order import grouped
from gui.findings.panel import findings_text
from gui.window.window import MainWindow
from tests.gui.window.answers import AnsweringDialogs

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session(
    window: MainWindow,
    saved_report: Callable[..., Path],
    figures_2018: dict[str, CellValue],
) -> Session:
    """The figures of 2018 again, but two mistakes: received 5 ≠ 3, and far more texts by WeChat."""
    values = dict(figures_2018) | {"3.1": 5, "1.3.4": 301}
    window.documents.open_file(saved_report(values=values))
    window.findings.refresh()
    assert window.documents.document is not None
    return window.documents.document.session


def card_at(window: MainWindow, key: str, *, jump: bool = False) -> FindingCard:
    window.findings.refresh()
    cards = window.findings.cards
    return next(c for c in cards if c.finding.at[0] == key and c.finding.jump is jump)


def test_hard_findings_stand_before_soft_ones_and_sections_in_order(session: Session) -> None:
    groups = grouped(session)
    assert [group.title for group in groups] == [
        "必须改正",
        "需要说明",
        "与上年相比变动较大，需要说明",
    ]
    assert [f.at for f in groups[0].findings] == [("3.1",)]
    places = [session.form.cells[f.at[0]].place for f in groups[1].findings]
    assert places == sorted(places)


def test_another_report_leaves_no_headings_behind(window: MainWindow, session: Session) -> None:
    window.documents.begin(Report(session.form, Period(2020)))
    assert not window.findings.cards
    words = {label.text() for label in window.findings.findChildren(QLabel) if label.isVisible()}
    assert not any(group.title in word for group in grouped(session) for word in words)


def test_the_status_line_and_the_sections_count_the_same(
    window: MainWindow, session: Session
) -> None:
    progress = session.progress()
    assert window.status.spoken == (
        f"已填 71/71 · ● 必须改正 1 · ▲ 需要说明 {progress.warnings} · 尚不可报送"
    )
    one_by_one = {s.code: session.progress(s.code) for s in session.form.sections}
    assert session.progress_by_section() == one_by_one
    states = {state.section.code: state for state in window.sections.states}
    assert states["3"].sign == "●1"
    assert states["1"].sign.startswith("▲")
    assert states["2"].sign == "✓"


def test_a_click_on_a_card_makes_its_cell_current(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    window.sheets.go_to("9.1")
    qtbot.mouseClick(card_at(window, "3.1"), LEFT)
    assert window.commands.current_cell == "3.1"
    assert window.sheets.isAncestorOf(QApplication.focusWidget() or window)


def test_f8_goes_round_the_findings(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    window.sheets.go_to("1.1")
    order = sorted({session.form.cells[f.at[0]].place for f in session.open_findings})
    cells = list(session.form.cells)
    seen: list[str] = []
    for _ in order:
        qtbot.keyClick(window, Qt.Key.Key_F8)
        seen.append(window.commands.current_cell)
    assert sorted(seen) == sorted(cells[index] for index in order)
    qtbot.keyClick(window, Qt.Key.Key_F8, SHIFT)
    assert window.commands.current_cell == seen[-2]


def test_a_soft_finding_is_explained_in_place(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    card = card_at(window, "1.3.4")
    before = session.progress().warnings
    qtbot.mouseClick(card.explain_button, LEFT)
    assert card.text_box.hasFocus()
    qtbot.keyClicks(card.text_box, "wei xin")
    qtbot.keyClick(card.text_box, Qt.Key.Key_Return, CONTROL)
    assert session.is_explained(card.finding)
    assert session.progress().warnings == before - 1
    assert grouped(session)[-1].title == "已说明"

    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert not session.is_explained(card.finding)


def test_a_finding_is_explained_by_keys_alone(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    window.sheets.go_to("1.3.4")
    qtbot.keyClick(window.sheets.current, Qt.Key.Key_F2, SHIFT)
    box = card_at(window, "1.3.4").text_box
    assert box.hasFocus()
    qtbot.keyClicks(box, "ok")
    qtbot.keyClick(box, Qt.Key.Key_Return, CONTROL)
    assert session.is_explained(card_at(window, "1.3.4").finding)
    assert window.sheets.current is not None and window.sheets.current.hasFocus()
    qtbot.keyClicks(window.sheets.current, "7\r")
    assert session.value("1.3.4") == 7

    window.sheets.go_to("9.1")
    qtbot.keyClick(window.sheets.current, Qt.Key.Key_F2, SHIFT)
    assert window.status.note == "这一格没有可以说明的审核结果"
    assert window.sheets.current.hasFocus()


def test_an_explanation_being_written_is_saved_with_the_report(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    window.sheets.go_to("1.3.4")
    qtbot.keyClick(window.sheets.current, Qt.Key.Key_F2, SHIFT)
    card = card_at(window, "1.3.4")
    qtbot.keyClicks(card.text_box, "abc")
    assert window.documents.save()
    assert card.is_explaining
    explanation = session.explanation(card.finding)
    assert explanation is not None and explanation.text == "abc"
    qtbot.keyClick(card.text_box, Qt.Key.Key_Escape)
    assert session.explanation(card.finding) is None


def test_undoing_an_explanation_leads_to_what_it_explained(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    document = window.documents.document
    assert document is not None
    card = card_at(window, "1.3.4")
    document.submit(session.explain(card.finding, "转发较多"))
    window.sheets.go_to("9.1")
    qtbot.keyClick(window.sheets.current, Qt.Key.Key_Z, CONTROL)
    assert session.explanation(card.finding) is None
    assert window.commands.current_cell == "1.3.4"
    assert window.status.note == "已撤销：审核说明"


def test_the_panes_are_reached_by_keys(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    def in_pane() -> str:
        focused = QApplication.focusWidget()
        panes = {"sections": window.sections, "sheet": window.sheets, "findings": window.right}
        return next(
            name for name, pane in panes.items() if pane is focused or pane.isAncestorOf(focused)
        )

    window.sheets.go_to("3.1")
    went = []
    for _ in range(3):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        went.append(in_pane())
    assert went == ["findings", "sections", "sheet"]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, SHIFT)
    assert in_pane() == "sections"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, SHIFT)
    card = QApplication.focusWidget()
    assert isinstance(card, FindingCard)
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert in_pane() == "sheet"


def test_escape_leaves_the_explanation_unwritten(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    card = card_at(window, "1.3.4")
    card.start_explaining()
    qtbot.keyClicks(card.text_box, "x")
    qtbot.keyClick(card.text_box, Qt.Key.Key_Escape)
    assert not card.is_explaining
    assert session.explanation(card.finding) is None


def test_a_hard_finding_cannot_be_explained_away(window: MainWindow, session: Session) -> None:
    assert not card_at(window, "3.1").explain_button.isVisible()


def test_an_explanation_asks_to_be_confirmed_once_its_figures_have_changed(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    document = window.documents.document
    assert document is not None
    card = card_at(window, "1.3.4")
    document.submit(session.explain(card.finding, "转发较多"))
    document.type_text("1.3.4", "302")
    card = card_at(window, "1.3.4")
    assert session.is_stale(card.finding)
    assert card.confirm_button.isVisible()
    qtbot.mouseClick(card.confirm_button, LEFT)
    assert session.is_explained(card_at(window, "1.3.4").finding)


def test_a_half_written_explanation_survives_changes_elsewhere(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    document = window.documents.document
    assert document is not None
    card = card_at(window, "1.3.4")
    card.start_explaining()
    qtbot.keyClicks(card.text_box, "abc")
    document.type_text("9.1", "4")
    same = card_at(window, "1.3.4")
    assert same is card and card.is_explaining
    assert card.text_box.toPlainText() == "abc"


def test_a_half_written_explanation_outlives_its_finding_for_a_while(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    """The figure is mended and the mending undone: what was written is still there."""
    document = window.documents.document
    assert document is not None
    card = card_at(window, "1.3.4")
    check = card.finding.check
    card.start_explaining()
    qtbot.keyClicks(card.text_box, "abc")
    document.type_text("1.3.4", "3")
    window.findings.refresh()
    assert check not in [shown.finding.check for shown in window.findings.cards]
    document.undo_stack.undo()
    again = card_at(window, "1.3.4")
    assert again.is_explaining and again.text_box.toPlainText() == "abc"


def test_mending_a_figure_takes_its_card_away(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    window.sheets.go_to("3.1")
    qtbot.keyClicks(window.sheets.current, "3\r")
    qtbot.waitUntil(lambda: not any(c.finding.at == ("3.1",) for c in window.findings.cards))
    qtbot.waitUntil(lambda: "必须改正" not in window.status.spoken)


def test_all_findings_are_copied_as_text(window: MainWindow, session: Session) -> None:
    window.actions_["copy_findings"].trigger()
    text = QGuiApplication.clipboard().text()
    assert text == findings_text(session)
    assert text.startswith("某区某局 2019年度 政府信息公开情况统计表 审核结果\n尚不可报送。\n")
    assert "1. （一）收到申请数 为 5，其明细之和为 3，相差 2。" in text
    assert all(finding.message in text for finding in session.findings)


def test_review_shows_the_panel_and_goes_to_the_worst(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    window.panes.toggle_right()
    assert not window.findings.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F7)
    assert window.findings.isVisible()
    assert window.commands.current_cell == "3.1"
    assert window.status.note.startswith("审核完成：必须改正 1，需要说明 ")


def test_compute_puts_overtyped_totals_back_after_a_yes(
    qtbot: QtBot, window: MainWindow, session: Session, dialogs: AnsweringDialogs
) -> None:
    dialogs.agreements = [False, True]
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert session.value("3.1") == 5
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert session.value("3.1") == 3
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert session.value("3.1") == 5


def test_hundreds_of_findings_are_listed_in_portions(
    window: MainWindow, saved_report: Callable[..., Path]
) -> None:
    """Cards are widgets; a form far from right must not make thousands of them at once."""
    document = window.documents
    document.open_file(saved_report(values={"1.1": 0}))
    opened = document.document
    assert opened is not None
    keys = [key for key in opened.session.form.cells if key.startswith("1.")]
    for key in keys[1:]:
        opened.type_text(key, "500")
    window.findings.refresh()
    assert len(window.findings.cards) == min(60, len(opened.session.findings))
