"""JSON without loss and without surprises.

Figures come in as ``int`` or ``Decimal`` and go out as plain digits, never through a binary float.
Reading is total: whatever the bytes are, the answer is a value or a :class:`JsonFault`.
"""

from __future__ import annotations

import json
from decimal import Decimal
from enum import Enum, auto
from typing import Final, NoReturn, cast

Json = None | bool | int | Decimal | str | list["Json"] | dict[str, "Json"]
JsonObject = dict[str, Json]

#: A form of 10,000 rows with four earlier years takes about 2 MiB.
MAX_BYTES: Final = 16 * 1024 * 1024
#: Commas and brackets are counted before anything is parsed: each costs up to 200 bytes of memory.
MAX_ITEMS: Final = 400_000
#: Digits that Python turns into an ``int`` at once; longer ones stay decimal and are refused later.
_INT_DIGITS: Final = 40
_STRINGS: Final = json.JSONEncoder(ensure_ascii=False)


class Fault(Enum):
    """Why bytes are no JSON that can be used."""

    TOO_LARGE = auto()
    NOT_TEXT = auto()
    NOT_JSON = auto()
    DUPLICATE = auto()
    NOT_A_NUMBER = auto()


class JsonFault(Exception):
    """The bytes are no JSON that can be used; ``detail`` is a key or a place, for the sentence."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(fault, detail)
        self.fault = fault
        self.detail = detail


def parse(data: bytes, max_bytes: int = MAX_BYTES, max_items: int = MAX_ITEMS) -> Json:
    """The value that *data* (UTF-8, with or without a byte order mark) says.

    Numbers beyond what ``Decimal`` holds become its infinity, which no cell takes. A key written
    twice, ``NaN`` and ``Infinity`` are faults: what one reader takes another would overlook.

    Raises :class:`JsonFault` and nothing else.
    """
    if len(data) > max_bytes or sum(map(data.count, (b",", b"[", b"{"))) > max_items:
        raise JsonFault(Fault.TOO_LARGE)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise JsonFault(Fault.NOT_TEXT) from error
    try:
        value: object = json.loads(
            text,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except ValueError as error:
        line = f"第 {error.lineno} 行" if isinstance(error, json.JSONDecodeError) else ""
        raise JsonFault(Fault.NOT_JSON, line) from error
    except RecursionError as error:
        raise JsonFault(Fault.NOT_JSON, "嵌套过深，") from error
    return cast(Json, value)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:  # an exponent beyond the decimal module's
        return Decimal("Infinity")


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _INT_DIGITS else _decimal(text)


def _refuse_constant(name: str) -> NoReturn:
    raise JsonFault(Fault.NOT_A_NUMBER, name)


def _object(pairs: list[tuple[str, Json]]) -> JsonObject:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise JsonFault(Fault.DUPLICATE, key[:40])
            seen.add(key)
    return found


def pretty(value: Json) -> str:
    """*value* for people: one entry a line, indented by one space a level, with a final newline."""
    pieces: list[str] = []
    _write(value, "\n", pieces)
    return "".join(pieces) + "\n"


def compact(value: Json) -> str:
    """*value* on one line."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except TypeError:  # the library's writer, which is compiled, knows no decimals
        pass
    pieces: list[str] = []
    _write(value, None, pieces)
    return "".join(pieces)


def _write(value: Json, newline: str | None, pieces: list[str]) -> None:
    """Adds the text of *value* to *pieces*; *newline* is the line break with the indentation around it.

    Into one list: a report of 10,000 cells is written at each opening and saving, and handing every
    word up through as many generators as it lies deep took most of that.
    """
    if isinstance(value, dict):
        _write_entries(
            "{}", [(f"{_string(key)}: ", v) for key, v in value.items()], newline, pieces
        )
    elif isinstance(value, list):
        _write_entries("[]", [("", item) for item in value], newline, pieces)
    elif isinstance(value, str):
        pieces.append(_string(value))
    elif value is None:
        pieces.append("null")
    elif isinstance(value, bool):
        pieces.append("true" if value else "false")
    elif isinstance(value, int):
        pieces.append(str(value))
    elif value.is_finite():
        pieces.append(f"{value:f}")
    else:
        raise ValueError(f"no JSON number: {value}")


def _write_entries(
    brackets: str, entries: list[tuple[str, Json]], newline: str | None, pieces: list[str]
) -> None:
    inner = None if newline is None else newline + " "
    between = ", " if inner is None else f",{inner}"
    pieces.append(brackets[0])
    if inner is not None and entries:
        pieces.append(inner)
    for number, (name, item) in enumerate(entries):
        pieces.append(f"{between}{name}" if number else name)
        _write(item, inner, pieces)
    if newline is not None and entries:
        pieces.append(newline)
    pieces.append(brackets[1])


def _string(text: str) -> str:
    return _STRINGS.encode(text)
