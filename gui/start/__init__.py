"""The first page: recent files, a new report."""
