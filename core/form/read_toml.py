"""Reads a form from TOML and explains every mistake in it.

The file is written by people in offices, so nothing is taken on trust and nothing stops at the
first mistake: :func:`read_form` collects all of them, each with its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple, cast

from core.form.editions import ALWAYS, InForce, SameAs, matches, pair_of
from core.form.entries import MAX_TEXT, Entries, Names
from core.form.form import (
    HEADER_FIELDS,
    Check,
    Column,
    Form,
    Layout,
    Level,
    Row,
    RowKind,
    Scope,
    Table,
)
from core.form.language import Comparison as Claim
from core.form.language import Reference, parse_rule, shown_rule
from core.form.mistakes import HEAD, OWN_UNITS, Mistake, MistakeProblem, Where, check_at, table_at
from core.form.positions import Places, complaint
from core.period import Comparison, Period, PeriodKind
from core.problems import NianbaoError
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
#: Of one ``same_as``.
MAX_PAIRS: Final = 1_000
#: Patterns are compared with codes: both are kept short.
MAX_CODE: Final = 60
FORMAT: Final = 1


class FormDraft(NamedTuple):
    """What came of reading a form file: the form (if it could be built) and every mistake found."""

    form: Form | None
    mistakes: list[Mistake]
    source: str = ""

    def line_of(self, text: str) -> int:
        """The first line (from 1) of the file that holds *text*, or 0."""
        return Places(self.source).text(text)


def read_form(data: bytes) -> FormDraft:
    """Reads the form in *data* (TOML, UTF-8); collects at most 200 mistakes. Raises nothing."""
    if len(data) > MAX_BYTES:
        return _refused(MistakeProblem.TOO_LARGE.sentence(limit=MAX_BYTES // 1024 // 1024))
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _refused(MistakeProblem.NOT_UTF8.sentence())
    try:
        content = loads(source)
    except TOMLDecodeError as error:
        line, reason = complaint(error, source)
        return _refused(MistakeProblem.NOT_TOML.sentence(reason=reason), line)
    except RecursionError:
        return _refused(MistakeProblem.NOT_TOML.sentence(reason="嵌套过深"))
    except ValueError:  # Python itself turns no more than 4,300 digits into a number
        return _refused(MistakeProblem.NOT_TOML.sentence(reason="有一个数过长"))
    if _LONG_NUMBER.search(source) and _has_long_number(content):
        return _refused(MistakeProblem.NOT_TOML.sentence(reason="有一个数过长"))
    reader = _Reader(source, sha256(data).hexdigest())
    form = reader.form(content)
    return FormDraft(form, reader.mistakes, source)


def _refused(sentence: str, line: int = 0) -> FormDraft:
    return FormDraft(None, [Mistake(Where("文件格式" if line else "整个文件"), line, sentence)])


def _has_long_number(content: object) -> bool:
    """Whether a number in *content* is too long to be printed, as hexadecimal ones may be."""
    left = [content]
    while left:
        entry = left.pop()
        if isinstance(entry, dict):
            left.extend(cast(dict[str, object], entry).values())
        elif isinstance(entry, list):
            left.extend(cast(list[object], entry))
        elif isinstance(entry, int) and abs(entry) >= 10**_MAX_DIGITS:
            return True
    return False


_MAX_DIGITS: Final = 100
_LONG_NUMBER: Final = re.compile(r"[0-9A-Fa-f_]{80}", re.ASCII)
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_BAD_CODE = re.compile(r"[\s\[\]:：,，*]|\.\.")
# As dictionaries: quick to compare with an entry's names, and in the order in which they are listed.
_FORM_NAMES: Final[Names] = dict.fromkeys((
    "format", "id", "name", "title", "source", "period", "compare", "in_force", "notes", "units",
    "same_as", "required_header", "tables", "checks", "help",
))  # fmt: skip
_TABLE_NAMES: Final[Names] = dict.fromkeys((
    "code", "title", "columns", "rows", "layout", "row_heading", "unit_heading", "columns_heading",
    "note", "not_applicable",
))  # fmt: skip
_COLUMN_NAMES: Final[Names] = dict.fromkeys(("code", "label", "group", "unit", "signed"))
_IN_FORCE_NAMES: Final[Names] = dict.fromkeys(("from", "until"))
_SAME_AS_NAMES: Final[Names] = dict.fromkeys(("form", "cells"))
_HELP_NAMES: Final[Names] = dict.fromkeys(("rows", "text", "source"))
_ROW_NAMES: Final[Names] = dict.fromkeys(
    ("code", "label", "level", "kind", "unit", "signed", "note", "help", "columns")
)
_CHECK_NAMES: Final[Names] = dict.fromkeys((
    "id", "rule", "rules", "level", "computes", "explainable", "message", "hint", "source",
    "proposed", "scope",
))  # fmt: skip
_ROW_KINDS: Final = [kind.value for kind in RowKind]
_LEVELS: Final = [level.value for level in Level]
_SCOPES: Final = [scope.value for scope in Scope]


class _Reader(Entries):
    """Walks the parsed TOML once, building the form and collecting mistakes."""

    def __init__(self, source: str, digest: str) -> None:
        super().__init__(source)
        self._digest = digest
        self._units = dict(UNITS)
        self._codes: set[str] = set()
        #: Row code → what is counted there, and who says so.
        self._help: dict[str, tuple[str, str]] = {}
        self._cell_count = 0

    # -- the file's parts ---------------------------------------------------------------------

    def form(self, content: Mapping[str, Any]) -> Form | None:
        where = HEAD
        version = self._number(content, "format", where) if "format" in content else FORMAT
        if version > FORMAT:
            line = self._places.of(where, "format")
            self._mistake(where, MistakeProblem.NEWER, line, found=version, known=FORMAT)
            return None
        self._known(content, _FORM_NAMES, where)
        form_id = self._text(content, "id", where, needed=True)
        if form_id and not _ID.fullmatch(form_id):
            self._mistake(where, MistakeProblem.BAD_ID, self._places.of(where, "id"), id=form_id)
        self._read_units(content)
        self._read_help(content)
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
            in_force=self._in_force(content),
            same_as=self._same_as(content),
            required_header=self._required_header(content),
        )
        self._check_same_as(form)
        self._check_help()
        if not tables or (not form.cells and not self.mistakes):
            self._mistake(Where("全表"), MistakeProblem.NO_CELLS)
        return None if self.mistakes else form

    def _required_header(self, content: Mapping[str, Any]) -> tuple[str, ...]:
        names = [str(name) for name in self._list(content, "required_header", HEAD)]
        for name in names:
            if name not in HEADER_FIELDS:
                known = "、".join(f"{key}（{label}）" for key, label in HEADER_FIELDS.items())
                self._mistake(
                    HEAD,
                    MistakeProblem.NOT_ONE_OF,
                    name="required_header",
                    found=name,
                    known=known,
                )
        return tuple(names)

    def _in_force(self, content: Mapping[str, Any]) -> InForce:
        if "in_force" not in content:
            return ALWAYS
        where = HEAD
        line = self._places.of(where, "in_force")
        entry = self._table(content, "in_force", where)
        self._known(entry, _IN_FORCE_NAMES, where, line)
        first, last = (self._period(entry, name, where, line) for name in _IN_FORCE_NAMES)
        if first is not None and last is not None and last.sort_key < first.sort_key:
            self._mistake(where, MistakeProblem.ENDS_FIRST, line)
        return InForce(first, last)

    def _period(
        self, entry: Mapping[str, Any], name: str, where: Where, line: int
    ) -> Period | None:
        """A year as a number, or any period as text."""
        value = entry.get(name)
        if value is None:
            return None
        try:
            return Period.parse(str(value))
        except NianbaoError as error:
            reason = str(error).rstrip("。")
            self._mistake(where, MistakeProblem.BAD_PERIOD, line, name=name, reason=reason)
            return None

    def _read_help(self, content: Mapping[str, Any]) -> None:
        for number, item in enumerate(self._list(content, "help", HEAD), start=1):
            where = Where(block="help", number=number)
            entry = self._entry(item, where)
            if entry is None:
                continue
            self._known(entry, _HELP_NAMES, where)
            told = (
                self._text(entry, "text", where, needed=True),
                self._text(entry, "source", where),
            )
            for code in self._list(entry, "rows", where, needed=True):
                if str(code) in self._help:
                    self._mistake(where, MistakeProblem.HELPED_TWICE, code=code)
                self._help[str(code)] = told

    def _check_help(self) -> None:
        for code in self._help.keys() - self._codes:
            self._mistake(
                Where("指标说明"),
                MistakeProblem.NO_SUCH_ROW,
                self._places.text(f'"{code}"'),
                code=code,
            )

    def _same_as(self, content: Mapping[str, Any]) -> tuple[SameAs, ...]:
        told: list[SameAs] = []
        for number, item in enumerate(self._list(content, "same_as", HEAD), start=1):
            where = Where(block="same_as", number=number)
            entry = self._entry(item, where)
            if entry is None:
                continue
            self._known(entry, _SAME_AS_NAMES, where)
            form_id = self._text(entry, "form", where, needed=True)
            texts = [str(text) for text in self._list(entry, "cells", where, needed=True)]
            if len(texts) > MAX_PAIRS:
                self._mistake(where, MistakeProblem.TOO_MANY, what="单元格写法", limit=MAX_PAIRS)
                continue
            pairs: list[tuple[str, str]] = []
            for text in texts:
                pair = pair_of(text) if len(text) <= MAX_TEXT else None
                if pair is None:
                    line = self._places.text(text)
                    self._mistake(where, MistakeProblem.BAD_PAIR, line, text=shown_rule(text))
                else:
                    pairs.append(pair)
            told.append(SameAs(form_id, tuple(pairs)))
        return tuple(told)

    def _check_same_as(self, form: Form) -> None:
        for number, entry in enumerate(form.same_as, start=1):
            for own, _ in entry.pairs:
                if not matches(own, form.cells):
                    where, line = Where(block="same_as", number=number), self._places.text(own)
                    self._mistake(where, MistakeProblem.NO_SUCH_CELL, line, cell=own)

    def _unit(self, entry: Mapping[str, Any], place: Where, line: int = 0) -> Unit | None:
        """The unit that an entry names, signed where it says so; ``None`` where it names none."""
        name = self._text(entry, "unit", place)
        unit = self._units.get(name)
        if name and unit is None:
            known = "、".join(self._units)
            self._mistake(place, MistakeProblem.UNKNOWN_UNIT, line, unit=name, known=known)
        signed = self._flag(entry, "signed", place)
        return unit._replace(signed=True) if unit is not None and signed else unit

    def _read_units(self, content: Mapping[str, Any]) -> None:
        for name, decimals in self._table(content, "units", OWN_UNITS).items():
            if (
                not isinstance(decimals, int)
                or isinstance(decimals, bool)
                or not 0 <= decimals <= 6
            ):
                self._mistake(
                    OWN_UNITS, MistakeProblem.WRONG_TYPE, name=name, expected="小数位数（0 到 6）"
                )
            else:
                self._units[name] = Unit(name, decimals)

    def _tables(self, content: Mapping[str, Any]) -> tuple[Table, ...]:
        tables: list[Table] = []
        seen: set[str] = set()
        items = self._list(content, "tables", HEAD, needed=True)
        for number, item in enumerate(items, start=1):
            where = table_at(number)
            entry = self._entry(item, where)
            if entry is None:
                continue
            code = self._text(entry, "code", where) or str(number)
            self._check_code(code, where, seen, self._places.block("tables", number))
            tables.append(self._one_table(entry, code, where))
        return tuple(tables)

    def _one_table(self, entry: Mapping[str, Any], code: str, where: Where) -> Table:
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

    def _columns(self, table: Mapping[str, Any], where: Where) -> tuple[Column, ...]:
        columns: list[Column] = []
        seen: set[str] = set()
        items = self._list(table, "columns", where, needed=True)
        for number, item in enumerate(items, start=1):
            place = where.part("栏", number)
            entry = self._entry(item, place)
            if entry is None:
                continue
            self._known(entry, _COLUMN_NAMES, place)
            code = self._text(entry, "code", place, needed=True)
            self._check_code(code, place, seen)
            label = self._text(entry, "label", place, needed=True)
            columns.append(
                Column(
                    code,
                    label,
                    self._text(entry, "group", place),
                    self._unit(entry, place),
                    self._flag(entry, "signed", place),
                )
            )
        return tuple(columns)

    def _rows(
        self, table: Mapping[str, Any], code: str, columns: tuple[Column, ...], where: Where
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
            place = where.part("行", number)
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
        place: Where,
    ) -> Row:
        code = self._text(entry, "code", place, needed=True)
        if code:
            place = place._replace(code=code)
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
        unit = self._unit(entry, place, line)
        told, source = self._help.get(code, ("", ""))
        return Row(
            code=code,
            label=self._text(entry, "label", place, needed=True),
            level=level,
            kind=RowKind(self._choice(entry, "kind", place, _ROW_KINDS)),
            unit=unit,
            note=self._text(entry, "note", place),
            help=self._text(entry, "help", place) or told,
            help_source=source,
            columns=self._row_columns(entry, columns, place, line) if unit else (),
            parent=parents[level - 1] if level else None,
            table=table,
        )

    def _row_columns(
        self, entry: Mapping[str, Any], columns: tuple[Column, ...], place: Where, line: int
    ) -> tuple[Column, ...]:
        if "columns" not in entry:
            return columns
        wanted = [str(code) for code in self._list(entry, "columns", place)]
        for code in wanted:
            if all(code != column.code for column in columns):
                self._mistake(place, MistakeProblem.UNKNOWN_COLUMN, line, code=code)
        if not wanted:
            self._mistake(place, MistakeProblem.NO_COLUMNS, line)
        return tuple(column for column in columns if column.code in wanted)

    def _checks(self, content: Mapping[str, Any]) -> tuple[Check, ...]:
        checks: list[Check] = []
        seen: set[str] = set()
        items = self._list(content, "checks", HEAD)
        for number, item in enumerate(items, start=1):
            where = check_at(number)
            entry = self._entry(item, where)
            if entry is None:
                continue
            self._known(entry, _CHECK_NAMES, where)
            texts = [str(text) for text in self._list(entry, "rules", where)]
            said = len(self.mistakes)
            if "rule" in entry:
                texts.insert(0, self._text(entry, "rule", where, limit=MAX_TEXT * 10))
            if len(self.mistakes) > said:
                continue
            if not texts:
                self._missing(where, "rule")
            for text in texts:
                check = self._check(entry, text, len(texts) > 1, where)
                if check is None:
                    continue
                if check.id in seen:
                    line = self._places.text(text)
                    self._mistake(where, MistakeProblem.DUPLICATE, line, code=check.id)
                seen.add(check.id)
                checks.append(check)
        if len(checks) > MAX_CHECKS:
            self._mistake(
                Where("审核公式"), MistakeProblem.TOO_MANY, what="审核公式", limit=MAX_CHECKS
            )
        return tuple(checks)

    def _check(
        self, entry: Mapping[str, Any], text: str, one_of_many: bool, where: Where
    ) -> Check | None:
        try:
            rule = parse_rule(text)
        except NianbaoError as error:
            line = self._places.text(text)
            self._mistake(where, MistakeProblem.BAD_RULE, line, rule=shown_rule(text), reason=error)
            return None
        computes = self._flag(entry, "computes", where)
        claim = rule.claim
        if computes and not (
            isinstance(claim, Claim)
            and claim.operator == "="
            and isinstance(claim.left, Reference)
            and not claim.left.last
        ):
            self._mistake(
                where, MistakeProblem.COMPUTES_WHAT, self._places.text(text), rule=shown_rule(text)
            )
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
            scope=Scope(self._choice(entry, "scope", where, _SCOPES)),
        )

    def _check_code(self, code: str, where: Where, seen: set[str], line: int = 0) -> int:
        """Judges a new code against those *seen*; returns its line in the file, 0 if unknown."""
        if code in seen:
            line = line or self._places.code(code, 1)
            self._mistake(where, MistakeProblem.DUPLICATE, line, code=code)
            return line
        seen.add(code)
        if len(code) > MAX_CODE:
            self._mistake(where, MistakeProblem.TOO_LONG, line, name="code", limit=MAX_CODE)
        if _BAD_CODE.search(code):
            self._mistake(where, MistakeProblem.BAD_CODE, self._places.code(code), code=code)
        return 0
