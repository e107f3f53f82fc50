"""The 2018 report's table as raw rows, with the columns that a test asks for."""

from __future__ import annotations

from collections.abc import Sequence

from core.catalog import Catalog
from core.reading.base.raw import RawTable
from tests.core.figures import figures_2018
from tests.core.matching.quirks import Line, lines

FORM = Catalog.standard().form("cn-2014-beijing")
TRUE = {key: int(str(value)) for key, value in figures_2018().items()}


def table(head: Sequence[str], extra: Sequence[str] = (), name: str = "") -> RawTable:
    """The 2018 table; ``{n}`` in *head*'s columns is filled with the figure plus that number."""
    rows: list[tuple[str, ...]] = [tuple(extra)] if extra else []
    rows.append(tuple(word for word, _ in map(split, head)))
    for at, line in enumerate(lines(FORM, TRUE), 1):
        rows.append(tuple(_cell(what, line, at) for _, what in map(split, head)))
    return RawTable(tuple(rows), name)


def split(column: str) -> tuple[str, str]:
    word, _, what = column.partition("=")
    return word, what or word


def _cell(what: str, line: Line, at: int) -> str:
    match what:
        case "指标":
            return line.label
        case "单位":
            return line.unit
        case "序号":
            return str(at)
        case "代码":
            return line.code
        case "备注":
            return "无" if line.true else ""
        case _:
            return "" if line.true is None else str(line.true + int(what))
