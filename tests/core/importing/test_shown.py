"""Small files whose cells show something else than they store, read whole: no figure silently wrong.

``reference/shown/right.json``: file → cell → the figure that the page shows; ``null`` where nothing
may be taken as sure.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.catalog import Catalog
from core.importing.propose import propose

FOLDER = Path(__file__).resolve().parents[2] / "reference" / "shown"
RIGHT: dict[str, dict[str, int | None]] = json.loads((FOLDER / "right.json").read_text("utf-8"))


@pytest.mark.parametrize("name", RIGHT)
def test_what_a_cell_shows_is_read_or_doubted(name: str) -> None:
    proposal = propose(FOLDER / name, Catalog.standard(), form_id="cn-2014-beijing")
    assert proposal.match is not None
    for key, right in RIGHT[name].items():
        value = proposal.values.get(key)
        is_sure = value is not None and proposal.match.by_key[key].certainty >= 1
        assert value == right if right is not None and value is not None else not is_sure
    # The rest of the file is as plain as before.
    others = [row for row in proposal.match.unsure if row.key not in RIGHT[name]]
    assert len(others) <= 3
    assert len(proposal.values) + len(RIGHT[name]) >= 68
