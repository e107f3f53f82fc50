"""What reading a file left out or changed, gathered so that ten thousand faults make one sentence."""

from __future__ import annotations

from collections.abc import Iterable

from core.problems import Problem

_SHOWN = 5


class Remarks:
    """Collects names under a sentence; each sentence is said once, with the first few names."""

    def __init__(self) -> None:
        self._names: dict[Problem, dict[str, None]] = {}

    def note(self, problem: Problem, name: str = "") -> None:
        """Notes that *problem* concerns *name* (a cell, a header field …)."""
        short = " ".join(name.split())
        self._names.setdefault(problem, {})[short if len(short) <= 60 else short[:60] + "…"] = None

    def note_all(self, problem: Problem, names: Iterable[str]) -> None:
        """Notes *problem* for each of *names*."""
        for name in names:
            self.note(problem, name)

    def sentences(self) -> tuple[str, ...]:
        """One sentence a problem; its template may use ``{names}`` and ``{count}``."""
        return tuple(
            problem.sentence(names=_listed(list(names)), count=len(names))
            for problem, names in self._names.items()
        )


def _listed(names: list[str]) -> str:
    shown = "、".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} 等 {len(names)} 处"
