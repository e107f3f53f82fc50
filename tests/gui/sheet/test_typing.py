"""What is typed arrives: fast, on the keypad, through an input method, and where it is refused."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.values import NOT_APPLICABLE

from .conftest import Desk, MakeDesk

Key = Qt.Key


def test_typing_brings_back_a_cell_that_was_scrolled_away(make_desk: MakeDesk) -> None:
    desk = make_desk()
    sheet = desk.sheet
    sheet.verticalScrollBar().setValue(sheet.verticalScrollBar().maximum())
    desk.press("5")
    assert sheet.entry.editor is not None
    assert sheet.viewport().rect().contains(sheet.entry.editor.geometry())
    desk.press(Key.Key_Return)
    assert dict(desk.values) == {"1.1": 5}


def test_another_program_in_between_leaves_the_cell_open(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press("4")
    editor = desk.sheet.entry.editor
    assert editor is not None
    for kind in (QEvent.Type.FocusOut, QEvent.Type.FocusIn):
        QApplication.sendEvent(editor, QFocusEvent(kind, Qt.FocusReason.ActiveWindowFocusReason))
    assert desk.editor_text == "4"
    desk.press("2", Key.Key_Return)
    assert dict(desk.values) == {"1.1": 42}


def test_the_wheel_over_an_open_cell_changes_nothing_in_it(make_desk: MakeDesk) -> None:
    desk = make_desk(values={"1.1": 42})
    desk.press(Key.Key_F2)
    editor = desk.sheet.entry.editor
    assert editor is not None
    middle = QPointF(editor.rect().center())
    turned = QWheelEvent(
        middle, editor.mapToGlobal(middle), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(editor, turned)
    assert desk.editor_text == "42"


def test_a_refused_text_stays_with_its_sentence_until_it_is_mended(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press("2.5", Key.Key_Return)
    assert desk.editor_text == "2.5"
    assert "只能填整数" in desk.callout
    assert desk.sheet.current_key() == "1.1"
    desk.click("1.1.2")
    assert desk.sheet.current_key() == "1.1"
    assert desk.editor_text == "2.5"
    assert not desk.sheet.go_to("9.3")
    desk.press(Key.Key_Backspace, Key.Key_Backspace)
    assert desk.callout == ""
    desk.press(Key.Key_Down)
    assert desk.values["1.1"] == 2
    assert desk.sheet.current_key() == "1.1.1"


@pytest.mark.parametrize("text", ["-1", "约3", "1.5"])
def test_texts_that_mean_nothing_here_are_refused_where_they_stand(
    make_desk: MakeDesk, text: str
) -> None:
    desk = make_desk()
    desk.sheet.entry.open(text)
    desk.press(Key.Key_Return)
    assert desk.editor_text == text
    assert text in desk.callout
    assert not desk.values


@pytest.mark.parametrize("text", ["１２", "1,024", " 3 ", "1，024"])
def test_typing_is_forgiving_in_form(make_desk: MakeDesk, text: str) -> None:
    desk = make_desk()
    desk.sheet.entry.open(text)
    desk.press(Key.Key_Return)
    assert desk.values["1.1"] in (12, 1024, 3)


def test_an_input_method_never_swallows_a_digit(make_desk: MakeDesk) -> None:
    desk = make_desk()
    sheet = desk.sheet
    assert not sheet.inputMethodQuery(Qt.InputMethodQuery.ImEnabled)
    assert not sheet.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    # A full-width digit, from an input method in full-width mode that sends it all the same.
    event = QInputMethodEvent()
    event.setCommitString("３")
    QApplication.sendEvent(sheet, event)
    assert desk.editor_text == "３"
    editor = sheet.entry.editor
    assert editor is not None
    assert not editor.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    desk.press("1", Key.Key_Return)
    assert desk.values["1.1"] == 31


def test_an_input_method_in_bursts_loses_no_digit(make_desk: MakeDesk) -> None:
    desk = make_desk()
    for sign in ("１", "２", "．５"):
        event = QInputMethodEvent("", [])
        event.setCommitString(sign)
        QApplication.sendEvent(desk.sheet, event)
    assert desk.editor_text == "１２．５"
    desk.press(Key.Key_Escape)
    composing = QInputMethodEvent("3", [])
    QApplication.sendEvent(desk.sheet, composing)
    assert desk.editor_text is None
    done = QInputMethodEvent()
    done.setCommitString("3")
    QApplication.sendEvent(desk.sheet, done)
    desk.press(Key.Key_Return)
    assert desk.values["1.1"] == 3


def test_the_numeric_keypad_types_and_enters(make_desk: MakeDesk) -> None:
    desk = make_desk()
    keypad = Qt.KeyboardModifier.KeypadModifier
    desk.press("7", Key.Key_Enter, modifier=keypad)
    desk.press("8", modifier=keypad)
    desk.press(Key.Key_Enter, modifier=keypad)
    assert (desk.values["1.1"], desk.values["1.1.1"]) == (7, 8)


def test_the_whole_keypad_works_with_and_without_num_lock(make_desk: MakeDesk) -> None:
    keypad = Qt.KeyboardModifier.KeypadModifier
    desk = make_desk("cn-2021", "2")
    desk.press("/", modifier=keypad)
    assert desk.values["2-1.1:made"] is NOT_APPLICABLE
    desk.press(Key.Key_Down, Key.Key_Up, Key.Key_Delete, modifier=keypad)
    assert not desk.values
    desk.press("-", "5", Key.Key_Enter, modifier=keypad)
    assert desk.editor_text == "-5"
    assert "负数" in desk.callout
    desk.press(Key.Key_Escape, ".", "5", Key.Key_Enter, modifier=keypad)
    assert "小数" in desk.callout
    desk.press(Key.Key_Escape, "+", "5", Key.Key_Enter, modifier=keypad)
    assert desk.values["2-1.1:made"] == 5


def test_a_hundred_keys_without_a_pause_end_in_their_cells(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    """Keys wait in the queue as they do while the program is busy; none may overtake another."""
    desk = make_desk()
    for number in range(71):
        for key in (*(Qt.Key(ord(sign)) for sign in f"{number + 10}"), Key.Key_Return):
            text = "\r" if key == Key.Key_Return else chr(key)
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
                QGuiApplication.postEvent(desk.sheet.windowHandle(), event)
    qtbot.waitUntil(lambda: len(desk.values) == 71)
    assert list(desk.values.items()) == [
        (key, number + 10) for number, key in enumerate(desk.session.form.cells)
    ]


def test_fast_typing_loses_nothing_before_the_editor_has_the_focus(make_desk: MakeDesk) -> None:
    desk = make_desk()
    for digit in "123":
        QTest.keyClick(desk.sheet, digit)
    assert desk.editor_text == "123"


def test_letters_do_not_jump_to_rows(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press("a")
    assert desk.sheet.current_key() == "1.1"
    desk.press(Key.Key_Escape)
    desk.sheet.keyboardSearch("三")
    assert desk.sheet.current_key() == "1.1"


def test_a_drag_elsewhere_does_not_take_a_refused_text_away(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press("2.5")
    viewport = desk.sheet.viewport()
    start, end = desk.point("1.2.1"), desk.point("1.2.6")
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, start + QPoint(0, 20))
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
    assert desk.editor_text == "2.5"
    assert desk.sheet.current_key() == "1.1"
    desk.press(Key.Key_Escape)
    assert not desk.values


@pytest.mark.parametrize(("typed", "value"), [("12+30", 42), ("=5*3-1", 14), ("=10/4*2", 5)])
def test_arithmetic_is_reckoned_and_kept_with_the_step(
    make_desk: MakeDesk, typed: str, value: int
) -> None:
    desk = make_desk()
    desk.press(typed, Key.Key_Return)
    assert dict(desk.values) == {"1.1": value}
    assert desk.document.undo_stack.undoText() == f"填写“（一）主动公开政府信息数”：{typed}"
    assert desk.sheet.current_key() == "1.1.1"
    desk.press(Key.Key_Up, Key.Key_F2)
    assert desk.editor_text == str(value)


def test_arithmetic_that_is_faulty_stays_and_is_told(make_desk: MakeDesk) -> None:
    desk = make_desk()
    for typed, words in (("=a1+3", "请检查“a1+3”"), ("12+", "没有写完"), ("=3-5", "得 -2”是负数")):
        desk.press(typed, Key.Key_Return)
        assert desk.editor_text == typed
        assert words in desk.callout
        desk.press(Key.Key_Escape)
    assert not desk.values


def test_arithmetic_into_all_that_is_selected(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.shift(Key.Key_Down)
    desk.press("2*3")
    desk.control(Key.Key_Return)
    assert dict(desk.values) == {"1.1": 6, "1.1.1": 6}


def write(desk: Desk, text: str) -> None:
    """As an input method commits what has no key of its own."""
    target = QApplication.focusWidget()
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(target, event)


def test_a_figure_in_ten_thousands_is_offered_and_never_taken_unasked(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press("3")
    write(desk, "万")
    assert desk.editor_text == "3万"
    desk.press(Key.Key_Return)
    assert not desk.values
    assert desk.editor_text == "30000"
    assert desk.callout == "“3万”是指 30000 吗？按回车填入 30000，按 Esc 放弃。"
    # Neither a click elsewhere nor an arrow key is an answer.
    desk.click("1.2")
    desk.press(Key.Key_Down)
    assert not desk.values
    assert (desk.editor_text, desk.sheet.current_key()) == ("30000", "1.1")
    desk.press(Key.Key_Return)
    assert dict(desk.values) == {"1.1": 30000}


def test_what_is_offered_can_be_given_up_or_typed_over(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press("1", "2", "-", "3", Key.Key_Return)
    assert desk.editor_text == "9"
    desk.press(Key.Key_Escape)
    assert not desk.values and desk.editor_text is None
    desk.press("1", "2", "-", "3", Key.Key_Return, "1", "5", Key.Key_Down)
    assert dict(desk.values) == {"1.1": 15}
