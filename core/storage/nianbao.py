"""The .nianbao file: a report as UTF-8 JSON that a person can read.

    {"format": 1, "program": "公开年报 1.0.0",
     "form": {"id": "cn-2014-beijing", "digest": "…"}, "period": "2019",
     "header": {"unit_name": "…", …}, "values": {"3.1": 3, "7": 0.5, "2-1.1:made": "/"},
     "computed": ["3.1"], "explanations": {"id": {"text": "…", "left": 5, "right": "1/3"}},
     "baselines": [{"period": "2018", "unit_name": "…", "form_id": "…", "source": "…",
                    "digest": "…", "values": {…}}]}

Blank cells are absent. Figures are JSON numbers with all their digits. Format 2 adds the text, one
paragraph a line in the notation of :mod:`core.narrative.notation`, to the report and to baselines:

    "text": {"title": "{office}{year}年…", "sections": [{"code": "1", "heading": "一、总体情况",
             "level": 0, "tables": [], "paragraphs": ["收到申请{[3.1]}件。"]}]}

A report without any text is written in format 1, which other people's scripts and older versions
of this program read.
"""

from __future__ import annotations

from typing import NamedTuple

from core import __version__
from core.catalog import Catalog
from core.form.form import Form
from core.period import Period, PeriodProblem, kind_name
from core.problems import NianbaoError, Problem
from core.report import HEADER_FIELDS, Report
from core.storage import jsontext, migrations, text_json
from core.storage import report_json as pieces
from core.storage.clean import clean_line
from core.storage.jsontext import Fault, Json, JsonFault, JsonObject
from core.storage.remarks import Remarks
from core.storage.shapes import WrongShape, as_list, as_object, as_text

_PARTS = ("header", "values", "computed", "explanations", "baselines", "text")
_KNOWN = frozenset(("format", "program", "form", "period", *_PARTS))


class FileProblem(Problem):
    """Why a file is no report that can be opened. ``{file}`` is its name."""

    EMPTY = "文件“{file}”是空的（0 字节），请从“文件 → 历史版本”恢复。"
    NOT_OURS = "文件“{file}”不是“公开年报”保存的文件，请用“导入”读取其他格式的统计表。"
    DAMAGED = "文件“{file}”已损坏或不完整（{reason}），没有改动它，请从“文件 → 历史版本”恢复。"
    TOO_LARGE = "文件“{file}”过大，不是一份正常的报表，没有读取。"
    NEWER = (
        "文件“{file}”是用更新版本的“公开年报”保存的（文件格式 {format}），没有改动它，"
        "请升级本程序后再打开。"
    )
    NO_FORM = (
        "文件“{file}”使用的表样“{id}”不在这台电脑上，请先把该表样文件放进表样文件夹；"
        "可用的表样有：{known}。"
    )
    BAD_PERIOD = "文件“{file}”的报告期有误：{reason}"


class FileRemark(Problem):
    """What to tell about a file that was opened all the same."""

    OTHER_FORM = (
        "这份文件保存时所用的表样与本机的同名表样（{names}）内容不同，已按本机的表样读入，请核对。"
    )
    UNKNOWN_PART = "文件里有本程序不认识的内容，再次保存时不会保留：{names}。"
    NOT_COMPUTED = "这些单元格标为自动计算，但表样里没有它们的公式，已按手工填写读入：{names}。"


class Opened(NamedTuple):
    """A report out of a file, and what the clerk should know about it, in Chinese sentences."""

    report: Report
    remarks: tuple[str, ...] = ()


def encode(report: Report) -> bytes:
    """*report* as the bytes of a .nianbao file; the same report always gives the same bytes."""
    return jsontext.pretty(report_out(report)).encode("utf-8")


def report_out(report: Report) -> JsonObject:
    """*report* as the JSON object of a .nianbao file."""
    form = report.form
    has_text = bool(report.text) or any(known.text for known in report.baselines)
    content: JsonObject = {
        "format": migrations.FORMAT if has_text else 1,
        "program": f"公开年报 {__version__}",
        "form": {"id": form.id, "digest": form.digest},
        "period": str(report.period),
        "header": pieces.header_out(report.header),
        "values": pieces.values_out(form, report.values),
        "computed": [key for key in form.cells if key in report.computed],
        "explanations": {
            check: pieces.explanation_out(explanation)
            for check, explanation in sorted(report.explanations.items())
        },
        "baselines": pieces.baselines_out(form, report.baselines),
    }
    if report.text:
        content["text"] = text_json.text_out(report.text)
    return content


