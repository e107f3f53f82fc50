"""Nothing is lost when the program is killed. ``python -m tests.bench.kill 500`` does it longer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.bench.kill import Killer

KILLS = 50


@pytest.mark.skipif(os.name == "nt", reason="needs fork and SIGKILL")
def test_fifty_kills_lose_nothing(tmp_path: Path) -> None:
    killer = Killer(tmp_path, seed=50)
    try:
        toll = killer.run(KILLS)
    finally:
        killer.close()
    assert toll.losses == []
    assert toll.kills == KILLS
    assert toll.edits > 3 * KILLS, "the clerks were killed before they could do much"
    assert toll.recovered > 5
