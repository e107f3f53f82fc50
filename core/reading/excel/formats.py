"""Number formats: what a cell shows of the number that it stores.

A format is up to four sections divided by semicolons: for positive numbers, negative ones, zero and
texts, or each for the numbers that its own condition names (``[>=10000]0!.0,"万";0``). Literals stand
in quotes, after a backslash or (in Chinese Excel) after an exclamation mark; a comma behind the last
digit divides by a thousand. ECMA-376 part 1, 18.8.30 and 18.8.31.

The result is what a person would have typed to show the same, so thousands are not grouped and
Chinese numerals ([DBNum1]) are digits. Where it reads as another number than the stored one, both
are handed on (:func:`core.reading.base.marks.with_stored`): only the unit of the form's cell can
tell whether 9.0万 is the 90000 that is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property
from operator import eq, ge, gt, le, lt, ne
from typing import Final, NamedTuple

from core.reading.base.marks import with_stored
from core.reading.excel.numbers import iso_date, plain_number, serial_moment

#: Excel keeps 255 characters of a format; a longer one is no format that a program shows.
MAX_FORMAT: Final = 512
_MAX_SECTIONS: Final = 4
_MAX_DECIMALS: Final = 30
_MAX_SHIFT: Final = 30
_ROUNDING: Final = Context(prec=120, rounding=ROUND_HALF_UP)

_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|(?P<padding>[_*].?)|\[(?P<bracket>[^\]]*)\]?'
    r"|(?P<general>general|g/通用格式)|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)"
    r"|(?P<exponent>e[+-])|(?P<text>@)|(?P<half>am/pm|a/p|上午/下午)|(?P<date>y+|m+|d+|h+|s+|a{3,4}|e+)"
    r"|(?P<next>;)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION: Final = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d{1,15}(?:\.\d{1,15})?)")
_ELAPSED: Final = re.compile(r"h+|m+|s+", re.IGNORECASE)
_COMPARE: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "<>": ne,
}  # fmt: skip
_FIGURE: Final = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)
_DASH: Final = re.compile(r"[-–—－]+")
_ZERO: Final = Decimal(0)

#: Built-in formats (ECMA-376 part 1, 18.8.30) as Chinese Excel shows them.
_BUILT_IN: Final = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "¥#,##0;¥-#,##0", 6: "¥#,##0;[Red]¥-#,##0",
    7: "¥#,##0.00;¥-#,##0.00", 8: "¥#,##0.00;[Red]¥-#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 37: "#,##0 ;-#,##0 ", 38: "#,##0 ;[Red]-#,##0 ",
    39: "#,##0.00 ;-#,##0.00 ", 40: "#,##0.00 ;[Red]-#,##0.00 ", 41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ ¥* #,##0_ ;_ ¥* -#,##0_ ;_ ¥* "-"_ ;_ @_ ', 43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', 48: "##0.0E+0", 49: "@",
}  # fmt: skip
#: Built-in dates and times, with the ones that Chinese Excel adds (27–36, 50–58). How they look
#: depends on the computer; they are written as ISO dates.
_DATES: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))


class _Token(NamedTuple):
    """``kind`` as the group of :data:`_TOKEN` (literals are all ``literal``), and its text."""

    kind: str
    text: str


class _Section:
    """One section: which numbers it is for, and how it shows them."""

    def __init__(self, tokens: Sequence[_Token], condition: tuple[str, Decimal] | None) -> None:
        self.condition = condition
        kinds = {token.kind for token in tokens}
        self.is_text = "text" in kinds
        self.is_general = "general" in kinds or ("text" in kinds and "digit" not in kinds)
        self.is_date = "date" in kinds and not self.is_general
        self.is_fraction = not self.is_date and any(
            token == _Token("literal", "/") and before.kind == "digit" and after.kind == "digit"
            for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
        )
        self.tokens = tuple(tokens)
        digits = [at for at, token in enumerate(tokens) if token.kind == "digit"]
        last = digits[-1] if digits else len(tokens)
        points = [at for at, token in enumerate(tokens) if token.kind == "point"]
        self._point = points[0] if points else len(tokens)
        exponents = [at for at, token in enumerate(tokens) if token.kind == "exponent"]
        self._exponent = exponents[0] if exponents else len(tokens)
        self._decimals = min(sum(self._point < at < self._exponent for at in digits), _MAX_DECIMALS)
        commas = sum(token.kind == "comma" for token in tokens[last + 1 :])
        # A comma straight before the point divides, too.
        before_point = at if (at := self._point - 1) >= 0 and points else -1
        while before_point >= 0 and tokens[before_point].kind == "comma":
            commas += 1
            before_point -= 1
        shift = 2 * sum(token.kind == "percent" for token in tokens) - 3 * commas
        self._shift = max(-_MAX_SHIFT, min(shift, _MAX_SHIFT))
        self.plain_decimals = (
            self._decimals
            if digits
            and not self._shift
            and kinds <= {"digit", "point", "comma", "padding"}
            and sum(tokens[at].text == "0" for at in digits if at < self._point) <= 1
            else -1
        )

    def holds(self, value: Decimal) -> bool:
        """Whether the section's own condition takes in *value*."""
        return self.condition is not None and _COMPARE[self.condition[0]](value, self.condition[1])

    @property
    def only_negative(self) -> bool:
        """Whether the condition lets no other than negative numbers in: no sign is shown then."""
        return self.condition is not None and (
            (self.condition[0] == "<" and self.condition[1] <= 0)
            or (self.condition[0] == "<=" and self.condition[1] < 0)
        )

    def number(self, magnitude: Decimal, plain: str) -> str:
        """The section's literals with the digits of *magnitude*; *plain* is the same as a text."""
        if self.is_fraction:
            words = (token.text for token in self.tokens if token.kind == "literal")
            return plain + "".join(word for word in words if word not in " /")
        if self.is_general:
            return "".join(
                token.text if token.kind == "literal" else plain if token.kind in ("general", "text")
                else "" for token in self.tokens
            )  # fmt: skip
        value = magnitude.scaleb(self._shift)
        if self._exponent < len(self.tokens):
            shown = f"{value:.{self._decimals}E}"
            return plain_number(shown) or shown
        rounded = value.quantize(Decimal(1).scaleb(-self._decimals), context=_ROUNDING)
        whole, _, part = format(rounded, "f").partition(".")
        return self._placed(whole if whole != "0" else "", part)

    def _placed(self, whole: str, part: str) -> str:
        """The digits in their places, from the point to either side; what is left over goes first."""
        before = sum(token.kind == "digit" for token in self.tokens[: self._point])
        extra, whole = whole[: max(len(whole) - before, 0)], whole[max(len(whole) - before, 0) :]
        missing = before - len(whole)
        parts: list[str] = []
        at = seen = 0
        # Trailing zeros stand only where the format asks for them.
        needed = len(part.rstrip("0"))
        for place, token in enumerate(self.tokens):
            if token.kind == "digit" and place < self._point:
                if not seen:
                    parts.append(extra)
                if seen >= missing:
                    parts.append(whole[seen - missing])
                elif token.text == "0":
                    parts.append("0")
                seen += 1
            elif token.kind == "digit":
                if at < len(part) and (at < needed or token.text == "0"):
                    parts.append(part[at])
                at += 1
            elif token.kind == "point":
                parts += [extra, "."] if not seen and place == self._point else ["."]
            elif token.kind == "percent":
                parts.append("%")
            elif token.kind == "literal":
                parts.append(token.text)
        return "".join(parts)

    def moment(self, moment: datetime, days: Decimal) -> str:
        """The section's literals with the parts of a date or a time of day."""
        parts: list[str] = []
        halves = any(token.kind == "half" for token in self.tokens)
        dates = [token.text.lower() for token in self.tokens if token.kind == "date"]
        at = -1
        for token in self.tokens:
            if token.kind == "date":
                at += 1
                before = dates[at - 1] if at else ""
                after = dates[at + 1] if at + 1 < len(dates) else ""
                parts.append(_date_part(dates[at], moment, days, before, after, halves=halves))
            elif token.kind == "half":
                parts.append("上午" if moment.hour < 12 else "下午")
            elif token.kind == "point":
                parts.append(".")
            elif token.kind in ("literal", "comma"):
                parts.append("," if token.kind == "comma" else token.text)
        return "".join(parts)


