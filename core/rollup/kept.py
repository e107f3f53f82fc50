"""The 汇总文件 (.huizong): the list, what was read of every source, what people decided.

UTF-8 JSON, one line a unit and a source, so that a person and a version control can read it:

    {"format": 1, "program": "公开年报 1.0.0", "kind": "汇总",
     "form": {"id": "cn-2014-beijing", "digest": "…"}, "period": "2019", "office": "某区政府办",
     "list": {"source": "单位名单.xlsx", "digest": "…"}, "ignored": 3,
     "units": [{"name": "某区教育局", "code": "001", …}, …],
     "decisions": {"SHA-256": {"unit": "某区教育局", "agreed": true}, …},
     "chased": {"某区教育局": {"returned": "2020-01-15", "sha256": "…", "figures": "31,3,,/"}, …},
     "files": [{"path": "a.zip", "size": 1, "modified": 2, "ignored": 0, "readings": [{…}, …]}, …]}

``figures`` are one text, a figure for each cell of the form in its order. The sources themselves are
never written to.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, fields
from typing import Final, cast

from core import __version__
from core.problems import NianbaoError, Problem
from core.rollup.model import Decision, Moment, Reading, Seal, Unit, Written
from core.storage import jsontext
from core.storage.jsontext import Json, JsonFault, JsonObject

FORMAT: Final = 1
SUFFIX: Final = ".huizong"
#: 50,000 units take about 60 MB.
MAX_BYTES: Final = 512 * 1024 * 1024
MAX_ITEMS: Final = 20_000_000
_FIGURE: Final = r"(?:-?\d{1,40}(?:\.\d{1,20})?|/)?"
_FIGURES: Final = re.compile(f"{_FIGURE}(?:,{_FIGURE})*", re.ASCII)


class KeptProblem(Problem):
    """Why a file is no 汇总文件 that can be used."""

    NOT_OURS = "文件“{file}”不是汇总文件，请选择以 .huizong 结尾、由本程序保存的文件。"
    DAMAGED = "汇总文件“{file}”已损坏或不完整（{reason}），没有改动它；请换一个文件名重新汇总。"
    NEWER = "汇总文件“{file}”是用更新版本的“公开年报”保存的，没有改动它，请升级本程序后再打开。"


@dataclass(frozen=True)
class KeptFile:
    """A file of the folder and what was read of it.

    ``size`` and ``modified`` (ns) tell whether it has to be read anew; a size of -1 says that it
    has. ``asked`` is the form that it was matched with, empty where none was named. ``ignored``
    members were passed over.
    """

    path: str
    size: int
    modified: int
    readings: tuple[Reading, ...] = ()
    ignored: int = 0
    asked: str = ""


@dataclass(frozen=True)
class Chased:
    """How far a unit has been chased. Dates are ISO; ``sha256`` is the report that was meant.

    ``figures`` are those of the report that was sent back, to tell what changed since.
    """

    reminded: str = ""
    returned: str = ""
    approved: str = ""
    sha256: str = ""
    figures: str = ""


@dataclass
class Kept:
    """All that a roll-up keeps from one run to the next."""

    form: str = ""
    form_digest: str = ""
    period: str = ""
    office: str = ""
    list_source: str = ""
    list_digest: str = ""
    ignored: int = 0
    units: tuple[Unit, ...] = ()
    decisions: dict[str, Decision] = field(default_factory=dict[str, Decision])
    chased: dict[str, Chased] = field(default_factory=dict[str, Chased])
    files: dict[str, KeptFile] = field(default_factory=dict[str, KeptFile])

    @property
    def readings(self) -> list[Reading]:
        """Every reading, in the order of sources."""
        return [reading for path in sorted(self.files) for reading in self.files[path].readings]


# -- out -------------------------------------------------------------------------------------------


def encode(kept: Kept) -> bytes:
    """*kept* as the bytes of a .huizong file; the same always gives the same bytes."""
    head: JsonObject = {
        "format": FORMAT,
        "program": f"公开年报 {__version__}",
        "kind": "汇总",
        "form": {"id": kept.form, "digest": kept.form_digest},
        "period": kept.period,
        "office": kept.office,
        "list": {"source": kept.list_source, "digest": kept.list_digest},
        "ignored": kept.ignored,
    }
    parts = [f" {_line(name)}: {_line(value)}" for name, value in head.items()]
    parts.append(_block("units", [_plain(unit) for unit in kept.units]))
    decisions = {sha: _plain(kept.decisions[sha]) for sha in sorted(kept.decisions)}
    parts.append(f" {_line('decisions')}: {_line(decisions)}")
    chased = {name: _plain(kept.chased[name]) for name in sorted(kept.chased)}
    parts.append(f" {_line('chased')}: {_line(chased)}")
    parts.append(_block("files", [file_out(kept.files[path]) for path in sorted(kept.files)]))
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8", "surrogatepass")


def _block(name: str, rows: list[JsonObject]) -> str:
    lines = ",\n".join(f"  {_line(row)}" for row in rows)
    return f" {_line(name)}: [\n{lines}\n ]" if rows else f" {_line(name)}: []"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def file_out(kept: KeptFile) -> JsonObject:
    """*kept* as JSON."""
    out: JsonObject = {"path": kept.path, "size": kept.size, "modified": kept.modified}
    if kept.ignored:
        out["ignored"] = kept.ignored
    if kept.asked:
        out["asked"] = kept.asked
    out["readings"] = [reading_out(reading) for reading in kept.readings]
    return out


def reading_out(reading: Reading) -> JsonObject:
    """*reading* as JSON; what is empty is left out."""
    return _plain(reading)


def _plain(record: Unit | Decision | Chased | Reading) -> JsonObject:
    out: JsonObject = {}
    for one in fields(record):
        value = getattr(record, one.name)
        if isinstance(value, Seal | Moment):
            value = value.value if value not in (Seal.NONE, Moment.FILE) else ""
        if not value:
            continue
        out[one.name] = cast(Json, value)
    return out


# -- in --------------------------------------------------------------------------------------------


class _WrongShape(ValueError):
    """A part is of another type than it must be."""


def decode(data: bytes, file: str) -> Kept:
    """What the bytes of a .huizong file keep. Total over any bytes.

    Raises :class:`NianbaoError` (:class:`KeptProblem`).
    """
    try:
        content = jsontext.parse(data, MAX_BYTES, MAX_ITEMS)
    except JsonFault as fault:
        if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            raise NianbaoError(KeptProblem.NOT_OURS, file=file) from fault
        raise NianbaoError(KeptProblem.DAMAGED, file=file, reason="内容中断或写法不对") from fault
    if not isinstance(content, dict) or content.get("kind") != "汇总":
        raise NianbaoError(KeptProblem.NOT_OURS, file=file)
    number = content.get("format")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise NianbaoError(KeptProblem.NOT_OURS, file=file)
    if number > FORMAT:
        raise NianbaoError(KeptProblem.NEWER, file=file)
    try:
        return _kept(content)
    except (ValueError, TypeError) as error:
        raise NianbaoError(KeptProblem.DAMAGED, file=file, reason="内容的写法不对") from error


def _kept(content: JsonObject) -> Kept:
    form, listed = _object(content.get("form")), _object(content.get("list"))
    ignored = content.get("ignored", 0)
    files = [file_in(_object(entry)) for entry in _list(content.get("files"))]
    return Kept(
        form=_text(form.get("id")),
        form_digest=_text(form.get("digest")),
        period=_text(content.get("period")),
        office=_text(content.get("office")),
        list_source=_text(listed.get("source")),
        list_digest=_text(listed.get("digest")),
        ignored=_count(ignored),
        units=tuple(_unit_in(_object(entry)) for entry in _list(content.get("units"))),
        decisions={
            sha: _decision_in(_object(entry))
            for sha, entry in _object(content.get("decisions")).items()
        },
        chased={
            name: _chased_in(_object(entry))
            for name, entry in _object(content.get("chased")).items()
        },
        files={kept.path: kept for kept in files},
    )


def file_in(entry: JsonObject) -> KeptFile:
    """What :func:`file_out` wrote. Raises ``ValueError`` and the like for anything else."""
    return KeptFile(
        path=_text(entry.get("path")),
        size=_count(entry.get("size", 0)),
        modified=_count(entry.get("modified", 0)),
        readings=tuple(reading_in(_object(one)) for one in _list(entry.get("readings"))),
        ignored=_count(entry.get("ignored", 0)),
        asked=_text(entry.get("asked")),
    )


def reading_in(entry: JsonObject) -> Reading:
    """The reading that :func:`reading_out` wrote. Raises ``ValueError`` and the like for others."""
    text = entry.get
    header = entry.get("header")
    return Reading(
        source=_text(text("source")),
        sha256=_text(text("sha256")),
        size=_count(entry.get("size", 0)),
        time=_text(text("time")),
        moment=Moment(_text(text("moment")) or "file"),
        filed=_text(text("filed")),
        problem=_text(text("problem")),
        kind=_text(text("kind")),
        form=_text(text("form")),
        period=_text(text("period")),
        unit_name=_text(text("unit_name")),
        hints=_texts(text("hints")),
        header={name: _text(value) for name, value in _object(header).items()} if header else {},
        figures=_figures(text("figures")),
        last=_figures(text("last")),
        blank=_count(entry.get("blank", 0)),
        seal=Seal(_text(text("seal")) or "none"),
        changed=tuple((_text(k), _text(v)) for k, v in map(_list, _list(text("changed")))),
        doubts=_texts(text("doubts")),
        remarks=_texts(text("remarks")),
        failed=tuple((_text(c), e is True) for c, e in map(_list, _list(text("failed")))),
        explanations=tuple(
            Written(*[_text(part) for part in _list(one)]) for one in _list(text("explanations"))
        ),
    )


def _unit_in(entry: JsonObject) -> Unit:
    text = entry.get
    return Unit(
        name=_text(text("name")),
        code=_text(text("code")),
        group=_text(text("group")),
        level=_text(text("level")),
        aliases=_texts(text("aliases")),
        mail=_text(text("mail")),
        contact=_text(text("contact")),
        phone=_text(text("phone")),
        due=_text(text("due")),
        line=_count(entry.get("line", 0)),
    )


def _decision_in(entry: JsonObject) -> Decision:
    unit = entry.get("unit")
    return Decision(
        unit=_text(unit) if unit is not None else None,
        agreed=entry.get("agreed") is True,
        left_out=entry.get("left_out") is True,
        taken=entry.get("taken") is True,
    )


def _chased_in(entry: JsonObject) -> Chased:
    return Chased(**{one.name: _text(entry.get(one.name)) for one in fields(Chased)})


def _object(value: Json) -> JsonObject:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _WrongShape
    return value


def _list(value: Json) -> list[Json]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _WrongShape
    return value


def _text(value: Json) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _WrongShape
    return value


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(_text(one) for one in _list(value))


def _figures(value: Json) -> str:
    text = _text(value)
    if _FIGURES.fullmatch(text) is None:
        raise _WrongShape
    return text


def _count(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _WrongShape
    return value
