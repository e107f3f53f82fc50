"""Decisions made by hand are kept by shape, and a damaged file of them counts as none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.catalog import Catalog
from core.importing.remembered import MAX_SHAPES, RememberedDecisions
from core.matching.match import match
from core.problems import NianbaoError
from core.reading.base.raw import RawDocument, RawTable
from tests.core.figures import figures_2018
from tests.core.matching.published_2021 import table_3

SHAPE = "a" * 64
OTHER = "b" * 64


def kept(path: Path) -> RememberedDecisions:
    return RememberedDecisions(path)


def test_decisions_are_found_again_by_their_shape_only(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "matching.json"
    kept(path).remember(SHAPE, {"0:3:2": "3.1", "0:4:2": None})
    assert kept(path).of(SHAPE) == {"0:3:2": "3.1", "0:4:2": None}
    assert kept(path).of(OTHER) == {}
    assert kept(path).of("") == {}


def test_forgetting_leaves_the_other_shapes(tmp_path: Path) -> None:
    store = kept(tmp_path / "matching.json")
    store.remember(SHAPE, {"0:3:2": "3.1"})
    store.remember(OTHER, {"0:1:1": "代码一"})
    store.forget(SHAPE)
    assert store.of(SHAPE) == {}
    assert store.of(OTHER) == {"0:1:1": "代码一"}


def test_the_file_stays_as_it_is_where_nothing_new_was_decided(tmp_path: Path) -> None:
    path = tmp_path / "matching.json"
    kept(path).forget(SHAPE)
    assert not path.exists()
    kept(path).remember(SHAPE, {"0:3:2": "3.1"})
    before = path.stat().st_mtime_ns
    kept(path).remember(SHAPE, {"0:3:2": "3.1"})
    assert path.stat().st_mtime_ns == before


def test_the_oldest_shapes_are_dropped(tmp_path: Path) -> None:
    store = kept(tmp_path / "matching.json")
    for number in range(MAX_SHAPES + 2):
        store.remember(f"{number:064x}", {"0:0:0": None})
    assert store.of(f"{0:064x}") == {}
    assert store.of(f"{1:064x}") == {}
    assert store.of(f"{2:064x}") == {"0:0:0": None}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b'{"format": 2, "shapes": {}}',
        b'{"format": 1, "shapes": []}',
        json.dumps({"format": 1, "shapes": {SHAPE: ["0:0:0"]}}).encode(),
        json.dumps({"format": 1, "shapes": {SHAPE: {"0:0": "3.1", "0:0:1": 7}}}).encode(),
        json.dumps({"format": 1, "shapes": {SHAPE: {"0:0:0": "\ud800"}}}).encode(),
        json.dumps({"format": 1, "shapes": {"no digest": {"0:0:0": "3.1"}}}).encode(),
    ],
)
def test_a_damaged_file_counts_as_none_and_is_written_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "matching.json"
    path.write_bytes(content)
    assert kept(path).of(SHAPE) == {}
    kept(path).remember(SHAPE, {"1:2:3": "9.3"})
    assert kept(path).of(SHAPE) == {"1:2:3": "9.3"}


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "matching.json"
    folder.mkdir()
    with pytest.raises(NianbaoError):
        kept(folder).remember(SHAPE, {"1:2:3": "9.3"})


def test_another_year_and_office_are_the_same_shape_another_label_is_not() -> None:
    form = Catalog.standard().form("cn-2014-beijing")
    figures = figures_2018()

    def shape(year: int, office: str, extra: str, figure: int) -> str:
        rows: list[tuple[str, ...]] = [(f"（{year}年度）", "", ""), (f"填报单位：{office}", "", "")]
        for row in form.rows.values():
            unit = row.unit.name if row.unit else ""
            rows.append((row.label, unit, str(figures.get(row.code, ""))))
        rows += [
            (extra, "件", str(figure)),
            (f"单位负责人：张三　填报日期：{year + 1}-1-8", "", ""),
        ]
        return match(RawDocument("xlsx", (RawTable(tuple(rows)),)), form).shape

    before = shape(2017, "甲局", "本单位加的", 12)
    assert shape(2018, "乙局", "本单位加的", 40) == before
    assert shape(2018, "乙局", "本单位另加的", 12) != before


def test_another_column_of_figures_is_another_shape() -> None:
    """A decision is about a place; where columns are put in, other figures stand there."""
    form = Catalog.standard().form("cn-2014-beijing")

    def shape(*headings: str) -> str:
        rows = [("指标", "单位", *headings)]
        rows += [(row.label, "件", *("1" for _ in headings)) for row in form.tables[0].rows]
        return match(RawDocument("xlsx", (RawTable(tuple(rows)),)), form).shape

    assert shape("2018年") == shape("2019年")
    assert len({shape("2018年"), shape("2018年", "上年"), shape("2018年", "累计")}) == 3

    matrix = Catalog.standard().form("cn-2021")
    whole = table_3(matrix, {})
    wider = RawTable(tuple((*row[:4], "", *row[4:]) for row in whole.rows))
    shapes = {match(RawDocument("docx", (table,)), matrix).shape for table in (whole, wider)}
    assert len(shapes) == 2
