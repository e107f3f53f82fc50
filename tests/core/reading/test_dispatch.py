"""Every file by its content, and one sentence for each that cannot be read."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import ReadProblem
from core.reading.dispatch import read_bytes, read_document
from core.reading.sniff import Kind, sniff
from tests.core.reading.containers import ole_file, package
from tests.core.reading.sample_2018 import FILES, SAMPLE, right_figures, squeezed
from tests.reference.make_files import QUIRKS, SELECTION, Quirk

KINDS = {
    "fodt": "fodt", "fods": "fods", "word.xml": "word_xml", "excel.xml": "excel_xml",
    "sheet.html": "html", "txt": "text",
}  # fmt: skip


def same_rows(quirk: Quirk, rows: tuple[tuple[str, ...], ...]) -> int:
    """How many rows of the quirk's table stand in *rows*, in order."""
    found = 0
    remaining = iter(rows)
    for wanted in quirk.rows():
        heading = quirk.merged_headings and len(wanted) == 3 and not wanted[1]
        width = 1 if heading else len(wanted)
        want = [squeezed(text) for text in wanted[:width]]
        if any([squeezed(text) for text in (*row, *[""] * width)][:width] == want
               for row in remaining):  # fmt: skip
            found += 1
    return found


@pytest.mark.parametrize(
    ("quirk", "extension"),
    [
        (quirk, extension)
        for quirk in QUIRKS
        for extension in SELECTION[quirk.name]
        # Plain text has lost the cells: its reader has tests of its own.
        if extension not in ("txt", "csv")
    ],
    ids=lambda value: value.name if isinstance(value, Quirk) else value,
)
def test_every_row_of_every_kind_of_file(quirk: Quirk, extension: str, tmp_path: Path) -> None:
    source = FILES / f"{quirk.name}.{extension}"
    # A wrong extension must not matter.
    path = tmp_path / "去年.dat"
    path.write_bytes(source.read_bytes())
    document = read_document(path)
    assert document.kind == KINDS.get(extension, extension)
    best = max(same_rows(quirk, table.rows) for table in document.tables)
    assert best == len(quirk.rows())


def refusal(data: bytes) -> ReadProblem:
    with pytest.raises(NianbaoError) as caught:
        read_bytes(data, "去年.xlsx")
    assert "去年.xlsx" in str(caught.value)
    problem = caught.value.problem
    assert isinstance(problem, ReadProblem)
    return problem


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", ReadProblem.EMPTY),
        (b" \r\n\0", ReadProblem.EMPTY),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), ReadProblem.SCANNED),
        (b"\xff\xd8\xff\xe0" + bytes(100), ReadProblem.SCANNED),
        (b"BM\x9a\0\0\0\0\0\0\0" + bytes(100), ReadProblem.SCANNED),
        (b"MZ" + bytes(100), ReadProblem.UNKNOWN_KIND),
        (b"Rar!\x1a\x07\0" + bytes(100), ReadProblem.UNKNOWN_KIND),
        (b'{"version": 3, "cells": []}', ReadProblem.UNKNOWN_KIND),
        (b'{"format": 1, "form": "cn-2021"}', ReadProblem.UNKNOWN_KIND),
        (b"<?xml version='1.0'?><config><a/></config>", ReadProblem.UNKNOWN_KIND),
        (bytes(range(256)) * 20, ReadProblem.UNKNOWN_KIND),
        (b"PK\x03\x04" + bytes(100), ReadProblem.DAMAGED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ReadProblem.DAMAGED),
        (package({"a.txt": "a"}), ReadProblem.UNKNOWN_KIND),
        (package({"OFD.xml": "a", "Doc_0/Document.xml": "b"}), ReadProblem.DAMAGED),
        (ole_file({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}), ReadProblem.ENCRYPTED),
        (ole_file({"PowerPoint Document": b"x"}), ReadProblem.UNKNOWN_KIND),
        (
            package({
                "mimetype": "application/vnd.oasis.opendocument.text",
                "META-INF/manifest.xml": "<manifest><encryption-data/></manifest>",
            }),
            ReadProblem.ENCRYPTED,
        ),
        (package({"word/document.xml": "<a/>"}), ReadProblem.DAMAGED),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(data: bytes, problem: ReadProblem) -> None:
    assert refusal(data) is problem


