"""Columns beside the figures, of every kind that offices add: right, asked about, never silently wrong."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog import Catalog
from core.matching.match import match
from core.reading.base.raw import RawDocument, RawTable
from tests.core.matching.disorder import Printed, printed_rows

FORM = Catalog.standard().form("cn-2014-beijing")
TABLE = FORM.tables[0]
#: Headings of the figures themselves, and of what may stand beside them.
OWN = (
    "统计数",
    "本年",
    "数量",
    "2018年",
    "2018年度",
    "本期",
    "合计",
    "全年",
    "",
    "件数",
    "本年完成",
)
BESIDE = (
    "上年", "2017年", "去年同期", "增减", "增幅%", "累计", "历年累计", "上半年", "计划数", "备注",
    "序号", "代码", "排名", "权重", "得分", "一季度", "甲科室", "", "核对", "目标值", "审核数",
)  # fmt: skip


def beside(heading: str, rows: list[Printed], dice: random.Random) -> list[str]:
    """A column of other figures: whole, sparse or empty; 5,000 and more, so that none is true."""
    if heading == "序号":
        return [str(at) for at in range(1, len(rows) + 1)]
    if heading == "代码":
        return [row.code for row in rows]
    share = dice.choice((0.0, 0.2, 1.0, 1.0))
    return [
        str(dice.randrange(5000, 9999)) if row.figures[0] and dice.random() < share else ""
        for row in rows
    ]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9), count=st.integers(0, 3))
def test_a_figure_of_another_column_is_never_certain(seed: int, count: int) -> None:
    dice = random.Random(seed)
    truth = dict(zip(FORM.cells, dice.sample(range(1, 5000), len(FORM.cells)), strict=True))
    rows = printed_rows(FORM, TABLE, dict(truth))
    columns = [(dice.choice(OWN), [row.figures[0] for row in rows])]
    for _ in range(count):
        heading = dice.choice(BESIDE)
        columns.insert(dice.randrange(len(columns) + 1), (heading, beside(heading, rows, dice)))
    if dice.random() < 0.7:
        columns.insert(0, ("单位", [row.unit for row in rows]))
    columns.insert(0, ("统计指标", [row.label for row in rows]))
    if dice.random() < 0.3:
        columns.insert(0, ("序号", beside("序号", rows, dice)))
    body = list(zip(*(column for _, column in columns), strict=True))
    head = [] if dice.random() < 0.15 else [tuple(heading for heading, _ in columns)]
    matched = match(RawDocument("xlsx", (RawTable((*head, *body)),)), FORM)
    for key, place in matched.by_key.items():
        if place.value is not None and place.value != truth[key]:
            assert place.certainty < 1, place
            assert place.remark, place
