"""A made-up district's reports in one folder, faults planted in it, and a record of the truth.

    python -m tests.core.rollup.made FOLDER [UNITS [SEED]]

makes FOLDER/报来 (the sources), FOLDER/单位名单.xlsx and FOLDER/真值.json: which fault each unit has
and what figures it reported. Nothing here knows how the roll-up works.
"""

from __future__ import annotations

import html
import io
import json
import os
import random
import re
import sys
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from openpyxl import Workbook

from core.catalog import Catalog
from core.importing.editions import as_document
from core.period import Period
from core.report import Report
from core.session import Session
from core.storage.nianbao import encode
from core.values import CellValue, format_value
from core.writing.mail_draft import Attachment, Recipient, draft
from core.writing.sealed_sheet import payload_rows
from core.writing.xlsx import workbook_bytes
from tests.core.figures import SAMPLE_2018, consistent_2014, figures_2018
from tests.core.reading.containers import ole_file, package
from tests.core.reading.word.test_docx import docx, p, tbl, tc, tr

FORM_ID: Final = "cn-2014-beijing"
YEAR: Final = 2018
REAL_UNIT: Final = "通州区政务服务管理办公室"
GROUPS: Final = ("区直单位", "乡镇街道", "垂直管理单位")
_FIRST: Final = "东西南北中上下前后左右金木水火土日月星辰山川江河湖海春夏秋冬"
_SECOND: Final = "安平兴隆昌盛和顺康宁福寿德仁义礼智信忠孝廉明清正光华文武"
_KINDS: Final = (
    "镇人民政府",
    "街道办事处",
    "财政局",
    "教育局",
    "民政局",
    "水务局",
    "档案局",
    "统计局",
)
#: An hour of 2019 in which all was sent; each unit has its own minute.
_START: Final = 1_546_300_800


@dataclass
class Made:
    """What was made. ``figures``: by unit, what it reported last; ``faults``: by unit, what is wrong."""

    folder: Path
    units: list[str] = field(default_factory=list[str])
    groups: dict[str, str] = field(default_factory=dict[str, str])
    lower: set[str] = field(default_factory=set[str])
    figures: dict[str, dict[str, CellValue]] = field(
        default_factory=dict[str, dict[str, CellValue]]
    )
    faults: dict[str, str] = field(default_factory=dict[str, str])
    ignored: int = 0

    @property
    def sources(self) -> Path:
        return self.folder / "报来"

    @property
    def list(self) -> Path:
        return self.folder / "单位名单.xlsx"

    def write_truth(self) -> None:
        plain = {
            unit: {key: format_value(value) for key, value in figures.items()}
            for unit, figures in self.figures.items()
        }
        truth = {
            "units": self.units, "groups": self.groups, "lower": sorted(self.lower),
            "figures": plain, "faults": self.faults, "ignored": self.ignored,
        }  # fmt: skip
        text = json.dumps(truth, ensure_ascii=False, indent=1)
        (self.folder / "真值.json").write_text(text, encoding="utf-8")


def report_of(unit: str, figures: dict[str, CellValue], year: int = YEAR) -> Report:
    report = Report(Catalog.standard().form(FORM_ID), Period(year))
    report.header["unit_name"] = unit
    report.header["preparer"] = "张三"
    report.values.update(figures)
    return report


