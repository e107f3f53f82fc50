"""The reference for the start: a bare window with a tree of ROWS rows, closed once it is painted.

python tests/bench/bare_window.py ROWS COLUMNS
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QMainWindow, QTreeView


class Tree(QTreeView):
    """A plain tree that ends the program after its first painting."""

    def __init__(self) -> None:
        super().__init__()
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(QApplication.quit)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and leave the event loop as soon as this event is done."""
        super().paintEvent(event)
        self._end.start(0)


def main(rows: int, columns: int) -> int:
    """Show the window until it is painted."""
    app = QApplication(sys.argv[:1])
    model = QStandardItemModel(rows, columns)
    for row in range(rows):
        for column in range(columns):
            model.setItem(row, column, QStandardItem(f"{row} {column}"))
    tree = Tree()
    tree.setModel(model)
    window = QMainWindow()
    window.setCentralWidget(tree)
    window.resize(1366, 768)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
