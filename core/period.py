"""Reporting periods: a year, a half-year, a quarter or a month, and which period comes before."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, NamedTuple

from core.problems import NianbaoError, Problem


class PeriodKind(Enum):
    """How often a form is filed; the value is what a form's TOML says."""

    YEAR = "year"
    HALF_YEAR = "half-year"
    QUARTER = "quarter"
    MONTH = "month"

    @property
    def per_year(self) -> int:
        """How many such periods a year has."""
        return {"year": 1, "half-year": 2, "quarter": 4, "month": 12}[self.value]


class Comparison(Enum):
    """Which period a form calls 上年 (or 上期)."""

    PREVIOUS = "previous"
    YEAR_AGO = "year-ago"


class PeriodProblem(Problem):
    """Why a text names no period."""

    UNREADABLE = "“{text}”不是有效的报告期，请写成 {example}。"
    WRONG_KIND = "本表按{expected}填报，“{text}”不是一个{expected}，请改正报告期。"


FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2199
_TEXT = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)
_EXAMPLES: Final[dict[PeriodKind | None, str]] = {
    PeriodKind.YEAR: "2019 这样的四位年份",
    PeriodKind.HALF_YEAR: "2019-H1（上半年）或 2019-H2（下半年）",
    PeriodKind.QUARTER: "2019-Q3 这样的年份和季度",
    PeriodKind.MONTH: "2019-07 这样的年份和月份",
}
_ALL_EXAMPLES: Final = "2019、2019-H1、2019-Q3 或 2019-07"
_KIND_NAMES = {
    PeriodKind.YEAR: "年度",
    PeriodKind.HALF_YEAR: "半年",
    PeriodKind.QUARTER: "季度",
    PeriodKind.MONTH: "月份",
}


class Period(NamedTuple):
    """A year, or the *number*-th (from 1) half-year, quarter or month of it. Years: 1949 to 2199."""

    year: int
    kind: PeriodKind = PeriodKind.YEAR
    number: int = 1

    @classmethod
    def parse(cls, text: str, kind: PeriodKind | None = None) -> Period:
        """The period written as ``2019``, ``2019-H1``, ``2019-Q3`` or ``2019-07``.

        *kind*: what is wanted, for the sentence that refuses. Raises :class:`NianbaoError` for
        anything else and for years outside 1949 to 2199.
        """
        found = _TEXT.fullmatch(text.strip())
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            example = _EXAMPLES.get(kind, _ALL_EXAMPLES)
            raise NianbaoError(PeriodProblem.UNREADABLE, text=text[:20], example=example)
        year = int(found[1])
        for group, kind in (
            (2, PeriodKind.HALF_YEAR),
            (3, PeriodKind.QUARTER),
            (4, PeriodKind.MONTH),
        ):
            if found[group]:
                return cls(year, kind, int(found[group]))
        return cls(year)

    def __str__(self) -> str:
        """The spelling that :meth:`parse` reads."""
        match self.kind:
            case PeriodKind.YEAR:
                return str(self.year)
            case PeriodKind.HALF_YEAR:
                return f"{self.year}-H{self.number}"
            case PeriodKind.QUARTER:
                return f"{self.year}-Q{self.number}"
            case PeriodKind.MONTH:
                return f"{self.year}-{self.number:02d}"

    @property
    def sort_key(self) -> tuple[int, float]:
        """Orders periods by when they begin."""
        return (self.year, (self.number - 1) / self.kind.per_year)

    @property
    def label(self) -> str:
        """As printed on the form: ``2019年度``, ``2019年上半年``, ``2019年第3季度``, ``2019年7月``."""
        match self.kind:
            case PeriodKind.YEAR:
                return f"{self.year}年度"
            case PeriodKind.HALF_YEAR:
                return f"{self.year}年{'上下'[self.number - 1]}半年"
            case PeriodKind.QUARTER:
                return f"{self.year}年第{self.number}季度"
            case PeriodKind.MONTH:
                return f"{self.year}年{self.number}月"

    def of_kind(self, kind: PeriodKind) -> Period:
        """This period, provided that it is of *kind*. Raises :class:`NianbaoError` if it is not."""
        if self.kind is not kind:
            name = kind_name(kind)
            raise NianbaoError(PeriodProblem.WRONG_KIND, text=str(self), expected=name)
        return self

    def shifted(self, steps: int) -> Period:
        """The period *steps* later (earlier if negative), of the same kind."""
        index = self.year * self.kind.per_year + self.number - 1 + steps
        return Period(index // self.kind.per_year, self.kind, index % self.kind.per_year + 1)

    def compared(self, comparison: Comparison) -> Period:
        """The period whose figures stand beside this one's: the one before, or a year ago."""
        steps = 1 if comparison is Comparison.PREVIOUS else self.kind.per_year
        return self.shifted(-steps)


def kind_name(kind: PeriodKind) -> str:
    """What a clerk calls such a period: 年度, 半年, 季度, 月份."""
    return _KIND_NAMES[kind]
