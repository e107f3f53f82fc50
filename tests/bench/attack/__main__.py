"""``python -m tests.bench.attack``: see :mod:`tests.bench.attack.run`."""

from __future__ import annotations

import sys

from tests.bench.attack.run import main

sys.exit(main(sys.argv[1:]))
