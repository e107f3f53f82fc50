"""Workbooks of every kind: one table for each visible sheet."""

from __future__ import annotations

from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument
from core.reading.sniff import Kind


def read_spreadsheet(kind: Kind, data: bytes, file: str, limits: Limits) -> RawDocument:
    """Have the reader of *kind* read *data*; its module is imported only now.

    Raises :class:`NianbaoError` with a :class:`ReadProblem`.
    """
    if kind is Kind.XLSX:
        from core.reading.excel.xlsx import read_xlsx

        return read_xlsx(data, file, limits)
    if kind is Kind.XLSB:
        from core.reading.excel.xlsb import read_xlsb

        return read_xlsb(data, file, limits)
    if kind is Kind.XLS:
        from core.reading.excel.xls import read_xls

        return read_xls(data, file, limits)
    if kind is Kind.ODS:
        from core.reading.markup.odf import read_ods

        return read_ods(data, file, limits)
    from core.reading.excel.excel_xml import read_excel_xml

    return read_excel_xml(data, file, limits)
