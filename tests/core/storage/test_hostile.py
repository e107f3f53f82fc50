"""Files from anywhere: whatever the bytes are, a report or one sentence, in bounded time and memory."""

from __future__ import annotations

import json
import random
import time
import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.problems import NianbaoError
from core.session import Session
from core.storage.clean import clean_line
from core.storage.journals import Journals
from core.storage.jsontext import MAX_ITEMS, Json, JsonFault, parse, pretty
from core.storage.nianbao import Opened, decode, encode
from core.storage.recovery import recover
from core.values import NOT_APPLICABLE
from tests.core.storage.made import CATALOG, SAMPLES, small_report, station

FILE = "邮件附件.nianbao"
MEBIBYTE = 2**20


def survives(data: bytes) -> Opened | None:
    """Reads *data*, and uses what came of it as the program would."""
    try:
        opened = decode(data, FILE, CATALOG)
    except NianbaoError as error:
        sentence = str(error)
        assert 5 < len(sentence) < 400
        assert clean_line(sentence) == sentence
        return None
    report = opened.report
    for remark in opened.remarks:
        assert len(remark) < 600
        assert clean_line(remark) == remark
    for key, value in report.values.items():
        assert value is not None
        assert value is NOT_APPLICABLE or value >= 0
        assert isinstance(value, Decimal) is bool(report.form.cells[key].unit.decimals) or (
            value is NOT_APPLICABLE
        )
    assert all(clean_line(text) == text for text in report.header.values())
    again = decode(encode(report), FILE, CATALOG)
    assert again.report == report
    Session(report, CATALOG.checks(report.form.id))
    return opened


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "/", "2019", "1/3", "1/0", "cn-2021", "3.1", "\u202e", "\x00", "a" * 2000]
    ),
    st.text(max_size=8),
)
trees: st.SearchStrategy[Json] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["3.1", "7", "unit_name", "period", "values", "text", "left", "id"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)
PARTS = ["format", "program", "form", "period", "header", "values", "computed", "explanations"]


@given(st.binary(max_size=200))
@settings(max_examples=120, deadline=None)
def test_any_bytes(data: bytes) -> None:
    survives(data)


@given(st.dictionaries(st.sampled_from([*PARTS, "baselines", "baseline"]), trees, max_size=3))
@settings(max_examples=150, deadline=None)
def test_a_report_with_anything_in_its_place(changes: dict[str, Json]) -> None:
    content = parse(encode(small_report()))
    assert isinstance(content, dict)
    survives(pretty(content | changes).encode("utf-8", "surrogatepass"))


@given(st.sampled_from(["values", "header", "explanations"]), st.data())
@settings(max_examples=120, deadline=None)
def test_a_part_with_anything_inside(part: str, data: st.DataObject) -> None:
    content = parse(encode(small_report()))
    assert isinstance(content, dict)
    inside = content[part]
    assert isinstance(inside, dict)
    keys = st.one_of(st.sampled_from([*inside, "x", "", "\u202e"]), st.text(max_size=5))
    content[part] = inside | data.draw(st.dictionaries(keys, trees, max_size=4))
    survives(pretty(content).encode("utf-8", "surrogatepass"))


def mutated(rnd: random.Random, data: bytes) -> bytes:
    """*data* with a few places cut, doubled, overwritten or given another number."""
    out = bytearray(data)
    for _ in range(rnd.randrange(1, 5)):
        start = rnd.randrange(len(out) + 1)
        end = min(len(out), start + rnd.randrange(1, 30))
        choice = rnd.randrange(5)
        if choice == 0:
            del out[start:end]
        elif choice == 1:
            out[start:start] = out[start:end]
        elif choice == 2:
            out[start:end] = rnd.randbytes(end - start)
        elif choice == 3:
            out[start:end] = rnd.choice(
                [b"1e400", b"NaN", b"null", b"{", b"}", b'"', b"[[", b"-1", b"9" * 500, b"\xff"]
            )
        else:
            out[start:] = out[start:].swapcase()
        if not out:
            break
    return bytes(out)


