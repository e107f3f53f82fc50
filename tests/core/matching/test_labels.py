"""Labels without the ways in which offices print them."""

from __future__ import annotations

import random

import pytest

from core.catalog import Catalog
from core.matching.labels import Labels
from tests.core.matching.quirks import printed, quirky_label

OFFICIAL = "（一）主动公开政府信息数"


@pytest.mark.parametrize(
    "text",
    [
        "主动公开政府信息数",
        "(一)主动公开政府信息数",
        "一、主动公开政府信息数",
        "㈠ 主动公开政府信息数",
        "  （一）  主动公开\n政府信息数",
        "（ 一 ）主　动　公　开政府信息数：",
        "其中：1.主动公开政府信息数",
        "1.1 主动公开政府信息数",
        "① 主动公开政府信息数",
        "⑴主动公开政府信息数",
        "（一）主动公开政府信息数\n（不同渠道和方式公开相同信息计1条）",
        "（一）主动公开政府信息数（条）",
        "（一）主动公开政府信息数【单位：条】",
        "（一）主动公开政府信息数，单位：条",
        "（一）“主动公开”政府信息数",
        "（一）主动公开政府信息数（未闭合的注",
        "（一）主动公开政府信息数（含（括号）的注）",
    ],
)
def test_printed_otherwise_a_label_stays_the_same(text: str) -> None:
    labels = Labels()
    assert labels.core(text) == labels.core(OFFICIAL)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第二十条第（一）项", "第二十条第（五）项"),
        ("同意公开答复数", "不同意公开答复数"),
        ("3.政务微博公开政府信息数", "4.政务微信公开政府信息数"),
        ("12345热线", "热线"),
        ("三安全一稳定", "安全一稳定"),
    ],
)
def test_what_differs_stays_different(one: str, other: str) -> None:
    labels = Labels()
    assert labels.core(one) != labels.core(other)
    assert labels.likeness(labels.core(one), labels.core(other)) < 1


def test_notes_and_units_in_brackets_are_kept_apart() -> None:
    label = Labels().read("本年收费金额（扣除退费）（单位：万元）")
    assert (label.core, label.note, label.unit) == ("本年收费金额", "扣除退费", "万元")


@pytest.mark.parametrize("note", ["累计", "上年", "2017年同比增长"])
def test_a_note_that_means_another_figure_is_noticed(note: str) -> None:
    assert Labels().read(f"主动公开政府信息数（{note}）").has_other_sense
    assert not Labels().read("主动公开政府信息数（不同渠道计1条）").has_other_sense


def test_no_two_rows_of_the_forms_become_one_by_mistake() -> None:
    """Only the labels that the official forms themselves print twice are equal."""
    catalog = Catalog.standard()
    labels = Labels()
    twice = {"cn-2014-beijing": {"被依法纠错数", "其他情形数"}, "cn-2021": set[str]()}
    for form_id, expected in twice.items():
        cores = [labels.core(row.label) for row in catalog.form(form_id).rows.values()]
        assert {core for core in cores if cores.count(core) > 1} == expected


def test_random_printing_never_changes_a_core() -> None:
    form = Catalog.standard().form("cn-2014-beijing")
    labels = Labels()
    dice = random.Random(7)
    for row in form.rows.values():
        for _ in range(20):
            text = quirky_label(printed(form, row), dice)
            assert labels.core(text) == labels.core(row.label), text
