"""What a PDF page draws: characters with their places, and the ruled lines of its tables.

Structures: ISO 32000-1, 7.2, 8, 9.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from core.reading.base.limits import Budget
from core.reading.pdf.drawing import (
    IDENTITY,
    Drawing,
    Glyph,
    Matrix,
    Point,
    multiply,
    transform,
)
from core.reading.pdf.fonts import Font, load_font
from core.reading.pdf.objects import PdfDict, PdfStream, number

_MAX_OPERATORS: Final = 2_000_000
_MAX_OPERANDS: Final = 10_000
_MAX_FORM_DEPTH: Final = 8
_MAX_STATES: Final = 200

_TOKEN: Final = re.compile(
    rb"[\s\0]+|%[^\r\n]*"
    rb"|(?P<number>[+-]?(?:\d++(?:\.\d*+)?|\.\d++))(?=[\s\0/\[\]<>(){}%]|$)"
    rb"|(?P<name>/[^\s\0/\[\]<>(){}%]*)"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|<(?P<hex>[0-9A-Fa-f\s]*)>"
    rb"|(?P<string>\()"
    rb"|(?P<operator>[^\s\0/\[\]<>(){}%]+)"
    rb"|."
)
_IMAGE_END: Final = re.compile(rb"[\s\0]EI(?=[\s\0]|$)")
_ESCAPES: Final = {
    b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"",
}  # fmt: skip


def tokens(data: bytes) -> Iterator[tuple[str, list[object]]]:
    """The operators of a content stream, each with the operands before it.

    Operands are float, bytes (strings), str (names) and lists; dictionaries come flat.
    """
    operands: list[object] = []
    stack: list[list[object]] = []
    at = 0
    while at < len(data):
        match = _TOKEN.match(data, at)
        if match is None:
            return
        at = match.end()
        if len(operands) > _MAX_OPERANDS:
            operands = []
        kind = match.lastgroup
        target = stack[-1] if stack else operands
        if kind == "number":
            target.append(number(match["number"].decode("ascii"), 0.0))
        elif kind == "name":
            target.append(match["name"].decode("latin-1"))
        elif kind == "hex":
            target.append(_hex_string(match["hex"]))
        elif kind == "string":
            text, at = _string(data, at)
            target.append(text)
        elif kind == "open" and len(stack) < 20:
            stack.append([])
        elif kind == "close" and stack:
            inner = stack.pop()
            (stack[-1] if stack else operands).append(inner)
        elif kind == "operator":
            name = match["operator"].decode("latin-1")
            if name == "ID":
                end = _IMAGE_END.search(data, at)
                at = end.end() if end is not None else len(data)
            yield name, operands
            operands = []
            stack.clear()


def _hex_string(digits: bytes) -> bytes:
    cleaned = b"".join(digits.split())
    return bytes.fromhex((cleaned + b"0" * (len(cleaned) % 2)).decode("ascii"))


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    """A string in parentheses that begins before *at*, and where it ends."""
    parts = bytearray()
    depth = 1
    while at < len(data):
        char = data[at : at + 1]
        at += 1
        if char == b"\\":
            digits = re.compile(rb"[0-7]{1,3}").match(data, at)
            if digits is not None:
                parts.append(int(digits[0], 8) & 0xFF)
                at = digits.end()
            else:
                parts += _ESCAPES.get(data[at : at + 1], data[at : at + 1])
                at += 2 if data[at : at + 2] == b"\r\n" else 1
            continue
        if char == b"(":
            depth += 1
        elif char == b")":
            depth -= 1
            if not depth:
                break
        parts += char
    return bytes(parts), at


@dataclass
class _State:
    """The part of the graphics state that moves or hides text (ISO 32000-1, 8.4.1 and 9.3.1)."""

    matrix: Matrix = IDENTITY
    font: Font | None = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0


class Interpreter:
    """Runs content streams and collects a :class:`Drawing`."""

    def __init__(self, budget: Budget, base: Matrix) -> None:
        self.drawing = Drawing()
        self._budget = budget
        self._operators = 0
        self._state = _State(matrix=base)
        self._states: list[_State] = []
        self._text: Matrix = IDENTITY
        self._line: Matrix = IDENTITY
        self._path: list[list[Point]] = []
        self._fonts: dict[int, Font] = {}

    def run(self, data: bytes, resources: PdfDict | None, depth: int = 0) -> None:
        """Draw one content stream with the resources that its names stand for."""
        for operator, operands in tokens(data):
            self._operators += 1
            if self._operators > _MAX_OPERATORS:
                raise self._budget.too_large(f"{_MAX_OPERATORS} 条绘图指令")
            if self._operators % 2048 == 0:
                self._budget.check_time()
            if operator == "Do":
                self._draw_object(operands, resources, depth)
            elif operator == "Tf":
                self._set_font(operands, resources)
            else:
                numbers = [item for item in operands if isinstance(item, float)]
                if not (
                    self._state_operator(operator, numbers)
                    or self._text_operator(operator, operands, numbers)
                ):
                    self._path_operator(operator, numbers)

    def _draw_object(self, operands: list[object], resources: PdfDict | None, depth: int) -> None:
        objects = resources.dict("/XObject") if resources is not None else None
        if objects is None or not operands or not isinstance(operands[0], str):
            return
        source = objects.stream(operands[0])
        if source is None:
            return
        if source.name("/Subtype") == "/Image":
            self.drawing.pictures += 1
        elif source.name("/Subtype") == "/Form" and depth < _MAX_FORM_DEPTH:
            saved, states = self._state, self._states
            values = [number(item, 0.0) for item in source.array("/Matrix")]
            self._states = []
            self._state = _copy(saved)
            if len(values) == 6:
                self._state.matrix = multiply(_matrix(values), saved.matrix)
            self.run(source.data(self._budget), source.dict("/Resources") or resources, depth + 1)
            self._state, self._states = saved, states

    def _set_font(self, operands: list[object], resources: PdfDict | None) -> None:
        if len(operands) < 2 or not isinstance(operands[0], str):
            return
        self._state.size = number(operands[1], 0.0)
        fonts = resources.dict("/Font") if resources is not None else None
        source = fonts.dict(operands[0]) if fonts is not None else None
        if source is None:
            self._state.font = None
            return
        if source.identity not in self._fonts:
            self._fonts[source.identity] = load_font(source, self._budget)
        self._state.font = self._fonts[source.identity]

    def _state_operator(self, operator: str, numbers: list[float]) -> bool:
        state = self._state
        if operator == "q":
            if len(self._states) < _MAX_STATES:
                self._states.append(_copy(state))
        elif operator == "Q":
            if self._states:
                self._state = self._states.pop()
        elif operator == "cm" and len(numbers) == 6:
            state.matrix = multiply(_matrix(numbers), state.matrix)
        elif operator in ("Tc", "Tw", "Tz", "TL", "Ts", "Tr") and numbers:
            value = numbers[0]
            if operator == "Tc":
                state.char_space = value
            elif operator == "Tw":
                state.word_space = value
            elif operator == "Tz":
                state.scale = value / 100
            elif operator == "TL":
                state.leading = value
            elif operator == "Ts":
                state.rise = value
            else:
                state.mode = int(value)
        else:
            return False
        return True

    def _text_operator(self, operator: str, operands: list[object], numbers: list[float]) -> bool:
        if operator == "BT":
            self._text = self._line = IDENTITY
        elif operator == "Tm" and len(numbers) == 6:
            self._text = self._line = _matrix(numbers)
        elif operator in ("Td", "TD") and len(numbers) == 2:
            if operator == "TD":
                self._state.leading = -numbers[1]
            self._move_line(numbers[0], numbers[1])
        elif operator == "T*":
            self._move_line(0.0, -self._state.leading)
        elif operator in ("'", '"'):
            if operator == '"' and len(numbers) >= 2:
                self._state.word_space, self._state.char_space = numbers[:2]
            self._move_line(0.0, -self._state.leading)
            self._show(operands[-1:])
        elif operator == "Tj":
            self._show(operands)
        elif operator == "TJ" and operands and isinstance(operands[0], list):
            pieces: list[object] = operands[0]  # pyright: ignore[reportUnknownVariableType]
            self._show(pieces)
        else:
            return False
        return True

    def _move_line(self, x: float, y: float) -> None:
        self._text = self._line = multiply((1.0, 0.0, 0.0, 1.0, x, y), self._line)

    def _show(self, pieces: list[object]) -> None:
        state = self._state
        for piece in pieces:
            if isinstance(piece, float):
                self._advance(-piece / 1000 * state.size * state.scale)
            elif isinstance(piece, bytes) and state.font is not None:
                for text, width, is_space in state.font.decode(piece):
                    self._show_glyph(text, width, is_space)

    def _show_glyph(self, text: str, width: float, is_space: bool) -> None:
        state = self._state
        extent = width / 1000 * state.size
        matrix = multiply(self._text, state.matrix)
        left, base = transform(matrix, (0.0, state.rise))
        right, _ = transform(matrix, (extent * state.scale, state.rise))
        _, top = transform(matrix, (0.0, state.size + state.rise))
        if state.mode == 3 and text.strip():
            self.drawing.has_invisible_text = True
        # Text that runs up or down the page is no part of a table, unless all of the page does.
        if abs(matrix[1]) > abs(matrix[0]):
            if text.strip() and matrix[1] > 0:
                self.drawing.upwards += 1
            elif text.strip():
                self.drawing.downwards += 1
        else:
            # A glyph takes the memory of four cells.
            self._budget.spend_cells(4)
            size = abs(top - base)
            self.drawing.glyphs.append(Glyph(text, min(left, right), max(left, right), base, size))
        spacing = state.char_space + (state.word_space if is_space else 0.0)
        self._advance((extent + spacing) * state.scale)

    def _advance(self, distance: float) -> None:
        self._text = multiply((1.0, 0.0, 0.0, 1.0, distance, 0.0), self._text)

    def _path_operator(self, operator: str, numbers: list[float]) -> None:
        if operator == "m" and len(numbers) == 2:
            self._path.append([self._place(numbers[0], numbers[1])])
        elif operator == "l" and len(numbers) == 2 and self._path:
            self._path[-1].append(self._place(numbers[0], numbers[1]))
        elif operator in ("c", "v", "y") and len(numbers) >= 4 and self._path:
            self._path[-1].append(self._place(numbers[-2], numbers[-1]))
        elif operator == "h" and self._path and self._path[-1]:
            self._path[-1].append(self._path[-1][0])
        elif operator == "re" and len(numbers) == 4:
            x, y, width, height = numbers
            corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
            self._path.append([self._place(*corner) for corner in corners])
        elif operator in ("S", "s"):
            self._paint(close=operator == "s", stroke=True)
        elif operator in ("B", "B*", "b", "b*"):
            self._paint(close=operator.startswith("b"), stroke=True)
        elif operator in ("f", "F", "f*"):
            self._paint(close=True, stroke=False)
        elif operator == "n":
            self._path = []

    def _place(self, x: float, y: float) -> Point:
        self._budget.spend_cells()
        return transform(self._state.matrix, (x, y))

    def _paint(self, *, close: bool, stroke: bool) -> None:
        for points in self._path:
            outline = [*points, points[0]] if close else points
            if stroke:
                for first, second in pairwise(outline):
                    self.drawing.add_line(first, second)
            else:
                self.drawing.add_filled(points)
        self._path = []


def content_data(page: PdfDict, budget: Budget) -> bytes:
    """A page's content streams as one; they may break anywhere between tokens."""
    contents = page.get("/Contents")
    parts = [contents] if isinstance(contents, PdfStream) else page.array("/Contents")
    return b"\n".join(part.data(budget) for part in parts if isinstance(part, PdfStream))


def _matrix(values: list[float]) -> Matrix:
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


def _copy(state: _State) -> _State:
    return _State(**vars(state))
