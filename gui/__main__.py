"""The program's entry: a subcommand goes to the command line, everything else opens the window."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from core.subcommands import SUBCOMMANDS

_COMMAND_LINE_OPTIONS = frozenset({"-h", "--help", "--version"})


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program and returns its exit code.

    Qt is imported only when the window is wanted: scripts call the command line often, and the
    receiving office's machine may have no screen.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and (arguments[0] in SUBCOMMANDS or arguments[0] in _COMMAND_LINE_OPTIONS):
        from core.cli import main as command_line

        return command_line(arguments)
    # The run itself ends this, once its window is there.
    gc.disable()
    from gui.app import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
