"""Alignment in order: anchors, gaps, rows that stand twice."""

from __future__ import annotations

import time
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from core.matching.align import Item, Pair, align
from core.matching.labels import Labels

FORM = (
    "行政复议数量", "维持行为数", "被依法纠错数", "其他情形数",
    "行政诉讼数量", "驳回请求数", "被依法纠错数", "其他情形数", "举报投诉数量",
)  # fmt: skip


def run(raw: Sequence[str], form: Sequence[str] = FORM) -> list[Pair]:
    labels = Labels()
    return align(
        [Item(labels.read(text), figure=str(at)) for at, text in enumerate(raw)],
        [Item(labels.read(text)) for text in form],
        labels,
    )


def places(raw: Sequence[str]) -> dict[int, int]:
    return {pair.raw: pair.form for pair in run(raw)}


def test_labels_that_stand_twice_are_told_by_their_order() -> None:
    pairs = run(FORM)
    assert [(pair.raw, pair.form) for pair in pairs] == [(at, at) for at in range(len(FORM))]
    assert all(pair.sure for pair in pairs)


def test_the_second_of_two_is_found_when_the_first_is_missing() -> None:
    raw = [FORM[0], FORM[1], *FORM[4:]]
    pairs = run(raw)
    assert [pair.form for pair in pairs] == [0, 1, 4, 5, 6, 7, 8]
    assert all(pair.sure for pair in pairs)


def test_one_of_two_without_anything_to_tell_it_by_is_unsure() -> None:
    pairs = run(["维持行为数", "被依法纠错数", "举报投诉数量"])
    twice = next(pair for pair in pairs if pair.raw == 1)
    assert twice.form in (2, 6)
    assert not twice.sure


def test_a_row_printed_twice_with_two_figures_is_unsure() -> None:
    pairs = run([*FORM[:2], "维持行为数", *FORM[2:]])
    assert not next(pair for pair in pairs if pair.form == 1).sure
    assert all(pair.sure for pair in pairs if pair.form > 1)


def test_a_moved_row_is_found_and_said_to_be_moved() -> None:
    raw = [FORM[-1], *FORM[:-1]]
    moved = next(pair for pair in run(raw) if pair.raw == 0)
    assert (moved.form, moved.moved, moved.sure) == (8, True, False)


def test_exchanged_blocks_take_their_rows_with_them() -> None:
    raw = [*FORM[4:8], *FORM[:4], FORM[8]]
    found = {pair.raw: pair for pair in run(raw)}
    assert {raw_at: pair.form for raw_at, pair in found.items()} == {
        0: 4, 1: 5, 2: 6, 3: 7, 4: 0, 5: 1, 6: 2, 7: 3, 8: 8
    }  # fmt: skip
    wrongly_sure = [p for p in found.values() if p.sure and p.form in (2, 3, 6, 7) and p.moved]
    assert not wrongly_sure


def test_alike_is_taken_only_where_nothing_equal_is() -> None:
    assert places(["维持具体行为数", "被依法纠错数"])[0] == 1
    pairs = run(["不同意公开答复数", "同意公开答复数"], ["同意公开答复数", "不同意公开答复数"])
    for pair in pairs:
        assert pair.likeness == 1


def test_strangers_stay_strangers() -> None:
    assert run(["天气预报", "交通违法罚款", ""]) == []


@given(st.lists(st.sampled_from((*FORM, "别的行", "维持行为", "")), max_size=14))
def test_each_row_is_used_once_and_unsure_wherever_two_fit(raw: list[str]) -> None:
    pairs = run(raw)
    assert len({pair.raw for pair in pairs}) == len(pairs)
    assert len({pair.form for pair in pairs}) == len(pairs)
    in_order = [pair.form for pair in pairs if not pair.moved]
    assert in_order == sorted(in_order)
    for pair in pairs:
        if pair.sure and pair.likeness == 1 and raw.count(raw[pair.raw]) == 1:
            assert FORM[pair.form] == raw[pair.raw]


def test_a_long_list_costs_little() -> None:
    """Ten thousand rows are aligned without weighing ten thousand times ten thousand pairs."""
    form = [f"指标名称{at}号" for at in range(10_000)]
    raw = [text for at, text in enumerate(form) if at % 97]
    begun = time.process_time()
    pairs = run(raw, form)
    assert len(pairs) == len(raw)
    assert all(form[pair.form] == raw[pair.raw] for pair in pairs)
    # Weighing all pairs would take minutes.
    assert time.process_time() - begun < 5