def decode(data: bytes, file: str, catalog: Catalog) -> Opened:
    """The report in *data*; *file* is the name to call it by.

    Total over any bytes: a report (with remarks about what was left out) or one sentence.

    Raises :class:`NianbaoError` (:class:`FileProblem`, or the catalog's where a form is broken).
    """
    if not data:
        raise NianbaoError(FileProblem.EMPTY, file=file)
    try:
        content = jsontext.parse(data)
    except JsonFault as fault:
        raise _problem(fault, data, file) from fault
    return report_in(content, file, catalog)


def report_in(content: Json, file: str, catalog: Catalog) -> Opened:
    """The report in the JSON of a .nianbao file of any format up to the present one.

    Raises :class:`NianbaoError` as :func:`decode` does.
    """
    present = _present(content, file)
    remarks = Remarks()
    try:
        return _report(present, file, catalog, remarks)
    except WrongShape as error:
        reason = f"“{error}”一项的写法不对"
        raise NianbaoError(FileProblem.DAMAGED, file=file, reason=reason) from error


def _present(content: Json, file: str) -> JsonObject:
    """The file's JSON object in the present format."""
    if not isinstance(content, dict):
        raise NianbaoError(FileProblem.NOT_OURS, file=file)
    number = content.get("format")
    if isinstance(number, bool) or not isinstance(number, int) or "form" not in content:
        raise NianbaoError(FileProblem.NOT_OURS, file=file)
    if number > migrations.FORMAT:
        raise NianbaoError(FileProblem.NEWER, file=file, format=number)
    if number != migrations.FORMAT and number not in migrations.STEPS:
        raise NianbaoError(FileProblem.NOT_OURS, file=file)
    return migrations.migrated(content)


def _problem(fault: JsonFault, data: bytes, file: str) -> NianbaoError:
    if fault.fault is Fault.TOO_LARGE:
        return NianbaoError(FileProblem.TOO_LARGE, file=file)
    if not data.strip(b"\0"):
        return NianbaoError(FileProblem.DAMAGED, file=file, reason="内容全部为空字节")
    if not data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return NianbaoError(FileProblem.NOT_OURS, file=file)
    detail = clean_line(fault.detail)
    reasons = {
        Fault.NOT_TEXT: "有无法识别的字符",
        Fault.NOT_JSON: f"{detail}内容中断或写法不对",
        Fault.DUPLICATE: f"“{detail}”出现了两次",
        Fault.NOT_A_NUMBER: f"“{detail}”不是数",
    }
    return NianbaoError(FileProblem.DAMAGED, file=file, reason=reasons[fault.fault])


def _report(content: JsonObject, file: str, catalog: Catalog, remarks: Remarks) -> Opened:
    form_part = as_object(content.get("form"), "form")
    form_id = clean_line(as_text(form_part.get("id"), "form")[:80])
    known = catalog.paths()
    if form_id not in known:
        listed = "、".join(known) or "（无）"
        raise NianbaoError(FileProblem.NO_FORM, file=file, id=form_id, known=listed)
    checks = catalog.checks(form_id)
    form = checks.form
    if form_part.get("digest") != form.digest:
        remarks.note(FileRemark.OTHER_FORM, form.id)
    unknown = (clean_line(key[:80]) for key in content if key not in _KNOWN)
    remarks.note_all(FileRemark.UNKNOWN_PART, unknown)
    values = pieces.values_in(form, _part(content, "values"), remarks)
    marked = as_list(content.get("computed", []), "computed")
    computed = {key for key in marked if isinstance(key, str) and key in values}
    typed = {key for key in computed if not checks.is_computed(key)}
    remarks.note_all(FileRemark.NOT_COMPUTED, (form.cell_name(key) for key in sorted(typed)))
    report = Report(
        form=form,
        period=_period(content.get("period"), form, file),
        header=dict.fromkeys(HEADER_FIELDS, "")
        | pieces.header_in(_part(content, "header"), remarks),
        values=values,
        computed=computed - typed,
        explanations=pieces.explanations_in(_part(content, "explanations"), remarks),
        baselines=pieces.baselines_in(
            form, as_list(content.get("baselines", []), "baselines"), remarks
        ),
        text=text_json.text_in(content.get("text", {}), remarks),
    )
    return Opened(report, remarks.sentences())


def _part(content: JsonObject, name: str) -> JsonObject:
    return as_object(content.get(name, {}), name)


def _period(raw: Json, form: Form, file: str) -> Period:
    """The report's period, of the form's kind."""
    text = clean_line(as_text(raw, "period")[:20])
    try:
        period = Period.parse(text)
        if period.kind is not form.period_kind:
            expected = kind_name(form.period_kind)
            raise NianbaoError(PeriodProblem.WRONG_KIND, expected=expected, text=text)
    except NianbaoError as error:
        raise NianbaoError(FileProblem.BAD_PERIOD, file=file, reason=error) from error
    return period
