"""The text of a report with its figures in it: fields → words, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from core.form.form import Form
from core.narrative.text import CellRef, Field, FieldKind, Paragraph, ReportText
from core.report import Report
from core.values import NOT_APPLICABLE, CellValue, Number, format_value

#: What stands for a figure that is not there yet, and for a cell that the form does not have.
BLANK: Final = "〔未填〕"
UNKNOWN: Final = "〔无此指标〕"


class Span(NamedTuple):
    """Where a field stands in a rendered text: from *start* to before *end*."""

    start: int
    end: int
    field: Field


class Rendered(NamedTuple):
    """A paragraph as it is read, and its fields' places in it."""

    text: str
    spans: tuple[Span, ...] = ()


def render(paragraph: Paragraph, report: Report) -> Rendered:
    """*paragraph* with the figures of *report*."""
    parts: list[str] = []
    spans: list[Span] = []
    at = 0
    for piece in paragraph.pieces:
        shown = piece if isinstance(piece, str) else field_text(piece, report)
        if not isinstance(piece, str):
            spans.append(Span(at, at + len(shown), piece))
        parts.append(shown)
        at += len(shown)
    return Rendered("".join(parts), tuple(spans))


def field_text(field: Field, report: Report) -> str:
    """What *field* shows: its figure, the office …, or one of :data:`BLANK` and :data:`UNKNOWN`."""
    match field.kind:
        case FieldKind.OFFICE:
            return report.header["unit_name"] or BLANK
        case FieldKind.PHONE:
            return report.header["phone"] or BLANK
        case FieldKind.YEAR:
            return str(report.period.year + int(field.number))
        case _:
            pass
    if has_unknown(field, report):
        return UNKNOWN
    value = field_value(field, report)
    return BLANK if value is None else format_value(value)


def field_value(field: Field, report: Report) -> CellValue:
    """The figure that a field comes to; ``None`` where one of its cells is blank.

    不适用 adds nothing to a sum, as in the check language; a share of nothing is blank.
    """
    match field.kind:
        case FieldKind.CELL:
            return _value(field.part[0], report)
        case FieldKind.SUM:
            return _sum(field.part, report)
        case FieldKind.CUMULATIVE:
            part = _sum(field.part, report)
            return None if part is None else field.number + part
        case FieldKind.DIFFERENCE | FieldKind.SHARE | FieldKind.CHANGE:
            part, whole = _sum(field.part, report), _sum(field.whole, report)
            return None if part is None or whole is None else _compared(field.kind, part, whole)
        case _:
            return None


def has_unknown(field: Field, report: Report) -> bool:
    """Whether the form lacks a cell that *field* speaks of."""
    return any(ref.key not in report.form.cells for ref in field.refs)


def is_gap(field: Field, report: Report) -> bool:
    """Whether *field* shows no figure, which keeps the report from 可报送."""
    return field_text(field, report) in (BLANK, UNKNOWN)


def gaps(text: ReportText, report: Report) -> Iterator[Field]:
    """The fields of *text* that show no figure, in order."""
    return (field for field in text.fields if is_gap(field, report))


def plain_text(text: ReportText, report: Report) -> str:
    """*text* as it is read: title, headings and paragraphs, one a line."""
    return "\n".join(plain_lines(text, report))


def plain_lines(text: ReportText, report: Report) -> Iterator[str]:
    """The lines of :func:`plain_text`."""
    if text.title.pieces:
        yield render(text.title, report).text
    for section in text.sections:
        if section.heading:
            yield section.heading
        for paragraph in section.paragraphs:
            yield render(paragraph, report).text


def last_text(report: Report) -> str:
    """Last year's text as it was read then; empty where there is none."""
    baseline = report.baseline
    if baseline is None or not baseline.text:
        return ""
    earlier = tuple(b for b in report.baselines if b.period.sort_key < baseline.period.sort_key)
    then = Report(report.form, baseline.period, values=dict(baseline.values), baselines=earlier)
    then.header["unit_name"] = baseline.unit_name
    return plain_text(baseline.text, then)


def per_cent(part: Number | Fraction, whole: Number | Fraction) -> Decimal:
    """*part* in per cent of *whole*, rounded half up to two decimal places, no zeros at the end."""
    exact = Fraction(part) / Fraction(whole) * 10_000
    rounded = Decimal((exact + Fraction(1, 2)).__floor__()) / 100
    return rounded.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize() + 0


def _compared(kind: FieldKind, part: Number, whole: Number) -> CellValue:
    if kind is FieldKind.DIFFERENCE:
        return abs(part - whole)
    if not whole:
        return None
    return per_cent(part if kind is FieldKind.SHARE else abs(part - whole), whole)


def _sum(refs: Iterable[CellRef], report: Report) -> Number | None:
    total: Number = 0
    for ref in refs:
        value = _value(ref, report)
        if value is None:
            return None
        if value is not NOT_APPLICABLE:
            total += value
    return total


def _value(ref: CellRef, report: Report) -> CellValue:
    return (report.last_values if ref.last else report.values).get(ref.key)


def field_name(field: Field, form: Form) -> str:
    """What a person calls the field: 「（一）收到申请数」, 「上年（一）收到申请数」, 「… 之和」."""
    part, whole = (
        "、".join(_ref_name(ref, form) for ref in refs) for refs in (field.part, field.whole)
    )
    match field.kind:
        case FieldKind.CELL:
            return part
        case FieldKind.SUM:
            return f"{part} 之和"
        case FieldKind.DIFFERENCE:
            return f"{part} 与 {whole} 相差"
        case FieldKind.SHARE:
            return f"{part} 占 {whole} 的百分比"
        case FieldKind.CHANGE:
            return f"{part} 比 {whole} 增减的百分比"
        case FieldKind.CUMULATIVE:
            return f"{part} 累计（此前 {format_value(field.number)}）"
        case FieldKind.YEAR:
            years = int(field.number)
            return "年度" if not years else f"年度{'后' if years > 0 else '前'} {abs(years)} 年"
        case FieldKind.OFFICE:
            return "填报单位"
        case FieldKind.PHONE:
            return "联系电话"


def _ref_name(ref: CellRef, form: Form) -> str:
    if ref.key not in form.cells:
        return f"{UNKNOWN}{ref.key}"
    name = form.cell_name(ref.key)
    return f"{form.period_word}{name}" if ref.last else name
