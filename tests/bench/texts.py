"""What it costs to hold a text against its table: beside reading it, and as it grows."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from core.catalog import Catalog
from core.importing.opening import open_any, read_text
from core.narrative.check import check_text
from core.narrative.guides import Guides
from core.reading.dispatch import read_bytes
from tests.bench.harness import Benchmark, Budget, Rule, Unit, timed
from tests.core.figures import SAMPLE_2018

_TYPES: Final = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS: Final = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#: Longest text that is looked at, and half of it.
_LONG: Final = 200_000


def _docx(text: str) -> bytes:
    """*text* as a plain Word file, a paragraph a line."""
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.split("\n"))
    document = f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELATIONS)
        package.writestr("word/document.xml", document)
    return held.getvalue()


def check_2018_text(folder: Path) -> Benchmark:
    """The whole text of the 2018 report held against its table, against reading it from .docx."""
    catalog = Catalog.standard()
    report = open_any(SAMPLE_2018, catalog).report
    guide = Guides.standard(catalog).guide(report.form)
    text = read_text(SAMPLE_2018, catalog)
    data = _docx(text)
    if read_bytes(data, "2018.docx").text.split() != text.split():
        raise RuntimeError("the .docx does not hold the same text")
    if len(check_text(text, report, guide).contradicting) != 1:
        raise RuntimeError("the 2018 text was not understood")
    return Benchmark(
        name="text against table, 2018",
        unit=Unit.SECONDS,
        budget=Budget(Rule.RATIO, 3.0),
        ours=timed(lambda: check_text(text, report, guide), 5),
        reference=timed(lambda: read_bytes(data, "2018.docx"), 5),
        rounds=15,
    )


def check_long_text(folder: Path) -> Benchmark:
    """A text of 200,000 characters, against one of half that length."""
    catalog = Catalog.standard()
    report = open_any(SAMPLE_2018, catalog).report
    guide = Guides.standard(catalog).guide(report.form)
    text = read_text(SAMPLE_2018, catalog)
    long = (text * (_LONG // len(text) + 1))[:_LONG]
    half = long[: _LONG // 2]
    return Benchmark(
        name="text against table, 200,000 : 100,000 characters",
        unit=Unit.SECONDS,
        budget=Budget(Rule.RATIO, 2.3),
        ours=timed(lambda: check_text(long, report, guide)),
        reference=timed(lambda: check_text(half, report, guide)),
        rounds=5,
    )


TEXT: Final = (check_2018_text, check_long_text)
