"""What a JSON value must be: an object, a list, a text."""

from __future__ import annotations

from core.storage.jsontext import Json, JsonObject


class WrongShape(Exception):
    """A part of the file is of another type than it must be; the text says which part."""


def as_object(value: Json, what: str) -> JsonObject:
    """*value* if it is an object. Raises :class:`WrongShape` naming *what*."""
    if not isinstance(value, dict):
        raise WrongShape(what)
    return value


def as_list(value: Json, what: str) -> list[Json]:
    """*value* if it is a list. Raises :class:`WrongShape` naming *what*."""
    if not isinstance(value, list):
        raise WrongShape(what)
    return value


def as_text(value: Json, what: str) -> str:
    """*value* if it is a text. Raises :class:`WrongShape` naming *what*."""
    if not isinstance(value, str):
        raise WrongShape(what)
    return value
