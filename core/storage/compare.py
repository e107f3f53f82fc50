"""Two reports side by side: what differs, cell by cell, in the names a clerk knows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.form.form import Form
from core.narrative.rendering import field_name
from core.narrative.text import Paragraph
from core.report import HEADER_FIELDS, Baseline, Explanation, Report
from core.values import format_value


class Part(Enum):
    """Which part of a report a difference lies in."""

    FORM = "表样"
    PERIOD = "报告期"
    HEADER = "表头"
    CELL = "单元格"
    EXPLANATION = "审核说明"
    BASELINE = "上年数"
    TEXT = "正文"


@dataclass(frozen=True)
class Difference:
    """One thing that two reports do not have alike.

    ``key``: the cell's key, header field, bound check id, baseline period or the text's section
    (its code, else its heading); empty for form and period. ``one`` and ``other`` are texts as shown, empty for blank.
    """

    part: Part
    key: str
    name: str
    one: str
    other: str

    def __str__(self) -> str:
        return f"{self.name}：{self.one or '空白'} → {self.other or '空白'}"


def differences(one: Report, other: Report) -> list[Difference]:
    """Everything in which *other* differs from *one*, in the form's order."""
    found: list[Difference] = []
    if (one.form.id, one.form.digest) != (other.form.id, other.form.digest):
        found.append(Difference(Part.FORM, "", "表样", one.form.name, other.form.name))
    if one.period != other.period:
        found.append(Difference(Part.PERIOD, "", "报告期", one.period.label, other.period.label))
    for key, label in HEADER_FIELDS.items():
        before, after = one.header.get(key, ""), other.header.get(key, "")
        if before != after:
            found.append(Difference(Part.HEADER, key, label, before, after))
    found += cell_differences(one, other)
    for check in {**one.explanations, **other.explanations}:
        first, second = one.explanations.get(check), other.explanations.get(check)
        if first != second:
            texts = _explained(first), _explained(second)
            name = f"审核说明：{_check_name(other.form, check)}"
            found.append(Difference(Part.EXPLANATION, check, name, *texts))
    return found + _text_differences(one, other) + _baseline_differences(one, other)


def cell_differences(one: Report, other: Report) -> list[Difference]:
    """The cells whose values differ, in the form's order."""
    found: list[Difference] = []
    for key in {**one.form.cells, **other.form.cells}:
        before, after = one.values.get(key), other.values.get(key)
        if before != after:
            form = one.form if key in one.form.cells else other.form
            texts = format_value(before), format_value(after)
            found.append(Difference(Part.CELL, key, form.cell_name(key), *texts))
    return found


def _text_differences(one: Report, other: Report) -> list[Difference]:
    """The sections of the text that are written otherwise; figures in them are the cells' matter."""
    before, after = _written(one), _written(other)
    return [
        Difference(
            Part.TEXT,
            key,
            f"正文：{(after if key in after else before)[key][0]}",
            before.get(key, ("", ""))[1],
            after.get(key, ("", ""))[1],
        )
        for key in {**before, **after}
        if before.get(key) != after.get(key)
    ]


def _written(report: Report) -> dict[str, tuple[str, str]]:
    """Each section's name and text by what tells it from the others; fields as the cells they name."""
    found: dict[str, tuple[str, str]] = {}
    if report.text.title.pieces:
        found["title"] = "标题", _shown(report.text.title, report.form)
    for section in report.text.sections:
        key = section.code or section.heading
        while key in found:
            key += "′"
        lines = [_shown(paragraph, report.form) for paragraph in section.paragraphs]
        found[key] = section.heading or "开头", "\n".join(lines)
    return found


def _shown(paragraph: Paragraph, form: Form) -> str:
    return "".join(
        piece if isinstance(piece, str) else f"〔{field_name(piece, form)}〕"
        for piece in paragraph.pieces
    )


def _baseline_differences(one: Report, other: Report) -> list[Difference]:
    before = {known.period: known for known in one.baselines}
    after = {known.period: known for known in other.baselines}
    return [
        Difference(
            Part.BASELINE,
            str(period),
            f"{period.label}数据",
            _described(before.get(period)),
            _described(after.get(period)),
        )
        for period in sorted({*before, *after}, key=lambda period: period.sort_key)
        if before.get(period) != after.get(period)
    ]


def _described(baseline: Baseline | None) -> str:
    if baseline is None:
        return ""
    text = "，有正文" if baseline.text else ""
    return f"{baseline.source or baseline.unit_name}（{len(baseline.values)} 个数{text}）"


def _check_name(form: Form, check: str) -> str:
    """A bound check as a person would name it: 「与上年相比（收到申请数）」 for ``与上年相比@3.1``."""
    rule, _, where = check.partition("@")
    # A rule that shares its name with others has its expression behind it.
    name = rule.partition(" ")[0]
    if where in form.cells:
        return f"{name}（{form.cell_name(where)}）"
    if where in form.rows:
        return f"{name}（{form.row_name(form.rows[where])}）"
    columns = {column.code: column.label for table in form.tables for column in table.columns}
    return f"{name}（{columns.get(where, where)}）" if where else name


def _explained(explanation: Explanation | None) -> str:
    return explanation.text if explanation is not None else ""
