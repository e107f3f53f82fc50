"""`rollup` and `units`: what the receiving office makes of a folder of reports."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalog import Catalog
from core.cli.common import NOT_READY, READY, add_output, say, target_of, write_to, writer
from core.problems import NianbaoError, Problem

if TYPE_CHECKING:
    from core.cli.common import Commands
    from core.rollup.result import Result
    from core.storage.target import Target


class RollupCommandProblem(Problem):
    """What these commands refuse."""

    SUFFIX = "“{file}”应以 {suffix} 结尾，请改正文件名。"


def add_to(commands: Commands) -> None:
    """Adds these commands."""
    rollup = commands.add_parser("rollup", help="汇总一个文件夹里各单位的报表")
    rollup.add_argument("folder", type=Path)
    rollup.add_argument("--units", type=Path, help="单位名单（XLSX 或 CSV）")
    rollup.add_argument("--form", default="", help="表样代号；不写则取多数报表所用的")
    rollup.add_argument("--period", default="", help="报告期：2019、2019-H1、2019-Q3 或 2019-07")
    rollup.add_argument("--last", type=Path, help="上年的汇总文件（.huizong）")
    rollup.add_argument("--office", default="", help="汇总单位；它自己的报表只对照，不相加")
    rollup.add_argument("--keep", type=Path, help="汇总文件（.huizong）；不写则与输出同名")
    rollup.add_argument("--workers", type=int, help="用几个进程读取；不写则按文件多少决定")
    rollup.add_argument(
        "--letters", type=Path, metavar="FOLDER", help="写催报和退回的文字和邮件草稿到这个文件夹"
    )
    add_output(rollup)
    rollup.add_argument("--json", action="store_true", help="以 JSON 输出")
    rollup.set_defaults(run=_rollup)

    units = commands.add_parser("units", help="单位名单")
    actions = units.add_subparsers(dest="action", required=True)
    draft = actions.add_parser("draft", help="照着文件夹里的报表起草单位名单")
    draft.add_argument("folder", type=Path)
    add_output(draft)
    draft.set_defaults(run=_draft)

    worker = commands.add_parser("rollup-worker")
    worker.set_defaults(run=_worker)


def _worker(_: argparse.Namespace, catalog: Catalog) -> int:
    from core.rollup.workers import serve

    serve(catalog, sys.stdin.buffer, sys.stdout.buffer)
    return READY


def _rollup(arguments: argparse.Namespace, catalog: Catalog) -> int:
    from core.rollup.session import Rollup
    from core.rollup.storing import held, open_kept, save_kept
    from core.rollup.units import read_units
    from core.storage.target import Target

    made = writer()
    output: Path = arguments.output
    sources = [path for path in (arguments.units, arguments.last) if path is not None]
    book = target_of(arguments, (".xlsx",), *sources)
    keep: Path = arguments.keep or output.with_suffix(".huizong")
    if keep.suffix.lower() != ".huizong":
        raise NianbaoError(RollupCommandProblem.SUFFIX, file=keep.name, suffix=".huizong")
    total = Target.checked(
        output.with_suffix(".nianbao"), (".nianbao",), sources, made, overwrite=arguments.overwrite
    )
    units = read_units(arguments.units) if arguments.units is not None else None
    last = open_kept(arguments.last)[0] if arguments.last is not None else None
    with held(keep, made.station, made.fs):
        kept, expected = open_kept(keep) if keep.is_file() else (None, "")
        rollup = Rollup(
            arguments.folder,
            catalog,
            units=units,
            form_id=arguments.form,
            period=arguments.period,
            office=arguments.office,
            kept=kept,
            last=last,
            left_out=[*sources, keep, output, total.path],
            workers=arguments.workers,
        )
        rollup.scan()
        result = rollup.result()
        save_kept(rollup.kept, keep, expected=expected, backups=made.backups)
        for remark in rollup.remarks:
            say(remark)
        _write(result, book, total)
        if arguments.letters is not None:
            _chase(result, arguments.letters)
    _tell(result, arguments.json)
    return READY if result.is_clean else NOT_READY


def _chase(result: Result, folder: Path) -> None:
    """The letters to units that have sent nothing or something wrong."""
    from core.rollup.chasing import write_letters

    written, said = write_letters(result, folder)
    for text in said:
        say(text)
    say(f"已写 {len(written)} 份催报和退回的文字，在“{folder.name}”里。")


def _write(result: Result, book: Target, total: Target) -> None:
    """OUT.xlsx, and the total as a report for the next level up."""
    from core.rollup.output.workbook import total_report, workbook_bytes
    from core.storage.nianbao import encode

    write_to(book, workbook_bytes(result))
    report, too_large = total_report(result, result.totals.whole)
    if too_large:
        names = "、".join(result.form.cell_name(key) for key in too_large)
        say(f"这些合计超过 15 位，没有写进“{total.path.name}”：{names}。")
    write_to(total, encode(report))


def _tell(result: Result, as_json: bool) -> None:
    if as_json:
        from core.rollup.as_json import as_json as contract
        from core.storage.jsontext import pretty

        print(pretty(contract(result)), end="")
        return
    from core.rollup.model import STATE_NAMES

    settled = result.settled
    counts = [f"{STATE_NAMES[state]} {number}" for state, number in result.count.items()]
    print(
        f"{result.form.name} {result.period.label}：{len(result.units)} 个单位，{'，'.join(counts)}。"
    )
    others = (
        ("读不了的文件", settled.unreadable),
        ("单位不明的报表", settled.unknown),
        ("报告期不符的报表", settled.wrong_period),
        ("表样不符的报表", settled.wrong_form),
    )
    told = [f"{name} {len(readings)}" for name, readings in others if readings]
    if told:
        print("，".join(told) + "。")
    for finding in result.findings:
        print(f"{finding.standing} {finding.message}")
    print("汇总齐全。" if result.is_complete else "汇总尚未齐全，详见输出的工作簿。")


def _draft(arguments: argparse.Namespace, catalog: Catalog) -> int:
    from core.rollup.drafting import draft_units

    target = target_of(arguments, (".xlsx",))
    data, count = draft_units(arguments.folder, catalog, left_out=(target.path,))
    write_to(target, data)
    print(
        f"已起草“{target.path.name}”，共 {count} 个单位，请核对名称，补全代码、组别、层级和邮箱。"
    )
    return READY
