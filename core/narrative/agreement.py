"""Holds what a text tells against the table: whether it agrees, and what to say if it does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from core.form.form import Form
from core.narrative.numbers import Figure
from core.narrative.rendering import per_cent
from core.narrative.ties import Tie, TieKind, Told
from core.problems import Problem
from core.report import Report
from core.values import NOT_APPLICABLE, CellValue, Number, format_value


class AgreementProblem(Problem):
    """What is said of a figure of the text."""

    AGREES = "与表中{name}一致。"
    AGREES_WITH = "与表中{name}（{others}）一致。"
    DIFFERS = "正文“{text}”为 {told}，表中{name}为 {expected}，相差 {difference}，请核对。"
    RATE_DIFFERS = "正文“{text}”为 {told}%，按表中{name}计算为 {expected}%，请核对。"
    WRONG_WAY = "正文写作{word}，按表中{name}应为{other}，请核对。"
    UNDECIDED = "对应表中{name}，表中还没有数。"
    NO_LAST = "说的是上年的{name}，还没有上年数可以对照。"
    ASKED = "可能对应表中{name}（{expected}），正文为 {told}，请看是否说的是同一件事。"
    ALL = "“全部”按前文为 {told}，表中{name}为 {expected}，请看是否包括上年结转。"
    FREE = "不与表对照：{why}。"


@dataclass(frozen=True, slots=True)
class TextFigure:
    """A figure of a text held against the table.

    ``agrees`` is ``None`` where there is nothing to compare with. ``cells`` are those by which it was
    judged; ``expected`` what they come to.
    """

    told: Told
    sure: bool
    agrees: bool | None
    cells: tuple[str, ...]
    kind: TieKind
    expected: Number | None
    message: str


def judged(told: Told, report: Report) -> TextFigure:
    """*told* held against *report*."""
    tie = told.tie
    if tie.kind is TieKind.NONE:
        message = AgreementProblem.FREE.sentence(why=told.why or "不是表中的数")
        return TextFigure(told, False, None, (), TieKind.NONE, None, message)
    options = [one for one in _options(told, report) if one[1] is not None]
    if not options:
        problem = AgreementProblem.UNDECIDED
        if (
            tie.kind in (TieKind.LAST, TieKind.CHANGE, TieKind.DIFFERENCE)
            and not report.last_values
        ):
            problem = AgreementProblem.NO_LAST
        sure = told.sure and tie.kind is not TieKind.LAST and not told.is_all
        message = problem.sentence(name=_name(tie.cells, report.form))
        return TextFigure(told, sure, None, tie.cells, tie.kind, None, message)
    chosen = next((one for one in options if _agrees(told, one[1])), options[0])
    cells, expected, way = chosen
    assert expected is not None
    agrees = _agrees(told, expected) and not _goes_wrong(tie, way)
    sure = told.sure
    if tie.kind is TieKind.SHARE and tie.others and not sure:
        # Nothing said of what; that it comes out right to the last place says it.
        sure = agrees and told.step <= Decimal("0.1") and told.why == "没有写明占的是什么"
    if tie.kind is TieKind.LAST or told.is_all:
        sure = sure and agrees
    kind = tie.kind
    if kind in (TieKind.CELL, TieKind.SUM):
        kind = TieKind.SUM if len(cells) > 1 else TieKind.CELL
    figure = TextFigure(told, sure, agrees, cells, kind, expected, "")
    return replace(figure, message=_message(figure, way, report))


def _options(told: Told, report: Report) -> Iterable[tuple[tuple[str, ...], Number | None, int]]:
    """Each way in which the figure may come from the table: cells, what they come to, its direction."""
    tie = told.tie
    values, last = report.values, report.last_values
    for cells in (tie.cells, *(tie.others if tie.kind is not TieKind.SHARE else ())):
        if tie.kind is TieKind.SHARE:
            break
        now, before = total(cells, values), total(cells, last)
        match tie.kind:
            case TieKind.LAST:
                yield cells, before, 0
            case TieKind.DIFFERENCE | TieKind.CHANGE if now is not None and before is not None:
                way = (now > before) - (now < before)
                if tie.kind is TieKind.DIFFERENCE:
                    yield cells, abs(now - before), way
                elif before:
                    yield cells, per_cent(abs(now - before), before), way
            case TieKind.CELL | TieKind.SUM:
                yield cells, now, 0
            case _:
                pass
    if tie.kind is TieKind.SHARE:
        part = total(tie.cells, values)
        for whole in (tie.whole, *tie.others):
            of = total(whole, values)
            if part is not None and of:
                yield (*tie.cells, *whole), per_cent(part, of), 0


def total(cells: tuple[str, ...], values: Mapping[str, CellValue]) -> Number | None:
    """The sum of *cells*; ``None`` where one is blank, or all are 不适用."""
    known = [values.get(key) for key in cells]
    numbers = [value for value in known if value is not None and value is not NOT_APPLICABLE]
    if not numbers or any(value is None for value in known):
        return None
    return sum(numbers[1:], numbers[0])


def _agrees(told: Told, expected: Number | None) -> bool:
    if expected is None:
        return False
    figure = Figure(told.start, told.end, told.value, told.unit, told.step, told.more, told.near)
    if told.unit == "%":
        # Told to fewer places it may be rounded or cut off.
        return abs(told.value - Decimal(expected)) < told.step
    return figure.agrees_with(Decimal(expected))


def _goes_wrong(tie: Tie, way: int) -> bool:
    return bool(tie.direction and way) and tie.direction != way


def _message(figure: TextFigure, way: int, report: Report) -> str:
    told, form = figure.told, report.form
    name = _name(figure.told.tie.cells, form)
    expected = format_value(figure.expected)
    shown = _shown(told)
    if figure.agrees:
        if figure.kind is not TieKind.SHARE and figure.cells != told.tie.cells:
            others = "＋".join(form.cell_name(key) for key in figure.cells)
            return AgreementProblem.AGREES_WITH.sentence(name=name, others=others)
        return AgreementProblem.AGREES.sentence(name=name)
    if told.is_all:
        return AgreementProblem.ALL.sentence(told=shown, name=name, expected=expected)
    if not figure.sure:
        return AgreementProblem.ASKED.sentence(name=name, expected=expected, told=shown)
    if _goes_wrong(told.tie, way):
        words = ("减少", "增加") if told.tie.direction < 0 else ("增加", "减少")
        return AgreementProblem.WRONG_WAY.sentence(word=words[0], name=name, other=words[1])
    if told.unit == "%":
        return AgreementProblem.RATE_DIFFERS.sentence(
            text=told.text, told=shown, name=name, expected=expected
        )
    difference = format_value(abs(Decimal(figure.expected or 0) - told.value).normalize() + 0)
    return AgreementProblem.DIFFERS.sentence(
        text=told.text, told=shown, name=name, expected=expected, difference=difference
    )


def _shown(told: Told) -> str:
    value = told.value
    return format_value(int(value) if value == value.to_integral_value() else value)


def _name(cells: tuple[str, ...], form: Form) -> str:
    names = [f"“{form.cell_name(key)}”" for key in cells[:3]]
    more = f"等 {len(cells)} 项" if len(cells) > 3 else ""
    return "、".join(names) + more + ("之和" if len(cells) > 1 else "")
