"""Plain text: the real 2018 report, and the same table flattened in every way that is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import NianbaoError
from core.reading.base.encoding import decode
from core.reading.base.limits import Limits
from core.reading.base.raw import ReadProblem
from core.reading.text.lines import display_width
from core.reading.text.text import read_text
from tests.core.reading.sample_2018 import (
    FUZZ,
    SAMPLE,
    FormRow,
    expected,
    form_rows,
    found,
    right_figures,
    survives,
)

NARRATIVE = "2018年共主动公开政府信息56条（累计达到446条）。收到申请3件，全部以信函形式申请。"


def read(text: str, encoding: str = "utf-8") -> list[list[tuple[str, str, str]]]:
    document = read_text(text.encode(encoding), "a.txt", Limits())
    return [found(table) for table in document.tables]


def label_of(row: FormRow) -> str:
    depth = row.code.count(".")
    return "  " * depth + row.label


# --- the real report ----------------------------------------------------------------------------


def test_the_2018_report_has_all_78_rows_in_order() -> None:
    document = read_text(SAMPLE.read_bytes(), SAMPLE.name, Limits())
    assert len(document.tables) == 1
    assert found(document.tables[0])[-78:] == expected()
    assert right_figures(document) == 71


def test_labels_keep_their_spaces_and_line_breaks() -> None:
    rows = read_text(SAMPLE.read_bytes(), SAMPLE.name, Limits()).tables[0].rows
    label = "  （一）主动公开政府信息数\n       （不同渠道和方式公开相同信息计1条）"
    assert rows[7] == (label, "条", "31")
    assert rows[2] == ("（   2018   年度）",)
    assert rows[4][0] == "填报单位（盖章）："


def test_the_narrative_of_the_2018_report_stays_text() -> None:
    text = read_text(SAMPLE.read_bytes(), SAMPLE.name, Limits()).text
    assert "2018年共主动公开政府信息56条（累计达到446条）" in text
    assert "主动公开规范性文件数" not in text
    assert text.splitlines()[0] == "通州区政务服务管理办公室"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_the_2018_report_in_other_encodings(encoding: str) -> None:
    data = SAMPLE.read_text(encoding="utf-8").replace("\n", "\r\n").encode(encoding)
    assert right_figures(read_text(data, "a.txt", Limits())) == 71


def test_text_that_follows_the_last_row_at_once_is_not_its_figure() -> None:
    data = SAMPLE.read_text(encoding="utf-8").rstrip() + "\n单位负责人：张三  审核人：李四\n"
    document = read_text(data.encode(), "a.txt", Limits())
    assert found(document.tables[0])[-1] == expected()[-1]
    assert document.text.endswith("单位负责人：张三  审核人：李四")


# --- ways of flattening -------------------------------------------------------------------------


def by_tabs(rows: list[FormRow]) -> str:
    return "\n".join(f"{label_of(row)}\t{row.unit}\t{row.figure}" for row in rows)


def by_tabs_with_notes_on_their_own_line(rows: list[FormRow]) -> str:
    return "\n".join(
        f"{label_of(row)}{chr(10) + '（' + row.note + '）' if row.note.startswith('不同') else ''}"
        f"\t{row.unit}\t{row.figure}"
        for row in rows
    )


def copied_from_excel(rows: list[FormRow]) -> str:
    """Cells of several lines stand in quotes, and quotes in them are doubled."""
    return "\n".join(
        f'"{label_of(row)}\n（{row.note}）"\t{row.unit}\t{row.figure}'
        if row.note
        else f"{label_of(row)}\t{row.unit}\t{row.figure}"
        for row in rows
    )


def by_tabs_headings_merged(rows: list[FormRow]) -> str:
    return "\n".join(
        f"{label_of(row)}\t{row.unit}\t{row.figure}" if row.unit else row.label for row in rows
    )


def by_tabs_at_the_end_of_each_cell(rows: list[FormRow]) -> str:
    return "\n".join(f"{label_of(row)}\t{row.unit}\t{row.figure}\t" for row in rows)


def by_cell_marks(rows: list[FormRow]) -> str:
    return "\n".join(f"{label_of(row)}\a{row.unit}\a{row.figure}\a" for row in rows)


def led_by_tabs(rows: list[FormRow]) -> str:
    return "\n\n".join(f"\t{label_of(row)}\n\t{row.unit}\n\t{row.figure}" for row in rows)


def led_by_tabs_with_a_blank_paragraph_inside(rows: list[FormRow]) -> str:
    return "\n\n".join(
        f"\t{label_of(row)}{chr(10) * 2 + '（' + row.note + '）' if row.note[:2] == '不同' and at > 5 else ''}"
        f"\n\t{row.unit}\n\t{row.figure}"
        for at, row in enumerate(rows)
    )


def padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def by_spaces(rows: list[FormRow]) -> str:
    width = max(display_width(label_of(row)) for row in rows) + 4
    return "\n".join(
        f"{padded(label_of(row), width)}{padded(row.unit, 10)}{row.figure}".rstrip() for row in rows
    )


def by_single_spaces(rows: list[FormRow]) -> str:
    return "\n".join(f"{label_of(row)} {row.unit} {row.figure}".rstrip() for row in rows)


def by_spaces_wrapped(rows: list[FormRow]) -> str:
    return "\n".join(_wrapped(rows, "  ", "", 40))


def by_spaces_wrapped_figures_in_the_middle(rows: list[FormRow]) -> str:
    """Unit and figure stand beside the middle line of a label of several lines."""
    return "\n".join(_wrapped(rows, "  ", "", 40, middle=True))


def by_pipes_wrapped(rows: list[FormRow]) -> str:
    return "\n".join(_wrapped(rows, "|", "|", 40))


def _wrapped(
    rows: list[FormRow], between: str, edge: str, width: int, middle: bool = False
) -> list[str]:
    """Labels broken at *width* columns as antiword does, unit and figure on the first line."""
    lines: list[str] = []
    for row in rows:
        pieces = [""]
        for char in label_of(row):
            if display_width(pieces[-1] + char) > width:
                pieces.append("")
            pieces[-1] += char
        for at, piece in enumerate(pieces):
            unit, figure = (
                (row.unit, row.figure) if at == (len(pieces) // 2 if middle else 0) else ("", "")
            )
            lines.append(
                edge
                + padded(piece, width)
                + between
                + padded(unit, 6)
                + between
                + padded(figure, 8)
                + edge
            )
    return lines


def one_cell_a_line(rows: list[FormRow]) -> str:
    return "\n".join(cell for row in rows for cell in (label_of(row), row.unit, row.figure) if cell)


def one_cell_a_line_with_blank_lines(rows: list[FormRow]) -> str:
    return "\n\n".join(cell for row in rows for cell in (label_of(row), row.unit, row.figure))


def markdown(rows: list[FormRow]) -> str:
    head = ["| 统计指标 | 单位 | 统计数 |", "| --- | :-: | ---: |"]
    return "\n".join([*head, *(f"| {row.label} | {row.unit} | {row.figure} |" for row in rows)])


def _grid(rows: list[FormRow], corner: str, dash: str, bar: str) -> str:
    border = corner + corner.join(dash * width for width in (40, 8, 10)) + corner
    lines = [border]
    for row in rows:
        lines += [line.replace("|", bar) for line in _wrapped([row], "|", "|", 40)]
        lines.append(border)
    return "\n".join(lines)


def grid(rows: list[FormRow]) -> str:
    return _grid(rows, "+", "-", "|")


def box_drawing(rows: list[FormRow]) -> str:
    return _grid(rows, "┼", "─", "│")


def pandoc_simple(rows: list[FormRow]) -> str:
    width = max(display_width(row.label) for row in rows)
    ruler = f"  {'-' * width} ------ --------"
    lines = [
        f"  {padded(row.label, width)} {padded(row.unit, 6)} {row.figure:>8}".rstrip()
        for row in rows
    ]
    return "\n".join(
        [f"  {padded('统计指标', width)} {padded('单位', 6)} 统计数", ruler, *lines, ruler]
    )


def pandoc_multiline(rows: list[FormRow]) -> str:
    solid = "  " + "-" * 56
    ruler = f"  {'-' * 40} ------ --------"
    lines = [solid, f"  {padded('统计指标', 40)} {padded('单位', 6)} 统计数", ruler]
    for row in rows:
        lines += ["  " + line for line in _wrapped([row], " ", "", 40)]
        lines.append("")
    return "\n".join([*lines[:-1], solid])


WAYS = [
    by_tabs,
    by_tabs_with_notes_on_their_own_line,
    by_tabs_headings_merged,
    by_tabs_at_the_end_of_each_cell,
    by_cell_marks,
    led_by_tabs,
    led_by_tabs_with_a_blank_paragraph_inside,
    by_spaces,
    by_single_spaces,
    by_spaces_wrapped,
    by_spaces_wrapped_figures_in_the_middle,
    copied_from_excel,
    by_pipes_wrapped,
    one_cell_a_line,
    one_cell_a_line_with_blank_lines,
    markdown,
    grid,
    box_drawing,
    pandoc_simple,
    pandoc_multiline,
]


@pytest.mark.parametrize("flatten", WAYS, ids=lambda way: way.__name__)
def test_every_way_of_flattening_gives_all_rows(flatten: Callable[[list[FormRow]], str]) -> None:
    text = f"{NARRATIVE}\n附件1\n\n{flatten(form_rows())}\n\n{NARRATIVE}\n"
    tables = read(text)
    assert len(tables) == 1
    assert [row for row in tables[0] if row in expected()] == expected()
    assert len(tables[0]) <= 80


@pytest.mark.parametrize("flatten", WAYS, ids=lambda way: way.__name__)
def test_narrative_before_and_after_stays_text(flatten: Callable[[list[FormRow]], str]) -> None:
    text = f"{NARRATIVE}\n\n{flatten(form_rows())}\n\n{NARRATIVE}\n"
    document = read_text(text.encode(), "a.txt", Limits())
    assert document.text == f"{NARRATIVE}\n{NARRATIVE}"


@pytest.mark.parametrize("flatten", WAYS, ids=lambda way: way.__name__)
def test_two_tables_with_text_between_are_kept_apart(
    flatten: Callable[[list[FormRow]], str],
) -> None:
    once = flatten(form_rows())
    tables = read(f"{once}\n\n{NARRATIVE}\n\n{once}\n")
    assert [len([row for row in table if row in expected()]) for table in tables] == [78, 78]


def test_narrative_alone_has_no_table() -> None:
    lines = [
        "\t一是加强组织领导，明确责任分工。",
        "\t二是规范工作流程，2018年共公开信息56条。",
        "1、\t工作总体情况",
        "2、\t存在的不足",
        "    （三）提升政务服务工作实效情况",
    ]
    document = read_text("\n".join(lines).encode(), "a.txt", Limits())
    assert document.tables == ()
    assert document.text.count("\n") == 4


def test_figures_in_blank_places_are_not_invented() -> None:
    """One cell a line and two figure columns, one of them blank: said, since the place is lost."""
    lines = ["受理总数", "5", "3", "维持", "2", "纠正", "1", "2", "其他", "1", "1"]
    document = read_text("\n".join(lines).encode(), "a.txt", Limits())
    assert len(document.remarks) == 1
    assert "空白单元格" in document.remarks[0]


# --- encodings ----------------------------------------------------------------------------------

TRADITIONAL = "政府資訊公開情況統計表\n一、主動公開情況\n（一）主動公開政府資訊數\t條\t31\n申請辦結數\t件\t3\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "big5", "gb18030"]
)
def test_traditional_text_is_recognised(encoding: str) -> None:
    assert decode(TRADITIONAL.encode(encoding)).text.lstrip("\ufeff") == TRADITIONAL


@pytest.mark.parametrize("declared", [None, "utf-8", "big5", "gb2312", "iso-8859-1", "nonsense"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_a_wrong_declaration_does_no_harm(encoding: str, declared: str | None) -> None:
    text = SAMPLE.read_text(encoding="utf-8")[:3000]
    assert decode(text.encode(encoding), declared).text == text


@pytest.mark.parametrize("flatten", WAYS, ids=lambda way: way.__name__)
def test_every_way_of_flattening_in_gb18030(flatten: Callable[[list[FormRow]], str]) -> None:
    text = flatten(form_rows())
    assert decode(text.encode("gb18030")).text == text


def test_chinese_after_a_long_beginning_in_ascii() -> None:
    text = "x" * 100_001 + "政府信息公开情况统计表"
    assert decode(text.encode("gb18030")).text == text
    assert decode(text.encode("utf-16-le")).text == text


def test_one_damaged_byte_does_not_change_the_encoding() -> None:
    data = bytearray(SAMPLE.read_bytes())
    data[200] = 0xFF
    document = read_text(bytes(data), "a.txt", Limits())
    assert right_figures(document) == 71
    assert any("无法识别" in remark for remark in document.remarks)


@given(st.sampled_from([row.label for row in form_rows()]), st.sampled_from(["gb18030", "utf-8"]))
def test_a_single_label_is_enough(label: str, encoding: str) -> None:
    assert decode(label.encode(encoding)).text == label


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_said_to_be_empty(data: bytes) -> None:
    with pytest.raises(NianbaoError) as caught:
        read_text(data, "a.txt", Limits())
    assert caught.value.problem is ReadProblem.EMPTY


def test_binary_data_is_refused() -> None:
    data = bytes((at * 7919 + at // 251) % 256 for at in range(20_000))
    with pytest.raises(NianbaoError) as caught:
        read_text(data, "a.txt", Limits())
    assert caught.value.problem is ReadProblem.UNKNOWN_KIND


def test_too_many_cells_are_refused() -> None:
    with pytest.raises(NianbaoError) as caught:
        read_text(b"a\t1\t2\n" * 5000, "a.txt", Limits(max_cells=9000))
    assert caught.value.problem is ReadProblem.TOO_LARGE


@pytest.mark.parametrize(
    "line",
    ["（\t1", "（", "甲  1", '"甲\t1', "-- --", "|-----------------------x|", "\t1", "甲\n1", "["],
)
def test_a_line_repeated_without_end_takes_no_row_without_end(line: str) -> None:
    """Brackets and quotes that never close, rulers without a table: rows stay short."""
    document = read_text(f"{line}\n".encode() * 3000 + b"a\t1\nb\t2\n", "a.txt", Limits())
    lengths = [len(cell) for table in document.tables for row in table.rows for cell in row]
    assert max(lengths, default=0) < 500


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(NianbaoError) as caught:
        read_text(b"a\n" * 401, "a.txt", Limits(max_rows=100))
    assert caught.value.problem is ReadProblem.TOO_LARGE


@pytest.mark.parametrize("flatten", [by_tabs, by_spaces, grid, one_cell_a_line, pandoc_multiline])
def test_mutated_texts_are_read_or_refused(flatten: Callable[[list[FormRow]], str]) -> None:
    data = f"{NARRATIVE}\n{flatten(form_rows())}\n{NARRATIVE}".encode()
    done, refused = survives(read_text, data, seed=2018, count=max(FUZZ // 5, 20))
    assert done + refused > 0


def test_the_mutated_report_is_read_or_refused() -> None:
    done, refused = survives(read_text, SAMPLE.read_bytes(), seed=6)
    assert done > refused
