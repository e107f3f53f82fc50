"""What a roll-up looks at besides the form's checks.

Each report against last year's roll-up, units that are new or gone, reports of nothing but zeros,
units with equal figures, the receiving office's own report against the sum, and the form's checks
on the sums themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from core.checks.checks import CheckSet
from core.checks.terms import Exact
from core.form.form import Level, Scope
from core.problems import Problem
from core.rollup.judging import failed_checks, is_wrong, written_in
from core.rollup.model import Reading, RollupFinding, Unit, UnitState, figures_in, numbers
from core.rollup.names import plain_name
from core.rollup.result import Result
from core.rollup.settling import Settled, UnitResult
from core.values import NOT_APPLICABLE, CellValue, Number, format_value

_MOST_NAMED: Final = 5
#: Equal figures tell something where there are some; small offices may all report few.
_LEAST_FIGURES: Final = 5


class Beside(Problem):
    """What a finding says that no check of the form makes."""

    ALL_ZERO = "{unit} 的报表 {count} 格全部为 0，请核实是否漏填。"
    EQUAL = "{unit} 与 {other} 的数字完全相同（{count} 格不为 0），请核实是否报错了文件。"
    LAST = "{unit} 报表所附的上年数与上年汇总文件不一致：{names}，请核实。"
    LAST_ONE = "{name} 报表为 {told}、上年汇总为 {known}"
    GONE = "上年汇总有 {count} 个单位不在本次名单里：{names}，请核实是否撤销、合并或改名。"
    NEW = "本次有 {count} 个单位不在上年汇总里：{names}，请核实。"
    OFFICE = "{office} 自报的“{name}”为 {told}，各单位之和为 {known}，相差 {gap}。"


@dataclass(frozen=True)
class Rise:
    """A change of a unit's figure against last year; ``unit`` is ``None`` for the sum of all."""

    unit: Unit | None
    key: str
    last: Number
    now: Number

    @property
    def difference(self) -> Number:
        """This year's figure less last year's."""
        return self.now - self.last


def with_last(
    settled: Settled, last: Mapping[str, Mapping[str, CellValue]], checks: CheckSet
) -> Settled:
    """*settled* with every taken report judged against last year's roll-up."""
    return replace(settled, units=tuple(_judged(unit, last, checks) for unit in settled.units))


def _judged(
    unit: UnitResult, last: Mapping[str, Mapping[str, CellValue]], checks: CheckSet
) -> UnitResult:
    before = last.get(unit.unit.name)
    if before is None or unit.taken is None:
        return unit
    values = figures_in(checks.form, unit.taken.figures)
    failed = failed_checks(checks, values, before, written_in(unit.taken.explanations))
    taken = replace(unit.taken, failed=failed)
    state = unit.state
    if unit.counts:
        state = UnitState.ERRORS if is_wrong(checks, failed) else UnitState.READ
    return replace(unit, taken=taken, state=state)


# -- on units --------------------------------------------------------------------------------------


def on_units(result: Result) -> dict[str, tuple[RollupFinding, ...]]:
    """Findings by unit's name that no check of the form makes."""
    found: dict[str, list[RollupFinding]] = {}
    for unit in result.units:
        if unit.taken is None:
            continue
        said = [*_zeros(result, unit), *_other_last(result, unit, unit.taken)]
        if said:
            found[unit.unit.name] = said
    return {name: tuple(said) for name, said in found.items()}


def _zeros(result: Result, unit: UnitResult) -> Iterator[RollupFinding]:
    figures = unit.taken.figures if unit.taken is not None else ""
    if figures.strip("0,/") or "0" not in figures:
        return
    keys = tuple(result.form.cells)
    count = figures.split(",").count("0")
    yield _finding("rollup:zero", keys, 0, 0, Beside.ALL_ZERO, unit=unit.unit.name, count=count)


def _other_last(result: Result, unit: UnitResult, taken: Reading) -> Iterator[RollupFinding]:
    """Where the last year that the report brings along is not last year's roll-up."""
    known = result.last_of(unit)
    if known is None or not taken.last:
        return
    told = figures_in(result.form, taken.last)
    other = [key for key in told if key in known and told[key] != known[key]]
    if not other:
        return
    names = "；".join(
        Beside.LAST_ONE.sentence(
            name=result.form.cell_name(key),
            told=format_value(told[key]),
            known=format_value(known[key]),
        )
        for key in other[:_MOST_NAMED]
    )
    if len(other) > _MOST_NAMED:
        names += f"等 {len(other)} 处"
    left, right = _number(told[other[0]]), _number(known[other[0]])
    yield _finding(
        "rollup:last", tuple(other), left, right, Beside.LAST, unit=unit.unit.name, names=names
    )


