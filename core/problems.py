"""Everything that can go wrong in words: a code, its parameters and one Chinese sentence.

Each module that can refuse something declares its own :class:`Problem` enumeration beside the
code that raises it. A member's value is the message template; it names the file or cell and the
way out, because the sentence is all that a clerk sees (in a dialog) or a script logs (one line on
standard error).
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, NamedTuple


class Problem(Enum):
    """Base of the problem enumerations; a member's value is its sentence as a format template."""

    def sentence(self, **parameters: object) -> str:
        """The template filled in with *parameters*."""
        return str(self.value).format(**parameters)

    def remark(self, **parameters: object) -> Remark:
        """The same, as something to be told later."""
        return Remark(self, tuple(parameters.items()))


class Remark(NamedTuple):
    """Something to be told, kept as data until it is shown; ``str()`` puts it into words.

    ``cell``: the key of the one cell that it speaks of, empty where it speaks of none or of several.
    """

    problem: Problem
    parameters: tuple[tuple[str, object], ...] = ()
    cell: str = ""

    def __str__(self) -> str:
        return self.problem.sentence(**dict(self.parameters))


class NianbaoError(Exception):
    """Something the user asked for cannot be done, said in one sentence.

    Catch this class at the edges (command line, window); anything else that escapes is a defect.
    """

    def __init__(self, problem: Problem, /, **parameters: object) -> None:
        super().__init__(problem.sentence(**parameters))
        self.problem = problem
        self.parameters = parameters


_SYSTEM_REASONS: Final[Mapping[int, str]] = MappingProxyType(
    {
        errno.ENOENT: "找不到文件",
        errno.EACCES: "没有权限",
        errno.EPERM: "系统不允许这样做",
        errno.EEXIST: "已经有同名的文件",
        errno.EISDIR: "它是一个文件夹",
        errno.ENOTDIR: "路径中有一段不是文件夹",
        errno.EINVAL: "系统不支持对它这样读写",
        errno.EIO: "磁盘读写出错",
        errno.ENOSPC: "磁盘空间不足",
        errno.EFBIG: "超过了允许的大小",
        errno.EROFS: "磁盘写保护",
        errno.EMFILE: "打开的文件太多",
        errno.ENFILE: "打开的文件太多",
        errno.ENOMEM: "内存不足",
        errno.EBUSY: "正被占用",
        errno.ENXIO: "没有这个设备",
        errno.ENODEV: "没有这个设备",
        errno.ENAMETOOLONG: "文件名或路径太长",
        errno.ELOOP: "链接指向了自己",
        errno.EINTR: "操作被中断",
        errno.EAGAIN: "暂时不可用",
        errno.EPIPE: "接收的一方已经关闭",
        errno.ETIMEDOUT: "等待超时",
        errno.EXDEV: "不在同一个磁盘上",
        errno.EBADF: "文件已经关闭",
        getattr(errno, "ESTALE", -1): "网络文件已经失效",
        getattr(errno, "EDQUOT", -2): "超过了磁盘配额",
        getattr(errno, "ETXTBSY", -3): "正被占用",
        getattr(errno, "EOPNOTSUPP", -4): "系统不支持这样做",
        getattr(errno, "EHOSTDOWN", -5): "网络不通",
        getattr(errno, "ENOTCONN", -6): "网络不通",
    }
)


def system_reason(error: OSError) -> str:
    """Why the system refused, in Chinese, for the brackets of a sentence.

    A Chinese Windows words its errors itself; elsewhere the system speaks English.
    """
    said = error.strerror or ""
    if any("一" <= character <= "鿿" for character in said):
        return said.rstrip("。. ")
    known = _SYSTEM_REASONS.get(error.errno or 0)
    number = getattr(error, "winerror", None) or error.errno
    return known or (f"系统错误 {number}" if number else "系统没有说明原因")
