"""Earlier versions: enough of them, whatever the clock says, and never in the way of a save."""

from __future__ import annotations

import errno
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.period import Period
from core.problems import NianbaoError
from core.report import Explanation, Report
from core.storage.backups import DAYS, LAST_SAVES, BackupProblem, Backups
from core.storage.compare import Part, cell_differences, differences
from core.storage.files import open_report, save_report
from core.storage.nianbao import encode
from core.values import NOT_APPLICABLE
from tests.core.storage.made import CATALOG, FORM_2021, FaultyFileSystem, small_report


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2020, 1, 7, 9, 0)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def backups(tmp_path: Path, clock: Clock) -> Backups:
    return Backups(tmp_path / "data" / "versions", clock=clock)


def content(number: int) -> bytes:
    return f"version {number}".encode()


def numbers(backups: Backups, path: Path) -> list[int]:
    return [int(backups.content(version).split()[1]) for version in backups.versions(path)]


def test_the_last_ten_saves_of_a_day_are_kept(backups: Backups, tmp_path: Path) -> None:
    path = tmp_path / "某局.nianbao"
    for number in range(25):
        backups.keep(path, content(number))
    assert numbers(backups, path) == list(range(24, 24 - LAST_SAVES, -1))


def test_one_a_day_is_kept_for_thirty_days(backups: Backups, clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "某局.nianbao"
    for day in range(40):
        for save in range(3 if day < 39 else 12):
            backups.keep(path, content(100 * day + save))
        clock.now += timedelta(days=1)
    last_of_days = [100 * day + (2 if day < 39 else 11) for day in range(39, 39 - DAYS, -1)]
    last_saves = [100 * 39 + save for save in range(11, 1, -1)]
    assert numbers(backups, path) == sorted({*last_of_days, *last_saves}, reverse=True)


@pytest.mark.parametrize("jump", [-4000, 4000])
def test_a_clock_set_wrong_costs_no_version(
    backups: Backups, clock: Clock, tmp_path: Path, jump: int
) -> None:
    path = tmp_path / "某局.nianbao"
    for number in range(8):
        backups.keep(path, content(number))
        clock.now += timedelta(days=1)
    clock.now += timedelta(days=jump)
    for number in range(8, 11):
        backups.keep(path, content(number))
    assert numbers(backups, path) == list(range(10, -1, -1))


def test_the_same_content_is_kept_once(backups: Backups, tmp_path: Path) -> None:
    path = tmp_path / "a.nianbao"
    for number in (1, 1, 2, 2, 1):
        backups.keep(path, content(number))
    assert numbers(backups, path) == [1, 2, 1]


def test_a_save_keeps_what_it_replaces_and_what_it_writes(backups: Backups, tmp_path: Path) -> None:
    path = tmp_path / "a.nianbao"
    path.write_bytes(encode(small_report(1)))  # written before there were any versions
    save_report(small_report(2), path, backups=backups)
    path.write_bytes(encode(small_report(99)))  # by another program
    save_report(small_report(3), path, backups=backups)
    read = [backups.read(version, CATALOG).report for version in backups.versions(path)]
    assert [report.values["3.1.1"] for report in read] == [3, 99, 2, 1]


def test_files_of_the_same_name_in_two_folders_are_two_files(
    backups: Backups, tmp_path: Path
) -> None:
    for folder in ("甲", "乙"):
        backups.keep(tmp_path / folder / "a.nianbao", folder.encode())
    assert [
        backups.content(version).decode() for version in backups.versions(tmp_path / "甲/a.nianbao")
    ] == ["甲"]
    assert {kept.original for kept in backups.files()} == {
        tmp_path / "甲" / "a.nianbao",
        tmp_path / "乙" / "a.nianbao",
    }


def test_the_folder_can_be_told_by_a_person(backups: Backups, tmp_path: Path) -> None:
    backups.keep(tmp_path / "某区某局 2019（修订）.nianbao", b"1")
    (folder,) = (tmp_path / "data" / "versions").iterdir()
    assert folder.name.startswith("某区某局2019（修订）-")


def test_a_version_is_restored_and_what_stood_there_is_kept(
    backups: Backups, tmp_path: Path
) -> None:
    path = tmp_path / "a.nianbao"
    for number in (1, 2):
        save_report(small_report(number), path, backups=backups)
    path.write_bytes(encode(small_report(99)))
    oldest = backups.versions(path)[-1]
    stamp = backups.restore(oldest)
    opened = open_report(path, CATALOG)
    assert opened.report == small_report(1)
    assert opened.stamp.sha256 == stamp.sha256
    assert [
        backups.read(version, CATALOG).report.values["3.1.1"] for version in backups.versions(path)
    ] == [99, 2, 1]


def test_a_file_that_is_gone_is_restored(backups: Backups, tmp_path: Path) -> None:
    path = tmp_path / "a.nianbao"
    save_report(small_report(), path, backups=backups)
    path.unlink()
    (kept,) = backups.files()
    backups.restore(kept.latest)
    assert open_report(path, CATALOG).report == small_report()


def test_a_version_can_be_restored_elsewhere(backups: Backups, tmp_path: Path) -> None:
    path = tmp_path / "a.nianbao"
    save_report(small_report(), path, backups=backups)
    backups.restore(backups.versions(path)[0], tmp_path / "b.nianbao")
    assert (tmp_path / "b.nianbao").read_bytes() == path.read_bytes()


def test_a_damaged_version_is_not_restored(backups: Backups, tmp_path: Path) -> None:
    path = tmp_path / "a.nianbao"
    save_report(small_report(), path, backups=backups)
    before = path.read_bytes()
    (version,) = backups.versions(path)
    version.file.write_bytes(b"rotten")
    with pytest.raises(NianbaoError) as caught:
        backups.restore(version)
    assert caught.value.problem is BackupProblem.DAMAGED
    assert path.read_bytes() == before


def test_what_is_no_version_is_passed_over(backups: Backups, tmp_path: Path) -> None:
    path = tmp_path / "a.nianbao"
    backups.keep(path, content(1))
    (folder,) = (tmp_path / "data" / "versions").iterdir()
    for name in ("desktop.ini", "000009-20209999T000000-0123456789abcdef.nianbao", "x.nianbao"):
        (folder / name).write_bytes(b"")
    (folder.parent / "stray.txt").write_bytes(b"")
    (folder.parent / "stray").mkdir()
    (folder.parent / "stray" / "path.json").write_bytes(b'{"path": 5}')
    assert numbers(backups, path) == [1]
    assert len(backups.files()) == 1


def test_a_folder_for_versions_that_cannot_be_made_is_a_remark_and_no_obstacle(
    tmp_path: Path,
) -> None:
    (tmp_path / "data").write_bytes(b"a file where the folder should be")
    path = tmp_path / "a.nianbao"
    stamp = save_report(small_report(), path, backups=Backups(tmp_path / "data" / "versions"))
    assert open_report(path, CATALOG).stamp.sha256 == stamp.sha256
    assert len(stamp.remarks) == 1
    assert "没有留下历史版本（" in stamp.remarks[0]


def test_the_remark_says_why_and_names_no_file_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "a.nianbao"
    full = FaultyFileSystem(1, errno.ENOSPC, stays=True)
    stamp = save_report(small_report(), path, backups=Backups(tmp_path / "versions", full))
    assert stamp.remarks == ("没有留下历史版本（磁盘空间不足）",)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_whatever_fails_while_versions_are_kept_the_save_stands_or_nothing_changed(
    tmp_path: Path, code: int
) -> None:
    for number in range(1, 45):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "a.nianbao"
        good = Backups(folder / "versions")
        save_report(small_report(1), path, backups=good)
        fs = FaultyFileSystem(number, code)
        try:
            save_report(small_report(2), path, backups=Backups(folder / "versions", fs), fs=fs)
        except NianbaoError:
            assert open_report(path, CATALOG).report == small_report(1)
        else:
            assert open_report(path, CATALOG).report == small_report(2)
        for version in good.versions(path):
            assert good.read(version, CATALOG).remarks == ()
        assert good.read(good.versions(path)[-1], CATALOG).report == small_report(1)


# -- comparing --------------------------------------------------------------------------------


def test_two_versions_are_compared_in_the_names_a_clerk_knows() -> None:
    one, other = small_report(3), small_report(5)
    other.values["7"] = Decimal("0.25")
    other.values["1.1"] = 0
    other.header["preparer"] = "王五"
    other.period = Period(2020)
    other.explanations["x@1"] = Explanation("另一个原因", 1, 2)
    other.baselines = (one.baselines[0]._replace(values={"3.1.1": 9}),)
    found = differences(one, other)
    assert [(difference.part, difference.key) for difference in found] == [
        (Part.PERIOD, ""),
        (Part.HEADER, "preparer"),
        (Part.CELL, "1.1"),
        (Part.CELL, "3.1.1"),
        (Part.CELL, "7"),
        (Part.EXPLANATION, "x@1"),
        (Part.BASELINE, "2018"),
    ]
    assert str(found[2]) == "（一）主动公开政府信息数：空白 → 0"
    assert str(found[4]).endswith("0.5 → 0.25")
    assert differences(one, small_report(3)) == []


def test_blank_zero_and_not_applicable_are_three_things() -> None:
    key = "2-1.1:made"
    shown: list[str] = []
    values = (None, 0, NOT_APPLICABLE)
    for before in values:
        for after in values:
            one, other = Report(FORM_2021, Period(2021)), Report(FORM_2021, Period(2021))
            one.values |= {} if before is None else {key: before}
            other.values |= {} if after is None else {key: after}
            shown += [f"{d.one}>{d.other}" for d in cell_differences(one, other)]
    assert shown == [">0", ">/", "0>", "0>/", "/>", "/>0"]


def test_reports_of_two_forms_can_be_compared() -> None:
    other = Report(FORM_2021, Period(2019), values={"3-1:natural": 1})
    parts = {difference.part for difference in differences(small_report(), other)}
    assert Part.FORM in parts
    assert Part.CELL in parts
