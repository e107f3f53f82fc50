"""What each indicator counts: told for every one, with a source that exists, found and printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.catalog import check_form_file
from core.search import SearchIndex
from tests.core.figures import checks_of
from tests.core.form.test_forms import BUILT_IN, HEAD
from tests.reference.indicator_help import ANNEX, annex

#: Laws and notices that are public; a source may name no other one.
KNOWN = ("《政府信息公开条例》", "《行政强制法》", "国办发〔2014〕32号", "国务院令第492号")
#: What a source says where no document does.
OWN = re.compile("表样|表内结构|表中注明|经验|北京市用表")


@pytest.mark.parametrize("form_id", BUILT_IN)
def test_every_indicator_has_a_text_and_says_where_from(form_id: str) -> None:
    for row in checks_of(form_id).form.rows.values():
        if not row.columns:
            continue
        assert len(row.help) >= 12, row.code
        assert row.help_basis.startswith("依据："), row.code
        named = re.findall("《[^》]+》|[^，；（]*〔[^号]*号|国务院令第[0-9]+号", row.help_source)
        assert all(name in KNOWN for name in named), row.help_source
        assert named or OWN.search(row.help_source), row.code
        if "表样文字" in row.help_source or "经验" in row.help_source:
            assert "以当地主管部门的要求为准" in row.help_basis


@pytest.mark.parametrize(
    ("form_id", "words", "code"),
    [
        ("cn-2021", "磋商信函", "3-3.3.6"),
        ("cn-2019", "净增加", "2-5.1"),
        ("cn-2014", "15 个工作日", "3.2.1"),
    ],
)
def test_an_indicator_is_found_by_what_its_text_says(form_id: str, words: str, code: str) -> None:
    assert code in [row.code for row in SearchIndex(checks_of(form_id).form).find(words)]


def test_the_annex_of_the_manual_says_the_same() -> None:
    assert ANNEX.read_text(encoding="utf-8") == annex()
    for form_id in BUILT_IN:
        form = checks_of(form_id).form
        assert all(row.help in annex() for row in form.rows.values() if row.columns)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[[help]]\nrows = ["9"]\ntext = "甲"', 13, "“9”在本表中不存在"),
        ('[[help]]\nrows = ["1"]\n', 12, "缺少“text”（说明）"),
        ('[[help]]\nrows = ["1", "1"]\ntext = "甲"', 12, "前面已经写过说明"),
        ('[[help]]\ntext = "甲"', 12, "缺少“rows”"),
        (f'[[help]]\nrows = ["1"]\ntext = "{"甲" * 401}"', 14, "超过 400 个字符"),
    ],
)
def test_mistakes_in_it_are_named(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    _, mistakes = check_form_file(path)
    assert says in mistakes[0].sentence
    assert mistakes[0].line == line
