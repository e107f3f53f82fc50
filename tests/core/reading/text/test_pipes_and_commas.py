"""Tables with pipes and commas among sentences, as crawlers write them; and texts that are none."""

from __future__ import annotations

import pytest

from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument
from core.reading.text.text import parse_text


def read(text: str) -> RawDocument:
    return parse_text(text, Limits().start("甲.txt"))


ROWS = (("规章", "1", "0", "6"), ("行政许可", "12"), ("行政处罚", "3", "", "4"))


@pytest.mark.parametrize(
    "text",
    [
        "规章 | 1 | 0 | 6 |\n行政许可 | 12 |\n行政处罚 | 3 | | 4 |",
        "规章 | 1 | 0 | 6\n行政许可 | 12\n行政处罚 | 3 | | 4",
        "规章,1,0,6\n行政许可,12\n行政处罚,3,,4",
        "规章，1，0，6\n行政许可，12\n行政处罚，3，，4",
        "规章 |\n1 |\n0 |\n6 |\n行政许可 |\n12 |\n行政处罚 |\n3 |\n|\n4 |\n其他 |\n5 |\n6 |",
        "规章\n|\n1\n|\n0\n|\n6\n|\n行政许可\n|\n12\n|\n行政\n处罚\n|\n3\n|\n|\n4\n|\n其他\n|\n5\n|\n6\n|",
    ],
)
def test_rows_among_sentences(text: str) -> None:
    document = read(f"本年工作如下，详见附表。\n{text}\n五、存在的问题，原因是多方面的。")
    (table,) = document.tables
    rows = tuple(tuple(cell.replace("\n", "") for cell in row) for row in table.rows)
    assert rows[:3] == ROWS
    assert document.text == "本年工作如下，详见附表。\n五、存在的问题，原因是多方面的。"


def test_a_comma_inside_brackets_divides_no_cell() -> None:
    text = "（二）部分公开（区分处理的，只计这一情形），1，2，3\n规章，1，2，3\n其他，1，2，3"
    assert read(text).tables[0].rows[0][0] == "（二）部分公开（区分处理的，只计这一情形）"


@pytest.mark.parametrize(
    "text",
    [
        "首页 | 新闻 | 公开 | 服务\n政策 | 解读 | 互动\n",
        "2024年，我局共受理申请5件，办结5件\n其中，网上申请3件，信函申请2件\n没有，也不会有\n" * 3,
        "版权所有 |\n联系我们 |\n网站地图 |\n" * 5,
    ],
)
def test_lines_of_links_and_sentences_are_no_tables(text: str) -> None:
    assert read(text).tables == ()


@pytest.mark.parametrize("line", ["|\n", "a |\n", "|---|\n", "a,b\n", "甲，乙，1\n", "a | b\n"])
def test_a_long_text_of_signs_is_read_once(line: str) -> None:
    read(line * 30_000)
