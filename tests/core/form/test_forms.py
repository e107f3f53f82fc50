"""The built-in forms against the official tables, and the mistakes that form files can have."""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog import Catalog, check_form_file, load_checks
from core.form.editions import matches
from core.form.form import Level, RowKind
from core.form.language import parse_rule
from core.form.read_toml import read_form
from core.period import Period
from core.problems import NianbaoError
from tests.core.figures import REFERENCE, checks_of

BUILT_IN = ("cn-2014", "cn-2014-beijing", "cn-2019", "cn-2021")


def test_2014_form_is_the_official_one() -> None:
    form = checks_of("cn-2014-beijing").form
    with (REFERENCE / "form_2014_beijing.csv").open(encoding="utf-8") as file:
        official = list(csv.DictReader(file))
    rows = list(form.rows.values())
    assert len(rows) == 78
    assert len(form.cells) == 71
    for row, expected in zip(rows, official, strict=True):
        assert row.code == expected["code"]
        assert row.level == int(expected["depth"])
        assert row.label == expected["label"]
        assert row.note == expected["note"]
        assert (row.unit.name if row.unit else "") == expected["unit"]
        assert (row.kind is RowKind.OF_WHICH) == (expected["kind"] == "of_which")


def test_2021_form_is_the_official_one() -> None:
    form = checks_of("cn-2021").form
    with (REFERENCE / "form_2021.csv").open(encoding="utf-8") as file:
        official = list(csv.DictReader(file))
    rows = list(form.rows.values())
    assert len(rows) == 44
    assert len(form.cells) == 200
    for row, expected in zip(rows, official, strict=True):
        assert (row.code, row.table, row.level) == (
            expected["code"],
            expected["table"],
            int(expected["depth"]),
        )
        printed = row.label + (f"（{row.note}）" if row.note else "")
        assert printed == expected["label"]
        assert (row.unit.name if row.unit else "") == expected["unit"]
        columns = [part.split("=")[0] for part in expected["columns"].split("|") if part]
        assert [column.code for column in row.columns] == columns


def test_2019_form_is_the_official_one() -> None:
    form = checks_of("cn-2019").form
    with (REFERENCE / "form_2019.csv").open(encoding="utf-8") as file:
        official = list(csv.DictReader(file))
    rows = list(form.rows.values())
    assert (len(rows), len(form.cells)) == (44, 198)
    for row, expected in zip(rows, official, strict=True):
        assert (row.code, row.table, row.level) == (
            expected["code"],
            expected["table"],
            int(expected["depth"]),
        )
        printed = row.label + (f"（{row.note}）" if row.note else "")
        assert printed == expected["label"]
        assert row.unit_text == expected["unit"]
        columns = [part for part in expected["columns"].split("|") if part]
        assert [f"{column.code}={column.label}" for column in row.columns] == columns
    signed = [key for key, cell in form.cells.items() if cell.unit.signed]
    assert signed == [f"2-{row}:change" for row in ("5.1", "5.2", "6.1", "6.2", "8.1")]
    assert form.cells["2-9.1:amount"].unit.name == "万元"


def test_national_2014_form_is_beijings_without_its_own_block() -> None:
    form, beijing = checks_of("cn-2014").form, checks_of("cn-2014-beijing").form
    assert (len(form.rows), len(form.cells)) == (65, 58)
    same = form.same_cells(beijing)
    assert len(same) == 58
    block = beijing.rows["1.2"].code
    assert [key for key in beijing.cells if not key.startswith(block)] == list(same.values())
    for own, theirs in same.items():
        assert form.cells[own].row.label == beijing.cells[theirs].row.label
        assert form.cells[own].unit == beijing.cells[theirs].unit
    assert form.rows["1.2"].label == "（二）通过不同渠道和方式公开政府信息的情况"


@pytest.mark.parametrize("form_id", BUILT_IN)
def test_every_check_of_a_built_in_form_tells_its_source(form_id: str) -> None:
    form = checks_of(form_id).form
    published = [check.id for check in form.checks if check.source not in ("表内结构", "经验")]
    # The one rule that is published with a form: a note in the table itself.
    assert published == (["收办平衡"] if "3-3.7" in form.rows else [])
    sums = [check for check in form.checks if check.level is Level.ERROR and check.computes]
    assert {check.source for check in sums if check.id != "上年结转"} == {"表内结构"}


