"""The command line: the same core for scripts and for the receiving office.

Exit codes: 0 done (``check``: ready to send), 1 ``check`` found that it is not ready (``form check``:
mistakes), 2 something could not be done. Errors are one line in Chinese on standard error.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final, NoReturn

from core import __version__
from core.catalog import Catalog, check_form_file
from core.checks.checks import Finding
from core.checks.terms import Exact
from core.checks.wording import figure
from core.importing.opening import open_any
from core.importing.own_files import open_own
from core.period import Period
from core.problems import NianbaoError, Problem
from core.report import Report
from core.session import Edit, Session
from core.storage.jsontext import Json, JsonObject, pretty
from core.storage.nianbao import Opened
from core.values import CellValue, format_value

READY, NOT_READY, FAILED = 0, 1, 2


class CommandProblem(Problem):
    """What the command line itself refuses."""

    USAGE = "命令写法不对：{reason}。请用 nianbao --help 查看用法。"
    ASSIGNMENT = "“{text}”写法不对，应为 单元格=数值，例如 3.1.4=5。"
    NOT_A_REPORT = "文件“{file}”不是 .nianbao 报表文件，请先用 nianbao new 新建。"
    EXISTS = "文件“{file}”已经存在，没有覆盖；请换一个文件名或先移走原文件。"


#: argparse's English → ours; its wording is stable across Python 3.11 to 3.13.
_USAGE: Final = (
    (r"arguments are required: (.+)", "缺少 {}"),
    (r"invalid choice: '?([^' ]*)'?", "没有“{}”这个命令"),
    (r"unrecognized arguments: (.+)", "不认识“{}”"),
    (r"argument ([^:]+): expected", "{} 后面缺少内容"),
)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one Chinese line instead of argparse's English page."""

    def error(self, message: str) -> NoReturn:
        for pattern, sentence in _USAGE:
            found = re.search(pattern, message)
            if found:
                message = sentence.format(*found.groups())
                break
        raise NianbaoError(CommandProblem.USAGE, reason=message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="nianbao", description="公开年报：填报、审核和导出政府信息公开统计表。")
    parser.add_argument("--version", action="version", version=f"公开年报 {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)

    read = commands.add_parser("read", help="读取任何一种文件里的统计表")
    read.add_argument("file", type=Path)
    read.add_argument("--form", help="表样代号；不写则自动识别")
    read.add_argument("--json", action="store_true", help="以 JSON 输出")
    read.set_defaults(run=_read)

    check = commands.add_parser("check", help="审核一份报表")
    check.add_argument("file", type=Path)
    check.add_argument("--baseline", type=Path, help="上年的文件")
    check.add_argument("--form", help="表样代号；不写则自动识别")
    check.add_argument("--json", action="store_true", help="以 JSON 输出")
    check.set_defaults(run=_check)

    new = commands.add_parser("new", help="新建一份空白报表")
    new.add_argument("--form", required=True)
    new.add_argument("--year", required=True, help="报告期：2019、2019-H1、2019-Q3 或 2019-07")
    new.add_argument("--unit-name", required=True, help="填报单位")
    new.add_argument("-o", "--output", type=Path, required=True)
    new.set_defaults(run=_new)

    put = commands.add_parser("set", help="填写单元格：3.1.4=5，空值留空，/ 表示不适用")
    put.add_argument("file", type=Path)
    put.add_argument("cells", nargs="+", metavar="CELL=VALUE")
    put.set_defaults(run=_set)

    baseline = commands.add_parser("baseline", help="把另一年的文件作为上年数")
    baseline.add_argument("file", type=Path)
    baseline.add_argument("last_year", type=Path)
    baseline.add_argument("--form", help="上年文件的表样代号；不写则自动识别")
    baseline.set_defaults(run=_baseline)

    export = commands.add_parser("export", help="导出 XLSX")
    export.add_argument("file", type=Path)
    export.add_argument("-o", "--output", type=Path, required=True)
    export.set_defaults(run=_export)

    forms = commands.add_parser("forms", help="列出可用的表样")
    forms.add_argument("--json", action="store_true", help="以 JSON 输出")
    forms.set_defaults(run=_forms)

    form = commands.add_parser("form", help="自制表样")
    actions = form.add_subparsers(dest="action", required=True, parser_class=_Parser)
    form_check = actions.add_parser("check", help="检查一个表样文件")
    form_check.add_argument("file", type=Path)
    form_check.set_defaults(run=_form_check)
    from_table = actions.add_parser("from-table", help="照着一张表格起草表样文件")
    from_table.add_argument("file", type=Path)
    from_table.add_argument("-o", "--output", type=Path, required=True)
    from_table.set_defaults(run=_form_from_table)
    return parser


def main(argv: Sequence[str] | None = None, catalog: Catalog | None = None) -> int:
    """Runs one command; its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console of code page 936 or a pipe must not fail on a rare character.
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        arguments = _parser().parse_args(argv)
        return arguments.run(arguments, catalog or _catalog())
    except NianbaoError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # Whoever read our output has had enough (``… | head``); nothing is left to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _catalog() -> Catalog:
    from core.system.folders import own_forms_folder

    return Catalog.standard(own_forms_folder())


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _read(arguments: argparse.Namespace, catalog: Catalog) -> int:
    from core.importing.propose import as_json, propose

    proposal = propose(arguments.file, catalog, form_id=arguments.form)
    for remark in proposal.remarks:
        _say(remark)
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
    _remark(opened)
    session = Session(opened.report, catalog.checks(opened.report.form.id))
    if arguments.baseline is not None:
        _take_baseline(session, arguments.baseline, catalog)
    findings = session.findings
    blank = session.report.blank
    if arguments.json:
        content: Json = {
            "ready": session.is_ready,
            "blank": list[Json](blank),
            "findings": [_finding_json(session, finding) for finding in findings],
        }
        print(pretty(content), end="")
    else:
        _print_findings(session)
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
        mark = "●必须改正" if finding.level.value == "error" else "▲需要说明"
        state = "（已说明）" if session.is_explained(finding) else ""
        print(f"{mark}{state} {finding.message}")
    progress = session.progress()
    state = "可报送" if session.is_ready else "尚不可报送"
    print(
        f"已填 {progress.filled}/{progress.total}，必须改正 {progress.errors}，"
        f"需要说明 {progress.warnings}，{state}。"
    )


def _new(arguments: argparse.Namespace, catalog: Catalog) -> int:
    form = catalog.form(arguments.form)
    report = Report(form, Period.parse(arguments.year).of_kind(form.period_kind))
    report.header["unit_name"] = arguments.unit_name
    if _is_taken(arguments.output):
        raise NianbaoError(CommandProblem.EXISTS, file=arguments.output.name)
    _save(report, arguments.output)
    return READY


def _is_taken(path: Path) -> bool:
    """Whether a file or folder is there; Windows says of NUL that it exists, writing refuses it."""
    return path.is_file() or path.is_dir()


def _set(arguments: argparse.Namespace, catalog: Catalog) -> int:
    session = _own_session(arguments.file, catalog)
    cells: dict[str, CellValue] = {}
    for text in arguments.cells:
        key, equals, value = text.rpartition("=") if text.count("=") == 1 else text.partition("=")
        if not equals or not key:
            raise NianbaoError(CommandProblem.ASSIGNMENT, text=text)
        cells[key.strip()] = session.typed(key.strip(), value)
    session.apply(Edit("填写", cells=cells))
    _save(session.report, arguments.file)
    return READY


def _baseline(arguments: argparse.Namespace, catalog: Catalog) -> int:
    session = _own_session(arguments.file, catalog)
    _take_baseline(session, arguments.last_year, catalog, arguments.form)
    _save(session.report, arguments.file)
    return READY


def _take_baseline(
    session: Session, path: Path, catalog: Catalog, form_id: str | None = None
) -> None:
    from core.importing.propose import propose, to_baseline, warnings

    proposal = propose(
        path, catalog, form_id=form_id or session.form.id, before=session.report.period
    )
    for remark in (*proposal.remarks, *warnings(proposal, session.report)):
        _say(remark)
    baselines = session.report.with_baseline(to_baseline(proposal, session.report))
    session.apply(Edit("导入上年", baselines=baselines))


def _export(arguments: argparse.Namespace, catalog: Catalog) -> int:
    from core.writing.xlsx import export_report

    session = _own_session(arguments.file, catalog)
    export_report(session, arguments.output)
    progress = session.progress()
    if session.is_ready:
        print("已导出，可报送。")
    else:
        print(
            f"已导出，尚不可报送：未填 {progress.total - progress.filled} 格，"
            f"必须改正 {progress.errors} 处，需要说明 {progress.warnings} 处。"
        )
    return READY


def _forms(arguments: argparse.Namespace, catalog: Catalog) -> int:
    forms, broken = catalog.all_forms()
    for entry in broken:
        _say(entry.sentence)
    if arguments.json:
        content: Json = [
            {
                "id": form.id,
                "name": form.name,
                "source": form.source,
                "period": form.period_kind.value,
                "rows": len(form.rows),
                "cells": len(form.cells),
                "digest": form.digest,
            }
            for form in forms
        ]
        print(pretty(content), end="")
    else:
        for form in forms:
            print(f"{form.id}\t{form.name}\t{len(form.cells)} 格")
    return READY


def _form_check(arguments: argparse.Namespace, catalog: Catalog) -> int:
    good, named = _told_of_form(arguments.file, catalog)
    return READY if good and named else NOT_READY


def _told_of_form(path: Path, catalog: Catalog) -> tuple[bool, bool]:
    """Says what is wrong with the form in *path*: whether it is good, and named so as to be found."""
    checks, mistakes = check_form_file(path)
    misnamed = catalog.naming_mistake(path, checks.form.id) if checks is not None else None
    for mistake in (*mistakes, misnamed):
        if mistake is not None:
            print(f"{path.name}：{mistake}")
    if checks is None:
        return False, False
    form = checks.form
    print(
        f"表样“{form.name}”{'的内容' if misnamed else ''}没有错误：{len(form.tables)} 张表，"
        f"{len(form.rows)} 行，{len(form.cells)} 格，{len(checks.bound)} 条审核公式。"
    )
    return True, misnamed is None


def _form_from_table(arguments: argparse.Namespace, catalog: Catalog) -> int:
    from core.drafting import draft_form
    from core.reading.dispatch import read_document
    from core.storage.durable import write_durably

    output: Path = arguments.output
    if _is_taken(output):
        raise NianbaoError(CommandProblem.EXISTS, file=output.name)
    document = read_document(arguments.file)
    form_id = re.sub(r"[^a-z0-9]+", "-", output.stem.lower()).strip("-") or "own-form"
    write_durably(output, draft_form(document, form_id, arguments.file.name).encode("utf-8"))
    print(f"已起草“{output.name}”，请打开核对级别、单位和审核公式，再用 nianbao form check 检查。")
    good, _ = _told_of_form(output, catalog)
    return READY if good else NOT_READY


def _own_session(path: Path, catalog: Catalog) -> Session:
    opened = open_own(path, catalog)
    if opened is None:
        raise NianbaoError(CommandProblem.NOT_A_REPORT, file=path.name)
    _remark(opened)
    return Session(opened.report, catalog.checks(opened.report.form.id))


def _remark(opened: Opened) -> None:
    for remark in opened.remarks:
        _say(remark)


def _save(report: Report, path: Path) -> None:
    from core.storage.files import save_report

    save_report(report, path)
