"""Text against table: what the editor, the import preview, the roll-up and the command line call.

text, report, guide ─► check_text ─► TextCheck(figures, rules)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from core.narrative.agreement import TextFigure, judged
from core.narrative.guide import Guide
from core.narrative.reading import told_in
from core.narrative.rendering import last_text
from core.narrative.rules import RuleFinding, broken_rules
from core.narrative.text import MAX_CHARACTERS
from core.narrative.ties import TieKind
from core.narrative.within import contradictions, totals
from core.report import Report

_WITHIN: Final = "正文内部核对（经验）"


@dataclass(frozen=True)
class TextCheck:
    """What came of a text: its figures in order, and the rules it breaks."""

    content: str
    figures: tuple[TextFigure, ...]
    rules: tuple[RuleFinding, ...] = ()

    @property
    def contradicting(self) -> list[TextFigure]:
        """The figures that surely say something else than the table."""
        return [figure for figure in self.figures if figure.sure and figure.agrees is False]

    @property
    def asked(self) -> list[TextFigure]:
        """The figures that seem to say something else: to be looked at, no errors."""
        return [figure for figure in self.figures if not figure.sure and figure.agrees is False]


def check_figures(content: str, report: Report, guide: Guide) -> tuple[TextFigure, ...]:
    """The figures of *content* held against *report*, without the rules of a whole text."""
    office = report.header.get("unit_name", "")
    told = told_in(content[:MAX_CHARACTERS], guide, report.period.year, office)
    return tuple(judged(one, report) for one in told)


def contradicting(content: str, report: Report, guide: Guide) -> tuple[TextFigure, ...]:
    """The figures of *content* that surely say something else than the table."""
    figures = check_figures(content, report, guide)
    return tuple(one for one in figures if one.sure and one.agrees is False)


def check_text(
    content: str, report: Report, guide: Guide, others: Mapping[str, str] | None = None
) -> TextCheck:
    """*content*, any text, held against *report* by *guide*; its first 200,000 characters.

    *others*: texts that this one should not be like, by what to call them; last year's, which the
    report has with it, is among them anyway.
    """
    before = last_text(report)
    known = {**({"上年的正文": before} if before else {}), **(others or {})}
    figures = check_figures(content, report, guide)
    read = content[:MAX_CHARACTERS]
    sums = {group.total.told.start: group for group in totals(figures, read)}
    noted = tuple(
        replace(one, message=f"{one.message}文中分项之和 {group.shown}，相符。")
        if (group := sums.get(one.told.start)) is not None and group.sum == one.told.value
        else one
        for one in figures
    )
    rules = [
        RuleFinding(one.rule, "", _WITHIN, one.message, one.start, one.end)
        for one in contradictions(figures, read)
    ]
    rules += broken_rules(read, report, guide, known)
    return TextCheck(content, noted, tuple(rules))


def is_tied(figure: TextFigure) -> bool:
    """Whether the figure speaks of the table."""
    return figure.kind is not TieKind.NONE
