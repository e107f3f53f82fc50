"""Comma- and tab-separated values, in any of the usual Chinese encodings."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace

from core.reading.base.limits import Budget, Limits
from core.reading.base.raw import RawDocument, RawTable
from core.reading.text.lines import common_width
from core.reading.text.text import decoded, parse_text

DELIMITERS = ("\t", ",", ";", "，", "|")
_SAMPLE_CHARACTERS = 64 * 1024
_SAMPLE_ROWS = 400
_SEPARATOR_LINE = re.compile(r"sep=(.)\n", re.IGNORECASE)
_FORMULA_TEXT = re.compile(r'="([^"]*)"')
_ODD_QUOTES = "文件中的引号不成对，已按没有引号读取，请核对单元格的内容。"


def delimiter_of(text: str) -> str | None:
    """The sign between the cells of *text*, or None where it is not such a file.

    Most lines must have the same number of cells, at least two: running text has commas too,
    but not as many on each line.
    """
    declared = _SEPARATOR_LINE.match(text)
    if declared is not None:
        return declared[1]
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(sample):
        # The last line of the sample is cut off.
        sample = sample.rpartition("\n")[0]
    best, best_share = None, 0.5
    for delimiter in DELIMITERS:
        counts = [len(row) for row in _sample_rows(sample, delimiter) if any(row)]
        usual = common_width(counts)
        share = counts.count(usual) / len(counts) if usual > 1 and len(counts) > 1 else 0.0
        if share > best_share:
            best, best_share = delimiter, share
    return best


def _sample_rows(sample: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in _rows(sample, delimiter):
            rows.append(row)
            if len(rows) == _SAMPLE_ROWS:
                break
    except csv.Error:
        # Quotes that do not pair, perhaps only since the sample ends inside a cell.
        if len(rows) < 2:
            return [line.split(delimiter) for line in sample.split("\n")[:_SAMPLE_ROWS]]
    return rows


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def read_delimited(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The one table of a CSV file; lines of a single cell belong to it like any other.

    Where TABs stand between the cells, running text around the table is told from it.

    Raises NianbaoError with EMPTY, TOO_LARGE, TOO_SLOW, or UNKNOWN_KIND for a file that is no text.
    """
    budget = limits.start(file)
    text, remarks = decoded(data, budget)
    return parse_delimited(text, budget, remarks)


def parse_delimited(text: str, budget: Budget, remarks: list[str] | None = None) -> RawDocument:
    """The same for a text that is decoded already, with ``\\n`` at line ends."""
    delimiter = delimiter_of(text)
    if delimiter in (None, "\t") and not _SEPARATOR_LINE.match(text):
        # TABs are what a table copied out of Word or a workbook has too, with narrative around.
        document = parse_text(text, budget, remarks)
        if document.tables:
            return replace(document, kind="csv")
    delimiter = delimiter or ","
    text = _SEPARATOR_LINE.sub("", text, count=1) if _SEPARATOR_LINE.match(text) else text
    said = list(remarks or [])
    if text.count(delimiter) > budget.limits.max_cells:
        raise budget.too_large(f"{budget.limits.max_cells} 个单元格")
    try:
        rows = [_counted(row, budget) for row in _rows(text, delimiter)]
    except csv.Error:
        said.append(_ODD_QUOTES)
        rows = [_counted(line.split(delimiter), budget) for line in text.split("\n")]
    kept = tuple(tuple(map(_plain, row)) for row in rows if any(map(str.strip, row)))
    table = RawTable(kept, blanks_lost=True)
    budget.check_rows(len(table.rows))
    return RawDocument("csv", (table,) if table.rows else (), "", tuple(said))


def _counted(row: list[str], budget: Budget) -> list[str]:
    budget.spend_cells(max(len(row), 1))
    return row


def _plain(cell: str) -> str:
    """Without the formula that some programs write to keep a code's zeros: ``="007"``."""
    match = _FORMULA_TEXT.fullmatch(cell.strip())
    return match[1] if match else cell
