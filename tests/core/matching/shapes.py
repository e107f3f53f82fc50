"""The three tables of the 2021 form as sites, crawlers, browsers and PDF readers hand them out.

Each shape is a way of writing the published tables as text or as a page; the same figures go into
all of them. What is left of merged cells differs: blank, left out, filled up at the end of the
row, or repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from core.form.form import Form
from core.reading.base.raw import RawTable
from core.values import CellValue
from tests.core.matching.published_2021 import cells, table_2, table_3, table_4

Figures = Mapping[str, CellValue]
Rows = list[list[str]]
TITLE: Final = "某某市2024年政府信息公开工作年度报告"


@dataclass(frozen=True)
class Published:
    """The tables and their titles, and what of it a shape needs."""

    form: Form
    tables: tuple[RawTable, ...]

    def titled(self) -> Iterable[tuple[str, RawTable]]:
        """Each table with the heading of its section."""
        return zip((table.title for table in self.form.tables), self.tables, strict=True)

    def text(self, body: Callable[[RawTable], str]) -> str:
        """Every table in *body*'s shape under its heading."""
        parts = [f"{title}\n{body(table)}" for title, table in self.titled()]
        return "\n".join(
            [
                TITLE,
                "一、总体情况",
                "报告期内工作平稳有序。",
                *parts,
                "五、存在的主要问题及改进情况",
                "无。",
            ]
        )


def published(form: Form, figures: Figures) -> Published:
    return Published(form, (table_2(form, figures), table_3(form, figures), table_4(form, figures)))


# -- rows of cells ---------------------------------------------------------------------------------


def left_out(table: RawTable) -> Rows:
    """Each cell once: what merged cells cover is left out."""
    return [[text.replace("\n", "") for text, _, _ in row] for row in cells(table)]


def left_blank(table: RawTable) -> Rows:
    """What merged cells cover is blank and keeps its place."""
    return [
        ["" if (r, c) in table.merged else text.replace("\n", "") for c, text in enumerate(row)]
        for r, row in enumerate(table.rows)
    ]


def blank_in_row(table: RawTable) -> Rows:
    """Blank where a cell is merged downwards, left out where it goes on to the right."""
    made: Rows = []
    for r, row in enumerate(table.rows):
        kept: list[str] = []
        for c, text in enumerate(row):
            if (r, c) not in table.merged:
                kept.append(text.replace("\n", ""))
            elif r and table.rows[r - 1][c : c + 1] == (text,) and row[c - 1 : c] != (text,):
                kept.append("")
        made.append(kept)
    return made


def filled_up(table: RawTable) -> Rows:
    """Each cell once, and as many blank ones at the end of the row as make it whole."""
    rows = left_out(table)
    width = max(map(len, table.rows))
    return [row + [""] * (width - len(row)) for row in rows]


def repeated(table: RawTable) -> Rows:
    return [[text.replace("\n", "") for text in row] for row in table.rows]


def split_heads(rows: Rows) -> Rows:
    """商业企业 and 科研机构 on two lines, as narrow columns break them."""
    made: Rows = []
    for row in rows:
        if "商业企业" not in row:
            made.append(row)
            continue
        made.append([{"商业企业": "商业", "科研机构": "科研"}.get(text, text) for text in row])
        made.append(["企业", "机构"])
    return made


def split_cells(rows: Rows) -> Rows:
    """The same, the halves being cells one after the other."""
    return [
        [
            half
            for text in row
            for half in {"商业企业": ("商业", "企业"), "科研机构": ("科研", "机构")}.get(
                text, (text,)
            )
        ]
        for row in rows
    ]


# -- lines -----------------------------------------------------------------------------------------


def joined(rows: Rows, between: str, before: str = "", after: str = "") -> str:
    return "\n".join(before + between.join(row) + after for row in rows)


def markdown(rows: Rows) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    ruler = "| " + " | ".join("---" for _ in rows[0]) + " |"
    return "\n".join(["", lines[0], ruler, *lines[1:], ""])


def one_a_line(rows: Rows, after: str = "") -> str:
    return "\n".join(text + after for row in rows for text in row if text or after)


def padded_pipes(rows: Rows, table: RawTable) -> str:
    """``| a | b | ||``: what merged cells leave stands as bare signs at the end of the row."""
    width = max(map(len, table.rows))
    return "\n".join("| " + " | ".join(row) + " | " + "|" * (width - len(row)) for row in rows)


def in_columns(table: RawTable) -> str:
    """As ``pdftotext -layout`` prints it: every cell under its column."""
    rows = left_blank(table)
    widths = [
        max(2 * len(row[c]) if c > 2 else min(2 * len(row[c]), 24) for row in rows if c < len(row))
        for c in range(max(map(len, rows)))
    ]
    lines: list[str] = []
    for row in rows:
        line = ""
        at = 0
        for text, width in zip(row, widths, strict=False):
            if text:
                have = sum(2 if ord(char) > 0x2E80 else 1 for char in line)
                line += " " * max(at - have, 2 if line else 0) + text
            at += width + 2
        lines.append(line)
    return "\n".join(lines)


