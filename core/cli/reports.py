"""`new`, `set`, `baseline` and `export`: a report is made, filled in and handed out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalog import Catalog
from core.cli.common import (
    READY,
    CommandProblem,
    own_session,
    refuse_existing,
    save,
    take_baseline,
)
from core.period import Period
from core.problems import NianbaoError
from core.report import Report
from core.session import Edit
from core.values import CellValue

if TYPE_CHECKING:
    from core.cli.common import Commands


def add_to(commands: Commands) -> None:
    """Adds these commands."""
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


def _new(arguments: argparse.Namespace, catalog: Catalog) -> int:
    form = catalog.form(arguments.form)
    report = Report(form, Period.parse(arguments.year).of_kind(form.period_kind))
    report.header["unit_name"] = arguments.unit_name
    refuse_existing(arguments.output)
    save(report, arguments.output)
    return READY


def _set(arguments: argparse.Namespace, catalog: Catalog) -> int:
    session = own_session(arguments.file, catalog)
    cells: dict[str, CellValue] = {}
    for text in arguments.cells:
        key, equals, value = text.rpartition("=") if text.count("=") == 1 else text.partition("=")
        if not equals or not key:
            raise NianbaoError(CommandProblem.ASSIGNMENT, text=text)
        cells[key.strip()] = session.typed(key.strip(), value)
    session.apply(session.leave_computed(Edit("填写", cells=cells)))
    save(session.report, arguments.file)
    return READY


def _baseline(arguments: argparse.Namespace, catalog: Catalog) -> int:
    session = own_session(arguments.file, catalog)
    take_baseline(session, arguments.last_year, catalog, arguments.form)
    save(session.report, arguments.file)
    return READY


def _export(arguments: argparse.Namespace, catalog: Catalog) -> int:
    from core.writing.xlsx import export_report

    session = own_session(arguments.file, catalog)
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
