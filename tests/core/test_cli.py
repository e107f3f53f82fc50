"""The command line: its JSON and exit codes are contracts that other people's scripts rely on."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from tests.core.figures import SAMPLE_2018, figures_2018


class Command:
    """Runs commands in this process; what they print and their exit code."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.err = ""

    def __call__(self, *arguments: object) -> tuple[int, str]:
        code = main([str(argument) for argument in arguments])
        captured = self._capsys.readouterr()
        self.err = captured.err
        return code, captured.out

    def json(self, *arguments: object) -> tuple[int, Any]:
        code, out = self(*arguments)
        return code, json.loads(out, parse_float=Decimal)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


def new_report(run: Command, folder: Path, year: int = 2019) -> Path:
    path = folder / "报表.nianbao"
    code, _ = run(
        "new", "--form", "cn-2014-beijing", "--year", year, "--unit-name", "某区某局", "-o", path
    )
    assert code == 0
    return path


def test_read_the_real_report(run: Command) -> None:
    code, content = run.json("read", SAMPLE_2018, "--json")
    assert code == 0
    assert content["form"] == "cn-2014-beijing"
    assert content["year"] == 2018
    assert content["unit_name"] == "通州区政务服务管理办公室"
    assert content["values"] == figures_2018()
    assert content["not_applicable"] == content["missing"] == content["unmatched"] == []
    assert 0.9 < content["confidence"] <= 1
    assert set(content["header"]) >= {"unit_name", "leader", "preparer", "phone", "date"}


def test_check_the_real_report(run: Command) -> None:
    code, content = run.json("check", SAMPLE_2018, "--json")
    assert code == 1
    assert content["ready"] is False
    assert content["blank"] == []
    (finding,) = content["findings"]
    assert finding["level"] == "warning"
    assert finding["cells"] == ["1.3.4", "1.1"]
    assert (finding["left"], finding["right"]) == (188, 31)
    assert finding["explained"] is False
    assert "政务微信" in finding["message"]


def test_a_year_from_new_to_export(run: Command, tmp_path: Path) -> None:
    path = new_report(run, tmp_path)
    assert run("baseline", path, SAMPLE_2018)[0] == 0
    typed = {**figures_2018(), "8.4": "0.123456", "1.3.4": 31}
    del typed["3.1"]  # computes itself
    code, _ = run("set", path, *(f"{key}={value}" for key, value in typed.items()))
    assert code == 0
    code, content = run.json("check", path, "--json")
    assert [f["check"] for f in content["findings"]] == ["与上年相比@1.3.4"]
    assert code == 1
    assert content["blank"] == []
    workbook = tmp_path / "统计表.xlsx"
    code, out = run("export", path, "-o", workbook)
    assert code == 0
    assert "尚不可报送" in out
    code, content = run.json("read", workbook, "--json")
    assert content["values"]["8.4"] == Decimal("0.123456")
    assert content["values"]["3.1"] == 3
    assert content["confidence"] == 1
    assert content["year"] == 2019
    code, content = run.json("check", workbook, "--json")
    assert [f["check"] for f in content["findings"]] == ["与上年相比@1.3.4"]


def test_ready_is_exit_0(run: Command, tmp_path: Path) -> None:
    path = new_report(run, tmp_path)
    values = {**figures_2018(), "1.3.4": 31}
    run("set", path, *(f"{key}={value}" for key, value in values.items()))
    code, content = run.json("check", path, "--json")
    assert (code, content) == (0, {"ready": True, "blank": [], "findings": []})


def test_check_against_a_given_baseline(run: Command, tmp_path: Path) -> None:
    path = new_report(run, tmp_path)
    run("set", path, "6=12")
    before = path.read_bytes()
    _, content = run.json("check", path, "--baseline", SAMPLE_2018, "--json")
    (finding,) = content["findings"]
    assert (finding["left"], finding["right"]) == (12, 0)
    assert path.read_bytes() == before


def test_set_is_all_or_nothing(run: Command, tmp_path: Path) -> None:
    path = new_report(run, tmp_path)
    before = path.read_bytes()
    for bad in ("3.1.2=2.5", "3.1.2=-1", "3.1.2=/", "3.1.2=3万", "99=1", "3.1.2", "=4", "a=b=c"):
        code, _ = run("set", path, "3.1.1=7", bad)
        assert code == 2, bad
        assert run.err.count("\n") == 1
        assert path.read_bytes() == before
    assert run("set", path, "3.1.1=１，０２４", "3.1.2= 3 ")[0] == 0
    assert json.loads(path.read_text(encoding="utf-8"))["values"] == {"3.1.1": 1024, "3.1.2": 3}
    assert run("set", path, "3.1.1=")[0] == 0
    assert json.loads(path.read_text(encoding="utf-8"))["values"] == {"3.1.2": 3}


