"""A window with a tree of a form's size and nothing else: what the program's start is held against.

`bare_window TEXT` writes TEXT into every row. With characters that no font has, its picture shows
what a missing glyph looks like on this system.
"""

import os
import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QMainWindow, QTreeView

ROWS = 78


class Tree(QTreeView):
    """A tree that takes a key, as every program must that can be typed into: it then names `Qt`."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that Qt's tree does, and Escape as the way out."""
        if event.key() == Qt.Key.Key_Escape:
            QApplication.quit()
        super().keyPressEvent(event)


def main() -> int:
    """Show the window until it is closed."""
    if os.environ.get("NIANBAO_WINE"):
        QGuiApplication.setDesktopSettingsAware(False)
    application = QApplication(sys.argv)
    font = QFont()
    # As the program does: the second is for systems that have the first only by another name.
    font.setFamilies(["Microsoft YaHei UI", "Noto Sans CJK SC"])
    font.setPointSize(10)
    application.setFont(font)
    text = sys.argv[1] if len(sys.argv) > 1 else "主动公开政府信息数"
    model = QStandardItemModel()
    for number in range(ROWS):
        model.appendRow([QStandardItem(text), QStandardItem(str(number))])
    tree = Tree()
    tree.setModel(model)
    tree.setColumnWidth(0, 400)
    window = QMainWindow()
    window.setCentralWidget(tree)
    window.setWindowTitle("bare window")
    window.resize(1100, 640)
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
