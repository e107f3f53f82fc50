"""A report (报表): one office's figures for one period, complete on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from core.checks.terms import Exact
from core.form.form import HEADER_FIELDS, Form
from core.narrative.text import NO_TEXT, ReportText
from core.period import Period
from core.values import CellValue


class Explanation(NamedTuple):
    """A written 审核说明 of a finding, with the two figures it explained.

    Once the figures have changed the explanation is kept but has to be confirmed again.
    """

    text: str
    left: Exact
    right: Exact


class Baseline(NamedTuple):
    """Another period's figures of the same office, mapped onto this form's cells.

    ``values`` holds what was found (blank cells are absent). ``source`` names the file it was taken
    from and ``digest`` is that file's SHA-256 (hex), so that where a figure came from can be told.
    ``text`` is that period's text as far as the file had one, to write this one's by.
    """

    period: Period
    unit_name: str
    form_id: str
    values: Mapping[str, CellValue]
    source: str = ""
    digest: str = ""
    text: ReportText = NO_TEXT


@dataclass
class Report:
    """The figures, header, text, explanations and baselines of one report.

    ``values`` holds every cell that is not blank, by key. ``computed`` names those among them that
    a computing check filled in and nobody typed. ``explanations`` are kept by bound check id.
    ``baselines`` are ordered from the earliest period to the latest. ``text`` is what is handed in
    around the table, if anything is.
    """

    form: Form
    period: Period
    header: dict[str, str] = field(default_factory=lambda: dict.fromkeys(HEADER_FIELDS, ""))
    values: dict[str, CellValue] = field(default_factory=dict[str, CellValue])
    computed: set[str] = field(default_factory=set[str])
    explanations: dict[str, Explanation] = field(default_factory=dict[str, Explanation])
    baselines: tuple[Baseline, ...] = ()
    text: ReportText = NO_TEXT

    @property
    def unit_name(self) -> str:
        """The office's name as the form prints it."""
        return self.header["unit_name"]

    @property
    def baseline(self) -> Baseline | None:
        """The figures called 上年: those of the period that the form compares with; ``None`` without.

        Those of other years stay among :attr:`baselines`; nothing is compared with them.
        """
        wanted = self.period.compared(self.form.comparison)
        return next((known for known in self.baselines if known.period == wanted), None)

    @property
    def last_values(self) -> Mapping[str, CellValue]:
        """The baseline's figures; empty without one."""
        baseline = self.baseline
        return baseline.values if baseline is not None else {}

    @property
    def blank(self) -> list[str]:
        """The keys of the cells still blank, in the form's order."""
        return [key for key in self.form.cells if self.values.get(key) is None]

    def with_baseline(self, baseline: Baseline) -> tuple[Baseline, ...]:
        """The report's baselines with *baseline* among them, in place of one of its period."""
        others = [known for known in self.baselines if known.period != baseline.period]
        return tuple(sorted([*others, baseline], key=lambda known: known.period.sort_key))