def _date_part(
    code: str, moment: datetime, days: Decimal, before: str, after: str, *, halves: bool
) -> str:
    """One code of a date; ``m`` beside hours or seconds is minutes."""
    if code.startswith("["):
        units = {"h": 24, "m": 1440, "s": 86400}[code[1]]
        return str(int(days * units))
    if code[0] in "ye":
        return f"{moment.year % 100:02d}" if len(code) <= 2 and code[0] == "y" else str(moment.year)
    if code[0] == "a" or (code[0] == "d" and len(code) > 2):
        weekday = "一二三四五六日"[moment.weekday()]
        return weekday if code == "aaa" else f"星期{weekday}"
    if code[0] == "m" and ("h" in before or after.startswith("s")):
        number = moment.minute
    elif code[0] == "h":
        number = (moment.hour + 11) % 12 + 1 if halves else moment.hour
    else:
        number = {"m": moment.month, "d": moment.day, "s": moment.second}[code[0]]
    return f"{number:02d}" if len(code) == 2 else str(number)


class _Plan:
    """The sections of a format by what they are for."""

    def __init__(self, sections: Sequence[_Section]) -> None:
        numbers = list(sections[: _MAX_SECTIONS - 1])
        self.text: _Section | None = None
        if len(sections) == _MAX_SECTIONS:
            self.text = sections[3]
        elif numbers and numbers[-1].is_text:
            self.text = numbers[-1]
            numbers = numbers if len(numbers) == 1 else numbers[:-1]
        self.numbers = numbers
        #: decimals of a format that shows every number ≥ 0 as it is, if it has no more; else -1
        self.plain_decimals = (
            numbers[0].plain_decimals if numbers and numbers[0].condition is None else -1
        )


