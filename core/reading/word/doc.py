"""Word 97-2003 documents (.doc, and WPS's .wps where it is the same format)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.reading.base.inner import INNER_TABLE_REMARK
from core.reading.base.limits import Budget, Limits
from core.reading.base.olesafe import OleStreams
from core.reading.base.raw import RawDocument
from core.reading.word.doc_file import ParagraphKind, Piece, WordFile
from core.reading.word.flow import Flow

_PARAGRAPH = re.compile("[^\r\x07\x0c]*[\r\x07\x0c]?")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x12\x16-\x1d\x1f]")
_FIELD_SIGNS = re.compile("[\x13\x14\x15]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CHANGED = "文档含有修订删除、加删除线或隐藏的文字，没有读取，请核对导入的数字。"
_ELSEWHERE = "文档的脚注、批注或文本框里有文字，没有读取。"
_NO_ROW_END = "表格的行没有结束标记"


def read_doc(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The tables and the running text of a Word 97-2003 document.

    Headers, footers, footnotes, comments and text boxes are left out; text deleted under
    revision marks and hidden text too, and both is said in the remarks.
    Raises NianbaoError with ENCRYPTED, DAMAGED, TOO_LARGE, TOO_SLOW or UNKNOWN_KIND.
    """
    budget = limits.start(file)
    budget.check_file_bytes(len(data))
    return read_word(OleStreams(data, budget), budget)


def read_word(ole: OleStreams, budget: Budget) -> RawDocument:
    """The same for a container that is open already."""
    word = WordFile(ole, budget)
    text, changed = _main_text(word)
    flow = Flow(budget)
    fields = _Fields()
    marks = row_ends = 0
    for paragraph, kind in _paragraphs(word, text):
        budget.check_time()
        mark = paragraph[-1:]
        body = fields.shown(paragraph[:-1] if mark in "\r\x07\x0c" else paragraph)
        body = _paired(_UNSEEN.sub("", body.replace("\x0b", "\n").replace("\x1e", "-")))
        depth = kind.depth
        marks += mark == "\x07"
        if (mark == "\x07" and kind.row_end) or kind.inner_row_end:
            row_ends += 1
            flow.end_row(max(depth, 1), kind.shape)
        elif mark == "\x07":
            flow.end_cell(body, max(depth, 1))
        elif kind.inner_cell_end and depth > 1:
            flow.end_cell(body, depth)
        else:
            flow.paragraph(body, depth)
    if marks and not row_ends:
        raise word.damaged(_NO_ROW_END)
    tables, running = flow.finish()
    remarks = [_CHANGED] if changed else []
    if word.has_side_text:
        remarks.append(_ELSEWHERE)
    if flow.has_inner_figures:
        remarks.append(INNER_TABLE_REMARK)
    return RawDocument("doc", tables, running, tuple(remarks))


def _main_text(word: WordFile) -> tuple[str, bool]:
    """The text of the document's body, left-out characters as U+0000; whether any were left out."""
    parts = [word.text_of(piece) for piece in word.pieces if piece.start < word.body_characters]
    text = "".join(parts)[: word.body_characters]
    return text, "\x00" in text


def _paired(text: str) -> str:
    """Halves of characters beyond U+FFFF put together; a lone half becomes U+FFFD."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _paragraphs(word: WordFile, text: str) -> Iterator[tuple[str, ParagraphKind]]:
    """Each paragraph with its mark, and its kind (plain where the file says nothing of it)."""
    pieces: Iterator[Piece] = iter(word.pieces)
    piece = next(pieces)
    for match in _PARAGRAPH.finditer(text):
        if not match[0]:
            continue
        last = match.end() - 1
        while piece.end <= last:
            piece = next(pieces)
        yield match[0], word.kind_at(last, piece) or ParagraphKind()


class _Fields:
    """Fields (page numbers, links, formulas): what they show stays, their instruction goes.

    A field may reach over paragraphs, so the state lasts from one to the next.
    """

    def __init__(self) -> None:
        self._open: list[bool] = []

    def shown(self, text: str) -> str:
        """*text* without field signs and instructions."""
        if not self._open and "\x13" not in text:
            return text
        kept: list[str] = []
        at = 0
        for sign in _FIELD_SIGNS.finditer(text):
            if all(self._open):
                kept.append(text[at : sign.start()])
            at = sign.end()
            if sign[0] == "\x13":
                self._open.append(False)
            elif self._open and sign[0] == "\x14":
                self._open[-1] = True
            elif self._open:
                self._open.pop()
        if all(self._open):
            kept.append(text[at:])
        return "".join(kept)
