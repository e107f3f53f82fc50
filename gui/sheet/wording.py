"""What a sheet says about its rows and cells: short in the row, in full in tooltips and aloud."""

from __future__ import annotations

from collections.abc import Sequence

from core.checks.standing import Standing
from core.session import Session
from core.values import NOT_APPLICABLE, CellValue, format_value
from gui.sheet.figures import Figures
from gui.sheet.nodes import Node


def review(figures: Figures, node: Node) -> str:
    """One short sentence about the row: its worst finding, and how many more there are."""
    found = figures.found(node)
    if not found:
        return ""
    key, finding, stands = found[0]
    if stands is Standing.EXPLAINED:
        return stands.words
    text = finding.short
    cell = figures.session.form.cells[key]
    if len(cell.row.columns) > 1:
        text = f"{cell.column.label}：{text}"
    more = sum(other.is_open for _, _, other in found) - 1
    return f"{text}（另有 {more} 项）" if more else text


def shown_value(value: CellValue) -> str:
    """A value in a sentence: blank and 不适用 by their names."""
    if value is None:
        return "未填"
    return "不适用" if value is NOT_APPLICABLE else format_value(value)


def cell_notes(session: Session, key: str) -> list[str]:
    """Where the cell's figure comes from, and last year's; one sentence each."""
    notes: list[str] = []
    form = session.form
    last = session.last_value(key)
    if last is not None:
        notes.append(f"{form.period_word}：{shown_value(last)}")
    if session.is_overtyped(key):
        notes.append("手工填写，代替了自动计算；清除后恢复自动计算。")
    elif session.checks.carries(key) and key in session.report.computed:
        notes.append(f"按{form.period_word}数自动填入，可以改写。")
    elif session.checks.is_computed(key):
        notes.append("由明细自动计算，可以改写。")
    return notes


def cell_tooltip(session: Session, key: str) -> str:
    """Everything about a cell, as rich text so that long sentences wrap."""
    from html import escape

    form = session.form
    lines = [f"<b>{escape(form.cell_name(key))}</b>"]
    for finding in session.findings_at(key):
        lines.append(f"{session.standing(finding).sign} {escape(finding.message)}")
        explanation = session.explanation(finding)
        if explanation is not None:
            state = "说明" if session.is_explained(finding) else "说明（数字已变，请重新确认）"
            lines.append(f"{state}：{escape(explanation.text)}")
    lines += [escape(note) for note in cell_notes(session, key)]
    row = form.cells[key].row
    lines += [escape(text) for text in (row.note, row.help) if text]
    return "<br>".join(lines)


def label_tooltip(node: Node) -> str:
    """The whole label with its note and what is counted."""
    from html import escape

    row = node.row
    lines = [f"<b>{escape(row.label)}</b>", row.code]
    lines += [escape(text) for text in (row.note, row.help) if text]
    return "<br>".join(lines)


def counted(standings: Sequence[Standing]) -> list[str]:
    """How many findings stand how: ● 必须改正 2 处."""
    signs = [str(stands) for stands in standings if stands.is_open]
    return [f"{sign} {signs.count(sign)} 处" for sign in dict.fromkeys(signs)]


def cell_name_aloud(session: Session, key: str) -> str:
    """The cell as a screen reader says it: 「（一）收到申请数 5 件」."""
    value = session.value(key)
    text = f"{session.form.cell_name(key)} {shown_value(value)}"
    if value is None or value is NOT_APPLICABLE:
        return text
    return f"{text} {session.form.cells[key].unit.name}"


def cell_description(session: Session, key: str) -> str:
    """The cell's findings and notes as a screen reader says them."""
    parts = [
        f"{session.standing(finding).words}：{finding.message}"
        for finding in session.findings_at(key)
    ]
    return " ".join([*parts, *cell_notes(session, key)])
