"""A made-up district in one folder: the sums are exact, every planted fault is found, none invented."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterable
from contextlib import redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from core.cli import main
from core.rollup.files import Task, read_file
from core.rollup.kept import KeptFile
from core.rollup.reading import ItemReader
from core.session import Session
from core.storage.filesystem import FileSystem
from core.writing.xlsx import workbook_bytes
from tests.core.figures import checks_of, consistent_2014
from tests.core.reading.containers import members
from tests.core.rollup import made
from tests.core.rollup.made import FORM_ID, REAL_UNIT, Exporter, Made, make, report_of

UNITS = 120


def independent_sum(truth: Path, units: Iterable[str]) -> dict[str, Decimal]:
    """The sum of the units' figures as the truth tells them; knows nothing of the program."""
    figures = json.loads(truth.read_text(encoding="utf-8"))["figures"]
    total: dict[str, Decimal] = {}
    for unit in units:
        for cell, text in figures[unit].items():
            if text not in ("", "/"):
                total[cell] = total.get(cell, Decimal(0)) + Decimal(text)
    return total


class Done:
    """One run of the command over the folder."""

    def __init__(self, folder: Made, output: Path, code: int, printed: str) -> None:
        self.made, self.output, self.code = folder, output, code
        self.json: dict[str, Any] = json.loads(printed, parse_float=Decimal)
        self.units = {unit["name"]: unit for unit in self.json["units"]}

    def faulty(self, fault: str) -> list[str]:
        return [unit for unit, planted in self.made.faults.items() if planted == fault]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("district"), UNITS)


def run(folder: Made, output: Path, *more: str, units: Path | None = None) -> Done:
    listed = str(units or folder.list)
    arguments = ["rollup", str(folder.sources), "--units", listed, "-o", str(output)]
    printed = io.StringIO()
    with redirect_stdout(printed):
        code = main([*arguments, "--json", *more])
    return Done(folder, output, code, printed.getvalue())


