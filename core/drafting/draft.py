"""A form drafted from a table: rows, columns and units as they stand, sums as far as they show.

What a program can only guess is marked ``proposed`` or says so in a comment; the draft is a text
for a person to check, never used unseen.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from core.drafting.outline import Line, with_levels
from core.matching.figures import is_mark, looks_like_figure, plain
from core.problems import NianbaoError, Problem
from core.reading.raw import RawDocument, RawTable
from core.values import UNITS

_UNIT_HEADING: Final = re.compile(r"(计量)?单位")
_LEFT_OUT: Final = re.compile(r"序号|行次|行号|编号|代码|代号|备注|说明|审核")
_TOTAL: Final = re.compile(r"合\s*计|总\s*计|小\s*计")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_NUMBER: Final = re.compile(r"\d[\d,，]*(\.\d+)?")
_MAX_HEADINGS: Final = 4
_DEFAULT_UNIT: Final = "件"


class DraftProblem(Problem):
    """Why no form can be drafted."""

    NO_TABLE = "文件“{file}”里没有找到带指标名称和数字栏的表格，无法起草表样。"


@dataclass(frozen=True)
class _Shape:
    """Which columns of a raw table hold what; ``body`` is its first row of indicators."""

    body: int
    labels: tuple[int, ...]
    unit: int | None
    figures: tuple[int, ...]


@dataclass(frozen=True)
class _Column:
    code: str
    label: str
    group: str


def draft_form(document: RawDocument, form_id: str, file: str) -> str:
    """The TOML text of a form made after the largest table in *document*.

    Raises :class:`NianbaoError` where no table has labels and figures.
    """
    candidates = [(table, shape) for table in document.tables if (shape := _shape(table))]
    if not candidates:
        raise NianbaoError(DraftProblem.NO_TABLE, file=file)
    table, shape = max(candidates, key=lambda one: len(one[0].rows) - one[1].body)
    title = _title(table, shape, document) or form_id
    columns = _columns(table, shape)
    lines = with_levels(_lines(table, shape))
    if shape.unit is None:
        lines = _with_default_units(lines)
    if not any(line.unit for line in lines):
        raise NianbaoError(DraftProblem.NO_TABLE, file=file)
    return _toml(form_id, title, file, columns, lines)


# -- the table's shape ------------------------------------------------------------------------


def _shape(table: RawTable) -> _Shape | None:
    width = max((len(row) for row in table.rows), default=0)
    body = _body_start(table)
    if body is None or width < 2:
        return None
    rows = [row for row in table.rows[body:] if not _is_one_text(row)]
    headings = [_heading(table, body, column) for column in range(width)]
    kinds = [_column_kind(rows, column, headings[column]) for column in range(width)]
    labels = [column for column, kind in enumerate(kinds) if kind == "label"]
    if not labels:
        return None
    # Texts to the right of the figures are remarks.
    figures = [c for c, kind in enumerate(kinds) if kind == "figure" and c > labels[0]]
    if not figures:
        return None
    labels = [column for column in labels if column < figures[0]]
    unit = next((c for c, kind in enumerate(kinds) if kind == "unit" and c < figures[-1]), None)
    return _Shape(body, tuple(labels), unit, tuple(figures)) if labels else None


def _is_one_text(row: Sequence[str]) -> bool:
    """Whether one text is merged over the row: a heading or a foot, no indicator."""
    filled = [text for text in row if text.strip()]
    return len(filled) > 1 and len(set(filled)) == 1


def _body_start(table: RawTable) -> int | None:
    """The first row with a label and a unit or a figure, or the heading just above it."""
    for number, row in enumerate(table.rows):
        texts = [plain(text) for text in row]
        has_label = any(_HAN.search(text) and text not in UNITS for text in texts[:-1])
        marks = [text for text in texts[1:] if text in UNITS or _is_figure(text)]
        if has_label and marks:
            return _first_heading(table, number)
    return None


def _first_heading(table: RawTable, number: int) -> int:
    """Goes back over heading rows: one text, alone or merged across, numbered like a label."""
    while number > 0:
        distinct = {text.strip() for text in table.rows[number - 1] if text.strip()}
        if len(distinct) != 1 or not re.match(r"[一二三四五六七八九十（(\d]", next(iter(distinct))):
            break
        if re.match(r"[（(]?\s*\d{4}|.*年度", next(iter(distinct))):
            break
        number -= 1
    return number


def _column_kind(rows: Sequence[Sequence[str]], column: int, heading: str) -> str:
    texts = [plain(row[column]) for row in rows if column < len(row)]
    filled = [text for text in texts if text]
    if _LEFT_OUT.search(heading):
        return "other"
    units = sum(_unit_of(text) != "" for text in filled)
    if _UNIT_HEADING.fullmatch(heading) or (filled and units * 2 > len(filled)):
        return "unit"
    worded = sum(bool(_HAN.search(text)) and not _is_figure(text) for text in filled)
    if filled and worded * 2 > len(filled):
        return "label"
    return "figure" if heading or any(map(_is_figure, filled)) else "other"


def _is_figure(text: str) -> bool:
    return looks_like_figure(text) or is_mark(text)


def _unit_of(text: str) -> str:
    stripped = text.strip()
    return stripped if stripped in UNITS else ""


def _heading(table: RawTable, body: int, column: int) -> str:
    """The lowest heading over *column*."""
    for number in range(body - 1, max(body - 1 - _MAX_HEADINGS, -1), -1):
        row = table.rows[number]
        text = "".join(row[column].split()) if column < len(row) else ""
        if text and len({cell.strip() for cell in row if cell.strip()}) > 1:
            return text
    return ""


def _columns(table: RawTable, shape: _Shape) -> list[_Column]:
    columns: list[_Column] = []
    taken: Counter[str] = Counter()
    for number, column in enumerate(shape.figures, start=1):
        label = _heading(table, shape.body, column) or f"第{number}栏"
        group = ""
        for row in table.rows[max(shape.body - _MAX_HEADINGS, 0) : shape.body]:
            text = "".join(row[column].split()) if column < len(row) else ""
            spans = sum("".join(row[c].split()) == text for c in shape.figures if c < len(row))
            if text and text != label and 1 < spans < len(row) - len(shape.labels):
                group = text
        taken[label] += 1
        if taken[label] > 1:
            label = f"{label}（{taken[label]}）"
        columns.append(_Column(f"c{number}", label, group))
    return columns


def _title(table: RawTable, shape: _Shape, document: RawDocument) -> str:
    """The first line that names a 表 above the rows, in the table or in the text around it."""
    for row in table.rows[: shape.body]:
        texts = [text.strip() for text in row if text.strip()]
        if texts and len(set(texts)) == 1 and "表" in texts[0] and len(texts[0]) <= 60:
            return " ".join(texts[0].split())
    for text in document.text.splitlines():
        if text.strip().endswith("表") and len(text.strip()) <= 60:
            return " ".join(text.split())
    return table.name.strip() if "表" in table.name else ""


# -- its rows ---------------------------------------------------------------------------------


def _lines(table: RawTable, shape: _Shape) -> list[Line]:
    """The rows as they stand; left label columns that group others become rows of their own."""
    lines: list[Line] = []
    groups: list[str] = [""] * (len(shape.labels) - 1)
    for number, row in enumerate(table.rows[shape.body :], start=shape.body):
        cells = [*row, *[""] * (max(shape.figures) + 1 - len(row))]
        texts = [cells[column] for column in shape.labels]
        label = next((text for text in reversed(texts) if text.strip()), "")
        if not label.strip() or _is_foot(label):
            continue
        if shape.body and row == table.rows[shape.body - 1]:
            continue  # the heading again, at the top of another page
        for place, text in enumerate(texts[:-1]):
            merged = (number, shape.labels[place]) in table.merged
            if text.strip() and text != groups[place] and text != label and not merged:
                lines.append(Line(text, path=(text,)))
            groups[place] = text if text.strip() else groups[place]
        figures = tuple(plain(cells[column]) for column in shape.figures)
        if label in figures:
            figures = ("",) * len(figures)  # a heading merged across the whole row
        unit = plain(cells[shape.unit]) if shape.unit is not None else ""
        if unit == plain(label):
            unit = ""
        if not unit and shape.unit is None and any(map(_is_figure, figures)):
            unit = _DEFAULT_UNIT
        if not unit and any(_NUMBER.fullmatch(figure) for figure in figures):
            unit = _DEFAULT_UNIT
        lines.append(Line(label, unit=unit, figures=figures))
    return lines


def _with_default_units(lines: Sequence[Line]) -> list[Line]:
    """Without a unit column a row is a heading only if others stand under it."""
    return [
        line if line.unit or _children(lines, number) else replace(line, unit=_DEFAULT_UNIT)
        for number, line in enumerate(lines)
    ]


def _is_foot(label: str) -> bool:
    return bool(
        re.match(
            r"\s*(注|说明|备注|填表说明|单位负责人|负责人|审核人|填报人|联系电话)\s*[:：]", label
        )
    )


def _codes(lines: Iterable[Line]) -> list[str]:
    counters: list[int] = []
    codes: list[str] = []
    for line in lines:
        level = min(line.level, len(counters))
        del counters[level + 1 :]
        if level == len(counters):
            counters.append(0)
        counters[level] += 1
        codes.append(".".join(map(str, counters)))
    return codes


# -- the rules that the figures show ------------------------------------------------------------


def _value(text: str) -> Decimal | None:
    found = _NUMBER.match(text)
    return Decimal(found[0].replace(",", "").replace("，", "")) if found else None


def _children(lines: Sequence[Line], parent: int) -> list[int]:
    found: list[int] = []
    for number in range(parent + 1, len(lines)):
        if lines[number].level <= lines[parent].level:
            break
        if lines[number].level == lines[parent].level + 1:
            found.append(number)
    return found


def _adds_up(lines: Sequence[Line], parent: int, children: Sequence[int]) -> bool | None:
    """Whether the parts sum to the whole in every column; ``None`` where no figures tell."""
    seen = None
    for column, text in enumerate(lines[parent].figures):
        whole = _value(text)
        parts = [_value(lines[child].figures[column]) for child in children]
        known = [part for part in parts if part is not None]
        if whole is None or len(known) < len(parts):
            continue
        if sum(known) != whole:
            return False
        if whole:  # 0 = 0 + 0 tells nothing
            seen = True
    return seen


def _row_rules(
    lines: Sequence[Line], codes: Sequence[str], suffix: str
) -> tuple[list[str], list[str]]:
    """(sums, bounds) that the rows' figures bear out."""
    sums: list[str] = []
    bounds: list[str] = []
    for number, line in enumerate(lines):
        children = [child for child in _children(lines, number) if lines[child].unit]
        if not line.unit or not children:
            continue
        code = codes[number]
        same_unit = all(lines[child].unit == line.unit for child in children)
        if not same_unit:
            continue
        parts_of = all(lines[child].of_which for child in children)
        adds_up = _adds_up(lines, number, children) if len(children) > 1 else False
        if adds_up or (adds_up is None and not parts_of):
            sums.append(f"[{code}{suffix}] = sum([{code}.*{suffix}])")
        elif parts_of:
            bounds.append(f"[{code}.*{suffix}] <= [{code}{suffix}]")
    return sums, bounds


