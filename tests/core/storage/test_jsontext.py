"""Both of the writers of JSON, the library's and our own for decimals, write the same."""

from __future__ import annotations

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.storage.jsontext import Json, compact, parse, pretty

LEAVES = st.none() | st.booleans() | st.integers(-(10**39), 10**39) | st.text()
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(VALUES)
def test_a_value_is_on_one_line_as_among_decimals(value: Json) -> None:
    beside = compact([value, Decimal("0.5")])
    assert compact(value) == json.dumps(value, ensure_ascii=False)
    assert beside == f"[{compact(value)}, 0.5]"


@given(VALUES)
def test_what_is_written_is_read(value: Json) -> None:
    data: Json = {"value": value, "figure": Decimal("1.25")}
    for text in (compact(data), pretty(data)):
        try:
            encoded = text.encode()
        except UnicodeEncodeError:  # half a character: no file holds it
            continue
        assert parse(encoded) == data
