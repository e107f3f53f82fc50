"""An :class:`Edit` as JSON and back, complete: what the journal's lines are made of."""

from __future__ import annotations

from core.form.form import Form
from core.narrative.text import ReportText, Splice
from core.period import Period
from core.problems import NianbaoError
from core.report import Explanation
from core.session import Edit
from core.storage import report_json as pieces
from core.storage import text_json
from core.storage.clean import clean_line
from core.storage.jsontext import Json, JsonObject
from core.storage.remarks import Remarks
from core.storage.report_json import PieceProblem
from core.storage.shapes import WrongShape, as_list, as_object, as_text
from core.values import CellValue


def edit_out(form: Form, edit: Edit) -> JsonObject:
    """*edit* as a JSON object; parts that change nothing are left out."""
    out: JsonObject = {"label": clean_line(edit.label)}
    if edit.cells:
        out["cells"] = {key: pieces.value_out(value) for key, value in edit.cells.items()}
    if edit.header:
        out["header"] = {name: clean_line(text) for name, text in edit.header.items()}
    if edit.explanations:
        out["explanations"] = {
            check: None if explanation is None else pieces.explanation_out(explanation)
            for check, explanation in edit.explanations.items()
        }
    if edit.period is not None:
        out["period"] = str(edit.period)
    if edit.baselines is not None:
        out["baselines"] = pieces.baselines_out(form, edit.baselines)
    if isinstance(edit.text, Splice):
        out["splice"] = text_json.splice_out(edit.text)
    elif edit.text is not None:
        out["text"] = text_json.text_out(edit.text)
    return out


def edit_in(form: Form, raw: Json, remarks: Remarks) -> Edit:
    """The edit in *raw*; what does not fit *form* is left out and noted.

    Raises :class:`WrongShape` where *raw* is no edit at all.
    """
    fields = as_object(raw, "edit")
    period = fields.get("period")
    baselines = fields.get("baselines")
    return Edit(
        label=pieces.line_in(fields.get("label", ""), "label", remarks),
        cells=_cells(form, as_object(fields.get("cells", {}), "cells"), remarks),
        header=pieces.header_in(as_object(fields.get("header", {}), "header"), remarks),
        explanations=_explanations(
            as_object(fields.get("explanations", {}), "explanations"), remarks
        ),
        period=None if period is None else _period(form, period),
        baselines=None
        if baselines is None
        else pieces.baselines_in(form, as_list(baselines, "baselines"), remarks),
        text=_text(fields, remarks),
    )


def _text(fields: JsonObject, remarks: Remarks) -> ReportText | Splice | None:
    if "splice" in fields:
        return text_json.splice_in(fields["splice"], remarks)
    return text_json.text_in(fields["text"], remarks) if "text" in fields else None


def _cells(form: Form, raw: JsonObject, remarks: Remarks) -> dict[str, CellValue]:
    cleared: dict[str, CellValue] = {
        key: None for key, value in raw.items() if value is None and key in form.cells
    }
    given = {key: value for key, value in raw.items() if key not in cleared}
    return cleared | pieces.values_in(form, given, remarks)


def _explanations(raw: JsonObject, remarks: Remarks) -> dict[str, Explanation | None]:
    found: dict[str, Explanation | None] = {}
    for check, value in raw.items():
        try:
            name = clean_line(check)
            found[check] = None if value is None else pieces.explanation_in(value, name, remarks)
        except WrongShape:
            remarks.note(PieceProblem.BAD_EXPLANATION, clean_line(check))
    return found


def _period(form: Form, raw: Json) -> Period:
    text = as_text(raw, "period")
    try:
        period = Period.parse(text)
    except NianbaoError as error:
        raise WrongShape("period") from error
    if period.kind is not form.period_kind:
        raise WrongShape("period")
    return period
