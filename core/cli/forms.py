"""`forms` and `form`: the editions of the form at hand, and an office's own ones."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalog import Catalog, check_form_file
from core.cli.common import NOT_READY, READY, add_output, say, target_of, write_to
from core.period import Period
from core.storage.jsontext import Json, pretty

if TYPE_CHECKING:
    from core.cli.common import Commands


def add_to(commands: Commands) -> None:
    """Adds these commands."""
    forms = commands.add_parser("forms", help="列出可用的表样")
    forms.add_argument("--json", action="store_true", help="以 JSON 输出")
    forms.set_defaults(run=_forms)

    form = commands.add_parser("form", help="自制表样")
    actions = form.add_subparsers(dest="action", required=True)
    form_check = actions.add_parser("check", help="检查一个表样文件")
    form_check.add_argument("file", type=Path)
    form_check.set_defaults(run=_form_check)
    from_table = actions.add_parser("from-table", help="照着一张表格起草表样文件")
    from_table.add_argument("file", type=Path)
    add_output(from_table)
    from_table.set_defaults(run=_form_from_table)


def _forms(arguments: argparse.Namespace, catalog: Catalog) -> int:
    forms, broken = catalog.all_forms()
    for entry in broken:
        say(entry.sentence)
    if arguments.json:
        content: Json = [
            {
                "id": form.id,
                "name": form.name,
                "source": form.source,
                "period": form.period_kind.value,
                "in_force": {
                    "from": _period_json(form.in_force.first),
                    "until": _period_json(form.in_force.last),
                },
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


def _period_json(period: Period | None) -> Json:
    return None if period is None else str(period)


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

    output: Path = arguments.output
    target = target_of(arguments, (".toml",), arguments.file)
    document = read_document(arguments.file)
    form_id = re.sub(r"[^a-z0-9]+", "-", output.stem.lower()).strip("-") or "own-form"
    write_to(target, draft_form(document, form_id, arguments.file.name).encode("utf-8"))
    print(f"已起草“{output.name}”，请打开核对级别、单位和审核公式，再用 nianbao form check 检查。")
    good, _ = _told_of_form(output, catalog)
    return READY if good else NOT_READY
