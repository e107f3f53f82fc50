"""The eye of the installer's verification: text is told from the boxes of missing glyphs."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QImage, QPainter
from pytestqt.qtbot import QtBot
from screen import Shot

WIDTH, HEIGHT = 640, 240


class Page:
    """A white page to draw on; what the eye sees of it."""

    def __init__(self) -> None:
        self.image = QImage(WIDTH, HEIGHT, QImage.Format.Format_Grayscale8)
        self.image.fill(Qt.GlobalColor.white)
        self.painter = QPainter(self.image)

    def shot(self) -> Shot:
        self.painter.end()
        line = self.image.bytesPerLine()
        data = bytes(self.image.constBits())
        gray = b"".join(data[y * line : y * line + WIDTH] for y in range(HEIGHT))
        return Shot(Path("page.png"), WIDTH, HEIGHT, gray, 2)


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    return Page()


def test_empty_page_has_nothing(page: Page) -> None:
    glyphs = page.shot().glyphs()
    assert (glyphs.shapes, glyphs.distinct, glyphs.boxes) == (0, 0, 0)


def test_chinese_text_has_many_shapes_and_hardly_a_box(page: Page) -> None:
    page.painter.setFont(QFont("Noto Sans CJK SC", 10))
    for row, text in enumerate(
        ("主动公开政府信息数", "制发规范性文件总数", "通过政务微信公开", "依申请")
    ):
        page.painter.drawText(10, 30 + 40 * row, text)
    glyphs = page.shot().glyphs()
    assert glyphs.distinct > 20
    assert glyphs.boxes <= 3


def test_separate_hollow_boxes_are_counted(page: Page) -> None:
    for number in range(10):
        page.painter.drawRect(10 + 20 * number, 20, 8, 12)
    glyphs = page.shot().glyphs()
    assert (glyphs.boxes, glyphs.distinct) == (10, 1)


def test_touching_hollow_boxes_are_counted_one_by_one(page: Page) -> None:
    for number in range(10):
        page.painter.drawRect(10 + 6 * number, 20, 6, 12)
    assert page.shot().glyphs().boxes == 10


def test_crossed_boxes_are_counted(page: Page) -> None:
    for number in range(10):
        x = 10 + 20 * number
        page.painter.drawRect(x, 20, 10, 12)
        page.painter.drawLine(x, 20, x + 10, 32)
        page.painter.drawLine(x + 10, 20, x, 32)
    assert page.shot().glyphs().boxes == 10


def test_frames_and_lines_of_the_window_are_no_boxes(page: Page) -> None:
    page.painter.drawRect(5, 5, 600, 200)
    page.painter.drawLine(20, 50, 400, 50)
    page.painter.drawRect(20, 60, 90, 30)
    page.painter.fillRect(200, 100, 12, 14, Qt.GlobalColor.black)
    assert page.shot().glyphs().boxes == 0
