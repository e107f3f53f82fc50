"""What is found in a folder: one item for each file, or each member of an archive or mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from core.problems import Problem
from core.rollup.model import Moment

MEBIBYTE: Final = 1024 * 1024
#: A zip in a zip, a mail in a mail; people pack no deeper.
MAX_DEPTH: Final = 2
#: Members of one archive or mail, those of archives inside it included.
MAX_MEMBERS: Final = 20_000
#: All that is unpacked from one file of the folder, a member at a time.
MAX_EXPANDED: Final = 2048 * MEBIBYTE
#: Of one member; readers take no larger file either.
MAX_MEMBER: Final = 64 * MEBIBYTE
#: A member that says it unpacks to so much more than it takes, and is large, is a bomb.
MAX_RATIO: Final = 300
LARGE: Final = 16 * MEBIBYTE


class SourceProblem(Problem):
    """Why a file, or a member of one, was not read."""

    ARCHIVE = "“{file}”是 {kind} 压缩包，本程序不能打开，请先解压，把里面的文件放进文件夹。"
    METHOD = "“{file}”的压缩方法本程序不能解开，请先用压缩软件解压。"
    PASSWORD = "“{file}”有密码，请先解压或取消密码。"
    DAMAGED = "“{file}”已损坏或不完整（{reason}），请让对方重新发送。"
    TOO_MANY = "“{file}”里的文件过多（超过 {limit} 个），没有读取，请先解压。"
    TOO_LARGE = "“{file}”过大（展开后超过 {limit} MB），没有读取，请确认是不是报表。"
    BOMB = "“{file}”展开后异常庞大，没有读取，请确认来源。"
    OUTSIDE = "“{file}”的名字指向压缩包以外的位置，没有读取，请确认来源。"
    TOO_DEEP = "“{file}”套了太多层，没有读取，请先解开外面的压缩包或邮件。"
    EMPTY_ARCHIVE = "“{file}”里没有文件。"
    NO_ATTACHMENT = "邮件“{file}”没有附件，正文里也没有统计表。"
    FOLDER = "文件夹“{file}”打不开（{reason}），其中的文件没有读取。"
    LINK = "“{file}”是指向别处的链接，没有读取。"
    DEVICE = "“{file}”不是普通文件，没有读取。"
    FILE = "“{file}”打不开（{reason}），请关闭正在使用它的程序后再试。"
    GONE = "“{file}”在读取时不见了，请确认它没有被移动或改名。"
    WORKER = "读取“{file}”时程序意外停止，没有读取，请单独打开它看一看。"
    OVERRUN = "“{file}”读取时间过长，已停止，没有读取。"
    DEFECT = "“{file}”读取时出错（{reason}），没有读取，请单独打开它看一看。"


@dataclass(frozen=True)
class Item:
    """A file's bytes, or the sentence that says why there are none.

    ``source`` is unique in the folder. ``name`` is the file's own name. ``hints`` name the
    sender, and what the mail is about. ``time`` is the best that is known, ``filed`` that of the
    file itself.
    """

    source: str
    name: str
    data: bytes = b""
    time: datetime | None = None
    moment: Moment = Moment.FILE
    filed: datetime | None = None
    hints: tuple[str, ...] = ()
    problem: str = ""


@dataclass
class Allowance:
    """What is left for all that one file of the folder holds, and how much of it was passed over."""

    members: int = MAX_MEMBERS
    expanded: int = MAX_EXPANDED
    ignored: int = 0


def is_passed_over(path: str) -> bool:
    """Whether systems and programs put such a file beside people's own ones."""
    parts = path.replace("\\", "/").split("/")
    name = parts[-1].casefold()
    return (
        name in _SYSTEM_FILES
        or name.startswith(("~$", "._", ".nianbao-", ".~lock."))
        or name.endswith((".huizong", ".lnk"))
        or "__MACOSX" in parts
    )


_SYSTEM_FILES: Final = frozenset(("thumbs.db", ".ds_store", "desktop.ini", "ehthumbs.db"))


def file_name(path: str) -> str:
    """The last part of a member's path, whichever slashes it is written with."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2] or path


def stamp(time: datetime | None) -> str:
    """*time* as it is kept: UTC, fractions of a second where it has any; empty where unknown."""
    if time is None:
        return ""
    try:
        return time.astimezone(UTC).replace(tzinfo=None).isoformat()
    except (OverflowError, OSError, ValueError):
        return ""