def test_set_leaves_totals_computing(run: Command, tmp_path: Path) -> None:
    path = new_report(run, tmp_path)
    parts = {"3.1.1": 1, "3.1.2": 0, "3.1.3": 0, "3.1.4": 2}
    assert run("set", path, *(f"{key}={value}" for key, value in parts.items()), "3.1=3")[0] == 0
    assert run("set", path, "3.1.4=5")[0] == 0
    _, content = run.json("read", path, "--json")
    assert content["values"]["3.1"] == 6


def test_not_applicable_in_the_2021_form(run: Command, tmp_path: Path) -> None:
    path = tmp_path / "b.nianbao"
    run("new", "--form", "cn-2021", "--year", "2023", "--unit-name", "甲", "-o", path)
    assert run("set", path, "2-1.1:made=/", "3-1:natural=4")[0] == 0
    _, content = run.json("read", path, "--json")
    assert content["not_applicable"] == ["2-1.1:made"]
    assert content["values"] == {"3-1:natural": 4}
    assert run("set", path, "3-1:natural=/")[0] == 2


def test_forms(run: Command) -> None:
    code, content = run.json("forms", "--json")
    assert code == 0
    assert {form["id"]: form["cells"] for form in content} == {
        "cn-2014": 58,
        "cn-2014-beijing": 71,
        "cn-2019": 198,
        "cn-2021": 200,
    }
    assert {form["id"]: tuple(form["in_force"].values()) for form in content} == {
        "cn-2014": ("2014", "2018"),
        "cn-2014-beijing": ("2014", "2018"),
        "cn-2019": ("2019", "2020"),
        "cn-2021": ("2021", None),
    }


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.xlsx"),
        (b"PK\x03\x04 truncated", "half.xlsx"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "picture.xlsx"),
        (b'{"some": "other program"}', "other.json"),
        (b'{"format": 99, "form": {"id": "cn-2014-beijing"}}', "newer.nianbao"),
        (b'{"format": 1, "form"', "cut.nianbao"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "ole.doc"),
        (bytes(4096), "zeros.nianbao"),
        ("没有表格的普通文字".encode(), "text.txt"),
    ],
)
@pytest.mark.parametrize("command", ["read", "check"])
def test_a_file_that_is_not_what_it_claims(
    run: Command, tmp_path: Path, command: str, content: bytes, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    code, out = run(command, path, "--json")
    assert code == 2
    assert out == ""
    assert run.err.count("\n") == 1
    assert name in run.err
    assert "Traceback" not in run.err
    assert path.read_bytes() == content


def test_errors_are_one_line(run: Command, tmp_path: Path) -> None:
    path = new_report(run, tmp_path)
    for arguments in (
        ("read", tmp_path / "none.xlsx"),
        ("read", tmp_path),
        ("nonsense",),
        (),
        ("new", "--form", "x", "--year", "2019", "--unit-name", "a", "-o", tmp_path / "x.nianbao"),
        ("new", "--form", "cn-2021", "--year", "19", "--unit-name", "a", "-o", tmp_path / "x"),
        ("new", "--form", "cn-2021", "--year", "2019-Q1", "--unit-name", "a", "-o", tmp_path / "x"),
        ("new", "--form", "cn-2021", "--year", "2019", "--unit-name", "a", "-o", path),
        ("export", path, "-o", tmp_path / "gone" / "a.xlsx"),
        ("set", SAMPLE_2018, "3.1=1"),
        ("read", SAMPLE_2018, "--form", "cn-1999"),
    ):
        assert run(*arguments)[0] == 2, arguments
        assert run.err.count("\n") == 1, arguments
        assert any("一" <= character <= "鿿" for character in run.err)


def test_the_same_program_as_a_module() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "core", "check", str(SAMPLE_2018)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 1
    assert "▲需要说明 4.政务微信公开政府信息数 为 188" in result.stdout
    assert "尚不可报送" in result.stdout


def test_a_file_without_a_year_is_checked_and_said_so(run: Command, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rows = ["统计指标,单位,统计数", "（一）收到申请数,件,4"]
    rows += [f"{n}.{label}申请数,件,1" for n, label in enumerate(("当面", "传真", "网络"), 1)]
    path.write_text("\n".join([*rows, "4.信函申请数,件,0"]), encoding="utf-8")
    code, out = run("check", path, "--form", "cn-2014-beijing")
    assert code == 1
    assert "（一）收到申请数 为 4，其明细之和为 3" in out
    assert "没有写明报告期" in run.err