class NumberFormat:
    """How a cell shows its numbers, and its texts; taken apart only when a cell is shown."""

    def __init__(self, code: str, *, is_builtin_date: bool = False) -> None:
        self._code = code
        self._is_builtin_date = is_builtin_date
        self._is_general = not code and not is_builtin_date

    @cached_property
    def _plan(self) -> _Plan:
        return _Plan(_sections(self._code))

    @cached_property
    def changes_texts(self) -> bool:
        """Whether texts are not shown just as they are."""
        if "@" not in self._code and self._code.count(";") < _MAX_SECTIONS - 1:
            return False
        text = self._plan.text
        if text is None:
            return False
        return [token.kind for token in text.tokens if token.kind != "padding"] != ["text"]

    def number(self, stored: str, *, since_1904: bool = False) -> str:
        """A stored number as a person would type what the cell shows."""
        plain = plain_number(stored)
        if plain is None or self._is_general or "E" in plain:
            return plain or stored.strip()
        if self._is_builtin_date:
            return iso_date(plain, since_1904=since_1904) or plain
        if len(plain.partition(".")[2]) <= self._plan.plain_decimals and plain[0] not in "-0":
            return plain
        value = Decimal(plain)
        section = self._section(value)
        if section is None:
            return with_stored("###", plain)
        if section.is_date:
            moment = serial_moment(plain, since_1904=since_1904)
            if moment is None:
                return with_stored("###", plain)
            return beside_stored(section.moment(moment, value), plain)
        magnitude = abs(value)
        shown = section.number(magnitude, plain.removeprefix("-"))
        if value < 0 and self._shows_sign(section) and _FIGURE.search(shown):
            shown = f"-{shown}"
        return beside_stored(shown, plain)

    def text(self, text: str) -> str:
        """A text as the cell shows it."""
        section = self._plan.text
        if section is None or not text:
            return text
        return "".join(
            text if token.kind == "text" else token.text if token.kind == "literal" else ""
            for token in section.tokens
        )

    def _section(self, value: Decimal) -> _Section | None:
        numbers = self._plan.numbers
        if not numbers:
            return None
        if len(numbers) == 1:
            return numbers[0] if numbers[0].condition is None or numbers[0].holds(value) else None
        first, second = numbers[:2]
        if first.condition is None:
            first_holds = value >= 0 if len(numbers) == 2 and not second.condition else value > 0
        else:
            first_holds = first.holds(value)
        if first_holds:
            return first
        if second.condition is None and (len(numbers) == 2 or value < 0):
            return second
        if second.holds(value):
            return second
        return numbers[2] if len(numbers) > 2 else None

    def _shows_sign(self, section: _Section) -> bool:
        if section.condition is not None:
            return not section.only_negative
        first = self._plan.numbers[0]
        # The second section without a condition is for negative numbers and shows its own sign,
        # unless the first one takes in negative numbers by its condition.
        return section is first or first.condition is not None