@pytest.mark.parametrize(
    ("form_id", "years"),
    [
        ("cn-2014", range(2014, 2019)),
        ("cn-2014-beijing", range(2014, 2019)),
        ("cn-2019", range(2019, 2021)),
        ("cn-2021", range(2021, 2032)),
    ],
)
def test_each_edition_is_in_force_in_its_years(form_id: str, years: range) -> None:
    in_force = checks_of(form_id).form.in_force
    covered = [year for year in range(2010, 2032) if in_force.covers(Period(year))]
    assert covered == list(years)


@pytest.mark.parametrize("own", BUILT_IN)
@pytest.mark.parametrize("other", BUILT_IN)
def test_cells_said_to_be_the_same_are_alike(own: str, other: str) -> None:
    """Both ways the same pairs, no cell twice, and each pair counted alike."""
    form, there = checks_of(own).form, checks_of(other).form
    same = form.same_cells(there)
    if own == other:
        assert same == {}
        return
    assert {theirs: mine for mine, theirs in same.items()} == dict(there.same_cells(form))
    assert len(set(same.values())) == len(same) > 0
    for mine, theirs in same.items():
        assert form.cells[mine].unit == there.cells[theirs].unit
    for entry in (entry for entry in form.same_as if entry.form_id == other):
        assert all(matches(pattern, there.cells) for _, pattern in entry.pairs)


def test_cell_keys_are_the_contract() -> None:
    assert "3.1.4" in checks_of("cn-2014-beijing").form.cells
    form = checks_of("cn-2021").form
    assert "3-1:natural" in form.cells
    assert "2-8.1:charged" in form.cells
    assert "3-1" not in form.cells


