"""One door for every file: finds out what it is and has the right reader read it.

Readers and the libraries behind them are imported when a file needs them: the program starts
without any.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.problems import NianbaoError, system_reason
from core.reading.base.limits import Budget, Limits
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.sniff import Kind, sniff


def read_document(path: Path, limits: Limits | None = None) -> RawDocument:
    """The tables and text of the file at *path*, whatever its name says it is.

    Raises :class:`NianbaoError` with a :class:`ReadProblem`: one sentence for whatever keeps the
    file from being read. The file itself is never changed.
    """
    limits = limits or Limits()
    return read_bytes(load(path, limits), path.name, limits)


def load(path: Path, limits: Limits | None = None) -> bytes:
    """The bytes of the file at *path*; raises as :func:`read_document` does."""
    budget = (limits or Limits()).start(path.name or str(path))
    try:
        if not path.exists():
            raise NianbaoError(ReadProblem.MISSING, file=budget.file)
        if path.is_dir():
            raise NianbaoError(ReadProblem.NO_FILE, file=budget.file, kind="文件夹")
        if not path.is_file():
            raise NianbaoError(ReadProblem.NO_FILE, file=budget.file, kind="设备")
        size = path.stat().st_size
        budget.check_file_bytes(size)
        with path.open("rb") as stream:
            # Files that the system makes up (/proc) have no size, and some never end.
            data = stream.read(budget.limits.max_file_bytes + 1) if size else b""
    except PermissionError as error:
        raise NianbaoError(
            ReadProblem.NO_ACCESS, file=budget.file, reason="没有权限，或正被其他程序占用"
        ) from error
    except (OSError, ValueError) as error:
        raise NianbaoError(
            ReadProblem.NO_ACCESS, file=budget.file, reason=_os_reason(error)
        ) from error
    budget.check_file_bytes(len(data))
    return data


def kind_of(data: bytes, file: str, limits: Limits | None = None) -> Kind:
    """What the bytes are, whatever the file's name says."""
    return sniff(data, (limits or Limits()).start(file))


def read_bytes(
    data: bytes, file: str, limits: Limits | None = None, kind: Kind | None = None
) -> RawDocument:
    """The tables and text of *data*, shown to the user as *file*; see :func:`read_document`.

    *kind*: what :func:`kind_of` has said already.
    """
    limits = limits or Limits()
    budget = limits.start(file)
    budget.check_file_bytes(len(data))
    try:
        kind = kind or sniff(data, budget)
        document = _read(kind, data, file, limits)
        # New workbooks have three sheets of which two stay blank.
        tables = tuple(table for table in document.tables if table.rows)
        if not tables:
            return _from_text(document, budget)
        return replace(document, tables=tables)
    except (MemoryError, RecursionError) as error:
        raise budget.too_large("可用的内存") from error


def _read(kind: Kind, data: bytes, file: str, limits: Limits) -> RawDocument:
    if kind in (Kind.XLSX, Kind.XLSB, Kind.XLS, Kind.ODS, Kind.EXCEL_XML):
        from core.reading.spreadsheet import read_spreadsheet

        return read_spreadsheet(kind, data, file, limits)
    if kind in (Kind.DOCX, Kind.DOC, Kind.ODT, Kind.FLAT_ODF, Kind.WORD_XML, Kind.RTF):
        return _read_word_processor(kind, data, file, limits)
    if kind in (Kind.HTML, Kind.MHT):
        from core.reading.markup.html import read_html, read_mht

        return (read_html if kind is Kind.HTML else read_mht)(data, file, limits)
    if kind is Kind.PDF:
        from core.reading.pdf.reader import read_pdf

        return read_pdf(data, file, limits)
    if kind is Kind.OFD:
        from core.reading.ofd import read_ofd

        return read_ofd(data, file, limits)
    if kind is Kind.CSV:
        from core.reading.text.delimited import read_delimited

        return read_delimited(data, file, limits)
    if kind is Kind.TEXT:
        from core.reading.text.text import read_text

        return read_text(data, file, limits)
    raise _refusal(kind, file)


def _read_word_processor(kind: Kind, data: bytes, file: str, limits: Limits) -> RawDocument:
    if kind in (Kind.DOCX, Kind.WORD_XML):
        from core.reading.word.docx import read_docx, read_word_xml

        return (read_docx if kind is Kind.DOCX else read_word_xml)(data, file, limits)
    if kind in (Kind.ODT, Kind.FLAT_ODF):
        from core.reading.markup.odf import read_flat_odf, read_odt

        return (read_odt if kind is Kind.ODT else read_flat_odf)(data, file, limits)
    if kind is Kind.DOC:
        from core.reading.word.doc import read_doc

        return read_doc(data, file, limits)
    from core.reading.word.rtf import read_rtf

    return read_rtf(data, file, limits)


def _refusal(kind: Kind, file: str) -> NianbaoError:
    if kind is Kind.EMPTY:
        return NianbaoError(ReadProblem.EMPTY, file=file)
    if kind is Kind.ENCRYPTED:
        return NianbaoError(ReadProblem.ENCRYPTED, file=file)
    if kind is Kind.PICTURE:
        return NianbaoError(ReadProblem.SCANNED, file=file)
    return NianbaoError(ReadProblem.UNKNOWN_KIND, file=file, kind=kind.value)


def _from_text(document: RawDocument, budget: Budget) -> RawDocument:
    """A document without tables may hold one flattened into paragraphs, tabs and spaces."""
    if not document.text.strip():
        raise NianbaoError(ReadProblem.NO_TABLE, file=budget.file)
    if document.kind == "text":
        return document
    from core.reading.text.text import parse_text

    parsed = parse_text(document.text, budget, list(document.remarks))
    return replace(document, tables=parsed.tables, text=parsed.text, remarks=parsed.remarks)


def _os_reason(error: OSError | ValueError) -> str:
    return system_reason(error) if isinstance(error, OSError) else "文件名无效"
