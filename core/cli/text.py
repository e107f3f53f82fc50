"""The text of a report on the command line: held against the table, shown, drafted, written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from core.catalog import Catalog
from core.importing.opening import read_text
from core.narrative.agreement import TextFigure
from core.narrative.check import TextCheck, check_text
from core.narrative.guides import Guides
from core.report import Report
from core.storage.jsontext import Json, JsonObject


def checked_text(report: Report, path: Path, catalog: Catalog) -> TextCheck:
    """The text of *path* held against *report*. Raises :class:`NianbaoError`."""
    guide = Guides.standard(catalog).guide(report.form)
    return check_text(read_text(path, catalog), report, guide)


def text_json(check: TextCheck) -> JsonObject:
    """What came of a text, as ``check --text --json`` prints it."""
    return {
        "content": check.content,
        "figures": [_figure_json(figure) for figure in check.figures],
        "rules": [
            {
                "rule": finding.rule,
                "section": finding.section,
                "source": finding.source,
                "message": finding.message,
            }
            for finding in check.rules
        ],
    }


def print_text(check: TextCheck) -> None:
    """What is wrong or to be looked at in a text, one a line."""
    for figure in check.contradicting:
        print(f"●正文 {figure.message}")
    for figure in check.asked:
        print(f"？正文 {figure.message}")
    for finding in check.rules:
        print(f"▲正文 {finding.message}（{finding.source}）")
    tied = sum(1 for figure in check.figures if figure.cells)
    print(
        f"正文有 {len(check.figures)} 个数，{tied} 个与表对照，{len(check.contradicting)} 个不符，"
        f"{len(check.asked)} 个需要看一看。"
    )


def _figure_json(figure: TextFigure) -> JsonObject:
    told = figure.told
    return {
        "start": told.start,
        "end": told.end,
        "figure": told.text,
        "value": _number(told.value),
        "tie": figure.kind.value,
        "cells": list[Json](figure.cells),
        "sure": figure.sure,
        "agrees": figure.agrees,
        "expected": figure.expected,
        "message": figure.message,
    }


def _number(value: Decimal) -> Json:
    """A whole number without decimal places."""
    return int(value) if value == value.to_integral_value() else value.normalize()
