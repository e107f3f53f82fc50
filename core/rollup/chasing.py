"""催报 and 退回: what units are told, and what has become of it.

A unit that has sent nothing is reminded; one whose report has faults gets it back with each fault
named. What was done is kept with the report that was meant, so that a new one shows as 已重报.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Final

from core.form.form import Level
from core.problems import NianbaoError, Problem
from core.rollup.kept import Chased
from core.rollup.model import STATE_NAMES, Reading, Unit, UnitState, figures_in
from core.rollup.reading import shown_changes
from core.rollup.result import Result
from core.rollup.settling import UnitResult
from core.storage.durable import write_durably
from core.storage.filesystem import FileSystem, storage_error
from core.system.filenames import mended
from core.values import format_value
from core.writing.mail_draft import Recipient, draft, recipients_of

_MOST_BLANKS: Final = 30


class Chase(Enum):
    """How far a unit has come, as the receiving office speaks of it."""

    MISSING = "未报"
    READ = "已读"
    TO_CONFIRM = "需确认"
    ERRORS = "有错误"
    RETURNED = "已退回"
    SENT_AGAIN = "已重报"
    APPROVED = "通过"


class Kind(Enum):
    """What a letter is about."""

    REMIND = "催报"
    RETURN = "退回"


@dataclass(frozen=True)
class Letter:
    """A text to a unit; ``problem`` says why no mail draft can be addressed, else empty."""

    unit: Unit
    kind: Kind
    subject: str
    text: str
    recipients: tuple[Recipient, ...] = ()
    problem: str = ""


class LetterText(Problem):
    """What the letters say."""

    REMIND_SUBJECT = "请报送{period}{title}"
    RETURN_SUBJECT = "请更正{period}{title}"
    GREETING = "{unit}："
    REMIND = "截至目前，我们还没有收到你单位{period}的《{title}》。{due}"
    DUE = "请于 {due} 前报送。"
    SOON = "请尽快报送。"
    WRONG = "你单位报来的文件“{source}”{why}，不能使用，请按{period}的表样重新填报。"
    RETURN = (
        "你单位报来的{period}《{title}》（文件“{source}”）经审核有以下问题，请更正后重新报送。{due}"
    )
    MUST = "{number}. 必须改正：{message}"
    EXPLAIN = "{number}. 请核实，如属实请书面说明原因：{message}"
    BLANK = "{number}. 有 {count} 格未填：{names}。没有发生的请填 0。"
    CHANGED = "{number}. 导出后改动过：{message}。请在软件中改正后重新导出。"
    CONFIRM = "{number}. 请确认：{message}。"
    FOOT = "{office}"
    NO_ADDRESS = "名单中没有“{unit}”的邮箱，没有写邮件草稿。"


def chase_state(result: Result, unit: UnitResult) -> tuple[Chase, str]:
    """How far the unit has come, and what there is to add: a date, or what changed since."""
    chased = result.chased.get(unit.unit.name, Chased())
    sha256 = unit.taken.sha256 if unit.taken is not None else ""
    if chased.approved and sha256 == chased.sha256:
        return Chase.APPROVED, chased.approved
    if chased.returned and sha256:
        if sha256 == chased.sha256:
            return Chase.RETURNED, chased.returned
        assert unit.taken is not None
        return Chase.SENT_AGAIN, "；".join(
            changes_since(result, chased, unit.taken)
        ) or "数字没有变化"
    return Chase(STATE_NAMES[unit.state]), chased.reminded if sha256 == "" else ""


def changes_since(result: Result, chased: Chased, taken: Reading) -> list[str]:
    """Each figure that is another one than in the report that was sent back."""
    if not chased.figures or not taken.figures:
        return []
    before, now = figures_in(result.form, chased.figures), figures_in(result.form, taken.figures)
    return [
        f"{result.form.cell_name(key)} {format_value(before.get(key)) or '空白'}"
        f" → {format_value(now.get(key)) or '空白'}"
        for key in result.form.cells
        if before.get(key) != now.get(key)
    ]


def reminded(known: Chased, date: str) -> Chased:
    """What is kept of a unit that was reminded on *date* (ISO)."""
    return replace(known, reminded=date)


def returned(taken: Reading, date: str) -> Chased:
    """What is kept of a unit whose report was sent back on *date*."""
    return Chased(returned=date, sha256=taken.sha256, figures=taken.figures)


def approved(known: Chased, taken: Reading, date: str) -> Chased:
    """What is kept of a unit whose report was approved on *date*."""
    return replace(known, approved=date, sha256=taken.sha256, figures=taken.figures)


# -- letters ---------------------------------------------------------------------------------------


def letters(result: Result) -> Iterator[Letter]:
    """A letter for each unit that has sent nothing, and for each whose report has faults."""
    wrong = _wrong(result)
    for unit in result.units:
        if unit.state is UnitState.MISSING:
            yield _reminder(result, unit, wrong.get(unit.unit.name, ()))
        elif unit.taken is not None and (faults := list(_faults(result, unit, unit.taken))):
            yield _return(result, unit, unit.taken, faults)


def _wrong(result: Result) -> Mapping[str, list[tuple[str, str]]]:
    """What missing units have sent that cannot be used: source and why, by the unit's name."""
    found: dict[str, list[tuple[str, str]]] = {}
    settled = result.settled
    for reading in settled.wrong_period:
        why = f"是{reading.period}的报告期"
        found.setdefault(reading.unit_name, []).append((reading.source, why))
    for reading in settled.wrong_form:
        found.setdefault(reading.unit_name, []).append((reading.source, "用的是另一种表样"))
    return found


