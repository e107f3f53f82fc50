"""The names of the command line's commands, for programs that only need to tell them from a file.

On its own, because the command line takes every reader along and a start of the window does not.
"""

from __future__ import annotations

from typing import Final

SUBCOMMANDS: Final = (
    "read",
    "check",
    "new",
    "set",
    "baseline",
    "export",
    "forms",
    "form",
    "text",
    "rollup",
    "units",
    "rollup-worker",
)
