"""The 2021 form as it is published: groups merged downwards, blocks, figures in one line."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog import Catalog
from core.matching.match import match
from core.matching.model import Match
from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument, RawTable
from core.reading.text.text import parse_text
from core.values import NOT_APPLICABLE, CellValue, format_value
from tests.core.matching.published_2021 import (
    as_browser,
    one_sheet,
    published,
    table_2,
    table_3,
    table_4,
)

FORM = Catalog.standard().form("cn-2021")
#: A figure of its own in every cell, so that no two can be mistaken for one another.
TRUE: dict[str, CellValue] = {key: 7 * at + 1 for at, key in enumerate(FORM.cells)}


def assert_right(matched: Match, expected: dict[str, CellValue] = TRUE) -> None:
    assert matched.values == expected
    assert matched.unsure == []
    assert matched.unmatched == ()
    assert not matched.needs_choice


def test_three_published_tables_give_all_200_figures() -> None:
    matched = match(published(FORM, TRUE), FORM)
    assert_right(matched)
    assert (matched.header.year, matched.header.unit_name) == (2022, "某区教育局")
    assert matched.confidence == 1


def test_one_sheet_with_all_tables() -> None:
    matched = match(one_sheet(FORM, TRUE), FORM)
    assert_right(matched)
    assert matched.header.year == 2022


def test_one_sheet_a_year_of_three_tables_each() -> None:
    older = {key: int(str(value)) + 3 for key, value in TRUE.items()}
    sheets = (one_sheet(FORM, older, 2021).tables[0], one_sheet(FORM, TRUE, 2022).tables[0])
    workbook = RawDocument("xlsx", sheets)
    assert_right(match(workbook, FORM))
    assert_right(match(workbook, FORM, before=2022), dict(older))


def plain_list(code: str) -> RawTable:
    """A table with a line a row and unmerged labels, as offices keep it for themselves."""
    table = FORM.table(code)
    rows = [("项目", *(column.label for column in table.columns))]
    for row in table.rows:
        figures = [
            format_value(TRUE[table.key(row, column)]) if column in row.columns else ""
            for column in table.columns
        ]
        rows.append((row.label, *figures))
    return RawTable(tuple(rows))


def test_plain_lists_of_all_tables() -> None:
    assert_right(match(RawDocument("xlsx", tuple(plain_list(c) for c in "234")), FORM))


def test_the_line_of_fifteen_written_as_a_list() -> None:
    table = FORM.table("4")
    rows: list[tuple[str, str, str]] = [("类别", "结果", "件数")]
    for row in table.rows:
        rows += [
            (row.label, column.label, format_value(TRUE[table.key(row, column)]))
            for column in row.columns
        ]
    merged = frozenset((at, 0) for at in range(2, len(rows)) if rows[at][0] == rows[at - 1][0])
    raw = (*published(FORM, TRUE).tables[:2], RawTable(tuple(rows), "", merged))
    matched = match(RawDocument("docx", raw), FORM)
    assert matched.values == TRUE
    assert matched.unmatched == ()


def test_group_labels_that_are_not_merged_but_left_blank() -> None:
    whole = table_3(FORM, TRUE)
    rows = [
        tuple("" if (r, c) in whole.merged else text for c, text in enumerate(row))
        for r, row in enumerate(whole.rows)
    ]
    # Without merging, a heading over several columns stands over the first of them.
    raw = published(FORM, TRUE)
    tables = (raw.tables[0], RawTable(tuple(rows)), raw.tables[2])
    assert_right(match(replace(raw, tables=tables), FORM))


def test_a_table_cut_by_a_page_without_and_with_its_headings() -> None:
    whole = table_3(FORM, TRUE)
    for cut, repeated in ((14, 0), (20, 3)):
        second = (*whole.rows[:repeated], *whole.rows[cut:])
        shift = cut - repeated
        first_merged = frozenset((r, c) for r, c in whole.merged if r < cut)
        second_merged = frozenset(
            (r if r < repeated else r - shift, c)
            for r, c in whole.merged
            if r < repeated or r > cut
        )
        pages = (
            RawTable(whole.rows[:cut], "", first_merged),
            RawTable(second, "", second_merged),
        )
        raw = RawDocument("docx", (table_2(FORM, TRUE), *pages, table_4(FORM, TRUE)))
        assert_right(match(raw, FORM))


def test_headings_cut_through_by_a_page_are_completed_by_place_and_doubted() -> None:
    """自然人 and 总计 stay on the page before, only the five of 法人或其他组织 stand over the rows."""
    whole = table_3(FORM, TRUE)
    five = ("",) * 4 + whole.rows[2][4:9] + ("",)
    merged = frozenset((r - 2, c) for r, c in whole.merged if r > 2)
    pages = (
        RawTable(whole.rows[:2], "", frozenset((r, c) for r, c in whole.merged if r < 2)),
        RawTable((five, *whole.rows[3:]), "", merged),
    )
    matched = match(RawDocument("pdf", (table_2(FORM, TRUE), *pages, table_4(FORM, TRUE))), FORM)
    assert matched.values == TRUE
    unsure = {row.key for row in matched.unsure}
    assert unsure == {k for k in TRUE if k[0] == "3" and k.endswith((":natural", ":total"))}
    assert all("按从左到右的顺序" in row.remark for row in matched.unsure)


def test_a_line_whose_cells_are_merged_over_the_columns_of_other_tables() -> None:
    """As a web page becomes when a spreadsheet opens it: all tables share one grid of columns."""
    narrow = table_4(FORM, TRUE)
    rows = tuple(tuple(text for text in row for _ in range(2)) for row in narrow.rows)
    doubled = {(r, 2 * c + 1) for r, row in enumerate(narrow.rows) for c in range(len(row))}
    merged = {(r, 2 * c + half) for r, c in narrow.merged for half in range(2)} | doubled
    raw = published(FORM, TRUE)
    wide = RawTable(rows, "", frozenset(merged))
    assert_right(match(replace(raw, tables=(*raw.tables[:2], wide)), FORM))


@pytest.mark.parametrize("shown", ["all", "totals", "natural"])
def test_pages_copied_into_notepad_claim_no_column_for_certain(shown: str) -> None:
    """Merged cells are left out of such text, so that headings and figures do not line up."""
    ends = {"all": ":", "totals": (":total",), "natural": (":natural", ":total")}[shown]
    kept = {k: v for k, v in TRUE.items() if shown == "all" or k[0] in "24" or k.endswith(ends)}
    parts = [as_browser(make(FORM, kept)) for make in (table_2, table_3, table_4)]
    text = "\n".join(
        f"{table.title}\n{part}" for table, part in zip(FORM.tables, parts, strict=True)
    )
    matched = match(parse_text(text.replace("\r\n", "\n"), Limits().start("a.txt")), FORM)
    assert matched.values == kept
    unsure = {row.key for row in matched.unsure}
    assert unsure == {key for key in TRUE if key[0] in "34"}


def test_blanks_stay_blank_and_slashes_mean_not_applicable() -> None:
    figures = dict(TRUE)
    for key in ("2-1.1:made", "2-8.1:charged", "3-3.1:natural"):
        figures[key] = None
    figures["2-5.1:decided"] = NOT_APPLICABLE
    matched = match(published(FORM, figures), FORM)
    assert matched.not_applicable == ["2-5.1:decided"]
    assert set(matched.blank) == {"2-1.1:made", "2-8.1:charged", "3-3.1:natural"}
    assert matched.missing == ()
    assert len(matched.values) == 196


def test_a_slash_where_the_form_wants_a_number_is_no_number() -> None:
    matched = match(published(FORM, {**TRUE, "3-1:natural": NOT_APPLICABLE}), FORM)
    row = matched.by_key["3-1:natural"]
    assert (row.value, row.certainty < 1) == (None, True)
    assert "/" in row.remark


def test_the_2019_edition_gives_what_means_the_same_and_names_the_rest() -> None:
    blocks = (
        ("第二十条第（一）项",) * 4,
        ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"),
        ("规章", "1", "2", "3"),
        ("规范性文件", "4", "5", "6"),
        ("第二十条第（五）项",) * 4,
        ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量"),
        ("行政许可", "10", "11", "12"),
        ("其他对外管理服务事项", "13", "14", "15"),
        ("第二十条第（六）项",) * 4,
        ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量"),
        ("行政处罚", "20", "21", "22"),
        ("行政强制", "23", "24", "25"),
        ("第二十条第（八）项",) * 4,
        ("信息内容", "上一年项目数量", "本年增/减", ""),
        ("行政事业性收费", "30", "31", ""),
        ("第二十条第（九）项",) * 4,
        ("信息内容", "采购项目数量", "采购总金额", ""),
        ("政府集中采购", "40", "41万元", ""),
    )
    merged = frozenset(
        (r, c) for r, row in enumerate(blocks) for c in range(1, 4) if row[0].startswith("第二十条")
    )
    raw = published(FORM, TRUE, year=2020, edition_2019=True)
    matched = match(replace(raw, tables=(RawTable(blocks, "", merged), *raw.tables[1:])), FORM)
    new = {key for key in FORM.cells if key.startswith("3-3.6")}
    same = {k: v for k, v in TRUE.items() if k[0] in "34" and k not in new}
    decided = {"2-5.1:decided": 12, "2-6.1:decided": 22, "2-6.2:decided": 25}
    assert matched.values == {**decided, **same}
    assert new <= set(matched.missing)
    strange = [(row.label, row.figure) for row in matched.unmatched]
    assert strange.count(("（六）其他处理", "9")) == 7
    for named in (("规章", "1"), ("规范性文件", "4"), ("行政许可", "10"), ("政府集中采购", "40")):
        assert named in strange
    assert all(row.remark for row in matched.unmatched)
    # 处理决定数量 is not printed as in the form, so it is shown to be looked at.
    assert {row.key for row in matched.unsure} == set(decided)


def test_headings_missing_altogether_are_taken_by_place_and_doubted() -> None:
    whole = table_3(FORM, TRUE)
    bare = RawTable(whole.rows[3:], "", frozenset((r - 3, c) for r, c in whole.merged if r > 3))
    matched = match(RawDocument("xlsx", (bare,)), FORM)
    expected = {key: value for key, value in TRUE.items() if key.startswith("3-")}
    assert matched.values == expected
    assert {row.key for row in matched.unsure} == set(expected)


@pytest.mark.parametrize("drop", [4, 7, 9])
def test_a_missing_column_shifts_nothing(drop: int) -> None:
    """Without 科研机构, say, the figures of 社会公益组织 are still its own."""
    whole = table_3(FORM, TRUE)
    rows = tuple(row[:drop] + row[drop + 1 :] for row in whole.rows)
    merged = frozenset((r, c - (c > drop)) for r, c in whole.merged if c != drop)
    matched = match(RawDocument("html", (RawTable(rows, "", merged),)), FORM)
    for key, value in matched.values.items():
        assert value == TRUE[key]
    assert not matched.unsure


def test_a_figure_merged_over_two_cells_is_doubted() -> None:
    whole = table_3(FORM, TRUE)
    rows = [list(row) for row in whole.rows]
    rows[3][5] = rows[3][4]
    doubled = RawTable(tuple(map(tuple, rows)), "", whole.merged | {(3, 5)})
    matched = match(RawDocument("html", (doubled,)), FORM)
    for key in ("3-1:company", "3-1:research"):
        assert matched.by_key[key].certainty < 1


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_no_wrong_figure_without_a_warning(seed: int) -> None:
    """Rows and columns taken out, headings broken or misprinted: right, doubted or left out."""
    dice = random.Random(seed)
    raw = published(FORM, TRUE)
    tables = [[list(row) for row in table.rows] for table in raw.tables]
    for _ in range(dice.randrange(6)):
        rows = dice.choice(tables)
        at = dice.randrange(len(rows))
        column = dice.randrange(len(rows[at]))
        match dice.randrange(4):
            case 0:
                text = rows[at][column]
                cut = dice.randrange(len(text) + 1)
                rows[at][column] = f"{text[:cut]}\n {text[cut:]}"
            case 1:
                if not rows[at][column].isdigit():
                    rows[at][column] = rows[at][column][:-1]
            case 2:
                rows[at] = [text.replace("（", "(").replace("、", "，") for text in rows[at]]
            case _:
                rows[at] = [""] * len(rows[at])
    changed = tuple(
        RawTable(tuple(map(tuple, rows)), "", table.merged)
        for rows, table in zip(tables, raw.tables, strict=True)
    )
    matched = _matched(replace(raw, tables=changed))
    for key, value in matched.values.items():
        if value != TRUE[key]:
            row = matched.by_key[key]
            assert row.certainty < 1, row
            assert row.remark, row


def _matched(raw: RawDocument) -> Match:
    return match(raw, FORM)


def test_stray_words_of_several_tables_make_no_table() -> None:
    raw = RawTable((("其他", "1"), ("规章", "2"), ("行政复议", "3")))
    assert match(RawDocument("xlsx", (raw,)), FORM).values == {}
