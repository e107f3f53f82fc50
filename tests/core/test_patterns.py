"""No regular expression of the core takes more than linear time, or it is only asked of short texts.

Every pattern is found by walking the syntax trees for literals handed to ``re``, so a new one is
covered. Each is run on repeats of what it looks for itself: its own beginning, then one of its
characters without end. A linear one takes a millisecond for that, a quadratic one seconds.
"""

from __future__ import annotations

import ast
import importlib
import re
import signal
import sys
from collections.abc import Iterable, Iterator
from re import _constants as codes  # pyright: ignore
from re import _parser as parser  # pyright: ignore
from types import FrameType
from typing import Any, NamedTuple

import pytest

from tests.core.test_architecture import module_name, python_files

LENGTH = 15_000
#: Of the processor, for one text; linear ones take a hundredth of it on the slowest machine.
SECONDS = 0.15
#: Patterns that are only asked of texts no longer than this: who asks cuts or passes over longer ones.
SHORT: dict[str, int] = {
    "core.matching.header._TITLE": 80,  # _LONGEST_BODY
    "core.matching.header._OFFICE_AFTER": 80,
    # _LONGEST of a label
    **dict.fromkeys(
        (f"core.matching.labels.{name}" for name in ("_LAST_NOTE", "_NUMBERING", "_OF_WHICH")), 500
    ),
    "core.narrative.mentions._LINKS": 41,  # _WORDS finds no more
    "core.reading.base.xmlsafe._ATTRIBUTE": 100,  # what _TAG has matched holds nothing else
    "core.numbering._PRINTED": 400,  # MAX_TEXT of a form
}
_CATEGORIES = {
    codes.CATEGORY_DIGIT: "0",
    codes.CATEGORY_NOT_DIGIT: "a",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_WORD: " ",
}


#: What a pattern is asked for that begins at one place only.
_AT_ONE_PLACE = frozenset(("match", "fullmatch", "pattern"))


class Asked(NamedTuple):
    """A pattern, and whether it is looked for everywhere in a text."""

    pattern: re.Pattern[Any]
    everywhere: bool
    wholly: bool = True


def patterns() -> Iterator[tuple[str, Asked]]:
    """Every pattern of the core: those that modules keep, and literals handed to ``re``."""
    for path in python_files("core"):
        name = module_name(path)
        if path.stem == "__main__":
            continue
        module = importlib.import_module(name)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        asked: dict[str, set[str]] = {}
        loose: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                asked.setdefault(node.value.id, set()).add(node.attr)
            elif isinstance(node, ast.Call):
                loose |= {entry.id for entry in node.args if isinstance(entry, ast.Name)}
        for key, value in vars(module).items():
            if isinstance(value, re.Pattern):
                uses = asked.get(key, set())
                everywhere = key in loose or not uses or not uses <= _AT_ONE_PLACE
                yield f"{name}.{key}", Asked(value, everywhere, not uses or "fullmatch" in uses)
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr != "compile"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                everywhere = node.func.attr not in _AT_ONE_PLACE
                compiled = re.compile(node.args[0].value)  # type: ignore
                wholly = node.func.attr == "fullmatch"
                yield f"{name}:{node.args[0].value!r}", Asked(compiled, everywhere, wholly)


PATTERNS = dict(patterns())


def character(entry: tuple[Any, Any]) -> str:
    """A character that an entry of a set, or a single one, stands for."""
    kind, value = entry
    if kind is codes.LITERAL:
        return chr(value)
    if kind is codes.RANGE:
        return chr(value[0])
    if kind is codes.CATEGORY:
        return _CATEGORIES[value]
    return ""


def sample(parsed: Iterable[tuple[Any, Any]], found: set[str]) -> str:
    """A text that the pattern matches, more or less; what characters it names goes to *found*."""
    text = ""
    for kind, value in parsed:
        if kind in (codes.LITERAL, codes.NOT_LITERAL):
            piece = chr(value)
            found.add(piece)
            text += piece if kind is codes.LITERAL else "x"
        elif kind is codes.ANY:
            text += "x"
        elif kind is codes.IN:
            pieces = [character(entry) for entry in value if entry[0] is not codes.NEGATE]
            found.update(pieces[:3])
            negated = any(entry[0] is codes.NEGATE for entry in value)
            text += "x" if negated or not pieces else pieces[0]
        elif kind is codes.BRANCH:
            texts = [sample(branch, found) for branch in value[1]]
            text += max(texts, key=len)
        elif kind is codes.SUBPATTERN:
            text += sample(value[-1], found)
        elif kind in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            least, _, inner = value
            text += sample(inner, found) * min(max(least, 1), 5)
        elif kind is codes.ATOMIC_GROUP:
            text += sample(value, found)
    return text


def hostile(pattern: re.Pattern[Any], length: int) -> Iterator[str]:
    """Texts of about *length* characters that make a careless pattern look again and again."""
    found: set[str] = {"x", " ", "\n"}
    whole = sample(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG), found)[:40]
    characters = sorted(found - {""})[:14]
    for one in characters:
        yield one * length + "\x01"
        for other in characters[:6]:
            if other != one:
                yield (one + other) * (length // 2)
    for end in range(1, len(whole) + 1):
        start = whole[:end]
        yield (start * (length // end + 1))[:length] + "\n"
        for one in characters[:8]:
            yield start + one * length + "\x01"
            yield (start + one * 9) * (length // (end + 9))


class Slow(Exception):
    """A pattern has taken its time."""


def _stop(_: int, __: FrameType | None) -> None:
    raise Slow


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no timer of the processor")
@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_linear_time(name: str) -> None:
    pattern, everywhere, wholly = PATTERNS[name]
    before = signal.signal(signal.SIGPROF, _stop)
    text = ""
    try:
        for text in hostile(pattern, SHORT.get(name, LENGTH)):
            given = text.encode("utf-8") if isinstance(pattern.pattern, bytes) else text
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            if everywhere:
                for _ in pattern.finditer(given):
                    pass
            pattern.match(given)
            if wholly:
                pattern.fullmatch(given)
            signal.setitimer(signal.ITIMER_PROF, 0)
    except Slow:
        pytest.fail(f"{name} takes long for {text[:60]!r} ({len(text)} characters)")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def test_a_careless_pattern_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for careless in (r"\s*x\Z", r"(a+)+b", r".*?[(（]*年", r"\d+\s*件"):
        monkeypatch.setitem(PATTERNS, "careless", Asked(re.compile(careless), everywhere=True))
        with pytest.raises(pytest.fail.Exception):
            test_a_pattern_takes_linear_time("careless")
