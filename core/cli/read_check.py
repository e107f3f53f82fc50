"""`read` and `check`: what a file says, and whether it is right. They write nothing."""

from __future__ import annotations

import argparse
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalog import Catalog
from core.checks.checks import Finding
from core.checks.standing import Standing
from core.checks.terms import Exact
from core.checks.wording import figure
from core.cli.common import NOT_READY, READY, baseline_edit, read_baseline, remark_on, say
from core.form.form import Level
from core.importing.opening import open_any
from core.session import Session
from core.storage.jsontext import Json, JsonObject, pretty
from core.values import format_value

if TYPE_CHECKING:
    from core.cli.common import Commands


def add_to(commands: Commands) -> None:
    """Adds these commands."""
    read = commands.add_parser("read", help="读取任何一种文件里的统计表")
    read.add_argument("file", type=Path)
    read.add_argument("--form", help="表样代号；不写则自动识别")
    read.add_argument("--json", action="store_true", help="以 JSON 输出")
    read.set_defaults(run=_read)

    check = commands.add_parser("check", help="审核一份报表")
    check.add_argument("file", type=Path)
    check.add_argument("--baseline", type=Path, help="上年的文件")
    check.add_argument("--form", help="表样代号；不写则自动识别")
    check.add_argument(
        "--text",
        nargs="?",
        const="",
        metavar="OTHER",
        help="正文与表对照；写上另一份文件，就用它的正文",
    )
    check.add_argument("--json", action="store_true", help="以 JSON 输出")
    check.set_defaults(run=_check)


def _read(arguments: argparse.Namespace, catalog: Catalog) -> int:
    from core.importing.propose import as_json, propose

    proposal = propose(arguments.file, catalog, form_id=arguments.form)
    for remark in proposal.remarks:
        say(str(remark))
    if arguments.json:
        print(pretty(as_json(proposal)), end="")
        return READY
    form = catalog.form(proposal.form_id)
    period = proposal.period.label if proposal.period else "（没有写明报告期）"
    print(f"{form.name}  {proposal.unit_name or '（没有写明单位）'}  {period}")
    for key, cell in form.cells.items():
        value = format_value(proposal.values.get(key))
        print(f"{key}\t{form.cell_name(key)}\t{value}\t{cell.unit.name}")
    return READY


def _check(arguments: argparse.Namespace, catalog: Catalog) -> int:
    opened = open_any(arguments.file, catalog, form_id=arguments.form)
    remark_on(opened)
    session = Session(opened.report, catalog.checks(opened.report.form.id))
    if arguments.baseline is not None:
        proposal = read_baseline(session.report, arguments.baseline, catalog)
        session.apply(baseline_edit(proposal, session))
    findings = session.findings
    blank = session.report.blank
    text = None
    if arguments.text is not None:
        from core.cli.text import checked_text

        text = checked_text(session.report, Path(arguments.text or arguments.file), catalog)
    if arguments.json:
        content: JsonObject = {
            "ready": session.is_ready,
            "blank": list[Json](blank),
            "findings": [_finding_json(session, finding) for finding in findings],
        }
        if text is not None:
            from core.cli.text import text_json

            content["text"] = text_json(text)
        print(pretty(content), end="")
    else:
        _print_findings(session)
        if text is not None:
            from core.cli.text import print_text

            print_text(text)
    return READY if session.is_ready else NOT_READY


def _finding_json(session: Session, finding: Finding) -> JsonObject:
    return {
        "check": finding.check,
        "level": finding.level.value,
        "cells": list[Json](finding.cells),
        "left": _json_number(finding.left),
        "right": _json_number(finding.right),
        "message": finding.message,
        "explained": session.is_explained(finding),
    }


def _json_number(number: Exact) -> Json:
    """A finding's figure as a JSON number; a fraction to 6 places, as in its sentence."""
    return Decimal(figure(number)) if isinstance(number, Fraction) else number


def _print_findings(session: Session) -> None:
    for finding in session.findings:
        mark = Standing.MUST if finding.level is Level.ERROR else Standing.EXPLAIN
        state = "（已说明）" if session.is_explained(finding) else ""
        print(f"{mark.sign}{mark.words}{state} {finding.message}")
    progress = session.progress()
    state = "可报送" if session.is_ready else "尚不可报送"
    print(
        f"已填 {progress.filled}/{progress.total}，必须改正 {progress.errors}，"
        f"需要说明 {progress.warnings}，{state}。"
    )
