"""审核说明 as it is printed: every finding that stands, with what was written about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.form.form import Level
from core.session import Session
from core.writing.heights import text_height, text_lines

#: Headings and their widths in millimetres; together as wide as the form's tables.
COLUMNS: Final = (("审核类型", 22.8), ("审核结果", 81.7), ("审核说明", 64.6))
NOTHING: Final = "没有需要说明的审核结果。"


@dataclass(frozen=True)
class PrintedExplanations:
    """A heading, and a row for each finding: kind, sentence, explanation."""

    heading: str
    rows: tuple[tuple[str, str, str], ...]

    def height(self, row: int) -> float:
        """Points that the row of that number needs."""
        lines = max(
            text_lines(text, width)
            for text, (_, width) in zip(self.rows[row], COLUMNS, strict=True)
        )
        return text_height(lines)


def printed_explanations(session: Session) -> PrintedExplanations:
    """What is to be printed of *session*'s findings."""
    rows: list[tuple[str, str, str]] = []
    for finding in session.findings:
        explanation = session.explanation(finding)
        text = explanation.text if explanation is not None else ""
        if session.is_stale(finding) and text:
            text += "（数字改动后尚未再次确认）"
        kind = "逻辑性审核" if finding.level is Level.ERROR else "核实性审核"
        rows.append((kind, finding.message, text or "（尚未说明）"))
    report = session.report
    state = "可报送" if session.is_ready else "尚不可报送"
    blank = len(report.blank)
    heading = f"{report.unit_name} {report.period.label} 审核说明（{state}"
    heading += f"，未填 {blank} 格）" if blank else "）"
    return PrintedExplanations(heading, tuple(rows))
