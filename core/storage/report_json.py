"""The parts of a report as JSON and back: values, explanations, baselines, headers.

Used by the .nianbao file and by the journal. What does not fit is left out and noted in
:class:`Remarks`; only a wrong shape of the whole raises :class:`WrongShape`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from core.checks.terms import Exact
from core.form.form import Form
from core.period import Period
from core.problems import NianbaoError, Problem
from core.report import HEADER_FIELDS, Baseline, Explanation
from core.storage.clean import MAX_EXPLANATION, MAX_HEADER, clean_line, clean_text
from core.storage.jsontext import Json, JsonObject
from core.storage.remarks import Remarks
from core.storage.shapes import WrongShape, as_object, as_text
from core.storage.text_json import text_in as report_text_in
from core.storage.text_json import text_out
from core.values import NOT_APPLICABLE, CellValue, Number, check_number

MAX_BASELINES: Final = 100
_MAX_ID = 200
_MAX_EXACT_CHARS = 2_000
_FRACTION = r"(?a)(-?\d{1,1000})/(\d{1,1000})"
_DIGEST = r"(?a)[0-9a-f]{64}"


class PieceProblem(Problem):
    """What was left out or changed while reading, for :class:`Remarks`."""

    UNKNOWN_CELL = "表样里没有这些单元格，其中的数没有读入：{names}。"
    BAD_VALUE = "这些单元格里的内容不是该格能填的数，已留空，请核对后补填：{names}。"
    BAD_LAST = "上年数中有些内容不是该格能填的数，没有读入：{names}。"
    UNKNOWN_HEADER = "表头中有本程序不认识的项目，没有读入：{names}。"
    BAD_TEXT = "这些项目的内容不是文字，已留空：{names}。"
    CUT_TEXT = "这些项目的文字过长，已截短，请核对：{names}。"
    CLEANED_TEXT = "这些项目的文字里有看不见的控制字符，已去掉：{names}。"
    BAD_EXPLANATION = "有 {count} 条审核说明不完整，没有读入，请重新填写：{names}。"
    BAD_BASELINE = "有 {count} 份上年数不完整或期别重复，没有读入，请重新导入：{names}。"


# -- values -----------------------------------------------------------------------------------


def value_out(value: CellValue) -> Json:
    """``None``, a number, or ``"/"``."""
    return NOT_APPLICABLE.value if value is NOT_APPLICABLE else value


def values_out(form: Form, values: Mapping[str, CellValue]) -> JsonObject:
    """The values that are not blank, in the form's order, then any the form does not know."""
    keys = [key for key in form.cells if key in values]
    keys += [key for key in values if key not in form.cells]
    return {key: value_out(values[key]) for key in keys if values[key] is not None}


def value_in(form: Form, key: str, value: Json, *, lenient: bool = False) -> CellValue:
    """What *value* is in the cell *key* of *form*; *lenient* takes 不适用 everywhere.

    Raises :class:`NianbaoError` or :class:`WrongShape` for what the cell cannot take.
    """
    if value is None:
        return None
    if value == NOT_APPLICABLE.value and isinstance(value, str):
        if lenient or form.allows_not_applicable(key):
            return NOT_APPLICABLE
        raise WrongShape(key)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise WrongShape(key)
    number = check_number(Decimal(value), form.cells[key].unit, "")
    if number != value:  # more digits than arithmetic keeps: rounding would change the figure
        raise WrongShape(key)
    return number


def values_in(
    form: Form, values: JsonObject, remarks: Remarks, *, lenient: bool = False
) -> dict[str, CellValue]:
    """The values that fit *form*, blanks left out; *lenient* for those of a baseline."""
    found: dict[str, CellValue] = {}
    for key, raw in values.items():
        if key not in form.cells:
            remarks.note(PieceProblem.UNKNOWN_CELL, clean_line(key[:80]))
            continue
        try:
            value = value_in(form, key, raw, lenient=lenient)
        except (NianbaoError, WrongShape):
            problem = PieceProblem.BAD_LAST if lenient else PieceProblem.BAD_VALUE
            remarks.note(problem, form.cell_name(key))
            continue
        if value is not None:
            found[key] = value
    return {key: found[key] for key in form.cells if key in found}


def exact_out(number: Exact) -> Json:
    """A number, or a fraction as the text ``"1/3"``."""
    if not isinstance(number, Number):
        return f"{number.numerator}/{number.denominator}"
    return number


def exact_in(value: Json) -> Exact:
    """The figure that :func:`exact_out` wrote. Raises :class:`WrongShape` for anything else."""
    if isinstance(value, str):
        found = re.fullmatch(_FRACTION, value)
        if found is None or not int(found[2]):
            raise WrongShape("figure")
        return Fraction(int(found[1]), int(found[2]))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise WrongShape("figure")
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        # A number of a few bytes (1E+999999) must not be written out as a million digits.
        if not isinstance(exponent, int) or abs(value.adjusted()) > _MAX_EXACT_CHARS:
            raise WrongShape("figure")
        if abs(exponent) > _MAX_EXACT_CHARS:
            raise WrongShape("figure")
    return value


# -- texts ------------------------------------------------------------------------------------


