"""A figure as it stands in a file → a value, how sure that is, and what to tell the clerk.

The rule of this module: a text that is not plainly a number never becomes one silently. A dash,
无, a blank or a slash is *not* 0; whoever wrote it may have meant "none", "unknown" or "not our
business", and only the clerk can tell. A multiple of the form's unit (千元, 万条) is converted
exactly or not at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.matching.units import factor
from core.problems import NianbaoError, Problem, Remark
from core.reading.base.marks import split_stored
from core.values import NOT_APPLICABLE, UNITS, CellValue, Unit, check_number

#: Full-width ASCII and the ideographic space only. NFKC would also turn ³ and ① into digits, and
#: so a footnote mark into a wrong figure.
_WIDTH: Final = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F), " "),
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), None),
    0x2212: "-",
    0x3001: "、",
}
_DASHES: Final = re.compile(r"[-—–－―─_‐‑‒−~]+")
_WORDS_FOR_NONE: Final = frozenset(("无", "没有", "空", "未发生", "暂无", "无此项", "未开展"))
_NOT_APPLICABLE: Final = frozenset(("/", "\\", "//", "不适用", "N/A", "n/a", "NA"))
_NUMBER: Final = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d{1,3}(?: \d{3})+(?:\.\d*)?"
    r"|\d+(?:\.\d*)?|\.\d+)",
    re.ASCII,
)
_OPENS: Final = re.compile(r"[(\[【]")
_MARKS: Final = re.compile(r"(?<![*#①-⑳⑴-⒇¹²³⁰⁴-⁹※†‡])[*#①-⑳⑴-⒇¹²³⁰⁴-⁹※†‡]++\s*+\Z")
#: After a number these make another number of it, or no number at all.
_GOES_ON: Final = tuple("0123456789%,./-~:，")
_MAX_SHOWN: Final = 20
#: Units that are not told from one another by a count: one is a multiple of the other.
MONEY: Final = ("元", "万元")
#: Words by which a cell shows a part of the number that it stores.
_PARTS: Final = {"百": 100, "千": 1000, "万": 10_000, "百万": 10**6, "千万": 10**7, "亿": 10**8}


class FigureNote(Problem):
    """What the clerk is told about a figure."""

    DASH = "文件中是“{text}”，不确定是 0 还是没有数据，按未填处理。"
    SLASH = "文件中是“{text}”（不适用），本表这一格必须填数字，按未填处理。"
    WITH_TEXT = "文件中是“{text}”，按 {number} 读取，请核对。"
    OTHER_UNIT = "文件中是“{text}”，单位与本表的“{unit}”不同，按 {number} 读取，请核对。"
    NOT_CONVERTED = "文件中以“{found}”计，本表以“{unit}”计，没有换算，请自行核对填写。"
    CONVERTED = "文件中是“{text}”，以“{found}”计，换算为 {number}{unit}读取，请核对。"
    UNITS = "文件中这里的单位既写“{one}”又写“{other}”，请核对数字以什么计。"
    SHOWN_OTHERWISE = "文件中显示为“{shown}”，存储的是 {stored}，按 {number} 读取，请核对。"
    SHOWN_UNREAD = "文件中显示为“{shown}”，存储的是 {stored}，没有读取，请核对。"
    ERROR = "文件中是公式错误“{text}”，没有读取。"
    REFUSED = "{reason}没有读取。"
    UNREADABLE = "文件中是“{text}”，不能确定是什么数，没有读取。"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure read: its value, how surely (0 to 1), and a remark wherever that is not 1."""

    value: CellValue
    certainty: float = 1.0
    remark: Remark | None = None


BLANK: Final = Figure(None)


def plain(text: str) -> str:
    """*text* in half-width characters, without spaces around it."""
    return text.strip() if text.isascii() else text.translate(_WIDTH).strip()


def has_digit(text: str) -> bool:
    """Whether a number may stand in the text."""
    return any("0" <= char <= "9" or "０" <= char <= "９" for char in text)


def looks_like_figure(text: str, units: frozenset[str] = frozenset(UNITS)) -> bool:
    """A number as people write it, with or without a unit, or a mark for none; not blank."""
    if split_stored(text)[1]:
        return True
    body = plain(text)
    if not body or len(body) > 40:
        return False
    found = _NUMBER.match(body)
    if found is None:
        return is_mark(body)
    rest = body[found.end() :].strip()
    if not rest or rest in units or rest == "%":
        return True
    rest = _MARKS.sub("", rest[: _note_at(rest)]).strip()
    return not rest or rest in units


def _note_at(text: str) -> int:
    """Where a note in brackets begins that ends *text*; its length where there is none."""
    body = text.rstrip()
    opened = _OPENS.search(body[:-1]) if body.endswith((")", "]", "】")) else None
    return opened.start() if opened is not None else len(text)


def is_mark(text: str) -> bool:
    """A dash, a slash, 无 and the like: a mark in place of a number."""
    body = plain(text)
    return bool(_DASHES.fullmatch(body)) or body in _WORDS_FOR_NONE or body in _NOT_APPLICABLE


