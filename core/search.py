"""Finds an indicator by part of its label, by its code or by the initials of its pinyin.

``sdsqs`` finds 收到申请数. A character with several readings answers to each of them. The readings
come from pypinyin (MIT), which is loaded when somebody first types letters.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from core.form import Form, Row

_NO_LETTER: Final = re.compile(r"[\W_]+")
#: 一、 （一） 1. before a label: nobody types these to find it.
_NUMBERING: Final = re.compile(
    r"\s*(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+\.)"
)
#: Joins the labels into one text to search; never part of a label.
_END: Final = "\n"


class SearchIndex:
    """The rows of a form, ready to be searched; 10,000 rows in a few milliseconds."""

    def __init__(self, form: Form) -> None:
        self._rows = tuple(form.rows.values())
        self._codes = {row.code.casefold(): row for row in self._rows}
        labels = [_plain(_NUMBERING.sub("", row.label, count=1)) for row in self._rows]
        notes = [_plain(row.note + row.help) for row in self._rows]
        self._labels = _Joined(labels)
        self._notes = _Joined(notes)

    def find(self, text: str, limit: int | None = None) -> list[Row]:
        """The rows that *text* may mean, the likeliest first, at most *limit*.

        A code before labels, labels that begin with it before those that hold it, these before
        pinyin initials, and those before notes.
        """
        typed = text.strip().casefold()
        plain = _plain(text)
        if not typed:
            return []
        found: dict[str, Row] = {}

        def take(rows: Iterable[Row]) -> None:
            for row in rows:
                found.setdefault(row.code, row)

        if (exact := self._codes.get(unicodedata.normalize("NFKC", typed))) is not None:
            take([exact])
        if plain:
            literal = re.compile(re.escape(plain))
            take(self._rows[number] for number in self._labels.places(literal))
        if typed.isascii() and typed[:1].isdigit():
            take(row for code, row in self._codes.items() if code.startswith(typed))
        if plain and any(sign.isascii() and sign.isalpha() for sign in plain):
            pattern = re.compile("".join(self._sign_pattern(sign) for sign in plain))
            take(self._rows[number] for number in self._labels.places(pattern))
        if plain and not plain.isascii():
            take(self._rows[number] for number in self._notes.places(re.compile(re.escape(plain))))
        return list(found.values())[:limit]

    def _sign_pattern(self, sign: str) -> str:
        """What stands in a label for one typed sign: the sign, or characters read that way."""
        read_so = self._initials.get(sign, "") if sign.isascii() else ""
        return f"[{re.escape(sign)}{read_so}]" if read_so else re.escape(sign)

    @cached_property
    def _initials(self) -> dict[str, str]:
        """Letter → the characters of this form's labels with a reading that begins with it."""
        groups: dict[str, list[str]] = {}
        for character in sorted(set(self._labels.text)):
            for letter in _initials_of(character):
                groups.setdefault(letter, []).append(character)
        return {letter: "".join(characters) for letter, characters in groups.items()}


class _Joined:
    """Many short texts searched as one: a search per text would cost more than all of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        parts = [text + _END for text in texts]
        self.text = "".join(parts)
        self._starts: list[int] = []
        at = 0
        for part in parts:
            self._starts.append(at)
            at += len(part)

    def places(self, pattern: re.Pattern[str]) -> list[int]:
        """The numbers of the texts that hold the pattern; those that begin with it first."""
        from bisect import bisect_right

        beginning: list[int] = []
        inside: list[int] = []
        at = 0
        while (found := pattern.search(self.text, at)) is not None:
            number = bisect_right(self._starts, found.start()) - 1
            start = self._starts[number]
            (beginning if found.start() == start else inside).append(number)
            if number + 1 >= len(self._starts):
                break
            at = self._starts[number + 1]
        return beginning + inside


def _plain(text: str) -> str:
    """Letters and digits only, full-width ones made plain, without case."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _initials_of(character: str) -> set[str]:
    """The first letters of the character's readings; none for what is no Chinese character."""
    if not "\u3400" <= character <= "\ufaff":
        return set()
    # Single characters only: the dictionary of phrases would cost 40 MB and a quarter of a second.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    readings = pinyin(character, style=Style.FIRST_LETTER, heteronym=True)[0]
    return {letter for letter in readings if letter.isascii() and letter.isalpha()}
