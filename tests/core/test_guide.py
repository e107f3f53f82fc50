"""docs/表样编写说明.md: all that a form may hold stands in it, and what it says is so."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import Enum

import pytest

from core.checks.checks import CheckSet
from core.form.form import Layout, Level, RowKind, Scope
from core.form.language import _WORDS, parse_rule
from core.form.read_toml import (
    _CHECK_NAMES,
    _COLUMN_NAMES,
    _FORM_NAMES,
    _HELP_NAMES,
    _IN_FORCE_NAMES,
    _ROW_NAMES,
    _SAME_AS_NAMES,
    _TABLE_NAMES,
    read_form,
)
from core.period import Comparison, PeriodKind
from core.values import NOT_APPLICABLE, UNITS, CellValue
from tests.core.figures import REFERENCE

GUIDE = (REFERENCE.parent.parent / "docs" / "表样编写说明.md").read_text(encoding="utf-8")
NAMES = {
    **_FORM_NAMES, **_IN_FORCE_NAMES, **_SAME_AS_NAMES, **_HELP_NAMES, **_TABLE_NAMES, **_COLUMN_NAMES,
    **_ROW_NAMES, **_CHECK_NAMES,
}  # fmt: skip
ENUMS: tuple[type[Enum], ...] = (Layout, RowKind, Level, Scope, PeriodKind, Comparison)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_entry_of_a_form_is_told_of(name: str) -> None:
    assert re.search(rf"`\[*{name}\]*`", GUIDE)


@pytest.mark.parametrize("value", [member.value for enum in ENUMS for member in enum])
def test_every_value_to_choose_from_is_told_of(value: str) -> None:
    assert f"`{value}`" in GUIDE


@pytest.mark.parametrize("word", [*_WORDS, "!=", "<", "<=", ">", ">=", "+ - * /", "≠", "÷", "50%"])
def test_every_word_and_sign_of_the_language_is_told_of(word: str) -> None:
    assert word in GUIDE


def test_every_unit_is_told_of() -> None:
    line = next(line for line in GUIDE.splitlines() if line.startswith("自带的计量单位"))
    told = re.split(r"[：、（]|，|小数）。?|整数）|\d 位", line)
    assert set(UNITS) <= set(told)


def test_every_rule_in_it_can_be_understood() -> None:
    quoted = re.findall(r"`([^`\n]+)`", GUIDE)
    rules = [q for q in quoted if re.search(r"\].*(=|<|>)|steady", q) and "…" not in q]
    assert len(rules) >= 6
    for rule in rules:
        parse_rule(rule)


#: 1 is the whole of 1.1 to 1.3, 1.1 that of 1.1.1; 2 counts money.
FORM = """
format = 1
id = "small"
name = "小表"
[[tables]]
not_applicable = true
columns = [{ code = "a", label = "甲" }, { code = "b", label = "乙" }, { code = "t", label = "计" }]
rows = [
    { code = "1", label = "总", unit = "件" },
    { code = "1.1", level = 1, label = "一", unit = "件" },
    { code = "1.1.1", level = 2, label = "一之一", unit = "件" },
    { code = "1.2", level = 1, label = "二", unit = "件" },
    { code = "2", label = "钱", unit = "万元" },
]
[[checks]]
rule = "RULE"
"""
FIGURES: dict[str, CellValue] = {
    "1:a": 6, "1.1:a": 4, "1.1.1:a": 4, "1.2:a": 2, "2:a": Decimal("0.5"),
    "1:b": 1, "1.1:b": 1, "1.1.1:b": 0, "1.2:b": 0, "2:b": 0,
    "1:t": 7, "1.1:t": 5, "1.1.1:t": 4, "1.2:t": 2, "2:t": Decimal("0.5"),
}  # fmt: skip
LAST: dict[str, CellValue] = {
    "1:a": 3, "1.1:a": 4, "1:t": 20, "1.2:t": 0, "1.1.1:b": 4, "1.2:b": 5, "2:b": Decimal("0.1"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("[1:a] = [1.1:a] + [1.2:a]", []),
        ("[1:a] != 6", [""]),
        ("[1:a] ≥ 7", [""]),
        ("([1:a] - [1.2:a]) × 2 ÷ 4 = 2", []),
        ("[1.2:a] >= [1:a] * 50%", [""]),
        ("abs([1.2:a] - [1:a]) = 4", []),
        ("min([1:a], [1.2:a], 3) = 2 ", []),
        ("max([1:a], [1.2:a], 3) = 6", []),
        ("round([1:a] / [1.1:a] * 100, 0) = 150", []),
        ("round([2:a] / 4, 2) = 0.13", []),  # 0.125 goes up
        ("[1:a] = sum([1.*:a])", []),  # one segment: not 1.1.1
        ("sum([1.**:a]) = 10", []),  # any number of segments
        ("sum([1.1..1.2:a]) = 10", []),  # in the table's order
        ("sum([1:a..b]) = [1:t]", []),
        ("sum([1.1:a], [1.2:*]) = 8", []),
        ("[1:a] = last[1:a]", [""]),
        ("[1:a] = 0 when [2:b] = 0 and [1:b] = 1", [""]),
        ("[1:a] = 0 when [2:b] = 1", []),
        ("[1.*:a] <= 3", ["@1.1"]),
        ("[1:*] <= 6", ["@t"]),
        ("[1.**:*] <= 4", ["@1.1:t"]),
        ("[**:t] = sum([**:a..b])", []),
        ("[1.*:a] = sum([1.*:b])", ["@1.1", "@1.2"]),  # filled in alike, as it stands outside too
        ("steady([1:a], 50%, 3)", [""]),  # 3 to 6: more than half, and by 3
        ("steady([1:a], 100%, 3)", []),
        ("steady([1:a], 50%, 4)", []),
        ("steady([1.2:t], 50%, 2)", [""]),  # from 0 to 2
        ("steady([1.1.1:b], 50%, 9)", []),  # from 4 to 0: a small count
        ("steady([1.2:b], 50%, 9)", [""]),  # from 5 to 0
        ("steady([2:b], 50%, 9)", [""]),  # money is no count
        ("[1:a] / [2:b] = 1", []),  # a divisor of 0 leaves it undecided
        ("[1.3:a] = 1", None),
    ],
)
def test_what_it_says_of_the_language_is_so(rule: str, found: list[str] | None) -> None:
    form = read_form(FORM.replace("RULE", rule).encode()).form
    assert form is not None
    checks = CheckSet(form)
    if found is None:
        assert checks.mistakes
        return
    assert checks.mistakes == []
    assert [finding.check for finding in checks.run(FIGURES, LAST)] == [rule + end for end in found]


def test_what_it_says_of_blanks_and_slashes_is_so() -> None:
    def findings(rule: str, changed: dict[str, CellValue]) -> int:
        form = read_form(FORM.replace("RULE", rule).encode()).form
        assert form is not None
        values = {key: value for key, value in {**FIGURES, **changed}.items() if value is not None}
        return len(CheckSet(form).run(values, {}))

    assert findings("[1:a] = sum([1.*:a])", {"1.1:a": None}) == 0
    assert findings("[1:a] = sum([1.*:a])", {"1.1:a": NOT_APPLICABLE}) == 1
    assert findings("[1:a] = sum([1.*:a])", {"1:a": 2, "1.1:a": NOT_APPLICABLE}) == 0
    assert findings("[1:a] = [1.2:a]", {"1.2:a": NOT_APPLICABLE}) == 0
