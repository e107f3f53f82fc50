"""`new`, `set`, `baseline` and `export`: a report is made, filled in and handed out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalog import Catalog
from core.cli.common import (
    READY,
    CommandProblem,
    add_output,
    baseline_edit,
    change_report,
    own_session,
    read_baseline,
    say,
    target_of,
    write_to,
)
from core.period import Period
from core.problems import NianbaoError
from core.report import Report
from core.session import Edit, Session
from core.storage.files import open_report
from core.storage.filesystem import same_file
from core.storage.nianbao import encode

if TYPE_CHECKING:
    from core.cli.common import Commands


def add_to(commands: Commands) -> None:
    """Adds these commands."""
    new = commands.add_parser("new", help="新建一份空白报表")
    new.add_argument("--form", required=True)
    new.add_argument("--year", required=True, help="报告期：2019、2019-H1、2019-Q3 或 2019-07")
    new.add_argument("--unit-name", required=True, help="填报单位")
    add_output(new)
    new.set_defaults(run=_new)

    put = commands.add_parser("set", help="填写单元格：3.1.4=5，空值留空，/ 表示不适用")
    put.add_argument("file", type=Path)
    put.add_argument("cells", nargs="+", metavar="CELL=VALUE")
    _add_force(put)
    put.set_defaults(run=_set)

    baseline = commands.add_parser("baseline", help="把另一年的文件作为上年数")
    baseline.add_argument("file", type=Path)
    baseline.add_argument("last_year", type=Path)
    baseline.add_argument("--form", help="上年文件的表样代号；不写则自动识别")
    _add_force(baseline)
    baseline.set_defaults(run=_baseline)

    export = commands.add_parser("export", help="导出 XLSX")
    export.add_argument("file", type=Path)
    add_output(export)
    export.set_defaults(run=_export)


def _add_force(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--force", action="store_true", help="报表正被别人打开时也改动，先留一份历史版本"
    )


def _new(arguments: argparse.Namespace, catalog: Catalog) -> int:
    target = target_of(arguments, (".nianbao",))
    form = catalog.form(arguments.form)
    report = Report(form, Period.parse(arguments.year).of_kind(form.period_kind))
    report.header["unit_name"] = arguments.unit_name
    write_to(target, encode(report))
    if said := catalog.edition_remark(form, report.period):
        say(said)
    return READY


def _set(arguments: argparse.Namespace, catalog: Catalog) -> int:
    typed = [_assignment(text) for text in arguments.cells]

    def edit(session: Session) -> Edit:
        cells = {key: session.typed(key, value) for key, value in typed}
        return session.leave_computed(Edit("填写", cells=cells))

    change_report(arguments, catalog, edit)
    return READY


def _assignment(text: str) -> tuple[str, str]:
    """``3.1.4=5`` as the cell and what is typed into it. Raises :class:`NianbaoError`."""
    key, equals, value = text.rpartition("=") if text.count("=") == 1 else text.partition("=")
    if not equals or not key:
        raise NianbaoError(CommandProblem.ASSIGNMENT, text=text)
    return key.strip(), value


def _baseline(arguments: argparse.Namespace, catalog: Catalog) -> int:
    if same_file(arguments.file, arguments.last_year):
        raise NianbaoError(CommandProblem.OWN_BASELINE, file=arguments.last_year.name)
    # Reading takes long for some files, and nobody is kept from the report so long.
    report = open_report(arguments.file, catalog).report
    proposal = read_baseline(report, arguments.last_year, catalog, arguments.form)
    change_report(arguments, catalog, lambda session: baseline_edit(proposal, session))
    return READY


def _export(arguments: argparse.Namespace, catalog: Catalog) -> int:
    from core.writing.xlsx import workbook_bytes

    target = target_of(arguments, (".xlsx",), arguments.file)
    session = own_session(arguments.file, catalog)
    write_to(target, workbook_bytes(session))
    progress = session.progress()
    if session.is_ready:
        print("已导出，可报送。")
    else:
        print(
            f"已导出，尚不可报送：未填 {progress.total - progress.filled} 格，"
            f"必须改正 {progress.errors} 处，需要说明 {progress.warnings} 处。"
        )
    return READY