HEAD = """
format = 1
id = "own"
name = "本单位统计表"
[[tables]]
columns = [{ code = "n", label = "数" }]
rows = [
    { code = "1", label = "甲", unit = "件" },
    { code = "1.1", level = 1, label = "乙", unit = "件" },
    { code = "1.2", level = 1, label = "丙", unit = "件" },
]
"""


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (HEAD + '[[checks]]\nrule = "[1] = sum([1.*]"', 13, "第 16 个字符处应为“)”"),
        (HEAD + '[[checks]]\nrule = "[1] = [1.3]"', 13, "第 7 个字符处的单元格 [1.3] 在表中不存在"),
        (HEAD + '[[checks]]\nrule = "[1] = sum([2.*])"', 13, "找不到任何单元格"),
        (HEAD + '[[checks]]\nrule = "[1] = [1.1..1.2]"', 13, "只能写在 sum"),
        (HEAD + '[[checks]]\nrule = "[1] >= [1.1]"\ncomputes = true', 13, "computes"),
        (HEAD + '[[checks]]\nrule = "[1] = [1] + [1.1]"\ncomputes = true', 13, "又用到了左边"),
        (HEAD + '[[checks]]\nrule = "[1] = [1.1]"\nmessage = "{x}"', 13, "花括号"),
        (HEAD + '[[checks]]\nrule = "[1] = [1.1]"\nlevel = "fatal"', 14, "fatal"),
        (HEAD.replace('"1.2"', '"1.1"'), 10, "重复"),
        (HEAD.replace('label = "丙", unit = "件"', 'label = "丙", unit = "斤"'), 10, "斤"),
        (HEAD.replace("level = 1", "level = 2", 1), 9, "深了不止一级"),
        (HEAD.replace('"1.2"', '"1 2"'), 10, "空格"),
        (HEAD.replace('id = "own"', 'id = "Own Form"'), 3, "代号"),
        (HEAD.replace('id = "own"', ""), 0, "缺少“id”（代号）"),
        (HEAD.replace("label = ", "lable = ", 1), 0, "“lable”（是不是“label”？）"),
        (HEAD.replace("format = 1", "format = 9"), 2, "先升级"),
        (HEAD.replace("format = 1", 'format = "1"'), 2, "“format”应为整数"),
        (HEAD.replace("[[tables]]", 'period = "week"\n[[tables]]'), 5, "“period”的值“week”"),
        (HEAD.replace('[{ code = "n", label = "数" }]', "3"), 6, "“columns”应为列表"),
        (HEAD.replace("\n[[", '\nnotes = "x"\n[[', 1), 5, "“notes”应为列表"),
        (HEAD.replace("[[tables]]", '[units]\n"斤" = 7\n[[tables]]'), 6, "小数位数"),
        (HEAD.replace('unit = "件" },\n]', 'unit = "件", columns = [] },\n]'), 10, "却是空的"),
        (HEAD.replace("丙", "丙\\u202e"), 10, "U+202E"),
        (HEAD.replace('"1.2"', f'"{"x" * 61}"'), 0, "“code”超过 60 个字符"),
        # Editions: when in force, and what they share with others.
        (HEAD.replace("[[", "in_force = 2021\n[[", 1), 5, "“in_force”应为表"),
        (HEAD.replace("[[", "in_force = { since = 2021 }\n[[", 1), 5, "“since”"),
        (HEAD.replace("[[", "in_force = { from = 21 }\n[[", 1), 5, "“21”不是有效的报告期"),
        (HEAD.replace("[[", "in_force = { from = 2021, until = 2020 }\n[[", 1), 5, "早于"),
        (HEAD + '[[same_as]]\nform = "cn-2021"\ncells = ["1 = 2 = 3"]', 14, "写法不对"),
        (HEAD + '[[same_as]]\nform = "cn-2021"\ncells = ["1.* = 1.1"]', 14, "通配符要一样"),
        (HEAD + '[[same_as]]\nform = "cn-2021"\ncells = ["1.9 = 1.1"]', 14, "“1.9”在本表中不存在"),
        (HEAD + "[[same_as]]\ncells = []", 12, "缺少“form”"),
        (HEAD + '[[checks]]\nrule = "[1] = 1"\nscope = "all"', 14, "“scope”的值“all”"),
        (HEAD.replace('unit = "件"', 'unit = "件", signed = 1', 1), 8, "“signed”应为true 或 false"),
        (HEAD.replace('label = "数"', 'label = "数", unit = "斤"'), 5, "“斤”没有登记"),
        # What the parser objects to is told in Chinese, with what an input method may have done.
        ("format = 1\nid=", 2, "等号后面的值写法不对"),
        (HEAD.replace('"丙"', '"丙'), 10, "花括号 { } 里少了英文逗号"),
        (HEAD.replace('"丙", unit', '"丙" unit'), 10, "花括号 { } 里少了英文逗号"),
        (HEAD.replace('"丙", unit', '"丙"， unit'), 10, "这一行用了中文符号“，”"),
        (HEAD.replace("id = ", "id ＝ "), 3, "请改为英文的 ="),
        (HEAD.replace('"本单位统计表"', "“本单位统计表”"), 4, '请改为英文的 "'),
        (HEAD.replace('"本单位统计表"', '"本单位统计表'), 4, "引号没有成对"),
        (HEAD.replace("[[", 'id = "own"\n[['), 5, "写了两次"),
        # What does not fit the form, and why.
        (HEAD + '[[checks]]\nrule = "[1:n] = [1.1]"', 13, "不要写栏：这张表只有一栏"),
        (HEAD + '[[checks]]\nrule = "[1 = [1.1]"', 13, "第 1 个字符处的“[”没有对应的“]”"),
        (HEAD + '[[checks]]\nrule = "[*.*.*.*] = 1"', 13, "通配符太多，最多 3 个"),
        (HEAD + '[[checks]]\nrule = "steady(last[1], 50%, 1)"', 13, "不要写 last"),
        (HEAD + '[[checks]]\nrule = "steady([1], 50, 1)"', 13, "应写成百分数，如 50%"),
        (HEAD + "[[checks]]\nrule = 5", 13, "“rule”应为文字"),
        (HEAD + '[[checks]]\nid = "x"', 12, "缺少“rule”（公式）"),
        (HEAD + f'[[checks]]\nrule = "[1] = {"(" * 90}1"', 13, "括号嵌套过深"),
        (HEAD + '[[checks]]\nrule = "[1] = [1.1]"\nmessage = "{left:>999999999}"', 13, "花括号"),
        (HEAD + '[[checks]]\nrule = "[1] = [1.1]"\nmessage = "{left.real}"', 13, "花括号"),
    ],
)
def test_each_mistake_is_named_with_its_place(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    checks, mistakes = check_form_file(path)
    assert checks is None
    assert says in " ".join(mistake.sentence for mistake in mistakes)
    if line:
        assert mistakes[0].line == line
    with pytest.raises(NianbaoError, match=r"own\.toml"):
        load_checks(path)


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_is_wrong_is_told_in_chinese(data: st.DataObject) -> None:
    """Characters taken out of a form, put in or exchanged: no word of the parser comes through."""
    text = HEAD + '[[checks]]\nid = "合计"\nrule = "[1] = sum([1.*])"\n'
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 3))
        put = data.draw(st.text("[]{}=\"'\\.,#\n\t u0d19-:eE_\x01甲“”＝，", max_size=3))
        text = text[:at] + put + text[at + cut :]
    for mistake in read_form(text.encode()).mistakes:
        told = re.sub("“[^”]*”|（[^）]*）", "", str(mistake))
        assert not re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", told), mistake


