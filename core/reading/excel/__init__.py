"""Workbooks: .xlsx, .xls, .xlsb, Excel 2003 XML."""
