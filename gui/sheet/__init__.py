"""The spreadsheet-like view of a table: a tree of indicators with figures that are typed into."""