@pytest.mark.parametrize(
    "text",
    [
        "a = 1\n[a", "[[a]\nb=1", 'a = "\\x1"', 'a = "\\ud800"', "a = 2021-13-45", "a = 'b",
        'a = \"\"\"b', "a = {b = 1, b = 2}", "a.b = 1\na.b.c = 2", "a = 1 2", "\x01", "a = [1, 2",
        '"a', "a = 0x", "a = " + "'" * 3 + "b", "a = 1\n[a]", "[a]\n[a]",
    ],
)  # fmt: skip
def test_each_objection_of_the_parser_has_its_own_words(text: str) -> None:
    (mistake,) = read_form(text.encode()).mistakes
    assert "写法不符合" not in mistake.sentence
    assert not re.search("[A-Za-z]{3,} [a-z]{2,}", mistake.sentence)


TWO_COLUMNS = (
    HEAD.replace(
        '[{ code = "n", label = "数" }]',
        '[{ code = "a", label = "甲" }, { code = "b", label = "乙" }]',
    )
    + '[[tables]]\ncode = "1"\ncolumns = [{ code = "n", label = "数" }]\nrows = [{ code = "9", label = "空" }]'
)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("[1] = [1.1]", "[1] 应写明栏，如 [1:a]"),
        ("[1:c] = 1", "[1]：这一行没有“c”栏，可用的有 a、b"),
        ("[9:n] = 1", "[9] 是标题行，没有可填的格"),
    ],
)
def test_a_cell_that_is_not_there_is_told_with_what_there_is(
    tmp_path: Path, rule: str, says: str
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(TWO_COLUMNS.replace('code = "1"\ncol', 'code = "T"\ncol')
                    + f'\n[[checks]]\nrule = "{rule}"', encoding="utf-8")  # fmt: skip
    _, mistakes = check_form_file(path)
    assert says in mistakes[0].sentence


def test_a_second_table_of_the_same_code_is_named_at_its_own_line(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(TWO_COLUMNS, encoding="utf-8")
    _, mistakes = check_form_file(path)
    assert (mistakes[0].line, str(mistakes[0].where)) == (12, "第 2 张表")


def test_full_width_signs_are_those_of_the_language(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        HEAD + '[[checks]]\nrule = "【1】＞＝［1.1］＋ sum（[1.1]，[1.2]）"', encoding="utf-8"
    )
    checks, mistakes = check_form_file(path)
    assert mistakes == []
    assert checks is not None
    assert checks.form.checks[0].rule == parse_rule("[1] >= [1.1] + sum([1.1], [1.2])")


def test_rules_that_read_far_too_much_are_refused(tmp_path: Path) -> None:
    """Each of 3,000 rows against the sum of them all would be nine million cells."""
    rows = "".join(f'{{ code = "r.{n}", label = "x", unit = "件" }},\n' for n in range(3_000))
    path = tmp_path / "own.toml"
    path.write_text(
        'id = "own"\nname = "x"\n[[tables]]\ncolumns = [{ code = "n", label = "数" }]\n'
        f'rows = [\n{rows}]\n[[checks]]\nrule = "[r.*] <= sum([r.0..r.2999])"\n',
        encoding="utf-8",
    )
    checks, mistakes = check_form_file(path)
    assert checks is None
    assert "共用到 5000000 格以上" in mistakes[0].sentence


def test_circles_among_computed_cells_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    circle = HEAD + (
        '[[checks]]\nrule = "[1] = [1.1] + [1.2]"\ncomputes = true\n'
        '[[checks]]\nrule = "[1.1] = [1] - [1.2]"\ncomputes = true\n'
    )
    path.write_text(circle, encoding="utf-8")
    _, mistakes = check_form_file(path)
    assert "互相依赖" in mistakes[0].sentence
    assert "[1.1]" in mistakes[0].sentence
    assert mistakes[0].line == 13


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        HEAD.replace('unit = "件"', 'unit = "斤"').replace('"1.2"', '"1.1"'), encoding="utf-8"
    )
    _, mistakes = check_form_file(path)
    assert len(mistakes) == 4


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            "".join(f'{{ code = "{n}", label = "x", unit = "件" }},\n' for n in range(20_001)),
            "超过 20000 个",
        ),
        (
            "".join(f'{{ code = "{n}", level = {n}, label = "x" }},\n' for n in range(1_000)),
            "超出范围",
        ),
    ],
)
def test_absurd_sizes_are_refused(tmp_path: Path, rows: str, says: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'id = "own"\nname = "x"\n[[tables]]\ncolumns = [{ code = "n", label = "数" }]\n'
        f"rows = [\n{rows}]\n",
        encoding="utf-8",
    )
    checks, mistakes = check_form_file(path)
    assert checks is None
    assert says in mistakes[0].sentence


