"""The order in which findings are listed: by what is to be done, then by place on the form. No Qt."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable
from typing import NamedTuple

from core.checks.checks import Finding
from core.checks.standing import Standing
from core.session import Session

#: A standing's colour by its name in the style sheet.
TONES = ("error", "explain", "explain", "done")
#: Beyond so many all are sorted anew, which is then faster.
_MANY = 500


class Group(NamedTuple):
    """Findings under one heading, the first of ``total``.

    ``tone`` is the colour's name in the style sheet.
    """

    title: str
    sign: str
    tone: str
    findings: tuple[Finding, ...]
    total: int


class FindingOrder:
    """The findings of a session in order, kept as they come and go.

    To sort those of a form of thousands of rows anew would take longer than a key may.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._sort()

    def _sort(self) -> None:
        session = self._session
        self._place_of = {finding.check: self._place(finding) for finding in session.findings}
        #: The places in order; a place is a group, a cell and a check, as numbers.
        self._places = sorted(self._place_of.values())

    def note(self, checks: Collection[str]) -> None:
        """Puts the findings of these bound checks, which have just been judged, in their place."""
        if len(checks) > _MANY:
            self._sort()
            return
        for check in checks:
            before = self._place_of.pop(check, None)
            if before is not None:
                del self._places[bisect_left(self._places, before)]
            finding = self._session.finding(check)
            if finding is not None:
                place = self._place_of[check] = self._place(finding)
                insort(self._places, place)

    def groups(self, limit: int | None = None) -> list[Group]:
        """The groups that hold any findings, with the first *limit* findings of all."""
        word = self._session.form.period_word
        found: list[Group] = []
        start = 0
        for stands in Standing:
            end = bisect_left(self._places, (stands + 1,))
            if end > start:
                listed = self._places[start : end if limit is None else min(end, max(start, limit))]
                jump = f"与{word}相比变动较大，" if stands is Standing.JUMP else ""
                title, tone = jump + stands.words, TONES[stands]
                found.append(Group(title, stands.sign, tone, self._findings(listed), end - start))
            start = end
        return found

    def _findings(self, places: Iterable[tuple[int, int, int]]) -> tuple[Finding, ...]:
        bound = self._session.checks.bound
        found = (self._session.finding(bound[number].id) for _, _, number in places)
        return tuple(finding for finding in found if finding is not None)

    def _place(self, finding: Finding) -> tuple[int, int, int]:
        session = self._session
        # Cells are counted through the form, so those of a section stand together.
        cell = session.form.cells[finding.at[0]].place
        return session.standing(finding), cell, session.checks.index_of[finding.check]


def grouped(session: Session) -> list[Group]:
    """All findings of the session as they are listed."""
    return FindingOrder(session).groups()
