"""What every command shares: how it is refused in one sentence, opens a report and is parsed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalog import Catalog
from core.importing.own_files import changes_told, open_own
from core.problems import NianbaoError, Problem
from core.report import Report
from core.session import Edit, Session
from core.storage.files import OpenedFile
from core.storage.nianbao import FileProblem, Opened

if TYPE_CHECKING:
    from core.importing.proposal import Proposal
    from core.storage.change import Writer
    from core.storage.target import Target

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
    NOT_CHANGED_HERE = (
        "文件“{file}”不是 .nianbao 报表文件，没有改动它；"
        "导出的工作簿只能读取，请改动原来的 .nianbao 文件再导出。"
    )
    OWN_BASELINE = "“{file}”就是这份报表，不能作为它自己的上年数。"
    OUTPUT = "结果没有写完（{reason}）。"


def say(text: str) -> None:
    """Tells a person something beside the result: on standard error."""
    print(text, file=sys.stderr)


def remark_on(opened: Opened | OpenedFile) -> None:
    """Tells what there is to know about a file that was opened."""
    for remark in opened.remarks:
        say(remark)


def writer() -> Writer:
    """What commands change files with: the marks and versions that the window has too."""
    from core.storage.backups import Backups
    from core.storage.change import Writer
    from core.storage.filesystem import FileSystem
    from core.storage.station import this_station
    from core.system.folders import data_folder

    folder, fs = data_folder(), FileSystem()
    return Writer(this_station(folder, fs), Backups(folder / "versions", fs), fs)


def add_output(parser: argparse.ArgumentParser) -> None:
    """Adds the options of a command that writes a new file."""
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument(
        "--overwrite", action="store_true", help="覆盖已有的文件，原文件留一份历史版本"
    )


def target_of(arguments: argparse.Namespace, suffixes: Iterable[str], *sources: Path) -> Target:
    """The file that a command with :func:`add_output` is to write, of one of these kinds.

    To be asked before the work begins. Raises :class:`NianbaoError` where nothing may be written
    there: the file exists, is one of *sources*, is no ordinary file, or is named as another kind.
    """
    from core.storage.target import Target

    return Target.checked(
        arguments.output, suffixes, sources, writer(), overwrite=arguments.overwrite
    )


def write_to(target: Target, data: bytes) -> None:
    """Writes a command's new file, whole or (raising :class:`NianbaoError`) not at all."""
    for remark in target.write(data):
        say(remark)


def change_report(
    arguments: argparse.Namespace, catalog: Catalog, edit: Callable[[Session], Edit]
) -> None:
    """Makes an edit to the report in ``arguments.file``, over nothing that others wrote meanwhile.

    *edit* may be asked again, for a newer report. Raises :class:`NianbaoError`.
    """
    path: Path = arguments.file

    def changed(report: Report) -> Report:
        session = Session(report, catalog.checks(report.form.id))
        session.apply(edit(session))
        return session.report

    try:
        done = writer().change(path, catalog, changed, force=arguments.force)
    except NianbaoError as error:
        if error.problem is FileProblem.NOT_OURS:
            raise NianbaoError(CommandProblem.NOT_CHANGED_HERE, file=path.name) from error
        raise
    for remark in done.remarks:
        say(remark)


def own_session(path: Path, catalog: Catalog) -> Session:
    """The report in this program's own file *path*. Raises :class:`NianbaoError`."""
    opened = open_own(path, catalog)
    if opened is None:
        raise NianbaoError(CommandProblem.NOT_A_REPORT, file=path.name)
    for remark in (*opened.remarks, *changes_told(path.name, opened.changed)):
        say(remark)
    return Session(opened.report, catalog.checks(opened.report.form.id))


def read_baseline(
    report: Report, path: Path, catalog: Catalog, form_id: str | None = None
) -> Proposal:
    """The figures of *path* as those of a period before *report*'s; what there is to say is said."""
    from core.importing.propose import propose, warnings

    proposal = propose(path, catalog, form_id=form_id or report.form.id, before=report.period)
    for remark in (*proposal.remarks, *warnings(proposal, report)):
        say(str(remark))
    return proposal


def baseline_edit(proposal: Proposal, session: Session) -> Edit:
    """Lays the figures of *proposal* beside the report."""
    from core.importing.propose import to_baseline

    kept = session.report.with_baseline(to_baseline(proposal, session.report))
    return Edit("导入上年", baselines=kept)