def unit_name(number: int) -> str:
    kinds, firsts = len(_KINDS), len(_FIRST)
    first, second = _FIRST[number // kinds % firsts], _SECOND[number // kinds // firsts % 30]
    return f"{first}{second}{_KINDS[number % kinds]}"


class Exporter:
    """Exports many reports of one form fast: one real export, figures and hidden sheet replaced.

    That it makes the very file that the program exports is a test of its own.
    """

    def __init__(self, report: Report) -> None:
        checks = Catalog.standard().checks(report.form.id)
        self._parts: dict[str, bytes] = {}
        with zipfile.ZipFile(io.BytesIO(workbook_bytes(Session(report, checks)))) as whole:
            self._parts = {name: whole.read(name) for name in whole.namelist()}
        self._unit = report.unit_name
        hidden = self._parts["xl/worksheets/sheet3.xml"].decode("utf-8")
        self._addresses = {
            html.unescape(found[1]): html.unescape(found[2])
            for found in re.finditer(
                r"<t>([^<]*)</t></is></c>(?:<c r=\"B\d+\"[^>]*>(?:<is><t>[^<]*</t></is>)?</c>)?"
                r"<c r=\"C\d+\" t=\"inlineStr\"><is><t>([^<]*![A-Z]+\d+)</t>",
                hidden,
            )
        }

    def __call__(self, report: Report, made: str = "2019-01-07T08:00:00Z") -> bytes:
        parts = dict(self._parts)
        sheet = parts["xl/worksheets/sheet1.xml"].decode("utf-8")
        new = "".join(f"&#{ord(c)};" for c in report.unit_name)
        old = "".join(f"&#{ord(c)};" for c in self._unit)
        sheet = sheet.replace(old, new)
        told = parts["xl/worksheets/sheet2.xml"].replace(old.encode(), new.encode())
        parts["xl/worksheets/sheet2.xml"] = told
        shown = {
            address.partition("!")[2]: format_value(report.values.get(key))
            for key, address in self._addresses.items()
        }

        def figure(found: re.Match[str]) -> str:
            return f"{found[1]}{shown[found[2]]}</v>" if found[2] in shown else found[0]

        sheet = re.sub(r'(<c r="([A-Z]+\d+)"[^>]*><v>)[^<]*</v>', figure, sheet)
        parts["xl/worksheets/sheet1.xml"] = sheet.encode("utf-8")
        parts["xl/worksheets/sheet3.xml"] = self._hidden(report)
        core = re.sub(r"\d{4}-\d\d-\d\dT[\d:]{8}Z", made, parts["docProps/core.xml"].decode())
        parts["docProps/core.xml"] = core.encode()
        return package(parts)

    def _hidden(self, report: Report) -> bytes:
        xml = self._parts["xl/worksheets/sheet3.xml"].decode("utf-8")
        rows: list[str] = []
        for line, row in enumerate(payload_rows(report, self._addresses), start=1):
            cells = [
                f'<c r="{"ABC"[at]}{line}" t="inlineStr"><is><t>{_entities(text)}</t></is></c>'
                if text
                else f'<c r="{"ABC"[at]}{line}" t="inlineStr"/>'
                for at, text in enumerate(row)
            ]
            rows.append(f'<row r="{line}">{"".join(cells)}</row>')
        start, end = xml.index("<sheetData>") + len("<sheetData>"), xml.index("</sheetData>")
        return (xml[:start] + "".join(rows) + xml[end:]).encode("utf-8")


def _entities(text: str) -> str:
    return html.escape(text, quote=False).encode("ascii", "xmlcharrefreplace").decode()


# -- the formats that offices send ------------------------------------------------------------------


def as_word(report: Report) -> bytes:
    document = as_document(report)
    head = "".join(p(html.escape(line)) for line in document.text.splitlines())
    rows = (tr(*(tc(html.escape(cell)) for cell in row)) for row in document.tables[0].rows)
    return docx(head + tbl(*rows))


def as_page(report: Report) -> bytes:
    document = as_document(report)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in document.tables[0].rows
    )
    head = "".join(f"<p>{html.escape(line)}</p>" for line in document.text.splitlines())
    return f"<html><body>{head}<table>{rows}</table></body></html>".encode("gb18030")


def as_csv(report: Report) -> bytes:
    document = as_document(report)
    lines = [[line] for line in document.text.splitlines()]
    rows = [*lines[:2], *document.tables[0].rows, *lines[2:]]
    text = "\r\n".join(",".join(f'"{cell}"' for cell in (*row, "", "")[:3]) for row in rows)
    return text.encode("gb18030")


