"""Figures in the running text of a report, tied to the form's indicators.

A report tells in sentences what its table says in figures: 「2018年共主动公开政府信息56条」. Such
mentions are shown beside the table's figure where they differ. They are never values: a sentence
may count something else than the row of the same name, as a clerk can see and a program cannot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from core.form.form import Form
from core.matching.figures import plain
from core.matching.labels import Labels
from core.values import NOT_APPLICABLE, CellValue, Number

_FIGURE: Final = re.compile(
    r"(?<!\d)(?P<number>\d{1,3}(?:,\d{3}){1,6}|\d+(?:\.\d+)?)\s*+(?P<unit>万元|人次|[条件次篇个人份家场宗起名期])"
    r"(?!左右|上下|以上|以下|以内)"
)
#: Words for units that the forms do not use.
_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {"宗": "件", "起": "件", "名": "人", "期": "次", "场": "次"}
)
#: Verbs for receiving an application.
_RECEIVED: Final = re.compile(r"受理|接到|接收")
_WORDS: Final = re.compile(r"[\u3007\u4e00-\u9fff“”\"]{2,40}\s*\Z")
_CLAUSE: Final = re.compile(r"[,，。；;！!？?\n（）()、：:]")
_ALL_BY: Final = re.compile(
    r"(?:全部|均|都)(?:是|为)?(?:以|通过|采用|用)?(?P<words>[\u4e00-\u9fff]{2,12})"
)
#: Words that a sentence has and a label has not, or the other way round.
_FILLERS: Final = re.compile(
    r"政府信息公开|政府信息|政务公开|信息公开|信息|全年|本年度?|年度|今年|我[局委办区县市镇乡院所]|共计?|累计|总计|"
    r"各类|形式|方式|渠道|途径|其中|全部|分别|提出|新增|情况|的|以|了|为|是|数量?$|总数$|总次数$|次数$"
)
#: Words between a name and its figure: 收到申请共计3件.
_LINKS: Final = re.compile(r"(?:合计|达到?|总数|数量?|有|[:：])+\Z")
_YEAR: Final = re.compile(r"(?:19|20)\d\d年度?")
_CUMULATIVE: Final = re.compile(
    r"累计|历年|截至|截止|以来|上年|去年|同比|增[长加]|减少|力争|计划|预计"
)
#: All that may stand before a name without making another figure of it. 「通过网站主动公开」,
#: 「下属单位收到申请」 and 「上半年收到申请」 are none of 「主动公开」 and 「收到申请」.
_LEAD: Final = re.compile(
    r"(?:通过|因|由|引发|引起|产生|发生|组织|开展|办理|针对|有关|涉及|依法|依规|及时|按规定|按要求"
    r"|向社会|面向社会|公民|法人|其它?组织|和|对外|共有|本?机关|本?单位|我[局委办镇乡院所单]位?)*"
)
_MAX_QUOTE: Final = 40
_MAX_TEXT: Final = 200_000


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure told in a sentence: the indicator's cell, the figure, the words around it.

    ``in_table`` is the table's figure for that cell, if it has one.
    """

    key: str
    figure: Number
    quote: str
    in_table: CellValue = None

    @property
    def differs(self) -> bool:
        """Whether the table says something else."""
        if self.in_table is None or self.in_table is NOT_APPLICABLE:
            return False
        return self.in_table != self.figure


def find_mentions(
    text: str, form: Form, values: Mapping[str, CellValue], office: str = ""
) -> tuple[Mention, ...]:
    """The figures in *text* that surely speak of a cell of the form, in the text's order.

    Each cell is mentioned once, with the first figure told of it. *values* are the table's.
    *office*: whose report it is; what is told of anybody else is not meant.
    """
    if not text.strip():
        return ()
    names = _names(form)
    found: dict[str, Mention] = {}
    for line in text[:_MAX_TEXT].split("\n"):
        last: Mention | None = None
        for clause in _clauses(line):
            for match in _FIGURE.finditer(clause):
                before = _WORDS.search(clause, max(0, match.start() - 41), match.start())
                words = before[0].strip() if before is not None else ""
                key = _key(words, match["unit"], names, office)
                if key is not None:
                    quote = f"{words}{match[0]}"[-_MAX_QUOTE:]
                    last = Mention(key, _number(match["number"]), quote, values.get(key))
                    found.setdefault(key, last)
            every = _ALL_BY.search(clause)
            part = _part(form, last, every["words"], names) if every and last else None
            if every is not None and last is not None and part is not None:
                quote = every[0][-_MAX_QUOTE:]
                found.setdefault(part, Mention(part, last.figure, quote, values.get(part)))
    return tuple(found.values())


def _key(words: str, unit: str, names: Mapping[tuple[str, str], str], office: str) -> str | None:
    """The cell that a sentence's words before a figure speak of: the longest name they end with."""
    other = _CUMULATIVE.search(words)
    essence = _LINKS.sub("", _essence(_RECEIVED.sub("收到", words)))
    for start in range(len(essence) - 2):
        key = names.get((essence[start:], _UNITS.get(unit, unit)))
        if key is not None:
            is_whole = _is_lead(essence[:start], office)
            # 上年 makes another figure of it, unless the name itself says 上年结转.
            return key if is_whole and not (other and other[0] not in essence[start:]) else None
    return None


def _is_lead(before: str, office: str) -> bool:
    """Whether the words before a name leave its meaning: the office's own name, and the like."""
    for end in range(len(before), -1, -1):
        if (end == 0 or _is_short_for(before[:end], office)) and _LEAD.fullmatch(before, end):
            return True
    return False


def _is_short_for(name: str, office: str) -> bool:
    """Whether *name* is made of the office's own characters in their order (政务服务办)."""
    rest = iter(office)
    return len(name) > 1 and all(char in rest for char in name)


def _part(
    form: Form, whole: Mention, words: str, names: Mapping[tuple[str, str], str]
) -> str | None:
    """The part of *whole* of which a sentence says that it is all of it (全部以信函形式申请)."""
    cell = form.cells[whole.key]
    key = names.get((_essence(words), cell.unit.name))
    return key if key is not None and form.cells[key].row.parent == cell.row.code else None


def _clauses(line: str) -> list[str]:
    """The line between its punctuation; thousands separators stay inside figures."""
    body = re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", plain(line))
    return [clause for part in _CLAUSE.split(body) if (clause := _YEAR.sub("", part).strip())]


def _names(form: Form) -> dict[tuple[str, str], str]:
    """What each cell's indicator is called at its shortest, with its unit; unique names only."""
    labels = Labels()
    found: dict[tuple[str, str], str] = {}
    twice: set[tuple[str, str]] = set()
    for row in form.rows.values():
        keys = form.row_cells(row)
        if not keys or row.unit is None:
            continue
        columns = [column.code for column in row.columns]
        key = keys[columns.index("total")] if "total" in columns else keys[0]
        if len(keys) > 1 and "total" not in columns:
            continue
        name = (_essence(labels.core(row.label)), row.unit.name)
        if name in found:
            twice.add(name)
        found[name] = key
    return {name: key for name, key in found.items() if name not in twice and len(name[0]) >= 3}


def _essence(words: str) -> str:
    """A label or a piece of a sentence without fillers."""
    return _FILLERS.sub("", re.sub(r"[“”\"\s]", "", words))


def _number(digits: str) -> Number:
    plain_digits = digits.replace(",", "")
    return Decimal(plain_digits) if "." in plain_digits else int(plain_digits)
