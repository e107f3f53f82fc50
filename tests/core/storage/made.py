"""Reports, edits and broken disks for the tests of storage."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st

from core.catalog import Catalog
from core.form.form import Form
from core.narrative.text import (
    COMPARING,
    NO_TEXT,
    RECKONED,
    CellRef,
    Field,
    FieldKind,
    Paragraph,
    ReportText,
    Splice,
    TextSection,
)
from core.period import Period
from core.report import HEADER_FIELDS, Baseline, Explanation, Report
from core.session import Edit
from core.storage.clean import clean_line, clean_text
from core.storage.filesystem import FileSystem
from core.storage.station import Station
from core.values import MAX_DIGITS, NOT_APPLICABLE, CellValue

SAMPLES = Path(__file__).resolve().parents[2] / "reference" / "nianbao"
CATALOG = Catalog.standard()
FORM_2014 = CATALOG.form("cn-2014-beijing")
FORM_2021 = CATALOG.form("cn-2021")
#: A process that is not running on this machine: numbers end far below.
DEAD_PID = 2**31 - 2

#: Latin, digits, brackets and quotes, Chinese (also outside the basic plane), emoji, private use.
_CHARACTERS = st.one_of(
    st.sampled_from('abZ019 "\\{}[],:=+-@/　（）：。、\u200d'),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.sampled_from("𠮷𡈽😀\ue000é\u0301"),
    st.characters(),
)
lines = st.text(_CHARACTERS, max_size=30).map(clean_line)
paragraphs = st.text(st.one_of(_CHARACTERS, st.just("\n")), max_size=60).map(clean_text)
exacts = st.one_of(
    st.integers(-(10**30), 10**30),
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9)),
    st.fractions(),
)
explanations = st.builds(Explanation, paragraphs, exacts, exacts)
periods = st.integers(1949, 2199).map(Period)

#: Cells that forms have, have no longer, or never had.
refs = st.builds(
    CellRef,
    st.sampled_from([*FORM_2014.cells, *FORM_2021.cells, "9.9", "x-1:gone"]),
    st.booleans(),
)


@st.composite
def fields(draw: st.DrawFn) -> Field:
    """Any field."""
    kind = draw(st.sampled_from(list(FieldKind)))
    most = 1 if kind is FieldKind.CELL else 4
    part = draw(st.lists(refs, min_size=1, max_size=most)) if kind in RECKONED else []
    whole = draw(st.lists(refs, min_size=1, max_size=3)) if kind in COMPARING else []
    number = 0
    if kind is FieldKind.CUMULATIVE:
        number = draw(st.integers(0, 10**9))
    elif kind is FieldKind.YEAR:
        number = draw(st.integers(-9, 9))
    return Field(kind, tuple(part), tuple(whole), number)


text_paragraphs = st.lists(st.one_of(lines, fields()), max_size=6).map(
    lambda pieces: Paragraph(tuple(pieces))
)
text_sections = st.builds(
    TextSection,
    st.sampled_from(["", "1", "1.1", "附件1"]),
    lines,
    st.integers(0, 2),
    st.lists(text_paragraphs, max_size=4).map(tuple),
    st.lists(st.sampled_from(["1", "2", "3"]), max_size=2).map(tuple),
)
texts = st.builds(ReportText, text_paragraphs, st.lists(text_sections, max_size=4).map(tuple))


@st.composite
def splices(draw: st.DrawFn, text: ReportText) -> Splice:
    """Any splice that fits *text*, which has a section."""
    section = draw(st.integers(0, len(text.sections) - 1))
    count = len(text.sections[section].paragraphs)
    start = draw(st.integers(0, count))
    stop = draw(st.integers(start, count))
    return Splice(section, start, stop, tuple(draw(st.lists(text_paragraphs, max_size=3))))


def values_of(form: Form, key: str) -> st.SearchStrategy[CellValue]:
    """Every value that the cell may hold, but for blank."""
    decimals = form.cells[key].unit.decimals
    numbers: st.SearchStrategy[CellValue] = (
        st.integers(0, 10**MAX_DIGITS - 1).map(
            lambda number: _plain(Decimal(number) / 10**decimals)
        )
        if decimals
        else st.one_of(st.integers(0, 30), st.integers(0, 10**MAX_DIGITS - 1))
    )
    if form.allows_not_applicable(key):
        return st.one_of(numbers, st.just(NOT_APPLICABLE))
    return numbers


def _plain(number: Decimal) -> Decimal:
    return Decimal(int(number)) if number == int(number) else number.normalize()


@st.composite
def figures(draw: st.DrawFn, form: Form) -> dict[str, CellValue]:
    """Values for some cells of *form*."""
    keys = draw(st.lists(st.sampled_from(list(form.cells)), unique=True, max_size=12))
    return {key: draw(values_of(form, key)) for key in keys}


@st.composite
def baselines(draw: st.DrawFn, form: Form) -> tuple[Baseline, ...]:
    """Up to three baselines in order."""
    chosen = sorted(draw(st.sets(periods, max_size=3)), key=lambda period: period.sort_key)
    digest = st.sampled_from(["", "0123456789abcdef" * 4])
    return tuple(
        Baseline(
            period,
            draw(lines),
            form.id,
            draw(figures(form)),
            draw(lines),
            draw(digest),
            draw(st.just(NO_TEXT) | texts),
        )
        for period in chosen
    )


headers = st.fixed_dictionaries(dict.fromkeys(HEADER_FIELDS, lines))
check_names = st.one_of(
    st.sampled_from(["received@3.1", "total@natural", "steady@2-1.1:made"]),
    st.text(_CHARACTERS, min_size=1, max_size=20).map(clean_line),
)


class Made:
    """A report, shown in a test's output without its whole form."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def __repr__(self) -> str:
        report = self.report
        baselines = [(str(b.period), b.unit_name, b.values, b.source) for b in report.baselines]
        return (
            f"{report.form.id} {report.period} {report.header} {report.values} "
            f"{report.computed} {report.explanations} {baselines}"
        )