def read_figure(
    text: str, unit: Unit, *, not_applicable: bool = False, unit_beside: str = ""
) -> Figure:
    """What *text* means in a cell counted in *unit*.

    *not_applicable*: whether ``/`` may stand there. *unit_beside*: the unit that the file itself
    states for the row, if any. A blank is sure to be blank.
    """
    shown, stored = split_stored(text)
    if stored:
        return _shown_otherwise(shown, stored, unit, unit_beside)
    body = plain(text)
    if not body:
        return BLANK
    if body.isascii() and body.isdigit() and unit_beside in ("", unit.name):
        # Nearly all figures: nothing but digits, in the form's own unit.
        return _checked(text, body, unit)
    if body in _NOT_APPLICABLE:
        if not_applicable:
            return Figure(NOT_APPLICABLE)
        return Figure(None, 0.5, FigureNote.SLASH.remark(text=_short(text)))
    if _DASHES.fullmatch(body) or body in _WORDS_FOR_NONE:
        return Figure(None, 0.5, FigureNote.DASH.remark(text=_short(text)))
    if body.startswith("#"):
        return Figure(None, 0.0, FigureNote.ERROR.remark(text=_short(text)))
    if body in ("零", "〇"):
        return Figure(unit.zero, 0.8, FigureNote.WITH_TEXT.remark(text=_short(text), number="0"))
    return _number(text, body, unit, unit_beside)


def _shown_otherwise(shown: str, stored: str, unit: Unit, unit_beside: str) -> Figure:
    """A cell that shows another figure than it stores: sure only where the one explains the other.

    9.0万 stored as 90000 is 90000 条; 162.0000 stored as 1620000 is 162 万元. Anything else,
    rounding too, is for the clerk to decide, who is told both.
    """
    number = _NUMBER.match(plain(shown)) if unit_beside in ("", unit.name) else None
    if number is not None and _NUMBER.fullmatch(stored):
        value = Decimal(re.sub(r"[, ]", "", number["sign"] + number["digits"]))
        rest = plain(shown)[number.end() :].strip().removesuffix(unit.name).strip()
        if unit.name == "万元":
            explained = stored if not rest and value * 10_000 == Decimal(stored) else ""
            explained = explained and str(value)
        else:
            explained = stored if value * _PARTS.get(rest, 0) == Decimal(stored) else ""
        if explained:
            return _checked(shown, explained, unit)
    read = read_figure(shown, unit, unit_beside=unit_beside).value if shown.strip() else None
    both = {"shown": _short(shown) or "空白", "stored": stored}
    if read is None:
        return Figure(None, 0.0, FigureNote.SHOWN_UNREAD.remark(**both))
    return Figure(read, 0.6, FigureNote.SHOWN_OTHERWISE.remark(**both, number=read))


def _number(text: str, body: str, unit: Unit, unit_beside: str) -> Figure:
    found = _NUMBER.match(body)
    rest = body[found.end() :].strip() if found is not None else body
    if found is None or rest[:1] in _GOES_ON:
        return Figure(None, 0.0, FigureNote.UNREADABLE.remark(text=_short(text)))
    marked = bool(_MARKS.search(rest))
    rest = _MARKS.sub("", rest).strip()
    note = _note_at(rest)
    noted = note < len(rest)
    rest = rest[:note].strip()
    digits = re.sub(r"[, ]", "", found["sign"] + found["digits"])
    stated = rest or unit_beside
    by = factor(stated, unit.name) if stated else None
    if by is not None and by != 1:
        return _converted(text, Decimal(digits) * by, unit, stated)
    checked = _checked(text, digits, unit)
    value = checked.value
    if value is None:
        return checked
    if _converts(stated, unit) and value != 0:
        remark = FigureNote.NOT_CONVERTED.remark(found=stated, unit=unit.name)
        return Figure(None, 0.0, remark)
    if rest and rest != unit.name and rest not in UNITS:
        return Figure(None, 0.0, FigureNote.UNREADABLE.remark(text=_short(text)))
    if stated and stated != unit.name and value != 0:
        shown = (rest and _short(text)) or f"{_short(text)} {stated}"
        remark = FigureNote.OTHER_UNIT.remark(text=shown, unit=unit.name, number=value)
        return Figure(value, 0.8, remark)
    if marked or noted or " " in found["digits"]:
        return Figure(value, 0.6, FigureNote.WITH_TEXT.remark(text=_short(text), number=value))
    return Figure(value)


def _converted(text: str, number: Decimal, unit: Unit, stated: str) -> Figure:
    """A figure in a multiple of the form's unit. Sums of money are certain: offices state theirs."""
    figure = _checked(text, str(number), unit)
    if figure.value is None or figure.value == 0 or unit.name in MONEY:
        return figure
    remark = FigureNote.CONVERTED.remark(
        text=_short(text), found=stated, number=figure.value, unit=unit.name
    )
    return Figure(figure.value, 0.8, remark)


def _checked(text: str, digits: str, unit: Unit) -> Figure:
    """The number *digits* in *unit*, or why *text* is none."""
    try:
        return Figure(check_number(Decimal(digits), unit, text.strip()))
    except NianbaoError as error:
        return Figure(None, 0.0, FigureNote.REFUSED.remark(reason=str(error)))


def _converts(stated: str, unit: Unit) -> bool:
    """Whether a figure in *stated* would have to be multiplied to be one in *unit*."""
    if not stated or stated == unit.name:
        return False
    if stated in ("万", "亿", "千", "百", "%", "亿元", "千元", "百元", "百万元"):
        return True
    return stated in MONEY or unit.name in MONEY


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MAX_SHOWN else flat[:_MAX_SHOWN] + "…"
