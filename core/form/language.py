"""The check language: the rules between figures, as a statistics office writes them.

    [3.1] = sum([3.1.*])                          a total and its parts
    [1.2.*] <= [1.2]                              once for each part
    [3-1:*] + [3-2:*] = [3-3.7:*] + [3-4:*]       once for each column
    [3-**:total] = sum([3-**:natural..other])     once for each row
    [3-2:*] = last[3-4:*]                         last year's figure
    [2.3] = round([2.1] / [2.2] * 100, 2)         a rate, to two decimal places
    [7] = 0 when [3.1] = 0                        only under a condition
    steady([**], 50%, 10)                         no jump against last year

This module turns text into a syntax tree; it knows no form. ``docs/表样编写说明.md`` is the
reference for those who write forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final, NamedTuple, TypeVar

from core.problems import NianbaoError, Problem

_T = TypeVar("_T")

MAX_RULE_LENGTH: Final = 4_000
MAX_NESTING: Final = 40
#: Of ``steady``: ten times as much as last year.
_MAX_RATIO: Final = Decimal(10)
#: Characters of a rule that a sentence about it shows.
_SHOWN: Final = 80
#: Stars of a pattern: each more multiplies the ways in which a code may fit it.
MAX_STARS: Final = 3
#: Of ``round``: no unit has more decimal places.
MAX_PLACES: Final = 6


class LanguageProblem(Problem):
    """Why a rule cannot be understood; ``{position}`` counts characters from 1."""

    TOO_LONG = "公式过长（{length} 个字符，最多 {limit} 个）"
    UNCLOSED = "第 {position} 个字符处的“[”没有对应的“]”"
    UNEXPECTED_CHARACTER = "第 {position} 个字符“{found}”不是公式里可用的符号"
    UNEXPECTED = "第 {position} 个字符处应为{expected}，却是{found}"
    BAD_CELL = (
        "第 {position} 个字符处的单元格“{found}”写法不对，应为 [指标代码] 或 [指标代码:栏代码]"
    )
    TOO_MANY_STARS = "第 {position} 个字符处的单元格“{found}”里通配符太多，最多 {limit} 个"
    STEADY_LAST = "第 {position} 个字符处不要写 last：steady 本来就与上年（上期）比较"
    STEADY_RATIO = "第 {position} 个字符处的变动比例 {found} 过大，应写成百分数，如 50%"
    TOO_DEEP = "第 {position} 个字符处括号嵌套过深（最多 {limit} 层）"
    UNKNOWN_WORD = "第 {position} 个字符处的“{found}”不是公式里的词，可用的有 {known}"


class Literal(NamedTuple):
    """A number written in the rule. ``50%`` is read as 0.5."""

    value: Decimal


class Reference(NamedTuple):
    """``[ROW]`` or ``[ROW:COLUMN]``, of this report or (``last``) of the baseline.

    ``row`` and ``column`` are patterns: ``*`` stands for one segment between dots (a column
    pattern ``*`` for any column), ``**`` for any rest of a code, ``a..b`` for all from a to b.
    ``position`` is the 0-based offset in the rule's text, for messages only.
    """

    row: str
    column: str | None = None
    last: bool = False
    position: int = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self[:3] == other[:3]

    def __hash__(self) -> int:
        return hash(self[:3])


class Sum(NamedTuple):
    """``sum([…], …)``: the sum over every cell that the references match."""

    references: tuple[Reference, ...]


class Operation(NamedTuple):
    """Two expressions joined by ``+``, ``-``, ``*`` or ``/``."""

    operator: str
    left: Expression
    right: Expression


class Function(NamedTuple):
    """``abs(x)``, ``round(x, places)``, ``min(x, y, …)`` or ``max(x, y, …)``."""

    name: str
    arguments: tuple[Expression, ...]


Expression = Literal | Reference | Sum | Operation | Function


class Comparison(NamedTuple):
    """Two expressions and how they must compare: ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``."""

    operator: str
    left: Expression
    right: Expression


class Steady(NamedTuple):
    """``steady([…], ratio, amount)``: the figure has not jumped against last year.

    It has jumped when it changed by more than *ratio* of last year's and by at least *amount*, or
    fell to 0 from more than a few (:data:`core.checks.binding.SMALL_COUNT`).
    """

    reference: Reference
    ratio: Decimal
    amount: Decimal


class Rule(NamedTuple):
    """A whole rule: what must hold, and the conditions under which it is asked."""

    claim: Comparison | Steady
    conditions: tuple[Comparison, ...] = ()


def parse_rule(text: str) -> Rule:
    """The rule written as *text*.

    Raises :class:`NianbaoError` (:class:`LanguageProblem`) naming the position of the mistake.
    """
    if len(text) > MAX_RULE_LENGTH:
        raise NianbaoError(LanguageProblem.TOO_LONG, length=len(text), limit=MAX_RULE_LENGTH)
    return _Parser(text).rule()


def shown_rule(text: str) -> str:
    """The rule as it stands in a sentence: the beginning of a long one."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d+)?%?)
      | (?P<word>[A-Za-z_]+)
      | (?P<cell>\[[^\[\]]*\])
      | (?P<operator><=|>=|!=|[≤≥≠<>=+\-−*×/÷(),])
    )""",
    re.VERBOSE | re.ASCII,
)
_SPELLING = {"≤": "<=", "≥": ">=", "≠": "!=", "−": "-", "×": "*", "÷": "/"}
#: Signs as a Chinese input method makes them, each one character for one. Codes stay as they are.
_BRACKETS = str.maketrans("［］【】", "[][]")
_FULL_WIDTH = str.maketrans("＜＞＝＋－＊／（），．％！", "<>=+-*/(),.%!")
_CELLS = re.compile(r"(\[[^\[\]]*\])")
_COMPARISONS = ("=", "!=", "<=", ">=", "<", ">")
_WORDS = ("sum", "abs", "round", "min", "max", "last", "steady", "when", "and")
_STARS = re.compile(r"\*\*?")
#: A code or pattern: anything but white space and the language's own signs.
_CODE = r"[^\s\[\]:,]+"
_CELL = re.compile(rf"\[\s*({_CODE})\s*(?::\s*({_CODE})\s*)?\]")
#: No code holds these either way.
_IN_CELL = str.maketrans("：，", ":,")


class _Token(NamedTuple):
    kind: str
    text: str
    position: int

    @property
    def shown(self) -> str:
        return "公式的结尾" if self.kind == "end" else f"“{self.text}”"


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    parts = _CELLS.split(text.translate(_BRACKETS))
    parts[::2] = [part.translate(_FULL_WIDTH) for part in parts[::2]]
    text = "".join(parts)
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            if text[start] == "[":
                raise NianbaoError(LanguageProblem.UNCLOSED, position=start + 1)
            raise NianbaoError(
                LanguageProblem.UNEXPECTED_CHARACTER, position=start + 1, found=text[start]
            )
        kind = found.lastgroup
        lexeme = found.group(kind)
        tokens.append(_Token(kind, _SPELLING.get(lexeme, lexeme), found.start(kind)))
        position = found.end()
    tokens.append(_Token("end", "", end))
    return tokens


class _Parser:
    """Recursive descent; one method a grammar rule."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    def rule(self) -> Rule:
        claim = self._steady() if self._peek().text == "steady" else self._comparison()
        conditions: list[Comparison] = []
        if self._accept("when"):
            conditions.append(self._comparison())
            while self._accept("and"):
                conditions.append(self._comparison())
        if self._peek().kind != "end":
            raise self._unexpected("公式的结尾")
        return Rule(claim, tuple(conditions))

    def _comparison(self) -> Comparison:
        left = self._expression()
        token = self._peek()
        if token.text not in _COMPARISONS:
            raise self._unexpected("= 、<= 、>= 等比较符号")
        self._next += 1
        return Comparison(token.text, left, self._expression())

    def _steady(self) -> Steady:
        self._next += 1
        self._expect("(")
        token = self._peek()
        reference = self._reference()
        if reference.last:
            raise NianbaoError(LanguageProblem.STEADY_LAST, position=token.position + 1)
        self._expect(",")
        token = self._peek()
        ratio = self._number()
        if ratio > _MAX_RATIO:
            raise NianbaoError(
                LanguageProblem.STEADY_RATIO, position=token.position + 1, found=token.text
            )
        self._expect(",")
        amount = self._number()
        self._expect(")")
        return Steady(reference, ratio, amount)

    def _expression(self) -> Expression:
        node = self._term()
        while self._peek().text in ("+", "-"):
            operator = self._take().text
            node = Operation(operator, node, self._term())
        return node

    def _term(self) -> Expression:
        node = self._factor()
        while self._peek().text in ("*", "/"):
            operator = self._take().text
            node = Operation(operator, node, self._factor())
        return node

    def _factor(self) -> Expression:
        token = self._peek()
        if token.kind == "number":
            return Literal(self._number())
        if token.kind == "cell" or token.text == "last":
            return self._reference()
        if token.text == "sum":
            return Sum(self._nested(self._reference))
        if token.text in ("abs", "round", "min", "max"):
            return self._function(token)
        if token.text == "(":
            self._enter(token)
            self._next += 1
            node = self._expression()
            self._expect(")")
            self._depth -= 1
            return node
        if token.kind == "word" and token.text not in _WORDS:
            raise NianbaoError(
                LanguageProblem.UNKNOWN_WORD,
                position=token.position + 1,
                found=token.text,
                known="、".join(_WORDS),
            )
        raise self._unexpected("数字、单元格或 sum(…)")

    def _function(self, token: _Token) -> Function:
        arguments = self._nested(self._expression)
        if token.text == "abs" and len(arguments) != 1:
            raise self._unexpected("只带一个参数的 abs(…)", at=token)
        if token.text == "round" and not (len(arguments) == 2 and _are_places(arguments[1])):
            expected = f"round(…, 小数位数)，位数为 0 到 {MAX_PLACES}"
            raise self._unexpected(expected, at=token)
        return Function(token.text, arguments)

    def _nested(self, item: Callable[[], _T]) -> tuple[_T, ...]:
        """``name(item, item, …)`` from the name on."""
        self._enter(self._take())
        self._expect("(")
        items = [item()]
        while self._accept(","):
            items.append(item())
        self._expect(")")
        self._depth -= 1
        return tuple(items)

    def _reference(self) -> Reference:
        last = self._accept("last")
        token = self._peek()
        if token.kind != "cell":
            raise self._unexpected("单元格，如 [3.1]")
        found = _CELL.fullmatch(token.text.translate(_IN_CELL))
        if found is None or not all(_is_pattern(part) for part in found.groups() if part):
            raise NianbaoError(
                LanguageProblem.BAD_CELL, position=token.position + 1, found=token.text
            )
        if any(len(_STARS.findall(part)) > MAX_STARS for part in found.groups() if part):
            raise NianbaoError(
                LanguageProblem.TOO_MANY_STARS,
                position=token.position + 1,
                found=shown_rule(token.text),
                limit=MAX_STARS,
            )
        self._next += 1
        return Reference(found[1], found[2], last, token.position)

    def _number(self) -> Decimal:
        token = self._peek()
        if token.kind != "number":
            raise self._unexpected("数字")
        self._next += 1
        if token.text.endswith("%"):
            return Decimal(token.text[:-1]) / 100
        return Decimal(token.text)

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _accept(self, text: str) -> bool:
        if self._peek().text != text:
            return False
        self._next += 1
        return True

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise self._unexpected(f"“{text}”")

    def _enter(self, token: _Token) -> None:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise NianbaoError(
                LanguageProblem.TOO_DEEP, position=token.position + 1, limit=MAX_NESTING
            )

    def _unexpected(self, expected: str, at: _Token | None = None) -> NianbaoError:
        token = at or self._peek()
        return NianbaoError(
            LanguageProblem.UNEXPECTED,
            position=token.position + 1,
            expected=expected,
            found=token.shown,
        )


def _are_places(node: Expression) -> bool:
    """Whether *node* is a number of decimal places to round to."""
    return isinstance(node, Literal) and node.value in range(MAX_PLACES + 1)


def _is_pattern(part: str) -> bool:
    """Whether *part* is a code, or a code with ``*``, ``**`` or one ``..`` in a place that can be meant."""
    if ".." in part:
        first, _, final = part.partition("..")
        return bool(first and final) and "*" not in part and ".." not in final
    return "***" not in part
