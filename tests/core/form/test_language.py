"""The check language: what is written is what is meant, and mistakes are named by position."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.form.language import (
    Comparison,
    Expression,
    Function,
    Literal,
    Operation,
    Reference,
    Rule,
    Steady,
    Sum,
    parse_rule,
)
from core.problems import NianbaoError


def rule_text(rule: Rule) -> str:
    """In canonical spelling, which is read back to an equal rule."""
    if isinstance(rule.claim, Steady):
        claim = rule.claim
        text = f"steady({expression_text(claim.reference)}, {claim.ratio:f}, {claim.amount:f})"
    else:
        text = comparison_text(rule.claim)
    if rule.conditions:
        text += " when " + " and ".join(map(comparison_text, rule.conditions))
    return text


def comparison_text(comparison: Comparison) -> str:
    left, right = expression_text(comparison.left), expression_text(comparison.right)
    return f"{left} {comparison.operator} {right}"


_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2}


def expression_text(node: Expression) -> str:
    """In canonical spelling, with no brackets beyond those it needs."""
    match node:
        case Literal(value):
            return f"{value:f}"
        case Reference(row, column, last):
            return f"{'last' if last else ''}[{row}{'' if column is None else ':' + column}]"
        case Sum(references):
            return f"sum({', '.join(map(expression_text, references))})"
        case Function(name, arguments):
            return f"{name}({', '.join(map(expression_text, arguments))})"
        case Operation(operator, left, right):
            binding = _BINDING[operator]
            left_text, right_text = expression_text(left), expression_text(right)
            if isinstance(left, Operation) and _BINDING[left.operator] < binding:
                left_text = f"({left_text})"
            if isinstance(right, Operation) and _BINDING[right.operator] <= binding:
                right_text = f"({right_text})"
            return f"{left_text} {operator} {right_text}"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("[3.1]=sum([3.1.*])", "[3.1] = sum([3.1.*])"),
        ("[1.1.1] ≤ [1.1]", "[1.1.1] <= [1.1]"),
        ("[3-1：*] + [3-2:*] = [3-3.7:*]", "[3-1:*] + [3-2:*] = [3-3.7:*]"),
        ("[3-2:*] = last[3-4:*]", "[3-2:*] = last[3-4:*]"),
        ("[7] = 0 when [3.1] = 0 and [3.2] = 0", "[7] = 0 when [3.1] = 0 and [3.2] = 0"),
        ("steady([**], 50%, 10)", "steady([**], 0.5, 10)"),
        ("[a] − ([b] − [c]) × 2 >= 3 ÷ 4", "[a] - ([b] - [c]) * 2 >= 3 / 4"),
        ("【a】＋［b：c］ ＜＝ sum（[（一）]，[a]）", "[a] + [b:c] <= sum([（一）], [a])"),
        ("sum([a..c], [x:b..d]) != max([a], 2)", "sum([a..c], [x:b..d]) != max([a], 2)"),
    ],
)
def test_spellings(text: str, canonical: str) -> None:
    assert rule_text(parse_rule(text)) == canonical
    assert parse_rule(canonical) == parse_rule(text)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("[3.1 = 2", 1),
        ("[a] =", 6),
        ("foo([a]) = 1", 1),
        ("[a] = #", 7),
        ("([a] = 1", 6),
        ("[a] = 1 1", 9),
        ("[a b] = 1", 1),
        ("[a***] = 1", 1),
        ("[a..b..c] = 1", 1),
        ("sum() = 1", 5),
        ("abs([a],[b]) = 1", 1),
        ("steady([a], [b], 1)", 13),
        ("[a] = 1 when", 13),
        ("", 1),
        ("[a] = last 3", 12),
        ("[a] = round([b])", 7),
        ("[a] = round([b], 7)", 7),
        ("[a] = round([b], 0.5)", 7),
        ("[a] = round([b], [c])", 7),
    ],
)
def test_mistakes_are_named_by_position(text: str, position: int) -> None:
    with pytest.raises(NianbaoError, match=f"第 {position} 个字符"):
        parse_rule(text)


def test_absurd_rules_are_refused() -> None:
    with pytest.raises(NianbaoError, match="嵌套过深"):
        parse_rule("(" * 500 + "[a]" + ")" * 500 + " = 1")
    with pytest.raises(NianbaoError, match="过长"):
        parse_rule("[a] = 1" + " + 1" * 10_000)


codes = st.from_regex(r"[0-9A-Za-z甲乙]{1,3}([.-][0-9]{1,2}){0,3}", fullmatch=True)
rows = codes | codes.map(lambda code: code + ".*") | codes.map(lambda code: code + "-**")
columns = st.none() | st.sampled_from(["total", "*", "自然人"])
references = st.builds(Reference, rows, columns, st.booleans())
literals = st.builds(Literal, st.decimals(0, 10**9, places=3, allow_nan=False))
leaves = (
    literals | references | st.builds(Sum, st.lists(references, min_size=1, max_size=3).map(tuple))
)


places = st.builds(Literal, st.integers(0, 6).map(Decimal))


def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return (
        st.builds(Operation, st.sampled_from("+-*/"), inner, inner)
        | st.builds(Function, st.sampled_from(["min", "max"]), several)
        | st.builds(Function, st.just("abs"), inner.map(lambda node: (node,)))
        | st.builds(Function, st.just("round"), st.tuples(inner, places))
    )


expressions = st.recursive(leaves, grown, max_leaves=12)
comparisons = st.builds(
    Comparison, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), expressions, expressions
)
ratios = st.decimals(0, 10, places=2, allow_nan=False)
amounts = st.decimals(0, 1000, places=2, allow_nan=False)
rules = st.builds(
    Rule,
    comparisons
    | st.builds(Steady, st.builds(Reference, rows, columns, st.just(False)), ratios, amounts),
    st.lists(comparisons, max_size=2).map(tuple),
)


@given(rules)
def test_any_rule_prints_and_parses_back(rule: Rule) -> None:
    assert parse_rule(rule_text(rule)) == rule


@given(st.text(alphabet="[]()+-*/=<>.:0a1 sumlastwhen,%", max_size=40))
def test_any_text_is_a_rule_or_a_sentence(text: str) -> None:
    try:
        rule = parse_rule(text)
    except NianbaoError as error:
        assert "第" in str(error)
    else:
        assert parse_rule(rule_text(rule)) == rule


def test_percent_is_a_hundredth() -> None:
    claim = parse_rule("steady([a], 12.5%, 3)").claim
    assert isinstance(claim, Steady)
    assert claim.ratio == Decimal("0.125")
