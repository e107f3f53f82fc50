"""The mark beside an open report: the second one is told who holds it, a crash locks nobody out."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core.storage import lock
from core.storage.durable import write_durably
from core.storage.filesystem import FileSystem
from core.storage.lock import STALE_SECONDS, Attempt, acquire, lock_file
from core.storage.station import Station, process_started, this_station
from tests.core.storage.made import DEAD_PID, FaultyFileSystem, station

HERE = station()
ELSEWHERE = Station("王五", "PC-2", "two", 4, "")


def report_in(folder: Path) -> Path:
    path = folder / "某局2019.nianbao"
    path.write_bytes(b"{}")
    return path


def aged(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(lock_file(path), (then, then))


def held_by(attempt: Attempt) -> str:
    assert attempt.lock is None
    assert attempt.holder is not None
    return str(attempt.holder)


def test_the_first_holds_it_and_the_second_is_told_who(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    first = acquire(path, ELSEWHERE)
    assert first.lock is not None
    assert first.remark == ""
    second = acquire(path, HERE)
    assert "王五（PC-2）" in held_by(second)
    assert "只读" in second.remark
    first.lock.release()
    assert acquire(path, HERE).lock is not None


def test_a_second_window_of_the_same_program_is_a_second_one(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    assert acquire(path, HERE).lock is not None
    assert "李四" in held_by(acquire(path, HERE))


def test_releasing_leaves_nothing_behind(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    held = acquire(path, HERE).lock
    assert held is not None
    assert sorted(tmp_path.iterdir()) == sorted([path, lock_file(path)])
    held.release()
    assert list(tmp_path.iterdir()) == [path]


def test_a_crash_on_this_machine_locks_nobody_out(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    acquire(path, station(DEAD_PID))
    again = acquire(path, HERE)
    assert again.lock is not None
    assert "没有正常关闭" in again.remark
    assert again.lock.beat()


def test_a_process_number_used_again_locks_nobody_out(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    acquire(path, Station("李四", "PC-1", "one", os.getpid(), "long before"))
    assert acquire(path, this_with_start()).lock is not None


def this_with_start() -> Station:
    return Station("李四", "PC-1", "one", os.getpid(), process_started(os.getpid()) or "")


def test_a_crash_elsewhere_locks_nobody_out_for_long(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    acquire(path, ELSEWHERE)
    aged(path, STALE_SECONDS - 30)
    assert acquire(path, HERE).lock is None
    aged(path, STALE_SECONDS + 30)
    assert acquire(path, HERE).lock is not None


def test_a_mark_from_a_machine_whose_clock_is_ahead_locks_nobody_out(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    acquire(path, ELSEWHERE)
    aged(path, -(STALE_SECONDS - 30))
    assert acquire(path, HERE).lock is None
    aged(path, -86_400)
    assert acquire(path, HERE).lock is not None


def test_another_user_of_this_machine_keeps_it_whatever_runs_here(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    acquire(path, HERE._replace(user="王五", pid=DEAD_PID))
    assert "王五" in held_by(acquire(path, HERE))
    aged(path, STALE_SECONDS + 30)
    assert acquire(path, HERE).lock is not None


def test_who_goes_on_working_elsewhere_keeps_it(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    held = acquire(path, ELSEWHERE).lock
    assert held is not None
    for _ in range(3):
        aged(path, STALE_SECONDS - 30)
        assert held.beat()
    assert acquire(path, HERE).lock is None


def test_a_machine_of_the_same_name_is_another_machine(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    acquire(path, station(DEAD_PID, installation="a copy of the same disk"))
    assert acquire(path, HERE).lock is None
    aged(path, STALE_SECONDS + 30)
    assert acquire(path, HERE).lock is not None


def test_who_slept_too_long_learns_that_it_was_taken_over(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    sleeper = acquire(path, ELSEWHERE).lock
    assert sleeper is not None
    aged(path, STALE_SECONDS + 30)
    taker = acquire(path, HERE).lock
    assert taker is not None
    assert not sleeper.beat()
    sleeper.release()
    assert taker.beat()


def test_a_mark_removed_by_hand_is_put_back(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    held = acquire(path, HERE).lock
    assert held is not None
    lock_file(path).unlink()
    assert held.beat()
    assert acquire(path, ELSEWHERE).lock is None


def test_a_stick_pulled_out_is_not_taken_for_a_takeover(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    path = report_in(folder)
    held = acquire(path, HERE).lock
    assert held is not None
    folder.rename(tmp_path / "pulled out")
    assert held.beat()
    held.release()
    (tmp_path / "pulled out").rename(folder)
    assert held.beat()


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EPERM])
def test_where_no_mark_can_be_made_that_is_said(tmp_path: Path, code: int) -> None:
    path = report_in(tmp_path)
    attempt = acquire(path, HERE, FaultyFileSystem(1, code, stays=True))
    assert (attempt.lock, attempt.holder) == (None, None)
    assert "无法" in attempt.remark
    assert list(tmp_path.iterdir()) == [path]


def test_whatever_fails_acquiring_never_raises_and_leaves_no_half_mark(tmp_path: Path) -> None:
    for stale in (False, True):
        for number in range(1, 16):
            folder = tmp_path / f"{stale}{number}"
            folder.mkdir()
            path = report_in(folder)
            if stale:
                acquire(path, station(DEAD_PID))
            fs = FaultyFileSystem(number, errno.EIO)
            attempt = acquire(path, HERE, fs)
            fs.fail_at = 0
            if attempt.lock is not None:
                assert attempt.lock.beat()
                attempt.lock.release()
            assert acquire(path, HERE).lock is not None


@pytest.mark.parametrize("content", [b"", b"\0" * 50, b"{}", b'{"pid": -1}', b"[" * 9999, b"\xff"])
def test_a_torn_mark_locks_nobody_out_for_long(tmp_path: Path, content: bytes) -> None:
    path = report_in(tmp_path)
    lock_file(path).write_bytes(content)
    assert "其他用户" in held_by(acquire(path, HERE))
    aged(path, 10)
    assert acquire(path, HERE).lock is not None


def test_what_a_mark_says_cannot_twist_the_sentence(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    lock_file(path).write_text(
        '{"user": "x\\u202e\\nend", "machine": 5, "pid": 1e9, "time": "never", "token": "t"}',
        encoding="utf-8",
    )
    assert held_by(acquire(path, HERE)) == "x end"


class NoSecondNames(FileSystem):
    """A FAT disk: no hard links."""

    def place_new(self, source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")


def test_a_fat_disk_can_be_marked_too(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    assert acquire(path, ELSEWHERE, NoSecondNames()).lock is not None
    assert acquire(path, HERE, NoSecondNames()).lock is None
    assert sorted(tmp_path.iterdir()) == sorted([path, lock_file(path)])


@pytest.mark.parametrize("stale", [False, True])
def test_of_many_at_once_only_one_holds_it(tmp_path: Path, stale: bool) -> None:
    for turn in range(10):
        folder = tmp_path / str(turn)
        folder.mkdir()
        path = report_in(folder)
        if stale:
            acquire(path, station(DEAD_PID))
        start = threading.Barrier(6)
        attempts: list[Attempt] = []

        def one(path: Path, start: threading.Barrier, attempts: list[Attempt]) -> None:
            start.wait()
            attempts.append(acquire(path, HERE))

        threads = [threading.Thread(target=one, args=(path, start, attempts)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        held = [attempt.lock for attempt in attempts if attempt.lock is not None]
        assert len([one for one in held if one.beat()]) <= 1
        if not stale:
            assert len(held) == 1


def test_the_longest_name_can_be_marked(tmp_path: Path) -> None:
    path = tmp_path / ("年" * 82 + ".nianbao")
    path.write_bytes(b"{}")
    assert len(lock_file(path).name.encode()) <= 255
    assert acquire(path, HERE).lock is not None


def test_what_a_kill_left_behind_goes_with_the_next_save(tmp_path: Path) -> None:
    path = report_in(tmp_path)
    acquire(path, HERE, FaultyFileSystem(2, errno.EIO, stays=True))
    (left,) = [entry for entry in tmp_path.iterdir() if entry.suffix == ".tmp"]
    os.utime(left, (0, 0))
    write_durably(path, b"{}")
    assert not left.exists()


# -- stations ---------------------------------------------------------------------------------


def test_this_station_is_running_and_keeps_its_word(tmp_path: Path) -> None:
    one, two = this_station(tmp_path / "data"), this_station(tmp_path / "data")
    assert one == two
    assert one.is_running()
    assert one.shares_processes_with(two)
    assert len(one.installation) == 16


def test_a_station_without_a_folder_has_no_word(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    assert this_station(tmp_path / "data").installation == ""


def test_a_process_that_ended_does_not_run() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert process_started(process.pid) is not None
        process.kill()
        deadline = time.monotonic() + 10
        while process_started(process.pid) is not None and time.monotonic() < deadline:
            time.sleep(0.01)
        assert process_started(process.pid) is None, "a zombie counts as running"


@pytest.mark.parametrize("pid", [0, -1, 2**31, 10**30])
def test_impossible_process_numbers_do_not_run(pid: int) -> None:
    assert process_started(pid) is None


def test_a_mark_is_renewed_well_before_it_counts_as_stale() -> None:
    assert lock.BEAT_SECONDS * 3 < lock.STALE_SECONDS