def test_thousands_of_damaged_real_files() -> None:
    rnd = random.Random(7)
    sources = [path.read_bytes() for path in sorted(SAMPLES.iterdir())]
    sources.append(encode(small_report()))
    worst, opened, tried = 0.0, 0, 2000
    for _ in range(tried):
        data = mutated(rnd, rnd.choice(sources))
        start = time.perf_counter()
        opened += survives(data) is not None
        worst = max(worst, time.perf_counter() - start)
    print(f"{tried} inputs, {opened} opened, worst {worst * 1000:.1f} ms")
    assert 0 < opened < tried


def test_thousands_of_damaged_journals(tmp_path: Path) -> None:
    session = Session(small_report(), CATALOG.checks("cn-2014-beijing"))
    journal = Journals([tmp_path], station(1)).begin(session.report)
    for number in range(6):
        edit = session.fill_blank_with_zero([f"1.2.{number + 1}"])
        session.apply(edit)
        journal.record(edit, session.report)
    file = journal.abandon()
    assert file is not None
    whole = file.read_bytes()
    rnd = random.Random(8)
    recovered = 0
    for _ in range(400):
        file.write_bytes(mutated(rnd, whole))
        try:
            recovered += recover(file, CATALOG) is not None
        except NianbaoError as error:
            assert "\n" not in str(error)
    assert recovered > 50


BOMBS = {
    "nested lists": b"[" * (16 * MEBIBYTE),
    "nested objects": b'{"a":' * (3 * MEBIBYTE),
    "empty lists": b'{"format":1,"form":[' + b"[]," * (MAX_ITEMS // 2 - 10) + b"0]}",
    "small numbers": b'{"format":1,"form":[' + b"0.5," * (MAX_ITEMS - 10) + b"0]}",
    "one long number": b'{"format":1,"form":' + b"9" * (15 * MEBIBYTE) + b"}",
    "one long exponent": b'{"format":1,"form":1e' + b"9" * (15 * MEBIBYTE) + b"}",
    "one long fraction": b'{"format":1,"form":0.' + b"9" * (15 * MEBIBYTE) + b"}",
    "one long text": b'{"format":1,"form":"' + b"x" * (15 * MEBIBYTE) + b'"}',
    "escapes": b'{"format":1,"form":"' + b"\\ud800" * (2 * MEBIBYTE) + b'"}',
    "quotes": b'"' * (16 * MEBIBYTE),
    "spaces": b" " * (16 * MEBIBYTE),
    "keys": b'{"format":1,"form":{'
    + b",".join(b'"%d":0' % number for number in range(MAX_ITEMS - 10))
    + b"}}",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_of_the_largest_size_is_harmless(name: str) -> None:
    data = BOMBS[name]
    tracemalloc.start()
    start = time.perf_counter()
    try:
        survives(data)
        seconds = time.perf_counter() - start
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    print(f"{name}: {seconds:.2f} s, {peak / MEBIBYTE:.0f} MiB")
    assert peak < 256 * MEBIBYTE
    assert seconds < 10


@pytest.mark.parametrize(
    ("part", "figure"),
    [
        ("values", b'{"7": 0.' + b"1" * 10**6 + b"}"),
        ("values", b'{"3.1": ' + b"1" * 10**6 + b"}"),
        ("explanations", b'{"x": {"text": "", "left": ' + b"1" * 10**6 + b', "right": 0}}'),
        ("explanations", b'{"x": {"text": "", "left": "' + b"1" * 10**6 + b'/7", "right": 0}}'),
    ],
)
def test_a_figure_of_a_million_digits_is_left_out(part: str, figure: bytes) -> None:
    content = json.loads(encode(small_report()))
    content[part] = 0
    data = (
        json.dumps(content)
        .encode()
        .replace(f'"{part}": 0'.encode(), b'"%s": ' % part.encode() + figure)
    )
    opened = survives(data)
    assert opened is not None
    assert len(opened.remarks) == 1


@given(trees)
@settings(max_examples=120, deadline=None)
def test_what_is_written_is_read_the_same(value: Json) -> None:
    try:
        assert parse(pretty(value).encode("utf-8", "surrogatepass")) == value
    except JsonFault:
        assert any(0xD800 <= ord(c) < 0xE000 for c in pretty(value)), "only surrogates are refused"
