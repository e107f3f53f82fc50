"""Where commands may write: never over what is theirs to read, nor over what is no ordinary file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import main
from core.storage.backups import Backups
from core.system.folders import data_folder
from tests.core.figures import SAMPLE_2018

NEW = ["new", "--form", "cn-2014-beijing", "--year", "2019", "--unit-name", "甲"]
needs_nodes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such nodes")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "报表.nianbao"
    assert main([*NEW, "-o", str(path)]) == 0
    return path


def commands(report: Path) -> list[tuple[list[str], str]]:
    """The commands that write a new file, and the suffix of what they write."""
    return [
        (["export", str(report)], ".xlsx"),
        (NEW, ".nianbao"),
        (["form", "from-table", str(SAMPLE_2018)], ".toml"),
    ]


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    capsys.readouterr()
    assert main([str(argument) for argument in arguments]) == 2, arguments
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def test_a_command_never_writes_over_its_source(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Suffixes alone would forbid the plain case: the second name has the right one.
    other = tmp_path / "same.xlsx"
    os.link(report, other)
    before = report.read_bytes()
    for name in (report, other):
        for option in ([], ["--overwrite"]):
            refused(capsys, "export", report, "-o", name, *option)
    assert "就是要读取的文件" in refused(capsys, "export", report, "-o", other, "--overwrite")
    assert "它自己的上年数" in refused(capsys, "baseline", report, other)
    assert report.read_bytes() == other.read_bytes() == before


def test_a_file_that_is_there_needs_overwrite_and_is_kept(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command, suffix in commands(report):
        target = tmp_path / f"there{suffix}"
        target.write_bytes(b"precious " + suffix.encode())
        assert "--overwrite" in refused(capsys, *command, "-o", target)
        assert target.read_bytes() == b"precious " + suffix.encode()
        main([*command, "-o", str(target), "--overwrite"])
        said = capsys.readouterr().err
        assert target.read_bytes() != b"precious " + suffix.encode()
        backups = Backups(data_folder() / "versions")
        (version,) = backups.versions(target)
        assert str(version.file) in said and version.file.suffix == suffix
        assert backups.content(version) == b"precious " + suffix.encode()


@pytest.mark.parametrize("name", ["a.xls", "a", "a.txt", "a.nianbao.bak", ".xlsx", "a.json"])
def test_a_suffix_of_another_kind_is_refused(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    for command, suffix in commands(report):
        assert suffix in refused(capsys, *command, "-o", tmp_path / name)
        assert not (tmp_path / name).exists()


@needs_nodes
@pytest.mark.parametrize("option", [[], ["--overwrite"]])
def test_pipes_devices_folders_and_circles_are_let_be(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    for number, (command, suffix) in enumerate(commands(report)):
        folder = tmp_path / str(number)
        (folder / f"folder{suffix}").mkdir(parents=True)
        os.mkfifo(folder / f"pipe{suffix}")
        (folder / f"device{suffix}").symlink_to("/dev/null")
        (folder / f"circle{suffix}").symlink_to(folder / f"circle{suffix}")
        (folder / f"lost{suffix}").symlink_to(folder / "gone" / "x")
        for name in ("folder", "pipe", "device", "circle", "lost"):
            target = folder / f"{name}{suffix}"
            before = os.lstat(target).st_mode
            refused(capsys, *command, "-o", target, *option)
            assert os.lstat(target).st_mode == before
        assert len(list(folder.iterdir())) == 5


@needs_nodes
def test_a_link_is_followed_to_an_ordinary_file(report: Path, tmp_path: Path) -> None:
    real = tmp_path / "real.xlsx"
    real.write_bytes(b"old")
    link = tmp_path / "link.xlsx"
    link.symlink_to(real)
    assert main(["export", str(report), "-o", str(link)]) == 2
    assert main(["export", str(report), "-o", str(link), "--overwrite"]) == 0
    assert link.is_symlink() and real.read_bytes().startswith(b"PK")


def test_an_exported_workbook_is_never_replaced_by_json(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook = tmp_path / "表.xlsx"
    assert main(["export", str(report), "-o", str(workbook)]) == 0
    before = workbook.read_bytes()
    assert "只能读取" in refused(capsys, "set", workbook, "3.1.1=4")
    refused(capsys, "baseline", workbook, SAMPLE_2018)
    refused(capsys, "set", workbook, "3.1.1=4", "--force")
    assert workbook.read_bytes() == before


@needs_nodes
@pytest.mark.parametrize("command", ["set", "baseline", "read", "check", "export", "form check"])
def test_nothing_waits_for_a_pipe_or_reads_without_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    pipe = tmp_path / "pipe.nianbao"
    os.mkfifo(pipe)
    circle = tmp_path / "circle.nianbao"
    circle.symlink_to(circle)
    paths = [pipe, circle, Path("/dev/zero"), Path("/proc/self/maps"), Path("/proc/self/mem")]
    rest = {"set": ["3.1=1"], "baseline": [SAMPLE_2018], "export": ["-o", tmp_path / "x.xlsx"]}
    for path in paths:
        if command == "form check" and path.parts[1] == "proc":
            continue  # an empty form has mistakes, which is exit 1
        refused(capsys, *command.split(), path, *rest.get(command, []))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
@pytest.mark.parametrize("which", ["stdout", "stderr", "both"])
def test_output_to_a_full_device_is_exit_2_without_a_traceback(which: str) -> None:
    for command in (["forms"], ["forms", "--json"], ["check", str(SAMPLE_2018)], ["read", "none"]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "core", *command],
                stdout=subprocess.PIPE if which == "stderr" else full,
                stderr=subprocess.PIPE if which == "stdout" else full,
                check=False,
            )
        if which == "stdout" or command[0] == "read":
            assert done.returncode == 2
        said = (done.stderr or b"").decode()
        assert "Traceback" not in said and "Exception" not in said
        if which == "stdout" and command[0] != "read":
            assert said.splitlines()[-1] == "结果没有写完（磁盘空间不足）。"
