"""The command line: the same core for scripts and for the receiving office.

Exit codes: 0 done (``check``: ready to send), 1 ``check`` found that it is not ready (``form check``:
mistakes), 2 something could not be done. Errors are one line in Chinese on standard error.
"""

from __future__ import annotations

from core.cli.program import main as main
