"""单位名单: who has to report, from a workbook or CSV file that the office keeps itself.

Columns are found by their headings, in any order and under any lines of title. A unit or code that
stands in it twice (重名重码) would be added twice or chased in vain: such a list is refused, each
mistake named by its line.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.problems import NianbaoError, Problem
from core.reading.base.encoding import decode
from core.reading.base.raw import RawTable
from core.reading.dispatch import load, read_bytes
from core.rollup.model import LOWER_LEVEL, OWN_LEVEL, Unit
from core.rollup.names import plain_name

#: Heading → field of a unit; longer words first where one contains another.
_HEADINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "单位全称": "name", "单位名称": "name", "填报单位": "name", "报送单位": "name",
        "机构名称": "name", "部门名称": "name", "单位": "name", "名称": "name", "全称": "name",
        "统一社会信用代码": "code", "机构代码": "code", "单位代码": "code", "单位编码": "code",
        "代码": "code", "编码": "code",
        "组别": "group", "分组": "group", "类别": "group", "单位类别": "group", "单位类型": "group",
        "层级": "level", "级别": "level", "本级下辖": "level",
        "曾用名和简称": "aliases", "曾用名及简称": "aliases", "曾用名简称": "aliases",
        "曾用名": "aliases", "简称": "aliases", "别名": "aliases", "其他名称": "aliases",
        "邮箱": "mail", "电子邮箱": "mail", "邮箱地址": "mail", "电子邮件": "mail", "email": "mail",
        "联系人": "contact", "填报人": "contact", "经办人": "contact",
        "电话": "phone", "联系电话": "phone", "手机": "phone", "办公电话": "phone",
        "截止日期": "due", "报送期限": "due", "截止时间": "due", "期限": "due", "上报期限": "due",
    }
)  # fmt: skip
#: The headings that a drafted list has, in their order.
LIST_HEADINGS: Final = (
    "单位全称", "代码", "组别", "层级", "曾用名和简称", "邮箱", "联系人", "电话", "截止日期",
)  # fmt: skip
_DELIMITERS: Final = (",", "\t", ";", "，", "|")
_SEPARATORS: Final = re.compile(r"[;；、，,/|\n]+")
_SPACE: Final = re.compile(r"[\s\u3000]+")
_NO_LETTER: Final = re.compile(r"[\W_]+")
#: Titles stand above the headings, notes and signatures; not hundreds of lines of them.
_MAX_HEAD: Final = 50
_MOST_NAMED: Final = 20
_LOWER_WORDS: Final = ("下辖", "下级", "所辖", "非本级")


class ListProblem(Problem):
    """Why a unit list cannot be used."""

    NO_HEADING = (
        "单位名单“{file}”里没有找到“单位全称”一列，请在表头写明各列名称："
        "单位全称、代码、组别、层级、曾用名和简称、邮箱、联系人、电话、截止日期。"
    )
    EMPTY = "单位名单“{file}”里没有单位，请在表头下面逐行填写单位全称。"
    TWICE = "单位名单“{file}”有重名重码，请改正后再汇总：{mistakes}。"


class ListMistake(Problem):
    """One mistake in a unit list."""

    NAME = "第 {line} 行与第 {first} 行单位同名（{name}）"
    CODE = "第 {line} 行与第 {first} 行代码相同（{name}）"
    ALIAS = "第 {line} 行的曾用名或简称“{name}”与第 {first} 行的单位相同"
    NO_NAME = "第 {line} 行没有填写单位全称"
    LEVEL = "第 {line} 行的层级“{name}”应为“本级”或“下辖”"
    MORE = "等共 {count} 处"


@dataclass(frozen=True)
class UnitList:
    """The units in the list's order. ``digest`` is the SHA-256 of the file it came from."""

    units: tuple[Unit, ...]
    source: str = ""
    digest: str = ""


def read_units(path: Path) -> UnitList:
    """The units in the list *path*.

    Raises :class:`NianbaoError`: why the file cannot be read, or :class:`ListProblem`.
    """
    data = load(path)
    plain = path.suffix.lower() in (".csv", ".txt", ".tsv")
    for table in _separated(data) if plain else read_bytes(data, path.name).tables:
        found = _columns(table)
        if found is not None:
            units, mistakes = _units(table, *found)
            _refuse(mistakes, path.name)
            if units:
                return UnitList(tuple(units), path.name, sha256(data).hexdigest())
            raise NianbaoError(ListProblem.EMPTY, file=path.name)
    raise NianbaoError(ListProblem.NO_HEADING, file=path.name)


