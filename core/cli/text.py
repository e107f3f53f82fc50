"""The text of a report on the command line: held against the table, shown, drafted, written."""

from __future__ import annotations

import argparse
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalog import Catalog
from core.cli.common import READY, change_report, own_session
from core.importing.opening import read_text
from core.narrative.agreement import TextFigure
from core.narrative.check import TextCheck, check_text
from core.narrative.drafting import drafted_into
from core.narrative.guides import Guides
from core.narrative.notation import paragraph_in
from core.narrative.rendering import plain_text
from core.narrative.text import Paragraph, ReportText
from core.problems import NianbaoError, Problem
from core.reading.dispatch import read_document
from core.report import Report
from core.session import Edit, Session
from core.storage.clean import clean_line
from core.storage.jsontext import Json, JsonObject

if TYPE_CHECKING:
    from core.cli.common import Commands


class TextProblem(Problem):
    """Why a text is not written."""

    HALF = "--section 和 --from 要一起写，例如 --section 1.2 --from 依申请公开.txt。"
    NO_SECTION = "正文没有代号为“{code}”的部分，现有的有：{known}。"


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


def add_to(commands: Commands) -> None:
    """Adds these commands."""
    text = commands.add_parser("text", help="显示报表的正文，或起草、写入")
    text.add_argument("file", type=Path)
    text.add_argument("--draft", action="store_true", help="给空着的部分起草，写了的不动")
    text.add_argument("--section", metavar="CODE", help="要写入的部分的代号，与 --from 合用")
    text.add_argument("--from", dest="source", type=Path, help="这一部分的文字，每行一段")
    text.add_argument(
        "--force", action="store_true", help="报表正被别人打开时也改动，先留一份历史版本"
    )
    text.set_defaults(run=_text)


def _text(arguments: argparse.Namespace, catalog: Catalog) -> int:
    if (arguments.section is None) != (arguments.source is None):
        raise NianbaoError(TextProblem.HALF)
    if arguments.draft or arguments.section is not None:
        lines = _lines(arguments.source) if arguments.source is not None else []
        guides = Guides.standard(catalog)

        def edit(session: Session) -> Edit:
            report = session.report
            text = report.text
            if arguments.draft or not text:
                text = drafted_into(text, report, guides.guide(report.form))
            if arguments.section is not None:
                text = _written(text, arguments.section, lines)
            return Edit("写正文", text=text)

        change_report(arguments, catalog, edit)
        return READY
    report = own_session(arguments.file, catalog).report
    print(plain_text(report.text, report))
    return READY


def _lines(path: Path) -> list[Paragraph]:
    """The paragraphs in a text file, with fields in the notation of the .nianbao file."""
    document = read_document(path)
    return [paragraph_in(clean_line(line)) for line in document.text.splitlines() if line.strip()]


def _written(text: ReportText, code: str, lines: list[Paragraph]) -> ReportText:
    sections = list(text.sections)
    for number, section in enumerate(sections):
        if section.code == code:
            sections[number] = section._replace(paragraphs=tuple(lines))
            return text._replace(sections=tuple(sections))
    known = "、".join(section.code for section in sections if section.code)
    raise NianbaoError(TextProblem.NO_SECTION, code=code, known=known)
