"""Which report counts for which unit: whose each one is, what is in doubt, which version is taken.

A report counts once a person need not be asked: its unit is named as the list names it, its period
and figures are certain, and no other version of the same age says otherwise; or a person agreed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.catalog import Catalog
from core.checks.checks import CheckSet
from core.period import Period
from core.problems import Problem
from core.rollup.judging import is_wrong
from core.rollup.model import Decision, Reading, Seal, Unit, UnitState
from core.rollup.names import NameIndex, first_equal, plain_name


class Reason(Problem):
    """Why somebody has to confirm a report."""

    ALIKE = "填报单位写作“{written}”，与名单中的“{unit}”相近而不相同"
    BY_HINT = "填报单位写作“{written}”，名单中没有，按文件名或发件人可能是“{unit}”"
    NAME_ALIKE = "文件里没有写填报单位，文件名或发件人“{written}”与名单中的“{unit}”相近"
    FROM_NAME = "文件里没有写填报单位，单位名称取自文件名或发件人"
    OTHER_NAME = "填报单位写作“{unit}”，文件名却是“{other}”，分不清是哪个单位的"
    SAME_AGE = "与“{other}”时间相同而数字不同，分不清哪份是新的"


@dataclass(frozen=True)
class Candidate:
    """A report that may be a unit's. ``reasons`` say why somebody has to be asked; empty: it counts.

    ``unit_is_sure``: whose it is is certain, whatever else is not.
    """

    reading: Reading
    unit_is_sure: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnitResult:
    """A unit, how far its report has come, the one that is taken and the others that it sent.

    ``unsure``: reports that may be its own, and may be another's.
    """

    unit: Unit
    state: UnitState
    taken: Reading | None = None
    reasons: tuple[str, ...] = ()
    others: tuple[Reading, ...] = ()
    unsure: tuple[Candidate, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether its report is added up."""
        return self.state in (UnitState.READ, UnitState.ERRORS)


@dataclass(frozen=True)
class Settled:
    """All readings, each in its place; every list is in the order of sources or of the list."""

    units: tuple[UnitResult, ...] = ()
    unreadable: tuple[Reading, ...] = ()
    unknown: tuple[Reading, ...] = ()
    wrong_period: tuple[Reading, ...] = ()
    wrong_form: tuple[Reading, ...] = ()
    left_out: tuple[Reading, ...] = ()
    office: tuple[Reading, ...] = ()


@dataclass
class _Sorting:
    unreadable: list[Reading] = field(default_factory=list[Reading])
    unknown: list[Reading] = field(default_factory=list[Reading])
    wrong_period: list[Reading] = field(default_factory=list[Reading])
    wrong_form: list[Reading] = field(default_factory=list[Reading])
    left_out: list[Reading] = field(default_factory=list[Reading])
    office: list[Reading] = field(default_factory=list[Reading])
    candidates: dict[str, list[Candidate]] = field(default_factory=dict[str, list[Candidate]])


def most_common_form(readings: Iterable[Reading], catalog: Catalog) -> str:
    """The form that most reports are filled in on; of two the one that the catalog lists first."""
    counted: dict[str, int] = {}
    for reading in readings:
        if reading.is_report:
            counted[reading.form] = counted.get(reading.form, 0) + 1
    order = list(catalog.paths())
    return max(
        sorted(counted, key=lambda form: order.index(form) if form in order else len(order)),
        key=lambda form: counted[form],
        default="",
    )


def most_common_period(readings: Iterable[Reading], form_id: str) -> str:
    """The period that most reports on that form are of; of two the later one."""
    counted: dict[str, int] = {}
    for reading in readings:
        if reading.is_report and reading.form == form_id and reading.period:
            counted[reading.period] = counted.get(reading.period, 0) + 1
    return max(counted, key=lambda text: (counted[text], Period.parse(text).sort_key), default="")


def settle(
    readings: Sequence[Reading],
    units: Sequence[Unit],
    decisions: Mapping[str, Decision],
    checks: CheckSet,
    period: str,
    office: str = "",
) -> Settled:
    """Puts each of *readings* in its place. *units* is empty where the files alone name them.

    *office*: the receiving office, whose own report of the whole is compared and not added.
    """
    sorting = _Sorting()
    known = _UnitsByName(units)
    for reading in sorted(readings, key=lambda one: one.source):
        decision = decisions.get(reading.sha256, Decision())
        if not reading.is_report:
            sorting.unreadable.append(reading)
        elif decision.left_out:
            sorting.left_out.append(reading)
        elif reading.form != checks.form.id:
            sorting.wrong_form.append(reading)
        elif reading.period and reading.period != period:
            sorting.wrong_period.append(reading)
        elif office and plain_name(reading.unit_name) == plain_name(office):
            sorting.office.append(reading)
        else:
            unit, candidate = _whose(reading, known, decision)
            if unit is None:
                sorting.unknown.append(reading)
            else:
                sorting.candidates.setdefault(unit.name, []).append(candidate)
    results = tuple(
        _unit_result(unit, sorting.candidates.get(unit.name, []), decisions, checks)
        for unit in known.in_order()
    )
    return Settled(
        results,
        tuple(sorting.unreadable),
        tuple(sorting.unknown),
        tuple(sorting.wrong_period),
        tuple(sorting.wrong_form),
        tuple(sorting.left_out),
        tuple(sorting.office),
    )


