"""A roll-up's result as scripts get it: ``nianbao rollup --json``. Its shape is a contract."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from core.checks.terms import Exact
from core.checks.wording import figure
from core.rollup.model import Reading, RollupFinding, Seal
from core.rollup.result import Result
from core.rollup.settling import UnitResult
from core.rollup.sums import Sums
from core.storage.jsontext import Json, JsonObject


def as_json(result: Result) -> JsonObject:
    """*result* as ``nianbao rollup --json`` prints it."""
    settled, totals = result.settled, result.totals
    groups: JsonObject = {name: _numbers(sums) for name, sums in totals.groups.items()}
    return {
        "form": result.form.id,
        "period": str(result.period),
        "complete": result.is_complete,
        "totals": {"all": _numbers(totals.whole), "own": _numbers(totals.own), "groups": groups},
        "units": [_unit(result, unit) for unit in result.units],
        "duplicates": [_duplicate(unit) for unit in result.duplicates],
        "to_confirm": [
            {"source": reading.source, "unit": unit, "reason": reason}
            for reading, unit, reason in result.to_confirm
        ],
        "unreadable": [
            {"source": reading.source, "reason": reading.problem} for reading in settled.unreadable
        ],
        "unknown": [
            {"source": reading.source, "unit_name": reading.unit_name}
            for reading in settled.unknown
        ],
        "wrong_period": [
            {"source": reading.source, "period": reading.period} for reading in settled.wrong_period
        ],
        "wrong_form": [
            {"source": reading.source, "form": reading.form} for reading in settled.wrong_form
        ],
        "findings": [finding_json(one) for one in result.findings],
        "ignored": result.ignored,
    }


def _numbers(sums: Sums) -> JsonObject:
    return dict[str, Json](sums.numbers)


def _unit(result: Result, unit: UnitResult) -> JsonObject:
    taken = unit.taken
    return {
        "name": unit.unit.name,
        "code": unit.unit.code,
        "group": unit.unit.group,
        "state": unit.state.value,
        "source": taken.source if taken is not None else None,
        "seal": (taken.seal if taken is not None else Seal.NONE).value,
        "changed": [key for key, _ in taken.changed] if taken is not None else [],
        "blank": taken.blank if taken is not None else 0,
        "findings": [finding_json(one) for one in result.findings_on(unit)],
    }


def _duplicate(unit: UnitResult) -> JsonObject:
    taken: Reading | None = unit.taken
    sources = [one.source for one in unit.others] + ([taken.source] if taken is not None else [])
    return {
        "unit": unit.unit.name,
        "sources": list[Json](sorted(sources)),
        "taken": taken.source if taken is not None else None,
    }


def finding_json(one: RollupFinding) -> JsonObject:
    """A finding as ``nianbao check --json`` prints it."""
    return {
        "check": one.check,
        "level": one.level.value,
        "cells": list[Json](one.cells),
        "left": _number(one.left),
        "right": _number(one.right),
        "message": one.message,
        "explained": one.explained,
    }


def _number(number: Exact) -> Json:
    return Decimal(figure(number)) if isinstance(number, Fraction) else number