@st.composite
def reports(draw: st.DrawFn) -> Made:
    """Any report of either form."""
    form = draw(st.sampled_from([FORM_2014, FORM_2021]))
    checks = CATALOG.checks(form.id)
    values = draw(figures(form))
    computable = [key for key in values if checks.is_computed(key)]
    computed = draw(st.sets(st.sampled_from(computable))) if computable else set[str]()
    report = Report(
        form=form,
        period=draw(periods),
        header=draw(headers),
        values=values,
        computed=computed,
        explanations=draw(st.dictionaries(check_names, explanations, max_size=3)),
        baselines=draw(baselines(form)),
        text=draw(st.just(NO_TEXT) | texts),
    )
    return Made(report)


@st.composite
def edits(draw: st.DrawFn, form: Form) -> Edit:
    """Any edit of *form*, some of its parts left out."""
    cells: Mapping[str, CellValue] = draw(figures(form))
    blanked = draw(st.lists(st.sampled_from(list(form.cells)), max_size=3))
    written: dict[str, Explanation | None] = {}
    if draw(st.booleans()):
        bound = [check.id for check in CATALOG.checks(form.id).bound]
        written = {draw(st.sampled_from(bound)): draw(st.none() | explanations)}
    return Edit(
        label=draw(lines),
        cells={**cells, **dict.fromkeys(blanked)},
        header=draw(st.dictionaries(st.sampled_from(list(HEADER_FIELDS)), lines, max_size=2)),
        explanations=written,
        period=draw(st.none() | periods),
        baselines=draw(st.none() | baselines(form)),
        text=draw(st.none() | texts),
    )


def small_report(received: int = 3) -> Report:
    """A report with something in each of its parts."""
    report = Report(FORM_2014, Period(2019))
    report.header.update(unit_name="某区某局", preparer="张三")
    report.values.update({"3.1.1": received, "7": Decimal("0.5")})
    report.explanations["x@1"] = Explanation("因为\n如此", Fraction(1, 3), Decimal("0.5"))
    last = {"3.1.1": 2, "7": Decimal("1.25")}
    report.baselines = (
        Baseline(Period(2018), "某区某局", FORM_2014.id, last, "上年.xls", "a" * 64),
    )
    return report


def station(pid: int | None = None, machine: str = "PC-1", installation: str = "one") -> Station:
    """A program on a machine; by default this process."""
    return Station("李四", machine, installation, os.getpid() if pid is None else pid, "")


class FaultyFileSystem(FileSystem):
    """Fails the *fail_at*-th operation (from 1) with *code*, and with *stays* all later ones too.

    ``done`` lists the operations in order. A failing write first writes half of what it was given.
    """

    def __init__(
        self,
        fail_at: int = 0,
        code: int = errno.EIO,
        *,
        only: str = "",
        stays: bool = False,
        windows: bool = False,
    ) -> None:
        self.fail_at = fail_at
        self.code = code
        self.only = only
        self.stays = stays
        self.windows = windows
        self.done: list[str] = []
        self.slept = 0.0

    def native(self, path: Path) -> str:
        return str(path)

    def _step(self, name: str) -> bool:
        """Counts an operation; whether it is to fail."""
        if self.only and name != self.only:
            return False
        self.done.append(name)
        count = len(self.done)
        return bool(self.fail_at) and (
            count == self.fail_at or (self.stays and count > self.fail_at)
        )

    def _check(self, name: str) -> None:
        if self._step(name):
            raise self._error()

    def _error(self) -> OSError:
        return OSError(self.code, os.strerror(self.code))

    def open_new(self, path: Path, mode: int = 0o666) -> int:
        self._check("open")
        return super().open_new(path, mode)

    def write(self, descriptor: int, data: bytes) -> int:
        if self._step("write"):
            super().write(descriptor, data[: len(data) // 2])
            raise self._error()
        return super().write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        self._check("fsync")
        super().fsync(descriptor)

    def close(self, descriptor: int) -> None:
        super().close(descriptor)  # a failing close has closed the descriptor all the same
        self._check("close")

    def replace(self, source: Path, target: Path) -> None:
        self._check("replace")
        super().replace(source, target)

    def place_new(self, source: Path, target: Path) -> None:
        self._check("place_new")
        super().place_new(source, target)

    def cut(self, descriptor: int, size: int) -> None:
        self._check("cut")
        super().cut(descriptor, size)

    def rewrite(self, path: Path, data: bytes) -> None:
        self._check("rewrite")
        super().rewrite(path, data)

    def unlink(self, path: Path) -> None:
        self._check("unlink")
        super().unlink(path)

    def sync_folder(self, folder: Path) -> bool:
        self._check("sync_folder")
        return super().sync_folder(folder)

    def read(self, path: Path, limit: int) -> bytes:
        self._check("read")
        return super().read(path, limit)

    def mode(self, path: Path) -> int | None:
        self._check("mode")
        return super().mode(path)

    def modified(self, path: Path) -> float:
        self._check("modified")
        return super().modified(path)

    def names(self, folder: Path) -> list[str]:
        self._check("names")
        return super().names(folder)

    def make_folder(self, folder: Path) -> None:
        self._check("make_folder")
        super().make_folder(folder)

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
