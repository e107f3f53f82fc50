"""Published figures in the shapes of sites, crawlers, browsers and PDF readers: right or told."""

from __future__ import annotations

import pytest

from core.matching.match import match
from core.matching.model import Match
from core.reading.dispatch import read_bytes
from core.values import CellValue
from tests.core.matching.reports_2021 import BUREAU, CITY, FORM, TOWN
from tests.core.matching.shapes import SHAPES, published

APART = "labels and figures apart"
WHOLE = [name for name in SHAPES if name != APART]


def matched(shape: str, figures: dict[str, CellValue]) -> Match:
    text = SHAPES[shape](published(FORM, figures))
    return match(read_bytes(text.encode(), "年报.txt"), FORM)


@pytest.mark.parametrize("shape", WHOLE)
@pytest.mark.parametrize("figures", [CITY, TOWN], ids=["city", "town"])
def test_every_figure_is_right_and_certain(shape: str, figures: dict[str, CellValue]) -> None:
    found = matched(shape, figures)
    wrong = {key for key, value in found.values.items() if value != figures[key]}
    assert not wrong
    unsure = {row.key: row.remark for row in found.unsure}
    assert len(found.values) - len(unsure) >= 199, unsure


@pytest.mark.parametrize("shape", WHOLE)
def test_where_the_figures_themselves_do_not_balance_only_theirs_are_doubted(shape: str) -> None:
    found = matched(shape, BUREAU)
    assert not {key for key, value in found.values.items() if value != BUREAU[key]}
    assert len(found.unsure) <= 9


@pytest.mark.parametrize("figures", [CITY, TOWN], ids=["city", "town"])
def test_figures_behind_all_labels_are_read_where_every_sum_bears_it_out(
    figures: dict[str, CellValue],
) -> None:
    found = matched(APART, figures)
    assert found.values == {key: value for key, value in figures.items() if key[0] in "34"}
    assert found.unsure == []
    # No rule of the form speaks of the second table.
    assert len(found.unmatched) == 10
    assert all("分开排列" in row.remark for row in found.unmatched)


def test_figures_behind_all_labels_are_left_alone_where_a_sum_is_against_it() -> None:
    found = matched(APART, BUREAU)
    assert not any(key.startswith("3") for key in found.values)
    assert sum("分开排列" in row.remark for row in found.unmatched) == 185
