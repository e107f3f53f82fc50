"""The 2021 form as offices publish it: merged headings, groups merged downwards, blocks, a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from core.form.form import Form
from core.reading.base.raw import RawDocument, RawTable
from core.values import CellValue, format_value

Figures = Mapping[str, CellValue]


@dataclass
class Maker:
    """Lays cells out on a grid as readers hand them on: a merged text stands in every place."""

    rows: list[list[str]] = field(default_factory=list)
    merged: set[tuple[int, int]] = field(default_factory=set)

    def put(self, row: int, column: int, text: str, height: int = 1, width: int = 1) -> None:
        for r in range(row, row + height):
            while len(self.rows) <= r:
                self.rows.append([])
            for c in range(column, column + width):
                self.rows[r] += [""] * (c + 1 - len(self.rows[r]))
                self.rows[r][c] = text
                if (r, c) != (row, column):
                    self.merged.add((r, c))

    def table(self, name: str = "") -> RawTable:
        return RawTable(tuple(map(tuple, self.rows)), name, frozenset(self.merged))


def table_2(form: Form, figures: Figures) -> RawTable:
    maker = Maker()
    line = 0
    table = form.table("2")
    for top in table.children[None]:
        maker.put(line, 0, top.label, width=4)
        line += 1
        below = table.children[top.code]
        columns = below[0].columns
        maker.put(line, 0, "信息内容")
        spread = 3 // len(columns)
        for at, column in enumerate(columns):
            label = column.label + ("\n（单位：万元）" if column.code == "charged" else "")
            maker.put(line, 1 + at * spread, label, width=spread)
        line += 1
        for row in below:
            maker.put(line, 0, row.label)
            for at, column in enumerate(columns):
                value = format_value(figures.get(table.key(row, column)))
                # A merged figure belongs to one cell only: published tables span it.
                maker.put(line, 1 + at * spread, value, width=spread)
            line += 1
    return maker.table()


def table_3(form: Form, figures: Figures, *, edition_2019: bool = False) -> RawTable:
    table = form.table("3")
    maker = Maker()
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    maker.put(0, 0, note, height=3, width=3)
    maker.put(0, 3, "申请人情况", width=7)
    maker.put(1, 3, "自然人", height=2)
    maker.put(1, 4, "法人或其他组织", width=5)
    for at, label in enumerate(
        ("商业\n企业", "科研\n机构", "社会公益组织", "法律服务机构", "其他")
    ):
        maker.put(2, 4 + at, label)
    maker.put(1, 9, "总计", height=2)
    line = 3
    leaves = [row for row in table.rows if row.columns]
    if edition_2019:
        leaves = [row for row in leaves if not row.code.startswith("3-3.6")]
    for row in leaves:
        path = [row]
        while path[0].parent is not None:
            path.insert(0, form.rows[path[0].parent])
        if edition_2019 and row.code == "3-3.7":
            maker.put(line, 0, "三、本年度办理结果")
            maker.put(line, 1, "（六）其他处理", width=2)
            for at in range(7):
                maker.put(line, 3 + at, "9")
            line += 1
        for depth, part in enumerate(path):
            last = part is row
            text = part.label + (f"（{part.note}）" if part.note else "")
            maker.put(line, depth, text, width=3 - depth if last else 1)
            if not last and maker.rows[line - 1][depth : depth + 1] == [text]:
                maker.merged.add((line, depth))
        for at, column in enumerate(table.columns):
            maker.put(line, 3 + at, format_value(figures.get(table.key(row, column))))
        line += 1
    return maker.table()


def table_4(form: Form, figures: Figures) -> RawTable:
    table = form.table("4")
    maker = Maker()
    maker.put(0, 0, "行政复议", width=5)
    maker.put(0, 5, "行政诉讼", width=10)
    maker.put(1, 5, "未经复议直接起诉", width=5)
    maker.put(1, 10, "复议后起诉", width=5)
    at = 0
    for row in table.rows:
        for column in row.columns:
            first = row.code == "4-1"
            maker.put(1 if first else 2, at, column.label, height=2 if first else 1)
            maker.put(3, at, format_value(figures.get(table.key(row, column))))
            at += 1
    return maker.table()


def published(
    form: Form, figures: Figures, *, year: int = 2022, edition_2019: bool = False
) -> RawDocument:
    """Three tables with the text around them, as on a web page."""
    text = (
        f"某区教育局{year}年政府信息公开工作年度报告\n一、总体情况\n"
        "二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n"
        "四、政府信息公开行政复议、行政诉讼情况"
    )
    tables = (
        table_2(form, figures),
        table_3(form, figures, edition_2019=edition_2019),
        table_4(form, figures),
    )
    return RawDocument("html", tables, text)


def one_sheet(form: Form, figures: Figures, year: int = 2022) -> RawDocument:
    """All three tables under one another in one sheet, with their titles."""
    document = published(form, figures, year=year)
    rows: list[Sequence[str]] = [(f"{year}年度政府信息公开工作年度报告统计表",)]
    merged: set[tuple[int, int]] = set()
    for table, of in zip(document.tables, form.tables, strict=True):
        rows += [(), (of.title,)]
        merged |= {(row + len(rows), column) for row, column in table.merged}
        rows += table.rows
    sheet = RawTable(tuple(map(tuple, rows)), f"{year}", frozenset(merged))
    return RawDocument("xlsx", (sheet,))


# -- as programs put a table on the clipboard --------------------------------------------------------


def cells(table: RawTable) -> list[list[tuple[str, int, int]]]:
    """Each row's cells as HTML has them: text, rows and columns merged."""
    done: set[tuple[int, int]] = set()
    rows: list[list[tuple[str, int, int]]] = []
    for r, row in enumerate(table.rows):
        found: list[tuple[str, int, int]] = []
        for c, text in enumerate(row):
            if (r, c) in done:
                continue

            def goes_on(at: int, column: int, text: str = text) -> bool:
                return (
                    at < len(table.rows)
                    and column < len(table.rows[at])
                    and (at, column) in table.merged
                    and table.rows[at][column] == text
                )

            width = 1
            while goes_on(r, c + width):
                width += 1
            height = 1
            while all(goes_on(r + height, column) for column in range(c, c + width)):
                height += 1
            done |= {(r + h, c + w) for h in range(height) for w in range(width)}
            found.append((text, height, width))
        rows.append(found)
    return rows


def as_html(table: RawTable) -> str:
    """As Excel, WPS and browsers copy it."""
    lines = [
        "<tr>" + "".join(f"<td rowspan={h} colspan={w}>{escape(t)}</td>" for t, h, w in row)
        for row in cells(table)
    ]
    return f"<html><body><table>{''.join(f'{line}</tr>' for line in lines)}</table></body></html>"


def as_spreadsheet(table: RawTable) -> str:
    """The text that Excel and WPS put beside it: merged cells are blank but keep their place."""
    return as_text(
        ["" if (r, c) in table.merged else _quoted(text) for c, text in enumerate(row)]
        for r, row in enumerate(table.rows)
    )


def as_browser(table: RawTable) -> str:
    """The text that browsers put beside it: merged cells are left out."""
    return as_text([text.replace("\n", "") for text, _, _ in row] for row in cells(table))


def as_text(rows: Iterable[Sequence[str]]) -> str:
    return "".join("\t".join(row) + "\r\n" for row in rows)


def _quoted(text: str) -> str:
    return f'"{text}"' if "\n" in text else text