def _reminder(result: Result, unit: UnitResult, wrong: Iterable[tuple[str, str]]) -> Letter:
    names = _names(result)
    parts = [LetterText.GREETING.sentence(unit=unit.unit.name), ""]
    parts.append("　　" + LetterText.REMIND.sentence(due=_due(unit.unit), **names))
    for source, why in wrong:
        said = LetterText.WRONG.sentence(source=source, why=why, **names)
        parts.append("　　" + said)
    subject = LetterText.REMIND_SUBJECT.sentence(**names)
    return _letter(result, unit, Kind.REMIND, subject, parts)


def _return(result: Result, unit: UnitResult, taken: Reading, faults: list[str]) -> Letter:
    names = _names(result)
    parts = [LetterText.GREETING.sentence(unit=unit.unit.name), ""]
    said = LetterText.RETURN.sentence(source=taken.source, due=_due(unit.unit), **names)
    parts += [f"　　{said}", "", *faults]
    subject = LetterText.RETURN_SUBJECT.sentence(**names)
    return _letter(result, unit, Kind.RETURN, subject, parts)


def _faults(result: Result, unit: UnitResult, taken: Reading) -> Iterator[str]:
    """The numbered faults of a report: what must be right first."""
    number = 0
    found = [one for one in result.findings_on(unit) if not one.explained]
    found.sort(key=lambda one: one.level is not Level.ERROR)
    for number, one in enumerate(found, start=1):
        kind = LetterText.MUST if one.level is Level.ERROR else LetterText.EXPLAIN
        yield kind.sentence(number=number, message=one.message)
    if taken.blank:
        number += 1
        cells = zip(result.form.cells, taken.figures.split(","), strict=False)
        names = [result.form.cell_name(key) for key, text in cells if not text]
        shown = "、".join(names[:_MOST_BLANKS]) + ("等" if len(names) > _MOST_BLANKS else "")
        yield LetterText.BLANK.sentence(number=number, count=len(names), names=shown)
    for change in shown_changes(taken, result.checks):
        number += 1
        yield LetterText.CHANGED.sentence(number=number, message=change)
    for reason in unit.reasons if unit.state is UnitState.TO_CONFIRM else ():
        number += 1
        yield LetterText.CONFIRM.sentence(number=number, message=reason)


def _names(result: Result) -> dict[str, str]:
    return {"period": result.period.label, "title": result.form.title}


def _due(unit: Unit) -> str:
    return LetterText.DUE.sentence(due=unit.due) if unit.due else LetterText.SOON.sentence()


def _letter(result: Result, unit: UnitResult, kind: Kind, subject: str, parts: list[str]) -> Letter:
    if result.office:
        parts += ["", LetterText.FOOT.sentence(office=result.office)]
    text = "\n".join(parts)
    try:
        to = recipients_of(unit.unit.mail)
    except NianbaoError as error:
        return Letter(unit.unit, kind, subject, text, problem=str(error))
    problem = "" if to else LetterText.NO_ADDRESS.sentence(unit=unit.unit.name)
    return Letter(unit.unit, kind, subject, text, to, problem)


def write_letters(
    result: Result, folder: Path, fs: FileSystem | None = None
) -> tuple[list[Letter], list[str]]:
    """Writes 催报和退回.txt and a mail draft for each letter into *folder*.

    The letters, and what there is to say (no address). Raises :class:`NianbaoError` where a file
    cannot be written.
    """
    fs = fs or FileSystem()
    written = list(letters(result))
    try:
        fs.make_folder(folder)
    except OSError as error:
        raise storage_error(error, folder) from error
    rule = "\r\n\r\n" + "—" * 30 + "\r\n\r\n"
    whole = rule.join(
        f"【{letter.kind.value}】{letter.unit.name}\r\n主题：{letter.subject}\r\n\r\n"
        + letter.text.replace("\n", "\r\n")
        for letter in written
    )
    # With the byte order mark also old editors show it as Chinese.
    write_durably(folder / "催报和退回.txt", f"\ufeff{whole}\r\n".encode(), fs)
    taken: set[str] = set()
    for letter in written:
        if not letter.recipients:
            continue
        stem = f"{letter.kind.value}_{letter.unit.name}"
        name, number = mended(stem, ".eml"), 1
        while name.casefold() in taken:
            number += 1
            name = mended(f"{stem}_{number}", ".eml")
        taken.add(name.casefold())
        data = draft(letter.subject, letter.text, recipients=letter.recipients)
        write_durably(folder / name, data, fs)
    return written, [letter.problem for letter in written if letter.problem]
