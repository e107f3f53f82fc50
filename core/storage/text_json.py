"""A report's text as JSON and back: each paragraph one line in the notation of the narrative.

Used by the .nianbao file and by the journal. Nothing of a text is dropped without a remark.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.narrative.notation import paragraph_in, paragraph_out, read_paragraph
from core.narrative.text import (
    MAX_CHARACTERS,
    MAX_FIELDS,
    MAX_HEADING,
    MAX_PARAGRAPHS,
    MAX_SECTIONS,
    Paragraph,
    ReportText,
    Splice,
    TextSection,
)
from core.problems import Problem
from core.storage.clean import clean_line
from core.storage.jsontext import Json, JsonObject
from core.storage.remarks import Remarks
from core.storage.shapes import WrongShape, as_list, as_object, as_text

_MAX_CODE = 60
_MAX_LEVEL = 9


class TextProblem(Problem):
    """What was left out or changed of a text while reading."""

    CUT = "正文过长，已截短，请核对：{names}。"
    CLEANED = "正文里有看不见的控制字符，已去掉：{names}。"
    STRANGE = "正文里有 {count} 处花括号里的内容不认识，已按文字读入：{names}。"


def text_out(text: ReportText) -> JsonObject:
    """*text* as an object: title and sections."""
    return {
        "title": _line_out(text.title),
        "sections": [
            {
                "code": clean_line(section.code),
                "heading": clean_line(section.heading),
                "level": section.level,
                "tables": list[Json](section.tables),
                "paragraphs": _lines_out(section.paragraphs),
            }
            for section in text.sections
        ],
    }


def text_in(raw: Json, remarks: Remarks) -> ReportText:
    """The text in *raw*. Raises :class:`WrongShape` where it is none."""
    fields = as_object(raw, "text")
    reader = _Reader(remarks)
    title = reader.paragraph(as_text(fields.get("title", ""), "text"), "标题")
    sections = as_list(fields.get("sections", []), "text")
    if len(sections) > MAX_SECTIONS:
        remarks.note(TextProblem.CUT, f"第 {MAX_SECTIONS} 部分以后")
    return ReportText(title, tuple(reader.section(entry) for entry in sections[:MAX_SECTIONS]))


def splice_out(splice: Splice) -> JsonObject:
    """*splice* as an object."""
    return {
        "section": splice.section,
        "start": splice.start,
        "stop": splice.stop,
        "paragraphs": _lines_out(splice.paragraphs),
    }


def splice_in(raw: Json, remarks: Remarks) -> Splice:
    """The splice in *raw*. Raises :class:`WrongShape` where it is none."""
    fields = as_object(raw, "splice")
    reader = _Reader(remarks)
    lines = as_list(fields.get("paragraphs"), "splice")
    return Splice(
        _count(fields.get("section")),
        _count(fields.get("start")),
        _count(fields.get("stop")),
        tuple(reader.paragraph(as_text(line, "splice"), "改动") for line in lines),
    )


def _line_out(paragraph: Paragraph) -> str:
    return clean_line(paragraph_out(paragraph))


def _lines_out(paragraphs: Iterable[Paragraph]) -> list[Json]:
    return [_line_out(paragraph) for paragraph in paragraphs]


def _count(raw: Json) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise WrongShape("splice")
    return raw


class _Reader:
    """Reads paragraphs until the text is as long as a text may be."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks
        self._paragraphs, self._room, self._fields = MAX_PARAGRAPHS, MAX_CHARACTERS, MAX_FIELDS

    def section(self, raw: Json) -> TextSection:
        fields = as_object(raw, "text")
        heading = clean_line(as_text(fields.get("heading", ""), "text"))
        level = fields.get("level", 0)
        if isinstance(level, bool) or not isinstance(level, int) or not 0 <= level <= _MAX_LEVEL:
            raise WrongShape("text")
        name = heading[:20] or "开头"
        if len(heading) > MAX_HEADING:
            self._remarks.note(TextProblem.CUT, name)
        lines = as_list(fields.get("paragraphs", []), "text")
        if len(lines) > self._paragraphs:
            self._remarks.note(TextProblem.CUT, name)
        lines = lines[: self._paragraphs]
        self._paragraphs -= len(lines)
        self._room -= min(len(heading), MAX_HEADING)
        return TextSection(
            code=clean_line(as_text(fields.get("code", ""), "text"))[:_MAX_CODE],
            heading=heading[:MAX_HEADING],
            level=level,
            paragraphs=tuple(self.paragraph(as_text(line, "text"), name) for line in lines),
            tables=tuple(
                clean_line(as_text(code, "text"))[:_MAX_CODE]
                for code in as_list(fields.get("tables", []), "text")[:MAX_SECTIONS]
            ),
        )

    def paragraph(self, line: str, name: str) -> Paragraph:
        cleaned = clean_line(line)
        if cleaned != line:
            self._remarks.note(TextProblem.CLEANED, name)
        paragraph, strange = read_paragraph(cleaned)
        self._remarks.note_all(TextProblem.STRANGE, (text[:40] for text in strange))
        fields = sum(1 for _ in paragraph.fields)
        if paragraph.size > self._room or fields > self._fields:
            self._remarks.note(TextProblem.CUT, name)
            # Cut as text: half a field would be none.
            cut = cleaned[: max(0, min(self._room, paragraph.size))] if self._fields else ""
            paragraph = paragraph_in(cut) if fields <= self._fields else Paragraph.of(cut)
        self._room -= paragraph.size
        self._fields -= sum(1 for _ in paragraph.fields)
        return paragraph
