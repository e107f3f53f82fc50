"""The entries of a form's file, each asked for with its type; what is wrong with one is noted.

Nothing stops at a mistake: an entry that cannot be used counts as absent, and reading goes on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from core.form.mistakes import Mistake, MistakeProblem, Where
from core.form.positions import Places
from core.problems import Problem

MAX_TEXT: Final = 400
MAX_MISTAKES: Final = 200
#: The names that an entry may hold, in the order in which they are listed.
Names = Mapping[str, Any]

#: What is said of the entries that must not be missing.
_MEANINGS: Final = {
    "id": "代号", "name": "名称", "tables": "表", "columns": "栏目", "rows": "指标行",
    "code": "代号", "label": "名称", "rule": "公式", "form": "另一份表样的代号", "cells": "单元格",
    "text": "说明",
}  # fmt: skip
_EXPECTED: Final = {str: "文字", int: "整数", bool: "true 或 false", list: "列表", dict: "表"}
#: Control characters, and those that turn the direction of writing round.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


class Entries:
    """Takes values out of parsed TOML and collects the mistakes found on the way."""

    def __init__(self, source: str) -> None:
        self.mistakes: list[Mistake] = []
        self._places = Places(source)

    def _text(
        self,
        entry: Mapping[str, Any],
        name: str,
        where: Where,
        *,
        needed: bool = False,
        limit: int = MAX_TEXT,
    ) -> str:
        value = entry.get(name, "")
        if not isinstance(value, str):
            self._wrong_type(where, name, str)
            return ""
        if needed and not value.strip():
            self._missing(where, name)
        if len(value) > limit:
            self._mistake(where, MistakeProblem.TOO_LONG, name=name, limit=limit)
            return ""
        if not value.isprintable() and (found := _INVISIBLE.search(value)):
            code = f"U+{ord(found[0]):04X}"
            self._mistake(where, MistakeProblem.INVISIBLE, name=name, code=code)
        return value

    def _number(self, entry: Mapping[str, Any], name: str, where: Where) -> int:
        value = entry.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong_type(where, name, int)
            return 0
        return value

    def _flag(self, entry: Mapping[str, Any], name: str, where: Where) -> bool:
        value = entry.get(name, False)
        if not isinstance(value, bool):
            self._wrong_type(where, name, bool)
            return False
        return value

    def _choice(self, entry: Mapping[str, Any], name: str, where: Where, known: list[str]) -> str:
        """The value of *name*, one of *known*; the first of them where it is absent or wrong."""
        value = entry.get(name, known[0])
        if value not in known:
            self._mistake(
                where, MistakeProblem.NOT_ONE_OF, name=name, found=value, known="、".join(known)
            )
            return known[0]
        return cast(str, value)

    def _list(
        self, entry: Mapping[str, Any], name: str, where: Where, *, needed: bool = False
    ) -> list[Any]:
        if name not in entry:
            if needed:
                self._missing(where, name)
            return []
        value = entry[name]
        if not isinstance(value, list):
            self._wrong_type(where, name, list)
            return []
        return cast(list[Any], value)

    def _table(self, entry: Mapping[str, Any], name: str, where: Where) -> Mapping[str, Any]:
        value = entry.get(name, {})
        if not isinstance(value, dict):
            self._wrong_type(where, name, dict)
            return {}
        return cast(Mapping[str, Any], value)

    def _entry(self, item: object, where: Where) -> Mapping[str, Any] | None:
        if not isinstance(item, dict):
            self._wrong_type(where, str(where), dict)
            return None
        return cast(Mapping[str, Any], item)

    def _known(self, entry: Mapping[str, Any], names: Names, where: Where, line: int = 0) -> None:
        if entry.keys() <= names.keys():
            return
        # Only where there is a mistake: no start should wait for it.
        from difflib import get_close_matches

        for name in entry:
            if name not in names:
                known = "、".join(names)
                close = get_close_matches(name, names, 1)
                guess = f"（是不是“{close[0]}”？）" if close else ""
                self._mistake(
                    where, MistakeProblem.UNKNOWN_NAME, line, name=name, guess=guess, known=known
                )

    def _missing(self, where: Where, name: str) -> None:
        meaning = f"（{_MEANINGS[name]}）" if name in _MEANINGS else ""
        self._mistake(where, MistakeProblem.MISSING, name=name, meaning=meaning)

    def _wrong_type(self, where: Where, name: str, expected: type) -> None:
        self._mistake(where, MistakeProblem.WRONG_TYPE, name=name, expected=_EXPECTED[expected])

    def _mistake(self, where: Where, problem: Problem, line: int = 0, **parameters: object) -> None:
        if len(self.mistakes) >= MAX_MISTAKES:
            return
        line = line or self._places.of(where, str(parameters.get("name", "")))
        self.mistakes.append(Mistake(where, line, problem.sentence(**parameters)))
