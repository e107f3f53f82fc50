"""The built-in forms against the official tables, and the mistakes that form files can have."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from core.catalog import Catalog, check_form_file, load_checks
from core.form import RowKind
from core.problems import NianbaoError
from tests.core.figures import REFERENCE, checks_of


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
        (HEAD + '[[checks]]\nrule = "[1] = [1.1]"\nlevel = "fatal"', 0, "fatal"),
        (HEAD.replace('"1.2"', '"1.1"'), 10, "重复"),
        (HEAD.replace('label = "丙", unit = "件"', 'label = "丙", unit = "斤"'), 10, "斤"),
        (HEAD.replace("level = 1", "level = 2", 1), 9, "深了不止一级"),
        (HEAD.replace('"1.2"', '"1 2"'), 10, "空格"),
        (HEAD.replace('id = "own"', 'id = "Own Form"'), 0, "代号"),
        (HEAD.replace('id = "own"', ""), 0, "缺少“id”"),
        (HEAD.replace("label = ", "lable = ", 1), 0, "lable"),
        (HEAD.replace("format = 1", "format = 9"), 0, "先升级"),
        ("format = 1\nid=", 0, "TOML"),
        (HEAD + 'period = "week"', 0, "period"),
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
    assert {form.id for form in forms} == {"cn-2014-beijing", "cn-2021", "own"}
    assert [entry.path.name for entry in broken] == ["broken.toml"]
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
