"""Reads a form from TOML and explains every mistake in it.

The file is written by people in offices, so nothing is taken on trust and nothing stops at the
first mistake: :func:`read_form` collects all of them, each with its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from core.form import Check, Column, Form, Layout, Level, Row, RowKind, Table
from core.hashing import sha256_hex
from core.language import Comparison as Claim
from core.language import Reference, parse_rule
from core.period import Comparison, PeriodKind
from core.problems import NianbaoError, Problem
from core.values import UNITS, Unit

# tomli is the standard library's parser, by its author, compiled: three times as fast.
try:
    from tomli import TOMLDecodeError, loads
except ImportError:
    from tomllib import TOMLDecodeError, loads

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_ROWS: Final = 20_000
MAX_CELLS: Final = 100_000
MAX_LEVEL: Final = 9
MAX_CHECKS: Final = 50_000
MAX_TEXT: Final = 400
MAX_MISTAKES: Final = 200
FORMAT: Final = 1


class MistakeProblem(Problem):
    """One mistake inside a form file."""

    TOO_LARGE = "文件超过 {limit} 字节，请检查是否选错了文件"
    NOT_UTF8 = "文件不是 UTF-8 编码，请另存为 UTF-8"
    NOT_TOML = "不符合 TOML 格式：{reason}"
    NEWER = "表样格式版本 {found} 比本程序（{known}）新，请先升级程序"
    MISSING = "缺少“{name}”"
    UNKNOWN_NAME = "有不认识的项目“{name}”，可用的有 {known}"
    WRONG_TYPE = "“{name}”应为{expected}"
    TOO_LONG = "“{name}”超过 {limit} 个字符"
    NOT_ONE_OF = "“{name}”的值“{found}”不在可用范围内：{known}"
    BAD_CODE = "代码“{code}”里有空格、方括号、冒号、逗号、星号或“..”，请换一个代码"
    BAD_ID = "表样代号“{id}”只能用小写字母、数字和连字符"
    DUPLICATE = "代码“{code}”重复，前面已经用过"
    UNKNOWN_UNIT = "计量单位“{unit}”没有登记，可用的有 {known}；也可以在 [units] 里添加"
    UNKNOWN_COLUMN = "栏“{code}”不在本表的栏目里"
    NO_ROWS = "没有任何指标行"
    NO_CELLS = "整张表没有一个可填的单元格"
    TOO_MANY = "{what}超过 {limit} 个"
    LEVEL_JUMP = "级别 {level} 比上一行深了不止一级（上一行是 {before}）"
    LEVEL_RANGE = "级别 {level} 超出范围（0 到 {limit}）"
    BAD_RULE = "公式“{rule}”：{reason}"
    COMPUTES_WHAT = "公式“{rule}”标了 computes，左边应当只有一个单元格，并用“=”"


class Mistake(NamedTuple):
    """A mistake in a form file: where (``line`` from 1, 0 if unknown; ``where`` in words) and what."""

    where: str
    line: int
    sentence: str

    def __str__(self) -> str:
        place = f"第 {self.line} 行，{self.where}" if self.line else self.where
        return f"{place}：{self.sentence}"


@dataclass
class FormDraft:
    """What came of reading a form file: the form (if it could be built) and every mistake found."""

    form: Form | None
    mistakes: list[Mistake]
    source: str = ""

    def line_of(self, text: str) -> int:
        """The first line (from 1) of the file that holds *text*, or 0."""
        at = self.source.find(text)
        return self.source.count("\n", 0, at) + 1 if at >= 0 else 0


def read_form(data: bytes) -> FormDraft:
    """Reads the form in *data* (TOML, UTF-8); collects at most 200 mistakes. Raises nothing."""
    if len(data) > MAX_BYTES:
        return _refused(MistakeProblem.TOO_LARGE.sentence(limit=MAX_BYTES))
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _refused(MistakeProblem.NOT_UTF8.sentence())
    try:
        content = loads(source)
    except TOMLDecodeError as error:
        return _refused(MistakeProblem.NOT_TOML.sentence(reason=error))
    except RecursionError:
        return _refused(MistakeProblem.NOT_TOML.sentence(reason="嵌套过深"))
    reader = _Reader(source, sha256_hex(data))
    form = reader.form(content)
    return FormDraft(form, reader.mistakes, source)


def _refused(sentence: str) -> FormDraft:
    return FormDraft(None, [Mistake("整个文件", 0, sentence)])


_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_BAD_CODE = re.compile(r"[\s\[\]:：,，*]|\.\.")
_CODE_PLACE = re.compile(r"""\bcode\s*=\s*["']([^"'\n]*)["']""")
_Names = Mapping[str, Any]
# As dictionaries: quick to compare with an entry's names, and in the order in which they are listed.
_FORM_NAMES: Final[_Names] = dict.fromkeys((
    "format", "id", "name", "title", "source", "period", "compare", "notes", "units", "tables",
    "checks",
))  # fmt: skip
_TABLE_NAMES: Final[_Names] = dict.fromkeys((
    "code", "title", "columns", "rows", "layout", "row_heading", "unit_heading", "columns_heading",
    "note", "not_applicable",
))  # fmt: skip
_COLUMN_NAMES: Final[_Names] = dict.fromkeys(("code", "label", "group"))
_ROW_NAMES: Final[_Names] = dict.fromkeys(
    ("code", "label", "level", "kind", "unit", "note", "help", "columns")
)
_CHECK_NAMES: Final[_Names] = dict.fromkeys((
    "id", "rule", "rules", "level", "computes", "explainable", "message", "hint", "source",
    "proposed",
))  # fmt: skip
_ROW_KINDS: Final = [kind.value for kind in RowKind]
_LEVELS: Final = [level.value for level in Level]
_EXPECTED = {str: "文字", int: "整数", bool: "true 或 false", list: "列表", dict: "表"}


class _Reader:
    """Walks the parsed TOML once, building the form and collecting mistakes."""

    def __init__(self, source: str, digest: str) -> None:
        self.mistakes: list[Mistake] = []
        self._source = source
        self._digest = digest
        self._places: dict[str, list[int]] | None = None
        self._units = dict(UNITS)
        self._codes: set[str] = set()
        self._cell_count = 0

    # -- the file's parts ---------------------------------------------------------------------

    def form(self, content: Mapping[str, Any]) -> Form | None:
        where = "文件开头"
        version = content.get("format", FORMAT)
        if isinstance(version, int) and version > FORMAT:
            self._mistake(where, MistakeProblem.NEWER, found=version, known=FORMAT)
            return None
        self._known(content, _FORM_NAMES, where)
        form_id = self._text(content, "id", where, needed=True)
        if form_id and not _ID.fullmatch(form_id):
            self._mistake(where, MistakeProblem.BAD_ID, id=form_id)
        self._read_units(content)
        tables = self._tables(content)
        checks = self._checks(content)
        name = self._text(content, "name", where, needed=True)
        form = Form(
            id=form_id,
            name=name,
            title=self._text(content, "title", where) or name,
            source=self._text(content, "source", where),
            period_kind=PeriodKind(
                self._choice(content, "period", where, [k.value for k in PeriodKind])
            ),
            comparison=Comparison(
                self._choice(content, "compare", where, [c.value for c in Comparison])
            ),
            tables=tables,
            checks=checks,
            digest=self._digest,
            notes=tuple(str(note) for note in self._list(content, "notes", where)),
        )
        if not tables or (not form.cells and not self.mistakes):
            self._mistake("全表", MistakeProblem.NO_CELLS)
        return None if self.mistakes else form

    def _read_units(self, content: Mapping[str, Any]) -> None:
        for name, decimals in self._table(content, "units", "[units]").items():
            if (
                not isinstance(decimals, int)
                or isinstance(decimals, bool)
                or not 0 <= decimals <= 6
            ):
                self._mistake(
                    "[units]", MistakeProblem.WRONG_TYPE, name=name, expected="小数位数（0 到 6）"
                )
            else:
                self._units[name] = Unit(name, decimals)

    def _tables(self, content: Mapping[str, Any]) -> tuple[Table, ...]:
        tables: list[Table] = []
        seen: set[str] = set()
        items = self._list(content, "tables", "文件开头", needed=True)
        for number, item in enumerate(items, start=1):
            where = f"第 {number} 张表"
            entry = self._entry(item, where)
            if entry is None:
                continue
            code = self._text(entry, "code", where) or str(number)
            self._check_code(code, where, seen)
            tables.append(self._one_table(entry, code, where))
        return tuple(tables)

    def _one_table(self, entry: Mapping[str, Any], code: str, where: str) -> Table:
        self._known(entry, _TABLE_NAMES, where)
        columns = self._columns(entry, where)
        rows = self._rows(entry, code, columns, where)
        return Table(
            code=code,
            title=self._text(entry, "title", where),
            columns=columns,
            rows=rows,
            layout=Layout(self._choice(entry, "layout", where, [k.value for k in Layout])),
            row_heading=self._text(entry, "row_heading", where) or "统计指标",
            unit_heading=self._text(entry, "unit_heading", where) or "单位",
            columns_heading=self._text(entry, "columns_heading", where),
            note=self._text(entry, "note", where),
            not_applicable=self._flag(entry, "not_applicable", where),
        )

    def _columns(self, table: Mapping[str, Any], where: str) -> tuple[Column, ...]:
        columns: list[Column] = []
        seen: set[str] = set()
        items = self._list(table, "columns", where, needed=True)
        for number, item in enumerate(items, start=1):
            place = f"{where}第 {number} 栏"
            entry = self._entry(item, place)
            if entry is None:
                continue
            self._known(entry, _COLUMN_NAMES, place)
            code = self._text(entry, "code", place, needed=True)
            self._check_code(code, place, seen)
            label = self._text(entry, "label", place, needed=True)
            columns.append(Column(code, label, self._text(entry, "group", place)))
        return tuple(columns)

    def _rows(
        self, table: Mapping[str, Any], code: str, columns: tuple[Column, ...], where: str
    ) -> tuple[Row, ...]:
        items = self._list(table, "rows", where, needed=True)
        if not items:
            self._mistake(where, MistakeProblem.NO_ROWS)
        if len(items) + len(self._codes) > MAX_ROWS:
            self._mistake(where, MistakeProblem.TOO_MANY, what="指标行", limit=MAX_ROWS)
            return ()
        rows: list[Row] = []
        parents: list[str] = []
        for number, item in enumerate(items, start=1):
            place = f"{where}第 {number} 行"
            entry = self._entry(item, place)
            if entry is None:
                continue
            row = self._row(entry, code, columns, parents, place)
            rows.append(row)
            del parents[row.level :]
            parents.append(row.code)
            self._cell_count += len(row.columns)
        if self._cell_count > MAX_CELLS:
            self._mistake(where, MistakeProblem.TOO_MANY, what="单元格", limit=MAX_CELLS)
        return tuple(rows)

    def _row(
        self,
        entry: Mapping[str, Any],
        table: str,
        columns: tuple[Column, ...],
        parents: list[str],
        place: str,
    ) -> Row:
        code = self._text(entry, "code", place, needed=True)
        if code:
            place = f"{place}（{code}）"
        line = self._check_code(code, place, self._codes)
        self._known(entry, _ROW_NAMES, place, line)
        level = self._number(entry, "level", place)
        if not 0 <= level <= MAX_LEVEL:
            self._mistake(place, MistakeProblem.LEVEL_RANGE, line, level=level, limit=MAX_LEVEL)
            level = 0
        if level > len(parents):
            before = len(parents) - 1
            self._mistake(place, MistakeProblem.LEVEL_JUMP, line, level=level, before=before)
            level = len(parents)
        unit_name = self._text(entry, "unit", place)
        unit = self._units.get(unit_name)
        if unit_name and unit is None:
            known = "、".join(self._units)
            self._mistake(place, MistakeProblem.UNKNOWN_UNIT, line, unit=unit_name, known=known)
        return Row(
            code=code,
            label=self._text(entry, "label", place, needed=True),
            level=level,
            kind=RowKind(self._choice(entry, "kind", place, _ROW_KINDS)),
            unit=unit,
            note=self._text(entry, "note", place),
            help=self._text(entry, "help", place),
            columns=self._row_columns(entry, columns, place, line) if unit else (),
            parent=parents[level - 1] if level else None,
            table=table,
        )

    def _row_columns(
        self, entry: Mapping[str, Any], columns: tuple[Column, ...], place: str, line: int
    ) -> tuple[Column, ...]:
        if "columns" not in entry:
            return columns
        wanted = [str(code) for code in self._list(entry, "columns", place)]
        for code in wanted:
            if all(code != column.code for column in columns):
                self._mistake(place, MistakeProblem.UNKNOWN_COLUMN, line, code=code)
        return tuple(column for column in columns if column.code in wanted)

    def _checks(self, content: Mapping[str, Any]) -> tuple[Check, ...]:
        checks: list[Check] = []
        seen: set[str] = set()
        items = self._list(content, "checks", "文件开头")
        for number, item in enumerate(items, start=1):
            where = f"第 {number} 条审核公式"
            entry = self._entry(item, where)
            if entry is None:
                continue
            self._known(entry, _CHECK_NAMES, where)
            texts = [str(text) for text in self._list(entry, "rules", where)]
            if "rule" in entry:
                texts.insert(0, self._text(entry, "rule", where, limit=MAX_TEXT * 10))
            if not texts:
                self._mistake(where, MistakeProblem.MISSING, name="rule")
            for text in texts:
                check = self._check(entry, text, len(texts) > 1, where)
                if check is None:
                    continue
                if check.id in seen:
                    line = self._line_of(text)
                    self._mistake(where, MistakeProblem.DUPLICATE, line, code=check.id)
                seen.add(check.id)
                checks.append(check)
        if len(checks) > MAX_CHECKS:
            self._mistake("审核公式", MistakeProblem.TOO_MANY, what="审核公式", limit=MAX_CHECKS)
        return tuple(checks)

    def _check(
        self, entry: Mapping[str, Any], text: str, one_of_many: bool, where: str
    ) -> Check | None:
        try:
            rule = parse_rule(text)
        except NianbaoError as error:
            line = self._line_of(text)
            self._mistake(where, MistakeProblem.BAD_RULE, line, rule=text, reason=error)
            return None
        computes = self._flag(entry, "computes", where)
        claim = rule.claim
        if computes and not (
            isinstance(claim, Claim)
            and claim.operator == "="
            and isinstance(claim.left, Reference)
            and not claim.left.last
        ):
            self._mistake(where, MistakeProblem.COMPUTES_WHAT, self._line_of(text), rule=text)
        given = self._text(entry, "id", where)
        return Check(
            id=(f"{given} {text}" if one_of_many else given) if given else text,
            text=text,
            rule=rule,
            level=Level(self._choice(entry, "level", where, _LEVELS)),
            computes=computes,
            explainable=self._flag(entry, "explainable", where),
            message=self._text(entry, "message", where),
            hint=self._text(entry, "hint", where),
            source=self._text(entry, "source", where),
            proposed=self._flag(entry, "proposed", where),
        )

    # -- values, each with its type -----------------------------------------------------------

    def _text(
        self,
        entry: Mapping[str, Any],
        name: str,
        where: str,
        *,
        needed: bool = False,
        limit: int = MAX_TEXT,
    ) -> str:
        value = entry.get(name, "")
        if not isinstance(value, str):
            self._wrong_type(where, name, str)
            return ""
        if needed and not value.strip():
            self._mistake(where, MistakeProblem.MISSING, name=name)
        if len(value) > limit:
            self._mistake(where, MistakeProblem.TOO_LONG, name=name, limit=limit)
            return ""
        return value

    def _number(self, entry: Mapping[str, Any], name: str, where: str) -> int:
        value = entry.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong_type(where, name, int)
            return 0
        return value

    def _flag(self, entry: Mapping[str, Any], name: str, where: str) -> bool:
        value = entry.get(name, False)
        if not isinstance(value, bool):
            self._wrong_type(where, name, bool)
            return False
        return value

    def _choice(self, entry: Mapping[str, Any], name: str, where: str, known: list[str]) -> str:
        """The value of *name*, one of *known*; the first of them where it is absent or wrong."""
        value = entry.get(name, known[0])
        if value not in known:
            self._mistake(
                where, MistakeProblem.NOT_ONE_OF, name=name, found=value, known="、".join(known)
            )
            return known[0]
        return cast(str, value)

    def _list(
        self, entry: Mapping[str, Any], name: str, where: str, *, needed: bool = False
    ) -> list[Any]:
        if name not in entry:
            if needed:
                self._mistake(where, MistakeProblem.MISSING, name=name)
            return []
        value = entry[name]
        if not isinstance(value, list):
            self._wrong_type(where, name, list)
            return []
        return cast(list[Any], value)

    def _table(self, entry: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
        return self._entry(entry.get(name, {}), where) or {}

    def _entry(self, item: object, where: str) -> Mapping[str, Any] | None:
        if not isinstance(item, dict):
            self._wrong_type(where, where, dict)
            return None
        return cast(Mapping[str, Any], item)

    # -- mistakes -----------------------------------------------------------------------------

    def _check_code(self, code: str, where: str, seen: set[str]) -> int:
        """Judges a new code against those *seen*; returns its line in the file, 0 if unknown."""
        if code in seen:
            line = self._line_of_code(code, 1)
            self._mistake(where, MistakeProblem.DUPLICATE, line, code=code)
            return line
        seen.add(code)
        if _BAD_CODE.search(code):
            self._mistake(where, MistakeProblem.BAD_CODE, self._line_of_code(code), code=code)
        return 0

    def _known(self, entry: Mapping[str, Any], names: _Names, where: str, line: int = 0) -> None:
        if entry.keys() <= names.keys():
            return
        for name in entry:
            if name not in names:
                known = "、".join(names)
                self._mistake(where, MistakeProblem.UNKNOWN_NAME, line, name=name, known=known)

    def _wrong_type(self, where: str, name: str, expected: type) -> None:
        self._mistake(where, MistakeProblem.WRONG_TYPE, name=name, expected=_EXPECTED[expected])

    def _mistake(self, where: str, problem: Problem, line: int = 0, **parameters: object) -> None:
        if len(self.mistakes) >= MAX_MISTAKES:
            return
        code = re.search(r"（(.+)）$", where)
        if not line and code:
            line = self._line_of_code(code[1])
        self.mistakes.append(Mistake(where, line, problem.sentence(**parameters)))

    def _line_of(self, text: str) -> int:
        at = self._source.find(text)
        return self._source.count("\n", 0, at) + 1 if at >= 0 else 0

    def _line_of_code(self, code: str, occurrence: int = 0) -> int:
        """The line where *code* is given for the *occurrence*-th time (from 0), or 0."""
        if self._places is None:
            self._places = {}
            for number, line in enumerate(self._source.splitlines(), start=1):
                for found in _CODE_PLACE.finditer(line):
                    self._places.setdefault(found[1], []).append(number)
        lines = self._places.get(code, [])
        return lines[occurrence] if occurrence < len(lines) else 0
