"""Whose a report is, which version counts, what is asked of a person, and last year."""

from __future__ import annotations

import io
import json
import os
import random
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.catalog import Catalog
from core.cli import main
from core.period import Period
from core.problems import NianbaoError
from core.rollup.chasing import Chase, approved, chase_state, returned, write_letters
from core.rollup.kept import Kept, decode, encode
from core.rollup.model import Decision, UnitState
from core.rollup.session import Progress, Rollup
from core.rollup.units import ListProblem, read_units
from core.storage.nianbao import encode as encode_report
from core.values import CellValue
from tests.core.figures import SAMPLE_2018, checks_of, consistent_2014, consistent_2021
from tests.core.rollup.made import Exporter, as_plain_workbook, as_word, package, report_of

FORM = Catalog.standard().form("cn-2014-beijing")


def figures(seed: int) -> dict[str, CellValue]:
    return consistent_2014(FORM, random.Random(seed))


class Office:
    """A receiving office: a folder of reports, a list, and runs of the command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "报来"
        self.folder.mkdir()
        self.out = folder
        self.list = folder / "名单.csv"
        self._runs = 0
        self.err = ""

    def put(self, name: str, data: bytes, hour: int = 0) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (1_546_300_800 + hour * 3600,) * 2)
        return path

    def listed(self, *rows: str, head: str = "单位全称,代码,组别,层级,曾用名和简称,邮箱") -> None:
        self.list.write_text("\n".join([head, *rows]), encoding="utf-8")

    def run(self, *more: object, keep: str = "") -> tuple[int, Any]:
        self._runs += 1
        out = self.out / f"汇总{self._runs}.xlsx"
        arguments = ["rollup", self.folder, "-o", out, "--json", *more]
        if self.list.exists():
            arguments += ["--units", self.list]
        if keep:
            arguments += ["--keep", self.out / keep]
        printed, said = io.StringIO(), io.StringIO()
        with redirect_stdout(printed), redirect_stderr(said):
            code = main([str(word) for word in arguments])
        self.err = said.getvalue()
        return code, json.loads(printed.getvalue(), parse_float=Decimal) if code < 2 else None

    def rollup(self, kept: Kept | None = None) -> Rollup:
        units = read_units(self.list) if self.list.exists() else None
        made = Rollup(self.folder, Catalog.standard(), units=units, kept=kept, workers=0)
        made.scan()
        return made


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def nianbao(unit: str, seed: int = 1, **changed: CellValue) -> bytes:
    values = {**figures(seed), **{key.replace("_", "."): v for key, v in changed.items()}}
    return encode_report(report_of(unit, values))


def states(told: dict[str, Any]) -> dict[str, str]:
    return {unit["name"]: unit["state"] for unit in told["units"]}


# -- whose file -------------------------------------------------------------------------------------


def test_complete_and_clean_is_0_and_the_sum_is_that_of_both(office: Office) -> None:
    office.put("a.nianbao", nianbao("甲局", 1))
    office.put("b.nianbao", nianbao("乙局", 2))
    code, told = office.run()
    assert code == 0
    assert told["complete"]
    one, two = figures(1), figures(2)
    assert all(told["totals"]["all"][key] == one[key] + two[key] for key in one)  # type: ignore[operator]
    assert told["totals"]["own"] == told["totals"]["all"]


def test_equal_and_listed_names_are_sure_and_alike_ones_are_asked_about(office: Office) -> None:
    office.listed(
        "某市某区教育局,1,区直,本级,,", "某市某区财政局,2,区直,本级,某区财局；原税务所,",
        "某市某区水务局,3,区直,本级,,", "某市某区民政局,4,区直,下辖,,",
    )  # fmt: skip
    office.put("1.nianbao", nianbao("某市 某区教育局（章）".replace("（章）", ""), 1))
    office.put("2.nianbao", nianbao("原税务所", 2))
    office.put("3.nianbao", nianbao("某市某区水务管理局", 3))
    code, told = office.run()
    assert code == 1
    assert list(states(told).values()) == ["read", "read", "to_confirm", "missing"]
    (asked,) = told["to_confirm"]
    assert (asked["source"], asked["unit"]) == ("3.nianbao", "某市某区水务局")
    assert "水务管理局" in asked["reason"]
    one, two = figures(1), figures(2)
    assert told["totals"]["all"]["3.1"] == one["3.1"] + two["3.1"]  # type: ignore[operator]


def test_a_decision_counts_and_is_kept(office: Office) -> None:
    office.listed("某市某区教育局,1,,,,", "某市某区水务局,3,,,,")
    office.put("1.nianbao", nianbao("某市某区教育局", 1))
    office.put("3.nianbao", nianbao("某市某区水务管理局", 3))
    rollup = office.rollup()
    ((reading, _, _),) = rollup.result().to_confirm
    assert not rollup.result().is_complete
    rollup.decide(reading, Decision(agreed=True))
    assert rollup.result().is_complete
    kept = decode(encode(rollup.kept), "a.huizong")
    assert office.rollup(kept).result().is_complete
    rollup.decide(reading, Decision(unit="某市某区教育局"))
    assert [len(unit.others) for unit in rollup.result().units] == [1, 0]
    rollup.decide(reading, Decision(left_out=True))
    assert rollup.result().settled.left_out == (reading,)
    rollup.decide(reading, None)
    assert rollup.result().to_confirm


def test_a_file_without_a_unit_goes_by_its_name_or_its_sender(office: Office) -> None:
    office.listed("某区教育局,1,,,,jyj@example.cn", "某区财政局,2,,,,")
    report = report_of("", figures(1))
    office.put("2018年某区财政局政府信息公开统计表（定稿）.xlsx", as_plain_workbook(report))
    mail = b"From: jyj@example.cn\r\nDate: Mon, 7 Jan 2019 08:00:00 +0800\r\n"
    from core.writing.mail_draft import Attachment, draft

    content = as_plain_workbook(report_of("", figures(2)))
    office.put("信.eml", mail + draft("报表", "见附件", [Attachment("报表.xlsx", content)]))
    _, told = office.run()
    assert {unit["name"]: unit["source"] for unit in told["units"]} == {
        "某区教育局": "信.eml!报表.xlsx",
        "某区财政局": "2018年某区财政局政府信息公开统计表（定稿）.xlsx",
    }


def test_without_a_list_the_files_name_the_units_and_nobody_is_missing(office: Office) -> None:
    office.put("a.nianbao", nianbao("乙局", 1))
    office.put("b.docx", as_word(report_of("甲局", figures(2))))
    code, told = office.run()
    assert code == 0
    assert states(told) == {"乙局": "read", "甲局": "read"}


# -- versions ---------------------------------------------------------------------------------------


def test_of_several_versions_the_newest_counts_once(office: Office) -> None:
    office.put("旧.nianbao", nianbao("甲局", 1), hour=1)
    office.put("新.nianbao", nianbao("甲局", 2), hour=2)
    office.put("副本/新.nianbao", nianbao("甲局", 2), hour=2)
    code, told = office.run()
    assert code == 0
    assert told["totals"]["all"]["3.1"] == figures(2)["3.1"]
    (several,) = told["duplicates"]
    assert len(several["sources"]) == 3
    assert several["taken"].endswith("新.nianbao")


def test_two_versions_of_one_time_are_asked_about(office: Office) -> None:
    office.put("一.nianbao", nianbao("甲局", 1))
    office.put("二.nianbao", nianbao("甲局", 2))
    code, told = office.run()
    assert code == 1
    assert states(told) == {"甲局": "to_confirm"}
    assert told["totals"]["all"] == {}
    rollup = office.rollup()
    unit = rollup.result().units[0]
    assert unit.others
    rollup.decide(unit.others[0], Decision(taken=True))
    again = rollup.result().units[0]
    assert again.state is UnitState.READ
    assert again.taken == unit.others[0]
    rollup.decide(again.others[0], Decision(taken=True))
    assert rollup.result().units[0].taken == again.others[0]


def test_the_export_time_decides_before_the_file_time(office: Office) -> None:
    exporter = Exporter(report_of("甲局", figures(1)))
    office.put("a.xlsx", exporter(report_of("甲局", figures(2)), "2019-02-02T00:00:00Z"), hour=1)
    office.put("b.xlsx", exporter(report_of("甲局", figures(3)), "2019-01-01T00:00:00Z"), hour=9)
    _, told = office.run()
    assert told["duplicates"][0]["taken"] == "a.xlsx"


# -- last year, the sums, and what is strange -------------------------------------------------------


def test_last_year_is_compared_unit_by_unit_and_in_the_whole(
    office: Office, tmp_path: Path
) -> None:
    form = Catalog.standard().form("cn-2021")
    dice = random.Random(5)

    def put(unit: str, year: int, values: dict[str, CellValue]) -> None:
        report = report_of(unit, {})
        report.form, report.period = form, Period(year)
        report.values.update(values)
        office.put(f"{unit}{year}.nianbao", encode_report(report))

    before = {unit: consistent_2021(form, dice) for unit in ("甲局", "乙局", "丙局")}
    for unit, values in before.items():
        put(unit, 2022, values)
    code, _ = office.run(keep="去年.huizong")
    assert code == 0
    for path in office.folder.iterdir():
        path.unlink()
    now = {unit: consistent_2021(form, dice) for unit in ("甲局", "乙局", "丁局")}
    for unit, values in now.items():
        if unit != "丁局":
            _carry_over(values, before[unit])
        put(unit, 2023, values)
    now["乙局"]["3-2:natural"] = _int(now["乙局"]["3-2:natural"]) + 1
    put("乙局", 2023, now["乙局"])
    code, told = office.run("--last", tmp_path / "去年.huizong")
    assert code == 1
    found = {unit["name"]: [one["check"] for one in unit["findings"]] for unit in told["units"]}
    assert any("3-2" in check or "结转" in check for check in found["乙局"])
    assert not any("结转" in check for check in found["甲局"])
    whole = [one["message"] for one in told["findings"]]
    assert any("丙局" in message for message in whole)
    assert any("丁局" in message for message in whole)


def _carry_over(values: dict[str, CellValue], before: dict[str, CellValue]) -> None:
    """Makes 上年结转 last year's 结转下年度, and 新收 what is then missing."""
    for key in [key for key in values if key.startswith("3-2:")]:
        column = key.partition(":")[2]
        whole = _int(values[f"3-1:{column}"]) + _int(values[key])
        values[key] = before[f"3-4:{column}"]
        values[f"3-4:{column}"] = _int(values[f"3-4:{column}"]) + _int(values[key])
        values[f"3-1:{column}"] = whole


