"""What a journal holds: the report as it stood when the program ended without saving it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import Final

from core.catalog import Catalog
from core.problems import NianbaoError, Problem
from core.report import Report
from core.session import Session
from core.storage import jsontext
from core.storage.clean import clean_line
from core.storage.compare import Difference, differences
from core.storage.edits import edit_in
from core.storage.files import FileStamp, read_file
from core.storage.filesystem import FileSystem, StorageProblem
from core.storage.journal import JOURNAL_FORMAT, JournalProblem, journal_error
from core.storage.jsontext import Json, JsonFault, JsonObject
from core.storage.nianbao import encode, report_in
from core.storage.remarks import Remarks
from core.storage.shapes import WrongShape
from core.storage.station import Station

#: A journal is written anew at 4 MiB; only one that was never ours is longer than this.
MAX_JOURNAL_BYTES: Final = 64 * 1024 * 1024


class RecoveryRemark(Problem):
    """What to tell about a journal that was read all the same."""

    LOST_LINES = "恢复记录中有 {count} 行已损坏，可能缺少个别改动，请核对：{names}。"
    REFUSED = "恢复记录中有 {count} 处改动与现在的表样不符，没有恢复：{names}。"


class FileState(Enum):
    """What became of the report's file since the journal was begun."""

    NEVER_SAVED = auto()
    #: As it was when it was opened or last saved.
    UNCHANGED = auto()
    #: Saved again by somebody, or changed by another program.
    CHANGED = auto()
    #: Gone, or out of reach: a memory stick pulled out.
    MISSING = auto()


@dataclass(frozen=True)
class JournalHeader:
    """A journal's first line."""

    original: Path | None
    digest: str | None
    station: Station
    time: datetime | None


@dataclass(frozen=True)
class Recovery:
    """A report that was not saved: ``base`` as it was opened, ``report`` as it stood at the end.

    ``changed`` tells one from the other, in the form's order. ``digest`` is the SHA-256 of the file
    that was opened: to save over it, hand it on as what is expected there.
    ``replaces`` is the name of a journal whose work went on in this one. ``is_saved``: the file
    holds exactly this report already, so there is nothing to offer.
    """

    journal: Path
    original: Path | None
    base: Report
    report: Report
    changed: tuple[Difference, ...]
    time: datetime | None
    state: FileState
    digest: str | None
    is_saved: bool = False
    replaces: str = ""
    remarks: tuple[str, ...] = ()


def read_header(journal: Path, fs: FileSystem | None = None) -> JournalHeader | None:
    """The journal's first line; ``None`` where it is torn or none of ours.

    Raises :class:`NianbaoError` where the file cannot be read.
    """
    fs = fs or FileSystem()
    first = _content(journal, fs, 64 * 1024).partition(b"\n")[0]
    try:
        return _header(jsontext.parse(first))
    except (JsonFault, WrongShape):
        return None


def recover(journal: Path, catalog: Catalog, fs: FileSystem | None = None) -> Recovery | None:
    """The report that *journal* leads to; ``None`` where no edit had been made.

    A torn last line, which was being written when the program ended, is passed over. The journal
    itself is not changed.

    Raises :class:`NianbaoError`: the journal cannot be read, or needs a form that is not at hand.
    """
    fs = fs or FileSystem()
    reader = _Reader(journal, catalog)
    lines = _content(journal, fs, MAX_JOURNAL_BYTES).split(b"\n")
    complete, torn = lines[:-1], lines[-1]
    for number, line in enumerate(complete, start=1):
        reader.read(number, line)
    # A last line without its line break is whole only if it can be read.
    reader.read(len(lines), torn, last=True)
    return reader.recovery(fs)


def _content(journal: Path, fs: FileSystem, limit: int) -> bytes:
    try:
        return fs.read(journal, limit)
    except OSError as error:
        raise journal_error(error, JournalProblem.UNREADABLE, journal) from error