def test_a_million_rows_are_refused_before_they_are_parsed(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('id = "own"\n' + '# {code = "1"}\n' * 1_300_000, encoding="utf-8")
    checks, mistakes = check_form_file(path)
    assert checks is None
    assert "超过" in mistakes[0].sentence


def test_an_offices_own_form_stands_beside_the_built_in_ones(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "broken.toml").write_text("id = 1", encoding="utf-8")
    (tmp_path / "cn-2021.toml").write_text(HEAD, encoding="utf-8")
    catalog = Catalog.standard(tmp_path)
    forms, broken = catalog.all_forms()
    assert {form.id for form in forms} == {*BUILT_IN, "own"}
    assert [entry.path.name for entry in broken] == ["broken.toml", "cn-2021.toml"]
    assert "与自带的表样相同" in broken[1].sentence
    assert catalog.form("own").cells.keys() == {"1", "1.1", "1.2"}
    assert len(catalog.form("cn-2021").cells) == 200
    with pytest.raises(NianbaoError, match="没有代号为“nothing”的表样"):
        catalog.form("nothing")


def test_the_example_in_the_guide_is_a_form(tmp_path: Path) -> None:
    guide = (REFERENCE.parent.parent / "docs" / "表样编写说明.md").read_text(encoding="utf-8")
    example = guide.partition("```toml\n")[2].partition("```")[0]
    path = tmp_path / "jiedao-quarterly.toml"
    path.write_text(example, encoding="utf-8")
    form = Catalog.standard(tmp_path).form("jiedao-quarterly")
    assert len(form.cells) == 20
    assert form.period_word == "上年同期"


@pytest.mark.parametrize("error", [PermissionError, FileNotFoundError, NotADirectoryError, OSError])
def test_an_own_folder_that_cannot_be_read_leaves_the_usual_forms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    own, read = tmp_path / "forms", Path.iterdir

    def refuse(folder: Path) -> Iterator[Path]:
        if folder == own:
            raise error
        return read(folder)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert set(Catalog.standard(own).paths()) == set(BUILT_IN)


@pytest.mark.parametrize("number", ["9" * 5000, "0x" + "f" * 5000, "1" * 200])
def test_a_number_without_end_is_a_mistake_and_harms_no_other_form(
    tmp_path: Path, number: str
) -> None:
    (tmp_path / "a.toml").write_text(f"format = {number}", encoding="utf-8")
    forms, broken = Catalog.standard(tmp_path).all_forms()
    assert {form.id for form in forms} >= set(BUILT_IN)
    assert "有一个数过长" in broken[0].sentence


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among files")
def test_a_pipe_or_circle_among_the_forms_harms_no_other_form(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "circle.toml").symlink_to(tmp_path / "circle.toml")
    (tmp_path / "folder.toml").mkdir()
    forms, broken = Catalog.standard(tmp_path).all_forms()
    assert {form.id for form in forms} >= set(BUILT_IN)
    assert len(broken) == 3
