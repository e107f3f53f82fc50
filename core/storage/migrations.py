"""Older .nianbao files, brought up to date one step at a time.

A step takes the file's JSON object in one format and returns it in the next; it knows nothing of
forms and reports, so that it still works when those have changed. Every format has a sample file
in ``tests/reference/nianbao`` that the tests open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from core.storage.jsontext import JsonObject

FORMAT: Final = 2
Step = Callable[[JsonObject], JsonObject]


def _several_baselines(old: JsonObject) -> JsonObject:
    """Format 0, of drafts before the first release, kept one baseline; now there is one a period."""
    new = {key: value for key, value in old.items() if key != "baseline"}
    baseline = old.get("baseline")
    new["baselines"] = [] if baseline is None else [baseline]
    return new


def _text(old: JsonObject) -> JsonObject:
    """Format 1 has no text; a report without one is still written in it, for older programs."""
    return old


#: Format → the step that leads from it to the next.
STEPS: Final[Mapping[int, Step]] = MappingProxyType({0: _several_baselines, 1: _text})


def migrated(data: JsonObject, steps: Mapping[int, Step] = STEPS) -> JsonObject:
    """*data* in the present format. Its ``format`` must be a key of *steps* or the present one."""
    number = data["format"]
    while isinstance(number, int) and number in steps:
        data = {**steps[number](data), "format": number + 1}
        number += 1
    return data
