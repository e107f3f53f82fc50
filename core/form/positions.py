"""Where in a form's file something stands, and what its parser's words mean.

A parsed file knows no lines; they are looked for in its text when there is a mistake to place.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from core.form.mistakes import OWN_UNITS, Where

_CODE_PLACE: Final = re.compile(r"""\bcode\s*=\s*["']([^"'\n]*)["']""")
_HEADER: Final = re.compile(r"^[ \t]*+\[\[\s*+(tables|checks|same_as|help)\s*\]\]", re.MULTILINE)
_ANY_HEADER: Final = re.compile(r"^[ \t]*+\[", re.MULTILINE)

#: How the parser begins a complaint → what is said of it.
_COMPLAINTS: Final = (
    ("Invalid statement", "这里既不是“名称 = 值”，也不是 [表头]"),
    (
        "Invalid initial character for a key part",
        "名称只能用字母、数字、“-”和“_”，其他的要加英文引号",
    ),
    ("Expected '='", "名称后面应是英文等号 ="),
    ("Invalid value", "等号后面的值写法不对；文字要放在英文双引号里"),
    ("Illegal character '\\n'", "文字的引号没有成对"),
    ("Unterminated string", "文字的引号没有成对"),
    ("Expected ']", "表头的方括号没有成对，或者里面有不能用的字符"),
    ("Expected \"'", "文字的引号没有成对"),
    ("Expected '\"", "文字的引号没有成对"),
    ("Unclosed inline table", "花括号 { } 里少了英文逗号，或者没有写完"),
    ("Unclosed array", "方括号 [ ] 里少了英文逗号，或者没有写完"),
    ("Expected newline or end of document", "一行里多写了内容"),
    ("Cannot", "同一个项目或表头写了两次"),
    ("Duplicate inline table key", "同一个项目写了两次"),
    ("Unescaped '\\'", "文字里的反斜杠 \\ 要写成 \\\\"),
    ("Illegal character", "有不能使用的字符"),
    ("Found invalid character", "有不能使用的字符"),
    ("Invalid hex value", "反斜杠后面的字符代码写法不对"),
    ("Escaped character", "反斜杠后面的字符代码不代表任何字"),
    ("Invalid date or datetime", "日期写法不对；文字要放在英文双引号里"),
    ("TOML key has more", "名称里的点太多"),
)
#: Of all that another version of the parser may object to.
_OTHER_COMPLAINT: Final = "这里的写法不符合 TOML 格式"
_PLACE: Final = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
#: Signs that an input method makes of those that the format wants.
_FULL_WIDTH: Final = {"“": '"', "”": '"', "＂": '"', "＝": "=", "，": ",", "｛": "{", "｝": "}",
                      "［": "[", "］": "]", "【": "[", "】": "]", "＃": "#"}  # fmt: skip
_QUOTED: Final = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'')


class Places:
    """Finds lines (from 1; 0 where there is none) in the text of a form's file."""

    def __init__(self, source: str) -> None:
        self._source = source

    def text(self, text: str) -> int:
        """The first line that holds *text*."""
        return self._line(self._source.find(text))

    def code(self, code: str, occurrence: int = 0) -> int:
        """The line where *code* is given for the *occurrence*-th time (from 0)."""
        lines = self._codes.get(code, [])
        return lines[occurrence] if occurrence < len(lines) else 0

    def block(self, kind: str, number: int) -> int:
        """The line of the *number*-th (from 1) ``[[tables]]`` or ``[[checks]]``."""
        return self._line(self._range(kind, number)[0])

    def of(self, where: Where, name: str) -> int:
        """The line of *where*, or of its entry *name* where it has such a one."""
        if where.code and (line := self.code(where.code)):
            return line
        first = _ANY_HEADER.search(self._source)
        start, end = 0, first.start() if first is not None else None
        if where.block:
            start, end = self._range(where.block, where.number)
        elif where == OWN_UNITS:
            start, end = self._source.find(str(where)), None
        if start < 0:
            return 0
        sign = re.compile(rf'^[\s"]*{re.escape(name)}"?\s*=', re.MULTILINE) if name else None
        entry = sign.search(self._source[start:end]) if sign is not None else None
        if entry is not None:
            return self._line(start + entry.end() - 1)
        return self._line(start) if where.block else 0

    def _range(self, kind: str, number: int) -> tuple[int, int | None]:
        headers = list(_HEADER.finditer(self._source))
        own = [at for at, found in enumerate(headers) if found[1] == kind]
        if not 0 < number <= len(own):
            return -1, None
        at = own[number - 1]
        end = headers[at + 1].start() if at + 1 < len(headers) else None
        return headers[at].start(1), end

    def _line(self, at: int) -> int:
        return self._source.count("\n", 0, at) + 1 if at >= 0 else 0

    @cached_property
    def _codes(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for number, line in enumerate(self._source.splitlines(), start=1):
            for found in _CODE_PLACE.finditer(line):
                places.setdefault(found[1], []).append(number)
        return places


def complaint(error: Exception, source: str) -> tuple[int, str]:
    """The line (0 if unknown) and what the TOML parser objects to there, in Chinese."""
    said = str(error)
    words = next((told for start, told in _COMPLAINTS if said.startswith(start)), _OTHER_COMPLAINT)
    place = _PLACE.search(said)
    if place is None or place[1] is None:
        return (source.count("\n") + 1, f"到文件末尾为止，{words}") if place else (0, words)
    line, column = int(place[1]), int(place[2])
    lines = source.splitlines()
    text = lines[line - 1] if line <= len(lines) else ""
    strange = next((sign for sign in _QUOTED.sub("", text) if sign in _FULL_WIDTH), "")
    hint = (
        f"；这一行用了中文符号“{strange}”，请改为英文的 {_FULL_WIDTH[strange]}" if strange else ""
    )
    return line, f"第 {column} 个字符附近，{words}{hint}"
