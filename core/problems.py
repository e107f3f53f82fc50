"""Everything that can go wrong in words: a code, its parameters and one Chinese sentence.

Each module that can refuse something declares its own :class:`Problem` enumeration beside the
code that raises it. A member's value is the message template; it names the file or cell and the
way out, because the sentence is all that a clerk sees (in a dialog) or a script logs (one line on
standard error).
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Problem(Enum):
    """Base of the problem enumerations; a member's value is its sentence as a format template."""

    def sentence(self, **parameters: object) -> str:
        """The template filled in with *parameters*."""
        return str(self.value).format(**parameters)

    def remark(self, **parameters: object) -> Remark:
        """The same, as something to be told later."""
        return Remark(self, tuple(parameters.items()))


class Remark(NamedTuple):
    """Something to be told, kept as data until it is shown; ``str()`` puts it into words.

    ``cell``: the key of the one cell that it speaks of, empty where it speaks of none or of several.
    """

    problem: Problem
    parameters: tuple[tuple[str, object], ...] = ()
    cell: str = ""

    def __str__(self) -> str:
        return self.problem.sentence(**dict(self.parameters))


class NianbaoError(Exception):
    """Something the user asked for cannot be done, said in one sentence.

    Catch this class at the edges (command line, window); anything else that escapes is a defect.
    """

    def __init__(self, problem: Problem, /, **parameters: object) -> None:
        super().__init__(problem.sentence(**parameters))
        self.problem = problem
        self.parameters = parameters
