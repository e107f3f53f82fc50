"""Finds an indicator by part of its label, by its code or by its pinyin, in initials or in full.

``sdsqs``, ``shoudao`` and ``shoudsq`` find 收到申请数. A character with several readings answers to
each of them. The readings come from pypinyin (MIT), which is loaded when somebody first types
letters, or characters that no label holds (traditional ones, or a slip of the input method: what
sounds alike is found then). Of several words each must be found, in the label or in those above it: ``复议 纠错``.
"""

from __future__ import annotations

import os
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final

from core.form.form import Form, Row
from core.numbering import without_number

_NO_LETTER: Final = re.compile(r"[\W_]+")
#: Sounds written with two letters, of which people type one or both.
_TWO_LETTERS: Final = ("zh", "ch", "sh")
#: Nobody types more to find an indicator.
_LONGEST: Final = 60
#: Joins the labels into one text to search; never part of a label.
_END: Final = "\n"


class SearchIndex:
    """The rows of a form, ready to be searched; 10,000 rows in some ten milliseconds."""

    def __init__(self, form: Form) -> None:
        self._rows = tuple(form.rows.values())
        self._codes = {row.code.casefold(): row for row in self._rows}
        labels = [_plain(without_number(row.label)) for row in self._rows]
        notes = [_plain(row.note + row.help) for row in self._rows]
        self._labels = _Joined(labels)
        self._notes = _Joined(notes)

    def find(self, text: str, limit: int | None = None) -> list[Row]:
        """The rows that *text* may mean, the likeliest first, at most *limit*.

        A code before labels, labels that begin with it before those that hold it, these before
        pinyin, and those before notes; what holds the words apart comes last.
        """
        found = self._find(text)
        words = text.split()
        if len(words) > 1:
            hits = [self._find(word).keys() for word in words]
            for row in self._rows:
                above = {row.code, *self._above(row)}
                own = any(row.code in codes for codes in hits)
                if own and all(codes & above for codes in hits):
                    found.setdefault(row.code, row)
        return list(found.values())[:limit]

    def _find(self, text: str) -> dict[str, Row]:
        """The rows that *text* as a whole may mean, by code, the likeliest first."""
        typed = unicodedata.normalize("NFKC", text).strip().casefold()
        plain = _plain(text)[:_LONGEST]
        found: dict[str, Row] = {}

        def take(rows: Iterable[Row]) -> None:
            for row in rows:
                found.setdefault(row.code, row)

        if (exact := self._codes.get(typed)) is not None:
            take([exact])
        if plain:
            literal = re.compile(re.escape(plain))
            take(self._rows[number] for number in self._labels.places(literal))
        if typed.isascii() and typed[:1].isdigit():
            take(row for code, row in self._codes.items() if code.startswith(typed))
        if any(sign.isascii() and sign.isalpha() for sign in plain):
            pattern = re.compile("".join(self._sign_pattern(sign) for sign in plain))
            take(self._rows[number] for number in self._labels.places(pattern))
            take(self._spelt(plain, found))
        if plain and not plain.isascii():
            take(self._rows[number] for number in self._notes.places(re.compile(re.escape(plain))))
            if not found and len(plain) > 1:
                alike = re.compile("".join(self._sound_pattern(sign) for sign in plain))
                take(self._rows[number] for number in self._labels.places(alike))
        return found

    def _above(self, row: Row) -> Iterator[str]:
        """The codes of the rows above it."""
        while row.parent is not None:
            yield row.parent
            row = self._codes[row.parent.casefold()]

    def _spelt(self, typed: str, known: Mapping[str, Row]) -> list[Row]:
        """The rows, beside those *known*, of which a part of the label is spelt so."""
        begins = re.compile(self._sign_pattern(typed[0]))
        found: dict[str, Row] = {}
        for number, at in self._labels.positions(begins):
            row = self._rows[number]
            if row.code in known or row.code in found:
                continue
            if self._is_spelt(self._labels.texts[number], at, typed):
                found[row.code] = row
        return list(found.values())

    def _is_spelt(self, label: str, at: int, typed: str) -> bool:
        """Whether *typed* spells the label from there on.

        Each character by itself, its whole syllable or its initial; the last one may break off
        anywhere.
        """
        if not typed:
            return True
        if at == len(label):
            return False
        sign = label[at]
        if typed[0] == sign and self._is_spelt(label, at + 1, typed[1:]):
            return True
        for syllable in self._syllables.get(sign, ()):
            if syllable.startswith(typed):
                return True
            for part in _cut_short(syllable):
                if typed.startswith(part) and self._is_spelt(label, at + 1, typed[len(part) :]):
                    return True
        return False

    def _sound_pattern(self, sign: str) -> str:
        """The sign, or characters of the labels that are read like it: 申請, 申清 for 申请."""
        sounds = set(_read(sign))
        alike = [other for other, read in self._syllables.items() if sounds.intersection(read)]
        return f"[{re.escape(sign)}{''.join(alike)}]"

    def _sign_pattern(self, sign: str) -> str:
        """What stands in a label for one typed sign: the sign, or characters read that way."""
        read_so = self._initials.get(sign, "") if sign.isascii() else ""
        return f"[{re.escape(sign)}{read_so}]" if read_so else re.escape(sign)

    @cached_property
    def _initials(self) -> dict[str, str]:
        """Letter → the characters of this form's labels with a reading that begins with it."""
        groups: dict[str, list[str]] = {}
        for character, syllables in self._syllables.items():
            for letter in sorted({syllable[0] for syllable in syllables}):
                groups.setdefault(letter, []).append(character)
        return {letter: "".join(characters) for letter, characters in groups.items()}

    @cached_property
    def _syllables(self) -> dict[str, tuple[str, ...]]:
        """Character of this form's labels → its readings, without tones."""
        return {sign: found for sign in sorted(set(self._labels.text)) if (found := _read(sign))}


class _Joined:
    """Many short texts searched as one: a search per text would cost more than all of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = list(texts)
        parts = [text + _END for text in self.texts]
        self.text = "".join(parts)
        self._starts: list[int] = []
        at = 0
        for part in parts:
            self._starts.append(at)
            at += len(part)

    def positions(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
        """Each place of the pattern: the number of the text and the position in it."""
        number = 0
        for found in pattern.finditer(self.text):
            while number + 1 < len(self._starts) and self._starts[number + 1] <= found.start():
                number += 1
            yield number, found.start() - self._starts[number]

    def places(self, pattern: re.Pattern[str]) -> list[int]:
        """The numbers of the texts that hold the pattern; those that begin with it first."""
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


def _cut_short(syllable: str) -> Iterator[str]:
    """The syllable as people type it, from whole to its first letter."""
    yield syllable
    if syllable.startswith(_TWO_LETTERS):
        yield syllable[:2]
    yield syllable[0]


def _read(character: str) -> tuple[str, ...]:
    """The character's readings without tones; none for what is no Chinese character."""
    if not "\u3400" <= character <= "\ufaff":
        return ()
    # Single characters only: the dictionary of phrases would cost 40 MB and a quarter of a second.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    readings = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return tuple(
        sorted({reading for reading in readings if reading.isascii() and reading.isalpha()})
    )