def line_in(value: Json, name: str, remarks: Remarks, limit: int = MAX_HEADER) -> str:
    """A text of one line, cleaned and cut to *limit* with a remark naming *name*."""
    if not isinstance(value, str):
        remarks.note(PieceProblem.BAD_TEXT, name)
        return ""
    return _fitted(value, clean_line(value[: limit + 1]), name, remarks, limit)


def text_in(value: str, name: str, remarks: Remarks, limit: int = MAX_EXPLANATION) -> str:
    """A text of several lines, cleaned and cut to *limit* with a remark naming *name*."""
    return _fitted(value, clean_text(value[: limit + 1]), name, remarks, limit)


def _fitted(raw: str, cleaned: str, name: str, remarks: Remarks, limit: int) -> str:
    if len(raw) > limit:
        remarks.note(PieceProblem.CUT_TEXT, name)
        return cleaned[:limit]
    if cleaned != raw:
        remarks.note(PieceProblem.CLEANED_TEXT, name)
    return cleaned


def header_out(header: Mapping[str, str]) -> JsonObject:
    """Every header field in printed order."""
    return {name: clean_line(header.get(name, "")) for name in HEADER_FIELDS}


def header_in(raw: JsonObject, remarks: Remarks) -> dict[str, str]:
    """The header fields given in *raw*; unknown ones are noted."""
    known = {key: label for key, label in HEADER_FIELDS.items() if key in raw}
    remarks.note_all(
        PieceProblem.UNKNOWN_HEADER, (clean_line(k[:80]) for k in raw if k not in HEADER_FIELDS)
    )
    return {key: line_in(raw[key], label, remarks) for key, label in known.items()}


# -- explanations -----------------------------------------------------------------------------


def explanation_out(explanation: Explanation) -> JsonObject:
    """The explanation's text and the two figures it explained."""
    return {
        "text": clean_text(explanation.text),
        "left": exact_out(explanation.left),
        "right": exact_out(explanation.right),
    }


def explanation_in(raw: Json, check: str, remarks: Remarks) -> Explanation:
    """An explanation from JSON. Raises :class:`WrongShape` where it is none."""
    fields = as_object(raw, check)
    text = as_text(fields.get("text"), check)
    left, right = exact_in(fields.get("left")), exact_in(fields.get("right"))
    return Explanation(text_in(text, f"审核说明 {check}", remarks), left, right)


def explanations_in(raw: JsonObject, remarks: Remarks) -> dict[str, Explanation]:
    """The explanations that are whole, by bound check id."""
    found: dict[str, Explanation] = {}
    for check, fields in raw.items():
        name = clean_line(check[:_MAX_ID])
        try:
            if name != check:
                raise WrongShape(name)
            found[check] = explanation_in(fields, check, remarks)
        except WrongShape:
            remarks.note(PieceProblem.BAD_EXPLANATION, name)
    return found


# -- baselines --------------------------------------------------------------------------------


def baselines_out(form: Form, baselines: Iterable[Baseline]) -> list[Json]:
    """Each baseline as an object, in the report's order."""
    return [_baseline_out(form, known) for known in baselines]


def _baseline_out(form: Form, baseline: Baseline) -> JsonObject:
    out: JsonObject = {
        "period": str(baseline.period),
        "unit_name": clean_line(baseline.unit_name),
        "form_id": clean_line(baseline.form_id),
        "source": clean_line(baseline.source),
        "digest": baseline.digest,
        "values": values_out(form, baseline.values),
    }
    if baseline.text:
        out["text"] = text_out(baseline.text)
    return out


def baselines_in(form: Form, raw: list[Json], remarks: Remarks) -> tuple[Baseline, ...]:
    """The baselines that are whole, one a period, from the earliest to the latest."""
    found: dict[Period, Baseline] = {}
    for number, entry in enumerate(raw, start=1):
        try:
            baseline = _baseline_in(form, entry, remarks)
        except (WrongShape, NianbaoError):
            remarks.note(PieceProblem.BAD_BASELINE, f"第 {number} 份")
            continue
        if baseline.period in found or len(found) >= MAX_BASELINES:
            remarks.note(PieceProblem.BAD_BASELINE, baseline.period.label)
            continue
        found[baseline.period] = baseline
    return tuple(sorted(found.values(), key=lambda known: known.period.sort_key))


def _baseline_in(form: Form, entry: Json, remarks: Remarks) -> Baseline:
    fields = as_object(entry, "baseline")
    period = Period.parse(as_text(fields.get("period"), "period"))
    digest = fields.get("digest", "")
    whole = isinstance(digest, str) and re.fullmatch(_DIGEST, digest) is not None
    name = f"{period.label}上年数"
    return Baseline(
        period=period,
        unit_name=line_in(fields.get("unit_name", ""), name, remarks),
        form_id=line_in(fields.get("form_id", ""), name, remarks, _MAX_ID),
        values=values_in(form, as_object(fields.get("values"), "values"), remarks, lenient=True),
        source=line_in(fields.get("source", ""), name, remarks),
        digest=digest if whole and isinstance(digest, str) else "",
        text=report_text_in(fields.get("text", {}), remarks),
    )
