"""Blank details of filled totals in a file: which they are, and what they come to if they are 0.

Many offices print only what there is: a total is filled and the parts that are 0 are left blank.
Nothing makes a 0 of a blank unless the clerk says so (空白按 0 计).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from core.checks.checks import CheckSet
from core.checks.terms import addends
from core.matching.model import Match
from core.values import CellValue


def blank_details(
    found: Match, checks: CheckSet, values: Mapping[str, CellValue]
) -> tuple[str, ...]:
    """Blank cells that are parts of a total which is filled, and the parts of such cells."""
    blank = {row.key for row in found.by_key.values() if row.value is None and not row.figure}
    parts: set[str] = set()
    parts_of = _parts_of_totals(checks)
    open_totals = [target for target in parts_of if values.get(target) is not None]
    while open_totals:
        for key in parts_of.get(open_totals.pop(), ()):
            if key in blank and key not in parts:
                parts.add(key)
                open_totals.append(key)
    return tuple(key for key in checks.form.cells if key in parts)


def as_zero(
    keys: Collection[str], checks: CheckSet, values: Mapping[str, CellValue]
) -> dict[str, CellValue]:
    """What the cells *keys* come to: 0, or the sum of their parts where they are totals."""
    cells = checks.form.cells
    totals = _parts_of_totals(checks).keys() & set(keys)
    found: dict[str, CellValue] = {key: cells[key].unit.zero for key in keys if key not in totals}
    known = {**values, **found}
    for key in checks.computed_order:
        if key in totals and (value := checks.compute(key, known, {})) is not None:
            known[key] = found[key] = value
    return found


def _parts_of_totals(checks: CheckSet) -> dict[str, list[str]]:
    """Cell that is computed as a sum → the cells that are added up in it."""
    parts: dict[str, list[str]] = {}
    for bound in checks.bound:
        target = bound.target
        if target is not None and addends(bound.claim.right) is not None:
            parts.setdefault(target, []).extend(key for key in bound.cells if key != target)
    return parts
