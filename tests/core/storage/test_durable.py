"""Writing a file while everything that can go wrong does: the old file or the new, never neither."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from core.problems import NianbaoError, Problem
from core.storage.durable import RETRY_SECONDS, write_durably
from core.storage.files import FileStamp, open_report, read_file, save_report
from core.storage.filesystem import (
    FileSystem,
    StorageProblem,
    check_windows_name,
    extended_path,
    storage_error,
)
from core.storage.nianbao import encode
from tests.core.storage.made import CATALOG, FaultyFileSystem, small_report

OLD = b"old content"
NEW = b"new content, longer than the old one"

posix = pytest.mark.skipif(os.name == "nt", reason="permission bits and links as POSIX has them")


def refused(path: Path, fs: FileSystem, data: bytes = NEW) -> tuple[Problem, str]:
    with pytest.raises(NianbaoError) as caught:
        write_durably(path, data, fs)
    assert path.name in str(caught.value)
    return caught.value.problem, str(caught.value)


def operations_of_a_save(folder: Path) -> list[str]:
    fs = FaultyFileSystem()
    folder.mkdir()
    path = folder / "r.nianbao"
    save_report(small_report(), path, fs=fs)
    fs.done.clear()
    save_report(small_report(4), path, expected=FileStamp.of(path.read_bytes()).sha256, fs=fs)
    return fs.done


def test_a_save_goes_the_durable_way(tmp_path: Path) -> None:
    done = operations_of_a_save(tmp_path / "a")
    steps = ["open", "write", "fsync", "close", "replace", "sync_folder"]
    assert [name for name in done if name in steps] == steps


@pytest.mark.parametrize("stays", [False, True])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.ENOENT])
def test_whatever_fails_in_a_save_one_whole_file_stands_there(
    tmp_path: Path, code: int, stays: bool
) -> None:
    total = len(operations_of_a_save(tmp_path / "count"))
    old, new = encode(small_report()), encode(small_report(4))
    for number in range(1, total + 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "r.nianbao"
        path.write_bytes(old)
        fs = FaultyFileSystem(number, code, stays=stays)
        saved = True
        try:
            save_report(small_report(4), path, expected=FileStamp.of(old).sha256, fs=fs)
        except NianbaoError as error:
            saved = False
            assert "r.nianbao" in str(error)
        assert len(fs.done) >= number
        assert path.read_bytes() == (new if saved else old)
        if not stays:
            assert [entry.name for entry in folder.iterdir()] == ["r.nianbao"]
        # The way on: the next save, once the disk is well again.
        save_report(small_report(4), path)
        assert open_report(path, CATALOG).report == small_report(4)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_whatever_fails_in_a_first_save_no_half_file_stands_there(
    tmp_path: Path, code: int
) -> None:
    for number in range(1, 12):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "r.nianbao"
        try:
            save_report(small_report(), path, fs=FaultyFileSystem(number, code))
        except NianbaoError:
            assert list(folder.iterdir()) == []
        else:
            assert path.read_bytes() == encode(small_report())


def test_a_write_that_takes_only_a_part_goes_on(tmp_path: Path) -> None:
    class Slow(FileSystem):
        def write(self, descriptor: int, data: bytes) -> int:
            return super().write(descriptor, data[:3])

    write_durably(tmp_path / "a", NEW, Slow())
    assert (tmp_path / "a").read_bytes() == NEW


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (errno.ENOSPC, StorageProblem.DISK_FULL),
        (errno.EDQUOT, StorageProblem.DISK_FULL),
        (errno.EROFS, StorageProblem.READ_ONLY_DISK),
        (errno.EACCES, StorageProblem.NO_PERMISSION),
        (errno.ENOENT, StorageProblem.FOLDER_GONE),
        (errno.ENODEV, StorageProblem.FOLDER_GONE),
        (errno.ENAMETOOLONG, StorageProblem.NAME_TOO_LONG),
        (errno.EFBIG, StorageProblem.TOO_BIG_FOR_DISK),
        (errno.EIO, StorageProblem.DISK_FAULT),
        (errno.EPROTO, StorageProblem.OTHER),
    ],
)
def test_each_fault_has_its_sentence(tmp_path: Path, code: int, problem: Problem) -> None:
    fs = FaultyFileSystem(1, code, only="fsync")
    assert refused(tmp_path / "某局.nianbao", fs)[0] is problem


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (112, StorageProblem.DISK_FULL),
        (19, StorageProblem.READ_ONLY_DISK),
        (32, StorageProblem.IN_USE),
        (21, StorageProblem.FOLDER_GONE),
        (64, StorageProblem.FOLDER_GONE),
        (206, StorageProblem.NAME_TOO_LONG),
    ],
)
def test_windows_own_codes_come_first(code: int, problem: Problem) -> None:
    error = OSError(errno.EINVAL, "?")
    error.winerror = code  # type: ignore[attr-defined]
    assert storage_error(error, Path("a.nianbao")).problem is problem


# -- a file held open by WPS or a virus scanner -----------------------------------------------


def test_a_rename_refused_for_a_moment_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(OLD)
    fs = FaultyFileSystem(1, errno.EACCES, only="replace", windows=True)
    write_durably(tmp_path / "a", NEW, fs)
    assert (tmp_path / "a").read_bytes() == NEW
    assert fs.slept == RETRY_SECONDS[0]


def test_a_rename_refused_for_good_says_which_programs_to_close(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(OLD)
    fs = FaultyFileSystem(1, errno.EACCES, only="replace", stays=True, windows=True)
    problem, sentence = refused(tmp_path / "a", fs)
    assert problem is StorageProblem.IN_USE
    assert "WPS" in sentence
    assert fs.slept == sum(RETRY_SECONDS)
    assert (tmp_path / "a").read_bytes() == OLD
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


# -- permissions, links, names ----------------------------------------------------------------


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_permission_bits_are_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(OLD)
    path.chmod(mode)
    write_durably(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_a_disk_without_permission_bits_is_no_reason_not_to_save(tmp_path: Path) -> None:
    class Fat(FileSystem):
        def set_mode(self, path: Path, mode: int) -> None:
            raise PermissionError(errno.EPERM, "Operation not permitted")

    path = tmp_path / "a"
    path.write_bytes(OLD)
    path.chmod(0o666)
    write_durably(path, NEW, Fat())
    assert path.read_bytes() == NEW


def test_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(OLD)
    path.chmod(0o444)
    assert refused(path, FileSystem())[0] is StorageProblem.READ_ONLY
    assert path.read_bytes() == OLD


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a").write_bytes(OLD)
    (tmp_path / "link").symlink_to(tmp_path / "there" / "a")
    write_durably(tmp_path / "link", NEW)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "a").read_bytes() == NEW


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refused(tmp_path, FileSystem())[0] is StorageProblem.IS_FOLDER
    with pytest.raises(NianbaoError, match="文件夹"):
        read_file(tmp_path)


def test_a_folder_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "a.nianbao"
    problem, sentence = refused(path, FileSystem())
    assert problem is StorageProblem.FOLDER_GONE
    assert "U盘" in sentence
    with pytest.raises(NianbaoError, match="找不到"):
        read_file(path)


@pytest.mark.parametrize("name", ["某区某局 2019年度（修订）.nianbao", "😀.nianbao", "𠮷.nianbao"])
def test_names_in_chinese_and_emoji_are_names(tmp_path: Path, name: str) -> None:
    save_report(small_report(), tmp_path / name)
    assert open_report(tmp_path / name, CATALOG).report == small_report()
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


@posix
def test_the_longest_name_that_fits_can_be_saved_and_the_next_is_refused(tmp_path: Path) -> None:
    longest = "年" * 85  # 255 bytes in UTF-8
    write_durably(tmp_path / longest, NEW)
    problem, _ = refused(tmp_path / (longest + "a"), FileSystem())
    assert problem is StorageProblem.NAME_TOO_LONG


def test_a_path_longer_than_260_characters_is_a_path(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["很长的文件夹名字" * 3] * 12)
    folder.mkdir(parents=True)
    path = folder / "r.nianbao"
    assert len(str(path)) > 260
    save_report(small_report(), path)
    assert open_report(path, CATALOG).report == small_report()


@pytest.mark.parametrize(
    ("path", "native"),
    [
        ("C:\\a.nianbao", "C:\\a.nianbao"),
        ("C:\\" + "x" * 300, "\\\\?\\C:\\" + "x" * 300),
        ("C:/" + "x" * 300, "\\\\?\\C:\\" + "x" * 300),
        ("\\\\pc\\share\\" + "x" * 300, "\\\\?\\UNC\\pc\\share\\" + "x" * 300),
        ("\\\\?\\C:\\" + "x" * 300, "\\\\?\\C:\\" + "x" * 300),
        ("C:\\a\\..\\" + "x" * 300, "\\\\?\\C:\\" + "x" * 300),
    ],
)
def test_long_windows_paths_are_written_the_extended_way(path: str, native: str) -> None:
    assert extended_path(path) == native


@pytest.mark.parametrize(
    "name",
    [
        "a.",
        "a ",
        "某局.nianbao.",
        "CON",
        "con.nianbao",
        "LPT1.txt",
        "a:b",
        "a?",
        "a*",
        "a\tb",
        "a|b",
    ],
)
def test_names_that_windows_would_twist_are_refused_there(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path / name, FaultyFileSystem(windows=True))[0] is StorageProblem.BAD_NAME
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a", "某局.2019.nianbao", "console.nianbao", "😀", ".a", "COM10"])
def test_other_names_are_let_be(name: str) -> None:
    check_windows_name(name)


def test_a_name_with_a_nul_is_refused_in_words() -> None:
    assert refused(Path("/tmp/a\0b"), FileSystem())[0] is StorageProblem.OTHER
    with pytest.raises(NianbaoError, match="空字符"):
        read_file(Path("/tmp/a\0b"))


@pytest.mark.skipif(sys.platform != "linux", reason="device files as Linux has them")
def test_devices_and_pipes_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(NianbaoError):
            read_file(path)


def test_a_file_of_a_gigabyte_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(NianbaoError, match="过大"):
        read_file(path)


# -- leftovers --------------------------------------------------------------------------------


def test_what_a_killed_program_left_behind_is_removed_later(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with pytest.raises(NianbaoError):
        write_durably(path, NEW, FaultyFileSystem(4, errno.EIO, stays=True))
    (leftover,) = tmp_path.iterdir()
    write_durably(path, NEW)
    assert leftover.exists(), "it might be another program's save under way"
    os.utime(leftover, (0, 0))
    others = tmp_path / ".nianbao-0123456789ab-01234567.tmp"
    others.write_bytes(b"")
    os.utime(others, (0, 0))
    write_durably(path, NEW)
    assert sorted(tmp_path.iterdir()) == [others, path]


# -- changes made by others -------------------------------------------------------------------


def test_a_change_by_another_program_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.nianbao"
    stamp = save_report(small_report(), path)
    foreign = encode(small_report(99))
    path.write_bytes(foreign)
    with pytest.raises(NianbaoError) as caught:
        save_report(small_report(4), path, expected=stamp.sha256)
    assert caught.value.problem is StorageProblem.CHANGED_OUTSIDE
    assert path.read_bytes() == foreign
    assert list(tmp_path.iterdir()) == [path]
    assert save_report(small_report(4), path)[:2] == FileStamp.of(encode(small_report(4)))[:2]


def test_a_change_while_the_new_file_is_being_written_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.nianbao"
    stamp = save_report(small_report(), path)

    class Racing(FileSystem):
        def fsync(self, descriptor: int) -> None:
            path.write_bytes(b"theirs")
            super().fsync(descriptor)

    with pytest.raises(NianbaoError, match="其他程序修改"):
        save_report(small_report(4), path, expected=stamp.sha256, fs=Racing())
    assert path.read_bytes() == b"theirs"


def test_the_stamp_of_an_opened_file_lets_it_be_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.nianbao"
    save_report(small_report(), path)
    opened = open_report(path, CATALOG)
    stamp = save_report(small_report(4), path, expected=opened.stamp.sha256)
    assert save_report(small_report(5), path, expected=stamp.sha256).durable is (os.name != "nt")


def test_a_folder_that_cannot_be_synced_leaves_the_file_saved_but_says_so(tmp_path: Path) -> None:
    fs = FaultyFileSystem(1, errno.EIO, only="sync_folder")
    stamp = save_report(small_report(), tmp_path / "a.nianbao", fs=fs)
    assert not stamp.durable
    assert open_report(tmp_path / "a.nianbao", CATALOG).stamp.sha256 == stamp.sha256


def test_a_report_too_large_to_be_opened_again_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.nianbao"
    save_report(small_report(), path)
    before = path.read_bytes()
    huge = small_report()
    huge.header["unit_name"] = "某" * 6_000_000
    with pytest.raises(NianbaoError) as caught:
        save_report(huge, path)
    assert caught.value.problem is StorageProblem.REPORT_TOO_LARGE
    assert path.read_bytes() == before


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.EBUSY, errno.ENODEV, errno.EPROTO])
def test_a_file_that_cannot_be_read_is_said_in_words_of_opening(tmp_path: Path, code: int) -> None:
    path = tmp_path / "r.nianbao"
    save_report(small_report(), path)
    with pytest.raises(NianbaoError) as caught:
        open_report(path, CATALOG, FaultyFileSystem(1, code, only="read"))
    assert caught.value.problem is StorageProblem.CANNOT_OPEN
    assert path.name in str(caught.value) and "另存" not in str(caught.value)


def test_a_file_that_was_moved_away_is_written_again_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "r.nianbao"
    stamp = save_report(small_report(), path)
    path.rename(tmp_path / "moved.nianbao")
    again = save_report(small_report(4), path, expected=stamp.sha256)
    assert open_report(path, CATALOG).report == small_report(4)
    assert open_report(tmp_path / "moved.nianbao", CATALOG).report == small_report()
    assert len(again.remarks) == 1 and "重新写了一份" in again.remarks[0]
    assert save_report(small_report(5), path, expected=again.sha256).remarks == ()
