"""Properties of runs and the style sheet of a Word 97-2003 file ([MS-DOC] 2.6.1, 2.9.271).

Properties are a list of codes with operands ("sprms"). An on-or-off one of a run may also say "as
the style has it" or "the opposite of that", so a run cannot be understood without its paragraph's
style and its own.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator

from core.reading.base.limits import Budget
from core.reading.base.marks import PLAIN_RUN, NamedStyles, RunStyle, raised

DELETED, HIDDEN, ROW_SHAPE = 0x0800, 0x083C, 0xD608
_CHANGE_TABS = 0xC615
_STRUCK = (0x0837, 0x2A53)  # sprmCFStrike, sprmCFDStrike
_MOVED = 0x2A48  # sprmCIss; 1 above the line, 2 below it
_POSITION = 0x4845  # sprmCHpsPos; half points above the line
_OWN_STYLE = 0x4A30  # sprmCIstd
_OPERAND_BYTES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_AS_STYLE, _OPPOSITE = 0x80, 0x81
_NO_STYLE = 0x0FFF
_PARAGRAPH, _CHARACTER, _TABLE = 1, 2, 3
_MAX_STYLES = 4096
_NO_MARK = re.compile("[^\r\x07\x0c]")


def properties_in(properties: bytes) -> Iterator[tuple[int, bytes]]:
    """The (code, operand) pairs of a list of properties; stops where it makes no sense."""
    at = 0
    while at + 2 < len(properties):
        (code,) = struct.unpack_from("<H", properties, at)
        at += 2
        size = _OPERAND_BYTES.get(code >> 13)
        if code == ROW_SHAPE:
            if at + 2 > len(properties):
                return
            size = struct.unpack_from("<H", properties, at)[0] - 1
            at += 2
        elif size is None:
            size = properties[at]
            at += 1
            if code == _CHANGE_TABS and size == 255:
                # Its real length follows from its two lists; nothing after it matters to tables.
                return
        if size < 0 or at + size > len(properties):
            return
        yield code, properties[at : at + size]
        at += size


def run_style(properties: bytes, paragraph: RunStyle, styles: NamedStyles) -> RunStyle:
    """What the *properties* of a run in a *paragraph* of that style make of it.

    Text deleted under revision marks counts as hidden.
    """
    if not properties:
        return paragraph
    style = paragraph
    struck = raised_ = hidden = None
    for code, operand in properties_in(properties):
        if code == _OWN_STYLE:
            own = styles.of(struct.unpack("<H", operand)[0])
            style = RunStyle(
                bool(own.struck) != bool(paragraph.struck),
                own.raised if own.raised is not None else paragraph.raised,
                bool(own.hidden) != bool(paragraph.hidden),
            )
        elif code in _STRUCK:
            struck = bool(struck) or _toggled(operand[0], style.struck)
        elif code == HIDDEN:
            hidden = bool(hidden) or _toggled(operand[0], style.hidden)
        elif code == DELETED:
            hidden = bool(hidden) or operand[0] == 1
        elif code == _MOVED:
            raised_ = bool(raised_) or operand[0] in (1, 2)
        elif code == _POSITION:
            raised_ = bool(raised_) or struct.unpack("<h", operand)[0] != 0
    return RunStyle(struck, raised_, hidden).over(style)


def _toggled(operand: int, of_style: bool | None) -> bool:
    if operand in (_AS_STYLE, _OPPOSITE):
        return bool(of_style) != (operand == _OPPOSITE)
    return operand == 1


def change_to(style: RunStyle) -> Callable[[str], str] | None:
    """What text in that style becomes, if it is not to be read as it stands; as long as before."""
    if style.struck or style.hidden:
        return _blotted
    return raised if style.raised else None


def _blotted(text: str) -> str:
    """Only the marks of paragraphs and cells: they count even where they are hidden."""
    return _NO_MARK.sub("\x00", text)


def read_styles(sheet: bytes, budget: Budget) -> NamedStyles:
    """The styles of the style sheet by their number; what cannot be made out is left out."""
    styles = NamedStyles()
    if len(sheet) < 6:
        return styles
    header, count, base = struct.unpack_from("<HHH", sheet)
    at = 2 + header
    for number in range(min(count, _MAX_STYLES)):
        if at + 2 > len(sheet):
            break
        (size,) = struct.unpack_from("<H", sheet, at)
        definition = sheet[at + 2 : at + 2 + size]
        at += 2 + size + (size & 1)
        budget.spend_cells()
        if len(definition) >= max(base, 10):
            _add_style(styles, number, definition, base)
    return styles


def _add_style(styles: NamedStyles, number: int, definition: bytes, base: int) -> None:
    _, kind, following = struct.unpack_from("<HHH", definition)
    parent, kind, parts = kind >> 4, kind & 0xF, following & 0xF
    (letters,) = struct.unpack_from("<H", definition, base) if base + 2 <= len(definition) else (0,)
    at = base + 2 * letters + 4
    wanted = {_PARAGRAPH: 1, _CHARACTER: 0, _TABLE: 2}.get(kind, parts)
    style = PLAIN_RUN
    for part in range(parts):
        at += at & 1
        if at + 2 > len(definition):
            break
        (size,) = struct.unpack_from("<H", definition, at)
        if part == wanted:
            style = run_style(definition[at + 2 : at + 2 + size], PLAIN_RUN, styles)
        at += 2 + size
    styles.add(number, None if parent == _NO_STYLE else parent, style)