@pytest.fixture(scope="module")
def done(folder: Made, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return run(folder, tmp_path_factory.mktemp("out") / "汇总.xlsx")


def test_the_made_folder_holds_what_the_program_exports() -> None:
    form = checks_of(FORM_ID).form
    one, other = (
        report_of(name, consistent_2014(form, random.Random(7))) for name in ("甲", "乙丙")
    )
    exported = members(workbook_bytes(Session(other, checks_of(FORM_ID))))
    fast = members(Exporter(one)(other))
    for name, content in exported.items():
        if name != "docProps/core.xml":
            assert fast[name].decode() == content.decode(), name


def test_the_sums_are_exact(done: Done) -> None:
    counted = [u["name"] for u in done.json["units"] if u["state"] in ("read", "errors")]
    truth = done.made.folder / "真值.json"
    assert done.json["totals"]["all"] == independent_sum(truth, counted)
    own = [unit for unit in counted if unit not in done.made.lower]
    assert done.json["totals"]["own"] == independent_sum(truth, own)
    for group in made.GROUPS:
        some = [unit for unit in counted if done.made.groups[unit] == group]
        assert done.json["totals"]["groups"][group] == independent_sum(truth, some)
    assert len(counted) > UNITS * 0.8


def test_every_planted_fault_is_found(done: Done) -> None:
    told = done.json
    for unit, fault in done.made.faults.items():
        found = done.units[unit]
        if fault == "missing" or fault.startswith("broken") or fault in ("wrong year", "unlisted"):
            assert found["state"] == "missing", (unit, fault)
        elif fault == "renamed":
            assert found["state"] == "to_confirm"
            assert unit in [entry["unit"] for entry in told["to_confirm"]]
        elif fault == "unbalanced":
            assert found["state"] == "errors"
            assert any("其明细之和" in one["message"] for one in found["findings"])
        elif fault in ("changed", "seal"):
            assert found["seal"] == ("changed" if fault == "changed" else "broken")
            assert len(found["changed"]) == (fault == "changed")
        elif fault == "blank":
            assert found["blank"] == 1
        elif fault == "zero":
            assert any("全部为 0" in one["message"] for one in found["findings"])
        else:
            assert found["state"] == "read", (unit, fault)
    assert len(told["unreadable"]) == sum(f.startswith("broken") for f in done.made.faults.values())
    assert all(entry["reason"] for entry in told["unreadable"])
    assert [entry["unit_name"] for entry in told["unknown"]] == ["外市某某协会"]
    assert [entry["period"] for entry in told["wrong_period"]] == ["2017"]
    doubled = done.faulty("doubled") + done.faulty("corrected")
    assert sorted(entry["unit"] for entry in told["duplicates"]) == sorted(doubled)
    assert told["ignored"] == 3
    assert not told["complete"]
    assert done.code == 1


def test_the_newest_of_a_corrected_report_is_taken(done: Done) -> None:
    for entry in done.json["duplicates"]:
        if entry["unit"] in done.faulty("corrected"):
            assert "旧" not in entry["taken"]
            assert len(entry["sources"]) == 2


def test_no_fault_is_invented(done: Done) -> None:
    for unit, found in done.units.items():
        if unit not in done.made.faults:
            assert (found["state"], found["blank"], found["findings"]) == ("read", 0, []), unit
            assert found["seal"] in ("whole", "none")


def test_the_real_report_is_named(done: Done) -> None:
    (finding,) = done.units[REAL_UNIT]["findings"]
    assert "政务微信" in finding["message"]
    assert "188" in finding["message"]
    assert "31" in finding["message"]


def test_two_runs_give_equal_bytes(done: Done, tmp_path: Path) -> None:
    again = run(done.made, tmp_path / "再.xlsx")
    assert again.json == done.json
    assert again.output.read_bytes() == done.output.read_bytes()
    kept = again.output.with_suffix(".huizong").read_bytes()
    assert kept == done.output.with_suffix(".huizong").read_bytes()


def test_a_rerun_reads_only_what_is_new_or_failed(
    done: Done, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "一.huizong"
    kept.write_bytes(done.output.with_suffix(".huizong").read_bytes())
    read: list[str] = []

    def noted(task: Task, reader: ItemReader, fs: FileSystem) -> KeptFile:
        read.append(task.source)
        return read_file(task, reader, fs)

    monkeypatch.setattr("core.rollup.session.read_file", noted)
    again = run(done.made, tmp_path / "二.xlsx", "--keep", str(kept))
    assert again.json == done.json
    assert again.output.read_bytes() == done.output.read_bytes()
    # Archives that cannot be opened are looked at anew: their first bytes tell.
    assert {Path(source).suffix for source in read} <= {".rar", ".7z"}


def test_the_workbook_says_what_the_json_says(done: Done) -> None:
    book = load_workbook(done.output)
    names = book.sheetnames
    assert names[:3] == ["汇总表", "本级汇总表", "汇总情况"]
    assert names[3:] == ["分组汇总", "分单位", "审核情况", "未报送", "重复", "需确认", "读取情况"]
    rows = {row[0]: row[3] for row in book["分组汇总"].iter_rows(min_row=3, values_only=True)}
    for cell, total in done.json["totals"]["all"].items():
        assert Decimal(str(rows[cell])) == total, cell
    sheet = book["分单位"]
    assert sheet.freeze_panes == "C4"
    assert sheet.auto_filter.ref is not None
    by_unit = {row[1]: row for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert set(by_unit) == set(done.units)
    assert {sheet.page_setup.paperSize for sheet in book.worksheets} <= {9, "9"}
    assert all(cell.data_type != "f" for ws in book for row in ws.iter_rows() for cell in row)


def test_the_total_is_a_report_for_the_next_level_up(
    done: Done, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", str(done.output.with_suffix(".nianbao")), "--json"]) == 0
    values = json.loads(capsys.readouterr().out, parse_float=Decimal)["values"]
    assert values == done.json["totals"]["all"]


def test_a_list_in_any_encoding_gives_the_same(done: Done, tmp_path: Path) -> None:
    sheet = load_workbook(done.made.list).worksheets[0]
    path = tmp_path / "名单.csv"
    with path.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows(sheet.iter_rows(values_only=True))
    assert run(done.made, tmp_path / "c.xlsx", units=path).json == done.json
