"""CSV and TSV: signs between cells, quotes, encodings, damage."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import ReadProblem
from core.reading.text.delimited import delimiter_of, read_delimited
from tests.core.reading.sample_2018 import (
    FUZZ,
    SAMPLE,
    expected,
    form_rows,
    found,
    right_figures,
    survives,
)


def written(delimiter: str = ",") -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(["政府信息公开情况统计表", "", ""])
    writer.writerow(["统计指标", "单位", "统计数"])
    for row in form_rows():
        note = f"\n（{row.note}）" if row.note.startswith("不同") else ""
        writer.writerow(["  " + row.label + note, row.unit, row.figure])
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_all_rows_are_read(delimiter: str, encoding: str) -> None:
    document = read_delimited(written(delimiter).encode(encoding), "a.csv", Limits())
    assert len(document.tables) == 1
    assert found(document.tables[0])[2:] == expected()
    assert right_figures(document) == 71
    assert document.remarks == ()


def test_quotes_line_breaks_and_spaces_are_kept() -> None:
    data = '"a ""b"", c",条,3\r\n"  第一行\n第二行",件,"1,024"\r\n'.encode()
    assert read_delimited(data, "a.csv", Limits()).tables[0].rows == (
        ('a "b", c', "条", "3"),
        ("  第一行\n第二行", "件", "1,024"),
    )


def test_a_declared_separator_and_codes_as_formulas() -> None:
    data = 'sep=;\n统计指标;代码\n当面申请数;="007"\n'.encode()
    assert read_delimited(data, "a.csv", Limits()).tables[0].rows == (
        ("统计指标", "代码"),
        ("当面申请数", "007"),
    )


def test_an_open_quote_does_not_swallow_the_rest() -> None:
    data = '甲,条,1\n"乙,条,2\n丙,条,3\n'.encode()
    document = read_delimited(data, "a.csv", Limits())
    assert [row[2] for row in document.tables[0].rows] == ["1", "2", "3"]
    assert any("引号" in remark for remark in document.remarks)


def test_a_report_is_no_delimited_file() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    assert delimiter_of(text[: text.index("附件1")]) is None


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=6),
                 min_size=3, max_size=3),
        min_size=3, max_size=8,
    )
)  # fmt: skip
def test_what_a_writer_wrote_is_read_back(rows: list[list[str]]) -> None:
    """With a declared separator every text comes back as it was, apart from blank rows."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    kept = [[_ends(cell) for cell in row] for row in rows if any(cell.strip() for cell in row)]
    data = ("sep=;\n" + stream.getvalue()).encode("utf-8-sig")
    try:
        document = read_delimited(data, "a.csv", Limits())
    except NianbaoError as error:
        # Cells of nothing but control characters look like a binary file.
        assert error.problem is ReadProblem.UNKNOWN_KIND
        return
    got = [list(row) for table in document.tables for row in table.rows]
    assert [row for row in got if any(map(str.strip, row))] == [
        row for row in kept if any(map(str.strip, row))
    ]


def _ends(cell: str) -> str:
    """Line ends as the reader gives them, and codes out of their formulas."""
    for sign in "\v\f\x85\u2028\u2029":
        cell = cell.replace(sign, "\n")
    return cell


def test_running_text_around_a_table_with_tabs_is_told_from_it() -> None:
    lines = ["2018年共主动公开政府信息56条。", "统计指标\t单位\t统计数", "甲\t条\t1", '"乙']
    lines += ['（注）"\t条\t2', "丙\t条\t3", "单位负责人意见已附。"]
    document = read_delimited("\r\n".join(lines).encode("gb18030"), "a.txt", Limits())
    assert document.tables[0].rows[1:] == (
        ("甲", "条", "1"),
        ("乙\n（注）", "条", "2"),
        ("丙", "条", "3"),
    )
    assert document.text == f"{lines[0]}\n{lines[-1]}"


def test_tabs_without_figures_are_still_cells() -> None:
    data = "甲\t乙\n丙\t丁\n".encode()
    assert read_delimited(data, "a.tsv", Limits()).tables[0].rows == (("甲", "乙"), ("丙", "丁"))


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(NianbaoError) as caught:
        read_delimited(b"a,1\n" * 101, "a.csv", Limits(max_rows=100))
    assert caught.value.problem is ReadProblem.TOO_LARGE


def test_mutated_files_are_read_or_refused() -> None:
    done, refused = survives(read_delimited, written().encode("gb18030"), seed=31)
    assert done + refused == FUZZ
