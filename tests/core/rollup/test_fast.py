"""The quick way and the reader of all workbooks say the same, whatever happened to a workbook."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog import Catalog
from core.period import Period
from core.problems import NianbaoError
from core.report import Baseline, Explanation, Report
from core.rollup.fast import FastReader
from core.rollup.forms import SteadyCatalog
from core.rollup.model import Reading, Seal
from core.rollup.reading import ItemReader, read_slowly
from core.rollup.sources.items import Item
from core.session import Session
from core.writing.xlsx import workbook_bytes
from tests.core.figures import consistent_2014, consistent_2021
from tests.core.reading.containers import members, package

CATALOG = SteadyCatalog(Catalog.standard())
FILES = Path(__file__).parent / "files"
FILL = {"cn-2014-beijing": consistent_2014, "cn-2021": consistent_2021}


def exported(form_id: str, *, last: bool = False) -> bytes:
    form, dice = CATALOG.form(form_id), random.Random(3)
    report = Report(form, Period(2023 if form_id == "cn-2021" else 2018))
    report.header["unit_name"] = '某区"甲&乙"<局>_x000D_'
    report.values.update(FILL[form_id](form, dice))
    if last:
        del report.values[next(iter(form.cells))]
        before = Baseline(report.period.shifted(-1), "某局", form.id, FILL[form_id](form, dice))
        report.baselines = (before,)
        report.explanations["与上年相比@x"] = Explanation("原因 < 3 & 5", 1, 2)
    return workbook_bytes(Session(report, CATALOG.checks(form_id)))


#: Workbooks as they were exported, and as LibreOffice 7.4 saved them again.
WORKBOOKS: Mapping[str, Callable[[], bytes]] = {
    "exported 2014": lambda: exported("cn-2014-beijing"),
    "exported 2014 with a year before": lambda: exported("cn-2014-beijing", last=True),
    "exported 2021": lambda: exported("cn-2021"),
    "resaved 2014": (FILES / "resaved-cn-2014-beijing.xlsx").read_bytes,
    "resaved 2021": (FILES / "resaved-cn-2021.xlsx").read_bytes,
}
PARTS = {name: members(make()) for name, make in WORKBOOKS.items()}


def slowly(data: bytes) -> Reading | str:
    try:
        return read_slowly(Item("a.xlsx", "a.xlsx", data), Reading("a.xlsx"), CATALOG, None)
    except NianbaoError as error:
        return str(error)


def quickly(data: bytes) -> Reading | None:
    reader = ItemReader(CATALOG)
    if FastReader(CATALOG).read(data, "a.xlsx") is None:
        return None
    made = reader.read(Item("a.xlsx", "a.xlsx", data))
    return replace(made, sha256="", size=0, hints=())


@pytest.mark.parametrize("name", WORKBOOKS)
def test_unchanged_workbooks_go_the_quick_way(name: str) -> None:
    data = WORKBOOKS[name]()
    quick = quickly(data)
    assert quick is not None
    assert quick.seal is Seal.WHOLE
    assert quick == slowly(data)


def _digit(text: str, dice: random.Random) -> str:
    places = [found.start() for found in re.finditer(r"\d", text)]
    at = dice.choice(places)
    return f"{text[:at]}{dice.randint(0, 9)}{text[at + 1 :]}"


def _cut(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text))
    return text[:at] + text[at + dice.randint(1, 40) :]


def _twice(text: str, dice: random.Random) -> str:
    cells = re.findall(r"<c r=.*?(?:/>|</c>)", text)
    return text.replace("</row>", f"{dice.choice(cells)}</row>", 1) if cells else text


def _figure(text: str, dice: random.Random) -> str:
    cells = list(re.finditer(r"<v>([^<]*)</v>", text))
    if not cells:
        return text
    found = dice.choice(cells)
    new = dice.choice(
        ["", "7", f"{found[1]}.0", f"{found[1]}e0", " 3 ", "１", "-1", "&#51;", "1<!---->2"]
    )
    return f"{text[: found.start(1)]}{new}{text[found.end(1) :]}"


def _swap(old: str, *new: str) -> Callable[[str, random.Random], str]:
    def swapped(text: str, dice: random.Random) -> str:
        places = [found.start() for found in re.finditer(re.escape(old), text)]
        if not places:
            return text
        at = dice.choice(places)
        return text[:at] + dice.choice(new) + text[at + len(old) :]

    return swapped


TAMPERINGS = (
    _digit, _cut, _twice, _figure, _figure, _figure,
    _swap('t="n"', 't="str"', 't="b"', 't="e"', "", 't="s"'),
    _swap("<v>", "<f>1+1</f><v>", "<!-- --><v>", "<v/><v>"),
    _swap("<row ", '<row hidden="1" ', '<row ht="0" ', '<row x:hidden="true" '),
    _swap('numFmtId="0"', 'numFmtId="9"', 'numFmtId="14"', 'numFmtId="1"', 'numFmtId="4"'),
    _swap("</mergeCells>", '<mergeCell ref="A1:C90"/></mergeCells>', '<mergeCell ref="C6:C9"/></mergeCells>'),
    _swap("<font>", "<font><strike/>", '<font><vertAlign val="superscript"/>'),
    _swap('state="veryHidden"', 'state="visible"', ""),
    _swap('name="统计表"', 'name="表"', 'name="_nianbao"'),
    _swap("</sheetData>", "</sheetData><sheetData/>", "</sheetData><!-- <c r='C6'/> -->"),
    _swap("<t>", '<t xml:space="preserve">', "<r><t>", "<t> "),
    _swap("<is>", "<is><rPh/>", "<is><t>9</t>"),
    _swap("<c r=", "<c  r=", "<x:c r=", "<c s='1' r="),
    _swap("officeDocument", "officedocument"),
    _swap("spreadsheetml.sheet.main", "wordprocessingml.document.main"),
)  # fmt: skip


@given(st.sampled_from(list(PARTS)), st.integers(0, 2**32), st.integers(1, 3))
def test_tampered_workbooks_are_the_same_either_way(name: str, seed: int, times: int) -> None:
    dice = random.Random(seed)
    parts = dict(PARTS[name])
    for _ in range(times):
        part = dice.choice([one for one in parts if one.endswith((".xml", ".rels"))])
        if dice.random() < 0.7:
            part = dice.choice([one for one in parts if "worksheets/sheet" in one])
        text = dice.choice(TAMPERINGS)(parts[part].decode("utf-8"), dice)
        parts[part] = text.encode("utf-8")
    data = package(parts)
    quick = quickly(data)
    if quick is not None:
        assert quick == slowly(data)


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_changed_figure_never_goes_the_quick_way(name: str) -> None:
    for part in PARTS[name]:
        if "worksheets/sheet" not in part:
            continue
        text = PARTS[name][part].decode("utf-8")
        for found in re.finditer(r'<c r="[A-Z]+\d+"[^>]*?(?: t="n")?><v>(\d+)</v>', text):
            if ' t="s"' in found[0]:
                continue
            changed = f"{text[: found.start(1)]}{int(found[1]) + 1}{text[found.end(1) :]}"
            data = package({**PARTS[name], part: changed.encode("utf-8")})
            assert FastReader(CATALOG).read(data, "a.xlsx") is None


def test_bytes_that_are_no_workbook_go_the_slow_way() -> None:
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    for data in (b"", b"PK\x03\x04", empty.getvalue(), b"{}"):
        assert FastReader(CATALOG).read(data, "a.xlsx") is None