def apart(rows: Rows) -> str:
    """First all labels, then all figures in reading order."""
    every = [text for row in rows for text in row if text]
    labels = [text for text in every if not text.isdigit()]
    return "\n".join([*labels, *(text for text in every if text.isdigit())])


def html(table: RawTable, *, inside: tuple[str, str] = ("", ""), too_far: int | None = None) -> str:
    """*inside*: elements between table and row; *too_far*: a merged cell that reaches a row further."""
    lines: list[str] = []
    count = 0
    for row in cells(table):
        line = ""
        for text, height, width in row:
            if height > 1:
                height += count == too_far
                count += 1
            line += f"<td rowspan={height} colspan={width}>{escape(text)}</td>"
        lines.append(f"<tr>{line}</tr>")
    return f"<table>{inside[0]}{''.join(lines)}{inside[1]}</table>"


def page(made: Published, **how: object) -> str:
    parts = [
        f"<p>{title}</p>{html(table, **how)}"  # pyright: ignore[reportArgumentType]
        for title, table in made.titled()
    ]
    return f"<meta charset=utf-8><title>{TITLE}</title><p>{TITLE}</p>{''.join(parts)}"


SHAPES: Final[Mapping[str, Callable[[Published], str]]] = {
    "page": lambda made: page(made),
    "form in table": lambda made: page(made, inside=("<form>", "</form>")),
    "center in table": lambda made: page(made, inside=("<center>", "</center>")),
    "div in table": lambda made: page(made, inside=("<div>", "</div>")),
    "rowspan too big, head": lambda made: page(made, too_far=0),
    "rowspan too big, group": lambda made: page(made, too_far=3),
    "rowspan too big, last": lambda made: page(made, too_far=8),
    "tab, blank": lambda made: made.text(lambda t: joined(left_blank(t), "\t")),
    "tab, left out": lambda made: made.text(lambda t: joined(left_out(t), "\t")),
    "tab, blank in row": lambda made: made.text(lambda t: joined(blank_in_row(t), "\t")),
    "tab, split heads": lambda made: made.text(lambda t: joined(split_heads(left_out(t)), "\t")),
    "csv, blank": lambda made: made.text(lambda t: joined(left_blank(t), ",")),
    "csv, filled up": lambda made: made.text(lambda t: joined(filled_up(t), ",")),
    "csv, ragged": lambda made: made.text(lambda t: joined(left_out(t), ",")),
    "csv, pipes": lambda made: made.text(lambda t: joined(filled_up(t), "|")),
    "csv, ragged pipes": lambda made: made.text(lambda t: joined(left_out(t), "|")),
    "csv, full-width": lambda made: made.text(lambda t: joined(filled_up(t), "，")),
    "csv, ragged full-width": lambda made: made.text(lambda t: joined(left_out(t), "，")),
    "markdown, filled up": lambda made: made.text(lambda t: markdown(filled_up(t))),
    "markdown, left out": lambda made: made.text(lambda t: markdown(left_out(t))),
    "markdown, blank": lambda made: made.text(lambda t: markdown(left_blank(t))),
    "markdown, repeated": lambda made: made.text(lambda t: markdown(repeated(t))),
    "pipes behind": lambda made: made.text(lambda t: joined(left_out(t), " | ", after=" |")),
    "pipes behind, blank": lambda made: made.text(
        lambda t: joined(split_heads(blank_in_row(t)), " | ", after=" |")
    ),
    "pipes, bare at the end": lambda made: made.text(lambda t: padded_pipes(left_out(t), t)),
    "pipe after each cell": lambda made: made.text(lambda t: one_a_line(left_out(t), " |")),
    "pipe on its own line": lambda made: made.text(lambda t: one_a_line(left_out(t), "\n|")),
    "two spaces": lambda made: made.text(lambda t: joined(left_out(t), "  ")),
    "one space": lambda made: made.text(lambda t: joined(left_out(t), " ")),
    "one space, split heads": lambda made: made.text(
        lambda t: joined(split_heads(left_out(t)), " ")
    ),
    "in columns": lambda made: made.text(in_columns),
    "one cell a line": lambda made: made.text(lambda t: one_a_line(left_out(t))),
    "one cell a line, blank lines": lambda made: made.text(
        lambda t: one_a_line(split_cells(left_out(t)), "\n")
    ),
    "one cell a line, blanks": lambda made: made.text(
        lambda t: one_a_line(split_cells(left_out(t)))
    ),
    "labels and figures apart": lambda made: made.text(lambda t: apart(left_out(t))),
}


def lines_of(text: str) -> Sequence[str]:
    return text.split("\n")