def as_plain_workbook(report: Report) -> bytes:
    document = as_document(report)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    for line in document.text.splitlines()[:2]:
        sheet.append([line])
    for row in document.tables[0].rows:
        sheet.append([int(cell) if cell.isdecimal() else cell for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_mail(
    report: Report, name: str, content: bytes, minute: int, *, raw_gbk: bool = False
) -> bytes:
    """A mail as programs save it: sender, date, one attachment, its name encoded or raw."""
    message = draft(
        f"报送{report.period.label}报表",
        "附件请查收。",
        [Attachment("NAME.xlsx" if raw_gbk else name, content)],
        [Recipient("huizong@example.cn")],
    )
    sent = f"Mon, 07 Jan 2019 {8 + minute // 60 % 12:02d}:{minute % 60:02d}:00 +0800"
    head = f"From: clerk@example.cn\r\nDate: {sent}\r\n".encode()
    if raw_gbk:
        message = re.sub(rb"filename\*=[^\r\n]*", b'filename="NAME.xlsx"', message)
        message = message.replace(b"NAME.xlsx", name.encode("gbk"))
    return head + message


class _RawName(zipfile.ZipInfo):
    """A member whose name is written in GBK without saying so, as Windows in Chinese does."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def gbk_zip(members: dict[str, bytes]) -> bytes:
    """An archive as Windows in Chinese packs it: names in GBK without the UTF-8 flag."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            info = _RawName(name, (2019, 1, 7, 8, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return stream.getvalue()


# -- ten ways of being broken -----------------------------------------------------------------------


def broken(way: int, good: bytes) -> tuple[str, bytes]:
    """The suffix and the bytes of a file that cannot be read."""
    match way % 10:
        case 0:
            return ".xlsx", b""
        case 1:
            return ".xlsx", good[: len(good) // 2]
        case 2:
            return ".doc", random.Random(way).randbytes(3000)
        case 3:
            return ".xlsx", ole_file({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y"})
        case 4:
            return ".rar", b"Rar!\x1a\x07\x01\x00" + bytes(200)
        case 5:
            return ".7z", b"7z\xbc\xaf\x27\x1c" + bytes(200)
        case 6:
            return ".png", b"\x89PNG\r\n\x1a\n" + bytes(200)
        case 7:
            return ".nianbao", b'{"format": 1, "form": {"id": "cn-2014-beij'
        case 8:
            return ".zip", _locked_zip()
        case _:
            return ".docx", docx(p("这里没有表，只有一段话。"))


def _locked_zip() -> bytes:
    data = bytearray(package({"a.xlsx": b"secret"}))
    data[6] |= 1
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


# -- the folder -------------------------------------------------------------------------------------


def make(folder: Path, count: int = 120, seed: int = 7) -> Made:
    """Makes the folder: *count* units and the real 2018 report; the same seed, the same folder."""
    dice = random.Random(seed)
    form = Catalog.standard().form(FORM_ID)
    made = Made(folder)
    made.sources.mkdir(parents=True)
    exporter = Exporter(report_of("样本单位", consistent_2014(form, dice)))
    names = [unit_name(number) for number in range(count)]
    faults = _faults(names, dice)
    archive: dict[str, bytes] = {}
    for number, name in enumerate(names):
        made.units.append(name)
        made.groups[name] = GROUPS[number % 3]
        if number % 3 == 1:
            made.lower.add(name)
        figures = consistent_2014(form, dice)
        figures["7"] = Decimal(dice.randint(0, 999)) / 100
        if figures["3.1"] == 0:
            figures["7"] = Decimal(0)
        _send(made, exporter, number, name, figures, faults.get(name, ""), archive)
        if len(archive) == 25 or (archive and number == count - 1):
            path = made.sources / "批量" / f"第{number}号.zip"
            path.parent.mkdir(exist_ok=True)
            _put(path, gbk_zip(archive), number)
            archive.clear()
    made.units.append(REAL_UNIT)
    made.groups[REAL_UNIT] = GROUPS[0]
    made.figures[REAL_UNIT] = figures_2018()
    made.faults[REAL_UNIT] = "real"
    _put(made.sources / "2018-统计表.txt", SAMPLE_2018.read_bytes(), count)
    for junk in ("Thumbs.db", ".DS_Store", "~$某局.xlsx"):
        (made.sources / junk).write_bytes(b"x")
    made.ignored += 3
    _write_list(made)
    made.write_truth()
    return made


def _faults(names: list[str], dice: random.Random) -> dict[str, str]:
    """2 % broken, 1 % doubled, 1 % corrected, 1 % renamed, 3 % missing; and one each of the rest."""
    shuffled = dice.sample(names, len(names))
    faults: dict[str, str] = {}

    def plant(fault: str, share: float) -> None:
        for _ in range(max(1, round(len(names) * share))):
            faults[shuffled.pop()] = fault

    for way in range(10):
        plant(f"broken {way}", 0.002)
    plant("doubled", 0.01)
    plant("corrected", 0.01)
    plant("renamed", 0.01)
    plant("missing", 0.03)
    for fault in (
        "wrong year",
        "unbalanced",
        "blank",
        "changed",
        "seal",
        "zero",
        "unlisted",
        "alias",
    ):
        plant(fault, 0.002)
    return faults


def _send(
    made: Made,
    exporter: Exporter,
    number: int,
    name: str,
    figures: dict[str, CellValue],
    fault: str,
    archive: dict[str, bytes],
) -> None:
    """Puts the unit's report into the folder, with its fault."""
    if fault:
        made.faults[name] = fault
    report = report_of(name, figures)
    path = made.sources / made.groups[name] / f"{number:04d}{name}"
    path.parent.mkdir(exist_ok=True)
    if fault.startswith("broken"):
        suffix, data = broken(int(fault.split()[1]), exporter(report))
        _put(path.with_name(path.name + suffix), data, number)
        return
    if fault == "missing":
        return
    made.figures[name] = figures
    if fault:
        _send_faulty(made, exporter, number, report, fault, path)
        return
    exact = exporter(report)
    match number % 12:
        case 0:
            _put(path.with_suffix(".nianbao"), encode(report), number)
        case 1:
            _put(path.with_suffix(".docx"), as_word(report), number)
        case 2:
            _put(path.with_suffix(".htm"), as_page(report), number)
        case 3:
            _put(path.with_suffix(".csv"), as_csv(report), number)
        case 4:
            _put(path.with_suffix(".xlsx"), as_plain_workbook(report), number)
        case 5:
            mail = as_mail(report, f"{name}报表.xlsx", exact, number % 60)
            _put(path.with_suffix(".eml"), mail, number)
        case 6:
            mail = as_mail(report, f"{name}.xlsx", exact, number % 60, raw_gbk=True)
            _put(path.with_suffix(".eml"), mail, number)
        case 7 | 8:
            archive[f"{made.groups[name]}/{name}.xlsx"] = exact
        case _:
            _put(path.with_suffix(".xlsx"), exact, number)


def _send_faulty(
    made: Made, exporter: Exporter, number: int, report: Report, fault: str, path: Path
) -> None:
    name, figures = report.unit_name, made.figures[report.unit_name]
    workbook = path.with_suffix(".xlsx")
    if fault == "doubled":
        _put(workbook, exporter(report), number)
        _put(made.sources / f"{number:04d}副本.xlsx", exporter(report), number + 1)
    elif fault == "corrected":
        _put(workbook, exporter(report, "2019-02-01T08:00:00Z"), number)
        old = report_of(name, {**figures, "2.1": _number(figures["2.1"]) + 9})
        _put(path.with_name(f"{path.name}旧.xlsx"), exporter(old, "2019-01-01T08:00:00Z"), number)
    elif fault == "renamed":
        _put(workbook, exporter(report_of(f"{name[:2]}新{name[2:]}", figures)), number)
    elif fault == "wrong year":
        _put(workbook, exporter(report_of(name, figures, YEAR - 1)), number)
    elif fault == "unbalanced":
        figures["3.1"] = _number(figures["3.1"]) + 1
        _put(workbook, exporter(report_of(name, figures)), number)
    elif fault == "blank":
        del figures["9.1"]
        _put(path.with_suffix(".nianbao"), encode(report_of(name, figures)), number)
    elif fault == "changed":
        _put(workbook, tampered(exporter(report), "xl/worksheets/sheet1.xml"), number)
    elif fault == "seal":
        _put(workbook, tampered(exporter(report), "xl/worksheets/sheet3.xml"), number)
    elif fault == "zero":
        figures.update(dict.fromkeys(figures, 0))
        figures["8.3"] = figures["8.3.1"] = 0
        _put(workbook, exporter(report_of(name, figures)), number)
    elif fault == "unlisted":
        _put(workbook, exporter(report_of("外市某某协会", figures)), number)
    else:
        _put(workbook, exporter(report_of(f"原{name}", figures)), number)


def _number(value: CellValue) -> int:
    assert isinstance(value, int)
    return value


def tampered(data: bytes, part: str) -> bytes:
    """The workbook with another figure in the first cell of a figure, or in the hidden sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    text = parts[part].decode("utf-8")
    if part.endswith("sheet1.xml"):
        text = re.sub(r"<v>(\d+)</v>", lambda found: f"<v>{int(found[1]) + 1}</v>", text, count=1)
    else:
        text = text.replace("<t>9.3</t>", "<t>9.4</t>", 1)
    parts[part] = text.encode("utf-8")
    return package(parts)


def _put(path: Path, data: bytes, minute: int) -> None:
    path.write_bytes(data)
    os.utime(path, (_START + minute * 60, _START + minute * 60))


def _write_list(made: Made) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    sheet.append(["某市单位名单（2018年度）"])
    sheet.append(["代码", "单位全称", "层级", "组别", "曾用名和简称", "邮箱", "截止日期"])
    for number, name in enumerate(made.units):
        alias = f"原{name}" if made.faults.get(name) == "alias" else ""
        level = "下辖" if name in made.lower else "本级"
        mail = f"u{number}@example.cn"
        sheet.append([f"{number:05d}", name, level, made.groups[name], alias, mail, "2019-01-31"])
    book.save(made.list)


if __name__ == "__main__":
    make(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
