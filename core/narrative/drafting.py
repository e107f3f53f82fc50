"""A draft of the text: the sentences that the guide has for the report's figures, with fields.

A sentence is written only where all of its figures are there; which of several is written (未收到…,
全部以信函形式…) depends on the figures, and is fixed then: should they change, the check of the text
against its table says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from core.checks.binding import BoundCheck
from core.checks.terms import Claim, evaluate, holds
from core.narrative.guide import DraftSentence, Guide, GuideSection
from core.narrative.rendering import field_value, has_unknown
from core.narrative.text import (
    RECKONED,
    CellRef,
    Field,
    FieldKind,
    Paragraph,
    Piece,
    ReportText,
    TextSection,
)
from core.report import Report
from core.values import NOT_APPLICABLE

_GOVERNMENT: Final = ("人民政府", "人民政府办公室", "人民政府办公厅", "管理委员会")


def draft_text(report: Report, guide: Guide) -> ReportText:
    """The text that the guide drafts for *report*, every prescribed section in its place."""
    sections = [
        _section(section, report)
        for section in guide.sections
        if not section.governments or is_government(report.unit_name)
    ]
    return ReportText(guide.title, tuple(sections))


def drafted_into(text: ReportText, report: Report, guide: Guide) -> ReportText:
    """*text* with a draft in the sections that are empty or missing; what is written stays."""
    draft = draft_text(report, guide)
    if not text:
        return draft
    own = {section.code: section for section in text.sections if section.code}
    merged: list[TextSection] = []
    # Sections that the clerk added stay behind the one that they stand behind.
    after: dict[str, list[TextSection]] = {}
    drafted, before = {section.code for section in draft.sections}, ""
    for section in text.sections:
        if section.code in drafted:
            before = section.code
        else:
            after.setdefault(before, []).append(section)
    for section in draft.sections:
        known = own.get(section.code)
        if known is None:
            merged.append(section)
            continue
        blank = not any(paragraph.pieces for paragraph in known.paragraphs)
        merged.append(known._replace(paragraphs=section.paragraphs) if blank else known)
        merged += after.pop(section.code, [])
    merged += [section for sections in after.values() for section in sections]
    return ReportText(text.title if text.title.pieces else draft.title, tuple(merged))


def next_year(text: ReportText, report: Report) -> ReportText:
    """Last year's *text* to begin *report*'s with: each 累计 goes on from last year's figure."""
    return ReportText(
        _carried(text.title, report),
        tuple(
            section._replace(paragraphs=tuple(_carried(one, report) for one in section.paragraphs))
            for section in text.sections
        ),
    )


def is_government(unit_name: str) -> bool:
    """Whether an office of that name is a government, which has more to report on."""
    return unit_name.strip().endswith(_GOVERNMENT)


def _section(section: GuideSection, report: Report) -> TextSection:
    pieces: list[Piece] = []
    for alternatives in section.draft:
        chosen = next((one for one in alternatives if _fits(one, report)), None)
        if chosen is not None:
            pieces += chosen.text.pieces
    paragraphs = (Paragraph(tuple(pieces)),) if pieces else ()
    return TextSection(section.code, section.heading, section.level, paragraphs, section.tables)


def _fits(sentence: DraftSentence, report: Report) -> bool:
    if sentence.when is not None and not _holds(sentence.when, report):
        return False
    reckoned = [field for field in sentence.text.fields if field.kind in RECKONED]
    values = [
        None if has_unknown(field, report) else field_value(field, report) for field in reckoned
    ]
    return all(value is not None and value is not NOT_APPLICABLE for value in values)


def _holds(bound: BoundCheck, report: Report) -> bool:
    """Whether the claim and its conditions are decided, and hold."""
    return all(_decided(claim, report) for claim in (bound.claim, *bound.conditions))


def _decided(claim: Claim, report: Report) -> bool:
    values, last = report.values, report.last_values
    left, right = evaluate(claim.left, values, last), evaluate(claim.right, values, last)
    return left is not None and right is not None and holds(claim.operator, left, right)


def _carried(paragraph: Paragraph, report: Report) -> Paragraph:
    return Paragraph(
        tuple(
            piece if isinstance(piece, str) else _next(piece, report) for piece in paragraph.pieces
        )
    )


def _next(field: Field, report: Report) -> Field:
    if field.kind is not FieldKind.CUMULATIVE:
        return field
    before = replace(field, part=tuple(CellRef(ref.key, last=True) for ref in field.part))
    value = field_value(before, report)
    if value is None or value is NOT_APPLICABLE:
        return field
    return replace(field, number=value)
