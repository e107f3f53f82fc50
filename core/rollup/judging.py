"""A report's figures judged by its form's checks, against its own last year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.checks.checks import CheckSet, Finding
from core.checks.terms import Exact
from core.form.form import Level
from core.report import Explanation, Report
from core.rollup.model import Reading, RollupFinding, Written, figures_in
from core.session import Session
from core.storage.report_json import WrongShape, exact_in, exact_out
from core.values import CellValue


def completed(report: Report, checks: CheckSet) -> Mapping[str, CellValue]:
    """The report's figures, blank computed cells filled in as ``nianbao check`` does."""
    if all(report.values.get(key) is not None for key in checks.computed_order):
        return report.values
    return Session(report, checks).report.values


def failed_checks(
    checks: CheckSet,
    values: Mapping[str, CellValue],
    last: Mapping[str, CellValue],
    explanations: Mapping[str, Explanation],
) -> tuple[tuple[str, bool], ...]:
    """The ids of the checks that do not hold, each with whether an explanation settles it."""
    return tuple(
        (finding.check, _is_settled(finding, explanations.get(finding.check)))
        for index, bound in enumerate(checks.bound)
        # Without last year's figures a check that reads them is undecided.
        if (last or not bound.last_cells)
        and (finding := checks.judge(index, values, last)) is not None
    )


def _is_settled(finding: Finding, explanation: Explanation | None) -> bool:
    return (
        explanation is not None
        and finding.explainable
        and bool(explanation.text.strip())
        and (explanation.left, explanation.right) == (finding.left, finding.right)
    )


def findings_of(
    checks: CheckSet, reading: Reading, last: Mapping[str, CellValue] | None = None
) -> list[RollupFinding]:
    """What the reading's failed checks say, in the form's order; *last* in place of its own."""
    if not reading.failed:
        return []
    values = figures_in(checks.form, reading.figures)
    before = figures_in(checks.form, reading.last) if last is None else last
    found: list[RollupFinding] = []
    for check, explained in reading.failed:
        index = checks.index_of.get(check)
        finding = None if index is None else checks.judge(index, values, before)
        if finding is not None:
            found.append(RollupFinding.of(finding, explained=explained))
    return found


def is_wrong(checks: CheckSet, failed: Iterable[tuple[str, bool]]) -> bool:
    """Whether a check that must hold does not, and nothing settles it."""
    return any(
        not explained
        and (index := checks.index_of.get(check)) is not None
        and checks.bound[index].check.level is Level.ERROR
        for check, explained in failed
    )


def written_out(explanations: Mapping[str, Explanation]) -> tuple[Written, ...]:
    """The explanations as a reading keeps them."""
    return tuple(
        Written(check, one.text, _figure_out(one.left), _figure_out(one.right))
        for check, one in sorted(explanations.items())
    )


def written_in(written: Iterable[Written]) -> dict[str, Explanation]:
    """The explanations that :func:`written_out` wrote; one that is none is left out."""
    found: dict[str, Explanation] = {}
    for one in written:
        try:
            found[one.check] = Explanation(one.text, _figure_in(one.left), _figure_in(one.right))
        except (WrongShape, ValueError, ArithmeticError):
            continue
    return found


def _figure_out(number: Exact) -> str:
    out = exact_out(number)
    return out if isinstance(out, str) else f"{out:f}" if not isinstance(out, int) else str(out)


def _figure_in(text: str) -> Exact:
    from decimal import Decimal

    if "/" in text:
        return exact_in(text)
    return int(text) if text.lstrip("-").isdecimal() else Decimal(text)