class _UnitsByName:
    """The units of the list; without a list, those that the files name, as they come."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._listed = units
        self.has_list = bool(units)
        self.index = NameIndex(units)
        self._found: dict[str, Unit] = {}
        self._by_name = {unit.name: unit for unit in units}

    def named(self, name: str) -> Unit | None:
        """The unit of exactly that name, for a decision."""
        return self._by_name.get(name) or (None if self.has_list else self.of_file(name))

    def of_file(self, name: str) -> Unit:
        """The unit that a file names, where there is no list."""
        return self._found.setdefault(plain_name(name), Unit(" ".join(name.split())))

    def in_order(self) -> list[Unit]:
        """The list's order; without a list by name."""
        if self.has_list:
            return list(self._listed)
        return sorted(self._found.values(), key=lambda unit: unit.name)


def _whose(
    reading: Reading, known: _UnitsByName, decision: Decision
) -> tuple[Unit | None, Candidate]:
    """The unit that a report is of, and whether that is certain."""
    doubts = () if decision.agreed else reading.doubts
    if decision.unit is not None:
        unit = known.named(decision.unit)
        if unit is not None:
            return unit, Candidate(reading, True, doubts)
    unit, reason = _named(reading, known)
    if not reason or decision.agreed:
        return unit, Candidate(reading, True, doubts)
    return unit, Candidate(reading, False, (reason, *doubts))


def _named(reading: Reading, known: _UnitsByName) -> tuple[Unit | None, str]:
    """The unit that the report names, and why that is not certain (empty: it is)."""
    written, index = reading.unit_name, known.index
    sealed = reading.seal in (Seal.WHOLE, Seal.CHANGED) or reading.kind == "nianbao"
    if not known.has_list:
        if plain_name(written):
            return known.of_file(written), ""
        hint = next((hint for hint in reading.hints if plain_name(hint)), "")
        if not hint:
            return None, ""
        return known.of_file(hint), Reason.FROM_NAME.sentence()
    by_hint = first_equal(index, reading.hints) or next(
        (unit for hint in reading.hints if (unit := index.by_mail(hint)) is not None), None
    )
    if not plain_name(written):
        if by_hint is not None:
            return by_hint, ""
        for hint in reading.hints:
            if (unit := index.alike(hint)) is not None:
                return unit, Reason.NAME_ALIKE.sentence(written=hint, unit=unit.name)
        return None, ""
    unit = index.equal(written)
    if unit is not None:
        other = index.equal(reading.hints[0]) if reading.hints else None
        if sealed or other is None or other is unit:
            return unit, ""
        return unit, Reason.OTHER_NAME.sentence(unit=unit.name, other=other.name)
    if (unit := index.alike(written)) is not None:
        return unit, Reason.ALIKE.sentence(written=written, unit=unit.name)
    if by_hint is not None:
        return by_hint, Reason.BY_HINT.sentence(written=written, unit=by_hint.name)
    return None, ""


def _unit_result(
    unit: Unit,
    candidates: Sequence[Candidate],
    decisions: Mapping[str, Decision],
    checks: CheckSet,
) -> UnitResult:
    sure = [one for one in candidates if one.unit_is_sure]
    unsure = tuple(one for one in candidates if not one.unit_is_sure)
    if not sure:
        if not unsure:
            return UnitResult(unit, UnitState.MISSING)
        proposed = max(unsure, key=lambda one: _age(one.reading))
        return UnitResult(
            unit, UnitState.TO_CONFIRM, proposed.reading, proposed.reasons, unsure=unsure
        )
    taken = _taken(sure, decisions)
    others = tuple(one.reading for one in sure if one.reading is not taken.reading)
    if taken.reasons:
        state = UnitState.TO_CONFIRM
    elif is_wrong(checks, taken.reading.failed):
        state = UnitState.ERRORS
    else:
        state = UnitState.READ
    return UnitResult(unit, state, taken.reading, taken.reasons, others, unsure)


def _taken(sure: Sequence[Candidate], decisions: Mapping[str, Decision]) -> Candidate:
    """The report that counts: as decided, else the newest; of equal ones the one read exactly."""
    for one in sure:
        if decisions.get(one.reading.sha256, Decision()).taken:
            return one
    newest = max(sure, key=lambda one: _age(one.reading))
    same = [one for one in sure if one.reading.figures == newest.reading.figures]
    best = min(same, key=lambda one: (bool(one.reasons), _exactness(one.reading), _age_down(one)))
    agreed = decisions.get(newest.reading.sha256, Decision()).agreed
    rival = next(
        (
            one
            for one in sure
            if one.reading.figures != newest.reading.figures
            and _age(one.reading)[:2] == _age(newest.reading)[:2]
        ),
        None,
    )
    if rival is None or agreed:
        return best
    reason = Reason.SAME_AGE.sentence(other=rival.reading.source)
    return Candidate(best.reading, True, (*best.reasons, reason))


def _age(reading: Reading) -> tuple[str, str, str]:
    return (reading.time, reading.filed, reading.source)


def _age_down(one: Candidate) -> tuple[int, ...]:
    """Sorts the newest first; the source settles what is left."""
    return tuple(-ord(sign) for sign in one.reading.time)


def _exactness(reading: Reading) -> int:
    if reading.seal is Seal.WHOLE or reading.kind == "nianbao":
        return 0
    return 1 if reading.seal is Seal.CHANGED else 2