# -- on the sums -----------------------------------------------------------------------------------


def on_sums(result: Result) -> tuple[RollupFinding, ...]:
    """Findings on the whole: the form's checks on the sums, and what only shows in the whole."""
    return (
        *_checks_on_sums(result),
        *_equal_units(result),
        *_vanished(result),
        *_own_report(result),
    )


def _checks_on_sums(result: Result) -> Iterator[RollupFinding]:
    if not result.totals.whole.units:
        return
    checks = CheckSet(result.form, scope=Scope.SUM)
    last = result.last.totals.whole.values if result.last is not None else {}
    for finding in checks.run(result.totals.whole.values, last):
        yield RollupFinding.of(finding)


def _equal_units(result: Result) -> Iterator[RollupFinding]:
    """Units whose figures are all the same: one may have sent another's file."""
    first: dict[str, UnitResult] = {}
    keys = tuple(result.form.cells)
    for unit in result.units:
        if unit.taken is None or not unit.counts:
            continue
        count = sum(text not in ("", "0", "/") for text in unit.taken.figures.split(","))
        if count < _LEAST_FIGURES:
            continue
        other = first.setdefault(unit.taken.figures, unit)
        if other is not unit:
            names = {"unit": other.unit.name, "other": unit.unit.name}
            yield _finding("rollup:equal", keys, count, count, Beside.EQUAL, count=count, **names)


def _vanished(result: Result) -> Iterator[RollupFinding]:
    if result.last is None:
        return
    known = result.last_figures
    new = [unit.unit.name for unit in result.units if unit.counts and unit.unit.name not in known]
    here = {
        plain_name(name) for unit in result.units for name in (unit.unit.name, *unit.unit.aliases)
    }
    gone = [
        unit.unit.name
        for unit in result.last.units
        if unit.counts
        and not any(plain_name(name) in here for name in (unit.unit.name, *unit.unit.aliases))
    ]
    if gone:
        yield _named("rollup:gone", Beside.GONE, gone)
    if new:
        yield _named("rollup:new", Beside.NEW, new)


def _named(check: str, problem: Beside, names: list[str]) -> RollupFinding:
    shown = "、".join(names[:20]) + ("等" if len(names) > 20 else "")
    return _finding(check, (), len(names), 0, problem, count=len(names), names=shown)


def _own_report(result: Result) -> Iterator[RollupFinding]:
    """Where the receiving office's own report of the whole says other figures than the sum."""
    for reading in result.settled.office[-1:]:
        told = numbers(figures_in(result.form, reading.figures))
        for key, total in result.totals.whole.numbers.items():
            if key in told and told[key] != total:
                yield _finding(
                    "rollup:office", (key,), told[key], total, Beside.OFFICE,
                    office=result.office, name=result.form.cell_name(key),
                    told=format_value(told[key]), known=format_value(total),
                    gap=format_value(abs(told[key] - total)),
                )  # fmt: skip


def _finding(
    check: str,
    keys: tuple[str, ...],
    left: Exact,
    right: Exact,
    problem: Beside,
    **parameters: object,
) -> RollupFinding:
    message = problem.sentence(**parameters)
    return RollupFinding(check, Level.WARNING, keys, left, right, message)


def _number(value: CellValue) -> Number:
    return 0 if value is None or value is NOT_APPLICABLE else value


# -- changes ---------------------------------------------------------------------------------------


def ranked_changes(result: Result) -> list[Rise]:
    """Every change of a counted unit's figure against last year, the largest first."""
    found: list[Rise] = []
    for unit in result.units:
        if unit.taken is None or not unit.counts:
            continue
        before = numbers(result.before(unit))
        if not before:
            continue
        now = numbers(figures_in(result.form, unit.taken.figures))
        found += [
            Rise(unit.unit, key, before[key], value)
            for key, value in now.items()
            if key in before and before[key] != value
        ]
    order = {unit.unit.name: at for at, unit in enumerate(result.units)}
    cells = result.form.cells
    found.sort(
        key=lambda rise: (
            -abs(rise.difference),
            order[rise.unit.name] if rise.unit is not None else -1,
            cells[rise.key].place,
        )
    )
    return found
