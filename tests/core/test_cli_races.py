"""Commands that change one report at the same moment, or while a window has it open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.catalog import Catalog
from core.cli import main
from core.report import Report
from core.storage.backups import Backups
from core.storage.change import Writer
from core.storage.files import open_report, save_report
from core.storage.filesystem import FileSystem
from core.storage.lock import acquire, lock_file
from core.storage.station import Station, this_station
from core.system.folders import data_folder
from tests.bench.races import Race
from tests.core.figures import SAMPLE_2018

COLLEAGUE = Station("王五", "PC-2", "two", 4, "")
CATALOG = Catalog.standard()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "报表.nianbao"
    arguments = ["--form", "cn-2014-beijing", "--year", "2019", "--unit-name", "甲", "-o"]
    assert main(["new", *arguments, str(path)]) == 0
    return path


def values(path: Path) -> dict[str, int]:
    return json.loads(path.read_text(encoding="utf-8"))["values"]


def kept(path: Path) -> int:
    return len(Backups(data_folder() / "versions").versions(path))


@pytest.mark.parametrize("writers", [2, 8])
def test_of_commands_at_the_same_moment_none_is_lost(tmp_path: Path, writers: int) -> None:
    with Race(tmp_path, writers) as race:
        outcome = race.run(4)
    assert (outcome.lost, outcome.refused, outcome.leftovers) == (0, 0, 0)


def test_forced_commands_at_the_same_moment_wait_for_each_other(tmp_path: Path) -> None:
    with Race(tmp_path, 3, "--force") as race:
        assert acquire(race.report, COLLEAGUE).lock is not None
        outcome = race.run(4)
    assert (outcome.lost, outcome.refused, outcome.leftovers) == (0, 0, 1)


@pytest.mark.parametrize(
    "command", [["set", "3.1.1=4"], ["baseline", str(SAMPLE_2018)]], ids=["set", "baseline"]
)
def test_a_report_that_is_open_is_refused_with_who_has_it(
    report: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert acquire(report, COLLEAGUE).lock is not None
    before = report.read_bytes()
    name, *rest = command
    capsys.readouterr()
    assert main([name, str(report), *rest]) == 2
    said = capsys.readouterr().err.splitlines()
    assert "王五（PC-2）" in said[-1] and "--force" in said[-1]
    assert report.read_bytes() == before
    assert main([name, str(report), *rest, "--force"]) == 0
    assert report.read_bytes() != before
    assert (
        Backups(data_folder() / "versions").content(
            Backups(data_folder() / "versions").versions(report)[1]
        )
        == before
    )
    assert lock_file(report).exists(), "the holder's mark stays"


def test_two_names_of_one_report_are_one_report(report: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.nianbao"
    link.symlink_to(report)
    assert acquire(link, COLLEAGUE).lock is not None
    assert main(["set", str(report), "3.1.1=4"]) == 2
    assert main(["set", str(link), "3.1.1=4"]) == 2
    assert main(["set", str(link), "3.1.1=4", "--force"]) == 0
    assert link.is_symlink() and values(report) == {"3.1.1": 4}


def test_a_command_leaves_versions_and_no_mark(report: Path) -> None:
    assert main(["set", str(report), "3.1.1=4"]) == 0
    assert main(["set", str(report), "3.1.1=5"]) == 0
    assert [entry.name for entry in report.parent.iterdir()] == [report.name]
    assert kept(report) == 3


def test_what_was_saved_meanwhile_is_read_and_changed_again(report: Path, tmp_path: Path) -> None:
    writer = Writer(this_station(tmp_path / "d"), Backups(tmp_path / "v"), FileSystem())
    asked = 0

    def change(found: Report) -> Report:
        nonlocal asked
        asked += 1
        if asked < 3:  # a window that was there before saves what it has
            theirs = open_report(report, CATALOG).report
            theirs.values[f"3.1.{asked}"] = asked
            save_report(theirs, report)
        found.values["3.1.4"] = 9
        return found

    writer.change(report, CATALOG, change)
    assert asked == 3
    assert values(report) == {"3.1.1": 1, "3.1.2": 2, "3.1.4": 9}


def test_a_file_that_never_stays_as_read_is_let_be(report: Path, tmp_path: Path) -> None:
    writer = Writer(this_station(tmp_path / "d"), Backups(tmp_path / "v"), FileSystem())
    number = 0

    def change(found: Report) -> Report:
        nonlocal number
        number += 1
        theirs = open_report(report, CATALOG).report
        theirs.values["3.1.1"] = number
        save_report(theirs, report)
        return found

    with pytest.raises(Exception, match="一直被别的程序改动"):
        writer.change(report, CATALOG, change)
    assert values(report) == {"3.1.1": number}
    assert not lock_file(report).exists()
