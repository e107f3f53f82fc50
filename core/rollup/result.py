"""What follows from a roll-up's readings: states, sums, findings. Made anew each time, never kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from core.checks.checks import CheckSet
from core.form.form import Form, Level
from core.period import Period
from core.rollup.judging import findings_of
from core.rollup.kept import Chased
from core.rollup.model import Reading, RollupFinding, Seal, UnitState, figures_in
from core.rollup.names import NameIndex
from core.rollup.settling import Settled, UnitResult
from core.rollup.sums import Totals
from core.values import CellValue


@dataclass(frozen=True)
class Result:
    """The roll-up as it stands. *last* is last year's, where one was given."""

    checks: CheckSet
    period: Period
    office: str
    settled: Settled
    totals: Totals
    has_list: bool
    ignored: int
    last: Result | None = None
    chased: Mapping[str, Chased] = field(default_factory=dict[str, Chased])
    #: Findings besides those of the form's checks: by unit, and on the whole.
    beside: Mapping[str, tuple[RollupFinding, ...]] = field(
        default_factory=dict[str, tuple[RollupFinding, ...]]
    )
    findings: tuple[RollupFinding, ...] = ()

    @property
    def form(self) -> Form:
        """The form that is added up."""
        return self.checks.form

    @property
    def units(self) -> tuple[UnitResult, ...]:
        """Every unit in the list's order."""
        return self.settled.units

    @cached_property
    def last_figures(self) -> Mapping[str, Mapping[str, CellValue]]:
        """Last year's figures by the unit's name this year, where last year's roll-up has them."""
        return figures_of_last(self.last, self.settled)

    def findings_on(self, unit: UnitResult) -> list[RollupFinding]:
        """All findings on the unit's taken report."""
        beside = list(self.beside.get(unit.unit.name, ()))
        if unit.taken is None:
            return beside
        return findings_of(self.checks, unit.taken, self.last_of(unit)) + beside

    def last_of(self, unit: UnitResult) -> Mapping[str, CellValue] | None:
        """Last year's figures of the unit in last year's roll-up; ``None`` where it has none."""
        return self.last_figures.get(unit.unit.name)

    def before(self, unit: UnitResult) -> Mapping[str, CellValue]:
        """Last year's figures of the unit: of last year's roll-up, else those its report brings."""
        known = self.last_of(unit)
        if known is None and unit.taken is not None:
            known = figures_in(self.form, unit.taken.last)
        return known or {}

    @cached_property
    def count(self) -> Mapping[UnitState, int]:
        """How many units are in each state."""
        counted = dict.fromkeys(UnitState, 0)
        for unit in self.units:
            counted[unit.state] += 1
        return counted

    @property
    def to_confirm(self) -> list[tuple[Reading, str, str]]:
        """(report, unit's name, reason) of each report that waits for somebody to agree."""
        found: dict[str, tuple[Reading, str, str]] = {}
        for unit in self.units:
            for one in unit.unsure:
                found[one.reading.source] = (one.reading, unit.unit.name, "；".join(one.reasons))
            if unit.state is UnitState.TO_CONFIRM and unit.taken is not None:
                reason = "；".join(unit.reasons)
                found[unit.taken.source] = (unit.taken, unit.unit.name, reason)
        return [found[source] for source in sorted(found)]

    @property
    def duplicates(self) -> list[UnitResult]:
        """The units of which there are several reports, or one report several times."""
        return [unit for unit in self.units if unit.others]

    @property
    def is_complete(self) -> bool:
        """Whether every unit's report is in, agreed to, right and filled in."""
        settled = self.settled
        strays = settled.unreadable or settled.unknown or settled.wrong_form or settled.wrong_period
        return (
            bool(self.units)
            and all(unit.state is UnitState.READ for unit in self.units)
            and not any(unit.taken.blank for unit in self.units if unit.taken is not None)
            and not self.to_confirm
            # Without a list nobody can say whose a file is that could not be read.
            and (self.has_list or not strays)
        )

    @property
    def is_clean(self) -> bool:
        """Whether it is complete and nothing is left to look at but what may be explained."""
        settled = self.settled
        return (
            self.is_complete
            and not settled.unreadable
            and not settled.unknown
            and not settled.wrong_period
            and not settled.wrong_form
            and not any(
                unit.taken is not None and unit.taken.seal in (Seal.CHANGED, Seal.BROKEN)
                for unit in self.units
            )
            and not any(one.level is Level.ERROR for one in self.findings)
        )


def figures_of_last(last: Result | None, settled: Settled) -> dict[str, Mapping[str, CellValue]]:
    """Last year's counted figures by this year's names of units."""
    if last is None:
        return {}
    index = NameIndex([unit.unit for unit in settled.units])
    found: dict[str, Mapping[str, CellValue]] = {}
    for unit in last.units:
        if unit.counts and unit.taken is not None:
            names = (unit.unit.name, *unit.unit.aliases)
            now = next((one for name in names if (one := index.equal(name))), None)
            if now is not None:
                found.setdefault(now.name, figures_in(last.form, unit.taken.figures))
    return found
