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
from typing import Final

from core.drafting.outline import Line, with_levels
from core.drafting.proposals import (
    NUMBER,
    DraftColumn,
    children_of,
    column_rule,
    row_rules,
    total_rules,
)
from core.matching.figures import is_mark, looks_like_figure, plain
from core.matching.header import is_header_word
from core.numbering import HAN
from core.problems import NianbaoError, Problem
from core.reading.base.raw import RawDocument, RawTable
from core.values import UNITS

_UNIT_HEADING: Final = re.compile(r"(计量)?单位")
_LEFT_OUT: Final = re.compile(r"序号|行次|行号|编号|代码|代号|备注|说明|审核")
#: A form compares by itself: columns of the period before are not its own.
_COMPARED: Final = re.compile(r"上年|去年|上期|同期|上季|上月|增减|增幅|增长|同比|环比")
_PERIODS: Final = (
    ("quarter", re.compile(r"季度|季报")),
    ("half-year", re.compile(r"半年")),
    ("month", re.compile(r"\d月|月份|月报|月度")),
)
#: 2024年第1季度 in a title is of one report, not of the form.
_DATE: Final = re.compile(
    r"[（(]?(?<!\s)\s*+\d{4}\s*+年(?:度|\s*+第?[1-4一二三四]\s*+季度|\s*+[上下]半年|\s*+\d{1,2}\s*+月份?)?"
    r"\s*+[）)]?"
)
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_MAX_HEADINGS: Final = 4
_DEFAULT_UNIT: Final = "件"
#: Of rows without a unit whose figures have decimal places.
_NUMBER_UNIT: Final = "数"


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


def draft_form(document: RawDocument, form_id: str, file: str) -> str:
    """The TOML text of a form made after the largest table in *document*.

    Raises :class:`NianbaoError` where no table has labels and figures.
    """
    candidates = [(table, shape) for table in document.tables if (shape := _shape(table))]
    if not candidates:
        raise NianbaoError(DraftProblem.NO_TABLE, file=file)
    table, shape = max(candidates, key=lambda one: len(one[0].rows) - one[1].body)
    said = _title(table, shape, document)
    title = _DATE.sub("", said).strip() or form_id
    kind = next((kind for kind, pattern in _PERIODS if pattern.search(said)), "year")
    columns = _columns(table, shape)
    lines = with_levels(_lines(table, shape))
    if shape.unit is None:
        lines = _with_default_units(lines)
    if not any(line.unit for line in lines):
        raise NianbaoError(DraftProblem.NO_TABLE, file=file)
    over_all = _columns_heading(table, shape)
    return _toml(form_id, title, kind, file, over_all, columns, lines)


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
    figures = [c for c in figures if not _COMPARED.search(headings[c])] or figures
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
        if len(distinct) != 1 or not re.match(rf"[{HAN}（(\d]", next(iter(distinct))):
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


def _columns(table: RawTable, shape: _Shape) -> list[DraftColumn]:
    columns: list[DraftColumn] = []
    taken: Counter[str] = Counter()
    for number, column in enumerate(shape.figures, start=1):
        label = _heading(table, shape.body, column) or f"第{number}栏"
        group = ""
        for row in table.rows[max(shape.body - _MAX_HEADINGS, 0) : shape.body]:
            text = "".join(row[column].split()) if column < len(row) else ""
            spans = sum("".join(row[c].split()) == text for c in shape.figures if c < len(row))
            over_labels = any("".join(row[c].split()) == text for c in shape.labels if c < len(row))
            several = 1 < spans < len(shape.figures)
            if text and text != label and several and not over_labels:
                group = text
        taken[label] += 1
        if taken[label] > 1:
            label = f"{label}（{taken[label]}）"
        columns.append(DraftColumn(f"c{number}", label, group))
    return columns


def _columns_heading(table: RawTable, shape: _Shape) -> str:
    """What stands over all columns of figures together and over nothing else, if anything does."""
    for row in table.rows[max(shape.body - _MAX_HEADINGS, 0) : shape.body]:
        texts = {"".join(row[c].split()) for c in shape.figures if c < len(row)}
        others = {"".join(row[c].split()) for c in shape.labels if c < len(row)}
        if len(shape.figures) > 1 and len(texts) == 1 and "" not in texts and not texts & others:
            return texts.pop()
    return ""


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
            unit = _default_unit(figures)
        if not unit and any(NUMBER.fullmatch(figure) for figure in figures):
            unit = _default_unit(figures)
        lines.append(Line(label, unit=unit, figures=figures))
    return lines


def _default_unit(figures: Sequence[str]) -> str:
    broken = any((found := NUMBER.match(figure)) and found[1] for figure in figures)
    return _NUMBER_UNIT if broken else _DEFAULT_UNIT


def _with_default_units(lines: Sequence[Line]) -> list[Line]:
    """Without a unit column a row is a heading only if others stand under it; all count in one."""
    units = {line.unit for line in lines}
    unit = _NUMBER_UNIT if _NUMBER_UNIT in units else _DEFAULT_UNIT
    return [
        replace(line, unit=unit) if line.unit or not children_of(lines, number) else line
        for number, line in enumerate(lines)
    ]


def _is_foot(label: str) -> bool:
    """Notes under the table, or the line that is signed: no indicators."""
    return is_header_word(label) or bool(re.match(r"\s*(注|说明|备注|填表说明)\s*[:：]", label))


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


# -- the text -----------------------------------------------------------------------------------


def _toml(
    form_id: str,
    title: str,
    kind: str,
    file: str,
    over_all: str,
    columns: Sequence[DraftColumn],
    lines: Sequence[Line],
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
        f'period = "{kind}"',
    ]
    own_units = {line.unit: _decimals(lines, line.unit) for line in lines if line.unit}
    own_units = {unit: places for unit, places in own_units.items() if unit not in UNITS}
    if own_units:
        out += ["", "[units]"]
        out += [f"{_quoted(unit)} = {places}" for unit, places in own_units.items()]
    out += ["", "[[tables]]"]
    if over_all:
        out.append(f"columns_heading = {_quoted(over_all)}")
    out.append("columns = [")
    for column in columns:
        group = f", group = {_quoted(column.group)}" if column.group else ""
        out.append(
            f"    {{ code = {_quoted(column.code)}, label = {_quoted(column.label)}{group} }},"
        )
    out += ["]", "rows = ["]
    out += [_row_text(line, code) for line, code in zip(lines, codes, strict=True)]
    out.append("]")
    sums, bounds = row_rules(lines, codes, ":*" if several else "")
    if several and (rule := column_rule(columns, lines)):
        out += _check_text("合计栏", [rule], computes=True)
    sums += total_rules(lines, codes, columns)
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
    places = [len(found[1]) - 1 for text in texts if (found := NUMBER.match(text)) and found[1]]
    return min(max(places, default=0), 6)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    """*text* as a TOML basic string; its escapes are those of JSON."""
    return json.dumps(_one_line(text)[:400], ensure_ascii=False).replace("\x7f", "\\u007f")
