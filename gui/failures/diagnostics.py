"""The diagnostic package, the folder for forms, and what there is to say about the program."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QUrl, qVersion
from PySide6.QtGui import QDesktopServices

from core import __version__
from core.problems import NianbaoError
from core.system.folders import own_forms_folder
from gui.failures.recorder import Recorder
from gui.system.desktop import default_folder
from gui.widgets.dialogs import Dialogs


def save_diagnostics(recorder: Recorder, dialogs: Dialogs, names: Sequence[str] = ()) -> None:
    """Writes the diagnostic package where the user wants it; *names* go in if they agreed."""
    proposed = default_folder() / "公开年报诊断包.zip"
    path = dialogs.save_path("保存诊断包", proposed, "压缩文件 (*.zip)")
    if path is None:
        return
    try:
        recorder.package(path, names)
    except NianbaoError as error:
        dialogs.error("没有保存诊断包", str(error))
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
