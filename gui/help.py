"""The manual inside the program, the diagnostic package, and what there is to say about it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QFont, QImage, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core import __version__
from core.catalog import resources_folder
from core.folders import own_forms_folder
from gui.crash import Recorder
from gui.dialogs import Dialogs
from gui.windows_manners import default_folder

MANUAL_NAME: Final = "使用手册.md"
_SIZE: Final = QSize(980, 680)
_MARGIN: Final = 18
_PLACE_ROLE: Final = Qt.ItemDataRole.UserRole


def manual_path() -> Path:
    """Where the manual stands beside the program's resources."""
    return resources_folder().parent / "docs" / MANUAL_NAME


class _Page(QTextBrowser):
    """Shows the manual; pictures never wider than the page, and nothing from anywhere else."""

    def loadResource(self, kind: int, name: QUrl) -> object:
        """Reads pictures from the manual's own folder only."""
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return None
        folder = manual_path().parent.resolve()
        path = (folder / name.path()).resolve()
        if not path.is_relative_to(folder):
            return None
        image = QImage(str(path))
        width = self.viewport().width() - 2 * _MARGIN - 4
        if image.width() > width > 0:
            image = image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        return image


class ManualWindow(QDialog):
    """The manual with its table of contents and a search."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("使用手册 — 公开年报")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(_SIZE)
        self.page = _Page(self)
        self.page.setAccessibleName("使用手册")
        self.page.setOpenLinks(False)
        self.page.anchorClicked.connect(self._follow)
        self.contents = QTreeWidget(self)
        self.contents.setHeaderHidden(True)
        self.contents.setAccessibleName("目录")
        self.contents.setMaximumWidth(260)
        self.contents.itemClicked.connect(self._go)
        self.contents.itemActivated.connect(self._go)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("在手册中查找，按回车找下一处")
        self.search.setClearButtonEnabled(True)
        self.search.returnPressed.connect(self._find)
        close = QPushButton("关闭", self)
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        self._back = QPushButton("返回使用手册", self)
        self._back.setAutoDefault(False)
        self._back.clicked.connect(lambda: self.show_file(manual_path()))
        top = QHBoxLayout()
        top.addWidget(self._back)
        top.addWidget(self.search, 1)
        top.addWidget(close)
        body = QHBoxLayout()
        body.addWidget(self.contents)
        body.addWidget(self.page, 1)
        whole = QVBoxLayout(self)
        whole.addLayout(top)
        whole.addLayout(body, 1)

    def show_file(self, path: Path) -> bool:
        """Shows the manual in *path*; whether there is one."""
        try:
            text = path.read_text("utf-8")
        except OSError:
            return False
        self.page.setMarkdown(text)
        self.page.document().setDocumentMargin(_MARGIN)
        self._list_headings()
        self._back.setHidden(path == manual_path())
        return True

    def _list_headings(self) -> None:
        self.contents.clear()
        parents: dict[int, QTreeWidgetItem] = {}
        block = self.page.document().begin()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            if level in (2, 3):
                item = QTreeWidgetItem([block.text()])
                item.setData(0, _PLACE_ROLE, block.position())
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
        cursor = self.page.textCursor()
        cursor.setPosition(item.data(0, _PLACE_ROLE))
        # From the end back, so that the heading comes to stand at the top of the page.
        end = self.page.textCursor()
        end.movePosition(end.MoveOperation.End)
        self.page.setTextCursor(end)
        self.page.setTextCursor(cursor)

    def _follow(self, link: QUrl) -> None:
        """Follows links to pages beside the manual; the program opens nothing on the network."""
        folder = manual_path().parent.resolve()
        path = (folder / link.path()).resolve()
        if not link.scheme() and path.suffix == ".md" and path.is_relative_to(folder):
            self.show_file(path)

    def _find(self) -> None:
        text = self.search.text().strip()
        if text and not self.page.find(text):
            cursor = self.page.textCursor()
            cursor.movePosition(cursor.MoveOperation.Start)
            self.page.setTextCursor(cursor)
            self.page.find(text)


def show_manual(parent: QWidget, dialogs: Dialogs) -> ManualWindow | None:
    """Opens the manual beside the window."""
    window = ManualWindow(parent)
    if not window.show_file(manual_path()):
        window.deleteLater()
        dialogs.error("没有找到使用手册", "安装不完整，请重新安装公开年报。")
        return None
    window.show()
    return window


def save_diagnostics(recorder: Recorder, dialogs: Dialogs, names: Sequence[str] = ()) -> None:
    """Writes the diagnostic package where the user wants it; *names* go in if they agreed."""
    proposed = default_folder() / "公开年报诊断包.zip"
    path = dialogs.save_path("保存诊断包", proposed, "压缩文件 (*.zip)")
    if path is None:
        return
    try:
        recorder.package(path, names)
    except OSError as error:
        dialogs.error(
            "没有保存诊断包", f"无法写入“{path.name}”：{error.strerror}。请换一个文件夹。"
        )
        return
    left_out = "报表里的数字" if names else "报表里的数字和单位名称"
    dialogs.inform("诊断包已保存", f"{path}\n里面是程序版本和运行记录，不含{left_out}。")


def open_forms_folder(dialogs: Dialogs) -> None:
    """Shows the folder for forms of one's own, made if it is not there yet."""
    folder = own_forms_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        dialogs.error("无法打开表样文件夹", f"不能新建文件夹“{folder}”：{error.strerror}。")
        return
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        dialogs.inform("表样文件夹", f"请在资源管理器里打开：\n{folder}")


def show_about(dialogs: Dialogs) -> None:
    """Says which version this is and what it does not do."""
    dialogs.inform(
        f"公开年报 {__version__}",
        "填报、审核和导出政府信息公开情况统计表。本程序不联网，所有文件都只在您的电脑上。\n"
        f"以 MIT 许可发布。使用 Python {sys.version_info.major}.{sys.version_info.minor}、"
        f"Qt {qVersion()}（PySide6，LGPL）等软件，它们的许可写在安装文件夹的 _internal\\第三方许可.txt。",
    )