class _Reader:
    """Takes a journal's lines one after the other."""

    def __init__(self, journal: Path, catalog: Catalog) -> None:
        self._journal = journal
        self._catalog = catalog
        self._remarks = Remarks()
        self._report_remarks: tuple[str, ...] = ()
        self._header: JournalHeader | None = None
        self._base: Report | None = None
        self._session: Session | None = None
        self._time: datetime | None = None
        self._replaces = ""
        self._edits = 0

    def read(self, number: int, line: bytes, *, last: bool = False) -> None:
        """Takes in a line; notes one that is damaged, unless it is the *last* and torn."""
        if not line.strip(b"\0 \r"):
            return
        try:
            self._take(jsontext.parse(line))
        except (JsonFault, WrongShape):
            if not last:
                self._remarks.note(RecoveryRemark.LOST_LINES, f"第 {number} 行")

    def recovery(self, fs: FileSystem) -> Recovery | None:
        """What the lines came to."""
        if self._base is None or self._session is None:
            if self._edits:
                reason = "开头部分已损坏"
                raise NianbaoError(
                    JournalProblem.UNREADABLE, file=self._journal.name, reason=reason
                )
            return None
        changed = differences(self._base, self._session.report)
        if not self._edits and not changed:
            return None
        header = self._header
        original = header.original if header is not None else None
        digest = header.digest if header is not None else None
        found = _digest_now(original, fs)
        return Recovery(
            journal=self._journal,
            original=original,
            base=self._base,
            report=self._session.report,
            changed=tuple(changed),
            time=self._time,
            state=_state(original, digest, found),
            digest=digest,
            is_saved=found == FileStamp.of(encode(self._session.report)).sha256,
            replaces=self._replaces,
            remarks=self._report_remarks + self._remarks.sentences(),
        )

    def _take(self, content: Json) -> None:
        if not isinstance(content, dict):
            raise WrongShape("line")
        self._time = _time(content.get("time")) or self._time
        if "journal" in content:
            self._header = _header(content)
        elif "base" in content:
            self._base = self._report(content["base"])
            self._session = self._opened(content["base"])
        elif "snapshot" in content:
            self._session = self._opened(content["snapshot"])
            replaces = content.get("replaces")
            self._replaces = replaces if isinstance(replaces, str) else ""
            self._edits += 1
        elif "edit" in content:
            self._edits += 1
            self._apply(content["edit"])
        else:
            raise WrongShape("line")

    def _report(self, content: Json) -> Report:
        opened = report_in(content, self._journal.name, self._catalog)
        self._report_remarks = opened.remarks
        return opened.report

    def _opened(self, content: Json) -> Session:
        report = self._report(content)
        return Session(report, self._catalog.checks(report.form.id))

    def _apply(self, content: Json) -> None:
        if self._session is None:
            return
        edit = edit_in(self._session.form, content, self._remarks)
        try:
            self._session.apply(edit)
        except NianbaoError:
            self._remarks.note(RecoveryRemark.REFUSED, edit.label)


def _header(content: Json) -> JournalHeader:
    fields: JsonObject = content if isinstance(content, dict) else {}
    if fields.get("journal") != JOURNAL_FORMAT:
        raise WrongShape("journal")
    path, digest, pid = fields.get("file"), fields.get("digest"), fields.get("pid")
    usable = isinstance(path, str) and path != "" and "\0" not in path
    return JournalHeader(
        original=Path(path) if usable and isinstance(path, str) else None,
        digest=digest if isinstance(digest, str) else None,
        station=station_in(fields, pid),
        time=_time(fields.get("time")),
    )


def station_in(fields: JsonObject, pid: Json) -> Station:
    """The station that a lock or journal names; blank where it says nothing of use."""

    def text(name: str) -> str:
        value = fields.get(name)
        return clean_line(value[:200]) if isinstance(value, str) else ""

    number = pid if isinstance(pid, int) and not isinstance(pid, bool) else 0
    return Station(text("user"), text("machine"), text("installation"), number, text("started"))


def _time(value: Json) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _digest_now(original: Path | None, fs: FileSystem) -> str | None:
    if original is None:
        return None
    try:
        return FileStamp.of(read_file(original, fs)).sha256
    except NianbaoError as error:
        return "" if error.problem is StorageProblem.TOO_LARGE else None


def _state(original: Path | None, digest: str | None, found: str | None) -> FileState:
    if original is None:
        return FileState.NEVER_SAVED
    if found is None:
        return FileState.MISSING
    return FileState.UNCHANGED if found == digest else FileState.CHANGED