def test_our_own_report_is_told_from_others_json() -> None:
    budget = Limits().start("x")
    assert sniff(b'{\n  "format": 1,\n  "form": "cn-2021"}', budget) is Kind.NIANBAO
    assert sniff(b'{"format": "csv", "form": 2}', budget) is Kind.JSON
    assert sniff("［注］".encode(), budget) is Kind.TEXT


def test_a_word_document_that_carries_a_workbook_is_a_word_document() -> None:
    """Each chart in a Word document is a workbook of its own, named in the content types first."""
    kind = "application/vnd.openxmlformats-officedocument."
    types = (
        f'<Types><Default Extension="xlsx" ContentType="{kind}spreadsheetml.sheet"/><Override '
        f'PartName="/word/document.xml" ContentType="{kind}wordprocessingml.document.main+xml"/>'
        "</Types>"
    )
    row = "<w:tr><w:tc><w:p><w:r><w:t>收到申请数</w:t></w:r></w:p></w:tc></w:tr>"
    data = package({
        "[Content_Types].xml": types,
        "word/document.xml": f'<w:document xmlns:w="w"><w:body><w:tbl>{row}</w:tbl></w:body>'
        "</w:document>",
        "word/embeddings/Microsoft_Excel.xlsx": b"PK",
    })  # fmt: skip
    document = read_bytes(data, "甲.docx")
    assert (document.kind, document.tables[0].rows) == ("docx", (("收到申请数",),))


def test_missing_files_folders_and_devices(tmp_path: Path) -> None:
    for path, problem in (
        (tmp_path / "没有.xlsx", ReadProblem.MISSING),
        (tmp_path, ReadProblem.NO_FILE),
        (Path("/dev/null"), ReadProblem.NO_FILE),
    ):
        if str(path) == "/dev/null" and os.name == "nt":
            continue
        with pytest.raises(NianbaoError) as caught:
            read_document(path)
        assert caught.value.problem is problem


def test_a_file_in_use_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "去年.xls"
    path.write_bytes(b"x")

    def locked(*_: object, **__: object) -> None:
        raise PermissionError(13, "locked")

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(NianbaoError, match=r"去年\.xls.*占用"):
        read_document(path)


def test_a_file_over_the_limit_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "大.xls"
    path.write_bytes(bytes(2048))
    with pytest.raises(NianbaoError) as caught:
        read_document(path, Limits(max_file_bytes=1024))
    assert caught.value.problem is ReadProblem.TOO_LARGE


def test_a_zip_bomb_is_refused_by_what_it_claims() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "wordprocessingml")
        with archive.open("word/document.xml", "w", force_zip64=True) as member:
            for _ in range(300):
                member.write(bytes(1024 * 1024))
    assert len(stream.getvalue()) < 400_000
    assert refusal(stream.getvalue()) is ReadProblem.TOO_LARGE


def test_a_zip_of_very_many_parts_is_refused() -> None:
    assert refusal(package({f"a{number}": "" for number in range(6000)})) is ReadProblem.TOO_LARGE


def test_parts_are_looked_up_without_leaving_the_package() -> None:
    data = package({"[Content_Types].xml": "wordprocessingml", "..\\word\\Document.XML":
                    "<document><body><tbl><tr><tc><p><r><t>甲</t></r></p></tc></tr></tbl></body>"
                    "</document>"})  # fmt: skip
    assert read_bytes(data, "x").tables[0].rows == (("甲",),)


def test_the_real_report() -> None:
    document = read_document(SAMPLE)
    assert document.kind == "text"
    assert right_figures(document) == 71


def test_no_reader_is_loaded_before_it_is_needed() -> None:
    code = (
        "import sys, core.reading.dispatch\n"
        "heavy = {'lxml', 'pypdf', 'email', 'core.reading.word.docx', 'core.reading.excel.xlsx'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
