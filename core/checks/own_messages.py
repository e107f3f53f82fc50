"""The sentence that a form may give in place of the one made from a rule.

Its place holders are filled in as plain text: a form comes from anybody, and Python's own format
language can be made to ask for gigabytes (``{left:>2000000000}``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from core.problems import NianbaoError, Problem

NAMES: Final = ("left", "right", "difference", "cell")
_HOLDER: Final = re.compile(r"\{(left|right|difference|cell)\}")


class MessageProblem(Problem):
    """Why a sentence cannot be used."""

    BAD_MESSAGE = (
        "说明文字“{text}”里的花括号写法不对，可用 {{left}}、{{right}}、{{difference}}、{{cell}}"
    )


def check_message(text: str) -> None:
    """Raises :class:`NianbaoError` where *text* has braces that are no place holder."""
    rest = _HOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        raise NianbaoError(MessageProblem.BAD_MESSAGE, text=text[:80])


def filled_message(text: str, parts: Mapping[str, str]) -> str:
    """*text* with the place holders filled in; *parts* has all of :data:`NAMES`."""
    return _HOLDER.sub(lambda found: parts[found[1]], text)