def _separated(data: bytes) -> list[RawTable]:
    """The lines of a text file, by each sign that may separate them; a list may have one column."""
    text = decode(data).text.lstrip("\ufeff")
    tables: list[RawTable] = []
    for sign in _DELIMITERS:
        rows: list[tuple[str, ...]] = []
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
        try:
            for row in reader:
                # Mistakes are named by the lines that an editor shows.
                rows += [()] * (reader.line_num - 1 - len(rows))
                rows.append(tuple(row))
        except csv.Error:
            continue
        tables.append(RawTable(tuple(rows)))
    widths = [found for table in tables if (found := _columns(table)) is not None]
    most = max((len(fields) for _, fields in widths), default=0)
    return [t for t in tables if (found := _columns(t)) is not None and len(found[1]) == most]


def _refuse(mistakes: Sequence[str], file: str) -> None:
    if not mistakes:
        return
    named = "；".join(mistakes[:_MOST_NAMED])
    if len(mistakes) > _MOST_NAMED:
        named += ListMistake.MORE.sentence(count=len(mistakes))
    raise NianbaoError(ListProblem.TWICE, file=file, mistakes=named)


def _columns(table: RawTable) -> tuple[int, dict[str, list[int]]] | None:
    """The line of the headings and the columns of each field; the line with most headings counts."""
    best: tuple[int, dict[str, list[int]]] | None = None
    for line, row in enumerate(table.rows[:_MAX_HEAD]):
        fields: dict[str, list[int]] = {}
        for column, text in enumerate(row):
            name = _HEADINGS.get(_heading(text))
            if name is not None and (line, column) not in table.merged:
                fields.setdefault(name, []).append(column)
        if "name" in fields and (best is None or len(fields) > len(best[1])):
            best = line, fields
    return best


def _heading(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text[:60])
    plain = re.sub(r"\([^)]{0,200}\)|[*#]", "", plain)
    return _NO_LETTER.sub("", plain).casefold()


def _units(
    table: RawTable, head: int, columns: Mapping[str, Sequence[int]]
) -> tuple[list[Unit], list[str]]:
    units: list[Unit] = []
    mistakes: list[str] = []
    for line, row in enumerate(table.rows[head + 1 :], start=head + 2):
        fields = {
            name: [text for at in places if at < len(row) and (text := _line(row[at]))]
            for name, places in columns.items()
        }
        if not any(fields.values()):
            continue
        if not fields["name"]:
            mistakes.append(ListMistake.NO_NAME.sentence(line=line))
            continue
        units.append(_unit(fields, line))
        level = " ".join(fields.get("level", ()))
        if level and not units[-1].level:
            mistakes.append(ListMistake.LEVEL.sentence(line=line, name=level[:20]))
    return units, mistakes + list(_twice(units))


def _unit(fields: Mapping[str, Sequence[str]], line: int) -> Unit:
    def first(name: str) -> str:
        return next(iter(fields.get(name, ())), "")

    name = first("name")
    split = (part for text in fields.get("aliases", ()) for part in _SEPARATORS.split(text))
    aliases = dict.fromkeys(alias for part in split if (alias := part.strip()) and alias != name)
    return Unit(
        name=name,
        code=first("code"),
        group=first("group"),
        level=_level(first("level")),
        aliases=tuple(aliases),
        mail=";".join(fields.get("mail", ())),
        contact=first("contact"),
        phone="、".join(fields.get("phone", ())),
        due=first("due"),
        line=line,
    )


def _level(text: str) -> str:
    if any(word in text for word in _LOWER_WORDS):
        return LOWER_LEVEL
    return OWN_LEVEL if OWN_LEVEL in text else ""


def _line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _twice(units: Iterable[Unit]) -> Iterable[str]:
    """What stands in the list twice: names, codes, and names that are another unit's short name."""
    units = list(units)
    names: dict[str, Unit] = {}
    codes: dict[str, Unit] = {}
    for unit in units:
        first = names.setdefault(plain_name(unit.name), unit)
        if first is not unit:
            yield ListMistake.NAME.sentence(line=unit.line, first=first.line, name=unit.name)
        if unit.code:
            first = codes.setdefault(unit.code.casefold(), unit)
            if first is not unit:
                yield ListMistake.CODE.sentence(line=unit.line, first=first.line, name=unit.code)
    aliases: dict[str, Unit] = {}
    for unit in units:
        for alias in unit.aliases:
            plain = plain_name(alias)
            other = names.get(plain) or aliases.setdefault(plain, unit)
            if other.line != unit.line:
                yield ListMistake.ALIAS.sentence(line=unit.line, first=other.line, name=alias)
