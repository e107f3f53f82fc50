"""Which of the forms at hand a file is filled in on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.form.form import Form
from core.matching.arithmetic import Checks, bound_now
from core.matching.form_words import units_of
from core.matching.labels import Labels
from core.matching.match import match
from core.matching.model import Match
from core.reading.base.raw import RawDocument

#: A form that fits less than this is not the one.
MIN_FIT: Final = 0.2


@dataclass(frozen=True)
class Recognised:
    """A form and how well the document fits it, 0 to 1: both what was found and what was left."""

    form: Form
    match: Match
    fit: float


def recognise(
    document: RawDocument,
    forms: Iterable[Form],
    *,
    before: int | None = None,
    checks: Checks = bound_now,
) -> list[Recognised]:
    """The forms that the document fits at all, the best first; *checks* as for :func:`match`."""
    known = list(forms)
    labels = Labels(unit for form in known for unit in units_of(form))
    found = [fitted(document, form, before=before, labels=labels, checks=checks) for form in known]
    fitting = [entry for entry in found if entry.fit >= MIN_FIT]
    return sorted(fitting, key=lambda entry: -entry.fit)


def fitted(
    document: RawDocument,
    form: Form,
    *,
    before: int | None = None,
    labels: Labels | None = None,
    checks: Checks = bound_now,
) -> Recognised:
    """How well the document fits one form; *labels* and *checks* as for :func:`match`."""
    matched = match(document, form, before=before, labels=labels, checks=checks)
    filled = sum(bool(row.figure) for row in matched.by_key.values())
    # A few rows of a long list may be some office's short form: what is left over counts too.
    kept = filled / (filled + len(matched.unmatched)) if filled else 0.0
    share = matched.confidence
    # Two columns that both may be meant say nothing against the form.
    if matched.needs_choice:
        share = len(matched.by_key) / (len(form.cells) or 1)
    fit = 2 * share * kept / (share + kept) if share + kept else 0.0
    return Recognised(form, matched, fit)
