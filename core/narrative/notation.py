"""A paragraph as one line that a person can read and write; files and templates keep it so.

    2018年共主动公开政府信息{[1.1]}条（累计达到{total([1.1], 390)}条）。
    收到申请{[3.1]}件，比上年增加{[3.1] - last[3.1]}件，增长{change([3.1], last[3.1])}%。
    同意公开和部分公开{[3.3.2] + [3.3.3]}件，占{share([3.3.2] + [3.3.3], [3.3])}%。
    {office}{year}年工作报告，{year+1}年，电话{phone}

Cells are written as in the check language. A brace that begins no field is written twice.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from core.narrative.text import CellRef, Field, FieldKind, Paragraph, Piece
from core.values import MAX_DIGITS, Number

#: A reference and what stands before it: cell codes have no brackets in them.
_REF: Final = r"(last)?\[([^\[\]]{1,140})\]"
_WORD: Final = r"(year|office|phone)(?:([+-])(\d{1,2}))?\Z"
_CALL: Final = r"(?s)(share|change|total)\((.+)\)\Z"
_NUMBER: Final = rf"(?a)-?\d{{1,{MAX_DIGITS}}}(?:\.\d{{1,6}})?\Z"
_BRACES: Final = r"\{\{|\}\}|\{([^{}]*)\}"


def field_out(field: Field) -> str:
    """*field* between braces, as the module says."""
    part, whole = (" + ".join(map(str, refs)) for refs in (field.part, field.whole))
    match field.kind:
        case FieldKind.CELL | FieldKind.SUM:
            # A sum of one cell is told from the cell itself.
            inside = f"+ {part}" if field.kind is FieldKind.SUM and len(field.part) == 1 else part
        case FieldKind.DIFFERENCE:
            inside = f"{part} - {whole}"
        case FieldKind.SHARE | FieldKind.CHANGE:
            inside = f"{field.kind.value}({part}, {whole})"
        case FieldKind.CUMULATIVE:
            inside = f"{field.kind.value}({part}, {_number_out(field.number)})"
        case FieldKind.YEAR:
            inside = "year" + (f"{field.number:+d}" if field.number else "")
        case FieldKind.OFFICE | FieldKind.PHONE:
            inside = field.kind.value
    return "{" + inside + "}"


def field_in(inside: str) -> Field | None:
    """The field that stands between braces; ``None`` where it is none."""
    text = inside.strip()
    try:
        return _word(text) or _call(text) or _cells(text)
    except ValueError:
        return None


def paragraph_out(paragraph: Paragraph) -> str:
    """*paragraph* on one line."""
    return "".join(
        piece.replace("{", "{{").replace("}", "}}") if isinstance(piece, str) else field_out(piece)
        for piece in paragraph.pieces
    )


def paragraph_in(line: str) -> Paragraph:
    """The paragraph in *line*; what is no field stays as the text it is."""
    paragraph, _ = read_paragraph(line)
    return paragraph


def read_paragraph(line: str) -> tuple[Paragraph, list[str]]:
    """The paragraph in *line*, and what stands in it between braces and is no field."""
    pieces: list[Piece] = []
    strange: list[str] = []
    end = 0
    for found in re.finditer(_BRACES, line):
        pieces.append(line[end : found.start()])
        end = found.end()
        if found[1] is None:
            pieces.append(found[0][0])
            continue
        field = field_in(found[1])
        if field is None:
            strange.append(found[0])
        pieces.append(field if field is not None else found[0])
    pieces.append(line[end:])
    return Paragraph(tuple(pieces)), strange


def _word(text: str) -> Field | None:
    found = re.match(_WORD, text)
    if found is None:
        return None
    years = int(f"{found[2]}{found[3]}") if found[2] else 0
    if years and found[1] != "year":
        return None
    return Field(FieldKind(found[1]), number=years)


def _call(text: str) -> Field | None:
    found = re.match(_CALL, text)
    if found is None:
        return None
    kind = FieldKind(found[1])
    part, _, rest = found[2].rpartition(",")
    if kind is FieldKind.CUMULATIVE:
        number = rest.strip()
        if not re.match(_NUMBER, number):
            return None
        return Field(kind, _refs(part), number=_number_in(number))
    return Field(kind, _refs(part), _refs(rest))


def _cells(text: str) -> Field | None:
    if text.startswith("+"):
        return Field(FieldKind.SUM, _refs(text[1:]))
    # A minus inside brackets belongs to a code (3-1:total).
    parts = re.split(r"-(?![^\[\]]{0,140}\])", text)
    if len(parts) == 2:
        return Field(FieldKind.DIFFERENCE, _refs(parts[0]), _refs(parts[1]))
    refs = _refs(text)
    return Field(FieldKind.CELL if len(refs) == 1 else FieldKind.SUM, refs)


def _refs(text: str) -> tuple[CellRef, ...]:
    """References joined by plus signs. Raises ``ValueError`` for anything else."""
    refs: list[CellRef] = []
    at, end = 0, len(text)
    while True:
        while at < end and text[at].isspace():
            at += 1
        found = re.compile(_REF).match(text, at)
        if found is None:
            raise ValueError(text)
        refs.append(CellRef(found[2], found[1] is not None))
        at = found.end()
        while at < end and text[at].isspace():
            at += 1
        if at == end:
            return tuple(refs)
        if text[at] != "+":
            raise ValueError(text)
        at += 1


def _number_out(number: Number) -> str:
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


def _number_in(text: str) -> Number:
    return Decimal(text) if "." in text else int(text)