def _int(value: CellValue) -> int:
    assert isinstance(value, int)
    return value


def test_equal_figures_and_nothing_but_zeros_are_named(office: Office) -> None:
    office.put("a.nianbao", nianbao("甲局", 1))
    office.put("b.nianbao", nianbao("乙局", 1))
    zeros: dict[str, CellValue] = dict.fromkeys(FORM.cells, 0)
    office.put("c.nianbao", encode_report(report_of("丙局", zeros)))
    _, told = office.run()
    assert any("甲局" in one["message"] and "乙局" in one["message"] for one in told["findings"])
    zero = next(unit for unit in told["units"] if unit["name"] == "丙局")
    assert any("全部为 0" in one["message"] for one in zero["findings"])


def test_the_offices_own_report_is_held_against_the_sum(office: Office) -> None:
    office.put("a.nianbao", nianbao("甲局", 1))
    own = {**figures(1), "2.1": _int(figures(1)["2.1"]) + 5}
    office.put("o.nianbao", encode_report(report_of("某区政府办", own)))
    _, told = office.run("--office", "某区政府办")
    assert states(told) == {"甲局": "read"}
    assert any(
        "某区政府办" in one["message"] and "相差 5" in one["message"] for one in told["findings"]
    )


def test_blank_is_not_0(office: Office) -> None:
    values = figures(1)
    del values["9.1"]
    office.put("a.nianbao", encode_report(report_of("甲局", values)))
    office.put("b.nianbao", nianbao("乙局", 2))
    code, told = office.run()
    assert code == 1
    assert told["totals"]["all"]["9.1"] == figures(2)["9.1"]
    assert [unit["blank"] for unit in told["units"]] == [0, 1]


