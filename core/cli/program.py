"""One run of the command line: its arguments, one command, its exit code.

A group of commands is a module here with a function ``add_to``; its names are listed in
:mod:`core.subcommands` too.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Final, NoReturn, TextIO

from core import __version__
from core.catalog import Catalog
from core.cli.common import FAILED, CommandProblem, Run
from core.cli.forms import add_to as add_forms
from core.cli.new_set_export import add_to as add_new_set_export
from core.cli.read_check import add_to as add_read_check
from core.cli.rollup import add_to as add_rollup
from core.cli.text import add_to as add_text
from core.problems import NianbaoError, system_reason

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


def _with_commands(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--version", action="version", version=f"公开年报 {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    for add in (add_read_check, add_new_set_export, add_forms, add_rollup, add_text):
        add(commands)
    return parser


def main(argv: Sequence[str] | None = None, catalog: Catalog | None = None) -> int:
    """Runs one command; its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console of code page 936 or a pipe must not fail on a rare character.
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        parser = _Parser(
            prog="nianbao", description="公开年报：填报、审核和导出政府信息公开统计表。"
        )
        arguments = _with_commands(parser).parse_args(argv)
        run: Run = arguments.run
        code = run(arguments, catalog or _catalog())
        if sys.stdout is not None:
            sys.stdout.flush()
    except NianbaoError as error:
        return _refused(str(error))
    except BrokenPipeError:
        # Whoever read our output has had enough (``… | head``); nothing is left to be told.
        _let_go(sys.stdout)
        return FAILED
    except OSError as error:
        # Commands word what becomes of files; what names no file is standard output, full or gone.
        if error.filename is not None:
            raise
        _let_go(sys.stdout)
        return _refused(CommandProblem.OUTPUT.sentence(reason=system_reason(error)))
    else:
        return code


def _refused(sentence: str) -> int:
    try:
        print(" ".join(sentence.split()), file=sys.stderr, flush=True)
    except OSError:
        _let_go(sys.stderr)
    return FAILED


def _let_go(stream: TextIO | None) -> None:
    """Sends what is left to be written nowhere: Python would complain about it in the end."""
    if stream is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _catalog() -> Catalog:
    from core.system.folders import own_forms_folder

    return Catalog.standard(own_forms_folder())
