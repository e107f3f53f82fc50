"""Sums of figures, exact; blank, 0 and 不适用 are counted apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.form.form import Form
from core.values import NOT_APPLICABLE, CellValue, Number


@dataclass(frozen=True, slots=True)
class CellSum:
    """What a cell comes to over several units: how many gave a number, left it blank, said 不适用."""

    total: Number
    given: int
    blank: int
    not_applicable: int

    @property
    def value(self) -> CellValue:
        """The sum as a cell shows it: blank where nobody gave a number, ``/`` where all said so."""
        if self.given:
            return self.total
        return NOT_APPLICABLE if self.not_applicable and not self.blank else None


@dataclass(frozen=True)
class Sums:
    """The sums over *units* units, a :class:`CellSum` for each cell of the form."""

    units: int
    cells: Mapping[str, CellSum]

    @property
    def values(self) -> dict[str, CellValue]:
        """The sums that are not blank, by cell."""
        return {key: value for key, cell in self.cells.items() if (value := cell.value) is not None}

    @property
    def numbers(self) -> dict[str, Number]:
        """The sums that are numbers, by cell."""
        return {key: cell.total for key, cell in self.cells.items() if cell.given}


class Adder:
    """Adds up reports of one form, each given as its figures joined by commas."""

    def __init__(self, form: Form) -> None:
        self._form = form
        size = len(form.cells)
        self.units = 0
        self._total: list[Number] = [0] * size
        self._blank = [0] * size
        self._without = [0] * size

    def add(self, figures: str) -> None:
        """Adds one report."""
        self.units += 1
        for at, text in enumerate(figures.split(",")):
            if text.isdecimal():
                self._total[at] += int(text)
            elif not text:
                self._blank[at] += 1
            elif text == NOT_APPLICABLE.value:
                self._without[at] += 1
            else:
                # A figure with decimal places, or one below 0 where the form has such.
                self._total[at] += Decimal(text) if "." in text else int(text)

    def merge(self, other: Adder) -> None:
        """Adds all that *other* has added."""
        self.units += other.units
        for at in range(len(self._total)):
            self._total[at] += other._total[at]
            self._blank[at] += other._blank[at]
            self._without[at] += other._without[at]

    def sums(self) -> Sums:
        """The sums so far."""
        cells: dict[str, CellSum] = {}
        for at, key in enumerate(self._form.cells):
            blank, without = self._blank[at], self._without[at]
            given = self.units - blank - without
            cells[key] = CellSum(self._total[at], given, blank, without)
        return Sums(self.units, cells)


@dataclass(frozen=True)
class Totals:
    """The sums that a receiving office is asked for.

    ``whole`` is 本行政区域 (all units), ``own`` is 本级 (国办发〔2014〕32号 asks for both); ``groups``
    by 组别 in the list's order, units without one aside.
    """

    whole: Sums
    own: Sums
    groups: Mapping[str, Sums]


def add_up(form: Form, reports: Iterable[tuple[str, bool, str]], groups: Sequence[str]) -> Totals:
    """The totals of *reports*: (group, whether it is of 本级, figures). *groups* gives their order."""
    parts: dict[tuple[str, bool], Adder] = {}
    for group, is_own, figures in reports:
        part = parts.get((group, is_own))
        if part is None:
            part = parts[group, is_own] = Adder(form)
        part.add(figures)
    whole, own = Adder(form), Adder(form)
    by_group = {group: Adder(form) for group in groups if group}
    for (group, is_own), part in parts.items():
        whole.merge(part)
        if is_own:
            own.merge(part)
        if group:
            by_group.setdefault(group, Adder(form)).merge(part)
    return Totals(
        whole.sums(), own.sums(), {group: adder.sums() for group, adder in by_group.items()}
    )
