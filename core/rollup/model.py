"""The data of a roll-up: units, what was read of their reports, and what people decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Final, NamedTuple

from core.checks.checks import Finding
from core.checks.standing import Standing
from core.checks.terms import Exact
from core.form.form import Form, Level
from core.values import NOT_APPLICABLE, CellValue, Number, format_value

#: What a unit list calls the two levels that 国办发〔2014〕32号 asks to be added up apart.
OWN_LEVEL: Final = "本级"
LOWER_LEVEL: Final = "下辖"


@dataclass(frozen=True, slots=True)
class Unit:
    """An office that has to report. ``line`` is its line in the list, 0 where files alone name it.

    ``level`` is 本级, 下辖 or empty; ``aliases`` are former and short names; ``due`` is a date as
    the list writes it.
    """

    name: str
    code: str = ""
    group: str = ""
    level: str = ""
    aliases: tuple[str, ...] = ()
    mail: str = ""
    contact: str = ""
    phone: str = ""
    due: str = ""
    line: int = 0

    @property
    def is_own_level(self) -> bool:
        """Whether it counts for 本级: only a unit that is marked 下辖 does not."""
        return self.level != LOWER_LEVEL


class Seal(Enum):
    """What became of the seal of a workbook that this program exported."""

    WHOLE = "whole"
    #: The seal is whole; visible cells no longer show what was exported.
    CHANGED = "changed"
    BROKEN = "broken"
    #: No workbook of this program.
    NONE = "none"


class Moment(Enum):
    """What a report's time is taken from; the best that is known."""

    MAIL = "mail"
    EXPORT = "export"
    FILE = "file"


class Written(NamedTuple):
    """An explanation that came with a report: its check, its text and the figures it explains."""

    check: str
    text: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file, or one member of an archive or a mail, turned out to be.

    ``source`` is its path below the folder, with ``!`` between a container and its member.
    ``problem`` is the sentence that says why nothing could be read; all else is then empty.
    ``figures`` and ``last`` hold a figure for each cell of the form in its order, joined by commas
    (blank is empty): thousands of reports are kept in memory. ``hints`` are other names the unit
    may be known by: file name, sender. ``doubts`` are what somebody has to agree to first.
    ``failed`` are the bound checks that do not hold, and whether an explanation settles each.
    ``time`` is UTC, ``2020-01-07T06:03:55``: the best that ``moment`` names; ``filed`` is the
    file's own, which decides between two of one ``time``.
    """

    source: str
    sha256: str = ""
    size: int = 0
    time: str = ""
    moment: Moment = Moment.FILE
    filed: str = ""
    problem: str = ""
    kind: str = ""
    form: str = ""
    period: str = ""
    unit_name: str = ""
    hints: tuple[str, ...] = ()
    header: Mapping[str, str] = field(default_factory=dict[str, str])
    figures: str = ""
    last: str = ""
    blank: int = 0
    seal: Seal = Seal.NONE
    changed: tuple[tuple[str, str], ...] = ()
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    failed: tuple[tuple[str, bool], ...] = ()
    explanations: tuple[Written, ...] = ()

    @property
    def is_report(self) -> bool:
        """Whether figures were read from it."""
        return not self.problem


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one report, known by the SHA-256 of its bytes.

    ``unit`` names the unit it belongs to (``None``: as it was found). ``agreed``: its doubts are
    settled. ``left_out``: it is not to be added. ``taken``: of its unit's reports this one counts.
    """

    unit: str | None = None
    agreed: bool = False
    left_out: bool = False
    taken: bool = False


class UnitState(Enum):
    """How far a unit's report has come; the value is what scripts are told."""

    READ = "read"
    ERRORS = "errors"
    TO_CONFIRM = "to_confirm"
    MISSING = "missing"


STATE_NAMES: Final[Mapping[UnitState, str]] = MappingProxyType(
    {
        UnitState.READ: "已读",
        UnitState.ERRORS: "有错误",
        UnitState.TO_CONFIRM: "需确认",
        UnitState.MISSING: "未报",
    }
)


@dataclass(frozen=True, slots=True)
class RollupFinding:
    """A finding on a unit or on the sums, and whether an explanation settles it.

    ``check`` is a bound check's id, or begins with ``rollup:`` where no check of the form found it.
    """

    check: str
    level: Level
    cells: tuple[str, ...]
    left: Exact
    right: Exact
    message: str
    explained: bool = False

    @classmethod
    def of(cls, finding: Finding, *, explained: bool = False) -> RollupFinding:
        """What a check of the form has found."""
        return cls(
            finding.check,
            finding.level,
            finding.cells,
            finding.left,
            finding.right,
            finding.message,
            explained,
        )

    @property
    def standing(self) -> Standing:
        """What is left to do about it."""
        if self.explained:
            return Standing.EXPLAINED
        return Standing.MUST if self.level is Level.ERROR else Standing.EXPLAIN


def figures_out(form: Form, values: Mapping[str, CellValue]) -> str:
    """*values* as one text, a figure for each cell of *form* in its order."""
    found = map(values.get, form.cells)
    return ",".join([str(v) if type(v) is int else format_value(v) for v in found])


def figures_in(form: Form, figures: str) -> dict[str, CellValue]:
    """The values that :func:`figures_out` wrote; blank cells are left out.

    Raises ``ValueError`` where they are those of another form.
    """
    found: dict[str, CellValue] = {}
    if not figures:
        return found
    for (key, cell), text in zip(form.cells.items(), figures.split(","), strict=True):
        if not text:
            continue
        if text == NOT_APPLICABLE.value:
            found[key] = NOT_APPLICABLE
        else:
            found[key] = Decimal(text) if cell.unit.decimals else int(text)
    return found


def numbers(values: Mapping[str, CellValue]) -> dict[str, Number]:
    """Those of *values* that are numbers."""
    return {
        key: value
        for key, value in values.items()
        if value is not None and value is not NOT_APPLICABLE
    }
