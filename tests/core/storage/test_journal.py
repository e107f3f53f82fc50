"""The journal: every edit survives, whatever becomes of the program, the disk or the clock."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.period import Period
from core.problems import NianbaoError
from core.report import Report
from core.session import Edit, Session
from core.storage.edits import edit_in, edit_out
from core.storage.files import open_report, save_report
from core.storage.filesystem import FileSystem
from core.storage.journal import Journal, local_time
from core.storage.journals import KEPT_DAYS, Journals
from core.storage.jsontext import compact, parse
from core.storage.nianbao import encode
from core.storage.recovery import FileState, Recovery, recover
from core.storage.remarks import Remarks
from core.storage.station import Station, process_started
from core.values import CellValue
from tests.core.storage.made import (
    CATALOG,
    DEAD_PID,
    FORM_2014,
    FORM_2021,
    FaultyFileSystem,
    edits,
    small_report,
    station,
)

DEAD = station(DEAD_PID)


class ClockAt:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2020, 1, 7, 14, 3, 55).astimezone()

    def __call__(self) -> datetime:
        return self.now


def session_of(report: Report) -> Session:
    return Session(report, CATALOG.checks(report.form.id))


def typed(key: str, value: int | None) -> Edit:
    return Edit(f"填写“{key}”", cells={key: value})


def worked(
    folder: Path,
    steps: Sequence[Edit],
    *,
    path: Path | None = None,
    digest: str | None = None,
    by: Station = DEAD,
    report: Report | None = None,
    fs: FileSystem | None = None,
) -> tuple[Session, Path]:
    """A session whose program then ended without saving, and its journal."""
    session = session_of(report or Report(FORM_2014, Period(2019)))
    journal = Journals([folder], by, fs).begin(session.report, path, digest)
    for edit in steps:
        session.apply(edit)
        journal.record(edit, session.report)
    file = journal.abandon()
    assert file is not None
    return session, file


def recovered(file: Path) -> Recovery:
    found = recover(file, CATALOG)
    assert found is not None
    return found


@given(edits(FORM_2014) | edits(FORM_2021))
@settings(max_examples=100, deadline=None)
def test_any_edit_comes_back_the_same(edit: Edit) -> None:
    for form in (FORM_2014, FORM_2021):
        if all(key in form.cells for key in edit.cells):
            remarks = Remarks()
            line = compact(edit_out(form, edit))
            assert "\n" not in line
            back = edit_in(form, parse(line.encode()), remarks)
            if edit.baselines is None or all(
                key in form.cells for known in edit.baselines for key in known.values
            ):
                assert back == edit
                assert remarks.sentences() == ()


@given(st.lists(edits(FORM_2014), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_any_work_is_recovered_to_the_last_edit(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Edit]
) -> None:
    folder = tmp_path_factory.mktemp("journals")
    session, file = worked(folder, steps)
    assert file.stat().st_size > 0
    found = recover(file, CATALOG)
    assert found is not None
    assert found.report == session.report
    assert found.state is FileState.NEVER_SAVED
    assert found.remarks == ()


def test_nothing_is_written_before_the_first_edit(tmp_path: Path) -> None:
    journal = Journals([tmp_path / "j"], station()).begin(small_report())
    assert journal.file is None
    journal.finish()
    assert list(tmp_path.iterdir()) == []


def test_the_changed_cells_are_told_with_their_names(tmp_path: Path) -> None:
    steps = [typed("3.1.1", 5), typed("1.1", 31), typed("1.1", None)]
    _, file = worked(tmp_path, steps, report=small_report())
    found = recovered(file)
    assert [str(change) for change in found.changed] == ["1.当面申请数：3 → 5"]
    assert found.time is not None


def test_computed_cells_come_back_as_computed(tmp_path: Path) -> None:
    steps = [typed(f"3.1.{n}", n) for n in range(1, 5)]
    session, file = worked(tmp_path, steps)
    assert session.report.values["3.1"] == 10
    assert recovered(file).report.computed == {"3.1"}


def test_undone_edits_are_undone_in_the_journal_too(tmp_path: Path) -> None:
    session = session_of(small_report())
    journal = Journals([tmp_path], DEAD).begin(session.report)
    for step in (typed("3.1.1", 8), typed("3.1.2", 1)):
        change = session.apply(step)
        journal.record(step, session.report)
    session.apply(change.inverse)
    journal.record(change.inverse, session.report)
    file = journal.abandon()
    assert file is not None
    assert recovered(file).report.values == session.report.values


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_last_line_is_passed_over(tmp_path: Path, cut: int) -> None:
    _, file = worked(tmp_path, [typed("3.1.1", 5), typed("3.1.2", 6)])
    file.write_bytes(file.read_bytes()[:-cut])
    found = recovered(file)
    # Without its line break alone the last line is still whole.
    assert found.report.values == ({"3.1.1": 5, "3.1.2": 6} if cut == 1 else {"3.1.1": 5})
    assert found.remarks == ()


def test_torn_at_any_byte_it_holds_the_work_up_to_there(tmp_path: Path) -> None:
    steps = [typed("3.1.1", 5), typed("3.1.2", 6), typed("3.1.1", None), typed("7", Decimal("2.5"))]
    states: list[dict[str, CellValue] | None] = [None]
    session = session_of(small_report())
    for step in steps:
        session.apply(step)
        states.append(dict(session.report.values))
    _, file = worked(tmp_path, steps, report=small_report())
    whole = file.read_bytes()
    first = whole.index(b'{"time"', whole.index(b'{"base"'))
    # Every byte of the edits; of what stands before them, enough to cut everything in it.
    reached = 0
    for end in [*range(0, first, 53), *range(first, len(whole) + 1)]:
        file.write_bytes(whole[:end])
        found = recover(file, CATALOG)
        at = states.index(None if found is None else dict(found.report.values))
        assert at in (reached, reached + 1), f"{end}: {at} after {reached}"
        assert found is None or found.remarks == ()
        reached = at
    assert reached == len(steps)


def test_a_journal_padded_with_nul_bytes_by_a_power_cut_is_read(tmp_path: Path) -> None:
    _, file = worked(tmp_path, [typed("3.1.1", 5)])
    file.write_bytes(file.read_bytes() + b"\0" * 4096)
    assert recovered(file).report.values == {"3.1.1": 5}


def test_a_damaged_line_in_the_middle_is_told_of(tmp_path: Path) -> None:
    _, file = worked(tmp_path, [typed("3.1.1", 5), typed("3.1.2", 6), typed("3.1.3", 7)])
    lines = file.read_bytes().split(b"\n")
    lines[3] = b'{"time": "2020", "edit": {"cells"'
    file.write_bytes(b"\n".join(lines))
    found = recovered(file)
    assert found.report.values == {"3.1.1": 5, "3.1.3": 7}
    assert "第 4 行" in found.remarks[0]


def test_a_journal_without_a_whole_edit_has_nothing_to_offer(tmp_path: Path) -> None:
    _, file = worked(tmp_path, [typed("3.1.1", 5)])
    whole = file.read_bytes()
    for end in (0, 10, whole.index(b"\n"), whole.index(b'{"base"') + 20, len(whole) - 30):
        file.write_bytes(whole[:end])
        assert recover(file, CATALOG) is None


@pytest.mark.parametrize(
    "line",
    [
        b"[1]",
        b"{}",
        b'{"edit": 5}',
        b'{"edit": {"cells": []}}',
        b'{"edit": {"period": "never"}}',
        b'{"edit": {"period": "2019-Q1"}}',
        b'{"edit": {"cells": {"3.1.2": 1e999}}}',
        b'{"edit": {"explanations": {"no-such": {"text": "", "left": 1, "right": 1}}}}',
        b'{"edit": {"header": {"boss": ""}}}',
        b"\xff\xfe",
        b'{"a":' * 10_000,
    ],
)
def test_a_line_that_makes_no_sense_costs_only_itself(tmp_path: Path, line: bytes) -> None:
    _, file = worked(tmp_path, [typed("3.1.1", 5)])
    file.write_bytes(file.read_bytes() + line + b"\n")
    found = recovered(file)
    assert found.report.values == {"3.1.1": 5}
    assert len(found.remarks) == 1


# -- the file it belongs to -------------------------------------------------------------------


def test_it_says_what_became_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "r.nianbao"
    stamp = save_report(small_report(), path)
    _, file = worked(
        tmp_path / "j", [typed("3.1.2", 1)], path=path, digest=stamp.sha256, report=small_report()
    )
    assert recovered(file).state is FileState.UNCHANGED
    assert recovered(file).original == path
    path.write_bytes(b"theirs")
    assert recovered(file).state is FileState.CHANGED
    path.unlink()
    assert recovered(file).state is FileState.MISSING
    assert recovered(file).report.values["3.1.2"] == 1


def test_saving_removes_the_journal_and_begins_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "r.nianbao"
    session = session_of(small_report())
    journals = Journals([tmp_path / "j"], DEAD)
    journal = journals.begin(session.report)
    for value in (1, 2):
        step = typed("3.1.2", value)
        session.apply(step)
        journal.record(step, session.report)
        stamp = save_report(session.report, path)
        journal.saved(session.report, path, stamp.sha256)
        assert list((tmp_path / "j").iterdir()) == []
    step = typed("3.1.3", 3)
    session.apply(step)
    journal.record(step, session.report)
    journal.abandon()
    (found,), _ = journals.recoveries(CATALOG)
    assert [str(change) for change in found.changed] == ["3.网络申请数：空白 → 3"]
    assert (found.original, found.digest) == (path, stamp.sha256)


def test_a_kill_between_saving_and_removing_the_journal_offers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.nianbao"
    session, file = worked(tmp_path / "j", [typed("3.1.1", 5)], path=path)
    save_report(session.report, path)
    assert recovered(file).is_saved
    journals = Journals([tmp_path / "j"], station())
    assert journals.recoveries(CATALOG) == ([], [])
    assert journals.recoveries(CATALOG) == ([], [])


# -- at the next start ------------------------------------------------------------------------


def test_only_journals_of_programs_that_ended_are_offered(tmp_path: Path) -> None:
    worked(tmp_path, [typed("3.1.1", 5)], by=station())
    worked(tmp_path, [typed("3.1.2", 6)], by=DEAD)
    found, unreadable = Journals([tmp_path], station()).recoveries(CATALOG)
    assert [recovery.report.values for recovery in found] == [{"3.1.2": 6}]
    assert unreadable == []


def test_a_process_number_used_again_by_another_program_is_no_excuse(tmp_path: Path) -> None:
    again = Station("李四", "PC-1", "one", os.getpid(), "at another time")
    worked(tmp_path, [typed("3.1.1", 5)], by=again)
    expected = 1 if process_started(os.getpid()) else 0
    assert len(Journals([tmp_path], station()).recoveries(CATALOG)[0]) == expected


def test_another_machines_journal_is_offered_when_it_has_been_still_for_long(
    tmp_path: Path,
) -> None:
    _, file = worked(tmp_path, [typed("3.1.1", 5)], by=station(DEAD_PID, "PC-2"))
    journals = Journals([tmp_path], station())
    assert journals.recoveries(CATALOG)[0] == []
    long_ago = time.time() - 13 * 3600
    os.utime(file, (long_ago, long_ago))
    assert len(journals.recoveries(CATALOG)[0]) == 1


def test_a_recovered_report_is_safe_before_its_old_journal_goes(tmp_path: Path) -> None:
    session, _ = worked(tmp_path, [typed("3.1.1", 5)])
    journals = Journals([tmp_path], DEAD)
    (found,), _ = journals.recoveries(CATALOG)
    journal = journals.resume(found)
    session.apply(typed("3.1.2", 6))
    journal.record(typed("3.1.2", 6), session.report)
    journal.abandon()
    (again,), _ = journals.recoveries(CATALOG)
    assert again.report.values == {"3.1.1": 5, "3.1.2": 6}
    assert len(again.changed) == 2


def test_a_discarded_journal_is_kept_for_thirty_days(tmp_path: Path) -> None:
    clock = ClockAt()
    _, file = worked(tmp_path, [typed("3.1.1", 5)])
    journals = Journals([tmp_path], station(), clock=clock)
    journals.discard(file)
    assert journals.recoveries(CATALOG) == ([], [])
    (kept,) = journals.discarded()
    assert recovered(kept).report.values == {"3.1.1": 5}
    clock.now += timedelta(days=KEPT_DAYS)
    assert journals.remove_expired() == 0
    clock.now -= timedelta(days=2 * KEPT_DAYS)  # the clock set back
    assert journals.remove_expired() == 0
    clock.now += timedelta(days=2 * KEPT_DAYS + 1)
    assert journals.remove_expired() == 1
    assert journals.discarded() == []


def test_a_form_that_is_not_at_hand_leaves_the_journal_for_later(tmp_path: Path) -> None:
    _, file = worked(tmp_path, [typed("3.1.1", 5)])
    file.write_bytes(file.read_bytes().replace(b"cn-2014-beijing", b"cn-2099-nowhere"))
    found, (unreadable,) = Journals([tmp_path], station()).recoveries(CATALOG)
    assert found == []
    assert "表样" in unreadable.sentence
    assert file.exists()


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"PK\x03\x04", b"{}\n{}\n", b"[[[[" * 999])
def test_a_journal_of_rubbish_is_set_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.journal").write_bytes(content)
    journals = Journals([tmp_path], station())
    assert journals.recoveries(CATALOG) == ([], [])
    assert len(journals.discarded()) == 1


# -- faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("operation", ["open", "write", "fsync", "make_folder", "close"])
def test_a_fault_in_the_journal_costs_no_edit(tmp_path: Path, operation: str, code: int) -> None:
    for number in range(1, 6):
        folder = tmp_path / str(number)
        fs = FaultyFileSystem(number, code, only=operation)
        session = session_of(small_report())
        journal = Journals([folder], DEAD, fs).begin(session.report)
        for value in range(5):
            step = typed("3.1.2", value)
            session.apply(step)
            try:
                journal.record(step, session.report)
            except NianbaoError as error:
                assert "请尽快保存" in str(error)
                fs.fail_at = 0  # the clerk has made room
        try:
            journal.sync()
        except NianbaoError:
            journal.sync()
        journal.abandon()
        (file,) = [path for path in folder.iterdir() if path.is_file()]
        assert recovered(file).report.values == session.report.values


def test_a_disk_that_fills_up_while_typing_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    fs = FaultyFileSystem(4, errno.ENOSPC, only="write", stays=True)
    session = session_of(small_report())
    journal = Journals([tmp_path], DEAD, fs).begin(session.report)
    refusals = 0
    for value in range(6):
        session.apply(typed("3.1.2", value))
        try:
            journal.record(typed("3.1.2", value), session.report)
        except NianbaoError as error:
            refusals += 1
            assert "磁盘空间不足" in str(error)
    assert refusals == 3
    fs.fail_at = 0
    session.apply(typed("3.1.3", 1))
    journal.record(typed("3.1.3", 1), session.report)
    file = journal.abandon()
    assert file is not None
    assert recovered(file).report.values == session.report.values
    assert recovered(file).remarks == ()


def test_a_profile_that_cannot_be_written_to_is_not_the_only_place(tmp_path: Path) -> None:
    blocked = tmp_path / "profile"
    blocked.write_bytes(b"a file where the folder should be")
    folders = [blocked / "journals", tmp_path / "second"]
    session = session_of(small_report())
    journals = Journals(folders, DEAD)
    journal = journals.begin(session.report)
    session.apply(typed("3.1.2", 1))
    journal.record(typed("3.1.2", 1), session.report)
    journal.abandon()
    assert len(journals.recoveries(CATALOG)[0]) == 1
    assert len(list((tmp_path / "second").iterdir())) == 1


def test_a_journal_moves_when_its_disk_fails(tmp_path: Path) -> None:
    class FirstFails(FileSystem):
        broken: int | None = None

        def write(self, descriptor: int, data: bytes) -> int:
            if descriptor == self.broken:
                raise OSError(errno.EIO, "Input/output error")
            return super().write(descriptor, data)

        def open_new(self, path: Path, mode: int = 0o666) -> int:
            descriptor = super().open_new(path, mode)
            if path.parent.name == "first":
                self.first = descriptor
            return descriptor

    fs = FirstFails()
    session = session_of(small_report())
    journals = Journals([tmp_path / "first", tmp_path / "second"], DEAD, fs)
    journal = journals.begin(session.report)
    for value in (1, 2, 3):
        session.apply(typed("3.1.2", value))
        journal.record(typed("3.1.2", value), session.report)
        fs.broken = fs.first if value == 1 else None
    journal.abandon()
    (found,), _ = Journals([tmp_path / "first", tmp_path / "second"], station()).recoveries(CATALOG)
    assert found.journal.parent.name == "second"
    assert found.report.values == session.report.values
    assert [str(change) for change in found.changed] == ["2.传真申请数：空白 → 3"]


def test_a_long_journal_is_written_anew_and_still_tells_all_changes(tmp_path: Path) -> None:
    session = session_of(small_report())
    journal = Journal([tmp_path], DEAD, rotate_bytes=3000)
    journal.begin(session.report, None, None)
    names: set[str] = set()
    sizes: list[int] = []
    for value in range(200):
        step = typed("3.1.2" if value % 2 else "3.1.3", value)
        session.apply(step)
        journal.record(step, session.report)
        assert journal.file is not None
        names.add(journal.file.name)
        sizes.append(journal.file.stat().st_size)
        assert len(list(tmp_path.iterdir())) == 1
    assert len(names) > 3
    assert max(sizes) < 10_000
    file = journal.abandon()
    assert file is not None
    found = recovered(file)
    assert found.report.values == session.report.values
    assert {change.key for change in found.changed} == {"3.1.2", "3.1.3"}


def test_sync_waits_for_the_disk(tmp_path: Path) -> None:
    fs = FaultyFileSystem()
    session = session_of(small_report())
    journal = Journals([tmp_path], DEAD, fs).begin(session.report)
    session.apply(typed("3.1.2", 1))
    journal.record(typed("3.1.2", 1), session.report)
    session.apply(typed("3.1.2", 2))
    journal.record(typed("3.1.2", 2), session.report)
    before = fs.done.count("fsync")
    journal.sync()
    assert fs.done.count("fsync") > before
    journal.finish()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken_from", [0, 1])
def test_sync_writes_what_could_not_be_written_before(tmp_path: Path, broken_from: int) -> None:
    class Broken(FileSystem):
        broken = False

        def open_new(self, path: Path, mode: int = 0o666) -> int:
            self._stop()
            return super().open_new(path, mode)

        def write(self, descriptor: int, data: bytes) -> int:
            self._stop()
            return super().write(descriptor, data)

        def _stop(self) -> None:
            if self.broken:
                raise OSError(errno.ENOSPC, "full")

    fs = Broken()
    session = session_of(small_report())
    journal = Journals([tmp_path], DEAD, fs).begin(session.report)
    for value in range(3):
        fs.broken = value >= broken_from
        session.apply(typed("3.1.2", value))
        if fs.broken:
            with pytest.raises(NianbaoError, match="磁盘空间不足"):
                journal.record(typed("3.1.2", value), session.report)
        else:
            journal.record(typed("3.1.2", value), session.report)
    with pytest.raises(NianbaoError, match="磁盘空间不足"):
        journal.sync()
    fs.broken = False
    journal.sync()
    file = journal.abandon()
    assert file is not None
    assert recovered(file).report.values == session.report.values


def test_a_line_can_be_read_by_a_person(tmp_path: Path) -> None:
    _, file = worked(tmp_path, [typed("3.1.1", 5)], path=tmp_path / "某局.nianbao")
    head, base, edit = file.read_text(encoding="utf-8").splitlines()
    assert json.loads(head)["file"].endswith("某局.nianbao")
    assert json.loads(base)["base"]["period"] == "2019"
    assert json.loads(edit)["edit"] == {"label": "填写“3.1.1”", "cells": {"3.1.1": 5}}
    assert abs(datetime.fromisoformat(json.loads(edit)["time"]) - local_time()) < timedelta(
        minutes=5
    )


def test_recovering_and_saving_gives_the_file_that_was_meant(tmp_path: Path) -> None:
    session, file = worked(tmp_path / "j", [typed("3.1.1", 5)], report=small_report())
    path = tmp_path / "r.nianbao"
    save_report(recovered(file).report, path)
    assert path.read_bytes() == encode(session.report)
    assert open_report(path, CATALOG).report == session.report
