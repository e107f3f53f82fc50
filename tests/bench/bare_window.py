"""The reference for the start: a bare window with the same rows, closed once it is painted.

    python tests/bench/bare_window.py ROWS POINTS FAMILY [FAMILY ...]

ROWS is a file of lines, the cells of each with TABs between them, the headings first. Texts and font
are those of the program: a window of Latin letters would be spared the Chinese font, which no program
for these rows can be. It names ``Qt`` and takes a key, as every program must that can be typed into (PySide
makes the 92 enumerations of that name when it is first named); nothing else is done that Qt does not do by
itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont, QKeyEvent, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QMainWindow, QTreeView


class Tree(QTreeView):
    """A plain tree that ends the program after its first painting."""

    def __init__(self) -> None:
        super().__init__()
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(QApplication.quit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that Qt's tree does, and Escape as the way out."""
        if event.key() == Qt.Key.Key_Escape:
            QApplication.quit()
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and leave the event loop as soon as this event is done."""
        super().paintEvent(event)
        self._end.start(0)


def main(file: Path, points: float, families: list[str]) -> int:
    """Show the window until it is painted."""
    app = QApplication(sys.argv[:1])
    font = QFont()
    font.setFamilies(families)  # pyright: ignore
    font.setPointSizeF(points)
    app.setFont(font)  # pyright: ignore
    headings, *rows = [line.split("\t") for line in file.read_text("utf-8").splitlines()]
    model = QStandardItemModel(0, len(headings))
    model.setHorizontalHeaderLabels(headings)  # pyright: ignore
    for row in rows:
        model.appendRow([QStandardItem(text) for text in row])  # pyright: ignore
    tree = Tree()
    tree.setModel(model)
    window = QMainWindow()
    window.setCentralWidget(tree)
    window.resize(1366, 768)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