def _column_rule(columns: Sequence[_Column], lines: Sequence[Line]) -> str:
    """The rule that a 合计 column is the sum of the others, where the figures bear it out."""
    totals = [n for n, column in enumerate(columns) if _TOTAL.search(column.label)]
    if len(totals) != 1 or len(columns) < 3 or totals[0] not in (0, len(columns) - 1):
        return ""
    others = [n for n in range(len(columns)) if n != totals[0]]
    for line in lines:
        values = [_value(text) for text in line.figures]
        if len(values) < len(columns) or None in values:
            continue
        if values[totals[0]] != sum(v for n in others if (v := values[n]) is not None):
            return ""
    first, final = columns[others[0]].code, columns[others[-1]].code
    return f"[**:{columns[totals[0]].code}] = sum([**:{first}..{final}])"


# -- the text -----------------------------------------------------------------------------------


def _toml(
    form_id: str, title: str, file: str, columns: Sequence[_Column], lines: Sequence[Line]
) -> str:
    codes = _codes(lines)
    several = len(columns) > 1
    out = [
        f"# 由“{_one_line(file)}”自动起草，请逐行核对：级别、计量单位、栏目和审核公式。",
        "# 核对过的审核公式请删去 proposed = true。写法见《表样编写说明》。",
        "format = 1",
        f"id = {_quoted(form_id)}",
        f"name = {_quoted(title)}",
        f"title = {_quoted(title)}",
        'period = "year"',
    ]
    own_units = {line.unit: _decimals(lines, line.unit) for line in lines if line.unit}
    own_units = {unit: places for unit, places in own_units.items() if unit not in UNITS}
    if own_units:
        out += ["", "[units]"]
        out += [f"{_quoted(unit)} = {places}" for unit, places in own_units.items()]
    out += ["", "[[tables]]", "columns = ["]
    for column in columns:
        group = f", group = {_quoted(column.group)}" if column.group else ""
        out.append(
            f"    {{ code = {_quoted(column.code)}, label = {_quoted(column.label)}{group} }},"
        )
    out += ["]", "rows = ["]
    out += [_row_text(line, code) for line, code in zip(lines, codes, strict=True)]
    out.append("]")
    sums, bounds = _row_rules(lines, codes, ":*" if several else "")
    if several and (rule := _column_rule(columns, lines)):
        out += _check_text("合计栏", [rule], computes=True)
    if sums:
        out += _check_text("合计", sums, computes=True)
    if bounds:
        out += _check_text("其中", bounds, computes=False)
    return "\n".join(out) + "\n"


