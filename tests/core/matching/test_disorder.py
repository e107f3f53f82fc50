"""The one result that must not occur: a wrong figure taken over without a warning."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog import Catalog
from core.form.form import Form, Table
from core.form.read_toml import read_form
from core.matching.labels import Labels
from core.matching.match import match
from core.matching.model import Match
from core.reading.base.raw import RawDocument, RawTable
from core.values import CellValue
from tests.core.matching.disorder import (
    Disorder,
    Printed,
    as_table,
    printed_rows,
    silent_mistakes,
)
from tests.core.matching.published_2021 import table_3

FORM_2014 = Catalog.standard().form("cn-2014-beijing")
FORM_2021 = Catalog.standard().form("cn-2021")
SEEDS = st.integers(0, 10**9)
COUNTS = st.integers(0, 9)


def repetitive_form() -> Form:
    """An office's own form whose labels nearly all stand several times, some under one another."""
    rows: list[str] = []
    for part in range(1, 5):
        rows.append(
            f'{{ code = "{part}", label = "{"一二三四"[part - 1]}、第{part}类", unit = "件" }}'
        )
        for at, label in enumerate(("受理数", "办结数", "其他情形数"), 1):
            code = f"{part}.{at}"
            rows.append(f'{{ code = "{code}", level = 1, label = "{label}", unit = "件" }}')
            rows += [
                f'{{ code = "{code}.{n}", level = 2, label = "{who}", unit = "件" }}'
                for n, who in enumerate(("个人", "单位"), 1)
            ]
    text = (
        'format = 1\nid = "twice"\nname = "甲表"\nperiod = "year"\n[[tables]]\ncode = "1"\n'
        'columns = [{ code = "count", label = "统计数" }]\nrows = [\n' + ",\n".join(rows) + "\n]\n"
    )
    form = read_form(text.encode()).form
    assert form is not None
    return form


REPETITIVE = repetitive_form()


def truth_of(form: Form, dice: random.Random) -> dict[str, CellValue]:
    """A figure of its own for every cell; false ones begin at 5,000."""
    figures = dice.sample(range(1, 5000), len(form.cells))
    return dict(zip(form.cells, figures, strict=True))


def rows_2014(seed: int) -> tuple[dict[str, CellValue], dict[str, Printed]]:
    truth = truth_of(FORM_2014, random.Random(seed))
    rows = printed_rows(FORM_2014, FORM_2014.tables[0], truth)
    return truth, {row.code: row for row in rows}


def match_2014(rows: Iterable[Printed]) -> Match:
    raw = as_table(tuple(rows), FORM_2014.tables[0])
    return match(RawDocument("xlsx", (raw,)), FORM_2014)


def mistakes(form: Form, table: Table, seed: int, count: int) -> list[str]:
    dice = random.Random(seed)
    truth = truth_of(form, dice)
    disorder = Disorder(printed_rows(form, table, truth), dice)
    disorder.apply(count)
    matched = match(RawDocument("xlsx", (as_table(disorder.rows, table),)), form)
    return silent_mistakes(matched, table, disorder.rows, truth)


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS, count=COUNTS)
def test_the_2014_form(seed: int, count: int) -> None:
    assert mistakes(FORM_2014, FORM_2014.tables[0], seed, count) == []


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS, count=COUNTS, code=st.sampled_from(("2", "3", "4")))
def test_the_2021_form_as_lists(seed: int, count: int, code: str) -> None:
    assert mistakes(FORM_2021, FORM_2021.table(code), seed, count) == []


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS, count=COUNTS)
def test_a_form_that_repeats_its_labels(seed: int, count: int) -> None:
    assert mistakes(REPETITIVE, REPETITIVE.tables[0], seed, count) == []


def published_disorder(seed: int, count: int) -> tuple[dict[str, CellValue], RawTable]:
    """The third table of 2021 as it is published, its lines deleted, moved and repeated."""
    dice = random.Random(seed)
    truth = truth_of(FORM_2021, dice)
    whole = table_3(FORM_2021, truth)
    head, lines = list(whole.rows[:3]), [list(row) for row in whole.rows[3:]]
    for _ in range(count):
        at = dice.randrange(len(lines))
        match dice.randrange(4):
            case 0:
                del lines[at]
            case 1:
                lines.insert(dice.randrange(len(lines)), lines.pop(at))
            case 2:
                other = [
                    t if not t.isdigit() else str(dice.randrange(5000, 9999)) for t in lines[at]
                ]
                lines.insert(dice.randrange(len(lines)), other)
            case _:
                lines[at][dice.randrange(3)] = dice.choice(("其他", "小计", ""))
    return truth, RawTable((*head, *map(tuple, lines)))


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS, count=COUNTS)
def test_the_2021_form_as_published(seed: int, count: int) -> None:
    truth, raw = published_disorder(seed, count)
    matched = match(RawDocument("docx", (raw,)), FORM_2021)
    for key, place in matched.by_key.items():
        if place.value is not None and place.certainty == 1 and place.value != truth[key]:
            lines = [row for row in raw.rows if place.label in row[:3]]
            assert {row[place.position.column] for row in lines} == {place.figure}, place


