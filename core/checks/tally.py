"""How many findings stand open in each section, kept while they come and go one at a time.

Counting them anew after each key would take longer the more findings there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from core.form.form import Level


class Tally:
    """Counts open findings: all of them, and those of each section.

    ``sections_of`` names the sections in which the finding of a check (by index) is shown.
    """

    def __init__(
        self, sections: Iterable[str], sections_of: Callable[[int], Iterable[str]]
    ) -> None:
        self._sections_of = sections_of
        self._open: dict[int, Level] = {}
        self._total = [0, 0]
        self._by_section = {code: [0, 0] for code in sections}

    def note(self, index: int, level: Level | None) -> None:
        """Notes how the check at *index* stands now: an open finding of that level, or none."""
        before = self._open.pop(index, None)
        if level is not None:
            self._open[index] = level
        if before is level:
            return
        counts = [self._total, *(self._by_section[code] for code in self._sections_of(index))]
        for count in counts:
            if before is not None:
                count[before is not Level.ERROR] -= 1
            if level is not None:
                count[level is not Level.ERROR] += 1

    def counts(self, section: str | None = None) -> tuple[int, int]:
        """Open errors and open warnings of the section of that code, or of the whole report."""
        errors, warnings = self._total if section is None else self._by_section[section]
        return errors, warnings
