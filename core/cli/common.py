"""What every command shares: how it is refused in one sentence, opens a report and is parsed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalog import Catalog
from core.importing.own_files import changes_told, open_own
from core.problems import NianbaoError, Problem
from core.report import Report
from core.session import Session
from core.storage.nianbao import Opened

if TYPE_CHECKING:
    #: Where a group of commands puts its own.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]

READY, NOT_READY, FAILED = 0, 1, 2

#: What a command does; its exit code.
Run = Callable[[argparse.Namespace, Catalog], int]


class CommandProblem(Problem):
    """What the command line itself refuses."""

    USAGE = "命令写法不对：{reason}。请用 nianbao --help 查看用法。"
    ASSIGNMENT = "“{text}”写法不对，应为 单元格=数值，例如 3.1.4=5。"
    NOT_A_REPORT = "文件“{file}”不是 .nianbao 报表文件，请先用 nianbao new 新建。"
    EXISTS = "文件“{file}”已经存在，没有覆盖；请换一个文件名或先移走原文件。"


def say(text: str) -> None:
    """Tells a person something beside the result: on standard error."""
    print(text, file=sys.stderr)


def remark_on(opened: Opened) -> None:
    """Tells what there is to know about a file that was opened."""
    for remark in opened.remarks:
        say(remark)


def refuse_existing(path: Path) -> None:
    """Raises :class:`NianbaoError` where a file or folder is there.

    Windows says of NUL that it exists; writing refuses it.
    """
    if path.is_file() or path.is_dir():
        raise NianbaoError(CommandProblem.EXISTS, file=path.name)


def own_session(path: Path, catalog: Catalog) -> Session:
    """The report in this program's own file *path*. Raises :class:`NianbaoError`."""
    opened = open_own(path, catalog)
    if opened is None:
        raise NianbaoError(CommandProblem.NOT_A_REPORT, file=path.name)
    for remark in (*opened.remarks, *changes_told(path.name, opened.changed)):
        say(remark)
    return Session(opened.report, catalog.checks(opened.report.form.id))


def take_baseline(
    session: Session, path: Path, catalog: Catalog, form_id: str | None = None
) -> None:
    """Lays the figures of *path* beside the report as those of an earlier period."""
    from core.importing.propose import propose, to_baseline, warnings
    from core.session import Edit

    proposal = propose(
        path, catalog, form_id=form_id or session.form.id, before=session.report.period
    )
    for remark in (*proposal.remarks, *warnings(proposal, session.report)):
        say(str(remark))
    baselines = session.report.with_baseline(to_baseline(proposal, session.report))
    session.apply(Edit("导入上年", baselines=baselines))


def save(report: Report, path: Path) -> None:
    """Writes *report* into *path*. Raises :class:`NianbaoError`."""
    from core.storage.files import save_report

    save_report(report, path)