# -- nothing is doubted without a reason ---------------------------------------------------------


@pytest.mark.parametrize("form", [FORM_2014, FORM_2021, REPETITIVE], ids=lambda form: form.id)
def test_an_orderly_table_is_certain(form: Form) -> None:
    dice = random.Random(1)
    truth = truth_of(form, dice)
    tables = tuple(as_table(printed_rows(form, table, truth), table) for table in form.tables)
    matched = match(RawDocument("xlsx", tables), form)
    assert matched.values == truth
    assert matched.unsure == []


def test_a_heading_repeated_on_each_page_casts_no_doubt() -> None:
    truth, rows = rows_2014(6)
    listed: list[Printed] = []
    for code, row in rows.items():
        listed.append(row)
        # Beside the rows whose labels stand twice, where a stranger would be minded.
        if code in ("3.3", "4.1", "4.2", "4.3", "5.2"):
            listed.append(Printed("", "统计指标", ("统计数",), "单位"))
    matched = match_2014(listed)
    assert matched.values == truth
    assert matched.unsure == []


def test_a_label_repeated_without_a_figure_casts_no_doubt() -> None:
    """A row that a page cuts in two: its label stands at the foot, and again at the next head."""
    truth, rows = rows_2014(7)
    listed = list(rows.values())
    listed.insert(30, replace(listed[30], figures=("",)))
    matched = match_2014(listed)
    assert matched.values == truth
    assert matched.unsure == []


def test_a_row_deleted_casts_no_doubt_on_the_others() -> None:
    _, rows = rows_2014(2)
    matched = match_2014(row for row in rows.values() if row.code != "4.1")
    assert matched.unsure == []
    assert matched.missing == ("4.1",)


def test_where_one_of_two_rows_of_a_name_is_missing_its_place_tells_the_other() -> None:
    """五's 被依法纠错数 is gone; 四's stands between the rows that the form has around it."""
    truth, rows = rows_2014(3)
    matched = match_2014(row for row in rows.values() if row.code != "5.2")
    assert matched.values == {key: value for key, value in truth.items() if key != "5.2"}
    assert matched.unsure == []


# -- disorders that were taken for certain once ---------------------------------------------------


def test_a_copy_in_its_place_and_the_row_itself_elsewhere() -> None:
    _, rows = rows_2014(4)
    copy = replace(rows["3.3.4.1"], figures=("5001",))
    listed = [copy if row.code == copy.code else row for row in rows.values()]
    matched = match_2014([*listed[:20], rows["3.3.4.1"], *listed[20:]])
    assert [row.key for row in matched.unsure] == ["3.3.4.1"]
    assert matched.unsure[0].remark


def test_two_rows_of_one_name_under_one_heading_and_the_other_heading_elsewhere() -> None:
    _, rows = rows_2014(5)
    moved = [rows.pop(code) for code in ("5", "5.1", "5.3", "4.3")]
    swapped = {"4.2": rows.pop("5.2"), "5.2": rows.pop("4.2")}
    listed = list(rows.values())
    at = next(n for n, row in enumerate(listed) if row.code == "4.1") + 1
    listed[at:at] = [swapped["4.2"], swapped["5.2"]]
    listed[-5:-5] = moved
    matched = match_2014(listed)
    assert {"4.2", "5.2"} <= {row.key for row in matched.unsure}


def test_names_of_columns_without_the_name_of_their_row() -> None:
    """The last column's name is like no other, but whose figure stands under it is not told."""
    table = FORM_2021.table("2")
    head = ("统计指标", *(column.label for column in table.columns))
    rows = (
        head,
        ("当面、信函申请数", "11", "12", "13", "14", "15"),
        ("行政许可", "", "", "", "", ""),
    )
    matched = match(RawDocument("xlsx", (RawTable(rows),)), FORM_2021)
    assert all(row.certainty < 1 for row in matched.by_key.values() if row.figure)


def test_a_label_made_of_the_same_pairs_is_not_the_same() -> None:
    assert Labels().likeness("申请申请申请数", "申请申请数") < 1
