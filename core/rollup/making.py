"""A roll-up's result made from what it keeps: settled, judged against last year, added up."""

from __future__ import annotations

from dataclasses import replace

from core.checks.checks import CheckSet
from core.period import Period
from core.rollup.comparing import on_sums, on_units, with_last
from core.rollup.kept import Kept
from core.rollup.result import Result, figures_of_last
from core.rollup.settling import settle
from core.rollup.sums import add_up


def make_result(kept: Kept, checks: CheckSet, last: Result | None) -> Result:
    """What follows from *kept*; *last* is what followed last year."""
    readings = kept.readings
    settled = settle(readings, kept.units, kept.decisions, checks, kept.period, kept.office)
    if last is not None:
        settled = with_last(settled, figures_of_last(last, settled), checks)
    groups = list(dict.fromkeys(unit.unit.group for unit in settled.units))
    totals = add_up(
        checks.form,
        (
            (unit.unit.group, unit.unit.is_own_level, unit.taken.figures)
            for unit in settled.units
            if unit.counts and unit.taken is not None
        ),
        groups,
    )
    result = Result(
        checks=checks,
        period=Period.parse(kept.period),
        office=kept.office,
        settled=settled,
        totals=totals,
        has_list=bool(kept.units),
        ignored=kept.ignored + sum(file.ignored for file in kept.files.values()),
        last=last,
        chased=kept.chased,
    )
    return replace(result, beside=on_units(result), findings=on_sums(result))
