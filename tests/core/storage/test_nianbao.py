"""The .nianbao file: nothing of a report is lost in it, and it can be read by a person."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings

from core.problems import NianbaoError, Problem
from core.report import Baseline, Explanation, Report
from core.storage import migrations
from core.storage.jsontext import JsonObject, pretty
from core.storage.nianbao import FileProblem, Opened, decode, encode, report_out
from core.values import NOT_APPLICABLE
from tests.core.storage.made import CATALOG, FORM_2014, SAMPLES, Made, reports, small_report

FILE = "某局2019.nianbao"


def opened(content: JsonObject) -> Opened:
    return decode(pretty(content).encode(), FILE, CATALOG)


def refused(data: bytes) -> tuple[Problem, str]:
    with pytest.raises(NianbaoError) as caught:
        decode(data, FILE, CATALOG)
    assert FILE in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value.problem, str(caught.value)


def exact_types(report: Report) -> list[object]:
    """What equality overlooks: 5 equals Decimal(5), but they are not the same kind of figure."""
    explained = [known for _, known in sorted(report.explanations.items())]
    return [
        {key: type(value) for key, value in report.values.items()},
        [{key: type(value) for key, value in known.values.items()} for known in report.baselines],
        [isinstance(side, Fraction) for known in explained for side in (known.left, known.right)],
    ]


@given(reports())
@settings(max_examples=100, deadline=None)
def test_any_report_comes_back_the_same(made: Made) -> None:
    report = made.report
    data = encode(report)
    back = decode(data, FILE, CATALOG)
    assert back.report == report
    assert exact_types(back.report) == exact_types(report)
    assert back.remarks == ()
    assert encode(back.report) == data


def test_a_person_can_read_it() -> None:
    text = encode(small_report()).decode()
    assert '\n "period": "2019",\n' in text
    assert '\n  "unit_name": "某区某局",\n' in text
    assert '\n  "7": 0.5\n' in text
    assert json.loads(text)["explanations"]["x@1"] == {
        "text": "因为\n如此",
        "left": "1/3",
        "right": 0.5,
    }


def test_saving_without_change_gives_the_same_bytes() -> None:
    assert encode(small_report()) == encode(small_report())


def test_figures_keep_all_their_digits() -> None:
    report = small_report()
    report.values.update({"3.1": 999_999_999_999_999, "7": Decimal("999999998.999999")})
    assert b'"3.1": 999999999999999,' in encode(report)
    assert b'"7": 999999998.999999' in encode(report)
    assert decode(encode(report), FILE, CATALOG).report.values == report.values


def test_a_byte_order_mark_of_an_editor_is_no_harm() -> None:
    data = b"\xef\xbb\xbf" + encode(small_report()).replace(b"\n", b"\r\n")
    assert decode(data, FILE, CATALOG).report == small_report()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", FileProblem.EMPTY),
        (b"\0" * 5000, FileProblem.DAMAGED),
        (b"PK\x03\x04", FileProblem.NOT_OURS),
        (b"\xd0\xcf\x11\xe0", FileProblem.NOT_OURS),
        ("一、主动公开情况".encode("gbk"), FileProblem.NOT_OURS),
        ('{"format": 1}'.encode("utf-16"), FileProblem.NOT_OURS),
        (b"[]", FileProblem.NOT_OURS),
        (b"null", FileProblem.NOT_OURS),
        (b'{"name": "package", "version": "1.0"}', FileProblem.NOT_OURS),
        (b'{"format": "1", "form": {}}', FileProblem.NOT_OURS),
        (b'{"format": true, "form": {}}', FileProblem.NOT_OURS),
        (b'{"format": -1, "form": {}}', FileProblem.NOT_OURS),
        (b'{"format": 3, "form": 5}', FileProblem.NEWER),
        (b'{"format": 1, "form": {"id": "no-such"}}', FileProblem.NO_FORM),
        (b'{"format": 1, "form": {"id": "../../etc/passwd"}}', FileProblem.NO_FORM),
        (b'{"format": 1, "form": "cn-2021"}', FileProblem.DAMAGED),
        (b'{"format": 1, "form": {"id": "cn-2021"}}', FileProblem.DAMAGED),
        (b'{"format": 1, "format": 1, "form": {}}', FileProblem.DAMAGED),
        (b'{"format": 1, "form": NaN}', FileProblem.DAMAGED),
        (b'{"format": 1, "form": -Infinity}', FileProblem.DAMAGED),
        (b'{"a":' * 100_000, FileProblem.DAMAGED),
        (b'{"a": [' + b"0," * 500_000 + b"0]}", FileProblem.TOO_LARGE),
        (b" " * (17 * 2**20), FileProblem.TOO_LARGE),
        (encode(small_report())[:-40], FileProblem.DAMAGED),
        (encode(small_report()).replace(b'"2019"', b'"2019-Q3"'), FileProblem.BAD_PERIOD),
        (encode(small_report()).replace(b'"2019"', b'"9999"'), FileProblem.BAD_PERIOD),
        (encode(small_report()).replace("某".encode(), b"\xff"), FileProblem.DAMAGED),
    ],
)
def test_what_is_no_report_is_refused_in_one_sentence(data: bytes, problem: Problem) -> None:
    assert refused(data)[0] is problem


def test_the_sentence_for_a_newer_format_tells_the_way_out() -> None:
    _, sentence = refused(b'{"format": 7, "form": {}}')
    assert "更新版本" in sentence
    assert "升级" in sentence


@pytest.mark.parametrize(
    "value",
    ["-1", "1.5", "1e400", "1" + "0" * 400, '"5"', "true", "[1]", "{}", '"/"', "1e-999999"],
)
def test_what_a_cell_cannot_take_is_left_blank_and_named(value: str) -> None:
    left_blank(value)


@pytest.mark.parametrize("value", ["0.50000000000000000000000000000000000000001", "-0.5", '"NaN"'])
def test_what_would_have_to_be_rounded_is_left_blank_and_named(value: str) -> None:
    left_blank(value)


def left_blank(value: str) -> None:
    data = encode(small_report()).replace(b'"3.1.1": 3', b'"3.1.1": ' + value.encode())
    result = decode(data, FILE, CATALOG)
    assert "3.1.1" not in result.report.values
    assert result.report.values["7"] == Decimal("0.5")
    (remark,) = result.remarks
    assert "当面申请数" in remark


@pytest.mark.parametrize("value", ["3.0", "3e0", "0.3e1"])
def test_another_spelling_of_the_same_count_is_a_count(value: str) -> None:
    data = encode(small_report()).replace(b'"3.1.1": 3', b'"3.1.1": ' + value.encode())
    result = decode(data, FILE, CATALOG)
    assert result.report.values["3.1.1"] == 3
    assert isinstance(result.report.values["3.1.1"], int)
    assert result.remarks == ()


def test_unknown_cells_are_named_once_however_many() -> None:
    content = report_out(small_report())
    content["values"] = {"3.1.1": 3} | {f"9.{n}": 1 for n in range(100, 5100)}
    result = opened(content)
    assert result.report.values == {"3.1.1": 3}
    assert len(result.remarks) == 1
    assert "5000 处" in result.remarks[0]
    assert len(result.remarks[0]) < 200


def test_a_form_of_the_same_id_but_another_content_is_told_of() -> None:
    content = report_out(small_report())
    content["form"] = {"id": FORM_2014.id, "digest": "0" * 64}
    result = opened(content)
    assert result.report == small_report()
    assert "内容不同" in result.remarks[0]


def test_what_the_program_does_not_know_is_told_of() -> None:
    content = report_out(small_report())
    content["macro"] = "=cmd"
    content["header"] = {"unit_name": "某局", "boss": "x"}
    result = opened(content)
    assert result.report.unit_name == "某局"
    assert ["macro" in remark for remark in result.remarks] == [True, False]
    assert "boss" in result.remarks[1]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("某\u202e局", "某局"),
        ("某\u0000局\u0007", "某局"),
        ("某\n局", "某 局"),
        ("某\ud800局", "某局"),
        ("某\ufffe局", "某局"),
    ],
)
def test_invisible_characters_are_taken_out_and_told_of(written: str, read: str) -> None:
    data = pretty(report_out(small_report())).replace('"某区某局"', json.dumps(written), 1)
    result = decode(data.encode(), FILE, CATALOG)
    assert result.report.unit_name == read
    assert "控制字符" in result.remarks[0]


def test_a_text_of_a_hundred_thousand_characters_is_cut_and_told_of() -> None:
    report = small_report()
    report.header["unit_name"] = "某" * 100_000
    result = decode(encode(report), FILE, CATALOG)
    assert result.report.unit_name == "某" * 1000
    assert "填报单位" in result.remarks[0]


def test_texts_that_cannot_be_written_do_not_stop_a_save() -> None:
    report = small_report()
    report.header["unit_name"] = "某\ud800局\u202e"
    assert decode(encode(report), FILE, CATALOG).report.unit_name == "某局"


@pytest.mark.parametrize(
    "figure", ['"1/0"', '"x"', "null", "true", "1e999999", '"1/3/4"', '"' + "9" * 3000 + '/1"']
)
def test_an_explanation_of_impossible_figures_is_left_out_and_told_of(figure: str) -> None:
    data = encode(small_report()).replace(b'"1/3"', figure.encode())
    result = decode(data, FILE, CATALOG)
    assert result.report.explanations == {}
    assert "审核说明" in result.remarks[0]


@pytest.mark.parametrize(
    "broken",
    [5, {}, {"period": "2018"}, {"period": 2018, "values": {}}, {"period": "18", "values": {}}],
)
def test_a_broken_baseline_is_left_out_and_told_of(broken: object) -> None:
    content = json.loads(encode(small_report()))
    content["baselines"] = [broken]
    result = decode(json.dumps(content).encode(), FILE, CATALOG)
    assert result.report == replace(small_report(), baselines=())
    assert "上年数" in result.remarks[0]


def test_two_baselines_of_one_period_are_told_of() -> None:
    content = json.loads(encode(small_report()))
    content["baselines"] *= 2
    result = decode(json.dumps(content).encode(), FILE, CATALOG)
    assert result.report == small_report()
    assert "2018年度" in result.remarks[0]


def test_a_typed_cell_marked_as_computed_counts_as_typed() -> None:
    content = report_out(small_report())
    content["computed"] = ["7", "3.1", 5, None]
    result = opened(content)
    assert result.report.computed == set()
    assert len(result.remarks) == 1


def test_not_applicable_is_kept_where_it_may_stand() -> None:
    form = CATALOG.form("cn-2021")
    report = Report(form, small_report().period, values={"2-1.1:made": NOT_APPLICABLE})
    assert decode(encode(report), FILE, CATALOG).report.values["2-1.1:made"] is NOT_APPLICABLE


# -- older formats ----------------------------------------------------------------------------


def test_there_is_a_sample_of_every_format() -> None:
    expected = {f"format-{number}.nianbao" for number in (*migrations.STEPS, migrations.FORMAT)}
    assert {path.name for path in SAMPLES.glob("*.nianbao")} == expected


@pytest.mark.parametrize("number", [*migrations.STEPS, migrations.FORMAT])
def test_the_sample_of_each_format_opens_with_all_it_holds(number: int) -> None:
    data = (SAMPLES / f"format-{number}.nianbao").read_bytes()
    report = decode(data, FILE, CATALOG).report
    assert report.unit_name == "某区某局"
    assert str(report.period) == "2019"
    assert report.values == {"3.1": 3, "3.1.1": 3, "7": Decimal("0.5")}
    assert report.computed == {"3.1"}
    assert report.explanations == {"steady@3.1.1": Explanation("群众来访增加", 3, 0)}
    assert report.baselines == (
        Baseline(report.period.shifted(-1), "某区某局", FORM_2014.id, {"3.1": 0}, "上年.xls", ""),
    )
    told = [section.heading for section in report.text.sections]
    assert told == (["一、工作总体情况"] if number >= 2 else [])


def test_steps_are_taken_one_after_the_other() -> None:
    steps = {
        0: lambda old: {**old, "trail": "0"},
        1: lambda old: {**old, "trail": f"{old['trail']}1"},
        2: lambda old: {**old, "trail": f"{old['trail']}2"},
    }
    assert migrations.migrated({"format": 0}, steps) == {"format": 3, "trail": "012"}
    assert migrations.migrated({"format": 3}, steps) == {"format": 3}


def test_migrating_leaves_the_old_object_as_it_was() -> None:
    old: JsonObject = {"format": 0, "form": {}, "baseline": None}
    assert migrations.migrated(old) == {"format": 2, "form": {}, "baselines": []}
    assert old == {"format": 0, "form": {}, "baseline": None}
