"""Marks in a stream of paragraphs become tables: depths, merged cells, rows of other lengths."""

from __future__ import annotations

import pytest

from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import RawTable, ReadProblem
from core.reading.word.flow import Flow, Merge, RowShape

THREE = RowShape((0, 100, 150, 200))


def flow(limits: Limits | None = None) -> Flow:
    return Flow((limits or Limits()).start("a.doc"))


def row(into: Flow, *cells: str, shape: RowShape = THREE, depth: int = 1) -> None:
    for cell in cells:
        into.end_cell(cell, depth)
    into.end_row(depth, shape)


def only_table(from_: Flow) -> RawTable:
    tables, _ = from_.finish()
    assert len(tables) == 1
    return tables[0]


def test_a_wide_cell_stands_in_each_column_it_covers() -> None:
    it = flow()
    row(it, "标题", shape=RowShape((0, 200)))
    row(it, "甲", "条", "1")
    row(it, "乙和条", "2", shape=RowShape((0, 151, 200)))
    row(it, "丙", "条", "3")
    table = only_table(it)
    assert table.rows[0] == ("标题", "标题", "标题")
    assert table.rows[2] == ("乙和条", "乙和条", "2")
    assert table.merged == {(0, 1), (0, 2), (2, 1)}


def test_cells_merged_by_marks() -> None:
    it = flow()
    row(it, "甲", "条", "1")
    row(it, "乙", "", "2", shape=RowShape(THREE.edges, (Merge.NONE, Merge.ABOVE, Merge.NONE)))
    row(it, "丙", "", "3", shape=RowShape(THREE.edges, (Merge.NONE, Merge.LEFT, Merge.NONE)))
    table = only_table(it)
    assert table.rows == (("甲", "条", "1"), ("乙", "条", "2"), ("丙", "丙", "3"))
    assert table.merged == {(1, 1), (2, 1)}


def test_edges_that_make_no_sense_leave_cells_in_order() -> None:
    it = flow()
    row(it, "甲", "条", "1")
    row(it, "乙", "条", "1")
    row(it, "乙", "2", shape=RowShape((0, 500, 100)))
    row(it, "丙", "2", shape=RowShape((0, 1)))
    row(it, "丁", "2", shape=RowShape((90, 91, 92)))
    assert only_table(it).rows[2:] == (("乙", "2"), ("丙", "2"), ("丁", "2"))


def test_a_table_in_a_cell_comes_after_the_one_around_it() -> None:
    it = flow()
    it.paragraph("外", 1)
    row(it, "内", "7", shape=RowShape(), depth=2)
    row(it, "外之后", "件", "9")
    it.paragraph("正文", 0)
    tables, text = it.finish()
    assert [table.rows for table in tables] == [(("外\n外之后", "件", "9"),), (("内", "7"),)]
    assert text == "正文"


def test_a_table_that_is_never_ended_keeps_its_cells() -> None:
    it = flow()
    row(it, "甲", "条", "1")
    it.end_cell("乙", 1)
    it.paragraph("条", 1)
    assert only_table(it).rows == (("甲", "条", "1"), ("乙", "条"))


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(NianbaoError) as caught:
        flow().paragraph("", 65)
    assert caught.value.problem is ReadProblem.TOO_LARGE


def test_a_cell_too_many_is_dropped_only_when_blank() -> None:
    it = flow()
    row(it, "甲", "条", "1", "")
    row(it, "乙", "条", "2", "备注")
    assert only_table(it).rows == (("甲", "条", "1"), ("乙", "条", "2", "备注"))