def test_the_real_report_needs_nobody_to_agree(office: Office) -> None:
    office.put("2018-统计表.txt", SAMPLE_2018.read_bytes())
    code, told = office.run("--form", "cn-2014-beijing", "--period", "2018")
    assert (code, told["complete"], states(told)) == (0, True, {"通州区政务服务管理办公室": "read"})


# -- refusals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["甲局,1,,,,", "乙局,2,,,,", "甲 局,3,,,,"], ["第 4 行", "第 2 行", "同名"]),
        (["甲局,1,,,,", "乙局,1,,,,"], ["第 3 行", "代码相同"]),
        (["甲局,1,,,,", "乙局,2,,,甲局,"], ["第 3 行", "曾用名或简称"]),
        ([",1,,,,"], ["第 2 行", "没有填写单位全称"]),
        (["甲局,1,,县级,,"], ["第 2 行", "层级"]),
        ([], ["没有单位"]),
    ],
)  # fmt: skip
def test_mistakes_in_a_list_are_named_by_line(
    office: Office, rows: list[str], words: list[str]
) -> None:
    office.listed(*rows)
    office.put("a.nianbao", nianbao("甲局"))
    code, _ = office.run()
    assert code == 2
    for word in words:
        assert word in office.err
    assert len(office.err.splitlines()) == 1


