"""Long work leaves nothing behind. ``python -m tests.bench.soak`` does it for 100,000 steps."""

from __future__ import annotations

from pathlib import Path

from tests.bench.soak import LIMIT, soak


def test_memory_stays_as_it_began(tmp_path: Path) -> None:
    result = soak(tmp_path, 5_000, seed=1)
    # Times are for the benchmark: a test must not depend on what else the machine does.
    assert result.last_bytes <= result.first_bytes * LIMIT + 256 * 1024, str(result)
