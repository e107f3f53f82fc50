"""Year, office and sign-off names, from a table's head and foot and from the text around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from core.form.form import Form
from core.matching.figures import plain
from core.matching.model import Header
from core.matching.part import MAX_WIDTH, Piece
from core.matching.titles import (
    checked_year,
    from_page_title,
    from_sentence,
    from_signature,
    from_title,
    whole_year,
)
from core.numbering import HAN_DIGITS
from core.period import Period, PeriodKind
from core.report import HEADER_FIELDS

#: What is printed before a field's value. The order matters: a longer word comes first.
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "填报单位": "unit_name",
        "填表单位": "unit_name",
        "编报单位": "unit_name",
        "报送单位": "unit_name",
        "编制单位": "unit_name",
        "上报单位": "unit_name",
        "单位名称": "unit_name",
        "单位负责人": "leader",
        "单位领导": "leader",
        "负责人": "leader",
        "审核人": "reviewer",
        "审核": "reviewer",
        "填报人": "preparer",
        "填表人": "preparer",
        "制表人": "preparer",
        "制表": "preparer",
        "经办人": "preparer",
        "联系人": "preparer",
        "联系电话": "phone",
        "电话": "phone",
        "填报日期": "date",
        "填表日期": "date",
        "报出日期": "date",
        "报送日期": "date",
        "上报日期": "date",
        "填报时间": "date",
        "填表时间": "date",
        "报出时间": "date",
        "报送时间": "date",
        "上报时间": "date",
        "日期": "date",
    }
)
_SPACED: Final = {word: r"\s*".join(word) for word in _WORDS}
_FIELD: Final = re.compile(
    "(?:统计)?(" + "|".join(_SPACED.values()) + r")\s*+(?:[(（][^()（）]{0,8}[)）])?\s*+"
)
#: A year on its own: not that of a day (填报日期：2019年1月10日) or of an edition (2014年版).
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20|21)\d\d)\s*(?:年度|年(?!版|\s*\d{1,2}\s*月\s*\d))")
#: 「单位：某局（盖章）」; 单位 without a seal after the name is a unit of counting.
_SEALED: Final = re.compile(
    r"单\s{0,20}位\s{0,20}[:：]\s{0,20}([^:：]{2,40}?)\s{0,20}[(（]\s{0,20}[盖公]?\s{0,20}章\s{0,20}[)）]"
)
#: A field that is none of ours, after a gap: 「　单位：万元」.
_NEXT_FIELD: Final = re.compile(r"(?<!\s)\s++[\u4e00-\u9fff]{2,6}\s*[:：].*\Z", re.DOTALL)
_YEAR_BEHIND: Final = re.compile(r"(?<![\s(（])[\s(（]++(?:19|20|21)\d\d\s*+年度?\s*+[)）]?\s*+\Z")
_LONGEST_TITLE: Final = 60
_LONGEST_LINE: Final = 2000
_LONGEST_TEXT: Final = 200_000
_BARE_YEAR: Final = re.compile(r"(?<!\d)((?:19|20|21)\d\d)(?!\d)")
_HAN_YEAR: Final = re.compile(r"([二一][〇零○O一二三四五六七八九]{3})\s*年")
#: What a site writes around an article is not the office's sign-off.
_SITE_LINE: Final = re.compile(
    r"发布(?:日期|时间|机构)|来源[:：]|浏览|点击|字号|字体|责任编辑|打印|版权|备案|ICP|主办|承办|网站标识"
)
_AFTER_PHONE: Final = re.compile(r"[，,；;、（(]")
_NUMBERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4}
_QUARTER: Final = re.compile(r"第?\s{0,20}([1-4一二三四])\s{0,20}季度")
_MONTH: Final = re.compile(r"年\s*(1[0-2]|0?[1-9])\s*月(?!\s*\d)")
_PART: Final = re.compile(
    r"[上下前后]半年|第?[一二三四1-4]\s{0,2}季(?:度|(?!\w))|半年报|季报|月报|[本当][季月]"
    r"|(?<!\d)(?P<first>\d{1,2})(?:月份?)?\s*[-—–~～至到]\s*(?P<last>\d{1,2})\s*月"
    r"|(?:(?<![\d年])\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份|(?!\w))"
)
#: Not a month alone, which is when the table was filled in.
_AFTER_YEAR: Final = re.compile(
    r"(?:19|20|21)\d\d\s*年度?\s*(.{0,3}(?:半年|季度?|\d\s*[-—–~～至到]\s*\d{1,2}\s*月)"
    r"|\d{1,2}\s{0,2}月份?(?=[^\d\s至到日-][^。]{0,30}(?:表|报告)))"
)


def is_header_word(text: str) -> bool:
    """Whether a cell begins with the name of a header field, such as 联系电话."""
    found = _FIELD.match(text.strip())
    return found is not None and (found.end() == len(text.strip()) or _ends_word(text, found[0]))


def _ends_word(text: str, word: str) -> bool:
    rest = text.strip()[len(word) :]
    return rest[:1] in ":：" or not rest


def year_in(text: str) -> int | None:
    """The first year named in *text* as one (2018年, 二〇一八年度), if any."""
    body = plain(text)
    found = _YEAR.search(body)
    year = checked_year(found[1]) if found is not None else whole_year(body)
    if year is not None:
        return year
    spelled = _HAN_YEAR.search(body)
    return checked_year(spelled[1].translate(HAN_DIGITS)) if spelled is not None else None


def year_of_name(name: str) -> int | None:
    """The year in a sheet's or file's name: 2018年, 2018-统计表, 附件2018."""
    found = _BARE_YEAR.search(plain(name))
    return year_in(name) or (checked_year(found[1]) if found is not None else None)


def part_of_year(text: str) -> str:
    """The part of a year that *text* names (上半年, 一季度, 1-6月); empty for none or all of it."""
    found = _PART.search(plain(text))
    if found is None or (found["first"], found["last"]) in (("1", "12"), ("01", "12")):
        return ""
    return found[0]


def head_rows(piece: Piece, start: int) -> list[str]:
    """The texts above the body of a piece, one a row, cells joined."""
    return [
        "\u3000".join(
            dict.fromkeys(cell.strip() for cell in piece.table.rows[at][:MAX_WIDTH] if cell.strip())
        )
        for at in range(piece.start, start)
    ]


def piece_year(piece: Piece, start: int) -> int | None:
    """The year that a piece's own head (else its sheet's name) gives it."""
    for line in head_rows(piece, start):
        year = year_in(line)
        if year is not None:
            return year
    return year_of_name(piece.table.name)


def read_header(
    form: Form,
    rows: Iterable[Sequence[str]],
    head: Sequence[str],
    text: str,
    year: int | None,
    title: str = "",
) -> Header:
    """Everything the file says about itself.

    *rows*: the rows outside the figures; *head*: the lines above the table; *text*: the running
    text; *year*: the table's own year where it is known already; *title*: a page's own.
    """
    fields = dict.fromkeys(HEADER_FIELDS, "")
    for cells in rows:
        _read_fields(fields, _joined(cells)[:_LONGEST_LINE])
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for line in lines:
        if len(line) <= 200 and not _SITE_LINE.search(line):
            _read_fields(fields, line)
    office, title_year = from_title(lines)
    if not office:
        office, head_year = from_title(head)
        title_year = title_year or head_year
    page_office, page_year = from_page_title(title)
    office = office or page_office or from_sentence(lines) or from_signature(lines)
    title_year = title_year or page_year
    if not fields["unit_name"]:
        fields["unit_name"] = office
    # A sentence may speak of any year; a title is short and no sentence.
    titles = [line for line in lines[:12] if len(line) <= _LONGEST_TITLE and "。" not in line]
    year = year or title_year or next((y for line in titles if (y := year_in(line))), None)
    year = year or whole_year(text[:_LONGEST_TEXT]) or year_in(title[:200])
    period = _period(form, year, [*head, *titles]) if year is not None else None
    part = _part_told([*head, *titles]) if form.period_kind is PeriodKind.YEAR else ""
    return Header(year, period, {key: value for key, value in fields.items() if value}, part)


def _part_told(lines: Iterable[str]) -> str:
    """The part of a year that a title says the figures are of: what follows its year."""
    for line in lines:
        found = _AFTER_YEAR.search(plain(line))
        part = part_of_year(found[1]) if found is not None else ""
        if part:
            return part
    return ""


def _joined(cells: Sequence[str]) -> str:
    """A row as one line; a merged cell counts once."""
    kept: list[str] = []
    for cell in cells:
        text = " ".join(cell.split())
        if text and (not kept or kept[-1] != text):
            kept.append(text)
    return "\u3000".join(kept)


def _read_fields(fields: dict[str, str], line: str) -> None:
    found = [m for m in _FIELD.finditer(line) if _is_field(line, m)]
    for at, match in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(line)
        value = line[match.end() : end].strip(" \u3000:：\t_＿，,;；。")
        value = _NEXT_FIELD.sub("", value)
        name = _WORDS["".join(match[1].split())]
        if name == "phone":
            value = _AFTER_PHONE.split(value, 1)[0].strip()
        if name == "unit_name":
            value = _YEAR_BEHIND.sub("", value)
        if value and not fields[name] and len(value) <= 60 and not _is_noise(name, value):
            fields[name] = value
    sealed = _SEALED.search(line)
    if sealed is not None and not fields["unit_name"]:
        fields["unit_name"] = sealed[1]


def _is_field(line: str, match: re.Match[str]) -> bool:
    """A field's name is followed by a colon or a gap; it does not go on as a sentence."""
    rest = line[match.end() :]
    if rest[:1] in ":：" or not rest:
        return True
    return match[0][-1:].isspace() or match[0].rstrip()[-1:] in ")）"


def _is_noise(name: str, value: str) -> bool:
    if name == "phone":
        return not any(char.isdigit() for char in value)
    return "。" in value or (name == "unit_name" and plain(value).isdigit())


def _period(form: Form, year: int, lines: Sequence[str]) -> Period | None:
    """The period of the form's kind that begins in *year*; ``None`` where only the year is told."""
    kind = form.period_kind
    if kind is PeriodKind.YEAR:
        return Period(year)
    text = "\n".join(lines)
    if kind is PeriodKind.HALF_YEAR:
        half = re.search(r"([上下])半年", text)
        return Period(year, kind, 1 + (half[1] == "下")) if half else None
    if kind is PeriodKind.QUARTER:
        quarter = _QUARTER.search(text)
        number = quarter and (_NUMBERS.get(quarter[1]) or int(quarter[1]))
        return Period(year, kind, number) if number else None
    month = _MONTH.search(text)
    return Period(year, kind, int(month[1])) if month else None