GENERAL: Final = NumberFormat("")
_DATE: Final = NumberFormat("", is_builtin_date=True)


def number_format(number: int, code: str | None) -> NumberFormat:
    """The number format of that number; *code* is given where it is a custom one."""
    if code is None:
        if number in _DATES:
            return _DATE
        code = _BUILT_IN.get(number)
    return GENERAL if code is None else format_of(code)


def format_of(code: str) -> NumberFormat:
    """The number format written as *code*."""
    if code.strip().lower() in ("", "general", "g/通用格式", "standard", "@"):
        return GENERAL
    return NumberFormat(code)


def _sections(code: str) -> list[_Section]:
    if len(code) > MAX_FORMAT:
        return [_Section((_Token("literal", "?"),), None)]
    sections: list[_Section] = []
    tokens: list[_Token] = []
    condition: tuple[str, Decimal] | None = None
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or ""
        text = match[kind] if kind else ""
        if kind == "next":
            sections.append(_Section(tokens, condition))
            tokens, condition = [], None
            if len(sections) == _MAX_SECTIONS:
                break
        elif kind == "bracket":
            compared = _CONDITION.fullmatch(text.strip())
            if compared is not None:
                condition = (compared[1], Decimal(compared[2]))
            elif _ELAPSED.fullmatch(text):
                tokens.append(_Token("date", f"[{text.lower()}"))
            elif text.startswith("$"):
                symbol = text[1:].partition("-")[0]
                tokens += [_Token("literal", symbol)] if symbol else []
        elif kind in ("quoted", "escaped", "other"):
            tokens.append(_Token("literal", text))
        else:
            tokens.append(_Token(kind, text))
    else:
        sections.append(_Section(tokens, condition))
    return sections


def beside_stored(shown: str, plain: str) -> str:
    """*shown* as a person would type it where it is the number *plain*; else both.

    Percentages are the number they show; a zero shown as a dash is a zero. Texts with several
    numbers in them (dates, telephone numbers) go as they are shown.
    """
    shown = shown.strip()
    figures = list(_FIGURE.finditer(shown.replace(",", "")))
    if not figures:
        return "0" if plain == "0" and _DASH.fullmatch(shown) else with_stored(shown, plain)
    if len(figures) > 1:
        return shown
    figure = figures[0]
    text = shown.replace(",", "")
    before, after = text[: figure.start()], text[figure.end() :]
    magnitude, is_negative = Decimal(plain.removeprefix("-")), plain.startswith("-")
    value = Decimal(figure[0])
    has_sign = before.rstrip()[-1:] in ("-", "(", "（") or before[:1] == "-"
    if is_negative == has_sign or not value:
        if value == magnitude:
            if figure[0][:1] == "0" and figure[0][1:2].isdigit():
                return shown
            if is_negative:
                before, after = before.strip("-(（ "), after.lstrip(")） ")
            return f"{before}{plain}{after}" if before or after else plain
        if after.lstrip().startswith("%") and value == magnitude * 100:
            return f"{before}{plain_number(figure[0])}{after}"
    return with_stored(shown, plain)
