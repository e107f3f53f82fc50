"""Finding an indicator by label, code or pinyin initials."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from core.catalog import Catalog
from core.search import SearchIndex


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    return SearchIndex(Catalog.standard().form("cn-2014-beijing"))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("sdsqs", "3.1"),
        ("收到申请数", "3.1"),
        ("收到sq", "3.1"),
        ("SDSQS", "3.1"),
        ("3.1.4", "3.1.4"),
        ("３.１.４", "3.1.4"),
        ("信函", "3.1.4"),
        ("zxfts", None),
        ("shoudao", "3.1"),
        ("shoudaoshenqingshu", "3.1"),
        ("shoudsq", "3.1"),
        ("xinhan", "3.1.4"),
        ("shoux", None),
        # Traditional characters, and a slip of the input method.
        ("收到申請數", "3.1"),
        ("受到申清数", "3.1"),
        ("龘", None),
        ("复议 纠错", "4.2"),
        ("诉讼　纠错", "5.2"),
        ("sus jiucuo", "5.2"),
        # What the help of the row above them says, and what nothing says.
        ("信函 当面", "3.1"),
        ("信函 微信", None),
        ("xwfbh", "2.2.1"),
        ("三公经费", "1.2.1"),
        # 重 is read zhòng and chóng.
        ("zdly", "1.2"),
        ("cdly", "1.2"),
    ],
)
def test_what_is_typed_finds(index: SearchIndex, text: str, first: str | None) -> None:
    found = [row.code for row in index.find(text)]
    assert (found[0] if found else None) == first


def test_a_label_that_stands_twice_is_found_twice(index: SearchIndex) -> None:
    assert [row.code for row in index.find("被依法纠错数")] == ["4.2", "5.2"]


def test_labels_that_begin_with_it_come_first(index: SearchIndex) -> None:
    found = [row.label for row in index.find("主动公开政府信息数")]
    assert found[0] == "（一）主动公开政府信息数"


def test_notes_are_searched_last(index: SearchIndex) -> None:
    assert [row.code for row in index.find("不同渠道")][:2] == ["1.3", "2.2"]
    assert "1.1" in [row.code for row in index.find("不同渠道")]


def test_blank_and_signs_find_nothing(index: SearchIndex) -> None:
    assert index.find("  ") == []
    assert index.find("。，") == []
    assert index.find("件" * 50) == []


def test_a_limit_is_kept(index: SearchIndex) -> None:
    assert len(index.find("数", limit=5)) == 5


FORM = Catalog.standard().form("cn-2014-beijing")
LABELS = [
    (row.code, "".join(sign for sign in row.label if sign.isalnum())) for row in FORM.rows.values()
]


@given(st.sampled_from(LABELS), st.data())
def test_any_part_of_a_label_finds_its_row(entry: tuple[str, str], data: st.DataObject) -> None:
    code, label = entry
    start = data.draw(st.integers(min(2, len(label) - 1), len(label) - 1))
    part = label[start : data.draw(st.integers(start + 1, len(label)))]
    index = SearchIndex(FORM)
    assert code in [row.code for row in index.find(part)]
    initials = "".join(lazy_pinyin(part, style=Style.FIRST_LETTER))
    assert code in [row.code for row in index.find(initials)]
    syllables = lazy_pinyin(part)
    spelt = "".join(syllables)
    assert code in [row.code for row in index.find(spelt)]
    assert code in [row.code for row in index.find(spelt[: len(spelt) - len(syllables[-1]) + 1])]


def test_the_pinyin_dictionary_is_loaded_only_when_letters_are_typed() -> None:
    script = (
        "import sys; from core.catalog import Catalog; from core.search import SearchIndex;"
        "index = SearchIndex(Catalog.standard().form('cn-2014-beijing')); index.find('申请');"
        "print('pypinyin' in sys.modules); index.find('sq'); print('pypinyin' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["False", "True"]