def test_a_list_without_a_heading_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "单.csv"
    path.write_text("甲局,乙局\n丙局,丁局\n", encoding="utf-8")
    with pytest.raises(NianbaoError) as refused:
        read_units(path)
    assert refused.value.problem is ListProblem.NO_HEADING


def test_a_list_of_one_column_in_any_order_under_titles(tmp_path: Path) -> None:
    path = tmp_path / "单.csv"
    path.write_text("某市\n\n单位名称\n甲局\n乙局\n", encoding="gb18030")
    assert [unit.name for unit in read_units(path).units] == ["甲局", "乙局"]


@pytest.mark.parametrize(
    "arguments",
    [["--period", "2019x"], ["--form", "none"], ["--last", "no.huizong"], ["-o", "out.docx"]],
)
def test_what_is_not_possible_is_2_in_one_line(office: Office, arguments: list[str]) -> None:
    office.put("a.nianbao", nianbao("甲局"))
    code, _ = office.run(*arguments)
    assert code == 2
    assert len(office.err.splitlines()) == 1


def test_an_empty_and_a_missing_folder_are_2(office: Office) -> None:
    assert office.run()[0] == 2
    office.folder.rmdir()
    assert office.run()[0] == 2


def test_names_that_look_like_formulas_are_text(office: Office) -> None:
    office.put("=cmd|x.nianbao", nianbao("=cmd|' /C calc'!A0", 1))
    office.put("<b>.nianbao", nianbao("<b>&局", 2))
    _, told = office.run()
    assert set(states(told)) == {"=cmd|' /C calc'!A0", "<b>&局"}
    from openpyxl import load_workbook

    book = load_workbook(office.out / "汇总1.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert "<b>&局" in {cell.value for cell in cells}


def test_the_kept_file_refuses_what_it_is_not(office: Office, tmp_path: Path) -> None:
    office.put("a.nianbao", nianbao("甲局"))
    office.run(keep="一.huizong")
    whole = (tmp_path / "一.huizong").read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        for data in (whole[:at], whole[:at] + b"\x00" + whole[at + 1 :]):
            try:
                decode(data, "一.huizong")
            except NianbaoError as error:
                assert "一.huizong" in str(error)
    (tmp_path / "一.huizong").write_bytes(whole[: len(whole) // 2])
    assert office.run(keep="一.huizong")[0] == 2
    assert (tmp_path / "一.huizong").read_bytes() == whole[: len(whole) // 2]


def test_the_kept_file_of_another_period_is_refused(office: Office) -> None:
    office.put("a.nianbao", nianbao("甲局"))
    office.run(keep="一.huizong")
    assert office.run("--period", "2020", keep="一.huizong")[0] == 2
    assert "2018" in office.err


# -- letters, drafts, and a scan that is watched ----------------------------------------------------


def test_letters_name_what_where_and_by_when(office: Office, tmp_path: Path) -> None:
    office.listed("甲局,1,,,,a@example.cn,2019-01-31", "乙局,2,,,,,", "丙局,3,,,,c@example.cn,",
                  head="单位全称,代码,组别,层级,曾用名和简称,邮箱,截止日期")  # fmt: skip
    office.put("丙.nianbao", nianbao("丙局", 3, **{"3_1": 999}))
    rollup = office.rollup()
    written, said = write_letters(rollup.result(), tmp_path / "信")
    assert [(one.kind.value, one.unit.name) for one in written] == [
        ("催报", "甲局"), ("催报", "乙局"), ("退回", "丙局"),
    ]  # fmt: skip
    assert "2019-01-31" in written[0].text
    assert "999" in written[2].text
    assert "丙.nianbao" in written[2].text
    assert any("乙局" in text for text in said)
    names = sorted(path.name for path in (tmp_path / "信").iterdir())
    assert names == ["催报_甲局.eml", "催报和退回.txt", "退回_丙局.eml"]


def test_states_of_chasing_follow_the_reports(office: Office) -> None:
    office.listed("甲局,1,,,,", "乙局,2,,,,")
    office.put("甲.nianbao", nianbao("甲局", 3, **{"3_1": 999}), hour=1)
    rollup = office.rollup()
    result = rollup.result()
    assert [chase_state(result, unit)[0] for unit in result.units] == [Chase.ERRORS, Chase.MISSING]
    taken = result.units[0].taken
    assert taken is not None
    rollup.kept.chased["甲局"] = returned(taken, "2019-01-10")
    result = rollup.result()
    assert chase_state(result, result.units[0]) == (Chase.RETURNED, "2019-01-10")
    office.put("甲.nianbao", nianbao("甲局", 3), hour=2)
    kept = decode(encode(rollup.kept), "x")
    result = office.rollup(kept).result()
    state, said = chase_state(result, result.units[0])
    assert state is Chase.SENT_AGAIN
    assert "999" in said
    again = result.units[0].taken
    assert again is not None
    kept.chased["甲局"] = approved(kept.chased["甲局"], again, "2019-01-12")
    result = office.rollup(kept).result()
    assert chase_state(result, result.units[0]) == (Chase.APPROVED, "2019-01-12")


def test_a_drafted_list_is_a_list(office: Office, tmp_path: Path) -> None:
    office.put("区直/甲.nianbao", nianbao("甲局", 1))
    office.put("乡镇/乙.docx", as_word(report_of("乙镇", figures(2))))
    office.put("乡镇/包.zip", package({"丙.nianbao": nianbao("丙镇", 3)}))
    out = tmp_path / "名单.xlsx"
    with redirect_stdout(io.StringIO()):
        assert main(["units", "draft", str(office.folder), "-o", str(out)]) == 0
    units = read_units(out).units
    assert {unit.name: unit.group for unit in units} == {
        "甲局": "区直",
        "乙镇": "乡镇",
        "丙镇": "乡镇",
    }


def test_a_cancelled_scan_keeps_what_it_read_and_goes_on(office: Office) -> None:
    for number in range(6):
        office.put(f"{number}.nianbao", nianbao(f"{number}局", number))
    rollup = Rollup(office.folder, Catalog.standard(), workers=0)
    seen: list[Progress] = []
    first = rollup.scan(seen.append, lambda: len(seen) >= 3)
    assert (first.read, first.cancelled) == (3, True)
    new, gone = rollup.changed_files()
    assert (len(new), gone) == (3, 0)
    (office.folder / "0.nianbao").unlink()
    second = rollup.scan()
    assert (second.read, second.unchanged, second.gone) == (3, 2, 1)
    assert len(rollup.result().units) == 5


def test_a_file_that_vanishes_while_it_is_read_has_a_line(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.put("a.nianbao", nianbao("甲局", 1))
    gone = office.put("b.nianbao", nianbao("乙局", 2))
    rollup = Rollup(office.folder, Catalog.standard(), workers=0)
    rollup.scan(cancelled=lambda: gone.unlink(missing_ok=True) is not None)
    (lost,) = rollup.result().settled.unreadable
    assert "不见了" in lost.problem


def test_findings_are_those_that_check_prints(office: Office) -> None:
    values = {**figures(4), "3.1": 500}
    path = office.put("a.nianbao", encode_report(report_of("甲局", values)))
    _, told = office.run()
    printed = io.StringIO()
    with redirect_stdout(printed):
        main(["check", str(path), "--json"])
    checked = json.loads(printed.getvalue(), parse_float=Decimal)
    assert told["units"][0]["findings"] == checked["findings"]
    assert checks_of("cn-2014-beijing").form.id == told["form"]