def _row_text(line: Line, code: str) -> str:
    parts = [f"code = {_quoted(code)}"]
    if line.level:
        parts.append(f"level = {line.level}")
    if line.of_which:
        parts.append('kind = "of_which"')
    parts.append(f"label = {_quoted(line.label)}")
    if line.unit:
        parts.append(f"unit = {_quoted(line.unit)}")
    if line.note:
        parts.append(f"note = {_quoted(line.note)}")
    return f"    {{ {', '.join(parts)} }},"


def _check_text(name: str, rules: Sequence[str], *, computes: bool) -> list[str]:
    out = ["", "[[checks]]", f"id = {_quoted(name)}", "rules = ["]
    out += [f"    {_quoted(rule)}," for rule in rules]
    out.append("]")
    if computes:
        out.append("computes = true")
    out.append("proposed = true")
    return out


def _decimals(lines: Sequence[Line], unit: str) -> int:
    """The most decimal places that figures of an unknown unit have in the table."""
    texts = [text for line in lines if line.unit == unit for text in line.figures]
    places = [len(found[1]) - 1 for text in texts if (found := _NUMBER.match(text)) and found[1]]
    return min(max(places, default=0), 6)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    """*text* as a TOML basic string; its escapes are those of JSON."""
    return json.dumps(_one_line(text)[:400], ensure_ascii=False).replace("\x7f", "\\u007f")
