"""The rules that a table's own figures bear out: sums, bounds, totals. Proposals, never more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from core.drafting.outline import Line, is_total

#: What a column that adds the others up is called.
_TOTAL: Final = re.compile(r"合\s*计|总\s*计|小\s*计|全\s*[年季]")
NUMBER: Final = re.compile(r"\d[\d,，]*(\.\d+)?")
#: A total of more rows that are not in one run is not written out.
_MOST_PARTS: Final = 60


class DraftColumn(NamedTuple):
    """A column of the drafted form."""

    code: str
    label: str
    group: str


def value_of(text: str) -> Decimal | None:
    """The number that a text begins with."""
    found = NUMBER.match(text)
    return Decimal(found[0].replace(",", "").replace("，", "")) if found else None


def children_of(lines: Sequence[Line], parent: int) -> list[int]:
    """The rows just one level under a row."""
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
        whole = value_of(text)
        parts = [value_of(_figure(lines[child], column)) for child in children]
        known = [part for part in parts if part is not None]
        if whole is None or len(known) < len(parts):
            continue
        if sum(known) != whole:
            return False
        if whole:  # 0 = 0 + 0 tells nothing
            seen = True
    return seen


def row_rules(
    lines: Sequence[Line], codes: Sequence[str], suffix: str
) -> tuple[list[str], list[str]]:
    """(sums, bounds) that the rows' figures bear out."""
    sums: list[str] = []
    bounds: list[str] = []
    for number, line in enumerate(lines):
        children = [child for child in children_of(lines, number) if lines[child].unit]
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


def column_rule(columns: Sequence[DraftColumn], lines: Sequence[Line]) -> str:
    """The rule that a 合计 column is the sum of the others, where the figures bear it out."""
    totals = [n for n, column in enumerate(columns) if _TOTAL.search(column.label)]
    if len(totals) != 1 or len(columns) < 3 or totals[0] not in (0, len(columns) - 1):
        return ""
    others = [n for n in range(len(columns)) if n != totals[0]]
    for line in lines:
        values = [value_of(text) for text in line.figures]
        if len(values) < len(columns) or None in values:
            continue
        if values[totals[0]] != sum(v for n in others if (v := values[n]) is not None):
            return ""
    first, final = columns[others[0]].code, columns[others[-1]].code
    return f"[**:{columns[totals[0]].code}] = sum([**:{first}..{final}])"


def total_rules(
    lines: Sequence[Line], codes: Sequence[str], columns: Sequence[DraftColumn]
) -> list[str]:
    """The rules that a row 合计 is the sum of the rows beside it, where the figures bear it out."""
    rules: list[str] = []
    several = len(columns) > 1
    for number, line in enumerate(lines):
        if not is_total(line.label) or not line.unit or children_of(lines, number):
            continue
        parts = _beside(lines, number)
        if len(parts) < 2 or any(lines[part].unit != line.unit for part in parts):
            continue
        told = [_adds_up([_only(one, n) for one in lines], number, parts)
                for n in range(len(columns))]  # fmt: skip
        if False not in told:
            rules.append(_total_rule(codes, number, parts, ":*" if several else ""))
            continue
        for n, column in enumerate(columns):
            if told[n]:
                rules.append(_total_rule(codes, number, parts, f":{column.code}"))
    return [rule for rule in rules if rule]


def _beside(lines: Sequence[Line], total: int) -> list[int]:
    """The rows of the total's level that stand above it; those below it where none do."""
    level = lines[total].level
    above: list[int] = []
    for number in range(total - 1, -1, -1):
        if lines[number].level < level:
            break
        if lines[number].level == level:
            above.insert(0, number)
    below: list[int] = []
    for number in range(total + 1, len(lines)):
        if lines[number].level < level:
            break
        if lines[number].level == level:
            below.append(number)
    return [part for part in above or below if not is_total(lines[part].label)]


def _figure(line: Line, column: int) -> str:
    """The row's figure in a column; rows that only group others have none."""
    return line.figures[column] if column < len(line.figures) else ""


def _only(line: Line, column: int) -> Line:
    return Line(line.label, figures=line.figures[column : column + 1])


def _total_rule(codes: Sequence[str], total: int, parts: Sequence[int], suffix: str) -> str:
    if list(parts) == list(range(parts[0], parts[-1] + 1)):
        return f"[{codes[total]}{suffix}] = sum([{codes[parts[0]]}..{codes[parts[-1]]}{suffix}])"
    if len(parts) > _MOST_PARTS:
        return ""
    terms = ", ".join(f"[{codes[part]}{suffix}]" for part in parts)
    return f"[{codes[total]}{suffix}] = sum({terms})"
