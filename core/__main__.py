"""``python -m core``: the command line. Without a command it starts the window in a new process."""

from __future__ import annotations

import subprocess
import sys

from core.cli import main
from core.subcommands import SUBCOMMANDS

if len(sys.argv) > 1 and (sys.argv[1] in SUBCOMMANDS or sys.argv[1].startswith("-")):
    sys.exit(main(sys.argv[1:]))
# The core never imports the window; a process of its own keeps it so.
sys.exit(subprocess.call([sys.executable, "-m", "gui", *sys.argv[1:]]))
