"""The manual inside the program: offline, searchable, open beside whatever it is asked about."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeySequence,
    QPalette,
    QResizeEvent,
    QShortcut,
    QTextBlock,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTextBrowser,
    QTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.catalog import resources_folder
from gui.system.later import later
from gui.widgets.button import Button
from gui.widgets.dialogs import Dialogs
from gui.widgets.screen_room import resize_within_screen

MANUAL_NAME: Final = "使用手册.md"
_SIZE: Final = QSize(1060, 720)
_MARGIN: Final = 22
#: Lines longer than this are hard to follow.
_TEXT_WIDTH: Final = 760
_PLACE_ROLE: Final = Qt.ItemDataRole.UserRole
_LATER_MILLISECONDS: Final = 150


def manual_path() -> Path:
    """Where the manual stands beside the program's resources."""
    return resources_folder().parent / "docs" / MANUAL_NAME


class _Page(QTextBrowser):
    """Shows the manual; pictures never wider than the page, and nothing from anywhere else."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("使用手册")
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._text = ""
        self._room = 0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER_MILLISECONDS)
        self._later.timeout.connect(self._lay_out_again)

    def show_text(self, text: str) -> None:
        """Shows a page of Markdown from its beginning."""
        self._text = text
        self._room = self._width()
        self.setMarkdown(text)
        self.document().setDocumentMargin(_MARGIN)

    def loadResource(self, kind: int, name: QUrl) -> object:
        """Reads pictures from the manual's own folder only."""
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return None
        folder = manual_path().parent.resolve()
        path = (folder / name.path()).resolve()
        if not path.is_relative_to(folder):
            return None
        image = QImage(str(path))
        # As many pixels as the screen has there, so that texts in pictures stay readable.
        ratio = self.devicePixelRatioF()
        shown = min(image.width(), max(self._width(), 1))
        if not image.isNull() and round(shown * ratio) != image.width():
            smooth = Qt.TransformationMode.SmoothTransformation
            image = image.scaledToWidth(round(shown * ratio), smooth)
        image.setDevicePixelRatio(ratio)
        return image

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits the pictures to the new width, once it is not changing any more."""
        super().resizeEvent(event)
        if self._text and self._width() != self._room:
            self._later.start()

    def _width(self) -> int:
        return min(self.viewport().width() - 2 * _MARGIN, _TEXT_WIDTH)

    def _lay_out_again(self) -> None:
        bar = self.verticalScrollBar()
        part = bar.value() / max(bar.maximum(), 1)
        self.show_text(self._text)
        bar.setValue(round(part * bar.maximum()))


class ManualWindow(QDialog):
    """The manual with its table of contents and a search."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("使用手册 — 公开年报")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        resize_within_screen(self, _SIZE.width(), _SIZE.height())
        self.page = _Page(self)
        self.page.anchorClicked.connect(self._follow)
        self.contents = QTreeWidget(self)
        self.contents.setHeaderHidden(True)
        self.contents.setAccessibleName("目录")
        self.contents.setRootIsDecorated(False)
        self.contents.setFixedWidth(230)
        self.contents.itemClicked.connect(self._go)
        self.contents.itemActivated.connect(self._go)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("在手册中查找，按回车找下一处")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._look)
        self.search.returnPressed.connect(lambda: self._next(1))
        #: How many places were found, and which of them is shown.
        self.found = QLabel(self)
        self.found.setProperty("tone", "muted")
        self.found.setMinimumWidth(110)
        self._hits: list[QTextCursor] = []
        self._at = -1
        self._put_together()

    def show_file(self, path: Path) -> bool:
        """Shows the manual in *path*; whether there is one."""
        try:
            text = path.read_text("utf-8")
        except OSError:
            return False
        self.page.show_text(text)
        self._list_headings()
        self._back.setHidden(path == manual_path())
        self._look(self.search.text())
        return True

    def show_topic(self, heading: str) -> bool:
        """Goes to the heading of that name; whether there is one."""
        for item in self.contents.findItems(
            heading, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
        ):
            self.contents.setCurrentItem(item)
            self._go(item)
            return True
        return False

    # -- inside -------------------------------------------------------------------------------

    def _put_together(self) -> None:
        close = Button("关闭", self)
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        self._back = Button("返回使用手册", self)
        self._back.setAutoDefault(False)
        self._back.clicked.connect(lambda: self.show_file(manual_path()))
        for keys, slot in (
            ("Ctrl+F", self._ask),
            ("F3", lambda: self._next(1)),
            ("Shift+F3", lambda: self._next(-1)),
        ):
            QShortcut(QKeySequence(keys), self, slot)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._back)
        top.addWidget(self.search, 1)
        top.addWidget(self.found)
        top.addWidget(close)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(self.contents)
        body.addWidget(self.page, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 12, 14, 14)
        whole.setSpacing(12)
        whole.addLayout(top)
        whole.addLayout(body, 1)

    def _list_headings(self) -> None:
        self.contents.clear()
        parents: dict[int, QTreeWidgetItem] = {}
        block: QTextBlock = self.page.document().begin()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            if level in (2, 3):
                item = QTreeWidgetItem([block.text()])
                item.setData(0, _PLACE_ROLE, block.text())
                item.setSizeHint(0, QSize(0, self.fontMetrics().height() + 8))
                if level == 3 and 2 in parents:
                    parents[2].addChild(item)
                else:
                    font = QFont(item.font(0))
                    font.setBold(True)
                    item.setFont(0, font)
                    self.contents.addTopLevelItem(item)
                    parents[2] = item
            block = block.next()
        self.contents.expandAll()

    def _go(self, item: QTreeWidgetItem) -> None:
        """Brings the heading to the top of the page."""
        wanted = item.data(0, _PLACE_ROLE)
        block: QTextBlock = self.page.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and block.text() == wanted:
                layout = self.page.document().documentLayout()
                top = layout.blockBoundingRect(block).top()
                self.page.verticalScrollBar().setValue(round(top))
                self.page.setTextCursor(QTextCursor(block))
                self.page.verticalScrollBar().setValue(round(top))
                return
            block = block.next()

    def _follow(self, link: QUrl) -> None:
        """Follows links to pages beside the manual; the program opens nothing on the network."""
        folder = manual_path().parent.resolve()
        path = (folder / link.path()).resolve()
        if not link.scheme() and path.suffix == ".md" and path.is_relative_to(folder):
            self.show_file(path)

    # -- finding ------------------------------------------------------------------------------

    def _ask(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _look(self, text: str) -> None:
        """Marks every place, and shows the first below what is seen now."""
        self._hits = []
        text = text.strip()
        document = self.page.document()
        cursor = document.find(text) if text else QTextCursor()
        while not cursor.isNull():
            self._hits.append(cursor)
            cursor = document.find(text, cursor)
        self._at = -1
        self._mark()
        self.found.setText("没有找到" if text and not self._hits else "")
        if self._hits:
            seen = self.page.cursorForPosition(self.page.viewport().rect().topLeft()).position()
            after = (n for n, hit in enumerate(self._hits) if hit.selectionStart() >= seen)
            self._show(next(after, 0))

    def _next(self, step: int) -> None:
        if self._hits:
            self._show((self._at + step) % len(self._hits))

    def _show(self, number: int) -> None:
        self._at = number
        place = QTextCursor(self._hits[number])
        place.clearSelection()
        self.page.setTextCursor(place)
        self.page.ensureCursorVisible()
        self._mark()
        self.found.setText(f"第 {number + 1} 处，共 {len(self._hits)} 处")

    def _mark(self) -> None:
        colours = self.page.palette()
        marked: list[QTextEdit.ExtraSelection] = []
        for number, hit in enumerate(self._hits):
            selection = QTextEdit.ExtraSelection()
            selection.cursor = hit  # type: ignore[attr-defined]
            current = number == self._at
            ground = colours.color(QPalette.ColorRole.Highlight)
            if not current:
                ground = QColor(ground)
                ground.setAlpha(60)
            selection.format.setBackground(ground)  # type: ignore[attr-defined]
            if current:
                ink = colours.color(QPalette.ColorRole.HighlightedText)
                selection.format.setForeground(ink)  # type: ignore[attr-defined]
            marked.append(selection)
        self.page.setExtraSelections(marked)


def show_manual(parent: QWidget, dialogs: Dialogs, topic: str = "") -> ManualWindow | None:
    """Opens the manual beside the window, at the heading *topic* if one is named."""
    for window in parent.findChildren(ManualWindow):
        if window.isVisible():
            window.raise_()
            window.activateWindow()
            window.show_topic(topic)
            return window
    window = ManualWindow(parent)
    if not window.show_file(manual_path()):
        window.deleteLater()
        dialogs.error("没有找到使用手册", "安装不完整，请重新安装公开年报。")
        return None
    window.show()
    if topic:
        # Once it has its size, and the pictures theirs.
        later(window, lambda: window.show_topic(topic))
    return window
