"""What a reader hands on: raw tables and the text around them.

Readers know file formats and nothing of forms; matching knows forms and nothing of formats.
These types are all that passes between the two.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from core.problems import Problem


@dataclass(frozen=True)
class RawTable:
    """One table as it stands in the file.

    ``rows`` holds the cell texts in reading order; rows may differ in length. Texts are as printed
    (line breaks inside a cell are ``\\n``, a numeric cell is written as a person would type it:
    ``31``, ``0.5``, never ``31.0`` or ``5e-1``). A cell merged over several places stands in each
    of them with the same text, and every place but the first (top left) is listed in ``merged``
    as ``(row, column)``, counted from 0. ``blanks_lost``: a row that is shorter than others may
    lack any of its cells (plain text), not only blank ones at its end.
    """

    rows: tuple[tuple[str, ...], ...]
    name: str = ""
    merged: frozenset[tuple[int, int]] = frozenset()
    blanks_lost: bool = False


@dataclass(frozen=True)
class RawDocument:
    """A file's tables in their order, and its running text.

    ``text`` holds the paragraphs outside tables, one a line, in order (empty for spreadsheets).
    ``title`` is what the file calls itself apart from its text (a page's ``<title>``).
    ``kind`` names the format found by content (``"docx"``, ``"text"`` …).
    ``remarks`` are sentences in Chinese for the clerk about anything the reader left out or is
    not sure of (hidden sheets skipped, text boxes ignored …).
    """

    kind: str
    tables: tuple[RawTable, ...]
    text: str = ""
    remarks: tuple[str, ...] = field(default=())
    title: str = ""


class ReadProblem(Problem):
    """Why a file cannot be read. ``{file}`` is its name."""

    MISSING = "找不到文件“{file}”，请确认它没有被移动、改名或随U盘拔出。"
    NO_ACCESS = "无法打开文件“{file}”（{reason}），请关闭正在使用它的程序后再试。"
    EMPTY = "文件“{file}”是空的，请换一份文件。"
    TOO_LARGE = "文件“{file}”过大（展开后超过 {limit}），不像是统计表，没有读取。"
    ENCRYPTED = "文件“{file}”设有密码，请先在原程序中取消密码，另存后再导入。"
    DAMAGED = "文件“{file}”已损坏或不完整（{reason}），请用原程序打开后另存一份再试。"
    UNKNOWN_KIND = (
        "文件“{file}”的内容不是本程序能读取的格式（看起来是{kind}）；"
        "如果能用 Word、Excel 或 WPS 打开，请另存为 .docx 或 .xlsx 后再试。"
    )
    NO_FILE = "“{file}”是{kind}，不是文件，请选择一份文件。"
    NO_TABLE = "文件“{file}”里没有找到表格。"
    SCANNED = "文件“{file}”是扫描件或图片，没有可读取的文字，请换用电子文档或手工录入。"
    NO_TEXT = "文件“{file}”里没有文字（可能是空白页，或文字画成了图形），请换用电子文档或手工录入。"
    NO_CHARACTERS = (
        "文件“{file}”里的文字没有附带字符编码，读不出是什么字；"
        "请用原程序另存为 .docx 或 .xlsx，或手工录入。"
    )
    MOSTLY_PICTURES = (
        "文件“{file}”主要是图片，能读取的只有“{text}”，没有表格，请换用电子文档或手工录入。"
    )
    TOO_SLOW = "文件“{file}”读取时间过长，已停止，没有读取任何内容。"
